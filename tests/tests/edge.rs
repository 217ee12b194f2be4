//! The edge as the tag meets it: real workerd, real SQLite on disk.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::Duration;

use tests::{Edge, RULES, Visitor, shown};
use wire::{Ask, Event, MAX_BODY_BYTES, Page, Watch, What, encode};

fn callback() -> Ask {
    Ask::Callback { phone: "+33612345678".into(), at_s: None }
}

#[test]
fn the_basket_rule_waits_for_exactly_its_dwell_and_shows_once() {
    let edge = Edge::serving(RULES);
    let mut visitor = Visitor::new(1);
    visitor.opens(&edge, "/faq/delivery");
    visitor.fills_basket(&edge, 210.0);
    let reply = visitor.opens(&edge, "/cart");
    assert_eq!((shown(&reply), &*reply.watch), (vec![], &[Watch::Dwell { ms: 45_000 }][..]));
    let reply = visitor.dwells(&edge, 44_999);
    assert_eq!((shown(&reply), &*reply.watch), (vec![], &[Watch::Dwell { ms: 45_000 }][..]));
    let reply = visitor.dwells(&edge, 45_000);
    assert_eq!((shown(&reply), &*reply.watch), (vec!["basket-call"], &[][..]));
    let reply = visitor.does(&edge, vec![What::Shown { rule: "basket-call".into() }]);
    assert_eq!((shown(&reply), &*reply.watch), (vec![], &[][..]), "capped at once a visit");
}

#[test]
fn a_rule_that_something_else_holds_back_puts_nothing_on_the_watch_list() {
    let edge = Edge::serving(RULES);
    let mut no_faq = Visitor::new(1);
    no_faq.fills_basket(&edge, 210.0);
    assert_eq!(no_faq.opens(&edge, "/cart").watch, vec![]);
    let mut small_basket = Visitor::new(2);
    small_basket.opens(&edge, "/faq/delivery");
    small_basket.fills_basket(&edge, 149.0);
    assert_eq!(small_basket.opens(&edge, "/cart").watch, vec![]);
}

#[test]
fn a_banner_names_the_campaign_of_the_one_who_came_by_it() {
    let edge = Edge::serving(RULES);
    let reply = Visitor::new(1).opens(&edge, "/?utm_campaign=Winter+sale");
    let card: wire::Card = wire::decode(&reply.offers[0].card).unwrap();
    assert_eq!(card.title, "Welcome to Winter sale");
    assert_eq!(shown(&Visitor::new(2).opens(&edge, "/")), Vec::<&str>::new());
}

#[test]
fn bad_input_is_refused_counted_and_loses_nothing() {
    let edge = Edge::serving(RULES);
    let mut visitor = Visitor::new(1);
    visitor.opens(&edge, "/p/teapot");
    visitor.opens(&edge, "/p/teapot");
    let good = visitor.batch(vec![What::View]);
    let bytes = encode(&good);
    let spoiled = |change: &dyn Fn(&mut wire::Batch)| {
        let mut batch = good.clone();
        change(&mut batch);
        encode(&batch)
    };
    let noise: Vec<u8> =
        (0..4000_u32).map(|index| index.wrapping_mul(2_654_435_761).to_le_bytes()[3]).collect();
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("400 empty", Vec::new()),
        ("400 truncated", bytes[..bytes.len() / 2].to_vec()),
        ("413 too_large", vec![wire::VERSION; MAX_BODY_BYTES + 1]),
        ("400 wire_version", [&[wire::VERSION + 1], &bytes[1..]].concat()),
        ("400 wire_version", noise.clone()),
        ("400 malformed", [&bytes[..], &[0]].concat()),
        (
            "422 too_many_events",
            spoiled(&|batch| batch.events = vec![Event { at_ms: 0, what: What::View }; 257]),
        ),
        ("422 too_much", spoiled(&|batch| batch.events = vec![Event { at_ms: 0, what: What::View }; 20_000])),
        (
            "422 text_too_long",
            spoiled(&|batch| batch.page = Page { path: "/".repeat(3000), ..Page::default() }),
        ),
        (
            "422 bad_number",
            spoiled(&|batch| {
                let what = What::Cart { total: f64::NAN, items: 1, currency: String::new() };
                batch.events = vec![Event { at_ms: 0, what }];
            }),
        ),
        ("404 unknown_site", spoiled(&|batch| batch.site = "other".into())),
        ("400 bad_site", spoiled(&|batch| batch.site = "../etc".into())),
    ];
    for (fault, body) in &cases {
        let counter = refused(fault.split(' ').next_back().unwrap_or_default());
        let before = edge.counted(&counter);
        let answer = edge.post("/v1/events", body, &[("Origin", &edge.origin())]);
        assert_eq!(answer.fault(), *fault, "{}", answer.text());
        let readable = answer.header("access-control-allow-origin");
        assert_eq!(readable, Some(&*edge.origin()), "{fault}: the tag must be able to read it");
        let error = &answer.json()["error"];
        assert!(error["message"].as_str().is_some_and(|text| text.len() > 10), "{error}");
        assert!(error["next"].as_str().is_some_and(|text| text.len() > 5), "{error}");
        assert_eq!(edge.counted(&counter), before + 1, "{fault} is counted");
    }
    // Any version byte, then noise: whatever it decodes to, it is refused and harms nothing.
    for start in 0..200 {
        let body = [&[wire::VERSION], &noise[start..start + 300]].concat();
        let answer = edge.post("/v1/events", &body, &[("Origin", &edge.origin())]);
        assert!((400..500).contains(&answer.status), "{} {}", answer.status, answer.text());
    }
    let evil: [&[(&str, &str)]; 4] =
        [&[("Origin", "https://evil.example")], &[("Origin", "null")], &[("Origin", "")], &[]];
    for headers in evil {
        let before = edge.counted(&refused("wrong_origin"));
        let answer = edge.post("/v1/events", &bytes, headers);
        assert_eq!(answer.fault(), "403 wrong_origin", "{headers:?}");
        assert_eq!(answer.header("access-control-allow-origin"), None, "{headers:?}");
        assert_eq!(edge.counted(&refused("wrong_origin")), before + 1, "{headers:?} is counted");
    }
    assert_eq!(edge.get("/v1/events", &[]).fault(), "405 method_not_allowed");
    assert_eq!(
        shown(&visitor.opens(&edge, "/p/teapot")),
        ["third-look"],
        "the two views before are still there"
    );
}

