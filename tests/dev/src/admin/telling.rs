//! The API's answers in words, for a terminal.

use serde_json::Value;

/// A text, or nothing. Without what a terminal would take for an order: others wrote it.
pub(super) fn word(value: &Value) -> String {
    match value {
        Value::String(text) => text.chars().filter(|char| !char.is_control() || *char == '\n').collect(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

pub(super) fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// A list of texts, one a line.
pub(super) fn list(value: &Value) -> String {
    items(value).iter().map(word).collect::<Vec<_>>().join("\n")
}

/// Columns of even width below a head; numbers end below each other.
pub(super) fn table(head: &[&str], rows: Vec<Vec<String>>) -> String {
    let cells = |column: usize| rows.iter().filter_map(move |row| row.get(column));
    let is_number = |cell: &String| cell.is_empty() || cell.starts_with(|first: char| first.is_ascii_digit());
    let numbers = |column: usize| {
        cells(column).any(|cell| !cell.is_empty())
            && cells(column).all(|cell| is_number(cell) && !cell.contains(['T', ':', '/']))
    };
    let columns: Vec<(usize, bool)> = head
        .iter()
        .enumerate()
        .map(|(column, title)| {
            let widest = cells(column).map(|cell| cell.chars().count()).max().unwrap_or(0);
            (widest.max(title.chars().count()), numbers(column))
        })
        .collect();
    let line = |row: Vec<&str>| {
        let padded = row.iter().zip(&columns).map(|(cell, (width, number))| match number {
            true => format!("{cell:>width$}"),
            false => format!("{cell:<width$}"),
        });
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let mut lines = vec![line(head.to_vec())];
    lines.extend(rows.iter().map(|row| line(row.iter().map(String::as_str).collect())));
    lines.join("\n")
}

/// What became of a version.
pub(super) fn published(value: &Value) -> String {
    let state = match value["state"].as_str() {
        Some("in_force") => "is in force".to_owned(),
        Some("scheduled") => format!("comes in force {}", word(&value["from"])),
        _ => "is kept as a draft".to_owned(),
    };
    let mut lines = vec![format!("version {} {state}: {} rules", value["version"], value["rules"])];
    lines.extend(items(&value["warnings"]).iter().map(word));
    lines.join("\n")
}

/// The versions, newest first.
pub(super) fn versions(value: &Value) -> String {
    let row = |version: &Value| {
        let cells = ["version", "state", "from", "rules", "created_at", "by", "note"];
        cells.iter().map(|cell| word(&version[cell])).collect()
    };
    let head = ["version", "state", "from", "rules", "made", "by", "note"];
    table(&head, items(&value["versions"]).iter().map(row).collect())
}

/// Rule by rule, then line by line.
pub(super) fn difference(value: &Value) -> String {
    let mut lines = Vec::new();
    for (mark, name) in [("+", "added"), ("-", "removed")] {
        lines.extend(items(&value[name]).iter().map(|rule| format!("{mark} rule `{}`", word(rule))));
    }
    let changed = items(&value["changed"]).iter();
    lines.extend(changed.map(|change| format!("~ rule `{}`", word(&change["rule"]))));
    if value["preamble_changed"] == true {
        lines.push("~ what holds for the whole site".into());
    }
    if lines.is_empty() {
        lines.push("no rule differs".into());
    }
    format!("{}\n\n{}", lines.join("\n"), word(&value["text"])).trim_end().to_owned()
}

/// A link, and until when it opens.
pub(super) fn link(value: &Value) -> String {
    format!(
        "{}\nuntil {}; on another page of the site, add `{}={}`",
        word(&value["url"]),
        word(&value["expires_at"]),
        word(&value["parameter"]),
        word(&value["key"])
    )
}

/// Every rule's account.
pub(super) fn accounts(value: &Value) -> String {
    let mark = |account: &Value| if account["shown"] == true { "shown" } else { "" }.to_owned();
    let row = |account: &Value| {
        vec![word(&account["rule"]), word(&account["truth"]), mark(account), word(&account["reason"])]
    };
    table(&["rule", "holds", "", "why"], items(&value["rules"]).iter().map(row).collect())
}

/// Who has a key.
pub(super) fn keys(value: &Value) -> String {
    let row = |key: &Value| ["name", "role", "created_at"].iter().map(|cell| word(&key[cell])).collect();
    table(&["name", "role", "since"], items(&value["keys"]).iter().map(row).collect())
}

/// Who changed what.
pub(super) fn audit(value: &Value) -> String {
    let row = |entry: &Value| ["at", "by", "what", "detail"].iter().map(|cell| word(&entry[cell])).collect();
    table(&["at", "by", "what", ""], items(&value["entries"]).iter().map(row).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{published, versions};

    #[test]
    fn a_publication_says_its_state_and_its_warnings() {
        let answer = json!({ "version": 3, "state": "scheduled", "from": "2026-12-24T18:00:00Z", "rules": 2, "warnings": ["w"] });
        assert_eq!(published(&answer), "version 3 comes in force 2026-12-24T18:00:00Z: 2 rules\nw");
    }

    #[test]
    fn columns_stand_below_each_other() {
        let version = |number: u32, state: &str| json!({ "version": number, "state": state, "by": "ada", "note": "a\u{1b}[2Jb" });
        let text = versions(&json!({ "versions": [version(10, "in_force"), version(9, "past")] }));
        let columns: Vec<usize> = text.lines().filter_map(|line| line.find("ada")).collect();
        assert_eq!(columns.len(), 2);
        assert_eq!(columns[0], columns[1]);
        assert!(
            text.starts_with("version  state")
                && text.lines().nth(2).is_some_and(|line| line.starts_with("      9"))
        );
        assert!(!text.contains('\u{1b}'), "what others wrote gives the terminal no order: {text:?}");
    }
}
