//! Evaluates every rule of a program in three values.
//!
//! Takes the facts; returns which rules are yes, which are not yet, and the live thresholds that the latter wait
//! for. Cannot fail.

use crate::condition::{Condition, Polarity, Subject};
use crate::engine::Scratch;
use crate::facts::Facts;
use crate::program::Program;
use crate::signal::{Signal, Supplier};
use crate::truth::Truth;
use crate::watch::Watch;

/// What one evaluation found. Rules are indices into [`Program::rules`], in file order.
///
/// Keeps its memory, and what it needs to be brought up to date, from one use to the next.
#[derive(Clone, Debug, Default)]
pub struct Evaluation {
    pub(crate) yes: Vec<u32>,
    pub(crate) not_yet: Vec<u32>,
    /// The thresholds of each rule that is not yet, in the order of `not_yet`.
    pub(crate) pending: Vec<(u32, Watch)>,
    pub(crate) watch: Vec<Watch>,
    pub(crate) scratch: Scratch,
}

impl PartialEq for Evaluation {
    fn eq(&self, other: &Self) -> bool {
        (&self.yes, &self.not_yet, &self.pending, &self.watch)
            == (&other.yes, &other.not_yet, &other.pending, &other.watch)
    }
}

impl Eq for Evaluation {}

/// What has changed in the facts since they were evaluated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    signals: u64,
    query: bool,
    customer: bool,
    journey: bool,
}

/// Every signal has a bit of [`Changes`].
const _: () = assert!(Signal::ALL.len() <= 64);

impl Changes {
    /// Nothing.
    pub const fn new() -> Self {
        Self { signals: 0, query: false, customer: false, journey: false }
    }

    /// That signal too.
    #[must_use]
    pub const fn with(mut self, signal: Signal) -> Self {
        self.signals |= 1 << signal as u64;
        self
    }

    /// The address parameters too.
    #[must_use]
    pub const fn with_query(mut self) -> Self {
        self.query = true;
        self
    }

    /// The customer's attributes too.
    #[must_use]
    pub const fn with_customer(mut self) -> Self {
        self.customer = true;
        self
    }

    /// The pages and events of the journey, or their ages, too.
    #[must_use]
    pub const fn with_journey(mut self) -> Self {
        self.journey = true;
        self
    }

    pub(crate) fn concern(&self, subject: &Subject) -> bool {
        match subject {
            Subject::Signal(signal) => self.signals >> *signal as u64 & 1 == 1,
            Subject::Query(_) => self.query,
            Subject::Customer(..) => self.customer,
            Subject::Pages | Subject::Events => self.journey,
        }
    }
}

impl Evaluation {
    /// The rules whose conditions hold, in file order.
    pub fn yes(&self) -> impl ExactSizeIterator<Item = usize> + '_ {
        self.yes.iter().map(|rule| *rule as usize)
    }

    /// The rules whose conditions would hold if live signals went on, in file order.
    pub fn not_yet(&self) -> impl ExactSizeIterator<Item = usize> + '_ {
        self.not_yet.iter().map(|rule| *rule as usize)
    }

    /// One rule's value.
    pub fn truth(&self, rule: usize) -> Truth {
        let rule = rule as u32;
        if self.yes.binary_search(&rule).is_ok() {
            Truth::Yes
        } else if self.not_yet.binary_search(&rule).is_ok() {
            Truth::NotYet
        } else {
            Truth::No
        }
    }

    /// The thresholds that could turn some rule to yes, each once, in order. [`Verdict::watch`](crate::Verdict)
    /// leaves out those of rules that would not be shown anyway.
    pub fn watch(&self) -> &[Watch] {
        &self.watch
    }

    /// The thresholds one rule waits for.
    pub fn watch_of(&self, rule: usize) -> impl Iterator<Item = Watch> + '_ {
        self.pending.iter().filter(move |(of, _)| *of as usize == rule).map(|(_, watch)| *watch)
    }
}

impl Program {
    /// Evaluates every rule.
    pub fn evaluate(&self, facts: &Facts) -> Evaluation {
        let mut evaluation = Evaluation::default();
        self.evaluate_into(facts, &mut evaluation);
        evaluation
    }

    /// As [`Self::evaluate`], in the memory of an earlier evaluation.
    pub fn evaluate_into(&self, facts: &Facts, evaluation: &mut Evaluation) {
        self.engine().evaluate(facts, evaluation);
    }

    /// Brings an evaluation of this program up to date: looks only at the rules that read what has changed.
    ///
    /// Every signal that differs from the facts evaluated last has to be among the changes.
    pub fn reevaluate(&self, facts: &Facts, changes: &Changes, evaluation: &mut Evaluation) {
        self.engine().reevaluate(facts, changes, evaluation);
    }

    /// Whether some rule that is no would be yes, or not yet, if only the desk's signals were other than they are:
    /// it is worth asking again in a while.
    pub fn waits_for_desk(&self, facts: &Facts, evaluation: &Evaluation) -> bool {
        (0..self.rules().len()).any(|rule| {
            evaluation.truth(rule) == Truth::No && could_help(self.condition(rule), facts, is_of_desk)
        })
    }

    /// Whether a rule that is no would be yes, or not yet, if only the hour, the day or the desk's signals were other
    /// than they are.
    pub fn waits_for_clock(&self, rule: usize, facts: &Facts) -> bool {
        could_help(self.condition(rule), facts, is_of_clock)
    }
}

/// Whether the condition asks for what is open, and could hold if that were as it asks.
fn could_help(condition: &Condition, facts: &Facts, open: fn(&Subject) -> bool) -> bool {
    let mut asks = false;
    condition.for_each_test(&mut |test, _| asks |= open(&test.subject));
    asks && could_hold(condition, facts, Polarity::Plain, open)
}

fn could_hold(condition: &Condition, facts: &Facts, polarity: Polarity, open: fn(&Subject) -> bool) -> bool {
    match (condition, polarity) {
        (Condition::Test(test), _) => open(&test.subject) || test.truth(facts, polarity) != Truth::No,
        (Condition::Not(inner), _) => could_hold(inner, facts, polarity.flipped(), open),
        (Condition::All(parts), Polarity::Plain) | (Condition::Any(parts), Polarity::Negated) => {
            parts.iter().all(|part| could_hold(part, facts, polarity, open))
        }
        (Condition::Any(parts), Polarity::Plain) | (Condition::All(parts), Polarity::Negated) => {
            parts.iter().any(|part| could_hold(part, facts, polarity, open))
        }
    }
}

/// Whether it changes with the hour, whatever the visitor does.
fn is_of_clock(subject: &Subject) -> bool {
    let of_time =
        matches!(subject, Subject::Signal(Signal::TimeHour | Signal::TimeWeekday | Signal::TimeDate));
    of_time || is_of_desk(subject)
}

fn is_of_desk(subject: &Subject) -> bool {
    matches!(subject, Subject::Signal(signal) if Signal::declaration(*signal).supplier == Supplier::Desk)
}
