//! Builds the tag, then the worker that carries it. What is up to date is left alone.

mod script;

use std::fs::{self, File, TryLockError};
use std::path::PathBuf;

use crate::cargo_tools::WASM_PACK;
use crate::fingerprint::Fingerprint;
use crate::places::workspace;
use crate::setup::Tools;
use crate::task::{Progress, Task};
use crate::wasm_target::Library;
use crate::{Error, Result};

use script::SCRIPTS;
pub(crate) use script::sizes;

const WASM_PACK_ARGUMENTS: [&str; 10] = [
    "build",
    "--mode",
    "no-install",
    "--target",
    "web",
    "--profile",
    "tag",
    "--no-typescript",
    "--no-pack",
    "--out-dir",
];

/// The tag's modules: what each is called, the folder within its crate it is put into, and its features. `alone` is the module as the browser loads
/// it: everywhere else the crates link the standard library.
const MODULES: [(&str, &str, &str); 4] = [
    ("the tag", "pkg", "alone"),
    ("the widgets", "pkg", "alone"),
    ("the preferences", "pkg", "alone,preferences"),
    ("the debug panel", "pkg-debug", "alone,debug"),
];

/// Builds whatever is not up to date, one runner at a time.
pub(crate) fn all(tools: &Tools) -> Result<()> {
    let _alone = alone()?;
    build_tag(tools)?;
    build_worker(tools)
}

/// Builds the tag, if it is not up to date.
pub(crate) fn tag(tools: &Tools) -> Result<()> {
    let _alone = alone()?;
    build_tag(tools)
}

fn build_tag(tools: &Tools) -> Result<()> {
    let tree = workspace();
    // The lock file names the versions of esbuild and wasm-opt.
    let inputs = [
        tree.tracker(),
        tree.edge_worker().join("package-lock.json"),
        tree.root().join("Cargo.toml"),
        tree.root().join("Cargo.lock"),
    ];
    let compiler = tools.wasm.describe(Library::Tag);
    let way =
        format!("{compiler}, wasm-pack {WASM_PACK} {WASM_PACK_ARGUMENTS:?} {MODULES:?}, {}", script::SHAPE);
    let state = Fingerprint::of("tag", &inputs, &way)?;
    let results: Vec<PathBuf> = SCRIPTS.iter().flat_map(script::Script::results).collect();
    if state.is_current(&results) {
        return Ok(());
    }
    let hint = state.is_first().then_some("a minute or two, the first time");
    let folders = [tree.tracker(), tree.widgets(), tree.panels(), tree.panels()];
    for (folder, (what, into, features)) in folders.iter().zip(MODULES) {
        let mut wasm_pack = tools.wasm_pack(folder, Library::Tag)?;
        wasm_pack.args(WASM_PACK_ARGUMENTS).arg(into);
        wasm_pack.args(["--no-default-features", "--features", features]);
        Task::new(format!("compiling {what}"), wasm_pack).hint(hint).run()?;
    }
    for script in &SCRIPTS {
        script.build()?;
    }
    for size in sizes()? {
        eprintln!("    {size}");
    }
    state.keep()
}

fn build_worker(tools: &Tools) -> Result<()> {
    let tree = workspace();
    let root = tree.root();
    let inputs: Vec<PathBuf> =
        ["edge-worker", "rules", "tracker-wasm/wire", "target/tag", "Cargo.toml", "Cargo.lock"]
            .map(|input| root.join(input))
            .into();
    let state = Fingerprint::of("worker", &inputs, &tools.wasm.describe(Library::Worker))?;
    let results = ["index.js", "index_bg.wasm"].map(|file| tree.worker_build().join(file));
    if state.is_current(&results) {
        return Ok(());
    }
    let hint = state.is_first().then_some("some minutes, the first time");
    let mut worker_build = tools.worker_build(&tree.edge_worker())?;
    worker_build.arg("--release").env("DECLIC_TAG_DIR", tree.tag());
    Task::new("compiling the worker", worker_build).hint(hint).run()?;
    state.keep()
}

/// Waits until no other runner builds in this tree; free again when the file is dropped.
fn alone() -> Result<File> {
    let path = workspace().notes().join("build.lock");
    let folder = path.parent().expect("a lock lies in the notes' folder");
    fs::create_dir_all(folder).map_err(Error::file("create", folder))?;
    let file = File::create(&path).map_err(Error::file("create", &path))?;
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => {
            let progress = Progress::start("waiting for another build of this tree", None);
            let locked = file.lock();
            progress.end(locked.is_ok());
            locked.map_err(Error::file("lock", &path))?;
        }
        Err(TryLockError::Error(reason)) => return Err(Error::file("lock", &path)(reason)),
        Ok(()) => {}
    }
    Ok(file)
}
