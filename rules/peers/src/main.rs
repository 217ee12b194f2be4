//! Times other engines on the same rules and facts, next to this one: all matches, conversion of the facts to each
//! engine's own context included, CPU time of one thread.
//!
//! `rules-peers FILE FACTS.ndjson [--json]`. Rules are translated from the checked tree. What an engine has no words
//! for is given to it as a field: a-tree gets the prefixes a path begins with, wirefilter gets sets as one text. That
//! all engines find the same matches is checked before anything is timed.

mod atree;
mod datalogic;
mod translate;
mod wirefilter;

use std::hint::black_box;
use std::process::ExitCode;
use std::time::Duration;

use cpu_time::ThreadTime;
use decisions::Decisions;
use serde_json::{Value, json};

/// What one engine took and found.
pub struct Measured {
    /// The name it is known by.
    pub name: &'static str,
    /// How long a decision takes.
    pub time: Spread,
    /// The rules each visitor matched, in order.
    pub matches: Vec<Vec<usize>>,
}

/// Microseconds, over several rounds.
#[derive(Clone, Copy, Debug, Default)]
pub struct Spread {
    /// The best round: what the machine can do when nothing disturbs it.
    pub least: f64,
    /// The round in the middle.
    pub median: f64,
}

impl Spread {
    fn json(self) -> Value {
        json!({ "least": self.least, "median": self.median })
    }
}

/// Several rounds of `count` things each.
pub fn time(count: usize, mut round: impl FnMut()) -> Spread {
    /// Enough for the best to settle; a slow engine is done sooner.
    const ROUNDS: usize = 15;
    const FEWEST: usize = 3;
    const LONG: Duration = Duration::from_secs(3);
    round();
    let mut times: Vec<Duration> = Vec::new();
    while times.len() < FEWEST || (times.len() < ROUNDS && times.iter().sum::<Duration>() < LONG) {
        let start = ThreadTime::now();
        round();
        times.push(start.elapsed());
    }
    times.sort_unstable();
    let us = |time: Duration| time.as_secs_f64() * 1e6 / count.max(1) as f64;
    Spread { least: us(times[0]), median: us(times[times.len() / 2]) }
}

fn main() -> ExitCode {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let json = arguments.iter().position(|word| word == "--json").map(|at| arguments.remove(at)).is_some();
    let [file, facts] = arguments.as_slice() else {
        eprintln!("usage: rules-peers FILE FACTS.ndjson [--json]");
        return ExitCode::from(2);
    };
    match run(file, facts) {
        Ok(report) if json => println!("{report}"),
        Ok(report) => print_table(&report),
        Err(why) => {
            eprintln!("rules-peers: {why}");
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}

fn run(file: &str, facts: &str) -> Result<Value, String> {
    let read =
        |path: &str| std::fs::read_to_string(path).map_err(|why| format!("cannot read `{path}`: {why}"));
    let source = read(file)?;
    let visitors = decisions::visitors(&read(facts)?).map_err(|why| format!("{facts}: {why}"))?;
    let mut own = Decisions::new(&source, &visitors)?;
    let matches = own.matches();
    let found = own.pass();
    let decision = time(visitors.len(), || {
        black_box(own.pass());
    });
    let mut walk = own.walk();
    let event = time(visitors.len(), || {
        black_box(own.pass_of_events(&mut walk));
    });
    let compile = time(1, || {
        black_box(rules::check(file, &source).program.is_some());
    });
    let peers: Vec<Value> = [wirefilter::measure, atree::measure, datalogic::measure]
        .into_iter()
        .map(|measure| match measure(own.program(), &visitors) {
            Ok(peer) => {
                let differing = peer.matches.iter().zip(&matches).filter(|(peer, own)| peer != own).count();
                json!({ "name": peer.name, "us": peer.time.json(), "differing": differing })
            }
            Err(why) => json!({ "not_timed": why }),
        })
        .collect();
    Ok(json!({
        "rules": own.program().rules().len(),
        "visitors": visitors.len(),
        "matches_per_decision": matches.iter().map(Vec::len).sum::<usize>() as f64 / visitors.len().max(1) as f64,
        "found": found,
        "declic_us": decision.json(),
        "event_us": event.json(),
        "compile_us": compile.json(),
        "peers": peers,
    }))
}

fn print_table(report: &Value) {
    println!("{} rules, {} visitors, µs of CPU: best, median", report["rules"], report["visitors"]);
    let line = |name: &str, time: &Value, note: &str| {
        let us = |which: &str| time[which].as_f64().unwrap_or_default();
        println!("{name:<40}{:>10.2}{:>10.2}{note}", us("least"), us("median"));
    };
    line("declic, a decision", &report["declic_us"], "");
    line("declic, an event that changes three", &report["event_us"], "");
    line("declic, compiling the file", &report["compile_us"], "");
    for peer in report["peers"].as_array().into_iter().flatten() {
        match (peer["name"].as_str(), peer["differing"].as_u64()) {
            (Some(name), Some(0)) => line(name, &peer["us"], ""),
            (Some(name), Some(many)) => line(name, &peer["us"], &format!("  ({many} decisions differ)")),
            _ => println!("not timed: {}", peer["not_timed"]),
        }
    }
}
