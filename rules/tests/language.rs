//! The rule language: what is read, what is refused and how it is said.

use rules::{Checked, Facts, Live, Moment, Program, Signal, Truth, Watch, check};

fn rule(conditions: &str) -> String {
    format!(
        "[customer]\nplan = \"text\"\nscore = \"number\"\npaying = \"yes/no\"\ntags = \"set\"\n\n\
         [[rule]]\nid = \"r\"\nshow = \"banner\"\ncontent.en.title = \"t\"\n{conditions}\n"
    )
}

fn program(source: &str) -> Program {
    let Checked { program, diagnostics, .. } = check("test.toml", source);
    let faults: Vec<_> = diagnostics.iter().map(ToString::to_string).collect();
    program.unwrap_or_else(|| panic!("{}", faults.join("\n")))
}

/// What a rule with these lines under `when` says of these facts.
fn when(lines: &str, facts: &Facts) -> Truth {
    program(&rule(&format!("[rule.when]\n{lines}"))).evaluate(facts).truth(0)
}

fn facts(fill: impl FnOnce(&mut Facts)) -> Facts {
    let mut facts = Facts::new();
    fill(&mut facts);
    facts
}

/// `message | help | underlined text` of every diagnostic.
fn faults(source: &str) -> Vec<String> {
    check("test.toml", source)
        .diagnostics
        .iter()
        .map(|fault| {
            let underlined: String = fault.text.chars().skip(fault.column - 1).take(fault.width).collect();
            format!("{} | {} | {underlined}", fault.message, fault.help.as_deref().unwrap_or_default())
        })
        .collect()
}

fn fault_of(lines: &str) -> String {
    let faults = faults(&rule(&format!("[rule.when]\n{lines}")));
    assert_eq!(faults.len(), 1, "{faults:#?}");
    faults.into_iter().next().expect("one")
}

#[test]
fn a_file_without_a_rule_is_refused_with_a_way_to_show_nothing() {
    for source in ["", "# [[rule]]", "[site]\ntimezone = 'UTC'", "rule = []"] {
        let faults = faults(source);
        assert!(
            faults.len() == 1 && faults[0].starts_with("this file has no rule | "),
            "{source}: {faults:?}"
        );
    }
    let over = check("test.toml", &rule("schedule = { until = 2000-01-01 }\nwhen = { cart.items = 1 }"));
    assert!(over.diagnostics.is_empty(), "what the help says is taken: {:?}", over.diagnostics);
}

#[test]
fn values_of_every_type_are_compared() {
    let facts = facts(|facts| {
        facts
            .set_text(Signal::PagePath, "/faq/delivery")
            .set_text(Signal::VisitSearch, "Trip to MAURITIUS")
            .set_text(Signal::DeviceKind, "mobile")
            .set_number(Signal::CartTotal, 150.0)
            .set_duration_ms(Signal::DeskWait, 90_000)
            .set_flag(Signal::DeskOpen, true)
            .set_members(Signal::VisitorSegments, ["vip", "b2b"])
            .set_query("gclid", "abc")
            .set_customer_text("plan", "free")
            .set_customer_number("score", 7.0)
            .set_customer_flag("paying", false)
            .set_customer_members("tags", ["x"])
            .set_time(program(&rule("")).local_time(1_793_000_000_000));
    });
    for holds in [
        "page.path = '/faq/*'",
        "page.path = ['/cart', '/faq/**']",
        "visit.search = '*mauritius*'",
        "device.kind = { not = 'desktop' }",
        "cart.total = '>= 150'",
        "cart.total = '100..150'",
        "cart.total = [1, 150]",
        "desk.wait = '<= 2m'",
        "desk.open = true",
        "visitor.segments = 'vip'",
        "visitor.segments = ['gold', 'b2*']",
        "page.query.gclid = '*'",
        "customer.plan = ['free', 'plus']",
        "customer.score = '> 5'",
        "customer.paying = false",
        "customer.tags = 'x'",
        "time.date = 2026-10-26",
        "time.date = '>= 2026-10-01'",
        "time.weekday = 'mon'",
        "any = [{ cart.total = '> 1000' }, { desk.open = true, device.kind = 'mobile' }]",
        "not = { cart.total = '> 1000' }",
        "not = [{ cart.total = '> 1000' }, { device.kind = 'desktop' }]",
    ] {
        assert_eq!(when(holds, &facts), Truth::Yes, "{holds}");
    }
    for fails in [
        "page.path = '/faq'",
        "cart.total = '> 150'",
        "desk.open = false",
        "visitor.segments = { not = 'vip' }",
        "customer.plan = 'Free'",
        "page.query.utm = '*'",
        "all = [{ desk.open = true }, { cart.total = '< 1' }]",
    ] {
        assert_eq!(when(fails, &facts), Truth::No, "{fails}");
    }
}

