//! Declic's task runner: everything behind `cargo dev …`, and a running edge for the tests.
//!
//! Owns how the project is set up, built, started, checked and packaged on a developer's machine and in CI, so
//! that no script, container or wiki page has to know it too. Installs what is missing, each thing once, under
//! the user's cache folder; builds into `target/` and `edge-worker/build/`; never changes a tracked file.
//!
//! Tests start a real edge with [`Stage`] and find the tree's folders with [`workspace`].

mod admin;
mod apt;
mod bench;
mod browser;
mod build;
mod cargo_tools;
mod check;
mod cli;
mod demo;
mod error;
mod fingerprint;
mod lockfile;
mod node;
mod package;
mod places;
mod setup;
mod stage;
mod task;
mod wasm_target;

pub use admin::administer;
pub use cli::run;
pub use error::{Error, FailedCommand, Result};
pub use places::{Workspace, workspace};
pub use stage::{Keys, Stage, StageOptions};
