//! The document, as far as widgets touch it: the bindings of `js/host.js`, typed.
//!
//! Makes, changes and reads; decides nothing. No text given here is ever taken as markup.

use alloc::string::String;

use wasm_bindgen::prelude::*;

// The entry script shares this file with the module, and must get the same one: a path as it stands. A test has no
// entry script, and finds the file only as a part of this crate.
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
    fn make(parent: u32, kind: &str, text: &str) -> u32;
    #[wasm_bindgen(js_namespace = host)]
    fn icon(parent: u32, path: &str);
    #[wasm_bindgen(js_namespace = host)]
    fn set(node: u32, name: &str, value: &str);
    #[wasm_bindgen(js_namespace = host)]
    fn text(node: u32, text: &str);
    #[wasm_bindgen(js_namespace = host)]
    fn value(node: u32) -> String;
    #[wasm_bindgen(js_namespace = host)]
    fn clear(node: u32);
    #[wasm_bindgen(js_namespace = host)]
    fn remove(node: u32);
    #[wasm_bindgen(js_namespace = host)]
    fn focus(node: u32);
    #[wasm_bindgen(js_namespace = host)]
    fn on(node: u32, kind: &str, widget: u32, action: u32);
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

/// An element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Node(u32);

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

    /// A new last child; `kind` is `tag.class`, and the class is its `part` too.
    pub(crate) fn make(self, kind: &str, text: &str) -> Self {
        Self(make(self.0, kind, text))
    }

    /// A new last child that shows an outline, by its path in a square of 24.
    pub(crate) fn icon(self, path: &str) {
        icon(self.0, path);
    }

    pub(crate) fn set(self, name: &str, value: &str) -> Self {
        set(self.0, name, value);
        self
    }

    pub(crate) fn unset(self, name: &str) {
        let mut mark = String::from("!");
        mark.push_str(name);
        set(self.0, &mark, "");
    }

    /// Hides it, or shows it again.
    pub(crate) fn hide(self, hidden: bool) {
        if hidden {
            self.set("hidden", "");
        } else {
            self.unset("hidden");
        }
    }

    pub(crate) fn text(self, content: &str) {
        text(self.0, content);
    }

    /// What a field holds, without the space around it.
    pub(crate) fn value(self) -> String {
        value(self.0)
    }

    pub(crate) fn clear(self) {
        clear(self.0);
    }

    /// Takes it out of the page and gives the focus back.
    pub(crate) fn remove(self) {
        remove(self.0);
    }

    pub(crate) fn focus(self) {
        focus(self.0);
    }

    /// Has [`act`](crate::act) called for a `click`, a `submit` or a `keydown` of Escape.
    pub(crate) fn on(self, kind: &str, widget: u32, action: u32) -> Self {
        on(self.0, kind, widget, action);
        self
    }

    /// Has [`act`](crate::act) called once it is really on screen.
    pub(crate) fn watch(self, widget: u32, action: u32) {
        watch(self.0, widget, action);
    }
}
