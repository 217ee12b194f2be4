//! Visitors whom their site signs in: who is believed, and what of theirs becomes one.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

mod customers;
mod kills;
mod on_the_way;
mod passing;

use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use base64ct::{Base64UrlUnpadded, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use tests::{Edge, Visitor, shown};
use wire::{Ask, Batch, Event, Reply, Want, What};

const RULES: &str = r#"
[customer]
plan = "text"

[[rule]]
id = "gold"
show = "banner"
when = { page.path = "/account", customer.plan = "gold" }
content.en.title = "For you"

[[rule]]
id = "welcome"
show = "banner"
when = { page.path = "/welcome", visitor.kind = "authenticated" }
content.en.title = "You are signed in"

[[rule]]
id = "loyal"
show = "banner"
when = { page.path = "/loyal", visitor.segments = "loyal" }
content.en.title = "Thank you"

[[rule]]
id = "third-look"
show = "chat"
when = { page.path = "/p/*", page.views = ">= 3" }
content.en.title = "Shall we look at it together?"
"#;

const SECRET: &str = "0123456789abcdef0123456789abcdef";
const SUCCESSOR: &str = "fedcba9876543210fedcba9876543210";
/// How long settings may take to be in force everywhere.
const IN_FORCE: Duration = Duration::from_secs(5);

fn mac(secret: &str, text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

/// The site's server signs an id.
fn signature(secret: &str, id: &str) -> String {
    mac(secret, &format!("declic-id:{id}")).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The site's server signs claims.
fn token(claims: &Value) -> String {
    let part = |value: &Value| Base64UrlUnpadded::encode_string(value.to_string().as_bytes());
    let content = format!("{}.{}", part(&json!({ "alg": "HS256", "typ": "JWT" })), part(claims));
    let tag = Base64UrlUnpadded::encode_string(&mac(SECRET, &content));
    format!("{content}.{tag}")
}

fn identify(id: &str, proof: &str) -> What {
    What::Identify { id: id.into(), proof: proof.into() }
}

fn signs_in(id: &str) -> What {
    identify(id, &signature(SECRET, id))
}

fn order(total: f64) -> What {
    What::Order { id: String::new(), total }
}

/// What came of the proof in a batch: `none` when the answer does not say.
fn outcome(edge: &Edge, visitor: &Visitor, batch: &Batch) -> String {
    visitor.sends(edge, batch).header("declic-identify").unwrap_or("none").to_owned()
}

/// A site whose server signs with this secret.
fn edge() -> Edge {
    let edge = Edge::serving(RULES);
    adds_secret(&edge, SECRET);
    edge
}

#[track_caller]
fn adds_secret(edge: &Edge, secret: &str) -> Value {
    let body = json!({ "secret": secret }).to_string();
    let answer = edge.owner("POST", "/v1/sites/shop/identity-secrets", &body);
    assert_eq!(answer.status, 200, "{}", answer.text());
    until(edge, &signature(secret, "probe"), "signed");
    answer.json()
}

/// Waits until a proof of the customer `probe` comes to this.
#[track_caller]
fn until(edge: &Edge, proof: &str, expected: &str) {
    let began = Instant::now();
    let visitor = Visitor::unasked(99);
    let batch = Batch { consent: wire::Consent::Granted, ..visitor.batch(vec![identify("probe", proof)]) };
    while outcome(edge, &visitor, &batch) != expected {
        assert!(began.elapsed() < IN_FORCE, "the proof does not come to `{expected}`");
    }
}

/// What is kept of a customer.
fn customer(edge: &Edge, id: &str) -> Value {
    let answer = edge.owner("GET", &format!("/v1/sites/shop/customers/{id}"), "");
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

fn export(edge: &Edge, visitor: &Visitor) -> Value {
    serde_json::from_str(&visitor.inquires(edge, Want::Export).export).unwrap_or_default()
}

fn paths(export: &Value) -> Vec<&str> {
    let pages = export["visitor"]["pages"].as_array().map_or(&[][..], Vec::as_slice);
    pages.iter().filter_map(|page| page["path"].as_str()).collect()
}

#[test]
fn either_proof_signs_a_customer_in_and_rules_read_what_is_signed_in_the_same_reply() {
    let edge = edge();
    let mut visitor = Visitor::new(1);
    assert_eq!(shown(&visitor.opens(&edge, "/welcome")), Vec::<&str>::new());
    let anonymous = visitor.token.clone();
    let reply = visitor.does(&edge, vec![signs_in("c-1")]);
    assert_eq!(shown(&reply), ["welcome"]);
    assert_ne!(visitor.token, anonymous, "the browser has the customer's token");
    assert_eq!(visitor.opens(&edge, "/welcome").token, None, "and keeps it");

    let mut visitor = Visitor::new(2);
    assert_eq!(shown(&visitor.opens(&edge, "/account")), Vec::<&str>::new());
    let claims = json!({ "sub": "c-2", "exp": 4_000_000_000_u64, "customer": { "plan": "gold" } });
    let reply = visitor.does(&edge, vec![identify("c-2", &token(&claims))]);
    assert_eq!(shown(&reply), ["gold"]);
    assert_eq!(customer(&edge, "c-2")["visitor"]["customer"]["attributes"]["plan"], "gold");
    assert!(edge.counted("declic_identified_total{outcome=\"signed\"}") >= 2);
}

#[test]
fn who_is_not_signed_stays_who_he_was_and_the_rest_of_the_batch_is_kept() {
    let edge = edge();
    let late = token(&json!({ "sub": "c-1", "exp": 1_000_000_000, "customer": { "plan": "gold" } }));
    let unsigned = {
        let part = |value: &Value| Base64UrlUnpadded::encode_string(value.to_string().as_bytes());
        format!("{}.{}.", part(&json!({ "alg": "none" })), part(&json!({ "sub": "c-1" })))
    };
    let cases = [
        (signature("another secret of thirty-two bytes", "c-1"), "forged"),
        (signature(SECRET, "c-2"), "forged"),
        (token(&json!({ "sub": "c-2" })), "another_id"),
        (late, "out_of_time"),
        (unsigned, "algorithm"),
        (String::new(), "malformed"),
        (token(&json!({ "sub": "c-1", "customer": { "plan": {} } })), "attributes"),
    ];
    for (number, (proof, expected)) in (1..).zip(&cases) {
        let counter = format!("declic_identified_total{{outcome=\"{expected}\"}}");
        let before = edge.counted(&counter);
        let mut visitor = Visitor::new(number);
        visitor.opens(&edge, "/account");
        let known = visitor.token.clone();
        let bought = What::Track { name: "zoom".into() };
        let batch = visitor.batch(vec![identify("c-1", proof), bought]);
        assert_eq!(outcome(&edge, &visitor, &batch), *expected);
        let reply = visitor.does(&edge, vec![]);
        assert_eq!((shown(&reply), &visitor.token), (vec![], &known), "{expected}");
        let export = export(&edge, &visitor);
        assert_eq!(export["visitor"]["events"][0]["name"], "zoom", "{expected}");
        assert!(export["visitor"].get("customer").is_none(), "{expected}");
        assert_eq!(edge.counted(&counter), before + 1, "{expected}");
    }
    let none = edge.owner("GET", "/v1/sites/shop/customers/c-1", "");
    assert_eq!(none.fault(), "404 not_found", "nobody became that customer");
}

#[test]
fn who_may_not_be_remembered_is_signed_in_nowhere() {
    let edge = edge();
    let visitor = Visitor::unasked(1);
    let batch = visitor.batch(vec![What::View, signs_in("c-1")]);
    assert_eq!(outcome(&edge, &visitor, &batch), "not_remembered");
    assert_eq!(edge.owner("GET", "/v1/sites/shop/customers/c-1", "").status, 404);
}

#[test]
fn two_browsers_of_one_customer_are_one_visitor() {
    let edge = edge();
    let mut browsers = [Visitor::new(1), Visitor::new(2)];
    for browser in &mut browsers {
        browser.opens(&edge, "/p/teapot");
        browser.does(&edge, vec![order(10.0)]);
        browser.does(&edge, vec![signs_in("c-1")]);
    }
    assert_eq!(browsers[0].opens(&edge, "/").token, None, "the first one's token is the customer's already");
    for browser in &browsers {
        let export = export(&edge, browser);
        assert_eq!(paths(&export), ["/p/teapot", "/p/teapot", "/"]);
        assert_eq!(export["visitor"]["orders"]["total"], 20.0);
    }
    assert_eq!(
        shown(&browsers[1].opens(&edge, "/p/teapot")),
        ["third-look"],
        "the third look of both together"
    );
}

#[test]
fn what_is_sent_again_under_the_old_name_is_counted_once_under_the_new_one() {
    let edge = edge();
    let mut visitor = Visitor::new(1);
    visitor.opens(&edge, "/p/teapot");
    // The reply is lost: the browser still has the old token, and another tab goes on with it.
    let batch = visitor.batch(vec![order(10.0), signs_in("c-1"), order(5.0)]);
    for _ in 0..3 {
        assert_eq!(visitor.sends(&edge, &batch).status, 200);
    }
    let mut tab = Visitor::new(7).holding(visitor.token.clone());
    let reply = tab.opens(&edge, "/faq");
    assert!(reply.token.is_some(), "the old token leads to the customer, whose own it is exchanged for");
    let found = customer(&edge, "c-1");
    assert_eq!(found["visitor"]["orders"]["count"], 2);
    assert_eq!(found["visitor"]["orders"]["total"], 15.0);
    assert_eq!(paths(&found), ["/p/teapot", "/faq"]);
}

#[test]
fn a_customer_never_becomes_another_whoever_sits_at_the_computer() {
    let edge = edge();
    let mut visitor = Visitor::new(1);
    visitor.opens(&edge, "/p/gift");
    visitor.does(&edge, vec![signs_in("ada")]);
    visitor.does(&edge, vec![order(10.0)]);
    // Nobody has said `reset`, and what was just acknowledged is sent once more, with another's proof behind it.
    let batch = visitor.batch(vec![signs_in("bob"), order(5.0)]);
    let reply: Reply = wire::decode(&visitor.sends(&edge, &batch).body).unwrap();
    let mut resent = batch.clone();
    resent.first -= 1;
    resent.events.insert(0, Event { at_ms: 0, what: order(10.0) });
    assert_eq!(visitor.sends(&edge, &resent).status, 200);
    let bob = Visitor::new(2).holding(reply.token);
    assert_eq!(export(&edge, &bob)["visitor"]["customer"]["id"], "bob");
    assert_eq!(customer(&edge, "bob")["visitor"]["orders"]["total"], 5.0);
    let ada = customer(&edge, "ada");
    assert_eq!((paths(&ada), &ada["visitor"]["orders"]["total"]), (vec!["/p/gift"], &json!(10.0)));
}

#[test]
fn requests_for_contact_go_with_the_visitor_and_all_of_it_is_erased_by_the_customer_s_id() {
    let edge = edge();
    let mut visitor = Visitor::new(1);
    visitor.opens(&edge, "/p/teapot");
    let old = visitor.token.clone();
    let ask = || Ask::Message { reply_to: "ada@example.org".into(), text: "Does it pour?".into() };
    assert_eq!(visitor.asks(&edge, 1, ask()).status, 201);
    visitor.does(&edge, vec![signs_in("c/1 é")]);
    let late = visitor.clone().holding(old.clone());
    assert_eq!(late.asks(&edge, 2, ask()).status, 201);
    let id = "c%2F1%20%C3%A9";
    let began = Instant::now();
    while customer(&edge, id)["contacts"].as_array().map(Vec::len) != Some(2) {
        assert!(began.elapsed() < IN_FORCE * 2, "the requests of before do not follow");
    }
    let erased = edge.owner("DELETE", &format!("/v1/sites/shop/customers/{id}"), "");
    assert_eq!((erased.status, erased.body.len()), (204, 0), "{}", erased.text());
    assert_eq!(edge.owner("GET", &format!("/v1/sites/shop/customers/{id}"), "").status, 404);
    assert_eq!(edge.desk("messages?site=shop")["contacts"], json!([]));
    for token in [old, visitor.token.clone()] {
        let mut browser = Visitor::new(5).holding(token.clone());
        assert_eq!(export(&edge, &browser), Value::Null);
        browser.opens(&edge, "/");
        assert_ne!(browser.token, token, "no token leads to him any more");
        assert_eq!(paths(&export(&edge, &browser)), ["/"]);
    }
    let log = edge.owner("GET", "/v1/sites/shop/audit", "").text();
    assert!(log.contains("customer.erased") && log.contains("customer.exported"), "{log}");
    assert!(!log.contains("c/1"), "the log outlives him, and does not name him: {log}");
}

#[test]
fn a_visitor_who_erases_himself_takes_the_customer_along() {
    let edge = edge();
    let mut visitor = Visitor::new(1);
    visitor.opens(&edge, "/p/teapot");
    let old = visitor.clone();
    visitor.does(&edge, vec![signs_in("c-1")]);
    old.inquires(&edge, Want::Erase);
    assert_eq!(export(&edge, &visitor), Value::Null);
    assert_eq!(edge.owner("GET", "/v1/sites/shop/customers/c-1", "").status, 404);
}

#[test]
fn a_secret_is_replaced_without_signing_anyone_out_and_never_told_again() {
    let edge = edge();
    let path = "/v1/sites/shop/identity-secrets";
    let old = edge.owner("GET", path, "").json()["secrets"][0].clone();
    let added = adds_secret(&edge, SUCCESSOR);
    assert!(added.get("secret").is_none(), "the site has it already");
    until(&edge, &signature(SECRET, "probe"), "signed");
    let listed = edge.owner("GET", path, "");
    assert_eq!(listed.json()["secrets"], json!([added["id"], old]));
    let made = edge.owner("POST", path, "").json();
    assert_eq!(made["secret"].as_str().map(str::len), Some(64), "one the edge makes is told this once");
    for answer in [
        edge.owner("GET", path, ""),
        edge.owner("GET", "/v1/sites/shop/settings", ""),
        edge.owner("GET", "/v1/sites/shop/audit", ""),
    ] {
        let text = answer.text();
        for secret in [SECRET, SUCCESSOR, made["secret"].as_str().unwrap()] {
            assert!(!text.contains(secret), "{text}");
        }
    }
    let removed = edge.owner("DELETE", &format!("{path}/{}", old.as_str().unwrap()), "");
    assert_eq!(removed.json()["secrets"].as_array().map(Vec::len), Some(2), "{}", removed.text());
    until(&edge, &signature(SECRET, "probe"), "forged");
    until(&edge, &signature(SUCCESSOR, "probe"), "signed");
    let log = edge.owner("GET", "/v1/sites/shop/audit", "").text();
    assert!(log.contains("identity_secret.added") && log.contains("identity_secret.removed"), "{log}");
    assert_eq!(edge.owner("POST", path, r#"{"secret":"short"}"#).fault(), "422 bad_secret");
    assert_eq!(edge.owner("DELETE", &format!("{path}/0123"), "").status, 404);
}

#[test]
fn who_tries_a_version_out_is_signed_in_there_and_nowhere_else() {
    let edge = edge();
    let mut visitor = Visitor::new(1);
    visitor.opens(&edge, "/");
    let link = edge.owner("POST", "/v1/sites/shop/versions/1/preview-links", "{}").json();
    let parameter = link["parameter"].as_str().unwrap_or("declic_preview");
    let key = link["key"].as_str().unwrap();
    let known = visitor.token.clone();
    visitor.opens(&edge, &format!("/account?{parameter}={key}"));
    let claims = json!({ "sub": "c-1", "customer": { "plan": "gold" } });
    let reply = visitor.does(&edge, vec![identify("c-1", &token(&claims))]);
    assert_eq!((shown(&reply), &visitor.token), (vec!["gold"], &known));
    assert_eq!(edge.owner("GET", "/v1/sites/shop/customers/c-1", "").status, 404);
}

#[test]
fn the_servers_examples_in_the_readme_sign_what_the_edge_believes() {
    let edge = edge();
    let readme = concat!(env!("CARGO_MANIFEST_DIR"), "/../edge-worker/README.md");
    let readme = fs::read_to_string(readme).unwrap();
    let example = |language: &str| {
        let opening = format!("```{language}\n");
        let blocks = readme.split(&opening).skip(1).filter_map(|block| block.split("```").next());
        blocks.filter(|block| block.contains("DECLIC_IDENTITY_SECRET")).collect::<String>()
    };
    let runs = |program: &str, flag: &str, code: &str| {
        let run = Command::new(program).args([flag, code]).env("DECLIC_IDENTITY_SECRET", SECRET).output();
        let run = run.unwrap_or_else(|error| panic!("{program}: {error}"));
        assert!(run.status.success(), "{program}: {}", String::from_utf8_lossy(&run.stderr));
        String::from_utf8(run.stdout).unwrap()
    };
    let node = format!("{}\nconsole.log(signature('probe'));console.log(token('probe',{{}}))", example("js"));
    let mut proofs = runs("node", "-e", &node);
    if Command::new("python3").arg("--version").output().is_ok() {
        let python = format!("{}\nprint(signature('probe'))\nprint(token('probe', {{}}))", example("python"));
        proofs += &runs("python3", "-c", &python);
    }
    assert!(proofs.lines().count() >= 2, "{proofs}");
    for proof in proofs.lines() {
        until(&edge, proof, "signed");
    }
}
