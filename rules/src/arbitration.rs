//! Decides which of the rules that hold a visitor sees.
//!
//! Takes an evaluation and the moment: the time, the visitor, what he agreed to and has seen. Returns what is shown
//! and done, and the reason each other rule lost. In this order: on screen already, schedule, preference, consent,
//! holdout, cap and cooldown, site pressure, group, priority. Never reads a clock or storage; the order of the
//! moment's lists does not matter.
//!
//! Several rules can win at once, one for each place: a slot of the page, or the place of each kind of widget.

use crate::bucket::{Purpose, bucket};
use crate::clock::LocalTime;
use crate::evaluation::Evaluation;
use crate::program::Program;
use crate::rule::{Cap, ConsentNeed, Period, Rule};
use crate::watch::Watch;

const DAY_MS: u64 = 86_400_000;

/// Everything arbitration asks of the world.
#[derive(Clone, Copy, Debug, Default)]
pub struct Moment<'m> {
    /// Milliseconds since 1970, UTC.
    pub now_ms: i64,
    /// What names the visitor for bucketing; stable across visits, empty when he is not remembered.
    pub visitor: &'m [u8],
    /// Whether the visitor agreed to be remembered.
    pub consent: Consent,
    /// Number of this visit, from 1.
    pub visit: u32,
    /// Rules the visitor asked to see less of.
    pub less: &'m [&'m str],
    /// Kinds of widget the visitor does not want to be offered, by their names in a rule file.
    pub unwanted: &'m [&'m str],
    /// Rules the visitor closed or accepted in this visit: they are not proposed again before the next.
    pub settled: &'m [&'m str],
    /// What the visitor has been shown, or as one of the control group has not.
    pub exposures: &'m [Exposure<'m>],
    /// Rules whose widget is on screen.
    pub on_screen: &'m [&'m str],
}

/// Whether the visitor agreed to be remembered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Consent {
    /// Not asked, or refused.
    #[default]
    Withheld,
    /// Agreed.
    Granted,
}

/// Some exposures to one rule in one visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exposure<'m> {
    /// The rule's id.
    pub rule: &'m str,
    /// Number of the visit they were in.
    pub visit: u32,
    /// How many there were. Exposures over several days are given as several entries, for caps per day to be exact.
    pub times: u32,
    /// When the last one was, in milliseconds since 1970.
    pub last_ms: i64,
    /// Whether anything was seen.
    pub kind: ExposureKind,
}

/// Whether an exposure was seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ExposureKind {
    /// It was. It counts for the rule and for the site.
    #[default]
    Shown,
    /// It was not: the visitor is in the rule's control group. It counts for the rule alone.
    Control,
}

/// What happened to a rule that holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is shown.
    Shown,
    /// Its segment or its webhook is due.
    Done,
    /// It is not shown.
    Lost(Reason),
}

/// Why a rule that holds is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Its widget is on screen already.
    OnScreen,
    /// Its schedule is closed.
    Closed {
        /// When it opens, if it does within a year.
        opens_ms: Option<i64>,
    },
    /// The visitor asked to see less of this.
    AskedForLess,
    /// The visitor closed or accepted it in this visit.
    Settled,
    /// It needs a visitor who agreed to be remembered.
    NoConsent,
    /// The visitor is in its control group.
    HeldOut,
    /// Seen as often as its cap allows.
    Capped {
        /// Over what the cap counts.
        per: Period,
        /// What the cap allows.
        times: u32,
    },
    /// Seen too recently.
    Cooling {
        /// When the cooldown ends.
        until_ms: i64,
    },
    /// The visitor has seen as much as the site allows.
    Pressure {
        /// Over what it counts.
        per: Period,
        /// What it allows.
        times: u32,
    },
    /// Another rule of its group is shown or on screen.
    GroupTaken {
        /// That rule.
        by: usize,
    },
    /// Another rule has its place.
    Outranked {
        /// That rule.
        by: usize,
    },
}

/// What arbitration decided. Rules are indices into [`Program::rules`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// What to show, highest priority first; at most one for each place.
    pub shown: Vec<usize>,
    /// The `tag` and `notify` rules that are due, highest priority first.
    pub done: Vec<usize>,
    /// What would be shown if the visitor were not in its control group: the exposures to count for it.
    pub controls: Vec<usize>,
    /// Every rule that holds, highest priority first, and what happened to it.
    pub outcomes: Vec<(usize, Outcome)>,
    /// The thresholds that could turn to yes a rule that would then not lose on its own account.
    pub watch: Vec<Watch>,
    /// The earliest instant at which the schedule of a rule that holds, or is not yet, opens.
    pub opens_ms: Option<i64>,
}

