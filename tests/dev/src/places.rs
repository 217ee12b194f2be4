//! Where things are: the tree's folders and the user's cache.

use std::env;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// The tree this runner was built from.
#[derive(Clone, Debug)]
pub struct Workspace {
    root: PathBuf,
}

/// Finds the tree: the one the running package or the current folder lies in.
pub fn workspace() -> Workspace {
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    // Not the place of compilation alone: a moved tree, or two trees that share a target folder, would get another's.
    let root = ROOT.get_or_init(|| {
        let package = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        let candidates = [package, env::current_dir().ok(), Some(env!("CARGO_MANIFEST_DIR").into())];
        let inside = candidates.into_iter().flatten().find_map(|folder| {
            folder.ancestors().find(|root| root.join("tests/dev/Cargo.toml").exists()).map(Path::to_owned)
        });
        inside.expect("the runner is started in its tree, or the tree is where it was compiled")
    });
    Workspace { root: root.clone() }
}

impl Workspace {
    /// The top folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The tag's core crate.
    pub fn tracker(&self) -> PathBuf {
        self.root.join("tracker-wasm")
    }

    /// The tag's widgets crate.
    pub fn widgets(&self) -> PathBuf {
        self.root.join("tracker-wasm/widgets")
    }

    /// The tag's panels crate.
    pub fn panels(&self) -> PathBuf {
        self.root.join("tracker-wasm/panels")
    }

    /// The worker crate, which also holds the Node tools.
    pub fn edge_worker(&self) -> PathBuf {
        self.root.join("edge-worker")
    }

    /// The worker as built: `index.js` and `index_bg.wasm`.
    pub fn worker_build(&self) -> PathBuf {
        self.root.join("edge-worker/build")
    }

    /// The demo site.
    pub fn demo_site(&self) -> PathBuf {
        self.root.join("demo-site")
    }

    /// The browser journeys.
    pub fn journeys(&self) -> PathBuf {
        self.root.join("tests/browser")
    }

    /// The tag as built: `t.js`, `d.js`, `w.js`, `p.js` and `x.js`, and each with `.br` behind its name.
    pub fn tag(&self) -> PathBuf {
        self.root.join("target/tag")
    }

    /// The self-hosted executable.
    pub fn executable(&self) -> PathBuf {
        self.root.join("target/declic")
    }

    /// What the demo keeps between two starts, unless `--data` says otherwise.
    pub fn demo_data(&self) -> PathBuf {
        self.root.join("target/demo-data")
    }

    /// Cargo's target folder for everything compiled to wasm. Apart from the native one, as it may be another
    /// compiler's, and so that a wasm build and a native one do not wait for each other.
    pub(crate) fn wasm_target(&self) -> PathBuf {
        self.root.join("target/wasm")
    }

    /// The runner's own notes: logs, fingerprints, locks.
    pub(crate) fn notes(&self) -> PathBuf {
        self.root.join("target/dev")
    }

    /// Native workerd as npm brought it, not its Node wrapper: what is killed must be the server itself.
    pub fn workerd(&self) -> PathBuf {
        self.node_modules().join(format!("@cloudflare/workerd-{}/bin/workerd", platform("linux-64")))
    }

    /// Native esbuild as npm brought it.
    pub(crate) fn esbuild(&self) -> PathBuf {
        self.node_modules().join(format!("@esbuild/{}/bin/esbuild", platform("linux-x64")))
    }

    /// `wasm-opt` and `wrangler` are Node scripts: these are npm's links to them.
    pub(crate) fn node_bin(&self) -> PathBuf {
        self.node_modules().join(".bin")
    }

    fn node_modules(&self) -> PathBuf {
        self.root.join("edge-worker/node_modules")
    }
}

/// The name npm packages give this platform; `like` shows how they spell Linux on x86-64.
fn platform(like: &str) -> String {
    let os = if cfg!(target_os = "macos") { "darwin" } else { "linux" };
    let x86 = like.trim_start_matches("linux-");
    let cpu = if cfg!(target_arch = "aarch64") { "arm64" } else { x86 };
    format!("{os}-{cpu}")
}

/// Declic's part of the user's cache folder, shared by every clone on the machine.
pub(crate) fn cache() -> PathBuf {
    let home = env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
    let user = match env::var_os("XDG_CACHE_HOME") {
        Some(dir) if Path::new(&dir).is_absolute() => PathBuf::from(dir),
        _ if cfg!(target_os = "macos") => home.join("Library/Caches"),
        _ => home.join(".cache"),
    };
    user.join("declic")
}

/// Where a program that the runner installs is kept: a folder of its own for each version.
pub(crate) fn tool(name: &str, version: &str) -> PathBuf {
    cache().join("tools").join(format!("{name}-{version}"))
}

/// The first of these programs that PATH has.
pub(crate) fn on_path(names: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let folders: Vec<PathBuf> = env::split_paths(&path).collect();
    names.iter().find_map(|name| folders.iter().map(|dir| dir.join(name)).find(|file| file.is_file()))
}
