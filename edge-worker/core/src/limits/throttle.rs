//! Counts requests against a rate: the generic cell rate algorithm (ITU-T I.371, annex A), one number for each caller.
//!
//! A caller's number is the time at which all its requests so far would have been paid for at the steady rate. It may lie
//! ahead of now by the burst and no more. Memory is bounded: past a number of callers, those quiet the longest are
//! forgotten, which lets them begin afresh.

use std::collections::HashMap;

use super::Rate;

/// Callers remembered in each of two generations: about 4 MB in all.
const MAX_CALLERS: usize = 65_536;
/// Microseconds in a minute: rates are kept finer than the clock.
const MINUTE_US: u64 = 60_000_000;

/// The callers of one kind.
#[derive(Debug, Default)]
pub struct Throttle {
    /// When each caller's requests are paid for, in microseconds.
    paid_us: HashMap<u64, u64>,
    /// Those before the last change of generation.
    older_us: HashMap<u64, u64>,
}

impl Throttle {
    /// Takes one request of the caller.
    ///
    /// # Errors
    /// The seconds after which the next one is taken, at least 1; the refused one does not count.
    pub fn take(&mut self, caller: u64, rate: Rate, now_ms: u64) -> Result<(), u32> {
        let now_us = now_ms.saturating_mul(1000);
        let each_us = MINUTE_US / u64::from(rate.per_minute).max(1);
        let ahead_us = each_us.saturating_mul(u64::from(rate.burst.saturating_sub(1)));
        let known_us = self.paid_us.get(&caller).or_else(|| self.older_us.get(&caller)).copied();
        let paid_us = known_us.unwrap_or(0).max(now_us);
        let early_us = (paid_us - now_us).saturating_sub(ahead_us);
        if early_us > 0 {
            return Err(u32::try_from(early_us.div_ceil(1_000_000)).unwrap_or(u32::MAX));
        }
        if self.paid_us.len() >= MAX_CALLERS && !self.paid_us.contains_key(&caller) {
            self.older_us = std::mem::take(&mut self.paid_us);
        }
        self.paid_us.insert(caller, paid_us + each_us);
        Ok(())
    }

    /// Forgets everyone: the callers' numbers have changed.
    pub fn clear(&mut self) {
        self.paid_us.clear();
        self.older_us.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_CALLERS, Throttle};
    use crate::limits::Rate;

    const RATE: Rate = Rate { burst: 3, per_minute: 60 };

    #[test]
    fn a_burst_is_taken_and_then_the_steady_rate() {
        let mut throttle = Throttle::default();
        let taken: Vec<_> = (0..5).map(|_| throttle.take(1, RATE, 10_000)).collect();
        assert_eq!(taken, [Ok(()), Ok(()), Ok(()), Err(1), Err(1)]);
        assert_eq!(throttle.take(2, RATE, 10_000), Ok(()), "another caller has a burst of its own");
        assert_eq!(throttle.take(1, RATE, 10_999), Err(1));
        assert_eq!(throttle.take(1, RATE, 11_000), Ok(()));
        assert_eq!(throttle.take(1, RATE, 11_000), Err(1));
        assert_eq!(throttle.take(1, RATE, 60_000), Ok(()), "silence brings the burst back");
        assert_eq!(throttle.take(1, RATE, 60_000), Ok(()));
    }

    #[test]
    fn the_wait_named_is_long_enough() {
        let slow = Rate { burst: 1, per_minute: 2 };
        let mut throttle = Throttle::default();
        throttle.take(1, slow, 0).unwrap();
        let wait_s = throttle.take(1, slow, 1).unwrap_err();
        assert_eq!(wait_s, 30);
        assert_eq!(throttle.take(1, slow, 1 + u64::from(wait_s) * 1000), Ok(()));
    }

    #[test]
    fn memory_is_bounded_and_a_busy_caller_is_not_forgotten() {
        let once = Rate { burst: 1, per_minute: 1 };
        let mut throttle = Throttle::default();
        throttle.take(u64::MAX, once, 0).unwrap();
        for caller in 0..MAX_CALLERS as u64 + 10 {
            let _ = throttle.take(caller, once, 0);
        }
        assert!(throttle.paid_us.len() + throttle.older_us.len() <= 2 * MAX_CALLERS);
        assert!(throttle.take(u64::MAX, once, 0).is_err());
    }
}
