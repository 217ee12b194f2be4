//! a-tree: all rules in one tree; the patterns that a path matches are a list beside it.

use std::collections::BTreeMap;

use a_tree::{ATree, AttributeDefinition};
use decisions::Visitor;
use rules::{Condition, Program, Wanted};
use serde_json::Value;

use crate::translate::{Dialect, halves, joined, whole};
use crate::{Measured, time};

struct Words;

fn name(field: &str) -> String {
    field.replace('.', "_")
}

impl Dialect for Words {
    type Text = String;

    fn all(&self, parts: Vec<String>) -> String {
        joined(parts, " and ")
    }

    fn any(&self, parts: Vec<String>) -> String {
        joined(parts, " or ")
    }

    fn not(&self, part: String) -> String {
        format!("(not ({part}))")
    }

    fn is(&self, field: &str, text: &str) -> String {
        format!("({} = {text:?})", name(field))
    }

    fn begins(&self, field: &str, prefix: &str) -> String {
        format!("({}_like one of [\"{prefix}**\"])", name(field))
    }

    fn ends(&self, field: &str, suffix: &str) -> String {
        format!("({}_like one of [\"**{suffix}\"])", name(field))
    }

    fn has(&self, field: &str, member: &str) -> String {
        format!("({} one of [{member:?}])", name(field))
    }

    fn compares(&self, field: &str, sign: &str, number: i64) -> String {
        format!("({} {sign} {number})", name(field))
    }
}

pub fn measure(program: &Program, visitors: &[Visitor]) -> Result<Measured, String> {
    let patterns = patterns(program);
    let mut definitions: BTreeMap<String, AttributeDefinition> = BTreeMap::new();
    for (field, value) in visitors.iter().flatten() {
        let name = name(field);
        let definition = match value {
            Value::Number(_) => AttributeDefinition::integer(&name),
            Value::Array(_) => AttributeDefinition::string_list(&name),
            _ => AttributeDefinition::string(&name),
        };
        definitions.entry(name).or_insert(definition);
    }
    for field in patterns.keys() {
        let name = format!("{}_like", name(field));
        definitions.insert(name.clone(), AttributeDefinition::string_list(&name));
    }
    let definitions: Vec<_> = definitions.into_values().collect();
    let mut tree = ATree::new(&definitions).map_err(|why| format!("a-tree: {why}"))?;
    for (index, rule) in program.rules().iter().enumerate() {
        let text = whole(rule, &Words)?;
        tree.insert(&(index as u64), &text).map_err(|why| format!("a-tree does not read {text}: {why:?}"))?;
    }
    let names: BTreeMap<&str, (String, String)> = visitors
        .iter()
        .flatten()
        .map(|(field, _)| (field.as_str(), (name(field), format!("{}_like", name(field)))))
        .collect();
    let decide = |visitor: &Visitor, matches: &mut Vec<usize>| {
        let mut event = tree.make_event();
        let mut list = Vec::new();
        for (field, value) in visitor {
            let Some((name, likeness)) = names.get(field.as_str()) else { continue };
            let set = match value {
                Value::String(text) => event.with_string(name, text),
                Value::Number(number) => event.with_integer(name, number.as_f64().unwrap_or_default() as i64),
                Value::Array(members) => {
                    list.clear();
                    list.extend(members.iter().filter_map(Value::as_str));
                    event.with_string_list(name, &list)
                }
                _ => Ok(()),
            };
            let _ = set;
            if let (Some(patterns), Value::String(text)) = (patterns.get(field), value) {
                list.clear();
                list.extend(patterns.iter().map(String::as_str).filter(|pattern| is_like(text, pattern)));
                let _ = event.with_string_list(likeness, &list);
            }
        }
        matches.clear();
        if let Ok(event) = event.build()
            && let Ok(report) = tree.search(&event)
        {
            matches.extend(report.matches().iter().map(|rule| **rule as usize));
        }
    };
    let mut all = vec![Vec::new(); visitors.len()];
    for (visitor, matches) in visitors.iter().zip(&mut all) {
        decide(visitor, matches);
        matches.sort_unstable();
    }
    let mut matches = Vec::new();
    let time = time(visitors.len(), || {
        for visitor in visitors {
            decide(visitor, &mut matches);
            std::hint::black_box(&matches);
        }
    });
    Ok(Measured { name: "a-tree", time, matches: all })
}

fn is_like(text: &str, pattern: &str) -> bool {
    halves(pattern).is_some_and(|(prefix, suffix)| text.starts_with(prefix) && text.ends_with(suffix))
}

/// The distinct patterns asked of each field.
fn patterns(program: &Program) -> BTreeMap<String, Vec<String>> {
    let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut visit = |condition: &Condition| {
        condition.for_each_test(&mut |test, _| {
            if let Wanted::Text(globs) = &test.wanted {
                for (prefix, suffix) in globs.iter().filter_map(|glob| halves(glob.source())) {
                    let parts = [format!("{prefix}**"), format!("**{suffix}")];
                    let of_field = all.entry(test.subject.name()).or_default();
                    for pattern in parts.into_iter().filter(|pattern| pattern != "**") {
                        if !of_field.contains(&pattern) {
                            of_field.push(pattern);
                        }
                    }
                }
            }
        });
    };
    program.rules().iter().for_each(|rule| visit(&rule.condition.whole()));
    all
}
