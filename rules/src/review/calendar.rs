//! A rule's schedule beside its conditions on the hour, the weekday and the date.
//!
//! The clock's values are few: they are all tried.

use std::collections::HashSet;

use crate::clock::{WEEKDAYS, weekday_of};
use crate::condition::{Condition, Polarity, Subject, Wanted};
use crate::interval::Interval;
use crate::review::Asked;
use crate::review::ranges::{Grain, Ranges};
use crate::rule::RuleCondition;
use crate::schedule::Schedule;
use crate::signal::Signal;

const DAY_MINUTES: i64 = 24 * 60;

/// Most days of a schedule that are looked at one by one; any longer one has every weekday many times.
const MOST_DAYS: i64 = 366;

/// Whether a schedule opens at all.
pub(crate) fn is_ever_open(schedule: &Schedule) -> bool {
    Calendar::of(schedule).opens(&[])
}

/// The first line of a rule that never holds while its schedule is open.
pub(crate) fn shut_out<'c>(schedule: &Schedule, condition: &'c RuleCondition) -> Option<Asked<'c>> {
    let mut required = Vec::new();
    condition.when.iter().for_each(|part| on_the_clock(part, Polarity::Plain, &mut required));
    condition.unless.iter().for_each(|part| on_the_clock(part, Polarity::Negated, &mut required));
    let calendar = Calendar::of(schedule);
    let alone = required.iter().find(|asked| !calendar.opens(&[**asked])).copied();
    alone.or_else(|| required.last().copied().filter(|_| !calendar.opens(&required)))
}

/// The lines on the clock that have to hold.
fn on_the_clock<'c>(condition: &'c Condition, polarity: Polarity, required: &mut Vec<Asked<'c>>) {
    match (condition, polarity) {
        (Condition::Test(test), _) => {
            let clock = [Signal::TimeHour, Signal::TimeWeekday, Signal::TimeDate];
            if matches!(test.subject, Subject::Signal(signal) if clock.contains(&signal)) {
                required.push((test, polarity));
            }
        }
        (Condition::Not(inner), _) => on_the_clock(inner, polarity.flipped(), required),
        (Condition::All(parts), Polarity::Plain) | (Condition::Any(parts), Polarity::Negated) => {
            parts.iter().for_each(|part| on_the_clock(part, polarity, required));
        }
        _ => {}
    }
}

/// A schedule, laid out: it is asked about one line after another.
struct Calendar {
    from: Option<i64>,
    until: Option<i64>,
    /// For each weekday the hours of which some minute is open.
    week: [[bool; 24]; 7],
    except: HashSet<i64>,
}

impl Calendar {
    fn of(schedule: &Schedule) -> Self {
        Self {
            from: schedule.from,
            until: schedule.until,
            week: week(schedule),
            except: schedule.except.iter().map(|day| i64::from(*day)).collect(),
        }
    }

    /// Whether there is an open hour at which these lines hold.
    fn opens(&self, asked: &[Asked<'_>]) -> bool {
        let first = self.from.map(|from| from.div_euclid(DAY_MINUTES));
        let last = self.until.map(|until| (until - 1).div_euclid(DAY_MINUTES));
        let dates = dates(first, last, asked);
        let hours: Vec<usize> = (0..24).filter(|hour| passes_hour(*hour as f64, asked)).collect();
        let weekdays: Vec<bool> = WEEKDAYS.iter().map(|day| passes_weekday(day, asked)).collect();
        let runs = |weekday: usize, is_within: &dyn Fn(usize) -> bool| {
            weekdays[weekday] && hours.iter().any(|hour| self.week[weekday][*hour] && is_within(*hour))
        };
        let span = first.zip(last).filter(|(first, last)| last - first <= MOST_DAYS);
        let Some((first, last)) = span else {
            return !dates.is_empty() && (0..7).any(|weekday| runs(weekday, &|_| true));
        };
        (first..=last).any(|day| {
            let is_within = |hour: usize| {
                let begins = day * DAY_MINUTES + 60 * hour as i64;
                self.until.is_none_or(|until| begins < until)
                    && self.from.is_none_or(|from| begins + 60 > from)
            };
            // The hours of the evening before may go on into a day that is closed: it counts as open then.
            let is_closed = self.except.contains(&day) && self.except.contains(&(day - 1));
            !is_closed && dates.contains(day as f64) && runs(weekday_of(day as i32), &is_within)
        })
    }
}

/// The days of a schedule that pass the lines on the date.
fn dates(first: Option<i64>, last: Option<i64>, asked: &[Asked<'_>]) -> Ranges {
    let span = Interval {
        low: first.map_or(f64::NEG_INFINITY, |day| day as f64),
        high: last.map_or(f64::INFINITY, |day| day as f64),
        with_low: true,
        with_high: true,
    };
    let mut dates = Ranges::of(Grain::Whole, &[span]);
    for (test, polarity) in asked {
        if let Wanted::Number(intervals) = &test.wanted
            && test.subject == Subject::Signal(Signal::TimeDate)
        {
            dates = dates.narrowed(intervals, *polarity);
        }
    }
    dates
}

/// For each weekday the hours of which some minute is open.
fn week(schedule: &Schedule) -> [[bool; 24]; 7] {
    let mut week = [[schedule.hours.is_empty(); 24]; 7];
    for hours in &schedule.hours {
        let (from, until) = (usize::from(hours.from), usize::from(hours.until));
        let until = if until <= from { until + DAY_MINUTES as usize } else { until };
        for begun in (0..7).filter(|day| hours.days >> day & 1 == 1) {
            for hour in from / 60..until.div_ceil(60) {
                week[(begun + hour / 24) % 7][hour % 24] = true;
            }
        }
    }
    week
}

fn passes_weekday(day: &str, asked: &[Asked<'_>]) -> bool {
    asked.iter().all(|(test, polarity)| match &test.wanted {
        Wanted::Text(globs) if test.subject == Subject::Signal(Signal::TimeWeekday) => {
            globs.iter().any(|glob| glob.matches(day)) == (*polarity == Polarity::Plain)
        }
        _ => true,
    })
}

fn passes_hour(hour: f64, asked: &[Asked<'_>]) -> bool {
    asked.iter().all(|(test, polarity)| match &test.wanted {
        Wanted::Number(intervals) if test.subject == Subject::Signal(Signal::TimeHour) => {
            intervals.iter().any(|interval| interval.contains(hour)) == (*polarity == Polarity::Plain)
        }
        _ => true,
    })
}
