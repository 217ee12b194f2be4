//! The routes: which address and method does what. Each area answers in a module of its own.

mod customers;
mod desk;
mod explain;
mod home;
mod identify;
mod privacy;
mod report;
mod site;
mod tag;
mod visitor;
mod webhooks;

use edge_core::api::routes::{self, Astray};
use edge_core::intake::Refusal;
use edge_core::journal::Entry;
use worker::{Context, Date, Env, Headers, Request, Response, Result, web_sys};

use crate::answer::{self, ERROR_HEADER, Fault};
use crate::counters::{Counter, Timer, count, hand_in, hand_in_when_due, time};
use crate::environment::{admit_operator, keyring};
use crate::{assets, guard, journal};

/// The answer to a request, whatever happens.
pub(crate) async fn answer(mut request: Request, env: &Env, context: &Context) -> Result<Response> {
    let at_ms = Date::now().as_millis();
    let https = is_https(&request)?;
    let (path, method) = (request.path(), request.method());
    let (response, readable) = match dispatch(&mut request, env).await {
        Ok(response) => (response, false),
        // A tag that may not read the refusal takes it for a broken line and tries again; only a page that may not
        // speak for the site is left in the dark.
        Err(fault) => {
            let readers = ["/v1/events", "/v1/contacts", "/v1/visitor", "/v1/explain"];
            let of_tag = readers.contains(&path.as_str());
            let readable = of_tag && !matches!(fault, Fault::Refused(Refusal::WrongOrigin { .. }));
            (fault.into_response()?, readable)
        }
    };
    let code = response.headers().get(ERROR_HEADER)?;
    if let Some(code) = &code {
        count(Counter::Refused, code);
    }
    if let (true, Some(origin)) = (readable, request.headers().get("Origin")?) {
        response.headers().set("Access-Control-Allow-Origin", &origin)?;
        response.headers().set("Cross-Origin-Resource-Policy", "cross-origin")?;
        response.headers().set("Vary", "Origin")?;
    }
    let (route, status) = (name(&path), response.status_code());
    let us = time(Timer::Request, route, at_ms);
    let entry = Entry { at_ms, route, method: method.as_ref(), status, us, code: code.as_deref() };
    journal::request(env, entry);
    hand_in_when_due(env, context);
    answer::guarded(response, https)
}

async fn dispatch(request: &mut Request, env: &Env) -> Result<Response, Fault> {
    let path = request.path();
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    if matches!(segments.first(), Some(&("v1" | "metrics" | "privacy"))) {
        guard::by_address(request, env)?;
    }
    // What a path leads to is decided on its text, and objects read it as part of an address: the two must not differ, or
    // whoever may ask for one thing asks for another.
    let url = request.url().map_err(|_| Fault::BadAddress)?;
    if url.path() != path || path.contains('\\') {
        return Err(Fault::BadAddress);
    }
    // Its own word: an unknown method would pass for GET.
    let method = request.inner().method();
    match routes::find(&method, &path) {
        Ok(Some(route)) if routes::is_api(&path) => route.check(url.query().unwrap_or_default())?,
        // Links to a page pick parameters up on their way.
        Ok(Some(_)) => {}
        Ok(None) => return tag::preflight(request),
        Err(Astray::Method { allow }) => return Err(Fault::MethodNotAllowed { allow }),
        Err(Astray::Nowhere) => return file(request, &method, &path),
    }
    if method == "HEAD" {
        *request = by_get(request)?;
    }
    if let ["v1", "sites", site, ..] = segments.as_slice() {
        crate::sites::require_key(site)?;
    }
    // INVARIANT: method and address are one of the table's.
    match segments.as_slice() {
        ["v1", "events"] => tag::events(request, env).await,
        ["v1", "contacts"] => tag::contacts(request, env).await,
        ["v1", "explain"] => explain::of_page(request, env).await,
        ["v1", "visitor"] => visitor::inquire(request, env).await,
        ["v1", "desk", queue] => desk::queue(request, env, queue).await,
        ["v1", "sites"] => site::list(request, env).await,
        ["v1", "sites", site, "explain"] => explain::of_visitor(request, env, site).await,
        ["v1", "sites", site, "debug-links"] => explain::debug_link(request, env, site).await,
        ["v1", "sites", site, "report"] => report::answer(request, env, site).await,
        ["v1", "sites", site, "webhooks", under @ ..] => webhooks::answer(request, env, site, under).await,
        ["v1", "sites", site, "customers", under @ ..] => customers::answer(request, env, site, under).await,
        ["v1", "sites", site, rest @ ..] => site::answer(request, env, site, rest).await,
        ["v1", "health"] => health(env),
        ["v1", "snippet"] => snippet(request, env).await,
        ["privacy"] => privacy::page(request, env).await,
        ["openapi.json"] => description(),
        ["metrics"] => metrics(request, env).await,
        _ => Err(Fault::NotFound),
    }
}

