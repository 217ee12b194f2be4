//! Two versions of a rule file, compared: line by line, and rule by rule.
//!
//! Takes the sources as published; returns what a marketer reads before putting one in the other's place. A rule has
//! changed when its own lines have: blank lines and comments do not count, nor does its place in the file.

use similar::{ChangeTag, TextDiff};

/// Longest textual comparison, in bytes; what is beyond is cut off and said to be.
const MAX_TEXT_BYTES: usize = 256 * 1024;
/// Lines around a change.
const CONTEXT_LINES: usize = 3;

/// What differs between two versions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// In the unified format of `diff -u`; empty when nothing differs.
    pub text: String,
    /// Rules only the newer has.
    pub added: Vec<String>,
    /// Rules only the older has.
    pub removed: Vec<String>,
    /// Rules both have, and not alike.
    pub changed: Vec<RuleDifference>,
    /// Whether what stands outside the rules differs: the site's and the customer's tables.
    pub preamble: bool,
}

/// A rule that has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleDifference {
    /// Its id.
    pub rule: String,
    /// Its lines that went.
    pub before: Vec<String>,
    /// Its lines that came.
    pub after: Vec<String>,
}

/// Compares `older` with `newer`, whose names head the text.
pub fn difference(older: (&str, &str), newer: (&str, &str)) -> Difference {
    let ((older_name, older), (newer_name, newer)) = (older, newer);
    let diff = TextDiff::from_lines(older, newer);
    let mut text =
        diff.unified_diff().context_radius(CONTEXT_LINES).header(older_name, newer_name).to_string();
    if text.len() > MAX_TEXT_BYTES {
        let end = text.floor_char_boundary(MAX_TEXT_BYTES);
        text.truncate(end);
        text.push_str("\n… cut off here\n");
    }
    let (before, after) = (Sections::of(older), Sections::of(newer));
    let names = |of: &Sections, other: &Sections| {
        let missing = of.rules.iter().filter(|(id, _)| other.lines(id).is_none());
        missing.map(|(id, _)| id.clone()).collect()
    };
    let changed =
        after.rules.iter().filter_map(|(id, lines)| changes(id, before.lines(id)?, lines)).collect();
    Difference {
        text,
        added: names(&after, &before),
        removed: names(&before, &after),
        changed,
        preamble: before.preamble != after.preamble,
    }
}

fn changes(rule: &str, before: &[String], after: &[String]) -> Option<RuleDifference> {
    let old: Vec<&str> = before.iter().map(String::as_str).collect();
    let new: Vec<&str> = after.iter().map(String::as_str).collect();
    let diff = TextDiff::from_slices(&old, &new);
    let with = |tag: ChangeTag| {
        diff.iter_all_changes()
            .filter(|change| change.tag() == tag)
            .map(|change| change.value().to_owned())
            .collect()
    };
    let (before, after): (Vec<String>, Vec<String>) = (with(ChangeTag::Delete), with(ChangeTag::Insert));
    (!before.is_empty() || !after.is_empty()).then(|| RuleDifference { rule: rule.to_owned(), before, after })
}

/// A rule file, cut at its rules.
#[derive(Default)]
struct Sections {
    preamble: Vec<String>,
    rules: Vec<(String, Vec<String>)>,
}

impl Sections {
    fn of(source: &str) -> Self {
        let mut sections = Self::default();
        let mut in_rule = false;
        for line in source.lines().map(str::trim) {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            match line.split('#').next().unwrap_or_default().trim() {
                "[[rule]]" => {
                    sections.rules.push(Default::default());
                    in_rule = true;
                    continue;
                }
                "[site]" | "[customer]" => in_rule = false,
                _ => {}
            }
            match sections.rules.last_mut().filter(|_| in_rule) {
                Some((id, lines)) => {
                    if let Some(said) = id_of(line).filter(|_| id.is_empty()) {
                        *id = said.to_owned();
                    }
                    lines.push(line.to_owned());
                }
                None => sections.preamble.push(line.to_owned()),
            }
        }
        sections
    }

    fn lines(&self, id: &str) -> Option<&[String]> {
        self.rules.iter().find(|(known, _)| known == id).map(|(_, lines)| lines.as_slice())
    }
}

/// `basket-call` of `id = "basket-call"`.
fn id_of(line: &str) -> Option<&str> {
    let value = line.strip_prefix("id")?.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    value[1..].split(quote).next()
}

#[cfg(test)]
mod tests {
    use super::{Difference, difference};

    const OLD: &str = "
[site]
timezone = \"Europe/Paris\"

[[rule]]
id = \"hello\"
show = \"banner\"
when = { page.path = \"/\" }

[[rule]]
id   = \"call\"    # the important one
show = \"callback\"
when = { cart.total = \">= 150\" }
";

    fn compare(change: impl Fn(&str) -> String) -> Difference {
        difference(("version 1", OLD), ("version 2", &change(OLD)))
    }

    #[test]
    fn the_same_file_differs_in_nothing() {
        assert_eq!(compare(str::to_owned), Difference::default());
    }

    #[test]
    fn a_changed_rule_shows_its_lines() {
        let found = compare(|old| old.replace("150", "200"));
        assert!(found.text.contains("--- version 1") && found.text.contains("+when"), "{}", found.text);
        assert_eq!(found.changed.len(), 1);
        let change = &found.changed[0];
        assert_eq!((&*change.rule, change.before.len(), change.after.len()), ("call", 1, 1));
        assert!(change.after[0].contains("200") && !found.preamble);
    }

    #[test]
    fn rules_come_and_go_by_their_ids() {
        let found = compare(|old| old.replace("\"hello\"", "\"welcome\""));
        assert_eq!(
            (&*found.added, &*found.removed),
            (&["welcome".to_owned()][..], &["hello".to_owned()][..])
        );
        assert!(found.changed.is_empty());
    }

    #[test]
    fn comments_and_places_change_no_rule() {
        let found = compare(|old| {
            let (first, second) = (old.find("[[rule]]").unwrap(), old.rfind("[[rule]]").unwrap());
            format!("{}# moved\n{}{}", &old[..first], &old[second..], &old[first..second])
        });
        assert!(!found.text.is_empty());
        assert_eq!((found.added, found.removed, found.changed), (vec![], vec![], vec![]));
    }

    #[test]
    fn what_holds_for_the_whole_site_is_told_apart() {
        let found = compare(|old| old.replace("Paris", "Rome"));
        assert!(found.preamble && found.changed.is_empty());
    }
}
