//! What is known of one visitor at one moment: a value, or nothing, for each signal.
//!
//! Takes typed readings and the journey with its ages; gives them to the evaluator. One buffer holds all texts, so
//! that a `Facts` that is [cleared](Facts::clear) and filled again allocates nothing. Never reads a clock: ages
//! are arguments.
//!
//! A reading of another kind than the signal declares counts as absent, and so does an empty text: evaluation
//! cannot fail.

use crate::clock::LocalTime;
use crate::signal::{Kind, Signal};

/// A text in the buffer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Piece {
    start: u32,
    length: u32,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Slot {
    #[default]
    Absent,
    Text(Piece),
    Number(f64),
    Flag(bool),
    Set {
        start: u32,
        count: u32,
    },
}

/// One value as the evaluator and the sentences read it.
#[derive(Clone, Debug, PartialEq)]
pub enum Reading<'f> {
    /// Not known.
    Absent,
    /// A text that is not empty.
    Text(&'f str),
    /// A number, or milliseconds, points of a hundred, days since 1970, by the signal's kind.
    Number(f64),
    /// Yes or no.
    Flag(bool),
    /// The members of a set.
    Set(Members<'f>),
}

/// The members of a set, in the order they were given.
#[derive(Clone, Debug)]
pub struct Members<'f> {
    facts: &'f Facts,
    pieces: &'f [Piece],
}

impl<'f> Iterator for Members<'f> {
    type Item = &'f str;

    fn next(&mut self) -> Option<Self::Item> {
        let (first, rest) = self.pieces.split_first()?;
        self.pieces = rest;
        Some(self.facts.text(*first))
    }
}

impl PartialEq for Members<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.clone().eq(other.clone())
    }
}

/// A past page or event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Past<'f> {
    /// The page's path, or the event's name.
    pub what: &'f str,
    /// How long ago.
    pub ago_ms: u64,
}

#[derive(Clone, Copy, Debug)]
struct Step {
    what: Piece,
    ago_ms: u64,
}

/// What is known of one visitor at one moment.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    buffer: String,
    slots: Slots,
    members: Vec<Piece>,
    query: Vec<(Piece, Piece)>,
    customer: Vec<(Piece, Slot)>,
    pages: Vec<Step>,
    events: Vec<Step>,
}

#[derive(Clone, Debug)]
struct Slots([Slot; Signal::ALL.len()]);

impl Default for Slots {
    fn default() -> Self {
        Self([Slot::Absent; Signal::ALL.len()])
    }
}

impl Facts {
    /// Nothing is known: every live signal is at its beginning, everything else is absent.
    pub fn new() -> Self {
        Self::default()
    }

    /// Forgets everything and keeps the memory.
    pub fn clear(&mut self) {
        self.buffer.clear();
        self.slots = Slots::default();
        self.members.clear();
        self.query.clear();
        self.customer.clear();
        self.pages.clear();
        self.events.clear();
    }

    /// Sets a text signal. An empty text is absent.
    pub fn set_text(&mut self, signal: Signal, text: &str) -> &mut Self {
        self.slots.0[signal as usize] = self.text_slot(self.slots.0[signal as usize], text);
        self
    }

    /// Sets a number, or the milliseconds of a duration, or the points of a percentage.
    pub fn set_number(&mut self, signal: Signal, number: f64) -> &mut Self {
        self.slots.0[signal as usize] = number_slot(number);
        self
    }

    /// Sets a duration.
    pub fn set_duration_ms(&mut self, signal: Signal, ms: u64) -> &mut Self {
        self.set_number(signal, ms as f64)
    }

    /// Sets a yes/no signal.
    pub fn set_flag(&mut self, signal: Signal, flag: bool) -> &mut Self {
        self.slots.0[signal as usize] = Slot::Flag(flag);
        self
    }

