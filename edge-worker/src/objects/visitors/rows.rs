//! The visitors' own table: one row each, with the profile, the trials, and when to look at it while nobody is there.

use edge_core::profile::{Profile, ProfileError};
use edge_core::tally::Trials;
use worker::Result;

use super::Visitors;
use crate::journal;
use crate::objects::database::time;

impl Visitors {
    /// Takes the visitor's row away: overwritten in place first, for a row that is only deleted lingers in the file until its
    /// page is used again.
    pub(super) fn remove_row(&self, id: &[u8; 16]) -> Result<()> {
        if self.has_table()? {
            self.database.run(
                "UPDATE visitor SET profile = zeroblob(length(profile)), trials = zeroblob(length(trials)) WHERE id = ?",
                vec![id.to_vec().into()],
            )?;
            self.database.run("DELETE FROM visitor WHERE id = ?", vec![id.to_vec().into()])?;
        }
        Ok(())
    }

    /// Whether the table is there; one without trials or moments, which an earlier version of the worker made, gets them.
    pub(super) fn has_table(&self) -> Result<bool> {
        if !self.has_table.get() {
            let Some(columns) = self.database.definition("visitor")? else {
                return Ok(false);
            };
            if !columns.contains("trials") {
                self.database
                    .run("ALTER TABLE visitor ADD COLUMN trials BLOB NOT NULL DEFAULT x''", vec![])?;
            }
            if !columns.contains("due_ms") {
                self.database
                    .run("ALTER TABLE visitor ADD COLUMN due_ms INTEGER NOT NULL DEFAULT 0", vec![])?;
            }
            self.has_table.set(true);
        }
        Ok(true)
    }

    pub(super) fn knows(&self, visitor: &[u8; 16]) -> Result<bool> {
        let id = vec![visitor.to_vec().into()];
        Ok(self.has_table()? && self.database.first("SELECT 1 FROM visitor WHERE id = ?", id)?.is_some())
    }

    pub(super) fn load(&self, visitor: &[u8; 16]) -> Result<Option<(Profile, Trials)>> {
        Ok(self.row(visitor)?.map(|(profile, trials, _)| (profile, trials)))
    }

    /// The visitor's profile, his trials, and when to look at him while he is away.
    pub(super) fn row(&self, visitor: &[u8; 16]) -> Result<Option<(Profile, Trials, u64)>> {
        if !self.has_table()? {
            return Ok(None);
        }
        let row = self.database.first(
            "SELECT profile, trials, due_ms FROM visitor WHERE id = ?",
            vec![visitor.to_vec().into()],
        )?;
        let Some(mut row) = row else {
            return Ok(None);
        };
        match Profile::from_bytes(&row.blob()?) {
            Ok(profile) => {
                Ok(Some((profile, Trials::from_bytes(&row.blob()?), row.integer()?.unsigned_abs())))
            }
            // Another version of the worker wrote it, and will read it again: answering now would overwrite it.
            Err(error @ ProfileError::Version { .. }) => {
                Err(worker::Error::RustError(format!("a profile is of another version: {error:?}")))
            }
            Err(error) => {
                // A visitor whose row is damaged is met as a new one: better than never answering again.
                journal::fault(&format!("a profile cannot be read and is begun anew: {error:?}"));
                Ok(Some((Profile::default(), Trials::default(), 0)))
            }
        }
    }

    /// Writes the row, and when to look at it while nobody is there; 0 is as soon as can be, none leaves it as it was.
    pub(super) fn save(
        &self,
        visitor: &[u8; 16],
        profile: &mut Profile,
        trials: &mut Trials,
        now_ms: u64,
        due_ms: Option<u64>,
    ) -> Result<()> {
        // Asked again, not only remembered: an older table is altered before it is written to.
        if !self.has_table()? {
            self.database.run(
                "CREATE TABLE visitor (
                     id BLOB PRIMARY KEY, seen_ms INTEGER NOT NULL, profile BLOB NOT NULL,
                     trials BLOB NOT NULL DEFAULT x'', due_ms INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID",
                vec![],
            )?;
            self.has_table.set(true);
        }
        let (profile, trials) = (profile.to_bytes(), trials.to_bytes());
        let moment = if due_ms.is_some() { ", due_ms = ?5" } else { "" };
        let statement = format!(
            "INSERT INTO visitor (id, seen_ms, profile, trials, due_ms) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (id) DO UPDATE SET seen_ms = ?2, profile = ?3, trials = ?4{moment}"
        );
        self.database.run(
            &statement,
            vec![
                visitor.to_vec().into(),
                time(now_ms),
                profile.into(),
                trials.into(),
                time(due_ms.unwrap_or(0)),
            ],
        )
    }
}
