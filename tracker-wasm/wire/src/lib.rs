//! The protocol between the tag in the browser and the worker at the edge.
//!
//! Owns the messages, their version, their byte form and their limits. Knows nothing of the rest of the
//! workspace: both sides depend on it, and on nothing else in common.
//!
//! One round trip is a [`Batch`] posted to `/v1/events` and a [`Reply`] in the answer; a [`Contact`] posted
//! to `/v1/contacts` asks for a human. An [`Inquiry`] asks what is known, an [`Explain`] what the rules say. Every body is one version byte followed by the message in
//! [`codec`]'s encoding.
#![no_std]

extern crate alloc;

mod batch;
pub mod codec;
mod contact;
mod inquiry;
pub mod lean;
pub mod pen;
mod reply;

pub use batch::{Batch, Consent, Event, Live, Page, What};
pub use codec::{DecodeError, decode, encode};
pub use contact::{Ask, Contact};
pub use inquiry::{Account, Explain, Explained, Inquiry, Known, Preference, Truth, Want};
pub use reply::{Card, Field, Link, Offer, Place, Reply, Show, Watch};

/// First byte of every body. Raised when a message changes shape: bincode has no field names to go by.
pub const VERSION: u8 = 1;

/// Largest body either side accepts, in bytes. 64 KiB: browsers refuse larger beacons.
pub const MAX_BODY_BYTES: usize = 64 * 1024;

/// Longest name, in bytes: a site's key, a rule's id, an event, a page type, a language, a currency.
pub const MAX_NAME_BYTES: usize = 128;

/// Longest path, title or token, in bytes.
pub const MAX_TEXT_BYTES: usize = 2048;

/// Longest query or referrer, in bytes: browsers and servers stop near 8 KiB.
pub const MAX_URL_BYTES: usize = 8192;

/// Longest message to the desk, in bytes.
pub const MAX_MESSAGE_BYTES: usize = 8192;

/// Longest text added to a survey's answer, in bytes.
pub const MAX_REMARK_BYTES: usize = 1024;

/// Longest proof of an identity, in bytes: a signed token with a few claims.
pub const MAX_PROOF_BYTES: usize = 2048;

/// Most events in one batch. A tag that has more sends several batches.
pub const MAX_EVENTS: usize = 256;
