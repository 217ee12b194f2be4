//! The compiled program: each distinct predicate is tested once, and most rules are never looked at.
//!
//! Compiling gives every distinct test a number, grouped by what it reads. Evaluating reads each subject once and
//! marks the predicates that hold, through indexes: a hash for literals, a sorted list for prefixes. Every rule
//! waits under its most selective condition, and only the rules that a marked predicate calls are checked.
//!
//! A predicate on a live signal has two marks: it holds now, and it could still hold. A rule that passes by the
//! second marks alone is decided exactly, by its boxes.

mod code;
mod compile;
mod live;
mod reader;
#[cfg(test)]
mod tests;
mod text_index;

use crate::condition::Condition;
use crate::engine::code::Code;
use crate::engine::live::LiveTree;
use crate::engine::reader::SubjectReader;
use crate::evaluation::{Changes, Evaluation};
use crate::facts::{Facts, Live};
use crate::watch::LiveBox;

/// It could hold, if live signals went on. A predicate that is not live could when it does.
pub(crate) const COULD: u8 = 1;
/// It holds now.
pub(crate) const HOLDS: u8 = 2;
/// Both marks.
pub(crate) const YES: u8 = COULD | HOLDS;

/// A compiled set of conditions.
#[derive(Clone, Debug, Default)]
pub(crate) struct Engine {
    /// What is read, each with its predicates.
    readers: Vec<SubjectReader>,
    predicates: usize,
    code: Code,
    /// The live parts of each rule that has any.
    live: Vec<Option<LiveTree>>,
    /// The rules that wait under each predicate.
    waiting: Lists,
    /// All rules with each literal.
    users: Lists,
    /// The rules that wait under none.
    always: Bits,
    /// The rules that read any live signal.
    live_rules: Bits,
}

/// Memory for one evaluation after another.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scratch {
    /// The marks of each predicate.
    pub(crate) marks: Vec<u8>,
    before: Vec<u8>,
    /// The rules to check.
    candidates: Bits,
    /// The rules that could hold by the marks.
    loose: Bits,
    yes: Bits,
    not_yet: Bits,
    boxes: Vec<LiveBox>,
    pub(crate) journey: reader::JourneyScratch,
    pub(crate) folded: String,
}

/// A set of small numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Bits(Vec<u64>);

impl Bits {
    fn reset(&mut self, size: usize) {
        self.0.clear();
        self.0.resize(size.div_ceil(64), 0);
    }

    fn insert(&mut self, index: u32) {
        if let Some(word) = self.0.get_mut(index as usize / 64) {
            *word |= 1 << (index % 64);
        }
    }

    fn contains(&self, index: u32) -> bool {
        self.0.get(index as usize / 64).is_some_and(|word| word >> (index % 64) & 1 == 1)
    }

    fn set(&mut self, index: u32, on: bool) {
        if let Some(word) = self.0.get_mut(index as usize / 64) {
            let bit = 1 << (index % 64);
            *word = if on { *word | bit } else { *word & !bit };
        }
    }

    fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        self.0.iter().enumerate().flat_map(|(index, word)| {
            let mut rest = *word;
            std::iter::from_fn(move || {
                let bit = (rest != 0).then(|| rest.trailing_zeros())?;
                rest &= rest - 1;
                Some(index as u32 * 64 + bit)
            })
        })
    }
}

/// Several lists in one.
#[derive(Clone, Debug, Default)]
struct Lists {
    ends: Vec<u32>,
    items: Vec<u32>,
}

impl Lists {
    fn new(lists: Vec<Vec<u32>>) -> Self {
        let mut all = Self::default();
        for mut list in lists {
            list.dedup();
            all.items.append(&mut list);
            all.ends.push(all.items.len() as u32);
        }
        all
    }

    fn of(&self, index: usize) -> &[u32] {
        let start = if index == 0 { 0 } else { self.ends[index - 1] as usize };
        &self.items[start..self.ends[index] as usize]
    }
}

impl Engine {
    /// Compiles conditions; a rule is the index of its own.
    pub(crate) fn new(conditions: &[Condition]) -> Self {
        compile::compile(conditions)
    }

