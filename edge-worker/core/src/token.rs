//! Visitor tokens: who a returning visitor is, and where the profile lives.
//!
//! A token reads `d1.<region>.<shard>.<visitor>.<mac>`: the region and shard keep a visitor's requests going to the
//! same Durable Object, however many shards there are later; the MAC makes it unforgeable. Takes the secret as an
//! argument and never makes randomness: a visitor's id is derived from the random stream id the tag drew with
//! Web Crypto, so that a first batch sent twice makes one visitor.

use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use bincode::{Decode, Encode};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256, Sha384};

/// Bytes of MAC kept in a token. HMAC-SHA256 truncated to 128 bits (RFC 2104 section 5 allows half).
const MAC_BYTES: usize = 16;

/// Shortest secret accepted, in bytes: the MAC's own strength.
pub const MIN_SECRET_BYTES: usize = 32;

/// Shards per region for new visitors. A shard is one SQLite database and one thread.
pub const SHARDS: u16 = 32;

/// A visitor's address: where the profile is, and which row.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Encode, Decode)]
pub struct Visitor {
    /// Home region: `local`, or a Durable Object location hint such as `weur`.
    pub region: String,
    /// Shard within the region.
    pub shard: u16,
    /// Row within the shard.
    pub id: [u8; 16],
}

impl Visitor {
    /// The row's id in hexadecimal, as other objects know the visitor.
    pub fn name(&self) -> String {
        visitor_name(&self.id)
    }
}

/// The keys tokens are made and verified with.
pub struct Keyring {
    keys: Vec<Vec<u8>>,
}

/// The secret is too short to sign with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WeakSecret {
    /// How long it is.
    pub bytes: usize,
}

impl Keyring {
    /// The secrets in `text`, separated by white space: the first signs, all verify, so that a secret is replaced by
    /// putting its successor in front of it.
    ///
    /// # Errors
    /// When there is none, or one shorter than [`MIN_SECRET_BYTES`].
    pub fn parse(text: &str) -> Result<Self, WeakSecret> {
        let keys: Vec<Vec<u8>> = text.split_whitespace().map(|key| key.as_bytes().to_vec()).collect();
        match keys.iter().map(Vec::len).min() {
            Some(bytes) if bytes >= MIN_SECRET_BYTES => Ok(Self { keys }),
            shortest => Err(WeakSecret { bytes: shortest.unwrap_or(0) }),
        }
    }

    /// The new visitor that `seed` makes, at home in `region`: the seed the tag keeps until it has a token, else the
    /// stream of the first batch.
    pub fn admit(&self, site: &str, region: &str, seed: &[u8; 16]) -> Visitor {
        let digest = mac(&self.keys[0], &[b"visitor", site.as_bytes(), seed]).finalize().into_bytes();
        let mut id = [0; 16];
        id.copy_from_slice(&digest[..16]);
        let shard = u16::from_le_bytes([digest[16], digest[17]]) % SHARDS;
        Visitor { region: region.to_owned(), shard, id }
    }

    /// A claim of another kind than a visitor's, with its MAC behind it: `purpose` keeps the kinds apart.
    pub(crate) fn vouch(&self, purpose: &[u8], site: &str, claim: &str) -> String {
        let tag = mac(&self.keys[0], &[purpose, site.as_bytes(), claim.as_bytes()]).finalize().into_bytes();
        format!("{claim}.{}", Base64UrlUnpadded::encode_string(&tag[..MAC_BYTES]))
    }

