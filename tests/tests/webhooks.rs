//! Webhooks as their receivers meet them: verified by the standard's own library, through failures and kills.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

use serde_json::Value;
use standardwebhooks::Webhook;
use tests::{Delivery, Edge, RULES, Receiver, Turn, Visitor, disk, eventually};
use wire::{Ask, What};

const WEBHOOKS: &str = "/v1/sites/shop/webhooks";

const HESITATION: &str = r#"
[[rule]]
id    = "hesitates"
show  = "notify"
event = "product.hesitation"
when  = { page.path = "/p/*", page.views = ">= 3" }
"#;

fn edge(policy: &str) -> Edge {
    let rules = format!("{RULES}{HESITATION}");
    Edge::under(&rules, &[("DECLIC_WEBHOOKS", &format!("private=allow unit_ms=10 {policy}"))])
}

/// Sets up an endpoint and gives its id and secret.
fn subscribe(edge: &Edge, receiver: &Receiver, events: &str) -> (String, String) {
    let body = format!(r#"{{"url": "{}", "events": ["{events}"]}}"#, receiver.url());
    let answer = edge.owner("POST", WEBHOOKS, &body);
    assert_eq!(answer.status, 201, "{}", answer.text());
    let text = |name: &str| answer.json()[name].as_str().unwrap().to_owned();
    (text("id"), text("secret"))
}

/// Verifies as a receiver does, and gives the payload.
#[track_caller]
fn verified(delivery: &Delivery, secret: &str) -> Value {
    let mut headers = http::HeaderMap::new();
    for name in ["webhook-id", "webhook-timestamp", "webhook-signature"] {
        headers.insert(name, delivery.header(name).parse().unwrap());
    }
    Webhook::new(secret).unwrap().verify(delivery.body.as_bytes(), &headers).unwrap();
    delivery.json()
}

fn call(edge: &Edge, number: u8) {
    let ask = Ask::Callback { phone: "+33612345678".into(), at_s: None };
    let visitor = Visitor::unasked(1);
    assert_eq!(visitor.asks(edge, number, ask).status, 201);
}

/// Asks until the list of dead letters is as long as this.
fn dead(edge: &Edge, count: usize) -> Value {
    eventually(|| {
        let list = edge.owner("GET", &format!("{WEBHOOKS}/dead"), "").json();
        (list["letters"].as_array().map(Vec::len) == Some(count)).then_some(list)
    })
}

#[test]
fn a_request_for_contact_is_told_signed_and_once() {
    let edge = edge("");
    let receiver = Receiver::taking(&[]);
    let (_, secret) = subscribe(&edge, &receiver, "contact.*");
    call(&edge, 1);
    call(&edge, 1);
    call(&edge, 2);
    let (first, second) = (receiver.next(), receiver.next());
    let payload = verified(&first, &secret);
    assert_eq!(payload["type"], "contact.requested");
    assert_eq!(payload["data"]["site"], "shop");
    assert_eq!(payload["data"]["contact"]["phone"], "+33612345678");
    verified(&second, &secret);
    assert_ne!(first.header("webhook-id"), second.header("webhook-id"), "sent again, told once");
    assert_eq!(first.header("content-type"), "application/json");
}

#[test]
fn a_notify_rule_tells_once_a_visit_and_only_whom_it_concerns() {
    let edge = edge("");
    let receiver = Receiver::taking(&[]);
    let (_, secret) = subscribe(&edge, &receiver, "product.*");
    for number in [1, 2] {
        let mut visitor = Visitor::new(number);
        for _ in 0..5 {
            visitor.opens(&edge, "/p/teapot");
        }
    }
    let told = [receiver.next(), receiver.next()].map(|delivery| verified(&delivery, &secret));
    for payload in &told {
        assert_eq!(
            (&payload["type"], &payload["data"]["rule"]),
            (&"product.hesitation".into(), &"hesitates".into())
        );
        assert_eq!(payload["data"]["path"], "/p/teapot");
    }
    assert_ne!(told[0]["data"]["visitor"], told[1]["data"]["visitor"], "each once");
}

#[test]
fn consent_is_told() {
    let edge = edge("");
    let receiver = Receiver::taking(&[]);
    let (_, secret) = subscribe(&edge, &receiver, "consent.*");
    let mut visitor = Visitor::unasked(1);
    visitor.opens(&edge, "/");
    visitor.consent = wire::Consent::Granted;
    visitor.opens(&edge, "/");
    visitor.does(&edge, vec![What::View]);
    let granted = verified(&receiver.next(), &secret);
    assert_eq!(granted["type"], "consent.granted");
    visitor.inquires(&edge, wire::Want::Erase);
    let withdrawn = verified(&receiver.next(), &secret);
    assert_eq!(withdrawn["type"], "consent.withdrawn");
    assert_eq!(withdrawn["data"]["visitor"], granted["data"]["visitor"]);
}

#[test]
fn a_receiver_that_fails_gets_the_same_letter_again() {
    let edge = edge("timeout_ms=200");
    let receiver = Receiver::taking(&[Turn::Status(500), Turn::Silence, Turn::Elsewhere]);
    let (_, secret) = subscribe(&edge, &receiver, "*");
    call(&edge, 1);
    let deliveries: Vec<Delivery> = (0..4).map(|_| receiver.next()).collect();
    for delivery in &deliveries {
        verified(delivery, &secret);
        assert_eq!(delivery.path, "/hooks", "a redirect is not followed");
        assert_eq!(delivery.header("webhook-id"), deliveries[0].header("webhook-id"));
        assert_eq!(delivery.body, deliveries[0].body);
    }
}

#[test]
fn what_is_to_be_told_survives_a_kill() {
    let mut edge = edge("timeout_ms=60000");
    let receiver = Receiver::taking(&[Turn::Silence]);
    let (_, secret) = subscribe(&edge, &receiver, "*");
    call(&edge, 1);
    let asked = receiver.next();
    // The receiver has it, the edge does not know: killed now, it has to send it again.
    edge.kill_and_restart();
    let again = receiver.next();
    assert_eq!(again.header("webhook-id"), asked.header("webhook-id"));
    verified(&again, &secret);
    for number in 2..8 {
        call(&edge, number);
        // Acknowledged to the visitor, perhaps still in the desk, perhaps in the outbox, perhaps sent.
        edge.kill_and_restart();
    }
    let mut told: Vec<String> = Vec::new();
    while told.len() < 6 {
        let id = receiver.next().header("webhook-id").to_owned();
        if id != asked.header("webhook-id") && !told.contains(&id) {
            told.push(id);
        }
    }
}

#[test]
fn a_letter_whose_alarm_was_lost_leaves_when_the_site_s_webhooks_are_next_asked_for_anything() {
    let mut edge = edge("unit_ms=60000");
    let receiver = Receiver::taking(&[Turn::Status(500)]);
    subscribe(&edge, &receiver, "*");
    call(&edge, 1);
    let first = receiver.next();
    edge.stop();
    disk::lose_alarms(edge.data());
    edge.wakes_after(24 * 60 * 60 * 1000);
    assert_eq!(edge.owner("GET", WEBHOOKS, "").json()["waiting"], 1);
    assert_eq!(receiver.next().header("webhook-id"), first.header("webhook-id"));
}

#[test]
fn a_letter_given_up_is_listed_and_can_be_sent_again() {
    let edge = edge("attempts=2");
    let receiver = Receiver::taking(&[Turn::Status(500), Turn::Status(404), Turn::Status(410)]);
    let (endpoint, secret) = subscribe(&edge, &receiver, "*");
    call(&edge, 1);
    let first = receiver.next();
    let list = dead(&edge, 1);
    let letter = &list["letters"][0];
    assert_eq!((&letter["attempts"], &letter["last"]), (&2.into(), &"answered 404".into()));
    assert_eq!((&letter["id"], &letter["endpoint"]), (&first.header("webhook-id").into(), &endpoint.into()));
    assert!(!list.to_string().contains("+336"), "what a letter says is not listed");
    let retry = format!("{WEBHOOKS}/dead/{}/retry", letter["number"]);
    assert_eq!(edge.owner("POST", &retry, "").json()["letters"], 1);
    let (_, _) = (receiver.next(), receiver.next());
    assert_eq!(dead(&edge, 1)["letters"][0]["last"], "answered 410", "gone is not tried again");
    assert_eq!(edge.owner("POST", &format!("{WEBHOOKS}/dead/retry"), "").json()["letters"], 1);
    verified(&receiver.next(), &secret);
    dead(&edge, 0);
    assert_eq!(edge.owner("POST", &retry, "").fault(), "404 not_found");
}

#[test]
fn while_a_secret_is_replaced_both_verify() {
    let edge = edge("");
    let receiver = Receiver::taking(&[]);
    let (id, old) = subscribe(&edge, &receiver, "*");
    let rotated = edge.owner("POST", &format!("{WEBHOOKS}/{id}/rotate"), "");
    let new = rotated.json()["secret"].as_str().unwrap().to_owned();
    assert_ne!(old, new);
    call(&edge, 1);
    let delivery = receiver.next();
    verified(&delivery, &old);
    verified(&delivery, &new);
    assert_eq!(delivery.header("webhook-signature").split(' ').count(), 2);
    let list = edge.owner("GET", WEBHOOKS, "").text();
    assert!(list.contains(&id) && !list.contains("whsec_"), "{list}");
    for secret in [&old, &new] {
        assert!(!edge.log().contains(secret.as_str()), "no secret in a log");
    }
    assert_eq!(edge.owner("DELETE", &format!("{WEBHOOKS}/{id}"), "").status, 204);
    assert_eq!(edge.owner("DELETE", &format!("{WEBHOOKS}/{id}"), "").fault(), "404 not_found");
}

#[test]
fn the_log_tells_who_did_what_to_a_webhook_and_no_secret_of_its_address() {
    let edge = Edge::serving(RULES);
    let body = r#"{"url": "https://crm.example/p4th?key=qu3ry", "events": ["contact.*"]}"#;
    let made = edge.owner("POST", WEBHOOKS, body).json();
    let id = made["id"].as_str().unwrap();
    edge.owner("POST", &format!("{WEBHOOKS}/{id}/rotate"), "");
    edge.owner("POST", &format!("{WEBHOOKS}/dead/retry"), "");
    edge.owner("DELETE", &format!("{WEBHOOKS}/{id}"), "");
    assert_eq!(edge.owner("DELETE", &format!("{WEBHOOKS}/{id}"), "").status, 404);
    let log = edge.owner("GET", "/v1/sites/shop/audit", "").json();
    let entries = log["entries"].as_array().unwrap().iter().take(4);
    let told: Vec<_> = entries.map(|entry| [&entry["by"], &entry["what"], &entry["detail"]]).collect();
    let added = format!("{id}, crm.example, contact.*");
    let expected = [
        ["operator", "webhook.removed", id],
        ["operator", "webhook.retried", "all letters"],
        ["operator", "webhook.rotated", id],
        ["operator", "webhook.added", &added],
    ];
    assert_eq!(told, expected, "{log}");
}

#[test]
fn only_the_owner_sets_up_endpoints_and_only_public_ones() {
    let edge = Edge::serving(RULES);
    let body = |url: &str| format!(r#"{{"url": "{url}", "events": ["*"]}}"#);
    assert_eq!(edge.post(WEBHOOKS, body("https://crm.example/").as_bytes(), &[]).fault(), "401 unauthorized");
    for url in
        ["http://crm.example/", "https://127.0.0.1/", "https://[::ffff:10.0.0.1]/", "https://2130706433/"]
    {
        let answer = edge.owner("POST", WEBHOOKS, &body(url));
        assert_eq!(answer.fault(), "422 bad_endpoint", "{url}");
    }
    for _ in 0..8 {
        assert_eq!(edge.owner("POST", WEBHOOKS, &body("https://crm.example/")).status, 201);
    }
    assert_eq!(edge.owner("POST", WEBHOOKS, &body("https://crm.example/")).fault(), "422 bad_endpoint");
    assert_eq!(
        edge.owner("POST", "/v1/sites/other/webhooks", &body("https://crm.example/")).fault(),
        "404 unknown_site"
    );
}

#[test]
fn where_a_letter_may_go_is_asked_again_when_it_leaves() {
    let mut edge = edge("");
    let receiver = Receiver::taking(&[]);
    subscribe(&edge, &receiver, "*");
    call(&edge, 1);
    receiver.next();
    // From now on this deployment tells nobody on its own machine, whoever was set up before.
    edge.restart_under(&[("DECLIC_WEBHOOKS", "unit_ms=10")]);
    call(&edge, 2);
    let letter = dead(&edge, 1)["letters"][0].take();
    assert_eq!(letter["last"], "is an address this deployment does not send to");
    assert_eq!(letter["attempts"], 1, "and not tried again");
}
