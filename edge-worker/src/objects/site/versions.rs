//! The versions of a site's rules: published, compared, put in force, scheduled and put back.

use edge_core::api::object;
use edge_core::api::{
    Code, DiffAnswer, ErrorAnswer, PublishBody, PublishQuery, Published, RollbackBody, VersionAnswer,
    VersionList,
};
use edge_core::publish::{Form, publish};
use edge_core::turns::{Turn, before};
use edge_core::version::{KEPT_VERSIONS, MAX_NOTE_CHARS, difference};
use serde::de::DeserializeOwned;
use worker::{Headers, Response, ResponseBuilder, Result, SqlStorageValue};

use super::{Deed, Site};
use crate::answer::{Fault, json_ok};
use crate::objects::database::time;

/// The version in force at a moment: the one whose turn came last.
const IN_FORCE: &str = "SELECT version FROM turn WHERE from_ms <= ? ORDER BY from_ms DESC, id DESC LIMIT 1";

impl Site {
    /// Checks rules and puts them in force: now, `?from=` a time, or with `?draft=true` not at all.
    pub(super) fn put_rules(&self, deed: &Deed) -> Result<Response, Fault> {
        let pairs = deed.query.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let PublishQuery { turn, note } = PublishQuery::of(pairs, deed.now_ms)?;
        let form = Form::of(&deed.kind)?;
        let settings = self.settings()?.unwrap_or_default();
        let publication = publish(&settings, form, &deed.body).map_err(Fault::Unprocessable)?;
        self.create_tables()?;
        let note: String = note.chars().take(MAX_NOTE_CHARS).collect();
        let rules = i64::try_from(publication.rules).unwrap_or(i64::MAX);
        let inserted = self.database.first(
            "INSERT INTO version (created_ms, by, note, rules, source, program) VALUES (?, ?, ?, ?, ?, ?)
             RETURNING number",
            vec![
                time(deed.now_ms),
                deed.by.as_str().into(),
                note.as_str().into(),
                SqlStorageValue::Integer(rules),
                publication.source.into(),
                publication.program.into(),
            ],
        )?;
        let version = inserted.map_or(Ok(0), |mut row| row.integer())?;
        if let Some(from_ms) = turn {
            self.take_turn(version, from_ms.max(deed.now_ms), false)?;
        }
        self.forget_old(deed.now_ms)?;
        let answer = Published::of(as_number(version), turn, publication.rules, publication.warnings);
        self.note(deed, "rules.published", &format!("version {version}, {}", answer.state))?;
        Ok(json_ok(&answer)?)
    }

    /// The rule file in force, as published.
    pub(super) fn source_in_force(&self, now_ms: u64) -> Result<Response, Fault> {
        self.create_tables()?;
        let version = self.version_in_force(now_ms)?.ok_or(Fault::NoRules)?;
        rule_file(version, self.source_of(version)?.ok_or(Fault::NoRules)?)
    }

    /// The rule file of a version.
    pub(super) fn source(&self, version: &str) -> Result<Response, Fault> {
        let number = self.known(version)?;
        rule_file(number, self.source_of(number)?.ok_or_else(|| no_version(version))?)
    }

    /// The compiled rules of a version.
    pub(super) fn program(&self, version: &str) -> Result<Response, Fault> {
        let version = self.known(version)?;
        Ok(Response::from_bytes(self.program_of(version)?)?)
    }

    /// The versions kept, newest first.
    pub(super) fn list_versions(&self, now_ms: u64) -> Result<Response, Fault> {
        self.create_tables()?;
        let in_force = self.version_in_force(now_ms)?;
        let mut turns: Vec<(i64, u64)> = Vec::new();
        for mut row in self.database.rows("SELECT version, from_ms FROM turn", vec![])? {
            turns.push((row.integer()?, row.integer()?.unsigned_abs()));
        }
        let mut versions = Vec::new();
        let query = "SELECT number, created_ms, by, note, rules FROM version ORDER BY number DESC";
        for mut row in self.database.rows(query, vec![])? {
            let number = row.integer()?;
            let created_ms = row.integer()?.unsigned_abs();
            let facts = (created_ms, row.text()?, row.text()?, as_number(row.integer()?));
            let own: Vec<u64> =
                turns.iter().filter(|(version, _)| *version == number).map(|(_, from_ms)| *from_ms).collect();
            versions.push(VersionAnswer::of(
                as_number(number),
                facts,
                in_force == Some(number),
                &own,
                now_ms,
            ));
        }
        Ok(json_ok(&VersionList { versions })?)
    }

