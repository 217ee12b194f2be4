//! The edge under too much: what it refuses, in which order, and what it says and keeps of who asked.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::sync::OnceLock;
use std::thread;

use prometheus_parse::{Scrape, Value};
use tests::{Answer, BROWSER, Edge, RULES, Visitor, eventually};
use wire::{Ask, What, encode};

const PHONE: &str = "+33612345678";
const ADDRESS: &str = "203.0.113.77";

fn callback() -> Ask {
    Ask::Callback { phone: PHONE.into(), at_s: None }
}

/// What the edge answers to a body, from a client that may stand in any thread.
fn posts(address: &str, origin: &str, body: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let head = format!(
        "POST /v1/events HTTP/1.1\r\nHost: edge\r\nOrigin: {origin}\r\nUser-Agent: {BROWSER}\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(&[head.as_bytes(), body].concat()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

/// A batch whose body never ends: the head, half of what it announces, and silence.
fn slow_batch(edge: &Edge) -> TcpStream {
    let mut line = TcpStream::connect(edge.address()).unwrap();
    let body = encode(&Visitor::new(200).batch(vec![What::View]));
    let head = format!(
        "POST /v1/events HTTP/1.1\r\nHost: edge\r\nOrigin: {}\r\nContent-Length: {}\r\n\r\n",
        edge.origin(),
        body.len()
    );
    line.write_all(&[head.as_bytes(), &body[..body.len() / 2]].concat()).unwrap();
    line
}

fn refused_total(code: &str) -> String {
    format!("declic_refused_total{{code=\"{code}\"}}")
}

#[test]
fn a_visitor_who_sends_too_fast_waits_and_nobody_else_does() {
    let edge = Edge::under(RULES, &[("DECLIC_LIMITS", "visitor=3/1")]);
    let mut hasty = Visitor::new(1);
    for _ in 0..3 {
        hasty.does(&edge, vec![What::View]);
    }
    let answer = hasty.sends(&edge, &hasty.batch(vec![What::View]));
    assert_eq!(answer.fault(), "429 rate_visitor");
    let wait_s: u32 = answer.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait_s), "{wait_s}");
    assert_eq!(answer.header("access-control-allow-origin"), Some(&*edge.origin()), "the tag can read it");
    assert_eq!(edge.counted(&refused_total("rate_visitor")), 1);
    Visitor::new(2).opens(&edge, "/");
    assert_eq!(hasty.asks(&edge, 1, callback()).status, 201, "who cannot be tracked can still ask");
}

#[test]
fn an_address_that_asks_too_often_waits_and_is_kept_nowhere() {
    let limits =
        [("DECLIC_LIMITS", "address=4/1 contacts=1/1"), ("DECLIC_ADDRESS_HEADER", "X-Forwarded-For")];
    let edge = Edge::under(RULES, &limits);
    let origin = edge.origin();
    let from = |address: &str, number: u8| {
        let body = encode(&Visitor::new(number).batch(vec![What::View]));
        edge.post("/v1/events", &body, &[("Origin", &origin), ("X-Forwarded-For", address)])
    };
    for number in 0..4 {
        assert_eq!(from(ADDRESS, number).status, 200);
    }
    assert_eq!(from(ADDRESS, 5).fault(), "429 rate_address");
    assert_eq!(
        from(&format!("198.51.100.1, {ADDRESS}"), 6).fault(),
        "429 rate_address",
        "a forged first entry"
    );
    assert_eq!(from("203.0.113.78", 7).status, 200);
    for file in files(edge.data()) {
        let bytes = fs::read(&file).unwrap_or_default();
        let found = bytes.windows(ADDRESS.len()).any(|window| window == ADDRESS.as_bytes());
        assert!(!found, "the address stands in {}", file.display());
    }
}

