//! The three build tools that cargo installs, each once per version, under the user's cache folder.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::places::{cache, tool};
use crate::task::Task;
use crate::{Error, Result, lockfile};

/// Drives wasm-bindgen and wasm-opt for the tag.
pub(crate) const WASM_PACK: &str = "0.15.1";

/// Where the tools are.
#[derive(Clone, Debug)]
pub(crate) struct CargoTools {
    /// The folder of `wasm-bindgen` and its test runner.
    pub(crate) wasm_bindgen: PathBuf,
    /// The folder of `wasm-pack`.
    pub(crate) wasm_pack: PathBuf,
    /// The folder of `worker-build`.
    pub(crate) worker_build: PathBuf,
}

/// Finds the tools, or installs them.
pub(crate) fn find_or_install() -> Result<CargoTools> {
    // The glue's format changes with every version: the tool must be exactly the crate's.
    let wasm_bindgen = lockfile::version_of("wasm-bindgen")?;
    let worker = lockfile::version_of("worker")?;
    let tools = CargoTools {
        wasm_bindgen: one("wasm-bindgen-cli", "wasm-bindgen", &wasm_bindgen)?,
        wasm_pack: one("wasm-pack", "wasm-pack", WASM_PACK)?,
        worker_build: one("worker-build", "worker-build", &worker)?,
    };
    match fs::remove_dir_all(shared_target()) {
        Err(reason) if reason.kind() != std::io::ErrorKind::NotFound => {
            Err(Error::file("remove", &shared_target())(reason))
        }
        _ => Ok(tools),
    }
}

/// The tools share most of their dependencies, so one target folder halves the time; it is removed at the end.
fn shared_target() -> PathBuf {
    cache().join("installing")
}

fn one(package: &str, program: &str, version: &str) -> Result<PathBuf> {
    let root = tool(package, version);
    let folder = root.join("bin");
    if folder.join(program).exists() {
        return Ok(folder);
    }
    let target = shared_target();
    fs::create_dir_all(&target).map_err(Error::file("create", &target))?;
    let mut install = Command::new("cargo");
    install.args(["install", "--quiet", "--root"]).arg(&root).arg(format!("{package}@{version}"));
    // Away from the tree, whose configuration is not meant for tools.
    install.current_dir(&target).env("CARGO_TARGET_DIR", &target);
    // They run for seconds: how soon they are compiled counts more than how well.
    for (setting, value) in [("OPT_LEVEL", "1"), ("LTO", "false"), ("DEBUG", "0"), ("CODEGEN_UNITS", "16")] {
        install.env(format!("CARGO_PROFILE_RELEASE_{setting}"), value);
    }
    Task::new(format!("installing {package} {version}"), install)
        .hint("compiled from source, once; a few minutes")
        .next("check that cargo reaches its registry, then run the same command again")
        .run()?;
    Ok(folder)
}
