//! What a site's owner asks for: settings and rules.

use edge_core::publish::MAX_SOURCE_BYTES;
use edge_core::site::MAX_SETTINGS_BYTES;
use worker::{Env, Method, Request, Response};

use crate::answer::Fault;
use crate::environment::{Role, authorize};
use crate::objects::{self, Call};
use crate::{body, sites};

/// Settings: putting them sets up a site.
pub(super) async fn settings(request: &mut Request, env: &Env, site: &str) -> Result<Response, Fault> {
    authorize(request, env, Role::Owner)?;
    sites::require_key(site)?;
    let call = Call::new(Method::Put, "/settings").body(body::read(request, MAX_SETTINGS_BYTES).await?);
    let answer = objects::site(env, site)?.send(call).await?;
    if answer.status_code() == 200 {
        // Second, so that settings which are refused set up nothing.
        sites::enter(env, site).await?;
    }
    Ok(answer)
}

/// The rule file in force, or the next one.
pub(super) async fn rules(request: &mut Request, env: &Env, site: &str) -> Result<Response, Fault> {
    authorize(request, env, Role::Owner)?;
    sites::require(env, site).await?;
    let mut call = Call::new(request.method(), "/rules");
    if request.method() == Method::Put {
        call = call.body(body::read(request, MAX_SOURCE_BYTES).await?);
    }
    Ok(objects::site(env, site)?.send(call).await?)
}
