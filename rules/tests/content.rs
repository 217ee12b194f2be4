//! What a rule's content brings to a widget: links that help, its own labels, the place of a banner.

use rules::{Checked, Facts, LABELS, Place, Program, Signal, check};

const HEAD: &str =
    "[[rule]]\nid = 'r'\nshow = 'callback'\nwhen = { page.path = '/cart' }\ncontent.en.title = 't'\n";

fn program(source: &str) -> Program {
    let Checked { program, diagnostics, .. } = check("test.toml", source);
    let faults: Vec<_> = diagnostics.iter().map(ToString::to_string).collect();
    program.unwrap_or_else(|| panic!("{}", faults.join("\n")))
}

/// `message | help` of every diagnostic of a rule with these lines.
fn said(lines: &str) -> String {
    let found = check("test.toml", &format!("{HEAD}{lines}\n")).diagnostics;
    let said: Vec<_> = found
        .iter()
        .map(|fault| format!("{} | {}", fault.message, fault.help.as_deref().unwrap_or_default()))
        .collect();
    said.join("\n")
}

#[test]
fn links_are_filled_in_and_their_values_cannot_break_out() {
    let program = program(&format!(
        "{HEAD}content.en.links = [\n  {{ label = 'Delivery times', link = '/faq/delivery' }},\n  \
         {{ label = 'All about {{visit.search|us}}', link = '/s?q={{visit.search|}}' }},\n]\n"
    ));
    let mut facts = Facts::new();
    facts.set_text(Signal::VisitSearch, "a&b");
    let links = program.card(0, &facts, "en", b"").links;
    let links: Vec<_> = links.iter().map(|link| (link.label.as_str(), link.link.as_str())).collect();
    assert_eq!(links, [("Delivery times", "/faq/delivery"), ("All about a&b", "/s?q=a%26b")]);
}

#[test]
fn a_link_that_names_a_value_needs_it() {
    let program = program(&format!("{HEAD}content.en.links = [{{ label = 'In {{geo.city}}', link = '/' }}]"));
    assert_eq!(program.rules()[0].condition.implied.len(), 1);
}

#[test]
fn a_variant_brings_its_own_links_and_labels_before_the_rules() {
    let program = program(&format!(
        "{HEAD}content.en.links = [{{ label = 'own', link = '/own' }}]\n\
         content.en.labels = {{ close = 'Shut', send = 'Go' }}\n\
         [rule.variants.a]\n[rule.variants.a.content.en]\n\
         links = [{{ label = 'theirs', link = '/theirs' }}]\nlabels = {{ close = 'Away' }}\n\
         [rule.variants.b]\n"
    ));
    let cards: Vec<_> = (0_u8..20).map(|key| program.card(0, &Facts::new(), "en", &[key])).collect();
    let of = |name: &str| cards.iter().find(|card| card.variant.as_deref() == Some(name)).expect("chosen");
    assert_eq!(of("a").links[0].label, "theirs");
    assert_eq!(of("a").labels, [("close".into(), "Away".into()), ("send".into(), "Go".into())]);
    assert_eq!(of("b").links[0].label, "own");
    assert_eq!(of("b").labels, [("close".into(), "Shut".into()), ("send".into(), "Go".into())]);
}

#[test]
fn every_label_has_one_name() {
    for (index, label) in LABELS.iter().enumerate() {
        assert!(LABELS[..index].iter().all(|before| before.name != label.name), "{}", label.name);
    }
}

#[test]
fn slips_in_links_and_labels_are_answered() {
    for (lines, expected) in [
        (
            "content.en.links = '/faq'",
            "`links` is a list of links, and this is a text | write `links = [{ label",
        ),
        ("content.en.links = ['/faq']", "`links` is a table, and this is a text | write `links = [{ label"),
        ("content.en.links = [{ label = 'Faq' }]", "this link has no `link` | write `links = [{ label"),
        ("content.en.links = [{ link = '/faq' }]", "this link has no `label` | write `links = [{ label"),
        ("content.en.links = [{ label = 'x', href = '/' }]", "`href` means nothing in a link"),
        (
            "content.en.links = [{ label = 'x', link = 'javascript:alert(1)' }]",
            "this link does not lead to a page | begin it with `https://`",
        ),
        (
            "content.en.links = [{ label = 'x {visit.serch}', link = '/' }]",
            "`{visit.serch}` names no signal | did you mean `visit.search`?",
        ),
        (
            "content.en.labels = { dismis = 'Nein' }",
            "`dismis` means nothing among a widget's labels | did you mean `dismiss`?",
        ),
        (
            "content.en.labels = { close = 1 }",
            "`close` is a text, and this is a number | write it between quotes",
        ),
    ] {
        let said = said(lines);
        assert!(said.contains(expected), "{lines}: {said}");
    }
    let six = "{ label = 'x', link = '/' }, ".repeat(6);
    assert!(
        said(&format!("content.en.links = [{six}]")).starts_with("there are 6 links, and 5 are the most")
    );
    let long = "x".repeat(201);
    let said = said(&format!("content.en.labels = {{ close = '{long}' }}"));
    assert!(said.starts_with("this label has more than 200 characters"), "{said}");
}

#[test]
fn a_banner_stands_in_the_corner_or_in_a_bar() {
    let banner = |lines: &str| format!("{}{lines}", HEAD.replace("callback", "banner"));
    assert_eq!(program(&banner("")).card(0, &Facts::new(), "en", b"").place, Place::Corner);
    assert_eq!(program(&banner("place = 'bar'")).card(0, &Facts::new(), "en", b"").place, Place::Bar);
    let slotted = check("test.toml", &banner("place = 'bar'\nslot = 'hero'"));
    assert!(slotted.program.is_some());
    assert_eq!(slotted.diagnostics.len(), 1);
    assert_eq!(slotted.diagnostics[0].message, "`place` has no effect on pages that have the slot `hero`");
    assert!(said("place = 'bar'").starts_with("`place` has no effect on `show = \"callback\"`"));
    assert!(said("place = 'bra'").contains("did you mean `bar`?"));
}

#[test]
fn a_program_says_which_signals_its_rules_read() {
    let program = program(&format!(
        "{HEAD}content.en.text = '{{geo.city|here}}'\nunless = {{ any = [{{ form.errors = '>= 1' }}] }}"
    ));
    for read in [Signal::PagePath, Signal::FormErrors, Signal::GeoCity] {
        assert!(program.reads(read), "{}", read.name());
    }
    assert!(!program.reads(Signal::ClicksRage));
}