#[test]
fn a_body_that_announces_too_much_is_refused_before_it_comes() {
    let edge = Edge::serving(RULES);
    // The second is zero in 32 bits.
    for length in [MAX_BODY_BYTES as u64 + 1, 1 << 32] {
        let mut line = TcpStream::connect(edge.address()).unwrap();
        line.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        write!(line, "POST /v1/events HTTP/1.1\r\nHost: edge\r\nContent-Length: {length}\r\n\r\n").unwrap();
        let mut status = String::new();
        BufReader::new(line).read_line(&mut status).unwrap();
        assert!(status.starts_with("HTTP/1.1 413 "), "{length}: {status}");
    }
}

/// The counter of refusals with this code.
fn refused(code: &str) -> String {
    format!("declic_refused_total{{code=\"{code}\"}}")
}

#[test]
fn a_callback_survives_a_kill_and_shows_its_journey_at_the_desk() {
    let mut edge = Edge::serving(RULES);
    let mut visitor = Visitor::new(1);
    visitor.opens(&edge, "/?utm_source=mail&utm_campaign=Winter+sale");
    visitor.opens(&edge, "/faq/delivery");
    visitor.fills_basket(&edge, 210.0);
    visitor.opens(&edge, "/cart");
    assert_eq!(visitor.asks(&edge, 7, callback()).status, 201);
    assert_eq!(visitor.asks(&edge, 7, callback()).status, 201, "sent again, stored once");
    assert_eq!(edge.counted("declic_contacts_total{queue=\"callbacks\"}"), 1, "and counted once");
    edge.kill_and_restart();
    let list = edge.desk("callbacks?site=shop");
    let contacts = list["contacts"].as_array().unwrap();
    assert_eq!(contacts.len(), 1);
    let contact = &contacts[0];
    assert_eq!(contact["phone"], "+33612345678");
    assert_eq!(contact["page"]["path"], "/cart");
    let journey = &contact["journey"];
    let paths: Vec<&str> =
        journey["pages"].as_array().unwrap().iter().filter_map(|page| page["path"].as_str()).collect();
    assert_eq!(paths, ["/", "/faq/delivery", "/cart"]);
    assert_eq!(journey["source"]["campaign"], "Winter sale");
    assert_eq!(journey["cart"]["total"], 210.0);
    assert_eq!(edge.desk("messages?site=shop")["contacts"].as_array().map(Vec::len), Some(0));
}

#[test]
fn a_long_queue_is_read_page_by_page() {
    let edge = Edge::serving(RULES);
    let visitor = Visitor::unasked(1);
    for number in 0..120 {
        assert_eq!(visitor.asks(&edge, number, callback()).status, 201);
    }
    let first = edge.desk("callbacks?site=shop");
    assert_eq!(first["contacts"].as_array().map(Vec::len), Some(100));
    let rest = edge.desk(&format!("callbacks?site=shop&after={}", first["next"]));
    assert_eq!((rest["contacts"].as_array().map(Vec::len), rest.get("next")), (Some(20), None));
}

#[test]
fn a_visitor_who_was_not_asked_may_still_ask_for_a_human() {
    let edge = Edge::serving(RULES);
    let mut visitor = Visitor::unasked(1);
    visitor.opens(&edge, "/p/teapot");
    let ask = Ask::Message { reply_to: "ada@example.org".into(), text: "<b>Does it pour?</b>".into() };
    assert_eq!(visitor.asks(&edge, 1, ask).status, 201);
    let list = edge.desk("messages?site=shop");
    assert_eq!(list["contacts"][0]["message"], "<b>Does it pour?</b>");
    assert_eq!(list["contacts"][0].get("journey"), None);
}

