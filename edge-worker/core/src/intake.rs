//! The gate: what the edge takes in, and why it refuses the rest.
//!
//! Takes the bytes of a request's body, returns a message within every limit, or a [`Refusal`] that says what is
//! wrong and what to do. Never panics, whatever the bytes are.

use wire::{
    Ask, Batch, Contact, DecodeError, Explain, Inquiry, MAX_BODY_BYTES, MAX_EVENTS, MAX_MESSAGE_BYTES,
    MAX_NAME_BYTES, MAX_PROOF_BYTES, MAX_REMARK_BYTES, MAX_TEXT_BYTES, MAX_URL_BYTES, Page, VERSION, What,
};

/// Largest sum of money: above it a number is a mistake, and sums of such no longer add up.
const MAX_AMOUNT: f64 = 1e12;
/// Most rules a device keeps as sent away: a page shows a few widgets, a tab's life few dozens.
const MAX_DECLINED: usize = 256;
/// E.164 numbers have at most 15 digits (ITU-T E.164, 6.1); shorter than 7 no country has with its code.
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 7..=15;

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
    /// A parameter of the address that means nothing, or says something else than it should.
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
    /// Stable name, for programs and counters.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLarge { .. } => "too_large",
            Self::WireVersion { .. } => "wire_version",
            Self::Truncated => "truncated",
            Self::Malformed => "malformed",
            Self::TooMuch => "too_much",
            Self::TooManyEvents { .. } => "too_many_events",
            Self::TooManyRules { .. } => "too_many_rules",
            Self::TextTooLong { .. } => "text_too_long",
            Self::BadNumber { .. } | Self::BadHours { .. } => "bad_number",
            Self::BadPhone => "bad_phone",
            Self::BadSlot => "bad_slot",
            Self::SlotTaken => "slot_taken",
            Self::EmptyMessage => "empty_message",
            Self::BadParameter { .. } => "bad_parameter",
            Self::BadLink => "bad_link",
            Self::NoSite => "no_site",
            Self::UnknownSite { .. } => "unknown_site",
            Self::WrongOrigin { .. } => "wrong_origin",
        }
    }

    /// HTTP status.
    pub fn status(&self) -> u16 {
        match self {
            Self::Empty
            | Self::WireVersion { .. }
            | Self::Truncated
            | Self::Malformed
            | Self::BadParameter { .. }
            | Self::NoSite => 400,
            Self::WrongOrigin { .. } | Self::BadLink => 403,
            Self::UnknownSite { .. } => 404,
            Self::TooLarge { .. } => 413,
            Self::TooMuch
            | Self::TooManyEvents { .. }
            | Self::TooManyRules { .. }
            | Self::TextTooLong { .. }
            | Self::BadNumber { .. }
            | Self::BadHours { .. }
            | Self::BadPhone
            | Self::BadSlot
            | Self::EmptyMessage => 422,
            Self::SlotTaken => 409,
        }
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
            Self::BadLink => (
                "the link's key does not verify: it has run out, or is of another site".into(),
                "ask for a new link and open the page with it",
            ),
            Self::NoSite => ("the address does not say of which site".into(), "add `?site=KEY`"),
            Self::UnknownSite { site } => (
                format!("no site `{site}` is set up here"),
                "check `data-site` on the script tag, or put the site's settings first",
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

/// The batch in a body.
///
/// # Errors
/// A [`Refusal`] when the bytes are no batch, or something in it is past its limit.
pub fn batch(body: &[u8]) -> Result<Batch, Refusal> {
    let batch: Batch = wire::decode(body)?;
    check_batch(&batch)?;
    Ok(batch)
}

/// The question in a body that a page with a debug link sends.
///
/// # Errors
/// As [`batch`]'s.
pub fn explain(body: &[u8]) -> Result<Explain, Refusal> {
    let explain: Explain = wire::decode(body)?;
    limit("key", &explain.key, MAX_NAME_BYTES)?;
    check_batch(&explain.batch)?;
    Ok(explain)
}

fn check_batch(batch: &Batch) -> Result<(), Refusal> {
    if batch.events.len() > MAX_EVENTS {
        return Err(Refusal::TooManyEvents { count: batch.events.len() });
    }
    limit("site", &batch.site, MAX_NAME_BYTES)?;
    limit("token", batch.token.as_deref().unwrap_or_default(), MAX_TEXT_BYTES)?;
    check_page(&batch.page)?;
    for rule in &batch.on_screen {
        limit("on_screen", rule, MAX_NAME_BYTES)?;
    }
    if batch.declined.len() > MAX_DECLINED {
        return Err(Refusal::TooManyRules { count: batch.declined.len() });
    }
    for rule in &batch.declined {
        limit("declined", rule, MAX_NAME_BYTES)?;
    }
    for event in &batch.events {
        match &event.what {
            What::View | What::Reached | What::RageClick | What::Left | What::Prefers { .. } => {}
            What::Answered { rule, text, .. } => {
                limit("rule", rule, MAX_NAME_BYTES)?;
                limit("remark", text, MAX_REMARK_BYTES)?;
            }
            What::Identify { id, proof } => {
                limit("customer id", id, MAX_NAME_BYTES)?;
                limit("proof", proof, MAX_PROOF_BYTES)?;
            }
            What::FormStarted { form } | What::FormError { form } | What::FormAbandoned { form } => {
                limit("form", form, MAX_NAME_BYTES)?;
            }
            What::Track { name } => limit("event name", name, MAX_NAME_BYTES)?,
            What::Cart { total, currency, .. } | What::CartChange { total, currency, .. } => {
                amount("cart total", *total)?;
                limit("currency", currency, MAX_NAME_BYTES)?;
            }
            What::Order { id, total } => {
                limit("order id", id, MAX_NAME_BYTES)?;
                amount("order total", *total)?;
            }
            What::Shown { rule }
            | What::Dismissed { rule }
            | What::Accepted { rule }
            | What::Less { rule } => {
                limit("rule", rule, MAX_NAME_BYTES)?;
            }
        }
    }
    Ok(())
}

/// The request for contact in a body.
///
/// # Errors
/// A [`Refusal`] when the bytes are no contact, the telephone number is not one, or something is past its limit.
pub fn contact(body: &[u8]) -> Result<Contact, Refusal> {
    let contact: Contact = wire::decode(body)?;
    limit("site", &contact.site, MAX_NAME_BYTES)?;
    limit("token", contact.token.as_deref().unwrap_or_default(), MAX_TEXT_BYTES)?;
    limit("rule", &contact.rule, MAX_NAME_BYTES)?;
    check_page(&contact.page)?;
    match &contact.ask {
        Ask::Callback { phone, .. } if !is_e164(phone) => return Err(Refusal::BadPhone),
        Ask::Callback { .. } => {}
        Ask::Message { reply_to, text } => {
            limit("reply_to", reply_to, MAX_TEXT_BYTES)?;
            limit("text", text, MAX_MESSAGE_BYTES)?;
            if reply_to.trim().is_empty() || text.trim().is_empty() {
                return Err(Refusal::EmptyMessage);
            }
        }
    }
    Ok(contact)
}

/// The visitor's question in a body.
///
/// # Errors
/// A [`Refusal`] when the bytes are no inquiry, or something is past its limit.
pub fn inquiry(body: &[u8]) -> Result<Inquiry, Refusal> {
    let inquiry: Inquiry = wire::decode(body)?;
    limit("site", &inquiry.site, MAX_NAME_BYTES)?;
    limit("token", inquiry.token.as_deref().unwrap_or_default(), MAX_TEXT_BYTES)?;
    limit("language", &inquiry.language, MAX_NAME_BYTES)?;
    Ok(inquiry)
}

/// At most the first 64 characters of something a stranger sent, to be repeated in an error.
pub fn shorten(text: &str) -> String {
    text.chars().filter(|char| !char.is_control()).take(64).collect()
}

fn check_page(page: &Page) -> Result<(), Refusal> {
    limit("path", &page.path, MAX_TEXT_BYTES)?;
    limit("title", &page.title, MAX_TEXT_BYTES)?;
    limit("query", &page.query, MAX_URL_BYTES)?;
    limit("referrer", &page.referrer, MAX_URL_BYTES)?;
    limit("page type", &page.kind, MAX_NAME_BYTES)?;
    limit("language", &page.language, MAX_NAME_BYTES)
}

fn limit(field: &'static str, text: &str, limit: usize) -> Result<(), Refusal> {
    if text.len() > limit { Err(Refusal::TextTooLong { field, limit }) } else { Ok(()) }
}

fn amount(field: &'static str, value: f64) -> Result<(), Refusal> {
    if (0.0..=MAX_AMOUNT).contains(&value) { Ok(()) } else { Err(Refusal::BadNumber { field }) }
}

/// `+`, a digit that is not zero, and [`PHONE_DIGITS`] in all.
fn is_e164(phone: &str) -> bool {
    phone.strip_prefix('+').is_some_and(|digits| {
        PHONE_DIGITS.contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && !digits.starts_with('0')
    })
}

#[cfg(test)]
mod tests;
