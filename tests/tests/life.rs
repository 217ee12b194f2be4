//! What happens to visitors while nobody is there: the edge is down for days, started again, and visited by nobody.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

use serde_json::{Value, json};
use tests::{Edge, RULES, Receiver, Visitor, eventually};
use wire::{Ask, Want, What};

const MINUTE_MS: u64 = 60 * 1000;
const DAY_MS: u64 = 24 * 60 * MINUTE_MS;

/// A rule that tells of an absence of so many days.
fn absence(days: u32) -> String {
    format!(
        "[[rule]]\nid = 'away-{days}'\nshow = 'notify'\nevent = 'away.{days}'\nwhen = {{ visitor.days_away = '>= {days}' }}\n"
    )
}

/// A rule that tells of an order begun and left.
const ABANDONED: &str = "[[rule]]\nid = 'abandoned'\nshow = 'notify'\nevent = 'away.abandoned'\nwhen = { cart.abandoned = true }\n";

/// Whoever is told, and takes each letter once: one that a kill has cut off comes again, under the same id.
struct Mailbox {
    receiver: Receiver,
    taken: Vec<String>,
}

impl Mailbox {
    fn next(&mut self) -> Value {
        loop {
            let letter = self.receiver.next();
            let id = letter.header("webhook-id").to_owned();
            if !self.taken.contains(&id) {
                self.taken.push(id);
                return letter.json();
            }
        }
    }

    /// The event of the next letter.
    fn told(&mut self) -> String {
        self.next()["type"].as_str().unwrap().to_owned()
    }
}

/// An edge with these rules, and a receiver of what they tell.
fn edge(rules: &str) -> (Edge, Mailbox) {
    let edge =
        Edge::under(rules, &[("DECLIC_WEBHOOKS", "private=allow unit_ms=10"), ("DECLIC_COUNTS_MS", "50")]);
    let receiver = Receiver::taking(&[]);
    let endpoint = json!({ "url": receiver.url(), "events": ["away.*"] }).to_string();
    assert_eq!(edge.owner("POST", "/v1/sites/shop/webhooks", &endpoint).status, 201);
    (edge, Mailbox { receiver, taken: Vec::new() })
}

fn settings(edge: &Edge, name: &str, days: u16) {
    let settings = json!({ "origins": [edge.origin()], name: days }).to_string();
    let answer = edge.put("/v1/sites/shop/settings", &settings);
    assert_eq!(answer.status, 200, "{}", answer.text());
}

fn is_known(edge: &Edge, visitor: &Visitor) -> bool {
    !visitor.inquires(edge, Want::See).fields.is_empty()
}

#[test]
fn an_absence_is_told_when_it_is_long_enough_and_once_whatever_befalls_the_edge() {
    let (mut edge, mut mailbox) = edge(&format!("{}{}{}", absence(2), absence(30), absence(31)));
    let mut visitor = Visitor::new(1);
    visitor.opens(&edge, "/p/teapot");
    edge.wakes_after(DAY_MS);
    edge.wakes_after(29 * DAY_MS + MINUTE_MS);
    // Both are told late, each dated when it was due.
    let mut letters = [mailbox.next(), mailbox.next()];
    letters.sort_by_key(|letter| letter["timestamp"].to_string());
    assert_eq!((&letters[0]["type"], &letters[1]["type"]), (&json!("away.2"), &json!("away.30")));
    assert_eq!(letters[0]["data"]["path"], "/p/teapot");
    assert_ne!(letters[0]["timestamp"], letters[1]["timestamp"]);
    edge.kill_and_restart();
    edge.wakes_after(DAY_MS);
    assert_eq!(mailbox.told(), "away.31", "nothing is told again before");
    let reply = visitor.opens(&edge, "/");
    assert_eq!(reply.token, None, "he is known still");
    edge.wakes_after(3 * DAY_MS);
    assert_eq!(mailbox.told(), "away.2", "the absence that ended is not told again, the next one is");
}

