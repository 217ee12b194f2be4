use rules::{Program, check};
use wire::{Batch, Consent, Event, Live, Page, What};

use super::{Absence, DAY_MS, Effort, Looked, Next, Outlook, look};
use crate::aftermath::Aftermath;
use crate::decide::{Round, settle};
use crate::desk::{Desk, DeskSettings};
use crate::facts::Place;
use crate::profile::{Profile, TIMEOUT_MS};

/// Sunday 2025-11-23, 13:00 UTC.
const NOON: u64 = 1_763_902_800_000;
const HOUR_MS: u64 = 60 * 60 * 1000;

/// A visitor's life under some rules: what he does, and what is told of him meanwhile, as the rule and hours since noon.
struct Life {
    program: Program,
    outlook: Outlook,
    profile: Profile,
    desk: Option<Desk>,
    now_ms: u64,
    due_ms: u64,
    told: Vec<(String, u64)>,
    letters: Vec<String>,
    gone: bool,
    stream: u8,
    /// What one look may weigh.
    effort: u32,
}

impl Life {
    fn under(source: &str) -> Self {
        let checked = check("rules.toml", source);
        let program = checked.program.unwrap_or_else(|| panic!("{:?}", checked.diagnostics));
        Self {
            outlook: Outlook::of(Some(&program), 390),
            program,
            profile: Profile::default(),
            desk: None,
            now_ms: NOON,
            due_ms: u64::MAX,
            told: Vec::new(),
            letters: Vec::new(),
            gone: false,
            stream: 0,
            effort: u32::MAX,
        }
    }

    fn does(&mut self, path: &str, whats: &[What]) {
        self.stream += 1;
        let batch = Batch {
            clock: [0; 4],
            site: "shop".into(),
            consent: Consent::Granted,
            token: None,
            stream: [self.stream; 16],
            first: 0,
            page: Page { path: path.into(), ..Page::default() },
            live: Live::default(),
            on_screen: Vec::new(),
            declined: Vec::new(),
            events: whats.iter().map(|what| Event { at_ms: 0, what: what.clone() }).collect(),
        };
        let mut aftermath = Aftermath::default();
        let round = Round {
            batch: &batch,
            visitor: &[7; 16],
            place: &Place::default(),
            hosts: &[],
            friction: false,
            program: Some(&self.program),
            desk: self.desk.as_ref(),
            now_ms: self.now_ms,
        };
        settle(&mut self.profile, &round, &mut aftermath);
        self.take(aftermath.letters);
        self.due_ms = self.due_ms.min(self.outlook.first_due_ms(self.profile.last_seen_ms));
    }

    fn opens(&mut self, path: &str) {
        self.does(path, &[What::View]);
    }

    /// Nobody is there until so many hours after noon; the alarm comes once, at the end.
    fn alone_until(&mut self, hours: u64) {
        self.now_ms = NOON + hours * HOUR_MS;
        while self.due_ms <= self.now_ms && !self.gone {
            self.alarm();
        }
    }

    /// Looks once; says what it cost.
    fn alarm(&mut self) -> u32 {
        let absence = Absence {
            site: "shop",
            visitor: &[7; 16],
            outlook: &self.outlook,
            desk: self.desk.as_ref(),
            heard_ms: self.profile.last_seen_ms,
        };
        let mut effort = Effort::of(self.effort);
        let looked = look(&mut self.profile, &absence, self.due_ms, self.now_ms, &mut effort);
        self.take(looked.letters);
        match looked.next {
            Next::At(due_ms) => self.due_ms = due_ms,
            Next::Forget => self.gone = true,
        }
        // Stored and read again, as between two alarms.
        self.profile = Profile::from_bytes(&self.profile.to_bytes()).unwrap();
        effort.spent()
    }

    fn take(&mut self, letters: Vec<crate::webhook::Letter>) {
        for letter in letters.into_iter().filter(|letter| !letter.event.starts_with("consent.")) {
            self.told.push((letter.event.clone(), (letter.at_ms - NOON) / HOUR_MS));
            self.letters.push(letter.id);
        }
    }

    #[track_caller]
    fn was_told(&self, expected: &[(&str, u64)]) {
        let told: Vec<(&str, u64)> = self.told.iter().map(|(event, hour)| (event.as_str(), *hour)).collect();
        assert_eq!(told, expected);
    }
}

