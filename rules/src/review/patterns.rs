//! A list of patterns, asked what it takes: literals by a hash, the others one by one.

use std::collections::HashSet;

use crate::glob::{Glob, Shape};
use crate::review::Work;

/// Up to so many patterns are compared one by one.
const FEW: usize = 8;

/// The patterns of one line.
pub(super) struct Patterns<'c> {
    all: &'c [Glob],
    /// The literals, of more than [`FEW`].
    literals: HashSet<&'c str>,
    /// The others, of more than [`FEW`].
    wild: Vec<&'c Glob>,
}

impl<'c> Patterns<'c> {
    pub(super) fn new(all: &'c [Glob], work: &mut Work) -> Self {
        let (mut literals, mut wild) = (HashSet::new(), Vec::new());
        if all.len() > FEW && work.spend(all.len()) {
            for glob in all {
                match glob.literal() {
                    Some(text) => {
                        literals.insert(text);
                    }
                    None => wild.push(glob),
                }
            }
        }
        Self { all, literals, wild }
    }

    pub(super) fn all(&self) -> &'c [Glob] {
        self.all
    }

    /// Whether every text that `given` takes is taken by one of them, as far as one alone tells. Not so when the
    /// work is spent.
    pub(super) fn take_all(&self, given: &Glob, work: &mut Work) -> bool {
        let one = |wanted: &Glob, work: &mut Work| work.spend(cost(wanted, given)) && wanted.takes_all(given);
        if self.all.len() <= FEW {
            return self.all.iter().any(|wanted| one(wanted, work));
        }
        if !work.spend(1) {
            return false;
        }
        let is_known = given.literal().is_some_and(|text| self.literals.contains(text));
        is_known || self.wild.iter().any(|wanted| one(wanted, work))
    }

    /// Whether no text is taken by `given` and one of them. Not so when the work is spent.
    pub(super) fn are_apart(&self, given: &Glob, work: &mut Work) -> bool {
        let one = |wanted: &Glob, work: &mut Work| work.spend(cost(wanted, given)) && wanted.is_apart(given);
        if self.all.len() <= FEW || given.literal().is_none() {
            return self.all.iter().all(|wanted| one(wanted, work));
        }
        let is_known = given.literal().is_some_and(|text| self.literals.contains(text));
        work.spend(1) && !is_known && self.wild.iter().all(|wanted| one(wanted, work))
    }
}

/// Whether each text that some pattern of the first list takes is taken by one of the second.
pub(super) fn all_taken(given: &[Glob], wanted: &Patterns<'_>, work: &mut Work) -> bool {
    given.iter().all(|given| wanted.take_all(given, work))
}

/// Comparing with a literal is one step; an automaton takes one for every few letters.
fn cost(left: &Glob, right: &Glob) -> usize {
    const LETTERS: usize = 4;
    match (left.shape(), right.shape()) {
        (Shape::Literal(_) | Shape::Prefix(_), Shape::Literal(_) | Shape::Prefix(_)) => 1,
        _ => 1 + (left.source().len() + right.source().len()) / LETTERS,
    }
}
