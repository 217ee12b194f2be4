//! Telephone numbers: from what a visitor types to E.164.
//!
//! Takes a country and a text; returns the number in the form `+33612345678`, or what is wrong with it. Knows the
//! trunk prefixes and lengths of the countries it lists (ITU-T E.164 and its national numbering plans), and no single
//! number.

use crate::drawing::cut;

/// A country one may call.
#[derive(Clone, Copy)]
pub(crate) struct Country {
    /// ISO 3166-1.
    pub(crate) region: &'static [u8],
    /// Its calling code.
    code: &'static [u8],
    /// What is dialled before a national number, within the country only.
    trunk: &'static [u8],
    /// Fewest and most digits of a national number.
    least: usize,
    most: usize,
}

/// The countries of the calling-code list: region and calling code, trunk prefix, fewest and most digits of a national
/// number in hexadecimal. Any other country is reached by typing `+` and the whole number. `js/host.js` makes the list
/// of it, by the names of the regions.
pub(crate) const COUNTRIES: &str = "FR33/0/99 GB44/0/9a US1/1/aa BE32/0/89 CH41/0/99 LU352//6b CA1/1/aa DE49/0/6d \
AT43/0/6d ES34//99 IT39//6b PT351//99 NL31/0/99 IE353/0/79 DK45//88 SE46/0/79 NO47//88 FI358/0/5c PL48//99 GR30//aa \
MA212/0/99 DZ213/0/89 TN216//88 SN221//99 CI225//aa CM237//99 RE262/0/99 GP590/0/99 MQ596/0/99 GF594/0/99 AU61/0/99 \
NZ64/0/8a IN91/0/aa";

fn countries() -> impl Iterator<Item = Country> {
    COUNTRIES.as_bytes().split(|&byte| byte == b' ').map(|entry| {
        let (name, rest) = cut(entry, b'/');
        let (trunk, lengths) = cut(rest.unwrap_or_default(), b'/');
        let (region, code) = name.split_at_checked(2).unwrap_or_default();
        let length = |at| {
            let digit = lengths.and_then(|lengths| lengths.get(at));
            digit.and_then(|&digit| char::from(digit).to_digit(16)).unwrap_or_default() as usize
        };
        Country { region, code, trunk, least: length(0), most: length(1) }
    })
}

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

impl Fault {
    /// The name of the label that says so.
    pub(crate) fn label(self) -> &'static [u8] {
        match self {
            Self::Missing => b"missing",
            Self::Letters => b"letters",
            Self::NoCode => b"no_code",
            Self::TooShort => b"too_short",
            Self::TooLong => b"too_long",
        }
    }
}

/// Longest number there is, country code included: E.164, 6.1.
const MAX_DIGITS: usize = 15;
/// Shorter ones exist only within a country. The edge takes the same.
const MIN_DIGITS: usize = 7;

/// Written like this, the zero is dialled within the country only: +33 (0)6 …
const TRUNK_ZERO: &[u8] = b"(0)";
/// Italian numbers keep their zero, whoever calls and however it is written.
const ITALY: &[u8] = b"39";

/// A number in the making: digits, and a sign before them. One that is too long for any country is cut off.
#[derive(Default)]
pub(crate) struct Number {
    place: [u8; 32],
    length: usize,
}

impl Number {
    pub(crate) fn bytes(&self) -> &[u8] {
        self.place.get(..self.length).unwrap_or_default()
    }

    fn push(&mut self, byte: u8) {
        if let Some(place) = self.place.get_mut(self.length) {
            *place = byte;
            self.length += 1;
        }
    }

    fn extend(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.push(byte);
        }
    }
}

/// The number `typed` by somebody in `country`, in E.164 form, into an empty `number`.
///
/// # Errors
/// See [`Fault`].
pub(crate) fn normalise(country: Country, typed: &[u8], number: &mut Number) -> Result<(), Fault> {
    let mut dialled = Number::default();
    let mut international = false;
    let mut rest = typed;
    while let Some((&byte, after)) = rest.split_first() {
        if international
            && dialled.length > 0
            && dialled.bytes() != ITALY
            && let Some(after) = rest.strip_prefix(TRUNK_ZERO)
        {
            rest = after;
            continue;
        }
        rest = after;
        match byte {
            b'0'..=b'9' => {
                dialled.push(byte);
                if dialled.bytes() == b"00" {
                    dialled.length = 0;
                    international = true;
                }
            }
            b'+' if dialled.length == 0 => international = true,
            b' ' | b'.' | b'-' | b'/' | b'(' | b')' => {}
            // The bytes of no-break spaces, which typography puts between groups of digits.
            0xc2 | 0xa0 | 0xe2 | 0x80 | 0xaf => {}
            _ => return Err(Fault::Letters),
        }
    }
    let digits = dialled.bytes();
    let Some(&first) = digits.first() else { return Err(Fault::Missing) };
    let (mut code, mut national) = (country.code, digits.strip_prefix(country.trunk).unwrap_or(digits));
    let (mut least, mut most) = (country.least, country.most);
    if international {
        if first == b'0' {
            return Err(Fault::NoCode);
        }
        // Some write that zero without brackets; where it is dialled, no number begins with one.
        let doubled = countries().filter(|listed| listed.trunk == b"0").find_map(|listed| {
            let national = digits.strip_prefix(listed.code)?;
            Some((listed.code, national.strip_prefix(b"0")?))
        });
        (code, national) = doubled.unwrap_or((b"", digits));
        (least, most) = (MIN_DIGITS.saturating_sub(code.len()), MAX_DIGITS.saturating_sub(code.len()));
    }
    if national.len() < least {
        return Err(Fault::TooShort);
    }
    if national.len() > most {
        return Err(Fault::TooLong);
    }
    number.push(b'+');
    number.extend(code);
    number.extend(national);
    Ok(())
}

/// The country a visitor most likely is in, who reads `language` (a BCP 47 tag) and whose browser is set to `browser`.
pub(crate) fn likely(language: &[u8], browser: &[u8]) -> Country {
    for tag in [language, browser] {
        // A region is the last part of every tag in common use, and two letters long.
        if let [.., b'-', first, second] = *tag
            && let Some(country) = find(&[first, second])
        {
            return country;
        }
    }
    find(if language.starts_with(b"fr") { b"FR" } else { b"GB" }).unwrap_or(NOWHERE)
}

/// Where no number has a national form.
const NOWHERE: Country = Country { region: b"", code: b"", trunk: b"", least: MIN_DIGITS, most: MAX_DIGITS };

/// The listed country with an ISO 3166-1 code.
pub(crate) fn find(region: &[u8]) -> Option<Country> {
    countries().find(|country| country.region == region)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(region: &str, typed: &str, expected: Result<&str, Fault>) {
        let country = find(region.as_bytes()).expect("a listed country");
        let mut number = Number::default();
        let found = normalise(country, typed.as_bytes(), &mut number);
        assert_eq!(found.map(|()| number.bytes()), expected.map(str::as_bytes));
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
        let region = |language: &str, browser: &str| {
            str::from_utf8(likely(language.as_bytes(), browser.as_bytes()).region).expect("letters")
        };
        assert_eq!(region("fr", "fr"), "FR");
        assert_eq!(region("fr-CH", "en-US"), "CH");
        assert_eq!(region("fr", "fr-BE"), "BE");
        assert_eq!(region("en", "en-US"), "US");
        assert_eq!(region("en", "en"), "GB");
        assert_eq!(region("en", "zh-Hant-TW"), "GB");
    }
}
