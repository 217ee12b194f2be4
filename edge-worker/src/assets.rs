//! The tag and the widgets module, carried in the worker and served compressed.

use std::sync::LazyLock;

use edge_core::negotiation::prefers;
use edge_core::token::{digest_hex, integrity};
use worker::{EncodeBody, Headers, Request, Response, ResponseBuilder, Result};

/// A browser asks again after an hour, and may use what it has for a day while it does.
const CACHE: &str = "public, max-age=3600, stale-while-revalidate=86400";

/// What never changes is asked for once.
const FOREVER: &str = "public, max-age=31536000, immutable";

/// One file. `/t.js` is whatever this edge serves now; `/t-VERSION.js` is exactly these bytes, for a page that checks
/// them.
struct Asset {
    name: &'static str,
    plain: &'static [u8],
    brotli: &'static [u8],
    version: LazyLock<String>,
}

/// The file `$name.js` of the built tag.
macro_rules! asset {
    ($name:literal) => {
        Asset {
            name: $name,
            plain: include_bytes!(concat!(env!("OUT_DIR"), "/", $name, ".js")),
            brotli: include_bytes!(concat!(env!("OUT_DIR"), "/", $name, ".js.br")),
            version: LazyLock::new(|| {
                let content = include_bytes!(concat!(env!("OUT_DIR"), "/", $name, ".js"));
                digest_hex(content)[..16].to_owned()
            }),
        }
    };
}

static ASSETS: [Asset; 5] = [asset!("t"), asset!("d"), asset!("w"), asset!("p"), asset!("x")];

/// The asset at this path, when there is one.
pub(crate) fn serve(request: &Request, path: &str) -> Option<Result<Response>> {
    let (asset, version) = find(path)?;
    Some(asset.answer(request, version.is_some()))
}

/// Whether there is an asset at this path.
pub(crate) fn is_there(path: &str) -> bool {
    find(path).is_some()
}

fn find(path: &str) -> Option<(&'static Asset, Option<&str>)> {
    let name = path.strip_prefix('/')?.strip_suffix(".js")?;
    let (name, version) = name.split_once('-').map_or((name, None), |(name, version)| (name, Some(version)));
    let asset = ASSETS.iter().find(|asset| asset.name == name)?;
    // An older version is not here any more: its page must not run another in its place.
    version.is_none_or(|version| version == *asset.version).then_some((asset, version))
}

/// What a page pastes for `site` to load exactly this version of the tag from `edge`, and no other bytes.
pub(crate) fn snippet(edge: &str, site: &str) -> String {
    let tag = &ASSETS[0];
    format!(
        "<script async src=\"{edge}/t-{}.js\" integrity=\"{}\" crossorigin=\"anonymous\" data-site=\"{site}\"></script>\n",
        *tag.version,
        integrity(tag.plain),
    )
}

impl Asset {
    fn answer(&self, request: &Request, pinned: bool) -> Result<Response> {
        let headers = Headers::new();
        headers.set("Content-Type", "text/javascript; charset=utf-8")?;
        headers.set("Cache-Control", if pinned { FOREVER } else { CACHE })?;
        let accepted = request.headers().get("Accept-Encoding")?.unwrap_or_default();
        let compressed = prefers(&accepted, "br");
        // A strong tag names bytes, and the two encodings are not the same bytes.
        let entity_tag = format!("\"{}{}\"", self.version.as_str(), if compressed { "-br" } else { "" });
        headers.set("ETag", &entity_tag)?;
        headers.set("Vary", "Accept-Encoding")?;
        headers.set("X-Content-Type-Options", "nosniff")?;
        // A script for any page: modules and integrity checks need the first, isolated pages the second.
        headers.set("Access-Control-Allow-Origin", "*")?;
        headers.set("Cross-Origin-Resource-Policy", "cross-origin")?;
        let known = request.headers().get("If-None-Match")?.unwrap_or_default();
        let same = |tag: &str| tag == "*" || tag.trim_start_matches("W/") == entity_tag;
        if known.split(',').any(|tag| same(tag.trim())) {
            return Ok(ResponseBuilder::new().with_status(304).with_headers(headers).empty());
        }
        if compressed {
            headers.set("Content-Encoding", "br")?;
            let builder = ResponseBuilder::new().with_headers(headers).with_encode_body(EncodeBody::Manual);
            return Ok(builder.fixed(self.brotli.to_vec()));
        }
        Ok(ResponseBuilder::new().with_headers(headers).fixed(self.plain.to_vec()))
    }
}
