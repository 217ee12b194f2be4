use wire::{Show, Want};

use super::{KEPT, known, nothing};
use crate::profile::{Choice, Profile};
use crate::tally::{Measure, Tally, Trials};

fn visitor() -> Profile {
    let mut profile = Profile { first_seen_ms: 1_763_902_800_000, ..Profile::default() };
    profile.view(1_763_902_800_000, "/faq", "Help");
    profile.order("A-1", 12.5, 1_763_902_800_000);
    profile.choose(Choice { show: Show::Chat, allowed: false, at_ms: 1 });
    profile
}

#[test]
fn everything_a_profile_keeps_is_declared() {
    // The fields of the profile as the compiler lists them, so that none is forgotten.
    let listing = format!("{:#?}", Profile::default());
    let fields = listing.lines().filter_map(|line| line.strip_prefix("    ")?.split_once(':'));
    let fields: Vec<&str> = fields.map(|(name, _)| name).filter(|name| !name.starts_with(' ')).collect();
    assert!(fields.len() > 10, "{fields:?}");
    for field in fields {
        assert!(KEPT.iter().any(|kept| kept.covers.contains(&field)), "`{field}` is kept and not declared");
    }
}

#[test]
fn a_visitor_is_told_in_his_language() {
    let told = |language: &str| {
        let fields = known(&visitor(), &Trials::default(), Want::See, language, &[]).fields;
        let told: Vec<String> =
            fields.into_iter().map(|field| format!("{}: {}", field.name, field.value)).collect();
        told.join("\n")
    };
    let english = told("en-GB");
    assert!(english.contains("the pages you viewed: /faq"), "{english}");
    assert!(english.contains("your first visit: 2025-11-23T13:00:00Z"), "{english}");
    let french = told("fr-CA");
    assert!(french.contains("vos commandes: 1 (12,50)"), "{french}");
}

#[test]
fn a_choice_shows_in_the_panel() {
    let allowed = |show| {
        let offers = known(&visitor(), &Trials::default(), Want::See, "en", &[]).offers;
        offers.iter().find(|offer| offer.show == show).map(|offer| offer.allowed)
    };
    assert_eq!((allowed(Show::Chat), allowed(Show::Banner)), (Some(false), Some(true)));
}

#[test]
fn an_export_holds_everything_and_fits_a_reply() {
    let mut profile = visitor();
    for number in 0..500_u64 {
        profile.view(number, &format!("/{number}/{}", "x".repeat(150)), &"t".repeat(80));
        profile.stream(&u128::from(number).to_le_bytes(), number).next = 1;
    }
    let profile = Profile::from_bytes(&profile.to_bytes()).unwrap();
    let (mut trials, mut tally) = (Trials::default(), Tally::default());
    trials.open("call", "b", false, 7, 1000, &mut tally);
    trials.holds("call", 1, 7, &mut tally);
    trials.outcome("call", Measure::Shown, 1000, &mut tally);
    let answer = known(&profile, &trials, Want::Export, "en", &[]);
    let export: serde_json::Value = serde_json::from_str(&answer.export).unwrap();
    assert_eq!(export["visitor"]["pages"].as_array().map(Vec::len), Some(profile.pages.len()));
    let measured = &export["measured"];
    assert_eq!(measured["trials"][0]["rule"], "call");
    assert_eq!(measured["trials"][0]["outcomes"], serde_json::json!(["shown"]));
    assert_eq!(measured["eligible_fingerprints"].as_array().map(Vec::len), Some(1));
    assert!(wire::encode(&answer).len() < wire::MAX_BODY_BYTES);
}

#[test]
fn of_a_stranger_nothing_is_known() {
    let answer = nothing();
    assert!(answer.fields.is_empty() && answer.export.is_empty());
    assert!(answer.offers.iter().all(|offer| offer.allowed));
}