/// A rule that tells of `event`.
fn notify(event: &str, lines: &str) -> String {
    format!("[[rule]]\nid = '{event}'\nshow = 'notify'\nevent = '{event}'\n{lines}\n")
}

const AWAY: &str = "when = { visitor.days_away = '>= 30' }";

#[test]
fn an_absence_is_told_when_it_is_long_enough_and_once() {
    let mut life = Life::under(&notify("drifting", AWAY));
    life.opens("/");
    life.alone_until(30 * 24 - 1);
    life.was_told(&[]);
    life.alone_until(30 * 24);
    life.was_told(&[("drifting", 720)]);
    life.alone_until(100 * 24);
    life.opens("/");
    life.opens("/faq");
    life.was_told(&[("drifting", 720)]);
}

#[test]
fn the_next_absence_is_told_again() {
    let mut life = Life::under(&notify("drifting", AWAY));
    life.opens("/");
    life.alone_until(40 * 24);
    life.opens("/");
    life.alone_until(80 * 24);
    life.was_told(&[("drifting", 720), ("drifting", 1680)]);
}

#[test]
fn who_comes_back_before_the_alarm_is_told_of_in_his_visit_and_not_again() {
    let mut life = Life::under(&notify("drifting", AWAY));
    life.opens("/");
    life.now_ms = NOON + 31 * DAY_MS;
    life.opens("/");
    life.alone_until(34 * 24);
    life.was_told(&[("drifting", 744)]);
}

#[test]
fn an_order_begun_and_left_is_told_when_the_visit_is_over() {
    let rules = notify("abandoned", "when = { cart.abandoned = true }");
    let mut life = Life::under(&rules);
    life.opens("/checkout");
    life.alone_until(0);
    life.was_told(&[]);
    life.alone_until(1);
    life.was_told(&[("abandoned", 0)]);
    assert_eq!(life.profile.exposures[0].last_ms, NOON + TIMEOUT_MS);
    life.opens("/");
    life.was_told(&[("abandoned", 0)]);
    let mut ordered = Life::under(&rules);
    ordered.opens("/checkout");
    ordered.does("/thanks", &[What::View, What::Order { id: "A-1".into(), total: 9.0 }]);
    ordered.alone_until(5000);
    ordered.was_told(&[]);
}

#[test]
fn what_held_in_the_visit_and_was_told_there_is_not_told_again_by_the_calendar() {
    let rules = notify(
        "hesitation",
        "cap = { per = 'day', times = 1 }\nwhen = { visited = { path = '/p/*', times = '>= 3', within = '7d' } }",
    );
    let mut life = Life::under(&rules);
    (0..4).for_each(|_| life.opens("/p/teapot"));
    life.alone_until(3 * 24);
    life.was_told(&[("hesitation", 0)]);
}

#[test]
fn a_schedule_a_desk_and_an_hour_are_waited_for() {
    // Noon is a Sunday's, at 13:00.
    let rules = [
        notify("office", "schedule = { hours = 'mon-fri 08:00-18:00' }\nwhen = { cart.abandoned = true }"),
        notify("desk", "when = { cart.abandoned = true, desk.open = true }"),
        notify("evening", "when = { cart.abandoned = true, time.hour = '20..21', time.weekday = 'tue' }"),
        notify("cart-page", "when = { cart.abandoned = true, page.path = '/cart' }"),
    ];
    let mut life = Life::under(&rules.concat());
    let settings = DeskSettings {
        hours: "mon-fri 09:30-18:00".into(),
        holidays: Vec::new(),
        agents: 1,
        handling_ms: 240_000,
        now_within_ms: 600_000,
    };
    life.desk = Some(Desk::new(&settings, "UTC", &[], NOON).unwrap());
    life.opens("/checkout");
    life.alone_until(10 * 24);
    life.was_told(&[("office", 19), ("desk", 20), ("evening", 55)]);
}

