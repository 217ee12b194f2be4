//! The Durable Objects, and how the worker calls them.
//!
//! Each object loads its rows, calls `edge-core`, writes the rows back and answers. What it answers is on disk: the
//! runtime holds every answer back until the writes before it are.

mod database;
mod desk;
mod directory;
mod errands;
mod gauge;
mod ledger;
mod outbox;
mod parcels;
mod scrub;
mod site;
mod tally;
mod visitors;

use edge_core::token::Visitor;
use js_sys::Uint8Array;
use worker::durable::Stub;
use worker::{Env, Error, Headers, Method, Request, RequestInit, Response, Result};

pub use desk::Desk;
pub(crate) use desk::PLACES_HEADER;
pub use directory::Directory;
pub use gauge::Gauge;
pub use outbox::Outbox;
pub(crate) use site::BY_HEADER;
pub use site::Site;
pub use tally::Tally;
pub use visitors::Visitors;

/// Region of a deployment that has only one place.
pub(crate) const LOCAL: &str = "local";

/// Tallies of one site: a shard's ledger goes to one of them, so that a busy site's counts do not meet in one place.
pub(crate) const TALLIES: u8 = 4;

/// One of the site's tallies.
pub(crate) fn tally(env: &Env, site: &str, number: u8) -> Result<Object> {
    env.durable_object("TALLY")?.get_by_name(&format!("{site}/{}", number % TALLIES)).map(Object)
}

/// Tells an object which site it is asked for: it does not know its own name.
pub(crate) const SITE_HEADER: &str = "Declic-Site";
/// Tells an object the day of the site's calendar, as days since 1970.
pub(crate) const DAY_HEADER: &str = "Declic-Day";
/// Tells an object which rule led to a request, by the hexadecimal digits of its id.
pub(crate) const RULE_HEADER: &str = "Declic-Rule";
/// Tells an object which visitor it is asked for, by the hexadecimal digits of his row.
pub(crate) const VISITOR_HEADER: &str = "Declic-Visitor";

/// Status of a shard's answer for a visitor who lives elsewhere now; the body is a `Moved`.
pub(crate) const MOVED: u16 = 421;

/// Status of a shard's answer for a visitor who is not there though his token says so, or who arrives at the home of a
/// customer after it was erased.
pub(crate) const ERASED: u16 = 410;

/// How who is to be erased is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Named {
    /// As a visitor, by his token: whether he is a customer, his row says.
    Visitor,
    /// As a customer, whether or not he has a row.
    Customer,
}

/// A Durable Object, ready to be called.
pub(crate) struct Object(Stub);

/// The shard where this visitor of the site lives.
pub(crate) fn visitors(env: &Env, site: &str, visitor: &Visitor) -> Result<Object> {
    let name = format!("{site}/{}/{}", visitor.region, visitor.shard);
    let namespace = env.durable_object("VISITORS")?;
    let stub = match visitor.region.as_str() {
        LOCAL => namespace.get_by_name(&name),
        region => namespace.get_by_name_with_location_hint(&name, region),
    };
    stub.map(Object)
}

/// The list of sites.
pub(crate) fn directory(env: &Env) -> Result<Object> {
    env.durable_object("DIRECTORY")?.get_by_name("sites").map(Object)
}

/// The deployment's sums.
pub(crate) fn gauge(env: &Env) -> Result<Object> {
    env.durable_object("GAUGE")?.get_by_name("sums").map(Object)
}

/// The site's webhooks.
pub(crate) fn outbox(env: &Env, site: &str) -> Result<Object> {
    env.durable_object("OUTBOX")?.get_by_name(site).map(Object)
}

/// The site's own object: settings and rules.
pub(crate) fn site(env: &Env, site: &str) -> Result<Object> {
    env.durable_object("SITE")?.get_by_name(site).map(Object)
}

/// The site's desk.
pub(crate) fn desk(env: &Env, site: &str) -> Result<Object> {
    env.durable_object("DESK")?.get_by_name(site).map(Object)
}

/// Has desk and outbox erase all that bears a visitor's name.
pub(crate) async fn erase_beside(env: &Env, site: &str, visitor: &Visitor) -> Result<()> {
    let call = Call::new(Method::Delete, format!("/visitors/{}", visitor.name()));
    expect(desk(env, site)?.send(call).await?, 200).await?;
    let call = Call::new(Method::Post, "/erase").body(visitor.id.to_vec());
    expect(outbox(env, site)?.send(call).await?, 200).await?;
    Ok(())
}

/// The body of an object's answer, when it has this status.
pub(crate) async fn expect(mut answer: Response, status: u16) -> Result<Vec<u8>> {
    if answer.status_code() == status {
        return answer.bytes().await;
    }
    Err(Error::RustError(format!("an object answered {}", answer.status_code())))
}

/// One call of an object.
pub(crate) struct Call {
    method: Method,
    path: String,
    headers: Vec<(&'static str, String)>,
    body: Option<Vec<u8>>,
}

impl Call {
    /// A call without body.
    pub(crate) fn new(method: Method, path: impl Into<String>) -> Self {
        Self { method, path: path.into(), headers: Vec::new(), body: None }
    }

    /// With this header.
    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// With this body.
    pub(crate) fn body(mut self, body: Vec<u8>) -> Self {
        self.body = Some(body);
        self
    }
}

impl Object {
    /// Sends the call and waits for the answer, whatever its status.
    pub(crate) async fn send(&self, call: Call) -> Result<Response> {
        let headers = Headers::new();
        for (name, value) in &call.headers {
            headers.set(name, value)?;
        }
        let mut init = RequestInit::new();
        init.with_method(call.method).with_headers(headers);
        if let Some(body) = &call.body {
            init.with_body(Some(Uint8Array::from(body.as_slice()).into()));
        }
        // The host is a placeholder: an object is found by its name, and sees only the path.
        let request = Request::new_with_init(&format!("https://object{}", call.path), &init)?;
        self.0.fetch_with_request(request).await
    }
}
