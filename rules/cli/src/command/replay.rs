//! `replay FILE LOG`

use std::fs::File;
use std::io::{BufReader, IsTerminal};
use std::path::PathBuf;

use rules::Program;
use serde_json::json;

use crate::output::{Failure, Findings, Output, Style, counted};
use crate::replay::{Log, LogCounts, Reach, Report};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// A rule file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// An access log in the combined or common format, or events as NDJSON: {"visitor", "at" in seconds, "path" or
    /// "event"}, and beside them any signal by its name.
    #[arg(value_name = "LOG")]
    log: PathBuf,
}

pub(crate) fn run(arguments: &Arguments, output: &mut Output) -> Result<Findings, Failure> {
    let program = output.program(&arguments.file)?;
    let path = arguments.log.display().to_string();
    let failure = |why| Failure::File { path: path.clone(), why };
    let file = File::open(&arguments.log).map_err(failure)?;
    let chatty = std::io::stderr().is_terminal();
    let log = Log::read(BufReader::new(file), |lines| {
        if chatty {
            eprint!("\r{lines} lines read");
        }
    })
    .map_err(failure)?;
    if chatty && log.counts.lines >= 500_000 {
        eprintln!("\rreplaying {} page views", log.counts.used);
    }
    if log.counts.lines > 0 && log.counts.broken == log.counts.lines {
        let why = format!(
            "`{path}` is no log that can be read: write lines in the combined format, or {{\"visitor\": …, \"at\": \
             seconds, \"path\": …}}"
        );
        return Err(Failure::Argument { why });
    }
    let report = Report::of(&program, &log.hits);
    if output.json {
        return json_report(&program, &log, &report, output);
    }
    let LogCounts { lines, used, bots, not_pages, broken, unordered } = log.counts;
    output.line(format_args!(
        "{}: {used} used, {bots} of bots, {not_pages} not pages, {broken} broken; {unordered} older than the line \
         before, put in order",
        counted(lines as usize, "line")
    ))?;
    output.line(format_args!(
        "{}, {}, {}",
        counted(log.visitors as usize, "visitor"),
        counted(report.visits as usize, "visit"),
        counted(report.views as usize, "page view")
    ))?;
    for (why, times) in &log.left_out {
        output.line(format_args!("left out of {}: {why}", counted(*times as usize, "event")))?;
    }
    output.line(output_header())?;
    for (rule, reach) in report.reach.iter().enumerate() {
        let id = &program.rules()[rule].id;
        let when = match (reach.first_ms, reach.last_ms) {
            (Some(first), Some(last)) => format!("{} to {}", moment(&program, first), moment(&program, last)),
            _ => String::new(),
        };
        let line = format!("{id:<24}{:>8}{:>10}{:>8}  {when}", reach.visits, reach.visitors, reach.held);
        if reach.visits == 0 {
            output.painted("", (Style::Faint, line.trim_end()), "")?;
        } else {
            output.line(line)?;
        }
        if !reach.lacks.is_empty() {
            let names: Vec<_> = reach.lacks.iter().map(|name| format!("`{name}`")).collect();
            output.line(format_args!(
                "{:<24}  needs what this log does not have: {}",
                "",
                names.join(", ")
            ))?;
        }
        for (by, visits) in strongest(reach) {
            output.line(format_args!(
                "{:<24}  beaten by {by} in {}",
                "",
                counted(*visits as usize, "visit")
            ))?;
        }
    }
    Ok(Findings::None)
}

fn output_header() -> String {
    format!("{:<24}{:>8}{:>10}{:>8}  when", "rule", "visits", "visitors", "held")
}

/// The three that beat a rule most often.
fn strongest(reach: &Reach) -> Vec<(&String, &u64)> {
    let mut all: Vec<_> = reach.beaten.iter().collect();
    all.sort_by_key(|(_, visits)| std::cmp::Reverse(**visits));
    all.truncate(3);
    all
}

fn moment(program: &Program, unix_ms: i64) -> String {
    let local = program.local_time(unix_ms);
    format!("{} {:02}:{:02}", rules::day_text(local.day), local.minute / 60, local.minute % 60)
}

fn json_report(
    program: &Program,
    log: &Log,
    report: &Report,
    output: &mut Output,
) -> Result<Findings, Failure> {
    let counts = log.counts;
    let rules: Vec<_> = report
        .reach
        .iter()
        .enumerate()
        .map(|(rule, reach)| {
            json!({
                "rule": program.rules()[rule].id,
                "visits": reach.visits,
                "visitors": reach.visitors,
                "held": reach.held,
                "first": reach.first_ms.map(|ms| ms / 1000),
                "last": reach.last_ms.map(|ms| ms / 1000),
                "beaten_by": reach.beaten,
                "lacks": reach.lacks,
            })
        })
        .collect();
    output.json(&json!({
        "lines": counts.lines,
        "used": counts.used,
        "bots": counts.bots,
        "not_pages": counts.not_pages,
        "broken": counts.broken,
        "unordered": counts.unordered,
        "left_out": log.left_out,
        "visitors": log.visitors,
        "visits": report.visits,
        "views": report.views,
        "rules": rules,
    }))?;
    Ok(Findings::None)
}
