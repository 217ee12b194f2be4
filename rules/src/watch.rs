//! What the browser should watch for: the live thresholds that could still turn a rule to yes.
//!
//! Once everything but the live signals is known, a condition is a union of boxes over the four live signals.
//! A box lies ahead when none of its upper ends has been passed; what is left to reach are its lower ends.
//! Dwell and scroll only grow while a page is open, and a move to leave stays made. Idle time starts over at
//! each input, which is no event: a threshold below the present idle time counts as passed.

use crate::condition::{Condition, Polarity, Subject, Test, Wanted};
use crate::facts::{Facts, Live};
use crate::signal::Signal;
use crate::truth::Truth;

/// Most boxes of one rule. Past it the rule file is in error, and bytes that claim more are not a program.
pub(crate) const MAX_BOXES: usize = 64;

/// A live threshold that could turn some rule to yes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Watch {
    /// Visible time on the page reaches so many milliseconds.
    DwellMs(u32),
    /// So many milliseconds pass without input.
    IdleMs(u32),
    /// The page is scrolled to so many points of a hundred.
    ScrollPercent(u8),
    /// The visitor moves to leave.
    ExitIntent,
}

/// Readings of the live signals that a condition allows, ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LiveBox {
    pub(crate) dwell_ms: (u32, u32),
    pub(crate) idle_ms: (u32, u32),
    pub(crate) scroll_percent: (u8, u8),
    /// 0 is no, 1 is yes.
    pub(crate) exit_intent: (u8, u8),
}

impl LiveBox {
    pub(crate) const ALL: Self = Self {
        dwell_ms: (0, u32::MAX),
        idle_ms: (0, u32::MAX),
        scroll_percent: (0, 100),
        exit_intent: (0, 1),
    };

    /// The readings both allow.
    pub(crate) fn and(&self, other: &Self) -> Option<Self> {
        fn meet<T: Ord + Copy>(a: (T, T), b: (T, T)) -> Option<(T, T)> {
            let both = (a.0.max(b.0), a.1.min(b.1));
            (both.0 <= both.1).then_some(both)
        }
        Some(Self {
            dwell_ms: meet(self.dwell_ms, other.dwell_ms)?,
            idle_ms: meet(self.idle_ms, other.idle_ms)?,
            scroll_percent: meet(self.scroll_percent, other.scroll_percent)?,
            exit_intent: meet(self.exit_intent, other.exit_intent)?,
        })
    }

    fn covers(&self, other: &Self) -> bool {
        self.and(other).as_ref() == Some(other)
    }

    /// Whether every reading from `live` on that reaches `other` has reached this box's lower ends too.
    fn begins_before(&self, other: &Self, live: Live) -> bool {
        self.dwell_ms.0 <= other.dwell_ms.0.max(live.dwell_ms)
            && self.idle_ms.0 <= other.idle_ms.0.max(live.idle_ms)
            && self.scroll_percent.0 <= other.scroll_percent.0.max(live.scroll_percent)
            && self.exit_intent.0 <= other.exit_intent.0.max(u8::from(live.exit_intent))
    }

    pub(crate) fn truth(&self, live: Live) -> Truth {
        let exit = u8::from(live.exit_intent);
        let passed = live.dwell_ms > self.dwell_ms.1
            || live.idle_ms > self.idle_ms.1
            || live.scroll_percent > self.scroll_percent.1
            || exit > self.exit_intent.1;
        if passed {
            return Truth::No;
        }
        let reached = live.dwell_ms >= self.dwell_ms.0
            && live.idle_ms >= self.idle_ms.0
            && live.scroll_percent >= self.scroll_percent.0
            && exit >= self.exit_intent.0;
        if reached { Truth::Yes } else { Truth::NotYet }
    }

    /// The lower ends not reached yet.
    pub(crate) fn residual(&self, live: Live) -> impl Iterator<Item = Watch> {
        let dwell = (live.dwell_ms < self.dwell_ms.0).then_some(Watch::DwellMs(self.dwell_ms.0));
        let idle = (live.idle_ms < self.idle_ms.0).then_some(Watch::IdleMs(self.idle_ms.0));
        let scroll = (live.scroll_percent < self.scroll_percent.0)
            .then_some(Watch::ScrollPercent(self.scroll_percent.0));
        let exit = (u8::from(live.exit_intent) < self.exit_intent.0).then_some(Watch::ExitIntent);
        [dwell, idle, scroll, exit].into_iter().flatten()
    }
}

/// A union of boxes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Boxes(pub(crate) Vec<LiveBox>);

impl Boxes {
    fn all() -> Self {
        Self(vec![LiveBox::ALL])
    }

    /// What a condition allows of the live signals, given everything else.
    pub(crate) fn of(condition: &Condition, facts: &Facts) -> Self {
        Self::build(condition, Polarity::Plain, &|test, polarity| {
            test.holds(facts) == (polarity == Polarity::Plain)
        })
    }

