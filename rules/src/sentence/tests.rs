use crate::file::check;

/// The sentence of a rule with these lines, in a language, from its conditions on.
fn said(lines: &str, language: &str) -> String {
    let source = format!(
        "[customer]\npoints = 'number'\nplan = 'text'\npro = 'yes/no'\n\
         [[rule]]\nid = 'r'\nshow = 'tag'\ntag = 't'\n{lines}\n"
    );
    let checked = check("r.toml", &source);
    let program = checked.program.unwrap_or_else(|| panic!("{lines}: {:#?}", checked.diagnostics));
    let sentence = program.sentence(0, language);
    let after = [
        "the segment “t” ",
        "the segment “t”; ",
        "le segment «\u{a0}t\u{a0}» ",
        "le segment «\u{a0}t\u{a0}»\u{a0}; ",
    ];
    let rest = after.iter().find_map(|begin| sentence.split_once(begin)).map(|(_, rest)| rest);
    rest.unwrap_or(&sentence).trim_end_matches('.').replace('\u{a0}', " ")
}

#[track_caller]
fn says(lines: &str, english: &str, french: &str) {
    assert_eq!((said(lines, "en").as_str(), said(lines, "fr").as_str()), (english, french), "{lines}");
}

#[test]
fn numbers_are_said_as_people_say_them() {
    for (line, english, french) in [
        ("cart.total = '>= 150'", "is at least 150", "est d’au moins 150"),
        ("cart.total = '> 150'", "is more than 150", "est supérieur à 150"),
        ("cart.total = '<= 150'", "is at most 150", "ne dépasse pas 150"),
        ("cart.total = '< 150'", "is less than 150", "est inférieur à 150"),
        ("cart.total = '60..150'", "is between 60 and 150", "est compris entre 60 et 150"),
        ("cart.total = { not = '>= 1' }", "is less than 1", "est inférieur à 1"),
        ("cart.total = { not = '< 10' }", "is at least 10", "est d’au moins 10"),
        ("cart.total = { not = '1..5' }", "is not between 1 and 5", "n’est pas compris entre 1 et 5"),
        ("cart.total = 12.5", "is 12.50", "est de 12,50"),
        ("cart.total = [1, 2, '>= 10']", "is 1 or 2 or is at least 10", "est de 1 ou 2 ou est d’au moins 10"),
        ("cart.total = { not = [1, 2] }", "is not 1 or 2", "n’est ni de 1, ni de 2"),
        (
            "cart.total = { not = [3, '>= 10'] }",
            "is not 3 and is less than 10",
            "n’est pas de 3 et est inférieur à 10",
        ),
    ] {
        says(
            &format!("when = {{ {line} }}"),
            &format!("when the basket's total {english}"),
            &format!("quand le total du panier {french}"),
        );
    }
    says(
        "when = { desk.wait = '> 2m', orders.recency = '90d..365d', page.scroll = '> 12.5%' }",
        "when the expected wait is more than 2 minutes, the time since the last order is between 90 and 365 days and the scroll depth is more than 12.5%",
        "quand l’attente prévue dépasse 2 minutes, le temps écoulé depuis la dernière commande est compris entre 90 et 365 jours et la profondeur de défilement dépasse 12,5 %",
    );
    says(
        "when = { time.hour = ['19..23', 8], customer.points = 100 }",
        "when the hour is 8 or is between 19 and 23 and the customer's “points” is 100",
        "quand l’heure est 8 h ou est comprise entre 19 h et 23 h et l’attribut client « points » vaut 100",
    );
}

#[test]
fn dates_have_their_article() {
    for (line, english, french) in [
        ("2026-11-01", "is 1 November 2026", "est le 1er novembre 2026"),
        ("'>= 2026-11-01'", "is 1 November 2026 or later", "est le 1er novembre 2026 ou après"),
        ("'> 2026-11-01'", "is after 1 November 2026", "est postérieure au 1er novembre 2026"),
        ("'<= 2026-11-01'", "is 1 November 2026 or earlier", "est le 1er novembre 2026 ou avant"),
        ("'< 2026-11-01'", "is before 1 November 2026", "est antérieure au 1er novembre 2026"),
        (
            "'2026-01-01..2026-02-01'",
            "is between 1 January 2026 and 1 February 2026",
            "est comprise entre le 1er janvier 2026 et le 1er février 2026",
        ),
        (
            "[2026-05-01, 2026-12-25]",
            "is 1 May 2026 or 25 December 2026",
            "est le 1er mai 2026 ou le 25 décembre 2026",
        ),
        ("{ not = 2026-05-01 }", "is not 1 May 2026", "n’est pas le 1er mai 2026"),
    ] {
        says(
            &format!("when = {{ time.date = {line} }}"),
            &format!("when the date {english}"),
            &format!("quand la date {french}"),
        );
    }
}

