//! Reads a request's body up to a limit of bytes and of time, and no further.

use std::pin::pin;
use std::time::Duration;

use edge_core::api::{Code, ErrorAnswer, object};
use edge_core::intake::Refusal;
use edge_core::limits::Excess;
use edge_core::negotiation;
use futures_util::StreamExt;
use futures_util::future::{Either, select};
use serde::de::DeserializeOwned;
use worker::{Delay, Env, Error, Request};

use crate::answer::Fault;
use crate::guard;

/// The whole body, when it has at most `limit` bytes and arrives in time.
pub(crate) async fn read(request: &mut Request, env: &Env, limit: usize) -> Result<Vec<u8>, Fault> {
    negotiation::plain(&request.headers().get("Content-Encoding")?.unwrap_or_default())?;
    let limit_ms = guard::limits(env)?.body_ms;
    let late = Delay::from(Duration::from_millis(limit_ms.into()));
    match select(pin!(whole(request, limit)), late).await {
        Either::Left((body, _)) => body,
        Either::Right(_) => Err(Fault::Excess(Excess::SlowBody { limit_ms })),
    }
}

async fn whole(request: &mut Request, limit: usize) -> Result<Vec<u8>, Fault> {
    let too_large = || Fault::Refused(Refusal::TooLarge { limit });
    // 64 bits, also where a `usize` has 32: what it cannot hold is refused at once too.
    let announced: Option<u64> =
        request.headers().get("Content-Length")?.and_then(|length| length.parse().ok());
    match announced {
        Some(length) if length > limit as u64 => Err(too_large()),
        // The runtime holds the body to the length announced.
        Some(_) => request.bytes().await.map_err(cut_off),
        None => {
            let Ok(mut chunks) = request.stream() else {
                return Ok(Vec::new());
            };
            let mut bytes = Vec::new();
            while let Some(chunk) = chunks.next().await {
                bytes.extend_from_slice(&chunk.map_err(cut_off)?);
                if bytes.len() > limit {
                    return Err(too_large());
                }
            }
            Ok(bytes)
        }
    }
}

/// The JSON body of at most `limit` bytes; an empty one is an empty object.
pub(crate) async fn json<B: DeserializeOwned>(
    request: &mut Request,
    env: &Env,
    limit: usize,
) -> Result<B, Fault> {
    let bytes = read(request, env, limit).await?;
    let bytes = if bytes.is_empty() { &b"{}"[..] } else { &bytes };
    object::read(bytes).map_err(|error| {
        let message = format!("the body is not what this address takes: {error}");
        Fault::Unprocessable(ErrorAnswer::new(Code::BadBody, message, "see this address in /openapi.json"))
    })
}

/// A body that breaks off is its sender's fault, or the line's: nothing here failed.
fn cut_off(_: Error) -> Fault {
    Fault::Refused(Refusal::Truncated)
}
