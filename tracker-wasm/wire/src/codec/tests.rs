extern crate std;

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::{DecodeError, decode, encode, unpack};
use crate::pen::{self, Answer, Lines, Parts, Pen, Speaker, kind};
use crate::{
    Account, Ask, Batch, Card, Consent, Contact, Event, Explain, Explained, Field, Inquiry, Known, Link,
    Live, MAX_BODY_BYTES, Offer, Page, Place, Preference, Reply, Show, Truth, VERSION, Want, Watch, What,
};

fn batch() -> Batch {
    Batch {
        clock: 100_000_u32.to_le_bytes(),
        site: "shop".to_owned(),
        consent: Consent::Granted,
        token: Some("d1.local.3.id.mac".to_owned()),
        stream: [7; 16],
        first: 300,
        page: Page {
            path: "/p/théière".to_owned(),
            query: "utm_source=mail".to_owned(),
            title: "Théière".to_owned(),
            kind: "product".to_owned(),
            language: "fr-FR".to_owned(),
            referrer: "https://search.example/?q=th%C3%A9".to_owned(),
        },
        live: Live {
            dwell_ms: 45_000,
            idle_ms: 2,
            scroll_percent: 80,
            exit_intent: true,
            form_started: true,
            form_errors: 2,
            rage_clicks: 1,
        },
        on_screen: vec!["basket-call".to_owned()],
        declined: vec!["welcome".to_owned()],
        events: vec![
            Event { at_ms: 70_000, what: What::View },
            Event { at_ms: 9, what: What::Reached },
            Event { at_ms: 8, what: What::Track { name: "add_to_cart".to_owned() } },
            Event { at_ms: 7, what: What::Cart { total: 210.5, items: 3, currency: "EUR".to_owned() } },
            Event { at_ms: 6, what: What::Order { id: "A-7".to_owned(), total: 210.5 } },
            Event { at_ms: 5, what: What::Shown { rule: "a".to_owned() } },
            Event { at_ms: 4, what: What::Dismissed { rule: "a".to_owned() } },
            Event { at_ms: 3, what: What::Accepted { rule: "a".to_owned() } },
            Event { at_ms: 2, what: What::Less { rule: "a".to_owned() } },
            Event {
                at_ms: 2,
                what: What::Answered { rule: "a".to_owned(), score: 4, text: "oui".to_owned() },
            },
            Event { at_ms: 1, what: What::Prefers { show: Show::Chat, allowed: false } },
            Event { at_ms: 1, what: What::Identify { id: "c-9".to_owned(), proof: "00ff".to_owned() } },
            Event { at_ms: 1, what: What::FormStarted { form: "quote".to_owned() } },
            Event { at_ms: 1, what: What::FormError { form: "quote".to_owned() } },
            Event { at_ms: 1, what: What::FormAbandoned { form: "quote".to_owned() } },
            Event { at_ms: 1, what: What::RageClick },
            Event { at_ms: 0, what: What::Left },
            Event {
                at_ms: 99_000,
                what: What::CartChange { removed: true, total: 9.5, items: 70_000, currency: String::new() },
            },
        ],
    }
}

fn reply() -> Reply {
    let card = Card {
        show: Show::Callback,
        language: "fr".to_owned(),
        title: "Une question ?".to_owned(),
        text: String::new(),
        action: "Rappelez-moi".to_owned(),
        link: String::new(),
        slot: String::new(),
        place: Place::Bar,
        links: vec![Link { label: "Livraison".to_owned(), href: "/faq/delivery".to_owned() }],
        wait_s: Some(90),
        now: true,
        slots: vec![1_793_000_000],
        labels: vec![Field { name: "close".to_owned(), value: "zu".to_owned() }],
        why: "parce que".to_owned(),
        data: vec![Field { name: "cart.total".to_owned(), value: "210".to_owned() }],
    };
    Reply {
        token: Some("t".to_owned()),
        acknowledged: 309,
        offers: vec![Offer { rule: "basket-call".to_owned(), card: encode(&card) }],
        watch: vec![
            Watch::Dwell { ms: 45_000 },
            Watch::Idle { ms: 20_000 },
            Watch::Scroll { percent: 50 },
            Watch::ExitIntent,
            Watch::Forms,
            Watch::RageClicks,
            Watch::Leaving,
        ],
        ask_again_ms: Some(1),
    }
}

