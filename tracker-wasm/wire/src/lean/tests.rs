#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

extern crate std;

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use std::vec;

use super::{consent, explain, explained, inquiry, is_on_screen, known, reason};
use crate::{
    Account, Batch, Card, Consent, Explain, Explained, Field, Inquiry, Known, Link, Live, Page, Place,
    Preference, Show, Truth, Want, decode, encode,
};

/// Lengths on both sides of each step of the encoding.
const LENGTHS: [usize; 6] = [0, 1, 250, 251, 300, 20_000];

fn batch(consent: Consent, token: Option<String>) -> Batch {
    Batch {
        clock: [1, 2, 3, 4],
        site: "shop".to_string(),
        consent,
        token,
        stream: [7; 16],
        first: 70_000,
        page: Page { path: "/thé".to_string(), ..Page::default() },
        live: Live { dwell_ms: 70_000, form_errors: 300, ..Live::default() },
        on_screen: vec!["welcome".to_string(), "basket-call".to_string()],
        declined: vec![],
        events: vec![],
    }
}

fn fields(length: usize) -> Vec<Field> {
    vec![Field { name: "panier".to_string(), value: "é".repeat(length / 2) }]
}

fn card(length: usize) -> Card {
    Card {
        show: Show::Callback,
        language: "fr".to_string(),
        title: "t".repeat(length),
        text: String::new(),
        action: "a".to_string(),
        link: "/l".to_string(),
        slot: String::new(),
        place: Place::Bar,
        links: vec![Link { label: "l".to_string(), href: "/h".to_string() }],
        wait_s: (length > 1).then_some(length as u32),
        now: true,
        slots: vec![1_800_000_000, 1_800_001_800],
        labels: fields(2),
        why: "parce que".to_string(),
        data: fields(length),
    }
}

/// Whatever stands before the end of a message is not one.
#[track_caller]
fn refuses_every_prefix(bytes: &[u8], reads: impl Fn(&[u8]) -> bool) {
    assert!(reads(bytes));
    for end in (0..bytes.len()).filter(|end| end % 97 < 40) {
        assert!(!reads(&bytes[..end]), "{end} of {} bytes", bytes.len());
    }
    let mut longer = bytes.to_vec();
    longer.push(0);
    assert!(!reads(&longer));
    longer[0] = 9;
    assert!(!reads(&longer));
}

#[test]
fn a_question_is_what_the_codec_would_write() {
    for (consent, want) in [
        (Consent::NotAsked, Want::See),
        (Consent::Denied, Want::Export),
        (Consent::Granted, Want::Erase),
        (Consent::Necessary, Want::See),
    ] {
        for length in LENGTHS {
            let token = (length > 0).then(|| "t".repeat(length));
            let language = "l".repeat(length);
            let batch = batch(consent, token.clone());
            let written = inquiry(&encode(&batch), &language, want).unwrap();
            let site = "shop".to_string();
            assert_eq!(decode(&written), Ok(Inquiry { site, consent, token, language, want }));
            assert_eq!(super::consent(&encode(&batch)), consent);
        }
    }
}

#[test]
fn a_question_about_the_rules_is_what_the_codec_would_write() {
    for length in LENGTHS {
        let asked = Explain { key: "k".repeat(length), batch: batch(Consent::Granted, None) };
        assert_eq!(explain(&encode(&asked.batch), asked.key.as_bytes()), encode(&asked));
    }
}

#[test]
fn what_is_on_screen_is_found_behind_the_page() {
    for token in [None, Some("t".repeat(300))] {
        let bytes = encode(&batch(Consent::Granted, token));
        let found =
            ["basket-call", "welcome", "basket", ""].map(|rule| is_on_screen(&bytes, rule.as_bytes()));
        assert_eq!(found, [true, true, false, false]);
        assert!(!is_on_screen(&bytes[..bytes.len() / 2], b"welcome"));
    }
}

#[test]
fn nothing_is_asked_for_what_is_no_batch() {
    assert_eq!(inquiry(b"", "fr", Want::See), None);
    assert_eq!(inquiry(&[1, 0, 0, 0, 0, 200, 1], "fr", Want::See), None);
    assert_eq!(consent(&[9, 9]), Consent::NotAsked);
    assert_eq!(decode::<Explain>(&explain(b"", b"k")).ok(), None);
}

#[test]
fn what_is_known_is_read_as_the_codec_reads_it() {
    for length in LENGTHS {
        let told = Known {
            fields: fields(length),
            offers: [Show::Callback, Show::Banner, Show::Chat, Show::Survey]
                .map(|show| Preference { show, allowed: show != Show::Chat })
                .to_vec(),
            export: "x".repeat(length),
        };
        assert_eq!(known(&encode(&told)), Some(told.clone()));
        refuses_every_prefix(&encode(&told), |bytes| known(bytes).is_some());
    }
}

#[test]
fn what_the_rules_say_is_read_as_the_codec_reads_it() {
    for length in LENGTHS {
        let accounts = [Truth::No, Truth::NotYet, Truth::Yes].map(|truth| Account {
            rule: "basket-call".to_string(),
            truth,
            shown: truth == Truth::Yes,
            reason: "r".repeat(length),
        });
        let told = Explained { rules: accounts.to_vec() };
        assert_eq!(explained(&encode(&told)), Some(told.clone()));
        refuses_every_prefix(&encode(&told), |bytes| explained(bytes).is_some());
    }
}

#[test]
fn why_a_card_is_shown_is_read_past_the_rest_of_it() {
    for length in LENGTHS {
        let card = card(length);
        assert_eq!(reason(&encode(&card)), Some((card.why.clone(), card.data.clone())));
        refuses_every_prefix(&encode(&card), |bytes| reason(bytes).is_some());
    }
}

#[test]
fn a_list_that_claims_more_than_there_is_costs_nothing() {
    let endless = [1, 253, 255, 255, 255, 255, 255, 255, 255, 255];
    assert_eq!((known(&endless), explained(&endless), reason(&endless)), (None, None, None));
    assert_eq!(known(&[1, 255]), None);
    // A variant that nobody knows, and text that is not UTF-8.
    assert_eq!(explained(&[1, 1, 0, 3, 0, 0]), None);
    assert_eq!(known(&[1, 1, 1, 0xff, 0, 0, 0]), None);
}
