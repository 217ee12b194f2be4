//! The Declic panels: what is known of the visitor, for the visitor; what every rule says, for who tries the rules.
//!
//! Owns the way from a question to the edge to elements in a shadow root. Takes the open page as the tag encodes it,
//! and the edge's answers; returns what the visitor chose, through the tag. Never decides about an offer, keeps nothing
//! on the device, and never makes markup of a text.
//!
//! `labels` and `verdict` need no browser and are tested natively.
#![cfg_attr(feature = "alone", no_std)]

extern crate alloc;
#[cfg(test)]
extern crate std;

#[cfg(all(target_arch = "wasm32", feature = "alone"))]
#[path = "../../src/alone.rs"]
mod alone;
#[cfg(all(test, target_arch = "wasm32"))]
mod browser_tests;
mod debug;
mod dom;
mod door;
mod host;
mod labels;
#[path = "../../src/lone.rs"]
mod lone;
mod preferences;
mod verdict;

pub use door::{act, answered, card, debug, moved, preferences, request};