fn contact(ask: Ask) -> Contact {
    Contact {
        site: "shop".to_owned(),
        consent: Consent::NotAsked,
        token: None,
        id: [1; 16],
        rule: "basket-call".to_owned(),
        page: Page::default(),
        ask,
    }
}

#[test]
fn every_message_survives_the_round_trip() {
    assert_eq!(decode(&encode(&batch())), Ok(batch()));
    assert_eq!(decode(&encode(&reply())), Ok(reply()));
    for ask in [
        Ask::Callback { phone: "+33612345678".to_owned(), at_s: Some(1_793_000_000) },
        Ask::Message { reply_to: "a@example.org".to_owned(), text: "?".to_owned() },
    ] {
        assert_eq!(decode(&encode(&contact(ask.clone()))), Ok(contact(ask)));
    }
    let inquiry = Inquiry {
        site: "shop".to_owned(),
        consent: Consent::Granted,
        token: None,
        language: "fr".to_owned(),
        want: Want::Export,
    };
    assert_eq!(decode(&encode(&inquiry)), Ok(inquiry));
    let known = Known {
        fields: vec![Field { name: "visites".to_owned(), value: "3".to_owned() }],
        offers: vec![Preference { show: Show::Survey, allowed: true }],
        export: "{}".to_owned(),
    };
    assert_eq!(decode(&encode(&known)), Ok(known));
    let explain = Explain { key: "k".to_owned(), batch: batch() };
    assert_eq!(decode(&encode(&explain)), Ok(explain));
    let account =
        Account { rule: "a".to_owned(), truth: Truth::NotYet, shown: false, reason: "too soon".to_owned() };
    let explained = Explained { rules: vec![account] };
    assert_eq!(decode(&encode(&explained)), Ok(explained));
}

#[test]
fn a_kept_batch_is_dated_without_decoding() {
    let mut bytes = encode(&batch());
    // As `send` in tracker-wasm/js/host.js does it.
    bytes[1..5].copy_from_slice(&170_000_u32.to_le_bytes());
    let kept: Batch = decode(&bytes).unwrap();
    assert_eq!(kept.age_ms(&kept.events[0]), 70_000 + batch().age_ms(&batch().events[0]));
}

/// A change here is a change of the protocol: raise [`VERSION`] with it.
#[test]
fn the_bytes_are_those_of_version_1() {
    let hex: String = encode(&batch()).iter().map(|byte| std::format!("{byte:02x}")).collect();
    assert_eq!(VERSION, 1);
    assert_eq!(hex, include_str!("batch-v1.hex").trim());
    let hex: String = encode(&reply()).iter().map(|byte| std::format!("{byte:02x}")).collect();
    assert_eq!(hex, include_str!("reply-v1.hex").trim());
}

#[test]
fn each_kind_of_bad_bytes_has_its_own_error() {
    let good = encode(&batch());
    let spoiled = |change: fn(&mut Vec<u8>)| {
        let mut bytes = good.clone();
        change(&mut bytes);
        decode::<Batch>(&bytes)
    };
    assert_eq!(decode::<Batch>(&[]), Err(DecodeError::Empty));
    assert_eq!(spoiled(|bytes| bytes[0] = 9), Err(DecodeError::Version { found: 9 }));
    assert_eq!(spoiled(|bytes| bytes.truncate(40)), Err(DecodeError::Truncated));
    assert_eq!(spoiled(|bytes| bytes.push(0)), Err(DecodeError::Malformed));
    assert_eq!(
        spoiled(|bytes| bytes.resize(MAX_BODY_BYTES + 1, 0)),
        Err(DecodeError::TooLarge { bytes: MAX_BODY_BYTES + 1 })
    );
    let crowded = Batch { events: vec![Event { at_ms: 0, what: What::View }; 20_000], ..batch() };
    assert_eq!(decode::<Batch>(&encode(&crowded)), Err(DecodeError::TooMuch));
}

