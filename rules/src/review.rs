//! Checks of a whole rule, or of rules against each other: what reads well line by line and still cannot work.
//!
//! Never claims what is not so: what it calls impossible never holds, and what it says comes first does. What it
//! costs is counted in steps and ends at [`MAX_STEPS`], whatever a file looks like.

mod calendar;
mod contradiction;
mod implication;
mod patterns;
mod possible;
mod ranges;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use crate::condition::{Polarity, Test};
use crate::diagnostic::{Code, Report};
use crate::file::Read;
use crate::rule::Rule;

pub(crate) use calendar::{is_ever_open, shut_out};
#[cfg(test)]
pub(crate) use contradiction::contradiction;
pub(crate) use contradiction::{Clash, review};
pub(crate) use implication::Implication;

/// Most steps that reviewing one file takes, a step being a comparison of two lines, groups, values or patterns: a
/// fraction of a second, and more than any file takes that people write.
pub(crate) const MAX_STEPS: u64 = 5_000_000;

/// A line, and whether it counts as it is or negated.
pub(crate) type Asked<'c> = (&'c Test, Polarity);

/// What reviewing one file has cost.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Work {
    steps: u64,
}

impl Work {
    /// Whether so many steps more are within the limit; they are counted when they are.
    pub(crate) fn spend(&mut self, steps: usize) -> bool {
        let after = self.steps.saturating_add(steps as u64);
        if after > MAX_STEPS {
            // Nothing smaller gets through after it either: what is found must not depend on such luck.
            self.steps = MAX_STEPS;
            return false;
        }
        self.steps = after;
        true
    }

    /// Whether something was left unreviewed.
    pub(crate) fn is_spent(&self) -> bool {
        self.steps >= MAX_STEPS
    }

    #[cfg(test)]
    pub(crate) fn steps(&self) -> u64 {
        self.steps
    }
}

/// Reports ids that two rules have.
pub(crate) fn duplicates(report: &mut Report<'_>, rules: &[Read]) {
    let mut first: HashMap<&str, u32> = HashMap::new();
    for read in rules {
        match first.get(read.rule.id.as_str()) {
            Some(line) => {
                report
                    .error(
                        Code::Duplicate,
                        read.id_span.clone(),
                        format!("the rule of line {line} is `{}` too", read.rule.id),
                    )
                    .help("give one of them another id");
            }
            None => {
                first.insert(&read.rule.id, read.rule.line);
            }
        }
    }
}

/// Warns of rules that another of their group always comes before.
pub(crate) fn unreachable(report: &mut Report<'_>, rules: &[Read], work: &mut Work) {
    let mut groups: HashMap<&str, Vec<&Read>> = HashMap::new();
    for read in rules {
        if let Some(group) = &read.rule.group {
            groups.entry(group).or_default().push(read);
        }
    }
    // In the order of the file, so that the same file is always answered alike, and small groups before a large one.
    let mut groups: Vec<_> = groups.into_values().collect();
    groups.sort_by_key(|members| (members.len(), members[0].id_span.start));
    let mut implication = Implication::new(work);
    for mut members in groups {
        // Stable: of equal priorities the earlier in the file comes first.
        members.sort_by_key(|read| std::cmp::Reverse(read.rule.priority));
        for (rank, later) in members.iter().enumerate() {
            let mut others = members[..rank].iter().copied();
            let found = others.find(|earlier| always_before(&earlier.rule, &later.rule, &mut implication));
            if let Some(earlier) = found {
                let (later_id, earlier_id) = (&later.rule.id, &earlier.rule.id);
                report
                    .warning(
                        Code::Unreachable,
                        later.id_span.clone(),
                        format!("`{later_id}` is never shown: `{earlier_id}` of the same group always is"),
                    )
                    .help(format!(
                        "give `{later_id}` a higher priority, or `{earlier_id}` another condition"
                    ));
            }
        }
    }
}

/// Whether the earlier rule holds and is shown whenever the later one holds.
fn always_before<'c>(earlier: &'c Rule, later: &'c Rule, implication: &mut Implication<'c, '_>) -> bool {
    earlier.cap.is_none()
        && earlier.holdout == 0.0
        && earlier.consent.asks_no_more_than(later.consent)
        && implication.asks_no_more(&earlier.condition, &later.condition)
        && match (&earlier.schedule, &later.schedule) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(earlier), Some(later)) => {
                implication.spend(earlier.size() + later.size()) && earlier.covers(later)
            }
        }
}
