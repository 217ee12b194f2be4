use super::{Arrival, Departure, Erasure, HOME_SIGN_MS, Moved, SIGN_MS, from_bytes, pause_ms, to_bytes};
use crate::customer::{Attribute, Value};
use crate::identity::{Signed, home};
use crate::profile::Profile;
use crate::tally::{Measure, Subject, Tally, Trials, WINDOW_MS};
use crate::token::Visitor;

const NOON: u64 = 1_763_902_800_000;

fn departure() -> Departure {
    let attribute = Attribute { name: "plan".into(), value: Value::Text("gold".into()) };
    let mut signed = Signed { id: "42".into(), ..Signed::default() };
    signed.said.attributes.push(attribute);
    Departure {
        site: "shop".into(),
        from: Visitor { region: "weur".into(), shard: 3, id: [7; 16] },
        to: home("shop", "42"),
        signed,
        at_ms: NOON + 3_600_000,
    }
}

/// A visitor who viewed these pages from that time on, a minute apart, and the trials of his.
fn visitor(from_ms: u64, pages: &[&str], open: &[(&str, bool, u64)]) -> (Profile, Trials, Tally) {
    let (mut profile, mut trials, mut counts) = (Profile::default(), Trials::default(), Tally::default());
    for (at_ms, path) in (from_ms..).step_by(60_000).zip(pages) {
        profile.visits.take(at_ms, 1, || ((*path).to_owned(), Default::default()));
        profile.view(at_ms, path, "");
    }
    for (rule, control, at_ms) in open {
        trials.holds(rule, profile.visits.count(), 7, &mut counts);
        trials.open(rule, "", *control, 7, *at_ms, &mut counts);
    }
    (profile, trials, counts)
}

fn arrival((mut profile, mut trials, _): (Profile, Trials, Tally)) -> Arrival {
    Arrival { departure: departure(), profile: profile.to_bytes(), trials: trials.to_bytes() }
}

fn sum(tally: &Tally, measure: Measure) -> i64 {
    tally.iter().map(|(_, _, counts)| counts.of(measure)).sum()
}

fn joined(
    (mut profile, mut trials, mut counts): (Profile, Trials, Tally),
    arrival: Arrival,
    now_ms: u64,
) -> (Profile, Trials, Tally) {
    counts.add_all(arrival.join(&mut profile, &mut trials, &|_| 7, now_ms).unwrap());
    (profile, trials, counts)
}

#[test]
fn who_arrives_is_part_of_the_customer_the_site_signed() {
    let moved = Moved {
        to: home("shop", "42"),
        arrival: Some(arrival(visitor(NOON, &["/", "/cart"], &[]))),
        stream: None,
    };
    let moved: Moved = from_bytes(&to_bytes(&moved)).unwrap();
    let home = visitor(NOON - 86_400_000, &["/faq"], &[]);
    let (profile, ..) = joined(home, moved.arrival.unwrap(), NOON + 3_600_000);
    let paths: Vec<&str> = profile.pages.iter().map(|page| &*page.path).collect();
    assert_eq!(paths, ["/faq", "/", "/cart"]);
    let customer = profile.customer.unwrap();
    assert_eq!((&*customer.id, customer.signed_ms, customer.attributes.len()), ("42", NOON + 3_600_000, 1));
}

#[test]
fn of_two_trials_of_one_rule_the_earlier_goes_on_and_counts_once() {
    let home = || visitor(NOON, &["/"], &[("call", true, NOON)]);
    let other = || visitor(NOON, &["/"], &[("call", false, NOON + 1000), ("banner", false, NOON)]);
    let now_ms = NOON + 5000;
    let (_, mut trials, mut counts) = joined(home(), arrival(other()), now_ms);
    trials.order(30.0, now_ms, &mut counts);
    let of = |counts: &Tally, rule: &str, control| {
        let subject = Subject::Rule { rule: rule.into(), variant: String::new(), control };
        let found = counts.iter().find(|(_, about, _)| **about == subject);
        found.map_or((0, 0), |(_, _, counts)| (counts.of(Measure::Converted), counts.of(Measure::Cents)))
    };
    assert_eq!(of(&counts, "call", true), (1, 3000));
    assert_eq!(of(&counts, "call", false), (0, 0), "one order, one group");
    assert_eq!(of(&counts, "banner", false), (1, 3000));
    let (_, other_way, _) = joined(other(), arrival(home()), now_ms);
    assert_eq!(
        joined(home(), arrival(other()), now_ms).1,
        other_way,
        "it does not matter who is merged into whom"
    );
}

