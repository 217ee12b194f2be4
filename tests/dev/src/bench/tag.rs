//! `cargo dev bench tag`: what the tag costs a page, beside other tags on the same page in the same browser.
//!
//! Serves the real edge with the demo shop's rules, bundles the other tags, lets `tests/bench/tag` make the visits,
//! and takes the middle of several rounds less that of the page without any tag. Script and task times are CPU time
//! of the page's main thread; the first beacon counts from the start of the navigation, on the wall.

use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{self, Command, ExitCode};

use serde_json::Value;

use super::{median, verdict};
use crate::places::workspace;
use crate::stage::{Stage, StageOptions};
use crate::task::Task;
use crate::{Error, Result, browser, build, node, setup};

/// The other tags, by the names of their entries in `tests/bench/tag/tags`. The first is no product: it does what none with a
/// module and answers to read can do without, and so shows how much of the time is Declic's own.
const OTHERS: [&str; 7] = ["bare", "plausible", "openpanel", "growthbook", "snowplow", "segment", "posthog"];
const DECLIC: &str = "declic";
/// The page without a tag.
const NONE: &str = "none";

/// Odd, so that the middle round is one that was.
const ROUNDS: &str = "5";

/// CPU throttle of a slow phone on a fast machine, as Chrome's own tools call it.
const SLOW: f64 = 4.0;

/// How much later than Plausible's the first beacon may leave, at [`SLOW`].
const BEACON_RATIO: f64 = 1.2;
/// How much of GrowthBook's script time the tag may take, at [`SLOW`].
const SCRIPT_SHARE: f64 = 0.5;
/// What browsers call a long task.
const LONG_TASK_MS: f64 = 50.0;

/// What one tag costs at one throttle, over the page without it.
#[derive(Clone, Copy, Debug)]
struct Cost {
    script_ms: f64,
    beacon_ms: f64,
    /// The longest task's script, which no other page work can lengthen.
    longest_ms: f64,
    /// Of the script engine's own heap.
    heap_kb: f64,
    /// Outside of it: what array buffers and WebAssembly memory hold.
    buffers_kb: f64,
    requests: f64,
    /// Bodies received, as they came over the line.
    received_kb: f64,
}

/// Measures the tags; with `check`, the exit code says whether every target is met.
pub(crate) fn tag(check: bool) -> Result<ExitCode> {
    build::all(&setup::tools()?)?;
    let chromium = browser::find_or_install()?.chromium;
    let source = workspace().root().join("tests/bench/tag");
    node::install(&source, "the tags to compare with")?;
    let folder = workspace().root().join("target/bench/tag");
    let bundles = bundle(&source, &folder)?;
    let report = visit(&source, &folder, &bundles, &chromium)?;
    let costs = Costs(&report);
    println!("{}", costs.table());
    Ok(verdict(&costs.faults(), check))
}

/// Bundles each tag as a site that installs it from npm would.
fn bundle(source: &Path, folder: &Path) -> Result<PathBuf> {
    let bundles = folder.join("bundles");
    // Parts of an earlier version have other names, and would stay.
    let _ = fs::remove_dir_all(&bundles);
    for name in OTHERS {
        let mut esbuild = Command::new(workspace().esbuild());
        esbuild.current_dir(source).arg(format!("tags/{name}.js"));
        // Split, so that what a tag loads on demand does not weigh on its start.
        esbuild.args(["--bundle", "--minify", "--format=esm", "--splitting", "--target=es2022"]);
        esbuild.arg(format!("--outdir={}", bundles.join(name).display()));
        Task::new(format!("bundling {name}"), esbuild).run()?;
    }
    Ok(bundles)
}

/// Makes the visits, and keeps the raw numbers in `visits.json`.
fn visit(source: &Path, folder: &Path, bundles: &Path, chromium: &Path) -> Result<Value> {
    let data = env::temp_dir().join(format!("declic-bench-tag-{}", process::id()));
    let stage = Stage::start(StageOptions { data: data.clone(), ..StageOptions::default() })?;
    let path = folder.join("visits.json");
    let file = File::create(&path).map_err(Error::file("create", &path))?;
    let mut measure = Command::new("node");
    measure.arg(source.join("measure.js"));
    measure.env("CHROMIUM", chromium).env("BUNDLES", bundles).env("ROUNDS", ROUNDS);
    measure.env("EDGE", stage.edge()).env("OWNER_KEY", &stage.keys().owner);
    let done = Task::new("visiting the page with each tag", measure)
        .hint("eight minutes")
        .next("leave the machine to it: a visit that is starved sends nothing in time")
        .result(file)
        .run();
    drop(stage);
    // What cannot be removed is left to the system's own cleaning.
    let _ = fs::remove_dir_all(&data);
    done?;
    let text = fs::read(&path).map_err(Error::file("read", &path))?;
    serde_json::from_slice(&text).map_err(|why| Error::Missing {
        what: format!("`{}` is no report: {why}", path.display()),
        next: "run the same command again".into(),
    })
}

/// The report of `measure.js`: every visit, in the order they were made.
struct Costs<'r>(&'r Value);

