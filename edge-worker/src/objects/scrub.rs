//! Scrubs what was erased out of the database's file.
//!
//! SQLite leaves the bytes of what it deletes, moves or overwrites in the free parts of its pages until they are used again,
//! and the platform lets no object ask for `secure_delete` or `VACUUM`. So every table is written anew, page after page,
//! and what is free then is filled with zeros: first what was free before, then what the old tables leave. A kill on the way
//! does no harm: the scrub is owed until it is done, and how far the file must be filled is noted with the tables. Nor does
//! one that fails: the object goes on, and it is tried again. Done where the file is this deployment's own (`DECLIC_SCRUB`), at
//! once when the database is small, and the seldomer the larger it is.

use std::time::Duration;

use worker::{Delay, Env, Result, SqlStorageValue};

use super::database::{Database, time};
use crate::clock::now_ms;
use crate::environment::text;
use crate::journal;

/// Bytes that may be scrubbed in a millisecond, over all: a database of 8 MB not more than every 17 minutes, one of 200 MB
/// every 7 hours.
const BYTES_A_MS: u64 = 8;
/// Pause before a scrub that failed is tried again, in milliseconds: it costs as much as one that does not.
const AGAIN_MS: u64 = 60_000;
/// Largest database that is scrubbed, in bytes: writing it anew blocks its object for some seconds.
const MAX_BYTES: u64 = 512 * 1024 * 1024;
/// Most bytes of one filling row: the platform allows 2 MB.
const FILLING_BYTES: u64 = 1_000_000;
/// What is filled beyond the largest size known, in bytes: the file may have been larger for a moment between two looks.
const MARGIN_BYTES: u64 = 256 * 1024;

/// One object's database.
pub(super) struct Scrub<'d>(pub(super) &'d Database);

/// A table as it is.
struct Table {
    name: String,
    definition: String,
    /// The statements that make its indices.
    indices: Vec<String>,
    /// The last number given, where numbers are never given twice.
    sequence: Option<i64>,
}

