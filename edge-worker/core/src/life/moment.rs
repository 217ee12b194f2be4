//! One moment without the visitor: which rules hold then, and at which instant that may change.

use rules::{Evaluation, Facts, Outcome, Program, Reason, Show, Truth, Turn, Verdict};
use wire::{Batch, Consent, Live, Page};

use super::{Absence, DAY_MS, Effort};
use crate::decide::{Round, arbitrate, enter_segments};
use crate::explain::last_page;
use crate::facts::{self, Place};
use crate::profile::Profile;
use crate::webhook::{Letter, notice};

/// Every time zone's hours begin at a quarter of an hour of UTC.
const QUARTER_MS: u64 = 15 * 60 * 1000;

/// What every moment of one absence has in common.
pub(super) struct Moment<'a> {
    pub(super) absence: &'a Absence<'a>,
    program: &'a Program,
    /// What a tag would say that is not there: no page, nothing on screen.
    batch: Batch,
    place: Place,
}

/// What the rules come to at one moment.
pub(super) struct Weighed {
    facts: Facts,
    evaluation: Evaluation,
    verdict: Verdict,
}

impl<'a> Moment<'a> {
    pub(super) fn of(absence: &'a Absence<'a>, program: &'a Program) -> Self {
        let batch = Batch {
            clock: [0; 4],
            site: absence.site.to_owned(),
            // Of one who did not agree there is no profile.
            consent: Consent::Granted,
            token: None,
            stream: [0; 16],
            first: 0,
            page: Page::default(),
            live: Live::default(),
            on_screen: Vec::new(),
            declined: Vec::new(),
            events: Vec::new(),
        };
        Self { absence, program, batch, place: Place::default() }
    }

    /// Does what the rules say; whether that changed the profile.
    pub(super) fn happen(
        &self,
        profile: &mut Profile,
        at_ms: u64,
        letters: &mut Vec<Letter>,
        effort: &mut Effort,
    ) -> bool {
        let mut weighed = self.weigh(profile, at_ms, effort);
        let mut changed = false;
        if enter_segments(profile, self.program, &weighed.evaluation) {
            changed = true;
            weighed = self.weigh(profile, at_ms, effort);
            // As in a visit: a segment entered by the second look counts from the next on.
            enter_segments(profile, self.program, &weighed.evaluation);
        }
        for rule in self.untold(profile, &weighed.verdict) {
            let rule = &self.program.rules()[rule];
            let Show::Notify { event } = &rule.show else { continue };
            let (site, visitor) = (self.absence.site, self.absence.visitor);
            let (visit, path) = (profile.visits.count(), last_page(profile));
            letters.push(notice(event, site, &rule.id, visitor, visit, &path, at_ms));
            profile.expose(&rule.id, at_ms, false);
            if rule.cap.is_none() {
                profile.settle(&rule.id, at_ms);
            }
            changed = true;
        }
        changed
    }

    /// Whether anything would be done.
    pub(super) fn would_happen(&self, profile: &Profile, weighed: &Weighed) -> bool {
        !self.untold(profile, &weighed.verdict).is_empty()
            || weighed.evaluation.yes().any(|rule| self.enters(profile, rule))
    }

    /// The next instant at which what the rules come to may be other than at `at_ms`, when it was `weighed`.
    pub(super) fn turns_after(
        &self,
        profile: &Profile,
        weighed: &Weighed,
        at_ms: u64,
        turns: &[Turn],
    ) -> Option<u64> {
        let since = |from_ms: u64, lapse_ms: u64| (from_ms > 0).then(|| from_ms.saturating_add(lapse_ms));
        let past = || {
            profile.pages.iter().map(|page| page.at_ms).chain(profile.events.iter().map(|event| event.at_ms))
        };
        let lapses = turns.iter().filter_map(|turn| match *turn {
            Turn::DaysAway(days) => since(profile.visit().last_ms, days.saturating_mul(DAY_MS)),
            Turn::Age(ms) => since(profile.first_seen_ms, ms),
            Turn::Recency(ms) => since(profile.orders.last_ms(), ms),
            Turn::Past(ms) => {
                past().map(|from_ms| from_ms.saturating_add(ms)).filter(|turn_ms| *turn_ms > at_ms).min()
            }
        });
        lapses.chain(self.openings(profile, weighed, at_ms)).filter(|turn_ms| *turn_ms > at_ms).min()
    }

