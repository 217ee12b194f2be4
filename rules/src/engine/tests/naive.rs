//! The rules' meaning, written down as plainly as can be: no index, no boxes, no cleverness.
//!
//! Three values by brute force: a condition is yes when it holds at the present reading of the live signals, and
//! not yet when it holds at some reading ahead. Only the ends of the comparisons matter, so those are tried, all
//! combinations of them.

use crate::condition::{Condition, Subject, Test, Wanted};
use crate::facts::{Facts, Live, Reading};
use crate::glob::{Glob, Style};
use crate::signal::{Kind, Signal};
use crate::truth::Truth;
use crate::watch::Watch;

pub(super) fn truth(condition: &Condition, facts: &Facts) -> Truth {
    let live = facts.live();
    if holds(condition, facts, live) {
        Truth::Yes
    } else if ahead(condition, facts).iter().any(|reading| holds(condition, facts, *reading)) {
        Truth::NotYet
    } else {
        Truth::No
    }
}

/// The thresholds of the earliest readings at which the condition holds: reaching one of those readings flips it,
/// and no reading short of all of them does.
pub(super) fn watch(condition: &Condition, facts: &Facts) -> Vec<Watch> {
    let live = facts.live();
    let reached: Vec<Live> =
        ahead(condition, facts).into_iter().filter(|reading| holds(condition, facts, *reading)).collect();
    let earlier = |a: &Live, b: &Live| {
        a != b
            && a.dwell_ms <= b.dwell_ms
            && a.idle_ms <= b.idle_ms
            && a.scroll_percent <= b.scroll_percent
            && a.exit_intent <= b.exit_intent
    };
    let mut watches = Vec::new();
    for reading in reached.iter().filter(|reading| !reached.iter().any(|other| earlier(other, reading))) {
        if reading.dwell_ms > live.dwell_ms {
            watches.push(Watch::DwellMs(reading.dwell_ms));
        }
        if reading.idle_ms > live.idle_ms {
            watches.push(Watch::IdleMs(reading.idle_ms));
        }
        if reading.scroll_percent > live.scroll_percent {
            watches.push(Watch::ScrollPercent(reading.scroll_percent));
        }
        if reading.exit_intent && !live.exit_intent {
            watches.push(Watch::ExitIntent);
        }
    }
    watches.sort_unstable();
    watches.dedup();
    watches
}

/// Every combination of readings, from now on, at which a comparison could change its mind.
fn ahead(condition: &Condition, facts: &Facts) -> Vec<Live> {
    let live = facts.live();
    let mut dwell = vec![live.dwell_ms];
    let mut idle = vec![live.idle_ms];
    let mut scroll = vec![u32::from(live.scroll_percent)];
    let mut exit = vec![live.exit_intent];
    condition.for_each_test(&mut |test, _| {
        let Subject::Signal(signal) = test.subject else { return };
        if let Wanted::Number(intervals) = &test.wanted {
            for end in intervals.iter().flat_map(|interval| [interval.low, interval.high]) {
                for number in [end.floor(), end.floor() + 1.0, end.ceil()] {
                    if number.is_finite() && number >= 0.0 {
                        match signal {
                            Signal::PageDwell => dwell.push(number as u32),
                            Signal::PageIdle => idle.push(number as u32),
                            Signal::PageScroll if number <= 100.0 => scroll.push(number as u32),
                            _ => {}
                        }
                    }
                }
            }
        }
        if signal == Signal::PageExitIntent {
            exit.push(true);
        }
    });
    let ahead_of = |mut numbers: Vec<u32>, now: u32| {
        numbers.retain(|number| *number >= now);
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    };
    let (dwell, idle) = (ahead_of(dwell, live.dwell_ms), ahead_of(idle, live.idle_ms));
    let scroll = ahead_of(scroll, live.scroll_percent.into());
    let mut all = Vec::new();
    for dwell_ms in &dwell {
        for idle_ms in &idle {
            for scroll_percent in &scroll {
                for exit_intent in &exit {
                    all.push(Live {
                        dwell_ms: *dwell_ms,
                        idle_ms: *idle_ms,
                        scroll_percent: *scroll_percent as u8,
                        exit_intent: *exit_intent,
                    });
                }
            }
        }
    }
    all
}

