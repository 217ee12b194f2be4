//! What the edge remembers of a visitor: of whom, under which token, and each event once, in whatever order it comes.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

use serde_json::Value;
use tests::{Answer, Edge, RULES, Visitor, shown};
use wire::{Ask, Consent, Reply, What, encode};

fn reply(answer: &Answer) -> Reply {
    assert_eq!(answer.status, 200, "{}", answer.text());
    wire::decode(&answer.body).unwrap()
}

fn basket() -> What {
    What::Cart { total: 210.0, items: 2, currency: "EUR".into() }
}

/// What the edge knows of the visitor, as the desk sees it once he asks for a call.
fn journey(edge: &Edge, visitor: &Visitor) -> Value {
    let ask = Ask::Callback { phone: "+33612345678".into(), at_s: None };
    assert_eq!(visitor.asks(edge, 1, ask).status, 201);
    edge.desk("callbacks?site=shop")["contacts"][0]["journey"].take()
}

fn paths(journey: &Value) -> Vec<&str> {
    let pages = journey["pages"].as_array().map_or(&[][..], Vec::as_slice);
    pages.iter().filter_map(|page| page["path"].as_str()).collect()
}

#[test]
fn a_batch_sent_again_is_folded_once() {
    let edge = Edge::serving(RULES);
    let mut visitor = Visitor::new(1);
    visitor.opens(&edge, "/p/teapot");
    visitor.page.path = "/p/teapot".into();
    let second = visitor.batch(vec![What::View]);
    for _ in 0..5 {
        let reply = reply(&visitor.sends(&edge, &second));
        assert_eq!(shown(&reply), Vec::<&str>::new(), "two views, not more");
    }
    assert_eq!(shown(&visitor.opens(&edge, "/p/teapot")), ["third-look"]);
}

/// Plays one page's two batches, the view and then the basket, in this order of arrival.
#[track_caller]
fn check_order(order: [usize; 3]) {
    let edge = Edge::serving(RULES);
    let mut visitor = Visitor::new(1);
    visitor.opens(&edge, "/");
    // Another page load, of which nothing has arrived yet.
    let mut view = visitor.batch(vec![What::View]);
    view.stream = [9; 16];
    view.page.path = "/p/teapot".into();
    view.first = 0;
    let mut filled = view.clone();
    filled.first = 1;
    filled.events[0].what = basket();
    let batches = [view, filled];
    for index in order {
        reply(&visitor.sends(&edge, &batches[index]));
    }
    let journey = journey(&edge, &visitor);
    assert_eq!(paths(&journey), ["/", "/p/teapot"], "in the order {order:?}");
    assert_eq!(journey["cart"]["total"], 210.0, "in the order {order:?}");
}

#[test]
fn batches_of_one_page_lose_nothing_in_the_order_they_were_sent() {
    check_order([0, 1, 0]);
}

#[test]
fn batches_of_one_page_lose_nothing_when_the_later_one_comes_first() {
    check_order([1, 0, 1]);
}

#[test]
fn a_first_batch_sent_again_makes_one_visitor() {
    let edge = Edge::serving(RULES);
    let visitor = Visitor::new(1);
    let batch = visitor.batch(vec![What::View]);
    let token = |answer: Answer| reply(&answer).token;
    let first = token(visitor.sends(&edge, &batch));
    assert!(first.is_some());
    assert_eq!(token(visitor.sends(&edge, &batch)), first);
}

#[test]
fn what_was_acknowledged_survives_a_kill() {
    let mut edge = Edge::serving(RULES);
    let mut visitor = Visitor::new(1);
    visitor.opens(&edge, "/p/teapot");
    visitor.opens(&edge, "/p/teapot");
    edge.kill_and_restart();
    assert_eq!(shown(&visitor.opens(&edge, "/p/teapot")), ["third-look"]);
}

#[test]
fn without_consent_nothing_is_kept_and_no_token_given() {
    let edge = Edge::serving(RULES);
    let mut visitor = Visitor::unasked(1);
    for _ in 0..4 {
        let reply = visitor.opens(&edge, "/p/teapot");
        assert_eq!((reply.token.as_deref(), shown(&reply)), (None, vec![]));
    }
    let reply = visitor.opens(&edge, "/?utm_campaign=Sale");
    assert_eq!(shown(&reply), ["campaign"], "what this page alone tells is still decided on");
}

#[test]
fn a_refusal_of_consent_is_as_none() {
    let edge = Edge::serving(RULES);
    let mut visitor = Visitor::new(1);
    visitor.consent = Consent::Denied;
    assert_eq!(visitor.opens(&edge, "/").token, None);
}

#[test]
fn a_browser_that_refuses_for_its_visitor_is_obeyed_whatever_the_page_says() {
    let edge = Edge::serving(RULES);
    let visitor = Visitor::new(1);
    let bytes = encode(&visitor.batch(vec![What::View]));
    let origin = edge.origin();
    let token = |headers: &[(&str, &str)]| reply(&edge.post("/v1/events", &bytes, headers)).token;
    assert_eq!(token(&[("Origin", &origin), ("Sec-GPC", "1")]), None);
    assert!(token(&[("Origin", &origin), ("Sec-GPC", "0")]).is_some());
    assert!(token(&[("Origin", &origin)]).is_some());
}

#[test]
fn who_comes_back_and_consents_on_the_page_has_that_page_counted_once() {
    let edge = Edge::serving(RULES);
    let mut visitor = Visitor::new(1);
    visitor.opens(&edge, "/");
    let token = visitor.token.take();
    visitor.consent = Consent::NotAsked;
    visitor.opens(&edge, "/faq/delivery");
    visitor.consent = Consent::Granted;
    visitor.token = token;
    visitor.does(&edge, vec![]);
    visitor.does(&edge, vec![]);
    assert_eq!(paths(&journey(&edge, &visitor)), ["/", "/faq/delivery"]);
}

#[test]
fn a_forged_token_is_counted_and_met_as_a_stranger() {
    let edge = Edge::serving(RULES);
    let mut visitor = Visitor::new(1);
    visitor.opens(&edge, "/p/teapot");
    visitor.opens(&edge, "/p/teapot");
    let token = visitor.token.clone().unwrap();
    visitor.token = Some(token.replace("d1.local", "d1.weur"));
    assert_eq!(shown(&visitor.opens(&edge, "/p/teapot")), Vec::<&str>::new());
    assert_eq!(edge.counted("declic_forged_tokens_total{site=\"shop\"}"), 1);
}
