//! `Site`: one per site; owns its settings, the versions of its rules, its keys and the log of changes.
//!
//! Which version is in force is read from a list of turns, each a version and the moment it comes in force: a version
//! scheduled for a time needs no alarm, and one that is put back in force is only one turn more.

mod keys;
mod secrets;
mod versions;

use edge_core::api::{AuditAnswer, AuditList, Code, SettingsBody, bad_settings};
use edge_core::publish::{Form, publish};
use edge_core::site::{Settings, StoredSite};
use wire::codec::pack;
use worker::{
    DurableObject, Env, Headers, Method, Request, Response, ResponseBuilder, Result, SqlStorageValue, State,
    durable_object,
};

use super::database::{Database, time};
use crate::answer::{Fault, json_ok};
use crate::clock::now_ms;

/// Names the caller in a call of this object.
pub(crate) const BY_HEADER: &str = "Declic-By";
/// Entries of the log kept, newest first.
const KEPT_ENTRIES: i64 = 1_000;
/// Most entries one answer lists.
const PAGE: usize = 200;

/// The Durable Object behind one site.
#[durable_object]
pub struct Site {
    database: Database,
    env: Env,
}

/// A call's parts, as every deed of this object reads them.
struct Deed {
    by: String,
    query: Vec<(String, String)>,
    kind: String,
    body: Vec<u8>,
    now_ms: u64,
}

impl Deed {
    fn parameter(&self, name: &str) -> &str {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str()).unwrap_or_default()
    }
}

impl DurableObject for Site {
    fn new(state: State, env: Env) -> Self {
        Self { database: Database::of(&state), env }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let path = request.path();
        let segments: Vec<&str> = path.split('/').skip(1).collect();
        let headers = request.headers();
        let (etag, kind) = (headers.get("If-None-Match")?, headers.get("Content-Type")?.unwrap_or_default());
        let deed = Deed {
            by: headers.get(BY_HEADER)?.unwrap_or_default(),
            query: request.url()?.query_pairs().into_owned().collect(),
            kind,
            body: request.bytes().await?,
            now_ms: now_ms(&self.env),
        };
        let answer = match (request.method(), segments.as_slice()) {
            (Method::Get, ["snapshot"]) => self.snapshot(etag.as_deref(), deed.now_ms),
            (Method::Get, ["settings"]) => self.get_settings(),
            (Method::Put, ["settings"]) => self.put_settings(&deed),
            (Method::Get, ["rules"]) => self.source_in_force(deed.now_ms),
            (Method::Put, ["rules"]) => self.put_rules(&deed),
            (Method::Get, ["versions"]) => self.list_versions(deed.now_ms),
            (Method::Get, ["versions", version]) => self.source(version),
            (Method::Get, ["versions", version, "program"]) => self.program(version),
            (Method::Get, ["versions", version, "diff"]) => self.diff(version, &deed),
            (Method::Post, ["versions", version, "publish"]) => self.publish_version(version, &deed),
            (Method::Delete, ["versions", version, "schedule"]) => self.unschedule(version, &deed),
            (Method::Post, ["rollback"]) => self.roll_back(&deed),
            (Method::Get, ["keys"]) => self.list_keys(),
            (Method::Post, ["keys"]) => self.make_key(&deed),
            (Method::Delete, ["keys", name]) => self.remove_key(name, &deed),
            (Method::Get, ["identity-secrets"]) => self.list_secrets(),
            (Method::Post, ["identity-secrets"]) => self.add_secret(&deed),
            (Method::Delete, ["identity-secrets", id]) => self.remove_secret(id, &deed),
            (Method::Get, ["audit"]) => self.list_audit(),
            (Method::Post, ["audit"]) => self.note_deed(&deed),
            _ => Err(Fault::NotFound),
        };
        answer.or_else(Fault::into_response)
    }
}

impl Site {
    /// Settings, keys and compiled rules in force; 304 when the caller has them, 404 before there are settings.
    fn snapshot(&self, etag: Option<&str>, now_ms: u64) -> Result<Response, Fault> {
        if !self.database.has_table("settings")? {
            return Err(Fault::NotFound);
        }
        self.create_tables()?;
        let row = self.database.first("SELECT revision, settings FROM settings WHERE id = 1", vec![])?;
        let mut row = row.ok_or(Fault::NotFound)?;
        let version = self.version_in_force(now_ms)?;
        let revision = format!("\"{}.{}\"", row.integer()?, version.unwrap_or(0));
        let headers = Headers::new();
        headers.set("ETag", &revision)?;
        if etag == Some(&revision) {
            return Ok(ResponseBuilder::new().with_status(304).with_headers(headers).empty());
        }
        let settings = Settings::from_stored(&row.blob()?).map_err(|error| {
            worker::Error::RustError(format!("stored settings cannot be read: {error:?}"))
        })?;
        let program = match version {
            Some(version) => self.program_of(version)?,
            None => Vec::new(),
        };
        let site = StoredSite { settings, program, keys: self.keys()? };
        Ok(ResponseBuilder::new().with_headers(headers).fixed(pack(&site)))
    }

    fn get_settings(&self) -> Result<Response, Fault> {
        let settings = self.settings()?.ok_or(Fault::NotFound)?;
        Ok(json_ok(&SettingsBody::of(&settings))?)
    }