#[test]
fn schedules_are_said_with_their_days_and_hours() {
    for (schedule, english, french) in [
        (
            "from = 2026-12-01, until = 2027-03-31",
            "from 1 December 2026 until 31 March 2027",
            "du 1er décembre 2026 au 31 mars 2027",
        ),
        ("from = 2026-12-01, until = 2026-12-01", "on 1 December 2026", "le 1er décembre 2026"),
        (
            "from = 2026-12-01T08:00:00",
            "from 1 December 2026 at 08:00",
            "à partir du 1er décembre 2026 à 8 h",
        ),
        (
            "hours = ['mon,sat,sun 09:00-12:30']",
            "Monday, Saturday and Sunday from 09:00 to 12:30",
            "le lundi, le samedi et le dimanche de 9 h à 12 h 30",
        ),
        (
            "hours = 'mon-fri', except = [2026-05-01, 2026-12-25]",
            "Monday to Friday, except on 1 May 2026 and 25 December 2026",
            "du lundi au vendredi, sauf le 1er mai 2026 et le 25 décembre 2026",
        ),
    ] {
        says(
            &format!("unless = {{ desk.open = true }}\nschedule = {{ {schedule} }}"),
            &format!("Puts the visitor in the segment “t”, unless the desk is open; {english}"),
            &format!("Place le visiteur dans le segment « t », sauf si le service est ouvert ; {french}"),
        );
    }
}

#[test]
fn the_journey_is_said_with_its_counts_and_times() {
    for (line, english, french) in [
        ("visited = '/a'", "has seen “/a”", "a vu « /a »"),
        ("visited = { not = '/a' }", "has not seen “/a”", "n’a pas vu « /a »"),
        ("visited = { path = '/a', times = 0 }", "has not seen “/a”", "n’a pas vu « /a »"),
        (
            "visited = { path = '/a', times = 1 }",
            "has seen “/a” exactly once",
            "a vu « /a » exactement une fois",
        ),
        (
            "visited = { path = '/a', times = 3 }",
            "has seen “/a” exactly 3 times",
            "a vu « /a » exactement 3 fois",
        ),
        (
            "visited = { path = '/a', times = '>= 2' }",
            "has seen “/a” at least twice",
            "a vu « /a » au moins deux fois",
        ),
        (
            "visited = { path = '/a', times = '< 3' }",
            "has seen “/a” at most twice",
            "a vu « /a » au plus deux fois",
        ),
        (
            "visited = { path = '/a', times = '2..5' }",
            "has seen “/a” between 2 and 5 times",
            "a vu « /a » entre 2 et 5 fois",
        ),
        (
            "visited = { not = { path = '/a', times = '>= 3' } }",
            "has seen “/a” at most twice",
            "a vu « /a » au plus deux fois",
        ),
        (
            "visited = { not = { path = '/a', times = 3 } }",
            "has not seen “/a” exactly 3 times",
            "n’a pas vu « /a » exactement 3 fois",
        ),
        (
            "did = { event = 'e', within = '2h' }",
            "did “e” within the last 2 hours",
            "a fait « e » au cours des 2 dernières heures",
        ),
        (
            "did = { event = 'e', within = '1h' }",
            "did “e” within the last hour",
            "a fait « e » au cours de la dernière heure",
        ),
        (
            "did = { event = 'e', within = '1d' }",
            "did “e” within the last day",
            "a fait « e » au cours des dernières 24 heures",
        ),
        (
            "did = { event = 'e', within = '4w' }",
            "did “e” within the last 28 days",
            "a fait « e » au cours des 28 derniers jours",
        ),
        (
            "did = { event = 'e', within = '1h30m' }",
            "did “e” within the last 90 minutes",
            "a fait « e » au cours des 90 dernières minutes",
        ),
        (
            "path_taken = { path = ['/a', '/b'], within = '1m' }",
            "went through “/a”, then “/b” within the last minute",
            "est passé par « /a », puis « /b » au cours de la dernière minute",
        ),
    ] {
        says(
            &format!("when = {{ {line} }}"),
            &format!("when the visitor {english}"),
            &format!("quand le visiteur {french}"),
        );
    }
}

