//! What a difference between two groups is worth: an estimate, and an interval that may be looked at every day.
//!
//! The interval is an asymptotic confidence sequence (Waudby-Smith, Arbour, Sinha, Kennedy, Ramdas: "Time-uniform central
//! limit theory and asymptotic confidence sequences", arXiv 2103.06476, theorem 2.2): unlike a fixed-sample interval it
//! covers the truth at all times at once with the stated probability, so that stopping as soon as it leaves zero is honest.
//! With n units in both groups and V the variance of the difference for one unit, its half width is
//!
//! ```text
//! √V · √( 2(nρ² + 1) / (n²ρ²) · ln( √(nρ² + 1) / α ) )        V = n·(σ₁²/n₁ + σ₀²/n₀)
//! ```
//!
//! ρ makes it narrowest near [`TARGET_UNITS`] (the paper's equation 10). σ² is each group's own variance or that of both
//! together, whichever gives the larger V: a control group in which nobody has converted yet would else look certain.

/// One minus the coverage: the chance that the interval ever leaves the truth.
const ALPHA: f64 = 0.05;
/// Units at which the interval is narrowest: what a rule of a mid-sized shop collects in some weeks.
const TARGET_UNITS: f64 = 5_000.0;
/// Fewest units of each group for an interval: below, the normal approximation is not worth its name.
pub const MIN_UNITS: u64 = 100;
/// Fewest conversions expected in the smaller group, were there no difference.
pub const MIN_CONVERSIONS: f64 = 10.0;

/// What one group's units came to: each unit is one visitor's trial of a rule, worth something or nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Group {
    /// How many.
    pub units: u64,
    /// How many of them converted.
    pub conversions: u64,
    /// What they are worth, together: conversions, or money.
    pub sum: f64,
    /// The squares of what each is worth, together.
    pub squares: f64,
}

/// By how much the one group is worth more for each unit than the other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// The estimate.
    pub estimate: f64,
    /// Where the truth lies, with 95 % probability at all times at once.
    pub interval: (f64, f64),
}

impl Group {
    /// A group in which each conversion is worth one.
    pub fn of(units: u64, conversions: u64) -> Self {
        Self { units, conversions, sum: conversions as f64, squares: conversions as f64 }
    }

    /// What one unit is worth.
    pub fn mean(&self) -> f64 {
        if self.units == 0 { 0.0 } else { self.sum / self.units as f64 }
    }

    fn variance(&self) -> f64 {
        (self.squares / (self.units as f64).max(1.0) - self.mean().powi(2)).max(0.0)
    }

    fn with(&self, other: &Self) -> Self {
        Self {
            units: self.units + other.units,
            conversions: self.conversions + other.conversions,
            sum: self.sum + other.sum,
            squares: self.squares + other.squares,
        }
    }
}

/// The difference of the treated group over the control; absent below the minimum sample.
pub fn difference(treated: &Group, control: &Group) -> Option<Difference> {
    let smaller = treated.units.min(control.units);
    let both = treated.with(control);
    let expected = both.conversions as f64 * smaller as f64 / both.units.max(1) as f64;
    if smaller < MIN_UNITS || expected < MIN_CONVERSIONS {
        return None;
    }
    let (n, n1, n0) = (both.units as f64, treated.units as f64, control.units as f64);
    let apart = treated.variance() / n1 + control.variance() / n0;
    let together = both.variance() / n1 + both.variance() / n0;
    let variance = n * apart.max(together);
    let estimate = treated.mean() - control.mean();
    let half_width = variance.sqrt() * boundary(n);
    Some(Difference { estimate, interval: (estimate - half_width, estimate + half_width) })
}

/// The half width of the sequence at `n` units of variance one.
fn boundary(n: f64) -> f64 {
    let log = -2.0 * ALPHA.ln();
    let rho2 = (log + (log + 1.0).ln()) / TARGET_UNITS;
    let scaled = n * rho2 + 1.0;
    (2.0 * scaled / (n * n * rho2) * (scaled.sqrt() / ALPHA).ln()).sqrt()
}

#[cfg(test)]
mod tests;
