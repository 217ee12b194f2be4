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

/// Left in `node_modules` after a good install: the state of the files it came from, and how many it brought.
const STAMP: &str = ".declic-installed";

/// Brings a folder's `node_modules` in line with its lock file.
pub(crate) fn install(folder: &Path, what: &str) -> Result<()> {
    let modules = folder.join("node_modules");
    let inputs = [folder.join("package.json"), folder.join("package-lock.json")];
    let wanted = Fingerprint::of("npm", &inputs, "")?;
    if is_whole(&modules, wanted.value()) {
        return Ok(());
    }
    check_node()?;
    let mut npm = Command::new("npm");
    npm.arg("ci").current_dir(folder);
    Task::new(format!("installing {what}"), npm)
        .next("check that npm reaches its registry (`npm ping`), then run the same command again")
        .run()?;
    let stamp = modules.join(STAMP);
    fs::write(&stamp, mark(&modules, wanted.value())).map_err(Error::file("write", &stamp))
}

/// Whether the last good install was of this state, and nothing it brought has gone since.
fn is_whole(modules: &Path, state: &str) -> bool {
    fs::read_to_string(modules.join(STAMP)).is_ok_and(|found| found == mark(modules, state))
}

/// What the stamp says of a good install.
fn mark(modules: &Path, state: &str) -> String {
    format!("{state}, {} files", count(modules))
}

/// How many files a folder has, but for what tools keep there at run time, behind a dot.
fn count(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let brought = entries.filter(|entry| !entry.file_name().as_encoded_bytes().starts_with(b"."));
    brought
        .map(|entry| if entry.file_type().is_ok_and(|kind| kind.is_dir()) { count(&entry.path()) } else { 1 })
        .sum()
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

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{STAMP, is_whole, mark};

    #[test]
    fn a_stamp_hides_no_file_that_has_gone() {
        let modules = std::env::temp_dir().join(format!("declic-modules-{}", std::process::id()));
        fs::create_dir_all(modules.join("server/bin")).unwrap();
        fs::write(modules.join("server/bin/server"), "").unwrap();
        fs::write(modules.join("server/package.json"), "").unwrap();
        assert!(!is_whole(&modules, "state"), "never installed");
        fs::write(modules.join(STAMP), mark(&modules, "state")).unwrap();
        fs::create_dir(modules.join(".cache")).unwrap();
        fs::write(modules.join(".cache/kept"), "").unwrap();
        assert!(is_whole(&modules, "state"), "what a tool keeps there changes nothing");
        assert!(!is_whole(&modules, "another"));
        fs::remove_file(modules.join("server/bin/server")).unwrap();
        assert!(!is_whole(&modules, "state"));
        fs::remove_dir_all(&modules).unwrap();
    }
}