    /// The same, supposing of each test that is not live what makes most boxes: the rule's worst case.
    pub(crate) fn at_most(condition: &Condition) -> usize {
        worst_case(condition, Polarity::Plain)
    }

    fn build(condition: &Condition, polarity: Polarity, holds: &impl Fn(&Test, Polarity) -> bool) -> Self {
        match (condition, polarity) {
            (Condition::Test(test), _) if test.subject.is_live() => Self::of_test(test, polarity),
            (Condition::Test(test), _) if holds(test, polarity) => Self::all(),
            (Condition::Test(_), _) => Self::default(),
            (Condition::Not(inner), _) => Self::build(inner, polarity.flipped(), holds),
            (Condition::All(parts), Polarity::Plain) | (Condition::Any(parts), Polarity::Negated) => {
                let mut boxes = Self::all();
                for part in parts {
                    if boxes.0.is_empty() {
                        break;
                    }
                    boxes = boxes.and(&Self::build(part, polarity, holds));
                }
                boxes
            }
            (Condition::Any(parts), Polarity::Plain) | (Condition::All(parts), Polarity::Negated) => {
                let mut boxes = Self::default();
                for part in parts {
                    for one in Self::build(part, polarity, holds).0 {
                        boxes.add(one);
                    }
                }
                boxes
            }
        }
    }

    /// What one test on a live signal allows.
    pub(crate) fn of_test(test: &Test, polarity: Polarity) -> Self {
        let Subject::Signal(signal) = test.subject else { return Self::default() };
        let plain = polarity == Polarity::Plain;
        let mut boxes = Self::default();
        match (&test.wanted, signal) {
            (Wanted::Known, _) if plain => boxes = Self::all(),
            (Wanted::Flag(wanted), Signal::PageExitIntent) => {
                let end = u8::from(*wanted == plain);
                boxes.0.push(LiveBox { exit_intent: (end, end), ..LiveBox::ALL });
            }
            (Wanted::Number(intervals), _) => {
                let limit = if signal == Signal::PageScroll { 100 } else { u32::MAX };
                let mut runs: Vec<_> =
                    intervals.iter().filter_map(|interval| interval.whole(limit)).collect();
                if !plain {
                    runs = gaps(runs, limit);
                }
                for run in runs {
                    boxes.add(match signal {
                        Signal::PageDwell => LiveBox { dwell_ms: run, ..LiveBox::ALL },
                        Signal::PageIdle => LiveBox { idle_ms: run, ..LiveBox::ALL },
                        // `limit` keeps both ends within 0..=100.
                        _ => LiveBox { scroll_percent: (run.0 as u8, run.1 as u8), ..LiveBox::ALL },
                    });
                }
            }
            _ => {}
        }
        boxes
    }

    pub(crate) fn and(&self, other: &Self) -> Self {
        let mut both = Self::default();
        for left in &self.0 {
            for right in &other.0 {
                if let Some(meeting) = left.and(right) {
                    both.add(meeting);
                }
            }
        }
        both
    }

    fn add(&mut self, one: LiveBox) {
        if !self.0.iter().any(|known| known.covers(&one)) {
            self.0.retain(|known| !one.covers(known));
            self.0.push(one);
        }
    }

    pub(crate) fn truth(&self, live: Live) -> Truth {
        self.0.iter().map(|one| one.truth(live)).max().unwrap_or(Truth::No)
    }
}

/// The thresholds of the boxes that lie ahead, but for boxes that are reached only after another: when that one is
/// reached, the condition holds and everything is asked anew.
pub(crate) fn residual_of(boxes: &[LiveBox], live: Live, mut add: impl FnMut(Watch)) {
    let is_ahead = |one: &LiveBox| one.truth(live) == Truth::NotYet;
    for (index, one) in boxes.iter().enumerate() {
        let overtaken = || {
            boxes.iter().enumerate().any(|(other_index, other)| {
                other_index != index
                    && is_ahead(other)
                    && other.begins_before(one, live)
                    && (other_index < index || !one.begins_before(other, live))
            })
        };
        if is_ahead(one) && !overtaken() {
            one.residual(live).for_each(&mut add);
        }
    }
}

/// The whole numbers up to `limit` that are in none of the runs.
fn gaps(mut runs: Vec<(u32, u32)>, limit: u32) -> Vec<(u32, u32)> {
    runs.sort_unstable();
    let mut gaps = Vec::new();
    let mut from = Some(0);
    for (low, high) in runs {
        let Some(next) = from else { break };
        if low > next {
            gaps.push((next, low - 1));
        }
        from = if high < next { from } else { high.checked_add(1) };
    }
    gaps.extend(from.filter(|from| *from <= limit).map(|from| (from, limit)));
    gaps
}

