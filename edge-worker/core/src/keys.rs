//! The people who run a site: their roles, what each may do, and the keys that prove them.
//!
//! A key is 32 random bytes of the caller's, told once; what is kept is its SHA-256, which suffices for a secret
//! nobody can guess. Keys are compared in constant time. Never makes randomness.

use base64ct::{Base64UrlUnpadded, Encoding};
use bincode::{Decode, Encode};

use crate::token::{digest_hex, same_key};

/// Most keys of one site.
pub const MAX_KEYS: usize = 64;
/// Longest name of a key, in bytes.
pub(crate) const MAX_NAME_BYTES: usize = 64;
/// How the log of changes names whoever holds the deployment's own keys: no key of a site may be called so.
pub const OPERATOR: &str = "operator";
/// What every key begins with, so that one is recognised in a log or a commit.
const PREFIX: &str = "dk_";

/// What a person is to a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum SiteRole {
    /// Writes and publishes rules.
    Marketer,
    /// Answers visitors.
    Agent,
    /// Everything but answering visitors.
    Owner,
}

/// What a route lets its caller do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// See who asked for contact.
    Visitors,
    /// See and change rules, and see what they do.
    Rules,
    /// Settings, keys and the log of changes.
    Site,
}

impl SiteRole {
    /// Their names.
    pub const NAMES: [&'static str; 3] = ["marketer", "agent", "owner"];

    /// Its name.
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }

    /// The role of this name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Marketer, Self::Agent, Self::Owner].into_iter().find(|role| role.name() == name)
    }

    /// Whether it may. Visitors' numbers are for those who call them: an owner makes himself an agent's key first, or
    /// sets up a webhook that receives them, and the log of changes tells.
    pub fn may(self, need: Need) -> bool {
        match need {
            Need::Visitors => self == Self::Agent,
            Need::Rules => matches!(self, Self::Marketer | Self::Owner),
            Need::Site => self == Self::Owner,
        }
    }
}

/// A key as the site keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct StoredKey {
    /// Whose it is; unique in the site.
    pub name: String,
    /// What it opens.
    pub role: SiteRole,
    /// SHA-256 of the key, in hexadecimal.
    pub digest: String,
}

/// The key of these random bytes.
pub fn key_of(random: &[u8; 32]) -> String {
    format!("{PREFIX}{}", Base64UrlUnpadded::encode_string(random))
}

/// What is kept of a key.
pub fn digest_of(key: &str) -> String {
    digest_hex(key.as_bytes())
}

/// Whose key this is. Looks at every key, whichever is found.
pub fn find<'k>(keys: &'k [StoredKey], given: &str) -> Option<&'k StoredKey> {
    let digest = digest_of(given);
    keys.iter().fold(None, |found, key| if same_key(&digest, &key.digest) { Some(key) } else { found })
}

/// Whether a text may name a key: it stands in addresses and in the log of changes. A letter or digit is first and last,
/// for `.` and `..` are steps of a path there: no request would remove such a key.
pub fn is_name(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'@');
    let ends = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric());
    text.len() <= MAX_NAME_BYTES
        && text.bytes().all(plain)
        && ends(text.bytes().next())
        && ends(text.bytes().last())
        && !text.eq_ignore_ascii_case(OPERATOR)
}

#[cfg(test)]
mod tests {
    use super::{Need, SiteRole, StoredKey, digest_of, find, is_name, key_of};

    #[test]
    fn each_role_may_what_its_work_needs() {
        let may = |role: SiteRole| [Need::Visitors, Need::Rules, Need::Site].map(|need| role.may(need));
        assert_eq!(may(SiteRole::Agent), [true, false, false]);
        assert_eq!(may(SiteRole::Marketer), [false, true, false]);
        assert_eq!(may(SiteRole::Owner), [false, true, true]);
    }

    #[test]
    fn a_key_is_found_by_its_digest_alone() {
        let key = key_of(&[7; 32]);
        let stored = |name: &str, key: &str| StoredKey {
            name: name.into(),
            role: SiteRole::Marketer,
            digest: digest_of(key),
        };
        let keys = [stored("ada", &key), stored("bob", &key_of(&[8; 32]))];
        assert_eq!(find(&keys, &key).map(|key| &*key.name), Some("ada"));
        for wrong in ["", "dk_", &key[..key.len() - 1], &keys[0].digest] {
            assert_eq!(find(&keys, wrong), None, "{wrong}");
        }
    }

    #[test]
    fn names_are_plain() {
        for good in ["ada@shop.example", "a", "7", "a..b", "operators", &"x".repeat(64)] {
            assert!(is_name(good), "{good}");
        }
        for bad in ["", "ada lovelace", "a/b", "é", &"x".repeat(65)] {
            assert!(!is_name(bad), "{bad}");
        }
    }

    #[test]
    fn no_name_is_a_step_of_a_path_or_the_operators() {
        for bad in [".", "..", "...", ".ada", "ada.", "-ada", "ada_", "@", "operator", "Operator"] {
            assert!(!is_name(bad), "{bad}");
        }
    }
}
