//! Programs that run the tag: answered like a visitor without consent, and neither remembered nor counted.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

use serde_json::Value;
use tests::{Edge, RULES, Visitor, eventually, shown};
use wire::{Reply, What, encode};

const CRAWLER: &str = "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; Googlebot/2.1; +http://www.google.com/bot.html) Chrome/140.0.0.0 Safari/537.36";
const HEADLESS: &str = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/140.0.0.0 Safari/537.36";

/// The reply to a view of the visitor's page by who calls itself so.
fn reply(edge: &Edge, visitor: &Visitor, user_agent: &str) -> Reply {
    let body = encode(&visitor.batch(vec![What::View]));
    let headers = [("Origin", &*edge.origin()), ("User-Agent", user_agent)];
    let answer = edge.post("/v1/events", &body, &headers);
    assert_eq!(answer.status, 200, "{}", answer.text());
    wire::decode(&answer.body).unwrap()
}

/// Views of all pages in the site's report, once it has as many as this.
fn views(edge: &Edge, at_least: i64) -> i64 {
    eventually(|| {
        let report = edge.owner("GET", "/v1/sites/shop/report", "").json();
        let pages = report["pages"].as_array().map_or(&[][..], Vec::as_slice);
        let views = pages.iter().filter_map(|page| page["views"].as_i64()).sum();
        (views >= at_least).then_some(views)
    })
}

#[test]
fn a_program_is_served_whatever_it_consents_to_and_gets_no_token() {
    let edge = Edge::serving(RULES);
    let mut program = Visitor::new(1);
    program.page.path = "/".into();
    program.page.query = "utm_campaign=Sale".into();
    for user_agent in [CRAWLER, HEADLESS, "curl/8.0", ""] {
        let reply = reply(&edge, &program, user_agent);
        assert_eq!((reply.token.as_deref(), shown(&reply)), (None, vec!["campaign"]), "{user_agent}");
        assert_eq!(reply.acknowledged, 1, "what it told need not be told again");
    }
    assert_eq!(edge.counted("declic_batches_total{consent=\"program\"}"), 4);
    assert_eq!(edge.counted("declic_batches_total{consent=\"granted\"}"), 0);
}

#[test]
fn what_a_program_does_is_neither_profiled_nor_counted() {
    let edge = Edge::under(RULES, &[("DECLIC_COUNTS_MS", "20")]);
    let mut visitor = Visitor::new(1);
    for _ in 0..2 {
        visitor.opens(&edge, "/p/teapot");
    }
    // Even one that got hold of the visitor's token: two views are not three.
    for number in 2..8 {
        let mut program = Visitor::new(number);
        program.token.clone_from(&visitor.token);
        program.page.path = "/p/teapot".into();
        assert_eq!(shown(&reply(&edge, &program, CRAWLER)), Vec::<&str>::new());
    }
    assert_eq!(shown(&visitor.opens(&edge, "/p/teapot")), ["third-look"]);
    assert_eq!(views(&edge, 3), 3, "the visitor's own");
    let known: Value = edge.owner("GET", "/v1/sites/shop/report", "").json();
    assert_eq!(known["rules"].as_array().map(Vec::len), Some(1), "{known:#}");
}
