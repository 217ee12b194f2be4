//! A visitor's visits in words: how many, where the one that goes on began, and what led to it.
//!
//! Takes the visits, returns a sentence in a language. Never says more than the profile keeps.

use super::Language;
use crate::profile::Visits;
use crate::source::Source;

/// The visits; nothing before the first.
pub(super) fn told(visits: &Visits, language: Language) -> Option<String> {
    let (count, visit) = (visits.count(), visits.current());
    let mut told = match count {
        0 => return None,
        1 => language.pick("1 visit", "1 visite").to_owned(),
        _ => format!("{count} {}", language.pick("visits", "visites")),
    };
    if !visit.entry.is_empty() {
        told += language.pick("; this one began at ", "\u{a0}; celle-ci a commencé à ");
        told += &visit.entry;
    }
    for cause in causes(&visit.source, language) {
        told += ", ";
        told += &cause;
    }
    Some(told)
}

/// What led to a visit, each by itself.
fn causes(source: &Source, language: Language) -> Vec<String> {
    let mut causes = Vec::new();
    match source.source.as_str() {
        "" => {}
        "direct" => {
            causes.push(language.pick("without a link from elsewhere", "sans lien d’un autre site").into());
        }
        from => causes.push(format!("{} {from}", language.pick("from", "en venant de"))),
    }
    for (text, english, french) in [
        (&source.campaign, "by the campaign", "par la campagne"),
        (&source.search, "in search of", "en cherchant"),
    ] {
        if !text.is_empty() {
            causes.push(format!("{} {}", language.pick(english, french), language.quoted(text)));
        }
    }
    causes
}

#[cfg(test)]
mod tests {
    use wire::Page;

    use super::*;

    #[track_caller]
    fn check(query: &str, referrer: &str, english: &str, french: &str) {
        let page = Page { query: query.into(), referrer: referrer.into(), ..Page::default() };
        let mut visits = Visits::default();
        visits.take(1, 1, || ("/bells".into(), Source::of(&page, &[])));
        assert_eq!(told(&visits, Language::English).as_deref(), Some(english));
        assert_eq!(told(&visits, Language::French).as_deref(), Some(french));
    }

    #[test]
    fn a_visit_is_told_in_a_sentence() {
        check(
            "",
            "",
            "1 visit; this one began at /bells, without a link from elsewhere",
            "1 visite\u{a0}; celle-ci a commencé à /bells, sans lien d’un autre site",
        );
        check(
            "utm_campaign=Spring",
            "https://www.bing.com/search?q=brass+bell",
            "1 visit; this one began at /bells, from bing, by the campaign “Spring”, in search of “brass bell”",
            "1 visite\u{a0}; celle-ci a commencé à /bells, en venant de bing, par la campagne «\u{a0}Spring\u{a0}», \
             en cherchant «\u{a0}brass bell\u{a0}»",
        );
    }

    #[test]
    fn before_the_first_there_is_nothing_to_tell() {
        assert_eq!(told(&Visits::default(), Language::English), None);
    }
}
