//! The files that are written from the catalogue are as the catalogue says.

use std::path::Path;
use std::process::Command;

fn is_current(command: &str, file: &str) {
    let output =
        Command::new(env!("CARGO_BIN_EXE_declic-rules")).arg(command).output().expect("declic-rules runs");
    assert!(output.status.success());
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(file);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &output.stdout).expect("the file is written");
    }
    let found = std::fs::read(&path).unwrap_or_default();
    assert!(found == output.stdout, "`rules/{file}` is not current; run this test with UPDATE_GOLDEN=1");
}

#[test]
fn the_reference_page_is_current() {
    is_current("reference", "SIGNALS.md");
}

#[test]
fn the_schema_is_current() {
    is_current("schema", "schema.json");
}
