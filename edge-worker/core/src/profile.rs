//! What the edge remembers of one visitor: one bounded, versioned row.
//!
//! Owns the profile's shape, its limits and its byte form. Folding events into it is `fold`'s, reading signals out
//! of it is `facts`'. Times are milliseconds since 1970, as the edge's clock has them.

mod version_1;

use bincode::{Decode, Encode};
use wire::codec::{pack, unpack};
use wire::{DecodeError, Show};

use self::version_1::ProfileV1;
use crate::source::Source;

/// First byte of a stored profile. Raised when it changes shape; [`Profile::from_bytes`] reads the earlier ones too.
const VERSION: u8 = 2;
/// Largest stored profile, in bytes: read and written with every batch, so kept within two database pages.
pub const MAX_BYTES: usize = 8 * 1024;
/// Page visits remembered, newest kept.
const MAX_PAGES: usize = 64;
/// Page visits remembered with their title, for the agent's view of the journey.
const MAX_TITLES: usize = 24;
/// Named events remembered, newest kept.
const MAX_EVENTS: usize = 64;
/// Addresses whose views are counted, most recent kept.
const MAX_COUNTED: usize = 128;
/// Runs of the tag (tabs, page loads) whose event numbers are remembered, most recent kept: a tab may come back after
/// as many other page loads and send again what it is not sure of.
const MAX_STREAMS: usize = 64;
/// Exposures remembered, newest kept.
const MAX_EXPOSURES: usize = 64;
/// Rules whose answers are remembered, most recent kept.
const MAX_ANSWERS: usize = 32;
/// Exposures of one rule within a quarter of an hour make one entry: every time zone's midnight falls between two.
const EXPOSURE_SPAN_MS: u64 = 15 * 60 * 1000;
/// Longest rule id kept, in bytes: what `intake` lets in.
const MAX_RULE_BYTES: usize = 128;
/// Survey answers remembered, newest kept.
const MAX_SURVEYS: usize = 4;
/// Longest remark kept of a survey, in bytes.
const MAX_REMARK_BYTES: usize = 160;
/// Numbers of orders remembered, newest kept: a page of thanks is opened again within days, not after a dozen orders.
const MAX_ORDERS: usize = 16;
/// Segments a visitor can be in, newest kept.
const MAX_SEGMENTS: usize = 32;
/// Longest path kept of a page visit, in bytes.
pub(crate) const MAX_PATH_BYTES: usize = 160;
/// Longest name of a segment, in bytes: the rule language allows no longer one.
const MAX_SEGMENT_BYTES: usize = 128;
/// Longest title kept, in bytes.
const MAX_TITLE_BYTES: usize = 80;

/// One visitor of one site.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct Profile {
    /// When the first event came.
    pub first_seen_ms: u64,
    /// When the last one did.
    pub last_seen_ms: u64,
    /// When the visit before this one ended; 0 on the first.
    pub previous_visit_ms: u64,
    /// Visits so far, this one included.
    pub visits: u32,
    /// This visit.
    pub visit: Visit,
    /// Page visits, oldest first.
    pub pages: Vec<PageVisit>,
    /// Named events, oldest first.
    pub events: Vec<NamedEvent>,
    /// Views per address, least recently viewed first.
    pub views: Vec<Views>,
    /// The basket; absent until the site reports one.
    pub cart: Option<Cart>,
    /// When a checkout page was last viewed; 0 for never.
    pub checkout_ms: u64,
    /// Orders placed.
    pub orders: Orders,
    /// Segments the visitor is in, in the order they were entered.
    pub segments: Vec<String>,
    /// What was shown, or withheld from one of a control group, oldest first.
    pub exposures: Vec<Exposure>,
    /// What the visitor said to it, least recent first.
    pub answers: Vec<Answer>,
    /// Surveys answered, oldest first.
    pub surveys: Vec<Survey>,
    /// Which kinds of widget the visitor allowed or refused, one entry a kind.
    pub choices: Vec<Choice>,
    /// Event numbers already folded, least recent stream first.
    pub streams: Vec<Stream>,
}

/// The visit going on.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct Visit {
    /// When it began.
    pub started_ms: u64,
    /// Pages viewed in it.
    pub pages: u32,
    /// Path of its first page.
    pub entry: String,
    /// Where it came from.
    pub source: Source,
}

/// A page that was viewed.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct PageVisit {
    /// When.
    pub at_ms: u64,
    /// Its path.
    pub path: String,
    /// Its title; empty for the older ones.
    pub title: String,
}

/// An event of the site's own.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct NamedEvent {
    /// When.
    pub at_ms: u64,
    /// Such as `add_to_cart`.
    pub name: String,
}

