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
    ] {
        assert!(is_impossible(lines), "{lines}");
    }
    for lines in [
        "when = { page.path = '/a', any = [{ page.path = '/b' }, { page.path = '/**' }] }",
        "when = { page.path = '/cart/**' }\nunless = { page.path = '/cart/x' }",
        "when = { page.path = '/cart/**', all = [{ page.path = '/**/x' }] }",
        "when = { visitor.segments = 'vip', all = [{ visitor.segments = 'loyal' }] }",
        "when = { cart.total = '>= 10' }\nunless = { cart.total = '> 20' }",
    ] {
        assert!(!is_impossible(lines), "{lines}");
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
