//! The way in: everything the browser or the page tells the tag comes through these two functions.
//!
//! Owns the tag. Never lets a second call in while one is at work: `js/host.js` puts it off until the first is over.

use alloc::boxed::Box;
use core::cell::Cell;

use wasm_bindgen::prelude::*;

use crate::lone::Lone;
use crate::tag::{Call, Tag};

/// Empty before [`start`], and while a call is at work.
static TAG: Lone<Option<Box<Tag>>> = Lone(Cell::new(None));

/// Starts the tag of `site`: once, when the page's markup is there and before anything else. `touch` says that the
/// screen is touched, `refused` that the browser sends `Sec-GPC`.
#[wasm_bindgen]
pub fn start(site: &[u8], touch: bool, refused: bool) {
    TAG.0.set(Some(Box::new(Tag::new(site, touch, refused))));
    with(Tag::open);
}

/// Tells the tag what `code` stands for (see `code.rs`), with what came along. What is not given is empty, or no number.
#[wasm_bindgen]
pub fn wake(code: u32, number: f64, second: f64, text: &[u8], more: &[u8]) {
    with(|tag| tag.woken(&Call { code, number, second, text, more }));
}

/// Lets one call in. One that meets another at work would find nothing here, and goes without effect.
fn with(step: impl FnOnce(&mut Tag)) {
    if let Some(mut tag) = TAG.0.take() {
        step(&mut tag);
        tag.rest();
        TAG.0.set(Some(tag));
    }
}
