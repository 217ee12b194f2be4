use super::{Days, DaysError, date, report};
use crate::api::report::Report;
use crate::tally::{Measure, Subject, Tally};

const DAYS: Days = Days { from: 20_000, to: 20_010 };

fn rule(variant: &str, control: bool) -> Subject {
    Subject::Rule { rule: "call".into(), variant: variant.into(), control }
}

fn tally(counts: &[(Subject, Measure, i64)]) -> Tally {
    let mut tally = Tally::default();
    for (subject, measure, count) in counts {
        tally.count(20_005, subject.clone(), *measure, *count);
    }
    tally
}

fn of(counts: &[(Subject, Measure, i64)]) -> Report {
    report(&tally(counts), DAYS)
}

#[test]
fn a_rule_s_groups_stand_side_by_side_with_their_difference() {
    let report = of(&[
        (rule("", false), Measure::Eligible, 9000),
        (rule("a", false), Measure::Trials, 4000),
        (rule("a", false), Measure::Converted, 400),
        (rule("a", false), Measure::Cents, 1_200_000),
        (rule("a", false), Measure::Squares, 400 * 900),
        (rule("b", false), Measure::Trials, 4000),
        (rule("b", false), Measure::Converted, 200),
        (rule("", true), Measure::Trials, 1000),
        (rule("", true), Measure::Converted, 40),
    ]);
    let answer = &report.rules[0];
    assert_eq!((answer.rule.as_str(), answer.eligible_visits), ("call", 9000));
    assert_eq!((answer.all.offered, answer.all.converted, answer.control.held_out), (8000, 600, 1000));
    let names: Vec<_> = answer.variants.iter().map(|variant| variant.variant.as_deref()).collect();
    assert_eq!(names, [Some("a"), Some("b")]);
    let best = answer.variants[0].conversion_uplift.as_ref().unwrap();
    assert!((best.difference - 0.06).abs() < 1e-9 && best.differs, "{best:?}");
    assert!((best.relative.unwrap() - 1.5).abs() < 1e-9);
    let other = answer.variants[1].conversion_uplift.as_ref().unwrap();
    assert!(!other.differs && other.low < 0.0 && other.high > 0.0, "{other:?}");
    assert!(answer.variants[0].revenue_uplift.is_some() && answer.variants[0].sample.is_none());
}

#[test]
fn a_sample_too_small_says_what_is_missing() {
    let report = of(&[(rule("", false), Measure::Trials, 500), (rule("", true), Measure::Trials, 50)]);
    let all = &report.rules[0].all;
    let sample = all.sample.as_ref().unwrap();
    assert!(all.conversion_uplift.is_none());
    assert_eq!((sample.needs_units_in_each_group, sample.smaller_group), (100, 50));
}

#[test]
fn days_outside_are_left_out() {
    let mut tally = tally(&[(rule("", false), Measure::Trials, 1)]);
    tally.count(19_999, rule("", false), Measure::Trials, 10);
    tally.count(20_011, rule("", false), Measure::Trials, 10);
    assert_eq!(report(&tally, DAYS).rules[0].all.offered, 1);
}

#[test]
fn a_page_is_held_against_the_site() {
    let page = |path: &str| Subject::Page { path: path.into() };
    let logs = |seconds: f64, leaves: i64| ((seconds * 1000.0).ln() * 1000.0).round() as i64 * leaves;
    let report = of(&[
        (page("/quote"), Measure::Views, 100),
        (page("/quote"), Measure::Exits, 40),
        (page("/quote"), Measure::FormErrors, 25),
        (page("/quote"), Measure::Contacts, 3),
        (page("/quote"), Measure::Leaves, 50),
        (page("/quote"), Measure::DwellMs, 50 * 90_000),
        (page("/quote"), Measure::DwellLogs, logs(80.0, 50)),
        (page("/"), Measure::Views, 300),
        (page("/"), Measure::Leaves, 50),
        (page("/"), Measure::DwellMs, 50 * 5_000),
        (page("/"), Measure::DwellLogs, logs(5.0, 50)),
    ]);
    let paths: Vec<&str> = report.pages.iter().map(|page| page.path.as_str()).collect();
    assert_eq!(paths, ["/", "/quote"]);
    let quote = &report.pages[1];
    assert!((quote.exit_rate - 0.4).abs() < 1e-9);
    assert_eq!((quote.form_errors, quote.contacts), (25, 3));
    let dwell = quote.dwell.as_ref().unwrap();
    assert!((dwell.typical_s - 80.0).abs() < 0.1 && (dwell.mean_s - 90.0).abs() < 1e-9);
    assert!((dwell.against_site - 4.0).abs() < 0.01, "80 s where the site has 20 s: {dwell:?}");
}

#[test]
fn days_are_read_and_written_as_dates() {
    assert_eq!(Days::parse("2026-11-01", "2026-11-24", 0), Ok(Days { from: 20_758, to: 20_781 }));
    assert_eq!(Days::parse("", "", 20_781), Ok(Days { from: 20_754, to: 20_781 }));
    assert_eq!((date(20_758), date(0)), ("2026-11-01".into(), "1970-01-01".into()));
    assert_eq!(Days::parse("yesterday", "", 0), Err(DaysError::Date { name: "from" }));
    assert_eq!(Days::parse("2026-11-24", "2026-11-01", 0), Err(DaysError::Span));
    assert_eq!(Days::parse("2020-01-01", "2026-11-01", 0), Err(DaysError::Span));
}
