//! What is left on the disk of who was erased, or forgotten: nothing, in any byte of any object's database.
//!
//! What pages a site has and how often they are viewed is no matter of his: the site's counts, in the tallies and on their
//! way there, are left out.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

use std::fs;

use rusqlite::Connection;
use serde_json::json;
use tests::{Edge, RULES, Receiver, Turn, Visitor, disk, eventually};
use wire::{Ask, Want, What};

const DAY_MS: u64 = 24 * 60 * 60 * 1000;
const PHONE: &str = "+33698765432";
const REMARK: &str = "where is the unmistakable spout";
const SEARCH: &str = "unmistakably-searched";
const SURVEY: &str = "an unmistakable remark";
const NOTIFY: &str =
    "[[rule]]\nid = 'teapot'\nshow = 'notify'\nevent = 'teapot.seen'\nwhen = { page.path = '/p/teapot' }\n";

/// An edge whose letters wait: nobody takes them.
fn edge() -> (Edge, Receiver) {
    let environment =
        [("DECLIC_WEBHOOKS", "private=allow unit_ms=3000000 attempts=2"), ("DECLIC_COUNTS_MS", "50")];
    let edge = Edge::under(&format!("{RULES}{NOTIFY}"), &environment);
    let receiver = Receiver::taking(&[Turn::Status(500); 64]);
    let endpoint = json!({ "url": receiver.url(), "events": ["contact.*", "teapot.*"] }).to_string();
    assert_eq!(edge.owner("POST", "/v1/sites/shop/webhooks", &endpoint).status, 201);
    (edge, receiver)
}

/// Many visitors, so that rows are moved among pages; each comes several times, so that rows grow.
fn crowd(edge: &Edge) -> Vec<Visitor> {
    let mut crowd: Vec<Visitor> = (0..60).map(|number| Visitor::new(100 + number)).collect();
    for round in 0..4 {
        for visitor in &mut crowd {
            visitor.opens(edge, &format!("/p/{round}-of-some-length-so-that-rows-grow"));
        }
    }
    crowd
}

/// A visitor with a past: pages, a basket, words, requests for contact, letters that tell of him.
fn visitor(edge: &Edge, receiver: &Receiver) -> Visitor {
    let mut visitor = Visitor::new(1);
    visitor.opens(edge, &format!("/p/teapot?utm_campaign={SEARCH}"));
    visitor.does(edge, vec![What::Answered { rule: "campaign".into(), score: 4, text: SURVEY.into() }]);
    for number in 0..30 {
        visitor.opens(edge, &format!("/p/{number}-of-some-length"));
        visitor.fills_basket(edge, f64::from(number));
    }
    let call = Ask::Callback { phone: PHONE.into(), at_s: None };
    let message = Ask::Message { reply_to: "him@unmistakable.example".into(), text: REMARK.into() };
    for (number, ask) in [(1, call), (2, message)] {
        assert_eq!(visitor.asks(edge, number, ask).status, 201);
    }
    // The letters have left the objects where they arose, and wait to be sent again.
    (0..3).for_each(|_| drop(receiver.next()));
    visitor
}

/// The visitor's id: as rows have it, and as letters do.
fn names(edge: &Edge) -> (Vec<u8>, String) {
    let rows = disk::databases(edge.data(), "outbox").into_iter().flat_map(|file| {
        let select = "SELECT visitor FROM letter WHERE event = 'teapot.seen'";
        let connection: Connection = disk::open(&file);
        connection.query_row(select, [], |row| row.get::<_, Vec<u8>>(0)).ok()
    });
    let id = rows.into_iter().next().unwrap();
    let name = id.iter().map(|byte| format!("{byte:02x}")).collect();
    (id, name)
}

/// The objects in whose databases anything of him stands.
fn traces(edge: &Edge, (id, name): &(Vec<u8>, String)) -> Vec<String> {
    let words = [PHONE, REMARK, SEARCH, SURVEY, "unmistakable", name.as_str()];
    let needles: Vec<&[u8]> = words.iter().map(|word| word.as_bytes()).chain([id.as_slice()]).collect();
    disk::holding(edge.data(), &needles)
}

