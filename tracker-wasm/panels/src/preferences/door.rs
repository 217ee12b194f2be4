//! The way into what a visitor may know and choose: the panel, and the calls beside it.

use wasm_bindgen::prelude::*;
use wire::{Want, lean};

use super::{Preferences, page};
use crate::door::{Place, ask, nobody, open, with};
use crate::host;

static PANEL: Place<Preferences> = nobody();

/// Opens the preferences panel. One that is open stays as it is.
#[wasm_bindgen]
pub fn preferences() {
    open(&PANEL, Preferences::open);
}

/// Asks the edge for the page's caller: one of [`ask`].
#[wasm_bindgen]
pub fn request(to: u32) {
    put(to);
}

pub(crate) fn act(asked: u32) {
    with(&PANEL, |panel| panel.act(asked));
}

pub(crate) fn answered(to: u32, body: &[u8]) {
    match to {
        ask::TAKE => {
            if let Some(known) = lean::known(body) {
                page::give(&known.export);
            }
        }
        ask::FORGET => {
            if lean::known(body).is_some() {
                page::forget();
            }
        }
        _ => with(&PANEL, |panel| panel.answered(to, body)),
    }
}

/// Posts a question, whose answer comes with `to`. One that cannot be made is posted empty, which the edge refuses.
pub(super) fn put(to: u32) {
    let want = match to {
        ask::EXPORT | ask::TAKE => Want::Export,
        ask::ERASE | ask::FORGET => Want::Erase,
        _ => Want::See,
    };
    let language = if host::french() { "fr" } else { "en" };
    let question = lean::inquiry(&host::batch(), language, want);
    host::post("v1/visitor", &question.unwrap_or_default(), to);
}
