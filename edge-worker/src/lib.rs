//! The Declic worker: routes and Durable Objects around [`edge_core`].
//!
//! A thin shell: it reads requests, finds the object that owns what they concern, and answers. What to refuse, remember
//! and show is decided in `edge-core`; this is the only crate that knows Cloudflare's and workerd's interface.

#![expect(missing_docs, reason = "the macros of Durable Objects write methods without docs")]

mod answer;
mod assets;
mod body;
mod clock;
mod counters;
mod entropy;
mod environment;
mod guard;
mod journal;
mod objects;
mod routes;
mod sites;

use worker::{Context, Env, Request, Response, Result, event};

pub use objects::{Desk, Directory, Gauge, Outbox, Site, Tally, Visitors};

/// Answers one request. Never fails: a fault is an answer too.
#[event(fetch)]
async fn fetch(request: Request, env: Env, context: Context) -> Result<Response> {
    routes::answer(request, &env, &context).await
}
