//! The references that are made of the code: every limit with its number, every error with its next step.
//!
//! Made by tests alone, and kept in `edge-worker/LIMITS.md` and `edge-worker/ERRORS.md`: a constant that changes changes
//! the page, or the test fails.

mod errors;
mod limits;

use std::path::Path;
use std::{env, fs};

/// Holds a page of the repository to its text; with `UPDATE_GOLDEN` set, writes it anew.
#[track_caller]
fn hold(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name);
    if env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, text).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(found == text, "`edge-worker/{name}` is not current; run this test with UPDATE_GOLDEN=1");
}

/// A table in Markdown.
fn table<const COLUMNS: usize>(
    head: [&str; COLUMNS],
    rows: impl IntoIterator<Item = [String; COLUMNS]>,
) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let rule = head.map(|_| "---".to_owned());
    let rows: String = rows.into_iter().map(|row| line(&row)).collect();
    format!("{}{}{rows}", line(&head.map(str::to_owned)), line(&rule))
}
