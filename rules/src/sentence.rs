//! A rule as one readable sentence, in English or French, from its own tree.
//!
//! Text and behaviour cannot drift apart: the sentence walks the same tree that is evaluated, and pushes each
//! `not` down to the line it concerns.

mod clause;
mod journey;
mod number;
mod schedule;
#[cfg(test)]
mod tests;

use crate::condition::{Condition, Polarity};
use crate::program::Program;
use crate::rule::{Cap, ConsentNeed, Period, Rule, Show, Variant};
use crate::sentence::journey::count;
use crate::sentence::schedule::schedule_words;
use crate::signal::Kind;
use crate::words::{Language, quantity};

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
            text.push_str(&all_of(&needed, language, Word::And));
        }
        if !self.condition.unless.is_empty() {
            text.push_str(say(language, ", unless ", ", sauf si "));
            text.push_str(&all_of(&self.condition.unless, language, Word::Or));
        }
        let asides = [
            self.schedule.as_ref().map(|schedule| schedule_words(schedule, language)),
            self.cap.map(|cap| cap_words(cap, language)),
            (!self.variants.is_empty()).then(|| variants_words(&self.variants, language)),
            (self.holdout > 0.0).then(|| self.holdout_words(language)),
            self.consent_words(language),
        ];
        for words in asides.into_iter().flatten() {
            text.push_str(aside(language));
            text.push_str(&words);
        }
        text.push('.');
        text
    }

    fn holdout_words(&self, language: Language) -> String {
        let share = quantity(Kind::Percent, self.holdout * 100.0, language);
        let (english, french) = match self.show {
            Show::Callback => ("does not see it", "ne le voit pas"),
            Show::Banner | Show::Chat | Show::Survey => ("does not see it", "ne la voit pas"),
            Show::Notify { .. } | Show::Tag { .. } => ("is left out", "en est exclu"),
        };
        say(
            language,
            format!("a control group of {share} {english}"),
            format!("un groupe témoin de {share} {french}"),
        )
    }

    /// Only where it is not what such a rule asks by itself.
    fn consent_words(&self, language: Language) -> Option<String> {
        if self.consent == ConsentNeed::by_default(&self.show, self.cap, self.holdout) {
            return None;
        }
        let words = match self.consent {
            ConsentNeed::Needed => say(
                language,
                "only for visitors who agreed to be remembered",
                "seulement pour les visiteurs qui ont accepté qu’on se souvienne d’eux",
            ),
            ConsentNeed::NotNeeded => say(
                language,
                "even for visitors who did not agree to be remembered",
                "même pour les visiteurs qui n’ont pas accepté qu’on se souvienne d’eux",
            ),
        };
        Some(words.to_owned())
    }

    fn action(&self, language: Language) -> String {
        let text = match &self.show {
            Show::Callback => {
                say(language, "Shows a call-back button", "Affiche un bouton de rappel").to_owned()
            }
            Show::Banner => say(language, "Shows a banner", "Affiche une bannière").to_owned(),
            Show::Chat => say(language, "Proposes a chat", "Propose une conversation").to_owned(),
            Show::Survey => say(language, "Shows a short survey", "Propose une courte enquête").to_owned(),
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

/// What stands under `when` or `unless`; a group that stands alone needs no brackets.
fn all_of(parts: &[Condition], language: Language, word: Word) -> String {
    match parts {
        [only] => phrase(only, Polarity::Plain, language, None),
        _ => together(parts, Polarity::Plain, language, word),
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
    let count = count(f64::from(cap.times), language);
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

/// The forms of an A/B test and their shares.
fn variants_words(variants: &[Variant], language: Language) -> String {
    let whole: f64 = variants.iter().map(|variant| f64::from(variant.weight)).sum();
    let shares: Vec<_> = variants
        .iter()
        .map(|variant| {
            let share = (f64::from(variant.weight) / whole * 1_000.0).round() / 10.0;
            let share = quantity(Kind::Percent, share, language);
            format!("{} ({share})", quoted(&variant.name, language))
        })
        .collect();
    let shares = listed(&shares, Word::And.text(language));
    let count = variants.len();
    say(language, format!("in {count} variants, {shares}"), format!("en {count} variantes, {shares}"))
}
