//! How many of the world's referrers are told apart, on public lists of them.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

mod data;

use std::collections::BTreeMap;

use edge_core::source::Source;
use wire::Page;

fn source(referrer: &str) -> Source {
    let page = Page { referrer: referrer.into(), ..Page::default() };
    Source::of(&page, &["snowplowanalytics.com".into()])
}

/// The hosts of a list in the form `name: [- ]urls` with one host a line, by the name they stand under.
fn hosts(text: &str) -> BTreeMap<String, Vec<String>> {
    let mut name = String::new();
    let mut listed = false;
    let mut hosts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in text.lines() {
        if !line.starts_with(' ') && line.ends_with(':') {
            name = line.trim_end_matches(':').trim_matches(['"', '\'']).to_owned();
            listed = true;
        } else if line.ends_with(':') {
            listed = line.trim() == "urls:";
        } else if let (true, Some(host)) = (listed, line.trim().strip_prefix("- ")) {
            let host = host.trim_matches(['"', '\'']).replace("{}", "fr");
            hosts.entry(name.clone()).or_default().push(host);
        }
    }
    hosts
}

/// The share of the names of a list of which the first host is told to be of this medium.
fn share(file: &str, medium: &str, least: f64) {
    let Some(text) = data::text(file) else { return };
    let places = hosts(&text);
    let known = places.values().filter(|hosts| source(&format!("https://{}/", hosts[0])).medium == medium);
    let share = known.count() as f64 / places.len() as f64;
    eprintln!("{file}: {:.1}% of {} told to be {medium}", share * 100.0, places.len());
    assert!(share >= least, "{share}");
}

#[test]
fn most_search_engines_that_anybody_uses_are_known() {
    share("matomo_search_social/SearchEngines.yml", "organic", 0.3);
}

#[test]
fn most_social_networks_are_known() {
    share("matomo_search_social/Socials.yml", "social", 0.6);
}

#[test]
fn assistants_are_known() {
    share("matomo_search_social/AIAssistants.yml", "assistant", 0.5);
}

#[test]
fn real_referrers_tell_medium_and_keyword() {
    let Some(text) = data::text("referer_tests/referer-tests.json") else { return };
    let cases: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
    let mut wrong = Vec::new();
    for case in &cases {
        let found = source(case["uri"].as_str().unwrap());
        let medium = match case["medium"].as_str().unwrap() {
            "search" => "organic",
            // A subdomain of the site's is its own only when the site says so.
            "internal" if found.medium == "referral" => "referral",
            "internal" => "none",
            other => other,
        };
        let keyword = case["term"].as_str().unwrap_or_default().trim();
        if found.medium != medium || found.search != keyword {
            wrong.push(format!("{}: {} {:?}", case["spec"], found.medium, found.search));
        }
    }
    eprintln!("{} of {} referrers as expected; not: {wrong:#?}", cases.len() - wrong.len(), cases.len());
    assert!(wrong.is_empty());
}
