//! What a number must be, as a predicate: "is at least 150", "is 1, 2 or 3", "ne dépasse pas 2 minutes".

use crate::condition::{Polarity, Subject};
use crate::interval::Interval;
use crate::sentence::clause::{is_feminine, noun};
use crate::sentence::{listed, say};
use crate::signal::{Kind, Signal};
use crate::words::{Language, quantity};

/// The clause of a number.
pub(super) fn number(
    subject: &Subject,
    intervals: &[Interval],
    polarity: Polarity,
    language: Language,
) -> String {
    let noun = noun(subject, language);
    let speaker = Speaker { subject, language, is_feminine: is_feminine(&noun) };
    let (exact, ranges): (Vec<&Interval>, Vec<&Interval>) =
        intervals.iter().partition(|interval| interval.low == interval.high);
    let mut parts = Vec::new();
    if !exact.is_empty() {
        let values: Vec<_> = exact.iter().map(|interval| speaker.value(interval.low)).collect();
        parts.push(speaker.exactly(&values, polarity));
    }
    parts.extend(ranges.iter().map(|interval| speaker.range(interval, polarity)));
    // In none of them is outside each.
    let word = match polarity {
        Polarity::Plain => say(language, "or", "ou"),
        Polarity::Negated => say(language, "and", "et"),
    };
    format!("{noun} {}", listed(&parts, word))
}

/// Who speaks of what.
struct Speaker<'s> {
    subject: &'s Subject,
    language: Language,
    is_feminine: bool,
}

impl Speaker<'_> {
    fn value(&self, value: f64) -> String {
        let kind = self.subject.kind();
        let text = quantity(kind, value, self.language);
        match (self.subject, self.language) {
            (Subject::Signal(Signal::TimeHour), Language::French) => format!("{text}\u{a0}h"),
            // A date of the calendar has its article.
            _ if kind == Kind::Date => say(self.language, text.clone(), format!("le {text}")),
            _ => text,
        }
    }

    fn exactly(&self, values: &[String], polarity: Polarity) -> String {
        let language = self.language;
        let or = listed(values, say(language, "or", "ou"));
        let takes_de = matches!(self.subject, Subject::Signal(signal)
            if matches!(signal.kind(), Kind::Number | Kind::Duration | Kind::Percent) && *signal != Signal::TimeHour);
        let is_attribute = matches!(self.subject, Subject::Customer(..));
        match polarity {
            Polarity::Plain => {
                let french = match (takes_de, is_attribute) {
                    (true, _) => format!("est de {or}"),
                    (_, true) => format!("vaut {or}"),
                    _ => format!("est {or}"),
                };
                say(language, format!("is {or}"), french)
            }
            Polarity::Negated => {
                let verb = if is_attribute { "ne vaut" } else { "n’est" };
                let de = if takes_de { "de " } else { "" };
                let french = match values {
                    [only] => format!("{verb} pas {de}{only}"),
                    many => {
                        let neither = many.iter().map(|value| format!("ni {de}{value}"));
                        format!("{verb} {}", neither.collect::<Vec<_>>().join(", "))
                    }
                };
                say(language, format!("is not {or}"), french)
            }
        }
    }

    fn range(&self, interval: &Interval, polarity: Polarity) -> String {
        let negated = polarity == Polarity::Negated;
        match (interval.low.is_finite(), interval.high.is_finite()) {
            (true, true) => self.between(interval, negated),
            // Not to be at least 5 is to be less than 5.
            (true, false) if negated => self.below(interval.low, !interval.with_low),
            (true, false) => self.above(interval.low, interval.with_low),
            (_, _) if negated => self.above(interval.high, !interval.with_high),
            _ => self.below(interval.high, interval.with_high),
        }
    }

    fn between(&self, interval: &Interval, negated: bool) -> String {
        let (low, high) = (self.value(interval.low), self.value(interval.high));
        // "between 90 and 365 days".
        let low = match (low.split_once(' '), high.split_once(' ')) {
            (Some((number, unit)), Some((_, other)))
                if unit == other && self.subject.kind() == Kind::Duration =>
            {
                number.to_owned()
            }
            _ => low,
        };
        let comprised = self.agreeing("compris", "comprise");
        match negated {
            false => say(
                self.language,
                format!("is between {low} and {high}"),
                format!("est {comprised} entre {low} et {high}"),
            ),
            true => say(
                self.language,
                format!("is not between {low} and {high}"),
                format!("n’est pas {comprised} entre {low} et {high}"),
            ),
        }
    }

    fn above(&self, low: f64, included: bool) -> String {
        let value = self.value(low);
        let (english, french) = match (self.subject.kind(), included) {
            (Kind::Date, true) => (format!("is {value} or later"), format!("est {value} ou après")),
            (Kind::Date, false) => {
                (format!("is after {value}"), format!("est postérieure {}", to_the(&value)))
            }
            (_, true) => (format!("is at least {value}"), format!("est d’au moins {value}")),
            (Kind::Duration | Kind::Percent, false) => {
                (format!("is more than {value}"), format!("dépasse {value}"))
            }
            (_, false) => (
                format!("is more than {value}"),
                format!("est {} à {value}", self.agreeing("supérieur", "supérieure")),
            ),
        };
        say(self.language, english, french)
    }

    fn below(&self, high: f64, included: bool) -> String {
        let value = self.value(high);
        let (english, french) = match (self.subject.kind(), included) {
            (Kind::Date, true) => (format!("is {value} or earlier"), format!("est {value} ou avant")),
            (Kind::Date, false) => {
                (format!("is before {value}"), format!("est antérieure {}", to_the(&value)))
            }
            (_, true) => (format!("is at most {value}"), format!("ne dépasse pas {value}")),
            (Kind::Duration, false) => (format!("is less than {value}"), format!("est de moins de {value}")),
            (_, false) => (
                format!("is less than {value}"),
                format!("est {} à {value}", self.agreeing("inférieur", "inférieure")),
            ),
        };
        say(self.language, english, french)
    }

    fn agreeing(&self, masculine: &'static str, feminine: &'static str) -> &'static str {
        if self.is_feminine { feminine } else { masculine }
    }
}

/// `au 1er novembre`, of `le 1er novembre`.
fn to_the(date: &str) -> String {
    format!("au {}", date.strip_prefix("le ").unwrap_or(date))
}
