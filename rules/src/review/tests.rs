//! What reviewing costs, counted in steps: time tells nothing on a busy machine.

use crate::diagnostic::Code;
use crate::file::check_counting;
use crate::review::{MAX_STEPS, Work};
use crate::rule::Site;

/// The steps of a file that checks, and whether all of it was reviewed.
fn steps(source: &str) -> (u64, bool) {
    let (checked, work) = check_counting(&Site::default(), "large.toml", source);
    let errors: Vec<_> = checked.diagnostics.iter().map(ToString::to_string).collect();
    assert!(checked.program.is_some(), "{}", errors.join("\n"));
    let is_whole = checked.diagnostics.iter().all(|found| found.code != Code::Unreviewed);
    assert_eq!(is_whole, !work.is_spent());
    (work.steps(), is_whole)
}

fn rule(id: usize, priority: usize, when: &str) -> String {
    format!(
        "[[rule]]\nid = 'r{id}'\nshow = 'banner'\ngroup = 'g'\npriority = {priority}\ncontent.en.title = 't'\n\
         when = {when}\n"
    )
}

/// `{ word = [{ line 0 }, { word = [{ line 1 }, …] }] }`, so deep.
fn nested(word: &str, depth: usize, line: impl Fn(usize) -> String) -> String {
    let inner = format!("{{ {} }}", line(depth));
    (0..depth).rev().fold(inner, |inner, level| format!("{{ {word} = [{{ {} }}, {inner}] }}", line(level)))
}

#[test]
fn alternatives_within_alternatives_cost_their_pairs_and_not_their_ways() {
    // Two rules: 2 ^ 30 ways through the groups, 31 times 31 pairs of them.
    let two = rule(0, 9, &nested("any", 15, |level| format!("cart.total = {}", 1000 + level)))
        + &rule(1, 1, &nested("all", 15, |level| format!("orders.total = {{ not = {} }}", 2000 + level)));
    let (steps_of_two, is_whole) = steps(&two);
    assert!(is_whole && steps_of_two < 10_000, "{steps_of_two}");
    let five: String = (0..5)
        .map(|id| rule(id, 9 - id, &nested("any", 15, |level| format!("cart.total = {}", 100 * id + level))))
        .chain((5..10).map(|id| {
            rule(
                id,
                0,
                &nested("all", 15, |level| format!("orders.total = {{ not = {} }}", 100 * id + level)),
            )
        }))
        .collect();
    let (steps_of_five, is_whole) = steps(&five);
    assert!(is_whole && steps_of_five < 200_000, "{steps_of_five}");
}

#[test]
fn long_lists_of_texts_are_compared_by_looking_them_up() {
    let rules: String = (0..30)
        .map(|id| {
            let texts: String = (1..1_000).map(|text| format!("\"a{text}\",")).collect();
            rule(id, 0, &format!("{{ page.type = [{texts} \"own-{id}\"] }}"))
        })
        .collect();
    let (steps, is_whole) = steps(&rules);
    // 435 pairs of 1,000 texts each.
    assert!(is_whole && steps < 600_000, "{steps}");
}

#[test]
fn long_lists_of_numbers_are_compared_in_their_order() {
    let lists: String = (0..100)
        .map(|list| {
            let numbers: String = (0..1_000).map(|number| format!("{},", number + list)).collect();
            format!("{{ orders.count = [{numbers}] }},")
        })
        .collect();
    let (steps, is_whole) = steps(&rule(0, 0, &format!("{{ all = [{lists}] }}")));
    assert!(is_whole && steps < 500_000, "{steps}");
}

#[test]
fn what_no_order_helps_ends_at_the_limit_and_says_so() {
    let rules: String = (0..40)
        .map(|id| {
            let texts: String = (1..400).map(|text| format!("\"*{text}-*-b-*\",")).collect();
            rule(id, 0, &format!("{{ page.type = [{texts} \"*own-*-{id}-*\"] }}"))
        })
        .collect();
    let (steps, is_whole) = steps(&rules);
    assert!(!is_whole && steps == MAX_STEPS, "{steps}");
}

#[test]
fn a_file_that_is_refused_for_its_size_is_not_reviewed() {
    let too_deep = nested("any", 20, |level| format!("cart.total = {}", 1000 + level));
    let source =
        rule(0, 9, &too_deep) + &rule(1, 1, &nested("all", 15, |level| format!("orders.total = {level}")));
    let (checked, work) = check_counting(&Site::default(), "deep.toml", &source);
    assert!(checked.program.is_none());
    assert_eq!(work.steps(), 0);
}

#[test]
fn work_that_is_spent_stays_spent() {
    let mut work = Work::default();
    assert!(work.spend(MAX_STEPS as usize - 1) && !work.is_spent());
    assert!(!work.spend(2) && work.is_spent());
    assert!(!work.spend(1));
}
