//! What the visitor did or saw: how often, in what order, how long ago.

use crate::condition::{Polarity, Subject};
use crate::glob::Glob;
use crate::interval::Interval;
use crate::quantity::whole_ends;
use crate::sentence::{listed, quoted, say};
use crate::words::{Language, last};

/// "the visitor has seen “/faq/*” at least twice within the last hour".
pub(super) fn times(
    subject: &Subject,
    what: &[Glob],
    times: &Interval,
    within_ms: Option<u64>,
    polarity: Polarity,
    language: Language,
) -> String {
    let seen = Seen { is_event: *subject == Subject::Events, what, within_ms, language };
    let times = whole_ends(times);
    let negated = polarity == Polarity::Negated;
    match (times.low.max(0.0), times.high) {
        // At least once, or never.
        (1.0, f64::INFINITY) => seen.at_all(negated),
        (0.0, 0.0) => seen.at_all(!negated),
        // A count is always known: not to be at least 3 is to be at most 2.
        (least, f64::INFINITY) if negated => seen.counted(&at_most(least - 1.0, language)),
        (0.0, most) if negated => seen.counted(&at_least(most + 1.0, language)),
        (least, f64::INFINITY) => seen.counted(&at_least(least, language)),
        (0.0, most) => seen.counted(&at_most(most, language)),
        (least, most) => {
            let often = match (count(least, language), count(most, language)) {
                (count, _) if least == most => {
                    say(language, format!("exactly {count}"), format!("exactement {count}"))
                }
                _ => say(
                    language,
                    format!("between {least} and {most} times"),
                    format!("entre {least} et {most} fois"),
                ),
            };
            if negated { seen.not_counted(&often) } else { seen.counted(&often) }
        }
    }
}

fn at_least(times: f64, language: Language) -> String {
    let count = count(times, language);
    say(language, format!("at least {count}"), format!("au moins {count}"))
}

fn at_most(times: f64, language: Language) -> String {
    let count = count(times, language);
    say(language, format!("at most {count}"), format!("au plus {count}"))
}

/// `once`, `twice`, `3 times`.
pub(super) fn count(times: f64, language: Language) -> String {
    match times as u64 {
        1 => say(language, "once", "une fois").to_owned(),
        2 => say(language, "twice", "deux fois").to_owned(),
        times => say(language, format!("{times} times"), format!("{times} fois")),
    }
}

/// What was seen or done, before it is said how often.
struct Seen<'s> {
    is_event: bool,
    what: &'s [Glob],
    within_ms: Option<u64>,
    language: Language,
}

impl Seen<'_> {
    fn words(&self, word: &str) -> String {
        let words: Vec<_> = self.what.iter().map(|glob| quoted(glob.source(), self.language)).collect();
        listed(&words, word)
    }

    fn within(&self) -> String {
        within(self.within_ms, self.language)
    }

    fn at_all(&self, never: bool) -> String {
        let (what, within) = (self.words(say(self.language, "or", "ou")), self.within());
        let verb = match (self.is_event, never) {
            (false, false) => say(self.language, "has seen", "a vu"),
            (false, true) => say(self.language, "has not seen", "n’a pas vu"),
            (true, false) => say(self.language, "did", "a fait"),
            (true, true) => say(self.language, "did not do", "n’a pas fait"),
        };
        self.visitor(&format!("{verb} {what}{within}"))
    }

    fn counted(&self, often: &str) -> String {
        let (what, within) = (self.words(say(self.language, "or", "ou")), self.within());
        let verb = match self.is_event {
            false => say(self.language, "has seen", "a vu"),
            true => say(self.language, "did", "a fait"),
        };
        self.visitor(&format!("{verb} {what} {often}{within}"))
    }

    fn not_counted(&self, often: &str) -> String {
        let (what, within) = (self.words(say(self.language, "or", "ou")), self.within());
        let verb = match self.is_event {
            false => say(self.language, "has not seen", "n’a pas vu"),
            true => say(self.language, "did not do", "n’a pas fait"),
        };
        self.visitor(&format!("{verb} {what} {often}{within}"))
    }

    fn visitor(&self, predicate: &str) -> String {
        say(self.language, format!("the visitor {predicate}"), format!("le visiteur {predicate}"))
    }
}

/// "the visitor went through “/a”, then “/b”".
pub(super) fn path(steps: &[Glob], within_ms: Option<u64>, polarity: Polarity, language: Language) -> String {
    let steps: Vec<_> = steps.iter().map(|step| quoted(step.source(), language)).collect();
    let gone = match polarity {
        Polarity::Plain => say(language, "the visitor went through", "le visiteur est passé par"),
        Polarity::Negated => {
            say(language, "the visitor did not go through", "le visiteur n’est pas passé par")
        }
    };
    let steps = steps.join(say(language, ", then ", ", puis "));
    format!("{gone} {steps}{}", within(within_ms, language))
}

fn within(within_ms: Option<u64>, language: Language) -> String {
    within_ms.map(|ms| format!(" {}", last(ms, language))).unwrap_or_default()
}