    /// When rules may hold, or be told, that the calendar, the desk, a schedule or a cap is against.
    fn openings(&self, profile: &Profile, weighed: &Weighed, at_ms: u64) -> Vec<u64> {
        let mut openings = Vec::new();
        let mut hourly = false;
        for (_, outcome) in weighed.verdict.outcomes.iter().filter(|(rule, _)| !self.is_told(profile, *rule))
        {
            match outcome {
                Outcome::Lost(Reason::Closed { opens_ms: Some(opens_ms) }) => {
                    openings.push(opens_ms.unsigned_abs());
                }
                Outcome::Lost(Reason::Cooling { until_ms }) => openings.push(until_ms.unsigned_abs()),
                // A cap's days end at midnight.
                Outcome::Lost(Reason::Capped { .. }) => hourly = true,
                _ => {}
            }
        }
        for rule in 0..self.program.rules().len() {
            let concerns = match &self.program.rules()[rule].show {
                Show::Tag { .. } => self.enters(profile, rule),
                _ => !self.is_told(profile, rule),
            };
            if concerns
                && weighed.evaluation.truth(rule) == Truth::No
                && self.program.waits_for_clock(rule, &weighed.facts)
            {
                hourly = true;
                openings.extend(self.absence.desk.and_then(|desk| desk.at(at_ms).changes_ms));
            }
        }
        if hourly {
            let quarters = (1..=4).map(|quarter| (at_ms / QUARTER_MS + quarter) * QUARTER_MS);
            openings.extend(
                quarters.filter(|quarter_ms| {
                    self.program.local_time(signed(*quarter_ms)).minute.is_multiple_of(60)
                }),
            );
        }
        openings
    }

    pub(super) fn weigh(&self, profile: &Profile, at_ms: u64, effort: &mut Effort) -> Weighed {
        effort.weigh(self.program.rules().len());
        let mut facts = Facts::new();
        let local = self.program.local_time(signed(at_ms));
        facts::read_away(&mut facts, profile, local, at_ms);
        if let Some(desk) = self.absence.desk {
            desk.tell(&mut facts, at_ms);
        }
        let evaluation = self.program.evaluate(&facts);
        let round = Round {
            batch: &self.batch,
            visitor: self.absence.visitor,
            place: &self.place,
            hosts: &[],
            friction: false,
            program: Some(self.program),
            desk: self.absence.desk,
            now_ms: at_ms,
        };
        let verdict = arbitrate(profile, &round, self.program, &evaluation, profile.visit().started_ms);
        Weighed { facts, evaluation, verdict }
    }

    /// The rules that are due and were not told yet.
    fn untold(&self, profile: &Profile, verdict: &Verdict) -> Vec<usize> {
        let notifies = |rule: &usize| matches!(self.program.rules()[*rule].show, Show::Notify { .. });
        verdict.done.iter().copied().filter(notifies).filter(|rule| !self.is_told(profile, *rule)).collect()
    }

    /// Whether the rule was told in the visit that is over, or since. Whatever its cap: time that passes is no new reason.
    fn is_told(&self, profile: &Profile, rule: usize) -> bool {
        let (id, since_ms) = (&self.program.rules()[rule].id, profile.visit().started_ms);
        profile.exposures.iter().any(|exposure| exposure.rule == *id && exposure.last_ms >= since_ms)
    }

    /// Whether the rule puts the visitor in a segment he is not in.
    fn enters(&self, profile: &Profile, rule: usize) -> bool {
        match &self.program.rules()[rule].show {
            Show::Tag { segment } => !profile.segments.contains(segment),
            _ => false,
        }
    }
}

fn signed(at_ms: u64) -> i64 {
    i64::try_from(at_ms).unwrap_or(i64::MAX)
}
