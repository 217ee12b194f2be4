//! The Declic widgets: what a visitor sees.
//!
//! Owns the way from a card to elements in a shadow root, and what the visitor does there. Takes cards as the edge
//! encoded them; returns what was done, through the tag; never talks to the network and never makes markup of a text.
//!
//! `phone`, `address` and `labels` need no browser and are tested natively.
#![cfg_attr(feature = "alone", no_std)]

extern crate alloc;
#[cfg(test)]
extern crate std;

mod address;
#[cfg(all(target_arch = "wasm32", feature = "alone"))]
#[path = "../../src/alone.rs"]
mod alone;
#[cfg(all(test, target_arch = "wasm32"))]
mod browser_tests;
mod dom;
mod form;
mod host;
mod labels;
#[path = "../../src/lone.rs"]
mod lone;
mod phone;
mod theatre;
mod widget;

pub use theatre::{act, hide, leave, remove, settle, show};
