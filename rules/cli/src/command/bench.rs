//! `bench FILE FACTS.ndjson`
//!
//! CPU time of this thread, in microseconds per decision. Each figure is the best of several rounds over all facts:
//! what the machine can do when nothing else disturbs it.

use std::path::PathBuf;
use std::time::Duration;

use cpu_time::ThreadTime;
use rules::{Changes, Consent, Evaluation, Facts, Moment, Program, Signal, Verdict};
use serde_json::{Map, Value, json};

use crate::facts;
use crate::output::{Failure, Findings, Output, counted, read};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// A rule file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Facts, one JSON object a line.
    #[arg(value_name = "FACTS.ndjson")]
    facts: PathBuf,
    /// How often everything is repeated; the best counts.
    #[arg(long, default_value_t = 20)]
    rounds: u32,
}

/// One visitor as another part of the product would hold him: parsed, not yet facts.
enum Given {
    Text(Signal, String),
    Number(Signal, f64),
    Flag(Signal, bool),
    Members(Signal, Vec<String>),
    CustomerText(String, String),
    CustomerNumber(String, f64),
    CustomerFlag(String, bool),
    CustomerMembers(String, Vec<String>),
    Visited(String),
    Did(String),
}

/// Three signals that an event changes: the visitor goes to another page.
const CHANGED: [Signal; 3] = [Signal::PagePath, Signal::PagePrevious, Signal::VisitPages];

pub(crate) fn run(arguments: &Arguments, output: &mut Output) -> Result<Findings, Failure> {
    let source = read(&arguments.file)?;
    let program = output.program(&arguments.file)?;
    let path = arguments.facts.display().to_string();
    let mut visitors = Vec::new();
    for (index, line) in read(&arguments.facts)?.lines().enumerate() {
        let failure = |why: String| Failure::Facts { path: path.clone(), line: index + 1, why };
        if line.trim().is_empty() {
            continue;
        }
        let object = facts::object(line).map_err(failure)?;
        facts::read(&object, &mut Facts::new()).map_err(failure)?;
        visitors.push(given(&object));
    }
    if visitors.is_empty() {
        return Err(Failure::Argument {
            why: format!("`{path}` has no facts; write one JSON object a line"),
        });
    }
    let figures = Figures::measure(&program, &visitors, arguments.rounds.max(1));
    let compile = best(5, 1, || {
        let checked = rules::check("bench", &source);
        std::hint::black_box(checked.program.is_some());
    });
    let bytes = program.to_bytes();
    let load = best(5, 1, || {
        std::hint::black_box(Program::from_bytes(&bytes).is_ok());
    });
    let count = program.rules().len();
    if output.json {
        output.json(&json!({
            "rules": count,
            "facts": visitors.len(),
            "matches_per_decision": figures.matches,
            "decide_us": figures.decide,
            "evaluate_us": figures.evaluate,
            "arbitrate_us": figures.arbitrate,
            "reevaluate_us": figures.reevaluate,
            "check_ms": compile / 1000.0,
            "load_ms": load / 1000.0,
            "bytes": bytes.len(),
        }))?;
        return Ok(Findings::None);
    }
    output.line(format_args!(
        "{}, facts of {}, {:.1} matches each",
        counted(count, "rule"),
        counted(visitors.len(), "visitor"),
        figures.matches
    ))?;
    let mut row =
        |name: &str, figure: f64, unit: &str| output.line(format_args!("  {name:<46}{figure:>9.2} {unit}"));
    row("facts, all matches and watch list", figures.decide, "µs")?;
    row("  of which evaluation", figures.evaluate, "µs")?;
    row("arbitration", figures.arbitrate, "µs")?;
    row("an event that changes three signals", figures.reevaluate, "µs")?;
    row("checking the file", compile / 1000.0, "ms")?;
    row("loading the compact form", load / 1000.0, "ms")?;
    row("compact form", bytes.len() as f64 / 1024.0, "KiB")?;
    Ok(Findings::None)
}

struct Figures {
    matches: f64,
    decide: f64,
    evaluate: f64,
    arbitrate: f64,
    reevaluate: f64,
}

