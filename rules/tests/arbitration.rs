//! Who wins, and why the others lose.

use rules::{
    Consent, Evaluation, Exposure, ExposureKind, Facts, Moment, Outcome, Period, Program, Reason, Signal,
    Verdict, Watch, check,
};

/// Four visible rules that hold on `/`, one that waits, and two that act.
const SHOP: &str = r#"
[site]
timezone = "Europe/Paris"
pressure = { per = "day", times = 3 }

[[rule]]
id = "welcome"
show = "banner"
priority = 10
content.en.title = "t"
when = { page.path = "/" }

[[rule]]
id = "sale"
show = "banner"
priority = 20
cap = { per = "visit", times = 1, cooldown = "2d" }
content.en.title = "t"
when = { page.path = "/" }

[[rule]]
id = "hero"
show = "banner"
slot = "hero"
content.en.title = "t"
when = { page.path = "/" }

[[rule]]
id = "call"
show = "callback"
group = "contact"
priority = 5
schedule = { hours = "mon-fri 08:00-18:00" }
content.en.title = "t"
when = { page.path = "/" }

[[rule]]
id = "chat"
show = "chat"
group = "contact"
priority = 4
content.en.title = "t"
when = { page.path = "/" }

[[rule]]
id = "patient"
show = "survey"
cap = { per = "visitor", times = 1 }
content.en.title = "t"
when = { page.dwell = ">= 30s" }

[[rule]]
id = "segment"
show = "tag"
tag = "seen"
when = { page.path = "/" }

[[rule]]
id = "mail"
show = "notify"
event = "visited"
when = { page.path = "/" }
"#;

/// Tuesday 2026-11-03, 10:20 in Paris.
const TUESDAY: i64 = 1_793_697_600_000;
const DAY: i64 = 86_400_000;

fn program(source: &str) -> Program {
    check("shop.toml", source).program.expect("no faults")
}

fn home(program: &Program) -> Evaluation {
    let mut facts = Facts::new();
    facts.set_text(Signal::PagePath, "/");
    program.evaluate(&facts)
}

fn moment() -> Moment<'static> {
    Moment { now_ms: TUESDAY, visitor: b"someone", consent: Consent::Granted, visit: 2, ..Moment::default() }
}

fn shown(rule: &str, visit: u32, last_ms: i64) -> Exposure<'_> {
    Exposure { rule, visit, times: 1, last_ms, kind: ExposureKind::Shown }
}

fn ids<'p>(program: &'p Program, rules: &[usize]) -> Vec<&'p str> {
    rules.iter().map(|rule| program.rules()[*rule].id.as_str()).collect()
}

fn decide(moment: &Moment<'_>) -> (Program, Verdict) {
    let program = program(SHOP);
    let verdict = program.arbitrate(&home(&program), moment);
    (program, verdict)
}

fn outcome(rule: &str, moment: &Moment<'_>) -> Outcome {
    let (program, verdict) = decide(moment);
    let rule = program.index_of(rule).expect("a rule of the shop");
    verdict.outcomes.iter().find(|(of, _)| *of == rule).map(|(_, outcome)| *outcome).expect("it holds")
}

#[test]
fn one_rule_wins_each_place_and_the_highest_priority_comes_first() {
    let (program, verdict) = decide(&moment());
    assert_eq!(ids(&program, &verdict.shown), ["sale", "call", "hero"]);
    assert_eq!(ids(&program, &verdict.done), ["segment", "mail"]);
    assert_eq!(outcome("welcome", &moment()), Outcome::Lost(Reason::Outranked { by: 1 }));
    assert_eq!(outcome("chat", &moment()), Outcome::Lost(Reason::GroupTaken { by: 3 }));
    assert_eq!(verdict.watch, [Watch::DwellMs(30_000)]);
}

#[test]
fn a_capped_rule_yields_to_the_next_priority() {
    let seen = [shown("sale", 2, TUESDAY - 1_000)];
    let (program, verdict) = decide(&Moment { exposures: &seen, ..moment() });
    assert_eq!(ids(&program, &verdict.shown), ["welcome", "call"]);
    let capped = Outcome::Lost(Reason::Capped { per: Period::Visit, times: 1 });
    assert_eq!(outcome("sale", &Moment { exposures: &seen, ..moment() }), capped);
}

#[test]
fn a_cooldown_runs_from_the_last_time() {
    let seen = [shown("sale", 1, TUESDAY - DAY)];
    let cooling = Outcome::Lost(Reason::Cooling { until_ms: TUESDAY + DAY });
    assert_eq!(outcome("sale", &Moment { exposures: &seen, ..moment() }), cooling);
    let seen = [shown("sale", 1, TUESDAY - 2 * DAY)];
    assert_eq!(outcome("sale", &Moment { exposures: &seen, ..moment() }), Outcome::Shown);
}

#[test]
fn a_closed_schedule_says_when_it_opens() {
    // Saturday 2026-11-07; Monday's 08:00 in Paris is 07:00 UTC.
    let saturday = TUESDAY + 4 * DAY;
    let (_, verdict) = decide(&Moment { now_ms: saturday, ..moment() });
    let monday = TUESDAY - TUESDAY.rem_euclid(DAY) + 6 * DAY + 7 * 3_600_000;
    assert_eq!(verdict.opens_ms, Some(monday));
    assert_eq!(
        outcome("call", &Moment { now_ms: saturday, ..moment() }),
        Outcome::Lost(Reason::Closed { opens_ms: Some(monday) })
    );
}

