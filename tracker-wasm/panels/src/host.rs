//! The page and the edge, as far as both panels touch them: the bindings of `js/host.js`, typed.
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

    /// Posts to the edge; [`answered`](crate::answered) is then called with `ask`.
    #[wasm_bindgen(js_namespace = host)]
    pub(crate) fn post(path: &str, body: &[u8], ask: u32);

    /// Whether the page speaks French.
    #[wasm_bindgen(js_namespace = host)]
    pub(crate) fn french() -> bool;

    #[wasm_bindgen(js_namespace = host)]
    fn mount() -> u32;
    #[wasm_bindgen(js_namespace = host)]
    fn unmount(root: u32);
}

impl Node {
    /// The inside of a new element at the end of the page.
    pub(crate) fn mount() -> Self {
        Self(mount())
    }

    /// Takes what [`Node::mount`] put there out of the page. No node within it is to be used after that.
    pub(crate) fn unmount(self) {
        unmount(self.0);
    }
}
