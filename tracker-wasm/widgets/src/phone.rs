//! Telephone numbers: from what a visitor types to E.164.
//!
//! Takes a country and a text; returns the number in the form `+33612345678`, or what is wrong with it. Knows the
//! trunk prefixes and lengths of the countries it lists (ITU-T E.164 and its national numbering plans), and no single
//! number.

use alloc::string::String;

/// A country one may call.
pub(crate) struct Country {
    /// ISO 3166-1.
    pub(crate) region: &'static str,
    /// Its calling code.
    pub(crate) code: &'static str,
    /// What is dialled before a national number, within the country only.
    trunk: &'static str,
    /// Fewest and most digits of a national number.
    digits: (u8, u8),
}

const fn country(
    region: &'static str,
    code: &'static str,
    trunk: &'static str,
    least: u8,
    most: u8,
) -> Country {
    Country { region, code, trunk, digits: (least, most) }
}

const FRANCE: Country = country("FR", "33", "0", 9, 9);
const BRITAIN: Country = country("GB", "44", "0", 9, 10);

/// The countries of the calling-code list. Any other is reached by typing `+` and the whole number.
pub(crate) const COUNTRIES: &[Country] = &[
    FRANCE,
    BRITAIN,
    country("US", "1", "1", 10, 10),
    country("BE", "32", "0", 8, 9),
    country("CH", "41", "0", 9, 9),
    country("LU", "352", "", 6, 11),
    country("CA", "1", "1", 10, 10),
    country("DE", "49", "0", 6, 13),
    country("AT", "43", "0", 6, 13),
    country("ES", "34", "", 9, 9),
    country("IT", "39", "", 6, 11),
    country("PT", "351", "", 9, 9),
    country("NL", "31", "0", 9, 9),
    country("IE", "353", "0", 7, 9),
    country("DK", "45", "", 8, 8),
    country("SE", "46", "0", 7, 9),
    country("NO", "47", "", 8, 8),
    country("FI", "358", "0", 5, 12),
    country("PL", "48", "", 9, 9),
    country("GR", "30", "", 10, 10),
    country("MA", "212", "0", 9, 9),
    country("DZ", "213", "0", 8, 9),
    country("TN", "216", "", 8, 8),
    country("SN", "221", "", 9, 9),
    country("CI", "225", "", 10, 10),
    country("CM", "237", "", 9, 9),
    country("RE", "262", "0", 9, 9),
    country("GP", "590", "0", 9, 9),
    country("MQ", "596", "0", 9, 9),
    country("GF", "594", "0", 9, 9),
    country("AU", "61", "0", 9, 9),
    country("NZ", "64", "0", 8, 10),
    country("IN", "91", "0", 10, 10),
];

/// What is wrong with a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nothing was typed.
    Missing,
    /// Something that no number contains.
    Letters,
    /// It begins with `+` and no calling code: none begins with 0.
    NoCode,
    TooShort,
    TooLong,
}

/// Longest number there is, country code included: E.164, 6.1.
const MAX_DIGITS: usize = 15;
/// Shorter ones exist only within a country. The edge takes the same.
const MIN_DIGITS: usize = 7;

/// Written like this, the zero is dialled within the country only: +33 (0)6 …
const TRUNK_ZERO: &[u8] = b"(0)";
/// Italian numbers keep their zero, whoever calls and however it is written.
const ITALY: &str = "39";

/// The number `typed` by somebody in `country`, in E.164 form.
///
/// # Errors
/// See [`Fault`].
pub(crate) fn normalise(country: &Country, typed: &str) -> Result<String, Fault> {
    let mut digits = String::new();
    let mut international = false;
    let mut rest = typed.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        if international && !digits.is_empty() && digits != ITALY && rest.starts_with(TRUNK_ZERO) {
            rest = rest.get(TRUNK_ZERO.len()..).unwrap_or_default();
            continue;
        }
        rest = after;
        match byte {
            b'0'..=b'9' => {
                digits.push(char::from(byte));
                if digits == "00" {
                    digits.clear();
                    international = true;
                }
            }
            b'+' if digits.is_empty() => international = true,
            b' ' | b'.' | b'-' | b'/' | b'(' | b')' => {}
            // The bytes of no-break spaces, which typography puts between groups of digits.
            0xc2 | 0xa0 | 0xe2 | 0x80 | 0xaf => {}
            _ => return Err(Fault::Letters),
        }
    }
    if digits.is_empty() {
        return Err(Fault::Missing);
    }
    let mut number = String::from("+");
    if international {
        if digits.starts_with('0') {
            return Err(Fault::NoCode);
        }
        // Some write that zero without brackets; where it is dialled, no number begins with one.
        let doubled = COUNTRIES.iter().filter(|listed| listed.trunk == "0").find_map(|listed| {
            let national = digits.strip_prefix(listed.code)?;
            Some((listed.code, national.strip_prefix('0')?))
        });
        let (code, national) = doubled.unwrap_or(("", &digits));
        number.push_str(code);
        number.push_str(national);
        return bounded(number.len() - 1, MIN_DIGITS, MAX_DIGITS).map(|()| number);
    }
    let national = digits.strip_prefix(country.trunk).unwrap_or(&digits);
    number.push_str(country.code);
    number.push_str(national);
    let (least, most) = country.digits;
    bounded(national.len(), least.into(), most.into()).map(|()| number)
}

