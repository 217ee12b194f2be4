//! The outbox's rows: endpoints, and letters for them.

use edge_core::api::webhooks::{DeadAnswer, DeadList};
use edge_core::webhook::{Answered, Endpoint, Letter, Next, Policy, after};
use wire::codec::{pack, unpack};
use worker::{Result, SqlStorageValue};

use crate::journal;
use crate::objects::database::{Database, Row, time};
use crate::objects::scrub::Scrub;

/// Largest endpoint, in bytes.
const MAX_ENDPOINT_BYTES: usize = 64 * 1024;
/// How long a delivered letter is remembered, in milliseconds: whoever hands it over again after a kill does so sooner.
const REMEMBERED_MS: u64 = 24 * 60 * 60 * 1000;
/// How long a letter that was given up is kept, in milliseconds: a month, to see it and send it again.
const DEAD_MS: u64 = 30 * 24 * 60 * 60 * 1000;
/// Most dead letters one answer lists.
const PAGE: usize = 100;

/// What a letter's row is.
#[derive(Clone, Copy)]
enum Stage {
    Waiting = 0,
    Dead = 1,
    Delivered = 2,
}

/// The rows.
pub(super) struct Shelf(pub(super) Database);

/// A letter to send now.
pub(super) struct Due {
    pub(super) number: u32,
    pub(super) id: String,
    pub(super) body: String,
    pub(super) endpoint: Endpoint,
    /// How often it was sent before.
    attempts: u32,
}

impl Shelf {
    pub(super) fn endpoints(&self) -> Result<Vec<Endpoint>> {
        if !self.0.has_table("endpoint")? {
            return Ok(Vec::new());
        }
        let rows = self.0.rows("SELECT endpoint FROM endpoint ORDER BY rowid", vec![])?;
        rows.into_iter().map(|mut row| read(&row.blob()?)).collect()
    }

    pub(super) fn endpoint(&self, id: &str) -> Result<Option<Endpoint>> {
        Ok(self.endpoints()?.into_iter().find(|endpoint| endpoint.id == id))
    }

    pub(super) fn put(&self, endpoint: &Endpoint) -> Result<()> {
        self.0.run(
            "CREATE TABLE IF NOT EXISTS endpoint (id TEXT PRIMARY KEY, endpoint BLOB NOT NULL)",
            vec![],
        )?;
        self.0.run(
            "INSERT INTO endpoint (id, endpoint) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET endpoint = ?2",
            vec![endpoint.id.as_str().into(), pack(endpoint).into()],
        )
    }

    pub(super) fn remove(&self, id: &str) -> Result<()> {
        self.0.run("DELETE FROM endpoint WHERE id = ?", vec![id.into()])?;
        if self.has_letters()? {
            self.0.run("DELETE FROM letter WHERE endpoint = ?", vec![id.into()])?;
        }
        Ok(())
    }

