//! The way in: everything the loader, the edge's answers and the panels' elements tell comes through these functions.
//!
//! Owns the two panels there can be. Never lets a second call in while one is at work.

use alloc::boxed::Box;
use core::cell::Cell;

use wasm_bindgen::prelude::*;
use wire::{Want, lean};

use crate::debug::Debug;
use crate::host;
use crate::labels::Labels;
use crate::lone::Lone;
use crate::preferences::Preferences;
use crate::verdict::word;

/// Empty while no such panel is open, and while a call is at work on it.
static PREFERENCES: Lone<Option<Box<Preferences>>> = Lone(Cell::new(None));
static DEBUG: Lone<Option<Box<Debug>>> = Lone(Cell::new(None));

/// Whose elements call: the first argument of [`act`].
pub(crate) mod owner {
    pub(crate) const PREFERENCES: u32 = 0;
    pub(crate) const DEBUG: u32 = 1;
}

/// What is asked of the edge, and by whom: the first argument of [`answered`].
pub(crate) mod ask {
    /// By the preferences panel.
    pub(crate) const SEE: u32 = 0;
    pub(crate) const EXPORT: u32 = 1;
    pub(crate) const ERASE: u32 = 2;
    /// By the debug panel.
    pub(crate) const EXPLAIN: u32 = 3;
    /// By the page's script, as `js/panels.js` counts.
    pub(crate) const TAKE: u32 = 4;
    pub(crate) const FORGET: u32 = 5;
    pub(crate) const TELL: u32 = 6;
}

/// Opens the preferences panel. One that is open stays as it is.
#[wasm_bindgen]
pub fn preferences() {
    let panel = PREFERENCES.0.take();
    PREFERENCES.0.set(Some(panel.unwrap_or_else(|| Box::new(Preferences::open()))));
}

/// Docks the debug panel. One that is there stays as it is.
#[wasm_bindgen]
pub fn debug() {
    let panel = DEBUG.0.take();
    DEBUG.0.set(Some(panel.unwrap_or_else(|| Box::new(Debug::dock()))));
}

/// Does what an element of a panel asks for; see `action` in `preferences.rs` and `debug.rs`.
#[wasm_bindgen]
pub fn act(owner: u32, asked: u32) {
    if owner == owner::PREFERENCES {
        with(&PREFERENCES, |panel| panel.act(asked));
    } else {
        with(&DEBUG, |panel| panel.act(asked));
    }
}

/// Tells how high the debug panel is dragged, in percent of the window.
#[wasm_bindgen]
pub fn moved(percent: u32) {
    with(&DEBUG, |panel| panel.stretch(percent));
}

/// Asks the edge for the page's caller: one of [`ask`].
#[wasm_bindgen]
pub fn request(to: u32) {
    put(to);
}

/// Tells what a post came back with; status 0 when there is no answer. What the page's caller asked for is told to it.
#[wasm_bindgen]
pub fn answered(to: u32, status: u32, body: &[u8]) {
    // Nothing else than an answer is ever read.
    let body = if status == 200 { body } else { &[] };
    match to {
        ask::TAKE => {
            if let Some(known) = lean::known(body) {
                host::give(&known.export);
            }
        }
        ask::FORGET => {
            if lean::known(body).is_some() {
                host::forget();
            }
        }
        ask::TELL => {
            for account in lean::explained(body).unwrap_or_default().rules {
                host::ruled(&account.rule, word(account.truth), account.shown, &account.reason);
            }
        }
        ask::EXPLAIN => with(&DEBUG, |panel| panel.answered(status, body)),
        _ => with(&PREFERENCES, |panel| panel.answered(to, body)),
    }
}

/// Tells the page's caller why the card of `rule` is on screen, if it is.
#[wasm_bindgen]
pub fn card(rule: &[u8], card: &[u8]) {
    if lean::is_on_screen(&host::batch(), rule)
        && let Some((why, data)) = lean::reason(card)
    {
        host::shown(&why);
        for field in &data {
            host::datum(&field.name, &field.value);
        }
    }
}

/// Posts a question, whose answer comes with `to`. One that cannot be made is posted empty, which the edge refuses.
pub(crate) fn put(to: u32) {
    let batch = host::batch();
    let want = match to {
        ask::SEE => Want::See,
        ask::EXPORT | ask::TAKE => Want::Export,
        ask::ERASE | ask::FORGET => Want::Erase,
        _ => return host::post("v1/explain", &lean::explain(&batch, &host::key()), to),
    };
    let question = lean::inquiry(&batch, Labels::of_page().language, want);
    host::post("v1/visitor", &question.unwrap_or_default(), to);
}

/// Lets one call in. A panel that is gone after it is let go of; one that meets another call at work is not found.
fn with<P>(panel: &'static Lone<Option<Box<P>>>, step: impl FnOnce(&mut P) -> After) {
    if let Some(mut open) = panel.0.take()
        && step(&mut open) == After::Stays
    {
        panel.0.set(Some(open));
    }
}

/// What becomes of a panel after a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum After {
    Stays,
    Gone,
}