#[test]
fn who_is_erased_is_in_no_byte_of_any_database() {
    let (mut edge, receiver) = edge();
    let mut others = crowd(&edge);
    let visitor = visitor(&edge, &receiver);
    edge.stop();
    let names = names(&edge);
    let before = traces(&edge, &names);
    assert_eq!(
        before.iter().map(|found| found.split(':').next().unwrap()).collect::<Vec<_>>(),
        ["desk", "outbox", "visitors"]
    );
    edge.kill_and_restart();
    visitor.inquires(&edge, Want::Erase);
    others.iter_mut().for_each(|other| drop(other.opens(&edge, "/")));
    edge.rests();
    assert_eq!(traces(&edge, &names), Vec::<String>::new());
    edge.kill_and_restart();
    let known = others.iter().filter(|other| !other.inquires(&edge, Want::See).fields.is_empty()).count();
    assert_eq!(known, others.len(), "the others are as they were");
}

#[test]
fn who_is_forgotten_and_what_he_asked_for_is_in_no_byte_of_any_database() {
    let (mut edge, receiver) = edge();
    let _others = crowd(&edge);
    let visitor = visitor(&edge, &receiver);
    edge.stop();
    let names = names(&edge);
    assert_eq!(traces(&edge, &names).len(), 3);
    // The letters are given up, and kept a month; the profile goes last.
    for _ in 0..14 {
        edge.wakes_after(30 * DAY_MS);
        edge.rests();
    }
    assert_eq!(traces(&edge, &names), Vec::<String>::new());
    edge.kill_and_restart();
    assert!(visitor.inquires(&edge, Want::See).fields.is_empty());
}

#[test]
fn however_often_a_file_is_scrubbed_it_does_not_grow() {
    let mut edge = Edge::under(RULES, &[("DECLIC_COUNTS_MS", "50")]);
    let mut sizes = Vec::new();
    for number in 1..8 {
        let mut visitor = Visitor::new(number);
        visitor.opens(&edge, "/p/teapot");
        let message = Ask::Message { reply_to: "him@unmistakable.example".into(), text: REMARK.into() };
        assert_eq!(visitor.asks(&edge, number, message).status, 201);
        visitor.inquires(&edge, Want::Erase);
        edge.rests();
        let files = disk::databases(edge.data(), "desk");
        sizes.push(files.iter().map(|file| fs::metadata(file).unwrap().len()).sum::<u64>());
        edge.kill_and_restart();
    }
    // The first scrub has its margin to make.
    assert!(sizes.iter().all(|size| *size <= sizes[0]), "{sizes:?}");
}

#[test]
fn a_scrub_that_fails_keeps_nothing_else_from_being_done_and_is_done_when_it_can_be() {
    let environment = [("DECLIC_WEBHOOKS", "private=allow unit_ms=10"), ("DECLIC_COUNTS_MS", "50")];
    let mut edge = Edge::under(RULES, &environment);
    let receiver = Receiver::taking(&[]);
    let endpoint = json!({ "url": receiver.url(), "events": ["consent.withdrawn"] }).to_string();
    assert_eq!(edge.owner("POST", "/v1/sites/shop/webhooks", &endpoint).status, 201);
    let mut visitor = Visitor::new(1);
    visitor.opens(&edge, &format!("/p/teapot?utm_campaign={SEARCH}"));
    edge.stop();
    let shards = || disk::having(edge.data(), "visitors", "visitor");
    let id: Vec<u8> = shards()[0].query_row("SELECT id FROM visitor", [], |row| row.get(0)).unwrap();
    // No table of ours has such a name: it cannot be written anew.
    shards()[0].execute_batch("CREATE TABLE \"in the way\" (of BLOB)").unwrap();
    edge.kill_and_restart();
    visitor.inquires(&edge, Want::Erase);
    assert_eq!(receiver.next().json()["type"], "consent.withdrawn", "letters leave");
    eventually(|| edge.log().contains("what was erased is scrubbed later").then_some(()));
    let mut other = visitor.clone();
    other.opens(&edge, "/p/kettle");
    assert!(!other.inquires(&edge, Want::See).fields.is_empty(), "visitors are served");
    edge.stop();
    assert_eq!(disk::rows(edge.data(), "visitors", "filling"), 0);
    let in_the_way = disk::having(edge.data(), "visitors", "in the way");
    in_the_way[0].execute_batch("DROP TABLE \"in the way\"").unwrap();
    drop(in_the_way);
    edge.rests();
    assert_eq!(disk::holding(edge.data(), &[SEARCH.as_bytes(), &id]), Vec::<String>::new());
}
