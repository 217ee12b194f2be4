use super::{Customer, MAX_BYTES, NamedEvent, Profile, ProfileError};
use crate::customer::{Attribute, Value};

/// A profile as version 1 wrote it: two visits, a basket, an order, an exposure, a closed widget and one refused.
const VERSION_1: &str = include_str!("profile-v1.hex");

const MINUTE: u64 = 60_000;

fn hex(text: &str) -> Vec<u8> {
    base16ct::lower::decode_vec(text.trim()).unwrap()
}

fn busy() -> Profile {
    let mut profile = Profile::default();
    for number in 0..500_u64 {
        let at_ms = 1_763_902_800_000 + number * 40 * MINUTE;
        let path = format!("/{}/{number}", "very-long-path".repeat(20));
        profile.visits.take(at_ms, 1, || ("/entry".repeat(30)[..160].to_owned(), longest_source()));
        profile.view(at_ms, &path, &"t".repeat(500));
        profile.happened(NamedEvent { at_ms, name: "e".repeat(128) });
        let rule = format!("{number}{}", "r".repeat(120));
        profile.expose(&rule, at_ms, false);
        profile.less(&rule, at_ms);
        profile.surveyed(at_ms, &rule, 3, &"x".repeat(500));
        profile.order(&rule, 1e12, at_ms);
        profile.enter(&format!("{number}{}", "s".repeat(120)));
        let stream = profile.stream(&u128::from(number).to_le_bytes(), at_ms);
        for first in (u32::MAX - 100..u32::MAX - 10).step_by(10) {
            stream.take(first, first + 1);
        }
        stream.guessed_ms = at_ms;
    }
    let attribute =
        |number| Attribute { name: format!("attribute-{number}"), value: Value::Set(vec!["m".repeat(100)]) };
    profile.customer = Some(Customer {
        id: "c".repeat(128),
        signed_ms: u64::MAX,
        attributes: (0..40).map(attribute).collect(),
    });
    profile
}

fn longest_source() -> crate::source::Source {
    let text = || "x".repeat(96);
    crate::source::Source {
        referrer: text(),
        search: text(),
        source: text(),
        medium: text(),
        campaign: text(),
        term: text(),
    }
}

#[test]
fn a_profile_survives_the_round_trip() {
    let mut profile = Profile::default();
    profile.visits.take(7, 1, Default::default);
    profile.view(7, "/p/teapot", "Teapot");
    let bytes = profile.to_bytes();
    assert_eq!(Profile::from_bytes(&bytes), Ok(profile));
}

#[test]
fn the_busiest_profile_stays_within_its_row_and_keeps_its_newest() {
    let mut profile = busy();
    let bytes = profile.to_bytes();
    assert!((MAX_BYTES * 7 / 10..=MAX_BYTES).contains(&bytes.len()), "{} bytes", bytes.len());
    let kept = Profile::from_bytes(&bytes).unwrap();
    let last_ms = 1_763_902_800_000 + 499 * 40 * MINUTE;
    assert_eq!(kept.pages.last().map(|page| page.at_ms), Some(last_ms));
    assert_eq!(kept.visit().last_ms, last_ms);
    assert_eq!(kept.visits.count(), 500);
    assert_eq!(kept.streams.last().map(|stream| stream.guessed_ms), Some(last_ms));
    assert!(kept.pages.len() >= 5, "{} pages", kept.pages.len());
    assert!(kept.segments.len() >= 2 && kept.answers.len() >= 2 && kept.exposures.len() >= 4);
}

#[test]
fn a_common_profile_keeps_all_it_may() {
    let mut profile = Profile::default();
    for number in 0..100_u64 {
        let at_ms = 1_763_902_800_000 + number * MINUTE;
        profile.visits.take(at_ms, 1, || ("/".into(), Default::default()));
        profile.view(at_ms, &format!("/p/article-{number}"), "An article of the shop");
        profile.happened(NamedEvent { at_ms, name: "add_to_cart".into() });
        profile.stream(&u128::from(number).to_le_bytes(), at_ms).take(0, 2);
    }
    profile.to_bytes();
    let titled = profile.pages.iter().filter(|page| !page.title.is_empty()).count();
    assert_eq!((profile.pages.len(), titled, profile.events.len()), (64, 24, 64));
    assert_eq!((profile.streams.len(), profile.views.len()), (64, 100));
}

#[test]
fn a_row_that_is_no_profile_says_so() {
    assert_eq!(Profile::from_bytes(&[]), Err(ProfileError::Version { found: None }));
    assert_eq!(Profile::from_bytes(&[250, 1]), Err(ProfileError::Version { found: Some(250) }));
    for version in [1, 2] {
        assert!(matches!(Profile::from_bytes(&[version, 1]), Err(ProfileError::Damaged(_))));
    }
}

