//! What rules read and a log does not tell: a rule that asks for it reaches nobody for want of data, not of visitors.

use std::collections::BTreeSet;

use rules::{Facts, Program, Reading, Rule, Signal, Subject};

/// What was never known in a whole log.
pub(super) struct Lacks {
    /// What rules read and has not been known yet.
    missing: BTreeSet<Subject>,
}

impl Lacks {
    /// Everything that rules read, before the first line.
    pub(super) fn of(program: &Program) -> Self {
        let mut missing = BTreeSet::new();
        for rule in program.rules() {
            for_each_subject(rule, &mut |subject| {
                // An address without a parameter tells that it has none, and pages are what a log is of.
                if !matches!(subject, Subject::Query(_) | Subject::Pages) {
                    missing.insert(subject.clone());
                }
            });
        }
        Self { missing }
    }

    /// Takes note of what is known at one step.
    pub(super) fn note(&mut self, facts: &Facts) {
        self.missing.retain(|subject| match subject {
            Subject::Events => facts.events().next().is_none(),
            // A reading of nought may come from nowhere, and the time on a page is told by the next line.
            Subject::Signal(Signal::PageDwell) => false,
            Subject::Signal(Signal::PageExitIntent) => {
                facts.reading(Signal::PageExitIntent) != Reading::Flag(true)
            }
            Subject::Signal(live) if live.is_live() => facts.reading(*live) == Reading::Number(0.0),
            _ => subject.reading(facts) == Reading::Absent,
        });
    }

    /// What one rule reads of it, as rule files name it.
    pub(super) fn names(&self, rule: &Rule) -> Vec<String> {
        let mut names = Vec::new();
        for_each_subject(rule, &mut |subject| {
            let name = subject.name();
            if self.missing.contains(subject) && !names.contains(&name) {
                names.push(name);
            }
        });
        names
    }
}

fn for_each_subject<'r>(rule: &'r Rule, visit: &mut impl FnMut(&'r Subject)) {
    let condition = &rule.condition;
    for part in condition.when.iter().chain(&condition.unless).chain(&condition.implied) {
        part.for_each_test(&mut |test, _| visit(&test.subject));
    }
}
