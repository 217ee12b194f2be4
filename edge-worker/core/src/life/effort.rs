//! How much may be weighed for visitors who are not there, before whoever is there has to be served.

/// Rules weighed by the looks of one portion: some tens of milliseconds of a core at most.
const PORTION: u32 = 100_000;
/// What a weighing costs beside its rules, as so many rules: reading the facts, and the arbitration.
const BESIDE: u32 = 50;

/// What was weighed, and what may be. It is counted, not timed: the same looks cost the same everywhere.
#[derive(Debug)]
pub struct Effort {
    spent: u32,
    limit: u32,
}

impl Effort {
    /// That of one portion.
    pub fn of_a_portion() -> Self {
        Self { spent: 0, limit: PORTION }
    }

    /// Whether nothing is left of it.
    pub fn is_spent(&self) -> bool {
        self.spent >= self.limit
    }

    /// Takes a weighing of so many rules; the last one may be dearer than what is left.
    pub(super) fn weigh(&mut self, rules: usize) {
        let cost = u32::try_from(rules).unwrap_or(u32::MAX).saturating_add(BESIDE);
        self.spent = self.spent.saturating_add(cost);
    }

    #[cfg(test)]
    pub(super) fn of(limit: u32) -> Self {
        Self { spent: 0, limit }
    }

    #[cfg(test)]
    pub(super) fn spent(&self) -> u32 {
        self.spent
    }
}
