//! The visitor asks for a human.

use alloc::string::String;

use bincode::{Decode, Encode};

use crate::{Consent, Page};

/// A request for contact, posted to `/v1/contacts`.
///
/// Answered 201 when it is stored, with no body; posting the same `id` again stores nothing new and is answered 201 too.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct Contact {
    /// The site's public key.
    pub site: String,
    /// What the visitor said about being remembered. A contact is stored either way: it was asked for.
    pub consent: Consent,
    /// The visitor's token, if there is one: it brings the journey along.
    pub token: Option<String>,
    /// Random bytes naming this request, so that a repeated one is recognised.
    pub id: [u8; 16],
    /// The rule whose widget it was.
    pub rule: String,
    /// The page it was asked from.
    pub page: Page,
    /// What is asked.
    pub ask: Ask,
}

/// The two ways to ask.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub enum Ask {
    /// Call me.
    Callback {
        /// In E.164 form: `+33612345678`.
        phone: String,
        /// Not before: one of [`Card::slots`](crate::Card::slots). Absent for as soon as possible.
        at_s: Option<u64>,
    },
    /// Answer me.
    Message {
        /// A phone number or an e-mail address.
        reply_to: String,
        /// What the visitor wants to know.
        text: String,
    },
}
