//! A letter: one event, told to whoever of the site's endpoints wants it.

use bincode::{Decode, Encode};
use serde_json::{Value, json};
use wire::DecodeError;
use wire::codec::{pack, unpack};

use crate::api::{ContactAnswer, rfc3339};
use crate::contact::ContactRecord;
use crate::token::{digest_hex, visitor_name};

/// Largest bundle of letters handed to the outbox at once, in bytes.
const MAX_BYTES: usize = 1024 * 1024;

/// One letter, as it is kept and as it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Letter {
    /// `webhook-id`: the same however often it is sent, so that a receiver recognises it.
    pub id: String,
    /// The event's name.
    pub event: String,
    /// The JSON that is signed and sent.
    pub body: String,
    /// Whom it speaks of, so that it can be erased with him; absent for one who is not remembered.
    pub visitor: Option<[u8; 16]>,
    /// When it happened, in milliseconds since 1970.
    pub at_ms: u64,
}

/// Letters on their way to the outbox.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Letters(pub Vec<Letter>);

impl Letters {
    /// The bytes to send.
    pub fn to_bytes(&self) -> Vec<u8> {
        pack(self)
    }

    /// The letters in these bytes.
    ///
    /// # Errors
    /// When they are none.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        unpack(bytes, MAX_BYTES)
    }
}

impl Letter {
    /// A letter about something that happened once: the same `cause` always makes the same id.
    fn new(event: &str, cause: &str, visitor: Option<[u8; 16]>, at_ms: u64, data: &Value) -> Self {
        let body = json!({ "type": event, "timestamp": rfc3339(at_ms), "data": data }).to_string();
        let id = format!("msg_{}", &digest_hex(format!("{event} {cause}").as_bytes())[..32]);
        Self { id, event: event.to_owned(), body, visitor, at_ms }
    }
}

/// `contact.requested`: a visitor asks for a human, with all the desk knows. `id` names the request.
pub fn contact(site: &str, id: &str, record: ContactRecord, visitor: Option<[u8; 16]>) -> Letter {
    let at_ms = record.at_ms;
    let contact = json!(ContactAnswer::of(id.to_owned(), record));
    let data = json!({ "site": site, "contact": contact });
    Letter::new("contact.requested", &format!("{site} {id}"), visitor, at_ms, &data)
}

/// The event of a `notify` rule that is due for a visitor, in the visit of this number, on this page.
pub fn notice(
    event: &str,
    site: &str,
    rule: &str,
    visitor: &[u8; 16],
    visit: u32,
    path: &str,
    at_ms: u64,
) -> Letter {
    let visitor_name = visitor_name(visitor);
    let data = json!({ "site": site, "rule": rule, "visitor": visitor_name, "visit": visit, "path": path });
    let cause = format!("{site} {rule} {visitor_name} {visit} {at_ms}");
    Letter::new(event, &cause, Some(*visitor), at_ms, &data)
}

/// `consent.granted` or `consent.withdrawn`: a visitor may, or may no longer, be remembered.
pub fn consent(granted: bool, site: &str, visitor: &[u8; 16], at_ms: u64) -> Letter {
    let event = if granted { "consent.granted" } else { "consent.withdrawn" };
    let visitor_name = visitor_name(visitor);
    let data = json!({ "site": site, "visitor": visitor_name });
    // What is withdrawn is erased: the letter about it outlives the visitor's rows.
    let about = granted.then_some(*visitor);
    Letter::new(event, &format!("{site} {visitor_name} {at_ms}"), about, at_ms, &data)
}

#[cfg(test)]
mod tests {
    use super::{Letters, consent, notice};

    #[test]
    fn a_letter_is_the_standard_s_payload() {
        let letter =
            notice("product.hesitation", "shop", "third-look", &[7; 16], 2, "/p/teapot", 1_763_902_800_000);
        let body: serde_json::Value = serde_json::from_str(&letter.body).unwrap();
        assert_eq!(
            (&body["type"], &body["timestamp"]),
            (&"product.hesitation".into(), &"2025-11-23T13:00:00Z".into())
        );
        assert_eq!(
            (&body["data"]["rule"], &body["data"]["path"]),
            (&"third-look".into(), &"/p/teapot".into())
        );
        assert!(letter.id.starts_with("msg_") && letter.id.len() == 36, "{}", letter.id);
    }

    #[test]
    fn the_same_cause_makes_the_same_letter_and_another_makes_another() {
        let at = |at_ms| consent(true, "shop", &[7; 16], at_ms);
        assert_eq!(at(1), at(1));
        assert_ne!(at(1).id, at(2).id);
        assert_ne!(at(1).id, consent(false, "shop", &[7; 16], 1).id);
        let letters = Letters(vec![at(1), at(2)]);
        assert_eq!(Letters::from_bytes(&letters.to_bytes()), Ok(letters));
    }
}
