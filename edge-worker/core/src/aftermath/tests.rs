use wire::{Batch, Consent, Event, Live, Page, What};

use super::Aftermath;
use crate::decide::{Round, settle};
use crate::facts::Place;
use crate::profile::Profile;
use crate::tally::{Measure, Subject, Tally};

const MINUTE_MS: u64 = 60_000;
const NOON_MS: u64 = 20_000 * 24 * 60 * MINUTE_MS + 12 * 60 * MINUTE_MS;

/// What a page load of the visitor's sends, its events numbered on from `first` and `ago_ms` old.
fn sent(stream: u8, first: u32, path: &str, ago_ms: u64, events: &[What]) -> Batch {
    let dwell_ms = u32::try_from(ago_ms).unwrap();
    Batch {
        clock: dwell_ms.to_le_bytes(),
        site: "shop".into(),
        consent: Consent::Granted,
        token: None,
        stream: [stream; 16],
        first,
        page: Page { path: path.into(), ..Page::default() },
        live: Live { dwell_ms, ..Live::default() },
        on_screen: Vec::new(),
        declined: Vec::new(),
        events: events.iter().map(|what| Event { at_ms: 0, what: what.clone() }).collect(),
    }
}

/// What the batches count together, in this order; all of them come at noon.
fn counted(batches: &[&Batch]) -> Tally {
    let (mut profile, mut sum) = (Profile::default(), Tally::default());
    for batch in batches {
        let mut aftermath = Aftermath::default();
        let round = Round {
            batch,
            visitor: &[7; 16],
            place: &Place::default(),
            hosts: &[],
            friction: false,
            program: None,
            desk: None,
            now_ms: NOON_MS,
        };
        settle(&mut profile, &round, &mut aftermath);
        sum.add_all(aftermath.counts);
    }
    sum
}

fn of(tally: &Tally, path: &str, measure: Measure) -> i64 {
    let about = Subject::Page { path: path.into() };
    tally.iter().filter(|(_, subject, _)| **subject == about).map(|(_, _, counts)| counts.of(measure)).sum()
}

#[test]
fn each_visit_has_one_exit_in_whatever_order_its_pages_come() {
    let hour_ms = 60 * MINUTE_MS;
    // Two pages of one visit, and two hours later one of another.
    let first = sent(1, 0, "/a", 3 * hour_ms, &[What::View]);
    let second = sent(2, 0, "/b", 3 * hour_ms - MINUTE_MS, &[What::View]);
    let later = sent(3, 0, "/c", hour_ms, &[What::View]);
    let orders = [
        [&first, &second, &later],
        [&first, &later, &second],
        [&second, &first, &later],
        [&second, &later, &first],
        [&later, &first, &second],
        [&later, &second, &first],
    ];
    for order in orders {
        let tally = counted(&order);
        let exits = ["/a", "/b", "/c"].map(|path| of(&tally, path, Measure::Exits));
        let views = ["/a", "/b", "/c"].map(|path| of(&tally, path, Measure::Views));
        assert_eq!((exits, views), ([0, 1, 1], [1, 1, 1]));
    }
}

#[test]
fn two_visits_that_turn_out_to_be_one_have_one_exit() {
    let parts = [50, 25, 0].map(|minutes| minutes * MINUTE_MS);
    let [first, between, last] = [("/a", parts[0], 1), ("/b", parts[1], 2), ("/c", parts[2], 3)]
        .map(|(path, ago_ms, stream)| sent(stream, 0, path, ago_ms, &[What::View]));
    let tally = counted(&[&first, &last, &between]);
    assert_eq!(["/a", "/b", "/c"].map(|path| of(&tally, path, Measure::Exits)), [0, 0, 1]);
}

#[test]
fn a_view_that_was_guessed_and_comes_counts_once() {
    let view = sent(1, 0, "/a", MINUTE_MS, &[What::View]);
    let behind = sent(1, 1, "/a", MINUTE_MS, &[What::RageClick]);
    let tally = counted(&[&behind, &view, &view]);
    let measures = [Measure::Views, Measure::Exits, Measure::RageClicks];
    assert_eq!(measures.map(|measure| of(&tally, "/a", measure)), [1, 1, 1]);
}
