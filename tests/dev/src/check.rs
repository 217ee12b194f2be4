//! `cargo dev test`: every check of the project, one after the other, and a table of how they went.
//!
//! A part that fails does not hide the others; what needs it is reported as not run.

mod counts;
mod parts;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use crate::Result;
use crate::task::spoken;

use counts::Counts;
pub(crate) use parts::PARTS;
use parts::{Bench, Part};

pub(crate) use parts::install_journeys;

/// How a part went.
enum Outcome {
    Ran(Counts),
    NotRun { needs: &'static str },
}

struct Line {
    part: &'static Part,
    outcome: Outcome,
    took: Duration,
}

/// Runs the named parts and what they need, or all; the exit code says whether all passed.
pub(crate) fn run(names: &[String]) -> Result<ExitCode> {
    let mut bench = Bench::default();
    let mut lines: Vec<Line> = Vec::new();
    for part in PARTS.iter().filter(|part| is_wanted(part, names)) {
        let unmet = part.needs.iter().find(|need| !passed(&lines, need));
        let began = Instant::now();
        let outcome = match unmet {
            Some(needs) => Outcome::NotRun { needs },
            None => Outcome::Ran(attempt(part, &mut bench)),
        };
        lines.push(Line { part, outcome, took: began.elapsed() });
    }
    let total = report(&lines);
    // Alone on the last line, where machines look for it.
    println!("{} passed, {} failed", total.passed, total.failed);
    Ok(if total.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The parts, for the help.
pub(crate) fn help() -> String {
    let lines: Vec<String> =
        PARTS.iter().map(|part| format!("  {:<9} {}", part.name, part.summary)).collect();
    format!(
        "parts, in the order they run:\n{}\n\nEnds with a table; the last line counts the tests, each part without tests as one.",
        lines.join("\n")
    )
}

fn attempt(part: &Part, bench: &mut Bench) -> Counts {
    eprintln!("{}: {}", part.name, part.summary);
    match (part.run)(bench) {
        Ok(counts) => counts,
        Err(failure) => {
            eprintln!("error: {}\n", failure.error);
            failure.counts
        }
    }
}

fn is_wanted(part: &Part, names: &[String]) -> bool {
    names.is_empty() || names.iter().any(|name| name == part.name || needs_of(name).contains(&part.name))
}

/// All that a part needs, and what that needs in turn.
fn needs_of(name: &str) -> Vec<&'static str> {
    let Some(part) = PARTS.iter().find(|part| part.name == name) else { return Vec::new() };
    let mut needs = part.needs.to_vec();
    for need in part.needs {
        needs.extend(needs_of(need));
    }
    needs
}

fn passed(lines: &[Line], name: &str) -> bool {
    lines.iter().any(|line| {
        line.part.name == name && matches!(&line.outcome, Outcome::Ran(counts) if counts.failed == 0)
    })
}

fn report(lines: &[Line]) -> Counts {
    println!("\n{:<10} {:>7} {:>7}  {:>12}", "part", "passed", "failed", "time");
    let mut total = Counts::default();
    for line in lines {
        let took = spoken(line.took);
        match &line.outcome {
            Outcome::Ran(counts) => {
                total = total.and(*counts);
                println!("{:<10} {:>7} {:>7}  {took:>12}", line.part.name, counts.passed, counts.failed);
            }
            Outcome::NotRun { needs } => {
                println!("{:<10} not run: it needs `{needs}`, which did not pass", line.part.name);
            }
        }
    }
    println!();
    total
}

#[cfg(test)]
mod tests {
    use super::{PARTS, is_wanted, needs_of};

    fn wanted(name: &str) -> Vec<&'static str> {
        PARTS.iter().filter(|part| is_wanted(part, &[name.to_owned()])).map(|part| part.name).collect()
    }

    #[test]
    fn a_named_part_brings_what_it_needs_and_no_more() {
        assert_eq!(wanted("format"), ["format"]);
        assert_eq!(wanted("deploy"), ["setup", "tag", "worker", "deploy"]);
    }

    #[test]
    fn every_need_is_a_part_that_runs_earlier() {
        for (position, part) in PARTS.iter().enumerate() {
            for need in needs_of(part.name) {
                assert!(PARTS[..position].iter().any(|earlier| earlier.name == need), "{need}");
            }
        }
    }
}