#[test]
fn an_absent_value_makes_its_condition_no_and_the_not_of_it_yes() {
    let nothing = Facts::new();
    assert_eq!(when("cart.total = '< 10'", &nothing), Truth::No);
    assert_eq!(when("cart.total = { not = '< 10' }", &nothing), Truth::Yes);
    assert_eq!(when("visitor.segments = { not = 'vip' }", &nothing), Truth::Yes);
    assert_eq!(when("page.dwell = '>= 45s'", &nothing), Truth::NotYet);
}

#[test]
fn unless_is_none_of_its_lines() {
    let program = program(&rule(
        "[rule.when]\npage.path = '/a'\n[rule.unless]\ncart.items = '>= 1'\ndesk.open = false",
    ));
    let says = |fill: fn(&mut Facts)| program.evaluate(&facts(fill)).truth(0);
    assert_eq!(
        says(|facts| {
            facts.set_text(Signal::PagePath, "/a");
        }),
        Truth::Yes
    );
    assert_eq!(
        says(|facts| {
            facts.set_text(Signal::PagePath, "/a").set_number(Signal::CartItems, 1.0);
        }),
        Truth::No
    );
    assert_eq!(
        says(|facts| {
            facts.set_text(Signal::PagePath, "/a").set_flag(Signal::DeskOpen, false);
        }),
        Truth::No
    );
}

#[test]
fn the_journey_counts_orders_and_forgets() {
    let journey = facts(|facts| {
        facts
            .visited("/quote/1", 7_200_000)
            .visited("/p/1", 3_000_000)
            .visited("/quote/2", 600_000)
            .visited("/p/1", 0);
        facts.did("add_to_cart", 4_000_000).did("add_to_cart", 1_000);
    });
    for holds in [
        "visited = '/p/*'",
        "visited = { path = '/p/*', times = '>= 2' }",
        "visited = { path = '/p/*', times = 1, within = '30m' }",
        "visited = { not = '/faq/**' }",
        "visited = { not = { path = '/p/*', times = '>= 3' } }",
        "visited = { path = '/faq', times = '< 1' }",
        "did = 'add_*'",
        "did = { event = 'add_to_cart', times = '>= 2', within = '2h' }",
        "path_taken = ['/quote/1', '/quote/2']",
        "path_taken = { path = ['/p/*', '/quote/2'], within = '1h' }",
    ] {
        assert_eq!(when(holds, &journey), Truth::Yes, "{holds}");
    }
    for fails in [
        "visited = { path = '/p/*', times = '>= 2', within = '30m' }",
        "did = { event = 'add_to_cart', times = '>= 2', within = '1h' }",
        "path_taken = ['/quote/2', '/quote/1']",
        "path_taken = { path = ['/quote/1', '/quote/2'], within = '1h' }",
    ] {
        assert_eq!(when(fails, &journey), Truth::No, "{fails}");
    }
}

#[test]
fn a_text_that_names_a_value_needs_it() {
    let source = "[[rule]]\nid = 'r'\nshow = 'banner'\ncontent.en.title = 'Looking for {visit.search}?'\n\
                  when = { page.path = '/' }";
    let program = program(source);
    let with = facts(|facts| {
        facts.set_text(Signal::PagePath, "/").set_text(Signal::VisitSearch, "Mauritius");
    });
    let without = facts(|facts| {
        facts.set_text(Signal::PagePath, "/");
    });
    assert_eq!(program.evaluate(&with).truth(0), Truth::Yes);
    assert_eq!(program.card(0, &with, "fr", b"v").title, "Looking for Mauritius?");
    assert_eq!(program.evaluate(&without).truth(0), Truth::No);
    assert_eq!(
        program.sentence(0, "en"),
        "Shows a banner when the page is “/” and the search keyword is known."
    );
}

#[test]
fn a_program_knows_what_its_rules_read() {
    let program =
        program(&rule("[rule.when]\ndid = { event = \"form_*\", times = \">= 2\" }\ncart.total = \">= 10\""));
    let read = [Signal::CartTotal, Signal::CartItems, Signal::FormErrors].map(|signal| program.reads(signal));
    assert_eq!(read, [true, false, false]);
    assert_eq!(["form_error", "rage_click"].map(|event| program.reads_event(event)), [true, false]);
}

#[test]
fn a_program_survives_its_bytes() {
    let program = program(include_str!("design.toml"));
    let copy = Program::from_bytes(&program.to_bytes()).expect("good bytes");
    assert_eq!(copy.rules(), program.rules());
    assert_eq!(copy.site(), program.site());
    let bytes = program.to_bytes();
    for cut in 0..bytes.len() {
        assert!(Program::from_bytes(&bytes[..cut]).is_err(), "cut at {cut}");
    }
}