#[test]
fn what_is_not_known_to_be_so_is_not_the_opposite() {
    says("when = { desk.open = false }", "when the desk is closed", "quand le service est fermé");
    says(
        "when = { desk.open = { not = true } }",
        "when nothing says that the desk is open",
        "quand rien n’indique que le service est ouvert",
    );
    says(
        "when = { cart.abandoned = { not = true } }",
        "when nothing says that an earlier visit left a checkout unfinished",
        "quand rien n’indique qu’une visite précédente a laissé une commande inachevée",
    );
    says(
        "when = { page.exit_intent = { not = true } }",
        "when the visitor does not move to leave",
        "quand le visiteur ne s’apprête pas à partir",
    );
    says(
        "when = { customer.pro = false }",
        "when the customer's “pro” is no",
        "quand l’attribut client « pro » vaut non",
    );
    says(
        "when = { customer.pro = { not = true } }",
        "when the customer's “pro” is not yes",
        "quand l’attribut client « pro » ne vaut pas oui",
    );
}

#[test]
fn what_none_of_several_may_be_is_said_of_each_in_french() {
    says(
        "when = { page.type = { not = ['cart', 'order'] }, page.title = { not = ['*a*', 'b'] } }",
        "when the kind of page is not “cart” or “order” and the page's title does not look like “*a*” or “b”",
        "quand le type de page n’est ni « cart », ni « order » et le titre de la page ne ressemble ni à « *a* », ni à « b »",
    );
    says(
        "when = { visitor.segments = { not = 'vip' }, time.weekday = ['sat', 'sun'] }",
        "when the list of the visitor's segments does not have “vip” and the weekday is Saturday or Sunday",
        "quand la liste des segments du visiteur ne comprend pas « vip » et le jour de la semaine est samedi ou dimanche",
    );
}

#[test]
fn a_group_alone_needs_no_brackets() {
    says(
        "when = { any = [{ cart.items = 1, desk.open = true }, { cart.items = 2 }] }",
        "when (the number of articles in the basket is 1 and the desk is open) or the number of articles in the basket is 2",
        "quand (le nombre d’articles du panier est de 1 et le service est ouvert) ou le nombre d’articles du panier est de 2",
    );
}

#[test]
fn variants_control_group_and_consent_are_said() {
    let banner = |lines: &str, language: &str| {
        let source = format!("[[rule]]\nid = 'r'\nshow = 'banner'\nwhen = {{ desk.open = true }}\n{lines}\n");
        let program = check("r.toml", &source).program.expect("a good rule");
        program.sentence(0, language).replace('\u{a0}', " ")
    };
    let tested = "holdout = '12.5%'\nconsent = 'not_needed'\ncontent.en.title = 't'\n\
                  [rule.variants.short]\nweight = 3\n[rule.variants.long]\n";
    assert_eq!(
        banner(tested, "en"),
        "Shows a banner when the desk is open; in 2 variants, “short” (75%) and “long” (25%); a control group of \
         12.5% does not see it; even for visitors who did not agree to be remembered."
    );
    assert_eq!(
        banner(tested, "fr"),
        "Affiche une bannière quand le service est ouvert ; en 2 variantes, « short » (75 %) et « long » (25 %) ; un \
         groupe témoin de 12,5 % ne la voit pas ; même pour les visiteurs qui n’ont pas accepté qu’on se souvienne \
         d’eux."
    );
    assert!(
        banner("consent = 'needed'\ncontent.en.title = 't'", "fr")
            .ends_with(" ; seulement pour les visiteurs qui ont accepté qu’on se souvienne d’eux.")
    );
}

#[test]
fn a_placeholder_needs_a_yes_or_no_to_be_known() {
    let source = "[[rule]]\nid = 'r'\nshow = 'banner'\nwhen = { desk.agents = 1 }\ncontent.fr.title = '{cart.abandoned}'\n";
    let program = check("r.toml", source).program.expect("a good rule");
    assert!(
        program
            .sentence(0, "en")
            .ends_with("and it is known whether an earlier visit left a checkout unfinished.")
    );
    assert!(
        program
            .sentence(0, "fr")
            .ends_with("et on sait si une visite précédente a laissé une commande inachevée.")
    );
}
