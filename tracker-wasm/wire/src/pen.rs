//! The tag's own hand at the byte form: the bytes of [`codec`](crate::codec), written and read by code that weighs next
//! to nothing.
//!
//! Derived code for these few messages would be half of what a browser loads. What is written here is held equal to the
//! derived form by tests, and so is what is read. Texts are bytes: nothing here looks into them.

use alloc::vec::Vec;

use crate::{Consent, Live, VERSION, Watch};

/// What happened, as its number in [`What`](crate::What).
pub mod kind {
    #![allow(missing_docs, reason = "each is the variant of the same name")]
    pub const VIEW: u8 = 0;
    pub const REACHED: u8 = 1;
    pub const TRACK: u8 = 2;
    pub const CART: u8 = 3;
    pub const ORDER: u8 = 4;
    pub const SHOWN: u8 = 5;
    pub const DISMISSED: u8 = 6;
    pub const ACCEPTED: u8 = 7;
    pub const LESS: u8 = 8;
    pub const ANSWERED: u8 = 9;
    pub const PREFERS: u8 = 10;
    pub const IDENTIFY: u8 = 11;
    pub const FORM_STARTED: u8 = 12;
    pub const FORM_ERROR: u8 = 13;
    pub const FORM_ABANDONED: u8 = 14;
    pub const RAGE_CLICK: u8 = 15;
    pub const LEFT: u8 = 16;
    pub const CART_CHANGE: u8 = 17;
}

/// A list of names, none of which has a line feed, each with one behind it: small to keep, and small in code.
#[derive(Debug, Default)]
pub struct Lines(pub Vec<u8>);

impl Lines {
    /// Adds a name.
    pub fn push(&mut self, name: &[u8]) {
        self.0.extend_from_slice(name);
        self.0.push(b'\n');
    }

    /// Whether it is there.
    pub fn has(&self, name: &[u8]) -> bool {
        self.find(name).is_some()
    }

    /// Takes it out, if it is there.
    pub fn remove(&mut self, name: &[u8]) {
        if let Some(at) = self.find(name) {
            self.0.drain(at..=at + name.len());
        }
    }

    /// The first name of the rest that begins at `at`, where one does.
    pub fn after(&self, at: usize) -> Option<&[u8]> {
        let rest = &self.0[at..];
        rest.iter().position(|byte| *byte == b'\n').map(|end| &rest[..end])
    }

    fn find(&self, name: &[u8]) -> Option<usize> {
        let mut at = 0;
        while let Some(line) = self.after(at) {
            if line == name {
                return Some(at);
            }
            at += line.len() + 1;
        }
        None
    }
}

/// Bytes being written.
#[derive(Debug, Default)]
pub struct Pen(pub Vec<u8>);

impl Pen {
    /// A byte as it is: a small number, a yes or no, a variant, whether an option follows.
    pub fn byte(&mut self, byte: u8) -> &mut Self {
        self.0.push(byte);
        self
    }

    /// A number of any width but one byte's.
    pub fn number(&mut self, number: u32) -> &mut Self {
        let bytes = number.to_le_bytes();
        match number {
            0..=250 => self.raw(&bytes[..1]),
            251..=0xffff => self.byte(251).raw(&bytes[..2]),
            _ => self.byte(252).raw(&bytes),
        }
    }

    /// A fraction.
    pub fn float(&mut self, number: f64) -> &mut Self {
        self.raw(&number.to_le_bytes())
    }

    /// A text behind its length.
    pub fn text(&mut self, text: &[u8]) -> &mut Self {
        self.number(text.len() as u32).raw(text)
    }

    /// A list of texts.
    pub fn lines(&mut self, lines: &Lines) -> &mut Self {
        self.number(lines.0.iter().filter(|byte| **byte == b'\n').count() as u32);
        let mut at = 0;
        while let Some(line) = lines.after(at) {
            self.text(line);
            at += line.len() + 1;
        }
        self
    }

    /// A text that is not there when it is empty.
    pub fn optional(&mut self, text: &[u8]) -> &mut Self {
        self.byte(u8::from(!text.is_empty()));
        if text.is_empty() { self } else { self.text(text) }
    }

    /// Bytes as they are.
    pub fn raw(&mut self, bytes: &[u8]) -> &mut Self {
        self.0.extend_from_slice(bytes);
        self
    }

    /// The front of an [`Event`](crate::Event); the fields of its kind are to follow, in their order.
    pub fn event(&mut self, at_ms: u32, kind: u8) -> &mut Self {
        self.number(at_ms).byte(kind)
    }

    /// Who speaks: the beginning of a contact, and of a batch behind its clock.
    fn speaker(&mut self, speaker: &Speaker<'_>) -> &mut Self {
        self.text(speaker.site).byte(speaker.consent as u8).optional(speaker.token)
    }
}

/// Who sends a message.
#[derive(Clone, Copy, Debug)]
pub struct Speaker<'a> {
    /// The site's public key.
    pub site: &'a [u8],
    /// What the visitor said about being remembered.
    pub consent: Consent,
    /// The visitor's token; empty for none.
    pub token: &'a [u8],
}

