//! When a rule may be shown: "from 1 November 2026, Monday to Friday from 08:00 to 18:00".

use crate::clock::WEEKDAYS;
use crate::schedule::{Hours, Schedule};
use crate::sentence::{listed, say};
use crate::signal::Kind;
use crate::words::{Language, quantity, weekday_name};

pub(super) fn schedule_words(schedule: &Schedule, language: Language) -> String {
    let and = say(language, "and", "et");
    let mut parts = Vec::new();
    // An end at midnight is the end of the day before.
    let until = schedule.until.map(|until| if until.rem_euclid(1440) == 0 { until - 1440 } else { until });
    match (schedule.from.map(|from| moment(from, language)), until.map(|until| moment(until, language))) {
        (Some(from), Some(until)) if from == until => {
            parts.push(say(language, format!("on {from}"), format!("le {from}")));
        }
        (Some(from), Some(until)) => {
            parts.push(say(language, format!("from {from} until {until}"), format!("du {from} au {until}")));
        }
        (Some(from), None) => {
            parts.push(say(language, format!("from {from}"), format!("à partir du {from}")));
        }
        (None, Some(until)) => {
            parts.push(say(language, format!("until {until}"), format!("jusqu’au {until}")));
        }
        (None, None) => {}
    }
    if !schedule.hours.is_empty() {
        let hours: Vec<_> = schedule.hours.iter().map(|hours| hours_words(*hours, language)).collect();
        parts.push(listed(&hours, and));
    }
    if !schedule.except.is_empty() {
        let days: Vec<_> = schedule
            .except
            .iter()
            .map(|day| {
                let day = quantity(Kind::Date, f64::from(*day), language);
                say(language, day.clone(), format!("le {day}"))
            })
            .collect();
        let days = listed(&days, and);
        parts.push(say(language, format!("except on {days}"), format!("sauf {days}")));
    }
    parts.join(", ")
}

/// A day, and its time unless it is midnight.
fn moment(minutes: i64, language: Language) -> String {
    let day = quantity(Kind::Date, minutes.div_euclid(1440) as f64, language);
    match minutes.rem_euclid(1440) {
        0 => day,
        minute => {
            let time = time(minute as u16, language);
            say(language, format!("{day} at {time}"), format!("{day} à {time}"))
        }
    }
}

fn hours_words(hours: Hours, language: Language) -> String {
    let name = |index: usize| weekday_name(WEEKDAYS[index % 7], language).unwrap_or_default();
    let runs: Vec<usize> = (0..7).filter(|day| hours.days >> day & 1 == 1).collect();
    let contiguous = runs.windows(2).all(|pair| pair[1] == pair[0] + 1);
    let days = match (runs.as_slice(), contiguous) {
        (all, _) if all.len() == 7 => say(language, "every day", "tous les jours").to_owned(),
        ([first, .., last], true) if runs.len() > 2 => say(
            language,
            format!("{} to {}", name(*first), name(*last)),
            format!("du {} au {}", name(*first), name(*last)),
        ),
        (days, _) => {
            let names: Vec<_> = days
                .iter()
                .map(|day| say(language, name(*day).to_owned(), format!("le {}", name(*day))))
                .collect();
            listed(&names, say(language, "and", "et"))
        }
    };
    if (hours.from, hours.until) == (0, 1440) {
        return days;
    }
    let (from, until) = (time(hours.from, language), time(hours.until, language));
    say(language, format!("{days} from {from} to {until}"), format!("{days} de {from} à {until}"))
}

/// `08:30`, or `8 h 30` as French writes it.
fn time(minute: u16, language: Language) -> String {
    let (hour, minute) = (minute / 60, minute % 60);
    match (language, minute) {
        (Language::French, 0) => format!("{hour}\u{a0}h"),
        (Language::French, _) => format!("{hour}\u{a0}h\u{a0}{minute:02}"),
        _ => format!("{hour:02}:{minute:02}"),
    }
}
