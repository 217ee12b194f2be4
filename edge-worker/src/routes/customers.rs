//! A site's customers, for its owner: imported, taken out as JSON, erased; each by the site's own id.

use std::collections::BTreeMap;
use std::pin::pin;
use std::time::Duration;

use edge_core::api::routes::decoded;
use edge_core::identity::home;
use edge_core::import::{Bundle, Imported, MAX_BYTES, Reader};
use edge_core::intake::Refusal;
use edge_core::keys::Need;
use edge_core::limits::Excess;
use edge_core::negotiation;
use futures_util::StreamExt;
use futures_util::future::{Either, join_all, select};
use wire::{MAX_NAME_BYTES, Want};
use worker::{Delay, Env, Headers, Method, Request, Response, ResponseBuilder};

use super::site::note;
use super::visitor::{erase, tell};
use crate::answer::{Fault, json_ok};
use crate::environment::admit;
use crate::objects::{self, Call, Named, SITE_HEADER, expect};
use crate::{guard, sites};

/// Lines gathered before they are handed to their shards: one call of each for many.
const GATHER: usize = 1_000;

/// Answers `/v1/sites/{site}/customers` and what is under it.
pub(super) async fn answer(
    request: &mut Request,
    env: &Env,
    site: &str,
    under: &[&str],
) -> Result<Response, Fault> {
    let method = request.method();
    let caller = admit(request, env, site, Need::Site).await?;
    sites::require(env, site).await?;
    let [id] = under else {
        let mut reader = Reader::default();
        let mut kept = 0;
        let outcome = import(request, env, site, &mut reader, &mut kept).await;
        let answer = reader.answer();
        // What was kept before it broke off stays, and the log says so.
        let broken = if outcome.is_err() { "; it broke off" } else { "" };
        let detail = format!("{kept} taken, {} refused{broken}", answer.refused);
        let noted = note(env, site, &caller, "customers.imported", &detail).await;
        outcome.and(noted)?;
        return Ok(json_ok(&answer)?);
    };
    let customer = home(site, &named(id)?);
    // The log says that it was done, not of whom: it outlives him.
    if method == Method::Delete {
        erase(env, site, &customer, Named::Customer).await?;
        note(env, site, &caller, "customer.erased", "").await?;
        return Ok(ResponseBuilder::new().with_status(204).empty());
    }
    let known = tell(env, site, customer, Want::Export, "en").await?;
    if known.export.is_empty() {
        return Err(Fault::NoSuch {
            what: "customer of this id whom anything is kept of".to_owned(),
            next: "give the id as the site's server signs it, percent-encoded",
        });
    }
    note(env, site, &caller, "customer.exported", "").await?;
    let headers = Headers::new();
    headers.set("Content-Type", "application/json; charset=utf-8")?;
    Ok(ResponseBuilder::new().with_headers(headers).fixed(known.export.into_bytes()))
}

/// The site's own id, as it stands in an address.
fn named(id: &str) -> Result<String, Fault> {
    let id = decoded(id).filter(|id| (1..=MAX_NAME_BYTES).contains(&id.len()));
    let wanted = "a customer's id, percent-encoded";
    id.ok_or(Fault::Refused(Refusal::BadParameter { name: "id".into(), wanted }))
}

/// Takes lines in as they arrive; counts those that are `kept`. What was handed to its shard is, whatever becomes of the
/// rest of the body.
async fn import(
    request: &mut Request,
    env: &Env,
    site: &str,
    reader: &mut Reader,
    kept: &mut usize,
) -> Result<(), Fault> {
    let mut gathered = Vec::new();
    negotiation::plain(&request.headers().get("Content-Encoding")?.unwrap_or_default())?;
    let Ok(mut chunks) = request.stream() else { return Ok(()) };
    let limit_ms = guard::limits(env)?.body_ms;
    let mut bytes = 0;
    loop {
        let late = Delay::from(Duration::from_millis(limit_ms.into()));
        let chunk = match select(pin!(chunks.next()), late).await {
            Either::Left((None, _)) => break,
            Either::Left((Some(Ok(chunk)), _)) => chunk,
            Either::Left((Some(Err(_)), _)) => return Err(Fault::Refused(Refusal::Truncated)),
            Either::Right(_) => return Err(Fault::Excess(Excess::SlowBody { limit_ms })),
        };
        bytes += chunk.len();
        if bytes > MAX_BYTES {
            return Err(Fault::Refused(Refusal::TooLarge { limit: MAX_BYTES }));
        }
        gathered.extend(reader.read(&chunk));
        if gathered.len() >= GATHER {
            hand_out(env, site, std::mem::take(&mut gathered), kept).await?;
        }
    }
    gathered.extend(reader.finish());
    hand_out(env, site, gathered, kept).await
}

/// Hands customers to the shards where they live; counts those that are `kept` there.
async fn hand_out(env: &Env, site: &str, customers: Vec<Imported>, kept: &mut usize) -> Result<(), Fault> {
    let mut shards: BTreeMap<u16, (edge_core::token::Visitor, Bundle)> = BTreeMap::new();
    for imported in customers {
        let customer = home(site, &imported.customer.id);
        let row = customer.id;
        let (_, bundle) = shards.entry(customer.shard).or_insert((customer, Bundle::default()));
        bundle.0.push((row, imported));
    }
    let calls = shards.into_values().map(async |(customer, bundle)| {
        let call = Call::new(Method::Post, "/customers").header(SITE_HEADER, site).body(bundle.to_bytes());
        expect(objects::visitors(env, site, &customer)?.send(call).await?, 200).await?;
        Ok(bundle.0.len())
    });
    // To the end, though one fails: what the others keep is counted.
    let mut outcome = Ok(());
    for taken in join_all(calls).await {
        match taken {
            Ok(lines) => *kept += lines,
            Err(fault) => outcome = Err(fault),
        }
    }
    outcome
}
