//! Lines that cannot hold together, among those that all have to.
//!
//! Walks a rule once: what has to hold, then for each group of alternatives what has to hold in each. Lines are
//! compared with those on the same subject only, all of them at once: three can exclude each other where no two do.

use crate::condition::{Condition, Polarity, Subject, Wanted};
use crate::review::possible::is_impossible;
use crate::review::{Asked, Work};
use crate::rule::RuleCondition;
use crate::signal::Signal;

/// A line that never holds beside others.
#[derive(Clone, Debug)]
pub(crate) struct Clash<'c> {
    /// The last of them.
    pub(crate) last: Asked<'c>,
    /// The others, in the order of the file; one more often than not.
    pub(crate) beside: Vec<Asked<'c>>,
}

/// What there is to say of one rule's conditions.
#[derive(Clone, Debug, Default)]
pub(crate) struct Review<'c> {
    /// Why it never holds.
    pub(crate) never: Option<Clash<'c>>,
    /// Why some of its alternatives never do.
    pub(crate) dead: Vec<Clash<'c>>,
    /// Lines that no known value passes, such as none of all devices there are: they hold of an unknown one only.
    pub(crate) hollow: Option<Asked<'c>>,
}

/// Reviews the conditions of one rule.
pub(crate) fn review<'c>(condition: &'c RuleCondition, work: &mut Work) -> Review<'c> {
    let parts: Vec<Part<'c>> = condition
        .implied
        .iter()
        .chain(&condition.when)
        .map(|part| (part, Polarity::Plain))
        .chain(condition.unless.iter().map(|part| (part, Polarity::Negated)))
        .collect();
    let mut walk = Walk { work, dead: Vec::new() };
    let never = walk.scope(&mut Vec::new(), &parts);
    let dead = if never.is_some() { Vec::new() } else { walk.dead };
    let mut required = Vec::new();
    for (part, polarity) in &parts {
        collect(part, *polarity, &mut required, &mut Vec::new());
    }
    Review { never, dead, hollow: hollow(&required) }
}

/// Why a rule never holds.
#[cfg(test)]
pub(crate) fn contradiction<'c>(condition: &'c RuleCondition, work: &mut Work) -> Option<Clash<'c>> {
    review(condition, work).never
}

/// A condition and whether it counts as it is or negated.
type Part<'c> = (&'c Condition, Polarity);

/// A group of which one branch has to hold.
type Choice<'c> = (&'c [Condition], Polarity);

struct Walk<'c, 'w> {
    work: &'w mut Work,
    /// Why some alternatives never hold.
    dead: Vec<Clash<'c>>,
}

