//! The same work inside workerd: the module built as the worker is, and its time taken from outside.
//!
//! workerd's clocks stand still during a request, so what counts is the CPU time of its process while one request
//! decides tens of thousands of times. Where the system does not tell that, the time on the wall.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use ureq::Agent;

use super::{Spread, VISITORS};
use crate::bench::process;
use crate::places::workspace;
use crate::task::{Progress, Task};
use crate::wasm_target::{Library, WasmTarget};
use crate::{Error, Result};

/// As worker-build optimises the worker.
const WASM_OPT: [&str; 8] = [
    "-O",
    "--enable-mutable-globals",
    "--enable-sign-ext",
    "--enable-nontrapping-float-to-int",
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-reference-types",
    "--enable-exception-handling",
];

/// Requests, after those that let the engine's optimising compiler do its work.
const ROUNDS: usize = 9;
const WARMING: usize = 3;

/// Passes over all visitors in one request: enough to make its own cost invisible.
const PASSES: u64 = 80;

/// Compiles the module and lays it beside the script and the configuration.
pub(super) fn build(wasm: WasmTarget, folder: &Path) -> Result<()> {
    let tree = workspace();
    let source = tree.root().join("rules/peers");
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--release", "--package", "decisions-edge", "--target", "wasm32-unknown-unknown"]);
    cargo.current_dir(&source).env("CARGO_TARGET_DIR", tree.wasm_target());
    wasm.choose(&mut cargo, Library::Worker);
    Task::new("compiling the rule engine for workerd", cargo).run()?;
    let mut optimise = Command::new(tree.node_bin().join("wasm-opt"));
    optimise.args(WASM_OPT).arg("-o").arg(folder.join("bench.wasm"));
    optimise.arg(tree.wasm_target().join("wasm32-unknown-unknown/release/decisions_edge.wasm"));
    Task::new("optimising it", optimise).run()?;
    for name in ["bench.js", "bench.capnp"] {
        let file = source.join("edge").join(name);
        fs::copy(&file, folder.join(name)).map_err(Error::file("copy", &file))?;
    }
    Ok(())
}

/// A workerd with the module.
pub(super) struct Edge {
    child: Child,
    origin: String,
    agent: Agent,
}

impl Edge {
    /// Starts it on a free port.
    pub(super) fn start(folder: &Path) -> Result<Edge> {
        let program = workspace().workerd();
        let mut command = Command::new(&program);
        command.arg("serve").arg(folder.join("bench.capnp")).arg("--control-fd=1");
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command.spawn().map_err(Error::file("start", &program))?;
        let mut lines = BufReader::new(child.stdout.take().expect("the child's output is piped")).lines();
        let port = lines.find_map(|line| {
            let word: Value = serde_json::from_str(&line.ok()?).ok()?;
            (word["event"] == "listen").then(|| word["port"].as_u64()).flatten()
        });
        let agent = Agent::new_with_defaults();
        // Before the port is looked at, so that the child is ended in any case.
        let edge = Edge { child, origin: format!("http://127.0.0.1:{}", port.unwrap_or_default()), agent };
        match port {
            Some(_) => Ok(edge),
            None => Err(refused("starting workerd", "it ended before it listened")),
        }
    }

    /// How long a decision takes; `found` is what a pass has to find.
    pub(super) fn measure(&mut self, count: usize, rules: &Path, facts: &Path, found: u64) -> Result<Spread> {
        let read = |path: &Path| fs::read(path).map_err(Error::file("read", path));
        let mut body = read(rules)?;
        body.push(0);
        body.extend(read(facts)?);
        let visitors = answer("PUT /", self.agent.put(&self.origin).send(&body))?;
        if visitors != VISITORS.to_string() {
            return Err(refused("PUT /", &format!("{visitors} visitors instead of {VISITORS}")));
        }
        let progress = Progress::start(&format!("timing rules-{count} inside workerd"), None);
        let times = self.rounds(found);
        progress.end(times.is_ok());
        times.map(Spread::of)
    }

    fn rounds(&self, found: u64) -> Result<Vec<f64>> {
        let request = format!("{}/?passes={PASSES}", self.origin);
        let mut times = Vec::new();
        for round in 0..WARMING + ROUNDS {
            let before = self.clock();
            let text = answer("POST /", self.agent.post(&request).send_empty())?;
            let took = self.clock().saturating_sub(before);
            if text != found.to_string() {
                return Err(refused("POST /", &format!("found {text}, natively {found}")));
            }
            if round >= WARMING {
                times.push(took.as_secs_f64() * 1e6 / (PASSES * VISITORS as u64) as f64);
            }
        }
        Ok(times)
    }

    /// The CPU time that all threads of workerd have used, or the time on the wall.
    fn clock(&self) -> Duration {
        process::cpu(self.child.id()).unwrap_or_else(wall)
    }
}

impl Drop for Edge {
    fn drop(&mut self) {
        // It may be gone already: then there is nothing to end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn wall() -> Duration {
    static START: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    START.get_or_init(Instant::now).elapsed()
}

fn answer(
    request: &str,
    response: std::result::Result<ureq::http::Response<ureq::Body>, ureq::Error>,
) -> Result<String> {
    response
        .and_then(|mut response| response.body_mut().read_to_string())
        .map_err(|why| refused(request, &why.to_string()))
}

fn refused(request: &str, answer: &str) -> Error {
    Error::Refused { request: request.into(), answer: answer.into() }
}
