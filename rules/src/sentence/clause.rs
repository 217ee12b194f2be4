//! One line of a rule file as a clause.

use crate::condition::{Polarity, Subject, Test, Wanted};
use crate::glob::Glob;
use crate::sentence::journey::{path, times};
use crate::sentence::number::number;
use crate::sentence::{listed, quoted, say};
use crate::signal::{Kind, Phrase};
use crate::words::{Language, weekday_name};

/// The clause of one test: "the basket's total is at least 150".
pub(crate) fn clause(test: &Test, polarity: Polarity, language: Language) -> String {
    match &test.wanted {
        Wanted::Times { what, times: count, within_ms } => {
            times(&test.subject, what, count, *within_ms, polarity, language)
        }
        Wanted::Path { steps, within_ms } => path(steps, *within_ms, polarity, language),
        Wanted::Flag(wanted) => flag(&test.subject, *wanted, polarity, language),
        Wanted::Known => known(&test.subject, polarity, language),
        // Any text will do.
        Wanted::Text(globs) if globs.iter().any(|glob| matches!(glob.source(), "*" | "**")) => {
            known(&test.subject, polarity, language)
        }
        Wanted::Text(globs) => text(&test.subject, globs, polarity, language),
        Wanted::Number(intervals) => number(&test.subject, intervals, polarity, language),
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

/// Whether a French noun of the catalogue is feminine: its article says so, unless it is elided.
pub(super) fn is_feminine(noun: &str) -> bool {
    noun.starts_with("la ") || noun.starts_with("l’attente") || noun.starts_with("l’heure")
}

/// The two clauses of a yes/no signal.
fn clauses(subject: &Subject, language: Language) -> Option<(&'static str, &'static str)> {
    let Subject::Signal(signal) = subject else { return None };
    let declaration = signal.declaration();
    match say(language, declaration.english, declaration.french) {
        Phrase::Clauses { yes, no } => Some((yes, no)),
        Phrase::Noun(_) => None,
    }
}

fn known(subject: &Subject, polarity: Polarity, language: Language) -> String {
    let is_negated = polarity == Polarity::Negated;
    if let Some((yes, _)) = clauses(subject, language) {
        return match is_negated {
            false => say(language, format!("it is known whether {yes}"), format!("on sait si {yes}")),
            true => {
                say(language, format!("it is not known whether {yes}"), format!("on ne sait pas si {yes}"))
            }
        };
    }
    let noun = noun(subject, language);
    let verb = match (is_negated, is_feminine(&noun)) {
        (false, false) => say(language, "is known", "est connu"),
        (false, true) => say(language, "is known", "est connue"),
        (true, false) => say(language, "is not known", "n’est pas connu"),
        (true, true) => say(language, "is not known", "n’est pas connue"),
    };
    format!("{noun} {verb}")
}

fn flag(subject: &Subject, wanted: bool, polarity: Polarity, language: Language) -> String {
    // A live signal is always known: what it is not, it is the opposite of.
    let (wanted, is_negated) = match polarity {
        Polarity::Negated if subject.is_live() => (!wanted, false),
        _ => (wanted, polarity == Polarity::Negated),
    };
    if let Some((yes, no)) = clauses(subject, language) {
        let told = if wanted { yes } else { no };
        // Not to be open is not to be closed: it may not be known.
        return match is_negated {
            false => told.to_owned(),
            true => say(
                language,
                format!("nothing says that {told}"),
                format!("rien n’indique {}{told}", elided("que", told)),
            ),
        };
    }
    let noun = noun(subject, language);
    let value = say(language, if wanted { "yes" } else { "no" }, if wanted { "oui" } else { "non" });
    match is_negated {
        false => say(language, format!("{noun} is {value}"), format!("{noun} vaut {value}")),
        true => say(language, format!("{noun} is not {value}"), format!("{noun} ne vaut pas {value}")),
    }
}

/// `que ` or `qu’`, by what follows.
fn elided(word: &str, next: &str) -> String {
    match next.starts_with(['a', 'e', 'i', 'o', 'u', 'é']) {
        true => format!("{}’", word.trim_end_matches('e')),
        false => format!("{word} "),
    }
}

fn text(subject: &Subject, globs: &[Glob], polarity: Polarity, language: Language) -> String {
    let noun = noun(subject, language);
    let is_literal = globs.iter().all(|glob| glob.literal().is_some());
    let is_set = subject.kind() == Kind::Set;
    let words = patterns(globs);
    if polarity == Polarity::Plain {
        let verb = match (is_set, is_literal) {
            (true, _) => say(language, "has", "comprend"),
            (false, true) => say(language, "is", "est"),
            (false, false) => say(language, "looks like", "ressemble à"),
        };
        return format!("{noun} {verb} {}", listed(&words(language), say(language, "or", "ou")));
    }
    let verb = match (is_set, is_literal) {
        (true, _) => say(language, "does not have", "ne comprend"),
        (false, true) => say(language, "is not", "n’est"),
        (false, false) => say(language, "does not look like", "ne ressemble"),
    };
    let words = words(language);
    let to = if is_set || is_literal { "" } else { "à " };
    let french = match words.as_slice() {
        [only] => format!("pas {to}{only}"),
        many => many.iter().map(|word| format!("ni {to}{word}")).collect::<Vec<_>>().join(", "),
    };
    format!("{noun} {verb} {}", say(language, listed(&words, "or"), french))
}

/// Each pattern in quotation marks, a weekday in words.
fn patterns(globs: &[Glob]) -> impl Fn(Language) -> Vec<String> + '_ {
    |language| {
        globs
            .iter()
            .map(|glob| match weekday_name(glob.source(), language) {
                Some(day) => day.to_owned(),
                None => quoted(glob.source(), language),
            })
            .collect()
    }
}
