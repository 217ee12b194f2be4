//! What the debug panel and the explanation alone ask of the page: the bindings of `js/rules.js`, typed.
//!
//! Reads and does; decides nothing.

use alloc::vec::Vec;

use wasm_bindgen::prelude::*;

use crate::dom::Node;

// As in `dom.rs`.
#[cfg_attr(not(test), wasm_bindgen(raw_module = "../js/rules.js"))]
#[cfg_attr(test, wasm_bindgen(module = "/js/rules.js"))]
extern "C" {
    /// The key of the debug link that the page, or one before it in this tab, was opened with.
    #[wasm_bindgen(js_namespace = rules)]
    pub(super) fn key() -> Vec<u8>;

    /// Keeps that key for the next pages of this tab, or no longer.
    #[wasm_bindgen(js_namespace = rules)]
    pub(super) fn hold(wanted: bool);

    /// Tells the page's caller why the card it asks about is on screen. [`datum`] then adds to it.
    #[wasm_bindgen(js_namespace = rules)]
    pub(super) fn shown(why: &str);
    /// Adds a reading behind the card told of last.
    #[wasm_bindgen(js_namespace = rules)]
    pub(super) fn datum(name: &str, value: &str);
    /// Tells the page's caller of a rule: its verdict, whether it is shown, and why.
    #[wasm_bindgen(js_namespace = rules)]
    pub(super) fn ruled(rule: &str, truth: &str, shown: bool, reason: &str);

    #[wasm_bindgen(js_namespace = rules)]
    fn grip(node: u32);
    #[wasm_bindgen(js_namespace = rules)]
    fn stretch(node: u32, percent: u32);
    #[wasm_bindgen(js_namespace = rules)]
    fn follow(owner: u32, action: u32);
    #[wasm_bindgen(js_namespace = rules)]
    fn holds(field: u32, text: &str) -> bool;
}

/// What only this panel does with an element.
impl Node {
    /// Whether what a field holds occurs in the text, whatever the case of either.
    pub(super) fn finds(self, text: &str) -> bool {
        holds(self.0, text)
    }

    /// Lets it be dragged, and moved by the arrow keys: [`moved`](crate::moved) is then called.
    pub(super) fn grip(self) {
        grip(self.0);
    }

    /// Makes it so many percent of the window high, and has floating widgets stand above it; 0 for as high as it is
    /// by itself.
    pub(super) fn stretch(self, percent: u32) {
        stretch(self.0, percent);
    }
}

/// Has [`act`](crate::act) called after each decision of the edge.
pub(super) fn follow_decisions(owner: u32, action: u32) {
    follow(owner, action);
}
