//! What happens on pages: views, exits, and what makes a visitor struggle.

use wire::{Batch, What};

use super::{Measure, Subject, Tally};
use crate::fold::Change;
use crate::profile::{MAX_PATH_BYTES, Profile, Visit, clip};

/// Shortest and longest view whose length counts, in milliseconds: less was never seen, more was left open.
const DWELL_MS: std::ops::RangeInclusive<u32> = 200..=30 * 60 * 1000;

/// The last page of a visit so far, and the day the visit began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Leaf {
    day: i32,
    path: String,
}

impl Leaf {
    /// The last pages of the visits that something of this time is near to, where they have any: what happens then changes
    /// no other. `day` tells the site's day of an instant.
    pub(crate) fn around(profile: &Profile, at_ms: u64, day: &dyn Fn(u64) -> i32) -> Vec<Self> {
        Self::of(profile, profile.visits.around(at_ms), day)
    }

    /// The last pages of all visits listed.
    pub(crate) fn all(profile: &Profile, day: &dyn Fn(u64) -> i32) -> Vec<Self> {
        Self::of(profile, profile.visits.listed(), day)
    }

    fn of(profile: &Profile, visits: &[Visit], day: &dyn Fn(u64) -> i32) -> Vec<Self> {
        let leaf = |visit: &Visit| {
            let during = visit.started_ms..=visit.last_ms;
            let last = profile.pages.iter().rfind(|page| during.contains(&page.at_ms))?;
            Some(Self { day: day(visit.started_ms), path: last.path.clone() })
        };
        visits.iter().filter_map(leaf).collect()
    }
}

/// Moves the exits of visits to what are now their last pages. Each visit has one, however its pages arrive; of two
/// visits that turn out to be one, one exit is left.
pub(crate) fn moved(before: &[Leaf], after: &[Leaf], tally: &mut Tally) {
    if before == after {
        return;
    }
    for (leaves, by) in [(before, -1), (after, 1)] {
        for leaf in leaves {
            count(tally, leaf, Measure::Exits, by);
        }
    }
}

/// Counts what a change says of the page it happened on; `day` is the visit's.
pub(crate) fn happened(change: Change<'_>, batch: &Batch, day: i32, tally: &mut Tally) {
    let leaf = Leaf { day, path: clip(&batch.page.path, MAX_PATH_BYTES) };
    let what = match change {
        Change::Happened(what) => what,
        Change::Unviewed => return count(tally, &leaf, Measure::Views, -1),
    };
    let measure = match what {
        What::View => Measure::Views,
        What::RageClick => Measure::RageClicks,
        What::FormError { .. } => Measure::FormErrors,
        What::FormAbandoned { .. } => Measure::FormsAbandoned,
        What::Left if DWELL_MS.contains(&batch.live.dwell_ms) => {
            let dwell_ms = batch.live.dwell_ms;
            count(tally, &leaf, Measure::DwellMs, dwell_ms.into());
            count(tally, &leaf, Measure::DwellLogs, (f64::from(dwell_ms).ln() * 1000.0).round() as i64);
            Measure::Leaves
        }
        _ => return,
    };
    count(tally, &leaf, measure, 1);
}

/// Counts a request for contact from a page.
pub fn contact(path: &str, day: i32) -> Tally {
    let mut tally = Tally::default();
    count(&mut tally, &Leaf { day, path: clip(path, MAX_PATH_BYTES) }, Measure::Contacts, 1);
    tally
}

fn count(tally: &mut Tally, leaf: &Leaf, measure: Measure, count: i64) {
    tally.count(leaf.day, Subject::Page { path: leaf.path.clone() }, measure, count);
}
