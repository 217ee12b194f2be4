//! One visitor's trials: which rules were put to him, in which group he is, and what came of it.
//!
//! A trial opens when a rule is first offered to a visitor, or would have been were he not in its control group, and stays
//! open for [`WINDOW_MS`]. Everything that follows within it counts once for the trial, on the day it opened: so the two
//! groups are compared as they were made, by chance and before anything was seen, and the day's counts stand for the same
//! visitors in every column.

use bincode::{Decode, Encode};

use super::{Measure, Subject, Tally};
use crate::stored;

/// First byte of stored trials.
const VERSION: u8 = 1;
/// Largest stored trials, in bytes: they share a row with the profile.
const MAX_BYTES: usize = 2 * 1024;
/// Most rules noted as eligible in one visit.
const MAX_ELIGIBLE: usize = 128;
/// The attribution window, in milliseconds: an order within seven days of the first offer counts for it.
pub const WINDOW_MS: u64 = 7 * 24 * 60 * 60 * 1000;

/// One visitor's trials.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Trials {
    /// Oldest first.
    pub(crate) trials: Vec<Trial>,
    /// The visit in which the rules below held.
    pub(crate) visit: u32,
    /// Hashes of the ids of rules that held in it.
    pub(crate) eligible: Vec<u32>,
}

/// One trial.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Trial {
    pub(crate) rule: String,
    pub(crate) variant: String,
    pub(crate) control: bool,
    /// Day of the site's calendar on which it opened.
    pub(crate) day: i32,
    pub(crate) opened_ms: u64,
    /// What has come of it, one bit for each measure that counts once.
    pub(crate) outcomes: u32,
    /// What its orders came to so far, in hundredths of the currency.
    pub(crate) cents: u64,
}

