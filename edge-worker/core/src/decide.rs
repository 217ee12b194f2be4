//! One round of the edge: a batch in, the reply out.
//!
//! Takes the profile, the batch and what surrounds it; folds, reads the facts, evaluates and arbitrates the rules,
//! and builds the reply. The profile comes back changed; storing it is the caller's.

use rules::{
    Changes, Consent, Evaluation, Exposure, ExposureKind, Facts, Moment, Phrase, Program, Show, Signal,
    Truth, Verdict,
};
use wire::{Batch, Card, Field, Link, MAX_BODY_BYTES, Offer, Reply, Watch, What, encode};

use crate::aftermath::Aftermath;
use crate::desk::Desk;
use crate::facts::{self, Place};
use crate::fold::{acknowledged, apply, fold_by};
use crate::profile::{Answer, Profile, clip};

/// Soonest and latest time to ask again, in milliseconds: a schedule is not worth a request every second, and a page
/// is rarely open longer than the latter.
const ASK_AGAIN_MS: std::ops::RangeInclusive<u64> = 5_000..=30 * 60 * 1000;

/// Most readings shown behind "why am I seeing this?".
const MAX_READINGS: usize = 24;
/// Longest of them, in bytes.
const MAX_READING_BYTES: usize = 256;
/// Longest text of a card, in bytes: a rule over a list of a thousand pages makes a long sentence.
const MAX_TEXT_BYTES: usize = 2048;
/// Largest sum of the cards of one reply, in bytes: three quarters of a body, the rest is for everything else.
const MAX_OFFERS_BYTES: usize = MAX_BODY_BYTES / 4 * 3;

/// The kinds of widget, by their names in a rule file.
const KINDS: [(wire::Show, &str); 4] = [
    (wire::Show::Callback, Show::Callback.name()),
    (wire::Show::Banner, Show::Banner.name()),
    (wire::Show::Chat, Show::Chat.name()),
    (wire::Show::Survey, Show::Survey.name()),
];

/// Everything one round depends on, but the profile.
#[derive(Clone, Copy)]
pub struct Round<'r> {
    /// The batch, as `intake` let it in.
    pub batch: &'r Batch,
    /// What names the visitor for bucketing; empty for one who is not remembered.
    pub visitor: &'r [u8],
    /// What the network and the browser's headers tell.
    pub place: &'r Place,
    /// The hosts of the site's origins.
    pub hosts: &'r [String],
    /// Whether the site measures where its pages make visitors struggle.
    pub friction: bool,
    /// The rules in force; none before the first are published.
    pub program: Option<&'r Program>,
    /// The desk, where the site has set one up.
    pub desk: Option<&'r Desk>,
    /// The edge's clock, in milliseconds since 1970.
    pub now_ms: u64,
}

/// Folds the batch into the profile and decides. The reply's token is left to the caller, who holds the keys.
pub fn round(profile: &mut Profile, round: &Round<'_>) -> Reply {
    settle(profile, round, &mut Aftermath::default())
}

/// As [`round`], and notes what is left to do once the profile is written.
pub fn settle(profile: &mut Profile, round: &Round<'_>, aftermath: &mut Aftermath) -> Reply {
    if profile.visits.count() == 0 {
        aftermath.remembers(round);
    }
    let event = fold_by(profile, round.batch, round.now_ms, &mut |profile, change, at_ms| {
        let before = Aftermath::before(profile, round, at_ms);
        apply(profile, round.batch, change, at_ms, round.hosts);
        aftermath.after(before, profile, round, change, at_ms);
    });
    let mut reply = Reply { acknowledged: acknowledged(round.batch), ..Reply::default() };
    if let Some(program) = round.program {
        decide(profile, round, program, event, &mut reply, aftermath);
    }
    reply.watch.extend(reports(round));
    reply
}

/// What the rules come to for one visitor at one moment.
pub(crate) struct Weighed {
    /// What is known.
    pub(crate) facts: Facts,
    /// Whether each rule's conditions hold.
    pub(crate) evaluation: Evaluation,
    /// What becomes of those that do.
    pub(crate) verdict: Verdict,
}

