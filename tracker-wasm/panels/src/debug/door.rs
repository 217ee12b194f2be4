//! The way into what the rules say: the panel, and the explanation for the page's script.

use wasm_bindgen::prelude::*;
use wire::lean;

use super::verdict::word;
use super::{Debug, page};
use crate::door::{Place, ask, nobody, open, with};
use crate::host;

static PANEL: Place<Debug> = nobody();

/// Docks the debug panel. One that is there stays as it is.
#[wasm_bindgen]
pub fn debug() {
    open(&PANEL, Debug::dock);
}

/// Tells how high the debug panel is dragged, in percent of the window.
#[wasm_bindgen]
pub fn moved(percent: u32) {
    with(&PANEL, |panel| panel.stretch(percent));
}

/// Asks the edge what every rule says, for the page's caller.
#[wasm_bindgen]
pub fn tell() {
    put(ask::TELL);
}

/// Tells the page's caller why the card of `rule` is on screen, if it is.
#[wasm_bindgen]
pub fn card(rule: &[u8], card: &[u8]) {
    if lean::is_on_screen(&host::batch(), rule)
        && let Some((why, data)) = lean::reason(card)
    {
        page::shown(&why);
        for field in &data {
            page::datum(&field.name, &field.value);
        }
    }
}

pub(crate) fn act(asked: u32) {
    with(&PANEL, |panel| panel.act(asked));
}

pub(crate) fn answered(to: u32, status: u32, body: &[u8]) {
    if to == ask::EXPLAIN {
        return with(&PANEL, |panel| panel.answered(status, body));
    }
    for account in lean::explained(body).unwrap_or_default().rules {
        page::ruled(&account.rule, word(account.truth), account.shown, &account.reason);
    }
}

/// Posts the question what every rule says, whose answer comes with `to`.
pub(super) fn put(to: u32) {
    host::post("v1/explain", &lean::explain(&host::batch(), &page::key()), to);
}
