//! `cargo dev bench rules`: how fast the rule engine decides, beside other engines and inside workerd.
//!
//! Builds what it needs in release, runs it on generated shops, prints one Markdown table. Times are CPU time, the
//! best and the middle of several rounds; the best is what is held against the targets, as it is what the machine
//! can do when nothing else disturbs it.

mod workerd;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use serde_json::Value;

use super::verdict;
use crate::places::workspace;
use crate::task::Task;
use crate::{Error, Result, node, wasm_target};

use workerd::Edge;

/// What the rule engine promises at a number of rules, in microseconds.
struct Target {
    rules: usize,
    decision: Option<f64>,
    event: Option<f64>,
    compile: Option<f64>,
}

const TARGETS: [Target; 4] = [
    Target { rules: 50, decision: None, event: None, compile: None },
    Target { rules: 200, decision: Some(3.0), event: Some(1.0), compile: Some(5_000.0) },
    Target { rules: 1_000, decision: Some(8.0), event: None, compile: None },
    Target { rules: 5_000, decision: Some(40.0), event: None, compile: None },
];

/// How much longer a decision may take inside workerd.
const EDGE_RATIO: f64 = 2.5;

/// How many visitors are decided on in each round.
const VISITORS: usize = 500;

/// Best and middle round, in microseconds.
#[derive(Clone, Copy, Debug, Default)]
struct Spread {
    least: f64,
    median: f64,
}

/// All that was measured at a number of rules.
struct Row {
    target: &'static Target,
    decision: Spread,
    edge: Spread,
    event: Spread,
    compile: Spread,
    peers: Vec<(String, Spread)>,
    faults: Vec<String>,
}

/// Measures the rule engine; with `check`, the exit code says whether every target is met.
pub(crate) fn rules(check: bool) -> Result<ExitCode> {
    node::install_worker_tools()?;
    let wasm = wasm_target::find_or_install()?;
    let folder = workspace().root().join("target/bench");
    fs::create_dir_all(&folder).map_err(Error::file("create", &folder))?;
    let peers = build_peers()?;
    let facts = generate(&folder, "facts", VISITORS)?;
    let files = TARGETS
        .iter()
        .map(|target| generate(&folder, "rules", target.rules))
        .collect::<Result<Vec<PathBuf>>>()?;
    workerd::build(wasm, &folder)?;
    let mut edge = Edge::start(&folder)?;
    let mut rows = Vec::new();
    for (target, file) in TARGETS.iter().zip(&files) {
        let report = beside_peers(&peers, file, &facts)?;
        let found = report["found"].as_u64().unwrap_or_default();
        let edge = edge.measure(target.rules, file, &facts, found)?;
        rows.push(Row::new(target, &report, edge));
    }
    println!("{}", table(&rows));
    Ok(verdict(rows.iter().flat_map(|row| &row.faults), check))
}

/// The other engines are a workspace of their own, with a target folder of its own.
fn build_peers() -> Result<PathBuf> {
    let target = workspace().root().join("target/peers");
    let manifest = workspace().root().join("rules/peers/Cargo.toml");
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--release", "--bin", "rules-peers", "--manifest-path"]).arg(manifest);
    cargo.env("CARGO_TARGET_DIR", &target);
    let hint = (!target.exists()).then_some("some minutes, the first time");
    Task::new("compiling the rule engine and its peers", cargo).hint(hint).run()?;
    Ok(target.join("release/rules-peers"))
}

/// Writes a generated shop's rules or facts, the same on every machine.
pub(super) fn generate(folder: &Path, what: &str, count: usize) -> Result<PathBuf> {
    let path = folder.join(format!("{what}-{count}"));
    let file = File::create(&path).map_err(Error::file("create", &path))?;
    let mut cargo = Command::new("cargo");
    cargo.current_dir(workspace().root());
    cargo.args(["run", "--quiet", "--package", "rules-cli", "--example", "generate", "--", what]);
    cargo.arg(count.to_string());
    Task::new(format!("generating {count} {what}"), cargo).result(file).run()?;
    Ok(path)
}

fn beside_peers(program: &Path, rules: &Path, facts: &Path) -> Result<Value> {
    let report = rules.with_extension("json");
    let file = File::create(&report).map_err(Error::file("create", &report))?;
    let mut command = Command::new(program);
    command.arg(rules).arg(facts).arg("--json");
    let name = rules.file_name().unwrap_or_default().to_string_lossy();
    Task::new(format!("timing {name} natively, beside the others"), command).result(file).run()?;
    let text = fs::read(&report).map_err(Error::file("read", &report))?;
    serde_json::from_slice(&text).map_err(|why| Error::Missing {
        what: format!("`{}` is no report: {why}", report.display()),
        next: "run the same command again".into(),
    })
}

impl Spread {
    fn read(value: &Value) -> Self {
        let us = |which: &str| value[which].as_f64().unwrap_or(f64::INFINITY);
        Self { least: us("least"), median: us("median") }
    }

