//! Reads one subject of the facts and marks the predicates on it.

use std::ops::Range;

use crate::condition::{Polarity, Subject, Test, Wanted};
use crate::engine::text_index::TextIndex;
use crate::engine::{COULD, Scratch, YES};
use crate::facts::{Facts, Reading, fits};
use crate::glob::{Glob, Style, fold_into};
use crate::interval::Interval;
use crate::truth::{Truth, taken};
use crate::watch::Boxes;

/// One subject and its predicates, which have consecutive numbers.
#[derive(Clone, Debug)]
pub(super) struct SubjectReader {
    subject: Subject,
    first: u32,
    count: u32,
    folds: bool,
    text: TextIndex,
    numbers: Vec<(Interval, u32)>,
    flags: Vec<(bool, u32)>,
    known: Vec<u32>,
    live: Vec<(Boxes, u32)>,
    times: Vec<(Interval, Option<u64>, u32)>,
    paths: Vec<(Vec<Glob>, Option<u64>, u32)>,
}

/// Counters of journey conditions.
#[derive(Clone, Debug, Default)]
pub(crate) struct JourneyScratch {
    counts: Vec<u32>,
    /// The last entry that each has counted.
    last: Vec<u32>,
}

impl SubjectReader {
    /// Prepares the tests on one subject; the first is predicate number `first`.
    pub(super) fn new(subject: Subject, first: u32, tests: &[(Test, Polarity)]) -> Self {
        let mut reader = Self {
            folds: subject.style() == Style::AnyCase,
            subject,
            first,
            count: tests.len() as u32,
            text: TextIndex::default(),
            numbers: Vec::new(),
            flags: Vec::new(),
            known: Vec::new(),
            live: Vec::new(),
            times: Vec::new(),
            paths: Vec::new(),
        };
        let mut patterns = Vec::new();
        for ((test, polarity), number) in tests.iter().zip(first..) {
            if test.subject.is_live() {
                reader.live.push((Boxes::of_test(test, *polarity), number));
                continue;
            }
            match &test.wanted {
                Wanted::Text(globs) => patterns.extend(globs.iter().map(|glob| (glob, number))),
                Wanted::Number(intervals) => {
                    reader.numbers.extend(intervals.iter().map(|interval| (*interval, number)));
                }
                Wanted::Flag(flag) => reader.flags.push((*flag, number)),
                Wanted::Known => reader.known.push(number),
                Wanted::Times { what, times, within_ms } => {
                    let counter = reader.times.len() as u32;
                    patterns.extend(what.iter().map(|glob| (glob, counter)));
                    reader.times.push((*times, *within_ms, number));
                }
                Wanted::Path { steps, within_ms } => reader.paths.push((steps.clone(), *within_ms, number)),
            }
        }
        reader.text = TextIndex::new(&patterns);
        reader
    }

    pub(super) fn subject(&self) -> &Subject {
        &self.subject
    }

    pub(super) fn predicates(&self) -> Range<usize> {
        self.first as usize..(self.first + self.count) as usize
    }

    /// Marks the predicates that hold; their marks are clear before.
    pub(super) fn read(&self, facts: &Facts, scratch: &mut Scratch) {
        if !self.live.is_empty() {
            let live = facts.live();
            for (boxes, number) in &self.live {
                scratch.marks[*number as usize] = match boxes.truth(live) {
                    Truth::Yes => YES,
                    Truth::NotYet => COULD,
                    Truth::No => 0,
                };
            }
            return;
        }
        if matches!(self.subject, Subject::Pages | Subject::Events) {
            return self.read_journey(facts, scratch);
        }
        let reading = self.subject.reading(facts);
        if !fits(self.subject.kind(), &reading) {
            return;
        }
        let Scratch { marks, folded, .. } = scratch;
        for number in &self.known {
            marks[*number as usize] = YES;
        }
        match reading {
            Reading::Absent => {}
            Reading::Text(text) => self.read_text(text, folded, marks),
            Reading::Set(members) => members.for_each(|member| self.read_text(member, folded, marks)),
            Reading::Number(value) => {
                for (interval, number) in &self.numbers {
                    if interval.contains(value) {
                        marks[*number as usize] = YES;
                    }
                }
            }
            Reading::Flag(value) => {
                for (wanted, number) in &self.flags {
                    if *wanted == value {
                        marks[*number as usize] = YES;
                    }
                }
            }
        }
    }

    fn read_text(&self, text: &str, folded: &mut String, marks: &mut [u8]) {
        let text = if self.folds {
            fold_into(text, folded);
            folded.as_str()
        } else {
            text
        };
        self.text.for_each_match(text, |number| marks[number as usize] = YES);
    }

    fn read_journey(&self, facts: &Facts, scratch: &mut Scratch) {
        let Scratch { marks, journey: JourneyScratch { counts, last }, .. } = scratch;
        counts.clear();
        counts.resize(self.times.len(), 0);
        last.clear();
        last.resize(self.times.len(), 0);
        let mut entry = 0;
        let mut count = |what: &str, ago_ms: u64| {
            entry += 1;
            self.text.for_each_match(what, |counter| {
                let counter = counter as usize;
                let is_recent = self.times[counter].1.is_none_or(|within| ago_ms <= within);
                // An entry that two patterns match is one entry.
                if is_recent && std::mem::replace(&mut last[counter], entry) != entry {
                    counts[counter] += 1;
                }
            });
        };
        match self.subject {
            Subject::Events => facts.events().for_each(|past| count(past.what, past.ago_ms)),
            _ => facts.pages().for_each(|past| count(past.what, past.ago_ms)),
        }
        for ((times, _, number), count) in self.times.iter().zip(counts.iter()) {
            if times.contains(f64::from(*count)) {
                marks[*number as usize] = YES;
            }
        }
        for (steps, within_ms, number) in &self.paths {
            if taken(facts.pages(), steps, *within_ms) {
                marks[*number as usize] = YES;
            }
        }
    }
}