impl Costs<'_> {
    /// The middle round of one number.
    fn middle(&self, tag: &str, slow: f64, what: &str) -> f64 {
        let visits = self.0["visits"].as_array().into_iter().flatten();
        let of_tag = visits.filter(|visit| visit["tag"] == tag && visit["slow"].as_f64() == Some(slow));
        median(of_tag.filter_map(|visit| visit[what].as_f64()).collect())
    }

    fn of(&self, tag: &str, slow: f64) -> Cost {
        let whole = |what| self.middle(tag, slow, what);
        let over = |what| whole(what) - self.middle(NONE, slow, what);
        Cost {
            script_ms: over("script"),
            beacon_ms: whole("beacon"),
            longest_ms: whole("longest"),
            heap_kb: over("heap") / 1024.0,
            buffers_kb: over("buffers") / 1024.0,
            requests: over("requests"),
            received_kb: (whole("bytes") - self.middle(NONE, slow, "bytes")) / 1024.0,
        }
    }

    /// The targets that are missed. One that was not measured is missed too.
    fn faults(&self) -> Vec<String> {
        let own = self.of(DECLIC, SLOW);
        let plausible = self.of("plausible", SLOW);
        let growthbook = self.of("growthbook", SLOW);
        let mut faults = Vec::new();
        let mut hold = |what: &str, found: f64, limit: f64| {
            if found.is_nan() || limit.is_nan() || found > limit {
                faults.push(format!("{what} at {SLOW}×: {found:.1} ms instead of {limit:.1}"));
            }
        };
        hold("first beacon, beside Plausible's", own.beacon_ms, plausible.beacon_ms * BEACON_RATIO);
        hold("script time, beside Plausible's", own.script_ms, plausible.script_ms);
        hold("script time, beside GrowthBook's", own.script_ms, growthbook.script_ms * SCRIPT_SHARE);
        hold("longest task", own.longest_ms, LONG_TASK_MS);
        if self.0["blocks"] != false {
            faults.push("the page is not parsed until the script has come".into());
        }
        faults
    }

    /// One Markdown table, a row for each tag.
    fn table(&self) -> String {
        let mut lines = vec![
            "| tag | script, ms | at 4× | first beacon, ms | at 4× | longest task at 4×, ms | heap, KB | buffers, KB \
             | requests | received, KB |"
                .to_owned(),
            format!("| --- |{}", " ---: |".repeat(9)),
        ];
        for tag in [DECLIC].iter().chain(&OTHERS) {
            let (fast, slow) = (self.of(tag, 1.0), self.of(tag, SLOW));
            let numbers = [
                fast.script_ms,
                slow.script_ms,
                fast.beacon_ms,
                slow.beacon_ms,
                slow.longest_ms,
                fast.heap_kb,
                fast.buffers_kb,
                fast.requests,
                fast.received_kb,
            ];
            lines.push(format!("| {tag} | {} |", numbers.map(spell).join(" | ")));
        }
        format!(
            "Over the same page without a tag, middle of {} rounds in Chromium {}; script and tasks are CPU time of the \
             main thread,\nthe first beacon counts from the start of the navigation, what is received is Brotli 11:\n\n{}",
            self.0["rounds"],
            self.0["browser"].as_str().unwrap_or("(unknown)"),
            lines.join("\n")
        )
    }
}

fn spell(number: f64) -> String {
    if number.abs() < 10.0 && number.fract() != 0.0 { format!("{number:.1}") } else { format!("{number:.0}") }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Costs, NONE};

    /// Three rounds of a page that takes 10 ms of script, and of tags that add these.
    fn report(script: [f64; 3], beacon: [f64; 2]) -> Value {
        let mut visits = Vec::new();
        let beacons = [beacon[0], beacon[1], 300.0];
        for slow in [1, 4] {
            for noise in [0.0, 0.5, 70.0] {
                let mut visit = |tag: &str, script: f64, beacon: Value| {
                    visits.push(json!({
                        "tag": tag, "slow": slow, "script": 10.0 + script + noise, "beacon": beacon,
                        "longest": 20.0, "heap": 2048, "buffers": 1024, "requests": 2, "bytes": 3072,
                    }));
                };
                visit(NONE, 0.0, Value::Null);
                for (tag, (script, beacon)) in
                    ["declic", "plausible", "growthbook"].iter().zip(script.iter().zip(beacons))
                {
                    visit(tag, *script, json!(beacon + noise));
                }
            }
        }
        json!({ "browser": "1", "rounds": 3, "blocks": false, "visits": visits })
    }

    #[test]
    fn a_light_tag_meets_every_target() {
        let report = report([30.0, 34.0, 82.0], [150.0, 140.0]);
        assert_eq!(Costs(&report).faults(), Vec::<String>::new());
    }

    #[test]
    fn a_missed_target_is_said() {
        let report = report([44.0, 34.0, 82.0], [200.0, 140.0]);
        assert_eq!(
            Costs(&report).faults(),
            [
                "first beacon, beside Plausible's at 4×: 200.5 ms instead of 168.6",
                "script time, beside Plausible's at 4×: 44.0 ms instead of 34.0",
                "script time, beside GrowthBook's at 4×: 44.0 ms instead of 41.0",
            ]
        );
    }

    #[test]
    fn what_was_not_measured_is_missed() {
        assert_eq!(Costs(&json!({})).faults().len(), 5);
    }

    #[test]
    fn a_row_is_what_the_tag_adds_to_the_page() {
        let report = report([30.0, 34.0, 82.0], [150.0, 140.0]);
        let table = Costs(&report).table();
        assert!(table.contains("| plausible | 34 | 34 | 140 | 140 | 20 | 0 | 0 | 0 | 0 |"), "{table}");
    }
}
