//! The Declic widgets: what a visitor sees.
//!
//! Owns the way from a card to elements in a shadow root, and what the visitor does there. Takes cards as the edge
//! encoded them, and what was done; returns what is to be drawn, and what the tag is to hear. Keeps nothing, allocates
//! nothing, touches no document, never talks to the network, and never makes markup of a text.
//!
//! All but `door` is tested natively; `js/host.js`, which draws, in the browser.
#![cfg_attr(feature = "alone", no_std)]

#[cfg(test)]
extern crate std;

mod address;
#[cfg(all(target_arch = "wasm32", feature = "alone"))]
#[path = "../../src/alone.rs"]
mod alone;
#[cfg(all(test, target_arch = "wasm32"))]
mod browser_tests;
mod card;
mod door;
mod drawing;
mod labels;
mod phone;
mod view;
mod widget;

pub use door::{act, place};
