//! Whether one condition holds whenever another does, as far as their lines tell.

use std::collections::HashMap;
use std::rc::Rc;

use crate::condition::{Condition, Polarity, Test, Wanted};
use crate::glob::Glob;
use crate::quantity::is_whole;
use crate::review::Work;
use crate::review::patterns::{Patterns, all_taken};
use crate::review::possible::{holds_steps, is_impossible, is_no_longer};
use crate::review::ranges::{Grain, Ranges};
use crate::rule::RuleCondition;

/// Compares conditions, each pair of groups once.
pub(crate) struct Implication<'c, 'w> {
    work: &'w mut Work,
    /// What is known of two groups, by where they are in memory: nested ones are met along many ways.
    known: HashMap<(Question, *const Condition, *const Condition), bool>,
    /// Long lists of patterns, by where they are in memory.
    lists: HashMap<*const Glob, Rc<Patterns<'c>>>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Question {
    /// Does the second hold whenever the first does?
    Implies,
    /// Does the second never hold when the first does?
    Excludes,
}

impl<'c, 'w> Implication<'c, 'w> {
    pub(crate) fn new(work: &'w mut Work) -> Self {
        Self { work, known: HashMap::new(), lists: HashMap::new() }
    }

    /// As [`Work::spend`].
    pub(crate) fn spend(&mut self, steps: usize) -> bool {
        self.work.spend(steps)
    }

    /// Whether the earlier condition holds whenever the later one does.
    pub(crate) fn asks_no_more(&mut self, earlier: &'c RuleCondition, later: &'c RuleCondition) -> bool {
        // Nobody asks of these two groups again.
        self.known.clear();
        let needed = earlier.when.iter().chain(&earlier.implied).all(|wanted| self.is_needed(wanted, later));
        needed && earlier.unless.iter().all(|refused| self.is_refused(refused, later))
    }

    /// Whether a rule's condition includes `wanted`.
    fn is_needed(&mut self, wanted: &'c Condition, rule: &'c RuleCondition) -> bool {
        let mut parts = rule.when.iter().chain(&rule.implied);
        parts.any(|part| self.ask(Question::Implies, part, wanted))
            || match wanted {
                Condition::Test(_) => false,
                Condition::Not(inner) => self.is_refused(inner, rule),
                Condition::All(parts) => parts.iter().all(|part| self.is_needed(part, rule)),
                Condition::Any(parts) => parts.iter().any(|part| self.is_needed(part, rule)),
            }
    }

    /// Whether a rule's condition excludes `refused`.
    fn is_refused(&mut self, refused: &'c Condition, rule: &'c RuleCondition) -> bool {
        let mut parts = rule.when.iter().chain(&rule.implied);
        rule.unless.iter().any(|part| self.ask(Question::Implies, refused, part))
            || parts.any(|part| self.ask(Question::Excludes, part, refused))
            || match refused {
                Condition::Test(_) => false,
                Condition::Not(inner) => self.is_needed(inner, rule),
                Condition::All(parts) => parts.iter().any(|part| self.is_refused(part, rule)),
                Condition::Any(parts) => parts.iter().all(|part| self.is_refused(part, rule)),
            }
    }

    fn ask(&mut self, question: Question, given: &'c Condition, wanted: &'c Condition) -> bool {
        if !self.work.spend(1) {
            return false;
        }
        let answer = |this: &mut Self| match question {
            Question::Implies => this.implies(given, wanted),
            Question::Excludes => this.excludes(given, wanted),
        };
        if matches!(given, Condition::Test(_)) || matches!(wanted, Condition::Test(_)) {
            return answer(self);
        }
        let key = (question, std::ptr::from_ref(given), std::ptr::from_ref(wanted));
        if let Some(known) = self.known.get(&key) {
            return *known;
        }
        let found = answer(self);
        self.known.insert(key, found);
        found
    }

