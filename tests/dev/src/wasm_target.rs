//! The compiler for wasm32-unknown-unknown: rustup's target and library source, else Debian's own Rust with both.
//!
//! The tag builds its part of the standard library itself, on either: the compiled one that rustup brings holds what
//! a panic would say, a tenth of the tag. The worker and the tests link rustup's, or build it where there is none.
//!
//! Debian ships a newer Rust for its browsers (`rustc-web`), with the standard library's source. Linked into
//! rustup, it builds that library for wasm along with the crates. Native builds never use it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::task::{Task, ask};
use crate::{Error, Result, apt};

pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// The name under which rustup knows Debian's Rust.
const LINKED: &str = "declic-wasm";

/// The target is some 20 MB: a line that cannot bring it in this time is taken for no line at all.
const RUSTUP_LIMIT: Duration = Duration::from_secs(90);

const DEBIAN: [&str; 4] = ["rustc-web", "cargo-web", "rust-web-src", "rust-web-llvm"];

/// How to compile for wasm on this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WasmTarget {
    /// The toolchain in use has the target, and the library's source.
    Rustup,
    /// Debian's Rust, linked into rustup, has the source only.
    Debian,
}

/// Which parts of the standard library a build needs.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Library {
    /// What the tag links: it goes without the operating system's part, and without words when it panics.
    Tag,
    /// What the worker links.
    Worker,
    /// That, and the test harness.
    Tests,
}

impl WasmTarget {
    /// Makes a command that starts cargo for wasm use this compiler.
    pub(crate) fn choose(self, command: &mut Command, library: Library) {
        command.envs(self.settings(library));
    }

    /// The environment variables that do so.
    fn settings(self, library: Library) -> Vec<(&'static str, &'static str)> {
        let parts = match (library, self) {
            (Library::Tag, _) => "core,alloc",
            (_, WasmTarget::Rustup) => return Vec::new(),
            (Library::Worker, WasmTarget::Debian) => "std,panic_abort",
            (Library::Tests, WasmTarget::Debian) => "std,panic_abort,test",
        };
        // Building the standard library is a nightly feature; both compilers are stable ones.
        let mut settings = vec![("RUSTC_BOOTSTRAP", "1"), ("CARGO_UNSTABLE_BUILD_STD", parts)];
        if self == WasmTarget::Debian {
            settings.push(("RUSTUP_TOOLCHAIN", LINKED));
        }
        if matches!(library, Library::Tag) {
            // Locations would put the builder's own paths into every visitor's browser.
            let flags = "-Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none";
            settings.push(("RUSTFLAGS", flags));
        }
        settings
    }

    /// The compiler and how it is used, as text: what was built another way must be built again.
    pub(crate) fn describe(self, library: Library) -> String {
        let mut rustc = Command::new("rustc");
        self.choose(&mut rustc, Library::Worker);
        let version = ask(rustc.arg("--version")).unwrap_or_default();
        format!("{version} {:?}", self.settings(library))
    }

    /// Whether this compiler came with clippy: Debian's does not.
    pub(crate) fn has_clippy(self) -> bool {
        let mut clippy = Command::new("cargo");
        self.choose(&mut clippy, Library::Tests);
        ask(clippy.args(["clippy", "--version"])).is_some()
    }
}

/// Finds the target, or installs it.
pub(crate) fn find_or_install() -> Result<WasmTarget> {
    if has_target(None) && has_source() {
        return Ok(WasmTarget::Rustup);
    }
    if is_linked() {
        return Ok(WasmTarget::Debian);
    }
    let rustup = ask(Command::new("rustup").arg("--version")).is_some();
    if rustup {
        if has_rustup_parts() {
            return Ok(WasmTarget::Rustup);
        }
        if apt::available() && apt::offers(&DEBIAN) {
            link_debian()?;
            return Ok(WasmTarget::Debian);
        }
    }
    Err(Error::Missing {
        what: format!("no Rust for {TARGET}"),
        next: format!(
            "with a network, `rustup target add {TARGET}` and `rustup component add rust-src`; or, on Debian as \
             root, let this command install `{}`",
            DEBIAN.join(" ")
        ),
    })
}