#[test]
fn a_contact_that_cannot_be_answered_is_refused() {
    let edge = Edge::serving(RULES);
    let visitor = Visitor::new(1);
    let ask = |ask| visitor.asks(&edge, 1, ask).fault();
    assert_eq!(ask(Ask::Callback { phone: "0612345678".into(), at_s: None }), "422 bad_phone");
    assert_eq!(ask(Ask::Message { reply_to: String::new(), text: "?".into() }), "422 empty_message");
    let body = encode(&visitor.batch(vec![]));
    let answer = edge.post("/v1/contacts", &body, &[("Origin", &edge.origin())]);
    assert!((400..500).contains(&answer.status), "a batch is no contact");
}

#[test]
fn the_desk_and_the_owner_need_their_own_keys() {
    let edge = Edge::serving(RULES);
    let get = |path: &str, key: &str| edge.get(path, &[("Authorization", &format!("Bearer {key}"))]).status;
    let queue = "/v1/desk/callbacks?site=shop";
    assert_eq!(edge.get(queue, &[]).fault(), "401 unauthorized");
    assert_eq!(get(queue, edge.owner_key()), 401);
    assert_eq!(get(queue, ""), 401);
    assert_eq!(get(queue, edge.desk_key()), 200);
    assert_eq!(get("/v1/sites/shop/rules", edge.desk_key()), 401);
    assert_eq!(get("/v1/sites/shop/rules", edge.owner_key()), 200);
    assert_eq!(get("/v1/desk/callbacks?site=other", edge.desk_key()), 404);
    assert_eq!(get("/v1/desk/nonsense?site=shop", edge.desk_key()), 404);
    assert_eq!(get("/v1/desk/callbacks", edge.desk_key()), 400, "of which site?");
    assert_eq!(get("/v1/desk/callbacks?site=shop&after=99999999999", edge.desk_key()), 400);
    assert_eq!(edge.get("/metrics", &[]).status, 401);
}

#[test]
fn rules_that_do_not_check_change_nothing() {
    let edge = Edge::serving(RULES);
    let broken = RULES.replace("cart.total", "cart.totl");
    let answer = edge.put("/v1/sites/shop/rules", &broken);
    assert_eq!(answer.fault(), "422 bad_rules");
    assert!(answer.text().contains("did you mean `cart.total`"), "{}", answer.text());
    let mut visitor = Visitor::new(1);
    assert_eq!(shown(&visitor.opens(&edge, "/?utm_campaign=Sale")), ["campaign"]);
    for nothing in ["\u{0}", "", "# [[rule]]"] {
        assert_eq!(edge.put("/v1/sites/shop/rules", nothing).fault(), "422 bad_rules");
    }
    assert_eq!(edge.put("/v1/sites/shop/settings", "{}").fault(), "422 bad_settings");
    assert_eq!(edge.counted(&refused("bad_rules")), 4);
    assert_eq!(edge.counted(&refused("bad_settings")), 1);
    for (site, fault) in [("Sh_op", "400 bad_site"), ("other", "404 unknown_site")] {
        assert_eq!(edge.put(&format!("/v1/sites/{site}/rules"), RULES).fault(), fault);
    }
}

#[test]
fn asking_for_sites_that_do_not_exist_leaves_nothing_on_disk() {
    let edge = Edge::serving(RULES);
    let files = || walk(edge.data());
    let before = files();
    for number in 0..20 {
        let mut batch = Visitor::new(1).batch(vec![What::View]);
        batch.site = format!("guess-{number}");
        let answer = edge.post("/v1/events", &encode(&batch), &[("Origin", &edge.origin())]);
        assert_eq!(answer.fault(), "404 unknown_site");
    }
    assert_eq!(files(), before);
}

fn walk(folder: &std::path::Path) -> usize {
    let entries = std::fs::read_dir(folder).unwrap().filter_map(Result::ok);
    entries.map(|entry| if entry.path().is_dir() { walk(&entry.path()) } else { 1 }).sum()
}

#[test]
fn the_tag_is_served_compressed_and_revalidated() {
    let edge = Edge::serving(RULES);
    for path in ["/t.js", "/w.js"] {
        let plain = edge.get(path, &[("Accept-Encoding", "identity")]);
        assert_eq!((plain.status, plain.header("content-encoding")), (200, None));
        assert_eq!(plain.header("access-control-allow-origin"), Some("*"), "{path} is for any page");
        let small = edge.get(path, &[("Accept-Encoding", "gzip, br")]);
        assert_eq!(small.header("content-encoding"), Some("br"));
        assert!(small.body.len() < plain.body.len());
        let entity_tag = plain.header("etag").unwrap();
        assert_eq!(edge.get(path, &[("If-None-Match", entity_tag)]).status, 304);
    }
    assert_eq!(edge.get("/nothing", &[]).fault(), "404 not_found");
}