/// Evaluates and arbitrates; the profile enters the segments that rules put it in.
pub(crate) fn weigh(
    profile: &mut Profile,
    round: &Round<'_>,
    program: &Program,
    event: Option<&What>,
) -> Weighed {
    let Round { batch, place, now_ms, .. } = *round;
    let clock_ms = i64::try_from(now_ms).unwrap_or(i64::MAX);
    let mut facts = Facts::new();
    facts::read(&mut facts, profile, batch, event, place, program.local_time(clock_ms), now_ms);
    if let Some(desk) = round.desk {
        desk.tell(&mut facts, now_ms);
    }
    let mut evaluation = program.evaluate(&facts);
    if enter_segments(profile, program, &evaluation) {
        // A rule may ask for the segment another has just put the visitor in. One more look at those that do settles
        // it: a segment entered by the second look counts from the next batch on.
        facts.set_members(Signal::VisitorSegments, profile.segments.iter().map(String::as_str));
        program.reevaluate(&facts, &Changes::new().with(Signal::VisitorSegments), &mut evaluation);
    }
    let since_ms = profile.visits.absent_since_ms();
    let verdict = arbitrate(profile, round, program, &evaluation, since_ms);
    Weighed { facts, evaluation, verdict }
}

fn decide(
    profile: &mut Profile,
    round: &Round<'_>,
    program: &Program,
    event: Option<&What>,
    reply: &mut Reply,
    aftermath: &mut Aftermath,
) {
    let Round { desk, now_ms, .. } = *round;
    let clock_ms = i64::try_from(now_ms).unwrap_or(i64::MAX);
    let weighed = weigh(profile, round, program, event);
    aftermath.decided(profile, round, program, &weighed);
    let Weighed { mut facts, evaluation, verdict } = weighed;
    for &rule in &verdict.controls {
        expose_control(profile, &program.rules()[rule].id, now_ms);
    }
    aftermath.notify(profile, round, program, &verdict.done);
    let mut room = MAX_OFFERS_BYTES;
    for &rule in &verdict.shown {
        let offer = offer(program, rule, &facts, round);
        // The best first: what no longer fits is offered when those before it are gone.
        if let Some(offer) = offer.filter(|offer| offer.card.len() <= room) {
            room -= offer.card.len();
            reply.offers.push(offer);
        }
    }
    reply.watch = verdict.watch.iter().copied().map(watch).collect();
    let desk_ms = desk.and_then(|desk| freed(desk, program, &mut facts, &evaluation, now_ms));
    reply.ask_again_ms = verdict.opens_ms.into_iter().chain(desk_ms).min().and_then(|opens_ms| {
        let wait_ms = u64::try_from(opens_ms.saturating_sub(clock_ms)).unwrap_or(0);
        let (soonest, latest) = ASK_AGAIN_MS.into_inner();
        // INVARIANT: the latest fits 32 bits.
        (wait_ms <= latest).then(|| wait_ms.max(soonest) as u32)
    });
}

/// When the desk opens, or has an agent free, if that is soon and lets a rule hold that does not now. The facts come
/// back as they will be then.
fn freed(
    desk: &Desk,
    program: &Program,
    facts: &mut Facts,
    evaluation: &Evaluation,
    now_ms: u64,
) -> Option<i64> {
    let then_ms = desk.at(now_ms).changes_ms.filter(|then_ms| *then_ms <= now_ms + ASK_AGAIN_MS.end())?;
    desk.tell(facts, then_ms);
    let mut then = evaluation.clone();
    program.reevaluate(facts, &Desk::signals(), &mut then);
    let held_back = then.yes().chain(then.not_yet()).any(|rule| evaluation.truth(rule) == Truth::No);
    held_back.then(|| i64::try_from(then_ms).unwrap_or(i64::MAX))
}