#[test]
fn a_cap_over_several_visits_and_a_control_group_hold() {
    let rule = |extra: &str| notify("drifting", &format!("{extra}\nwhen = {{ visitor.days_away = '>= 2' }}"));
    let mut life = Life::under(&rule("cap = { per = 'month', times = 1 }"));
    for visit in 0..3 {
        life.alone_until(visit * 5 * 24);
        life.opens("/");
    }
    // The cap of the first telling ends on the 30th day after it.
    life.alone_until(200 * 24);
    life.was_told(&[("drifting", 48), ("drifting", 755)]);
    let mut held = Life::under(&rule("holdout = '99%'"));
    held.opens("/");
    held.alone_until(200 * 24);
    held.was_told(&[]);
}

#[test]
fn segments_are_entered_and_count_at_once() {
    let rules = format!(
        "[[rule]]\nid = 'gone'\nshow = 'tag'\ntag = 'gone'\nwhen = {{ visitor.days_away = '>= 7' }}\n{}",
        notify("gone-customer", "when = { visitor.segments = 'gone', visitor.days_away = '>= 1' }"),
    );
    let mut life = Life::under(&rules);
    life.opens("/");
    life.alone_until(6 * 24);
    assert!(life.profile.segments.is_empty());
    life.alone_until(7 * 24);
    assert_eq!(life.profile.segments, ["gone"]);
    life.was_told(&[("gone-customer", 168)]);
}

#[test]
fn without_such_rules_only_the_end_of_the_profile_is_due() {
    let mut life = Life::under(
        "[[rule]]\nid = 'r'\nshow = 'banner'\nwhen = { visitor.days_away = '>= 30' }\ncontent.en.title = 'x'\n",
    );
    life.opens("/");
    assert_eq!(life.due_ms, NOON + 390 * DAY_MS);
    life.alone_until(390 * 24 - 1);
    assert!(!life.gone);
    life.alone_until(390 * 24);
    assert!(life.gone);
}

#[test]
fn a_customer_who_was_imported_and_never_came_is_not_away_and_is_kept_as_long_as_others() {
    let mut life = Life::under(&notify("drifting", AWAY));
    let absence =
        Absence { site: "shop", visitor: &[7; 16], outlook: &life.outlook, desk: None, heard_ms: NOON };
    let Looked { letters, next, .. } =
        look(&mut life.profile, &absence, NOON, NOON + 100 * DAY_MS, &mut Effort::of_a_portion());
    assert_eq!((letters.len(), next), (0, Next::At(NOON + 390 * DAY_MS)));
}

#[test]
fn who_came_again_is_kept_again_and_rules_do_not_outlive_the_profile() {
    let mut life = Life::under(&notify("long", "when = { visitor.days_away = '>= 400' }"));
    life.opens("/");
    life.alone_until(380 * 24);
    life.opens("/");
    life.alone_until(700 * 24);
    assert!(!life.gone);
    life.alone_until(770 * 24);
    assert!(life.gone);
    life.was_told(&[]);
}

#[test]
fn other_rules_or_another_retention_make_another_outlook_and_visible_rules_do_not() {
    let program = |source: &str| check("rules.toml", source).program.unwrap();
    let visible = "[[rule]]\nid = 'r'\nshow = 'banner'\nwhen = { page.path = '/' }\ncontent.en.title = 'x'\n";
    let mark = |source: &str, days| Outlook::of(Some(&program(source)), days).mark();
    let away = notify("drifting", AWAY);
    assert_eq!(mark(&away, 390), mark(&format!("{away}{visible}"), 390));
    assert_ne!(mark(&away, 390), mark(&away.replace("30", "31"), 390));
    assert_ne!(mark(&away, 390), mark(&away, 391));
    assert_eq!(mark(visible, 390), Outlook::of(None, 390).mark());
}

#[test]
fn a_look_ends_with_its_effort_and_the_next_goes_on_where_it_ended() {
    // Each full hour of a year could be its moment, and none is.
    let rules =
        notify("never", "when = { cart.abandoned = true, time.hour = '3..4', time.date = '< 2020-01-01' }");
    let weighing = 51;
    let mut life = Life { effort: 10 * weighing, ..Life::under(&rules) };
    life.opens("/checkout");
    life.now_ms = NOON + 30 * DAY_MS;
    let mut looks = 0;
    while life.due_ms <= life.now_ms {
        let due_ms = life.due_ms;
        let cost = life.alarm();
        assert!(cost <= life.effort + 3 * weighing, "a moment, and a step to the next: {cost}");
        assert!(life.due_ms > due_ms, "every look comes further");
        looks += 1;
    }
    assert!(looks >= 30 * 24 / 10, "{looks} looks");
    life.was_told(&[]);
}