    /// Takes a letter for an endpoint; whether it is new.
    pub(super) fn take(&self, letter: &Letter, endpoint: &str, now_ms: u64) -> Result<bool> {
        self.0.run(
            "CREATE TABLE IF NOT EXISTS letter (
                 number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, endpoint TEXT NOT NULL,
                 event TEXT NOT NULL, body TEXT NOT NULL, visitor BLOB NOT NULL, at_ms INTEGER NOT NULL,
                 stage INTEGER NOT NULL, due_ms INTEGER NOT NULL, attempts INTEGER NOT NULL, last TEXT NOT NULL,
                 UNIQUE (id, endpoint))",
            vec![],
        )?;
        self.0.run("CREATE INDEX IF NOT EXISTS letter_due ON letter (stage, due_ms)", vec![])?;
        let visitor = letter.visitor.map_or_else(Vec::new, |visitor| visitor.to_vec());
        let new = self.0.first(
            "INSERT INTO letter (id, endpoint, event, body, visitor, at_ms, stage, due_ms, attempts, last)
             VALUES (?, ?, ?, ?, ?, ?, 0, ?, 0, '') ON CONFLICT (id, endpoint) DO NOTHING RETURNING number",
            vec![
                letter.id.as_str().into(),
                endpoint.into(),
                letter.event.as_str().into(),
                letter.body.as_str().into(),
                visitor.into(),
                time(letter.at_ms),
                time(now_ms),
            ],
        )?;
        Ok(new.is_some())
    }

    /// Letters to send now, longest due first.
    pub(super) fn due(&self, now_ms: u64, most: usize) -> Result<Vec<Due>> {
        if !self.has_letters()? {
            return Ok(Vec::new());
        }
        let endpoints = self.endpoints()?;
        let query = format!(
            "SELECT number, id, body, endpoint, attempts FROM letter WHERE stage = 0 AND due_ms <= ?
             ORDER BY due_ms LIMIT {most}"
        );
        let mut due = Vec::new();
        for mut row in self.0.rows(&query, vec![time(now_ms)])? {
            let (number, id, body, of) = (number(&mut row)?, row.text()?, row.text()?, row.text()?);
            let attempts = self::number(&mut row)?;
            let endpoint = endpoints.iter().find(|endpoint| endpoint.id == of);
            // Letters go with their endpoint: one without is not there.
            if let Some(endpoint) = endpoint {
                due.push(Due { number, id, body, endpoint: endpoint.clone(), attempts });
            }
        }
        Ok(due)
    }

    /// Notes what came of sending a letter; says it in one word.
    pub(super) fn note(
        &self,
        policy: &Policy,
        due: &Due,
        answered: Answered,
        now_ms: u64,
    ) -> Result<&'static str> {
        let attempts = due.attempts.saturating_add(1);
        let (stage, due_ms, outcome) = match after(policy, &due.id, attempts, answered, now_ms) {
            Next::Done => (Stage::Delivered, now_ms, "delivered"),
            Next::At(due_ms) => (Stage::Waiting, due_ms, "failed"),
            Next::Dead => (Stage::Dead, now_ms, "dead"),
        };
        if let Stage::Delivered = stage {
            self.blank("number = ?", vec![SqlStorageValue::Integer(due.number.into())])?;
        }
        self.0.run(
            // Delivered, only its name is needed: it is not taken again.
            "UPDATE letter SET stage = ?1, due_ms = ?2, attempts = ?3, last = ?4,
                 body = CASE ?1 WHEN 2 THEN '' ELSE body END, visitor = CASE ?1 WHEN 2 THEN x'' ELSE visitor END
             WHERE number = ?5",
            vec![
                SqlStorageValue::Integer(stage as i64),
                time(due_ms),
                SqlStorageValue::Integer(attempts.into()),
                answered.describe().into(),
                SqlStorageValue::Integer(due.number.into()),
            ],
        )?;
        Ok(outcome)
    }

    /// When the next letter is to be sent or forgotten.
    pub(super) fn next_due(&self) -> Result<Option<u64>> {
        if !self.has_letters()? {
            return Ok(None);
        }
        let mut next = None;
        for (stage, kept_ms) in
            [(Stage::Waiting, 0), (Stage::Dead, DEAD_MS), (Stage::Delivered, REMEMBERED_MS)]
        {
            let query = "SELECT due_ms FROM letter WHERE stage = ? ORDER BY due_ms LIMIT 1";
            let row = self.0.first(query, vec![SqlStorageValue::Integer(stage as i64)])?;
            let due_ms = row.map(|mut row| row.integer()).transpose()?;
            let due_ms = due_ms.map(|due_ms| due_ms.unsigned_abs().saturating_add(kept_ms));
            next = next.into_iter().chain(due_ms).min();
        }
        Ok(next)
    }

    /// Forgets letters delivered or given up long ago.
    pub(super) fn forget_old(&self, now_ms: u64) -> Result<()> {
        if !self.has_letters()? {
            return Ok(());
        }
        for (stage, kept_ms) in [(Stage::Dead, DEAD_MS), (Stage::Delivered, REMEMBERED_MS)] {
            let old = || vec![SqlStorageValue::Integer(stage as i64), time(now_ms.saturating_sub(kept_ms))];
            let which = "stage = ? AND due_ms <= ?";
            if self.0.first(&format!("SELECT 1 FROM letter WHERE {which} LIMIT 1"), old())?.is_some() {
                self.blank(which, old())?;
                self.0.run(&format!("DELETE FROM letter WHERE {which}"), old())?;
                Scrub(&self.0).owe()?;
            }
        }
        Ok(())
    }

    /// How many letters wait, and how many are dead.
    pub(super) fn counts(&self) -> Result<(u32, u32)> {
        if !self.has_letters()? {
            return Ok((0, 0));
        }
        let query = "SELECT count(*) FILTER (WHERE stage = 0), count(*) FILTER (WHERE stage = 1) FROM letter";
        let row = self.0.first(query, vec![])?;
        row.map_or(Ok((0, 0)), |mut row| Ok((number(&mut row)?, number(&mut row)?)))
    }

    /// Dead letters numbered above `after`, oldest first.
    pub(super) fn dead(&self, after: u32) -> Result<DeadList> {
        let mut list = DeadList::default();
        if self.has_letters()? {
            let query = format!(
                "SELECT number, id, event, endpoint, at_ms, attempts, last FROM letter
                 WHERE stage = 1 AND number > ? ORDER BY number LIMIT {PAGE}"
            );
            for mut row in self.0.rows(&query, vec![SqlStorageValue::Integer(after.into())])? {
                list.letters.push(DeadAnswer {
                    number: number(&mut row)?,
                    id: row.text()?,
                    event: row.text()?,
                    endpoint: row.text()?,
                    at: DeadAnswer::at(u64::try_from(row.integer()?).unwrap_or(0)),
                    attempts: number(&mut row)?,
                    last: row.text()?,
                });
            }
            list.next = list.letters.last().map(|last| last.number).filter(|_| list.letters.len() == PAGE);
        }
        Ok(list)
    }

    /// Makes dead letters due, with all their attempts before them; how many.
    pub(super) fn revive(&self, one: Option<u32>, now_ms: u64) -> Result<u32> {
        if !self.has_letters()? {
            return Ok(0);
        }
        let revived = self.0.rows(
            "UPDATE letter SET stage = 0, due_ms = ?1, attempts = 0
             WHERE stage = 1 AND (?2 = 0 OR number = ?2) RETURNING number",
            // Rows are numbered from 1: 0 is all.
            vec![time(now_ms), SqlStorageValue::Integer(one.unwrap_or(0).into())],
        )?;
        Ok(u32::try_from(revived.len()).unwrap_or(u32::MAX))
    }

    /// Has the letters about a visitor be about the customer he is.
    pub(super) fn rename(&self, visitor: &[u8], customer: &[u8]) -> Result<()> {
        if self.has_letters()? {
            let ids = vec![customer.to_vec().into(), visitor.to_vec().into()];
            self.0.run("UPDATE letter SET visitor = ? WHERE visitor = ?", ids)?;
        }
        Ok(())
    }

    /// Erases every letter that speaks of a visitor; whether there were any.
    pub(super) fn erase(&self, visitor: &[u8]) -> Result<bool> {
        if visitor.is_empty() || !self.has_letters()? {
            return Ok(false);
        }
        self.blank("visitor = ?", vec![visitor.to_vec().into()])?;
        let erased = self
            .0
            .rows("DELETE FROM letter WHERE visitor = ? RETURNING number", vec![visitor.to_vec().into()])?;
        // Whoever names a visitor that nobody knows makes no work.
        if !erased.is_empty() {
            Scrub(&self.0).owe()?;
        }
        Ok(!erased.is_empty())
    }

    /// Overwrites the text of letters: what is only deleted lingers in the file until its page is used again.
    fn blank(&self, which: &str, bindings: Vec<SqlStorageValue>) -> Result<()> {
        let statement = format!(
            "UPDATE letter SET body = substr(hex(zeroblob(length(body) * 2)), 1, length(CAST(body AS BLOB))) WHERE {which}"
        );
        self.0.run(&statement, bindings)
    }

    fn has_letters(&self) -> Result<bool> {
        self.0.has_table("letter")
    }
}

fn read(bytes: &[u8]) -> Result<Endpoint> {
    unpack(bytes, MAX_ENDPOINT_BYTES).map_err(|error| {
        journal::fault(&format!("an endpoint cannot be read: {error:?}"));
        worker::Error::RustError("an endpoint cannot be read".into())
    })
}

fn number(row: &mut Row) -> Result<u32> {
    Ok(u32::try_from(row.integer()?).unwrap_or(u32::MAX))
}