fn bounded(length: usize, least: usize, most: usize) -> Result<(), Fault> {
    if length < least {
        Err(Fault::TooShort)
    } else if length > most {
        Err(Fault::TooLong)
    } else {
        Ok(())
    }
}

/// The country a visitor most likely is in, who reads `language` (a BCP 47 tag) and whose browser is set to `browser`.
pub(crate) fn likely(language: &str, browser: &str) -> &'static Country {
    let of_region = |tag: &str| {
        // A region is the last part of every tag in common use, and two letters long.
        let (rest, region) = tag.split_at_checked(tag.len().checked_sub(2)?)?;
        rest.ends_with('-').then(|| find(region)).flatten()
    };
    let common = if language.starts_with("fr") { &FRANCE } else { &BRITAIN };
    of_region(language).or_else(|| of_region(browser)).unwrap_or(common)
}

/// The listed country with an ISO 3166-1 code.
pub(crate) fn find(region: &str) -> Option<&'static Country> {
    COUNTRIES.iter().find(|country| country.region == region)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(region: &str, typed: &str, expected: Result<&str, Fault>) {
        let country = find(region).expect("a listed country");
        assert_eq!(normalise(country, typed).as_deref(), expected.as_ref().copied());
    }

    #[test]
    fn a_national_number_loses_its_trunk_prefix() {
        check("FR", "06 12 34 56 78", Ok("+33612345678"));
        check("FR", "6.12.34.56.78", Ok("+33612345678"));
        check("GB", "(020) 7946-0958", Ok("+442079460958"));
        check("US", "1 212 555 0123", Ok("+12125550123"));
        check("IT", "06 1234 5678", Ok("+390612345678"));
        check("ES", "612 345 678", Ok("+34612345678"));
    }

    #[test]
    fn an_international_number_stays_as_it_is() {
        check("FR", "+44 20 7946 0958", Ok("+442079460958"));
        check("FR", "0044 20 7946 0958", Ok("+442079460958"));
        check("FR", "+33 (0)6 12 34 56 78", Ok("+33612345678"));
        check("GB", "+33612345678", Ok("+33612345678"));
        check("FR", "+290 12 34", Ok("+2901234"));
    }

    #[test]
    fn a_zero_in_brackets_is_dialled_within_the_country_only() {
        check("GB", "+33 (0)6 12 34 56 78", Ok("+33612345678"));
        check("FR", "0044 (0)20 7946 0958", Ok("+442079460958"));
        check("FR", "+598 (0)9 123 4567", Ok("+59891234567"));
        check("FR", "+39 (0)6 1234 5678", Ok("+390612345678"));
        check("GB", "+33 06 12 34 56 78", Ok("+33612345678"));
        check("FR", "+39 06 1234 5678", Ok("+390612345678"));
        check("FR", "(0)6 12 34 56 78", Ok("+33612345678"));
    }

    #[test]
    fn a_wrong_number_says_what_is_wrong() {
        check("FR", "  ", Err(Fault::Missing));
        check("FR", "+", Err(Fault::Missing));
        check("FR", "call me", Err(Fault::Letters));
        check("FR", "06 12 34", Err(Fault::TooShort));
        check("FR", "06 12 34 56 78 9", Err(Fault::TooLong));
        check("FR", "+33 6", Err(Fault::TooShort));
        check("FR", "+1234567890123456", Err(Fault::TooLong));
        check("FR", "06+12", Err(Fault::Letters));
        check("FR", "+0612345678", Err(Fault::NoCode));
        check("FR", "+(0)6 12 34 56 78", Err(Fault::NoCode));
        check("FR", "00 06 12 34 56 78", Err(Fault::NoCode));
        check("FR", "00", Err(Fault::Missing));
    }

    #[test]
    fn the_likely_country_follows_the_languages() {
        let region = |language, browser| likely(language, browser).region;
        assert_eq!(region("fr", "fr"), "FR");
        assert_eq!(region("fr-CH", "en-US"), "CH");
        assert_eq!(region("fr", "fr-BE"), "BE");
        assert_eq!(region("en", "en-US"), "US");
        assert_eq!(region("en", "en"), "GB");
        assert_eq!(region("en", "zh-Hant-TW"), "GB");
    }
}
