//! Ranges of an ordered value: what a comparison allows.

/// All numbers from `low` to `high`, each end included or not.
#[derive(Clone, Copy, Debug, PartialEq, bincode::Encode, bincode::Decode)]
pub struct Interval {
    /// Lower end; minus infinity where there is none.
    pub low: f64,
    /// Upper end; infinity where there is none.
    pub high: f64,
    /// Whether `low` itself is allowed.
    pub with_low: bool,
    /// Whether `high` itself is allowed.
    pub with_high: bool,
}

impl Interval {
    /// Every number.
    pub const ALL: Self =
        Self { low: f64::NEG_INFINITY, high: f64::INFINITY, with_low: false, with_high: false };

    /// Just `value`.
    pub const fn only(value: f64) -> Self {
        Self { low: value, high: value, with_low: true, with_high: true }
    }

    /// `low` and more.
    pub const fn at_least(low: f64) -> Self {
        Self { low, with_low: true, ..Self::ALL }
    }

    /// More than `low`.
    pub const fn above(low: f64) -> Self {
        Self { low, ..Self::ALL }
    }

    /// `high` and less.
    pub const fn at_most(high: f64) -> Self {
        Self { high, with_high: true, ..Self::ALL }
    }

    /// Less than `high`.
    pub const fn below(high: f64) -> Self {
        Self { high, ..Self::ALL }
    }

    /// From `low` to `high`, both included.
    pub const fn between(low: f64, high: f64) -> Self {
        Self { low, high, with_low: true, with_high: true }
    }

    /// Whether `value` is in it. Never so for a value that is not a number.
    pub fn contains(&self, value: f64) -> bool {
        (value > self.low || (self.with_low && value == self.low))
            && (value < self.high || (self.with_high && value == self.high))
    }

    /// What both allow.
    pub fn and(&self, other: &Self) -> Self {
        let (low, with_low) = if self.low == other.low {
            (self.low, self.with_low && other.with_low)
        } else if self.low > other.low {
            (self.low, self.with_low)
        } else {
            (other.low, other.with_low)
        };
        let (high, with_high) = if self.high == other.high {
            (self.high, self.with_high && other.with_high)
        } else if self.high < other.high {
            (self.high, self.with_high)
        } else {
            (other.high, other.with_high)
        };
        Self { low, high, with_low, with_high }
    }

    /// Whether it allows nothing.
    pub fn is_empty(&self) -> bool {
        self.low > self.high || (self.low == self.high && !(self.with_low && self.with_high))
    }

    /// The whole numbers at which a value that grows enters it and leaves it again, where it does.
    pub fn edges(&self) -> Vec<u64> {
        let enters = if self.with_low { self.low.ceil() } else { self.low.floor() + 1.0 };
        let leaves = if self.with_high { self.high.floor() + 1.0 } else { self.high.ceil() };
        // Up to 2^53 whole numbers are exact, and no value grows so far.
        let reached = |edge: &f64| (0.0..=9e15).contains(edge);
        [enters, leaves].into_iter().filter(reached).map(|edge| edge as u64).collect()
    }

    /// The whole numbers in it, from 0 to `limit`; absent where there are none.
    pub fn whole(&self, limit: u32) -> Option<(u32, u32)> {
        let mut low = self.low.ceil().max(0.0);
        if !self.with_low && low == self.low {
            low += 1.0;
        }
        let mut high = self.high.floor().min(f64::from(limit));
        if !self.with_high && high == self.high {
            high -= 1.0;
        }
        // Both are whole and within 0..=limit here, so the conversion is exact.
        (low <= high).then_some((low as u32, high as u32))
    }
}

#[cfg(test)]
mod tests {
    use super::Interval;

    #[test]
    fn ends_are_included_as_written() {
        assert!(Interval::at_least(150.0).contains(150.0));
        assert!(!Interval::above(150.0).contains(150.0));
        assert!(Interval::between(10.0, 20.0).contains(20.0));
        assert!(!Interval::below(20.0).contains(20.0));
        assert!(!Interval::ALL.contains(f64::NAN));
    }

    #[test]
    fn a_growing_number_enters_and_leaves_at_whole_numbers() {
        assert_eq!(Interval::at_least(30.0).edges(), [30]);
        assert_eq!(Interval::above(30.0).edges(), [31]);
        assert_eq!(Interval::at_least(30.5).edges(), [31]);
        assert_eq!(Interval::between(10.0, 20.0).edges(), [10, 21]);
        assert_eq!(Interval::below(20.0).edges(), [20]);
        assert_eq!(Interval::at_most(20.5).edges(), [21]);
        assert_eq!(Interval::ALL.edges(), []);
    }

    #[test]
    fn contradictions_are_empty() {
        assert!(Interval::at_least(10.0).and(&Interval::below(5.0)).is_empty());
        assert!(Interval::at_least(10.0).and(&Interval::below(10.0)).is_empty());
        assert!(!Interval::at_least(10.0).and(&Interval::at_most(10.0)).is_empty());
    }

    #[test]
    fn whole_numbers_respect_open_ends() {
        assert_eq!(Interval::above(45_000.0).whole(u32::MAX), Some((45_001, u32::MAX)));
        assert_eq!(Interval::below(75.0).whole(100), Some((0, 74)));
        assert_eq!(Interval::at_least(12.5).whole(100), Some((13, 100)));
        assert_eq!(Interval::above(100.0).whole(100), None);
    }
}
