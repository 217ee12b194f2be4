//! Counts the tests in what the test runners print.

use std::ops::AddAssign;

/// How many tests passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
}

impl Counts {
    /// A part that is one check and passed.
    pub(crate) const PASSED: Counts = Counts { passed: 1, failed: 0 };

    /// Both together.
    pub(crate) fn and(self, other: Counts) -> Counts {
        Counts { passed: self.passed + other.passed, failed: self.failed + other.failed }
    }

    /// What Rust's test harness printed, over all its binaries: `test result: ok. 3 passed; 0 failed; …`.
    pub(crate) fn of_cargo(output: &str) -> Counts {
        let mut counts = Counts::default();
        for line in output.lines().filter(|line| line.starts_with("test result:")) {
            for piece in line.split([';', '.']) {
                counts.take(piece);
            }
        }
        counts
    }

    /// What Playwright printed at its end: `12 passed (5.3s)`, `1 failed`, `1 flaky`.
    pub(crate) fn of_playwright(output: &str) -> Counts {
        let mut counts = Counts::default();
        for line in output.lines() {
            let plain = line.trim().split(" (").next().unwrap_or_default();
            // A test that needed a second try is not one that passed.
            counts.take(&plain.replace("flaky", "failed"));
        }
        counts
    }

    /// The counts of a part that failed: at least one, also when it did not come as far as a test.
    pub(crate) fn of_failure(self) -> Counts {
        Counts { failed: self.failed.max(1), ..self }
    }

    /// The counts of a part that ended well: none when no test has passed, because then it has shown nothing.
    pub(crate) fn of_success(self) -> Option<Counts> {
        (self.passed > 0).then_some(self)
    }

    fn take(&mut self, piece: &str) {
        let mut words = piece.split_whitespace();
        let (Some(number), Some(kind), None) = (words.next(), words.next(), words.next()) else { return };
        let Ok(number) = number.parse::<usize>() else { return };
        match kind {
            "passed" => self.passed.add_assign(number),
            "failed" => self.failed.add_assign(number),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Counts;

    #[test]
    fn cargo_s_binaries_are_added_up() {
        let output = "test a ... ok\ntest result: ok. 3 passed; 0 failed; 1 ignored; 0 measured\n\n\
                      test result: FAILED. 2 passed; 1 failed; 0 ignored\n";
        assert_eq!(Counts::of_cargo(output), Counts { passed: 5, failed: 1 });
    }

    #[test]
    fn a_flaky_journey_counts_as_failed() {
        let output = "  1 flaky\n    [chromium] › shop.spec.js\n  11 passed (5.3s)\n";
        assert_eq!(Counts::of_playwright(output), Counts { passed: 11, failed: 1 });
    }

    #[test]
    fn a_part_that_ran_no_test_has_not_passed() {
        let filtered = "running 0 tests\n\ntest result: ok. 0 passed; 0 failed; 0 ignored; 3 filtered out\n";
        assert_eq!(Counts::of_cargo(filtered).of_success(), None);
        assert_eq!(Counts::of_playwright("").of_success(), None);
        assert_eq!(
            Counts::of_cargo("test result: ok. 3 passed; 0 failed").of_success().map(|all| all.passed),
            Some(3)
        );
    }

    #[test]
    fn a_part_that_fails_before_its_first_test_counts_one_failure() {
        assert_eq!(
            Counts::of_cargo("error: could not compile").of_failure(),
            Counts { passed: 0, failed: 1 }
        );
    }
}
