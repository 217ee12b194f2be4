//! How well programs are told from browsers, on labelled collections of headers: one the list is maintained from, and
//! one it has never been fitted to.

mod data;

use std::collections::BTreeSet;
use std::env;
use std::path::PathBuf;

use edge_core::bots::is_bot;
use serde_json::Value;

/// Names the folder of the collection the list was not made from: `crawler-user-agents.json` of the npm package of that
/// name, and `user-agents.json` of the package `user-agents`.
const OUTSIDE: &str = "DECLIC_USER_AGENTS";

/// What came of a collection.
struct Found {
    precision: f64,
    recall: f64,
}

/// Judges every header, and prints what came of it.
fn judge(collection: &str, programs: &BTreeSet<String>, browsers: &BTreeSet<String>) -> Found {
    let caught = programs.iter().filter(|header| is_bot(header)).count();
    let mistaken = browsers.iter().filter(|header| is_bot(header)).count();
    let recall = caught as f64 / programs.len() as f64;
    let precision = caught as f64 / (caught + mistaken) as f64;
    println!(
        "{collection}: precision {precision:.4}, recall {recall:.4}: {caught} of {} programs, {mistaken} of {} browsers",
        programs.len(),
        browsers.len()
    );
    Found { precision, recall }
}

/// The headers of a labelled file of the `isbot` project: lines `  - header` under a name.
fn headers(file: &str) -> Option<BTreeSet<String>> {
    let text = data::text(&format!("isbot/{file}"))?;
    let header = |line: &str| {
        let header = line.strip_prefix("  - ")?.trim();
        Some(header.trim_matches(['"', '\'']).to_owned())
    };
    Some(text.lines().filter_map(header).collect())
}

/// A JSON list of the outside collection.
fn list(file: &str) -> Option<Vec<Value>> {
    let text = std::fs::read_to_string(PathBuf::from(env::var_os(OUTSIDE)?).join(file)).ok()?;
    serde_json::from_str(&text).ok()
}

#[test]
fn the_list_does_as_well_as_its_page_says() {
    let (Some(programs), Some(browsers)) = (headers("crawlers.yml"), headers("browsers.yml")) else { return };
    let found = judge("isbot", &programs, &browsers);
    assert!(found.precision >= 0.97 && found.recall >= 0.99);
}

#[test]
fn it_does_as_well_on_headers_it_was_not_made_from() {
    let (Some(crawlers), Some(visits)) = (list("crawler-user-agents.json"), list("user-agents.json")) else {
        println!("skipped: {OUTSIDE} names no folder with `crawler-user-agents.json` and `user-agents.json`");
        return;
    };
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let seen = headers("crawlers.yml").unwrap_or_default();
    let programs = crawlers.iter().filter_map(|crawler| crawler["instances"].as_array()).flatten();
    let programs = programs.filter_map(text).filter(|header| !seen.contains(header)).collect();
    let browsers = visits.iter().filter_map(|visit| text(&visit["userAgent"])).collect();
    let found = judge("outside", &programs, &browsers);
    assert!(found.precision >= 0.99 && found.recall >= 0.97);
}
