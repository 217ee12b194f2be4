//! `cargo dev bench edge`: how many decisions a second one workerd makes, beside a worker that does nothing.
//!
//! The product with 200 rules, a bare route and a bare object that writes one row run in the same process and take
//! turns, each in rounds of as many requests of the same bytes. With a soak, 100,000 visitors come to the product for
//! some minutes, and the memory of the process is looked at.

mod load;
mod soak;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{self, Command, ExitCode};

use serde_json::{Value, json};

use super::rules::generate;
use super::{median, process as used, verdict};
use crate::places::workspace;
use crate::setup::{self, Tools};
use crate::stage::Beside;
use crate::task::{Progress, Task};
use crate::{Error, Result, build};

use load::{Bare, Run, Sender, Until, Visitors};

/// What the product promises at so many rules.
const RULES: usize = 200;
/// Of the bare object's rate, at least this much.
const SHARE: f64 = 0.6;

/// Odd, so that the middle round is one that was.
const ROUNDS: usize = 9;
/// Requests in a round: half a second of the slowest.
const REQUESTS: usize = 600;
/// Visitors who take turns. All have been here before the first round.
const VISITORS: usize = 2_000;
/// As many as a region has shards of visitors.
const OBJECTS: usize = 32;

/// What a contender did in one round.
#[derive(Clone, Copy, Debug)]
struct Round {
    rate: f64,
    p50_ms: f64,
    p99_ms: f64,
    /// Time of workerd's threads for one request, where the system tells it.
    cpu_us: f64,
}

/// The rounds of one contender.
#[derive(Debug, Default)]
struct Contender {
    name: &'static str,
    rounds: Vec<Round>,
}

/// Measures the edge; with `check`, the exit code says whether every target is met.
pub(crate) fn edge(check: bool, soak_minutes: Option<u64>) -> Result<ExitCode> {
    let tools = setup::tools()?;
    build::all(&tools)?;
    let source = workspace().root().join("tests/bench/edge");
    build_bare(&tools, &source)?;
    let folder = workspace().root().join("target/bench/edge");
    fs::create_dir_all(&folder).map_err(Error::file("create", &folder))?;
    let rules = with_offers(&generate(&folder, "rules", RULES)?)?;
    let data = std::env::temp_dir().join(format!("declic-bench-edge-{}", process::id()));
    let measured = Beside::start(&source.join("bench.capnp"), &data, &rules).and_then(|stage| {
        let contenders = contend(&stage)?;
        println!("{}", table(&contenders));
        let mut faults = judge(&contenders);
        let soaked =
            soak_minutes.map(|minutes| soak::soak(&stage, &data.join("objects"), minutes)).transpose()?;
        if let Some(soaked) = &soaked {
            println!("\n{soaked}");
            faults.extend(soaked.fault());
        }
        keep(&folder, &contenders, soaked.as_ref())?;
        Ok(faults)
    });
    // What cannot be removed is left to the system's own cleaning.
    let _ = fs::remove_dir_all(&data);
    Ok(verdict(&measured?, check))
}

fn build_bare(tools: &Tools, source: &Path) -> Result<()> {
    let mut worker_build: Command = tools.worker_build(source)?;
    worker_build.arg("--release");
    Task::new("compiling the bare worker", worker_build).hint("a minute, the first time").run().map(drop)
}

/// The generated rules put visitors into one segment; here each shows a banner, so that there is a reply to write.
fn with_offers(rules: &Path) -> Result<PathBuf> {
    let text = fs::read_to_string(rules).map_err(Error::file("read", rules))?;
    let banner = "show=\"banner\"\ncontent.en.title=\"Something for you\"";
    let path = rules.with_extension("toml");
    fs::write(&path, text.replace("show=\"tag\"\ntag=\"t\"", banner)).map_err(Error::file("write", &path))?;
    Ok(path)
}

fn contend(stage: &Beside) -> Result<[Contender; 3]> {
    let visitors = Visitors::new(&stage.edge(), VISITORS);
    let route = Bare { origin: stage.other(), objects: None, visitors: &visitors };
    let object = Bare { origin: stage.other(), objects: Some(OBJECTS), visitors: &visitors };
    let names = ["a bare route", "a bare object, one write", "Declic, 200 rules"];
    let mut contenders = names.map(|name| Contender { name, rounds: Vec::new() });
    let progress = Progress::start("letting visitors come", None);
    let mut measure = || -> Result<()> {
        // Two turns of all of them: the second has the compilers warm, and something to remember.
        load::run(&visitors, &stage.other(), 0, Until::Count(2 * VISITORS))?;
        load::run(&object, &stage.other(), 0, Until::Count(VISITORS))?;
        load::run(&route, &stage.other(), 0, Until::Count(VISITORS))?;
        for round in 0..ROUNDS {
            let first = 2 * VISITORS + round * REQUESTS;
            contenders[0].rounds.push(Round::of(stage, &route, first)?);
            contenders[1].rounds.push(Round::of(stage, &object, first)?);
            contenders[2].rounds.push(Round::of(stage, &visitors, first)?);
        }
        Ok(())
    };
    let measured = measure();
    progress.end(measured.is_ok());
    measured.map(|()| contenders)
}

