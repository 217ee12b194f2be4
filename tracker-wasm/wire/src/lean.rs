//! The panels' own hand at the byte form, as [`pen`](crate::pen) is the tag's: their few messages, written and read by
//! code that weighs next to nothing, and held equal to the derived form by tests.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::pen::{Lens, Pen};
use crate::{Account, Consent, Explained, Field, Known, Preference, Show, Truth, VERSION, Want};

/// The question `want` about the visitor of an encoded [`Batch`](crate::Batch), as an encoded
/// [`Inquiry`](crate::Inquiry); none when that is not a batch.
pub fn inquiry(batch: &[u8], language: &str, want: Want) -> Option<Vec<u8>> {
    let speaker = Speaker::of(&mut open(batch)?)?;
    let mut pen = Pen::default();
    pen.byte(VERSION).raw(speaker.bytes).text(language.as_bytes()).byte(want as u8);
    Some(pen.0)
}

/// The question about every rule on the page of an encoded [`Batch`](crate::Batch), as an encoded
/// [`Explain`](crate::Explain).
pub fn explain(batch: &[u8], key: &[u8]) -> Vec<u8> {
    let mut pen = Pen::default();
    pen.byte(VERSION).text(key).raw(batch.get(1..).unwrap_or_default());
    pen.0
}

/// What the visitor of an encoded [`Batch`](crate::Batch) said about being remembered.
pub fn consent(batch: &[u8]) -> Consent {
    match open(batch).and_then(|mut lens| Speaker::of(&mut lens)) {
        Some(Speaker { consent: 1, .. }) => Consent::Denied,
        Some(Speaker { consent: 2, .. }) => Consent::Granted,
        Some(Speaker { consent: 3, .. }) => Consent::Necessary,
        _ => Consent::NotAsked,
    }
}

/// Whether an encoded [`Batch`](crate::Batch) has the widget of `rule` on screen.
pub fn is_on_screen(batch: &[u8], rule: &[u8]) -> bool {
    let found = || {
        let mut lens = open(batch)?;
        Speaker::of(&mut lens)?;
        // The stream, the first event's number, and the page's texts.
        lens.take(16)?;
        lens.number()?;
        for _ in 0..6 {
            lens.text()?;
        }
        // Dwell, idle, scroll, exit intent, form begun, form errors, rage clicks.
        lens.number()?;
        lens.number()?;
        lens.take(3)?;
        lens.number()?;
        lens.number()?;
        for _ in 0..lens.number()? {
            if lens.text()? == rule {
                return Some(());
            }
        }
        None
    };
    found().is_some()
}

/// The [`Known`] in these bytes.
pub fn known(bytes: &[u8]) -> Option<Known> {
    let mut lens = open(bytes)?;
    let mut known = Known { fields: fields(&mut lens)?, ..Known::default() };
    for _ in 0..lens.number()? {
        let show = match lens.byte()? {
            0 => Show::Callback,
            1 => Show::Banner,
            2 => Show::Chat,
            3 => Show::Survey,
            _ => return None,
        };
        known.offers.push(Preference { show, allowed: lens.byte()? == 1 });
    }
    known.export = text(&mut lens)?;
    lens.0.is_empty().then_some(known)
}

/// The [`Explained`] in these bytes.
pub fn explained(bytes: &[u8]) -> Option<Explained> {
    let mut lens = open(bytes)?;
    let mut explained = Explained::default();
    for _ in 0..lens.number()? {
        let rule = text(&mut lens)?;
        let truth = match lens.byte()? {
            0 => Truth::No,
            1 => Truth::NotYet,
            2 => Truth::Yes,
            _ => return None,
        };
        explained.rules.push(Account { rule, truth, shown: lens.byte()? == 1, reason: text(&mut lens)? });
    }
    lens.0.is_empty().then_some(explained)
}

/// Why the encoded [`Card`](crate::Card) is shown, and the data behind it.
pub fn reason(card: &[u8]) -> Option<(String, Vec<Field>)> {
    let mut lens = open(card)?;
    // Which widget; its language, title, text, action, link and slot; where it stands.
    lens.byte()?;
    for _ in 0..6 {
        lens.text()?;
    }
    lens.byte()?;
    // Links, which are pairs as fields are; the wait; "now"; the hours for later; the labels.
    fields(&mut lens)?;
    if lens.byte()? == 1 {
        lens.number()?;
    }
    lens.byte()?;
    for _ in 0..lens.number()? {
        lens.number()?;
    }
    fields(&mut lens)?;
    let why = text(&mut lens)?;
    let data = fields(&mut lens)?;
    lens.0.is_empty().then_some((why, data))
}

/// What stands behind the version.
fn open(bytes: &[u8]) -> Option<Lens<'_>> {
    let mut lens = Lens(bytes);
    (lens.byte()? == VERSION).then_some(lens)
}

/// Who sends a batch: the bytes with which an inquiry begins, too.
struct Speaker<'a> {
    bytes: &'a [u8],
    consent: u8,
}

impl<'a> Speaker<'a> {
    /// Reads it behind a batch's version and clock.
    fn of(lens: &mut Lens<'a>) -> Option<Self> {
        lens.take(4)?;
        let from = lens.0;
        lens.text()?;
        let consent = lens.byte()?;
        if lens.byte()? == 1 {
            lens.text()?;
        }
        Some(Self { bytes: from.get(..from.len() - lens.0.len())?, consent })
    }
}

fn text(lens: &mut Lens<'_>) -> Option<String> {
    core::str::from_utf8(lens.text()?).ok().map(ToString::to_string)
}

fn fields(lens: &mut Lens<'_>) -> Option<Vec<Field>> {
    let mut fields = Vec::new();
    for _ in 0..lens.number()? {
        fields.push(Field { name: text(lens)?, value: text(lens)? });
    }
    Some(fields)
}

#[cfg(test)]
mod tests;
