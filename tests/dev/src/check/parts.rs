//! The parts of `cargo dev test`: what each runs and what it needs.

use std::process::Command;

use super::counts::Counts;
use crate::browser::{self, Browser};
use crate::places::workspace;
use crate::setup::{self, Tools};
use crate::task::Task;
use crate::wasm_target::Library;
use crate::{Error, build, node, package};

/// One part of the run.
pub(crate) struct Part {
    /// Its name on the command line and in the table.
    pub(crate) name: &'static str,
    /// What it checks.
    pub(crate) summary: &'static str,
    /// The parts that must have passed before it.
    pub(super) needs: &'static [&'static str],
    pub(super) run: fn(&mut Bench) -> Outcome,
}

/// What earlier parts have made ready for later ones.
#[derive(Default)]
pub(crate) struct Bench {
    tools: Option<Tools>,
    browser: Option<Browser>,
}

/// A part that did not pass: why, and how many tests passed all the same.
pub(super) struct Failure {
    pub(super) error: Error,
    pub(super) counts: Counts,
}

type Outcome = Result<Counts, Failure>;

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure { error, counts: Counts::default().of_failure() }
    }
}

/// In the order they run: cheap ones first, and nothing before what it needs.
pub(crate) const PARTS: [Part; 14] = [
    Part { name: "format", summary: "the code is formatted", needs: &[], run: format },
    Part { name: "native", summary: "the tests that need neither browser nor edge", needs: &[], run: native },
    Part { name: "setup", summary: "the build's tools are there", needs: &[], run: set_up },
    Part { name: "browser", summary: "the browser and its driver are there", needs: &[], run: find_browser },
    Part { name: "types", summary: "a site's script fits the tag's declarations", needs: &[], run: types },
    Part { name: "tag", summary: "the tag builds", needs: &["setup"], run: tag },
    Part { name: "size", summary: "the tag keeps within its budget", needs: &["tag"], run: size },
    Part { name: "clippy", summary: "no warning in any target", needs: &["setup", "tag"], run: clippy },
    Part { name: "worker", summary: "the worker builds", needs: &["tag"], run: worker },
    Part {
        name: "wasm",
        summary: "the tag's own tests, in a browser",
        needs: &["setup", "browser"],
        run: wasm,
    },
    Part { name: "deploy", summary: "wrangler takes the worker (dry run)", needs: &["worker"], run: deploy },
    Part {
        name: "package",
        summary: "the executable is made, and starts",
        needs: &["worker"],
        run: packaged,
    },
    Part { name: "edge", summary: "the tests against a running edge", needs: &["worker"], run: edge },
    Part {
        name: "journeys",
        summary: "visitors' journeys, in a browser",
        needs: &["worker", "browser"],
        run: journeys,
    },
];

/// Playwright, from the journeys' own lock file.
pub(crate) fn install_journeys() -> crate::Result<()> {
    node::install(&workspace().journeys(), "Playwright, axe and TypeScript")
}

fn format(_: &mut Bench) -> Outcome {
    one(Task::new("checking the format", cargo(&["fmt", "--all", "--check"])).next("run `cargo fmt`"))
}

fn clippy(bench: &mut Bench) -> Outcome {
    let arguments = ["clippy", "--quiet", "--workspace", "--all-targets", "--", "--deny", "warnings"];
    one(Task::new("running clippy", cargo(&arguments)).hint("some minutes the first time"))?;
    // What the browser alone compiles: the tests that run in it, and the module without the standard library.
    for (what, targets) in [("tests", &["--all-targets"][..]), ("module", &["--features", "alone"])] {
        let Some(mut command) = bench.tools()?.clippy()? else {
            eprintln!("  - skipped: clippy for the browser's code, which the wasm compiler came without");
            break;
        };
        command
            .args(["--package", "tracker-wasm", "--package", "widgets", "--package", "panels"])
            .args(targets);
        command.args(["--", "--deny", "warnings"]);
        Task::new(format!("running clippy on the tag's {what}, for wasm"), command).run()?;
    }
    Ok(Counts::PASSED)
}

fn native(_: &mut Bench) -> Outcome {
    // `edge-worker` takes minutes to link natively and has no tests of its own: `edge` tests it where it runs.
    let arguments =
        ["test", "--workspace", "--exclude", "edge-worker", "--exclude", "tests", "--no-fail-fast"];
    counted(Task::new("running native tests", cargo(&arguments)), Counts::of_cargo)
}

fn set_up(bench: &mut Bench) -> Outcome {
    bench.tools = Some(setup::tools()?);
    Ok(Counts::PASSED)
}

fn find_browser(bench: &mut Bench) -> Outcome {
    bench.browser = Some(browser::find_or_install()?);
    install_journeys()?;
    Ok(Counts::PASSED)
}