#[test]
fn the_example_of_the_design_works_as_it_says() {
    let program = program(include_str!("design.toml"));
    let mut visitor = facts(|facts| {
        facts
            .set_text(Signal::PagePath, "/cart")
            .set_number(Signal::CartTotal, 210.0)
            .set_text(Signal::DeviceKind, "desktop")
            .set_duration_ms(Signal::DeskWait, 30_000)
            .visited("/faq/delivery", 60_000);
    });
    let evaluation = program.evaluate(&visitor);
    assert_eq!(evaluation.watch(), [Watch::DwellMs(45_000)]);
    visitor.set_live(Live { dwell_ms: 45_000, ..Live::default() });
    let evaluation = program.evaluate(&visitor);
    assert_eq!(evaluation.yes().collect::<Vec<_>>(), [0]);
    let moment = Moment {
        now_ms: 1_793_700_000_000, // Tuesday 2026-11-03, 10:20 in Paris
        visitor: b"someone",
        consent: rules::Consent::Granted,
        visit: 1,
        ..Moment::default()
    };
    let verdict = program.arbitrate(&evaluation, &moment);
    assert_eq!(verdict.shown, [0], "{:?}", verdict.outcomes);
    assert_eq!(program.card(0, &visitor, "fr-CA", b"someone").title, "Une question sur votre panier ?");
    assert_eq!(
        program.sentence(0, "fr"),
        "Affiche un bouton de rappel quand la page est «\u{a0}/cart\u{a0}», le temps passé sur la page est d’au moins \
         45 secondes, le total du panier est d’au moins 150, le visiteur a vu «\u{a0}/faq/*\u{a0}», l’attente prévue \
         ne dépasse pas 2 minutes et (l’appareil est «\u{a0}desktop\u{a0}» ou le nombre de visites du visiteur est d’au \
         moins 3), sauf si la liste des segments du visiteur comprend «\u{a0}vip\u{a0}»\u{a0}; du 1er novembre 2026 au \
         31 décembre 2026, du lundi au vendredi de 8\u{a0}h à 18\u{a0}h\u{a0}; au plus une fois par visite, et pas de \
         nouveau avant 2 jours\u{a0}; un groupe témoin de 10\u{a0}% ne le voit pas."
    );
}

#[test]
fn every_fault_is_said_at_once_and_helps() {
    let source = include_str!("faults/many.toml");
    let said: Vec<_> = check("many.toml", source).diagnostics.iter().map(ToString::to_string).collect();
    let said = said.join("\n");
    let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/faults/many.txt");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(golden, &said).expect("the golden file is written");
    }
    assert_eq!(said, include_str!("faults/many.txt"), "run with UPDATE_GOLDEN=1 after a meant change");
}

#[test]
fn slips_are_told_from_each_other() {
    for (lines, expected) in [
        ("cart.totla = 3", "`cart.totla` is not a signal | did you mean `cart.total`? | cart.totla"),
        ("page.dwel = '>= 3s'", "`page.dwel` is not a signal | did you mean `page.dwell`? | page.dwel"),
        (
            "customer.plam = 'x'",
            "`customer.plam` is not a signal | did you mean `customer.plan`? | customer.plam",
        ),
        ("visitd = '/a'", "`visitd` is not a signal | did you mean `visited`? | visitd"),
        ("page.dwell = '>= 45'", "`45` has no unit | write `45s` for seconds or `45m` for minutes | '>= 45'"),
        (
            "page.dwell = '45s'",
            "`page.dwell` is hardly ever exactly `45s` | did you mean `\">= 45s\"`? | '45s'",
        ),
        (
            "page.dwell = 45",
            "`page.dwell` is a duration, and this is a number | write a comparison with a unit: `\">= 45s\"` | 45",
        ),
        ("cart.total = '=> 3'", "`=>` is not a comparison | did you mean `>= 3`? | '=> 3'"),
        ("cart.total = '20..10'", "the range `20..10` ends before it begins | write `10..20` | '20..10'"),
        (
            "page.scroll = '>= 150%'",
            "`150%` is not between 0% and 100% | a part of a whole is 0% to 100% | '>= 150%'",
        ),
        ("cart.items = '< 0'", "`cart.items` can never be that | it is never below 0 | '< 0'"),
        ("page.path = 'cart'", "the path `cart` does not begin with `/` | write `/cart` | 'cart'"),
        (
            "page.path = 'https://a.example/cart'",
            "the path `https://a.example/cart` does not begin with `/` | write the path alone: `/cart` | 'https://a.example/cart'",
        ),
        (
            "device.kind = 'phone'",
            "`device.kind` is never `phone` | it can be `desktop`, `mobile` or `tablet` | 'phone'",
        ),
        ("time.weekday = 'tues'", "`time.weekday` is never `tues` | did you mean `tue`? | 'tues'"),
        (
            "desk.open = 1",
            "`desk.open` is yes or no, and this is a number | write `true` or `false`, without quotes | 1",
        ),
        (
            "cart.total = '>= 10'\nany = []",
            "the list of `any` is empty | write at least one condition, or remove the line | []",
        ),
        (
            "cart.total = { not = 3, nott = 4 }",
            "`nott` means nothing beside `not` | did you mean `not`? | nott",
        ),
        (
            "visited = { times = 3 }",
            "`visited` does not say which path | write `{ path = …, times = \">= 2\" }` | { times = 3 }",
        ),
        (
            "cart.total = '>= 10'\nall = [{ cart.total = '< 5' }]",
            "`cart.total = \"< 5\"` never holds beside `cart.total = \">= 10\"` of line 12 | remove one of the two, or put them under `any` | cart.total",
        ),
        (
            "all = [{ page.type = 'cart' }, { page.type = { not = 'cart' } }]",
            "`page.type = { not = \"cart\" }` never holds beside `page.type = \"cart\"` | remove one of the two, or put them under `any` | page.type",
        ),
        (
            "page.scroll = '>= 45s'",
            "`45s` has no percent sign | write a number from 0 to 100 and a percent sign: `50%` | '>= 45s'",
        ),
        (
            "page.scroll = '>= 45'",
            "`45` has no percent sign | write a number from 0 to 100 and a percent sign: `45%` | '>= 45'",
        ),
    ] {
        assert_eq!(fault_of(lines), expected, "{lines}");
    }
}

