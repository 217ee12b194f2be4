//! From conditions to an engine: numbers the distinct tests, flattens the rules, chooses where each rule waits.

use std::collections::HashMap;

use crate::condition::{Condition, Polarity, Subject, Test, Wanted};
use crate::engine::code::{Code, Tree, literal};
use crate::engine::live::LiveTree;
use crate::engine::reader::SubjectReader;
use crate::engine::{Bits, Engine, Lists};
use crate::glob::Shape;
use crate::signal::{Kind, Signal};
use crate::watch::Boxes;

/// The distinct tests, in the order in which they were met.
#[derive(Default)]
struct Tests {
    by_bytes: HashMap<Vec<u8>, u32>,
    all: Vec<(Test, Polarity)>,
    /// The number of each once they are grouped by subject.
    numbers: Vec<u32>,
}

impl Tests {
    /// Live tests are told apart by polarity: what could hold is not the opposite of what could not.
    fn provisional(&mut self, test: &Test, polarity: Polarity) -> u32 {
        let polarity = if test.subject.is_live() { polarity } else { Polarity::Plain };
        let key = (&test.subject, &test.wanted, polarity == Polarity::Plain);
        let bytes = bincode::encode_to_vec(key, bincode::config::standard()).unwrap_or_default();
        *self.by_bytes.entry(bytes).or_insert_with(|| {
            self.all.push((test.clone(), polarity));
            self.all.len() as u32 - 1
        })
    }

    /// Groups the tests by subject and makes a reader of each group.
    fn readers(&mut self) -> Vec<SubjectReader> {
        let mut groups: HashMap<&Subject, usize> = HashMap::new();
        let mut members: Vec<Vec<usize>> = Vec::new();
        for (index, (test, _)) in self.all.iter().enumerate() {
            let group = *groups.entry(&test.subject).or_insert_with(|| {
                members.push(Vec::new());
                members.len() - 1
            });
            members[group].push(index);
        }
        self.numbers = vec![0; self.all.len()];
        let mut readers = Vec::with_capacity(members.len());
        let mut first = 0;
        for group in members {
            let tests: Vec<_> = group.iter().map(|index| self.all[*index].clone()).collect();
            for (number, index) in (first..).zip(&group) {
                self.numbers[*index] = number;
            }
            let Some((test, _)) = tests.first() else { continue };
            readers.push(SubjectReader::new(test.subject.clone(), first, &tests));
            first += tests.len() as u32;
        }
        readers
    }

    fn of(&self, provisional: u32) -> &(Test, Polarity) {
        &self.all[provisional as usize]
    }
}

pub(super) fn compile(conditions: &[Condition]) -> Engine {
    let mut tests = Tests::default();
    let trees: Vec<Tree> =
        conditions.iter().map(|condition| tree(condition, Polarity::Plain, &mut tests)).collect();
    let readers = tests.readers();
    let predicates = tests.all.len();

    let mut code = Code::default();
    let mut live = Vec::with_capacity(trees.len());
    let mut waiting: Vec<Vec<u32>> = vec![Vec::new(); predicates];
    let mut users: Vec<Vec<u32>> = vec![Vec::new(); 2 * predicates];
    let (mut always, mut live_rules) = (Bits::default(), Bits::default());
    always.reset(trees.len());
    live_rules.reset(trees.len());
    for (rule, tree) in (0..).zip(trees) {
        let mut clauses = match tree {
            Tree::All(parts) => parts,
            other => vec![other],
        };
        // What fails most often is tried first.
        clauses.sort_by(|left, right| share(left, &tests).total_cmp(&share(right, &tests)));
        let whole = Tree::All(clauses.clone());
        let tree = has_live(&whole, &tests).then(|| live_tree(&whole, &tests));
        if tree.is_some() {
            live_rules.insert(rule);
        }
        live.push(tree);
        clauses.iter_mut().for_each(|clause| renumber(clause, &tests));
        let doors = clauses.iter().find_map(doors).filter(|_| !clauses.is_empty());
        match doors {
            Some(doors) => doors.iter().for_each(|predicate| waiting[*predicate as usize].push(rule)),
            None => always.insert(rule),
        }
        for clause in &clauses {
            clause.for_each(&mut |literal| users[literal as usize].push(rule));
        }
        code.push(&clauses);
    }
    Engine {
        readers,
        predicates,
        code,
        live,
        waiting: Lists::new(waiting),
        users: Lists::new(users),
        always,
        live_rules,
    }
}

