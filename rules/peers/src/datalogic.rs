//! datalogic-rs: each rule a compiled JSONLogic expression, the facts converted once per decision.

use bumpalo::Bump;
use datalogic_rs::{Engine, EvalInput};
use decisions::Visitor;
use rules::Program;
use serde_json::{Value, json};

use crate::translate::{Dialect, whole};
use crate::{Measured, time};

struct Words;

/// A dot in a name would be a path.
fn field(name: &str) -> Value {
    json!({ "var": name.replace('.', "_") })
}

impl Dialect for Words {
    type Text = Value;

    fn all(&self, parts: Vec<Value>) -> Value {
        json!({ "and": parts })
    }

    fn any(&self, parts: Vec<Value>) -> Value {
        json!({ "or": parts })
    }

    fn not(&self, part: Value) -> Value {
        json!({ "!": [part] })
    }

    fn is(&self, name: &str, text: &str) -> Value {
        json!({ "===": [field(name), text] })
    }

    fn begins(&self, name: &str, prefix: &str) -> Value {
        json!({ "===": [{ "substr": [field(name), 0, prefix.chars().count()] }, prefix] })
    }

    fn ends(&self, name: &str, suffix: &str) -> Value {
        let letters = suffix.chars().count() as i64;
        json!({ "===": [{ "substr": [field(name), -letters] }, suffix] })
    }

    fn has(&self, name: &str, member: &str) -> Value {
        json!({ "in": [member, field(name)] })
    }

    fn compares(&self, name: &str, sign: &str, number: i64) -> Value {
        json!({ sign: [field(name), number] })
    }
}

pub fn measure(program: &Program, visitors: &[Visitor]) -> Result<Measured, String> {
    let engine = Engine::new();
    let mut compiled = Vec::new();
    for rule in program.rules() {
        let text = whole(rule, &Words)?.to_string();
        compiled.push(
            engine
                .compile(text.as_str())
                .map_err(|why| format!("datalogic-rs does not read {text}: {why}"))?,
        );
    }
    let renamed: Vec<Value> = visitors
        .iter()
        .map(|visitor| {
            visitor
                .iter()
                .map(|(name, value)| (name.replace('.', "_"), value.clone()))
                .collect::<Visitor>()
                .into()
        })
        .collect();
    let mut arena = Bump::new();
    let mut decide = |visitor: &Value, matches: &mut Vec<usize>| {
        matches.clear();
        arena.reset();
        let Ok(data) = visitor.into_arena_value(&arena) else { return };
        for (rule, logic) in compiled.iter().enumerate() {
            if engine.evaluate(logic, data, &arena).ok().and_then(|value| value.as_bool()) == Some(true) {
                matches.push(rule);
            }
        }
    };
    let mut all = vec![Vec::new(); visitors.len()];
    for (visitor, matches) in renamed.iter().zip(&mut all) {
        decide(visitor, matches);
    }
    let mut matches = Vec::new();
    let time = time(visitors.len(), || {
        for visitor in &renamed {
            decide(visitor, &mut matches);
            std::hint::black_box(&matches);
        }
    });
    Ok(Measured { name: "datalogic-rs", time, matches: all })
}
