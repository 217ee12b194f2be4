//! When the next request may go, and what an answer means for what was sent.
//!
//! Takes HTTP statuses and times; returns whether to send, keep or drop. Never sends.

use crate::watches::NEVER;

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The edge has it.
    Answered,
    /// The edge will never take it: sending it again is of no use.
    Refused,
    /// It may work later.
    Failed,
}

impl Outcome {
    /// Reads a status; 0 is a request that got no answer, or one without CORS headers, which the browser keeps to
    /// itself.
    pub(crate) fn of(status: u32) -> Self {
        match status {
            200..=299 => Self::Answered,
            // Too many, or too slow: neither says anything of the request.
            408 | 429 => Self::Failed,
            400..=499 => Self::Refused,
            _ => Self::Failed,
        }
    }
}

/// The line to the edge: at most one request on it, and longer and longer pauses while it is broken.
#[derive(Debug, Default)]
pub(crate) struct Line {
    busy: bool,
    failures: u8,
    /// When to try again, after a failure.
    retry_ms: u32,
}

/// First pause after a failure, in milliseconds.
const PAUSE_MS: u32 = 1_000;
/// Doublings of the pause: five minutes and a little at most.
const MAX_DOUBLINGS: u8 = 8;

impl Line {
    /// Whether a request may go now.
    pub(crate) fn is_free(&self, now_ms: u32) -> bool {
        !self.busy && self.retry_ms <= now_ms
    }

    /// When to look again; never when the line is not broken.
    pub(crate) fn retry_ms(&self) -> u32 {
        if self.busy || self.failures == 0 { NEVER } else { self.retry_ms }
    }

    /// Whether a request is on its way.
    pub(crate) fn is_busy(&self) -> bool {
        self.busy
    }

    /// A request goes.
    pub(crate) fn take(&mut self) {
        self.busy = true;
    }

    /// It came back well.
    pub(crate) fn release(&mut self) {
        *self = Self::default();
    }

    /// It came back badly. `chance`, from 0 to 1, spreads many tags over half to all of the pause, so that they do
    /// not return together to an edge that has just got up.
    pub(crate) fn fail(&mut self, now_ms: u32, chance: f64) {
        let pause = PAUSE_MS << self.failures;
        self.busy = false;
        self.failures = (self.failures + 1).min(MAX_DOUBLINGS);
        self.retry_ms = now_ms + pause / 2 + (f64::from(pause / 2) * chance) as u32;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_says_whether_to_send_again() {
        for (status, outcome) in [
            (200, Outcome::Answered),
            (201, Outcome::Answered),
            (0, Outcome::Failed),
            (301, Outcome::Failed),
            (408, Outcome::Failed),
            (429, Outcome::Failed),
            (400, Outcome::Refused),
            (413, Outcome::Refused),
            (500, Outcome::Failed),
            (503, Outcome::Failed),
        ] {
            assert_eq!(Outcome::of(status), outcome, "{status}");
        }
    }

    #[test]
    fn one_request_at_a_time() {
        let mut line = Line::default();
        assert!(line.is_free(0));
        line.take();
        assert!(!line.is_free(0) && line.is_busy());
        line.release();
        assert!(line.is_free(0) && line.retry_ms() == NEVER);
    }

    #[test]
    fn pauses_double_are_jittered_and_bounded() {
        let mut line = Line::default();
        line.fail(0, 0.0);
        assert_eq!(line.retry_ms(), 500);
        assert!(!line.is_free(499) && line.is_free(500));
        line.fail(0, 1.0);
        assert_eq!(line.retry_ms(), 2_000);
        for _ in 0..200 {
            line.fail(0, 1.0);
        }
        assert_eq!(line.retry_ms(), 256_000);
        line.release();
        line.fail(0, 1.0);
        assert_eq!(line.retry_ms(), 1_000);
    }
}
