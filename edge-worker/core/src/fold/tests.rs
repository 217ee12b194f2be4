use wire::{Batch, Consent, Event, Live, Page, Show, What};

use super::fold;
use crate::profile::Profile;

const MINUTE: u64 = 60_000;
const NOON: u64 = 20_000 * 24 * 60 * MINUTE + 12 * 60 * MINUTE;

/// One page load of the visitor's: its events are numbered on from `first`.
fn load(stream: u8, first: u32, path: &str, events: Vec<What>) -> Batch {
    Batch {
        clock: [0; 4],
        site: "shop".into(),
        consent: Consent::Granted,
        token: None,
        stream: [stream; 16],
        first,
        page: Page { path: path.into(), ..Page::default() },
        live: Live::default(),
        on_screen: Vec::new(),
        declined: Vec::new(),
        events: events.into_iter().map(|what| Event { at_ms: 0, what }).collect(),
    }
}

fn after(batches: &[(u64, Batch)]) -> Profile {
    let mut profile = Profile::default();
    for (at_ms, batch) in batches {
        fold(&mut profile, batch, &[], *at_ms);
    }
    profile
}

#[test]
fn a_batch_sent_twice_counts_once() {
    let batch = load(1, 0, "/p/teapot", vec![What::View, What::Track { name: "zoom".into() }]);
    let once = after(&[(NOON, batch.clone())]);
    let twice = after(&[(NOON, batch.clone()), (NOON + 5, batch)]);
    assert_eq!(once.pages, twice.pages);
    assert_eq!(once.events, twice.events);
    assert_eq!(twice.views_of("/p/teapot"), 1);
}

#[test]
fn a_resent_batch_that_grew_adds_only_its_new_events() {
    let short = load(1, 0, "/", vec![What::View]);
    let long = load(1, 0, "/", vec![What::View, What::Track { name: "zoom".into() }]);
    let profile = after(&[(NOON, short), (NOON + 5, long)]);
    assert_eq!((profile.pages.len(), profile.events.len()), (1, 1));
}

#[test]
fn two_tabs_are_two_streams() {
    let profile = after(&[
        (NOON, load(1, 0, "/p/cup", vec![What::View])),
        (NOON + 1, load(2, 0, "/p/cup", vec![What::View])),
    ]);
    assert_eq!(profile.views_of("/p/cup"), 2);
    assert_eq!(profile.visits.count(), 1);
}

#[test]
fn thirty_minutes_of_silence_end_a_visit() {
    let profile = after(&[
        (NOON, load(1, 0, "/", vec![What::View])),
        (NOON + 29 * MINUTE, load(2, 0, "/faq", vec![What::View])),
        (NOON + 59 * MINUTE, load(3, 0, "/cart", vec![What::View])),
    ]);
    assert_eq!(
        (profile.visits.count(), profile.visit().pages, profile.visit().entry.as_str()),
        (2, 1, "/cart")
    );
    assert_eq!(profile.visits.previous_end_ms(), NOON + 29 * MINUTE);
    assert_eq!(profile.first_seen_ms, NOON);
}

#[test]
fn an_order_empties_the_basket() {
    let cart = What::Cart { total: 210.0, items: 2, currency: "EUR".into() };
    let profile = after(&[(
        NOON,
        load(1, 0, "/checkout", vec![cart, What::Order { id: String::new(), total: 210.0 }]),
    )]);
    assert_eq!(
        (profile.orders.count, profile.orders.total(), profile.orders.last_ms()),
        (1, 210.0, NOON + 1)
    );
    assert_eq!(profile.basket().map(|cart| cart.items), Some(0));
}

#[test]
fn what_was_shown_and_answered_is_remembered_with_its_visit() {
    let rule = || "call".to_owned();
    let profile = after(&[
        (NOON, load(1, 0, "/", vec![What::Shown { rule: rule() }, What::Less { rule: rule() }])),
        (
            NOON + 60 * MINUTE,
            load(2, 0, "/", vec![What::Shown { rule: rule() }, What::Dismissed { rule: rule() }]),
        ),
    ]);
    let seen: Vec<_> = profile.exposures.iter().map(|exposure| (exposure.last_ms, exposure.times)).collect();
    assert_eq!(seen, [(NOON, 1), (NOON + 60 * MINUTE, 1)]);
    let answer = &profile.answers[0];
    assert_eq!((answer.settled_ms, answer.less_ms), (NOON + 60 * MINUTE + 1, NOON + 1));
}

#[test]
fn an_event_is_as_old_as_the_clock_of_its_batch_says() {
    let mut batch = load(1, 0, "/", vec![What::View]);
    batch.events[0].at_ms = 1_000;
    batch.clock = 3_600_000_u32.to_le_bytes();
    assert_eq!(after(&[(NOON, batch)]).pages[0].at_ms, NOON - 60 * MINUTE + 1_000);
}

#[test]
fn an_event_cannot_be_dated_before_a_week_ago() {
    let mut batch = load(1, 0, "/", vec![What::View]);
    batch.clock = [u8::MAX; 4];
    assert_eq!(after(&[(NOON, batch)]).pages[0].at_ms, NOON - 7 * 24 * 60 * MINUTE);
}

#[test]
fn an_order_told_twice_counts_once_and_one_without_a_number_each_time() {
    let order = |id: &str| What::Order { id: id.into(), total: 10.0 };
    let profile = after(&[
        (NOON, load(1, 0, "/thanks", vec![order("A-1"), order("A-2")])),
        (NOON + MINUTE, load(2, 0, "/thanks", vec![order("A-1"), order(""), order("")])),
    ]);
    assert_eq!((profile.orders.count, profile.orders.total(), profile.events.len()), (4, 40.0, 4));
}

