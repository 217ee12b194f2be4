//! The tag and the modules it loads later, carried in the worker and served compressed.

use std::sync::LazyLock;

use edge_core::token::digest_hex;
use worker::{EncodeBody, Headers, Request, Response, ResponseBuilder, Result};

/// A browser asks again after an hour, and may use what it has for a day while it does.
const CACHE: &str = "public, max-age=3600, stale-while-revalidate=86400";

struct Asset {
    path: &'static str,
    plain: &'static [u8],
    brotli: &'static [u8],
    digest: LazyLock<String>,
}

const TAG: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/t.js"));
const WIDGETS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/w.js"));
const PANELS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/p.js"));

static ASSETS: [Asset; 3] = [
    Asset {
        path: "/t.js",
        plain: TAG,
        brotli: include_bytes!(concat!(env!("OUT_DIR"), "/t.js.br")),
        digest: LazyLock::new(|| digest(TAG)),
    },
    Asset {
        path: "/w.js",
        plain: WIDGETS,
        brotli: include_bytes!(concat!(env!("OUT_DIR"), "/w.js.br")),
        digest: LazyLock::new(|| digest(WIDGETS)),
    },
    Asset {
        path: "/p.js",
        plain: PANELS,
        brotli: include_bytes!(concat!(env!("OUT_DIR"), "/p.js.br")),
        digest: LazyLock::new(|| digest(PANELS)),
    },
];

fn digest(content: &[u8]) -> String {
    digest_hex(content)[..32].to_owned()
}

/// The asset at this path, when there is one.
pub(crate) fn serve(request: &Request, path: &str) -> Option<Result<Response>> {
    ASSETS.iter().find(|asset| asset.path == path).map(|asset| asset.answer(request))
}

impl Asset {
    fn answer(&self, request: &Request) -> Result<Response> {
        let headers = Headers::new();
        headers.set("Content-Type", "text/javascript; charset=utf-8")?;
        headers.set("Cache-Control", CACHE)?;
        let accepted = request.headers().get("Accept-Encoding")?.unwrap_or_default();
        let compressed = accepts_brotli(&accepted);
        // A strong tag names bytes, and the two encodings are not the same bytes.
        let entity_tag = format!("\"{}{}\"", self.digest.as_str(), if compressed { "-br" } else { "" });
        headers.set("ETag", &entity_tag)?;
        headers.set("Vary", "Accept-Encoding")?;
        headers.set("X-Content-Type-Options", "nosniff")?;
        // A script for any page: modules and integrity checks need the first, isolated pages the second.
        headers.set("Access-Control-Allow-Origin", "*")?;
        headers.set("Cross-Origin-Resource-Policy", "cross-origin")?;
        let known = request.headers().get("If-None-Match")?.unwrap_or_default();
        if known.split(',').any(|tag| tag.trim().trim_start_matches("W/") == entity_tag) {
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

fn accepts_brotli(header: &str) -> bool {
    header.split(',').any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        name.trim() == "br" && weight.trim() != "q=0"
    })
}
