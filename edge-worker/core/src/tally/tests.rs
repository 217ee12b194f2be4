use wire::DecodeError;

use super::{Counts, Measure, Page, Subject, Tally, Trials, WINDOW_MS};

fn rule(variant: &str, control: bool) -> Subject {
    Subject::Rule { rule: "call".into(), variant: variant.into(), control }
}

/// The counts of the one subject of a day.
fn of(tally: &Tally, day: i32, subject: &Subject, measure: Measure) -> i64 {
    let found = tally.iter().find(|(on, about, _)| (*on, *about) == (day, subject));
    found.map_or(0, |(_, _, counts)| counts.of(measure))
}

#[test]
fn a_trial_counts_each_outcome_once_on_the_day_it_opened() {
    let (mut trials, mut tally) = (Trials::default(), Tally::default());
    trials.open("call", "b", false, 7, 1000, &mut tally);
    trials.open("call", "b", false, 8, 2000, &mut tally);
    for at_ms in [1000, 90_000_000] {
        for measure in [Measure::Shown, Measure::Accepted, Measure::Dismissed] {
            trials.outcome("call", measure, at_ms, &mut tally);
        }
        trials.contacted("call", at_ms, &mut tally);
    }
    trials.outcome("other", Measure::Shown, 1000, &mut tally);
    let measures =
        [Measure::Trials, Measure::Shown, Measure::Accepted, Measure::Dismissed, Measure::Contacted];
    for measure in measures {
        assert_eq!(of(&tally, 7, &rule("b", false), measure), 1, "{measure:?}");
    }
    assert_eq!(tally.iter().count(), 1);
}

#[test]
fn orders_in_time_count_for_every_open_trial_and_for_the_control_group_too() {
    let (mut trials, mut tally) = (Trials::default(), Tally::default());
    trials.open("call", "", true, 7, 0, &mut tally);
    trials.open("banner", "", false, 7, 0, &mut tally);
    trials.order(30.0, 1000, &mut tally);
    trials.order(10.5, WINDOW_MS - 1, &mut tally);
    trials.order(99.0, WINDOW_MS, &mut tally);
    let control = rule("", true);
    assert_eq!(of(&tally, 7, &control, Measure::Converted), 1);
    assert_eq!(of(&tally, 7, &control, Measure::Cents), 4050);
    assert_eq!(of(&tally, 7, &control, Measure::Squares), 900 + 740, "(30 + 10.5)² in all");
    let banner = Subject::Rule { rule: "banner".into(), variant: String::new(), control: false };
    assert_eq!(of(&tally, 7, &banner, Measure::Converted), 1);
    trials.open("call", "", true, 14, WINDOW_MS, &mut tally);
    assert_eq!(of(&tally, 14, &control, Measure::Trials), 1, "a new trial after the window");
}

#[test]
fn a_rule_that_holds_counts_once_a_visit() {
    let (mut trials, mut tally) = (Trials::default(), Tally::default());
    for visit in [1, 1, 2, 2] {
        trials.holds("call", visit, 7, &mut tally);
        trials.holds("banner", visit, 7, &mut tally);
    }
    assert_eq!(of(&tally, 7, &rule("", false), Measure::Eligible), 2);
}

#[test]
fn trials_stay_within_their_row_and_keep_the_newest() {
    let (mut trials, mut tally) = (Trials::default(), Tally::default());
    for number in 0..200_u64 {
        trials.open(&format!("{number:0>100}"), "variant", false, 7, number, &mut tally);
        trials.holds(&number.to_string(), 1, 7, &mut tally);
    }
    let bytes = trials.to_bytes();
    assert!(bytes.len() <= 2048, "{} bytes", bytes.len());
    let kept = Trials::from_bytes(&bytes);
    assert_eq!(kept, trials);
    assert_eq!(kept.newest_ms(), Some(199));
    assert_eq!(Trials::from_bytes(&[]), Trials::default());
    assert_eq!(Trials::from_bytes(&[1, 255, 255]), Trials::default());
}

#[test]
fn tallies_add_up_in_any_order() {
    let tally = |day, count| {
        let mut tally = Tally::default();
        tally.count(day, rule("", false), Measure::Shown, count);
        tally
    };
    let sum = |parts: [Tally; 3]| {
        let mut sum = Tally::default();
        parts.into_iter().for_each(|part| sum.add_all(part));
        sum
    };
    let one = sum([tally(1, 2), tally(2, 3), tally(1, -1)]);
    assert_eq!(one, sum([tally(1, -1), tally(1, 2), tally(2, 3)]));
    assert_eq!(of(&one, 1, &rule("", false), Measure::Shown), 1);
    assert_eq!(Tally::from_bytes(&one.to_bytes()), Ok(one));
    assert_eq!(Tally::from_bytes(&[]), Err(DecodeError::Empty));
    assert_eq!(Tally::from_bytes(&[77]), Err(DecodeError::Version { found: 77 }));
}

#[test]
fn counts_of_an_older_version_are_read_with_the_new_measures_at_nothing() {
    let older = wire::codec::pack(&vec![5_i64, 7]);
    let counts = Counts::from_bytes(&older).unwrap();
    assert_eq!(
        (counts.of(Measure::Eligible), counts.of(Measure::Trials), counts.of(Measure::Contacts)),
        (5, 7, 0)
    );
    assert_eq!(Counts::from_bytes(&counts.to_bytes()), Ok(counts));
}

#[test]
fn a_page_of_a_ledger_is_taken_once_whatever_is_lost_on_the_way() {
    // A ledger of ten rows, each one count, and a tally; acknowledgements and pages are lost by the bits of `fate`.
    for fate in 0..1 << 12_u32 {
        let (mut taken, mut sum, mut known) = (0_u64, 0, 0_u64);
        for step in 0..12_u64 {
            let upto = (step + 3).min(10);
            let page = Page { ledger: [1; 16], after: known, upto, tally: Tally::default() };
            let arrives = fate >> step & 1 == 0;
            if arrives && page.follows(taken) {
                sum += page.upto - page.after;
                taken = page.upto;
            }
            // The answer says how far the tally is; it is lost every other time.
            if arrives && step.is_multiple_of(2) {
                known = taken;
            }
        }
        assert_eq!(sum, taken, "each row up to {taken} counted once, fate {fate:b}");
    }
}
