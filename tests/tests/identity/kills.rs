//! Customers who sign in while the edge is killed again and again.

use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use tests::{BROWSER, Visitor};
use ureq::Agent;
use wire::{Batch, Reply, What};

use super::{customer, edge, order, signs_in};

const CUSTOMERS: u8 = 6;
/// Browsers each of them signs in from.
const BROWSERS: u8 = 4;
const KILLS: u32 = 8;
/// A request that waits this long is given up: workerd starts in a fraction of it.
const PATIENCE: Duration = Duration::from_secs(10);

/// Sends a batch until it is acknowledged, as the tag does.
fn insists(address: &str, origin: &str, batch: &Batch, acknowledged: &AtomicU32) -> Reply {
    let agent: Agent = Agent::config_builder()
        .user_agent(BROWSER)
        .max_idle_connections(0)
        .timeout_global(Some(PATIENCE))
        .build()
        .into();
    let body = wire::encode(batch);
    let began = Instant::now();
    loop {
        let answer =
            agent.post(format!("http://{address}/v1/events")).header("Origin", origin).send(&body).and_then(
                |mut answer| {
                    let said = answer.headers().get("declic-identify").cloned();
                    Ok((answer.body_mut().read_to_vec()?, said))
                },
            );
        if let Ok((reply, said)) = answer {
            acknowledged.fetch_add(1, Ordering::Relaxed);
            assert!(said.is_none_or(|outcome| outcome == "signed"), "who signs in is believed");
            return wire::decode(&reply).unwrap();
        }
        assert!(began.elapsed() < PATIENCE * 3, "never acknowledged");
        thread::yield_now();
    }
}

/// Orders twice as nobody, signs in with an order, and orders once more, from each browser.
fn shops(number: u8, address: &str, origin: &str, acknowledged: &AtomicU32) {
    let id = format!("c-{number}");
    for browser in 0..BROWSERS {
        let mut visitor = Visitor::new(number);
        let steps = [vec![order(1.0)], vec![order(1.0)], vec![order(1.0), signs_in(&id)], vec![order(1.0)]];
        for (page, step) in (0..).zip(steps) {
            let mut batch = visitor.batch([vec![What::View], step].concat());
            batch.stream = [number, browser, page, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1];
            visitor.token = insists(address, origin, &batch, acknowledged).token.or(visitor.token);
        }
    }
}

#[test]
fn no_kill_while_customers_sign_in_loses_or_doubles_anything() {
    let mut edge = edge();
    let (address, origin) = (edge.address(), edge.origin());
    let acknowledged = AtomicU32::new(0);
    let total = u32::from(CUSTOMERS) * u32::from(BROWSERS) * 4;
    thread::scope(|scope| {
        for number in 0..CUSTOMERS {
            let (address, origin, acknowledged) = (&address, &origin, &acknowledged);
            scope.spawn(move || shops(number, address, origin, acknowledged));
        }
        for kill in 1..=KILLS {
            let began = Instant::now();
            while acknowledged.load(Ordering::Relaxed) < kill * total / (KILLS + 2) {
                assert!(began.elapsed() < PATIENCE * 3, "nothing is acknowledged any more");
                thread::yield_now();
            }
            edge.kill_and_restart();
        }
    });
    assert_eq!(acknowledged.load(Ordering::Relaxed), total);
    for number in 0..CUSTOMERS {
        let found = customer(&edge, &format!("c-{number}"));
        let orders = u32::from(BROWSERS) * 4;
        assert_eq!(found["visitor"]["orders"]["count"], orders, "customer {number}");
        assert_eq!(found["visitor"]["pages"].as_array().map(Vec::len), Some(orders as usize));
    }
}
