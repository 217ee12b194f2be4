//! Random conditions and facts over a small world, so that they meet often.

use crate::condition::{Condition, Subject, Test, Wanted};
use crate::evaluation::Changes;
use crate::facts::{Facts, Live};
use crate::glob::Glob;
use crate::interval::Interval;
use crate::rule::{ConsentNeed, Content, Place, Rule, RuleCondition, Show};
use crate::signal::{Kind, Signal};
use crate::watch::{Boxes, MAX_BOXES};

const PATHS: [&str; 8] = ["/", "/a", "/a/", "/a/b", "/a/b/c", "/b", "/b/a", "/faq/é"];
const PATH_GLOBS: [&str; 12] =
    ["/", "/a", "/a/*", "/a/**", "/a**", "/*", "/**", "/*/b", "/**/c", "/b/a", "/*/b/*", "**é"];
const TEXTS: [&str; 6] = ["desktop", "mobile", "FR", "fr", "Été", "été 2"];
const TEXT_GLOBS: [&str; 8] = ["desktop", "mobile", "fr", "FR", "*", "m*", "*t*", "été*"];
const SIGNALS: [Signal; 16] = [
    Signal::PagePath,
    Signal::PagePrevious,
    Signal::DeviceKind,
    Signal::GeoCountry,
    Signal::VisitSearch,
    Signal::VisitorSegments,
    Signal::CartTotal,
    Signal::CartItems,
    Signal::DeskWait,
    Signal::DeskOpen,
    Signal::TimeDate,
    Signal::PageDwell,
    Signal::PageDwell,
    Signal::PageIdle,
    Signal::PageScroll,
    Signal::PageExitIntent,
];