/// The condition over provisional numbers, `not` pushed down and groups of one kind merged.
fn tree(condition: &Condition, polarity: Polarity, tests: &mut Tests) -> Tree {
    let (parts, all) = match (condition, polarity) {
        (Condition::Test(test), _) => {
            let number = tests.provisional(test, polarity);
            return Tree::Literal(literal(number, polarity == Polarity::Negated && !test.subject.is_live()));
        }
        (Condition::Not(inner), _) => return tree(inner, polarity.flipped(), tests),
        (Condition::All(parts), Polarity::Plain) | (Condition::Any(parts), Polarity::Negated) => {
            (parts, true)
        }
        (Condition::Any(parts), Polarity::Plain) | (Condition::All(parts), Polarity::Negated) => {
            (parts, false)
        }
    };
    let mut merged = Vec::with_capacity(parts.len());
    for part in parts {
        match tree(part, polarity, tests) {
            Tree::All(inner) if all => merged.extend(inner),
            Tree::Any(inner) if !all => merged.extend(inner),
            other => merged.push(other),
        }
    }
    match (merged.len(), all) {
        (1, _) => merged.swap_remove(0),
        (_, true) => Tree::All(merged),
        (_, false) => Tree::Any(merged),
    }
}

fn renumber(tree: &mut Tree, tests: &Tests) {
    match tree {
        Tree::Literal(number) => *number = literal(tests.numbers[*number as usize / 2], *number & 1 == 1),
        Tree::All(parts) | Tree::Any(parts) => parts.iter_mut().for_each(|part| renumber(part, tests)),
    }
}

/// The predicates of which one must be marked for the clause to pass; absent when none need be.
fn doors(clause: &Tree) -> Option<Vec<u32>> {
    match clause {
        Tree::Literal(literal) => (literal & 1 == 0).then(|| vec![literal / 2]),
        Tree::Any(parts) => {
            let mut all = Vec::new();
            for part in parts {
                all.extend(doors(part)?);
            }
            Some(all)
        }
        Tree::All(parts) => parts.iter().find_map(doors),
    }
}

/// A guess at how often a clause passes, from 0 to 1. It decides speed, never the result.
fn share(tree: &Tree, tests: &Tests) -> f64 {
    match tree {
        Tree::Literal(number) => {
            let (test, _) = tests.of(number / 2);
            let plain = test_share(test);
            if number & 1 == 1 { 1.0 - plain } else { plain }
        }
        Tree::All(parts) => parts.iter().map(|part| share(part, tests)).fold(1.0, f64::min),
        Tree::Any(parts) => parts.iter().map(|part| share(part, tests)).sum::<f64>().min(1.0),
    }
}

fn test_share(test: &Test) -> f64 {
    let of_text = match &test.subject {
        // A page is one of many; a device is one of three.
        Subject::Signal(Signal::PagePath | Signal::PageTitle) => 0.01,
        Subject::Signal(signal) if !signal.declaration().values.is_empty() => {
            1.0 / signal.declaration().values.len() as f64
        }
        subject if subject.kind() == Kind::Path => 0.02,
        subject if subject.kind() == Kind::Set => 0.25,
        _ => 0.1,
    };
    match &test.wanted {
        Wanted::Text(globs) => globs
            .iter()
            .map(|glob| match glob.shape() {
                Shape::Literal(_) => of_text,
                // Each further part of a path narrows it.
                Shape::Prefix(prefix) => (0.5 / prefix.matches('/').count().max(1) as f64).max(of_text) * 0.4,
                Shape::General { .. } => of_text * 2.0,
            })
            .sum::<f64>()
            .min(1.0),
        Wanted::Number(_) if test.subject.is_live() => 0.7,
        Wanted::Number(_) => 0.4,
        Wanted::Flag(_) | Wanted::Known => 0.5,
        Wanted::Times { .. } | Wanted::Path { .. } => 0.15,
    }
}

fn has_live(tree: &Tree, tests: &Tests) -> bool {
    let mut live = false;
    tree.for_each(&mut |literal| live |= tests.of(literal / 2).0.subject.is_live());
    live
}

fn live_tree(tree: &Tree, tests: &Tests) -> LiveTree {
    if !has_live(tree, tests) {
        let mut other = tree.clone();
        renumber(&mut other, tests);
        return LiveTree::Other(other);
    }
    match tree {
        Tree::Literal(number) => {
            let (test, polarity) = tests.of(number / 2);
            LiveTree::Boxes(Boxes::of_test(test, *polarity).0)
        }
        Tree::Any(parts) => LiveTree::Any(parts.iter().map(|part| live_tree(part, tests)).collect()),
        Tree::All(parts) => {
            // Parts without live tests were checked before: only inside an `any` do they still matter. At the top
            // they hold, so they are left in: one more test is cheaper than a second kind of tree.
            let mut joined: Option<Boxes> = None;
            let mut rest = Vec::new();
            for part in parts {
                match live_tree(part, tests) {
                    LiveTree::Boxes(boxes) => {
                        let boxes = Boxes(boxes);
                        joined = Some(joined.map_or(boxes.clone(), |known| known.and(&boxes)));
                    }
                    other => rest.push(other),
                }
            }
            match (joined, rest.is_empty()) {
                (Some(boxes), true) => LiveTree::Boxes(boxes.0),
                (joined, _) => {
                    let boxes = joined.map(|boxes| LiveTree::Boxes(boxes.0));
                    LiveTree::All(rest.into_iter().chain(boxes).collect())
                }
            }
        }
    }
}