fn worst_case(condition: &Condition, polarity: Polarity) -> usize {
    match (condition, polarity) {
        (Condition::Test(test), polarity) => match &test.wanted {
            // Between and around so many runs there is one gap more.
            Wanted::Number(intervals) if test.subject.is_live() => {
                intervals.len() + usize::from(polarity == Polarity::Negated)
            }
            _ => 1,
        },
        (Condition::Not(inner), _) => worst_case(inner, polarity.flipped()),
        (Condition::All(parts), Polarity::Plain) | (Condition::Any(parts), Polarity::Negated) => parts
            .iter()
            .filter(|part| has_live(part))
            .map(|part| worst_case(part, polarity))
            .fold(1, usize::saturating_mul),
        // Parts without live signals allow everything or nothing: no box of their own beside the others.
        (Condition::Any(parts), Polarity::Plain) | (Condition::All(parts), Polarity::Negated) => parts
            .iter()
            .filter(|part| has_live(part))
            .map(|part| worst_case(part, polarity))
            .fold(0, usize::saturating_add)
            .max(1),
    }
}

fn has_live(condition: &Condition) -> bool {
    let mut live = false;
    condition.for_each_test(&mut |test, _| live |= test.subject.is_live());
    live
}

#[cfg(test)]
mod tests {
    use super::{Watch, gaps, residual_of};
    use crate::condition::{Condition, Subject, Test, Wanted};
    use crate::facts::{Facts, Live};
    use crate::interval::Interval;
    use crate::signal::Signal;
    use crate::truth::Truth;
    use crate::watch::Boxes;

    fn dwell(interval: Interval) -> Condition {
        Condition::Test(Test {
            subject: Subject::Signal(Signal::PageDwell),
            wanted: Wanted::Number(vec![interval]),
            line: 1,
        })
    }

    fn not(condition: Condition) -> Condition {
        Condition::Not(Box::new(condition))
    }

    fn after(dwell_ms: u32) -> Facts {
        let mut facts = Facts::new();
        facts.set_live(Live { dwell_ms, ..Live::default() });
        facts
    }

    #[test]
    fn a_live_signal_short_of_its_threshold_is_not_yet() {
        let rule = dwell(Interval::at_least(45_000.0));
        assert_eq!(rule.truth(&after(44_999)), Truth::NotYet);
        assert_eq!(rule.truth(&after(45_000)), Truth::Yes);
        let mut watches = Vec::new();
        residual_of(&Boxes::of(&rule, &after(0)).0, Live::default(), |watch| watches.push(watch));
        assert_eq!(watches, [Watch::DwellMs(45_000)]);
    }

    #[test]
    fn a_live_signal_past_its_upper_end_is_no() {
        let rule = dwell(Interval::below(30_000.0));
        assert_eq!(rule.truth(&after(0)), Truth::Yes);
        assert_eq!(rule.truth(&after(30_000)), Truth::No);
        assert_eq!(not(rule).truth(&after(29_999)), Truth::NotYet);
    }

    #[test]
    fn two_thresholds_on_one_signal_are_one() {
        let rule =
            Condition::All(vec![dwell(Interval::at_least(10_000.0)), dwell(Interval::at_least(30_000.0))]);
        let mut watches = Vec::new();
        residual_of(&Boxes::of(&rule, &after(0)).0, Live::default(), |watch| watches.push(watch));
        assert_eq!(watches, [Watch::DwellMs(30_000)]);
    }

    #[test]
    fn an_idle_time_that_is_passed_is_no_until_an_event_asks_anew() {
        let idle = Condition::Test(Test {
            subject: Subject::Signal(Signal::PageIdle),
            wanted: Wanted::Number(vec![Interval::at_most(10_000.0)]),
            line: 1,
        });
        let rule = Condition::All(vec![idle, dwell(Interval::at_least(60_000.0))]);
        let mut facts = Facts::new();
        // A move of the pointer would begin the idle time anew, but it is no event: nobody hears of it.
        facts.set_live(Live { dwell_ms: 30_000, idle_ms: 15_000, ..Live::default() });
        assert_eq!(rule.truth(&facts), Truth::No);
        facts.set_live(Live { dwell_ms: 30_000, idle_ms: 2_000, ..Live::default() });
        assert_eq!(rule.truth(&facts), Truth::NotYet);
    }

    #[test]
    fn what_no_reading_can_satisfy_is_no_from_the_start() {
        let short = dwell(Interval::below(30_000.0));
        let rule = Condition::All(vec![short.clone(), not(short)]);
        assert_eq!(rule.truth(&after(0)), Truth::No);
    }

    #[test]
    fn gaps_are_what_is_left() {
        assert_eq!(gaps(vec![(10, 20), (0, 5)], 100), [(6, 9), (21, 100)]);
        assert_eq!(gaps(vec![(0, 100)], 100), []);
        assert_eq!(gaps(vec![(5, 50), (10, 20)], 100), [(0, 4), (51, 100)]);
        assert_eq!(gaps(Vec::new(), 100), [(0, 100)]);
    }
}
