//! What a visitor asks of what is kept: to see it, to take it along, to have it erased.
//!
//! Answered whatever the consent the question states, for a token is proof enough; asking keeps nothing.

use edge_core::contact::ContactRecord;
use edge_core::intake;
use edge_core::known::{self, known};
use edge_core::profile::{self, Profile};
use edge_core::tally::Trials;
use edge_core::token::{Visitor, seed};
use wire::codec::unpack;
use wire::{Known, MAX_BODY_BYTES, Want};
use worker::{Env, Method, Request, Response};

use super::home;
use super::tag::{allowed_origin, home_region, verify};
use crate::answer::{Fault, to_tag};
use crate::counters::{Counter, count};
use crate::environment::keyring;
use crate::objects::{self, Call, MOVED, Named, SITE_HEADER, expect};
use crate::{body, sites};

/// Most bytes of a visitor's profile and trials.
const MAX_ROW_BYTES: usize = 2 * profile::MAX_BYTES;
/// Most bytes of a visitor's requests for contact that are read for an export.
const MAX_CONTACTS_BYTES: usize = 1024 * 1024;

/// Answers an inquiry.
pub(super) async fn inquire(request: &mut Request, env: &Env) -> Result<Response, Fault> {
    let inquiry = intake::inquiry(&body::read(request, env, MAX_BODY_BYTES).await?)?;
    let site = sites::find(env, &inquiry.site).await?;
    let origin = allowed_origin(request, &site)?;
    let keyring = keyring(env)?;
    let visitor = match verify(env, &inquiry.site, inquiry.token.as_deref())? {
        Some(verified) => Some(verified.visitor),
        // A tag that has not been given its token yet names the visitor by the seed it will be made of.
        None => {
            let seed = inquiry.token.as_deref().and_then(seed);
            seed.map(|seed| keyring.admit(&inquiry.site, &home_region(request), &seed))
        }
    };
    let answer = match (visitor, inquiry.want) {
        (None, _) => known::nothing(),
        (Some(visitor), Want::Erase) => {
            erase(env, &inquiry.site, &visitor, Named::Visitor).await?;
            known::nothing()
        }
        (Some(visitor), want @ (Want::See | Want::Export)) => {
            tell(env, &inquiry.site, visitor, want, &inquiry.language).await?
        }
    };
    count(
        Counter::Inquiries,
        match inquiry.want {
            Want::See => "see",
            Want::Export => "export",
            Want::Erase => "erase",
        },
    );
    Ok(to_tag(200, wire::encode(&answer), &origin)?)
}

/// All that is kept of the visitor, wherever it is.
pub(super) async fn tell(
    env: &Env,
    site: &str,
    mut visitor: Visitor,
    want: Want,
    language: &str,
) -> Result<Known, Fault> {
    let call = |visitor: &Visitor| Call::new(Method::Post, "/profile").body(visitor.id.to_vec());
    let row = expect(home::ask(env, site, &mut visitor, call).await?, 200).await?;
    if row.is_empty() {
        return Ok(known::nothing());
    }
    let (profile, trials): (Vec<u8>, Vec<u8>) = unpack(&row, MAX_ROW_BYTES)
        .map_err(|error| Fault::Unavailable(format!("a visitor's row cannot be read: {error:?}").into()))?;
    let profile = Profile::from_bytes(&profile)
        .map_err(|error| Fault::Unavailable(format!("a profile cannot be read: {error:?}").into()))?;
    let call = Call::new(Method::Get, format!("/visitors/{}", visitor.name()));
    let rows = expect(objects::desk(env, site)?.send(call).await?, 200).await?;
    let rows: Vec<Vec<u8>> = unpack(&rows, MAX_CONTACTS_BYTES)
        .map_err(|error| Fault::Unavailable(format!("contacts cannot be read: {error:?}").into()))?;
    let contacts: Vec<ContactRecord> =
        rows.iter().filter_map(|row| ContactRecord::from_bytes(row).ok()).collect();
    Ok(known(&profile, &Trials::from_bytes(&trials), want, language, &contacts))
}

/// Removes every row of the visitor's: of the customer he has become, and of all who have become this customer.
pub(super) async fn erase(env: &Env, site: &str, visitor: &Visitor, named: Named) -> Result<(), Fault> {
    // Who becomes a customer while he is erased is erased as one: from the beginning.
    for _ in 0..=home::MOVES {
        let mut kin = home::begin_erasure(env, site, visitor, named).await?;
        let home = match kin.moved_to.take() {
            Some(customer) => {
                kin = home::begin_erasure(env, site, &customer, Named::Customer).await?;
                customer
            }
            None => visitor.clone(),
        };
        kin.formers.retain(|former| former != visitor);
        let moved = (home != *visitor).then_some(visitor);
        // What desk and outbox have of him may be on its way to the customer's name, which is therefore the last.
        for row in kin.formers.iter().chain(moved).chain([&home]) {
            objects::erase_beside(env, site, row).await?;
        }
        // The profile goes last: as long as it is there, a token leads to the rest, and an erasure that broke off is asked
        // for again. And behind the customer the way to him, for the same reason.
        let mut gone = true;
        for row in kin.formers.iter().chain([&home]).chain(moved) {
            gone &= erase_row(env, site, row, &home).await?;
        }
        if gone {
            return Ok(());
        }
    }
    Err(home::too_often())
}

/// Removes what the visitor's own shard has of him; whether he has not moved elsewhere meanwhile than to this home.
async fn erase_row(env: &Env, site: &str, visitor: &Visitor, home: &Visitor) -> Result<bool, Fault> {
    let body = [visitor.id, home.id].concat();
    let call = Call::new(Method::Delete, "/profile").header(SITE_HEADER, site).body(body);
    let answer = objects::visitors(env, site, visitor)?.send(call).await?;
    if answer.status_code() == MOVED {
        return Ok(false);
    }
    expect(answer, 200).await?;
    Ok(true)
}
