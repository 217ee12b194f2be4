//! The privacy page: everything that is kept of a visitor, why and for how long, from the types that are stored.
//!
//! Owns its content and its two forms: HTML in English and French for visitors, Markdown for `edge-worker/PRIVACY.md`. The
//! fields come from [`fields`], which does not compile with one missing, and their reasons from `known::KEPT`, which speaks
//! to the visitor too. Never reads a profile.

mod device;
mod fields;
mod page;
mod words;

use std::borrow::Cow;

pub use self::device::{DEVICE, OnDevice};
pub use self::page::{STYLE, html, markdown};
use crate::known::Language;

/// One text in both languages. French is written with plain spaces: [`Words::in_language`] makes those that must not break.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Words {
    english: Cow<'static, str>,
    french: Cow<'static, str>,
}

const fn words(english: &'static str, french: &'static str) -> Words {
    Words { english: Cow::Borrowed(english), french: Cow::Borrowed(french) }
}

impl Words {
    /// With a text in a place of its own.
    fn with(self, place: &str, text: &str) -> Self {
        let put = |words: &str| Cow::Owned(words.replace(place, text));
        Self { english: put(&self.english), french: put(&self.french) }
    }

    /// The text in this language.
    fn in_language(&self, language: Language) -> String {
        match language {
            Language::English => self.english.clone().into_owned(),
            Language::French => {
                [" :", " ;", " ?", " »"].iter().fold(self.french.replace("« ", "«\u{a0}"), |text, sign| {
                    text.replace(sign, &sign.replace(' ', "\u{a0}"))
                })
            }
        }
    }
}

/// A part of the page.
struct Section {
    title: Words,
    intro: Words,
    rows: Vec<Row>,
}

/// One thing that is kept, or that is not.
struct Row {
    name: Words,
    /// Field by field; nothing for what is only said.
    exactly: Vec<Words>,
    why: Words,
    /// For how long; empty for what is only said.
    until: Words,
}

impl Row {
    /// Something that is said of a name.
    fn plain(name: Words, why: Words) -> Self {
        Self { name, exactly: Vec::new(), why, until: words("", "") }
    }
}

#[cfg(test)]
mod tests;