#[test]
fn the_visitors_wishes_come_before_the_sites() {
    let less = Moment { less: &["sale"], ..moment() };
    assert_eq!(outcome("sale", &less), Outcome::Lost(Reason::AskedForLess));
    let unwanted = Moment { unwanted: &["banner"], ..moment() };
    assert_eq!(outcome("sale", &unwanted), Outcome::Lost(Reason::AskedForLess));
    assert_eq!(outcome("call", &unwanted), Outcome::Shown);
    let settled = Moment { settled: &["call"], ..moment() };
    assert_eq!(outcome("call", &settled), Outcome::Lost(Reason::Settled));
    assert_eq!(outcome("chat", &settled), Outcome::Shown);
    let stranger = Moment { consent: Consent::Withheld, visitor: b"", ..moment() };
    assert_eq!(outcome("sale", &stranger), Outcome::Lost(Reason::NoConsent));
    assert_eq!(outcome("mail", &stranger), Outcome::Lost(Reason::NoConsent));
    assert_eq!(outcome("welcome", &stranger), Outcome::Shown);
}

#[test]
fn what_is_on_screen_keeps_its_place_and_its_group() {
    let screen = Moment { on_screen: &["chat", "welcome"], ..moment() };
    assert_eq!(outcome("chat", &screen), Outcome::Lost(Reason::OnScreen));
    assert_eq!(outcome("call", &screen), Outcome::Lost(Reason::GroupTaken { by: 4 }));
    assert_eq!(outcome("sale", &screen), Outcome::Lost(Reason::Outranked { by: 0 }));
}

#[test]
fn the_sites_pressure_counts_every_rule_and_this_decision() {
    let seen = [shown("gone", 1, TUESDAY - 3_600_000), shown("call", 2, TUESDAY - 60_000)];
    let (program, verdict) = decide(&Moment { exposures: &seen, ..moment() });
    assert_eq!(ids(&program, &verdict.shown), ["sale"], "one of three is left today");
    // Yesterday on the wall in Paris does not count, though it is less than a day ago.
    let seen = [shown("gone", 1, TUESDAY - 12 * 3_600_000); 3];
    assert_eq!(outcome("call", &Moment { exposures: &seen, ..moment() }), Outcome::Shown);
    // Webhooks press on nobody.
    let seen = [shown("mail", 1, TUESDAY); 3];
    assert_eq!(outcome("call", &Moment { exposures: &seen, ..moment() }), Outcome::Shown);
}

#[test]
fn no_watch_is_armed_for_a_rule_that_could_not_be_shown() {
    let seen = [shown("patient", 1, TUESDAY - 30 * DAY)];
    let (_, verdict) = decide(&Moment { exposures: &seen, ..moment() });
    assert_eq!(verdict.watch, []);
}

#[test]
fn a_control_group_is_held_out_and_its_exposures_are_counted() {
    let source = SHOP.replace("id = \"sale\"", "id = \"sale\"\nholdout = \"50%\"");
    let program = program(&source);
    let evaluation = home(&program);
    let mut held = 0;
    for visitor in 0..1_000_u32 {
        let key = visitor.to_le_bytes();
        let verdict = program.arbitrate(&evaluation, &Moment { visitor: &key, ..moment() });
        let again = program.arbitrate(&evaluation, &Moment { visitor: &key, visit: 3, ..moment() });
        assert_eq!(verdict, again, "a visitor stays in his group");
        let first = ids(&program, &verdict.shown)[0];
        match verdict.controls.is_empty() {
            true => assert_eq!(first, "sale"),
            false => {
                held += 1;
                assert_eq!(first, "welcome", "the control group sees what it would see without the rule");
            }
        }
    }
    assert!((430..570).contains(&held), "{held} of 1000 are held out");
}

#[test]
fn the_order_of_the_moments_lists_does_not_matter() {
    let program = program(SHOP);
    let evaluation = home(&program);
    let seen = [shown("sale", 1, TUESDAY - DAY), shown("gone", 2, TUESDAY), shown("chat", 2, TUESDAY - 5)];
    let screen = ["chat", "welcome", "hero"];
    let forward = Moment { exposures: &seen, on_screen: &screen, less: &["call", "mail"], ..moment() };
    let (seen, screen) = ([seen[2], seen[0], seen[1]], ["hero", "chat", "welcome"]);
    let backward = Moment { exposures: &seen, on_screen: &screen, less: &["mail", "call"], ..moment() };
    assert_eq!(program.arbitrate(&evaluation, &forward), program.arbitrate(&evaluation, &backward));
}

#[test]
fn variants_share_the_visitors_by_weight() {
    let source = "[[rule]]\nid = 'r'\nshow = 'banner'\ncontent.en.title = 'own'\nwhen = { page.path = '/' }\n\
                  [rule.variants.a]\nweight = 3\n[rule.variants.b]\ncontent.en.title = 'other'\n";
    let program = program(source);
    let facts = Facts::new();
    let others = (0..4_000_u32)
        .filter(|visitor| {
            let card = program.card(0, &facts, "en", &visitor.to_le_bytes());
            assert_eq!(card.title == "other", card.variant.as_deref() == Some("b"));
            card.title == "other"
        })
        .count();
    assert!((900..1_100).contains(&others), "{others} of 4000 see a variant of weight 1 in 4");
}