/// A [`Batch`](crate::Batch), its parts where they lie.
#[derive(Debug)]
pub struct Parts<'a> {
    /// As [`Batch::clock`](crate::Batch::clock).
    pub clock_ms: u32,
    /// Who sends it.
    pub speaker: Speaker<'a>,
    /// As [`Batch::stream`](crate::Batch::stream).
    pub stream: &'a [u8],
    /// As [`Batch::first`](crate::Batch::first).
    pub first: u32,
    /// The texts of a [`Page`](crate::Page) but the last, as written, in their order.
    pub page: &'a [u8],
    /// The last.
    pub title: &'a [u8],
    /// How the page stands.
    pub live: &'a Live,
    /// As [`Batch::on_screen`](crate::Batch::on_screen).
    pub on_screen: &'a Lines,
    /// As [`Batch::declined`](crate::Batch::declined).
    pub declined: &'a Lines,
    /// How many events there are.
    pub count: u32,
    /// The events, one behind the other.
    pub events: &'a [u8],
}

/// A batch as [`encode`](crate::encode) would write it.
pub fn batch(parts: &Parts<'_>) -> Vec<u8> {
    let mut pen = Pen::default();
    let live = parts.live;
    pen.byte(VERSION).raw(&parts.clock_ms.to_le_bytes()).speaker(&parts.speaker).raw(parts.stream);
    pen.number(parts.first).raw(parts.page).text(parts.title);
    pen.number(live.dwell_ms).number(live.idle_ms).byte(live.scroll_percent).byte(u8::from(live.exit_intent));
    pen.byte(u8::from(live.form_started)).number(live.form_errors.into()).number(live.rage_clicks.into());
    pen.lines(parts.on_screen).lines(parts.declined).number(parts.count).raw(parts.events);
    pen.0
}

/// A [`Contact`](crate::Contact) as [`encode`](crate::encode) would write it; `ask` is its [`Ask`](crate::Ask) as
/// written, and so is `page`, all its texts.
pub fn contact(speaker: &Speaker<'_>, id: &[u8], rule: &[u8], page: &[u8], ask: &[u8]) -> Vec<u8> {
    let mut pen = Pen::default();
    pen.byte(VERSION).speaker(speaker).raw(id).text(rule).raw(page).raw(ask);
    pen.0
}

/// A [`Reply`](crate::Reply), its texts where they lie.
#[derive(Debug, Default, PartialEq)]
pub struct Answer<'b> {
    /// The visitor's token; empty for none.
    pub token: &'b [u8],
    /// As [`Reply::acknowledged`](crate::Reply::acknowledged).
    pub acknowledged: u32,
    /// Rules to show, each with its card.
    pub offers: Vec<(&'b [u8], &'b [u8])>,
    /// As [`Reply::watch`](crate::Reply::watch).
    pub watch: Vec<Watch>,
    /// As [`Reply::ask_again_ms`](crate::Reply::ask_again_ms).
    pub ask_again_ms: Option<u32>,
}

/// The reply in `bytes`; `None` when they are no reply. Takes no more memory than a small multiple of them.
pub fn answer(bytes: &[u8]) -> Option<Answer<'_>> {
    let mut lens = Lens(bytes);
    if lens.byte()? != VERSION {
        return None;
    }
    let mut answer = Answer::default();
    if lens.byte()? != 0 {
        answer.token = lens.text()?;
    }
    answer.acknowledged = lens.number()?;
    for _ in 0..lens.number()? {
        answer.offers.push((lens.text()?, lens.text()?));
    }
    for _ in 0..lens.number()? {
        answer.watch.push(match lens.byte()? {
            0 => Watch::Dwell { ms: lens.number()? },
            1 => Watch::Idle { ms: lens.number()? },
            2 => Watch::Scroll { percent: lens.byte()? },
            3 => Watch::ExitIntent,
            4 => Watch::Forms,
            5 => Watch::RageClicks,
            6 => Watch::Leaving,
            _ => return None,
        });
    }
    if lens.byte()? != 0 {
        answer.ask_again_ms = Some(lens.number()?);
    }
    lens.0.is_empty().then_some(answer)
}

/// Bytes being read, from the front.
pub(crate) struct Lens<'b>(pub(crate) &'b [u8]);

impl<'b> Lens<'b> {
    pub(crate) fn take(&mut self, count: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    pub(crate) fn byte(&mut self) -> Option<u8> {
        self.take(1).map(|taken| taken[0])
    }

    pub(crate) fn number(&mut self) -> Option<u32> {
        let first = self.byte()?;
        let width = match first {
            0..=250 => return Some(first.into()),
            251 => 2,
            252 => 4,
            _ => return None,
        };
        let low = self.take(width)?.iter().rev();
        Some(low.fold(0, |number, byte| number << 8 | u32::from(*byte)))
    }

    pub(crate) fn text(&mut self) -> Option<&'b [u8]> {
        let length = self.number()?;
        self.take(length as usize)
    }
}
