//! The byte form: bincode behind a few functions, so that it could be replaced in this one file.
//!
//! Messages between tag and edge go through [`encode`] and [`decode`]: a version byte and at most
//! [`MAX_BODY_BYTES`]. What the edge keeps for itself goes through [`pack`] and [`unpack`], where the caller
//! sets the limit and minds the version.

use alloc::vec::Vec;

use bincode::config::standard;
use bincode::error::DecodeError as Fault;
use bincode::{Decode, Encode};

use crate::{MAX_BODY_BYTES, VERSION};

/// Most memory a message of [`MAX_BODY_BYTES`] may claim while it is read: a stranger sent it.
const MAX_MESSAGE_MEMORY: usize = 4 * MAX_BODY_BYTES;
/// Most memory a stored value may claim: the edge wrote it.
const MAX_STORED_MEMORY: usize = 8 * 1024 * 1024;

/// Why bytes are not a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecodeError {
    /// There is nothing at all.
    Empty,
    /// The first byte names another version.
    Version {
        /// What it names.
        found: u8,
    },
    /// More bytes than the limit.
    TooLarge {
        /// How many there are.
        bytes: usize,
    },
    /// The bytes end before the message does.
    Truncated,
    /// The bytes do not form the message: an unknown variant, text that is not UTF-8, bytes left over.
    Malformed,
    /// The message claims more memory than is given to one.
    TooMuch,
}

/// The message as a version byte and its encoding.
pub fn encode<M: Encode>(message: &M) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(256);
    bytes.push(VERSION);
    append(message, &mut bytes);
    bytes
}

/// The message in `bytes`, of at most [`MAX_BODY_BYTES`] and all of them used.
///
/// # Errors
/// See [`DecodeError`]. Never panics and never allocates more than a few times that limit, whatever the bytes are.
pub fn decode<M: Decode<()>>(bytes: &[u8]) -> Result<M, DecodeError> {
    if bytes.len() > MAX_BODY_BYTES {
        return Err(DecodeError::TooLarge { bytes: bytes.len() });
    }
    let (&version, body) = bytes.split_first().ok_or(DecodeError::Empty)?;
    if version != VERSION {
        return Err(DecodeError::Version { found: version });
    }
    read::<M, MAX_MESSAGE_MEMORY>(body)
}

/// A value's encoding alone, without version byte or limit.
pub fn pack<M: Encode>(value: &M) -> Vec<u8> {
    let mut bytes = Vec::new();
    append(value, &mut bytes);
    bytes
}

/// The value in `bytes`, of at most `most` and all of them used.
///
/// # Errors
/// See [`DecodeError`]; here it is never `Empty` nor `Version`.
pub fn unpack<V: Decode<()>>(bytes: &[u8], most: usize) -> Result<V, DecodeError> {
    if bytes.len() > most {
        return Err(DecodeError::TooLarge { bytes: bytes.len() });
    }
    read::<V, MAX_STORED_MEMORY>(bytes)
}

/// Bincode's own limit is on the memory a value claims, not on its bytes: a list claims its elements' size in
/// memory before it reads them.
fn read<V: Decode<()>, const MEMORY: usize>(bytes: &[u8]) -> Result<V, DecodeError> {
    match bincode::decode_from_slice(bytes, standard().with_limit::<MEMORY>()) {
        Ok((value, used)) if used == bytes.len() => Ok(value),
        Err(Fault::UnexpectedEnd { .. }) => Err(DecodeError::Truncated),
        Err(Fault::LimitExceeded) => Err(DecodeError::TooMuch),
        Ok(_) | Err(_) => Err(DecodeError::Malformed),
    }
}

/// Where encoded bytes go.
struct Sink<'a>(&'a mut Vec<u8>);

impl bincode::enc::write::Writer for Sink<'_> {
    fn write(&mut self, bytes: &[u8]) -> Result<(), bincode::error::EncodeError> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }
}

fn append<M: Encode>(value: &M, bytes: &mut Vec<u8>) {
    // INVARIANT: derived encodings fail only when the writer does, and a growing vector does not.
    let encoded = bincode::encode_into_writer(value, Sink(bytes), standard());
    debug_assert!(encoded.is_ok(), "a derived encoding into a vector cannot fail");
}

#[cfg(test)]
mod tests;
