//! A rule as one readable sentence, in English or French, from its own tree.
//!
//! Text and behaviour cannot drift apart: the sentence walks the same tree that is evaluated, and pushes each
//! `not` down to the line it concerns.

mod clause;

use crate::clock::WEEKDAYS;
use crate::condition::{Condition, Polarity};
use crate::program::Program;
use crate::rule::{Cap, Period, Rule, Show};
use crate::schedule::{Hours, Schedule};
use crate::signal::Kind;
use crate::words::{Language, quantity, weekday_name};

pub(crate) use clause::clause;

impl Program {
    /// The rule as one sentence, for "why am I seeing this?" and for review: French for `fr`, else English.
    pub fn sentence(&self, rule: usize, language: &str) -> String {
        let language = match Language::of(language) {
            Language::French => Language::French,
            _ => Language::English,
        };
        self.rules()[rule].sentence(language)
    }
}

/// Picks the wording of one language.
pub(crate) fn say<T>(language: Language, english: T, french: T) -> T {
    if language == Language::French { french } else { english }
}

/// A user's text between the language's quotation marks.
pub(crate) fn quoted(text: &str, language: Language) -> String {
    say(language, format!("“{text}”"), format!("«\u{a0}{text}\u{a0}»"))
}

/// What stands before a part that is no condition; French keeps a space before the sign.
fn aside(language: Language) -> &'static str {
    say(language, "; ", "\u{a0}; ")
}

/// `a, b and c`, with the word given.
pub(crate) fn listed(parts: &[String], word: &str) -> String {
    match parts {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} {word} {last}", first.join(", ")),
    }
}

impl Rule {
    pub(crate) fn sentence(&self, language: Language) -> String {
        let mut text = self.action(language);
        let mut needed: Vec<Condition> = self.condition.when.clone();
        needed.extend(self.condition.implied.iter().cloned());
        if !needed.is_empty() {
            text.push_str(say(language, " when ", " quand "));
            text.push_str(&together(&needed, Polarity::Plain, language, Word::And));
        }
        if !self.condition.unless.is_empty() {
            text.push_str(say(language, ", unless ", ", sauf si "));
            text.push_str(&together(&self.condition.unless, Polarity::Plain, language, Word::Or));
        }
        if let Some(schedule) = &self.schedule {
            text.push_str(aside(language));
            text.push_str(&schedule_words(schedule, language));
        }
        if let Some(cap) = self.cap {
            text.push_str(aside(language));
            text.push_str(&cap_words(cap, language));
        }
        if self.holdout > 0.0 {
            let share = quantity(Kind::Percent, self.holdout * 100.0, language);
            text.push_str(aside(language));
            text.push_str(&say(
                language,
                format!("a control group of {share} does not see it"),
                format!("un groupe témoin de {share} ne le voit pas"),
            ));
        }
        text.push('.');
        text
    }

