//! Sends one letter to one endpoint.

use std::pin::pin;
use std::time::Duration;

use edge_core::webhook::{Answered, Policy, Reach, check, headers};
use futures_util::future::{Either, select};
use worker::{Delay, Env, Fetch, Headers, Method, Request, RequestInit, RequestRedirect, Response, Result};

use super::shelf::Due;

/// The service through which a deployment run beside its receivers reaches them; workerd's configuration has it.
const ANYWHERE: &str = "ANYWHERE";

/// Posts the letter, signed, and waits for the answer as long as the policy says.
pub(super) async fn send(env: &Env, policy: &Policy, due: &Due, now_ms: u64) -> Answered {
    // Checked at each delivery: the deployment's reach may have changed since the endpoint was set up.
    let Ok(url) = check(&due.endpoint.url, policy.reach) else {
        return Answered::Refused;
    };
    let late = Delay::from(Duration::from_millis(policy.timeout_ms.into()));
    match select(pin!(post(env, policy, due, url.as_str(), now_ms)), late).await {
        Either::Left((Ok(response), _)) => {
            let asked = response.headers().get("Retry-After").ok().flatten();
            Answered::Status(response.status_code(), asked.and_then(|seconds| seconds.trim().parse().ok()))
        }
        Either::Left((Err(_), _)) => Answered::Unreachable,
        Either::Right(_) => Answered::TimedOut,
    }
}

async fn post(env: &Env, policy: &Policy, due: &Due, url: &str, now_ms: u64) -> Result<Response> {
    let body = due.body.as_bytes();
    let head = Headers::new();
    head.set("Content-Type", "application/json")?;
    head.set("User-Agent", "Declic-Webhooks/1")?;
    for (name, value) in headers(&due.endpoint.secrets(now_ms), &due.id, now_ms / 1000, body) {
        head.set(name, &value)?;
    }
    let mut init = RequestInit::new();
    init.with_method(Method::Post).with_headers(head).with_redirect(RequestRedirect::Manual);
    init.with_body(Some(due.body.as_str().into()));
    let request = Request::new_with_init(url, &init)?;
    match (policy.reach, env.service(ANYWHERE)) {
        (Reach::Anywhere, Ok(anywhere)) => anywhere.fetch_request(request).await,
        _ => Fetch::Request(request).send().await,
    }
}