/// Puts the visitor in the segments of the `tag` rules that hold; whether one of them is new.
pub(crate) fn enter_segments(profile: &mut Profile, program: &Program, evaluation: &Evaluation) -> bool {
    let before = profile.segments.len();
    for rule in evaluation.yes() {
        if let Show::Tag { segment } = &program.rules()[rule].show {
            profile.enter(segment);
        }
    }
    profile.segments.len() != before
}

/// What becomes of the rules that hold. What was told or settled from `since_ms` on counts for this visit.
pub(crate) fn arbitrate(
    profile: &Profile,
    round: &Round<'_>,
    program: &Program,
    evaluation: &Evaluation,
    since_ms: u64,
) -> Verdict {
    let exposures: Vec<Exposure<'_>> = profile
        .exposures
        .iter()
        .map(|exposure| Exposure {
            rule: &exposure.rule,
            // All that arbitration asks is whether it was in this visit.
            visit: if exposure.last_ms >= since_ms { profile.visits.count() } else { 0 },
            times: exposure.times,
            last_ms: i64::try_from(exposure.last_ms).unwrap_or(i64::MAX),
            kind: if exposure.control { ExposureKind::Control } else { ExposureKind::Shown },
        })
        .collect();
    let answers = || profile.answers.iter();
    let less: Vec<&str> = answers()
        .filter(|answer| is_unwanted(profile, program, answer))
        .map(|answer| &*answer.rule)
        .collect();
    let unwanted: Vec<&str> =
        KINDS.iter().filter(|(show, _)| !profile.allows(*show)).map(|(_, name)| *name).collect();
    let settled: Vec<&str> = answers()
        .filter(|answer| answer.settled_ms > 0 && answer.settled_ms >= since_ms)
        .map(|answer| &*answer.rule)
        // What a device keeps for a visitor the edge knows nothing of.
        .chain(round.batch.declined.iter().map(String::as_str))
        .collect();
    let on_screen: Vec<&str> = round.batch.on_screen.iter().map(String::as_str).collect();
    program.arbitrate(
        evaluation,
        &Moment {
            now_ms: i64::try_from(round.now_ms).unwrap_or(i64::MAX),
            visitor: round.visitor,
            consent: match round.batch.consent {
                wire::Consent::Granted => Consent::Granted,
                wire::Consent::NotAsked | wire::Consent::Denied | wire::Consent::Necessary => {
                    Consent::Withheld
                }
            },
            visit: profile.visits.count(),
            less: &less,
            unwanted: &unwanted,
            settled: &settled,
            exposures: &exposures,
            on_screen: &on_screen,
        },
    )
}

/// Whether the visitor asked for less of the rule, and has not allowed its kind since.
fn is_unwanted(profile: &Profile, program: &Program, answer: &Answer) -> bool {
    let kind = program.index_of(&answer.rule).and_then(|rule| widget(&program.rules()[rule].show));
    answer.less_ms > kind.map_or(0, |show| profile.allowed_ms(show))
}

/// The widget of a rule; none for one that shows nothing.
fn widget(show: &Show) -> Option<wire::Show> {
    match show {
        Show::Callback => Some(wire::Show::Callback),
        Show::Banner => Some(wire::Show::Banner),
        Show::Chat => Some(wire::Show::Chat),
        Show::Survey => Some(wire::Show::Survey),
        Show::Notify { .. } | Show::Tag { .. } => None,
    }
}

/// Counts what one of the control group would have seen: once for each page, as a widget would stay on it.
fn expose_control(profile: &mut Profile, rule: &str, now_ms: u64) {
    let page_since_ms = profile.pages.last().map_or(0, |page| page.at_ms);
    let counted = profile
        .exposures
        .iter()
        .any(|exposure| exposure.control && exposure.rule == rule && exposure.last_ms >= page_since_ms);
    if !counted {
        profile.expose(rule, now_ms, true);
    }
}

