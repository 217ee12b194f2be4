//! What stands behind the question mark of an address, and percent-encoding (RFC 3986, 2.1; WHATWG URL, 5.1).

use crate::api::explain::wrong;
use crate::intake::Refusal;

/// The parameters of a query, decoded.
///
/// # Errors
/// When one is not percent-encoded UTF-8, or holds what no text does: a terminal or a log would take it for an order.
pub(super) fn pairs(query: &str) -> Result<Vec<(String, String)>, Refusal> {
    query.split('&').filter(|pair| !pair.is_empty()).map(pair).collect()
}

fn pair(text: &str) -> Result<(String, String), Refusal> {
    let (name, value) = text.split_once('=').unwrap_or((text, ""));
    let spaced = |text: &str| decoded(&text.replace('+', " "));
    let unreadable = || wrong(name, "percent-encoded UTF-8");
    let (name_read, value) = (spaced(name).ok_or_else(unreadable)?, spaced(value).ok_or_else(unreadable)?);
    if name_read.chars().chain(value.chars()).any(char::is_control) {
        return Err(wrong(name, "a text without control characters"));
    }
    Ok((name_read, value))
}

/// The text of a part of an address; nothing when it is not percent-encoded UTF-8.
pub fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, behind @ ..] = rest {
        rest = behind;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let (digits, behind) = rest.split_at_checked(2)?;
        let digit = |byte: u8| char::from(byte).to_digit(16);
        bytes.push((digit(digits[0])? * 16 + digit(digits[1])?) as u8);
        rest = behind;
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::{decoded, pairs};

    fn read(query: &str) -> Result<Vec<(String, String)>, &'static str> {
        pairs(query).map_err(|refusal| refusal.code())
    }

    #[test]
    fn parameters_are_read_as_a_form_writes_them() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(read(""), Ok(vec![]));
        assert_eq!(
            read("draft&note=a+warmer%20word&&x=%C3%A9="),
            Ok(vec![pair("draft", ""), pair("note", "a warmer word"), pair("x", "é="),])
        );
    }

    #[test]
    fn what_is_no_text_is_no_parameter() {
        for query in [
            "note=%FF", "note=%", "note=%4", "note=%zz", "note=%+1", "n%ff=1", "note=%00", "a=%1B[2J",
            "a=%0A",
        ] {
            assert_eq!(read(query), Err("bad_parameter"), "{query}");
        }
    }

    #[test]
    fn a_part_of_a_path_is_decoded_and_a_plus_is_one() {
        assert_eq!(decoded("ada%40shop.example").as_deref(), Some("ada@shop.example"));
        assert_eq!(decoded("a+b%2Fc%2fd").as_deref(), Some("a+b/c/d"));
        for bad in ["%", "%4", "%zz", "%+1", "%ff"] {
            assert_eq!(decoded(bad), None, "{bad}");
        }
    }
}