/// What a rule's own circumstances say of it, before it meets the others.
enum Standing {
    Free,
    /// In the control group, and nothing else against it.
    Held,
    Lost(Reason),
}

impl Program {
    /// Decides what a visitor sees now.
    pub fn arbitrate(&self, evaluation: &Evaluation, moment: &Moment<'_>) -> Verdict {
        let mut verdict = Verdict::default();
        self.arbitrate_into(evaluation, moment, &mut verdict);
        verdict
    }

    /// As [`Self::arbitrate`], in the memory of an earlier verdict.
    pub fn arbitrate_into(&self, evaluation: &Evaluation, moment: &Moment<'_>, verdict: &mut Verdict) {
        let Verdict { shown, done, controls, outcomes, watch, opens_ms } = verdict;
        shown.clear();
        done.clear();
        controls.clear();
        outcomes.clear();
        watch.clear();
        *opens_ms = None;
        if evaluation.yes.is_empty() && evaluation.not_yet.is_empty() {
            return;
        }
        let hearing = Hearing { program: self, moment, local: self.local_time(moment.now_ms) };

        outcomes.extend(evaluation.yes().map(|rule| (rule, Outcome::Shown)));
        outcomes.sort_by_key(|(rule, _)| (std::cmp::Reverse(self.rules()[*rule].priority), *rule));
        let mut opens = |reason: &Reason| {
            if let Reason::Closed { opens_ms: Some(at) } = reason {
                *opens_ms = Some(opens_ms.map_or(*at, |known| known.min(*at)));
            }
        };
        for (index, outcome) in outcomes.iter_mut() {
            let rule = &self.rules()[*index];
            *outcome = match hearing.standing(rule) {
                Standing::Lost(reason) => Outcome::Lost(reason),
                Standing::Held => {
                    // Those who lose to nobody are the control group's exposures.
                    if rule.show.is_visible() && hearing.rival(rule, shown, controls).is_none() {
                        controls.push(*index);
                    }
                    Outcome::Lost(Reason::HeldOut)
                }
                Standing::Free if !rule.show.is_visible() => {
                    done.push(*index);
                    Outcome::Done
                }
                Standing::Free => match hearing.rival(rule, shown, &[]) {
                    Some(reason) => Outcome::Lost(reason),
                    None => {
                        shown.push(*index);
                        Outcome::Shown
                    }
                },
            };
            if let Outcome::Lost(reason) = outcome {
                opens(reason);
            }
        }
        let mut last = None;
        for (index, threshold) in &evaluation.pending {
            // Thresholds of one rule stand together.
            let heard = last.filter(|(known, _)| known == index).map(|(_, wanted)| wanted);
            let wanted = heard.unwrap_or_else(|| {
                let rule = &self.rules()[*index as usize];
                match hearing.standing(rule) {
                    Standing::Lost(reason) => {
                        opens(&reason);
                        false
                    }
                    // A control's exposure is counted when it would have happened.
                    Standing::Held => rule.show.is_visible(),
                    Standing::Free => true,
                }
            });
            last = Some((*index, wanted));
            if wanted {
                watch.push(*threshold);
            }
        }
        watch.sort_unstable();
        watch.dedup();
    }

    /// The form of an A/B test this visitor sees: an index into the rule's variants.
    pub fn variant(&self, rule: usize, visitor: &[u8]) -> Option<usize> {
        let rule = &self.rules()[rule];
        let total: u64 = rule.variants.iter().map(|variant| u64::from(variant.weight)).sum();
        let mut point = bucket(visitor, &rule.id, Purpose::Variant) * total as f64;
        rule.variants
            .iter()
            .position(|variant| {
                point -= f64::from(variant.weight);
                point < 0.0
            })
            .or_else(|| rule.variants.len().checked_sub(1))
    }
}

struct Hearing<'h> {
    program: &'h Program,
    moment: &'h Moment<'h>,
    local: LocalTime,
}

