//! Whether lines on one subject can hold together.
//!
//! Takes the lines that all have to hold; says that they never do only when no value makes them. A negated line
//! holds of a value that is absent, so by themselves negated lines are always possible.

use crate::condition::{Polarity, Subject, Test, Wanted};
use crate::glob::Glob;
use crate::interval::Interval;
use crate::quantity::is_whole;
use crate::review::patterns::{Patterns, all_taken};
use crate::review::ranges::{Grain, Ranges};
use crate::review::{Asked, Work};
use crate::signal::{Kind, Signal};

/// Whether no value makes all of these hold. They are on the same subject.
pub(super) fn is_impossible(tests: &[Asked<'_>], work: &mut Work) -> bool {
    let Some((first, _)) = tests.first() else { return false };
    let subject = &first.subject;
    if !work.spend(tests.len()) {
        return false;
    }
    let is_plain = |(_, polarity): &Asked<'_>| *polarity == Polarity::Plain;
    let is_absence = |(test, polarity): &Asked<'_>| {
        test.wanted == Wanted::Known && *polarity == Polarity::Negated && !subject.is_live()
    };
    if tests.iter().any(is_absence) && tests.iter().any(is_plain) {
        return true;
    }
    let is_there = subject.is_live() || tests.iter().any(is_plain);
    match (subject, subject.kind()) {
        (Subject::Pages | Subject::Events, _) => journey(tests, work),
        (_, Kind::Set) => set(tests, work),
        _ if !is_there => false,
        (_, Kind::Path | Kind::Text) => texts(tests, work),
        (_, Kind::Flag) => flags(tests),
        _ => numbers(subject, tests, work),
    }
}

fn flags(tests: &[Asked<'_>]) -> bool {
    let allows = |value: bool| {
        tests.iter().all(|(test, polarity)| match test.wanted {
            Wanted::Flag(wanted) => (wanted == value) == (*polarity == Polarity::Plain),
            _ => true,
        })
    };
    !allows(true) && !allows(false)
}

fn numbers(subject: &Subject, tests: &[Asked<'_>], work: &mut Work) -> bool {
    let (grain, reach) = match subject {
        Subject::Signal(Signal::PageScroll) => (Grain::Whole, Interval::between(0.0, 100.0)),
        Subject::Signal(signal) if signal.is_live() => {
            (Grain::Whole, Interval::between(0.0, f64::from(u32::MAX)))
        }
        _ if is_whole(subject) => (Grain::Whole, Interval::ALL),
        _ => (Grain::Real, Interval::ALL),
    };
    let mut left = Ranges::of(grain, &[reach]);
    for (test, polarity) in tests {
        let Wanted::Number(intervals) = &test.wanted else { continue };
        if !work.spend(intervals.len() + left.len()) {
            return false;
        }
        left = left.narrowed(intervals, *polarity);
    }
    left.is_empty()
}

/// The patterns of the lines of one polarity.
fn lists<'c>(tests: &[Asked<'c>], wanted: Polarity, work: &mut Work) -> Vec<Patterns<'c>> {
    tests
        .iter()
        .filter(|(_, polarity)| *polarity == wanted)
        .filter_map(|(test, _)| match &test.wanted {
            Wanted::Text(globs) => Some(Patterns::new(globs, work)),
            _ => None,
        })
        .collect()
}

