//! How what is stored is written: a byte that says of which version it is, and the value behind it.
//!
//! Owns that form alone. What a version means, and what becomes of an earlier one, is its type's to say.

use bincode::{Decode, Encode};
use wire::DecodeError;
use wire::codec::{pack, unpack};

/// The bytes of a value of this version.
pub(crate) fn to_bytes<T: Encode>(version: u8, value: &T) -> Vec<u8> {
    let mut bytes = vec![version];
    bytes.append(&mut pack(value));
    bytes
}

/// The value in these bytes, of at most `most` behind the version.
///
/// # Errors
/// When they are of another version, damaged, or none.
pub(crate) fn from_bytes<T: Decode<()>>(version: u8, bytes: &[u8], most: usize) -> Result<T, DecodeError> {
    match bytes.split_first() {
        Some((&found, body)) if found == version => unpack(body, most),
        Some((&found, _)) => Err(DecodeError::Version { found }),
        None => Err(DecodeError::Empty),
    }
}

#[cfg(test)]
mod tests {
    use wire::DecodeError;

    use super::{from_bytes, to_bytes};

    #[test]
    fn a_value_stands_behind_its_version() {
        let bytes = to_bytes(7, &(1_u8, "two".to_owned()));
        assert_eq!(bytes, [7, 1, 3, b't', b'w', b'o']);
        assert_eq!(from_bytes(7, &bytes, 64), Ok((1_u8, "two".to_owned())));
    }

    #[test]
    fn what_is_of_another_version_damaged_or_nothing_says_so() {
        let read = |bytes: &[u8]| from_bytes::<(u8, u8)>(7, bytes, 2);
        assert_eq!(read(&[8, 1, 1]), Err(DecodeError::Version { found: 8 }));
        assert_eq!(read(&[7, 1]), Err(DecodeError::Truncated));
        assert_eq!(read(&[7, 1, 1, 1]), Err(DecodeError::TooLarge { bytes: 3 }));
        assert_eq!(read(&[]), Err(DecodeError::Empty));
    }
}
