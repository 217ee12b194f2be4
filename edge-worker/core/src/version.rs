//! Two versions of a rule file, compared: line by line, and rule by rule.
//!
//! Takes the sources as published; returns what a marketer reads before putting one in the other's place. A rule has
//! changed when its own lines have: blank lines and comments do not count, nor does its place in the file.
//!
//! Comparing by line costs the square of the lines between the common head and tail. One comparison has a fixed budget of
//! steps for all of them, since one edge answers everybody: two files too far apart are told apart by rule only.

use std::collections::HashMap;

use similar::{ChangeTag, TextDiff};

/// Versions of a site's rules that are kept, newest first; those in force or scheduled are kept beyond.
pub const KEPT_VERSIONS: u32 = 100;
/// Longest note on a version, in characters.
pub const MAX_NOTE_CHARS: usize = 200;
/// Longest textual comparison, in bytes; what is beyond is cut off and said to be.
const MAX_TEXT_BYTES: usize = 256 * 1024;
/// Lines around a change.
const CONTEXT_LINES: usize = 3;
/// Steps of one comparison: the text's, and then those of the rules that have changed. A quarter of a second at worst.
const MAX_STEPS: usize = 8_000 * 8_000;
/// In place of a text that would take more.
const TOO_FAR_APART: &str = "… the files are too far apart to be compared by line\n";

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
    let mut steps = MAX_STEPS;
    let text = text((older_name, older), (newer_name, newer), &mut steps);
    let (before, after) = (Sections::of(older), Sections::of(newer));
    let (mut old_rules, new_rules) = (before.by_id(), after.by_id());
    let names = |of: &Sections, other: &HashMap<&str, &[String]>| {
        let missing = of.rules.iter().filter(|(id, _)| !other.contains_key(id.as_str()));
        missing.map(|(id, _)| id.clone()).collect()
    };
    let (added, removed) = (names(&after, &old_rules), names(&before, &new_rules));
    // Taken out: no rule is compared twice, whatever stands in the file.
    let changed = after
        .rules
        .iter()
        .filter_map(|(id, lines)| changes(id, old_rules.remove(id.as_str())?, lines, &mut steps))
        .collect();
    Difference { text, added, removed, changed, preamble: before.preamble != after.preamble }
}

fn text(older: (&str, &str), newer: (&str, &str), steps: &mut usize) -> String {
    let ((older_name, older), (newer_name, newer)) = (older, newer);
    let old: Vec<&str> = older.split_inclusive('\n').collect();
    let new: Vec<&str> = newer.split_inclusive('\n').collect();
    if !affordable(apart(&old, &new), steps) {
        return format!("--- {older_name}\n+++ {newer_name}\n{TOO_FAR_APART}");
    }
    let diff = TextDiff::configure().newline_terminated(true).diff_slices(&old, &new);
    let mut text =
        diff.unified_diff().context_radius(CONTEXT_LINES).header(older_name, newer_name).to_string();
    if text.len() > MAX_TEXT_BYTES {
        let end = text.floor_char_boundary(MAX_TEXT_BYTES);
        text.truncate(end);
        text.push_str("\n… cut off here\n");
    }
    text
}

/// What stands between the common head and tail of both.
fn apart<'a, T: PartialEq>(old: &'a [T], new: &'a [T]) -> (&'a [T], &'a [T]) {
    let head = old.iter().zip(new).take_while(|(old, new)| old == new).count();
    let (old, new) = (&old[head..], &new[head..]);
    let tail = old.iter().rev().zip(new.iter().rev()).take_while(|(old, new)| old == new).count();
    (&old[..old.len() - tail], &new[..new.len() - tail])
}

/// Takes the steps of comparing these; false, and none taken, when there are not as many.
fn affordable<T>((old, new): (&[T], &[T]), steps: &mut usize) -> bool {
    // The square of their sum and not their product: a few lines against many walk as far. Against none there is no walk.
    let wanted = if old.is_empty() || new.is_empty() { 0 } else { (old.len() + new.len()).saturating_pow(2) };
    steps.checked_sub(wanted).map(|left| *steps = left).is_some()
}

fn changes(rule: &str, before: &[String], after: &[String], steps: &mut usize) -> Option<RuleDifference> {
    let (before, after) = apart(before, after);
    if before.is_empty() && after.is_empty() {
        return None;
    }
    let rule = rule.to_owned();
    if !affordable((before, after), steps) {
        return Some(RuleDifference { rule, before: before.to_vec(), after: after.to_vec() });
    }
    let old: Vec<&str> = before.iter().map(String::as_str).collect();
    let new: Vec<&str> = after.iter().map(String::as_str).collect();
    let diff = TextDiff::from_slices(&old, &new);
    let with = |tag: ChangeTag| {
        diff.iter_all_changes()
            .filter(|change| change.tag() == tag)
            .map(|change| change.value().to_owned())
            .collect()
    };
    Some(RuleDifference { rule, before: with(ChangeTag::Delete), after: with(ChangeTag::Insert) })
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

    /// The lines of each rule; the first's, should two have one id.
    fn by_id(&self) -> HashMap<&str, &[String]> {
        self.rules.iter().rev().map(|(id, lines)| (id.as_str(), lines.as_slice())).collect()
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
    use super::{Difference, MAX_STEPS, TOO_FAR_APART, affordable, apart, difference};

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

    /// As many lines as 1 MB holds, no two alike.
    fn draft(of: &str) -> String {
        let lines: String = (0..99_000).map(|line| format!("\n# {of}{line}")).collect();
        format!("{lines}\n{OLD}{lines}")
    }

    #[test]
    fn files_far_apart_are_compared_by_rule_only() {
        let (older, newer) = (draft("a"), draft("b").replace("150", "200"));
        let found = difference(("version 1", &older), ("version 2", &newer));
        assert!(found.text.starts_with("--- version 1") && found.text.ends_with(TOO_FAR_APART));
        assert_eq!(found.changed.len(), 1);
        let alike = difference(("version 1", &older), ("version 2", &older.replace(">= 150", ">= 200")));
        assert!(alike.text.contains("+when") && !alike.text.contains(TOO_FAR_APART), "{}", alike.text);
    }

    #[test]
    fn a_rule_far_apart_goes_and_comes_whole() {
        let of = |name: &str| {
            let pages: String = (0..50_000).map(|page| format!("\n\"/{name}{page}\",")).collect();
            format!("[[rule]]\nid = \"hello\"\nwhen = {{ page.path = [{pages}\n] }}\nshow = \"banner\"\n")
        };
        let found = difference(("version 1", &of("a")), ("version 2", &of("b")));
        let change = &found.changed[0];
        assert_eq!((change.before.len(), change.after.len()), (50_000, 50_000));
        assert!(change.before[0].contains("/a0") && !change.before.iter().any(|line| line.contains("id =")));
    }

    #[test]
    fn steps_are_counted_for_what_is_apart_and_run_out() {
        let (one, many) = (vec!["a"; 1], (0..20_000).map(|_| "b").collect::<Vec<_>>());
        let mut steps = MAX_STEPS;
        assert!(!affordable((&one, &many), &mut steps), "a few lines against many");
        assert!(affordable((&one[..0], &many), &mut steps) && affordable(apart(&many, &many), &mut steps));
        assert_eq!(steps, MAX_STEPS);
        assert!(
            affordable((&many[..5_000], &one), &mut steps) && affordable((&many[..5_000], &one), &mut steps)
        );
        assert!(!affordable((&many[..5_000], &one), &mut steps), "one budget for all");
    }
}
