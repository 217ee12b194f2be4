//! What rules and pages came to, counted at the running edge and merged for its owner: exactly, through kills and repeats.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

use serde_json::Value;
use tests::{Edge, Visitor, eventually, shown};
use wire::{Ask, What};

const RULES: &str = r#"
[[rule]]
id      = "call"
show    = "callback"
when    = { page.path = "/cart" }
holdout = "50%"
content.en.title = "A question?"
"#;

fn edge() -> Edge {
    Edge::under(RULES, &[("DECLIC_COUNTS_MS", "20")])
}

/// The report, asked for until it holds what is looked for.
#[track_caller]
fn report(edge: &Edge, complete: impl Fn(&Value) -> bool) -> Value {
    eventually(|| {
        let report = edge.owner("GET", "/v1/sites/shop/report", "").json();
        complete(&report).then_some(report)
    })
}

fn order(id: &str) -> What {
    What::Order { id: id.into(), total: 40.0 }
}

#[test]
fn a_rule_s_groups_are_counted_once_each_through_repeats_and_a_kill() {
    let mut edge = edge();
    let (mut offered, mut held) = (0, 0);
    for number in 0..40 {
        let mut visitor = Visitor::new(number);
        let reply = visitor.opens(&edge, "/cart");
        if shown(&reply) == ["call"] {
            offered += 1;
            let seen = visitor.batch(vec![What::Shown { rule: "call".into() }, order("1")]);
            for _ in 0..3 {
                assert_eq!(visitor.sends(&edge, &seen).status, 200);
            }
        } else {
            held += 1;
            visitor.does(&edge, vec![order("1")]);
        }
        if number == 20 {
            edge.kill_and_restart();
        }
    }
    assert!(offered > 5 && held > 5, "{offered} offered, {held} held out");
    edge.kill_and_restart();
    // Who holds and what came of it are counted by two batches, and may come in one after the other.
    let converted = |group: &Value| group["converted"].as_u64().unwrap_or(0);
    let report = report(&edge, |report| {
        let rule = &report["rules"][0];
        rule["eligible_visits"] == 40 && converted(&rule["all"]) + converted(&rule["control"]) == 40
    });
    let rule = &report["rules"][0];
    let all = &rule["all"];
    assert_eq!(
        (&all["offered"], &all["shown"], &all["converted"]),
        (&offered.into(), &offered.into(), &offered.into())
    );
    assert_eq!((&rule["control"]["held_out"], &rule["control"]["converted"]), (&held.into(), &held.into()));
    assert_eq!(all["revenue"], f64::from(offered) * 40.0);
    assert_eq!(all["sample"]["needs_units_in_each_group"], 100, "too few to compare, and said so");
}

#[test]
fn what_a_visitor_does_with_an_offer_is_counted_and_pages_tell_where_visits_end() {
    let edge = edge();
    let mut visitor = (0..40)
        .map(|number| {
            let mut visitor = Visitor::new(number);
            let reply = visitor.opens(&edge, "/cart");
            (visitor, shown(&reply) == ["call"])
        })
        .find_map(|(visitor, offered)| offered.then_some(visitor))
        .unwrap();
    let rule = || "call".to_owned();
    visitor.does(&edge, vec![What::Shown { rule: rule() }, What::Accepted { rule: rule() }, What::RageClick]);
    let ask = Ask::Callback { phone: "+33612345678".into(), at_s: None };
    assert_eq!(visitor.asks(&edge, 1, ask).status, 201);
    visitor.opens(&edge, "/thanks");
    let report = report(&edge, |report| {
        let pages = report["pages"].as_array().map_or(&[][..], Vec::as_slice);
        pages.iter().any(|page| page["path"] == "/cart" && page["contacts"] == 1)
            && pages.iter().any(|page| page["path"] == "/thanks")
    });
    let page = |path: &str| {
        let pages = report["pages"].as_array().unwrap();
        pages.iter().find(|page| page["path"] == path).unwrap().clone()
    };
    assert_eq!(page("/cart")["rage_clicks"], 1);
    assert_eq!(page("/thanks")["exits"], 1);
    let cart = page("/cart");
    assert_eq!(cart["exits"].as_u64(), cart["views"].as_u64().map(|views| views - 1), "one went on");
}

#[test]
fn a_report_is_for_those_who_may_and_of_days_that_exist() {
    let edge = edge();
    assert_eq!(edge.get("/v1/sites/shop/report", &[]).fault(), "401 unauthorized");
    let fault = |path: &str| edge.owner("GET", path, "").fault();
    assert_eq!(fault("/v1/sites/shop/report?from=yesterday"), "422 bad_days");
    assert_eq!(fault("/v1/sites/shop/report?from=2026-11-24&to=2026-11-01"), "422 bad_days");
    assert_eq!(fault("/v1/sites/other/report"), "404 unknown_site");
}
