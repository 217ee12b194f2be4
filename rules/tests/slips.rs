//! What a rule file's slips are answered with: the message says what is wrong, the help says what to write.

use rules::check;

/// `message | help` of every diagnostic of a rule with these lines.
fn said(lines: &str) -> String {
    let source = format!(
        "[site]\ntimezone = 'Europe/Paris'\n[customer]\nplan = 'text'\n[[rule]]\nid = 'r'\nshow = 'tag'\ntag = 't'\n{lines}\n"
    );
    let found = check("test.toml", &source).diagnostics;
    let said: Vec<_> = found
        .iter()
        .map(|fault| format!("{} | {}", fault.message, fault.help.as_deref().unwrap_or_default()))
        .collect();
    said.join("\n")
}

#[test]
fn slips_are_answered() {
    for (lines, expected) in [
        (
            "when = { customer.plan = '>= 3' }",
            "`customer.plan` is a text and cannot be compared | declare `plan",
        ),
        ("when = { page.title = ['a', '10..20'] }", "`page.title` is a text and cannot be compared"),
        (
            "when = { visitor.segments = { not = '< 3' } }",
            "`visitor.segments` is a set of texts and cannot be",
        ),
        ("when = { time.hour = '22..6' }", "write `[\">= 22\", \"<= 6\"]` for hours past midnight"),
        ("when = { page.url = '/a' }", "did you mean `page.path`?"),
        ("[rule.when]\nunless = { cart.items = 1 }", "`[rule.unless]` stands beside `[rule.when]`"),
        ("when = { cart.total = inf }", "`inf` is not a finite number"),
        ("priority = 1.5\nwhen = { cart.items = 1 }", "and `1.5` is not | write a whole number"),
        ("when = { cart.items = 2.5 }", "`cart.items` can never be that | it is a whole number"),
        ("when = { visit.pages = '> 2', all = [{ visit.pages = '< 3' }] }", "never holds beside"),
        (
            "when = { cart.items = 1 }\n[[rule.example]]\ngiven = { cart.itms = 1 }\nexpect = 'shown'",
            "`cart.itms` is not a signal",
        ),
        (
            "when = { cart.items = 1 }\n[[rule.example]]\ngiven = { cart.items = 1 }\nexpect = 'show'\nat = 2026-03-29T02:30:00",
            "`at` is a time that the clock skips in `Europe/Paris`",
        ),
    ] {
        let said = said(lines);
        assert!(said.contains(expected), "{lines}: {said}");
    }
    let clash = said("when = { cart.items = 1 }\nunless = { cart.items = 1 }");
    assert!(clash.ends_with("| remove one of the two"), "{clash}");
}

/// `message | help` of every diagnostic of a file.
fn of_file(source: &str) -> Vec<String> {
    let found = check("test.toml", source).diagnostics;
    found
        .iter()
        .map(|fault| format!("{} | {}", fault.message, fault.help.as_deref().unwrap_or_default()))
        .collect()
}

#[test]
fn all_is_said_at_once_whatever_show_says() {
    let title = "this rule has no title in `fr`";
    let rule = |lines: &str| {
        of_file(&format!(
            "[site]\nlanguages = ['fr']\n[[rule]]\nid = 'r'\nwhen = {{ cart.items = 1 }}\n{lines}"
        ))
    };
    let said = rule("show = 'baner'\ncontent.en.title = 't'");
    assert!(said[0].starts_with("this rule has no title in `fr`"), "{title}: {said:?}");
    assert!(said[1].starts_with("`show` cannot be `baner` | did you mean `banner`?"), "{said:?}");
    let said = rule("show = 'notify'\ncontent.en.title = 't'");
    assert!(said[0].starts_with("`show = \"notify\"` does not say which `event`"), "{said:?}");
    assert!(said[1].starts_with("`content` has no effect on `show = \"notify\"`"), "{said:?}");
    let said = rule("show = 'tag'\nslot = 'hero'");
    assert!(said[0].starts_with("`show = \"tag\"` does not say which `tag`"), "{said:?}");
    assert!(said[1].starts_with("`slot` has no effect on `show = \"tag\"`"), "{said:?}");
}

#[test]
fn what_is_not_toml_is_said_once_a_line_and_helps() {
    for (source, expected) in [
        (
            "[site]\ntimezone = 'UTC'\ntimezone = 'UTC'\n",
            "duplicate key | a name stands once: remove one of the two, or write its values as a list: `[\"/a\", \"/b\"]`",
        ),
        (
            "[site]\ntimezone = UTC\n",
            "string values must be quoted, expected literal string | write texts between quotes: `\"…\"`",
        ),
        (
            "[site]\ntimezone = \"UTC\n",
            "invalid basic string, expected `\"` | end the text on its line with the quote it begins with",
        ),
        ("[site]\ntimezone\n", "key with no value, expected `=` | write a name, `=` and a value"),
        ("[[rule]\nid = 'r'\nshow = 'tag'\ntag = 't'\nwhen = { cart.items = 1 }\n", "unclosed"),
    ] {
        let said = of_file(source);
        assert_eq!(said.len(), 1, "{source}: {said:?}");
        assert!(said[0].starts_with(expected) || expected == "unclosed", "{source}: {said:?}");
    }
}

#[test]
fn a_quoted_time_is_read() {
    let example =
        "when = { cart.items = 1 }\n[[rule.example]]\ngiven = { cart.items = 1 }\nexpect = 'show'\n";
    assert_eq!(said(&format!("{example}at = '2026-11-03T10:00'")), "");
}
