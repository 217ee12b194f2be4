//! Facts as the command line reads them: one flat JSON object by signal name.
//!
//! Durations are seconds, percentages points of a hundred, sets arrays, dates texts; `visited` and `did` are arrays
//! of texts or of `{"path" or "event": …, "ago": seconds}`, oldest first. What a name or a type makes impossible is
//! an error, so that no misspelt fact goes by unseen.

use std::collections::HashSet;

use rules::{Code, Facts, Kind, Signal};
use serde_json::{Map, Value};

/// Reads one object.
pub(crate) fn read(object: &Map<String, Value>, facts: &mut Facts) -> Result<(), String> {
    facts.clear();
    object.iter().try_for_each(|(name, value)| match name.as_str() {
        "visited" | "did" => journey(name, value, facts),
        _ => set(name, value, facts),
    })
}

/// Sets one signal by its name; of a value that is null nothing is known.
pub(crate) fn set(name: &str, value: &Value, facts: &mut Facts) -> Result<(), String> {
    let wrong = |wanted: &str| format!("`{name}` is {wanted}, and this is {value}");
    let Some(signal) = Signal::named(name) else { return set_of_family(name, value, facts) };
    if value.is_null() {
        facts.unset(signal);
        return Ok(());
    }
    if let Some(number) = value.as_f64() {
        within(signal, number).map_err(wrong)?;
    }
    match (signal.kind(), value) {
        (Kind::Text | Kind::Path, Value::String(text)) => facts.set_text(signal, text),
        (Kind::Set, Value::Array(_)) => {
            facts.set_members(signal, members(value).ok_or_else(|| wrong("a list of texts"))?)
        }
        (Kind::Flag, Value::Bool(flag)) => facts.set_flag(signal, *flag),
        (Kind::Date, Value::String(text)) => {
            let day = rules::parse_day(text).ok_or_else(|| wrong("a date such as \"2026-11-01\""))?;
            facts.set_number(signal, f64::from(day))
        }
        (Kind::Duration, Value::Number(seconds)) => {
            facts.set_number(signal, seconds.as_f64().unwrap_or_default() * 1000.0)
        }
        (Kind::Number | Kind::Percent, Value::Number(number)) => {
            facts.set_number(signal, number.as_f64().unwrap_or_default())
        }
        (Kind::Duration, _) => return Err(wrong("a number of seconds")),
        (Kind::Text | Kind::Path, _) => return Err(wrong("a text")),
        (Kind::Set, _) => return Err(wrong("a list of texts")),
        (Kind::Flag, _) => return Err(wrong("true or false")),
        (Kind::Date, _) => return Err(wrong("a date such as \"2026-11-01\"")),
        (Kind::Number | Kind::Percent, _) => return Err(wrong("a number")),
    };
    Ok(())
}

/// `customer.NAME` or `page.query.KEY`.
fn set_of_family(name: &str, value: &Value, facts: &mut Facts) -> Result<(), String> {
    if value.is_null() {
        return Ok(());
    }
    if let Some(attribute) = name.strip_prefix("customer.") {
        return customer(attribute, value, facts).ok_or_else(|| {
            format!("`{name}` is a text, a number, true, false or a list, and this is {value}")
        });
    }
    if let (Some(key), Value::String(text)) = (name.strip_prefix("page.query."), value) {
        facts.set_query(key, text);
        return Ok(());
    }
    let next = nearest(name)
        .map_or("see `declic-rules reference`".to_owned(), |near| format!("did you mean `{near}`?"));
    Err(format!("`{name}` is not a signal; {next}"))
}

/// Reads one line.
pub(crate) fn read_line(line: &str, declared: &mut Declared, facts: &mut Facts) -> Result<(), String> {
    let object = object(line)?;
    for name in object.keys().filter_map(|name| name.strip_prefix("customer.")) {
        declared.find(name)?;
    }
    read(&object, facts)
}

/// The customer attributes that a rule file declares.
pub(crate) struct Declared {
    source: String,
    known: HashSet<String>,
}

impl Declared {
    /// Those of a rule file that checks.
    pub(crate) fn of(source: String) -> Self {
        Self { source, known: HashSet::new() }
    }

    /// A program does not keep what no rule reads, so the checker is asked about a rule that reads the attribute.
    fn find(&mut self, name: &str) -> Result<(), String> {
        if self.known.contains(name) {
            return Ok(());
        }
        let asked =
            format!("{}\n[[rule]]\nwhen = {{ customer.{} = true }}\n", self.source, Value::from(name));
        let checked = rules::check("", &asked);
        match checked.diagnostics.into_iter().find(|found| found.code == Code::UnknownSignal) {
            Some(fault) => Err(format!(
                "`customer.{name}` is not declared in the rule file; {}",
                fault.help.unwrap_or_default()
            )),
            None => {
                self.known.insert(name.to_owned());
                Ok(())
            }
        }
    }
}

