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

#[test]
fn a_quoted_time_is_read() {
    let example =
        "when = { cart.items = 1 }\n[[rule.example]]\ngiven = { cart.items = 1 }\nexpect = 'show'\n";
    assert_eq!(said(&format!("{example}at = '2026-11-03T10:00'")), "");
}
