//! What a site's rules and pages came to, for its owner.

use edge_core::api::{Code, ErrorAnswer};
use edge_core::keys::Need;
use edge_core::tally::Tally;
use edge_core::tally::report::{Days, report};
use futures_util::future::join_all;
use worker::{Env, Method, Request, Response};

use super::parameter;
use crate::answer::{Fault, json_ok};
use crate::clock::now_ms;
use crate::environment::admit;
use crate::objects::{self, Call, TALLIES};
use crate::sites;

/// The report of the days asked for, merged from the site's tallies.
pub(super) async fn answer(request: &Request, env: &Env, site: &str) -> Result<Response, Fault> {
    admit(request, env, site, Need::Rules).await?;
    let snapshot = sites::find(env, site).await?;
    let today = snapshot.day(now_ms(env));
    let days =
        Days::parse(&parameter(request, "from")?, &parameter(request, "to")?, today).map_err(|error| {
            let (message, next) = error.explain();
            Fault::Unprocessable(ErrorAnswer::new(Code::BadDays, message, next))
        })?;
    let parts = join_all((0..TALLIES).map(|number| part(env, site, number, days))).await;
    let mut sums = Tally::default();
    for part in parts {
        sums.add_all(part?);
    }
    Ok(json_ok(&report(&sums, days))?)
}

async fn part(env: &Env, site: &str, number: u8, days: Days) -> Result<Tally, Fault> {
    let call = Call::new(Method::Get, format!("/counts/{}/{}", days.from, days.to));
    let mut answer = objects::tally(env, site, number)?.send(call).await?;
    if answer.status_code() != 200 {
        return Err(Fault::Unavailable(format!("a tally answered {}", answer.status_code()).into()));
    }
    Tally::from_bytes(&answer.bytes().await?)
        .map_err(|error| Fault::Unavailable(format!("a tally cannot be read: {error:?}").into()))
}
