//! The browser, as far as the tag touches it: the bindings of `js/host.js`, typed.
//!
//! Reads and does; decides nothing. Nothing here throws into the tag. Texts are UTF-8 bytes: the tag looks into none, and
//! few functions make a small module.

use alloc::vec::Vec;
use wasm_bindgen::prelude::*;
use wire::pen::Pen;
use wire::{MAX_NAME_BYTES, MAX_TEXT_BYTES, MAX_URL_BYTES};

// The loader shares this file with the module, and must get the same one: a path as it stands. A test has no loader,
// and finds the file only as a part of this crate.
#[cfg_attr(not(test), wasm_bindgen(raw_module = "../js/host.js"))]
#[cfg_attr(test, wasm_bindgen(module = "/js/host.js"))]
extern "C" {
    /// Has the tag woken with `code` by the events of the window that belong to it, or no longer.
    #[wasm_bindgen(js_namespace = host)]
    pub(crate) fn listen(code: u32, wanted: bool);
    /// Wakes the tag after this many milliseconds, and not as told before: [`STOP`] for not at all. With none, it is
    /// another matter: [`soon`].
    #[wasm_bindgen(js_namespace = host)]
    pub(crate) fn alarm(delay_ms: u32);
    #[wasm_bindgen(js_namespace = host, js_name = text)]
    fn read_text(which: u32) -> Vec<u8>;
    #[wasm_bindgen(js_namespace = host)]
    fn read(which: u32) -> f64;
    /// Sends a body one of the ways of [`Way`]; whether the browser took it.
    #[wasm_bindgen(js_namespace = host, js_name = send)]
    fn send_by(way: u32, body: &[u8], rule: &[u8]) -> bool;
    #[wasm_bindgen(js_namespace = host, js_name = keep)]
    fn keep_as(which: u32, text: &[u8]);
    /// Dispatches `declic:ready` or, with a rule or none, `declic:decision` on the document when the task is over.
    #[wasm_bindgen(js_namespace = host)]
    pub(crate) fn emit(decision: bool, rule: &[u8]);
    /// Puts a card on screen, loading the widgets module if need be. The tag is then woken with what the visitor does.
    #[wasm_bindgen(js_namespace = host)]
    pub(crate) fn show(rule: &[u8], card: &[u8]);
    #[wasm_bindgen(js_namespace = host, js_name = tell)]
    fn tell_widget(order: u32, rule: &[u8]);
}

/// No alarm any more.
pub(crate) const STOP: u32 = u32::MAX;

/// Wakes the tag when the current task is over.
pub(crate) fn soon() {
    alarm(0);
}

/// Ways to send.
#[derive(Clone, Copy)]
pub(crate) enum Way {
    /// A batch, whose answer comes through the door.
    Batch,
    /// A request for contact, whose status comes through the door with its rule.
    Contact,
    /// A batch that the browser delivers when the page may be gone.
    Beacon,
    /// Not now: kept on the device for the next page.
    Stash,
    /// The first batch that lies on the device, if there is one, made older by the time it lay there.
    Stashed,
    /// Nothing: that batch is taken off the device.
    Unstash,
    /// To the panels, which asked for it.
    Situation,
}

/// Sends `body`; `rule` is what a request for contact is for. Whether the browser took it.
pub(crate) fn send(way: Way, body: &[u8], rule: &[u8]) -> bool {
    send_by(way as u32, body, rule)
}

/// What to do with a card on screen.
#[derive(Clone, Copy)]
pub(crate) enum Order {
    /// Show it again.
    Show,
    /// Hide it.
    Hide,
    /// Take it off the screen, for good and without a word.
    Remove,
    /// Take off the screen whatever the visitor is not busy with.
    Leave,
    /// The request for contact it made is stored.
    Stored,
    /// It is not.
    Failed,
}

/// Gives an order to the card of `rule`.
pub(crate) fn tell(order: Order, rule: &[u8]) {
    tell_widget(order as u32, rule);
}

/// What the device keeps.
#[derive(Clone, Copy)]
pub(crate) enum Keepsake {
    /// The visitor's token; with none, what is stashed goes too.
    Token = 7,
    /// Rules the visitor has sent away, a line for each, until the tab is closed.
    Declined = 8,
}

/// Keeps `text`, or, when it is empty, nothing.
pub(crate) fn keep(what: Keepsake, text: &[u8]) {
    keep_as(what as u32, text);
}

/// What the device keeps; empty for nothing, or for a device that lets nothing be kept.
pub(crate) fn recall(what: Keepsake) -> Vec<u8> {
    read_text(what as u32)
}

/// Monotonic, in milliseconds; a page that is open for seven weeks begins again.
pub(crate) fn now_ms() -> u32 {
    read(0) as u32
}

/// Whether the page is in view, in a window that has the focus.
pub(crate) fn visible() -> bool {
    read(1) > 0.0
}

/// Whether the page is in view, whoever has the focus.
pub(crate) fn in_view() -> bool {
    read(5) > 0.0
}

/// How far the page is scrolled, in CSS pixels.
pub(crate) fn top() -> f64 {
    read(2)
}

/// How far it can be scrolled. Makes the browser lay the page out.
pub(crate) fn range() -> f64 {
    read(3)
}

/// From 0 to 1; for jitter only.
pub(crate) fn chance() -> f64 {
    read(4)
}

/// Sixteen bytes nobody can guess.
pub(crate) fn random_id() -> Vec<u8> {
    read_text(6)
}

/// Where the page that is open now stands: the first two texts of a [`Page`](wire::Page), as written.
pub(crate) fn address() -> Pen {
    let mut pen = Pen::default();
    pen.text(&text(0, MAX_TEXT_BYTES)).text(&text(1, MAX_URL_BYTES));
    pen
}

/// All its texts but the last, as written; with no referrer, unless it is the document's first page.
pub(crate) fn page(first: bool) -> Vec<u8> {
    let mut pen = address();
    pen.text(&text(2, MAX_NAME_BYTES)).text(&text(3, MAX_NAME_BYTES));
    pen.text(&if first { text(4, MAX_URL_BYTES) } else { Vec::new() });
    pen.0
}

/// The last of its texts.
pub(crate) fn title() -> Vec<u8> {
    text(5, MAX_TEXT_BYTES)
}

/// One text of the page, in the order of `text` in `js/host.js`; no more of it than the edge takes: what a page holds is
/// no more bounded than who wrote it.
fn text(which: u32, max: usize) -> Vec<u8> {
    cut(read_text(which), max)
}

/// A name as it is sent.
pub(crate) fn name(text: &[u8]) -> Vec<u8> {
    cut(text.to_vec(), MAX_NAME_BYTES)
}

/// `text`, shortened to at most `max` bytes at a character's end.
pub(crate) fn cut(mut text: Vec<u8>, mut max: usize) -> Vec<u8> {
    // A byte of the form 10…… goes on with the character before it.
    while text.get(max).is_some_and(|byte| byte & 0xc0 == 0x80) {
        max -= 1;
    }
    text.truncate(max);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_at_a_character() {
        let check = |text: &str, max, expected: &str| {
            assert_eq!(cut(text.as_bytes().to_vec(), max), expected.as_bytes());
        };
        check("short", 10, "short");
        check("ééé", 5, "éé");
        check("a🙂", 4, "a");
        check("abc", 3, "abc");
        check("", 3, "");
    }
}
