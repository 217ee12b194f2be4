//! `cargo dev admin` at the running edge, as an owner gives its commands.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

use serde_json::{Value, json};
use standardwebhooks::Webhook;
use tests::{Edge, RULES, Receiver, Turn, Visitor, eventually};
use wire::{Ask, What};

/// What a command prints, or what it complains of.
fn admin(edge: &Edge, line: &str) -> Result<String, String> {
    let address = format!("http://{}", edge.address());
    let words: Vec<&str> = line.split_whitespace().collect();
    dev::administer(&address, edge.owner_key(), &words).map_err(|error| error.to_string())
}

#[track_caller]
fn says(edge: &Edge, line: &str) -> String {
    admin(edge, line).unwrap()
}

#[track_caller]
fn answers(edge: &Edge, line: &str) -> Value {
    serde_json::from_str(&says(edge, &format!("{line} --json"))).unwrap()
}

#[test]
fn an_endpoint_is_set_up_given_a_new_secret_and_taken_away() {
    let edge = Edge::under(RULES, &[("DECLIC_WEBHOOKS", "private=allow unit_ms=10 attempts=1")]);
    let receiver = Receiver::taking(&[]);
    assert!(
        says(&edge, "webhooks shop").starts_with("no endpoint yet\nnext: cargo dev admin webhooks shop add")
    );
    let made = answers(&edge, &format!("webhooks shop add {} contact.* product.hesitation", receiver.url()));
    let (id, secret) = (made["id"].as_str().unwrap(), made["secret"].as_str().unwrap());
    let list = says(&edge, "webhooks shop");
    assert!(list.contains(id) && list.contains("contact.* product.hesitation"), "{list}");
    assert!(list.contains("letters that wait: 0, given up: 0") && !list.contains(secret), "{list}");
    let rotated = says(&edge, &format!("webhooks shop rotate {id}"));
    let new_secret = rotated.lines().next().unwrap();
    assert!(new_secret.starts_with("whsec_") && new_secret != secret, "{rotated}");
    assert!(rotated.contains("for a day the one before signs, too"), "{rotated}");
    let ask = Ask::Callback { phone: "+33612345678".into(), at_s: None };
    assert_eq!(Visitor::unasked(1).asks(&edge, 1, ask).status, 201);
    let letter = receiver.next();
    let mut headers = http::HeaderMap::new();
    for name in ["webhook-id", "webhook-timestamp", "webhook-signature"] {
        headers.insert(name, letter.header(name).parse().unwrap());
    }
    for secret in [secret, new_secret] {
        Webhook::new(secret).unwrap().verify(letter.body.as_bytes(), &headers).unwrap();
    }
    assert!(says(&edge, &format!("webhooks shop remove {id}")).contains(id));
    assert_eq!(answers(&edge, "webhooks shop")["endpoints"], json!([]));
    let log = says(&edge, "audit shop");
    for deed in ["webhook.added", "webhook.rotated", "webhook.removed"] {
        assert!(log.contains(deed), "{log}");
    }
}

#[test]
fn letters_that_were_given_up_are_listed_and_sent_again() {
    let edge = Edge::under(RULES, &[("DECLIC_WEBHOOKS", "private=allow unit_ms=10 attempts=1")]);
    let receiver = Receiver::taking(&[Turn::Status(500), Turn::Status(500)]);
    assert_eq!(says(&edge, "webhooks shop dead"), "no letter has been given up");
    says(&edge, &format!("webhooks shop add {} *", receiver.url()));
    for number in [1, 2] {
        let ask = Ask::Callback { phone: "+33612345678".into(), at_s: None };
        assert_eq!(Visitor::unasked(1).asks(&edge, number, ask).status, 201);
        receiver.next();
    }
    let both = |list: &String| list.matches("contact.requested").count() == 2;
    let list = eventually(|| Some(says(&edge, "webhooks shop dead")).filter(both));
    assert!(list.contains("what came of the last") && list.contains("500"), "{list}");
    assert!(list.ends_with("next: cargo dev admin webhooks shop retry, or retry NUMBER"), "{list}");
    assert!(says(&edge, "webhooks shop").contains("given up: 2\nnext: cargo dev admin webhooks shop dead"));
    let number = answers(&edge, "webhooks shop dead")["letters"][0]["number"].as_u64().unwrap();
    let one = says(&edge, &format!("webhooks shop retry {number}"));
    assert_eq!(one, "letters that are sent again: 1");
    receiver.next();
    assert_eq!(says(&edge, "webhooks shop retry"), "letters that are sent again: 1", "the other one");
    receiver.next();
}

