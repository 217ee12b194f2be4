//! Webhooks after Standard Webhooks 1.0: who is told, what is said, how it is signed, and when it is said again.
//!
//! Owns the letter and everything about it that needs no network and no storage. Keeping and sending letters is the
//! `Outbox` object's. Never makes randomness: secrets come in, and jitter is drawn from the letter's own id.

mod endpoint;
mod letter;
mod retry;
mod secret;
mod target;

pub use endpoint::{Endpoint, EndpointError, MAX_BODY_BYTES, MAX_ENDPOINTS, matches};
pub use letter::{Letter, Letters, consent, contact, notice};
pub use retry::{Answered, Next, Policy, PolicyError, after};
pub use secret::{BadSecret, Secret, headers};
pub use target::{Reach, TargetError, check};
#[cfg(test)]
pub(crate) use {endpoint::MAX_EVENTS, target::MAX_BYTES as MAX_URL_BYTES};