/// Sends batches with these headers until one is refused; how many were taken, and the refusal.
#[track_caller]
fn until_refused(edge: &Edge, headers: &[(&str, &str)]) -> (usize, Answer) {
    let origin = edge.origin();
    let headers: Vec<(&str, &str)> =
        [("Origin", &*origin)].into_iter().chain(headers.iter().copied()).collect();
    let body = encode(&Visitor::unasked(1).batch(vec![What::View]));
    let send = |number| (number, edge.post("/v1/events", &body, &headers));
    (0..200).map(send).find(|(_, answer)| answer.status != 200).unwrap()
}

/// The log, once it holds these words: lines reach the file a little after the answers they tell of.
#[track_caller]
fn log_with(edge: &Edge, words: &str) -> String {
    eventually(|| {
        edge.get("/t.js", &[]);
        Some(edge.log()).filter(|log| log.contains(words))
    })
}

#[test]
fn who_cannot_be_told_from_others_shares_their_rate_and_nobody_else_s() {
    let limits = "address=5/1 unknown=60/1 contacts=1/1 unknown_contacts=2/1";
    let edge = Edge::under(RULES, &[("DECLIC_LIMITS", limits), ("DECLIC_ADDRESS_HEADER", "X-Forwarded-For")]);
    for header in ["", "unknown", "203.0.113.9, nobody"] {
        edge.get("/v1/health", &[("X-Forwarded-For", header)]);
    }
    let (taken, refused) = until_refused(&edge, &[]);
    assert_eq!(refused.fault(), "429 rate_unknown");
    assert!((20..60).contains(&taken), "{taken}: more than one address may, and an end to it");
    assert!(refused.text().contains("DECLIC_ADDRESS_HEADER"), "{}", refused.text());
    assert!(refused.header("retry-after").is_some());
    let named = [("X-Forwarded-For", "203.0.113.77")];
    let (taken, refused) = until_refused(&edge, &named);
    assert_eq!((taken, &*refused.fault()), (5, "429 rate_address"), "who is named has a rate of his own");
    // Requests for contact of those who are not named share one rate, too; batches do not use it up.
    let (origin, body) = (edge.origin(), encode(&Visitor::unasked(1).contact(1, callback())));
    let ask = |address: &str| {
        edge.post("/v1/contacts", &body, &[("Origin", &origin), ("X-Forwarded-For", address)])
    };
    assert_eq!(ask("203.0.113.80").status, 201);
    assert_eq!(ask("203.0.113.80").fault(), "429 rate_contacts");
    let own = format!("Bearer {}", edge.owner_key());
    let metrics =
        edge.get("/metrics", &[("Authorization", &*own), ("X-Forwarded-For", "203.0.113.81")]).text();
    let counted = |why: &str| {
        let name = format!("declic_unattributed_total{{why=\"{why}\"}} ");
        metrics.lines().find_map(|line| line.strip_prefix(&*name)?.parse::<u64>().ok()).unwrap_or(0)
    };
    assert_eq!((counted("unusable"), counted("not_configured")), (3, 0), "{metrics}");
    assert!(counted("absent") > 20, "{metrics}");
    assert!(metrics.contains(&refused_total("rate_unknown")), "{metrics}");
    let log = log_with(&edge, "holds no network address");
    for why in ["is not there", "holds no network address"] {
        assert_eq!(log.matches(why).count(), 1, "said once: {log}");
    }
}

#[test]
fn an_edge_behind_a_proxy_that_nobody_named_says_what_to_set() {
    let edge = Edge::under(RULES, &[("DECLIC_LIMITS", "address=5/1")]);
    for _ in 0..40 {
        assert_eq!(edge.get("/v1/health", &[("X-Forwarded-For", ADDRESS)]).status, 200, "one of many");
    }
    let log = log_with(&edge, "DECLIC_ADDRESS_HEADER");
    assert_eq!(log.matches("set `DECLIC_ADDRESS_HEADER`, such as to `X-Forwarded-For`").count(), 1, "{log}");
    assert!(edge.counted("declic_unattributed_total{why=\"not_configured\"}") >= 40);
    assert!(!log.contains(ADDRESS), "{log}");
}

