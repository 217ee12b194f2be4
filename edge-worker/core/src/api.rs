//! The JSON API's own shapes. Nothing the edge keeps is ever serialised as it is: each answer is built here.
//!
//! Times are RFC 3339 in UTC; absent values are left out.

mod code;
mod customers;
mod explain;
mod export;
pub mod object;
pub mod report;
pub mod routes;
mod settings;
mod site;
pub mod webhooks;

use jiff::Timestamp;
use serde::Serialize;
use wire::Ask;

use crate::contact::{ContactRecord, Journey};
use crate::profile::PageVisit;
use crate::source::Source;

pub use code::Code;
pub use customers::{ImportAnswer, SecretBody, SecretList, SecretMade};
pub use explain::{AccountAnswer, ExplainAnswer, ExplainQuery, LinkAnswer, LinkBody};
pub(crate) use export::export;
pub use settings::{DeskBody, PressureBody, SettingsBody, bad_settings};
pub use site::{
    AuditAnswer, AuditList, DiffAnswer, KeyAnswer, KeyBody, KeyList, KeyMade, PublishBody, PublishQuery,
    Published, RollbackBody, RuleChange, SiteList, VersionAnswer, VersionList,
};

/// Every error of the API: `{"error":{…}}`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ErrorAnswer {
    /// What went wrong.
    pub error: ErrorBody,
}

/// What went wrong, for programs and for people.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ErrorBody {
    /// Its name in the list of all errors.
    pub code: Code,
    /// What is wrong, in one sentence.
    pub message: String,
    /// The next step.
    pub next: String,
    /// Each fault by itself, where several can be told of a document.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<Detail>,
}

/// One fault of a document, and where it is.
#[derive(Debug, Default, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Detail {
    /// Where in a JSON document, as in `desk.hours` or `rule[2].when`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The line of a rule file, counted from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// In characters, counted from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
    /// Characters concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<usize>,
    /// Stable name of the kind of fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<&'static str>,
    /// What is wrong.
    pub message: String,
    /// The next step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

impl ErrorAnswer {
    /// An error of this name.
    pub fn new(code: Code, message: impl Into<String>, next: impl Into<String>) -> Self {
        let details = Vec::new();
        Self { error: ErrorBody { code, message: message.into(), next: next.into(), details } }
    }

    /// With each fault by itself.
    #[must_use]
    pub fn with(mut self, details: Vec<Detail>) -> Self {
        self.error.details = details;
        self
    }
}

/// Answer of `GET /v1/desk/callbacks` and `/v1/desk/messages`, oldest first.
#[derive(Debug, Default, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ContactList {
    /// The requests waiting.
    pub contacts: Vec<ContactAnswer>,
    /// Where there are more: what to give as `after` to read on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<u32>,
}

/// One request for contact.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ContactAnswer {
    #[serde(skip_serializing_if = "String::is_empty")]
    id: String,
    requested_at: String,
    /// The half hour a call was asked for; absent for as soon as possible.
    #[serde(skip_serializing_if = "Option::is_none")]
    call_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reply_to: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    rule: String,
    language: String,
    page: PageAnswer,
    #[serde(skip_serializing_if = "Option::is_none")]
    journey: Option<JourneyAnswer>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct PageAnswer {
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<String>,
    path: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    title: String,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JourneyAnswer {
    first_seen: String,
    visits: u32,
    entry: String,
    source: SourceAnswer,
    #[serde(skip_serializing_if = "Option::is_none")]
    cart: Option<CartAnswer>,
    orders: OrdersAnswer,
    pages: Vec<PageAnswer>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct SourceAnswer {
    source: String,
    medium: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    campaign: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    search: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    referrer: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    term: String,
}

impl SourceAnswer {
    pub(crate) fn of(Source { referrer, search, source, medium, campaign, term }: Source) -> Self {
        Self { source, medium, campaign, search, referrer, term }
    }
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct CartAnswer {
    total: f64,
    items: u32,
    #[serde(skip_serializing_if = "String::is_empty")]
    currency: String,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct OrdersAnswer {
    count: u32,
    total: f64,
}

impl ContactAnswer {
    /// The answer for a stored record.
    pub fn of(id: String, record: ContactRecord) -> Self {
        let call_at = match record.ask {
            Ask::Callback { at_s, .. } => at_s.map(|at_s| rfc3339(at_s.saturating_mul(1000))),
            Ask::Message { .. } => None,
        };
        let (phone, reply_to, message) = match record.ask {
            Ask::Callback { phone, .. } => (Some(phone), None, None),
            Ask::Message { reply_to, text } => (None, Some(reply_to), Some(text)),
        };
        Self {
            id,
            requested_at: rfc3339(record.at_ms),
            call_at,
            phone,
            reply_to,
            message,
            rule: record.rule,
            language: record.language,
            page: PageAnswer { at: None, path: record.path, title: record.title },
            journey: record.journey.map(JourneyAnswer::of),
        }
    }
}

impl JourneyAnswer {
    fn of(journey: Journey) -> Self {
        let page = |PageVisit { at_ms, path, title }| PageAnswer { at: Some(rfc3339(at_ms)), path, title };
        Self {
            first_seen: rfc3339(journey.first_seen_ms),
            visits: journey.visits,
            entry: journey.entry,
            source: SourceAnswer::of(journey.source),
            cart: journey.cart.map(|cart| CartAnswer {
                total: cart.total,
                items: cart.items,
                currency: cart.currency,
            }),
            orders: OrdersAnswer { count: journey.orders.count, total: journey.orders.total },
            pages: journey.pages.into_iter().map(page).collect(),
        }
    }
}

/// The instant of an RFC 3339 text, in milliseconds since 1970; none for another text or one before 1970.
pub fn instant(text: &str) -> Option<u64> {
    text.parse::<Timestamp>().ok().and_then(|at| u64::try_from(at.as_millisecond()).ok())
}

pub(crate) fn rfc3339(at_ms: u64) -> String {
    // INVARIANT: the edge's clock stays within the years jiff knows; anything else reads as 1970.
    let at_ms = i64::try_from(at_ms).unwrap_or_default();
    Timestamp::from_millisecond(at_ms).unwrap_or_default().to_string()
}

#[cfg(test)]
mod openapi;
#[cfg(test)]
mod tests {
    use wire::Ask;

    use super::{ContactAnswer, rfc3339};
    use crate::contact::{ContactRecord, Journey};
    use crate::profile::Profile;

    #[test]
    fn times_are_rfc_3339() {
        assert_eq!(rfc3339(1_763_902_800_123), "2025-11-23T13:00:00.123Z");
        assert_eq!(rfc3339(u64::MAX), "1970-01-01T00:00:00Z");
    }

    #[test]
    fn a_callback_answers_with_its_journey() {
        let mut profile = Profile::default();
        profile.visits.take(1, 1, Default::default);
        profile.view(0, "/faq", "Help");
        let record = ContactRecord {
            at_ms: 1_763_902_800_000,
            rule: "basket-call".into(),
            path: "/cart".into(),
            title: "Basket".into(),
            language: "fr".into(),
            ask: Ask::Callback { phone: "+33612345678".into(), at_s: None },
            journey: Some(Journey::of(profile)),
        };
        let answer = serde_json::to_value(ContactAnswer::of("AQI".into(), record)).unwrap();
        assert_eq!(answer["id"], "AQI");
        assert_eq!(answer["phone"], "+33612345678");
        assert_eq!(answer["journey"]["visits"], 1);
        assert_eq!(answer["journey"]["pages"][0]["path"], "/faq");
        assert!(answer.get("message").is_none());
    }
}
