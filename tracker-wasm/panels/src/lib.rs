//! The Declic panels: what is known of the visitor, for the visitor; what every rule says, for who tries the rules.
//!
//! Owns the way from a question to the edge to elements in a shadow root. Takes the open page as the tag encodes it,
//! and the edge's answers; returns what the visitor chose, through the tag. Never decides about an offer, keeps nothing
//! on the device, and never makes markup of a text.
//!
//! Two modules are made of it, so that a visitor does not load what is for the site's staff, nor the other way round: one
//! with the feature `preferences`, one with `debug`. Tests have both.
#![cfg_attr(feature = "alone", no_std)]

extern crate alloc;
#[cfg(test)]
extern crate std;

#[cfg(all(target_arch = "wasm32", feature = "alone"))]
#[path = "../../src/alone.rs"]
mod alone;
#[cfg(all(test, target_arch = "wasm32"))]
mod browser_tests;
#[cfg(feature = "debug")]
mod debug;
mod dom;
mod door;
mod host;
#[path = "../../src/lone.rs"]
mod lone;
#[cfg(feature = "preferences")]
mod preferences;

#[cfg(feature = "debug")]
pub use debug::{card, debug, moved, tell};
pub use door::{act, answered};
#[cfg(feature = "preferences")]
pub use preferences::{preferences, request};
