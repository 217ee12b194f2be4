//! `Site`: one per site; owns its settings and the versions of its rules.

use edge_core::api::{ErrorAnswer, Published, SettingsBody};
use edge_core::publish::publish;
use edge_core::site::{MAX_SETTINGS_BYTES, Settings, StoredSite};
use wire::codec::{pack, unpack};
use worker::{
    Date, DurableObject, Env, Headers, Method, Request, Response, ResponseBuilder, Result, SqlStorageValue,
    State, durable_object,
};

use super::database::{Database, time};
use crate::answer::{Fault, json_ok};

/// Versions of the rules kept, newest first.
const KEPT_VERSIONS: i64 = 100;

/// The Durable Object behind one site.
#[durable_object]
pub struct Site {
    database: Database,
}

impl DurableObject for Site {
    fn new(state: State, _env: Env) -> Self {
        Self { database: Database::of(&state) }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let answer = match (request.method(), request.path().as_str()) {
            (Method::Get, "/snapshot") => self.snapshot(&request),
            (Method::Get, "/rules") => self.source(),
            (Method::Put, "/settings") => self.put_settings(&request.bytes().await?),
            (Method::Put, "/rules") => self.put_rules(&request.bytes().await?),
            _ => Err(Fault::NotFound),
        };
        answer.or_else(Fault::into_response)
    }
}

impl Site {
    /// Settings and compiled rules; 304 when the caller has both, 404 before there are settings.
    fn snapshot(&self, request: &Request) -> Result<Response, Fault> {
        if !self.database.has_table("settings")? {
            return Err(Fault::NotFound);
        }
        let row = self.database.first("SELECT revision, settings FROM settings WHERE id = 1", vec![])?;
        let mut row = row.ok_or(Fault::NotFound)?;
        let version = self.version()?;
        let revision = format!("\"{}.{version}\"", row.integer()?);
        let headers = Headers::new();
        headers.set("ETag", &revision)?;
        if request.headers().get("If-None-Match")? == Some(revision) {
            return Ok(ResponseBuilder::new().with_status(304).with_headers(headers).empty());
        }
        let settings = unpack(&row.blob()?, MAX_SETTINGS_BYTES).map_err(|error| {
            worker::Error::RustError(format!("stored settings cannot be read: {error:?}"))
        })?;
        let program = self.column_of(version, "SELECT program FROM rule_set WHERE version = ?")?;
        let program = program.map(|mut row| row.blob()).transpose()?.unwrap_or_default();
        Ok(ResponseBuilder::new().with_headers(headers).fixed(pack(&StoredSite { settings, program })))
    }

    /// The rule file in force, as published.
    fn source(&self) -> Result<Response, Fault> {
        if !self.database.has_table("rule_set")? {
            return Err(Fault::NoRules);
        }
        let version = self.version()?;
        let source = self.column_of(version, "SELECT source FROM rule_set WHERE version = ?")?;
        let source = source.ok_or(Fault::NoRules)?.text()?;
        let headers = crate::answer::api_headers()?;
        headers.set("Content-Type", "application/toml; charset=utf-8")?;
        headers.set("ETag", &format!("\"{version}\""))?;
        Ok(ResponseBuilder::new().with_headers(headers).fixed(source.into_bytes()))
    }

    fn put_settings(&self, body: &[u8]) -> Result<Response, Fault> {
        let settings = Settings::parse(body).map_err(|error| {
            let (message, next) = error.explain();
            Fault::Unprocessable(ErrorAnswer::new("bad_settings", message, next))
        })?;
        self.create_tables()?;
        self.database.run(
            "INSERT INTO settings (id, revision, settings) VALUES (1, 1, ?1)
             ON CONFLICT (id) DO UPDATE SET revision = revision + 1, settings = ?1",
            vec![pack(&settings).into()],
        )?;
        Ok(json_ok(&SettingsBody {
            origins: settings.origins,
            identity_secrets: Vec::new(),
            friction: settings.friction,
        })?)
    }

    fn put_rules(&self, body: &[u8]) -> Result<Response, Fault> {
        let publication = publish(body).map_err(Fault::Unprocessable)?;
        self.create_tables()?;
        self.database.run(
            "INSERT INTO rule_set (published_ms, source, program) VALUES (?, ?, ?)",
            vec![time(Date::now().as_millis()), publication.source.into(), publication.program.into()],
        )?;
        let version = self.version()?;
        let outdated = SqlStorageValue::Integer(version - KEPT_VERSIONS);
        self.database.run("DELETE FROM rule_set WHERE version <= ?", vec![outdated])?;
        Ok(json_ok(&Published {
            version: u32::try_from(version).unwrap_or(u32::MAX),
            rules: publication.rules,
            warnings: publication.warnings,
        })?)
    }

    /// Number of the newest rules; 0 before the first.
    fn version(&self) -> Result<i64> {
        let newest = self.database.first("SELECT coalesce(max(version), 0) FROM rule_set", vec![])?;
        newest.map_or(Ok(0), |mut row| row.integer())
    }

    fn column_of(&self, version: i64, query: &str) -> Result<Option<super::database::Row>> {
        self.database.first(query, vec![SqlStorageValue::Integer(version)])
    }

    fn create_tables(&self) -> Result<()> {
        self.database.run(
            "CREATE TABLE IF NOT EXISTS settings (
                 id INTEGER PRIMARY KEY, revision INTEGER NOT NULL, settings BLOB NOT NULL)",
            vec![],
        )?;
        self.database.run(
            "CREATE TABLE IF NOT EXISTS rule_set (
                 version INTEGER PRIMARY KEY AUTOINCREMENT, published_ms INTEGER NOT NULL,
                 source TEXT NOT NULL, program BLOB NOT NULL)",
            vec![],
        )
    }
}
