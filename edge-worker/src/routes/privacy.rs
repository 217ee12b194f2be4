//! The privacy page of a site, for its visitors.

use edge_core::intake::Refusal;
use edge_core::known::Language;
use edge_core::privacy::{STYLE, html};
use edge_core::token::integrity;
use worker::{Env, Headers, Request, Response, ResponseBuilder};

use super::parameter;
use crate::answer::Fault;
use crate::sites;

/// A change of the site's retention is on the page within minutes.
const CACHE: &str = "public, max-age=300";

/// What is kept of the site's visitors, in the language asked for by `lang`, else in the browser's.
pub(super) async fn page(request: &Request, env: &Env) -> Result<Response, Fault> {
    let key = parameter(request, "site")?;
    if key.is_empty() {
        return Err(Refusal::NoSite.into());
    }
    let site = sites::find(env, &key).await?;
    let asked = match parameter(request, "lang")? {
        asked if !asked.is_empty() => asked,
        _ => request.headers().get("Accept-Language")?.unwrap_or_default(),
    };
    let language = Language::of(asked.split([',', ';']).next().unwrap_or_default().trim());
    let headers = Headers::new();
    headers.set("Content-Type", "text/html; charset=utf-8")?;
    headers.set("Cache-Control", CACHE)?;
    headers.set("Vary", "Accept-Language")?;
    let style = integrity(STYLE.as_bytes());
    let policy = format!(
        "default-src 'none'; style-src '{style}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    headers.set("Content-Security-Policy", &policy)?;
    let page = html(&key, &site.settings, language);
    Ok(ResponseBuilder::new().with_headers(headers).fixed(page.into_bytes()))
}
