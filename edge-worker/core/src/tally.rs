//! What a site's rules and pages came to, as counts that can be added up.
//!
//! A [`Tally`] holds counts by day and subject: those of one batch, of a shard's ledger, of a whole site. Adding is all that
//! is ever done to it, so it does not matter where and in what order that happens. What is counted when is
//! [`Trials`]'; what it means is [`report`]'s.

mod pages;
pub mod report;
mod trials;

use std::collections::BTreeMap;

use bincode::{Decode, Encode};
use wire::DecodeError;
use wire::codec::{pack, unpack};

pub use pages::contact;
pub(crate) use pages::{Leaf, happened, moved};
pub(crate) use trials::Trial;
pub use trials::{Trials, WINDOW_MS};

use crate::stored;

/// First byte of a stored tally.
const VERSION: u8 = 1;
/// Largest tally, in bytes: a year of two hundred rules and a thousand pages, or a shard's minute.
pub const MAX_BYTES: usize = 16 * 1024 * 1024;

/// What counts are about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub enum Subject {
    /// The trials of a rule in one group.
    Rule {
        /// Its id.
        rule: String,
        /// The variant; empty where the rule has one form only, and for the control group.
        variant: String,
        /// Whether nothing is shown to this group.
        control: bool,
    },
    /// The views of a page.
    Page {
        /// Its path.
        path: String,
    },
}

/// What is counted. New ones go to the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Visits in which the rule's conditions held.
    Eligible,
    /// Visitors to whom it was offered, or would have been: the units of the comparison.
    Trials,
    /// Trials in which it came on screen.
    Shown,
    /// Trials in which the visitor did what it proposed.
    Accepted,
    /// Trials in which the visitor asked for a human by it.
    Contacted,
    /// Trials in which the visitor closed it.
    Dismissed,
    /// Trials that an order followed in time.
    Converted,
    /// What those orders came to, in hundredths of the currency.
    Cents,
    /// The squares of what each trial's orders came to, in the currency.
    Squares,
    /// Views.
    Views,
    /// Visits whose last page it is, so far.
    Exits,
    /// Bursts of clicks.
    RageClicks,
    /// Errors that forms showed.
    FormErrors,
    /// Forms begun and left.
    FormsAbandoned,
    /// Views of which it is known how long they were.
    Leaves,
    /// How long they were, together, in milliseconds.
    DwellMs,
    /// The natural logarithms of how many milliseconds each was, together, in thousandths.
    DwellLogs,
    /// Requests for contact.
    Contacts,
}

/// How many measures there are.
const MEASURES: usize = Measure::Contacts as usize + 1;

/// One subject's counts on one day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Counts([i64; MEASURES]);

impl Counts {
    /// One of them.
    pub fn of(&self, measure: Measure) -> i64 {
        self.0[measure as usize]
    }

    /// Adds to one of them.
    pub fn add(&mut self, measure: Measure, count: i64) {
        let sum = &mut self.0[measure as usize];
        *sum = sum.saturating_add(count);
    }

    /// Adds all of another's.
    pub fn add_all(&mut self, other: &Self) {
        for (sum, count) in self.0.iter_mut().zip(other.0) {
            *sum = sum.saturating_add(count);
        }
    }

    /// The counts' bytes, as a row holds them.
    pub fn to_bytes(&self) -> Vec<u8> {
        // A list, so that measures added later are read as nothing in what is stored today.
        pack(&self.0.to_vec())
    }

    /// The counts in a row; those of measures it does not know are nothing.
    ///
    /// # Errors
    /// When the row is damaged.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        let list: Vec<i64> = unpack(bytes, 16 * MEASURES)?;
        let mut counts = Self::default();
        for (count, stored) in counts.0.iter_mut().zip(list) {
            *count = stored;
        }
        Ok(counts)
    }
}

/// Counts by day of the site's calendar, as days since 1970, and subject.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Tally {
    counts: BTreeMap<(i32, Subject), Counts>,
}

impl Tally {
    /// Counts.
    pub fn count(&mut self, day: i32, subject: Subject, measure: Measure, count: i64) {
        self.counts.entry((day, subject)).or_default().add(measure, count);
    }

    /// Adds counts of a subject on a day.
    pub fn add(&mut self, day: i32, subject: Subject, counts: &Counts) {
        self.counts.entry((day, subject)).or_default().add_all(counts);
    }

    /// Adds all of another's.
    pub fn add_all(&mut self, other: Self) {
        for ((day, subject), counts) in other.counts {
            self.add(day, subject, &counts);
        }
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// All of it, by day and subject.
    pub fn iter(&self) -> impl Iterator<Item = (i32, &Subject, &Counts)> {
        self.counts.iter().map(|((day, subject), counts)| (*day, subject, counts))
    }

    /// Its bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        stored::to_bytes(VERSION, self)
    }

    /// The tally in these bytes.
    ///
    /// # Errors
    /// When they are of another version or damaged.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        stored::from_bytes(VERSION, bytes, MAX_BYTES)
    }
}

/// A part of a ledger on its way to the site's tally: what its rows from behind `after` to `upto` come to.
///
/// The tally takes it only when it has taken exactly the rows up to `after`: sent again, cut anew or out of order, no row
/// counts twice and none is left out.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Page {
    /// Random bytes that name the ledger.
    pub ledger: [u8; 16],
    /// The last row the tally is known to have.
    pub after: u64,
    /// The last row in this page.
    pub upto: u64,
    /// What the rows come to.
    pub tally: Tally,
}

impl Page {
    /// Whether a tally that has this ledger's rows up to `taken` takes the page.
    pub fn follows(&self, taken: u64) -> bool {
        self.after == taken && self.upto > taken
    }

    /// The bytes to send.
    pub fn to_bytes(&self) -> Vec<u8> {
        pack(self)
    }

    /// The page in these bytes.
    ///
    /// # Errors
    /// When they are none.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        unpack(bytes, MAX_BYTES)
    }
}

#[cfg(test)]
mod tests;
