//! The listeners and the one timer that the watches need, added and removed as they come and go.
//!
//! Takes what is needed now; changes the page's listeners to exactly that. Never decides what is needed.

use crate::{code, host};

/// Some kinds of event that are listened to together, or not.
pub(crate) struct Listener {
    kinds: &'static str,
    code: u32,
    armed: bool,
}

impl Listener {
    /// Listens from now on, or no longer.
    pub(crate) fn arm(&mut self, wanted: bool) {
        if self.armed != wanted {
            self.armed = wanted;
            host::listen(self.kinds, self.code, wanted);
        }
    }
}

/// Every listener that watches can need, and the timer that they share with retries and asking again.
pub(crate) struct Arms {
    pub(crate) input: Listener,
    pub(crate) scroll: Listener,
    pub(crate) exit: Listener,
    /// When the timer is due; infinite when it is not set.
    due_ms: f64,
}

impl Arms {
    /// Nothing armed.
    pub(crate) fn new() -> Self {
        let listener = |kinds, code| Listener { kinds, code, armed: false };
        Self {
            input: listener("pointermove pointerdown keydown wheel", code::INPUT),
            scroll: listener("scroll", code::SCROLL),
            exit: listener("mouseout", code::POINTER_OUT),
            due_ms: f64::INFINITY,
        }
    }

    /// Makes the timer due at `due_ms`, or stops it when that is infinite. A timer that comes early does no harm, so
    /// one is moved only when it would come late: input that puts idleness off costs nothing.
    pub(crate) fn alarm(&mut self, due_ms: f64, now_ms: f64) {
        let idle = due_ms == f64::INFINITY;
        if self.due_ms > due_ms || (idle && self.due_ms < due_ms) {
            self.due_ms = due_ms;
            // One more, because browsers cut the fraction off: a timer before its time would have to be set again.
            host::alarm(
                code::TICK,
                if idle { -1.0 } else { (due_ms - now_ms + 1.0).clamp(0.0, MAX_DELAY_MS) },
            );
        }
    }

    /// The timer came.
    pub(crate) fn ticked(&mut self) {
        self.due_ms = f64::INFINITY;
    }
}

/// Browsers keep a delay in 31 bits; a longer one would come at once.
const MAX_DELAY_MS: f64 = 2_147_483_647.0;