#[test]
fn what_came_of_a_trial_under_either_name_is_not_counted_again() {
    let home = visitor(NOON, &["/"], &[("call", false, NOON)]);
    let mut other = visitor(NOON, &["/"], &[("call", false, NOON + 1000)]);
    other.1.outcome("call", Measure::Shown, NOON + 2000, &mut other.2);
    let mut counts = other.2.clone();
    let (_, mut trials, more) = joined(home, arrival(other), NOON + 5000);
    counts.add_all(more);
    trials.outcome("call", Measure::Shown, NOON + 6000, &mut counts);
    assert_eq!(sum(&counts, Measure::Shown), 1);
}

#[test]
fn a_trial_that_is_over_holds_up_none_that_is_open() {
    let home = visitor(NOON, &["/"], &[("call", true, NOON)]);
    let now_ms = NOON + WINDOW_MS + 1;
    let other = visitor(now_ms, &["/"], &[("call", false, now_ms)]);
    let (_, mut trials, mut counts) = joined(home, arrival(other), now_ms);
    trials.order(1.0, now_ms, &mut counts);
    assert_eq!(sum(&counts, Measure::Converted), 1);
}

#[test]
fn a_rule_found_to_hold_in_the_visit_is_not_counted_again_under_the_new_name() {
    let home = visitor(NOON - 86_400_000, &["/"], &[("call", false, NOON - 86_400_000)]);
    let other = visitor(NOON, &["/"], &[("call", false, NOON)]);
    let (profile, mut trials, mut counts) = joined(home, arrival(other), NOON);
    let before = sum(&counts, Measure::Eligible);
    trials.holds("call", profile.visits.count(), 7, &mut counts);
    assert_eq!(sum(&counts, Measure::Eligible), before);
    trials.holds("call", profile.visits.count() + 1, 7, &mut counts);
    assert_eq!(sum(&counts, Measure::Eligible), before + 1);
}

#[test]
fn visits_that_turn_out_to_be_one_have_one_exit() {
    let home = visitor(NOON, &["/faq"], &[]);
    let other = visitor(NOON + 60_000, &["/cart"], &[]);
    let (profile, _, counts) = joined(home, arrival(other), NOON);
    assert_eq!((profile.visits.count(), sum(&counts, Measure::Exits)), (1, -1));
    let exits: Vec<(&Subject, i64)> =
        counts.iter().map(|(_, page, counts)| (page, counts.of(Measure::Exits))).collect();
    assert!(exits.contains(&(&Subject::Page { path: "/faq".into() }, -1)), "{exits:?}");
}

#[test]
fn who_departed_before_the_customer_was_erased_is_turned_away_and_who_departs_later_is_not() {
    let departure = departure();
    let now_ms = departure.at_ms + 10_000;
    let erased = |at_ms| Some(Erasure { customer: departure.to.id, at_ms });
    assert!(departure.arrives(None, now_ms));
    assert!(departure.arrives(erased(departure.at_ms - 1), now_ms));
    assert!(!departure.arrives(erased(departure.at_ms), now_ms));
    assert!(!departure.arrives(erased(departure.at_ms + 1), now_ms));
}

#[test]
fn nobody_is_on_his_way_longer_than_the_signs_of_his_home_are_kept() {
    let departure = departure();
    assert!(departure.arrives(None, departure.at_ms + SIGN_MS - 1));
    assert!(!departure.arrives(None, departure.at_ms + SIGN_MS));
    const { assert!(HOME_SIGN_MS > SIGN_MS) }
}

#[test]
fn who_cannot_be_taken_home_is_tried_ever_more_seldom_and_never_given_up_by_that() {
    let pauses: Vec<u64> = (1..8).map(|tries| pause_ms(tries) / 1000).collect();
    assert_eq!(pauses, [5, 10, 20, 40, 80, 160, 320]);
    assert_eq!([pause_ms(0), pause_ms(11), pause_ms(u32::MAX)], [5_000, 3_600_000, 3_600_000]);
}
