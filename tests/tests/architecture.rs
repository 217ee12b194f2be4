//! The invariants of the architecture, each an absence, read from the build graph and the sources.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use dev::workspace;
use serde_json::Value;
use tests::sources;

/// Runs cargo in the workspace and gives what it prints.
fn cargo(arguments: &[&str]) -> String {
    let output =
        Command::new(env!("CARGO")).args(arguments).current_dir(workspace().root()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Everything a package links for the browser or the edge, itself included; build and dev dependencies left out.
fn linked(package: &str) -> BTreeSet<String> {
    let target = "wasm32-unknown-unknown";
    let tree = [
        "tree",
        "--locked",
        "--package",
        package,
        "--edges",
        "normal,no-proc-macro",
        "--prefix",
        "none",
        "--target",
        target,
    ];
    let lines = cargo(&tree);
    lines.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}

#[track_caller]
fn assert_without(package: &str, forbidden: &[&str]) {
    let linked = linked(package);
    assert!(linked.contains(package), "`{package}` is not in the workspace");
    let found: Vec<&&str> = forbidden.iter().filter(|name| linked.contains(**name)).collect();
    assert!(found.is_empty(), "`{package}` must not link {found:?}");
}

fn array(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Fails unless the crate's code reaches no file, network, clock, randomness or terminal, `but` for these.
#[track_caller]
fn assert_pure(folder: &str, but: &[&str]) {
    for source in sources::of(&workspace().root().join(folder)) {
        let mut outside = source.outside();
        outside.retain(|mention| !but.iter().any(|path| mention.ends_with(&format!(": {path}"))));
        assert_eq!(outside, Vec::<String>::new(), "{}", source.path.display());
    }
}

#[test]
fn the_wire_knows_nothing_of_the_rest() {
    let members = [
        "rules",
        "edge-core",
        "edge-worker",
        "tracker-wasm",
        "widgets",
        "panels",
        "rules-cli",
        "dev",
        "tests",
    ];
    assert_without("wire", &members);
    assert_without("wire", &["serde", "wasm-bindgen", "worker"]);
}

#[test]
fn the_tag_links_neither_rules_nor_json_nor_a_regex_engine() {
    let heavy = [
        "rules",
        "edge-core",
        "serde_json",
        "serde",
        "regex",
        "regex-lite",
        "regex-automata",
        "worker",
        "url",
        "jiff",
    ];
    assert_without("tracker-wasm", &heavy);
    assert_without("widgets", &heavy);
    assert_without("panels", &heavy);
}

#[test]
fn the_rules_see_no_clock_no_randomness_no_io_and_no_browser() {
    let outside = [
        "wire",
        "worker",
        "wasm-bindgen",
        "js-sys",
        "web-sys",
        "edge-core",
        "fastrand",
        "rand",
        "getrandom",
        "tokio",
    ];
    assert_without("rules", &outside);
    assert_pure("rules/src", &[]);
}

#[test]
fn the_core_of_the_edge_is_pure() {
    assert_without(
        "edge-core",
        &["worker", "worker-sys", "wasm-bindgen", "js-sys", "web-sys", "fastrand", "getrandom"],
    );
    // Addresses as values: the sockets are in `std::net`.
    assert_pure("edge-worker/core/src", &["core::net"]);
}

#[test]
fn only_the_edge_worker_imports_worker() {
    let metadata: Value =
        serde_json::from_str(&cargo(&["metadata", "--format-version", "1", "--locked", "--no-deps"]))
            .unwrap();
    let imports = |package: &&Value| {
        array(&package["dependencies"]).iter().any(|dependency| text(&dependency["name"]) == "worker")
    };
    let users: Vec<&str> =
        array(&metadata["packages"]).iter().filter(imports).map(|package| text(&package["name"])).collect();
    assert_eq!(users, ["edge-worker"]);
}

#[test]
fn the_json_api_is_built_from_its_own_shapes() {
    let core = workspace().root().join("edge-worker/core/src");
    for source in sources::of(&core) {
        let is_api = source.path == core.join("api.rs") || source.path.starts_with(core.join("api"));
        assert!(
            is_api || !source.names("Serialize"),
            "{} serialises something: the API's shapes live in api.rs and api/",
            source.path.display()
        );
    }
    for source in sources::of(&workspace().root().join("edge-worker/src/objects")) {
        let derives = source.names("Serialize") || source.names("Deserialize");
        assert!(!derives, "{} has a JSON shape of its own", source.path.display());
    }
}

#[test]
fn the_top_level_holds_the_house_and_nothing_else() {
    let rooms = [
        "Cargo.toml",
        "Cargo.lock",
        "LICENSE",
        "README.md",
        "tracker-wasm",
        "edge-worker",
        "rules",
        "demo-site",
        "tests",
        "target",
    ];
    let entries = fs::read_dir(workspace().root()).unwrap().filter_map(Result::ok);
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let extra: Vec<String> =
        names.filter(|name| !name.starts_with('.') && !rooms.contains(&name.as_str())).collect();
    assert!(extra.is_empty(), "{extra:?} stand at the top level");
}

#[test]
fn only_the_journal_writes_to_the_console() {
    let worker = workspace().root().join("edge-worker/src");
    let journal = worker.join("journal.rs");
    for source in sources::of(&worker) {
        let text = fs::read_to_string(&source.path).unwrap();
        assert!(
            source.path == journal || !text.contains("console_"),
            "{} writes lines of its own: they are journal.rs's to write",
            source.path.display()
        );
    }
}

#[test]
fn the_worker_s_own_network_is_the_public_one() {
    // workerd's default network connects to public addresses only, whatever name stood for them. Nothing may put another
    // in its place, and the one that reaches everywhere is bound under the name that only webhooks look for.
    for file in ["edge-worker/workerd.capnp", "demo-site/workerd.capnp"] {
        let config = fs::read_to_string(workspace().root().join(file)).unwrap();
        assert!(!config.contains("globalOutbound") && !config.contains("name = \"internet\""), "{file}");
        let reaches = config.matches("service = \"anywhere\"").count();
        assert_eq!(
            reaches,
            config.matches("(name = \"ANYWHERE\", service = \"anywhere\")").count(),
            "{file}"
        );
    }
    let post = workspace().root().join("edge-worker/src/objects/outbox/post.rs");
    for source in sources::of(&workspace().root().join("edge-worker/src")) {
        let text = fs::read_to_string(&source.path).unwrap();
        assert!(source.path == post || !text.contains("\"ANYWHERE\""), "{}", source.path.display());
    }
}
