//! The way in and out: one function, and one place in memory that both sides know.
//!
//! The browser writes what it has to say into the place, calls [`act`], and reads there what is to be done. The module
//! keeps nothing from one call to the next: a widget's card and state are the browser's to keep.
#![allow(unsafe_code)]

use core::cell::UnsafeCell;

use wasm_bindgen::prelude::*;

use crate::card::Card;
use crate::drawing::{Drawing, Text};
use crate::view::Speech;
use crate::widget::{self, state};

/// A card's bytes are those of one message at most, and so are those of a form.
const ROOM: usize = wire::MAX_BODY_BYTES;

/// The place: a card, what its form holds, what is to be drawn (with more room, for templates say words twice), and
/// what the tag is to hear.
struct Place(UnsafeCell<[[u8; ROOM]; 6]>);

// SAFETY: the module is built without shared memory, so no second thread can reach it.
unsafe impl Sync for Place {}

static PLACE: Place = Place(UnsafeCell::new([[0; ROOM]; 6]));

/// Where the place begins.
#[wasm_bindgen]
pub fn place() -> u32 {
    PLACE.0.get() as usize as u32
}

/// Does what is `asked` (see `action` in `widget.rs`) of the widget `key`, which stands at `state`. Its card, of
/// `card` bytes, is at the beginning of the place, and what its form holds, of `typed` bytes, at 64 KiB. Returns how
/// it stands after that; what is to be drawn (see `drawing.rs`) is then at 128 KiB, and what the tag is to hear at
/// 320 KiB, each with a zero after it.
#[wasm_bindgen]
pub fn act(key: u32, asked: u32, state: u32, card: u32, typed: u32) -> u32 {
    // SAFETY: one thread, and this function calls nobody who could call it again: the place is its own until it returns.
    let [cards, forms, drawn @ .., reports] = unsafe { &mut *PLACE.0.get() };
    let mut said = Text::new(reports);
    let now = if let Some(card) = cards.get(..card as usize).and_then(Card::read) {
        let speech = Speech { card, key: [b'a' + (key % 26) as u8] };
        let typed = forms.get(..typed as usize).unwrap_or_default();
        let mut drawing = Drawing::new(drawn.as_flattened_mut(), &speech);
        let now = widget::act(asked, state, &speech.card, typed, &mut drawing, &mut said);
        drawing.text.push(0);
        now
    } else {
        drawn.as_flattened_mut().fill(0);
        widget::say(&mut said, &[b"gone"]);
        state::GONE
    };
    said.push(0);
    now
}
