//! A request for contact, as the desk keeps it: who asked, for what, and the journey that led there.
//!
//! Builds the record the `Desk` object stores; the JSON the desk's API answers is `api`'s.

use bincode::{Decode, Encode};
use wire::{Ask, Contact, DecodeError};

use crate::profile::{Cart, PageVisit, Profile, clip};
use crate::source::Source;
use crate::stored;

/// First byte of a stored record.
const VERSION: u8 = 1;
/// Largest record, in bytes: a profile's journey and the longest message fit twice.
const MAX_BYTES: usize = 32 * 1024;
/// Longest text kept of the page, in bytes.
const MAX_TEXT_BYTES: usize = 256;

/// The two queues of the desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Queue {
    /// Visitors to call.
    Callbacks,
    /// Visitors to write to.
    Messages,
}

impl Queue {
    /// Its name in addresses and in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Callbacks => "callbacks",
            Self::Messages => "messages",
        }
    }

    /// The queue of this name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Callbacks, Self::Messages].into_iter().find(|queue| queue.name() == name)
    }

    /// The queue a request goes to.
    pub fn of(ask: &Ask) -> Self {
        match ask {
            Ask::Callback { .. } => Self::Callbacks,
            Ask::Message { .. } => Self::Messages,
        }
    }
}

/// One request, as stored.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct ContactRecord {
    /// When it arrived, in milliseconds since 1970.
    pub at_ms: u64,
    /// The rule whose widget it was.
    pub rule: String,
    /// Path of the page it was asked from.
    pub path: String,
    /// Title of that page.
    pub title: String,
    /// Language of the page, a BCP 47 tag.
    pub language: String,
    /// What is asked.
    pub ask: Ask,
    /// What the visitor did before; absent for one who did not consent to being remembered.
    pub journey: Option<Journey>,
}

/// What a visitor did before asking.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct Journey {
    /// First event ever, in milliseconds since 1970.
    pub first_seen_ms: u64,
    /// Visits, this one included.
    pub visits: u32,
    /// First page of this visit.
    pub entry: String,
    /// Where this visit came from.
    pub source: Source,
    /// The basket; absent when the site never reported one.
    pub cart: Option<Cart>,
    /// Orders placed.
    pub orders: OrdersThen,
    /// Pages viewed, oldest first.
    pub pages: Vec<PageVisit>,
}

/// What a visitor had ordered.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct OrdersThen {
    /// How many.
    pub count: u32,
    /// Their sum.
    pub total: f64,
    /// When the last one was placed; 0 for never.
    pub last_ms: u64,
}

impl Journey {
    /// The journey a profile tells.
    pub fn of(profile: Profile) -> Self {
        Self {
            first_seen_ms: profile.first_seen_ms,
            visits: profile.visits.count(),
            entry: profile.visit().entry.clone(),
            source: profile.visit().source.clone(),
            cart: profile.basket(),
            orders: OrdersThen {
                count: profile.orders.count,
                total: profile.orders.total(),
                last_ms: profile.orders.last_ms(),
            },
            pages: profile.pages,
        }
    }
}

impl ContactRecord {
    /// The record of a checked request.
    pub fn of(contact: Contact, journey: Option<Journey>, now_ms: u64) -> Self {
        Self {
            at_ms: now_ms,
            rule: contact.rule,
            path: clip(&contact.page.path, MAX_TEXT_BYTES),
            title: clip(&contact.page.title, MAX_TEXT_BYTES),
            language: clip(&contact.page.language, MAX_TEXT_BYTES),
            ask: contact.ask,
            journey,
        }
    }

    /// The row's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        stored::to_bytes(VERSION, self)
    }

    /// The record in a row.
    ///
    /// # Errors
    /// When the row is of another version or damaged.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        stored::from_bytes(VERSION, bytes, MAX_BYTES)
    }
}

#[cfg(test)]
mod tests {
    use wire::{Ask, Consent, Contact, DecodeError, Page};

    use super::{ContactRecord, Journey};
    use crate::profile::Profile;

    #[test]
    fn the_fullest_record_survives_the_round_trip() {
        let mut profile = Profile::default();
        for at_ms in 0..500 {
            profile.view(at_ms, &"/long".repeat(40), &"title".repeat(40));
        }
        let profile = Profile::from_bytes(&profile.to_bytes()).unwrap();
        let contact = Contact {
            site: "shop".into(),
            consent: Consent::Granted,
            token: None,
            id: [0; 16],
            rule: "call".into(),
            page: Page { path: "/cart".into(), ..Page::default() },
            ask: Ask::Message { reply_to: "a@example.org".into(), text: "x".repeat(8192) },
        };
        let record = ContactRecord::of(contact, Some(Journey::of(profile)), 7);
        assert_eq!(ContactRecord::from_bytes(&record.to_bytes()), Ok(record));
    }

    #[test]
    fn a_row_that_is_no_record_says_so() {
        assert_eq!(ContactRecord::from_bytes(&[]), Err(DecodeError::Empty));
        assert_eq!(ContactRecord::from_bytes(&[9, 9]), Err(DecodeError::Version { found: 9 }));
    }
}
