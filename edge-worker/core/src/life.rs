//! What happens to a visitor who is not there: rules that time makes hold, and the end of his profile.
//!
//! Takes a profile and the moment it was to be looked at; says what became due since, each thing at its own moment and
//! once, and when to look again. So it does not matter when the look comes, how often, or which was missed: what is told is
//! the same, and dated as if it had come in time. Nothing is shown, nothing counts as offered. Never reads a clock or
//! storage.
//!
//! **What it costs** is bounded by an [`Effort`], which looks share: one that is spent ends the look between two moments, and
//! the next look goes on there. A row alone could ask for thousands of weighings of hundreds of rules.
//!
//! **What can happen** is what [`Program::while_away`] leaves of the rules: those that show nothing and ask for no page.
//! They hold under the same caps, schedules and control groups as in a visit; each is told at most once from the beginning
//! of a visit to the beginning of the next.

mod effort;
mod moment;

use rules::{Program, Turn};
use wire::codec::pack;

pub use self::effort::Effort;
use self::moment::Moment;
use crate::desk::Desk;
use crate::profile::{Profile, TIMEOUT_MS, fnv1a};
use crate::webhook::Letter;

/// One day, in milliseconds.
const DAY_MS: u64 = 24 * 60 * 60 * 1000;
/// Moments lived through in one look, and instants tried to find the next one: a look ends, and the next goes on.
const MAX_MOMENTS: usize = 64;

/// What a site lets happen to visitors who are not there.
#[derive(Clone, Debug)]
pub struct Outlook {
    /// The rules that can come to hold; none at most sites.
    program: Option<Program>,
    /// The lapses of time they turn at.
    turns: Vec<Turn>,
    retention_ms: u64,
    mark: u64,
}

/// One visitor who is not there.
#[derive(Clone, Copy, Debug)]
pub struct Absence<'a> {
    /// The site's key.
    pub site: &'a str,
    /// The visitor's row.
    pub visitor: &'a [u8; 16],
    /// What can happen.
    pub outlook: &'a Outlook,
    /// The desk, where the site has set one up.
    pub desk: Option<&'a Desk>,
    /// When his row was last written for his own sake, in milliseconds since 1970: a profile is kept from then on.
    pub heard_ms: u64,
}

/// What became of a look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Looked {
    /// Letters to the site's webhooks.
    pub letters: Vec<Letter>,
    /// Whether the profile has changed.
    pub changed: bool,
    /// What is next.
    pub next: Next,
}

/// What is next for a visitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// To be looked at then, in milliseconds since 1970.
    At(u64),
    /// To be forgotten: he was not heard of for as long as the site keeps a profile.
    Forget,
}

impl Outlook {
    /// What these rules and this retention let happen.
    pub fn of(program: Option<&Program>, retention_days: u16) -> Self {
        let program = program.and_then(Program::while_away);
        let turns = program.as_ref().map(Program::turns).unwrap_or_default();
        let rules = program.as_ref().map(Program::to_bytes).unwrap_or_default();
        let mark = fnv1a(&pack(&(retention_days, rules)));
        Self { program, turns, retention_ms: u64::from(retention_days) * DAY_MS, mark }
    }

    /// Tells one outlook from another: moments that were worked out under another have to be worked out again.
    pub fn mark(&self) -> u64 {
        self.mark
    }

    /// The first moment at which anything can become due for a visitor heard of at `heard_ms`: the end of his visit, or where
    /// no rule waits for it, of his profile.
    pub fn first_due_ms(&self, heard_ms: u64) -> u64 {
        heard_ms.saturating_add(if self.program.is_some() { TIMEOUT_MS } else { self.retention_ms })
    }
}

/// Lives through what became due for a visitor from `due_ms` to `now_ms`, or as much of it as `effort` allows: at least one
/// moment, when any is left of it, so that looks come to an end.
pub fn look(
    profile: &mut Profile,
    absence: &Absence<'_>,
    due_ms: u64,
    now_ms: u64,
    effort: &mut Effort,
) -> Looked {
    let over_ms = absence.heard_ms.max(profile.last_seen_ms).saturating_add(absence.outlook.retention_ms);
    let mut looked = Looked { letters: Vec::new(), changed: false, next: Next::At(over_ms) };
    // A customer who was imported and never came is not away.
    let program = absence.outlook.program.as_ref().filter(|_| profile.visits.count() > 0);
    if let Some(program) = program {
        let moment = Moment::of(absence, program);
        let mut at_ms = due_ms.max(profile.visit().last_ms.saturating_add(TIMEOUT_MS));
        for _ in 0..MAX_MOMENTS {
            if at_ms > now_ms || at_ms >= over_ms || effort.is_spent() {
                break;
            }
            looked.changed |= moment.happen(profile, at_ms, &mut looked.letters, effort);
            at_ms = moment.next_after(profile, at_ms, over_ms, effort);
        }
        looked.next = Next::At(at_ms.min(over_ms));
    }
    if looked.next == Next::At(over_ms) && over_ms <= now_ms {
        looked.next = Next::Forget;
    }
    looked
}

impl Moment<'_> {
    /// The next moment at which something happens, or at which to look again; the end of the profile when there is none.
    fn next_after(&self, profile: &Profile, at_ms: u64, over_ms: u64, effort: &mut Effort) -> u64 {
        let (mut tried_ms, mut weighed) = (at_ms, self.weigh(profile, at_ms, effort));
        for _ in 0..MAX_MOMENTS {
            let turn_ms = self.turns_after(profile, &weighed, tried_ms, &self.absence.outlook.turns);
            let Some(turn_ms) = turn_ms.filter(|turn_ms| *turn_ms < over_ms) else { return over_ms };
            (tried_ms, weighed) = (turn_ms, self.weigh(profile, turn_ms, effort));
            if self.would_happen(profile, &weighed) || effort.is_spent() {
                break;
            }
        }
        tried_ms
    }
}

#[cfg(test)]
mod tests;
