//! The tools that npm brings, from the lock files in the tree: no global install, no install scripts.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::fingerprint::Fingerprint;
use crate::places::workspace;
use crate::task::{Task, ask};
use crate::{Error, Result};

/// The oldest Node that wrangler takes.
const NODE: (u32, u32) = (20, 3);

/// Left in `node_modules` after a good install, with the state of the files it came from.
const STAMP: &str = ".declic-installed";

/// Brings a folder's `node_modules` in line with its lock file.
pub(crate) fn install(folder: &Path, what: &str) -> Result<()> {
    let modules = folder.join("node_modules");
    let inputs = [folder.join("package.json"), folder.join("package-lock.json")];
    let wanted = Fingerprint::of("npm", &inputs, "")?;
    let stamp = modules.join(STAMP);
    if fs::read_to_string(&stamp).is_ok_and(|found| found == wanted.value()) {
        return Ok(());
    }
    check_node()?;
    let mut npm = Command::new("npm");
    npm.arg("ci").current_dir(folder);
    Task::new(format!("installing {what}"), npm)
        .next("check that npm reaches its registry (`npm ping`), then run the same command again")
        .run()?;
    fs::write(&stamp, wanted.value()).map_err(Error::file("write", &stamp))
}

/// The tools that build and run the worker.
pub(crate) fn install_worker_tools() -> Result<()> {
    let tree = workspace();
    install(&tree.edge_worker(), "esbuild, binaryen, workerd and wrangler")?;
    if tree.workerd().exists() {
        return Ok(());
    }
    Err(Error::Missing {
        what: format!("npm brought no workerd for this machine (looked for `{}`)", tree.workerd().display()),
        next: "use Linux or macOS on x86-64 or arm64, with npm's optional packages left on".into(),
    })
}

fn check_node() -> Result<()> {
    let (major, minor) = NODE;
    let next = format!("install Node {major}.{minor} or newer with its npm");
    let Some(version) = ask(Command::new("node").arg("--version")) else {
        return Err(Error::Missing { what: "Node is not on PATH".into(), next });
    };
    let mut numbers = version.trim_start_matches('v').split('.').map(|part| part.parse().unwrap_or(0));
    if (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)) < NODE {
        return Err(Error::Missing { what: format!("Node {version} is too old"), next });
    }
    if ask(Command::new("npm").arg("--version")).is_none() {
        return Err(Error::Missing { what: "npm is not on PATH".into(), next });
    }
    Ok(())
}
