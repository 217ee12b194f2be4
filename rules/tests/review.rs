//! What is said of rules that read well line by line: where it is underlined, and what can never be shown.

use rules::{Code, Severity, check};

#[test]
fn an_unreachable_rule_is_a_warning() {
    let two = "[[rule]]\nid = 'first'\nshow = 'banner'\ngroup = 'g'\ncontent.en.title = 't'\nwhen = { page.path = '/a' }\n\
               [[rule]]\nid = 'second'\nshow = 'banner'\ngroup = 'g'\ncontent.en.title = 't'\nwhen = { page.path = '/a', cart.items = 2 }\n";
    let checked = check("two.toml", two);
    assert!(checked.program.is_some());
    assert_eq!(checked.diagnostics.len(), 1);
    assert_eq!(checked.diagnostics[0].severity, Severity::Warning);
    assert_eq!(
        checked.diagnostics[0].message,
        "`second` is never shown: `first` of the same group always is"
    );
}

#[test]
fn a_rule_is_unreachable_when_a_higher_one_asks_for_no_more() {
    let said = |higher: &str, lower: &str| {
        let rule = |id: &str, lines: &str| {
            format!("[[rule]]\nid = '{id}'\nshow = 'banner'\ngroup = 'g'\ncontent.en.title = 't'\n{lines}\n")
        };
        let checked = check("two.toml", &(rule("higher", higher) + &rule("lower", lower)));
        assert!(checked.program.is_some(), "{:?}", checked.diagnostics);
        checked.diagnostics.iter().any(|found| found.code == Code::Unreachable)
    };
    for (higher, lower) in [
        ("when = { page.path = '/a/**' }", "when = { page.path = '/a/b' }"),
        ("when = { page.path = '/a/**' }", "when = { page.path = ['/a/b/**', '/a/*/c'] }"),
        ("when = { cart.total = '>= 10' }", "when = { cart.total = '20..30' }"),
        ("when = { page.dwell = '>= 10s' }", "when = { page.dwell = '>= 20s' }"),
        ("when = { visit.search = '*' }", "when = { visit.search = 'shoes' }"),
        (
            "when = { visited = '/a/**' }",
            "when = { visited = { path = '/a/b', times = '>= 2', within = '1h' } }",
        ),
        (
            "when = { any = [{ cart.items = 1 }, { page.path = '/a' }] }",
            "when = { cart.items = 1, page.type = 'cart' }",
        ),
        ("when = { page.path = { not = '/a/b' } }", "when = { page.path = { not = '/a/**' } }"),
        ("when = { page.path = '/p/*' }", "when = { page.path = '/p/a*' }"),
        ("when = { page.path = '/**/x' }", "when = { page.path = ['/p/*/x', '/p/q/x'] }"),
        (
            "when = { device.kind = 'desktop' }\nunless = { cart.items = '>= 5' }",
            "when = { device.kind = 'desktop', cart.items = '1..3' }",
        ),
        (
            "when = { cart.items = 1 }\nunless = { any = [{ page.type = 'help' }, { page.path = '/b/**' }] }",
            "when = { cart.items = 1, page.path = '/a/**', page.type = 'cart' }",
        ),
        ("when = { cart.items = ['1..3', '4..9'] }", "when = { cart.items = '2..8' }"),
        ("when = { path_taken = ['/a', '/c'] }", "when = { path_taken = ['/a', '/b', '/c'] }"),
        (
            "consent = 'needed'\nwhen = { cart.items = '>= 1' }",
            "consent = 'needed'\nwhen = { cart.items = 2 }",
        ),
        (
            "schedule = { hours = 'mon-fri 08:00-18:00' }\nwhen = { cart.items = '>= 1' }",
            "schedule = { hours = 'mon-fri 08:00-18:00' }\nwhen = { cart.items = 2 }",
        ),
        (
            "schedule = { from = 2026-11-01, hours = 'mon-sun 08:00-18:00' }\nwhen = { cart.items = '>= 1' }",
            "schedule = { from = 2026-11-15, hours = 'sat 09:00-12:00' }\nwhen = { cart.items = 2 }",
        ),
        (
            "when = { cart.items = 1 }\nunless = { page.path = '/a' }",
            "when = { cart.items = 1 }\nunless = { page.path = '/**' }",
        ),
        (
            "when = { cart.items = 1 }\nunless = { page.path = '/a' }",
            "when = { cart.items = 1, page.path = { not = '/a' } }",
        ),
    ] {
        assert!(said(higher, lower), "{higher} | {lower}");
    }
    for (higher, lower) in [
        ("when = { page.path = '/a/b' }", "when = { page.path = '/a/**' }"),
        ("when = { page.path = '/a/*' }", "when = { page.path = '/a/**' }"),
        ("when = { page.path = '/p/a*' }", "when = { page.path = '/p/*' }"),
        (
            "when = { device.kind = 'desktop' }\nunless = { cart.items = '>= 5' }",
            "when = { device.kind = 'desktop', cart.items = '1..5' }",
        ),
        ("when = { path_taken = ['/a', '/b'] }", "when = { path_taken = ['/b', '/a'] }"),
        ("consent = 'needed'\nwhen = { cart.items = 1 }", "when = { cart.items = 1 }"),
        (
            "schedule = { hours = 'mon-fri 08:00-18:00' }\nwhen = { cart.items = 1 }",
            "schedule = { hours = 'mon-sat 08:00-18:00' }\nwhen = { cart.items = 1 }",
        ),
        ("schedule = { from = 2026-11-01 }\nwhen = { cart.items = 1 }", "when = { cart.items = 1 }"),
        ("when = { cart.total = '>= 10' }", "when = { cart.total = '> 5' }"),
        ("when = { page.path = { not = '/a/**' } }", "when = { page.path = { not = '/a/b' } }"),
        ("when = { visited = { path = '/a', within = '1h' } }", "when = { visited = '/a' }"),
        (
            "when = { visited = { path = '/a/**', times = '< 3' } }",
            "when = { visited = { path = '/a/b', times = '< 2' } }",
        ),
        ("when = { cart.items = 1 }\ncap = { per = 'visit', times = 1 }", "when = { cart.items = 1 }"),
        (
            "when = { cart.items = 1 }\nunless = { page.path = '/**' }",
            "when = { cart.items = 1 }\nunless = { page.path = '/a' }",
        ),
    ] {
        assert!(!said(higher, lower), "{higher} | {lower}");
    }
}

