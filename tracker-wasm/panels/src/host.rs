//! The page and the edge, as far as the panels alone touch them: the bindings of `js/host.js`, typed.
//!
//! Reads and does; decides nothing.

use alloc::vec::Vec;

use wasm_bindgen::prelude::*;

use crate::dom::Node;

// As in `dom.rs`.
#[cfg_attr(not(test), wasm_bindgen(raw_module = "../js/host.js"))]
#[cfg_attr(test, wasm_bindgen(module = "/js/host.js"))]
extern "C" {
    /// The open page as the tag encodes it, without events.
    #[wasm_bindgen(js_namespace = host)]
    pub(crate) fn batch() -> Vec<u8>;

    /// Tells the tag whether the visitor wants to be offered widgets of a kind, as `Show` counts.
    #[wasm_bindgen(js_namespace = host)]
    pub(crate) fn prefer(kind: u32, allowed: bool);

    /// Tells the tag that the visitor was erased.
    #[wasm_bindgen(js_namespace = host)]
    pub(crate) fn forget();

    /// Posts to the edge; [`answered`](crate::answered) is then called with `ask`.
    #[wasm_bindgen(js_namespace = host)]
    pub(crate) fn post(path: &str, body: &[u8], ask: u32);

    /// Has the browser save a text as a file.
    #[wasm_bindgen(js_namespace = host)]
    pub(crate) fn save(name: &str, text: &str);

    /// The key of the debug link that the page, or one before it in this tab, was opened with.
    #[wasm_bindgen(js_namespace = host)]
    pub(crate) fn key() -> Vec<u8>;

    /// Keeps that key for the next pages of this tab, or no longer.
    #[wasm_bindgen(js_namespace = host)]
    pub(crate) fn hold(wanted: bool);

    /// Whether the page speaks French.
    #[wasm_bindgen(js_namespace = host)]
    pub(crate) fn french() -> bool;

    /// Gives the page's caller an export; an empty one when nothing is kept.
    #[wasm_bindgen(js_namespace = host)]
    pub(crate) fn give(text: &str);

    /// Tells the page's caller why the card it asks about is on screen. [`datum`] then adds to it.
    #[wasm_bindgen(js_namespace = host)]
    pub(crate) fn shown(why: &str);
    /// Adds a reading behind the card told of last.
    #[wasm_bindgen(js_namespace = host)]
    pub(crate) fn datum(name: &str, value: &str);
    /// Tells the page's caller of a rule: its verdict, whether it is shown, and why.
    #[wasm_bindgen(js_namespace = host)]
    pub(crate) fn ruled(rule: &str, truth: &str, shown: bool, reason: &str);

    #[wasm_bindgen(js_namespace = host)]
    fn mount() -> u32;
    #[wasm_bindgen(js_namespace = host)]
    fn unmount(root: u32);
    #[wasm_bindgen(js_namespace = host)]
    fn open(node: u32);
    #[wasm_bindgen(js_namespace = host)]
    fn close(node: u32);
    #[wasm_bindgen(js_namespace = host)]
    fn grip(node: u32);
    #[wasm_bindgen(js_namespace = host)]
    fn stretch(node: u32, percent: u32);
    #[wasm_bindgen(js_namespace = host)]
    fn follow(owner: u32, action: u32);
    #[wasm_bindgen(js_namespace = host)]
    fn holds(field: u32, text: &str) -> bool;
}

/// What only a panel does with an element.
impl Node {
    /// The inside of a new element at the end of the page.
    pub(crate) fn mount() -> Self {
        Self(mount())
    }

    /// Takes what [`Node::mount`] put there out of the page. No node within it is to be used after that.
    pub(crate) fn unmount(self) {
        unmount(self.0);
    }

    /// Opens a `dialog` over the page, which cannot be used until it closes.
    pub(crate) fn open(self) {
        open(self.0);
    }

    /// Closes a `dialog`; the focus goes back to where it came from, and its `close` event follows.
    pub(crate) fn close(self) {
        close(self.0);
    }

    /// Whether what a field holds occurs in the text, whatever the case of either.
    pub(crate) fn finds(self, text: &str) -> bool {
        holds(self.0, text)
    }

    /// Lets it be dragged, and moved by the arrow keys: [`moved`](crate::moved) is then called.
    pub(crate) fn grip(self) {
        grip(self.0);
    }

    /// Makes it so many percent of the window high, and has floating widgets stand above it; 0 for as high as it is
    /// by itself.
    pub(crate) fn stretch(self, percent: u32) {
        stretch(self.0, percent);
    }
}

/// Has [`act`](crate::act) called after each decision of the edge.
pub(crate) fn follow_decisions(owner: u32, action: u32) {
    follow(owner, action);
}