#[test]
fn every_prefix_of_a_message_is_refused() {
    let good = encode(&batch());
    for length in 0..good.len() {
        assert!(decode::<Batch>(&good[..length]).is_err(), "{length} bytes of {}", good.len());
    }
}

#[test]
fn a_message_may_fill_its_limit() {
    let mut full = batch();
    full.events = vec![Event { at_ms: 1, what: What::Track { name: "x".repeat(120) } }; crate::MAX_EVENTS];
    full.on_screen = vec!["y".repeat(120); 250];
    let bytes = encode(&full);
    assert!(bytes.len() > MAX_BODY_BYTES * 9 / 10 && bytes.len() <= MAX_BODY_BYTES, "{}", bytes.len());
    assert_eq!(decode(&bytes), Ok(full));
}

#[test]
fn a_length_that_promises_gigabytes_allocates_nothing() {
    // 0xfd announces a 64-bit length.
    let bytes = [VERSION, 0xfd, 0, 0, 0, 0, 1, 0, 0, 0, b'x'];
    assert!(decode::<Batch>(&bytes).is_err());
    assert!(unpack::<Vec<String>>(&bytes[1..], 1024).is_err());
}

#[test]
fn random_bytes_never_panic() {
    // A small xorshift: the point is variety that is the same on every run.
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for _ in 0..20_000 {
        let mut bytes = vec![VERSION];
        for _ in 0..(state % 200) {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            bytes.push(state.to_le_bytes()[0]);
        }
        state = state.wrapping_add(0x9e37_79b9);
        let _ = decode::<Batch>(&bytes);
        let _ = decode::<Reply>(&bytes);
        let _ = decode::<Contact>(&bytes);
    }
}

/// What the tag writes by hand, as the derived code writes it.
#[test]
fn the_pen_writes_what_the_codec_does() {
    let whole = batch();
    let lines = |rules: &[String]| {
        let mut lines = Lines::default();
        rules.iter().for_each(|rule| lines.push(rule.as_bytes()));
        lines
    };
    let mut events = Pen::default();
    for Event { at_ms, what } in &whole.events {
        let pen = &mut events;
        match what {
            What::View => pen.event(*at_ms, kind::VIEW),
            What::Reached => pen.event(*at_ms, kind::REACHED),
            What::Track { name } => pen.event(*at_ms, kind::TRACK).text(name.as_bytes()),
            What::Cart { total, items, currency } => {
                pen.event(*at_ms, kind::CART).float(*total).number(*items).text(currency.as_bytes())
            }
            What::Order { id, total } => pen.event(*at_ms, kind::ORDER).text(id.as_bytes()).float(*total),
            What::Shown { rule } => pen.event(*at_ms, kind::SHOWN).text(rule.as_bytes()),
            What::Dismissed { rule } => pen.event(*at_ms, kind::DISMISSED).text(rule.as_bytes()),
            What::Accepted { rule } => pen.event(*at_ms, kind::ACCEPTED).text(rule.as_bytes()),
            What::Less { rule } => pen.event(*at_ms, kind::LESS).text(rule.as_bytes()),
            What::Answered { rule, score, text } => {
                pen.event(*at_ms, kind::ANSWERED).text(rule.as_bytes()).byte(*score).text(text.as_bytes())
            }
            What::Prefers { show, allowed } => {
                pen.event(*at_ms, kind::PREFERS).byte(*show as u8).byte(u8::from(*allowed))
            }
            What::Identify { id, proof } => {
                pen.event(*at_ms, kind::IDENTIFY).text(id.as_bytes()).text(proof.as_bytes())
            }
            What::FormStarted { form } => pen.event(*at_ms, kind::FORM_STARTED).text(form.as_bytes()),
            What::FormError { form } => pen.event(*at_ms, kind::FORM_ERROR).text(form.as_bytes()),
            What::FormAbandoned { form } => pen.event(*at_ms, kind::FORM_ABANDONED).text(form.as_bytes()),
            What::RageClick => pen.event(*at_ms, kind::RAGE_CLICK),
            What::Left => pen.event(*at_ms, kind::LEFT),
            What::CartChange { removed, total, items, currency } => {
                pen.event(*at_ms, kind::CART_CHANGE).byte(u8::from(*removed)).float(*total);
                pen.number(*items).text(currency.as_bytes())
            }
        };
    }
    let page = &whole.page;
    let mut texts = Pen::default();
    for text in [&page.path, &page.query, &page.kind, &page.language, &page.referrer] {
        texts.text(text.as_bytes());
    }
    let written = pen::batch(&Parts {
        clock_ms: u32::from_le_bytes(whole.clock),
        speaker: Speaker { site: b"shop", consent: Consent::Granted, token: b"d1.local.3.id.mac" },
        stream: &whole.stream,
        first: whole.first,
        page: &texts.0,
        title: page.title.as_bytes(),
        live: &whole.live,
        on_screen: &lines(&whole.on_screen),
        declined: &lines(&whole.declined),
        count: whole.events.len() as u32,
        events: &events.0,
    });
    assert_eq!(written, encode(&whole));

    let ask = Ask::Callback { phone: "+33612345678".to_owned(), at_s: Some(1_793_000_000) };
    let mut asked = Pen::default();
    asked.byte(0).text(b"+33612345678").byte(1).number(1_793_000_000);
    let nobody = Speaker { site: b"shop", consent: Consent::NotAsked, token: b"" };
    let written = pen::contact(&nobody, &[1; 16], b"basket-call", &[0; 6], &asked.0);
    assert_eq!(written, encode(&contact(ask)));
}

