//! Secrets and signatures: `whsec_` and base64, HMAC-SHA256 over `id.timestamp.body` (Standard Webhooks 1.0, "Signature
//! scheme").

use base64ct::{Base64, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Stands before every symmetric secret, so that one found somewhere is recognised.
const PREFIX: &str = "whsec_";
/// Standard Webhooks asks for 24 to 64 bytes.
const BYTES: std::ops::RangeInclusive<usize> = 24..=64;

/// One secret that signs.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Vec<u8>);

/// A text is no secret. What it says is not repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadSecret;

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Secret {
    /// A secret of these random bytes.
    pub fn of(bytes: [u8; 32]) -> Self {
        Self(bytes.to_vec())
    }

    /// The secret in a text.
    ///
    /// # Errors
    /// When it is not [`PREFIX`] and the base64 of as many bytes as the standard asks for.
    pub fn parse(text: &str) -> Result<Self, BadSecret> {
        let bytes = text.strip_prefix(PREFIX).and_then(|key| Base64::decode_vec(key).ok());
        bytes.filter(|bytes| BYTES.contains(&bytes.len())).map(Self).ok_or(BadSecret)
    }

    /// The secret as a receiver is given it.
    pub fn reveal(&self) -> String {
        format!("{PREFIX}{}", Base64::encode_string(&self.0))
    }

    /// `v1,` and the signature.
    fn sign(&self, id: &str, at_s: u64, body: &[u8]) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes a key of any length");
        mac.update(format!("{id}.{at_s}.").as_bytes());
        mac.update(body);
        format!("v1,{}", Base64::encode_string(&mac.finalize().into_bytes()))
    }
}

/// The three headers of a letter sent at `at_s`, in seconds since 1970: one signature for each secret in force, so that a
/// receiver may know either while one replaces the other.
pub fn headers(secrets: &[Secret], id: &str, at_s: u64, body: &[u8]) -> [(&'static str, String); 3] {
    let signatures: Vec<String> = secrets.iter().map(|secret| secret.sign(id, at_s, body)).collect();
    [
        ("webhook-id", id.to_owned()),
        ("webhook-timestamp", at_s.to_string()),
        ("webhook-signature", signatures.join(" ")),
    ]
}

#[cfg(test)]
mod tests {
    use super::{BadSecret, Secret, headers};

    /// The vector of the standard's own Go library, `TestWebhookSign`.
    #[test]
    fn the_published_vector_is_signed_as_published() {
        let secret = Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let body = br#"{"test": 2432232314}"#;
        let headers = headers(&[secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body);
        assert_eq!(headers[2].1, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assert_eq!((&*headers[0].1, &*headers[1].1), ("msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330"));
    }

    #[test]
    fn while_secrets_change_each_signs() {
        let secrets = [Secret::of([1; 32]), Secret::of([2; 32])];
        let both = headers(&secrets, "msg_1", 7, b"{}")[2].1.clone();
        let (new, old) = both.split_once(' ').unwrap();
        assert_eq!(new, headers(&secrets[..1], "msg_1", 7, b"{}")[2].1);
        assert_eq!(old, headers(&secrets[1..], "msg_1", 7, b"{}")[2].1);
    }

    #[test]
    fn a_text_that_is_no_secret_is_refused_and_not_repeated() {
        let secret = Secret::of([7; 32]);
        assert_eq!(Secret::parse(&secret.reveal()), Ok(secret.clone()));
        assert_eq!(format!("{secret:?}"), "Secret(…)");
        for bad in [
            "",
            "whsec_",
            "whsec_AAAA",
            "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "whsec_not base64 at all, really",
        ] {
            assert_eq!(Secret::parse(bad), Err(BadSecret), "{bad}");
        }
    }
}
