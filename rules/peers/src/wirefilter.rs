//! wirefilter: each rule a compiled filter; a set is one text between bars.

use std::fmt::Write;

use decisions::Visitor;
use rules::Program;
use serde_json::Value;
use wirefilter::{ExecutionContext, Scheme, Type};

use crate::translate::{Dialect, joined, whole};
use crate::{Measured, time};

struct Words;

impl Dialect for Words {
    type Text = String;

    fn all(&self, parts: Vec<String>) -> String {
        joined(parts, " && ")
    }

    fn any(&self, parts: Vec<String>) -> String {
        joined(parts, " || ")
    }

    fn not(&self, part: String) -> String {
        format!("!({part})")
    }

    fn is(&self, field: &str, text: &str) -> String {
        format!("{field} == {text:?}")
    }

    fn begins(&self, field: &str, prefix: &str) -> String {
        let escaped = prefix.replace('.', "\\\\.");
        format!("{field} matches \"^{escaped}\"")
    }

    fn ends(&self, field: &str, suffix: &str) -> String {
        let escaped = suffix.replace('.', "\\\\.");
        format!("{field} matches \"{escaped}$\"")
    }

    fn has(&self, field: &str, member: &str) -> String {
        format!("{field} contains \"|{member}|\"")
    }

    fn compares(&self, field: &str, sign: &str, number: i64) -> String {
        format!("{field} {sign} {number}")
    }
}

pub fn measure(program: &Program, visitors: &[Visitor]) -> Result<Measured, String> {
    // A filter and its context live as long as the scheme, and so must all texts: the sets are joined beforehand,
    // which is not timed.
    let sets: Vec<Vec<String>> = visitors.iter().map(joined_sets).collect();
    let mut scheme = Scheme::new();
    for (name, value) in visitors.iter().flatten() {
        let kind = if value.is_number() { Type::Int } else { Type::Bytes };
        // Met again on the next visitor.
        let _ = scheme.add_field(name.clone(), kind);
    }
    let texts = program.rules().iter().map(|rule| whole(rule, &Words)).collect::<Result<Vec<_>, _>>()?;
    let mut filters = Vec::new();
    for text in &texts {
        filters.push(
            scheme.parse(text).map_err(|why| format!("wirefilter does not read {text}: {why}"))?.compile(),
        );
    }
    let decide = |index: usize, matches: &mut Vec<usize>| {
        let mut next = sets[index].iter();
        let mut context = ExecutionContext::new(&scheme);
        for (name, value) in &visitors[index] {
            let set = match value {
                Value::String(text) => context.set_field_value(name, text.as_str()),
                Value::Number(number) => {
                    context.set_field_value(name, number.as_f64().unwrap_or_default() as i32)
                }
                Value::Array(_) => context.set_field_value(name, next.next().map_or("", String::as_str)),
                _ => Ok(()),
            };
            let _ = set;
        }
        matches.clear();
        for (rule, filter) in filters.iter().enumerate() {
            if filter.execute(&context) == Ok(true) {
                matches.push(rule);
            }
        }
    };
    let mut all = vec![Vec::new(); visitors.len()];
    for (index, matches) in all.iter_mut().enumerate() {
        decide(index, matches);
    }
    let mut matches = Vec::new();
    let time = time(visitors.len(), || {
        for index in 0..visitors.len() {
            decide(index, &mut matches);
            std::hint::black_box(&matches);
        }
    });
    Ok(Measured { name: "wirefilter", time, matches: all })
}

/// `|a|b|` of each set, in the order of the fields.
fn joined_sets(visitor: &Visitor) -> Vec<String> {
    let join = |members: &Vec<Value>| {
        let mut text = String::from("|");
        for member in members.iter().filter_map(Value::as_str) {
            let _ = write!(text, "{member}|");
        }
        text
    };
    visitor.values().filter_map(Value::as_array).map(join).collect()
}
