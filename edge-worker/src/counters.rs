//! Counts and times what this isolate answers, and hands the sums in to the deployment's [`Gauge`](crate::objects::Gauge).
//!
//! An isolate hands in at most twice a minute, beside an answer and never before it; `GET /metrics` hands in its own
//! first, so a deployment of one isolate is exact to the last request.

use std::cell::{Cell, RefCell};

use edge_core::meter::Meter;
pub(crate) use edge_core::meter::{Counter, Timer};
use worker::{Context, Date, Env, Method, Result};

use crate::journal;
use crate::objects::{self, Call};

/// Least time between two hand-ins, in milliseconds: a thousand isolates make 33 small writes a second.
const HAND_IN_MS: u64 = 30_000;

thread_local! {
    static PENDING: RefCell<Meter> = RefCell::default();
    static HANDED_IN_MS: Cell<u64> = const { Cell::new(0) };
}

/// Counts one. `label` is one of few: a code, a queue, a site that exists.
pub(crate) fn count(counter: Counter, label: &str) {
    PENDING.with_borrow_mut(|meter| meter.count(counter, label));
}

/// Takes the time since `since_ms`, which the platform's clock tells in whole milliseconds; gives it in microseconds.
pub(crate) fn time(timer: Timer, label: &str, since_ms: u64) -> u64 {
    let us = Date::now().as_millis().saturating_sub(since_ms).saturating_mul(1000);
    PENDING.with_borrow_mut(|meter| meter.time(timer, label, us));
    us
}

/// Hands in beside the answer, when it is time.
pub(crate) fn hand_in_when_due(env: &Env, context: &Context) {
    let now_ms = Date::now().as_millis();
    let due = match HANDED_IN_MS.get() {
        // The first request begins the first half minute.
        0 => {
            HANDED_IN_MS.set(now_ms);
            false
        }
        last_ms => now_ms.saturating_sub(last_ms) >= HAND_IN_MS,
    };
    if due {
        let env = env.clone();
        context.wait_until(async move {
            // What could not be handed in is kept for the next time.
            if let Err(error) = hand_in(&env).await {
                journal::fault(&format!("counts are handed in later: {error}"));
            }
        });
    }
}

/// Hands in what has been counted, and gives the deployment's sums.
pub(crate) async fn hand_in(env: &Env) -> Result<Meter> {
    HANDED_IN_MS.set(Date::now().as_millis());
    let pending = PENDING.take();
    let sums = add(env, &pending).await;
    if sums.is_err() {
        PENDING.with_borrow_mut(|meter| meter.add(&pending));
    }
    sums
}

async fn add(env: &Env, pending: &Meter) -> Result<Meter> {
    let call = Call::new(Method::Post, "/add").body(pending.to_bytes());
    let mut answer = objects::gauge(env)?.send(call).await?;
    if answer.status_code() != 200 {
        return Err(format!("the gauge answered {}", answer.status_code()).into());
    }
    Meter::from_bytes(&answer.bytes().await?)
        .map_err(|error| format!("the sums cannot be read: {error:?}").into())
}