/// What the tag is told to show; nothing for a rule that shows nothing.
fn offer(program: &Program, index: usize, facts: &Facts, round: &Round<'_>) -> Option<Offer> {
    let Round { batch, visitor, desk, now_ms, .. } = *round;
    let rule = &program.rules()[index];
    let show = widget(&rule.show)?;
    let card = program.card(index, facts, &batch.page.language, visitor);
    let readings = program.readings(index, facts, &card.language);
    let reading = |(name, value): (String, String)| Field {
        name: label(&name, &card.language).to_owned(),
        value: clip(&value, MAX_READING_BYTES),
    };
    let link = |link: rules::CardLink| Link { label: clip(&link.label, MAX_READING_BYTES), href: link.link };
    let data = readings.into_iter().take(MAX_READINGS).map(reading).collect();
    let desk = desk.filter(|_| show == wire::Show::Callback).map(|desk| (desk, desk.at(now_ms)));
    let card = Card {
        show,
        why: clip(&program.sentence(index, &card.language), MAX_TEXT_BYTES),
        language: card.language,
        title: clip(&card.title, MAX_TEXT_BYTES),
        text: clip(&card.text, MAX_TEXT_BYTES),
        action: clip(&card.action, MAX_TEXT_BYTES),
        link: card.link,
        slot: card.slot,
        place: match card.place {
            rules::Place::Corner => wire::Place::Corner,
            rules::Place::Bar => wire::Place::Bar,
        },
        links: card.links.into_iter().map(link).collect(),
        wait_s: desk
            .and_then(|(_, standing)| standing.wait_ms)
            .map(|wait_ms| u32::try_from(wait_ms / 1000).unwrap_or(u32::MAX)),
        now: desk.is_none_or(|(desk, standing)| desk.calls_now(standing)),
        slots: desk.map(|(desk, _)| desk.slots(now_ms)).unwrap_or_default(),
        labels: card.labels.into_iter().map(|(name, value)| Field { name, value }).collect(),
        data,
    };
    Some(Offer { rule: rule.id.clone(), card: encode(&card) })
}

/// A reading's name as a visitor would put it; one without words of its own keeps the rule file's.
fn label<'n>(name: &'n str, language: &str) -> &'n str {
    let french = language.starts_with("fr");
    let words = Signal::named(name).map(|signal| {
        let declaration = signal.declaration();
        match if french { declaration.french } else { declaration.english } {
            Phrase::Noun(noun) => noun,
            Phrase::Clauses { yes, .. } => yes,
        }
    });
    match (name, words) {
        (_, Some(words)) => words,
        ("visited", _) if french => "les pages vues",
        ("visited", _) => "the pages seen",
        ("did", _) if french => "ce qui a été fait",
        ("did", _) => "what was done",
        _ => name,
    }
}

/// What the tag is to report beside the live thresholds: what some rule reads, as a signal or as an event, and all of
/// it where the site measures friction.
fn reports(round: &Round<'_>) -> impl Iterator<Item = Watch> {
    let reads = |signals: &[Signal], events: &[&str]| {
        round.program.is_some_and(|program| {
            signals.iter().any(|signal| program.reads(*signal))
                || events.iter().any(|event| program.reads_event(event))
        })
    };
    let forms =
        reads(&[Signal::FormStarted, Signal::FormErrors], &["form_started", "form_error", "form_abandoned"]);
    let clicks = reads(&[Signal::ClicksRage], &["rage_click"]);
    let leaving = reads(&[], &["left"]);
    [(Watch::Forms, forms), (Watch::RageClicks, clicks), (Watch::Leaving, leaving)]
        .into_iter()
        .filter_map(|(watch, read)| (read || round.friction).then_some(watch))
}

fn watch(watch: rules::Watch) -> Watch {
    match watch {
        rules::Watch::DwellMs(ms) => Watch::Dwell { ms },
        rules::Watch::IdleMs(ms) => Watch::Idle { ms },
        rules::Watch::ScrollPercent(percent) => Watch::Scroll { percent },
        rules::Watch::ExitIntent => Watch::ExitIntent,
    }
}

#[cfg(test)]
mod tests;