/// A small generator (xorshift), so that a seed names a case for ever.
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(super) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % limit.max(1)
    }

    fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    pub(super) fn rule(&mut self, index: usize) -> Rule {
        let condition = loop {
            let parts = |random: &mut Self, most| -> Vec<Condition> {
                (0..random.below(most)).map(|_| random.condition(3)).collect()
            };
            let condition =
                RuleCondition { when: parts(self, 5), unless: parts(self, 3), implied: Vec::new() };
            // The naive evaluator tries all combinations of thresholds: a rule with many would take it minutes.
            let mut live = 0;
            condition.whole().for_each_test(&mut |test, _| live += usize::from(test.subject.is_live()));
            if live <= 5 && Boxes::at_most(&condition.whole()) <= MAX_BOXES {
                break condition;
            }
        };
        Rule {
            id: format!("r{index}"),
            name: String::new(),
            show: Show::Banner,
            priority: 0,
            group: None,
            cap: None,
            holdout: 0.0,
            variants: Vec::new(),
            schedule: None,
            consent: ConsentNeed::NotNeeded,
            slot: None,
            place: Place::Corner,
            condition,
            content: vec![("en".to_owned(), Content::default())],
            line: 1,
        }
    }

    pub(super) fn condition(&mut self, depth: usize) -> Condition {
        match self.below(if depth == 0 { 5 } else { 9 }) {
            5 | 6 => Condition::Any((0..self.below(4)).map(|_| self.condition(depth - 1)).collect()),
            7 => Condition::All((0..self.below(4)).map(|_| self.condition(depth - 1)).collect()),
            8 => Condition::Not(Box::new(self.condition(depth - 1))),
            _ => Condition::Test(self.test()),
        }
    }

    fn test(&mut self) -> Test {
        let subject = match self.below(10) {
            0 => Subject::Query("q".to_owned()),
            1 => Subject::Customer(
                "plan".to_owned(),
                self.pick(&[Kind::Text, Kind::Number, Kind::Set, Kind::Flag]),
            ),
            2 => self.pick_journey(),
            _ => Subject::Signal(self.pick(&SIGNALS)),
        };
        let wanted = match (&subject, subject.kind()) {
            (Subject::Pages | Subject::Events, _) => self.journey(&subject),
            (_, Kind::Flag) => Wanted::Flag(self.one_in(2)),
            (Subject::Signal(signal), _) if !signal.is_live() && self.one_in(12) => Wanted::Known,
            (_, Kind::Path | Kind::Text | Kind::Set) => Wanted::Text(self.globs(&subject)),
            (_, kind) => Wanted::Number((0..1 + self.below(2)).map(|_| self.interval(kind)).collect()),
        };
        Test { subject, wanted, line: 1 }
    }

    fn pick_journey(&mut self) -> Subject {
        if self.one_in(2) { Subject::Pages } else { Subject::Events }
    }

    fn journey(&mut self, subject: &Subject) -> Wanted {
        let within_ms = self.one_in(2).then(|| self.below(4) as u64 * 1_000);
        if *subject == Subject::Pages && self.one_in(3) {
            let steps = (0..2 + self.below(2)).flat_map(|_| self.globs(subject)).collect();
            return Wanted::Path { steps, within_ms };
        }
        let times = if self.one_in(2) { Interval::at_least(1.0) } else { self.interval(Kind::Number) };
        Wanted::Times { what: self.globs(subject), times, within_ms }
    }

    fn globs(&mut self, subject: &Subject) -> Vec<Glob> {
        let from: &[&str] = if subject.kind() == Kind::Path { &PATH_GLOBS } else { &TEXT_GLOBS };
        (0..1 + self.below(3))
            .map(|_| Glob::new(self.pick(from), subject.style()).expect("a good glob"))
            .collect()
    }

    fn interval(&mut self, kind: Kind) -> Interval {
        let unit = if kind == Kind::Duration { 500.0 } else { 1.0 };
        let (low, more) = (self.below(8) as f64 * unit, self.below(4) as f64 * unit);
        match self.below(6) {
            0 => Interval::at_least(low),
            1 => Interval::above(low),
            2 => Interval::at_most(low),
            3 => Interval::below(low),
            4 => Interval::between(low, low + more),
            _ => Interval::only(low),
        }
    }

    pub(super) fn facts(&mut self) -> Facts {
        let mut facts = Facts::new();
        for signal in SIGNALS {
            if !self.one_in(4) {
                self.set(&mut facts, signal);
            }
        }
        self.set_customer(&mut facts);
        if self.one_in(2) {
            facts.set_query("q", self.pick(&TEXTS));
        }
        self.extend_journey(&mut facts);
        facts
    }

    fn extend_journey(&mut self, facts: &mut Facts) {
        for _ in 0..self.below(5) {
            facts.visited(self.pick(&PATHS), self.below(5) as u64 * 1_000);
            facts.did(self.pick(&TEXTS), self.below(5) as u64 * 1_000);
        }
    }

    fn set_customer(&mut self, facts: &mut Facts) {
        match self.below(5) {
            0 => facts.set_customer_text("plan", self.pick(&TEXTS)),
            1 => facts.set_customer_number("plan", self.below(9) as f64),
            2 => facts.set_customer_flag("plan", self.one_in(2)),
            3 => facts.set_customer_members("plan", [self.pick(&TEXTS), self.pick(&TEXTS)]),
            _ => facts,
        };
    }

    fn set(&mut self, facts: &mut Facts, signal: Signal) {
        match signal.kind() {
            Kind::Path => facts.set_text(signal, self.pick(&PATHS)),
            Kind::Text => facts.set_text(signal, self.pick(&TEXTS)),
            Kind::Set => {
                facts.set_members(signal, (0..self.below(3)).map(|_| self.pick(&TEXTS)).collect::<Vec<_>>())
            }
            Kind::Flag => facts.set_flag(signal, self.one_in(2)),
            Kind::Duration => facts.set_duration_ms(signal, self.below(10) as u64 * 500),
            _ => facts.set_number(signal, self.below(10) as f64),
        };
    }

    /// Changes something, and says what.
    pub(super) fn change(&mut self, facts: &mut Facts, changes: Changes) -> Changes {
        match self.below(8) {
            0 => {
                self.set_customer(facts);
                changes.with_customer()
            }
            1 => {
                facts.clear_query().set_query("q", self.pick(&TEXTS));
                changes.with_query()
            }
            2 => {
                self.extend_journey(facts);
                changes.with_journey()
            }
            3 => {
                facts.set_live(Live {
                    dwell_ms: self.below(10) as u32 * 500,
                    idle_ms: self.below(10) as u32 * 500,
                    scroll_percent: self.below(10) as u8,
                    exit_intent: self.one_in(2),
                });
                let live = [Signal::PageDwell, Signal::PageIdle, Signal::PageScroll, Signal::PageExitIntent];
                live.into_iter().fold(changes, Changes::with)
            }
            4 => {
                let signal = self.pick(&SIGNALS);
                facts.unset(signal);
                changes.with(signal)
            }
            _ => {
                let signal = self.pick(&SIGNALS);
                self.set(facts, signal);
                changes.with(signal)
            }
        }
    }
}