    /// What differs between a version and `?against=` another: the one in force where it does not say.
    pub(super) fn diff(&self, version: &str, deed: &Deed) -> Result<Response, Fault> {
        let newer = self.known(version)?;
        let older = match deed.parameter("against") {
            "" => self.version_in_force(deed.now_ms)?.ok_or(Fault::NoRules)?,
            against => self.known(against)?,
        };
        let text = |number: i64| self.source_of(number).map(Option::unwrap_or_default);
        let found = difference(
            (&format!("version {older}"), &text(older)?),
            (&format!("version {newer}"), &text(newer)?),
        );
        Ok(json_ok(&DiffAnswer::of(as_number(older), as_number(newer), found))?)
    }

    /// Puts a version in force, now or at a time.
    pub(super) fn publish_version(&self, version: &str, deed: &Deed) -> Result<Response, Fault> {
        let number = self.known(version)?;
        let asked: PublishBody = small_body(deed, r#"send nothing, or {"from":"2026-12-24T18:00:00Z"}"#)?;
        let turn = asked.from_ms(deed.now_ms)?.unwrap_or(0);
        self.put_in_force(number, turn, false, deed)
    }

    /// Puts the version back in force that was before the present one, or the one that the body names.
    pub(super) fn roll_back(&self, deed: &Deed) -> Result<Response, Fault> {
        let asked: RollbackBody = small_body(deed, r#"send nothing, or {"version":4}"#)?;
        self.create_tables()?;
        let number = match asked.version {
            Some(version) => self.known(&version.to_string())?,
            None => {
                self.version_in_force(deed.now_ms)?.ok_or(Fault::NoRules)?;
                before(self.turns_taken(deed.now_ms)?)
                    .ok_or_else(|| Fault::NoVersion { what: "version before the one in force".to_owned() })?
            }
        };
        self.put_in_force(number, 0, true, deed)
    }

    /// Takes back the turns a version has ahead of it.
    pub(super) fn unschedule(&self, version: &str, deed: &Deed) -> Result<Response, Fault> {
        let number = self.known(version)?;
        self.database.run(
            "DELETE FROM turn WHERE version = ? AND from_ms > ?",
            vec![SqlStorageValue::Integer(number), time(deed.now_ms)],
        )?;
        self.note(deed, "rules.unscheduled", &format!("version {number}"))?;
        self.list_versions(deed.now_ms)
    }

    fn put_in_force(&self, version: i64, turn: u64, back: bool, deed: &Deed) -> Result<Response, Fault> {
        // It was checked under the settings of its day.
        let settings = self.settings()?.unwrap_or_default();
        let source = self.source_of(version)?.unwrap_or_default();
        let publication = publish(&settings, Form::Toml, source.as_bytes()).map_err(Fault::Unprocessable)?;
        let bindings = vec![publication.program.into(), SqlStorageValue::Integer(version)];
        self.database.run("UPDATE version SET program = ? WHERE number = ?", bindings)?;
        self.take_turn(version, turn.max(deed.now_ms), back)?;
        self.touch()?;
        let answer = Published::of(as_number(version), Some(turn), publication.rules, publication.warnings);
        let what = if back { "rules.rolled_back" } else { "rules.published" };
        self.note(deed, what, &format!("version {version}, {}", answer.state))?;
        Ok(json_ok(&answer)?)
    }

    fn take_turn(&self, version: i64, from_ms: u64, back: bool) -> Result<()> {
        self.database.run(
            "INSERT INTO turn (version, from_ms) VALUES (?, ?)",
            vec![SqlStorageValue::Integer(version), time(from_ms)],
        )?;
        if back {
            self.database.run("INSERT INTO rollback (turn) SELECT max(id) FROM turn", vec![])?;
        }
        Ok(())
    }

    /// The turns that have come, in their order.
    fn turns_taken(&self, now_ms: u64) -> Result<Vec<Turn>> {
        let query = "SELECT version, id IN (SELECT turn FROM rollback) FROM turn WHERE from_ms <= ?
             AND version IN (SELECT number FROM version) ORDER BY from_ms, id";
        let rows = self.database.rows(query, vec![time(now_ms)])?;
        rows.into_iter()
            .map(|mut row| Ok(Turn { version: row.integer()?, back: row.integer()? != 0 }))
            .collect()
    }

    /// The version in force; none before the first.
    pub(super) fn version_in_force(&self, now_ms: u64) -> Result<Option<i64>> {
        self.database.first(IN_FORCE, vec![time(now_ms)])?.map(|mut row| row.integer()).transpose()
    }

    /// The versions that are in force or will be.
    pub(super) fn versions_ahead(&self, now_ms: u64) -> Result<Vec<i64>> {
        let query = "SELECT DISTINCT version FROM turn WHERE from_ms > ?";
        let rows = self.database.rows(query, vec![time(now_ms)])?;
        let mut ahead = rows.into_iter().map(|mut row| row.integer()).collect::<Result<Vec<_>>>()?;
        ahead.extend(self.version_in_force(now_ms)?.filter(|version| !ahead.contains(version)));
        Ok(ahead)
    }

    pub(super) fn source_of(&self, version: i64) -> Result<Option<String>> {
        let query = "SELECT source FROM version WHERE number = ?";
        let row = self.database.first(query, vec![SqlStorageValue::Integer(version)])?;
        row.map(|mut row| row.text()).transpose()
    }

    pub(super) fn program_of(&self, version: i64) -> Result<Vec<u8>> {
        let query = "SELECT program FROM version WHERE number = ?";
        let row = self.database.first(query, vec![SqlStorageValue::Integer(version)])?;
        row.map_or_else(|| Ok(Vec::new()), |mut row| row.blob())
    }

    /// The number of a version that is kept.
    fn known(&self, version: &str) -> Result<i64, Fault> {
        self.create_tables()?;
        let number: i64 = version.parse().map_err(|_| no_version(version))?;
        let query = "SELECT 1 FROM version WHERE number = ?";
        let found = self.database.first(query, vec![SqlStorageValue::Integer(number)])?;
        found.map(|_| number).ok_or_else(|| no_version(version))
    }

    fn forget_old(&self, now_ms: u64) -> Result<()> {
        let in_force = self.version_in_force(now_ms)?.unwrap_or(0);
        self.database.run(
            "DELETE FROM version WHERE number <= (SELECT max(number) FROM version) - ?1 AND number <> ?2
             AND number NOT IN (SELECT version FROM turn WHERE from_ms > ?3)",
            vec![
                SqlStorageValue::Integer(KEPT_VERSIONS.into()),
                SqlStorageValue::Integer(in_force),
                time(now_ms),
            ],
        )?;
        self.database.run("DELETE FROM turn WHERE version NOT IN (SELECT number FROM version)", vec![])?;
        self.database.run("DELETE FROM rollback WHERE turn NOT IN (SELECT id FROM turn)", vec![])
    }

    /// Takes over the table of an edge that knew no turns: the newest version was the one in force.
    pub(super) fn adopt_rule_sets(&self) -> Result<()> {
        for statement in [
            "INSERT OR IGNORE INTO version (number, created_ms, by, note, rules, source, program)
                 SELECT version, published_ms, 'operator', '', 0, source, program FROM rule_set",
            "INSERT INTO turn (version, from_ms)
                 SELECT version, published_ms FROM rule_set ORDER BY version DESC LIMIT 1",
            "DROP TABLE rule_set",
        ] {
            self.database.run(statement, vec![])?;
        }
        Ok(())
    }
}

/// A body that says when or which; nothing when it is empty.
fn small_body<T: DeserializeOwned>(deed: &Deed, next: &str) -> Result<T, Fault> {
    let body = if deed.body.is_empty() { &b"{}"[..] } else { &deed.body };
    object::read(body).map_err(|error| {
        let message = format!("the body is not what this address takes: {error}");
        Fault::Unprocessable(ErrorAnswer::new(Code::BadBody, message, next))
    })
}

fn rule_file(version: i64, source: String) -> Result<Response, Fault> {
    let headers = Headers::new();
    headers.set("Content-Type", "application/toml; charset=utf-8")?;
    headers.set("ETag", &format!("\"{version}\""))?;
    Ok(ResponseBuilder::new().with_headers(headers).fixed(source.into_bytes()))
}

fn no_version(version: &str) -> Fault {
    Fault::NoVersion { what: format!("version `{}`", edge_core::intake::shorten(version)) }
}

fn as_number(version: i64) -> u32 {
    u32::try_from(version).unwrap_or(u32::MAX)
}
