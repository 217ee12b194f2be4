//! The engine agrees with the matches that others computed, on rule files and facts beside the repository.

use std::env;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// Names the folder of the labelled data, whose `engine` is read here; absent on a machine that has only the repository.
const FOLDER: &str = "DECLIC_BENCH_DATA";

fn data() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let data = env::var_os(FOLDER).map_or_else(beside, PathBuf::from).join("engine");
    data.is_dir().then_some(data)
}

fn agrees(count: usize) {
    let Some(data) = data() else {
        // Straight to the terminal: what a test prints is shown only when it fails.
        let said = format!("skipped: {count} rules; {FOLDER} names no folder with `engine`\n");
        std::io::stderr().write_all(said.as_bytes()).expect("standard error takes it");
        return;
    };
    let output = Command::new(env!("CARGO_BIN_EXE_declic-rules"))
        .arg("eval")
        .arg(data.join(format!("rules-{count}.toml")))
        .arg(data.join("facts.ndjson"))
        .output()
        .expect("declic-rules runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let found = String::from_utf8(output.stdout).expect("text");
    let expected =
        std::fs::read_to_string(data.join(format!("expected-{count}.ndjson"))).expect("expectations");
    assert_eq!(found.lines().count(), expected.lines().count());
    for (number, (found, expected)) in found.lines().zip(expected.lines()).enumerate() {
        let found: Value = serde_json::from_str(found).expect("a line of JSON");
        let expected: Value = serde_json::from_str(expected).expect("a line of JSON");
        for key in ["match", "show"] {
            assert_eq!(found[key], expected[key], "`{key}` of line {} at {count} rules", number + 1);
        }
    }
}

#[test]
fn two_hundred_rules_match_as_expected() {
    agrees(200);
}

#[test]
fn a_thousand_rules_match_as_expected() {
    agrees(1000);
}