impl Figures {
    fn measure(program: &Program, visitors: &[Vec<Given>], rounds: u32) -> Self {
        let all: Vec<Facts> = visitors
            .iter()
            .map(|given| {
                let mut facts = Facts::new();
                fill(given, &mut facts);
                facts
            })
            .collect();
        let (mut evaluation, mut verdict) = (Evaluation::default(), Verdict::default());
        let matches: usize = all.iter().map(|facts| program.evaluate(facts).yes().len()).sum();

        let mut facts = Facts::new();
        let decide = best(rounds, visitors.len(), || {
            for visitor in visitors {
                facts.clear();
                fill(visitor, &mut facts);
                program.evaluate_into(&facts, &mut evaluation);
                std::hint::black_box(&evaluation);
            }
        });
        let evaluate = best(rounds, visitors.len(), || {
            for facts in &all {
                program.evaluate_into(facts, &mut evaluation);
                std::hint::black_box(&evaluation);
            }
        });
        let evaluations: Vec<Evaluation> = all.iter().map(|facts| program.evaluate(facts)).collect();
        let moment = Moment { visit: 1, consent: Consent::Granted, ..Moment::default() };
        let arbitrate = best(rounds, visitors.len(), || {
            for evaluation in &evaluations {
                program.arbitrate_into(evaluation, &moment, &mut verdict);
                std::hint::black_box(&verdict);
            }
        });
        Self {
            matches: matches as f64 / visitors.len() as f64,
            decide,
            evaluate,
            arbitrate,
            reevaluate: walk(program, &all, rounds),
        }
    }
}

/// One visitor walks through all the others' pages.
fn walk(program: &Program, all: &[Facts], rounds: u32) -> f64 {
    let text = |facts: &Facts, signal| match facts.reading(signal) {
        rules::Reading::Text(text) => text.to_owned(),
        _ => String::new(),
    };
    let pages: Vec<(String, String)> =
        all.iter().map(|facts| (text(facts, CHANGED[0]), text(facts, CHANGED[1]))).collect();
    let changes = CHANGED.into_iter().fold(Changes::new(), Changes::with);
    let Some(mut facts) = all.first().cloned() else { return 0.0 };
    let mut evaluation = program.evaluate(&facts);
    best(rounds, pages.len(), || {
        for (seen, (path, previous)) in pages.iter().enumerate() {
            facts
                .set_text(CHANGED[0], path)
                .set_text(CHANGED[1], previous)
                .set_number(CHANGED[2], (seen % 20) as f64);
            program.reevaluate(&facts, &changes, &mut evaluation);
            std::hint::black_box(&evaluation);
        }
    })
}

/// The best of several rounds, in microseconds for each of the `count` things that a round does.
fn best(rounds: u32, count: usize, mut round: impl FnMut()) -> f64 {
    round();
    let mut best = Duration::MAX;
    for _ in 0..rounds {
        let start = ThreadTime::now();
        round();
        best = best.min(start.elapsed());
    }
    best.as_secs_f64() * 1e6 / count as f64
}

fn given(object: &Map<String, Value>) -> Vec<Given> {
    let texts = |value: &Value| -> Vec<String> {
        value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let mut all = Vec::new();
    for (name, value) in object {
        match (name.as_str(), Signal::named(name), name.strip_prefix("customer."), value) {
            ("visited", ..) => all.extend(texts(value).into_iter().map(Given::Visited)),
            ("did", ..) => all.extend(texts(value).into_iter().map(Given::Did)),
            (_, Some(signal), _, Value::String(text)) => all.push(Given::Text(signal, text.clone())),
            (_, Some(signal), _, Value::Bool(flag)) => all.push(Given::Flag(signal, *flag)),
            (_, Some(signal), _, Value::Array(_)) => all.push(Given::Members(signal, texts(value))),
            (_, Some(signal), _, Value::Number(number)) => {
                let number = number.as_f64().unwrap_or_default();
                let unit = if signal.kind() == rules::Kind::Duration { 1000.0 } else { 1.0 };
                all.push(Given::Number(signal, number * unit));
            }
            (_, _, Some(name), Value::String(text)) => {
                all.push(Given::CustomerText(name.to_owned(), text.clone()));
            }
            (_, _, Some(name), Value::Bool(flag)) => all.push(Given::CustomerFlag(name.to_owned(), *flag)),
            (_, _, Some(name), Value::Array(_)) => {
                all.push(Given::CustomerMembers(name.to_owned(), texts(value)));
            }
            (_, _, Some(name), Value::Number(number)) => {
                all.push(Given::CustomerNumber(name.to_owned(), number.as_f64().unwrap_or_default()));
            }
            _ => {}
        }
    }
    all
}

fn fill(given: &[Given], facts: &mut Facts) {
    for given in given {
        match given {
            Given::Text(signal, text) => facts.set_text(*signal, text),
            Given::Number(signal, number) => facts.set_number(*signal, *number),
            Given::Flag(signal, flag) => facts.set_flag(*signal, *flag),
            Given::Members(signal, members) => facts.set_members(*signal, members.iter().map(String::as_str)),
            Given::CustomerText(name, text) => facts.set_customer_text(name, text),
            Given::CustomerNumber(name, number) => facts.set_customer_number(name, *number),
            Given::CustomerFlag(name, flag) => facts.set_customer_flag(name, *flag),
            Given::CustomerMembers(name, members) => {
                facts.set_customer_members(name, members.iter().map(String::as_str))
            }
            Given::Visited(path) => facts.visited(path, 0),
            Given::Did(event) => facts.did(event, 0),
        };
    }
}
