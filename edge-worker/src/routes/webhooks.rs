//! A site's webhooks, for its owner: endpoints, secrets, and letters that were given up.

use edge_core::api::webhooks::EndpointAnswer;
use edge_core::intake::{Refusal, shorten};
use edge_core::keys::Need;
use edge_core::webhook::MAX_BODY_BYTES;
use worker::{Env, Method, Request, Response};

use super::parameter;
use super::site::note;
use crate::answer::Fault;
use crate::environment::admit;
use crate::objects::{self, Call};
use crate::{body, sites};

/// Answers `/v1/sites/{site}/webhooks` and what is under it.
pub(super) async fn answer(
    request: &mut Request,
    env: &Env,
    site: &str,
    under: &[&str],
) -> Result<Response, Fault> {
    let method = request.method();
    let path = match (&method, under) {
        (_, []) => "/endpoints".to_owned(),
        (Method::Get, ["dead"]) => {
            let after = match parameter(request, "after")?.as_str() {
                "" => 0,
                after => after.parse::<u32>().map_err(|_| Refusal::BadParameter {
                    name: "after".into(),
                    wanted: "the number that the page before gives as `next`",
                })?,
            };
            format!("/dead/{after}")
        }
        (_, ["dead", "retry"]) => "/dead/all/retry".to_owned(),
        (_, ["dead", number, "retry"]) => {
            let number: u32 = number.parse().map_err(|_| no_letter(number))?;
            format!("/dead/{number}/retry")
        }
        (Method::Delete, [id]) if is_id(id) => format!("/endpoints/{id}"),
        (Method::Post, [id, "rotate"]) if is_id(id) => format!("/endpoints/{id}/rotate"),
        (_, [id, ..]) => return Err(no_endpoint(id)),
    };
    let caller = admit(request, env, site, Need::Site).await?;
    sites::require(env, site).await?;
    let mut call = Call::new(method.clone(), path);
    if method == Method::Post {
        call = call.body(body::read(request, env, MAX_BODY_BYTES).await?);
    }
    let mut answer = objects::outbox(env, site)?.send(call).await?;
    match (answer.status_code(), under) {
        (404, ["dead", number, ..]) => return Err(no_letter(number)),
        (404, [id, ..]) => return Err(no_endpoint(id)),
        _ => {}
    }
    if (200..300).contains(&answer.status_code())
        && let Some((what, detail)) = deed(&method, under, &mut answer).await?
    {
        note(env, site, &caller, what, &detail).await?;
    }
    Ok(answer)
}

/// What the log of changes is told of a call that was answered; nothing when it changed nothing.
async fn deed(
    method: &Method,
    under: &[&str],
    answer: &mut Response,
) -> Result<Option<(&'static str, String)>, Fault> {
    Ok(match (method, under) {
        (Method::Post, []) => {
            let made: EndpointAnswer = answer.cloned()?.json().await?;
            Some(("webhook.added", made.noted()))
        }
        (Method::Delete, [id]) => Some(("webhook.removed", (*id).to_owned())),
        (Method::Post, ["dead", "retry"]) => Some(("webhook.retried", "all letters".to_owned())),
        (Method::Post, ["dead", number, "retry"]) => Some(("webhook.retried", format!("letter {number}"))),
        (Method::Post, [id, "rotate"]) => Some(("webhook.rotated", (*id).to_owned())),
        _ => None,
    })
}

fn is_id(text: &str) -> bool {
    text.starts_with("ep_") && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn no_endpoint(id: &str) -> Fault {
    let next = "see which there are: GET /v1/sites/KEY/webhooks";
    Fault::NoSuch { what: format!("endpoint `{}`", shorten(id)), next }
}

fn no_letter(number: &str) -> Fault {
    let next = "see which there are: GET /v1/sites/KEY/webhooks/dead";
    Fault::NoSuch { what: format!("letter `{}` that was given up", shorten(number)), next }
}
