//! `Directory`: one per deployment; owns the list of its sites.
//!
//! On a disk, asking an object makes its database, even when there is nothing to answer. So a site's object is asked
//! only when the directory knows the site, and no stranger can fill the disk by guessing names.

use worker::{DurableObject, Env, Method, Request, Response, Result, State, durable_object};

use super::database::{Database, time};
use crate::answer::Fault;
use crate::clock::now_ms;

/// The Durable Object that knows all sites.
#[durable_object]
pub struct Directory {
    database: Database,
    env: Env,
}

impl DurableObject for Directory {
    fn new(state: State, env: Env) -> Self {
        Self { database: Database::of(&state), env }
    }

    async fn fetch(&self, request: Request) -> Result<Response> {
        let path = request.path();
        let answer = match (request.method(), path.strip_prefix("/sites/")) {
            (Method::Put, Some(key)) => self.enter(key),
            (Method::Get, Some("")) => self.list(),
            _ => Err(Fault::NotFound),
        };
        answer.or_else(Fault::into_response)
    }
}

impl Directory {
    fn enter(&self, key: &str) -> Result<Response, Fault> {
        self.database.run(
            "CREATE TABLE IF NOT EXISTS site (key TEXT PRIMARY KEY, entered_ms INTEGER NOT NULL) WITHOUT ROWID",
            vec![],
        )?;
        self.database.run(
            "INSERT INTO site (key, entered_ms) VALUES (?, ?) ON CONFLICT (key) DO NOTHING",
            vec![key.into(), time(now_ms(&self.env))],
        )?;
        Ok(Response::empty()?)
    }

    /// The keys, one on each line.
    fn list(&self) -> Result<Response, Fault> {
        let mut keys = Vec::new();
        if self.database.has_table("site")? {
            for mut row in self.database.rows("SELECT key FROM site ORDER BY key", vec![])? {
                keys.push(row.text()?);
            }
        }
        Ok(Response::ok(keys.join("\n"))?)
    }
}
