use rules::{Program, check};
use wire::{Batch, Card, Consent, Event, Field, Link, Live, Page, Reply, Show, Watch, What, decode};

use super::{Round, round};
use crate::desk::{Desk, DeskSettings, Waiting};
use crate::facts::Place;
use crate::profile::Profile;

const NOON_MS: u64 = 1_763_902_800_000;

fn program(source: &str) -> Program {
    let checked = check("rules.toml", source);
    checked.program.unwrap_or_else(|| panic!("{:?}", checked.diagnostics))
}

/// One visitor's way through the rules.
struct Visit {
    program: Program,
    profile: Profile,
    batch: Batch,
    now_ms: u64,
    visitor: [u8; 16],
    friction: bool,
    desk: Option<Desk>,
}

impl Visit {
    fn under(source: &str) -> Self {
        let batch = Batch {
            clock: [0; 4],
            site: "shop".into(),
            consent: Consent::Granted,
            token: None,
            stream: [1; 16],
            first: 0,
            page: Page { path: "/".into(), language: "en".into(), ..Page::default() },
            live: Live::default(),
            on_screen: Vec::new(),
            declined: Vec::new(),
            events: Vec::new(),
        };
        Self {
            program: program(source),
            profile: Profile::default(),
            batch,
            now_ms: NOON_MS,
            visitor: [7; 16],
            friction: false,
            desk: None,
        }
    }

    fn does(&mut self, what: What) -> Reply {
        self.now_ms += 1000;
        self.batch.events = vec![Event { at_ms: 0, what }];
        let reply = round(
            &mut self.profile,
            &Round {
                batch: &self.batch,
                visitor: &self.visitor,
                place: &Place::default(),
                hosts: &[],
                friction: self.friction,
                program: Some(&self.program),
                desk: self.desk.as_ref(),
                now_ms: self.now_ms,
            },
        );
        self.batch.first = reply.acknowledged;
        reply
    }

    fn opens(&mut self, path: &str) -> Reply {
        self.batch.page.path = path.into();
        self.batch.live = Live::default();
        self.does(What::View)
    }
}

fn shown(reply: &Reply) -> Vec<&str> {
    reply.offers.iter().map(|offer| offer.rule.as_str()).collect()
}

const CALL: &str = r#"
[[rule]]
id = "call"
show = "callback"
group = "contact"
cap = { per = "visit", times = 1 }
when = { page.path = "/cart", page.dwell = ">= 45s", cart.total = ">= 150" }
content.en = { title = "A question?", text = "Your basket is {cart.total} {cart.currency}." }
content.fr = { title = "Une question ?", text = "Votre panier fait {cart.total} {cart.currency}." }
"#;

#[test]
fn a_reply_carries_the_watch_then_the_card() {
    let mut visit = Visit::under(CALL);
    visit.does(What::Cart { total: 210.0, items: 2, currency: "EUR".into() });
    let reply = visit.opens("/cart");
    assert_eq!((shown(&reply), &*reply.watch), (vec![], &[Watch::Dwell { ms: 45_000 }][..]));
    visit.batch.live.dwell_ms = 45_000;
    visit.batch.page.language = "fr-FR".into();
    let reply = visit.does(What::Reached);
    assert_eq!(shown(&reply), ["call"]);
    let card: Card = decode(&reply.offers[0].card).unwrap();
    assert_eq!(
        (card.show, card.title.as_str(), card.language.as_str()),
        (Show::Callback, "Une question ?", "fr")
    );
    assert!(card.text.contains("210"), "{}", card.text);
    assert!(card.why.contains("/cart"), "{}", card.why);
    assert!(
        card.data.iter().any(|field| field.name == "le total du panier" && field.value.contains("210")),
        "{:?}",
        card.data
    );
}

#[test]
fn a_widget_that_was_closed_is_not_offered_again_in_the_visit() {
    let mut visit = Visit::under(
        r#"
        [[rule]]
        id = "hello"
        show = "banner"
        when = { page.path = "/" }
        content.en.title = "Hello"
        "#,
    );
    assert_eq!(shown(&visit.opens("/")), ["hello"]);
    assert_eq!(shown(&visit.does(What::Dismissed { rule: "hello".into() })), Vec::<&str>::new());
    visit.now_ms += 3_600_000;
    assert_eq!(shown(&visit.opens("/")), ["hello"]);
    visit.does(What::Less { rule: "hello".into() });
    visit.now_ms += 3_600_000;
    assert_eq!(shown(&visit.opens("/")), Vec::<&str>::new(), "asked for less, for good");
}