#[test]
fn conditions_that_never_hold_together_are_errors() {
    let is_impossible = |lines: &str| {
        let checked = check("r.toml", &format!("[[rule]]\nid = 'r'\nshow = 'tag'\ntag = 't'\n{lines}\n"));
        assert!(checked.diagnostics.iter().all(|found| found.code == Code::Impossible), "{lines}");
        checked.program.is_none()
    };
    for lines in [
        "when = { page.path = '/a', any = [{ page.path = '/b' }, { page.path = '/c' }] }",
        "when = { page.path = '/cart/x' }\nunless = { page.path = '/cart/**' }",
        "when = { page.path = '/cart/**', all = [{ page.path = ['/shop/**', '/blog/*/x'] }] }",
        "when = { cart.total = '>= 10' }\nunless = { cart.total = '> 3' }",
        "when = { device.kind = 'mobile', all = [{ device.kind = ['desktop', 'tablet'] }] }",
        "when = { visitor.segments = 'vip', all = [{ visitor.segments = { not = 'v*' } }] }",
        "when = { visited = { path = '/p', times = '>= 5' }, all = [{ visited = { path = '/p', times = '< 2' } }] }",
        "when = { visited = '/faq' }\nunless = { visited = '/faq' }",
        "when = { visited = '/cart/*', all = [{ visited = { not = '/cart/**' } }] }",
        "when = { did = 'buy' }\nunless = { did = { event = 'buy', times = '>= 1' } }",
        "when = { path_taken = ['/a', '/b'] }\nunless = { path_taken = ['/a', '/b'] }",
        "when = { path_taken = ['/a', '/b/c'] }\nunless = { visited = '/b/**' }",
        "when = { any = [{ cart.items = '>= 3', all = [{ cart.items = '< 2' }] }] }",
        "when = { any = [{ cart.items = '>= 3', all = [{ cart.items = '< 2' }] }, { device.kind = 'mobile' }] }\nunless = { device.kind = 'mobile' }",
        "when = { page.type = ['a', 'b'], all = [{ page.type = ['b', 'c'] }, { page.type = ['c', 'a'] }] }",
        "when = { cart.items = ['1..2', '5..6'], all = [{ cart.items = '2..5' }, { cart.items = { not = [2, 5] } }] }",
        "when = { page.dwell = '>= 60s', all = [{ page.dwell = '<= 30s' }] }",
        "when = { visitor.visits = 0 }",
        "when = { time.hour = '>= 20' }\nschedule = { hours = 'mon-fri 08:00-18:00' }",
        "unless = { time.hour = '7..19' }\nschedule = { hours = 'mon-fri 08:00-18:00' }",
        "when = { time.weekday = 'sat', time.hour = '>= 14' }\nschedule = { hours = ['mon-fri 08:00-18:00', 'sat 10:00-12:00'] }",
        "when = { time.date = '>= 2027-01-01' }\nschedule = { from = 2026-11-01, until = 2026-11-30 }",
        "when = { cart.items = 1 }\nschedule = { from = 2026-11-07, until = 2026-11-08, hours = 'mon-fri 08:00-18:00' }",
        "when = { cart.items = 1 }\nschedule = { from = 2026-11-06, until = 2026-11-07, except = [2026-11-05, 2026-11-06, 2026-11-07] }",
    ] {
        assert!(is_impossible(lines), "{lines}");
    }
    for lines in [
        "when = { page.path = '/a', any = [{ page.path = '/b' }, { page.path = '/**' }] }",
        "when = { page.path = '/cart/**' }\nunless = { page.path = '/cart/x' }",
        "when = { page.path = '/cart/**', all = [{ page.path = '/**/x' }] }",
        "when = { visitor.segments = 'vip', all = [{ visitor.segments = 'loyal' }] }",
        "when = { cart.total = '>= 10' }\nunless = { cart.total = '> 20' }",
        "when = { visited = '/cart/**', all = [{ visited = { not = '/cart/*' } }] }",
        "when = { visited = { path = '/a', within = '2h' } }\nunless = { visited = { path = '/a', within = '1h' } }",
        "when = { path_taken = ['/a', '/b'] }\nunless = { path_taken = ['/b', '/a'] }",
        "when = { page.type = ['a', 'b'], all = [{ page.type = ['b', 'c'] }, { page.type = ['b', 'a'] }] }",
        "when = { any = [{ cart.items = '>= 3', all = [{ cart.items = '< 2' }] }, { device.kind = 'mobile' }] }",
        "when = { device.kind = { not = ['desktop', 'mobile', 'tablet'] } }",
        "when = { time.hour = '>= 17' }\nschedule = { hours = 'mon-fri 08:00-18:00' }",
        "when = { time.weekday = 'sat', time.hour = '>= 11' }\nschedule = { hours = ['mon-fri 08:00-18:00', 'sat 10:00-12:00'] }",
        "when = { time.hour = 2 }\nschedule = { hours = 'fri 22:00-06:00' }",
        "when = { time.date = '>= 2026-11-30' }\nschedule = { from = 2026-11-01, until = 2026-11-30 }",
        "when = { time.date = '>= 2027-01-01' }\nschedule = { from = 2026-11-01 }",
    ] {
        assert!(!is_impossible(lines), "{lines}");
    }
}

