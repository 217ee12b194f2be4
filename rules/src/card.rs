//! What a winner says to the visitor, and what it read to get there.

use crate::condition::{Subject, Test, Wanted};
use crate::facts::Facts;
use crate::program::Program;
use crate::rule::{Content, Place, pick};
use crate::sentence::{listed, say};
use crate::template::{Escape, Template};
use crate::truth::occurrences;
use crate::words::{Language, spoken};

/// A rule's texts in one language, placeholders filled in. An absent text is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Card {
    /// Language of the texts, a BCP 47 tag as the rule file spells it.
    pub language: String,
    /// Heading.
    pub title: String,
    /// Body.
    pub text: String,
    /// Label of the main button.
    pub action: String,
    /// Where the main button leads: `https:`, `http:` or relative.
    pub link: String,
    /// `data-declic-slot` to fill.
    pub slot: String,
    /// Where it stands when it fills no slot.
    pub place: Place,
    /// Pages that may answer the question without a human.
    pub links: Vec<CardLink>,
    /// The widget's own labels that the rule brings, by their names in [`LABELS`](crate::LABELS).
    pub labels: Vec<(String, String)>,
    /// Name of the A/B variant these texts belong to.
    pub variant: Option<String>,
}

/// A page that helps, placeholders filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CardLink {
    /// What it is called.
    pub label: String,
    /// Where it leads, as [`Card::link`].
    pub link: String,
}

impl Program {
    /// The texts of a rule for one visitor: in the language that suits best, of the variant that `visitor`'s key
    /// falls to.
    pub fn card(&self, rule: usize, facts: &Facts, language: &str, visitor: &[u8]) -> Card {
        let variant = self.variant(rule, visitor);
        let rule = &self.rules()[rule];
        let variant = variant.map(|index| &rule.variants[index]);
        let own = rule.content(language, self.site());
        let of_variant = variant.and_then(|variant| pick(&variant.content, language, self.site()));
        // The rule's own texts decide the language, unless it leaves them to its variants.
        let tag = own.or(of_variant).map_or(language, |(tag, _)| tag);
        let of_variant = variant
            .and_then(|variant| variant.content.iter().find(|(known, _)| known == tag))
            .map(|(_, content)| content);
        let own = own.map(|(_, content)| content);
        let words = Language::of(tag);
        // What the variant says comes before what the rule says.
        let said = || [of_variant, own].into_iter().flatten();
        let fill = |part: fn(&Content) -> &Option<Template>, escape| {
            said()
                .find_map(|content| part(content).as_ref())
                .map(|template| template.fill(facts, words, escape))
                .unwrap_or_default()
        };
        let links = said().map(|content| &content.links).find(|links| !links.is_empty());
        let mut labels: Vec<(String, String)> = Vec::new();
        for (name, text) in said().flat_map(|content| &content.labels) {
            if labels.iter().all(|(known, _)| known != name) {
                labels.push((name.clone(), text.clone()));
            }
        }
        Card {
            language: tag.to_owned(),
            title: fill(|content| &content.title, Escape::Text),
            text: fill(|content| &content.text, Escape::Text),
            action: fill(|content| &content.action, Escape::Text),
            link: fill(|content| &content.link, Escape::Address),
            slot: rule.slot.clone().unwrap_or_default(),
            place: rule.place,
            links: links
                .into_iter()
                .flatten()
                .map(|link| CardLink {
                    label: link.label.fill(facts, words, Escape::Text),
                    link: link.link.fill(facts, words, Escape::Address),
                })
                .collect(),
            labels,
            variant: variant.map(|variant| variant.name.clone()),
        }
    }

    /// The data a rule reads and what it is for this visitor: names as rule files have them, values in words.
    /// A value that is not known has an empty text.
    pub fn readings(&self, rule: usize, facts: &Facts, language: &str) -> Vec<(String, String)> {
        let language = Language::of(language);
        let mut readings: Vec<(String, String)> = Vec::new();
        let rule = &self.rules()[rule];
        let mut add = |subject: &Subject, value: String| {
            let name = subject.name();
            if readings.iter().all(|(known, _)| *known != name) {
                readings.push((name, value));
            }
        };
        let condition = &rule.condition;
        for part in condition.when.iter().chain(&condition.unless).chain(&condition.implied) {
            part.for_each_test(&mut |test, _| add(&test.subject, value_of(&test.subject, facts, language)));
        }
        let own = rule.content.iter().chain(rule.variants.iter().flat_map(|variant| &variant.content));
        for (_, content) in own {
            for template in content.templates() {
                template.reads().for_each(|subject| add(subject, value_of(subject, facts, language)));
            }
        }
        readings
    }
}

/// A subject's value in words; for the journey, how long it is and how it ends.
pub(crate) fn value_of(subject: &Subject, facts: &Facts, language: Language) -> String {
    /// The journey's end is what people recognise; the whole would fill the panel.
    const LAST: usize = 5;
    let steps: Vec<&str> = match subject {
        Subject::Pages => facts.pages().map(|past| past.what).collect(),
        Subject::Events => facts.events().map(|past| past.what).collect(),
        _ => return spoken(subject, &subject.reading(facts), language).unwrap_or_default(),
    };
    let shown: Vec<String> = steps.iter().rev().take(LAST).rev().map(|step| (*step).to_owned()).collect();
    let before = steps.len() - shown.len();
    let list = listed(&shown, say(language, "then", "puis"));
    match before {
        0 => list,
        _ => say(language, format!("{before} before, then {list}"), format!("{before} avant, puis {list}")),
    }
}

/// The value one test looked at, for an explanation.
pub(crate) fn value_for(test: &Test, facts: &Facts, language: Language) -> String {
    if let Wanted::Times { what, within_ms, .. } = &test.wanted {
        return occurrences(&test.subject, facts, what, *within_ms).to_string();
    }
    value_of(&test.subject, facts, language)
}
