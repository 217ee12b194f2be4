//! The gate: what the edge takes in, and why it refuses the rest.
//!
//! Takes the bytes of a request's body, returns a message within every limit, or a [`Refusal`] that says what is
//! wrong and what to do. Never panics, whatever the bytes are.

mod refusal;

use wire::{
    Ask, Batch, Contact, Explain, Inquiry, MAX_EVENTS, MAX_MESSAGE_BYTES, MAX_NAME_BYTES, MAX_PROOF_BYTES,
    MAX_REMARK_BYTES, MAX_TEXT_BYTES, MAX_URL_BYTES, Page, What,
};

pub use refusal::Refusal;

/// Largest sum of money: above it a number is a mistake, and sums of such no longer add up.
const MAX_AMOUNT: f64 = 1e12;
/// Most rules a device keeps as sent away: a page shows a few widgets, a tab's life few dozens.
pub(crate) const MAX_DECLINED: usize = 256;
/// E.164 numbers have at most 15 digits (ITU-T E.164, 6.1); shorter than 7 no country has with its code.
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 7..=15;

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
