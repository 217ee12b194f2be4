//! The three values, one test at a time.
//!
//! Takes a condition and the facts; returns yes, no or not yet. *Not yet* comes only from live signals: a test on
//! one is yes where it stands, not yet where going on would reach it, no where it has been passed. Of a value
//! that is absent nothing is true, and so the `not` of anything is.

use crate::condition::{Condition, Polarity, Subject, Test, Wanted};
use crate::facts::{Facts, Past, Reading, fits};
use crate::glob::Glob;
use crate::interval::Interval;
use crate::watch::Boxes;

/// Whether something holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Truth {
    /// It does not, and only an event can change that.
    No,
    /// It does not, and would if live signals went on.
    NotYet,
    /// It does.
    Yes,
}

impl Truth {
    /// The value as the command line and the examples name it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::No => "no",
            Self::NotYet => "not_yet",
            Self::Yes => "yes",
        }
    }
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}

impl Condition {
    /// Whether the condition holds of these facts, by walking the tree.
    ///
    /// Exact: *not yet* says that some reading of the live signals ahead of this one makes it yes, all parts of
    /// the condition taken together.
    pub fn truth(&self, facts: &Facts) -> Truth {
        Boxes::of(self, facts).truth(facts.live())
    }

    /// The part that decides a *no*, or a *not yet*: the first in file order that is no better than the whole.
    pub(crate) fn first_obstacle<'c>(
        &'c self,
        facts: &Facts,
        polarity: Polarity,
    ) -> Option<(&'c Test, Polarity)> {
        let truth = self.loose_truth(facts, polarity);
        if truth == Truth::Yes {
            return None;
        }
        match self {
            Self::Test(test) => Some((test, polarity)),
            Self::Not(inner) => inner.first_obstacle(facts, polarity.flipped()),
            Self::All(parts) | Self::Any(parts) => parts
                .iter()
                .find(|part| part.loose_truth(facts, polarity) == truth)
                .and_then(|part| part.first_obstacle(facts, polarity)),
        }
    }

    /// Calls `visit` on each test that a *not yet* waits for: all of those that have to hold, the first of those of
    /// which one has to.
    pub(crate) fn for_each_awaited<'c>(
        &'c self,
        facts: &Facts,
        polarity: Polarity,
        visit: &mut impl FnMut(&'c Test, Polarity),
    ) {
        if self.loose_truth(facts, polarity) != Truth::NotYet {
            return;
        }
        match (self, polarity) {
            (Self::Test(test), _) => visit(test, polarity),
            (Self::Not(inner), _) => inner.for_each_awaited(facts, polarity.flipped(), visit),
            (Self::All(parts), Polarity::Plain) | (Self::Any(parts), Polarity::Negated) => {
                parts.iter().for_each(|part| part.for_each_awaited(facts, polarity, visit));
            }
            (Self::Any(parts), Polarity::Plain) | (Self::All(parts), Polarity::Negated) => {
                let first = parts.iter().find(|part| part.loose_truth(facts, polarity) == Truth::NotYet);
                first.into_iter().for_each(|part| part.for_each_awaited(facts, polarity, visit));
            }
        }
    }

    /// Part by part: a live test that goes on is not yet, whatever the tests beside it say of the same signal.
    pub(crate) fn loose_truth(&self, facts: &Facts, polarity: Polarity) -> Truth {
        match (self, polarity) {
            (Self::Test(test), _) => test.truth(facts, polarity),
            (Self::Not(inner), _) => inner.loose_truth(facts, polarity.flipped()),
            (Self::All(parts), Polarity::Plain) | (Self::Any(parts), Polarity::Negated) => {
                parts.iter().map(|part| part.loose_truth(facts, polarity)).min().unwrap_or(Truth::Yes)
            }
            (Self::Any(parts), Polarity::Plain) | (Self::All(parts), Polarity::Negated) => {
                parts.iter().map(|part| part.loose_truth(facts, polarity)).max().unwrap_or(Truth::No)
            }
        }
    }
}

impl Test {
    /// Whether this test alone holds of these facts.
    pub fn truth(&self, facts: &Facts, polarity: Polarity) -> Truth {
        if self.subject.is_live() {
            return Boxes::of_test(self, polarity).truth(facts.live());
        }
        Truth::from(self.holds(facts) == (polarity == Polarity::Plain))
    }

    /// Whether the value, as it stands, is what is wanted.
    pub(crate) fn holds(&self, facts: &Facts) -> bool {
        match &self.wanted {
            Wanted::Times { what, times, within_ms } => {
                times.contains(occurrences(&self.subject, facts, what, *within_ms) as f64)
            }
            Wanted::Path { steps, within_ms } => taken(facts.pages(), steps, *within_ms),
            _ => self.holds_of(&self.subject.reading(facts)),
        }
    }

    fn holds_of(&self, reading: &Reading<'_>) -> bool {
        if !fits(self.subject.kind(), reading) {
            return false;
        }
        match (&self.wanted, reading) {
            (Wanted::Text(globs), Reading::Text(text)) => any_matches(globs, text),
            (Wanted::Text(globs), Reading::Set(members)) => {
                members.clone().any(|member| any_matches(globs, member))
            }
            (Wanted::Number(intervals), Reading::Number(number)) => in_any(intervals, *number),
            (Wanted::Flag(wanted), Reading::Flag(flag)) => wanted == flag,
            (Wanted::Known, _) => true,
            _ => false,
        }
    }
}

impl Subject {
    /// Its value. The journey has none.
    pub fn reading<'f>(&self, facts: &'f Facts) -> Reading<'f> {
        match self {
            Self::Signal(signal) => facts.reading(*signal),
            Self::Query(key) => facts.query_value(key).map_or(Reading::Absent, Reading::Text),
            Self::Customer(name, _) => facts.customer(name),
            Self::Pages | Self::Events => Reading::Absent,
        }
    }
}

pub(crate) fn any_matches(globs: &[Glob], text: &str) -> bool {
    globs.iter().any(|glob| glob.matches(text))
}

pub(crate) fn in_any(intervals: &[Interval], number: f64) -> bool {
    intervals.iter().any(|interval| interval.contains(number))
}

/// How many entries of the journey match, of those no older than `within_ms`.
pub(crate) fn occurrences(subject: &Subject, facts: &Facts, what: &[Glob], within_ms: Option<u64>) -> usize {
    let counts = |past: &Past<'_>| {
        within_ms.is_none_or(|within| past.ago_ms <= within) && any_matches(what, past.what)
    };
    match subject {
        Subject::Events => facts.events().filter(counts).count(),
        _ => facts.pages().filter(counts).count(),
    }
}

/// Whether the steps were taken in this order, the first no longer ago than `within_ms`.
pub(crate) fn taken<'f>(
    pages: impl Iterator<Item = Past<'f>>,
    steps: &[Glob],
    within_ms: Option<u64>,
) -> bool {
    let mut remaining = steps;
    for past in pages {
        let Some((next, rest)) = remaining.split_first() else { break };
        if within_ms.is_none_or(|within| past.ago_ms <= within) && next.matches(past.what) {
            remaining = rest;
        }
    }
    remaining.is_empty()
}