#[test]
fn a_value_that_need_only_be_there_is_said_to_be_known() {
    let source = |line: &str| format!("[[rule]]\nid = 'r'\nshow = 'tag'\ntag = 't'\n{line}\n");
    for (line, english, french) in [
        (
            "when = { visit.search = '*' }",
            "when the search keyword is known.",
            "quand la recherche d’origine est connue.",
        ),
        ("when = { geo.country = '*' }", "when the country is known.", "quand le pays est connu."),
        (
            "unless = { visit.search = '*' }",
            ", unless the search keyword is known.",
            ", sauf si la recherche d’origine est connue.",
        ),
        (
            "when = { geo.country = { not = '*' } }",
            "when the country is not known.",
            "quand le pays n’est pas connu.",
        ),
    ] {
        let program = program(&source(line));
        assert!(program.sentence(0, "en").ends_with(english), "{}", program.sentence(0, "en"));
        assert!(program.sentence(0, "fr").ends_with(french), "{}", program.sentence(0, "fr"));
    }
}

#[test]
fn limits_are_errors_and_never_a_hang() {
    let deep = format!("[rule.when]\n{}{{ cart.total = 1 }}{}", "any = [{ ".repeat(17), "}]".repeat(17));
    assert!(
        faults(&rule(&deep.replace("{ cart.total = 1 }", "cart.total = 1")))
            .iter()
            .any(|fault| fault.contains("16 deep"))
    );
    let many: String = (0..5_001)
        .map(|n| format!("[[rule]]\nid='r{n}'\nshow='tag'\ntag='t'\nwhen={{cart.items=1}}\n"))
        .collect();
    assert!(faults(&many)[0].contains("5000 are the most"), "{:?}", faults(&many).first());
    assert!(faults(&"#".repeat(1_000_001))[0].contains("1000000 are the most"));
    let ways: String =
        (0..7).map(|_| "{ any = [{ page.dwell = '>= 1s' }, { page.scroll = '> 1%' }] }, ").collect();
    assert!(faults(&rule(&format!("when = {{ all = [{ways}] }}")))[0].contains("in 128 ways"));
    let line: String = (0..20_000).map(|n| format!("a{n}=1,")).collect();
    let found = check("one-line.toml", &format!("site={{{line}b=1}}")).diagnostics;
    assert!(found.len() == 500 && found.iter().all(|found| found.text.chars().count() <= 242));
    let brackets = format!("a = {}", "[".repeat(200_000));
    assert!(!faults(&brackets).is_empty());
}

#[test]
fn an_example_that_fails_names_the_condition() {
    let source = rule(
        "when = { page.path = '/a', cart.total = '>= 10' }\n\
         [[rule.example]]\ngiven = { page.path = '/a', cart.total = 5 }\nexpect = 'show'\n\
         [[rule.example]]\ngiven = { page.path = '/a', cart.total = 50 }\nexpect = 'show'\n",
    );
    let checked = check("test.toml", &source);
    assert_eq!(checked.examples.iter().map(rules::Example::passes).collect::<Vec<_>>(), [false, true]);
    assert_eq!(
        faults(&source),
        [
            "this example expects `show`, and the rule says `hide` | line 11: `cart.total = \">= 10\"` does not hold, it is 5 | 'show'"
        ]
    );
}