/// One text, that one pattern of each plain line takes and none of a negated line.
fn texts(tests: &[Asked<'_>], work: &mut Work) -> bool {
    let plain = lists(tests, Polarity::Plain, work);
    let negated = lists(tests, Polarity::Negated, work);
    if plain.is_empty() {
        return negated.iter().any(|list| list.all().iter().any(Glob::takes_everything));
    }
    let mut is_refuted = |candidates: usize| {
        plain[candidates].all().iter().all(|candidate| {
            let others = plain.iter().enumerate().filter(|(index, _)| *index != candidates);
            others.map(|(_, list)| list).any(|list| list.are_apart(candidate, work))
                || negated.iter().any(|list| list.take_all(candidate, work))
        })
    };
    // Of literals all is known: the shortest such list tells as much as all of them. Patterns may each see what the
    // others do not.
    let literal = (0..plain.len())
        .filter(|index| plain[*index].all().iter().all(|glob| glob.literal().is_some()))
        .min_by_key(|index| plain[*index].all().len());
    match literal {
        Some(index) => is_refuted(index),
        None => (0..plain.len()).any(is_refuted),
    }
}

/// A plain line needs a member that no negated line takes.
fn set(tests: &[Asked<'_>], work: &mut Work) -> bool {
    let plain = lists(tests, Polarity::Plain, work);
    let negated = lists(tests, Polarity::Negated, work);
    plain.iter().any(|list| {
        let is_taken = |candidate: &Glob| negated.iter().any(|negated| negated.take_all(candidate, work));
        list.all().iter().all(is_taken)
    })
}

/// How often something may have happened, by the lines that count it.
struct Count<'c> {
    what: &'c [Glob],
    within_ms: Option<u64>,
    times: Ranges,
}

fn journey(tests: &[Asked<'_>], work: &mut Work) -> bool {
    counts_clash(tests, work) || path_is_refused(tests, work)
}

fn counts_clash(tests: &[Asked<'_>], work: &mut Work) -> bool {
    let Some(counts) = counts(tests, work) else { return false };
    if counts.iter().any(|count| count.times.is_empty()) {
        return true;
    }
    // What is of the narrower is of the wider too, and what is recent is ever.
    counts.iter().any(|narrow| {
        counts.iter().any(|wide| {
            let (Some((least, _)), Some((_, most))) = (narrow.times.ends(), wide.times.ends()) else {
                return false;
            };
            least > most
                && is_no_longer(narrow.within_ms, wide.within_ms)
                && all_taken(narrow.what, &Patterns::new(wide.what, work), work)
        })
    })
}

/// Absent when the work is spent.
fn counts<'c>(tests: &[Asked<'c>], work: &mut Work) -> Option<Vec<Count<'c>>> {
    let mut counts: Vec<Count<'c>> = Vec::new();
    for (test, polarity) in tests {
        match &test.wanted {
            Wanted::Times { what, times, within_ms } => {
                count(&mut counts, (what, *within_ms), &[*times], *polarity, work)?;
            }
            // Each step of a path that was taken is a page that was seen.
            Wanted::Path { steps, within_ms } if *polarity == Polarity::Plain => {
                for step in steps {
                    let once = [Interval::at_least(1.0)];
                    count(&mut counts, (std::slice::from_ref(step), *within_ms), &once, *polarity, work)?;
                }
            }
            _ => {}
        }
    }
    Some(counts)
}

fn count<'c>(
    counts: &mut Vec<Count<'c>>,
    (what, within_ms): (&'c [Glob], Option<u64>),
    times: &[Interval],
    polarity: Polarity,
    work: &mut Work,
) -> Option<()> {
    let mut is_same = |known: &Count<'_>| {
        work.spend(1 + known.what.len().min(what.len())) && known.within_ms == within_ms && known.what == what
    };
    let at = counts.iter().position(&mut is_same);
    if work.is_spent() {
        return None;
    }
    let at = at.unwrap_or_else(|| {
        let times = Ranges::of(Grain::Whole, &[Interval::at_least(0.0)]);
        counts.push(Count { what, within_ms, times });
        counts.len() - 1
    });
    counts[at].times = counts[at].times.narrowed(times, polarity);
    Some(())
}

/// Whether a path that has to be taken holds one that must not be.
fn path_is_refused(tests: &[Asked<'_>], work: &mut Work) -> bool {
    let paths = |wanted: Polarity| {
        tests.iter().filter(move |(_, polarity)| *polarity == wanted).filter_map(|(test, _)| path(test))
    };
    paths(Polarity::Plain).any(|(taken, within_ms)| {
        paths(Polarity::Negated).any(|(refused, refused_within_ms)| {
            is_no_longer(within_ms, refused_within_ms) && holds_steps(taken, refused, work)
        })
    })
}

fn path(test: &Test) -> Option<(&[Glob], Option<u64>)> {
    match &test.wanted {
        Wanted::Path { steps, within_ms } => Some((steps, *within_ms)),
        _ => None,
    }
}

/// Whether whoever took the steps of the first list took those of the second, in their order.
pub(super) fn holds_steps(taken: &[Glob], wanted: &[Glob], work: &mut Work) -> bool {
    let mut left = wanted;
    for step in taken {
        let Some((next, rest)) = left.split_first() else { break };
        if !work.spend(1 + step.source().len() / 4) {
            return false;
        }
        if next.takes_all(step) {
            left = rest;
        }
    }
    left.is_empty()
}

/// Whether what is within the first time is within the second.
pub(super) fn is_no_longer(first: Option<u64>, second: Option<u64>) -> bool {
    second.is_none_or(|second| first.is_some_and(|first| first <= second))
}