/// `message | help | underlined text` of what is said of a rule with these lines.
fn said(lines: &str) -> String {
    let source = format!("[[rule]]\nid = 'r'\nshow = 'banner'\ncontent.en.title = 'T'\n{lines}\n");
    let said = check("r.toml", &source).diagnostics.into_iter().map(|found| {
        let underlined: String = found.text.chars().skip(found.indent).take(found.width).collect();
        format!("{} | {} | {underlined}", found.message, found.help.unwrap_or_default())
    });
    said.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_contradiction_is_told_as_it_is_written_and_where() {
    for (lines, expected) in [
        (
            "when = { page.dwell = '>= 60s', all = [{ page.dwell = '< 30s' }] }",
            "`page.dwell = \"< 30s\"` never holds beside `page.dwell = \">= 60s\"` | remove one of the two, or put them under `any` | page.dwell",
        ),
        (
            "when = { page.type = ['a', 'b'], all = [{ page.type = ['b', 'c'] }, { page.type = ['c', 'a'] }] }",
            "`page.type = [\"c\", \"a\"]` never holds beside `page.type = [\"a\", \"b\"]` and `page.type = [\"b\", \"c\"]` | remove one of them | page.type",
        ),
        (
            "when = { not = { visit.search = '*' } }\ncontent.en.text = 'For {visit.search}'",
            "`visit.search = { not = \"*\" }` never holds beside the placeholder `{visit.search}`, which needs the value | remove one of the two, or write words to fall back on: `{visit.search|…}` | visit.search",
        ),
        (
            "when = { time.hour = '>= 20' }\nschedule = { hours = 'mon-fri 08:00-18:00' }",
            "`time.hour = \">= 20\"` never holds while the schedule of line 6 is open | change one of the two | time.hour",
        ),
        (
            "when = { cart.items = 1 }\nschedule = { from = 2026-11-07, until = 2026-11-08, hours = 'mon-fri' }",
            "this schedule never opens: none of its days has any of its hours | change its dates, its `hours` or the days of `except` | schedule",
        ),
    ] {
        assert_eq!(said(lines), expected, "{lines}");
    }
}

#[test]
fn the_line_that_never_holds_is_the_one_underlined() {
    let line =
        "when = { visitor.visits = '>= 10', any = [{ visitor.visits = '< 5' }, { visitor.visits = '< 3' }] }";
    let source = format!("[[rule]]\nid = 'r'\nshow = 'tag'\ntag = 't'\n{line}\n");
    let found = check("r.toml", &source).diagnostics;
    assert_eq!(found.len(), 1);
    assert!(found[0].message.starts_with("`visitor.visits = \"< 5\"` never holds"), "{}", found[0].message);
    assert_eq!(found[0].column, 1 + line.find("visitor.visits = '< 5'").expect("it is there"));
}

#[test]
fn what_holds_nowhere_of_the_rule_or_everywhere_is_a_warning() {
    for (lines, expected) in [
        (
            "when = { any = [{ cart.items = 1, all = [{ cart.items = 2 }] }, { device.kind = 'mobile' }] }",
            "`cart.items = 2` never holds beside `cart.items = 1`, so this alternative never holds | remove it, or change one of its conditions | cart.items",
        ),
        (
            "when = { page.path = '/a', any = [{ page.path = '/b' }, { page.path = '/**' }] }",
            "`page.path = \"/b\"` never holds beside `page.path = \"/a\"`, so this alternative never holds | remove it, or change one of its conditions | page.path",
        ),
        (
            "when = { device.kind = { not = ['desktop', 'mobile', 'tablet'] } }",
            "no `device.kind` there is passes this | it holds only where the value is not known: leave one of the values out | device.kind",
        ),
        (
            "when = {}",
            "this rule has no conditions: it holds for everyone, everywhere | add `[rule.when]`, for instance with `page.path = \"/cart\"` | 'r'",
        ),
        (
            "when = { geo.country = 'France' }",
            "`geo.country` is a code of two letters, and `France` is none | write the country's ISO 3166 code, such as `FR` | 'France'",
        ),
        (
            "when = { visit.referrer = 'https://google.com' }",
            "`visit.referrer` is a host without its address, and `https://google.com` is none | write the host alone: `google.com` | 'https://google.com'",
        ),
    ] {
        assert_eq!(said(lines), expected, "{lines}");
    }
}

#[test]
fn the_underline_stands_below_its_text() {
    // Tabs stay tabs, letters of several bytes count once, a byte order mark and line ends not at all.
    for (source, column, pointer) in [
        ("\u{feff}[site]\r\ntimzone = 'UTC'\r\n", 1, "\n  | ^^^^^^^\n"),
        ("\u{feff}timzone = 'UTC'\n", 1, "\n  | ^^^^^^^\n"),
        ("[site]\r\n\ttimzone = 'UTC'\r\n", 2, "\n  | \t^^^^^^^\n"),
        ("site = { timezone = 'UTC', 'été' = 'é', timzone = 1 }\n", 41, "^^^^^^^\n"),
    ] {
        let found = check("s.toml", source).diagnostics;
        let found = found.iter().find(|found| found.message.contains("timzone")).expect("a fault");
        assert_eq!(found.column, column, "{found}");
        assert!(found.to_string().contains(pointer), "{found}");
        assert!(!found.text.contains(['\r', '\u{feff}']), "{found}");
    }
}

#[test]
fn a_faulty_text_is_one_fault() {
    let source = |title: &str| {
        format!("[[rule]]\nid='r'\nshow='banner'\nwhen={{cart.items=1}}\ncontent.en.title={title}")
    };
    for (title, expected) in [
        ("'{visit.serch}'", "`{visit.serch}` names no signal"),
        ("'{visit.search'", "a placeholder is not closed"),
        ("3", "`title` is a text, and this is a number"),
    ] {
        let said: Vec<_> =
            check("r.toml", &source(title)).diagnostics.into_iter().map(|said| said.message).collect();
        assert_eq!(said, [expected]);
    }
}
