//! What visitors read, as its language writes it.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

use std::fs;
use std::path::PathBuf;

use dev::workspace;
use rules::{Facts, check};

/// Where a line could break although French wants both sides together.
fn breaks(text: &str) -> bool {
    let inside =
        |(left, right): (char, char)| left == ' ' && "?!:;»€%".contains(right) || left == '«' && right == ' ';
    text.chars().zip(text.chars().skip(1)).any(inside)
}

/// The demo's rules, and those a marketer starts from.
fn rule_files() -> Vec<PathBuf> {
    let packs = fs::read_dir(workspace().root().join("rules/packs")).unwrap();
    let mut files: Vec<PathBuf> = packs.map(|entry| entry.unwrap().path()).collect();
    files.push(workspace().demo_site().join("rules.toml"));
    files
}

#[test]
fn no_line_of_french_begins_with_its_punctuation() {
    for path in rule_files() {
        let program = check("rules.toml", &fs::read_to_string(&path).unwrap()).program.unwrap();
        for (index, rule) in program.rules().iter().enumerate() {
            let card = program.card(index, &Facts::new(), "fr", b"someone");
            let labels =
                card.links.iter().map(|link| &link.label).chain(card.labels.iter().map(|(_, label)| label));
            for text in [&card.title, &card.text, &card.action].into_iter().chain(labels) {
                let place = format!("{}: {}", path.display(), rule.id);
                assert!(!breaks(text), "{place}: `{text}` could break before a sign or after «");
            }
        }
    }
}

#[test]
fn a_space_that_breaks_is_told_from_one_that_does_not() {
    assert!(breaks("Vraiment ?") && breaks("« Oui\u{a0}»") && breaks("«\u{a0}Oui »") && breaks("60 €"));
    assert!(!breaks("Vraiment\u{a0}?") && !breaks("«\u{a0}Oui\u{202f}»") && !breaks("à 10:30, oui"));
}
