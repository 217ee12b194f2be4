//! Texts with placeholders: `{visit.search}`, or `{visit.search|your search}` with words to fall back on.
//!
//! A placeholder without words to fall back on needs its value: the rule is not shown where there is none, so that
//! nobody reads "offers for ". Texts stay plain texts, in which control characters become spaces; in a link every
//! value is percent-encoded. `{{` is a brace.

use crate::condition::Subject;
use crate::facts::Facts;
use crate::words::{Language, spoken};

/// Longest value a placeholder inserts, in characters: a text is for reading.
const MAX_VALUE_CHARS: usize = 120;

/// A text with placeholders.
#[derive(Clone, Debug, PartialEq, bincode::Encode, bincode::Decode)]
pub struct Template {
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, bincode::Encode, bincode::Decode)]
enum Part {
    Text(String),
    Value { subject: Subject, otherwise: Option<String> },
}

/// How values are made safe for where they go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Escape {
    /// A text node.
    Text,
    /// Part of an address.
    Address,
}

/// Why a text is no template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TemplateError {
    /// `{` without `}`.
    NotClosed,
    /// `{}`.
    Empty,
    /// A name that nothing has.
    UnknownName(String),
}

impl Template {
    /// Reads a text, asking `subject` what the names in it stand for.
    pub(crate) fn parse(
        text: &str,
        mut subject: impl FnMut(&str) -> Option<Subject>,
    ) -> Result<Self, TemplateError> {
        let mut parts = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            plain.push_str(&rest[..at]);
            let brace = &rest[at..=at];
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix(brace) {
                plain.push_str(brace);
                rest = after;
                continue;
            }
            if brace == "}" {
                plain.push('}');
                continue;
            }
            let close = rest.find('}').ok_or(TemplateError::NotClosed)?;
            let inside = &rest[..close];
            rest = &rest[close + 1..];
            let (name, otherwise) = match inside.split_once('|') {
                Some((name, otherwise)) => (name.trim(), Some(otherwise.to_owned())),
                None => (inside.trim(), None),
            };
            if name.is_empty() {
                return Err(TemplateError::Empty);
            }
            let subject = subject(name).ok_or_else(|| TemplateError::UnknownName(name.to_owned()))?;
            if !plain.is_empty() {
                parts.push(Part::Text(std::mem::take(&mut plain)));
            }
            parts.push(Part::Value { subject, otherwise });
        }
        plain.push_str(rest);
        if !plain.is_empty() {
            parts.push(Part::Text(plain));
        }
        Ok(Self { parts })
    }

    /// What it cannot do without.
    pub(crate) fn needs(&self) -> impl Iterator<Item = &Subject> {
        self.parts.iter().filter_map(|part| match part {
            Part::Value { subject, otherwise: None } => Some(subject),
            _ => None,
        })
    }

    /// Everything it reads.
    pub(crate) fn reads(&self) -> impl Iterator<Item = &Subject> {
        self.parts.iter().filter_map(|part| match part {
            Part::Value { subject, .. } => Some(subject),
            Part::Text(_) => None,
        })
    }

    /// The text before the first placeholder.
    pub(crate) fn beginning(&self) -> &str {
        match self.parts.first() {
            Some(Part::Text(text)) => text,
            _ => "",
        }
    }

    /// The text with its values filled in.
    pub(crate) fn fill(&self, facts: &Facts, language: Language, escape: Escape) -> String {
        let mut filled = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => filled.push_str(text),
                Part::Value { subject, otherwise } => {
                    let value = spoken(subject, &subject.reading(facts), language)
                        .or_else(|| otherwise.clone())
                        .unwrap_or_default();
                    match escape {
                        Escape::Text => filled.extend(tidy(&value)),
                        Escape::Address => encode_into(&mut filled, &value),
                    }
                }
            }
        }
        filled
    }
}

/// Without control characters and at most [`MAX_VALUE_CHARS`] long.
fn tidy(value: &str) -> impl Iterator<Item = char> {
    value.chars().take(MAX_VALUE_CHARS).map(|c| if c.is_control() { ' ' } else { c })
}

/// Percent-encodes all but unreserved characters (RFC 3986, section 2.3).
fn encode_into(filled: &mut String, value: &str) {
    let cut: String = tidy(value).collect();
    for byte in cut.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            filled.push(char::from(byte));
        } else {
            filled.push_str(&format!("%{byte:02X}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Escape, Template, TemplateError};
    use crate::condition::Subject;
    use crate::facts::Facts;
    use crate::signal::Signal;
    use crate::words::Language;

    fn parse(text: &str) -> Result<Template, TemplateError> {
        Template::parse(text, |name| Signal::named(name).map(Subject::Signal))
    }

    fn fill(text: &str, facts: &Facts, escape: Escape) -> String {
        parse(text).expect("a good template").fill(facts, Language::English, escape)
    }

    #[test]
    fn values_are_filled_in_and_words_stand_in_for_them() {
        let mut facts = Facts::new();
        facts.set_text(Signal::VisitSearch, "cheap <b>trip</b>\n");
        assert_eq!(fill("For {visit.search}!", &facts, Escape::Text), "For cheap <b>trip</b> !");
        assert_eq!(fill("In {geo.city|your town}", &facts, Escape::Text), "In your town");
        assert_eq!(fill("{{not one}} 5}", &facts, Escape::Text), "{not one} 5}");
    }

    #[test]
    fn a_value_cannot_break_out_of_a_link() {
        let mut facts = Facts::new();
        facts.set_text(Signal::VisitSearch, "javascript:alert(1)//é&x=y");
        assert_eq!(
            fill("/s?q={visit.search}", &facts, Escape::Address),
            "/s?q=javascript%3Aalert%281%29%2F%2F%C3%A9%26x%3Dy"
        );
    }

    #[test]
    fn only_a_placeholder_without_words_is_needed() {
        let template = parse("{visit.search} in {geo.city|town}").expect("a good template");
        assert_eq!(template.needs().collect::<Vec<_>>(), [&Subject::Signal(Signal::VisitSearch)]);
    }

    #[test]
    fn faults_are_named() {
        assert_eq!(parse("{visit.search").err(), Some(TemplateError::NotClosed));
        assert_eq!(parse("{ }").err(), Some(TemplateError::Empty));
        assert_eq!(parse("{visit.serch}").err(), Some(TemplateError::UnknownName("visit.serch".to_owned())));
    }
}
