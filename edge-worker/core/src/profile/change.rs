//! The ways a profile changes: one for each thing that happens, all of them indifferent to the order of arrival.

use wire::Show;

use super::bounds::{
    MAX_GAPS, MAX_PATH_BYTES, MAX_REMARK_BYTES, MAX_RULE_BYTES, MAX_SEGMENT_BYTES, MAX_TITLE_BYTES, clip,
};
use super::{Answer, Choice, Exposure, NamedEvent, Order, PageVisit, Profile, Stream, Survey, Views, fnv1a};

/// Exposures of one rule within a quarter of an hour make one entry: every time zone's midnight falls between two, and
/// so does every silence that ends a visit.
const EXPOSURE_SPAN_MS: u64 = 15 * 60 * 1000;
const DAY_MS: u64 = 24 * 60 * 60 * 1000;
const MINUTE_MS: u64 = 60 * 1000;

/// Whether an order was told before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    /// It was not.
    First,
    /// It was, and this telling is the earlier one: until now it was taken for an order of this time.
    Earlier {
        /// In milliseconds since 1970.
        than_ms: u64,
    },
    /// It was: a page of thanks opened again.
    Before,
}

impl Profile {
    /// Puts the visitor in a segment.
    pub(crate) fn enter(&mut self, segment: &str) {
        let segment = clip(segment, MAX_SEGMENT_BYTES);
        if !self.segments.contains(&segment) {
            self.segments.push(segment);
        }
    }

    /// Counts a view of a page.
    pub(crate) fn view(&mut self, at_ms: u64, path: &str, title: &str) {
        let page = PageVisit { at_ms, path: clip(path, MAX_PATH_BYTES), title: clip(title, MAX_TITLE_BYTES) };
        insert(&mut self.pages, page);
        self.count_views(fnv1a(path.as_bytes()), 1, day(at_ms));
    }

    /// Takes back a view that was guessed, and has come.
    pub(crate) fn unview(&mut self, at_ms: u64, path: &str) {
        let kept = clip(path, MAX_PATH_BYTES);
        if let Some(place) = self.pages.iter().position(|page| page.at_ms == at_ms && page.path == kept) {
            self.pages.remove(place);
        }
        let hash = fnv1a(path.as_bytes());
        if let Some(views) = self.views.iter_mut().find(|views| views.path == hash) {
            views.count = views.count.saturating_sub(1);
        }
        self.visits.untake_page(at_ms);
    }

    pub(super) fn count_views(&mut self, path: u64, count: u32, day: u32) {
        let known =
            self.views.iter().position(|views| views.path == path).map(|place| self.views.remove(place));
        let known = known.unwrap_or(Views { day: 0, path, count: 0 });
        let views = Views { day: known.day.max(day), path, count: known.count.saturating_add(count) };
        insert(&mut self.views, views);
    }

    /// Adds a named event in its place in time.
    pub(crate) fn happened(&mut self, event: NamedEvent) {
        insert(&mut self.events, event);
    }

    /// Counts an exposure of the rule.
    pub(crate) fn expose(&mut self, rule: &str, at_ms: u64, control: bool) {
        self.add_exposure(Exposure { rule: clip(rule, MAX_RULE_BYTES), times: 1, last_ms: at_ms, control });
    }

    pub(super) fn add_exposure(&mut self, mut new: Exposure) {
        let near = |known: &Exposure| {
            known.rule == new.rule
                && known.control == new.control
                && known.last_ms / EXPOSURE_SPAN_MS == new.last_ms / EXPOSURE_SPAN_MS
        };
        if let Some(place) = self.exposures.iter().rposition(near) {
            let known = self.exposures.remove(place);
            new.times = new.times.saturating_add(known.times);
            new.last_ms = new.last_ms.max(known.last_ms);
        }
        let key = |exposure: &Exposure| (exposure.last_ms, exposure.control);
        let place = self
            .exposures
            .partition_point(|known| (key(known), known.rule.as_str()) <= (key(&new), new.rule.as_str()));
        self.exposures.insert(place, new);
    }

    /// Notes that the visitor closed, took up or answered the rule's widget.
    pub(crate) fn settle(&mut self, rule: &str, at_ms: u64) {
        self.answer(rule, at_ms, 0);
    }

    /// Notes that the visitor wants less of the rule.
    pub(crate) fn less(&mut self, rule: &str, at_ms: u64) {
        self.answer(rule, 0, at_ms);
    }