/// How often one address was viewed. The address is kept as a hash: the count outlives the history.
#[derive(Clone, Copy, Debug, PartialEq, Encode, Decode)]
pub struct Views {
    /// FNV-1a of the path.
    pub path: u64,
    /// Times, ever.
    pub count: u32,
}

/// The basket.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct Cart {
    /// Sum, in units of the currency.
    pub total: f64,
    /// Number of articles.
    pub items: u32,
    /// ISO 4217 code, or empty.
    pub currency: String,
}

/// Orders placed.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct Orders {
    /// How many.
    pub count: u32,
    /// Their sum.
    pub total: f64,
    /// When the last one was placed; 0 for never.
    pub last_ms: u64,
    /// The site's numbers of the newest, as hashes, so that an order told twice counts once.
    pub known: Vec<u64>,
}

/// Some exposures to one rule, close together.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct Exposure {
    /// The rule's id.
    pub rule: String,
    /// How many.
    pub times: u32,
    /// When the last one was.
    pub last_ms: u64,
    /// Nothing was seen: the visitor is in the rule's control group.
    pub control: bool,
}

/// What the visitor said to one rule.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct Answer {
    /// The rule's id.
    pub rule: String,
    /// When its widget was last closed, taken up or answered; 0 for never.
    pub settled_ms: u64,
    /// When the visitor asked for less of it; 0 for never.
    pub less_ms: u64,
}

/// A survey the visitor answered.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct Survey {
    /// When.
    pub at_ms: u64,
    /// The rule's id.
    pub rule: String,
    /// 1 to 5.
    pub score: u8,
    /// What was added, or empty.
    pub remark: String,
}

/// What the visitor chose for one kind of widget.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Choice {
    /// The kind.
    pub show: Show,
    /// Whether it may be offered.
    pub allowed: bool,
    /// When this was said.
    pub at_ms: u64,
}

/// How far one run of the tag has been folded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Encode, Decode)]
pub struct Stream {
    /// The run's random id.
    pub id: [u8; 16],
    /// Number of the next event to take.
    pub next: u32,
    /// Events below `next` that have not come yet, from and to before; empty when all have.
    pub gap: (u32, u32),
    /// The run was met without a view of its page, and one was counted for it.
    pub met: bool,
}

/// Whether an order was told before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    /// It was not.
    First,
    /// It was: a page of thanks opened again.
    Before,
}

/// Why a stored profile cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProfileError {
    /// The row is empty or written by a version this one does not know.
    Version {
        /// What its first byte says.
        found: Option<u8>,
    },
    /// The row is damaged.
    Damaged(DecodeError),
}

impl Profile {
    /// The row's bytes: at most [`MAX_BYTES`]; when the profile is larger, its oldest history is left out.
    pub fn to_bytes(&mut self) -> Vec<u8> {
        self.trim();
        loop {
            let mut bytes = vec![VERSION];
            bytes.append(&mut pack(self));
            if bytes.len() <= MAX_BYTES {
                return bytes;
            }
            self.drop_oldest();
        }
    }