    /// Puts settings in force, and the rules with them: what the rule file leaves to the settings is compiled again.
    fn put_settings(&self, deed: &Deed) -> Result<Response, Fault> {
        // Settings of another version of the worker cannot be kept in part, but they can be replaced.
        let present = self.settings().unwrap_or_default();
        let settings = Settings::parse(&deed.body, present.as_ref())
            .map_err(|faults| Fault::Unprocessable(bad_settings(faults)))?;
        self.create_tables()?;
        if present.as_ref().is_some_and(|present| present.rules_site() != settings.rules_site()) {
            self.recompile(&settings, deed.now_ms)?;
        }
        let secrets = present.map(|present| present.secret_names()).unwrap_or_default();
        self.database.run(
            "INSERT INTO settings (id, revision, settings) VALUES (1, 1, ?1)
             ON CONFLICT (id) DO UPDATE SET revision = revision + 1, settings = ?1",
            vec![pack(&settings).into()],
        )?;
        let signs_otherwise = secrets != settings.secret_names();
        self.note(deed, "settings.changed", if signs_otherwise { "identity secrets too" } else { "" })?;
        Ok(json_ok(&SettingsBody::of(&settings))?)
    }

    /// Compiles the rules in force, and those that will be, under other settings. Rules that would no longer check
    /// refuse the settings.
    fn recompile(&self, settings: &Settings, now_ms: u64) -> Result<(), Fault> {
        let mut compiled = Vec::new();
        for version in self.versions_ahead(now_ms)? {
            let source = self.source_of(version)?.unwrap_or_default();
            let publication = publish(settings, Form::Toml, source.as_bytes()).map_err(|mut answer| {
                answer.error.code = Code::BadSettings;
                answer.error.message = format!(
                    "version {version} does not check under these settings:\n{}",
                    answer.error.message
                );
                answer.error.next = "publish rules that do, or leave these settings as they are".into();
                Fault::Unprocessable(answer)
            })?;
            compiled.push((version, publication.program));
        }
        for (version, program) in compiled {
            let bindings = vec![program.into(), SqlStorageValue::Integer(version)];
            self.database.run("UPDATE version SET program = ? WHERE number = ?", bindings)?;
        }
        Ok(())
    }

    /// The settings in force.
    fn settings(&self) -> Result<Option<Settings>, Fault> {
        if !self.database.has_table("settings")? {
            return Ok(None);
        }
        let row = self.database.first("SELECT settings FROM settings WHERE id = 1", vec![])?;
        let Some(mut row) = row else { return Ok(None) };
        Settings::from_stored(&row.blob()?)
            .map(Some)
            .map_err(|error| Fault::Unavailable(format!("stored settings cannot be read: {error:?}").into()))
    }

    /// Makes every isolate read the site again.
    fn touch(&self) -> Result<()> {
        self.database.run("UPDATE settings SET revision = revision + 1", vec![])
    }

    /// Notes a change in the log.
    fn note(&self, deed: &Deed, what: &str, detail: &str) -> Result<()> {
        self.database.run(
            "INSERT INTO audit (at_ms, by, what, detail) VALUES (?, ?, ?, ?)",
            vec![time(deed.now_ms), deed.by.as_str().into(), what.into(), detail.into()],
        )?;
        let kept = vec![SqlStorageValue::Integer(KEPT_ENTRIES)];
        self.database.run("DELETE FROM audit WHERE id <= (SELECT max(id) FROM audit) - ?", kept)
    }

    /// Notes what was done elsewhere: the body says what, and on a second line to what.
    fn note_deed(&self, deed: &Deed) -> Result<Response, Fault> {
        self.create_tables()?;
        let text = String::from_utf8_lossy(&deed.body);
        let (what, detail) = text.split_once('\n').unwrap_or((&text, ""));
        self.note(deed, what, detail)?;
        Ok(Response::empty()?)
    }

    fn list_audit(&self) -> Result<Response, Fault> {
        self.create_tables()?;
        let query = format!("SELECT at_ms, by, what, detail FROM audit ORDER BY id DESC LIMIT {PAGE}");
        let rows = self.database.rows(&query, vec![])?;
        let entry = |mut row: super::database::Row| {
            let at_ms = row.integer()?.unsigned_abs();
            Ok(AuditAnswer::of(at_ms, row.text()?, row.text()?, row.text()?))
        };
        Ok(json_ok(&AuditList { entries: rows.into_iter().map(entry).collect::<Result<_>>()? })?)
    }

    fn create_tables(&self) -> Result<()> {
        for table in [
            "settings (id INTEGER PRIMARY KEY, revision INTEGER NOT NULL, settings BLOB NOT NULL)",
            "version (number INTEGER PRIMARY KEY AUTOINCREMENT, created_ms INTEGER NOT NULL, by TEXT NOT NULL,
                 note TEXT NOT NULL, rules INTEGER NOT NULL, source TEXT NOT NULL, program BLOB NOT NULL)",
            "turn (id INTEGER PRIMARY KEY AUTOINCREMENT, version INTEGER NOT NULL, from_ms INTEGER NOT NULL)",
            // Which turns a rollback took. Apart: a table that is there gets no new column.
            "rollback (turn INTEGER PRIMARY KEY)",
            "key (name TEXT PRIMARY KEY, role TEXT NOT NULL, digest TEXT NOT NULL, created_ms INTEGER NOT NULL)",
            "audit (id INTEGER PRIMARY KEY AUTOINCREMENT, at_ms INTEGER NOT NULL, by TEXT NOT NULL,
                 what TEXT NOT NULL, detail TEXT NOT NULL)",
        ] {
            self.database.run(&format!("CREATE TABLE IF NOT EXISTS {table}"), vec![])?;
        }
        if self.database.has_table("rule_set")? {
            self.adopt_rule_sets()?;
        }
        Ok(())
    }
}