/// The example says what must compile and, line by line, what must not.
fn types(_: &mut Bench) -> Outcome {
    install_journeys()?;
    let mut compiler = Command::new("node");
    compiler.current_dir(workspace().journeys()).args([
        "node_modules/typescript/bin/tsc",
        "--project",
        "types",
    ]);
    one(Task::new("compiling a site's script against the tag's declarations", compiler))
}

fn tag(bench: &mut Bench) -> Outcome {
    build::tag(bench.tools()?)?;
    Ok(Counts::PASSED)
}

fn size(_: &mut Bench) -> Outcome {
    for size in build::sizes()? {
        println!("{size}");
        size.within_budget()?;
    }
    Ok(Counts::PASSED)
}

fn worker(bench: &mut Bench) -> Outcome {
    build::all(bench.tools()?)?;
    Ok(Counts::PASSED)
}

fn wasm(bench: &mut Bench) -> Outcome {
    let tree = workspace();
    let driver = bench.browser()?.driver;
    let mut total = Counts::default();
    let mut first = None;
    for (folder, what) in [(tree.tracker(), "core"), (tree.widgets(), "widgets"), (tree.panels(), "panels")] {
        let mut command = bench.tools()?.wasm_pack(&folder, Library::Tests)?;
        command.args(["test", "--headless", "--chrome", "--mode", "no-install", "--chromedriver"]);
        command.arg(&driver).args(["--", "--lib"]);
        let task = Task::new(format!("testing the tag's {what} in the browser"), command);
        match counted(task.hint("a minute the first time"), Counts::of_cargo) {
            Ok(counts) => total = total.and(counts),
            Err(failure) => {
                total = total.and(failure.counts);
                // The first cause is shown; both are counted.
                first.get_or_insert(failure.error);
            }
        }
    }
    match first {
        None => Ok(total),
        Some(error) => Err(Failure { error, counts: total }),
    }
}

fn deploy(_: &mut Bench) -> Outcome {
    let tree = workspace();
    let mut wrangler = Command::new(tree.node_bin().join("wrangler"));
    wrangler.current_dir(tree.edge_worker()).args(["deploy", "--dry-run", "--outdir"]);
    wrangler.arg(tree.notes().join("deploy"));
    wrangler.env("WRANGLER_SEND_METRICS", "false").env("WRANGLER_LOG_PATH", tree.notes().join("log"));
    one(Task::new("bundling for the network, without sending", wrangler))
}

fn packaged(bench: &mut Bench) -> Outcome {
    let bytes = package::make(bench.tools()?)?;
    package::try_start(&workspace().notes().join("packaged"))?;
    println!("target/declic: {} MB, starts and answers", bytes / 1_000_000);
    Ok(Counts::PASSED)
}

fn edge(_: &mut Bench) -> Outcome {
    let arguments = ["test", "--package", "tests", "--no-fail-fast"];
    counted(Task::new("testing the running edge", cargo(&arguments)), Counts::of_cargo)
}

fn journeys(bench: &mut Bench) -> Outcome {
    let folder = workspace().journeys();
    let mut playwright = Command::new(folder.join("node_modules/.bin/playwright"));
    playwright.arg("test").current_dir(&folder).env("CHROMIUM", bench.browser()?.chromium);
    // The journeys start their edge with this very runner: `$DECLIC_DEV serve --data DIR`.
    if let Ok(runner) = std::env::current_exe() {
        playwright.env("DECLIC_DEV", runner);
    }
    counted(Task::new("making visitors' journeys", playwright), Counts::of_playwright)
}

impl Bench {
    fn tools(&self) -> crate::Result<&Tools> {
        self.tools.as_ref().ok_or_else(|| not_ready("setup"))
    }

    fn browser(&self) -> crate::Result<Browser> {
        self.browser.clone().ok_or_else(|| not_ready("browser"))
    }
}

fn not_ready(part: &str) -> Error {
    Error::Missing {
        what: format!("the part `{part}` has not run"),
        next: format!("add `{part}` to the parts"),
    }
}

fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new("cargo");
    command.args(arguments).current_dir(workspace().root());
    command
}

fn no_test() -> Error {
    Error::Missing {
        what: "the test runner ended well and ran no test".into(),
        next: "see what it printed, in `target/dev/log`, and whether the tests still have the names it looks for"
            .into(),
    }
}

/// A part that is one check.
fn one(task: Task) -> Outcome {
    task.run()?;
    Ok(Counts::PASSED)
}

/// A part that is a test runner's.
fn counted(task: Task, count: fn(&str) -> Counts) -> Outcome {
    // Failed tests are told of before the summaries of the binaries that come after theirs.
    match task.shown(200).run() {
        Ok(done) => count(&done.output).of_success().ok_or_else(|| no_test().into()),
        Err(error) => Err(Failure { counts: count(&error.whole_output()).of_failure(), error }),
    }
}