    /// Evaluates every rule.
    pub(crate) fn evaluate(&self, facts: &Facts, evaluation: &mut Evaluation) {
        let scratch = &mut evaluation.scratch;
        scratch.marks.clear();
        scratch.marks.resize(self.predicates, 0);
        for reader in &self.readers {
            reader.read(facts, scratch);
        }
        scratch.candidates.0.clear();
        scratch.candidates.0.extend_from_slice(&self.always.0);
        for (predicate, marks) in scratch.marks.iter().enumerate() {
            if *marks != 0 {
                for rule in self.waiting.of(predicate) {
                    scratch.candidates.insert(*rule);
                }
            }
        }
        let size = self.live.len();
        scratch.loose.reset(size);
        scratch.yes.reset(size);
        scratch.not_yet.reset(size);
        self.check(facts.live(), evaluation);
    }

    /// Evaluates again the rules that read what has changed.
    pub(crate) fn reevaluate(&self, facts: &Facts, changes: &Changes, evaluation: &mut Evaluation) {
        let scratch = &mut evaluation.scratch;
        if scratch.marks.len() != self.predicates || scratch.yes.0.len() != self.always.0.len() {
            // Of another program, or of none.
            return self.evaluate(facts, evaluation);
        }
        scratch.candidates.reset(self.live.len());
        let mut live = false;
        for reader in self.readers.iter().filter(|reader| changes.concern(reader.subject())) {
            live |= reader.subject().is_live();
            let range = reader.predicates();
            scratch.before.clear();
            scratch.before.extend_from_slice(&scratch.marks[range.clone()]);
            scratch.marks[range.clone()].fill(0);
            reader.read(facts, scratch);
            for (offset, before) in scratch.before.iter().enumerate() {
                let predicate = range.start + offset;
                let now = scratch.marks[predicate];
                if now == *before {
                    continue;
                }
                // What holds now may let a rule pass; what no longer does can only stop one that passed.
                let lost = now & !before == 0;
                for rule in self.users.of(code::literal(predicate as u32, lost) as usize) {
                    scratch.candidates.insert(*rule);
                }
                for rule in self.users.of(code::literal(predicate as u32, !lost) as usize) {
                    if scratch.loose.contains(*rule) {
                        scratch.candidates.insert(*rule);
                    }
                }
            }
        }
        if live {
            // Their thresholds may have been reached although no mark has changed.
            let words = scratch.candidates.0.iter_mut().zip(&self.live_rules.0).zip(&scratch.loose.0);
            for ((word, live), loose) in words {
                *word |= live & loose;
            }
        }
        self.check(facts.live(), evaluation);
    }

    /// Decides the candidates and lists all results anew.
    fn check(&self, live: Live, evaluation: &mut Evaluation) {
        let Evaluation { scratch, yes, not_yet, pending, watch } = evaluation;
        let Scratch { marks, candidates, loose, yes: yes_bits, not_yet: not_yet_bits, boxes, .. } = scratch;
        for rule in candidates.iter() {
            let could = self.code.passes(rule as usize, marks, COULD);
            let (mut is_yes, mut is_not_yet) = (could, false);
            if could && let Some(tree) = &self.live[rule as usize] {
                is_yes = self.code.passes(rule as usize, marks, HOLDS);
                is_not_yet = !is_yes && tree.is_ahead(marks, live, boxes);
            }
            loose.set(rule, could);
            yes_bits.set(rule, is_yes);
            not_yet_bits.set(rule, is_not_yet);
        }
        yes.clear();
        yes.extend(yes_bits.iter());
        not_yet.clear();
        not_yet.extend(not_yet_bits.iter());
        pending.clear();
        for rule in not_yet.iter() {
            if let Some(tree) = &self.live[*rule as usize] {
                tree.residual(marks, live, boxes, |threshold| pending.push((*rule, threshold)));
            }
        }
        watch.clear();
        watch.extend(pending.iter().map(|(_, threshold)| *threshold));
        watch.sort_unstable();
        watch.dedup();
    }
}
