//! The browser, as far as the tag touches it: the bindings of `js/host.js`, typed.
//!
//! Reads and does; decides nothing. Nothing here throws into the tag.

use alloc::string::{String, ToString};

use wasm_bindgen::prelude::*;
use wire::{MAX_NAME_BYTES, MAX_TEXT_BYTES, MAX_URL_BYTES, Page};

// The loader shares this file with the module, and must get the same one: a path as it stands. A test has no loader,
// and finds the file only as a part of this crate.
#[cfg_attr(not(test), wasm_bindgen(raw_module = "../js/host.js"))]
#[cfg_attr(test, wasm_bindgen(module = "/js/host.js"))]
extern "C" {
    /// Adds `code` as a listener of the window for these kinds of event, or removes it.
    #[wasm_bindgen(js_namespace = host)]
    pub(crate) fn listen(kinds: &str, code: u32, wanted: bool);

    /// Wakes the tag with `code` after each change of the address within this document.
    #[wasm_bindgen(js_namespace = host)]
    pub(crate) fn routes(code: u32);

    /// Wakes the tag with `code` after this many milliseconds, and not as told before; negative for not at all.
    #[wasm_bindgen(js_namespace = host)]
    pub(crate) fn alarm(code: u32, delay_ms: f64);

    /// Wakes the tag with `code` when the current task is over.
    #[wasm_bindgen(js_namespace = host)]
    pub(crate) fn soon(code: u32);

    #[wasm_bindgen(js_namespace = host, js_name = text)]
    fn read_text(which: u32) -> String;

    /// Whether the page is in view.
    #[wasm_bindgen(js_namespace = host)]
    pub(crate) fn visible() -> bool;

    /// How far the page is scrolled, in CSS pixels.
    #[wasm_bindgen(js_namespace = host)]
    pub(crate) fn top() -> f64;

    /// How far it can be scrolled. Makes the browser lay the page out.
    #[wasm_bindgen(js_namespace = host)]
    pub(crate) fn range() -> f64;

    /// Posts a batch; [`answer`](crate::answer) is called with what comes back.
    #[wasm_bindgen(js_namespace = host)]
    pub(crate) fn post(body: &[u8]);

    /// Posts a request for contact; wakes the tag with `code`, the status and `rule`.
    #[wasm_bindgen(js_namespace = host)]
    pub(crate) fn ask(body: &[u8], code: u32, rule: &str);

    /// Hands a batch to the browser to deliver after the page is gone. Whether it took it.
    #[wasm_bindgen(js_namespace = host)]
    pub(crate) fn beacon(body: &[u8]) -> bool;

    /// The token the device keeps for `site`, or nothing.
    #[wasm_bindgen(js_namespace = host)]
    pub(crate) fn recall(site: &str) -> String;

    /// Keeps a token for `site` on the device; an empty one removes what is there.
    #[wasm_bindgen(js_namespace = host)]
    pub(crate) fn keep(site: &str, token: &str);

    /// Dispatches `declic:NAME` on the document when the current task is over, with `detail.rule`.
    #[wasm_bindgen(js_namespace = host)]
    pub(crate) fn emit(name: &str, rule: &str);

    /// Puts a card on screen, loading the widgets module if need be. [`said`](crate::said) is then called with
    /// `shown`, `accepted`, `dismissed`, `less`, `gone` (off the screen without the visitor), `callback` (with the
    /// number) or `message` (with where to answer, and the text).
    #[wasm_bindgen(js_namespace = host)]
    pub(crate) fn show(rule: &str, card: &[u8]);

    /// Hides a rule's card, or shows it again.
    #[wasm_bindgen(js_namespace = host)]
    pub(crate) fn hide(rule: &str, hidden: bool);

    /// Takes a rule's card off the screen, for good and without a word.
    #[wasm_bindgen(js_namespace = host)]
    pub(crate) fn remove(rule: &str);

    /// Takes off the screen what the visitor is not busy with.
    #[wasm_bindgen(js_namespace = host)]
    pub(crate) fn leave();

    /// Tells a rule's card whether its request for contact is stored.
    #[wasm_bindgen(js_namespace = host)]
    pub(crate) fn settle(rule: &str, stored: bool);
}

#[wasm_bindgen]
extern "C" {
    /// Monotonic, in milliseconds.
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    pub(crate) fn now_ms() -> f64;

    /// From 0 to 1; for jitter only.
    #[wasm_bindgen(js_namespace = Math, js_name = random)]
    pub(crate) fn chance() -> f64;

    #[wasm_bindgen(js_namespace = crypto, js_name = getRandomValues)]
    fn fill_random(bytes: &mut [u8]);
}

/// Sixteen bytes nobody can guess.
pub(crate) fn random_id() -> [u8; 16] {
    let mut bytes = [0; 16];
    fill_random(&mut bytes);
    bytes
}

/// What there is to read about a page. The order is that of `text` in `js/host.js`.
#[derive(Clone, Copy)]
pub(crate) enum Text {
    Path,
    Query,
    Title,
    Kind,
    Language,
    Referrer,
}

impl Text {
    /// How much of it the edge takes, in bytes: what a page holds is no more bounded than who wrote it.
    fn most(self) -> usize {
        match self {
            Self::Path | Self::Title => MAX_TEXT_BYTES,
            Self::Query | Self::Referrer => MAX_URL_BYTES,
            Self::Kind | Self::Language => MAX_NAME_BYTES,
        }
    }
}

/// One text about the page that is open now.
pub(crate) fn text(which: Text) -> String {
    cut(read_text(which as u32), which.most())
}

/// The page that is open now, come to from `referrer`.
pub(crate) fn page(referrer: String) -> Page {
    Page {
        path: text(Text::Path),
        query: text(Text::Query),
        title: text(Text::Title),
        kind: text(Text::Kind),
        language: text(Text::Language),
        referrer,
    }
}

/// A name as it is sent.
pub(crate) fn name(text: &str) -> String {
    cut(text.to_string(), MAX_NAME_BYTES)
}

/// `text`, shortened to at most `max` bytes at a character's end.
fn cut(mut text: String, max: usize) -> String {
    text.truncate(text.floor_char_boundary(max));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_at_a_character() {
        assert_eq!(cut("short".to_string(), 10), "short");
        assert_eq!(cut("ééé".to_string(), 5), "éé");
        assert_eq!(cut("abc".to_string(), 3), "abc");
        assert_eq!(cut(String::new(), 3), "");
    }
}
