//! What the worker hands to the shard a visitor lives in: the batch as it came, and what it knows of its sender.

use bincode::{Decode, Encode};
use wire::DecodeError;
use wire::codec::{pack, unpack};

use crate::arrival::{self, Arrival};
use crate::facts::Place;
use crate::identity::Signed;
use crate::profile::Stream;
use crate::token::Visitor;

/// Largest handover, in bytes: a whole batch, who arrives with it, and room for the rest.
const MAX_BYTES: usize = wire::MAX_BODY_BYTES + arrival::MAX_BYTES + 8192;

/// One batch on its way to a shard.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct Handover {
    /// The site's key.
    pub site: String,
    /// The visitor, who lives where this goes.
    pub visitor: Visitor,
    /// A token named the visitor, so there was a row: when there is none, it was erased, and its name with it.
    pub returning: bool,
    /// Who the site signs that this is.
    pub signed: Option<Signed>,
    /// Who becomes part of this visitor first.
    pub arrival: Option<Arrival>,
    /// How far the batch's run of the tag was folded elsewhere.
    pub stream: Option<Stream>,
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
