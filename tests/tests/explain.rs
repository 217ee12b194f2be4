//! Why a rule is shown or not, for the page with a debug link and for people with a key.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

use tests::{Answer, Edge, RULES, Visitor, shown};
use wire::{Explain, Explained, Truth, What, encode};

fn link(edge: &Edge, body: &str) -> Answer {
    edge.post("/v1/sites/shop/debug-links", body.as_bytes(), &[("Authorization", &owner(edge))])
}

fn owner(edge: &Edge) -> String {
    format!("Bearer {}", edge.owner_key())
}

fn asks(edge: &Edge, visitor: &Visitor, key: &str) -> Answer {
    let explain = Explain { key: key.into(), batch: visitor.batch(vec![]) };
    edge.post("/v1/explain", &encode(&explain), &[("Origin", &edge.origin())])
}

fn truth(explained: &Explained, rule: &str) -> (Truth, bool, String) {
    let account = explained.rules.iter().find(|account| account.rule == rule).unwrap();
    (account.truth, account.shown, account.reason.clone())
}

#[test]
fn a_page_with_a_debug_link_is_told_of_every_rule_and_nothing_is_folded() {
    let edge = Edge::serving(RULES);
    let key = link(&edge, "").json()["key"].as_str().unwrap().to_owned();
    let mut visitor = Visitor::new(1);
    visitor.opens(&edge, "/faq/delivery");
    visitor.fills_basket(&edge, 210.0);
    visitor.opens(&edge, "/cart");
    visitor.live.dwell_ms = 12_000;
    let mut explained = Explained::default();
    for _ in 0..3 {
        let answer = asks(&edge, &visitor, &key);
        assert_eq!(answer.status, 200, "{}", answer.text());
        explained = wire::decode(&answer.body).unwrap();
    }
    let (call, shown_now, reason) = truth(&explained, "basket-call");
    assert_eq!((call, shown_now), (Truth::NotYet, false));
    assert!(reason.contains("page.dwell") && reason.contains("12 s"), "{reason}");
    assert_eq!(truth(&explained, "third-look").0, Truth::No);
    assert_eq!(shown(&visitor.dwells(&edge, 45_000)), ["basket-call"], "asking has counted nothing");
    visitor.does(&edge, vec![What::Shown { rule: "basket-call".into() }]);
    let explained: Explained = wire::decode(&asks(&edge, &visitor, &key).body).unwrap();
    let (call, shown_now, reason) = truth(&explained, "basket-call");
    assert_eq!((call, shown_now), (Truth::Yes, false));
    assert!(reason.contains("its cap"), "{reason}");
}

#[test]
fn without_a_link_of_this_site_a_page_is_told_nothing() {
    let edge = Edge::serving(RULES);
    let visitor = Visitor::new(1);
    let key = link(&edge, r#"{"hours":2}"#).json()["key"].as_str().unwrap().to_owned();
    for forged in ["", "x", "9999999999.AAAAAAAAAAAAAAAAAAAAAA", &key.replacen('1', "2", 1)] {
        let answer = asks(&edge, &visitor, forged);
        assert_eq!(answer.fault(), "403 bad_link", "{forged}");
        assert_eq!(answer.header("access-control-allow-origin"), Some(&*edge.origin()));
    }
    assert_eq!(link(&edge, r#"{"hours":0}"#).fault(), "422 bad_number");
    assert_eq!(link(&edge, r#"{"days":1}"#).fault(), "422 bad_body");
    assert_eq!(edge.post("/v1/sites/shop/debug-links", b"", &[]).fault(), "401 unauthorized");
}

#[test]
fn a_person_with_a_key_asks_of_a_visitor_a_page_and_a_moment() {
    let edge = Edge::serving(RULES);
    let mut visitor = Visitor::new(1);
    visitor.opens(&edge, "/faq/delivery");
    visitor.fills_basket(&edge, 210.0);
    let token = visitor.token.clone().unwrap();
    let explain = |query: &str| {
        edge.get(&format!("/v1/sites/shop/explain?{query}"), &[("Authorization", &owner(&edge))])
    };
    let answer = explain(&format!("visitor={token}&path=/cart&dwell=50")).json();
    let call = answer["rules"]
        .as_array()
        .unwrap()
        .iter()
        .find(|rule| rule["rule"] == "basket-call")
        .unwrap()
        .clone();
    assert_eq!((&call["truth"], &call["shown"]), (&"yes".into(), &true.into()), "{call}");
    let newcomer = explain("path=/cart&dwell=50").json();
    assert!(newcomer.to_string().contains("cart.total"), "{newcomer}");
    assert_eq!(explain("visitor=d1.local.1.AAAA.AAAA").fault(), "400 bad_parameter");
    assert_eq!(explain("visiter=x").fault(), "400 bad_parameter");
    assert_eq!(edge.get("/v1/sites/shop/explain", &[]).fault(), "401 unauthorized");
}
