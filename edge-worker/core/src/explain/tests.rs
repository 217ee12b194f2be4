use rules::{Program, check};
use wire::{Account, Batch, Consent, Live, Page, Truth, encode};

use super::{Question, explain};
use crate::decide::Round;
use crate::facts::Place;
use crate::profile::Profile;

const RULES: &str = r#"
[[rule]]
id = "hello"
show = "banner"
when = { page.path = "/" }
content.en.title = "Hello"

[[rule]]
id = "stay"
show = "chat"
when = { page.path = "/", page.dwell = ">= 45s" }
content.en.title = "Shall we help?"

[[rule]]
id = "basket"
show = "callback"
when = { cart.total = ">= 150" }
content.en.title = "A question?"
"#;

fn program(source: &str) -> Program {
    let checked = check("rules.toml", source);
    checked.program.unwrap_or_else(|| panic!("{:?}", checked.diagnostics))
}

fn page(path: &str, language: &str) -> Batch {
    Batch {
        clock: [0; 4],
        site: "shop".into(),
        consent: Consent::Granted,
        token: None,
        stream: [1; 16],
        first: 3,
        page: Page { path: path.into(), language: language.into(), ..Page::default() },
        live: Live { dwell_ms: 12_000, ..Live::default() },
        on_screen: Vec::new(),
        declined: Vec::new(),
        events: Vec::new(),
    }
}

fn accounts(rules: &str, profile: Profile, batch: &Batch) -> Vec<Account> {
    let program = program(rules);
    let round = Round {
        batch,
        visitor: &[],
        place: &Place::default(),
        hosts: &[],
        friction: false,
        program: Some(&program),
        desk: None,
        now_ms: 1_763_902_800_000,
    };
    explain(profile, &round).rules
}

#[test]
fn every_rule_gives_its_account_in_the_order_of_the_file() {
    let accounts = accounts(RULES, Profile::default(), &page("/", "en"));
    let said: Vec<(&str, Truth, bool)> =
        accounts.iter().map(|account| (&*account.rule, account.truth, account.shown)).collect();
    assert_eq!(
        said,
        [("hello", Truth::Yes, true), ("stay", Truth::NotYet, false), ("basket", Truth::No, false)]
    );
    assert!(accounts[1].reason.contains("12 seconds"), "{}", accounts[1].reason);
    assert!(accounts[2].reason.contains("cart.total"), "{}", accounts[2].reason);
}

#[test]
fn the_account_speaks_the_page_s_language() {
    let accounts = accounts(RULES, Profile::default(), &page("/", "fr-FR"));
    assert!(accounts[1].reason.starts_with("pas encore"), "{}", accounts[1].reason);
}

#[test]
fn what_the_profile_knows_is_known_here_too() {
    let mut profile = Profile::default();
    profile.visits.take(1, 1, Default::default);
    profile.visits.take(1_763_902_800_000, 1, Default::default);
    profile.cart.tell(1, crate::profile::Cart { total: 210.0, items: 2, currency: "EUR".into() });
    let accounts = accounts(RULES, profile, &page("/cart", "en"));
    assert_eq!((accounts[2].truth, accounts[2].shown), (Truth::Yes, true));
}

#[test]
fn a_thousand_rules_leave_out_those_that_do_not_hold() {
    let mut rules: String = (0..1000)
        .map(|number| {
            format!(
                "[[rule]]\nid = \"rule-{number}\"\nshow = \"tag\"\ntag = \"t\"\nwhen = {{ page.path = \"/never-ever-{}\" }}\n",
                "x".repeat(90)
            )
        })
        .collect();
    rules.push_str(RULES);
    let accounts = accounts(&rules, Profile::default(), &page("/", "en"));
    assert!(accounts.len() < 1003 && accounts.len() > 100, "{}", accounts.len());
    assert!(accounts.iter().any(|account| account.rule == "hello"));
    assert!(encode(&wire::Explained { rules: accounts }).len() <= wire::MAX_BODY_BYTES);
}

#[test]
fn a_question_survives_the_way() {
    let question =
        Question { visitor: [7; 16], place: Place::default(), batch: page("/", "en"), at_ms: Some(1) };
    assert_eq!(Question::from_bytes(&question.to_bytes()), Ok(question));
}
