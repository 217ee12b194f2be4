//! The way in: everything the browser or the page tells the tag comes through these functions.
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
pub fn start(site: &str, touch: bool, refused: bool) {
    TAG.0.set(Some(Box::new(Tag::new(site, touch, refused))));
    with(Tag::open);
}

/// Tells the tag what `code` stands for (see `code.rs`), with what came along.
#[wasm_bindgen]
pub fn wake(code: u32, number: f64, text: &str) {
    with(|tag| tag.woken(code, number, text));
}

/// Tells the tag what its batch came back with; status 0 when there is no answer.
#[wasm_bindgen]
pub fn answer(status: u32, body: &[u8]) {
    with(|tag| tag.answered(status, body));
}

/// Tells the tag what the page asks: `declic(verb, subject, { total, items, currency })`. A text that is not given is
/// empty, a number that is not given is none.
#[wasm_bindgen]
pub fn call(verb: &str, subject: &str, total: f64, items: f64, currency: &str) {
    with(|tag| tag.call(&Call { verb, subject, total, items, currency }));
}

/// Tells the tag what the visitor did with the card of `rule`, and what he wrote.
#[wasm_bindgen]
pub fn said(rule: &str, what: &str, first: &str, second: &str) {
    with(|tag| tag.said(rule, what, first, second));
}

/// Lets one call in. One that meets another at work would find nothing here, and goes without effect.
fn with(step: impl FnOnce(&mut Tag)) {
    if let Some(mut tag) = TAG.0.take() {
        step(&mut tag);
        tag.rest();
        TAG.0.set(Some(tag));
    }
}