/// The file at an address that is not the API's.
fn file(request: &Request, method: &str, path: &str) -> Result<Response, Fault> {
    match method {
        "GET" | "HEAD" => {
            assets::serve(request, path).map_or(Err(Fault::NotFound), |answer| answer.map_err(Fault::from))
        }
        _ if assets::is_there(path) => Err(Fault::MethodNotAllowed { allow: "GET, HEAD".into() }),
        _ => Err(Fault::NotFound),
    }
}

/// The same request by GET: what HEAD asks for is what GET would be answered, and the runtime leaves the body out.
fn by_get(request: &Request) -> Result<Request> {
    let init = web_sys::RequestInit::new();
    init.set_method("GET");
    Ok(web_sys::Request::new_with_request_and_init(request.inner(), &init)?.into())
}

/// Whether the browser asked by https. Behind a proxy that speaks it for the edge, the proxy says so; who only claims it
/// tells his own browser.
fn is_https(request: &Request) -> Result<bool> {
    Ok(request.url().is_ok_and(|url| url.scheme() == "https")
        || request.headers().get("X-Forwarded-Proto")?.as_deref() == Some("https"))
}

/// What a route is called in the log and the metrics: one of few, whatever the address holds.
fn name(path: &str) -> &'static str {
    let mut segments = path.split('/').skip(1);
    match (segments.next(), segments.next(), segments.next(), segments.next()) {
        (Some("v1"), Some("events"), None, _) => "events",
        (Some("v1"), Some("contacts"), None, _) => "contacts",
        (Some("v1"), Some("desk"), ..) => "desk",
        (Some("v1"), Some("sites"), Some(_), Some("rules")) => "rules",
        (Some("v1"), Some("sites"), Some(_), Some("report")) => "report",
        (Some("v1"), Some("sites"), Some(_), Some("webhooks")) => "webhooks",
        (Some("v1"), Some("sites"), Some(_), Some("customers")) => "customers",
        (Some("v1"), Some("sites"), ..) => "sites",
        (Some("v1"), Some("health"), None, _) => "health",
        (Some("v1"), Some("visitor"), None, _) => "visitor",
        (Some("v1"), Some("explain"), None, _) => "explain",
        (Some("privacy"), None, ..) => "privacy",
        (Some("metrics"), None, ..) => "metrics",
        (Some("t.js" | "w.js"), None, ..) => "tag",
        _ => "other",
    }
}

/// A parameter of the request's address; empty when it has none of this name.
fn parameter(request: &Request, name: &str) -> Result<String> {
    let url = request.url()?;
    let found = url.query_pairs().find(|(key, _)| key == name);
    Ok(found.map(|(_, value)| value.into_owned()).unwrap_or_default())
}

/// Whether the worker could serve visitors.
fn health(env: &Env) -> Result<Response, Fault> {
    keyring(env)?;
    Ok(answer::json_ok(&serde_json::json!({ "status": "ok" }))?)
}

/// The script tag that pins this version of the tag.
async fn snippet(request: &Request, env: &Env) -> Result<Response, Fault> {
    let url = request.url()?;
    let site = parameter(request, "site")?;
    if site.is_empty() {
        return Err(Refusal::NoSite.into());
    }
    crate::sites::require(env, &site).await?;
    let headers = Headers::new();
    headers.set("Content-Type", "text/plain; charset=utf-8")?;
    let mut edge = url.origin().ascii_serialization();
    if let (true, Some(host)) = (is_https(request)?, edge.strip_prefix("http://")) {
        edge = format!("https://{host}");
    }
    Ok(Response::ok(assets::snippet(&edge, &site))?.with_headers(headers))
}

/// The description of this API, for anyone: it tells nothing of any site.
fn description() -> Result<Response, Fault> {
    let headers = Headers::new();
    headers.set("Content-Type", "application/json; charset=utf-8")?;
    headers.set("Access-Control-Allow-Origin", "*")?;
    Ok(Response::ok(include_str!("../openapi.json"))?.with_headers(headers))
}

/// What the deployment has counted and timed.
async fn metrics(request: &Request, env: &Env) -> Result<Response, Fault> {
    admit_operator(request, env)?;
    let headers = Headers::new();
    headers.set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")?;
    Ok(Response::ok(hand_in(env).await?.exposition())?.with_headers(headers))
}
