//! One line of a rule file as a clause.

use crate::condition::{Polarity, Subject, Test, Wanted};
use crate::glob::Glob;
use crate::interval::Interval;
use crate::sentence::{listed, quoted, say};
use crate::signal::{Kind, Phrase};
use crate::words::{Language, quantity, weekday_name};

/// The clause of one test: "the basket's total is at least 150".
pub(crate) fn clause(test: &Test, polarity: Polarity, language: Language) -> String {
    let no = polarity == Polarity::Negated;
    match &test.wanted {
        Wanted::Times { what, times, within_ms } => journey(test, what, times, *within_ms, no, language),
        Wanted::Path { steps, within_ms } => path(steps, *within_ms, no, language),
        Wanted::Flag(wanted) => flag(&test.subject, *wanted != no, language),
        Wanted::Known => known(&test.subject, no, language),
        // Any text will do.
        Wanted::Text(globs) if globs.iter().any(|glob| matches!(glob.source(), "*" | "**")) => {
            known(&test.subject, no, language)
        }
        Wanted::Text(globs) => text(&test.subject, globs, no, language),
        Wanted::Number(intervals) => {
            let noun = noun(&test.subject, language);
            let is = match no {
                false => say(language, "is", "est"),
                true => say(language, "is not", "n’est pas"),
            };
            let kind = test.subject.kind();
            let ranges: Vec<_> = intervals.iter().map(|interval| range(kind, interval, language)).collect();
            format!("{noun} {is} {}", listed(&ranges, say(language, "or", "ou")))
        }
    }
}

/// How the subject is called: "the basket's total".
pub(crate) fn noun(subject: &Subject, language: Language) -> String {
    match subject {
        Subject::Signal(signal) => {
            let declaration = signal.declaration();
            match say(language, declaration.english, declaration.french) {
                Phrase::Noun(noun) => noun.to_owned(),
                Phrase::Clauses { .. } => quoted(declaration.name, language),
            }
        }
        Subject::Query(key) => {
            let key = quoted(key, language);
            say(language, format!("the address parameter {key}"), format!("le paramètre d’adresse {key}"))
        }
        Subject::Customer(name, _) => {
            let name = quoted(name, language);
            say(language, format!("the customer's {name}"), format!("l’attribut client {name}"))
        }
        Subject::Pages => say(language, "the journey", "le parcours").to_owned(),
        Subject::Events => say(language, "the list of events", "la liste des événements").to_owned(),
    }
}

fn known(subject: &Subject, no: bool, language: Language) -> String {
    let noun = noun(subject, language);
    let verb = match (no, is_feminine(&noun)) {
        (false, false) => say(language, "is known", "est connu"),
        (false, true) => say(language, "is known", "est connue"),
        (true, false) => say(language, "is not known", "n’est pas connu"),
        (true, true) => say(language, "is not known", "n’est pas connue"),
    };
    format!("{noun} {verb}")
}

/// Whether a French noun of the catalogue is feminine: its article says so, unless it is elided.
fn is_feminine(noun: &str) -> bool {
    noun.starts_with("la ") || noun.starts_with("l’attente") || noun.starts_with("l’heure")
}

fn flag(subject: &Subject, yes: bool, language: Language) -> String {
    if let Subject::Signal(signal) = subject {
        let declaration = signal.declaration();
        if let Phrase::Clauses { yes: of_yes, no: of_no } =
            say(language, declaration.english, declaration.french)
        {
            return (if yes { of_yes } else { of_no }).to_owned();
        }
    }
    let noun = noun(subject, language);
    match yes {
        true => say(language, format!("{noun} is yes"), format!("{noun} vaut oui")),
        false => say(language, format!("{noun} is not yes"), format!("{noun} ne vaut pas oui")),
    }
}