    /// Sets a set; an empty one is known to have no member.
    pub fn set_members<'m>(
        &mut self,
        signal: Signal,
        members: impl IntoIterator<Item = &'m str>,
    ) -> &mut Self {
        self.slots.0[signal as usize] = self.set_slot(members);
        self
    }

    /// Sets `page.dwell`, `page.idle`, `page.scroll` and `page.exit_intent`.
    pub fn set_live(&mut self, live: Live) -> &mut Self {
        self.set_duration_ms(Signal::PageDwell, u64::from(live.dwell_ms));
        self.set_duration_ms(Signal::PageIdle, u64::from(live.idle_ms));
        self.set_number(Signal::PageScroll, f64::from(live.scroll_percent));
        self.set_flag(Signal::PageExitIntent, live.exit_intent)
    }

    /// Sets `time.hour`, `time.weekday` and `time.date`, from [`Program::local_time`](crate::Program::local_time).
    pub fn set_time(&mut self, local: LocalTime) -> &mut Self {
        self.set_number(Signal::TimeHour, f64::from(local.minute / 60));
        self.set_text(Signal::TimeWeekday, crate::clock::WEEKDAYS[local.weekday % 7]);
        self.set_number(Signal::TimeDate, f64::from(local.day))
    }

    /// Forgets one signal.
    pub fn unset(&mut self, signal: Signal) -> &mut Self {
        self.slots.0[signal as usize] = Slot::Absent;
        self
    }

    /// Sets `page.query.KEY`, decoded. The first value of a repeated key counts.
    pub fn set_query(&mut self, key: &str, value: &str) -> &mut Self {
        if !value.is_empty() && self.query_value(key).is_none() {
            let pair = (self.keep(key), self.keep(value));
            self.query.push(pair);
        }
        self
    }

    /// Forgets all `page.query.KEY`, as before another page's are set.
    pub fn clear_query(&mut self) -> &mut Self {
        self.query.clear();
        self
    }

    /// Sets `customer.NAME` to a text.
    pub fn set_customer_text(&mut self, name: &str, text: &str) -> &mut Self {
        let slot = self.text_slot(Slot::Absent, text);
        self.set_customer(name, slot)
    }

    /// Sets `customer.NAME` to a number.
    pub fn set_customer_number(&mut self, name: &str, number: f64) -> &mut Self {
        self.set_customer(name, number_slot(number))
    }

    /// Sets `customer.NAME` to yes or no.
    pub fn set_customer_flag(&mut self, name: &str, flag: bool) -> &mut Self {
        self.set_customer(name, Slot::Flag(flag))
    }

    /// Sets `customer.NAME` to a set.
    pub fn set_customer_members<'m>(
        &mut self,
        name: &str,
        members: impl IntoIterator<Item = &'m str>,
    ) -> &mut Self {
        let slot = self.set_slot(members);
        self.set_customer(name, slot)
    }

    /// Adds a page to the journey. Oldest first; the page on screen is part of it.
    pub fn visited(&mut self, path: &str, ago_ms: u64) -> &mut Self {
        let what = self.keep(path);
        self.pages.push(Step { what, ago_ms });
        self
    }

    /// Adds an event to the journey, oldest first.
    pub fn did(&mut self, event: &str, ago_ms: u64) -> &mut Self {
        let what = self.keep(event);
        self.events.push(Step { what, ago_ms });
        self
    }

    /// A signal's value. Live signals are never absent: they begin at zero, and at no.
    pub fn reading(&self, signal: Signal) -> Reading<'_> {
        let reading = self.read(self.slots.0[signal as usize]);
        match (signal.is_live(), &reading) {
            (true, Reading::Number(_) | Reading::Flag(_)) | (false, _) => reading,
            (true, _) if signal == Signal::PageExitIntent => Reading::Flag(false),
            (true, _) => Reading::Number(0.0),
        }
    }

    /// The value of `page.query.KEY`.
    pub fn query_value(&self, key: &str) -> Option<&str> {
        self.query.iter().find(|(known, _)| self.text(*known) == key).map(|(_, value)| self.text(*value))
    }

    /// The value of `customer.NAME`.
    pub fn customer(&self, name: &str) -> Reading<'_> {
        self.customer
            .iter()
            .find(|(known, _)| self.text(*known) == name)
            .map_or(Reading::Absent, |(_, slot)| self.read(*slot))
    }

    /// The live signals, as whole numbers.
    pub fn live(&self) -> Live {
        let number = |signal| match self.reading(signal) {
            // Conversion from float saturates.
            Reading::Number(number) => number as u32,
            _ => 0,
        };
        Live {
            dwell_ms: number(Signal::PageDwell),
            idle_ms: number(Signal::PageIdle),
            scroll_percent: number(Signal::PageScroll).min(100) as u8,
            exit_intent: self.reading(Signal::PageExitIntent) == Reading::Flag(true),
        }
    }

    /// The pages of the journey, oldest first.
    pub fn pages(&self) -> impl DoubleEndedIterator<Item = Past<'_>> + Clone {
        self.pages.iter().map(|step| Past { what: self.text(step.what), ago_ms: step.ago_ms })
    }

    /// The events of the journey, oldest first.
    pub fn events(&self) -> impl DoubleEndedIterator<Item = Past<'_>> + Clone {
        self.events.iter().map(|step| Past { what: self.text(step.what), ago_ms: step.ago_ms })
    }

    fn set_customer(&mut self, name: &str, slot: Slot) -> &mut Self {
        match self.customer.iter().position(|(known, _)| self.text(*known) == name) {
            Some(index) => self.customer[index].1 = slot,
            None => {
                let name = self.keep(name);
                self.customer.push((name, slot));
            }
        }
        self
    }

    /// Keeps a text in the place of the one before when it fits there, so that a long-lived `Facts` does not grow.
    fn text_slot(&mut self, before: Slot, text: &str) -> Slot {
        if text.is_empty() {
            return Slot::Absent;
        }
        if let Slot::Text(piece) = before
            && piece.length as usize == text.len()
        {
            let start = piece.start as usize;
            self.buffer.replace_range(start..start + text.len(), text);
            return before;
        }
        Slot::Text(self.keep(text))
    }

    fn set_slot<'m>(&mut self, members: impl IntoIterator<Item = &'m str>) -> Slot {
        let start = self.members.len();
        for member in members {
            let piece = self.keep(member);
            self.members.push(piece);
        }
        Slot::Set { start: start as u32, count: (self.members.len() - start) as u32 }
    }

    fn keep(&mut self, text: &str) -> Piece {
        let start = self.buffer.len();
        self.buffer.push_str(text);
        Piece { start: start as u32, length: text.len() as u32 }
    }

    fn text(&self, piece: Piece) -> &str {
        let start = piece.start as usize;
        self.buffer.get(start..start + piece.length as usize).unwrap_or_default()
    }

    fn read(&self, slot: Slot) -> Reading<'_> {
        match slot {
            Slot::Absent => Reading::Absent,
            Slot::Text(piece) => Reading::Text(self.text(piece)),
            Slot::Number(number) => Reading::Number(number),
            Slot::Flag(flag) => Reading::Flag(flag),
            Slot::Set { start, count } => Reading::Set(Members {
                facts: self,
                pieces: self.members.get(start as usize..(start + count) as usize).unwrap_or_default(),
            }),
        }
    }
}

