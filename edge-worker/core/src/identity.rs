//! Who a visitor is, when the site's own server signs it.
//!
//! Takes the id and the proof a page gives, and the site's secrets; returns who it is and what the site says of him,
//! or why it is not believed. Two proofs are taken: the hexadecimal HMAC-SHA256 (RFC 2104) of `declic-id:` and the id, and
//! a JSON Web Token signed with HS256 (RFC 7519) whose `sub` is the id and whose `customer` is an object of attributes.
//! Compares in constant time, never reads a clock.

use base64ct::{Base64UrlUnpadded, Encoding};
use bincode::{Decode, Encode};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use wire::{Batch, What};

use crate::customer::{AttributeError, Saying, saying};
use crate::token::{SHARDS, Visitor};

/// Region of customers. One that everybody knows: a customer is found by the site's id alone, from wherever he comes.
const HOME: &str = "local";
/// What the plain proof signs before the id. Both proofs are made with one secret, and who chooses his own id must not
/// have a token signed by it: what a token signs never begins so, for base64url has no colon.
const PLAIN: &str = "declic-id:";
/// How far the clock of a site's server may be off, in milliseconds: a minute, as most verifiers grant.
const LEEWAY_MS: u64 = 60_000;

/// Someone the site has signed for.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct Signed {
    /// The site's own identifier of the customer.
    pub id: String,
    /// What the site says of him.
    pub said: Saying,
}

/// Why a proof is not believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IdentityError {
    /// The id is empty.
    NoId,
    /// The site has no identity secret.
    NoSecret,
    /// It is neither 64 hexadecimal digits nor a token of three parts.
    Malformed,
    /// The token names another algorithm than HS256: its key would not be the site's secret.
    Algorithm,
    /// No secret of the site's signed it.
    Forged,
    /// It is signed, and not for this id.
    AnotherId,
    /// It is signed, and its time is over or has not come.
    OutOfTime,
    /// It is signed, and says something that cannot be kept.
    Attributes(AttributeError),
}

impl IdentityError {
    /// Stable name, for counters.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoId => "no_id",
            Self::NoSecret => "no_secret",
            Self::Malformed => "malformed",
            Self::Algorithm => "algorithm",
            Self::Forged => "forged",
            Self::AnotherId => "another_id",
            Self::OutOfTime => "out_of_time",
            Self::Attributes(_) => "attributes",
        }
    }
}

/// Most proofs of one batch that are looked at: each costs a hash under every secret.
const MAX_PROOFS: usize = 4;

/// Who the site signs that the sender of a batch is: by the last proof that verifies, else why the last one does not.
/// Nothing when the batch brings none.
pub fn introduced(batch: &Batch, secrets: &[String], now_ms: u64) -> Option<Result<Signed, IdentityError>> {
    let proofs = batch.events.iter().rev().filter_map(|event| match &event.what {
        What::Identify { id, proof } => Some(verify(secrets, id, proof, now_ms)),
        _ => None,
    });
    let mut first = None;
    for outcome in proofs.take(MAX_PROOFS) {
        if outcome.is_ok() {
            return Some(outcome);
        }
        first.get_or_insert(outcome);
    }
    first
}

/// Who this is, when one of the site's secrets signed it.
///
/// # Errors
/// See [`IdentityError`].
pub fn verify(secrets: &[String], id: &str, proof: &str, now_ms: u64) -> Result<Signed, IdentityError> {
    if id.is_empty() {
        return Err(IdentityError::NoId);
    }
    if secrets.is_empty() {
        return Err(IdentityError::NoSecret);
    }
    if let Some(claims) = proof.contains('.').then(|| claims(secrets, proof)).transpose()? {
        return signed(&claims, id, now_ms);
    }
    let tag = base16ct::mixed::decode_vec(proof).map_err(|_| IdentityError::Malformed)?;
    if tag.len() != 32 {
        return Err(IdentityError::Malformed);
    }
    if is_signed(secrets, &[PLAIN, id], &tag) {
        Ok(Signed { id: id.to_owned(), said: Saying::default() })
    } else {
        Err(IdentityError::Forged)
    }
}

/// Where a customer's profile lives: anyone at the edge finds it by the site's id, whatever secrets there are.
pub fn home(site: &str, id: &str) -> Visitor {
    let mut hash = Sha256::new();
    for part in ["customer", site, id] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    let digest = hash.finalize();
    let mut row = [0; 16];
    row.copy_from_slice(&digest[..16]);
    let shard = u16::from_le_bytes([digest[16], digest[17]]) % SHARDS;
    Visitor { region: HOME.to_owned(), shard, id: row }
}

/// The claims of a token that one of the secrets signed.
fn claims(secrets: &[String], token: &str) -> Result<Map<String, Value>, IdentityError> {
    let (content, tag) = token.rsplit_once('.').ok_or(IdentityError::Malformed)?;
    let (header, payload) = content.split_once('.').ok_or(IdentityError::Malformed)?;
    let decode = |part: &str| Base64UrlUnpadded::decode_vec(part).map_err(|_| IdentityError::Malformed);
    let object = |part: &str| {
        let Ok(Value::Object(object)) = serde_json::from_slice(&decode(part)?) else {
            return Err(IdentityError::Malformed);
        };
        Ok(object)
    };
    // Before the signature: a token of another algorithm is not signed with this key, whatever its last part is.
    if object(header)?.get("alg").and_then(Value::as_str) != Some("HS256") {
        return Err(IdentityError::Algorithm);
    }
    if !is_signed(secrets, &[content], &decode(tag)?) {
        return Err(IdentityError::Forged);
    }
    object(payload)
}

fn signed(claims: &Map<String, Value>, id: &str, now_ms: u64) -> Result<Signed, IdentityError> {
    let subject = match claims.get("sub") {
        Some(Value::String(subject)) => subject.clone(),
        Some(Value::Number(subject)) => subject.to_string(),
        _ => return Err(IdentityError::AnotherId),
    };
    if subject != id {
        return Err(IdentityError::AnotherId);
    }
    let now_s = now_ms as f64 / 1000.0;
    let leeway_s = LEEWAY_MS as f64 / 1000.0;
    let time = |name: &str| claims.get(name).and_then(Value::as_f64);
    let over = claims.contains_key("exp") && time("exp").is_none_or(|exp_s| now_s > exp_s + leeway_s);
    let early = claims.contains_key("nbf") && time("nbf").is_none_or(|nbf_s| now_s < nbf_s - leeway_s);
    if over || early {
        return Err(IdentityError::OutOfTime);
    }
    let said = match claims.get("customer") {
        None | Some(Value::Null) => Saying::default(),
        Some(Value::Object(object)) => saying(object).map_err(IdentityError::Attributes)?,
        Some(_) => {
            return Err(IdentityError::Attributes(AttributeError::BadValue { name: "customer".into() }));
        }
    };
    Ok(Signed { id: id.to_owned(), said })
}

fn is_signed(secrets: &[String], parts: &[&str], tag: &[u8]) -> bool {
    secrets.iter().any(|secret| {
        // INVARIANT: HMAC takes keys of any length.
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes any key");
        parts.iter().for_each(|part| mac.update(part.as_bytes()));
        mac.verify_slice(tag).is_ok()
    })
}

#[cfg(test)]
mod tests;
