//! Where a link may lead and where an answer may go.

use crate::drawing::cut;
use crate::phone::{self, Country, Number};

/// Whether a link may be followed: `http:`, `https:` or relative. Anything else, such as `javascript:`, would run in
/// the page with the site's own rights.
pub(crate) fn is_safe(link: &[u8]) -> bool {
    for (at, &byte) in link.iter().enumerate() {
        match byte {
            // Browsers skip these in a scheme, or take them for something else: so may nobody who checks it.
            0..=b' ' | b'\\' => return false,
            // The scheme is over without having been one.
            b'/' | b'?' | b'#' => return true,
            b':' => {
                let scheme = link.get(..at).unwrap_or_default();
                return scheme.eq_ignore_ascii_case(b"http") || scheme.eq_ignore_ascii_case(b"https");
            }
            _ => {}
        }
    }
    !link.is_empty()
}

/// An e-mail address or a telephone number as something one can answer to. An address is only looked at, not checked:
/// whether it exists shows when somebody writes to it. A number goes into an empty `number`.
pub(crate) fn reply_to<'a>(country: Country, typed: &'a [u8], number: &'a mut Number) -> Option<&'a [u8]> {
    let (name, host) = cut(typed, b'@');
    let Some(host) = host else {
        phone::normalise(country, typed, number).ok()?;
        return Some(number.bytes());
    };
    let (last, inner) = host.split_last()?;
    let (first, inner) = inner.split_first()?;
    let plausible = !name.is_empty()
        && *first != b'.'
        && *last != b'.'
        && inner.contains(&b'.')
        && !host.contains(&b'@')
        && !typed.iter().any(|&byte| byte <= b' ');
    plausible.then_some(typed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_links_are_safe() {
        for link in [
            "https://shop.example/a?b#c",
            "HTTP://shop.example",
            "/offers",
            "offers",
            "?a=b:c",
            "#top",
            "//cdn.example/x",
            "a/b:c",
        ] {
            assert!(is_safe(link.as_bytes()), "{link}");
        }
        for link in [
            "",
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            "java\nscript:alert(1)",
            " javascript:x",
            "data:text/html,x",
            "vbscript:x",
            "\u{1}javascript:x",
        ] {
            assert!(!is_safe(link.as_bytes()), "{link}");
        }
    }

    #[test]
    fn an_answer_goes_to_an_address_or_a_number() {
        let france = phone::find(b"FR").expect("a listed country");
        let check = |typed: &str, expected: Option<&str>| {
            let mut number = Number::default();
            let found = reply_to(france, typed.as_bytes(), &mut number);
            assert_eq!(found, expected.map(str::as_bytes), "{typed}");
        };
        check("ada@example.com", Some("ada@example.com"));
        check("06 12 34 56 78", Some("+33612345678"));
        for typed in
            ["", "ada", "ada@", "@example.com", "ada@example", "a b@example.com", "a@b@c.d", "a@.d", "12"]
        {
            check(typed, None);
        }
    }
}