    /// The profile in a row.
    ///
    /// # Errors
    /// When the row is of an unknown version or damaged.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ProfileError> {
        match bytes.split_first() {
            Some((&VERSION, body)) => unpack::<Self>(body, MAX_BYTES).map_err(ProfileError::Damaged),
            Some((&1, body)) => {
                unpack::<ProfileV1>(body, MAX_BYTES).map(Self::from).map_err(ProfileError::Damaged)
            }
            other => Err(ProfileError::Version { found: other.map(|(&version, _)| version) }),
        }
    }

    /// The path viewed before the present page, in this visit.
    pub fn previous_path(&self) -> Option<&str> {
        let mut seen = self.pages.iter().rev().filter(|page| page.at_ms >= self.visit.started_ms);
        let current = &seen.next()?.path;
        seen.find(|page| page.path != *current).map(|page| page.path.as_str())
    }

    /// Whether checkout was begun in an earlier visit, with no order since.
    pub fn abandoned_checkout(&self) -> bool {
        self.checkout_ms > self.orders.last_ms && self.checkout_ms < self.visit.started_ms
    }

    /// Views of this path, ever.
    pub fn views_of(&self, path: &str) -> u32 {
        let hash = fnv1a(path);
        self.views.iter().find(|views| views.path == hash).map_or(0, |views| views.count)
    }

    /// Puts the visitor in a segment.
    pub(crate) fn enter(&mut self, segment: &str) {
        let segment = clip(segment, MAX_SEGMENT_BYTES);
        if !self.segments.contains(&segment) {
            self.segments.push(segment);
        }
    }

    pub(crate) fn view(&mut self, at_ms: u64, path: &str, title: &str) {
        let page = PageVisit { at_ms, path: clip(path, MAX_PATH_BYTES), title: clip(title, MAX_TITLE_BYTES) };
        let place = self.pages.partition_point(|known| known.at_ms <= at_ms);
        self.pages.insert(place, page);
        let hash = fnv1a(path);
        let count = match self.views.iter().position(|views| views.path == hash) {
            Some(index) => self.views.remove(index).count,
            None => 0,
        };
        self.views.push(Views { path: hash, count: count.saturating_add(1) });
    }

    /// Adds a named event in its place in time.
    pub(crate) fn happened(&mut self, event: NamedEvent) {
        let place = self.events.partition_point(|known| known.at_ms <= event.at_ms);
        self.events.insert(place, event);
    }

    /// Counts an exposure of the rule in this visit.
    pub(crate) fn expose(&mut self, rule: &str, at_ms: u64, control: bool) {
        let near = |exposure: &&mut Exposure| {
            exposure.rule == rule
                && exposure.control == control
                && exposure.last_ms / EXPOSURE_SPAN_MS == at_ms / EXPOSURE_SPAN_MS
        };
        if let Some(exposure) = self.exposures.iter_mut().rev().find(near) {
            exposure.times = exposure.times.saturating_add(1);
            exposure.last_ms = exposure.last_ms.max(at_ms);
        } else {
            let rule = clip(rule, MAX_RULE_BYTES);
            let place = self.exposures.partition_point(|known| known.last_ms <= at_ms);
            self.exposures.insert(place, Exposure { rule, times: 1, last_ms: at_ms, control });
        }
    }

    /// The visitor's answer to the rule, moved to the end of the list as the most recent.
    pub(crate) fn answer(&mut self, rule: &str) -> &mut Answer {
        let found = match self.answers.iter().position(|answer| answer.rule == rule) {
            Some(index) => self.answers.remove(index),
            None => Answer { rule: clip(rule, MAX_RULE_BYTES), ..Answer::default() },
        };
        self.answers.push(found);
        let last = self.answers.len() - 1;
        &mut self.answers[last]
    }

    /// Whether widgets of this kind may be offered: yes, until the visitor says otherwise.
    pub fn allows(&self, show: Show) -> bool {
        self.choices.iter().find(|choice| choice.show == show).is_none_or(|choice| choice.allowed)
    }

    /// When the visitor last allowed this kind of widget by his own choice; 0 for never.
    pub fn allowed_ms(&self, show: Show) -> u64 {
        let said = self.choices.iter().find(|choice| choice.show == show && choice.allowed);
        said.map_or(0, |choice| choice.at_ms)
    }

    /// Notes a choice; the latest of a kind counts, whichever comes first.
    pub(crate) fn choose(&mut self, new: Choice) {
        match self.choices.iter_mut().find(|known| known.show == new.show) {
            Some(known) if known.at_ms <= new.at_ms => *known = new,
            Some(_) => {}
            None => self.choices.push(new),
        }
    }

    /// Adds a survey's answer in its place in time.
    pub(crate) fn surveyed(&mut self, at_ms: u64, rule: &str, score: u8, remark: &str) {
        let survey = Survey {
            at_ms,
            rule: clip(rule, MAX_RULE_BYTES),
            score: score.clamp(1, 5),
            remark: clip(remark.trim(), MAX_REMARK_BYTES),
        };
        let place = self.surveys.partition_point(|known| known.at_ms <= at_ms);
        self.surveys.insert(place, survey);
    }

    /// Counts an order, unless its number was told before.
    pub(crate) fn order(&mut self, id: &str, total: f64, at_ms: u64) -> Told {
        if !id.is_empty() {
            let number = fnv1a(id);
            if self.orders.known.contains(&number) {
                return Told::Before;
            }
            self.orders.known.push(number);
        }
        self.orders.count = self.orders.count.saturating_add(1);
        self.orders.total += total;
        self.orders.last_ms = self.orders.last_ms.max(at_ms);
        Told::First
    }

    /// The stream's record, moved to the end of the list as the most recent.
    pub(crate) fn stream(&mut self, id: &[u8; 16]) -> &mut Stream {
        let found = match self.streams.iter().position(|stream| stream.id == *id) {
            Some(index) => self.streams.remove(index),
            None => Stream { id: *id, ..Stream::default() },
        };
        self.streams.push(found);
        let last = self.streams.len() - 1;
        &mut self.streams[last]
    }

    fn trim(&mut self) {
        keep_last(&mut self.pages, MAX_PAGES);
        let titled = self.pages.len().saturating_sub(MAX_TITLES);
        self.pages[..titled].iter_mut().for_each(|page| page.title.clear());
        keep_last(&mut self.events, MAX_EVENTS);
        keep_last(&mut self.views, MAX_COUNTED);
        keep_last(&mut self.exposures, MAX_EXPOSURES);
        keep_last(&mut self.answers, MAX_ANSWERS);
        keep_last(&mut self.surveys, MAX_SURVEYS);
        keep_last(&mut self.orders.known, MAX_ORDERS);
        keep_last(&mut self.streams, MAX_STREAMS);
        keep_last(&mut self.segments, MAX_SEGMENTS);
    }

    /// Drops the older half of the longest list. What is left of a profile without lists is far below the limit.
    fn drop_oldest(&mut self) {
        // A count of views is about a quarter of the others' size; segments and streams are the last to go.
        let lists = [
            self.pages.len(),
            self.events.len(),
            self.views.len() / 4,
            self.exposures.len(),
            self.answers.len(),
            self.segments.len() / 4,
            self.streams.len() / 8,
        ];
        let longest =
            lists.iter().enumerate().max_by_key(|(_, length)| **length).map_or(0, |(index, _)| index);
        match longest {
            0 => drop_half(&mut self.pages),
            1 => drop_half(&mut self.events),
            2 => drop_half(&mut self.views),
            3 => drop_half(&mut self.exposures),
            4 => drop_half(&mut self.answers),
            5 => drop_half(&mut self.segments),
            _ => drop_half(&mut self.streams),
        }
    }
}

