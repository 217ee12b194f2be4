//! Where the labelled data lies that tests judge by: too large for the repository, so a test that finds none is skipped.

use std::env;
use std::path::{Path, PathBuf};

/// Names the folder.
const FOLDER: &str = "DECLIC_BENCH_DATA";

/// The place of a file or folder in it.
fn place(path: &str) -> PathBuf {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    env::var_os(FOLDER).map_or_else(beside, PathBuf::from).join(path)
}

/// The text of a file in it; says that the test is skipped when it is not there.
pub(crate) fn text(path: &str) -> Option<String> {
    let text = std::fs::read_to_string(place(path)).ok();
    if text.is_none() {
        println!("skipped: {FOLDER} names no folder with `{path}`");
    }
    text
}
