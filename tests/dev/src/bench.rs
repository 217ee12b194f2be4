//! The benches: each builds what it needs, measures Declic beside others in one run, prints one Markdown table, and
//! says which of its targets are missed.

mod edge;
mod process;
mod rules;
mod tag;

use std::process::ExitCode;

pub(crate) use edge::edge;
pub(crate) use rules::rules;
pub(crate) use tag::tag;

/// Says which targets were missed; with `check`, that is a failure.
fn verdict<'f>(faults: impl IntoIterator<Item = &'f String>, check: bool) -> ExitCode {
    let mut missed = false;
    for fault in faults {
        missed = true;
        println!("\nmissed: {fault}");
    }
    if check && missed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// The middle one, or the upper of the two in the middle; no number when there is none.
fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::median;

    #[test]
    fn one_disturbed_round_does_not_move_the_median() {
        assert_eq!(median(vec![2.0, 900.0, 1.0]), 2.0);
        assert!(median(Vec::new()).is_nan());
    }
}