impl Hearing<'_> {
    fn standing(&self, rule: &Rule) -> Standing {
        let moment = self.moment;
        let named = |ids: &[&str]| ids.contains(&rule.id.as_str());
        if named(moment.on_screen) {
            return Standing::Lost(Reason::OnScreen);
        }
        if let Some(schedule) = &rule.schedule
            && !schedule.is_open(self.local)
        {
            let opens_ms = schedule.opens_at(self.program.zone(), moment.now_ms);
            return Standing::Lost(Reason::Closed { opens_ms });
        }
        if named(moment.less) || moment.unwanted.contains(&rule.show.name()) {
            return Standing::Lost(Reason::AskedForLess);
        }
        if named(moment.settled) {
            return Standing::Lost(Reason::Settled);
        }
        if rule.consent == ConsentNeed::Needed && moment.consent == Consent::Withheld {
            return Standing::Lost(Reason::NoConsent);
        }
        // Nobody who is not remembered can be kept in a group.
        let held = rule.holdout > 0.0
            && !moment.visitor.is_empty()
            && bucket(moment.visitor, &rule.id, Purpose::Holdout) < rule.holdout;
        let spent = rule.cap.and_then(|cap| self.spent(rule, cap)).or_else(|| self.pressure(rule, 0));
        match (spent, held) {
            (None, false) => Standing::Free,
            (None, true) => Standing::Held,
            (Some(_), true) => Standing::Lost(Reason::HeldOut),
            (Some(reason), false) => Standing::Lost(reason),
        }
    }

    /// Why the rule's cap or cooldown forbids another exposure.
    fn spent(&self, rule: &Rule, cap: Cap) -> Option<Reason> {
        let own = || self.moment.exposures.iter().filter(|exposure| exposure.rule == rule.id);
        let times: u32 = own()
            .filter(|exposure| self.counts(exposure, cap.per))
            .fold(0, |sum, exposure| sum.saturating_add(exposure.times));
        if times >= cap.times {
            return Some(Reason::Capped { per: cap.per, times: cap.times });
        }
        let last_ms = own().map(|exposure| exposure.last_ms).max()?;
        let until_ms = last_ms.saturating_add_unsigned(cap.cooldown_ms?);
        (self.moment.now_ms < until_ms).then_some(Reason::Cooling { until_ms })
    }

    /// Why the site's pressure forbids another exposure, when `more` are decided already.
    fn pressure(&self, rule: &Rule, more: usize) -> Option<Reason> {
        let cap = self.program.site().pressure.filter(|_| rule.show.is_visible())?;
        let seen = || {
            self.moment.exposures.iter().filter(|exposure| {
                exposure.kind == ExposureKind::Shown
                    && self
                        .program
                        .index_of(exposure.rule)
                        .is_none_or(|index| self.program.rules()[index].show.is_visible())
            })
        };
        let times = seen()
            .filter(|exposure| self.counts(exposure, cap.per))
            .fold(more as u32, |sum, exposure| sum.saturating_add(exposure.times));
        if times >= cap.times {
            return Some(Reason::Pressure { per: cap.per, times: cap.times });
        }
        let until_ms =
            seen().map(|exposure| exposure.last_ms).max()?.saturating_add_unsigned(cap.cooldown_ms?);
        (self.moment.now_ms < until_ms).then_some(Reason::Pressure { per: cap.per, times: cap.times })
    }

    fn counts(&self, exposure: &Exposure<'_>, per: Period) -> bool {
        let days = match per {
            Period::Visit => return exposure.visit == self.moment.visit,
            Period::Visitor => return true,
            Period::Day => 1,
            Period::Week => 7,
            Period::Month => 30,
        };
        // Most exposures are old: the calendar is asked only about those that may count.
        let age_ms = self.moment.now_ms.saturating_sub(exposure.last_ms);
        age_ms < (days as i64 + 1) * DAY_MS as i64
            && self.local.day - self.program.local_time(exposure.last_ms).day < days
    }

    /// Why one of those on screen, chosen or held bars the rule.
    fn rival(&self, rule: &Rule, chosen: &[usize], held: &[usize]) -> Option<Reason> {
        if let Some(reason) = self.pressure(rule, chosen.len()) {
            return Some(reason);
        }
        let rules = self.program.rules();
        let on_screen = self.moment.on_screen.iter().filter_map(|id| self.program.index_of(id));
        // The order of the moment's lists does not matter: the first in the file is named.
        let others = || on_screen.clone().chain(chosen.iter().chain(held).copied());
        let same_group = |other: &usize| rule.group.is_some() && rules[*other].group == rule.group;
        let same_place = |other: &usize| rules[*other].place() == rule.place();
        others()
            .filter(same_group)
            .min()
            .map(|by| Reason::GroupTaken { by })
            .or_else(|| others().filter(same_place).min().map(|by| Reason::Outranked { by }))
    }
}

impl Rule {
    /// Where its widget goes: a slot, or the place of its kind.
    fn place(&self) -> (Option<&str>, &'static str) {
        match &self.slot {
            Some(slot) => (Some(slot), ""),
            None => (None, self.show.name()),
        }
    }
}