impl Round {
    fn of(stage: &Beside, sender: &impl Sender, first: usize) -> Result<Self> {
        let clock = || stage.pid().and_then(used::cpu).unwrap_or_default();
        let before = clock();
        let run: Run = load::run(sender, &stage.other(), first, Until::Count(REQUESTS))?;
        let cpu = clock().saturating_sub(before);
        Ok(Self {
            rate: run.rate(),
            p50_ms: run.percentile(50),
            p99_ms: run.percentile(99),
            cpu_us: cpu.as_secs_f64() * 1e6 / REQUESTS as f64,
        })
    }
}

impl Contender {
    fn middle(&self, what: fn(&Round) -> f64) -> f64 {
        median(self.rounds.iter().map(what).collect())
    }
}

/// The targets that are missed. One that was not measured is missed too.
fn judge([_, object, own]: &[Contender; 3]) -> Vec<String> {
    let (found, whole) = (own.middle(|round| round.rate), object.middle(|round| round.rate));
    let limit = SHARE * whole;
    if found >= limit {
        return Vec::new();
    }
    vec![format!(
        "decisions a second at {RULES} rules: {found:.0} instead of {limit:.0}, {:.0} % of the bare object's {whole:.0}",
        found / whole * 100.0
    )]
}

fn table(contenders: &[Contender; 3]) -> String {
    let whole = contenders[1].middle(|round| round.rate);
    let row = |contender: &Contender| {
        let rate = contender.middle(|round| round.rate);
        format!(
            "| {} | {rate:.0} | {:.0} % | {:.1} | {:.1} | {:.0} |",
            contender.name,
            rate / whole * 100.0,
            contender.middle(|round| round.p50_ms),
            contender.middle(|round| round.p99_ms),
            contender.middle(|round| round.cpu_us),
        )
    };
    format!(
        "Middle of {ROUNDS} rounds of {REQUESTS} requests over {} connections, in one workerd:\n\n\
         | | requests/s | of the bare object | p50, ms | p99, ms | CPU, µs a request |\n\
         | --- | ---: | ---: | ---: | ---: | ---: |\n{}",
        load::CONNECTIONS,
        contenders.iter().map(row).collect::<Vec<_>>().join("\n")
    )
}

/// Keeps the raw numbers.
fn keep(folder: &Path, contenders: &[Contender; 3], soaked: Option<&soak::Soak>) -> Result<()> {
    let round = |round: &Round| json!({ "rate": round.rate, "p50_ms": round.p50_ms, "p99_ms": round.p99_ms, "cpu_us": round.cpu_us });
    let rounds: Vec<Value> = contenders
        .iter()
        .map(|one| json!({ "name": one.name, "rounds": one.rounds.iter().map(round).collect::<Vec<_>>() }))
        .collect();
    let path = folder.join("rounds.json");
    let report = json!({ "contenders": rounds, "soak": soaked.map(soak::Soak::report) });
    fs::write(&path, report.to_string()).map_err(Error::file("write", &path))
}

#[cfg(test)]
mod tests {
    use super::{Contender, Round, judge, table};

    fn contenders(rates: [f64; 3]) -> [Contender; 3] {
        let round = |rate| Round { rate, p50_ms: 1.0, p99_ms: 4.0, cpu_us: 400.0 };
        rates.map(|rate| Contender { name: "one", rounds: vec![round(rate), round(rate), round(9.0)] })
    }

    #[test]
    fn a_missed_target_is_said() {
        assert!(judge(&contenders([3000.0, 1000.0, 600.0])).is_empty());
        assert_eq!(
            judge(&contenders([3000.0, 1000.0, 450.0])),
            ["decisions a second at 200 rules: 450 instead of 600, 45 % of the bare object's 1000"]
        );
    }

    #[test]
    fn what_was_not_measured_is_missed() {
        assert_eq!(judge(&<[Contender; 3]>::default()).len(), 1);
    }

    #[test]
    fn a_row_is_the_middle_round() {
        assert!(
            table(&contenders([3000.0, 1000.0, 600.0])).ends_with("| one | 600 | 60 % | 1.0 | 4.0 | 400 |")
        );
    }
}
