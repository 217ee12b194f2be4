//! Brings a machine to where Declic can be built: what is there is used, what is missing is installed once.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cargo_tools::{self, CargoTools};
use crate::places::workspace;
use crate::wasm_target::{self, Library, TARGET, WasmTarget};
use crate::{Error, Result, node};

/// A machine that is ready to build.
#[derive(Clone, Debug)]
pub(crate) struct Tools {
    /// The compiler for wasm.
    pub(crate) wasm: WasmTarget,
    cargo: CargoTools,
}

/// Finds or installs all that a build needs. Says nothing when nothing is to be done.
pub(crate) fn tools() -> Result<Tools> {
    let wasm = wasm_target::find_or_install()?;
    node::install_worker_tools()?;
    let cargo = cargo_tools::find_or_install()?;
    Ok(Tools { wasm, cargo })
}

impl Tools {
    /// `wasm-pack` in a crate's folder.
    pub(crate) fn wasm_pack(&self, folder: &Path, library: Library) -> Result<Command> {
        self.wasm_command(&self.cargo.wasm_pack.join("wasm-pack"), folder, library)
    }

    /// `worker-build` in a worker's folder. The three programs it would otherwise download are named to it.
    pub(crate) fn worker_build(&self, folder: &Path) -> Result<Command> {
        let tree = workspace();
        let program = self.cargo.worker_build.join("worker-build");
        let mut command = self.wasm_command(&program, folder, Library::Worker)?;
        command.env("WASM_BINDGEN_BIN", self.cargo.wasm_bindgen.join("wasm-bindgen"));
        command.env("WASM_OPT_BIN", tree.node_bin().join("wasm-opt"));
        command.env("ESBUILD_BIN", tree.esbuild());
        Ok(command)
    }

    /// clippy in the tree, for wasm; none when this compiler came without it.
    pub(crate) fn clippy(&self) -> Result<Option<Command>> {
        if !self.wasm.has_clippy() {
            return Ok(None);
        }
        let tree = workspace();
        let mut command = self.wasm_command(Path::new("cargo"), tree.root(), Library::Tests)?;
        command.args(["clippy", "--quiet", "--target", TARGET]);
        Ok(Some(command))
    }

    fn wasm_command(&self, program: &Path, folder: &Path, library: Library) -> Result<Command> {
        let tree = workspace();
        let mut command = Command::new(program);
        command.current_dir(folder).env("CARGO_TARGET_DIR", tree.wasm_target());
        command.env("PATH", path_with(&[self.cargo.wasm_bindgen.clone(), tree.node_bin()])?);
        // The tools' own stacks say nothing about the tree, and hide what does.
        command.env("RUST_BACKTRACE", "0");
        self.wasm.choose(&mut command, library);
        Ok(command)
    }
}

/// PATH with these folders before all others.
pub(crate) fn path_with(folders: &[PathBuf]) -> Result<std::ffi::OsString> {
    let old = env::var_os("PATH").unwrap_or_default();
    env::join_paths(folders.iter().cloned().chain(env::split_paths(&old))).map_err(|reason| Error::Missing {
        what: format!("a folder cannot be put on PATH: {reason}"),
        next: "move the tree, and the cache folder, to paths without `:`".into(),
    })
}
