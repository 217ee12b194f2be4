//! Debian's packages, where the runner may install them: on Debian, as root.

use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use crate::Result;
use crate::task::{Task, ask};

/// Whether packages can be installed here without asking anyone.
pub(crate) fn available() -> bool {
    Path::new("/etc/debian_version").exists() && ask(Command::new("id").arg("-u")).as_deref() == Some("0")
}

/// Whether the configured sources have these packages. Reads the lists anew, once per run.
pub(crate) fn offers(packages: &[&str]) -> bool {
    static LISTS_READ: OnceLock<()> = OnceLock::new();
    LISTS_READ.get_or_init(|| {
        let mut update = Command::new("apt-get");
        update.args(["update", "--quiet"]);
        // Without a network the lists may still be there; what is not offered is reported by who needs it.
        let _ = Task::new("reading Debian's package lists", update).run();
    });
    ask(Command::new("apt-cache").arg("show").args(packages)).is_some()
}

/// Installs packages that are offered.
pub(crate) fn install(packages: &[&str]) -> Result<()> {
    let mut command = Command::new("apt-get");
    command.args(["install", "--yes", "--quiet", "--no-install-recommends"]).args(packages);
    command.env("DEBIAN_FRONTEND", "noninteractive");
    Task::new(format!("installing {}", packages.join(", ")), command)
        .next("look at `apt-get`'s output; another package manager may be running")
        .run()?;
    Ok(())
}

/// The file of an installed package whose path ends like this.
pub(crate) fn file_of(package: &str, end: &str) -> Option<String> {
    let files = ask(Command::new("dpkg").args(["--listfiles", package]))?;
    files.lines().find(|file| file.ends_with(end)).map(str::to_owned)
}
