//! Where a link may lead and where an answer may go.

use alloc::string::{String, ToString};

use crate::phone::{self, Country};

/// Whether a link may be followed: `http:`, `https:` or relative. Anything else, such as `javascript:`, would run in
/// the page with the site's own rights.
pub(crate) fn is_safe(link: &str) -> bool {
    for (at, &byte) in link.as_bytes().iter().enumerate() {
        match byte {
            // Browsers skip these in a scheme, or take them for something else: so may nobody who checks it.
            0..=b' ' | b'\\' => return false,
            // The scheme is over without having been one.
            b'/' | b'?' | b'#' => return true,
            b':' => {
                let scheme = link.get(..at).unwrap_or_default();
                return scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
            }
            _ => {}
        }
    }
    !link.is_empty()
}

/// An e-mail address or a telephone number as something one can answer to. An address is only looked at, not checked:
/// whether it exists shows when somebody writes to it.
pub(crate) fn reply_to(country: &Country, typed: &str) -> Option<String> {
    let bytes = typed.as_bytes();
    let Some(at) = bytes.iter().position(|&byte| byte == b'@') else {
        return phone::normalise(country, typed).ok();
    };
    let (name, host) = bytes.split_at_checked(at)?;
    let (&last, inner) = host.get(1..)?.split_last()?;
    let (&first, inner) = inner.split_first()?;
    let plausible = !name.is_empty()
        && first != b'.'
        && last != b'.'
        && inner.contains(&b'.')
        && !host.get(1..)?.contains(&b'@')
        && !bytes.iter().any(u8::is_ascii_whitespace);
    plausible.then(|| typed.to_string())
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
            assert!(is_safe(link), "{link}");
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
            assert!(!is_safe(link), "{link}");
        }
    }

    #[test]
    fn an_answer_goes_to_an_address_or_a_number() {
        let france = &phone::COUNTRIES[0];
        assert_eq!(reply_to(france, "ada@example.com").as_deref(), Some("ada@example.com"));
        assert_eq!(reply_to(france, "06 12 34 56 78").as_deref(), Some("+33612345678"));
        for typed in
            ["", "ada", "ada@", "@example.com", "ada@example", "a b@example.com", "a@b@c.d", "a@.d", "12"]
        {
            assert_eq!(reply_to(france, typed), None, "{typed}");
        }
    }
}