fn text(subject: &Subject, globs: &[Glob], no: bool, language: Language) -> String {
    let noun = noun(subject, language);
    let is_literal = globs.iter().all(|glob| glob.literal().is_some());
    let verb = match (subject.kind() == Kind::Set, is_literal, no) {
        (true, _, false) => say(language, "has", "comprend"),
        (true, _, true) => say(language, "does not have", "ne comprend pas"),
        (false, true, false) => say(language, "is", "est"),
        (false, true, true) => say(language, "is not", "n’est pas"),
        (false, false, false) => say(language, "looks like", "ressemble à"),
        (false, false, true) => say(language, "does not look like", "ne ressemble pas à"),
    };
    format!("{noun} {verb} {}", patterns(globs, language))
}

fn patterns(globs: &[Glob], language: Language) -> String {
    let words: Vec<_> = globs
        .iter()
        .map(|glob| match weekday_name(glob.source(), language) {
            Some(day) => day.to_owned(),
            None => quoted(glob.source(), language),
        })
        .collect();
    listed(&words, say(language, "or", "ou"))
}

fn range(kind: Kind, interval: &Interval, language: Language) -> String {
    let (low, high) = (quantity_of(kind, interval.low, language), quantity_of(kind, interval.high, language));
    match (interval.low.is_finite(), interval.high.is_finite()) {
        (true, true) if interval.low == interval.high => low,
        (true, true) => say(language, format!("between {low} and {high}"), format!("entre {low} et {high}")),
        (true, false) if kind == Kind::Date => match interval.with_low {
            true => say(language, format!("{low} or later"), format!("le {low} ou après")),
            false => say(language, format!("after {low}"), format!("après le {low}")),
        },
        (false, true) if kind == Kind::Date => match interval.with_high {
            true => say(language, format!("{high} or earlier"), format!("le {high} ou avant")),
            false => say(language, format!("before {high}"), format!("avant le {high}")),
        },
        (true, false) => match interval.with_low {
            true => say(language, format!("at least {low}"), format!("d’au moins {low}")),
            false => say(language, format!("more than {low}"), format!("de plus de {low}")),
        },
        _ => match interval.with_high {
            true => say(language, format!("at most {high}"), format!("d’au plus {high}")),
            false => say(language, format!("less than {high}"), format!("de moins de {high}")),
        },
    }
}

fn quantity_of(kind: Kind, value: f64, language: Language) -> String {
    if value.is_finite() { quantity(kind, value, language) } else { String::new() }
}

fn journey(
    test: &Test,
    what: &[Glob],
    times: &Interval,
    within_ms: Option<u64>,
    no: bool,
    language: Language,
) -> String {
    let patterns = patterns(what, language);
    let seen = match (&test.subject, no) {
        (Subject::Events, false) => say(language, "the visitor did", "le visiteur a fait"),
        (Subject::Events, true) => say(language, "the visitor did not do", "le visiteur n’a pas fait"),
        (_, false) => say(language, "the visitor has seen", "le visiteur a vu"),
        (_, true) => say(language, "the visitor has not seen", "le visiteur n’a pas vu"),
    };
    let mut text = format!("{seen} {patterns}");
    if *times != Interval::at_least(1.0) {
        let plain = range(Kind::Number, times, language);
        // The count alone: "au moins 5 fois", not "d’au moins 5 fois".
        let count = plain.strip_prefix("d’").or_else(|| plain.strip_prefix("de ")).unwrap_or(&plain);
        let many =
            say(language, if plain.ends_with(" 1") || plain == "1" { "time" } else { "times" }, "fois");
        text.push_str(&format!(" {count} {many}"));
    }
    text.push_str(&within(within_ms, language));
    text
}

fn path(steps: &[Glob], within_ms: Option<u64>, no: bool, language: Language) -> String {
    let steps: Vec<_> = steps.iter().map(|step| quoted(step.source(), language)).collect();
    let gone = match no {
        false => say(language, "the visitor went through", "le visiteur est passé par"),
        true => say(language, "the visitor did not go through", "le visiteur n’est pas passé par"),
    };
    let steps = steps.join(say(language, ", then ", ", puis "));
    format!("{gone} {steps}{}", within(within_ms, language))
}

fn within(within_ms: Option<u64>, language: Language) -> String {
    let Some(ms) = within_ms else { return String::new() };
    let time = quantity(Kind::Duration, ms as f64, language);
    say(language, format!(" within the last {time}"), format!(" depuis moins de {time}"))
}