    /// The claim of a text that [`Self::vouch`] made. Compares in constant time.
    pub(crate) fn vouched<'t>(&self, purpose: &[u8], site: &str, text: &'t str) -> Option<&'t str> {
        let (claim, tag) = text.rsplit_once('.')?;
        let tag = Base64UrlUnpadded::decode_vec(tag).ok().filter(|tag| tag.len() == MAC_BYTES)?;
        let parts = [purpose, site.as_bytes(), claim.as_bytes()];
        self.keys.iter().any(|key| mac(key, &parts).verify_truncated_left(&tag).is_ok()).then_some(claim)
    }

    /// The new visitor who comes after an erased one, on the same device: nothing but this run of the tag leads from
    /// the one to the other, and only with the secret.
    pub fn readmit(&self, site: &str, region: &str, erased: &[u8; 16], stream: &[u8; 16]) -> Visitor {
        let digest = mac(&self.keys[0], &[b"again", site.as_bytes(), erased, stream]).finalize().into_bytes();
        let mut seed = [0; 16];
        seed.copy_from_slice(&digest[..16]);
        self.admit(site, region, &seed)
    }

    /// The visitor's token at this site.
    pub fn sign(&self, site: &str, visitor: &Visitor) -> String {
        let claim = format!(
            "d1.{}.{}.{}",
            visitor.region,
            visitor.shard,
            Base64UrlUnpadded::encode_string(&visitor.id)
        );
        let tag = mac(&self.keys[0], &[b"token", site.as_bytes(), claim.as_bytes()]).finalize().into_bytes();
        format!("{claim}.{}", Base64UrlUnpadded::encode_string(&tag[..MAC_BYTES]))
    }

    /// What a token says, when this deployment signed it for this site. Compares in constant time.
    pub fn verify(&self, site: &str, token: &str) -> Option<Verified> {
        let (claim, tag) = token.rsplit_once('.')?;
        let tag = Base64UrlUnpadded::decode_vec(tag).ok().filter(|tag| tag.len() == MAC_BYTES)?;
        let parts = [b"token", site.as_bytes(), claim.as_bytes()];
        let signer = self.keys.iter().position(|key| mac(key, &parts).verify_truncated_left(&tag).is_ok())?;
        let mut fields = claim.split('.');
        let (_version, region, shard, id) = (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
        let id = Base64UrlUnpadded::decode_vec(id).ok()?.try_into().ok()?;
        let visitor = Visitor { region: region.to_owned(), shard: shard.parse().ok()?, id };
        Some(Verified { visitor, outdated: signer > 0 })
    }
}

/// What a token that verifies says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Whose it is.
    pub visitor: Visitor,
    /// An older secret signed it: the visitor is given a new one, so that the old secret can go.
    pub outdated: bool,
}

/// The random seed a tag sends in the place of a token it has not been given yet: `s.` and 32 hexadecimal digits.
///
/// Kept from page to page, it makes one visitor of one who leaves before the first answer comes.
pub fn seed(token: &str) -> Option<[u8; 16]> {
    let digits = token.strip_prefix("s.")?;
    base16ct::lower::decode_vec(digits).ok()?.try_into().ok()
}

/// A visitor's id as a name: 32 hexadecimal digits.
pub fn visitor_name(id: &[u8; 16]) -> String {
    base16ct::lower::encode_string(id)
}

/// The id that such a name stands for.
pub fn visitor_named(name: &str) -> Option<[u8; 16]> {
    base16ct::lower::decode_vec(name).ok()?.try_into().ok()
}

/// Whether `given` is the key, in time that tells nothing of where they differ.
pub fn same_key(given: &str, key: &str) -> bool {
    // Comparing MACs under a fixed key makes the lengths equal and the position of the first difference useless.
    let digest = |text: &str| mac(b"compare", &[text.as_bytes()]);
    let expected = digest(key).finalize().into_bytes();
    !key.is_empty() && digest(given).verify_slice(&expected).is_ok()
}

/// A text as hexadecimal digits, to be carried where only plain characters may be.
pub fn text_name(text: &str) -> String {
    base16ct::lower::encode_string(text.as_bytes())
}

