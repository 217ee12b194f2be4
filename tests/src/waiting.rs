//! Waiting for what the edge does by itself.

use std::thread;
use std::time::{Duration, Instant};

/// Longest wait: a machine that is slower is stuck.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// Asks again and again until there is an answer. Asking must change nothing.
///
/// # Panics
/// When there is none in time.
#[track_caller]
pub fn eventually<T>(mut ask: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(began.elapsed() < PATIENCE, "it has not come about in {PATIENCE:?}");
        thread::yield_now();
    }
}
