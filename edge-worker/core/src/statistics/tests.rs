use super::{Difference, Group, boundary, difference};

/// A seeded generator (xorshift, Marsaglia 2003): the same visitors in every run of the tests.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// One experiment, looked at after every `look` visitors: whether an interval ever left the truth.
fn errs(chance: &mut Chance, rates: (f64, f64), holdout: f64, visitors: u32, look: u32) -> bool {
    let (mut treated, mut control) = (Group::default(), Group::default());
    (1..=visitors).any(|visitor| {
        let held = chance.next() < holdout;
        let (group, rate) = if held { (&mut control, rates.1) } else { (&mut treated, rates.0) };
        let converted = u64::from(chance.next() < rate);
        *group = Group::of(group.units + 1, group.conversions + converted);
        visitor.is_multiple_of(look)
            && difference(&treated, &control).is_some_and(|Difference { interval: (low, high), .. }| {
                !(low..=high).contains(&(rates.0 - rates.1))
            })
    })
}

/// The part of 2000 experiments, each looked at a hundred times, in which an interval ever left the truth.
fn error_rate(rates: (f64, f64), holdout: f64) -> f64 {
    let mut chance = Chance(0x9e37_79b9_7f4a_7c15);
    let runs = 2000;
    let errors = (0..runs).filter(|_| errs(&mut chance, rates, holdout, 5_000, 50)).count();
    errors as f64 / f64::from(runs)
}

#[test]
fn looking_a_hundred_times_at_nothing_finds_something_in_five_of_a_hundred_at_most() {
    for (rate, holdout) in [(0.01, 0.1), (0.03, 0.1), (0.03, 0.5), (0.1, 0.1), (0.5, 0.2)] {
        let errors = error_rate((rate, rate), holdout);
        assert!(errors <= 0.05, "{errors} at a rate of {rate} and a holdout of {holdout}");
    }
}

#[test]
fn the_interval_covers_a_true_difference_as_often() {
    for (rates, holdout) in [((0.06, 0.03), 0.1), ((0.04, 0.08), 0.5)] {
        let errors = error_rate(rates, holdout);
        assert!(errors <= 0.05, "{errors} at rates of {rates:?} and a holdout of {holdout}");
    }
}

#[test]
fn a_fixed_sample_interval_would_not_do() {
    // The same looks at the same nothing, with ±1.96 standard errors: what the sequence is for.
    let mut chance = Chance(7);
    let fooled = (0..500).filter(|_| {
        let (mut treated, mut control) = (Group::default(), Group::default());
        (1..=10_000_u32).any(|visitor| {
            let group = if chance.next() < 0.5 { &mut control } else { &mut treated };
            *group = Group::of(group.units + 1, group.conversions + u64::from(chance.next() < 0.1));
            let error = treated.variance() / treated.units.max(1) as f64
                + control.variance() / control.units.max(1) as f64;
            visitor.is_multiple_of(100)
                && visitor >= 200
                && (treated.mean() - control.mean()).abs() > 1.96 * error.sqrt()
        })
    });
    assert!(fooled.count() > 100, "more than a fifth are fooled");
}

#[test]
fn the_boundary_is_the_paper_s() {
    // Theorem 2.2 by hand: α = 0.05, t* = 5000, so ρ² = (5.99146 + ln 6.99146)/5000 = 0.001587231.
    assert!((boundary(5_000.0) - 0.042_924).abs() < 0.000_005, "{}", boundary(5_000.0));
    assert!(boundary(20_000.0) < boundary(5_000.0));
}

#[test]
fn too_small_a_sample_has_no_interval() {
    assert_eq!(difference(&Group::of(5000, 500), &Group::of(99, 10)), None);
    assert_eq!(difference(&Group::of(5000, 50), &Group::of(200, 0)), None, "two expected");
    let found = difference(&Group::of(5000, 500), &Group::of(500, 30)).unwrap();
    assert!((found.estimate - 0.04).abs() < 1e-9);
    assert!(found.interval.0 < 0.04 && found.interval.1 > 0.04);
}

#[test]
fn money_is_compared_by_its_own_variance() {
    let orders = |units, conversions: u64, each: f64| Group {
        units,
        conversions,
        sum: conversions as f64 * each,
        squares: conversions as f64 * each * each,
    };
    let found = difference(&orders(5000, 500, 40.0), &orders(5000, 500, 20.0)).unwrap();
    assert!((found.estimate - 2.0).abs() < 1e-9);
    let (low, high) = found.interval;
    assert!((1.0..2.0).contains(&low) && (2.0..3.0).contains(&high), "{found:?}");
}
