//! What the preferences panel alone asks of the page: the bindings of `visitor` in `js/host.js`, typed.
//!
//! Reads and does; decides nothing.

use wasm_bindgen::prelude::*;

use crate::dom::Node;

// As in `dom.rs`.
#[cfg_attr(not(test), wasm_bindgen(raw_module = "../js/host.js"))]
#[cfg_attr(test, wasm_bindgen(module = "/js/host.js"))]
extern "C" {
    /// Tells the tag whether the visitor wants to be offered widgets of a kind, as `Show` counts.
    #[wasm_bindgen(js_namespace = visitor)]
    pub(super) fn prefer(kind: u32, allowed: bool);

    /// Tells the tag that the visitor was erased.
    #[wasm_bindgen(js_namespace = visitor)]
    pub(super) fn forget();

    /// Has the browser save a text as a file.
    #[wasm_bindgen(js_namespace = visitor)]
    pub(super) fn save(name: &str, text: &str);

    /// Gives the page's caller an export; an empty one when nothing is kept.
    #[wasm_bindgen(js_namespace = visitor)]
    pub(super) fn give(text: &str);

    #[wasm_bindgen(js_namespace = visitor)]
    fn open(node: u32);
    #[wasm_bindgen(js_namespace = visitor)]
    fn close(node: u32);
    #[wasm_bindgen(js_namespace = visitor)]
    fn moment(node: u32, text: &str);
}

/// What only this panel does with an element.
impl Node {
    /// Opens a `dialog` over the page, which cannot be used until it closes.
    pub(super) fn open(self) {
        open(self.0);
    }

    /// Has a `time` say this moment, given in RFC 3339, as the visitor's own clock and language have it.
    pub(super) fn moment(self, text: &str) {
        moment(self.0, text);
    }

    /// Closes a `dialog`; the focus goes back to where it came from, and its `close` event follows.
    pub(super) fn close(self) {
        close(self.0);
    }
}