#[test]
fn an_order_begun_and_left_is_told_after_half_an_hour_and_one_that_was_placed_is_not() {
    let (mut edge, mut mailbox) = edge(&format!("{ABANDONED}{}", absence(1)));
    let (mut left, mut ordered) = (Visitor::new(1), Visitor::new(2));
    for visitor in [&mut left, &mut ordered] {
        visitor.opens(&edge, "/checkout");
    }
    ordered.does(&edge, vec![What::Order { id: "A-1".into(), total: 20.0 }]);
    edge.wakes_after(31 * MINUTE_MS);
    assert_eq!(mailbox.told(), "away.abandoned");
    edge.wakes_after(DAY_MS);
    assert_eq!([mailbox.told(), mailbox.told()], ["away.1", "away.1"]);
}

#[test]
fn other_rules_reach_who_is_away_within_a_day() {
    let (mut edge, mut mailbox) = edge(RULES);
    Visitor::new(1).opens(&edge, "/");
    edge.wakes_after(5 * DAY_MS);
    assert_eq!(edge.put("/v1/sites/shop/rules", &absence(3)).status, 200);
    edge.wakes_after(DAY_MS);
    assert_eq!(mailbox.told(), "away.3");
}

#[test]
fn who_is_not_seen_for_the_site_s_retention_is_forgotten_and_nobody_else() {
    let (mut edge, _mailbox) = edge(RULES);
    settings(&edge, "retention_days", 10);
    let (mut gone, mut back) = (Visitor::new(1), Visitor::new(2));
    gone.opens(&edge, "/");
    back.opens(&edge, "/");
    edge.wakes_after(6 * DAY_MS);
    back.opens(&edge, "/");
    edge.wakes_after(5 * DAY_MS);
    eventually(|| (!is_known(&edge, &gone)).then_some(()));
    assert!(is_known(&edge, &back));
    let token = gone.token.clone();
    let renewed = gone.opens(&edge, "/").token;
    assert!(renewed.is_some() && renewed != token, "he comes back as another");
}

#[test]
fn what_became_due_is_told_before_who_is_not_seen_any_more_is_forgotten() {
    let (mut edge, mut mailbox) = edge(&absence(5));
    settings(&edge, "retention_days", 10);
    let mut visitor = Visitor::new(1);
    visitor.opens(&edge, "/p/teapot");
    // Both have become due while the edge was down: the one look tells the first and comes to the second.
    edge.wakes_after(20 * DAY_MS);
    let letter = mailbox.next();
    assert_eq!((&letter["type"], &letter["data"]["path"]), (&json!("away.5"), &json!("/p/teapot")));
    edge.wakes_after(10 * MINUTE_MS);
    eventually(|| (!is_known(&edge, &visitor)).then_some(()));
}

#[test]
fn a_shorter_retention_reaches_who_is_away() {
    let (mut edge, _mailbox) = edge(RULES);
    let mut visitor = Visitor::new(1);
    visitor.opens(&edge, "/");
    edge.wakes_after(20 * DAY_MS);
    assert!(is_known(&edge, &visitor));
    settings(&edge, "retention_days", 10);
    edge.wakes_after(DAY_MS + MINUTE_MS);
    eventually(|| (!is_known(&edge, &visitor)).then_some(()));
}

#[test]
fn requests_for_contact_are_kept_as_long_as_the_site_says() {
    let (mut edge, _mailbox) = edge(RULES);
    settings(&edge, "contact_retention_days", 5);
    let asks = |edge: &Edge, number: u8| {
        let ask = Ask::Callback { phone: format!("+3361234567{number}"), at_s: None };
        assert_eq!(Visitor::unasked(number).asks(edge, number, ask).status, 201);
    };
    let waiting = |edge: &Edge| -> Vec<String> {
        let contacts = edge.desk("callbacks?site=shop");
        let contacts = contacts["contacts"].as_array().unwrap().iter();
        contacts.map(|contact| contact["phone"].as_str().unwrap().to_owned()).collect()
    };
    asks(&edge, 1);
    edge.wakes_after(3 * DAY_MS);
    asks(&edge, 2);
    assert_eq!(waiting(&edge), ["+33612345671", "+33612345672"]);
    edge.wakes_after(3 * DAY_MS);
    eventually(|| (waiting(&edge) == ["+33612345672"]).then_some(()));
}
