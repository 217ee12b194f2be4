//! The shapes of the customers' and the identity secrets' API.

use serde::{Deserialize, Serialize};

use super::Detail;

/// Answer of `POST /v1/sites/{site}/customers`: what came of each line, and of all.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ImportAnswer {
    /// Lines read, empty ones included.
    pub lines: usize,
    /// Lines taken: what they say is kept.
    pub taken: usize,
    /// Lines refused.
    pub refused: usize,
    /// What is wrong with the first hundred of those.
    pub errors: Vec<Detail>,
    /// Refused lines beyond.
    #[serde(skip_serializing_if = "is_zero")]
    pub untold: usize,
}

/// Body of `POST /v1/sites/{site}/identity-secrets`; an empty one has the edge make a secret.
#[derive(Debug, Default, Deserialize, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SecretBody {
    /// A secret the site has already, of at least 32 bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
}

/// Answer of `POST /v1/sites/{site}/identity-secrets`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SecretMade {
    /// What names it from now on: the beginning of its SHA-256.
    pub id: String,
    /// The secret the edge made: told this once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
}

/// Answer of `GET /v1/sites/{site}/identity-secrets`: what names each secret, the newest first. All of them verify.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SecretList {
    /// The beginning of the SHA-256 of each.
    pub secrets: Vec<String>,
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}
