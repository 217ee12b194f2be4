//! The Declic tag: what runs in the visitor's browser.
//!
//! Owns the journey from what the page and the visitor do to a batch for the edge, and from the edge's answer to a
//! widget on screen. Takes everything through one door (`door.rs`); decides nothing about what is shown; keeps one value on
//! the device, with consent only; never throws into the page, never blocks it, never hides it.
//!
//! The parts that need no browser (`queue`, `presence`, `watches`, `trouble`, `delivery`) take times and return values,
//! and are tested natively.
#![cfg_attr(feature = "alone", no_std)]

extern crate alloc;
#[cfg(test)]
extern crate std;

#[cfg(all(target_arch = "wasm32", feature = "alone"))]
mod alone;
mod arms;
#[cfg(all(test, target_arch = "wasm32"))]
mod browser_tests;
mod code;
mod delivery;
mod door;
mod host;
mod lone;
mod post;
mod presence;
mod queue;
mod tag;
mod trouble;
mod watches;

pub use door::{start, wake};
