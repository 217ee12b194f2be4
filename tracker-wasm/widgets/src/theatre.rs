//! The widgets on screen, and the way in for the tag and for the page's events.
//!
//! Owns every widget there is. Never lets a second call in while one is at work.

use alloc::string::ToString;
use alloc::vec::Vec;
use core::cell::Cell;
use core::mem;

use wasm_bindgen::prelude::*;
use wire::Card;

use crate::host;
use crate::lone::Lone;
use crate::widget::Widget;

/// What is on screen. Empty while a call is at work.
static WIDGETS: Lone<Vec<Widget>> = Lone(Cell::new(Vec::new()));

/// Number of the next widget.
static NEXT: Lone<u32> = Lone(Cell::new(0));

/// Puts a card, a [`Card`] as encoded, on screen for `rule`.
#[wasm_bindgen]
pub fn show(rule: &str, card: &[u8]) {
    let key = NEXT.0.get();
    NEXT.0.set(key + 1);
    let card = wire::decode::<Card>(card).ok();
    match card.and_then(|card| Widget::show(rule.to_string(), card, key)) {
        Some(widget) => {
            let mut widgets = WIDGETS.0.take();
            widgets.push(widget);
            put_back(widgets);
        }
        None => host::say(rule, "gone", "", ""),
    }
}

/// Hides the card of `rule`, or shows it again.
#[wasm_bindgen]
pub fn hide(rule: &str, hidden: bool) {
    each(&Step::Hide { rule, hidden });
}

/// Takes the card of `rule` off the screen, for good and without a word.
#[wasm_bindgen]
pub fn remove(rule: &str) {
    each(&Step::Remove { rule });
}

/// Takes off the screen what the visitor is not busy with.
#[wasm_bindgen]
pub fn leave() {
    each(&Step::Leave);
}

/// Tells the card of `rule` whether the request for contact it made is stored.
#[wasm_bindgen]
pub fn settle(rule: &str, stored: bool) {
    each(&Step::Settle { rule, stored });
}

/// Does what an element of the widget `key` asks for; see `action` in `widget.rs`.
#[wasm_bindgen]
pub fn act(key: u32, asked: u32) {
    each(&Step::Act { key, asked });
}

/// What is done to some widget. Not a closure: its code would be there once for each.
enum Step<'a> {
    Hide { rule: &'a str, hidden: bool },
    Remove { rule: &'a str },
    Leave,
    Settle { rule: &'a str, stored: bool },
    Act { key: u32, asked: u32 },
}

/// Takes a step with every widget it is for, and lets go of those that are gone after it.
fn each(step: &Step<'_>) {
    let mut widgets = WIDGETS.0.take();
    widgets.retain_mut(|widget| {
        let gone = match *step {
            Step::Hide { rule, hidden } if widget.rule == rule => widget.hide(hidden),
            Step::Remove { rule } if widget.rule == rule => widget.leave(""),
            Step::Leave if !widget.is_busy() => widget.leave("gone"),
            Step::Settle { rule, stored } if widget.rule == rule => widget.settle(stored),
            Step::Act { key, asked } if widget.key == key => widget.act(asked),
            _ => false,
        };
        !gone
    });
    put_back(widgets);
}

fn put_back(widgets: Vec<Widget>) {
    // What lies there is empty, and the code to drop it would never run.
    mem::forget(WIDGETS.0.replace(widgets));
}