fn holds(condition: &Condition, facts: &Facts, live: Live) -> bool {
    match condition {
        Condition::All(parts) => parts.iter().all(|part| holds(part, facts, live)),
        Condition::Any(parts) => parts.iter().any(|part| holds(part, facts, live)),
        Condition::Not(inner) => !holds(inner, facts, live),
        Condition::Test(test) => test_holds(test, facts, live),
    }
}

fn test_holds(test: &Test, facts: &Facts, live: Live) -> bool {
    let reading = match &test.subject {
        Subject::Signal(Signal::PageDwell) => Reading::Number(live.dwell_ms.into()),
        Subject::Signal(Signal::PageIdle) => Reading::Number(live.idle_ms.into()),
        Subject::Signal(Signal::PageScroll) => Reading::Number(live.scroll_percent.into()),
        Subject::Signal(Signal::PageExitIntent) => Reading::Flag(live.exit_intent),
        Subject::Signal(signal) => facts.reading(*signal),
        Subject::Query(key) => facts.query_value(key).map_or(Reading::Absent, Reading::Text),
        Subject::Customer(name, _) => facts.customer(name),
        Subject::Pages | Subject::Events => Reading::Absent,
    };
    // A value of another type than the one declared is no value.
    let reading = match (&reading, test.subject.kind()) {
        (Reading::Text(_), Kind::Text | Kind::Path)
        | (Reading::Set(_), Kind::Set)
        | (Reading::Flag(_), Kind::Flag)
        | (Reading::Number(_), Kind::Number | Kind::Duration | Kind::Percent | Kind::Date) => reading,
        _ => Reading::Absent,
    };
    let past: Vec<_> = match test.subject {
        Subject::Events => facts.events().collect(),
        _ => facts.pages().collect(),
    };
    let path = test.subject.kind() == Kind::Path;
    match (&test.wanted, reading) {
        (Wanted::Text(globs), Reading::Text(text)) => globs.iter().any(|glob| matches(glob, text, path)),
        (Wanted::Text(globs), Reading::Set(members)) => {
            members.into_iter().any(|member| globs.iter().any(|glob| matches(glob, member, path)))
        }
        (Wanted::Number(intervals), Reading::Number(number)) => intervals.iter().any(|interval| {
            (number > interval.low || (interval.with_low && number == interval.low))
                && (number < interval.high || (interval.with_high && number == interval.high))
        }),
        (Wanted::Flag(wanted), Reading::Flag(flag)) => *wanted == flag,
        (Wanted::Known, reading) => reading != Reading::Absent,
        (Wanted::Times { what, times, within_ms }, _) => {
            let count = past
                .iter()
                .filter(|past| within_ms.is_none_or(|within| past.ago_ms <= within))
                .filter(|past| what.iter().any(|glob| matches(glob, past.what, path)))
                .count();
            times.contains(count as f64)
        }
        (Wanted::Path { steps, within_ms }, _) => {
            let mut step = 0;
            for past in &past {
                let recent = within_ms.is_none_or(|within| past.ago_ms <= within);
                if step < steps.len() && recent && matches(&steps[step], past.what, true) {
                    step += 1;
                }
            }
            step == steps.len()
        }
        _ => false,
    }
}

/// A glob by its definition, letter by letter.
fn matches(glob: &Glob, text: &str, path: bool) -> bool {
    fn from(pattern: &[u8], text: &[u8], path: bool) -> bool {
        match pattern {
            [] => text.is_empty(),
            [b'*', b'*', rest @ ..] if path => (0..=text.len()).any(|at| from(rest, &text[at..], path)),
            [b'*', rest @ ..] => {
                let run = if path { text.iter().take_while(|c| **c != b'/').count() } else { text.len() };
                (0..=run).any(|at| from(rest, &text[at..], path))
            }
            [first, rest @ ..] => text.first() == Some(first) && from(rest, &text[1..], path),
        }
    }
    if glob.style() == Style::AnyCase {
        return from(glob.source().to_lowercase().as_bytes(), text.to_lowercase().as_bytes(), path);
    }
    from(glob.source().as_bytes(), text.as_bytes(), path)
}
