//! Previews: a browser that was opened with a preview link decides on another version of the rules, and counts nowhere.
//!
//! Its batches are folded into a copy of the profile, kept apart and forgotten when the link runs out. The visitor's
//! own row is not touched, so that nothing that is tried out changes what he sees later.

use std::rc::Rc;

use edge_core::decide::{Round, round};
use edge_core::identity::Signed;
use edge_core::link::{PREVIEW_PARAMETER, Preview, preview_of};
use edge_core::profile::Profile;
use rules::Program;
use wire::{Batch, Reply};
use worker::SqlStorageValue;

use super::Visitors;
use crate::answer::Fault;
use crate::clock::now_ms;
use crate::environment::keyring;
use crate::objects::database::Row;
use crate::sites;

impl Visitors {
    /// The rules this visitor's browser previews: those of the link its page was opened with, or of one before.
    pub(super) async fn previewed(
        &self,
        batch: &Batch,
        visitor: &[u8; 16],
    ) -> Result<Option<(Preview, Rc<Program>)>, Fault> {
        let now_s = now_ms(&self.env) / 1000;
        let query = &batch.page.query;
        let preview = match preview_of(&*keyring(&self.env)?, &batch.site, query, now_s) {
            Some(preview) => Some(preview),
            // A link that does not open, an empty one too, is the way out.
            None if query.contains(PREVIEW_PARAMETER) => {
                self.leave_preview(visitor)?;
                None
            }
            None => self.preview_row(visitor, now_s)?.map(|(preview, _)| preview),
        };
        let Some(preview) = preview else { return Ok(None) };
        // A version that is no longer kept is no longer seen.
        Ok(sites::version(&self.env, &batch.site, preview.version).await?.map(|program| (preview, program)))
    }

    /// Decides on the previewed rules, and keeps what this browser has seen apart.
    pub(super) fn decide_previewed(
        &self,
        preview: Preview,
        of: &Round<'_>,
        visitor: &[u8; 16],
        signed: Option<Signed>,
    ) -> Result<Reply, Fault> {
        let now_s = of.now_ms / 1000;
        let begun = self.preview_row(visitor, now_s)?.filter(|(known, _)| known.version == preview.version);
        let mut profile = match begun {
            Some((_, profile)) => profile,
            None => self.load(visitor)?.map(|(profile, _)| profile).unwrap_or_default(),
        };
        // Who is signed in while he tries a version out is a customer in the copy alone.
        if let Some(signed) = signed {
            profile.signed(signed, of.now_ms);
        }
        let reply = round(&mut profile, of);
        let number = |value: u64| SqlStorageValue::Integer(i64::try_from(value).unwrap_or(i64::MAX));
        self.database.run(
            "CREATE TABLE IF NOT EXISTS preview (id BLOB PRIMARY KEY, version INTEGER NOT NULL,
                 expires_s INTEGER NOT NULL, profile BLOB NOT NULL) WITHOUT ROWID",
            vec![],
        )?;
        self.database.run(
            "INSERT INTO preview (id, version, expires_s, profile) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (id) DO UPDATE SET version = ?2, expires_s = ?3, profile = ?4",
            vec![
                visitor.to_vec().into(),
                number(preview.version.into()),
                number(preview.expires_s),
                profile.to_bytes().into(),
            ],
        )?;
        Ok(reply)
    }

    fn preview_row(&self, visitor: &[u8; 16], now_s: u64) -> Result<Option<(Preview, Profile)>, Fault> {
        if !self.database.has_table("preview")? {
            return Ok(None);
        }
        let query = "SELECT version, expires_s, profile FROM preview WHERE id = ? AND expires_s > ?";
        let now = SqlStorageValue::Integer(i64::try_from(now_s).unwrap_or(i64::MAX));
        let row = self.database.first(query, vec![visitor.to_vec().into(), now])?;
        let read = |mut row: Row| -> worker::Result<Option<(Preview, Profile)>> {
            let version = u32::try_from(row.integer()?).unwrap_or(0);
            let preview = Preview { version, expires_s: row.integer()?.unsigned_abs() };
            // A copy that cannot be read is made again from the visitor's own row.
            Ok(Profile::from_bytes(&row.blob()?).ok().map(|profile| (preview, profile)))
        };
        Ok(row.map(read).transpose()?.flatten())
    }

    /// Forgets what this browser has seen of a preview.
    pub(super) fn leave_preview(&self, visitor: &[u8; 16]) -> Result<(), Fault> {
        if self.database.has_table("preview")? {
            // Overwritten in place first, as the visitor's own row is.
            self.database.run(
                "UPDATE preview SET profile = zeroblob(length(profile)) WHERE id = ?",
                vec![visitor.to_vec().into()],
            )?;
            self.database.run("DELETE FROM preview WHERE id = ?", vec![visitor.to_vec().into()])?;
        }
        Ok(())
    }
}