#[test]
fn a_row_of_version_1_is_read_and_written_as_version_2() {
    let mut profile = Profile::from_bytes(&hex(VERSION_1)).unwrap();
    let noon = 1_763_902_800_000;
    assert_eq!((profile.visits.count(), profile.visit().pages), (2, 2));
    assert_eq!(profile.visit().entry, "/cart");
    assert_eq!(profile.visits.previous_end_ms(), noon);
    assert_eq!(profile.views_of("/faq"), 1);
    assert_eq!((profile.orders.count, profile.orders.total()), (1, 12.5));
    assert_eq!(profile.basket().map(|cart| (cart.total, cart.currency)), Some((210.0, "EUR".into())));
    assert_eq!(profile.segments, ["hesitant"]);
    assert_eq!(profile.exposures[0].times, 2);
    let answers: Vec<_> = profile.answers.iter().map(|answer| (&*answer.rule, answer.less_ms > 0)).collect();
    assert_eq!(answers, [("call", false), ("sale", true)]);
    assert!(profile.answers[0].settled_ms >= profile.visit().started_ms, "closed in this visit");
    // The stream is known again: what was folded is not folded twice.
    assert!(!profile.stream(&[7; 16], noon).wants(2));
    assert_eq!(profile.to_bytes()[0], 2);
}

#[test]
fn exposures_of_a_quarter_of_an_hour_make_one_entry() {
    let mut profile = Profile::default();
    for minute in [16, 0, 14, 5] {
        profile.expose("call", minute * MINUTE, false);
    }
    profile.expose("call", 17 * MINUTE, true);
    let entries: Vec<_> = profile.exposures.iter().map(|entry| (entry.times, entry.control)).collect();
    assert_eq!(entries, [(3, false), (1, false), (1, true)]);
}

#[test]
fn views_are_counted_by_whole_path() {
    let mut profile = Profile::default();
    for _ in 0..3 {
        profile.view(1, "/p/teapot", "");
    }
    profile.view(2, "/p/cup", "");
    assert_eq!((profile.views_of("/p/teapot"), profile.views_of("/p/cup"), profile.views_of("/")), (3, 1, 0));
}

/// A visitor who views these pages, a minute apart, and orders.
fn life(from_ms: u64, pages: &[&str], order: &str) -> Profile {
    let mut profile = Profile::default();
    for (at_ms, path) in (from_ms..).step_by(60_000).zip(pages) {
        profile.visits.take(at_ms, 1, || ((*path).to_owned(), Default::default()));
        profile.view(at_ms, path, "");
        profile.last_seen_ms = at_ms;
    }
    profile.first_seen_ms = from_ms;
    profile.order(order, 10.0, from_ms);
    profile
}

#[test]
fn two_lives_of_one_person_become_one() {
    let noon = 1_763_902_800_000;
    let (known, anonymous) =
        (life(noon, &["/", "/faq"], "A-1"), life(noon + 600_000, &["/faq", "/cart"], "A-1"));
    let mut merged = known.clone();
    merged.absorb(anonymous.clone());
    assert_eq!((merged.visits.count(), merged.visit().pages, merged.views_of("/faq")), (1, 4, 2));
    assert_eq!((merged.orders.count, merged.orders.total()), (1, 10.0), "one order, told under both names");
    assert_eq!((merged.first_seen_ms, merged.last_seen_ms), (noon, noon + 660_000));
    let mut other_way = anonymous;
    other_way.absorb(known);
    assert_eq!(merged, other_way, "it does not matter who is merged into whom");
}

#[test]
fn a_run_of_the_tag_told_under_two_names_is_folded_as_far_as_either() {
    let run = |spans: &[(u32, u32)]| {
        let mut profile = Profile::default();
        for (first, end) in spans {
            profile.stream(&[1; 16], 60_000).take(*first, *end);
        }
        profile
    };
    for (one, another) in [
        (&[(0, 3)][..], &[(3, 5)][..]),
        (&[(0, 1), (4, 6)], &[(2, 3)]),
        (&[], &[(2, 3)]),
        (&[(0, 2), (5, 6), (8, 9)], &[(1, 3), (4, 8)]),
    ] {
        let wants = |profile: &Profile| {
            let stream = profile.stream_of(&[1; 16]).unwrap();
            (0..12).map(|number| stream.wants(number)).collect::<Vec<_>>()
        };
        let taken =
            |number: u32| one.iter().chain(another).any(|(first, end)| (*first..*end).contains(&number));
        let mut merged = run(one);
        merged.absorb(run(another));
        assert_eq!(wants(&merged), (0..12).map(|number| !taken(number)).collect::<Vec<_>>());
        let mut other_way = run(another);
        other_way.absorb(run(one));
        assert_eq!(wants(&merged), wants(&other_way));
        other_way.absorb(run(one));
        assert_eq!(wants(&merged), wants(&other_way), "told again, it changes nothing");
    }
}

#[test]
fn an_order_told_under_two_names_is_one_purchase() {
    let mut known = Profile::default();
    known.order("A-1", 10.0, 2000);
    known.happened(NamedEvent { at_ms: 2000, name: "purchase".into() });
    let mut other = Profile::default();
    other.order("A-1", 10.0, 1000);
    other.happened(NamedEvent { at_ms: 1000, name: "purchase".into() });
    known.absorb(other);
    let times: Vec<u64> = known.events.iter().map(|event| event.at_ms).collect();
    assert_eq!((known.orders.count, times.as_slice()), (1, &[1000][..]));
}
