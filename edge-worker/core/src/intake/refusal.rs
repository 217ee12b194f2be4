//! Why a request is refused, in words: what is wrong, and the next step.

use wire::{DecodeError, MAX_BODY_BYTES, MAX_EVENTS, VERSION};

use super::{MAX_AMOUNT, MAX_DECLINED};
use crate::api::Code;
use crate::site::{MAX_KEY_BYTES, is_key};

/// Why a request is refused. Each variant is one fact; [`Refusal::code`] is its stable name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The body has no bytes.
    Empty,
    /// The body is larger than [`MAX_BODY_BYTES`].
    TooLarge {
        /// The limit.
        limit: usize,
    },
    /// The body is of a kind that this address does not read.
    MediaType {
        /// Its `Content-Type`, shortened.
        found: String,
    },
    /// The body is compressed.
    Encoded {
        /// Its `Content-Encoding`, shortened.
        found: String,
    },
    /// The first byte names another protocol version.
    WireVersion {
        /// What it names.
        found: u8,
    },
    /// The body ends before the message does.
    Truncated,
    /// The body is not a message.
    Malformed,
    /// The message holds, or says that it holds, more than is unpacked of a stranger's body.
    TooMuch,
    /// More than [`MAX_EVENTS`] events.
    TooManyEvents {
        /// How many there are.
        count: usize,
    },
    /// More than [`MAX_DECLINED`] rules were sent away.
    TooManyRules {
        /// How many there are.
        count: usize,
    },
    /// A text is longer than its limit.
    TextTooLong {
        /// Which one.
        field: &'static str,
        /// Its limit in bytes.
        limit: usize,
    },
    /// A number is negative, too large, or not one.
    BadNumber {
        /// Which one.
        field: &'static str,
    },
    /// A link is to live for no time, or for longer than links do.
    BadHours {
        /// The most hours one lives.
        most: u64,
    },
    /// The telephone number is not in E.164 form.
    BadPhone,
    /// A call is asked for at a time that is not offered.
    BadSlot,
    /// As many calls are promised for that time as the desk can make.
    SlotTaken,
    /// A message says nothing, or not where to answer.
    EmptyMessage,
    /// A parameter of the address that the address does not take.
    UnknownParameter {
        /// Which one, shortened.
        name: String,
        /// Those it takes.
        known: Vec<&'static str>,
    },
    /// A parameter of the address, or a part of its path, that says something else than it should.
    BadParameter {
        /// Which one, shortened.
        name: String,
        /// What it should be.
        wanted: &'static str,
    },
    /// A signed link that is of another site, has run out, or was never given.
    BadLink,
    /// The address does not say of which site.
    NoSite,
    /// No site can be called so.
    BadSite {
        /// The key in the request, shortened.
        site: String,
    },
    /// No such site.
    UnknownSite {
        /// The key in the request, shortened.
        site: String,
    },
    /// The page's origin is not one of the site's.
    WrongOrigin {
        /// The `Origin` header, shortened.
        origin: String,
    },
}

impl Refusal {
    /// Its name in the list of all errors.
    pub fn kind(&self) -> Code {
        match self {
            Self::Empty => Code::Empty,
            Self::TooLarge { .. } => Code::TooLarge,
            Self::MediaType { .. } | Self::Encoded { .. } => Code::UnsupportedMediaType,
            Self::WireVersion { .. } => Code::WireVersion,
            Self::Truncated => Code::Truncated,
            Self::Malformed => Code::Malformed,
            Self::TooMuch => Code::TooMuch,
            Self::TooManyEvents { .. } => Code::TooManyEvents,
            Self::TooManyRules { .. } => Code::TooManyRules,
            Self::TextTooLong { .. } => Code::TextTooLong,
            Self::BadNumber { .. } | Self::BadHours { .. } => Code::BadNumber,
            Self::BadPhone => Code::BadPhone,
            Self::BadSlot => Code::BadSlot,
            Self::SlotTaken => Code::SlotTaken,
            Self::EmptyMessage => Code::EmptyMessage,
            Self::BadParameter { .. } | Self::UnknownParameter { .. } => Code::BadParameter,
            Self::BadLink => Code::BadLink,
            Self::NoSite => Code::NoSite,
            Self::BadSite { .. } => Code::BadSite,
            Self::UnknownSite { .. } => Code::UnknownSite,
            Self::WrongOrigin { .. } => Code::WrongOrigin,
        }
    }

