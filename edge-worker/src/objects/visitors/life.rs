//! What happens to the shard's visitors while they are away.
//!
//! Each row has a moment to be looked at, never later than the first at which anything can become due; the object's alarm
//! looks at those that are due, a portion at a time. Other rules or another retention make the moments of all rows be worked
//! out again, a portion at a time too. What is due and when is `edge_core::life`'s.

use edge_core::life::{Absence, Effort, Next, Outlook, look};
use edge_core::profile::{Profile, ProfileError};
use worker::{Result, SqlStorageValue};

use super::Visitors;
use crate::answer::Fault;
use crate::clock::now_ms;
use crate::journal;
use crate::objects::database::{Row, time};
use crate::objects::parcels::Parcels;
use crate::sites::{self, Snapshot};

/// Most visitors looked at by one alarm, so that requests need not wait behind it; fewer when they cost the portion's effort.
const PORTION: usize = 100;
/// When a row is looked at again that another version of the worker wrote, in milliseconds.
const UNREADABLE_MS: u64 = 24 * 60 * 60 * 1000;
/// When somebody is looked at again whose letters have to leave before he is forgotten, in milliseconds.
const LETTERS_MS: u64 = 60_000;

/// Whose shard this is, and under which outlook its moments were worked out.
struct Head {
    site: String,
    mark: u64,
    /// The row behind which a sweep goes on; none when all moments are worked out.
    sweeps_behind: Option<Vec<u8>>,
}

/// A row to look at.
struct Away {
    visitor: [u8; 16],
    /// When it was last written for the visitor's own sake.
    seen_ms: u64,
    due_ms: u64,
}

impl Visitors {
    /// Looks at who is due; answers when to look again.
    pub(super) async fn live(&self) -> Result<Option<u64>, Fault> {
        let passes_ms = self.expire(now_ms(&self.env))?;
        if !self.has_table()? {
            return Ok(passes_ms);
        }
        let Some(head) = self.head()? else { return Ok(passes_ms) };
        let site = sites::find(&self.env, &head.site).await?;
        // No await from here on: what a look changes and what it tells are one transaction, as a batch's are.
        let now_ms = now_ms(&self.env);
        let mut effort = Effort::of_a_portion();
        let due = self.rows_due(now_ms)?;
        for row in &due {
            // A row of an earlier worker has no moment yet: what was before is not made up for.
            let from_ms = if row.due_ms == 0 { now_ms } else { row.due_ms };
            self.look_at(row, from_ms, &head.site, &site, now_ms, &mut effort)?;
            if effort.is_spent() {
                break;
            }
        }
        let left = PORTION - due.len();
        let swept = self.sweep(head, left, &site, now_ms, &mut effort)?;
        self.mark.set(Some(site.outlook.mark()));
        if effort.is_spent() || due.len() == PORTION || !swept {
            return Ok(Some(now_ms));
        }
        Ok(self.next_due()?.into_iter().chain(passes_ms).min())
    }

    /// Sees that the alarm comes when this visitor is due, and soon when rules or retention are others.
    pub(super) async fn expect(&self, outlook: &Outlook, due_ms: u64) -> Result<()> {
        if self.mark.get() != Some(outlook.mark()) {
            self.errands.look_soon(&self.state, &self.env).await?;
        }
        self.errands.wake_by(&self.state, &self.env, due_ms).await
    }

