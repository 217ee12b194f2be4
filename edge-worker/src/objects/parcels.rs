//! Letters waiting inside the object where they arose, until the site's outbox has them.
//!
//! A letter is written with what it tells of, in one transaction: neither is there without the other. It leaves when the
//! outbox has acknowledged it, so a kill between the two sends it twice to the outbox, which takes it once.

use edge_core::webhook::{Letter, Letters};
use wire::codec::{pack, unpack};
use worker::{Env, Method, Result};

use super::database::Database;
use super::{Call, outbox};
use crate::journal;

/// Most letters handed over at once.
const BUNDLE: usize = 50;
/// Largest letter, in bytes: a contact with its journey, as JSON.
const MAX_LETTER_BYTES: usize = 256 * 1024;

/// The letters of one object.
#[derive(Clone, Copy)]
pub(super) struct Parcels<'d>(pub(super) &'d Database);

impl Parcels<'_> {
    /// Writes letters of the site down, with whatever else the request writes.
    pub(super) fn put(self, site: &str, letters: &[Letter]) -> Result<()> {
        if letters.is_empty() {
            return Ok(());
        }
        self.0.run(
            "CREATE TABLE IF NOT EXISTS parcel (
                 id TEXT PRIMARY KEY, site TEXT NOT NULL, visitor BLOB NOT NULL, letter BLOB NOT NULL) WITHOUT ROWID",
            vec![],
        )?;
        for letter in letters {
            let visitor = letter.visitor.map_or_else(Vec::new, |visitor| visitor.to_vec());
            self.0.run(
                "INSERT INTO parcel (id, site, visitor, letter) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
                vec![letter.id.as_str().into(), site.into(), visitor.into(), pack(letter).into()],
            )?;
        }
        Ok(())
    }

    /// Hands letters over until none is left.
    ///
    /// # Errors
    /// When the outbox does not take them: they stay.
    pub(super) async fn send(self, env: &Env) -> Result<()> {
        while let Some((site, ids, letters)) = self.next()? {
            let call = Call::new(Method::Post, "/letters").body(letters.to_bytes());
            let answer = outbox(env, &site)?.send(call).await?;
            if answer.status_code() != 200 {
                return Err(format!("the outbox answered {}", answer.status_code()).into());
            }
            for id in ids {
                self.0.run("DELETE FROM parcel WHERE id = ?", vec![id.into()])?;
            }
        }
        Ok(())
    }

    /// Whether none is left.
    pub(super) fn is_empty(self) -> Result<bool> {
        Ok(!self.0.has_table("parcel")? || self.0.first("SELECT 1 FROM parcel LIMIT 1", vec![])?.is_none())
    }

    /// Whether one that waits speaks of a visitor.
    pub(super) fn speak_of(self, visitor: &[u8; 16]) -> Result<bool> {
        let query = "SELECT 1 FROM parcel WHERE visitor = ? LIMIT 1";
        Ok(self.0.has_table("parcel")? && self.0.first(query, vec![visitor.to_vec().into()])?.is_some())
    }

    /// Erases those that speak of a visitor.
    pub(super) fn forget(self, visitor: &[u8; 16]) -> Result<()> {
        if self.0.has_table("parcel")? {
            // Overwritten first: a row that is only deleted lingers in the file until its page is used again.
            for statement in [
                "UPDATE parcel SET letter = zeroblob(length(letter)) WHERE visitor = ?",
                "DELETE FROM parcel WHERE visitor = ?",
            ] {
                self.0.run(statement, vec![visitor.to_vec().into()])?;
            }
        }
        Ok(())
    }

    /// Some letters of one site.
    fn next(self) -> Result<Option<(String, Vec<String>, Letters)>> {
        if self.is_empty()? {
            return Ok(None);
        }
        let query = format!(
            "SELECT site, id, letter FROM parcel WHERE site = (SELECT site FROM parcel LIMIT 1) LIMIT {BUNDLE}"
        );
        let (mut of, mut ids, mut letters) = (String::new(), Vec::new(), Letters::default());
        for mut row in self.0.rows(&query, vec![])? {
            of = row.text()?;
            ids.push(row.text()?);
            match unpack::<Letter>(&row.blob()?, MAX_LETTER_BYTES) {
                Ok(letter) => letters.0.push(letter),
                // It leaves with the others: kept, it would be read in vain for ever.
                Err(error) => journal::fault(&format!("a letter cannot be read and is dropped: {error:?}")),
            }
        }
        Ok(Some((of, ids, letters)))
    }
}