/// The signals that change in the browser without an event, as they stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Live {
    /// `page.dwell`, in milliseconds.
    pub dwell_ms: u32,
    /// `page.idle`, in milliseconds.
    pub idle_ms: u32,
    /// `page.scroll`, 0 to 100.
    pub scroll_percent: u8,
    /// `page.exit_intent`.
    pub exit_intent: bool,
}

/// Whether a reading is what a signal of that kind can have.
pub(crate) fn fits(kind: Kind, reading: &Reading<'_>) -> bool {
    match reading {
        Reading::Absent => false,
        Reading::Text(_) => matches!(kind, Kind::Text | Kind::Path),
        Reading::Number(_) => kind.is_ordered(),
        Reading::Flag(_) => kind == Kind::Flag,
        Reading::Set(_) => kind == Kind::Set,
    }
}

fn number_slot(number: f64) -> Slot {
    if number.is_nan() { Slot::Absent } else { Slot::Number(number) }
}

#[cfg(test)]
mod tests {
    use super::{Facts, Reading, Signal};

    #[test]
    fn live_signals_begin_at_zero_and_others_absent() {
        let facts = Facts::new();
        assert_eq!(facts.reading(Signal::PageDwell), Reading::Number(0.0));
        assert_eq!(facts.reading(Signal::PageExitIntent), Reading::Flag(false));
        assert_eq!(facts.reading(Signal::CartTotal), Reading::Absent);
    }

    #[test]
    fn an_empty_text_is_absent() {
        let mut facts = Facts::new();
        facts.set_text(Signal::VisitSearch, "").set_query("gclid", "");
        assert_eq!(facts.reading(Signal::VisitSearch), Reading::Absent);
        assert_eq!(facts.query_value("gclid"), None);
    }

    #[test]
    fn the_last_setting_counts() {
        let mut facts = Facts::new();
        facts
            .set_text(Signal::PagePath, "/été")
            .set_text(Signal::PagePath, "/cart")
            .set_text(Signal::PagePath, "/home");
        facts.set_members(Signal::VisitorSegments, ["a"]).set_members(Signal::VisitorSegments, ["b", "c"]);
        assert_eq!(facts.reading(Signal::PagePath), Reading::Text("/home"));
        let Reading::Set(members) = facts.reading(Signal::VisitorSegments) else { panic!("a set") };
        assert_eq!(members.collect::<Vec<_>>(), ["b", "c"]);
    }
}
