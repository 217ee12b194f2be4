//! Elements, as the panels touch them: the bindings of `js/dom.js`, typed.
//!
//! Makes, changes and reads; decides nothing. No text given here is ever taken as markup.

use alloc::string::String;

use wasm_bindgen::prelude::*;

// The entry script shares this file with the module, and must get the same one: a path as it stands. A test has no
// entry script, and finds the file only as a part of this crate.
#[cfg_attr(not(test), wasm_bindgen(raw_module = "../js/dom.js"))]
#[cfg_attr(test, wasm_bindgen(module = "/js/dom.js"))]
extern "C" {
    fn make(parent: u32, kind: &str, text: &str) -> u32;
    fn icon(parent: u32, path: &str);
    fn set(node: u32, name: &str, value: &str);
    fn text(node: u32, text: &str);
    fn clear(node: u32);
    fn remove(node: u32);
    fn focus(node: u32);
    fn on(node: u32, kind: &str, owner: u32, action: u32);
}

/// What closes a panel, and what says no: the path of its outline.
pub(crate) const CROSS: &str = "M6 6l12 12M18 6L6 18";

/// An element, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Node(pub(crate) u32);

impl Node {
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

    /// Has the module's `act` called for a `click`, a `submit`, an `input` or a `keydown` of Escape.
    pub(crate) fn on(self, kind: &str, owner: u32, action: u32) -> Self {
        on(self.0, kind, owner, action);
        self
    }
}
