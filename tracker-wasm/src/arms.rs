//! The listeners and the one timer that the watches need, added and removed as they come and go.
//!
//! Takes what is needed now; changes the page's listeners to exactly that. Never decides what is needed.

use core::ops::RangeInclusive;

use crate::watches::{NEVER, Needs};
use crate::{code, host};

/// The listeners that watches can need; the others stand as long as the page.
const ON_DEMAND: RangeInclusive<u32> = code::INPUT..=code::FOCUS;

/// What is armed, and the timer that watches share with retries and asking again.
pub(crate) struct Arms {
    armed: Needs,
    /// When the timer is due.
    due_ms: u32,
}

impl Default for Arms {
    fn default() -> Self {
        Self { armed: Needs::NONE, due_ms: NEVER }
    }
}

impl Arms {
    /// Listens for what is needed from now on, and for nothing else of that kind.
    pub(crate) fn arm(&mut self, needs: Needs) {
        for code in ON_DEMAND {
            if needs.has(code) != self.armed.has(code) {
                host::listen(code, needs.has(code));
            }
        }
        self.armed = needs;
    }

    /// Makes the timer due at `due_ms`, or stops it. A timer that comes early does no harm, so one is moved only when
    /// it would come late: input that puts idleness off costs nothing.
    pub(crate) fn alarm(&mut self, due_ms: u32, now_ms: u32) {
        if self.due_ms > due_ms || (due_ms == NEVER && self.due_ms < due_ms) {
            self.due_ms = due_ms;
            // One more, because browsers cut the fraction off: a timer before its time would have to be set again.
            let delay_ms = due_ms.saturating_sub(now_ms).min(MAX_DELAY_MS) + 1;
            host::alarm(if due_ms == NEVER { host::STOP } else { delay_ms });
        }
    }

    /// The timer came.
    pub(crate) fn ticked(&mut self) {
        self.due_ms = NEVER;
    }
}

/// Browsers keep a delay in 31 bits; a longer one would come at once.
const MAX_DELAY_MS: u32 = 0x7fff_fff0;
