//! Compiled equals naive, on random rule sets and facts.
//!
//! `DECLIC_CASES` sets how many pairs are tried; CI tries a few thousand, a release at least a million.

mod naive;
mod random;

use crate::evaluation::{Changes, Evaluation};
use crate::program::Program;
use crate::review;
use crate::rule::{RuleCondition, Site};
use crate::truth::Truth;

fn cases() -> u64 {
    std::env::var("DECLIC_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(4_000)
}

#[test]
fn compiled_equals_naive_with_its_watch_list() {
    /// Pairs tried on one rule set: compiling is the slow part.
    const FACTS_PER_PROGRAM: u64 = 20;
    let mut evaluation = Evaluation::default();
    for seed in 0..cases().div_ceil(FACTS_PER_PROGRAM) {
        let mut random = random::Random::new(seed);
        let rules: Vec<_> = (0..random.below(40)).map(|index| random.rule(index)).collect();
        let program = Program::new(Site::default(), rules).expect("within the limits");
        let copy = Program::from_bytes(&program.to_bytes()).expect("its own bytes");
        assert_eq!(copy.rules(), program.rules());
        for _ in 0..FACTS_PER_PROGRAM {
            let facts = random.facts();
            copy.evaluate_into(&facts, &mut evaluation);

            for rule in 0..program.rules().len() {
                let condition = program.condition(rule);
                let expected = naive::truth(condition, &facts);
                assert_eq!(evaluation.truth(rule), expected, "seed {seed}: {condition:?} of {facts:?}");
                assert_eq!(
                    condition.truth(&facts),
                    expected,
                    "seed {seed}: walked, {condition:?} of {facts:?}"
                );
                if expected == Truth::NotYet {
                    let mut watches: Vec<_> = evaluation.watch_of(rule).collect();
                    watches.sort_unstable();
                    watches.dedup();
                    assert_eq!(
                        watches,
                        naive::watch(condition, &facts),
                        "seed {seed}: {condition:?} of {facts:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn bringing_up_to_date_equals_evaluating_again() {
    for seed in 0..cases().div_ceil(40) {
        let mut random = random::Random::new(seed ^ 0xdec11c);
        let rules: Vec<_> = (0..random.below(60)).map(|index| random.rule(index)).collect();
        let program = Program::new(Site::default(), rules).expect("within the limits");
        let mut facts = random.facts();
        let mut evaluation = program.evaluate(&facts);
        for _ in 0..40 {
            let mut changes = Changes::new();
            for _ in 0..random.below(4) {
                changes = random.change(&mut facts, changes);
            }
            program.reevaluate(&facts, &changes, &mut evaluation);
            assert_eq!(evaluation, program.evaluate(&facts), "seed {seed}: {changes:?} to {facts:?}");
        }
    }
}

#[test]
fn an_evaluation_of_another_program_is_made_anew() {
    let mut random = random::Random::new(7);
    let facts = random.facts();
    let mut evaluation = Evaluation::default();
    for count in [30, 3, 0, 70] {
        let rules: Vec<_> = (0..count).map(|index| random.rule(index)).collect();
        let program = Program::new(Site::default(), rules).expect("within the limits");
        program.evaluate_into(&facts, &mut evaluation);
        assert_eq!(evaluation, program.evaluate(&facts));
    }
}

/// Facts tried on a pair of conditions that is said to be impossible, or one to follow from the other.
const TRIALS: usize = 40;

fn asked(random: &mut random::Random) -> RuleCondition {
    let mut parts = |most| (0..random.below(most)).map(|_| random.condition(1)).collect();
    RuleCondition { when: parts(4), unless: parts(3), implied: Vec::new() }
}

#[test]
fn what_review_calls_impossible_never_holds() {
    let mut found = 0;
    for seed in 0..cases() * 5 {
        let mut random = random::Random::new(seed ^ 0x1397);
        let condition = asked(&mut random);
        if review::contradiction(&condition, &mut review::Work::default()).is_none() {
            continue;
        }
        found += 1;
        for _ in 0..TRIALS {
            let facts = random.facts();
            assert_eq!(condition.whole().truth(&facts), Truth::No, "seed {seed}: {condition:?} of {facts:?}");
        }
    }
    assert!(found > 100, "{found} cases are too few to tell");
}

#[test]
fn what_review_calls_no_more_holds_whenever_the_other_does() {
    let mut found = 0;
    for seed in 0..cases() * 5 {
        let mut random = random::Random::new(seed ^ 0x5eed);
        let (mut later, earlier) = (asked(&mut random), asked(&mut random));
        if random.below(2) == 0 {
            // Half of it is the other's, so that the two have something to do with each other.
            later.when.extend(earlier.when.iter().skip(1).cloned());
            later.unless.extend(earlier.unless.iter().skip(random.below(2)).cloned());
        }
        let is_empty = earlier.when.is_empty() && earlier.unless.is_empty();
        if is_empty || !review::Implication::new(&mut review::Work::default()).asks_no_more(&earlier, &later)
        {
            continue;
        }
        found += 1;
        for _ in 0..TRIALS {
            let facts = random.facts();
            let (earlier, later) = (earlier.whole(), later.whole());
            assert!(
                earlier.truth(&facts) >= later.truth(&facts),
                "seed {seed}: {later:?} without {earlier:?} of {facts:?}"
            );
        }
    }
    assert!(found > 100, "{found} cases are too few to tell");
}
