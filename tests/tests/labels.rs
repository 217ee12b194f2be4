//! The labels that a rule's content may bring are those that the widgets have: two crates that may not know each other.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

use std::collections::BTreeMap;
use std::fs;

use dev::workspace;

/// Each label with its words in English, from the lines between two marks of a file of the workspace.
fn labels(file: &str, from: &str, to: &str) -> BTreeMap<String, String> {
    let text = fs::read_to_string(workspace().root().join(file)).unwrap();
    let lines = text.split_once(from).unwrap().1.split(to).next().unwrap().lines();
    let rows = lines.map(|line| line.trim_start_matches("| ").split('|'));
    let pairs = rows.filter_map(|mut row| Some((row.next()?.trim(), row.next()?.trim())));
    pairs.map(|(name, english)| (name.trim_matches('`').to_owned(), english.to_owned())).collect()
}

#[test]
fn a_rule_may_bring_each_label_of_the_widgets_and_no_other() {
    let widgets = labels("tracker-wasm/widgets/src/labels.rs", "const TABLE: &str = \"\\\n", "\";");
    let rules = labels("rules/SIGNALS.md", "| label | in English |\n| --- | --- |\n", "\n\n");
    assert!(widgets.len() > 20, "{widgets:?}");
    assert_eq!(widgets, rules);
}
