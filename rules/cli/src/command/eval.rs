//! `eval FILE FACTS.ndjson`

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;

use rules::{Evaluation, Facts, Program, Verdict, Watch};
use serde_json::{Value, json};

use crate::facts::{self, Declared};
use crate::output::{Failure, Findings, Output, read};
use crate::supposed::Supposed;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// A rule file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Facts, one JSON object a line, by signal name.
    #[arg(value_name = "FACTS.ndjson")]
    facts: PathBuf,
    /// The moment, for schedules and `time`: 2026-10-25, 2026-10-25T02:30:00 (on the site's clock) or seconds since
    /// 1970; without it schedules count as open.
    #[arg(long, value_name = "MOMENT")]
    at: Option<String>,
}

pub(crate) fn run(arguments: &Arguments, output: &mut Output) -> Result<Findings, Failure> {
    let program = output.program(&arguments.file)?;
    let supposed = Supposed::new(&program, arguments.at.as_deref())?;
    let mut declared = Declared::of(read(&arguments.file)?);
    let path = arguments.facts.display().to_string();
    let file = File::open(&arguments.facts).map_err(|why| Failure::File { path: path.clone(), why })?;
    let (mut facts, mut evaluation, mut verdict) = (Facts::new(), Evaluation::default(), Verdict::default());
    for (index, line) in BufReader::new(file).lines().enumerate() {
        let line = line.map_err(|why| Failure::File { path: path.clone(), why })?;
        if line.trim().is_empty() {
            continue;
        }
        facts::read_line(&line, &mut declared, &mut facts).map_err(|why| Failure::Facts {
            path: path.clone(),
            line: index + 1,
            why,
        })?;
        supposed.tell_time(&mut facts);
        program.evaluate_into(&facts, &mut evaluation);
        supposed.arbitrate_into(&evaluation, &mut verdict);
        output.json(&decision(&program, &evaluation, &verdict))?;
    }
    Ok(Findings::None)
}

/// One decision for machines.
fn decision(program: &Program, evaluation: &Evaluation, verdict: &Verdict) -> Value {
    let id = |rule: usize| program.rules()[rule].id.as_str();
    json!({
        "match": evaluation.yes().map(id).collect::<Vec<_>>(),
        "not_yet": evaluation.not_yet().map(id).collect::<Vec<_>>(),
        "watch": evaluation.watch().iter().map(|watch| watch_json(*watch)).collect::<Vec<_>>(),
        "show": verdict.shown.first().map(|rule| id(*rule)),
    })
}

/// A threshold for machines, in the units of facts.
pub(crate) fn watch_json(watch: Watch) -> Value {
    match watch {
        Watch::DwellMs(ms) => json!({ "signal": "page.dwell", "at": seconds(ms) }),
        Watch::IdleMs(ms) => json!({ "signal": "page.idle", "at": seconds(ms) }),
        Watch::ScrollPercent(percent) => json!({ "signal": "page.scroll", "at": percent }),
        Watch::ExitIntent => json!({ "signal": "page.exit_intent", "at": true }),
    }
}

/// Whole seconds as whole numbers.
fn seconds(ms: u32) -> Value {
    if ms.is_multiple_of(1000) { json!(ms / 1000) } else { json!(f64::from(ms) / 1000.0) }
}
