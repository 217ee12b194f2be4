//! The page, as far as the widgets alone touch it: the bindings of `js/host.js`, typed.
//!
//! Reads and does; decides nothing.

use alloc::string::String;

use wasm_bindgen::prelude::*;

use crate::dom::Node;

// As in `dom.rs`.
#[cfg_attr(not(test), wasm_bindgen(raw_module = "../js/host.js"))]
#[cfg_attr(test, wasm_bindgen(module = "/js/host.js"))]
extern "C" {
    #[wasm_bindgen(js_namespace = host)]
    fn floor(label: &str) -> u32;
    #[wasm_bindgen(js_namespace = host)]
    fn slot(name: &str) -> i32;
    #[wasm_bindgen(js_namespace = host)]
    fn free(root: u32);
    #[wasm_bindgen(js_namespace = host)]
    fn watch(node: u32, widget: u32, action: u32);

    /// Tells the tag what the visitor did with the card of `rule`.
    #[wasm_bindgen(js_namespace = host)]
    pub(crate) fn say(rule: &str, what: &str, first: &str, second: &str);

    /// Name of the country `region` in `language`.
    #[wasm_bindgen(js_namespace = host)]
    pub(crate) fn country(language: &str, region: &str) -> String;

    /// Language of the browser, a BCP 47 tag.
    #[wasm_bindgen(js_namespace = host)]
    pub(crate) fn browser() -> String;
}

/// What only a widget does with an element.
impl Node {
    /// Where floating widgets stack up; `label` names the place to screen readers.
    pub(crate) fn floor(label: &str) -> Self {
        Self(floor(label))
    }

    /// The inside of a slot of the page, if there is one of that name that no other widget fills.
    pub(crate) fn slot(name: &str) -> Option<Self> {
        u32::try_from(slot(name)).ok().map(Self)
    }

    /// Gives a slot back to the page. No node is to be used after it is given back, cleared away or removed.
    pub(crate) fn free(self) {
        free(self.0);
    }

    /// Has [`act`](crate::act) called once it is really on screen.
    pub(crate) fn watch(self, widget: u32, action: u32) {
        watch(self.0, widget, action);
    }
}