#[test]
fn the_latest_choice_of_a_kind_counts() {
    let choose = |allowed| What::Prefers { show: Show::Chat, allowed };
    let profile = after(&[
        (NOON + MINUTE, load(2, 0, "/", vec![choose(false)])),
        (NOON, load(1, 0, "/", vec![choose(true)])),
    ]);
    assert_eq!((profile.allows(Show::Chat), profile.allows(Show::Banner)), (false, true));
}

#[test]
fn a_survey_is_kept_with_its_score_and_settles_its_rule() {
    let answered = What::Answered { rule: "ask".into(), score: 9, text: " slow ".into() };
    let profile = after(&[(NOON, load(1, 0, "/", vec![answered]))]);
    assert_eq!((profile.surveys[0].score, profile.surveys[0].remark.as_str()), (5, "slow"));
    assert_eq!(profile.answers[0].settled_ms, NOON);
}

#[test]
fn the_page_before_is_of_this_visit() {
    let profile = after(&[
        (NOON, load(1, 0, "/old", vec![What::View])),
        (NOON + 60 * MINUTE, load(2, 0, "/faq", vec![What::View])),
    ]);
    assert_eq!(profile.previous_path(), None);
    let profile = after(&[
        (NOON, load(1, 0, "/faq", vec![What::View])),
        (NOON + 1, load(2, 0, "/cart", vec![What::View])),
    ]);
    assert_eq!(profile.previous_path(), Some("/faq"));
}

#[test]
fn a_checkout_is_abandoned_once_its_visit_is_over_without_an_order() {
    let begun = (NOON, load(1, 0, "/checkout", vec![What::View]));
    let back = |what| (NOON + 90 * MINUTE, load(2, 0, "/", what));
    assert!(!after(std::slice::from_ref(&begun)).abandoned_checkout(NOON));
    assert!(after(&[begun.clone(), back(vec![What::View])]).abandoned_checkout(NOON));
    assert!(
        !after(&[begun, back(vec![What::View, What::Order { id: String::new(), total: 9.0 }])])
            .abandoned_checkout(NOON)
    );
}

#[test]
fn who_consents_on_a_page_is_met_on_it() {
    let mut asks = load(1, 1, "/p/teapot", vec![]);
    asks.page.query = "utm_campaign=Sale".into();
    asks.live.dwell_ms = 9_000;
    let profile = after(&[(NOON, asks.clone()), (NOON + 1, asks)]);
    assert_eq!((profile.visits.count(), profile.visit().pages, profile.views_of("/p/teapot")), (1, 1, 1));
    assert_eq!((profile.visit().source.campaign.as_str(), profile.pages[0].at_ms), ("Sale", NOON - 9_000));
}

#[test]
fn a_batch_that_comes_behind_a_later_one_is_folded_too() {
    let first = load(1, 0, "/a", vec![What::View, What::Track { name: "zoom".into() }]);
    let beacon = load(1, 2, "/b", vec![What::View]);
    let both = load(1, 0, "/a", vec![What::View, What::Track { name: "zoom".into() }, What::View]);
    for batches in [vec![first.clone(), beacon.clone()], vec![beacon.clone(), first.clone()]] {
        let batches: Vec<_> =
            batches.into_iter().chain([first.clone(), beacon.clone(), both.clone()]).collect();
        let dated: Vec<_> = batches.into_iter().map(|batch| (NOON, batch)).collect();
        let profile = after(&dated);
        assert_eq!((profile.pages.len(), profile.events.len(), profile.visit().pages), (2, 1, 2));
    }
}

#[test]
fn a_returning_visitor_who_consents_late_is_met_on_the_page_once() {
    let mut asks = load(2, 1, "/p/teapot", vec![]);
    asks.live.dwell_ms = 5_000;
    let later = load(2, 1, "/p/teapot", vec![What::Track { name: "zoom".into() }]);
    let before = load(1, 0, "/", vec![What::View]);
    let profile = after(&[(NOON, before), (NOON + 90 * MINUTE, asks), (NOON + 91 * MINUTE, later)]);
    assert_eq!(
        (profile.visits.count(), profile.views_of("/p/teapot"), profile.visit().entry.as_str()),
        (2, 1, "/p/teapot")
    );
}

#[test]
fn a_view_on_the_way_is_not_counted_beside_the_one_its_stream_was_met_with() {
    let beacon = load(1, 2, "/a", vec![What::Shown { rule: "call".into() }]);
    let late = load(1, 0, "/a", vec![What::View, What::Track { name: "zoom".into() }]);
    let profile = after(&[(NOON, beacon), (NOON + 1, late)]);
    assert_eq!((profile.views_of("/a"), profile.events.len()), (1, 1));
}

#[test]
fn the_event_to_decide_on_is_the_most_telling_of_the_new_ones() {
    let cart = What::Cart { total: 9.0, items: 1, currency: "EUR".into() };
    let batch = load(1, 0, "/", vec![What::View, What::Track { name: "add_to_cart".into() }, cart]);
    let mut profile = Profile::default();
    let track = What::Track { name: "add_to_cart".into() };
    assert_eq!(fold(&mut profile, &batch, &[], NOON), Some(&track));
    assert_eq!(fold(&mut profile, &batch, &[], NOON), None, "all of them are known");
}
