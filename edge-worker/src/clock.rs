//! What time it is.
//!
//! The platform's clock, and in a rehearsal moved ahead by as many milliseconds as the deployment's `DECLIC_CLOCK_AHEAD_MS`
//! says, so that a test can have a month go by. No request can change it. Alarms stay with the platform's own clock: they are
//! set by pauses.

use std::cell::OnceCell;

use worker::{Date, Env};

use crate::environment::text;

thread_local! {
    static AHEAD_MS: OnceCell<u64> = const { OnceCell::new() };
}

/// Milliseconds since 1970.
pub(crate) fn now_ms(env: &Env) -> u64 {
    let read = || text(env, "DECLIC_CLOCK_AHEAD_MS").parse().unwrap_or(0);
    let ahead_ms = AHEAD_MS.with(|ahead| *ahead.get_or_init(read));
    Date::now().as_millis().saturating_add(ahead_ms)
}