impl<'c> Walk<'c, '_> {
    /// Why these parts never hold beside what has to hold around them.
    fn scope(&mut self, required: &mut Vec<Asked<'c>>, parts: &[Part<'c>]) -> Option<Clash<'c>> {
        let (outer, dead) = (required.len(), self.dead.len());
        let mut choices = Vec::new();
        for (part, polarity) in parts {
            collect(part, *polarity, required, &mut choices);
        }
        let mut clash = self.first_clash(required, outer);
        if clash.is_none() {
            clash = choices.iter().find_map(|choice| self.choice(required, choice));
        }
        if clash.is_some() {
            // The whole is dead, not a part of it.
            self.dead.truncate(dead);
        }
        required.truncate(outer);
        clash
    }

    /// Why no branch holds; those that do not, while others may, are noted.
    fn choice(
        &mut self,
        required: &mut Vec<Asked<'c>>,
        (branches, polarity): &Choice<'c>,
    ) -> Option<Clash<'c>> {
        let mut clashes = Vec::new();
        for branch in *branches {
            clashes.extend(self.scope(required, &[(branch, *polarity)]));
        }
        if clashes.len() == branches.len() {
            return clashes.into_iter().next();
        }
        self.dead.append(&mut clashes);
        None
    }

    /// The first line, of those from `outer` on, that never holds beside the ones before it.
    fn first_clash(&mut self, required: &[Asked<'c>], outer: usize) -> Option<Clash<'c>> {
        let inner = &required[outer..];
        let mut found: Option<(usize, Clash<'c>)> = None;
        for (index, (test, _)) in inner.iter().enumerate() {
            if !self.work.spend(1 + index) {
                break;
            }
            if inner[..index].iter().any(|(before, _)| before.subject == test.subject) {
                continue;
            }
            if !self.work.spend(required.len()) {
                break;
            }
            let (places, same): (Vec<usize>, Vec<Asked<'c>>) = required
                .iter()
                .enumerate()
                .filter(|(_, (other, _))| other.subject == test.subject)
                .map(|(place, asked)| (place, *asked))
                .unzip();
            if is_impossible(&same, self.work) {
                let (at, clash) = self.told(&same);
                if found.as_ref().is_none_or(|(place, _)| places[at] < *place) {
                    found = Some((places[at], clash));
                }
            }
        }
        found.map(|(_, clash)| clash)
    }

    /// Which of lines that never hold together to name: the first that closes it, and as few before it as will do.
    fn told(&mut self, tests: &[Asked<'c>]) -> (usize, Clash<'c>) {
        let (mut possible, mut impossible) = (0, tests.len());
        while possible + 1 < impossible {
            let middle = possible.midpoint(impossible);
            if is_impossible(&tests[..middle], self.work) {
                impossible = middle;
            } else {
                possible = middle;
            }
        }
        let at = impossible - 1;
        let last = tests[at];
        if is_impossible(&[last], self.work) {
            return (at, Clash { last, beside: Vec::new() });
        }
        let before = &tests[..at];
        if let Some(first) = before.iter().find(|first| is_impossible(&[**first, last], self.work)) {
            return (at, Clash { last, beside: vec![*first] });
        }
        let mut beside = before.to_vec();
        let mut index = 0;
        while index < beside.len() {
            let left_out = beside.remove(index);
            let all: Vec<_> = beside.iter().copied().chain([last]).collect();
            if !is_impossible(&all, self.work) {
                beside.insert(index, left_out);
                index += 1;
            }
        }
        (at, Clash { last, beside })
    }
}

/// Takes apart what has to hold: the lines, and the groups of which one branch does.
fn collect<'c>(
    condition: &'c Condition,
    polarity: Polarity,
    required: &mut Vec<Asked<'c>>,
    choices: &mut Vec<Choice<'c>>,
) {
    match (condition, polarity) {
        (Condition::Test(test), _) => required.push((test, polarity)),
        (Condition::Not(inner), _) => collect(inner, polarity.flipped(), required, choices),
        (Condition::All(parts), Polarity::Plain) | (Condition::Any(parts), Polarity::Negated) => {
            parts.iter().for_each(|part| collect(part, polarity, required, choices));
        }
        (Condition::Any(parts), Polarity::Plain) | (Condition::All(parts), Polarity::Negated) => {
            match &parts[..] {
                // One alternative is none.
                [only] => collect(only, polarity, required, choices),
                _ => choices.push((parts, polarity)),
            }
        }
    }
}

/// The last of negated lines that together leave none of the values a signal can have.
fn hollow<'c>(required: &[Asked<'c>]) -> Option<Asked<'c>> {
    Signal::ALL.iter().filter(|signal| !signal.declaration().values.is_empty()).find_map(|signal| {
        let same = || required.iter().filter(|(test, _)| test.subject == Subject::Signal(*signal));
        let is_excluded = |value: &&str| {
            same().any(|(test, _)| {
                matches!(&test.wanted, Wanted::Text(globs) if globs.iter().any(|glob| glob.matches(value)))
            })
        };
        let last = same().next_back().copied()?;
        let is_hollow = same().all(|(_, polarity)| *polarity == Polarity::Negated)
            && signal.declaration().values.iter().all(is_excluded);
        is_hollow.then_some(last)
    })
}
