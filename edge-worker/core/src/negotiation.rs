//! Reads the headers by which a client says in which form it sends, and in which it wants to be answered.
//!
//! Names of types and codings are of any case, and what stands behind them is read by the book (RFC 9110, 8.3 and 12.5.3).

use crate::intake::{Refusal, shorten};

/// How a rule file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// As TOML, which is kept as it came.
    Toml,
    /// The same shape in JSON, which is kept as TOML.
    Json,
}

/// Types that say nothing of a file but that it is one, or text: what programs send that were not told a type, `curl
/// --data-binary` among them.
const UNTOLD: [&str; 4] = ["", "application/octet-stream", "application/x-www-form-urlencoded", "text/plain"];
const TOML: [&str; 4] = ["application/toml", "text/toml", "text/x-toml", "application/x-toml"];
const JSON: [&str; 2] = ["application/json", "text/json"];

impl Form {
    /// The form that a `Content-Type` names; TOML where it names none. Parameters, such as a charset, are not read: a body
    /// that is not UTF-8 is refused by its bytes.
    ///
    /// # Errors
    /// [`Refusal::MediaType`] for another form.
    pub fn of(content_type: &str) -> Result<Self, Refusal> {
        let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match &*essence {
            json if JSON.contains(&json) => Ok(Self::Json),
            toml if TOML.contains(&toml) || UNTOLD.contains(&toml) => Ok(Self::Toml),
            _ => Err(Refusal::MediaType { found: shorten(&essence) }),
        }
    }
}

/// Lets pass a body that is sent as it is.
///
/// # Errors
/// [`Refusal::Encoded`] when its `Content-Encoding` says that it is compressed.
pub fn plain(content_encoding: &str) -> Result<(), Refusal> {
    let mut codings = content_encoding.split(',').map(str::trim).filter(|coding| !coding.is_empty());
    match codings.find(|coding| !coding.eq_ignore_ascii_case("identity")) {
        None => Ok(()),
        Some(coding) => Err(Refusal::Encoded { found: shorten(coding) }),
    }
}

/// Whether an `Accept-Encoding` wants this coding: it takes it, and likes nothing better to get what it is.
pub fn prefers(accept_encoding: &str, coding: &str) -> bool {
    let weight_of = |wanted: &str| {
        let mut items = accept_encoding.split(',').map(|item| item.split_once(';').unwrap_or((item, "")));
        let found = items.find(|(name, _)| name.trim().eq_ignore_ascii_case(wanted));
        found.map(|(_, parameters)| weight(parameters))
    };
    let taken = weight_of(coding).or_else(|| weight_of("*")).unwrap_or(0);
    taken > 0 && taken >= weight_of("identity").unwrap_or(0)
}

/// The weight in thousandths among the parameters of an item: 1000 where there is none, 0 where it is none.
fn weight(parameters: &str) -> u16 {
    let mut pairs = parameters.split(';').filter_map(|parameter| parameter.split_once('='));
    let Some((_, value)) = pairs.find(|(name, _)| name.trim().eq_ignore_ascii_case("q")) else { return 1000 };
    let (whole, thousandths) = value.trim().split_once('.').unwrap_or((value.trim(), ""));
    let digits = thousandths.len() <= 3 && thousandths.bytes().all(|byte| byte.is_ascii_digit());
    match (whole, digits) {
        ("1", true) if thousandths.bytes().all(|byte| byte == b'0') => 1000,
        ("0", true) => format!("{thousandths:0<3}").parse().unwrap_or(0),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::{Form, plain, prefers};

    #[test]
    fn a_type_is_read_in_any_case_and_with_whatever_stands_behind_it() {
        for json in
            ["application/json", "Application/JSON", " application/json ; charset=UTF-8", "text/JSON;"]
        {
            assert_eq!(Form::of(json), Ok(Form::Json), "{json}");
        }
        for toml in ["", "application/toml", "Text/TOML; charset=utf-8", "application/x-www-form-urlencoded"]
        {
            assert_eq!(Form::of(toml), Ok(Form::Toml), "{toml}");
        }
    }

    #[test]
    fn a_type_of_no_rule_file_is_named_and_not_guessed() {
        for other in [
            "application/yaml",
            "text/html",
            "application/jsonp",
            "json",
            "application/json, application/toml",
        ] {
            let refusal = Form::of(other).unwrap_err();
            assert_eq!((refusal.code(), refusal.status()), ("unsupported_media_type", 415), "{other}");
            assert!(refusal.explain().0.contains(other), "{refusal:?}");
        }
    }

    #[test]
    fn a_compressed_body_is_not_read_as_if_it_were_none() {
        assert_eq!((plain(""), plain("Identity")), (Ok(()), Ok(())));
        for coding in ["gzip", "identity, br", "x"] {
            assert_eq!(plain(coding).unwrap_err().status(), 415, "{coding}");
        }
    }

    #[test]
    fn a_coding_is_sent_to_who_takes_it() {
        for wants in
            ["br", "gzip, deflate, br, zstd", "BR;Q=0.001", "br ; q=1.000", "*", "gzip;q=1.0, *;q=0.5"]
        {
            assert!(prefers(wants, "br"), "{wants}");
        }
    }

    #[test]
    fn a_coding_is_not_sent_to_who_does_not() {
        for wants in [
            "",
            "gzip",
            "identity",
            "br;q=0",
            "br;q=0.0",
            "br; q=0.000",
            "br ;Q=0",
            "*;q=0",
            "br;q=0, *",
            "br;q=0.5, identity;q=1",
            "br;q=none",
            "br;q=1.5",
            "br;q=-1",
            "br;q=0.1234",
            "brotli",
            "x-br",
        ] {
            assert!(!prefers(wants, "br"), "{wants}");
        }
    }
}