/// The object of one line, in which each name stands once.
pub(crate) fn object(line: &str) -> Result<Map<String, Value>, String> {
    // Some editors begin a file with a byte order mark.
    let line = line.trim_start_matches('\u{feff}');
    match serde_json::from_str::<Value>(line) {
        Ok(Value::Object(object)) => match repeated(line, object.len()) {
            Some(name) => Err(format!("`{name}` stands here more than once; keep one")),
            None => Ok(object),
        },
        Ok(_) => Err("facts are a JSON object: `{\"page.path\": \"/cart\"}`".to_owned()),
        Err(why) => Err(format!("this line is not JSON: {why}")),
    }
}

/// The first name that an object of `different` names repeats; the text is known to be JSON.
fn repeated(text: &str, different: usize) -> Option<String> {
    let (mut depth, mut names, mut last) = (0, Vec::new(), "");
    let mut rest = text;
    while let Some(at) = rest.find(['"', '{', '[', '}', ']', ':']) {
        let (mark, after) = (rest.as_bytes()[at], &rest[at + 1..]);
        rest = after;
        match mark {
            b'"' => {
                let mut escaped = false;
                let end = after.bytes().position(|byte| {
                    let ends = byte == b'"' && !escaped;
                    escaped = byte == b'\\' && !escaped;
                    ends
                })?;
                (last, rest) = (&after[..end], &after[end + 1..]);
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth -= 1,
            _ if depth == 1 => names.push(last),
            _ => {}
        }
    }
    if names.len() == different {
        return None;
    }
    // Names can be escaped in more than one way.
    let mut seen = HashSet::new();
    let names =
        names.into_iter().map(|name| serde_json::from_str(&format!("\"{name}\"")).unwrap_or_default());
    names
        .map(|name: String| (seen.insert(name.clone()), name))
        .find(|(is_new, _)| !is_new)
        .map(|(_, name)| name)
}

/// Whether a signal can have that number; what it is, where it cannot.
fn within(signal: Signal, number: f64) -> Result<(), &'static str> {
    match signal.kind() {
        Kind::Percent if !(0.0..=100.0).contains(&number) => Err("a percentage, 0 to 100"),
        Kind::Duration if number < 0.0 => Err("a number of seconds, 0 or more"),
        Kind::Number if signal == Signal::TimeHour && !(0.0..24.0).contains(&number) => {
            Err("an hour, 0 to 23")
        }
        _ => Ok(()),
    }
}

/// The signal that was meant, if one is written nearly so.
fn nearest(word: &str) -> Option<&'static str> {
    let names = Signal::ALL.iter().map(|signal| signal.name()).chain(["visited", "did"]);
    let allowed = 1 + word.chars().count() / 4;
    names
        .map(|name| (distance(word, name), name))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// Insertions, deletions and substitutions (V. I. Levenshtein 1965).
fn distance(left: &str, right: &str) -> usize {
    let mut row: Vec<usize> = (0..=right.chars().count()).collect();
    for (i, l) in left.chars().take(64).enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, r) in right.chars().enumerate() {
            let cost = (diagonal + usize::from(l != r)).min(row[j] + 1).min(row[j + 1] + 1);
            diagonal = row[j + 1];
            row[j + 1] = cost;
        }
    }
    row[row.len() - 1]
}

fn customer(name: &str, value: &Value, facts: &mut Facts) -> Option<()> {
    match value {
        Value::String(text) => facts.set_customer_text(name, text),
        Value::Bool(flag) => facts.set_customer_flag(name, *flag),
        Value::Number(number) => facts.set_customer_number(name, number.as_f64()?),
        Value::Array(_) => facts.set_customer_members(name, members(value)?),
        _ => return None,
    };
    Some(())
}

fn members(value: &Value) -> Option<Vec<&str>> {
    value.as_array()?.iter().map(Value::as_str).collect()
}

fn journey(name: &str, value: &Value, facts: &mut Facts) -> Result<(), String> {
    let key = if name == "visited" { "path" } else { "event" };
    let wrong =
        || format!("`{name}` is a list of texts or of {{\"{key}\": …, \"ago\": seconds}}, oldest first");
    for item in value.as_array().ok_or_else(wrong)? {
        let (what, ago) = match item {
            Value::String(what) => (what.as_str(), 0.0),
            _ => (
                item.get(key).and_then(Value::as_str).ok_or_else(wrong)?,
                item.get("ago")
                    .map_or(Some(0.0), Value::as_f64)
                    .filter(|ago| *ago >= 0.0)
                    .ok_or_else(wrong)?,
            ),
        };
        let ago_ms = (ago * 1000.0) as u64;
        match name {
            "visited" => facts.visited(what, ago_ms),
            _ => facts.did(what, ago_ms),
        };
    }
    Ok(())
}
