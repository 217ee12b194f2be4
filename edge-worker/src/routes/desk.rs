//! What agents ask the desk for.

use edge_core::contact::Queue;
use edge_core::intake::Refusal;
use edge_core::keys::Need;
use worker::{Env, Method, Request, Response};

use crate::answer::Fault;
use crate::environment::admit;
use crate::objects::{self, Call};
use crate::sites;

/// The desk's queue, for agents.
pub(super) async fn queue(request: &Request, env: &Env, queue: &str) -> Result<Response, Fault> {
    let url = request.url()?;
    let parameter = |name: &str| {
        let found = url.query_pairs().find(|(key, _)| key == name);
        found.map(|(_, value)| value.into_owned()).unwrap_or_default()
    };
    let site = parameter("site");
    admit(request, env, &site, Need::Visitors).await?;
    let queue = Queue::named(queue).ok_or(Fault::NotFound)?;
    if site.is_empty() {
        return Err(Refusal::NoSite.into());
    }
    let after = match parameter("after").as_str() {
        "" => 0,
        after => after.parse::<u32>().map_err(|_| Refusal::BadParameter {
            name: "after".into(),
            wanted: "the number that the page before gives as `next`",
        })?,
    };
    // Also tells a site that is not set up from one whose queue is empty.
    sites::find(env, &site).await?;
    let call = Call::new(Method::Get, format!("/contacts/{}/{after}", queue.name()));
    Ok(objects::desk(env, &site)?.send(call).await?)
}
