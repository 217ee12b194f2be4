//! How much of a visitor is kept: so many of each thing, and all of it within one row.
//!
//! Every list has a number of entries it never exceeds, and a part of the row that is its own; what lies beyond a full
//! list, or beyond its part of a full row, is dropped, the oldest first. Dropping is indifferent to the order of
//! arrival too: what is dropped early would be dropped late.

use super::{Answer, Customer, Exposure, NamedEvent, PageVisit, Profile, Stream, Survey};

/// Largest stored profile, in bytes: read and written with every batch, so kept within two database pages.
pub const MAX_BYTES: usize = 8 * 1024;
/// Page visits remembered with their title, for the agent's view of the journey.
const MAX_TITLES: usize = 24;
/// Visits listed one by one; the earlier are counted. A batch that comes late finds its place among these.
const MAX_VISITS: usize = 16;
/// Changes of a basket kept one by one.
pub(super) const MAX_CHANGES: usize = 16;
/// Numbers of orders remembered: a page of thanks is opened again within days, not after a dozen orders.
const MAX_ORDERS: usize = 16;
/// Spans of events of one run of the tag that may be on their way: a tag has one request in the air, and what it kept
/// while the network was down.
pub(super) const MAX_GAPS: usize = 4;
/// Longest rule id kept, in bytes: what `intake` lets in.
pub(super) const MAX_RULE_BYTES: usize = 128;
/// Longest remark kept of a survey, in bytes.
pub(super) const MAX_REMARK_BYTES: usize = 160;
/// Longest path kept of a page visit, in bytes.
pub(crate) const MAX_PATH_BYTES: usize = 160;
/// Longest name of a segment, in bytes: the rule language allows no longer one.
pub(super) const MAX_SEGMENT_BYTES: usize = 128;
/// Longest title kept, in bytes.
pub(super) const MAX_TITLE_BYTES: usize = 80;

/// Upper bound of what is not in a list, in bytes: version, four times, the basket, the sums of orders, the visits that
/// are only counted, and the lengths of all lists.
const FIXED: usize = 256;

/// One list's share: how many entries, and the bytes that are its own when the row is full.
struct Share {
    /// Most entries.
    entries: usize,
    /// Bytes it may keep whatever the others hold.
    own: usize,
}

const PAGES: Share = Share { entries: 64, own: 1700 };
const EVENTS: Share = Share { entries: 64, own: 700 };
const VIEWS: Share = Share { entries: 128, own: 850 };
const EXPOSURES: Share = Share { entries: 64, own: 800 };
const ANSWERS: Share = Share { entries: 32, own: 450 };
const SURVEYS: Share = Share { entries: 4, own: 350 };
const SEGMENTS: Share = Share { entries: 32, own: 400 };
/// A tab may come back after as many other page loads, and send again what it is not sure of.
const STREAMS: Share = Share { entries: 64, own: 900 };
/// At least the one going on, whatever its texts.
const VISITS: Share = Share { entries: MAX_VISITS, own: 770 };
/// Numbers of orders and changes of the basket have a fixed size.
const NUMBERS: usize = MAX_ORDERS * 27 + MAX_CHANGES * 24;

const _: () = assert!(
    FIXED
        + NUMBERS
        + PAGES.own
        + EVENTS.own
        + VIEWS.own
        + EXPOSURES.own
        + ANSWERS.own
        + SURVEYS.own
        + SEGMENTS.own
        + STREAMS.own
        <= MAX_BYTES - VISITS.own,
    "the lists' own parts fit the row"
);

impl Profile {
    /// Leaves out the oldest of what is too much.
    pub(super) fn bound(&mut self) {
        keep(&mut self.pages, PAGES.entries);
        let titled = self.pages.len().saturating_sub(MAX_TITLES);
        self.pages[..titled].iter_mut().for_each(|page| page.title.clear());
        keep(&mut self.events, EVENTS.entries);
        keep(&mut self.views, VIEWS.entries);
        keep(&mut self.exposures, EXPOSURES.entries);
        keep(&mut self.answers, ANSWERS.entries);
        keep(&mut self.surveys, SURVEYS.entries);
        keep(&mut self.segments, SEGMENTS.entries);
        keep(&mut self.streams, STREAMS.entries);
        keep(&mut self.orders.numbered, MAX_ORDERS);
        self.cart.bound();
        let excess = self.visits.listed.len().saturating_sub(VISITS.entries);
        self.visits.unlist(excess);
        if let Some(customer) = &mut self.customer {
            customer.bound();
        }
        self.fit();
    }