#[test]
fn the_pen_reads_what_the_codec_writes_and_nothing_else() {
    let whole = reply();
    let bytes = encode(&whole);
    let read = pen::answer(&bytes).unwrap();
    let offers: Vec<(&[u8], &[u8])> =
        whole.offers.iter().map(|offer| (offer.rule.as_bytes(), &*offer.card)).collect();
    let expected = Answer {
        token: b"t",
        acknowledged: whole.acknowledged,
        offers,
        watch: whole.watch.clone(),
        ask_again_ms: whole.ask_again_ms,
    };
    assert_eq!(read, expected);
    let nothing = encode(&Reply::default());
    assert_eq!(pen::answer(&nothing), Some(Answer::default()));
    for length in 0..bytes.len() {
        assert_eq!(pen::answer(&bytes[..length]), None);
    }
    // What the derived reader takes, this one takes for the same; of what it refuses, this one may take a text that is
    // not UTF-8, for it does not look into texts.
    for at in 0..bytes.len() {
        for byte in [0, 1, 6, 250, 251, 252, 253, 255] {
            let mut spoiled = bytes.clone();
            spoiled[at] = byte;
            if let Ok(reply) = decode::<Reply>(&spoiled) {
                let answer = pen::answer(&spoiled).unwrap();
                assert_eq!(
                    (answer.acknowledged, answer.watch),
                    (reply.acknowledged, reply.watch),
                    "{at}: {byte}"
                );
            }
        }
    }
    assert_eq!(pen::answer(&[bytes, vec![0]].concat()), None);
}

#[test]
fn lines_are_found_whole_and_taken_out() {
    let mut lines = Lines::default();
    for rule in ["basket-call", "call", "", "basket"] {
        lines.push(rule.as_bytes());
    }
    assert!(lines.has(b"call") && lines.has(b"") && lines.has(b"basket"));
    assert!(!lines.has(b"bask") && !lines.has(b"basket-call\ncall"));
    lines.remove(b"basket-call");
    lines.remove(b"nothing");
    assert_eq!(lines.0, b"call\n\nbasket\n");
}