    /// Stable name, for programs and counters.
    pub fn code(&self) -> &'static str {
        self.kind().name()
    }

    /// HTTP status.
    pub fn status(&self) -> u16 {
        self.kind().status()
    }

    /// What is wrong, and the next step.
    pub fn explain(&self) -> (String, String) {
        let (wrong, next) = match self {
            Self::Empty => ("the body is empty".into(), "post the encoded message that this address takes"),
            // Said of a batch, a request for contact, settings and rules alike.
            Self::TooLarge { limit } => (
                format!("the body is larger than {limit} bytes"),
                "shorten it or split it: this address takes no more at once",
            ),
            Self::MediaType { found } => (
                format!("`{found}` is no form of a rule file"),
                "send TOML as `application/toml`, or the same shape in JSON as `application/json`",
            ),
            Self::Encoded { found } => (
                format!("the body is compressed as `{found}`"),
                "send it as it is, without `Content-Encoding`",
            ),
            Self::WireVersion { found } => (
                format!("the body is of protocol version {found}, this edge speaks {VERSION}"),
                "reload the page, so that it takes the tag this edge serves",
            ),
            Self::Truncated => {
                ("the body ends before the message does".into(), "send the message again, whole")
            }
            Self::Malformed => {
                ("the body is not an encoded message".into(), "encode it with the tag this edge serves")
            }
            Self::TooMuch => (
                format!(
                    "the message holds more than is taken at once, such as more than {MAX_EVENTS} events"
                ),
                "split it into several",
            ),
            Self::TooManyEvents { count } => (
                format!("the batch holds {count} events, at most {MAX_EVENTS} are taken"),
                "split it into several batches",
            ),
            Self::TooManyRules { count } => (
                format!("the batch names {count} rules as sent away, at most {MAX_DECLINED} are taken"),
                "keep the newest only",
            ),
            Self::TextTooLong { field, limit } => {
                (format!("`{field}` is longer than {limit} bytes"), "shorten it")
            }
            Self::BadNumber { field } => {
                (format!("`{field}` is not a number from zero to {MAX_AMOUNT}"), "send one that is")
            }
            Self::BadHours { most } => (
                format!("`hours` is not a number from 1 to {most}, the hours a link may live"),
                "send one that is, or leave it out for a day",
            ),
            Self::BadPhone => (
                "the telephone number is not in international form".into(),
                "send it with its country code, such as +33612345678",
            ),
            Self::BadSlot => {
                ("no call can be had at that time".into(), "choose one of the half hours the card offers")
            }
            Self::SlotTaken => ("that half hour has been taken in the meantime".into(), "choose another one"),
            Self::EmptyMessage => ("the message or the address to answer to is empty".into(), "fill in both"),
            Self::BadParameter { name, wanted } => {
                (format!("`{name}` in the address should be {wanted}"), "correct the address")
            }
            Self::UnknownParameter { name, known } => return unknown_parameter(name, known),
            Self::BadLink => (
                "the link's key does not verify: it has run out, or is of another site".into(),
                "ask for a new link and open the page with it",
            ),
            Self::NoSite => ("the address does not say of which site".into(), "add `?site=KEY`"),
            Self::BadSite { site } => return bad_site(site),
            Self::UnknownSite { site } => (
                format!("no site `{site}` is set up here"),
                "check `data-site` on the script tag, or set the site up: PUT /v1/sites/KEY/settings",
            ),
            Self::WrongOrigin { origin } => (
                format!("origin `{origin}` is not one of this site's"),
                "add it to `origins` in the site's settings",
            ),
        };
        (wrong, next.to_owned())
    }
}

impl From<DecodeError> for Refusal {
    fn from(error: DecodeError) -> Self {
        match error {
            DecodeError::Empty => Self::Empty,
            DecodeError::Version { found } => Self::WireVersion { found },
            DecodeError::TooLarge { .. } => Self::TooLarge { limit: MAX_BODY_BYTES },
            DecodeError::Truncated => Self::Truncated,
            DecodeError::Malformed => Self::Malformed,
            DecodeError::TooMuch => Self::TooMuch,
        }
    }
}

/// Which parameters there are, where one is not among them.
fn unknown_parameter(name: &str, known: &[&'static str]) -> (String, String) {
    let wrong = format!("`{name}` in the address means nothing here");
    let quoted: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
    let next = match quoted.split_last() {
        None => "leave it out: this address takes no parameters".to_owned(),
        Some((only, [])) => format!("leave it out: this address takes {only} alone"),
        Some((last, others)) => format!("this address takes {} and {last}", others.join(", ")),
    };
    (wrong, next)
}

/// What a site may be called, with the nearest such name.
fn bad_site(site: &str) -> (String, String) {
    let wrong = format!("no site can be called `{site}`");
    let allowed = format!("a site's key is 1 to {MAX_KEY_BYTES} of `a` to `z`, `0` to `9` and `-`");
    let plain = |letter: char| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '-' };
    let nearest: String = site.trim().chars().map(plain).collect();
    let next = match nearest.trim_matches('-') {
        nearest if is_key(nearest) => format!("{allowed}; `{nearest}` would be one"),
        _ => allowed,
    };
    (wrong, next)
}

#[cfg(test)]
mod tests {
    use super::Refusal;

    #[test]
    fn a_parameter_that_is_not_taken_is_answered_with_those_that_are() {
        let next = |known: &[&'static str]| {
            Refusal::UnknownParameter { name: "form".into(), known: known.to_vec() }.explain().1
        };
        assert_eq!(next(&[]), "leave it out: this address takes no parameters");
        assert_eq!(next(&["after"]), "leave it out: this address takes `after` alone");
        assert_eq!(next(&["draft", "from", "note"]), "this address takes `draft`, `from` and `note`");
    }

    #[test]
    fn a_name_that_no_site_can_have_is_answered_with_one_that_it_can() {
        let next = |site: &str| Refusal::BadSite { site: site.into() }.explain().1;
        assert!(next("Shop").ends_with("; `shop` would be one"));
        assert!(next("my shop.fr ").ends_with("; `my-shop-fr` would be one"));
        assert!(next("..").ends_with("and `-`"), "{}", next(".."));
        assert!(next(&"x".repeat(65)).ends_with("and `-`"));
    }
}