/// SplitMix64, Steele, Lea and Flood 2014.
fn random(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

/// Some of these rules, each with a chance of a cap, a cooldown, a schedule.
fn random_rules(seed: &mut u64) -> String {
    let conditions = [
        "visitor.days_away = '>= 3'",
        "visitor.days_away = '10..20'",
        "cart.abandoned = true",
        "visitor.age = '> 12h'",
        "orders.recency = '>= 5d'",
        "visited = { path = '/p/*', times = '<= 2', within = '4d' }, visitor.visits = '>= 1'",
        "cart.abandoned = true, time.hour = '9..11'",
        "visitor.days_away = '>= 2', visitor.segments = 'seg-0'",
    ];
    let extras = [
        "",
        "cap = { per = 'week', times = 1 }",
        "cap = { per = 'visitor', times = 2, cooldown = '6d' }",
        "schedule = { hours = 'mon-fri 08:00-18:00' }",
    ];
    let count = 1 + random(seed) as usize % 4;
    let rules = (0..count).map(|index| {
        let condition = conditions[random(seed) as usize % conditions.len()];
        let extra = extras[random(seed) as usize % extras.len()];
        let show = match random(seed) % 4 {
            0 => format!("show = 'tag'\ntag = 'seg-{index}'"),
            _ => format!("show = 'notify'\nevent = 'told.{index}'"),
        };
        format!("[[rule]]\nid = 'r{index}'\n{show}\n{extra}\nwhen = {{ {condition} }}\n")
    });
    rules.collect()
}

#[test]
fn whenever_alarms_come_and_however_little_each_may_do_the_same_is_told_at_the_same_moments_and_once() {
    let mut told = 0;
    for case in 0..80_u64 {
        let mut seed = case;
        let rules = random_rules(&mut seed);
        let visits: Vec<(u64, u64)> = (0..1 + random(&mut seed) % 3)
            .map(|visit| (visit * 40 * 24 + random(&mut seed) % 200, random(&mut seed) % 4))
            .collect();
        // In good time; and seldom, at any hour, sometimes again for nothing, with as much effort as it takes or next to none.
        let lives: Vec<Life> = [(true, u32::MAX), (false, u32::MAX), (false, 1)]
            .into_iter()
            .map(|(prompt, effort)| {
                let mut life = Life { effort, ..Life::under(&rules) };
                for (index, (hour, kind)) in visits.iter().enumerate() {
                    life.now_ms = NOON + hour * HOUR_MS;
                    life.opens(if *kind == 0 { "/checkout" } else { "/p/teapot" });
                    if *kind == 1 {
                        life.does("/thanks", &[What::Order { id: String::new(), total: 5.0 }]);
                    }
                    let until = visits.get(index + 1).map_or(200 * 24, |(hour, _)| *hour) - 1;
                    if !prompt {
                        for _ in 0..random(&mut seed) % 4 {
                            life.now_ms = NOON + (hour + random(&mut seed) % (until - hour)) * HOUR_MS;
                            if life.due_ms <= life.now_ms || random(&mut seed).is_multiple_of(2) {
                                life.alarm();
                            }
                        }
                    }
                    while prompt && life.due_ms <= NOON + until * HOUR_MS {
                        life.now_ms = life.due_ms;
                        life.alarm();
                    }
                    life.alone_until(until);
                }
                life
            })
            .collect();
        let [prompt, late, weary] = &lives[..] else { unreachable!("three lives") };
        let mut ids = prompt.letters.clone();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), prompt.letters.len(), "nothing is told twice\n{rules}");
        for other in [late, weary] {
            assert_eq!(prompt.told, other.told, "{visits:?}\n{rules}");
            let (letters, profile) = (&prompt.letters, &prompt.profile);
            assert_eq!((letters, profile), (&other.letters, &other.profile), "{visits:?}\n{rules}");
        }
        told += prompt.told.len();
    }
    assert!(told > 50, "the cases tell something: {told}");
}
