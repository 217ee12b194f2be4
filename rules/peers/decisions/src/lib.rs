//! The work that is timed: many visitors, one program; the same natively and at the edge.
//!
//! Takes a rule file and facts; decides. A decision is what the product does for one visitor: the facts filled in
//! from typed values, all matches, the watch list. Never reads a clock: whoever calls it does.

use rules::{Changes, Evaluation, Facts, Kind, Program, Reading, Signal};
use serde_json::{Map, Value};

/// Three signals that an event changes: the visitor goes to another page.
const CHANGED: [Signal; 3] = [Signal::PagePath, Signal::PagePrevious, Signal::VisitPages];

/// One visitor, parsed.
pub type Visitor = Map<String, Value>;

/// A program, the visitors it decides on, and the memory that is used again.
#[derive(Debug)]
pub struct Decisions {
    program: Program,
    visitors: Vec<Vec<Given>>,
    facts: Facts,
    evaluation: Evaluation,
}

/// One visitor walking through all the others' pages.
#[derive(Debug)]
pub struct Walk {
    pages: Vec<(String, String)>,
    changes: Changes,
    facts: Facts,
    evaluation: Evaluation,
}

/// A value with its name looked up beforehand: the product's own callers set signals, not names.
#[derive(Debug)]
enum Given {
    Text(Signal, String),
    Number(Signal, f64),
    Members(Signal, Vec<String>),
    CustomerText(String, String),
    CustomerNumber(String, f64),
    CustomerMembers(String, Vec<String>),
}

/// Parses facts, one JSON object a line.
///
/// # Errors
/// The first line that is none.
pub fn visitors(facts: &str) -> Result<Vec<Visitor>, String> {
    let parse = |(index, line)| {
        serde_json::from_str(line)
            .map_err(|why| format!("line {}: this is not a JSON object: {why}", index + 1))
    };
    facts.lines().enumerate().map(parse).collect()
}

impl Decisions {
    /// Checks the rules and prepares the visitors.
    ///
    /// # Errors
    /// What the rule file or the facts have wrong.
    pub fn new(rules: &str, visitors: &[Visitor]) -> Result<Self, String> {
        let checked = rules::check("bench.toml", rules);
        let program = checked.program.ok_or_else(|| {
            checked.diagnostics.first().map_or_else(|| "no rules".to_owned(), ToString::to_string)
        })?;
        let visitors = visitors.iter().map(given).collect::<Result<_, _>>()?;
        Ok(Self { program, visitors, facts: Facts::new(), evaluation: Evaluation::default() })
    }

    /// The program.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// How many visitors a pass decides on.
    pub fn count(&self) -> usize {
        self.visitors.len()
    }

    /// Decides on every visitor once; the number of matches, rules that are not yet and thresholds.
    pub fn pass(&mut self) -> u64 {
        let mut found = 0;
        self.each(|evaluation| {
            found += (evaluation.yes().len() + evaluation.not_yet().len() + evaluation.watch().len()) as u64;
        });
        found
    }

    /// The rules that each visitor matches, in file order.
    pub fn matches(&mut self) -> Vec<Vec<usize>> {
        let mut all = Vec::new();
        self.each(|evaluation| all.push(evaluation.yes().collect()));
        all
    }

    /// One visitor who will walk through all the others' pages.
    pub fn walk(&self) -> Walk {
        let filled: Vec<Facts> = self
            .visitors
            .iter()
            .map(|visitor| {
                let mut facts = Facts::new();
                fill(visitor, &mut facts);
                facts
            })
            .collect();
        let text = |facts: &Facts, signal| match facts.reading(signal) {
            Reading::Text(text) => text.to_owned(),
            _ => String::new(),
        };
        let pages = filled.iter().map(|facts| (text(facts, CHANGED[0]), text(facts, CHANGED[1]))).collect();
        let facts = filled.into_iter().next().unwrap_or_default();
        let evaluation = self.program.evaluate(&facts);
        Walk { pages, changes: CHANGED.into_iter().fold(Changes::new(), Changes::with), facts, evaluation }
    }

    /// Brings one visitor's evaluation up to date after each of as many events as there are visitors.
    pub fn pass_of_events(&self, walk: &mut Walk) -> u64 {
        let Walk { pages, changes, facts, evaluation } = walk;
        let mut found = 0;
        for (seen, (path, previous)) in pages.iter().enumerate() {
            facts.set_text(CHANGED[0], path).set_text(CHANGED[1], previous);
            facts.set_number(CHANGED[2], (seen % 20) as f64);
            self.program.reevaluate(facts, changes, evaluation);
            found += (evaluation.yes().len() + evaluation.watch().len()) as u64;
        }
        found
    }

    fn each(&mut self, mut decided: impl FnMut(&Evaluation)) {
        let Self { program, visitors, facts, evaluation } = self;
        for visitor in visitors.iter() {
            facts.clear();
            fill(visitor, facts);
            program.evaluate_into(facts, evaluation);
            decided(evaluation);
        }
    }
}

fn given(visitor: &Visitor) -> Result<Vec<Given>, String> {
    let texts = |list: &[Value]| list.iter().filter_map(Value::as_str).map(str::to_owned).collect::<Vec<_>>();
    let value = |(name, value): (&String, &Value)| {
        if let Some(name) = name.strip_prefix("customer.") {
            let name = name.to_owned();
            return match value {
                Value::String(text) => Ok(Given::CustomerText(name, text.clone())),
                Value::Number(number) => Ok(Given::CustomerNumber(name, number.as_f64().unwrap_or_default())),
                Value::Array(list) => Ok(Given::CustomerMembers(name, texts(list))),
                _ => Err(format!("`customer.{name}` has a value that the peers have no words for")),
            };
        }
        let signal = Signal::named(name).ok_or_else(|| format!("`{name}` is no signal"))?;
        match value {
            Value::String(text) => Ok(Given::Text(signal, text.clone())),
            Value::Number(number) => {
                let unit = if signal.kind() == Kind::Duration { 1000.0 } else { 1.0 };
                Ok(Given::Number(signal, number.as_f64().unwrap_or_default() * unit))
            }
            Value::Array(list) => Ok(Given::Members(signal, texts(list))),
            _ => Err(format!("`{name}` has a value that the peers have no words for")),
        }
    };
    visitor.iter().map(value).collect()
}

fn fill(visitor: &[Given], facts: &mut Facts) {
    for given in visitor {
        match given {
            Given::Text(signal, text) => facts.set_text(*signal, text),
            Given::Number(signal, number) => facts.set_number(*signal, *number),
            Given::Members(signal, members) => facts.set_members(*signal, members.iter().map(String::as_str)),
            Given::CustomerText(name, text) => facts.set_customer_text(name, text),
            Given::CustomerNumber(name, number) => facts.set_customer_number(name, *number),
            Given::CustomerMembers(name, members) => {
                facts.set_customer_members(name, members.iter().map(String::as_str))
            }
        };
    }
}