#[test]
fn a_deployment_whose_address_header_is_none_says_so() {
    let environment = [("DECLIC_ADDRESS_HEADER", "X Forwarded For")];
    let answer = std::panic::catch_unwind(|| Edge::under(RULES, &environment));
    let said = *answer.err().unwrap().downcast::<String>().unwrap();
    assert!(said.contains("DECLIC_ADDRESS_HEADER") && said.contains("no header can be called"), "{said}");
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder).unwrap().filter_map(Result::ok).map(|entry| entry.path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[test]
fn under_load_tracking_waits_and_requests_for_contact_do_not() {
    let edge = Edge::under(RULES, &[("DECLIC_LIMITS", "in_flight=1")]);
    let body = encode(&Visitor::new(1).batch(vec![]));
    let (address, origin) = (edge.address(), edge.origin());
    let (send, refused) = (|| posts(&address, &origin, &body), &OnceLock::new());
    // Several at once, until one finds the only place taken.
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..500 {
                    let answer = send();
                    if !answer.starts_with("HTTP/1.1 200") {
                        refused.get_or_init(|| answer);
                    }
                    if refused.get().is_some() {
                        return;
                    }
                }
            });
        }
        let asked =
            (0..4).all(|number| Visitor::new(20 + number).asks(&edge, number, callback()).status == 201);
        assert!(asked, "a request for contact waits for nobody's tracking");
    });
    let refusal = refused.get().unwrap().to_lowercase();
    assert!(refusal.starts_with("http/1.1 503") && refusal.contains("retry-after: 5"), "{refusal}");
    assert!(refusal.contains("overload"), "{refusal}");
    assert!(send().starts_with("HTTP/1.1 200"), "the place is free again");
}

#[test]
fn who_sends_by_the_byte_holds_no_place_that_others_wait_for() {
    let edge = Edge::under(RULES, &[("DECLIC_LIMITS", "in_flight=1 body_ms=60000")]);
    let _line = slow_batch(&edge);
    let visitor = Visitor::new(1);
    for _ in 0..20 {
        assert_eq!(visitor.sends(&edge, &visitor.batch(vec![])).status, 200);
    }
}

#[test]
fn a_body_that_does_not_come_is_not_waited_for() {
    let edge = Edge::under(RULES, &[("DECLIC_LIMITS", "body_ms=100")]);
    let mut line = slow_batch(&edge);
    let mut answer = vec![0; 256];
    let read = line.read(&mut answer).unwrap();
    let answer = String::from_utf8_lossy(&answer[..read]);
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert_eq!(edge.counted(&refused_total("slow_body")), 1);
}

#[test]
fn a_deployment_whose_limits_cannot_be_read_says_so() {
    let answer = std::panic::catch_unwind(|| Edge::under(RULES, &[("DECLIC_LIMITS", "visitor=lots")]));
    let said = *answer.err().unwrap().downcast::<String>().unwrap();
    assert!(said.contains("DECLIC_LIMITS"), "{said}");
}

#[test]
fn a_browser_that_asks_first_is_told_what_a_page_may_send() {
    let edge = Edge::serving(RULES);
    let origin = edge.origin();
    let ask = |origin: &str, method: &str| {
        edge.options("/v1/events", &[("Origin", origin), ("Access-Control-Request-Method", method)])
    };
    let answer = ask(&origin, "POST");
    assert_eq!(answer.status, 204);
    let headers = ["allow-origin", "allow-methods", "allow-headers", "allow-credentials"]
        .map(|name| answer.header(&format!("access-control-{name}")).map(str::to_owned));
    let expected = [Some(origin.clone()), Some("POST".into()), Some("Content-Type".into()), None];
    assert_eq!((headers, answer.header("vary")), (expected, Some("Origin")));
    for (origin, method) in
        [("null", "POST"), ("", "POST"), (&*origin, "DELETE"), ("https://a.example/", "POST")]
    {
        let answer = ask(origin, method);
        assert_eq!(
            (answer.status, answer.header("access-control-allow-origin")),
            (204, None),
            "{origin} {method}"
        );
    }
    let answer = edge.options("/v1/sites/shop/rules", &[("Origin", &origin)]);
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (405, None), "for no page");
}

