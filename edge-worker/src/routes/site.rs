//! What the people who run a site ask for: settings, rules and their versions, keys, the log of changes.
//!
//! Each route says what its caller must be allowed; the `Site` object does the rest.

use edge_core::api::{LinkAnswer, LinkBody, SiteList};
use edge_core::keys::Need;
use edge_core::limits::MAX_SMALL_BYTES;
use edge_core::link::{Preview, preview_key};
use edge_core::publish::MAX_SOURCE_BYTES;
use edge_core::site::MAX_SETTINGS_BYTES;
use worker::{Env, Method, Request, Response};

use crate::answer::{Fault, json_ok};
use crate::clock::now_ms;
use crate::environment::{Caller, admit, admit_operator, keyring};
use crate::objects::{self, BY_HEADER, Call};
use crate::{body, sites};

/// The sites of the deployment, for its operator.
pub(super) async fn list(request: &Request, env: &Env) -> Result<Response, Fault> {
    admit_operator(request, env)?;
    Ok(json_ok(&SiteList { sites: sites::list(env).await? })?)
}

/// One site's routes, by what stands behind its key. The table of routes has seen to it that there are no others.
pub(super) async fn answer(
    request: &mut Request,
    env: &Env,
    site: &str,
    rest: &[&str],
) -> Result<Response, Fault> {
    match (request.method(), rest) {
        (Method::Put, ["settings"]) => settings(request, env, site).await,
        (Method::Put, ["rules"]) => pass(request, env, site, Need::Rules, MAX_SOURCE_BYTES).await,
        (Method::Post, ["versions", version, "preview-links"]) => {
            preview_link(request, env, site, version).await
        }
        (Method::Post, ["rollback"] | ["versions", _, "publish"]) => {
            pass(request, env, site, Need::Rules, MAX_SMALL_BYTES).await
        }
        (_, ["rules"] | ["versions", ..]) => pass(request, env, site, Need::Rules, 0).await,
        (Method::Post, ["keys"] | ["identity-secrets"]) => {
            pass(request, env, site, Need::Site, MAX_SMALL_BYTES).await
        }
        (_, ["settings"] | ["audit"] | ["keys", ..] | ["identity-secrets", ..]) => {
            pass(request, env, site, Need::Site, 0).await
        }
        _ => Err(Fault::NotFound),
    }
}

/// Settings: putting them sets up a site, which only the deployment's operator may.
async fn settings(request: &mut Request, env: &Env, site: &str) -> Result<Response, Fault> {
    let caller = admit(request, env, site, Need::Site).await?;
    sites::require_room(env, site).await?;
    let body = body::read(request, env, MAX_SETTINGS_BYTES).await?;
    let call = Call::new(Method::Put, "/settings").header(BY_HEADER, &caller.name).body(body);
    let answer = objects::site(env, site)?.send(call).await?;
    if answer.status_code() == 200 {
        // Second, so that settings which are refused set up nothing.
        sites::enter(env, site).await?;
    }
    Ok(answer)
}

/// Passes a request on to the site's object, as of the one whose key it carries.
async fn pass(
    request: &mut Request,
    env: &Env,
    site: &str,
    need: Need,
    limit: usize,
) -> Result<Response, Fault> {
    let caller = admit(request, env, site, need).await?;
    sites::require(env, site).await?;
    let url = request.url()?;
    // Behind `/v1/sites/{site}`, and with the parameters.
    // INVARIANT: the path has no segment that leads elsewhere; `dispatch` has seen to it.
    let path: String = url.path().split('/').skip(4).map(|part| format!("/{part}")).collect();
    let path = url.query().map_or(path.clone(), |query| format!("{path}?{query}"));
    let mut call = Call::new(request.method(), path).header(BY_HEADER, &caller.name);
    if let Some(kind) = request.headers().get("Content-Type")? {
        call = call.header("Content-Type", &kind);
    }
    if limit > 0 {
        call = call.body(body::read(request, env, limit).await?);
    }
    Ok(objects::site(env, site)?.send(call).await?)
}

/// A link that makes one browser see a version of the rules, whether it is in force or not.
async fn preview_link(
    request: &mut Request,
    env: &Env,
    site: &str,
    version: &str,
) -> Result<Response, Fault> {
    let caller = admit(request, env, site, Need::Rules).await?;
    let snapshot = sites::find(env, site).await?;
    let asked: LinkBody = body::json(request, env, MAX_SMALL_BYTES).await?;
    let expires_s = asked.expires_s(now_ms(env) / 1000)?;
    let no_version =
        || Fault::NoVersion { what: format!("version `{}`", edge_core::intake::shorten(version)) };
    let number: u32 = version.parse().map_err(|_| no_version())?;
    sites::version(env, site, number).await?.ok_or_else(no_version)?;
    let key = preview_key(&*keyring(env)?, site, Preview { version: number, expires_s });
    note(env, site, &caller, "link.made", &format!("preview of version {number}")).await?;
    let origin = snapshot.settings.origins.first().map(String::as_str).unwrap_or_default();
    Ok(json_ok(&LinkAnswer::preview(origin, key, expires_s))?)
}

/// Notes in the site's log what was done outside its object.
pub(super) async fn note(
    env: &Env,
    site: &str,
    caller: &Caller,
    what: &str,
    detail: &str,
) -> Result<(), Fault> {
    let body = format!("{what}\n{detail}").into_bytes();
    let call = Call::new(Method::Post, "/audit").header(BY_HEADER, &caller.name).body(body);
    objects::site(env, site)?.send(call).await?;
    Ok(())
}
