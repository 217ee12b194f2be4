//! Whether the site has signed who a batch's sender is; what came of the proof is counted, and told to the page's author.

use edge_core::identity::{Signed, introduced};
use wire::Batch;
use worker::{Env, Response};

use crate::answer::Fault;
use crate::clock::now_ms;
use crate::counters::{Counter, count};
use crate::sites::Snapshot;

/// Says what came of a proof, in an answer that has no other place for it: the browser's own tools show it.
const HEADER: &str = "Declic-Identify";
/// What comes of a proof of one who may not be remembered.
const NOT_REMEMBERED: &str = "not_remembered";
/// What comes of a proof that verifies.
const SIGNED: &str = "signed";

/// Who the site signs that this is, and what came of the proof; nothing when there is none.
pub(super) fn verify(
    env: &Env,
    batch: &Batch,
    site: &Snapshot,
    remembers: bool,
) -> (Option<Signed>, Option<&'static str>) {
    let Some(introduced) = introduced(batch, &site.settings.identity_secrets, now_ms(env)) else {
        return (None, None);
    };
    let (signed, outcome) = match introduced {
        Ok(_) if !remembers => (None, NOT_REMEMBERED),
        Ok(signed) => (Some(signed), SIGNED),
        Err(error) => (None, error.code()),
    };
    count(Counter::Identified, outcome);
    (signed, Some(outcome))
}

/// The answer, with what came of the proof.
pub(super) fn tell(answer: Response, proof: Option<&'static str>) -> Result<Response, Fault> {
    if let Some(outcome) = proof {
        answer.headers().set(HEADER, outcome)?;
    }
    Ok(answer)
}
