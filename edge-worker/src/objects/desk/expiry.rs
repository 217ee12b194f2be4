//! The end of requests for contact: with the number or address in them, they are kept as long as the site says.

use worker::Result;

use super::Desk;
use crate::answer::Fault;
use crate::clock::now_ms;
use crate::objects::ledger::Ledger;
use crate::objects::scrub::Scrub;
use crate::sites;

/// Most requests removed by one alarm.
const PORTION: usize = 200;
/// One day, in milliseconds.
const DAY_MS: u64 = 24 * 60 * 60 * 1000;

impl Desk {
    /// Removes the requests that are too old; answers when to look again.
    pub(super) async fn expire(&self) -> Result<Option<u64>, Fault> {
        if !self.database.has_table("contact")? {
            return Ok(None);
        }
        let Some(site) = Ledger(&self.database).site()? else { return Ok(None) };
        let days = sites::find(&self.env, &site).await?.settings.contact_retention_days;
        let (now_ms, kept_ms) = (now_ms(&self.env), u64::from(days) * DAY_MS);
        let query = format!("SELECT id, at_ms FROM contact ORDER BY number LIMIT {PORTION}");
        let mut removed = 0;
        for mut row in self.database.rows(&query, vec![])? {
            let (id, at_ms) = (row.text()?, row.integer()?.unsigned_abs());
            let over_ms = at_ms.saturating_add(kept_ms);
            if over_ms > now_ms {
                return Ok(Some(over_ms));
            }
            self.remove(&id)?;
            removed += 1;
        }
        Ok((removed == PORTION).then_some(now_ms))
    }

    /// Overwrites and removes a request, what was promised for it, and whose it was.
    pub(super) fn remove(&self, id: &str) -> Result<()> {
        for (table, statement) in [
            // Overwritten first, and the place is scrubbed by the next alarm: a row that is only deleted lingers in the file
            // until its page is used again.
            ("contact", "UPDATE contact SET record = zeroblob(length(record)) WHERE id = ?"),
            ("contact", "DELETE FROM contact WHERE id = ?"),
            ("promise", "DELETE FROM promise WHERE id = ?"),
            ("asked_by", "DELETE FROM asked_by WHERE contact = ?"),
        ] {
            if self.database.has_table(table)? {
                self.database.run(statement, vec![id.into()])?;
            }
        }
        Scrub(&self.database).owe()
    }
}
