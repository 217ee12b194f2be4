//! The shapes of the webhooks' API. Times are RFC 3339 in UTC; absent values are left out.

use serde::{Deserialize, Serialize};

use super::rfc3339;
use crate::webhook::Endpoint;

/// Body of `POST /v1/sites/{site}/webhooks`.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct EndpointBody {
    /// Where letters go.
    pub url: String,
    /// Which: names such as `contact.requested`, beginnings such as `contact.*`, or `*`.
    pub events: Vec<String>,
}

/// One endpoint.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct EndpointAnswer {
    id: String,
    url: String,
    events: Vec<String>,
    created_at: String,
    /// Told when it is made, and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

impl EndpointAnswer {
    pub(crate) fn of(endpoint: &Endpoint, secret: Option<String>) -> Self {
        Self {
            id: endpoint.id.clone(),
            url: endpoint.url.clone(),
            events: endpoint.events.clone(),
            created_at: rfc3339(endpoint.created_ms),
            secret,
        }
    }

    /// How the log of changes tells that it was set up: its id, its host and its events. Of the address no more: receivers
    /// keep secrets in paths and queries.
    pub fn noted(&self) -> String {
        let url = url::Url::parse(&self.url).ok();
        let host = url.as_ref().and_then(url::Url::host_str).unwrap_or_default();
        format!("{}, {host}, {}", self.id, self.events.join(" "))
    }
}

/// Answer of `GET /v1/sites/{site}/webhooks`.
#[derive(Debug, Default, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct WebhookList {
    /// The site's endpoints.
    pub endpoints: Vec<EndpointAnswer>,
    /// Letters waiting to be sent, or sent again.
    pub waiting: u32,
    /// Letters given up.
    pub dead: u32,
}

/// Answer of `GET /v1/sites/{site}/webhooks/dead`, oldest first.
#[derive(Debug, Default, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DeadList {
    /// The letters given up.
    pub letters: Vec<DeadAnswer>,
    /// Where there are more: what to give as `after` to read on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<u32>,
}

/// One letter given up.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DeadAnswer {
    /// Names it in addresses.
    pub number: u32,
    /// Its `webhook-id`.
    pub id: String,
    /// Its event.
    #[serde(rename = "type")]
    pub event: String,
    /// The endpoint it was for.
    pub endpoint: String,
    /// When it happened.
    pub at: String,
    /// How often it was sent.
    pub attempts: u32,
    /// What came of the last time.
    pub last: String,
}

impl DeadAnswer {
    /// When a letter happened, as it is answered.
    pub fn at(at_ms: u64) -> String {
        rfc3339(at_ms)
    }
}

/// Answer of `POST /v1/sites/{site}/webhooks/dead/retry`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Revived {
    /// Letters that will be sent again.
    pub letters: u32,
}