/// Asks rustup for the target and the source. Its failures are reported by the caller, if nothing else helps.
fn has_rustup_parts() -> bool {
    let mut target = Command::new("rustup");
    target.args(["target", "add", TARGET]);
    let mut source = Command::new("rustup");
    source.args(["component", "add", "rust-src"]);
    let add = |what: &str, command| Task::new(what, command).limit(RUSTUP_LIMIT).run().is_ok();
    (has_target(None) || add("adding rustup's wasm target", target))
        && (has_source() || add("adding the standard library's source", source))
        && has_target(None)
        && has_source()
}

/// Whether the toolchain in use has the standard library's source.
fn has_source() -> bool {
    ask(Command::new("rustc").args(["--print", "sysroot"]))
        .is_some_and(|root| Path::new(&root).join("lib/rustlib/src/rust/library/Cargo.lock").exists())
}

/// Whether a toolchain has the compiled standard library.
fn has_target(toolchain: Option<&str>) -> bool {
    let Some(folder) = library_folder(toolchain) else { return false };
    fs::read_dir(folder).is_ok_and(|files| {
        files.flatten().any(|file| file.file_name().to_string_lossy().starts_with("libcore-"))
    })
}

/// Where a toolchain keeps, or would keep, its library for wasm.
fn library_folder(toolchain: Option<&str>) -> Option<PathBuf> {
    let mut rustc = Command::new("rustc");
    if let Some(toolchain) = toolchain {
        rustc.env("RUSTUP_TOOLCHAIN", toolchain);
    }
    ask(rustc.args(["--print", "target-libdir", "--target", TARGET])).map(PathBuf::from)
}

/// Whether Debian's Rust is linked and whole: compiler, library source, linker.
fn is_linked() -> bool {
    // Asking rustup's proxy for a toolchain it does not know could make it look for one on the network.
    let known = ask(Command::new("rustup").args(["toolchain", "list"])).unwrap_or_default();
    known.lines().any(|line| line.split_whitespace().next() == Some(LINKED))
        && library_folder(Some(LINKED)).is_some_and(|folder| folder.exists())
        && apt::file_of("rust-web-llvm", "/rust-lld").is_some_and(|lld| Path::new(&lld).exists())
}

fn link_debian() -> Result<()> {
    apt::install(&DEBIAN)?;
    let incomplete = |what: &str| Error::Missing {
        what: format!("Debian's Rust came without {what}"),
        next: format!("with a network, `rustup target add {TARGET}`"),
    };
    // Its linker is a link into a package that nothing depends on, a new one with each LLVM.
    let lld = apt::file_of("rust-web-llvm", "/rust-lld").ok_or_else(|| incomplete("its linker"))?;
    if !Path::new(&lld).exists() {
        let package = fs::read_link(&lld).map_err(Error::file("read", Path::new(&lld)))?;
        let package = package.file_name().unwrap_or_default().to_string_lossy().into_owned();
        apt::install(&[&package])?;
    }
    let rustc = apt::file_of("rustc-web", "/bin/rustc").ok_or_else(|| incomplete("its compiler"))?;
    let prefix = Path::new(&rustc).ancestors().nth(2).ok_or_else(|| incomplete("its compiler"))?;
    let mut link = Command::new("rustup");
    link.args(["toolchain", "link", LINKED]).arg(prefix);
    Task::new("linking Debian's Rust into rustup", link).run()?;
    // wasm-pack and worker-build look for this folder before they let cargo build what belongs in it.
    let folder = library_folder(Some(LINKED)).ok_or_else(|| incomplete("a working compiler"))?;
    fs::create_dir_all(&folder).map_err(Error::file("create", &folder))
}