#[test]
fn a_segment_entered_now_counts_now() {
    let mut visit = Visit::under(
        r#"
        [[rule]]
        id = "hesitant"
        show = "tag"
        tag = "hesitant"
        when = { page.path = "/p/*", page.views = ">= 2" }

        [[rule]]
        id = "help"
        show = "chat"
        when = { visitor.segments = "hesitant" }
        content.en.title = "Shall we help?"
        "#,
    );
    assert_eq!(shown(&visit.opens("/p/bell")), Vec::<&str>::new());
    assert_eq!(shown(&visit.opens("/p/bell")), ["help"]);
    assert_eq!(visit.profile.segments, ["hesitant"]);
}

#[test]
fn one_of_the_control_group_sees_nothing_and_is_counted_once_a_page() {
    let held_out = |number: u8| {
        let mut visit = Visit::under(
            r#"
            [[rule]]
            id = "hello"
            show = "banner"
            holdout = "50%"
            when = { page.path = "/" }
            content.en.title = "Hello"
            "#,
        );
        visit.visitor = [number; 16];
        let sees_nothing = shown(&visit.opens("/")).is_empty();
        sees_nothing.then_some(visit)
    };
    let mut visit = (0..64).find_map(held_out).expect("half of the visitors are held out");
    visit.does(What::Track { name: "zoom".into() });
    let counted = |visit: &Visit| -> u32 {
        visit.profile.exposures.iter().filter(|entry| entry.control).map(|entry| entry.times).sum()
    };
    assert_eq!(counted(&visit), 1);
    visit.opens("/");
    assert_eq!(counted(&visit), 2);
}

#[test]
fn before_the_first_rules_nothing_is_shown_and_events_are_kept() {
    let batch = Visit::under(CALL).batch;
    let mut profile = Profile::default();
    let place = Place::default();
    let batch = Batch { events: vec![Event { at_ms: 0, what: What::View }], ..batch };
    let reply = round(
        &mut profile,
        &Round {
            batch: &batch,
            visitor: &[],
            place: &place,
            hosts: &[],
            friction: false,
            program: None,
            desk: None,
            now_ms: NOON_MS,
        },
    );
    assert_eq!((reply.acknowledged, reply.offers.len(), profile.pages.len()), (1, 0, 1));
}

#[test]
fn a_rule_over_a_thousand_pages_makes_a_card_the_tag_can_read() {
    let paths: Vec<String> =
        (0..1000).map(|number| format!("\"/catalogue/a-rather-long-name/{number}\"")).collect();
    let mut visit = Visit::under(&format!(
        r#"
        [[rule]]
        id = "many"
        show = "banner"
        when = {{ page.path = [{}] }}
        content.en.title = "Hello"
        "#,
        paths.join(", ")
    ));
    let reply = visit.opens("/catalogue/a-rather-long-name/999");
    assert_eq!(shown(&reply), ["many"]);
    assert!(wire::encode(&reply).len() < wire::MAX_BODY_BYTES / 4);
}

#[test]
fn a_card_carries_the_links_the_labels_and_the_place_of_its_rule() {
    let mut visit = Visit::under(
        r#"
[[rule]]
id = "help"
show = "banner"
place = "bar"
when = { page.path = "/hilfe" }
[rule.content.de]
title = "Fragen?"
links = [{ label = "Lieferzeiten nach {page.path}", link = "/faq?von={page.path}" }]
labels = { dismiss = "Nicht jetzt" }
"#,
    );
    let reply = visit.opens("/hilfe");
    let card: Card = decode(&reply.offers[0].card).unwrap();
    assert_eq!((card.place, card.language.as_str()), (wire::Place::Bar, "de"));
    assert_eq!(
        card.links,
        [Link { label: "Lieferzeiten nach /hilfe".into(), href: "/faq?von=%2Fhilfe".into() }]
    );
    assert_eq!(card.labels, [Field { name: "dismiss".into(), value: "Nicht jetzt".into() }]);
}

const HELLO: &str = r#"
[[rule]]
id = "hello"
show = "banner"
when = { page.path = "/" }
content.en.title = "Hello"
"#;