impl Scrub<'_> {
    /// Notes that something was erased, with whatever else the request writes.
    pub(super) fn owe(&self) -> Result<()> {
        self.0.run(
            "CREATE TABLE IF NOT EXISTS scrub (
                 id INTEGER PRIMARY KEY, owed INTEGER NOT NULL, done_ms INTEGER NOT NULL, largest INTEGER NOT NULL)",
            vec![],
        )?;
        self.0.run(
            "INSERT INTO scrub (id, owed, done_ms, largest) VALUES (1, 1, 0, ?1)
             ON CONFLICT (id) DO UPDATE SET owed = owed + 1, largest = max(largest, ?1)",
            vec![integer(self.0.bytes())],
        )
    }

    /// Whether something was erased that the file may still hold.
    pub(super) fn is_owed(&self) -> Result<bool> {
        Ok(self.0.has_table("scrub")? && self.state()?.0 > 0)
    }

    /// Scrubs what is owed; says when it can be done, in milliseconds since 1970, when that is later. One that fails is later,
    /// and no fault of whatever else there is to do.
    pub(super) async fn run(&self, env: &Env) -> Result<Option<u64>> {
        match self.scrub(env).await {
            Ok(due_ms) => Ok(due_ms),
            Err(error) => {
                journal::fault(&format!("what was erased is scrubbed later: {error}"));
                // On a disk that is full, what it was filled with must not stay.
                self.0.run("DROP TABLE IF EXISTS filling", vec![])?;
                Ok(Some(now_ms(env).saturating_add(AGAIN_MS)))
            }
        }
    }

    async fn scrub(&self, env: &Env) -> Result<Option<u64>> {
        if text(env, "DECLIC_SCRUB") != "on" || !self.is_owed()? {
            return Ok(None);
        }
        let (now_ms, bytes) = (now_ms(env), self.0.bytes());
        let (owed, done_ms, largest) = self.state()?;
        let largest = largest.max(bytes);
        let due_ms = done_ms.saturating_add(largest / BYTES_A_MS);
        if done_ms > 0 && now_ms < due_ms {
            return Ok(Some(due_ms));
        }
        if bytes > MAX_BYTES {
            journal::fault(&format!("a database of {bytes} bytes is too large to scrub"));
            self.note(owed, now_ms, largest)?;
            return Ok(None);
        }
        self.mend()?;
        self.fill(largest + MARGIN_BYTES).await?;
        // What is erased from here on is owed again.
        let (owed, ..) = self.state()?;
        let tables = self.tables()?;
        tables.iter().try_for_each(|table| self.copy(table))?;
        // The margin is no part of it: it would be added to itself each time.
        let largest = largest.max(self.0.bytes());
        tables.iter().try_for_each(|table| self.replace(table))?;
        self.0.run("UPDATE scrub SET largest = ? WHERE id = 1", vec![integer(largest)])?;
        commit().await;
        self.fill(largest + MARGIN_BYTES).await?;
        // Made last, of pages that are empty. After a kill, whoever needs one makes it.
        for index in tables.iter().flat_map(|table| &table.indices) {
            self.0.run(&index.replacen("INDEX ", "INDEX IF NOT EXISTS ", 1), vec![])?;
        }
        self.note(owed, now_ms, largest)?;
        let (owed, ..) = self.state()?;
        Ok((owed > 0).then(|| now_ms.saturating_add(largest / BYTES_A_MS)))
    }

    /// Takes back what a scrub left that broke off: a copy whose table is there is of no use, and one whose table is gone is
    /// the table.
    fn mend(&self) -> Result<()> {
        let query = r"SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE '%\_anew' ESCAPE '\'";
        for mut row in self.0.rows(query, vec![])? {
            let copy = row.text()?;
            let name = copy.trim_end_matches("_anew");
            self.0.run(
                &match self.0.has_table(name)? {
                    true => format!("DROP TABLE {copy}"),
                    false => format!("ALTER TABLE {copy} RENAME TO {name}"),
                },
                vec![],
            )?;
        }
        Ok(())
    }

    /// How often something was erased since the last scrub, when that was, and how large the file has been.
    fn state(&self) -> Result<(i64, u64, u64)> {
        let row = self.0.first("SELECT owed, done_ms, largest FROM scrub WHERE id = 1", vec![])?;
        row.map_or(Ok((0, 0, 0)), |mut row| {
            Ok((row.integer()?, row.integer()?.unsigned_abs(), row.integer()?.unsigned_abs()))
        })
    }

    fn note(&self, owed: i64, now_ms: u64, largest: u64) -> Result<()> {
        let bindings = vec![SqlStorageValue::Integer(owed), time(now_ms), integer(largest)];
        self.0.run("UPDATE scrub SET owed = owed - ?, done_ms = ?, largest = ? WHERE id = 1", bindings)
    }

    /// Fills all that is free with zeros, up to a file of so many bytes, and leaves it free again.
    async fn fill(&self, upto: u64) -> Result<()> {
        // One that a kill has cut off is there still.
        self.0.run("DROP TABLE IF EXISTS filling", vec![])?;
        self.0.run("CREATE TABLE filling (zeros BLOB)", vec![])?;
        let mut bytes = self.0.bytes();
        while bytes < upto {
            let zeros = (upto - bytes).clamp(4096, FILLING_BYTES);
            self.0.run("INSERT INTO filling (zeros) VALUES (zeroblob(?))", vec![integer(zeros)])?;
            bytes = self.0.bytes();
        }
        // What is freed in the transaction that wrote it is never written: first the zeros have to reach the file.
        commit().await;
        self.0.run("DROP TABLE filling", vec![])?;
        commit().await;
        Ok(())
    }

    /// The object's own tables.
    fn tables(&self) -> Result<Vec<Table>> {
        let query = "SELECT name, sql FROM sqlite_master
                     WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE '\\_cf\\_%' ESCAPE '\\'
                         AND name <> 'filling'";
        let mut tables = Vec::new();
        for mut row in self.0.rows(query, vec![])? {
            let (name, definition) = (row.text()?, row.text()?);
            let of =
                "SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL";
            let rows = self.0.rows(of, vec![name.as_str().into()])?;
            let indices = rows.into_iter().map(|mut row| row.text()).collect::<Result<_>>()?;
            let sequence = match definition.contains("AUTOINCREMENT") {
                true => {
                    let of = "SELECT seq FROM sqlite_sequence WHERE name = ?";
                    self.0.first(of, vec![name.as_str().into()])?.map(|mut row| row.integer()).transpose()?
                }
                false => None,
            };
            tables.push(Table { name, definition, indices, sequence });
        }
        Ok(tables)
    }

    /// Writes the table's rows anew, in their order.
    fn copy(&self, table: &Table) -> Result<()> {
        let Table { name, definition, sequence, .. } = table;
        let columns = definition.split_once('(').map(|(_, columns)| columns).unwrap_or_default();
        self.0.run(&format!("CREATE TABLE {name}_anew ({columns}"), vec![])?;
        self.0.run(&format!("INSERT INTO {name}_anew SELECT * FROM {name}"), vec![])?;
        if let Some(sequence) = sequence {
            // Without a row there is no entry yet.
            let anew = format!("{name}_anew");
            self.0.run("DELETE FROM sqlite_sequence WHERE name = ?", vec![anew.as_str().into()])?;
            self.0.run(
                "INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)",
                vec![anew.into(), SqlStorageValue::Integer(*sequence)],
            )?;
        }
        Ok(())
    }

    fn replace(&self, table: &Table) -> Result<()> {
        let name = &table.name;
        self.0.run(&format!("DROP TABLE {name}"), vec![])?;
        self.0.run(&format!("ALTER TABLE {name}_anew RENAME TO {name}"), vec![])
    }
}

/// Lets the platform commit what was written: it does so between two turns of the object.
async fn commit() {
    Delay::from(Duration::ZERO).await;
}

fn integer(number: u64) -> SqlStorageValue {
    SqlStorageValue::Integer(i64::try_from(number).unwrap_or(i64::MAX))
}
