//! A rule file in JSON: the same shape as the TOML, written out as TOML and then checked like any other.
//!
//! One reader, one checker: whatever the language allows tomorrow, JSON allows too. Each line written remembers where
//! in the JSON it comes from, so that a diagnostic can say.

use serde_json::{Map, Value};

/// Deepest nesting followed; the language itself stops long before.
const MAX_DEPTH: usize = 32;

/// A rule file written from JSON.
#[derive(Debug)]
pub(crate) struct Written {
    /// The TOML.
    pub(crate) source: String,
    /// Where each of its lines comes from, as in `rule[2].when`.
    pub(crate) paths: Vec<String>,
}

/// Writes JSON as a rule file.
///
/// # Errors
/// The path and what is wrong, when the body is no JSON object, or holds a null or nests too deep.
pub(crate) fn write(body: &[u8]) -> Result<Written, (String, String)> {
    let document: Value =
        serde_json::from_slice(body).map_err(|error| (String::new(), format!("not JSON: {error}")))?;
    let Value::Object(document) = document else {
        return Err((String::new(), "a rule file is an object with a list `rule`".into()));
    };
    let mut writer = Writer { written: Written { source: String::new(), paths: Vec::new() } };
    // Plain values first: in TOML, what follows a table's head is inside the table.
    let is_table = |value: &Value| matches!(value, Value::Object(_)) || is_tables(value);
    for (key, value) in document.iter().filter(|(_, value)| !is_table(value)) {
        writer.entry("", key, value)?;
    }
    for (key, value) in document.iter().filter(|(_, value)| is_table(value)) {
        match value {
            Value::Object(table) => writer.table(&format!("[{}]", name(key)), key, table)?,
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    let Value::Object(table) = item else { continue };
                    writer.table(&format!("[[{}]]", name(key)), &format!("{key}[{index}]"), table)?;
                }
            }
            _ => {}
        }
    }
    Ok(writer.written)
}

fn is_tables(value: &Value) -> bool {
    let items = value.as_array();
    items.is_some_and(|items| !items.is_empty() && items.iter().all(Value::is_object))
}

struct Writer {
    written: Written,
}

impl Writer {
    fn line(&mut self, line: &str, path: &str) {
        self.written.source.push_str(line);
        self.written.source.push('\n');
        self.written.paths.push(path.to_owned());
    }

    fn table(&mut self, head: &str, path: &str, table: &Map<String, Value>) -> Result<(), (String, String)> {
        self.line(head, path);
        for (key, value) in table {
            self.entry(path, key, value)?;
        }
        self.line("", path);
        Ok(())
    }

    fn entry(&mut self, path: &str, key: &str, value: &Value) -> Result<(), (String, String)> {
        let path = if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
        let line = format!("{} = {}", name(key), inline(value, &path, 0)?);
        self.line(&line, &path);
        Ok(())
    }
}

/// A key: `page.path` stays a path, what is not plain is quoted.
fn name(key: &str) -> String {
    let plain = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    if key.split('.').all(plain) { key.to_owned() } else { quoted(key) }
}

/// JSON's strings are TOML's basic strings, but for the characters JSON lets through and TOML does not.
fn quoted(text: &str) -> String {
    let json = Value::from(text).to_string();
    json.replace('\u{7f}', "\\u007f")
}

fn inline(value: &Value, path: &str, depth: usize) -> Result<String, (String, String)> {
    if depth > MAX_DEPTH {
        return Err((path.to_owned(), "is nested too deep".into()));
    }
    Ok(match value {
        Value::Null => return Err((path.to_owned(), "is null: leave it out instead".into())),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => quoted(text),
        Value::Array(items) => {
            let items: Result<Vec<String>, _> = items
                .iter()
                .enumerate()
                .map(|(index, item)| inline(item, &format!("{path}[{index}]"), depth + 1))
                .collect();
            format!("[{}]", items?.join(", "))
        }
        Value::Object(table) => {
            let entry = |(key, value): (&String, &Value)| {
                inline(value, &format!("{path}.{key}"), depth + 1)
                    .map(|value| format!("{} = {value}", name(key)))
            };
            let entries: Result<Vec<String>, _> = table.iter().map(entry).collect();
            format!("{{ {} }}", entries?.join(", "))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::write;

    const RULES: &str = r#"{
        "site": { "timezone": "Europe/Paris" },
        "rule": [
            { "id": "hello", "show": "banner", "when": { "page.path": "/", "cart": { "total": ">= 1.5" } },
              "content": { "en": { "title": "Say \"hello\"\n" } } },
            { "id": "bye", "show": "tag", "tag": "t", "priority": 3, "when": { "page.path": ["/a", "/b"] } }
        ]
    }"#;

    #[test]
    fn the_same_shape_in_json_checks_as_the_toml_does() {
        let written = write(RULES.as_bytes()).unwrap();
        let checked = rules::check("rules.json", &written.source);
        let program =
            checked.program.unwrap_or_else(|| panic!("{:?}\n{}", checked.diagnostics, written.source));
        assert_eq!(program.rules().len(), 2);
        assert_eq!(program.site().timezone, "Europe/Paris");
        assert_eq!(program.rules()[1].priority, 3);
    }

    #[test]
    fn each_line_knows_where_it_comes_from() {
        let written = write(RULES.replace("\"banner\"", "\"baner\"").as_bytes()).unwrap();
        let checked = rules::check("rules.json", &written.source);
        assert_eq!(written.paths[checked.diagnostics[0].line - 1], "rule[0].show");
    }

    #[test]
    fn what_is_no_rule_file_says_where() {
        let wrong = |body: &str| write(body.as_bytes()).unwrap_err();
        assert_eq!(wrong(r#"{"rule":[{"id":"a","when":{"page.path":null}}]}"#).0, "rule[0].when.page.path");
        assert!(wrong("[]").1.contains("object"));
        assert!(wrong("{").1.starts_with("not JSON"));
    }
}
