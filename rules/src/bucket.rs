//! Puts a visitor in a bucket: stable across visits, uniform, independent between rules and purposes.
//!
//! XXH3 (64 bits) of the visitor's key, seeded by XXH3 of rule id and purpose. The same inputs give the same
//! bucket for ever: changing this moves every visitor to another bucket.

use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

/// What a bucket is for: one visitor's buckets for two purposes are independent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    Holdout,
    Variant,
}

impl Purpose {
    const fn salt(self) -> &'static [u8] {
        match self {
            Self::Holdout => b"holdout",
            Self::Variant => b"variant",
        }
    }
}

/// A number from 0 up to and not including 1.
pub(crate) fn bucket(visitor: &[u8], rule: &str, purpose: Purpose) -> f64 {
    let seed = xxh3_64_with_seed(purpose.salt(), xxh3_64(rule.as_bytes()));
    // The 53 highest bits are what a float holds exactly.
    (xxh3_64_with_seed(visitor, seed) >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::{Purpose, bucket};

    /// Chi-squared with 99 degrees of freedom exceeds this once in a thousand runs; the keys are fixed, so a test
    /// that passes goes on passing.
    const LIMIT: f64 = 148.2;

    fn keys(count: u32) -> impl Iterator<Item = [u8; 16]> {
        (0..count).map(|n| {
            let mut key = [0; 16];
            key[..4].copy_from_slice(&n.to_le_bytes());
            key
        })
    }

    fn chi_squared(counts: &[u32], expected: f64) -> f64 {
        counts.iter().map(|count| (f64::from(*count) - expected).powi(2) / expected).sum()
    }

    #[test]
    fn buckets_are_uniform_for_every_rule() {
        let mut over = 0;
        for rule in 0..100 {
            let mut counts = [0_u32; 100];
            for key in keys(100_000) {
                counts[(bucket(&key, &format!("r{rule}"), Purpose::Holdout) * 100.0) as usize] += 1;
            }
            over += u32::from(chi_squared(&counts, 1000.0) > LIMIT);
        }
        assert!(over <= 1, "{over} of 100 rules are not uniform at one in a thousand");
    }

    #[test]
    fn buckets_of_two_rules_are_independent() {
        let mut counts = [0_u32; 100];
        for key in keys(100_000) {
            let row = (bucket(&key, "a", Purpose::Holdout) * 10.0) as usize;
            let column = (bucket(&key, "b", Purpose::Holdout) * 10.0) as usize;
            counts[row * 10 + column] += 1;
        }
        assert!(chi_squared(&counts, 1000.0) < LIMIT);
    }

    #[test]
    fn buckets_never_move() {
        assert_eq!((bucket(b"visitor-1", "basket-call", Purpose::Holdout) * 1e6) as u32, 585_244);
    }
}
