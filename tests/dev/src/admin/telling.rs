//! The API's answers in words, for a terminal.

use serde_json::Value;

/// A text, or nothing.
pub(super) fn word(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// A list of texts, one a line.
pub(super) fn list(value: &Value) -> String {
    items(value).iter().map(word).collect::<Vec<_>>().join("\n")
}

/// Columns of even width.
fn table(rows: Vec<Vec<String>>) -> String {
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..count).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells: Vec<String> =
            row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        cells.join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
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
    table(items(&value["versions"]).iter().map(row).collect())
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
    table(items(&value["rules"]).iter().map(row).collect())
}

/// Who has a key.
pub(super) fn keys(value: &Value) -> String {
    let row = |key: &Value| ["name", "role", "created_at"].iter().map(|cell| word(&key[cell])).collect();
    table(items(&value["keys"]).iter().map(row).collect())
}

/// Who changed what.
pub(super) fn audit(value: &Value) -> String {
    let row = |entry: &Value| ["at", "by", "what", "detail"].iter().map(|cell| word(&entry[cell])).collect();
    table(items(&value["entries"]).iter().map(row).collect())
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
        let version = |number: u32, state: &str| json!({ "version": number, "state": state, "by": "ada" });
        let text = versions(&json!({ "versions": [version(10, "in_force"), version(9, "past")] }));
        let columns: Vec<usize> = text.lines().filter_map(|line| line.find("ada")).collect();
        assert_eq!(columns.len(), 2);
        assert_eq!(columns[0], columns[1]);
    }
}