#[test]
fn what_cannot_be_done_is_said_with_the_next_step() {
    let edge = Edge::serving(RULES);
    let complaint = |line: &str| admin(&edge, line).unwrap_err();
    for (line, wrong, next) in [
        ("webhooks shop ad", "unknown word `ad`", "did you mean `add`?"),
        ("webhooks shop add https://crm.example/", "no event is named", "`\"*\"` for all"),
        ("webhooks shop add http://127.0.0.1/ *", "422", "next: "),
        ("webhooks shop remove ep_nothing", "no endpoint `ep_nothing`", "GET /v1/sites/KEY/webhooks"),
        ("webhooks shop rotate", "the endpoint's id is missing", "cargo dev admin webhooks SITE"),
        ("webhooks shop retry 7", "no letter `7`", "GET /v1/sites/KEY/webhooks/dead"),
        ("webhooks shop dead --after soon", "`after` in the address", "next: "),
        ("webhooks shop --after 7", "`--after` reads on", "cargo dev admin webhooks SITE"),
        ("webhooks Shop", "no site can be called `Shop`", "`shop` would be one"),
        ("report shop --from yesterday", "`from` is not a date", "write it as"),
        ("report shop --pages many", "`many` is no number of pages", "next: "),
        ("report nobody", "no site `nobody` is set up", "PUT /v1/sites/KEY/settings"),
        ("keys shop remove ada@x", "no key named `ada@x`", "GET /v1/sites/KEY/keys"),
    ] {
        let said = complaint(line);
        assert!(said.contains(wrong) && said.contains(next), "{line}: {said}");
    }
    let address = format!("http://{}", edge.address());
    let said = dev::administer(&address, "", &["webhooks", "shop"]).unwrap_err().to_string();
    assert!(said.contains("no key was sent") && said.contains("set `DECLIC_KEY`"), "{said}");
}

#[test]
fn a_report_tells_what_the_edge_counted() {
    let rules =
        RULES.replacen("priority = 80", "holdout = \"50%\"", 1).replace(", page.dwell = \">= 45s\"", "");
    let edge = Edge::under(&rules, &[("DECLIC_COUNTS_MS", "20")]);
    let empty = says(&edge, "report shop");
    assert!(empty.contains("no rule was put to anybody"), "{empty}");
    for number in 0..20 {
        let mut visitor = Visitor::new(number);
        visitor.opens(&edge, "/faq/delivery");
        visitor.fills_basket(&edge, 210.0);
        visitor.opens(&edge, "/cart");
        visitor.does(&edge, vec![What::Order { id: "1".into(), total: 40.0 }]);
    }
    let all_ordered = |report: &Value| {
        let rule = &report["rules"][0];
        let ordered = |group: &str| rule[group]["converted"].as_u64().unwrap_or(0);
        ordered("all") + ordered("control") == 20
    };
    let report = eventually(|| Some(answers(&edge, "report shop")).filter(all_ordered));
    let text = says(&edge, "report shop --pages 1");
    let line = |what: &str| text.lines().find(|line| line.contains(what)).unwrap_or_default();
    let words = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let rule = &report["rules"][0];
    let (offered, held) = (&rule["all"]["offered"], &rule["control"]["held_out"]);
    assert_eq!(words(line("basket-call  all"))[..3], ["basket-call", "all", &offered.to_string()], "{text}");
    assert_eq!(words(line(" control "))[..2], ["control", &held.to_string()], "{text}");
    assert!(line("too few to compare").contains("of 100 needed"), "{text}");
    assert!(text.contains("\npage ") && text.contains("… and 1 more: `--pages 2`"), "{text}");
    let other_days = says(&edge, "report shop --from 2020-01-01 --to 2020-01-31");
    assert!(
        other_days.starts_with("2020-01-01 to 2020-01-31") && other_days.contains("no rule"),
        "{other_days}"
    );
}

#[test]
fn every_answer_can_be_had_for_programs() {
    let edge = Edge::serving(RULES);
    assert_eq!(answers(&edge, "sites"), json!({ "sites": ["shop"] }));
    assert_eq!(answers(&edge, "rules shop")["source"], RULES);
    assert_eq!(answers(&edge, "versions shop")["versions"][0]["state"], "in_force");
    assert_eq!(answers(&edge, "health")["status"], "ok");
    let table = says(&edge, "versions shop");
    assert!(table.starts_with("version  state") && table.contains("in_force"), "{table}");
}