impl Trials {
    /// The trials in a row; none when it is empty or of another time.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        stored::from_bytes(VERSION, bytes, MAX_BYTES).unwrap_or_default()
    }

    /// The row's bytes, at most [`MAX_BYTES`]: the oldest trials go first.
    pub fn to_bytes(&mut self) -> Vec<u8> {
        loop {
            let bytes = stored::to_bytes(VERSION, self);
            if bytes.len() <= MAX_BYTES {
                return bytes;
            }
            self.trials.drain(..self.trials.len().div_ceil(4));
        }
    }

    /// When the newest trial opened.
    #[cfg(test)]
    pub(super) fn newest_ms(&self) -> Option<u64> {
        self.trials.last().map(|trial| trial.opened_ms)
    }

    /// The rule's conditions hold in this visit, on this day.
    pub(crate) fn holds(&mut self, rule: &str, visit: u32, day: i32, tally: &mut Tally) {
        if self.visit != visit {
            self.visit = visit;
            self.eligible.clear();
        }
        let hash = fnv1a(rule);
        if self.eligible.len() < MAX_ELIGIBLE && !self.eligible.contains(&hash) {
            self.eligible.push(hash);
            let subject = Subject::Rule { rule: rule.to_owned(), variant: String::new(), control: false };
            tally.count(day, subject, Measure::Eligible, 1);
        }
    }

    /// The rule is offered, or would be: opens a trial when none is open.
    pub(crate) fn open(
        &mut self,
        rule: &str,
        variant: &str,
        control: bool,
        day: i32,
        now_ms: u64,
        tally: &mut Tally,
    ) {
        self.trials.retain(|trial| trial.is_open(now_ms));
        if self.trials.iter().any(|trial| trial.rule == rule) {
            return;
        }
        let (rule, variant) = (rule.to_owned(), variant.to_owned());
        let trial = Trial { rule, variant, control, day, opened_ms: now_ms, outcomes: 0, cents: 0 };
        tally.count(day, trial.subject(), Measure::Trials, 1);
        self.trials.push(trial);
    }

    /// Something came of a rule: counts once for its open trial.
    pub(crate) fn outcome(&mut self, rule: &str, measure: Measure, at_ms: u64, tally: &mut Tally) {
        let open = |trial: &&mut Trial| trial.rule == rule && trial.is_open(at_ms);
        if let Some(trial) = self.trials.iter_mut().find(open) {
            trial.note(measure, tally);
        }
    }

    /// The visitor asked for a human by a rule.
    pub fn contacted(&mut self, rule: &str, at_ms: u64, tally: &mut Tally) {
        self.outcome(rule, Measure::Contacted, at_ms, tally);
    }

    /// Takes in the trials of the same person under another name. Of two of one rule the earlier goes on, so that what he
    /// does from now on counts in one group; what came of either has come, and is not counted again. What each has
    /// counted until now stands.
    pub(crate) fn absorb(&mut self, other: Self, now_ms: u64) {
        self.trials.extend(other.trials);
        self.trials.retain(|trial| trial.is_open(now_ms));
        let key = |trial: &Trial| (trial.opened_ms, trial.day, trial.control, trial.variant.clone());
        self.trials.sort_by_key(key);
        let mut kept: Vec<Trial> = Vec::new();
        for trial in self.trials.drain(..) {
            match kept.iter_mut().find(|known| known.rule == trial.rule) {
                Some(known) => known.outcomes |= trial.outcomes,
                None => kept.push(trial),
            }
        }
        self.trials = kept;
    }

    /// The rules that were found to hold in a visit; none of another visit.
    pub(crate) fn eligible_in(&self, visit: u32) -> &[u32] {
        if self.visit == visit { &self.eligible } else { &[] }
    }

    /// Notes the rules that held in the visit of this number, which are counted.
    pub(crate) fn note_eligible(&mut self, visit: u32, rules: impl IntoIterator<Item = u32>) {
        self.visit = visit;
        self.eligible.clear();
        self.eligible.extend(rules);
        self.eligible.sort_unstable();
        self.eligible.dedup();
        self.eligible.truncate(MAX_ELIGIBLE);
    }

    /// An order was placed: it counts for every trial open then, the control group's too.
    pub(crate) fn order(&mut self, total: f64, at_ms: u64, tally: &mut Tally) {
        // INVARIANT: `intake` lets in only what fits: from zero to 10¹² of the currency.
        let cents = (total * 100.0).round() as u64;
        for trial in self.trials.iter_mut().filter(|trial| trial.is_open(at_ms)) {
            trial.note(Measure::Converted, tally);
            let squares = square(trial.cents + cents).saturating_sub(square(trial.cents));
            trial.cents += cents;
            tally.count(trial.day, trial.subject(), Measure::Cents, i64::try_from(cents).unwrap_or(i64::MAX));
            tally.count(trial.day, trial.subject(), Measure::Squares, squares);
        }
    }
}

impl Trial {
    /// Whether this has come of it.
    pub(crate) fn has(&self, measure: Measure) -> bool {
        self.outcomes & 1 << measure as u32 != 0
    }

    /// Whether what happens then still counts. A clock a moment behind another must not lose what followed at once.
    fn is_open(&self, at_ms: u64) -> bool {
        at_ms + 60_000 >= self.opened_ms && at_ms < self.opened_ms + WINDOW_MS
    }

    fn subject(&self) -> Subject {
        Subject::Rule { rule: self.rule.clone(), variant: self.variant.clone(), control: self.control }
    }

    fn note(&mut self, measure: Measure, tally: &mut Tally) {
        if !self.has(measure) {
            self.outcomes |= 1 << measure as u32;
            tally.count(self.day, self.subject(), measure, 1);
        }
    }
}

/// The square of an amount, in the currency.
fn square(cents: u64) -> i64 {
    // A sum of squares serves a variance alone: whole units of it are fine enough.
    ((cents as f64 / 100.0).powi(2)) as i64
}

/// FNV-1a, 32 bits (Fowler, Noll, Vo 1991).
fn fnv1a(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}