    fn of(mut times: Vec<f64>) -> Self {
        times.sort_by(f64::total_cmp);
        let at = |place: usize| times.get(place).copied().unwrap_or(f64::INFINITY);
        Self { least: at(0), median: at(times.len() / 2) }
    }
}

impl Row {
    fn new(target: &'static Target, report: &Value, edge: Spread) -> Self {
        let mut row = Self {
            target,
            decision: Spread::read(&report["declic_us"]),
            edge,
            event: Spread::read(&report["event_us"]),
            compile: Spread::read(&report["compile_us"]),
            peers: Vec::new(),
            faults: Vec::new(),
        };
        for peer in report["peers"].as_array().into_iter().flatten() {
            let Some(name) = peer["name"].as_str() else {
                row.faults.push(format!("a peer was not timed: {}", peer["not_timed"]));
                continue;
            };
            if peer["differing"] != 0 {
                row.faults.push(format!("{name} differs at {} rules", target.rules));
            }
            row.peers.push((name.to_owned(), Spread::read(&peer["us"])));
        }
        row.judge();
        row
    }

    fn judge(&mut self) {
        let Self { target, decision, edge, event, compile, .. } = *self;
        let mut hold = |what: &str, found: f64, limit: Option<f64>| {
            if let Some(limit) = limit
                && found > limit
            {
                let fault = format!("{what} at {} rules: {found:.2} instead of {limit:.2}", target.rules);
                self.faults.push(fault);
            }
        };
        hold("µs a decision", decision.least, target.decision);
        hold("µs an event", event.least, target.event);
        hold("µs to compile the file", compile.least, target.compile);
        hold("times as long inside workerd", edge.least / decision.least, Some(EDGE_RATIO));
        let slower = self.peers.iter().filter(|(_, peer)| peer.least <= decision.least);
        self.faults.extend(slower.map(|(name, _)| format!("{name} is faster at {} rules", target.rules)));
    }
}

/// One Markdown table, a row for each number of rules.
fn table(rows: &[Row]) -> String {
    let names: Vec<&str> =
        rows.first().into_iter().flat_map(|row| &row.peers).map(|(name, _)| name.as_str()).collect();
    let mut titles = vec!["rules", "Declic", "Declic in workerd"];
    titles.extend(&names);
    titles.extend(["an event that changes three signals", "compiling the file, ms"]);
    let mut lines = vec![titles.join(" | "), vec!["---:"; titles.len()].join(" | ")];
    for row in rows {
        let ratio = row.edge.least / row.decision.least;
        let mut cells = vec![
            row.target.rules.to_string(),
            pair(row.decision),
            format!("{} (×{ratio:.1})", pair(row.edge)),
        ];
        cells.extend(row.peers.iter().map(|(_, peer)| pair(*peer)));
        let ms = Spread { least: row.compile.least / 1e3, median: row.compile.median / 1e3 };
        cells.extend([pair(row.event), pair(ms)]);
        lines.push(cells.join(" | "));
    }
    let table: Vec<String> = lines.iter().map(|line| format!("| {line} |")).collect();
    format!(
        "µs of CPU for all matches and the watch list, best / middle of several rounds over {VISITORS} visitors:\n\n{}",
        table.join("\n")
    )
}

fn pair(time: Spread) -> String {
    let digits = |us: f64| if us < 10.0 { format!("{us:.2}") } else { format!("{us:.0}") };
    format!("{} / {}", digits(time.least), digits(time.median))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Row, Spread, TARGETS, table};

    fn row(decision: f64, edge: f64) -> Row {
        let us = |us: f64| json!({ "least": us, "median": us });
        let report = json!({
            "declic_us": us(decision), "event_us": us(0.5), "compile_us": us(900.0),
            "peers": [{ "name": "other", "us": us(20.0), "differing": 0 }],
        });
        Row::new(&TARGETS[1], &report, Spread { least: edge, median: edge })
    }

    #[test]
    fn a_missed_target_is_said() {
        assert!(row(2.0, 4.0).faults.is_empty());
        assert_eq!(row(3.5, 4.0).faults, ["µs a decision at 200 rules: 3.50 instead of 3.00"]);
        assert_eq!(row(2.0, 6.0).faults, ["times as long inside workerd at 200 rules: 3.00 instead of 2.50"]);
        assert_eq!(row(21.0, 30.0).faults.len(), 2);
    }

    #[test]
    fn a_row_shows_every_engine() {
        let table = table(&[row(2.0, 4.0)]);
        assert!(
            table.ends_with(
                "| 200 | 2.00 / 2.00 | 4.00 / 4.00 (×2.0) | 20 / 20 | 0.50 / 0.50 | 0.90 / 0.90 |"
            )
        );
    }

    #[test]
    fn the_middle_round_is_told_from_the_best() {
        let spread = Spread::of(vec![3.0, 1.0, 2.0]);
        assert_eq!((spread.least, spread.median), (1.0, 2.0));
    }
}
