use wire::{Ask, Batch, Consent, Contact, Event, Live, MAX_EVENTS, Page, What, encode};

use super::{Refusal, batch, contact};

fn plain() -> Batch {
    Batch {
        clock: [0; 4],
        site: "shop".into(),
        consent: Consent::Granted,
        token: None,
        stream: [1; 16],
        first: 0,
        page: Page { path: "/".into(), ..Page::default() },
        live: Live::default(),
        on_screen: Vec::new(),
        declined: Vec::new(),
        events: vec![Event { at_ms: 0, what: What::View }],
    }
}

fn refused(change: impl FnOnce(&mut Batch)) -> Refusal {
    let mut spoiled = plain();
    change(&mut spoiled);
    batch(&encode(&spoiled)).unwrap_err()
}

#[test]
fn a_plain_batch_passes() {
    assert_eq!(batch(&encode(&plain())), Ok(plain()));
}

#[test]
fn every_limit_has_its_own_refusal() {
    let event = |what| vec![Event { at_ms: 0, what }];
    assert_eq!(
        refused(|batch| batch.events = vec![Event { at_ms: 0, what: What::View }; MAX_EVENTS + 1]),
        Refusal::TooManyEvents { count: MAX_EVENTS + 1 }
    );
    let crowded = vec![Event { at_ms: 0, what: What::View }; 20_000];
    assert_eq!(refused(|batch| batch.events = crowded), Refusal::TooMuch);
    assert_eq!(
        refused(|batch| batch.page.path = "/".repeat(3000)),
        Refusal::TextTooLong { field: "path", limit: 2048 }
    );
    assert_eq!(
        refused(|batch| batch.events = event(What::Track { name: "x".repeat(129) })),
        Refusal::TextTooLong { field: "event name", limit: 128 }
    );
    for total in [f64::NAN, f64::INFINITY, -1.0, 1e300] {
        assert_eq!(
            refused(|batch| batch.events = event(What::Cart { total, items: 1, currency: "EUR".into() })),
            Refusal::BadNumber { field: "cart total" }
        );
    }
}

#[test]
fn only_numbers_in_e164_form_are_called() {
    let ask = |ask: Ask| {
        contact(&encode(&Contact {
            site: "shop".into(),
            consent: Consent::NotAsked,
            token: None,
            id: [0; 16],
            rule: "r".into(),
            page: Page::default(),
            ask,
        }))
    };
    let phone = |phone: &str| ask(Ask::Callback { phone: phone.into(), at_s: None });
    for good in ["+33612345678", "+4930123456", "+123456789012345"] {
        assert!(phone(good).is_ok(), "{good}");
    }
    for bad in ["", "0612345678", "+", "+0612345678", "+33 612345678", "+1234567890123456", "+33a12345678"] {
        assert_eq!(phone(bad).unwrap_err(), Refusal::BadPhone, "{bad}");
    }
    let silent = Ask::Message { reply_to: "a@example.org".into(), text: "  ".into() };
    assert_eq!(ask(silent).unwrap_err(), Refusal::EmptyMessage);
}

#[test]
fn a_refusal_says_what_is_wrong_and_the_next_step() {
    let (wrong, next) = Refusal::WireVersion { found: 9 }.explain();
    assert_eq!(wrong, "the body is of protocol version 9, this edge speaks 1");
    assert_eq!(next, "reload the page, so that it takes the tag this edge serves");
}

#[test]
fn a_next_step_fits_whatever_was_sent() {
    // Rules and settings are read by the same gate as batches and contacts.
    for refusal in [Refusal::Empty, Refusal::TooLarge { limit: 9 }, Refusal::Truncated] {
        let (wrong, next) = refusal.explain();
        assert!(!wrong.contains("batch") && !next.contains("batch"), "{wrong}: {next}");
    }
    assert_eq!(Refusal::NoSite.explain().1, "add `?site=KEY`");
}