    /// Makes what a shard needs beside its visitors' table, once it knows whose it is.
    pub(super) fn settle_in(&self, site: &str, outlook: &Outlook) -> Result<()> {
        if self.settled.get() {
            return Ok(());
        }
        self.database.run(
            "CREATE TABLE IF NOT EXISTS life (
                 id INTEGER PRIMARY KEY, site TEXT NOT NULL, mark TEXT NOT NULL, sweeping INTEGER NOT NULL,
                 behind BLOB NOT NULL)",
            vec![],
        )?;
        self.database.run("CREATE INDEX IF NOT EXISTS visitor_due ON visitor (due_ms)", vec![])?;
        self.database.run(
            "INSERT INTO life (id, site, mark, sweeping, behind) VALUES (1, ?, ?, 0, x'') ON CONFLICT DO NOTHING",
            vec![site.into(), outlook.mark().to_string().into()],
        )?;
        self.settled.set(true);
        Ok(())
    }

    /// Works out the moments of more rows, when the outlook is not the one they were worked out under; whether all are done.
    fn sweep(
        &self,
        head: Head,
        rows: usize,
        site: &Snapshot,
        now_ms: u64,
        effort: &mut Effort,
    ) -> Result<bool, Fault> {
        let mark = site.outlook.mark();
        let behind = match head.sweeps_behind {
            Some(behind) if head.mark == mark => behind,
            None if head.mark == mark => return Ok(true),
            _ => Vec::new(),
        };
        let rows = if effort.is_spent() { 0 } else { rows };
        let query = format!("SELECT id, seen_ms, due_ms FROM visitor WHERE id > ? ORDER BY id LIMIT {rows}");
        let away = self.away(&query, vec![behind.clone().into()])?;
        let mut looked = 0;
        for row in &away {
            self.look_at(row, now_ms, &head.site, site, now_ms, effort)?;
            looked += 1;
            if effort.is_spent() {
                break;
            }
        }
        let swept = looked == away.len() && looked < rows;
        let behind = away[..looked].last().map_or(behind, |row| row.visitor.to_vec());
        self.database.run(
            "UPDATE life SET mark = ?, sweeping = ?, behind = ?",
            vec![mark.to_string().into(), SqlStorageValue::Integer(i64::from(!swept)), behind.into()],
        )?;
        Ok(swept)
    }

    fn look_at(
        &self,
        row: &Away,
        from_ms: u64,
        key: &str,
        site: &Snapshot,
        now_ms: u64,
        effort: &mut Effort,
    ) -> Result<(), Fault> {
        let Away { visitor, seen_ms, .. } = row;
        let loaded =
            self.database.first("SELECT profile FROM visitor WHERE id = ?", vec![visitor.to_vec().into()])?;
        let Some(mut loaded) = loaded else { return Ok(()) };
        let mut profile = match Profile::from_bytes(&loaded.blob()?) {
            Ok(profile) => profile,
            // Another version of the worker wrote it, and will look at it.
            Err(ProfileError::Version { .. }) => return Ok(self.postpone(visitor, now_ms + UNREADABLE_MS)?),
            // Damaged: nothing can be told of it, but it must not stay for ever.
            Err(ProfileError::Damaged(_)) => Profile::default(),
        };
        let absence = Absence {
            site: key,
            visitor,
            outlook: &site.outlook,
            desk: site.desk.as_ref(),
            heard_ms: *seen_ms,
        };
        let looked = look(&mut profile, &absence, from_ms, now_ms, effort);
        Parcels(&self.database).put(key, &looked.letters)?;
        match looked.next {
            // What a late look told of him leaves first: forgotten with him, it would never have been told.
            Next::Forget if Parcels(&self.database).speak_of(visitor)? => {
                self.postpone(visitor, now_ms + LETTERS_MS)?;
            }
            Next::Forget => {
                self.forget(visitor)?;
            }
            Next::At(due_ms) if looked.changed => self.database.run(
                "UPDATE visitor SET profile = ?2, due_ms = ?3 WHERE id = ?1",
                vec![visitor.to_vec().into(), profile.to_bytes().into(), time(due_ms)],
            )?,
            Next::At(due_ms) => self.postpone(visitor, due_ms)?,
        }
        Ok(())
    }

    fn postpone(&self, visitor: &[u8; 16], due_ms: u64) -> Result<()> {
        let bindings = vec![visitor.to_vec().into(), time(due_ms)];
        self.database.run("UPDATE visitor SET due_ms = ?2 WHERE id = ?1", bindings)
    }

    fn rows_due(&self, now_ms: u64) -> Result<Vec<Away>> {
        let query = format!(
            "SELECT id, seen_ms, due_ms FROM visitor WHERE due_ms <= ? ORDER BY due_ms LIMIT {PORTION}"
        );
        self.away(&query, vec![time(now_ms)])
    }

    fn away(&self, query: &str, bindings: Vec<SqlStorageValue>) -> Result<Vec<Away>> {
        let read = |mut row: Row| {
            let visitor = row.blob()?.try_into().map_err(|_| "a visitor's id has not 16 bytes")?;
            Ok(Away {
                visitor,
                seen_ms: row.integer()?.unsigned_abs(),
                due_ms: row.integer()?.unsigned_abs(),
            })
        };
        self.database.rows(query, bindings)?.into_iter().map(read).collect()
    }

    /// When the next visitor is due.
    fn next_due(&self) -> Result<Option<u64>> {
        let row = self.database.first("SELECT due_ms FROM visitor ORDER BY due_ms LIMIT 1", vec![])?;
        row.map(|mut row| Ok(row.integer()?.unsigned_abs())).transpose()
    }

    fn head(&self) -> Result<Option<Head>> {
        if !self.database.has_table("life")? {
            return Ok(None);
        }
        let row = self.database.first("SELECT site, mark, sweeping, behind FROM life", vec![])?;
        row.map(|mut row| {
            let (site, mark, sweeping, behind) = (row.text()?, row.text()?, row.integer()?, row.blob()?);
            // A mark that cannot be read is another: all moments are worked out again.
            let mark = mark.parse().unwrap_or_else(|_| {
                journal::fault("a shard's mark is damaged");
                0
            });
            Ok(Head { site, mark, sweeps_behind: (sweeping == 1).then_some(behind) })
        })
        .transpose()
    }
}
