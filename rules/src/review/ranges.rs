//! Sets of numbers: unions of intervals, sorted and apart.

use crate::condition::Polarity;
use crate::interval::Interval;
use crate::quantity::whole_ends;

/// Which numbers a set is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Grain {
    /// All of them.
    Real,
    /// The whole ones: nothing is between `> 2` and `< 3`.
    Whole,
}

/// A set of numbers.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Ranges {
    grain: Grain,
    /// Sorted; none of them empty, no two of them touching.
    runs: Vec<Interval>,
}

impl Ranges {
    /// The numbers in any of the intervals.
    pub(super) fn of(grain: Grain, intervals: &[Interval]) -> Self {
        let mut runs: Vec<Interval> = intervals
            .iter()
            .map(|interval| if grain == Grain::Whole { whole_ends(interval) } else { *interval })
            .filter(|interval| !interval.is_empty())
            .collect();
        // An end that is included begins before the same end that is not.
        runs.sort_by(|a, b| a.low.total_cmp(&b.low).then(b.with_low.cmp(&a.with_low)));
        let mut joined: Vec<Interval> = Vec::with_capacity(runs.len());
        for run in runs {
            match joined.last_mut() {
                Some(last)
                    if run.low < last.high || (run.low == last.high && (run.with_low || last.with_high)) =>
                {
                    if run.high > last.high {
                        (last.high, last.with_high) = (run.high, run.with_high);
                    } else if run.high == last.high {
                        last.with_high |= run.with_high;
                    }
                }
                _ => joined.push(run),
            }
        }
        Self { grain, runs: joined }
    }

    /// The numbers in both.
    pub(super) fn and(&self, other: &Self) -> Self {
        let (mut left, mut right) = (self.runs.iter().peekable(), other.runs.iter().peekable());
        let mut runs = Vec::new();
        while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
            let both = a.and(b);
            let both = if self.grain == Grain::Whole { whole_ends(&both) } else { both };
            if !both.is_empty() {
                runs.push(both);
            }
            // The one that ends first meets nothing else.
            if a.high < b.high || (a.high == b.high && !a.with_high) {
                left.next();
            } else {
                right.next();
            }
        }
        Self { grain: self.grain, runs }
    }

    /// The numbers that are not in it.
    pub(super) fn not(&self) -> Self {
        let mut runs = Vec::with_capacity(self.runs.len() + 1);
        let mut rest = Interval::ALL;
        for run in &self.runs {
            runs.push(Interval { high: run.low, with_high: !run.with_low && run.low.is_finite(), ..rest });
            rest = Interval { low: run.high, with_low: !run.with_high && run.high.is_finite(), ..rest };
        }
        // After a run without an upper end there is nothing, and the interval from infinity on is empty.
        runs.push(rest);
        Self::of(self.grain, &runs)
    }

    /// What a line on some numbers leaves of it.
    pub(super) fn narrowed(&self, intervals: &[Interval], polarity: Polarity) -> Self {
        let wanted = Self::of(self.grain, intervals);
        match polarity {
            Polarity::Plain => self.and(&wanted),
            Polarity::Negated => self.and(&wanted.not()),
        }
    }

    pub(super) fn contains(&self, value: f64) -> bool {
        self.runs.iter().any(|run| run.contains(value))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// Whether all of `inner` is in it.
    pub(super) fn covers(&self, inner: &Self) -> bool {
        inner.and(&self.not()).is_empty()
    }

    /// How many intervals it is made of.
    pub(super) fn len(&self) -> usize {
        self.runs.len()
    }

    /// Its lowest and its highest end.
    pub(super) fn ends(&self) -> Option<(f64, f64)> {
        Some((self.runs.first()?.low, self.runs.last()?.high))
    }
}

#[cfg(test)]
mod tests {
    use super::{Grain, Ranges};
    use crate::interval::Interval;

    fn of(intervals: &[Interval]) -> Ranges {
        Ranges::of(Grain::Real, intervals)
    }

    #[test]
    fn a_set_and_what_it_lacks_share_nothing_and_are_everything() {
        for set in [
            of(&[Interval::at_least(3.0)]),
            of(&[Interval::below(3.0), Interval::above(3.0)]),
            of(&[Interval::only(1.0), Interval::between(2.0, 5.0), Interval::above(4.0)]),
            of(&[]),
        ] {
            assert!(set.and(&set.not()).is_empty(), "{set:?}");
            let both: Vec<_> = set.runs.iter().chain(&set.not().runs).copied().collect();
            assert_eq!(of(&both).runs, [Interval::ALL], "{set:?}");
            assert_eq!(set.not().not(), set);
        }
    }

    #[test]
    fn nothing_whole_is_between_two_neighbours() {
        let between = [Interval::above(2.0).and(&Interval::below(3.0))];
        assert!(Ranges::of(Grain::Whole, &between).is_empty());
        assert!(!of(&between).is_empty());
        let all = Ranges::of(Grain::Whole, &[Interval::at_most(2.0), Interval::at_least(3.0)]);
        assert!(all.not().is_empty(), "{all:?}");
    }

    #[test]
    fn a_set_covers_what_its_runs_cover_together() {
        let outer = of(&[Interval::between(0.0, 5.0), Interval::between(5.0, 9.0)]);
        assert!(outer.covers(&of(&[Interval::between(1.0, 8.0)])));
        assert!(!outer.covers(&of(&[Interval::at_least(1.0)])));
    }
}