    /// Shrinks the lists to their own parts, one after the other, until all of them fit the row.
    fn fit(&mut self) {
        let customer = self.customer.as_ref().map_or(0, Customer::weight);
        let fixed = FIXED + NUMBERS + customer;
        let mut excess = (fixed + self.weight()).saturating_sub(MAX_BYTES);
        if excess == 0 {
            return;
        }
        // A customer's attributes leave the others less: in the same proportion.
        let part = |share: &Share| share.own * (MAX_BYTES - fixed) / (MAX_BYTES - FIXED - NUMBERS);
        shrink(&mut self.pages, &mut excess, part(&PAGES), page_weight);
        shrink(&mut self.views, &mut excess, part(&VIEWS), |_| VIEW);
        shrink(&mut self.events, &mut excess, part(&EVENTS), event_weight);
        shrink(&mut self.exposures, &mut excess, part(&EXPOSURES), exposure_weight);
        shrink(&mut self.streams, &mut excess, part(&STREAMS), stream_weight);
        shrink(&mut self.answers, &mut excess, part(&ANSWERS), answer_weight);
        shrink(&mut self.surveys, &mut excess, part(&SURVEYS), survey_weight);
        shrink(&mut self.segments, &mut excess, part(&SEGMENTS), |segment| segment_weight(segment));
        let weights: Vec<usize> = self.visits.listed.iter().map(super::Visit::weight).collect();
        let mut unlisted = 0;
        while excess > 0 && unlisted + 1 < weights.len() {
            excess = excess.saturating_sub(weights[unlisted]);
            unlisted += 1;
        }
        self.visits.unlist(unlisted);
    }

    /// Upper bound of the lists' bytes.
    fn weight(&self) -> usize {
        self.pages.iter().map(page_weight).sum::<usize>()
            + self.events.iter().map(event_weight).sum::<usize>()
            + self.views.len() * VIEW
            + self.exposures.iter().map(exposure_weight).sum::<usize>()
            + self.answers.iter().map(answer_weight).sum::<usize>()
            + self.surveys.iter().map(survey_weight).sum::<usize>()
            + self.segments.iter().map(|segment| segment_weight(segment)).sum::<usize>()
            + self.streams.iter().map(stream_weight).sum::<usize>()
            + self.visits.listed.iter().map(super::Visit::weight).sum::<usize>()
    }
}

// Upper bounds of encoded sizes: a time takes 9 bytes, a count 5, a hash 9, the length of a text 1 up to 250 bytes.

/// A day, a hash and a count.
const VIEW: usize = 3 + 9 + 5;

fn page_weight(page: &PageVisit) -> usize {
    11 + page.path.len() + page.title.len()
}

fn event_weight(event: &NamedEvent) -> usize {
    10 + event.name.len()
}

fn exposure_weight(exposure: &Exposure) -> usize {
    16 + exposure.rule.len()
}

fn answer_weight(answer: &Answer) -> usize {
    19 + answer.rule.len()
}

fn survey_weight(survey: &Survey) -> usize {
    12 + survey.rule.len() + survey.remark.len()
}

fn segment_weight(segment: &str) -> usize {
    1 + segment.len()
}

fn stream_weight(stream: &Stream) -> usize {
    let guess = if stream.guessed_ms > 0 { 9 } else { 1 };
    let next = if stream.next > 250 { 5 } else { 1 };
    // Eight bytes of id, and a minute.
    8 + 5 + next + 1 + guess + stream.gaps.len() * 10
}

/// Drops the oldest entries while there is an excess, and the list holds more than its own part.
fn shrink<T>(list: &mut Vec<T>, excess: &mut usize, own: usize, weight: impl Fn(&T) -> usize) {
    let mut held: usize = list.iter().map(&weight).sum();
    let mut dropped = 0;
    while *excess > 0 && held > own && dropped < list.len() {
        let freed = weight(&list[dropped]);
        held -= freed;
        *excess = excess.saturating_sub(freed);
        dropped += 1;
    }
    list.drain(..dropped);
}

fn keep<T>(list: &mut Vec<T>, most: usize) {
    let excess = list.len().saturating_sub(most);
    list.drain(..excess);
}

/// At most `most` bytes of the text, cut between characters.
pub(crate) fn clip(text: &str, most: usize) -> String {
    text[..text.floor_char_boundary(most)].to_owned()
}
