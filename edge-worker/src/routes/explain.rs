//! Why: what every rule says of a visitor, for a page with a debug link and for people with a key.

use edge_core::api::{ExplainAnswer, ExplainQuery, LinkAnswer, LinkBody};
use edge_core::decide::Round;
use edge_core::explain::{Question, explain};
use edge_core::intake;
use edge_core::keys::Need;
use edge_core::limits::MAX_SMALL_BYTES;
use edge_core::link::{debug_key, opens_debug};
use edge_core::profile::Profile;
use edge_core::token::Visitor;
use wire::{Batch, Explained, MAX_BODY_BYTES};
use worker::{Env, Method, Request, Response};

use super::home;
use super::site::note;
use super::tag::{allowed_origin, consents, place, verify};
use crate::answer::{Fault, json_ok, to_tag};
use crate::clock::now_ms;
use crate::environment::{admit, keyring};
use crate::objects::Call;
use crate::sites::Snapshot;
use crate::{body, sites};

/// The accounts of all rules, for an open page whose address carries a debug link's key.
pub(super) async fn of_page(request: &mut Request, env: &Env) -> Result<Response, Fault> {
    let bytes = body::read(request, env, MAX_BODY_BYTES).await?;
    let asked = intake::explain(&bytes)?;
    let site = sites::find(env, &asked.batch.site).await?;
    let origin = allowed_origin(request, &site)?;
    let now_s = now_ms(env) / 1000;
    if !opens_debug(&*keyring(env)?, &asked.batch.site, &asked.key, now_s) {
        return Err(Fault::Refused(intake::Refusal::BadLink));
    }
    let visitor = match consents(request, asked.batch.consent)? {
        true => verify(env, &asked.batch.site, asked.batch.token.as_deref())?,
        false => None,
    };
    let visitor = visitor.map(|verified| verified.visitor);
    let question = Question { visitor: [0; 16], place: place(request)?, batch: asked.batch, at_ms: None };
    let explained = answer(env, &site, visitor, question).await?;
    Ok(to_tag(200, wire::encode(&explained), &origin)?)
}

/// The accounts of all rules, for a visitor's token, a page and a moment.
pub(super) async fn of_visitor(request: &Request, env: &Env, site: &str) -> Result<Response, Fault> {
    admit(request, env, site, Need::Rules).await?;
    let snapshot = sites::find(env, site).await?;
    let url = request.url()?;
    let pairs: Vec<_> = url.query_pairs().collect();
    let query = ExplainQuery::of(pairs.iter().map(|(name, value)| (&**name, &**value)))?;
    let batch = query.batch(site);
    intake::batch(&wire::encode(&batch))?;
    let visitor = match query.visitor.as_str() {
        "" => None,
        token => {
            let verified = verify(env, site, Some(token))?;
            // Not a stranger's slip, but the reader's: an answer about a newcomer would mislead.
            let unknown = Fault::Refused(intake::Refusal::BadParameter {
                name: "visitor".into(),
                wanted: "a token of this site",
            });
            Some(verified.ok_or(unknown)?.visitor)
        }
    };
    let question = Question { visitor: [0; 16], place: Default::default(), batch, at_ms: query.at_ms };
    Ok(json_ok(&ExplainAnswer::of(answer(env, &snapshot, visitor, question).await?))?)
}

/// A link that lets a page of the site ask.
pub(super) async fn debug_link(request: &mut Request, env: &Env, site: &str) -> Result<Response, Fault> {
    let caller = admit(request, env, site, Need::Rules).await?;
    let snapshot = sites::find(env, site).await?;
    let asked: LinkBody = body::json(request, env, MAX_SMALL_BYTES).await?;
    let expires_s = asked.expires_s(now_ms(env) / 1000)?;
    let key = debug_key(&*keyring(env)?, site, expires_s);
    note(env, site, &caller, "link.made", "debug").await?;
    let origin = snapshot.settings.origins.first().map(String::as_str).unwrap_or_default();
    Ok(json_ok(&LinkAnswer::debug(origin, key, expires_s))?)
}

/// Asks the shard that knows the visitor; one nobody knows is explained here.
async fn answer(
    env: &Env,
    site: &Snapshot,
    visitor: Option<Visitor>,
    question: Question,
) -> Result<Explained, Fault> {
    let Some(mut visitor) = visitor else { return Ok(of_newcomer(env, site, &question)) };
    let call = |visitor: &Visitor| {
        let question = Question { visitor: visitor.id, ..question.clone() };
        Call::new(Method::Post, "/explain").body(question.to_bytes())
    };
    let mut answer = home::ask(env, &question.batch.site, &mut visitor, call).await?;
    if answer.status_code() != 200 {
        return Err(Fault::Unavailable(format!("the shard answered {}", answer.status_code()).into()));
    }
    wire::decode(&answer.bytes().await?)
        .map_err(|error| Fault::Unavailable(format!("the shard's answer cannot be read: {error:?}").into()))
}

fn of_newcomer(env: &Env, site: &Snapshot, question: &Question) -> Explained {
    let mut batch: Batch = question.batch.clone();
    if batch.page.path.is_empty() {
        batch.page.path = "/".into();
    }
    let round = Round {
        batch: &batch,
        visitor: &[],
        place: &question.place,
        hosts: &site.hosts,
        friction: false,
        program: site.program.as_deref(),
        desk: site.desk.as_ref(),
        now_ms: question.at_ms.unwrap_or_else(|| now_ms(env)),
    };
    explain(Profile::default(), &round)
}