#[test]
fn prometheus_reads_the_metrics_and_they_outlive_a_kill() {
    let mut edge = Edge::serving(RULES);
    let mut visitor = Visitor::new(1);
    for _ in 0..5 {
        visitor.opens(&edge, "/p/teapot");
    }
    let scrape = |edge: &Edge| {
        let key = format!("Bearer {}", edge.owner_key());
        let answer = edge.get("/metrics", &[("Authorization", &key)]);
        assert_eq!(answer.header("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
        Scrape::parse(answer.text().lines().map(|line| Ok(line.to_owned()))).unwrap()
    };
    let decisions = |scrape: &Scrape| {
        let of = |metric: &str| scrape.samples.iter().find(|sample| sample.metric == metric);
        let Some(Value::Histogram(buckets)) = of("declic_decision_seconds").map(|sample| &sample.value)
        else {
            panic!("no histogram");
        };
        assert!((buckets[0].less_than - 0.0001).abs() < f64::EPSILON, "from 100 µs");
        buckets.last().map(|bucket| bucket.count)
    };
    assert_eq!(decisions(&scrape(&edge)), Some(5.0));
    edge.kill_and_restart();
    assert_eq!(decisions(&scrape(&edge)), Some(5.0), "what was once told is not taken back");
}

#[test]
fn the_log_has_a_line_for_each_request_and_no_secret_in_any() {
    let environment = [("DECLIC_LOG", "all"), ("DECLIC_ADDRESS_HEADER", "X-Forwarded-For")];
    let edge = Edge::under(RULES, &environment);
    let mut visitor = Visitor::new(1);
    visitor.opens(&edge, "/p/teapot?email=ada@example.org");
    visitor.opens(&edge, "/p/teapot");
    let token = visitor.token.clone().unwrap();
    assert_eq!(visitor.asks(&edge, 1, callback()).status, 201);
    let mut forged = Visitor::new(2);
    forged.token = Some(token.replace("d1.local", "d1.weur"));
    forged.sends(&edge, &forged.batch(vec![What::View]));
    edge.get(
        "/v1/desk/callbacks?site=shop",
        &[("Authorization", "Bearer guessed-key"), ("X-Forwarded-For", ADDRESS)],
    );
    edge.desk("callbacks?site=shop");
    edge.put("/v1/sites/shop/rules", "broken");
    edge.post("/v1/events", b"nonsense", &[("Origin", &edge.origin()), ("X-Forwarded-For", ADDRESS)]);
    // Lines reach the file a little after the answers they tell of.
    let complete = |log: &String| log.matches("\"route\":\"events\"").count() >= 4;
    let log = eventually(|| {
        edge.get("/v1/health", &[]);
        Some(edge.log()).filter(complete)
    });
    let lines: Vec<serde_json::Value> =
        log.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let of = |route: &str| lines.iter().filter(|line| line["route"] == route).collect::<Vec<_>>();
    assert_eq!((of("events").len(), of("contacts").len(), of("desk").len()), (4, 1, 2), "{log}");
    let refused = of("events")[3];
    assert_eq!((&refused["status"], &refused["code"]), (&400.into(), &"wire_version".into()));
    assert!(refused["us"].is_u64() && refused["at_ms"].is_u64() && refused["method"] == "POST");
    let mac = token.rsplit('.').next().unwrap();
    let secrets =
        [edge.secret(), edge.owner_key(), edge.desk_key(), "guessed-key", &token, mac, PHONE, ADDRESS];
    for secret in secrets.iter().chain(&["ada@example.org", "127.0.0.1"]) {
        assert!(!log.contains(secret), "`{secret}` stands in the log:\n{log}");
    }
}
