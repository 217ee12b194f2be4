//! `cargo dev package`: the product as one executable, workerd and worker together.

use std::fs::{self, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::process::Command;

use crate::places::workspace;
use crate::setup::Tools;
use crate::task::Task;
use crate::{Error, Result, build, stage};

/// Builds what is not up to date, then the executable; returns its size in bytes.
pub(crate) fn make(tools: &Tools) -> Result<u64> {
    build::all(tools)?;
    let tree = workspace();
    let mut workerd = Command::new(tree.workerd());
    workerd.arg("compile").arg(tree.edge_worker().join("workerd.capnp")).arg("config");
    let out = tree.executable();
    // Compiled aside: an executable that runs cannot be written to, but it can be replaced.
    let aside = out.with_extension("new");
    let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o755).open(&aside);
    let file = file.map_err(Error::file("create", &aside))?;
    Task::new("packaging the executable", workerd).result(file).run()?;
    fs::rename(&aside, &out).map_err(Error::file("write", &out))?;
    Ok(fs::metadata(&out).map_err(Error::file("read", &out))?.len())
}

/// Starts the executable in an empty folder, asks for its health, and ends it.
pub(crate) fn try_start(data: &Path) -> Result<()> {
    if data.exists() {
        fs::remove_dir_all(data).map_err(Error::file("remove", data))?;
    }
    stage::try_packaged(data)
}

/// How to start the executable, for the person who has just made it.
pub(crate) fn instructions(bytes: u64) -> String {
    let path = workspace().executable();
    format!(
        "{path}  {megabytes} MB, nothing else needed\n\n\
         start it with\n\n  \
         mkdir -p data\n  \
         DECLIC_SECRET=… DECLIC_OWNER_KEY=… DECLIC_DESK_KEY=… \\\n    \
         {path} --socket-addr edge=127.0.0.1:8788 --directory-path data=data\n\n\
         DECLIC_SECRET     signs visitors' tokens; keep it, or every visitor becomes new\n\
         DECLIC_OWNER_KEY  publishes rules and settings (PUT /v1/sites/SITE/rules)\n\
         DECLIC_DESK_KEY   reads call-backs and messages (GET /v1/desk/callbacks?site=SITE)\n\
         make each with `openssl rand -hex 32`",
        path = path.display(),
        megabytes = bytes / 1_000_000,
    )
}
