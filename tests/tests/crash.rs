//! What the edge has acknowledged outlives its process, at whatever moment that is killed.
//!
//! Visitors open page after page and place an order on each, all at once. Meanwhile workerd is killed with SIGKILL
//! again and again, after a random number of answers, while the requests of the other visitors are under way, and
//! started on the same data. A visitor sends what was not acknowledged again, as the tag does, and never what was:
//! so a page that is missing in the end was acknowledged and lost, and one that is there twice was folded twice.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

use std::collections::HashMap;
use std::sync::{Condvar, Mutex};
use std::thread;
use std::time::Duration;

use tests::{BROWSER, Edge, RULES, Visitor};
use ureq::Agent;
use wire::{Ask, Event, Reply, What};

/// At once under way: more than one request is cut off by a kill.
const VISITORS: u8 = 8;
/// Pages of each: fewer than a profile keeps.
const PAGES: u32 = 48;
const KILLS: u32 = 10;
/// A request that waits this long is given up: workerd starts in a fraction of it.
const PATIENCE: Duration = Duration::from_secs(10);
/// What decides when to kill: the same every time.
const SEED: u64 = 0x0DEC_11C0;

/// What visitors and killer tell each other.
#[derive(Default)]
struct News {
    now: Mutex<Counts>,
    changed: Condvar,
}

#[derive(Clone, Copy, Default)]
struct Counts {
    /// Batches acknowledged.
    acknowledged: u32,
    /// Requests that a kill cut off, or that met nobody.
    cut_off: u32,
    /// Times the edge was started again.
    starts: u32,
}

impl News {
    fn change(&self, change: impl FnOnce(&mut Counts)) {
        change(&mut self.now.lock().unwrap());
        self.changed.notify_all();
    }

    fn read(&self) -> Counts {
        *self.now.lock().unwrap()
    }

    /// Waits for something to become true, and no longer than [`PATIENCE`].
    fn wait(&self, reached: impl Fn(&Counts) -> bool) {
        let now = self.now.lock().unwrap();
        let waited = self.changed.wait_timeout_while(now, PATIENCE, |now| !reached(now)).unwrap();
        assert!(!waited.1.timed_out(), "nothing has happened for {PATIENCE:?}");
    }
}

/// SplitMix64, Steele, Lea and Flood 2014.
fn random(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

fn path(visitor: u8, page: u32) -> String {
    format!("/p/{visitor}-{page}")
}

/// Opens all pages, each as a run of the tag of its own, until each is acknowledged.
fn browse(number: u8, address: &str, origin: &str, news: &News) -> Visitor {
    // A connection for each request: one that was kept open would die with the process, and be found dead later.
    let agent: Agent = Agent::config_builder()
        .user_agent(BROWSER)
        .max_idle_connections(0)
        .timeout_global(Some(PATIENCE))
        .build()
        .into();
    let mut visitor = Visitor::new(number);
    for page in 0..PAGES {
        visitor.page.path = path(number, page);
        let mut batch = visitor.batch(vec![]);
        batch.stream = [number; 16];
        batch.stream[..4].copy_from_slice(&page.to_le_bytes());
        let order = What::Order { id: String::new(), total: 2.0 };
        batch.events = [What::View, order].map(|what| Event { at_ms: 0, what }).into();
        let body = wire::encode(&batch);
        let reply: Reply = loop {
            let starts = news.read().starts;
            let answer = agent
                .post(format!("http://{address}/v1/events"))
                .header("Origin", origin)
                .send(&body)
                .and_then(|mut answer| answer.body_mut().read_to_vec());
            if let Ok(reply) = answer {
                break wire::decode(&reply).unwrap();
            }
            news.change(|now| now.cut_off += 1);
            news.wait(|now| now.starts > starts);
        };
        assert_eq!(reply.acknowledged, 2);
        visitor.token = reply.token.or(visitor.token);
        news.change(|now| now.acknowledged += 1);
    }
    visitor
}

#[test]
fn no_kill_under_load_loses_an_acknowledged_event() {
    let mut edge = Edge::serving(RULES);
    let (address, origin) = (edge.address(), edge.origin());
    let news = News::default();
    let total = u32::from(VISITORS) * PAGES;
    let visitors: Vec<Visitor> = thread::scope(|scope| {
        let browsing: Vec<_> = (0..VISITORS)
            .map(|number| {
                let (address, origin, news) = (&address, &origin, &news);
                scope.spawn(move || browse(number, address, origin, news))
            })
            .collect();
        let mut seed = SEED;
        for kill in 0..KILLS {
            // Somewhere in the kill's own share of the load, so that all come before its end.
            let share = total / (KILLS + 1);
            let moment = kill * share + 1 + (random(&mut seed) % u64::from(share)) as u32;
            news.wait(|now| now.acknowledged >= moment);
            edge.kill_and_restart();
            news.change(|now| now.starts += 1);
        }
        browsing.into_iter().map(|visitor| visitor.join().unwrap()).collect()
    });

    let counts = news.read();
    println!(
        "{} batches acknowledged over {} kills, {} requests cut off",
        counts.acknowledged, counts.starts, counts.cut_off
    );
    assert_eq!((counts.acknowledged, counts.starts), (total, KILLS));
    assert!(counts.cut_off >= KILLS, "the kills came between the requests: {} cut off", counts.cut_off);

    for (number, visitor) in (0..).zip(&visitors) {
        let ask = Ask::Callback { phone: format!("+3361234560{number}"), at_s: None };
        assert_eq!(visitor.asks(&edge, number, ask).status, 201);
    }
    let queue = edge.desk("callbacks?site=shop");
    let journeys: HashMap<&str, _> = queue["contacts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|contact| (contact["phone"].as_str().unwrap(), &contact["journey"]))
        .collect();
    for number in 0..VISITORS {
        let journey = journeys[format!("+3361234560{number}").as_str()];
        let pages = journey["pages"].as_array().unwrap().iter();
        let seen: Vec<&str> = pages.filter_map(|page| page["path"].as_str()).collect();
        let opened: Vec<String> = (0..PAGES).map(|page| path(number, page)).collect();
        assert_eq!(seen, opened, "each page of visitor {number} is there once");
        assert_eq!(journey["orders"]["count"], PAGES, "each order of visitor {number} is counted once");
        assert_eq!(journey["orders"]["total"], f64::from(PAGES) * 2.0);
    }
}