fn keep_last<T>(list: &mut Vec<T>, most: usize) {
    let excess = list.len().saturating_sub(most);
    list.drain(..excess);
}

fn drop_half<T>(list: &mut Vec<T>) {
    let most = list.len() / 2;
    keep_last(list, most);
}

/// At most `most` bytes of the text, cut between characters.
pub(crate) fn clip(text: &str, most: usize) -> String {
    text[..text.floor_char_boundary(most)].to_owned()
}

/// FNV-1a, 64 bits (Fowler, Noll, Vo 1991): stable over versions, unlike the standard library's hasher.
fn fnv1a(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::{MAX_BYTES, NamedEvent, Profile, ProfileError};

    fn busy() -> Profile {
        let mut profile = Profile { visits: 3, ..Profile::default() };
        for number in 0..500_u32 {
            profile.view(
                u64::from(number),
                &format!("/{}/{number}", "very-long-path".repeat(20)),
                &"t".repeat(500),
            );
            profile.events.push(NamedEvent { at_ms: u64::from(number), name: "e".repeat(128) });
            let rule = format!("{number}{}", "r".repeat(120));
            profile.expose(&rule, u64::from(number), false);
            profile.answer(&rule).less_ms = 1;
            profile.stream(&u128::from(number).to_le_bytes()).next = number;
        }
        profile
    }

    #[test]
    fn a_profile_survives_the_round_trip() {
        let mut profile = Profile { visits: 3, ..Profile::default() };
        profile.view(7, "/p/teapot", "Teapot");
        let bytes = profile.to_bytes();
        assert_eq!(Profile::from_bytes(&bytes), Ok(profile));
    }

    #[test]
    fn the_busiest_profile_stays_within_its_row_and_keeps_its_newest() {
        let mut profile = busy();
        let bytes = profile.to_bytes();
        assert!(bytes.len() <= MAX_BYTES, "{} bytes", bytes.len());
        let kept = Profile::from_bytes(&bytes).unwrap();
        assert_eq!(kept.pages.last().map(|page| page.at_ms), Some(499));
        assert_eq!(kept.streams.last().map(|stream| stream.next), Some(499));
        assert!(kept.pages.len() >= 8, "{} pages", kept.pages.len());
    }

    #[test]
    fn a_row_that_is_no_profile_says_so() {
        assert_eq!(Profile::from_bytes(&[]), Err(ProfileError::Version { found: None }));
        assert_eq!(Profile::from_bytes(&[250, 1]), Err(ProfileError::Version { found: Some(250) }));
        for version in [1, 2] {
            assert!(matches!(Profile::from_bytes(&[version, 1]), Err(ProfileError::Damaged(_))));
        }
    }

    #[test]
    fn exposures_of_a_quarter_of_an_hour_make_one_entry() {
        let mut profile = Profile { visits: 1, ..Profile::default() };
        for minute in [0, 5, 14, 16] {
            profile.expose("call", minute * 60_000, false);
        }
        profile.expose("call", 17 * 60_000, true);
        let entries: Vec<_> = profile.exposures.iter().map(|entry| (entry.times, entry.control)).collect();
        assert_eq!(entries, [(3, false), (1, false), (1, true)]);
    }

    #[test]
    fn views_are_counted_by_whole_path() {
        let mut profile = Profile::default();
        for _ in 0..3 {
            profile.view(1, "/p/teapot", "");
        }
        profile.view(2, "/p/cup", "");
        assert_eq!(
            (profile.views_of("/p/teapot"), profile.views_of("/p/cup"), profile.views_of("/")),
            (3, 1, 0)
        );
    }
}