/// The text that such digits stand for; empty when they stand for none.
pub fn text_named(name: &str) -> String {
    base16ct::lower::decode_vec(name).ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

/// SHA-256 of the bytes, in lower-case hexadecimal: a name for exactly this content.
pub fn digest_hex(bytes: &[u8]) -> String {
    base16ct::lower::encode_string(&Sha256::digest(bytes))
}

/// The bytes' `integrity`, as a script tag has it (Subresource Integrity, W3C 2016).
pub fn integrity(bytes: &[u8]) -> String {
    format!("sha384-{}", Base64::encode_string(&Sha384::digest(bytes)))
}

fn mac(key: &[u8], parts: &[&[u8]]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    for part in parts {
        // Each part behind its length: ("ab", "c") must not sign as ("a", "bc").
        mac.update(&(part.len() as u64).to_le_bytes());
        mac.update(part);
    }
    mac
}

#[cfg(test)]
mod tests {
    use super::{Keyring, Verified, Visitor, WeakSecret, same_key, seed};

    const OLD: &str = "an-old-secret-of-thirty-two-bytes";
    const NEW: &str = "a-new-secret-of-thirty-two-bytes!";

    fn ring(text: &str) -> Keyring {
        Keyring::parse(text).unwrap()
    }

    #[test]
    fn a_token_names_its_visitor_at_its_site_only() {
        let visitor = ring(NEW).admit("shop", "weur", &[1; 16]);
        let token = ring(NEW).sign("shop", &visitor);
        assert_eq!(ring(NEW).verify("shop", &token), Some(Verified { visitor, outdated: false }));
        assert_eq!(ring(NEW).verify("bank", &token), None);
        assert_eq!(ring(OLD).verify("shop", &token), None);
    }

    #[test]
    fn a_changed_token_is_nobody() {
        let token = ring(NEW).sign("shop", &Visitor { region: "local".into(), shard: 3, id: [9; 16] });
        for at in 0..token.len() {
            let mut forged = token.clone().into_bytes();
            forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
            let forged = String::from_utf8(forged).unwrap();
            assert_eq!(ring(NEW).verify("shop", &forged), None, "{forged}");
        }
        for text in ["", ".", "....", "d1.local.3", "d1.local.3.AAAA.", &token[..token.len() - 4]] {
            assert_eq!(ring(NEW).verify("shop", text), None, "{text}");
        }
    }

    #[test]
    fn a_rotated_secret_keeps_its_visitors_and_renews_their_tokens() {
        let visitor = Visitor { region: "local".into(), shard: 0, id: [9; 16] };
        let token = ring(OLD).sign("shop", &visitor);
        assert_eq!(
            ring(&format!("{NEW} {OLD}")).verify("shop", &token),
            Some(Verified { visitor, outdated: true })
        );
    }

    #[test]
    fn the_same_stream_makes_the_same_visitor() {
        assert_eq!(ring(NEW).admit("shop", "local", &[1; 16]), ring(NEW).admit("shop", "local", &[1; 16]));
        assert_ne!(ring(NEW).admit("shop", "local", &[1; 16]), ring(NEW).admit("shop", "local", &[2; 16]));
        assert_ne!(ring(NEW).admit("shop", "local", &[1; 16]), ring(NEW).admit("bank", "local", &[1; 16]));
    }

    #[test]
    fn who_was_erased_comes_back_as_another_and_as_the_same_other_when_it_is_sent_again() {
        let erased = ring(NEW).admit("shop", "local", &[1; 16]);
        let again = |stream: u8| ring(NEW).readmit("shop", "local", &erased.id, &[stream; 16]);
        assert_ne!(again(1).id, erased.id);
        assert_eq!(again(1), again(1));
        assert_ne!(again(1).id, again(2).id);
    }

    #[test]
    fn a_seed_is_32_digits_and_nothing_else() {
        assert_eq!(
            seed("s.000102030405060708090a0b0c0d0e0f"),
            Some(std::array::from_fn(|index| index as u8))
        );
        for text in
            ["", "s.", "s.00", "s.zz0102030405060708090a0b0c0d0e0f", "000102030405060708090a0b0c0d0e0f"]
        {
            assert_eq!(seed(text), None, "{text}");
        }
    }

    #[test]
    fn a_short_secret_is_refused() {
        assert_eq!(Keyring::parse("short").err(), Some(WeakSecret { bytes: 5 }));
        assert_eq!(Keyring::parse(" ").err(), Some(WeakSecret { bytes: 0 }));
    }

    #[test]
    fn keys_compare_by_their_whole_text() {
        assert!(same_key("k", "k"));
        assert!(!same_key("k", "kk"));
        assert!(!same_key("", ""), "an unset key opens nothing");
    }
}