    fn implies(&mut self, given: &'c Condition, wanted: &'c Condition) -> bool {
        let mut ask = |given, wanted| self.ask(Question::Implies, given, wanted);
        match (given, wanted) {
            (Condition::Test(given), Condition::Test(wanted)) => self.is_narrower(given, wanted),
            (Condition::Any(given), _) => given.iter().all(|part| ask(part, wanted)),
            (_, Condition::All(wanted)) => wanted.iter().all(|part| ask(given, part)),
            (Condition::All(parts), _) if parts.iter().any(|part| ask(part, wanted)) => true,
            (_, Condition::Any(wanted)) => wanted.iter().any(|part| ask(given, part)),
            (Condition::Not(given), Condition::Not(wanted)) => ask(wanted, given),
            (_, Condition::Not(wanted)) => self.ask(Question::Excludes, given, wanted),
            _ => false,
        }
    }

    fn excludes(&mut self, given: &'c Condition, wanted: &'c Condition) -> bool {
        let mut ask = |given, wanted| self.ask(Question::Excludes, given, wanted);
        match (given, wanted) {
            (Condition::Test(given), Condition::Test(wanted)) => {
                given.subject == wanted.subject
                    && is_impossible(&[(given, Polarity::Plain), (wanted, Polarity::Plain)], self.work)
            }
            (Condition::Any(given), _) => given.iter().all(|part| ask(part, wanted)),
            (_, Condition::Any(wanted)) => wanted.iter().all(|part| ask(given, part)),
            (Condition::All(given), _) if given.iter().any(|part| ask(part, wanted)) => true,
            (_, Condition::All(wanted)) => wanted.iter().any(|part| ask(given, part)),
            (Condition::Not(given), _) => self.ask(Question::Implies, wanted, given),
            (_, Condition::Not(wanted)) => self.ask(Question::Implies, given, wanted),
            _ => false,
        }
    }

    /// Whether everything that the first line takes is taken by the second.
    fn is_narrower(&mut self, given: &'c Test, wanted: &'c Test) -> bool {
        if given.subject != wanted.subject {
            return false;
        }
        match (&given.wanted, &wanted.wanted) {
            (Wanted::Number(given_runs), Wanted::Number(wanted_runs)) => {
                let grain = if is_whole(&given.subject) { Grain::Whole } else { Grain::Real };
                self.work.spend(given_runs.len() + wanted_runs.len())
                    && Ranges::of(grain, wanted_runs).covers(&Ranges::of(grain, given_runs))
            }
            (Wanted::Text(given), Wanted::Text(wanted)) => self.all_taken(given, wanted),
            (Wanted::Flag(given), Wanted::Flag(wanted)) => given == wanted,
            (Wanted::Known, Wanted::Known) => true,
            (Wanted::Text(_) | Wanted::Number(_) | Wanted::Flag(_), Wanted::Known) => {
                !given.subject.is_live()
            }
            (
                Wanted::Times { what: given, times: more, within_ms: shorter },
                Wanted::Times { what: wanted, times: fewer, within_ms: longer },
            ) => {
                if given == wanted && shorter == longer {
                    return Ranges::of(Grain::Whole, &[*fewer]).covers(&Ranges::of(Grain::Whole, &[*more]));
                }
                // Fewer of a wider pattern would not follow: only "at least" goes from one to the other.
                let at_least = fewer.high == f64::INFINITY && fewer.and(more) == *more;
                at_least && is_no_longer(*shorter, *longer) && self.all_taken(given, wanted)
            }
            (
                Wanted::Path { steps: given, within_ms: shorter },
                Wanted::Path { steps: wanted, within_ms: longer },
            ) => is_no_longer(*shorter, *longer) && holds_steps(given, wanted, self.work),
            _ => false,
        }
    }

    fn all_taken(&mut self, given: &'c [Glob], wanted: &'c [Glob]) -> bool {
        let patterns = match self.lists.get(&wanted.as_ptr()) {
            Some(known) => Rc::clone(known),
            None => {
                let patterns = Rc::new(Patterns::new(wanted, self.work));
                self.lists.insert(wanted.as_ptr(), Rc::clone(&patterns));
                patterns
            }
        };
        all_taken(given, &patterns, self.work)
    }
}