    fn action(&self, language: Language) -> String {
        let text = match &self.show {
            Show::Callback => {
                say(language, "Shows a call-back button", "Affiche un bouton de rappel").to_owned()
            }
            Show::Banner => say(language, "Shows a banner", "Affiche une bannière").to_owned(),
            Show::Chat => say(language, "Proposes a chat", "Propose une conversation").to_owned(),
            Show::Survey => say(language, "Asks a short survey", "Pose une courte enquête").to_owned(),
            Show::Notify { event } => {
                let event = quoted(event, language);
                say(
                    language,
                    format!("Sends the notification {event}"),
                    format!("Envoie la notification {event}"),
                )
            }
            Show::Tag { segment } => {
                let segment = quoted(segment, language);
                say(
                    language,
                    format!("Puts the visitor in the segment {segment}"),
                    format!("Place le visiteur dans le segment {segment}"),
                )
            }
        };
        match &self.slot {
            Some(slot) => {
                let slot = quoted(slot, language);
                say(
                    language,
                    format!("{text} in the slot {slot}"),
                    format!("{text} dans l’emplacement {slot}"),
                )
            }
            None => text,
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Word {
    And,
    Or,
}

impl Word {
    fn text(self, language: Language) -> &'static str {
        match self {
            Self::And => say(language, "and", "et"),
            Self::Or => say(language, "or", "ou"),
        }
    }
}

/// Several conditions joined by one word; groups inside stand in brackets.
fn together(parts: &[Condition], polarity: Polarity, language: Language, word: Word) -> String {
    let parts: Vec<_> = parts.iter().map(|part| phrase(part, polarity, language, Some(word))).collect();
    listed(&parts, word.text(language))
}

fn phrase(condition: &Condition, polarity: Polarity, language: Language, within: Option<Word>) -> String {
    let (parts, word) = match (condition, polarity) {
        (Condition::Test(test), _) => return clause(test, polarity, language),
        (Condition::Not(inner), _) => return phrase(inner, polarity.flipped(), language, within),
        (Condition::All(parts), Polarity::Plain) | (Condition::Any(parts), Polarity::Negated) => {
            (parts, Word::And)
        }
        (Condition::Any(parts), Polarity::Plain) | (Condition::All(parts), Polarity::Negated) => {
            (parts, Word::Or)
        }
    };
    match (parts.as_slice(), word) {
        ([], Word::And) => say(language, "always", "toujours").to_owned(),
        ([], Word::Or) => say(language, "never", "jamais").to_owned(),
        ([only], _) => phrase(only, polarity, language, within),
        _ => {
            let text = together(parts, polarity, language, word);
            if within.is_none_or(|outer| outer == word) { text } else { format!("({text})") }
        }
    }
}

/// Over what a cap counts.
pub(crate) fn per(period: Period, language: Language) -> &'static str {
    match period {
        Period::Visit => say(language, "per visit", "par visite"),
        Period::Day => say(language, "per day", "par jour"),
        Period::Week => say(language, "per week", "par semaine"),
        Period::Month => say(language, "per month", "par mois"),
        Period::Visitor => say(language, "per visitor", "par visiteur"),
    }
}

fn cap_words(cap: Cap, language: Language) -> String {
    let count = match cap.times {
        1 => say(language, "once", "une fois").to_owned(),
        2 => say(language, "twice", "deux fois").to_owned(),
        times => say(language, format!("{times} times"), format!("{times} fois")),
    };
    let per = per(cap.per, language);
    let mut text = say(language, format!("at most {count} {per}"), format!("au plus {count} {per}"));
    if let Some(cooldown_ms) = cap.cooldown_ms {
        let time = quantity(Kind::Duration, cooldown_ms as f64, language);
        text.push_str(&say(
            language,
            format!(", and not again for {time}"),
            format!(", et pas de nouveau avant {time}"),
        ));
    }
    text
}

fn schedule_words(schedule: &Schedule, language: Language) -> String {
    let moment = |minutes: i64| {
        let day = quantity(Kind::Date, minutes.div_euclid(1440) as f64, language);
        match minutes.rem_euclid(1440) {
            0 => day,
            minute => format!("{day} {}", time(minute as u16)),
        }
    };
    let mut parts = Vec::new();
    if let Some(from) = schedule.from {
        parts.push(say(language, format!("from {}", moment(from)), format!("à partir du {}", moment(from))));
    }
    if let Some(until) = schedule.until {
        // An end at midnight is the end of the day before.
        let last = moment(if until.rem_euclid(1440) == 0 { until - 1440 } else { until });
        parts.push(say(language, format!("until {last}"), format!("jusqu’au {last}")));
    }
    if !schedule.hours.is_empty() {
        let hours: Vec<_> = schedule.hours.iter().map(|hours| hours_words(*hours, language)).collect();
        parts.push(listed(&hours, Word::And.text(language)));
    }
    if !schedule.except.is_empty() {
        let days: Vec<_> =
            schedule.except.iter().map(|day| quantity(Kind::Date, f64::from(*day), language)).collect();
        let days = listed(&days, Word::And.text(language));
        parts.push(say(language, format!("except on {days}"), format!("sauf le {days}")));
    }
    parts.join(", ")
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
            let names: Vec<_> = days.iter().map(|day| name(*day).to_owned()).collect();
            let names = listed(&names, Word::And.text(language));
            say(language, names.clone(), format!("le {names}"))
        }
    };
    if (hours.from, hours.until) == (0, 1440) {
        return days;
    }
    let (from, until) = (time(hours.from), time(hours.until));
    say(language, format!("{days} from {from} to {until}"), format!("{days} de {from} à {until}"))
}

fn time(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}
