//! What a round leaves to be written down with the profile: letters to send, counts to hand in, and the visitor's trials.
//!
//! Filled while folding and deciding; the shard writes it in one transaction with the profile. Of a visitor who is not
//! remembered nothing is told and nothing counted.

use rules::{Program, Show};
use wire::What;

use crate::decide::{Round, Weighed};
use crate::fold::Change;
use crate::profile::Profile;
use crate::tally::{Leaf, Measure, Tally, Trials, happened, moved};
use crate::webhook::{Letter, consent, notice};

/// One day, in milliseconds.
const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// What is left to write.
#[derive(Debug, Default)]
pub struct Aftermath {
    /// Letters to the site's webhooks.
    pub letters: Vec<Letter>,
    /// Counts of rules and pages.
    pub counts: Tally,
    /// The visitor's trials: as they were before the round, and then as they are after it.
    pub trials: Trials,
}

/// A profile as it was before a change.
pub(crate) struct Before {
    leaves: Vec<Leaf>,
    orders: (u32, u64),
}

/// The day of the site's calendar on which an instant falls, as days since 1970; UTC's without rules.
pub fn day(program: Option<&Program>, at_ms: u64) -> i32 {
    match program {
        Some(program) => program.local_time(i64::try_from(at_ms).unwrap_or(i64::MAX)).day,
        None => i32::try_from(at_ms / DAY_MS).unwrap_or(i32::MAX),
    }
}

impl Aftermath {
    /// A visitor is remembered from this round on.
    pub(crate) fn remembers(&mut self, round: &Round<'_>) {
        if let Ok(visitor) = round.visitor.try_into() {
            self.letters.push(consent(true, &round.batch.site, visitor, round.now_ms));
        }
    }

    /// Notes how things stand before a change of that time.
    pub(crate) fn before(profile: &Profile, round: &Round<'_>, at_ms: u64) -> Before {
        let leaves = Leaf::around(profile, at_ms, &|at_ms| day(round.program, at_ms));
        Before { leaves, orders: (profile.orders.count, profile.orders.total_milli) }
    }

    /// Counts what the change of that time comes to.
    pub(crate) fn after(
        &mut self,
        before: Before,
        profile: &Profile,
        round: &Round<'_>,
        change: Change<'_>,
        at_ms: u64,
    ) {
        if round.visitor.is_empty() {
            return;
        }
        let counts = &mut self.counts;
        let visit = profile.visits.around(at_ms).first().unwrap_or(profile.visit());
        happened(change, round.batch, day(round.program, visit.started_ms), counts);
        let leaves = Leaf::around(profile, at_ms, &|at_ms| day(round.program, at_ms));
        moved(&before.leaves, &leaves, counts);
        let Change::Happened(what) = change else { return };
        match what {
            What::Shown { rule } => self.trials.outcome(rule, Measure::Shown, at_ms, counts),
            What::Accepted { rule } | What::Answered { rule, .. } => {
                self.trials.outcome(rule, Measure::Accepted, at_ms, counts);
            }
            What::Dismissed { rule } => self.trials.outcome(rule, Measure::Dismissed, at_ms, counts),
            // An order told twice changes nothing, and counts nothing.
            What::Order { .. } if profile.orders.count > before.orders.0 => {
                let total_milli = profile.orders.total_milli.saturating_sub(before.orders.1);
                self.trials.order(total_milli as f64 / 1000.0, at_ms, counts);
            }
            _ => {}
        }
    }

    /// Counts which rules hold, and opens trials of those offered and held out.
    pub(crate) fn decided(
        &mut self,
        profile: &Profile,
        round: &Round<'_>,
        program: &Program,
        weighed: &Weighed,
    ) {
        if round.visitor.is_empty() {
            return;
        }
        let now_ms = round.now_ms;
        let today = day(Some(program), now_ms);
        let rules = program.rules();
        for rule in weighed.evaluation.yes().map(|rule| &rules[rule]).filter(|rule| rule.show.is_visible()) {
            self.trials.holds(&rule.id, profile.visits.count(), today, &mut self.counts);
        }
        for &rule in &weighed.verdict.shown {
            let variant =
                program.variant(rule, round.visitor).map_or("", |index| &rules[rule].variants[index].name);
            self.trials.open(&rules[rule].id, variant, false, today, now_ms, &mut self.counts);
        }
        for &rule in &weighed.verdict.controls {
            self.trials.open(&rules[rule].id, "", true, today, now_ms, &mut self.counts);
        }
    }

    /// Writes a letter for each `notify` rule that is due, and has it count: once a visit, or as its cap says.
    pub(crate) fn notify(
        &mut self,
        profile: &mut Profile,
        round: &Round<'_>,
        program: &Program,
        done: &[usize],
    ) {
        // Nothing is told of one who is not remembered: it could be told again with every batch.
        let Ok(visitor) = <&[u8; 16]>::try_from(round.visitor) else {
            return;
        };
        for rule in done.iter().map(|rule| &program.rules()[*rule]) {
            let Show::Notify { event } = &rule.show else {
                continue;
            };
            let (site, path) = (&round.batch.site, &round.batch.page.path);
            let visit = profile.visits.count();
            self.letters.push(notice(event, site, &rule.id, visitor, visit, path, round.now_ms));
            profile.expose(&rule.id, round.now_ms, false);
            if rule.cap.is_none() {
                profile.settle(&rule.id, round.now_ms);
            }
        }
    }
}

#[cfg(test)]
mod tests;
