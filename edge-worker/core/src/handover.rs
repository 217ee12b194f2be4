//! What the worker hands to the shard a visitor lives in: the batch as it came, and what it knows of its sender.

use bincode::{Decode, Encode};
use wire::DecodeError;
use wire::codec::{pack, unpack};

use crate::facts::Place;

/// Largest handover, in bytes: a whole batch, and room for the rest.
const MAX_BYTES: usize = wire::MAX_BODY_BYTES + 4096;

/// One batch on its way to a shard.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct Handover {
    /// The site's key.
    pub site: String,
    /// The visitor's row.
    pub visitor: [u8; 16],
    /// A token named the visitor, so there was a row: when there is none, it was erased, and its name with it.
    pub returning: bool,
    /// What the network and the browser's headers tell.
    pub place: Place,
    /// The batch's bytes, which `intake` has let in.
    pub body: Vec<u8>,
}

impl Handover {
    /// The bytes to send.
    pub fn to_bytes(&self) -> Vec<u8> {
        pack(self)
    }

    /// The handover in these bytes.
    ///
    /// # Errors
    /// When they are not one.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        unpack(bytes, MAX_BYTES)
    }
}