    pub(super) fn answer(&mut self, rule: &str, settled_ms: u64, less_ms: u64) {
        let rule = clip(rule, MAX_RULE_BYTES);
        let place = self.answers.iter().position(|answer| answer.rule == rule);
        let known = place.map(|place| self.answers.remove(place)).unwrap_or_default();
        let answer = Answer {
            rule,
            settled_ms: known.settled_ms.max(settled_ms),
            less_ms: known.less_ms.max(less_ms),
        };
        let key = |answer: &Answer| answer.settled_ms.max(answer.less_ms);
        let place = self.answers.partition_point(|known| {
            (key(known), known.rule.as_str()) <= (key(&answer), answer.rule.as_str())
        });
        self.answers.insert(place, answer);
    }

    /// Notes a choice; the latest of a kind counts, whichever comes first.
    pub(crate) fn choose(&mut self, new: Choice) {
        let place = self.choices.partition_point(|known| order(known.show) < order(new.show));
        match self.choices.get_mut(place) {
            Some(known) if known.show == new.show => {
                // Said twice in the same millisecond, the refusal counts.
                let newer = new.at_ms > known.at_ms || (new.at_ms == known.at_ms && !new.allowed);
                if newer {
                    *known = new;
                }
            }
            _ => self.choices.insert(place, new),
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
        insert(&mut self.surveys, survey);
    }

    /// Counts an order, unless its number was told before: then the earlier telling is the order, whichever comes first.
    pub(crate) fn order(&mut self, id: &str, total: f64, at_ms: u64) -> Told {
        // Checked by `intake` to be a number from zero to 10^12: in thousandths it fits 64 bits.
        let total_milli = (total * 1000.0).round() as u64;
        if id.is_empty() {
            self.orders.unnumbered_ms = self.orders.unnumbered_ms.max(at_ms);
            self.add_orders(1, total_milli);
            return Told::First;
        }
        self.add_numbered(Order { at_ms, number: fnv1a(id.as_bytes()), total_milli })
    }

    pub(super) fn add_numbered(&mut self, new: Order) -> Told {
        let orders = &mut self.orders;
        if let Some(place) = orders.numbered.iter().position(|order| order.number == new.number) {
            let known = orders.numbered[place];
            if new >= known {
                return Told::Before;
            }
            orders.numbered.remove(place);
            insert(&mut orders.numbered, new);
            orders.total_milli = orders.total_milli.saturating_sub(known.total_milli);
            orders.total_milli = orders.total_milli.saturating_add(new.total_milli);
            return Told::Earlier { than_ms: known.at_ms };
        }
        insert(&mut orders.numbered, new);
        self.add_orders(1, new.total_milli);
        Told::First
    }

    pub(super) fn add_orders(&mut self, count: u32, total_milli: u64) {
        self.orders.count = self.orders.count.saturating_add(count);
        self.orders.total_milli = self.orders.total_milli.saturating_add(total_milli);
    }

    /// The record of a run of the tag, heard of now.
    pub(crate) fn stream(&mut self, id: &[u8; 16], at_ms: u64) -> &mut Stream {
        let id = fnv1a(id).to_le_bytes();
        let place = self.streams.iter().position(|stream| stream.id == id);
        let mut stream =
            place.map_or_else(|| Stream { id, ..Stream::default() }, |place| self.streams.remove(place));
        stream.minute = stream.minute.max(u32::try_from(at_ms / MINUTE_MS).unwrap_or(u32::MAX));
        let place =
            self.streams.partition_point(|known| (known.minute, known.id) < (stream.minute, stream.id));
        self.streams.insert(place, stream);
        &mut self.streams[place]
    }
}

impl Stream {
    /// Whether the event of this number was not folded yet.
    pub(crate) fn wants(&self, number: u32) -> bool {
        number >= self.next || self.gaps.iter().any(|(from, to)| (*from..*to).contains(&number))
    }

    /// Notes that the events from `first` to before `end` are folded.
    pub(crate) fn take(&mut self, first: u32, end: u32) {
        if first > self.next {
            self.gaps.push((self.next, first));
        } else {
            let parts = |(from, to): (u32, u32)| [(from, to.min(first)), (from.max(end), to)];
            self.gaps = self.gaps.iter().copied().flat_map(parts).filter(|(from, to)| from < to).collect();
        }
        let excess = self.gaps.len().saturating_sub(MAX_GAPS);
        self.gaps.drain(..excess);
        self.next = self.next.max(end);
    }
}

/// Puts an entry in its place.
pub(super) fn insert<T: Ord>(list: &mut Vec<T>, entry: T) {
    let place = list.partition_point(|known| *known <= entry);
    list.insert(place, entry);
}

fn day(at_ms: u64) -> u32 {
    u32::try_from(at_ms / DAY_MS).unwrap_or(u32::MAX)
}

/// The order in which choices are kept.
fn order(show: Show) -> u8 {
    match show {
        Show::Callback => 0,
        Show::Banner => 1,
        Show::Chat => 2,
        Show::Survey => 3,
    }
}