#[test]
fn a_kind_the_visitor_refused_is_not_offered_and_once_allowed_again_it_is() {
    let mut visit = Visit::under(HELLO);
    let choose = |allowed| What::Prefers { show: Show::Banner, allowed };
    assert_eq!(shown(&visit.does(choose(false))), Vec::<&str>::new());
    assert_eq!(shown(&visit.opens("/")), Vec::<&str>::new());
    visit.does(choose(true));
    assert_eq!(shown(&visit.opens("/")), ["hello"]);
}

#[test]
fn a_kind_allowed_again_brings_back_the_rules_the_visitor_wanted_less_of() {
    let mut visit = Visit::under(HELLO);
    visit.does(What::Less { rule: "hello".into() });
    assert_eq!(shown(&visit.opens("/")), Vec::<&str>::new());
    visit.does(What::Prefers { show: Show::Banner, allowed: true });
    assert_eq!(shown(&visit.opens("/")), ["hello"]);
}

#[test]
fn what_the_device_says_was_sent_away_stays_away() {
    let mut visit = Visit::under(HELLO);
    visit.batch.consent = Consent::Necessary;
    visit.batch.declined = vec!["hello".into()];
    assert_eq!(shown(&visit.opens("/")), Vec::<&str>::new());
}

#[test]
fn forms_and_clicks_are_reported_only_where_a_rule_reads_them() {
    let watched = |when: &str| {
        Visit::under(&format!(
            "[[rule]]\nid = \"r\"\nshow = \"banner\"\nwhen = {{ {when} }}\ncontent.en.title = \"t\""
        ))
        .opens("/")
        .watch
    };
    assert_eq!(watched("page.path = \"/\""), []);
    assert_eq!(watched("form.errors = \">= 2\""), [Watch::Forms]);
    assert_eq!(watched("did = \"form_abandoned\""), [Watch::Forms]);
    assert_eq!(watched("clicks.rage = \">= 1\""), [Watch::RageClicks]);
    assert_eq!(watched("event.name = \"rage_click\""), [Watch::RageClicks]);
}

#[test]
fn a_site_that_measures_friction_hears_how_pages_end() {
    let mut visit = Visit::under(HELLO);
    visit.friction = true;
    assert_eq!(visit.opens("/").watch, [Watch::Forms, Watch::RageClicks, Watch::Leaving]);
}

const DESK: &str = r#"
[[rule]]
id = "call"
show = "callback"
when = { page.path = "/cart", desk.wait = "<= 2m" }
content.en.title = "A question?"
"#;

/// A desk open on Sundays from 13:00 UTC; [`NOON_MS`] is 13:00 on a Sunday.
fn desk(load: &[Waiting], hours: &str) -> Option<Desk> {
    let settings = DeskSettings {
        hours: hours.into(),
        holidays: Vec::new(),
        agents: 1,
        handling_ms: 4 * 60_000,
        now_within_ms: 10 * 60_000,
    };
    Some(Desk::new(&settings, "UTC", load, NOON_MS).unwrap())
}

#[test]
fn a_callback_says_the_wait_and_the_other_times() {
    let mut visit = Visit::under(DESK);
    visit.desk = desk(&[], "sun 13:00-15:00");
    let reply = visit.opens("/cart");
    assert_eq!(shown(&reply), ["call"]);
    let card: Card = decode(&reply.offers[0].card).unwrap();
    assert_eq!((card.wait_s, card.now, card.slots.len()), (Some(0), true, 3 + 2 * 4));
    assert_eq!(card.slots[0], NOON_MS / 1000 + 30 * 60);
}

#[test]
fn a_rule_that_waits_for_an_agent_asks_again_when_one_is_free() {
    let mut visit = Visit::under(DESK);
    visit.desk = desk(&[Waiting { asked_ms: NOON_MS, at_s: None }], "sun 13:00-15:00");
    let reply = visit.opens("/cart");
    assert_eq!((shown(&reply), reply.ask_again_ms), (vec![], Some(4 * 60_000 - 1000)));
    assert_eq!(visit.opens("/elsewhere").ask_again_ms, None, "the desk is not what holds it back");
}

#[test]
fn a_rule_that_waits_for_the_desk_asks_again_when_it_opens_soon() {
    let mut visit = Visit::under(DESK);
    visit.desk = desk(&[], "sun 13:20-15:00");
    assert_eq!(visit.opens("/cart").ask_again_ms, Some(20 * 60_000 - 1000));
    visit.desk = desk(&[], "mon 13:20-15:00");
    assert_eq!(visit.opens("/cart").ask_again_ms, None, "nobody waits for tomorrow");
}
