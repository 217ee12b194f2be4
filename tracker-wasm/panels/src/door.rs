//! The way in: everything the loader, the edge's answers and the panels' elements tell comes through these functions.
//!
//! Takes what is told to the panel it is for. Never lets a second call in while one is at work on a panel.

use alloc::boxed::Box;
use core::cell::Cell;

use wasm_bindgen::prelude::*;

#[cfg(feature = "debug")]
use crate::debug;
use crate::lone::Lone;
#[cfg(feature = "preferences")]
use crate::preferences;

/// Whose elements call: the first argument of [`act`].
pub(crate) mod owner {
    #[cfg(feature = "preferences")]
    pub(crate) const PREFERENCES: u32 = 0;
    #[cfg(feature = "debug")]
    pub(crate) const DEBUG: u32 = 1;
}

/// What is asked of the edge, and by whom: the first argument of [`answered`].
pub(crate) mod ask {
    /// By the preferences panel.
    #[cfg(feature = "preferences")]
    pub(crate) const SEE: u32 = 0;
    #[cfg(feature = "preferences")]
    pub(crate) const EXPORT: u32 = 1;
    #[cfg(feature = "preferences")]
    pub(crate) const ERASE: u32 = 2;
    /// By the debug panel.
    #[cfg(feature = "debug")]
    pub(crate) const EXPLAIN: u32 = 3;
    /// By the page's script, as `js/panels.js` and `js/explain.js` count.
    #[cfg(feature = "preferences")]
    pub(crate) const TAKE: u32 = 4;
    #[cfg(feature = "preferences")]
    pub(crate) const FORGET: u32 = 5;
    #[cfg(feature = "debug")]
    pub(crate) const TELL: u32 = 6;
}

/// Does what an element of a panel asks for; see `action` in `preferences.rs` and `debug.rs`.
#[wasm_bindgen]
pub fn act(owner: u32, asked: u32) {
    match owner {
        #[cfg(feature = "preferences")]
        owner::PREFERENCES => preferences::act(asked),
        #[cfg(feature = "debug")]
        owner::DEBUG => debug::act(asked),
        _ => {}
    }
}

/// Tells what a post came back with; status 0 when there is no answer. What the page's caller asked for is told to it.
#[wasm_bindgen]
pub fn answered(to: u32, status: u32, body: &[u8]) {
    // Nothing else than an answer is ever read.
    let body = if status == 200 { body } else { &[] };
    match to {
        #[cfg(feature = "preferences")]
        ask::SEE | ask::EXPORT | ask::ERASE | ask::TAKE | ask::FORGET => preferences::answered(to, body),
        #[cfg(feature = "debug")]
        ask::EXPLAIN | ask::TELL => debug::answered(to, status, body),
        _ => {}
    }
}

/// A panel, while it is open: empty while it is not, and while a call is at work on it.
pub(crate) type Place<P> = Lone<Option<Box<P>>>;

/// Where no panel is open yet.
pub(crate) const fn nobody<P>() -> Place<P> {
    Lone(Cell::new(None))
}

/// Opens a panel; one that is open stays as it is.
pub(crate) fn open<P>(place: &'static Place<P>, panel: fn() -> P) {
    let open = place.0.take();
    place.0.set(Some(open.unwrap_or_else(|| Box::new(panel()))));
}

/// Lets one call in. A panel that is gone after it is let go of; one that meets another call at work is not found.
pub(crate) fn with<P>(place: &'static Place<P>, step: impl FnOnce(&mut P) -> After) {
    if let Some(mut open) = place.0.take()
        && step(&mut open) == After::Stays
    {
        place.0.set(Some(open));
    }
}

/// What becomes of a panel after a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum After {
    Stays,
    Gone,
}
