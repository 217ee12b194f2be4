//! A visitor's visits: stretches of time with no silence of half an hour in them.
//!
//! Owns how events make visits. Events may come in any order: one between two visits makes one of them, one that lies
//! apart makes another, and the order of arrival does not matter as long as the visits concerned are still listed.
//! Never reads a clock.

use bincode::{Decode, Encode};

use crate::source::Source;

/// Silence that ends a visit, in milliseconds: 30 minutes, as every web analytics counts.
pub(crate) const TIMEOUT_MS: u64 = 30 * 60 * 1000;

/// A visitor's visits, in the order of time.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct Visits {
    /// Visits that are no longer listed.
    pub(crate) earlier: u32,
    /// When the last of those ended; 0 when all are listed.
    pub(crate) earlier_until_ms: u64,
    /// The newest, oldest first.
    pub(crate) listed: Vec<Visit>,
}

/// One visit.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct Visit {
    /// When its first event was.
    pub started_ms: u64,
    /// When its last event was.
    pub last_ms: u64,
    /// Pages viewed in it.
    pub pages: u32,
    /// Path of its first page.
    pub entry: String,
    /// Where it came from.
    pub source: Source,
}

/// What one that has not come yet is read as.
const NONE: &Visit = &Visit {
    started_ms: 0,
    last_ms: 0,
    pages: 0,
    entry: String::new(),
    source: Source {
        referrer: String::new(),
        search: String::new(),
        source: String::new(),
        medium: String::new(),
        campaign: String::new(),
        term: String::new(),
    },
};

impl Visits {
    /// How many there were, the one going on included.
    pub fn count(&self) -> u32 {
        self.earlier.saturating_add(u32::try_from(self.listed.len()).unwrap_or(u32::MAX))
    }

    /// The newest; an empty one before the first.
    pub fn current(&self) -> &Visit {
        self.listed.last().unwrap_or(NONE)
    }

    /// The newest, oldest first.
    pub fn listed(&self) -> &[Visit] {
        &self.listed
    }

    /// When the one before the newest ended; 0 when there is none.
    pub fn previous_end_ms(&self) -> u64 {
        match self.listed.as_slice() {
            [.., previous, _] => previous.last_ms,
            _ => self.earlier_until_ms,
        }
    }

    /// When the absence before the newest began: what was told of a visitor in it is not told again in the visit that ends
    /// it.
    pub fn absent_since_ms(&self) -> u64 {
        match self.previous_end_ms() {
            0 => self.current().started_ms,
            ended_ms => ended_ms.saturating_add(TIMEOUT_MS).min(self.current().started_ms),
        }
    }

    /// The listed visits that an event of this time belongs to or touches: more than one when it joins them.
    pub(crate) fn around(&self, at_ms: u64) -> &[Visit] {
        let (first, behind) = self.near(at_ms, at_ms);
        &self.listed[first..behind]
    }

    /// Takes an event, and the pages it viewed, into the visit it belongs to. `landing` is the page it happened on, for a
    /// visit that begins with it.
    pub(crate) fn take(&mut self, at_ms: u64, pages: u32, landing: impl FnOnce() -> (String, Source)) {
        let (first, behind) = self.near(at_ms, at_ms);
        if let [visit] = &mut self.listed[first..behind]
            && visit.started_ms < at_ms
        {
            visit.last_ms = visit.last_ms.max(at_ms);
            visit.pages = visit.pages.saturating_add(pages);
            return;
        }
        if !self.is_past(first, at_ms) {
            let (entry, source) = landing();
            self.insert(Visit { started_ms: at_ms, last_ms: at_ms, pages, entry, source });
        }
    }

    /// Takes back the view of a page that was guessed, and has come.
    pub(crate) fn untake_page(&mut self, at_ms: u64) {
        if let Some(visit) = self.listed.iter_mut().rev().find(|visit| visit.started_ms <= at_ms) {
            visit.pages = visit.pages.saturating_sub(1);
        }
    }

    /// Adds the visits of the same person under another name.
    pub(super) fn absorb(&mut self, other: Self) {
        self.earlier = self.earlier.saturating_add(other.earlier);
        self.earlier_until_ms = self.earlier_until_ms.max(other.earlier_until_ms);
        for visit in other.listed {
            self.insert(visit);
        }
    }

    /// Leaves the oldest to the count.
    pub(super) fn unlist(&mut self, oldest: usize) {
        for visit in self.listed.drain(..oldest) {
            self.earlier = self.earlier.saturating_add(1);
            self.earlier_until_ms = self.earlier_until_ms.max(visit.last_ms);
        }
    }

    /// Puts a stretch of time in its place, and joins what no silence parts any more.
    fn insert(&mut self, new: Visit) {
        let (first, behind) = self.near(new.started_ms, new.last_ms);
        if self.is_past(first, new.started_ms) {
            return;
        }
        let joined = self.listed.drain(first..behind).fold(new, Visit::join);
        self.listed.insert(first, joined);
    }

    /// The listed visits, from and to before, that no silence parts from this stretch of time.
    fn near(&self, started_ms: u64, last_ms: u64) -> (usize, usize) {
        let first = self.listed.partition_point(|visit| apart(visit.last_ms, started_ms));
        let behind = self.listed.partition_point(|visit| !apart(last_ms, visit.started_ms));
        (first, behind.max(first))
    }

    /// Whether what would come before all that is listed belongs to the visits that are only counted.
    fn is_past(&self, place: usize, started_ms: u64) -> bool {
        place == 0 && self.earlier > 0 && !apart(self.earlier_until_ms, started_ms)
    }
}

/// Whether the silence between two moments ends a visit.
fn apart(earlier_ms: u64, later_ms: u64) -> bool {
    later_ms.saturating_sub(earlier_ms) >= TIMEOUT_MS
}

impl Visit {
    /// Two stretches of one visit. It begins as the earlier of them did.
    fn join(self, other: Self) -> Self {
        let other_first =
            (other.started_ms, &other.entry, &other.source) < (self.started_ms, &self.entry, &self.source);
        let (first, second) = if other_first { (other, self) } else { (self, other) };
        Self {
            last_ms: first.last_ms.max(second.last_ms),
            pages: first.pages.saturating_add(second.pages),
            ..first
        }
    }

    pub(super) fn weight(&self) -> usize {
        let Source { referrer, search, source, medium, campaign, term } = &self.source;
        let texts = [&self.entry, referrer, search, source, medium, campaign, term];
        // Two times of 9 bytes, a count of 5, and a length before each text.
        23 + texts.iter().map(|text| text.len() + 1).sum::<usize>()
    }
}
