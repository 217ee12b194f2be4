//! Erasing a visitor, in the shard where he lives.
//!
//! What is kept of a customer may be on its way to his home while he is erased: a row of his that waits in another shard,
//! or is in the air. So an erasure begins with a sign in the home, his row's name and the time: whoever departed before then
//! is turned away there, and erased where he waits (`homeward`). The sign outlives everyone who can be on his way; `passing`
//! takes it away. Whose rows are the same person's is read in the same moment: who is not among them arrives no more.

use edge_core::arrival::{Erasure, Kin, Moved, to_bytes};
use edge_core::tally::Tally;
use edge_core::token::Visitor;
use edge_core::webhook::consent;
use wire::codec::unpack;
use worker::{Response, Result};

use super::{Visitors, id, moves};
use crate::answer::Fault;
use crate::clock::now_ms;
use crate::objects::Named;
use crate::objects::database::time;
use crate::objects::parcels::Parcels;
use crate::objects::scrub::Scrub;

/// Largest address of a visitor, in bytes.
const MAX_ADDRESS_BYTES: usize = 256;

impl Visitors {
    /// Begins an erasure: answers the other rows of the same person.
    pub(super) async fn begin_erasure(&self, named: Named, visitor: &[u8]) -> Result<Response, Fault> {
        let visitor = id(visitor)?;
        // A way that cannot be read leads nowhere; it is erased all the same.
        let moved_to = self.moved(&visitor).ok().flatten().map(|moved| moved.to);
        let formers = self.formers(&visitor)?;
        if named == Named::Customer || !formers.is_empty() || self.is_customer(&visitor) {
            self.bar(Erasure { customer: visitor, at_ms: now_ms(&self.env) })?;
            self.errands.look_soon(&self.state, &self.env).await?;
        }
        Ok(Response::from_bytes(to_bytes(&Kin { moved_to, formers }))?)
    }

    /// Removes every row of the visitor's from this shard, letters about him included; one tells that he is gone. Answers
    /// where he went instead, when that is not known to whoever erases him: the body is his id and, behind it, that of the
    /// home he is erased with.
    pub(super) async fn erase(&self, site: &str, body: &[u8]) -> Result<Response, Fault> {
        let (visitor, home) = body.split_at_checked(16).unwrap_or((body, &[]));
        let visitor = id(visitor)?;
        // The sign of his way would go with the rest, and nothing would lead to what arrives there.
        if let Ok(Some(Moved { to, .. })) = self.moved(&visitor)
            && to.id != home
        {
            return Ok(moves::elsewhere(&Moved { to, arrival: None, stream: None })?);
        }
        self.erase_rows(site, &visitor).await?;
        Ok(Response::empty()?)
    }

    /// Removes every row of the visitor's, and tells that he is gone.
    pub(super) async fn erase_rows(&self, site: &str, visitor: &[u8; 16]) -> Result<(), Fault> {
        let known = self.knows(visitor)? || self.waits(visitor)?;
        let erased = self.forget(visitor)?;
        if known {
            // Written before anything is waited for: no kill leaves him erased and nobody told.
            let gone = consent(false, site, visitor, now_ms(&self.env));
            self.errands
                .put(&self.state, &self.env, &self.database, site, &[gone], &Tally::default())
                .await?;
        }
        if erased {
            self.errands.look_soon(&self.state, &self.env).await?;
        }
        Ok(())
    }

    /// Overwrites and removes the visitor's rows; whether there were any, so that the file is to be scrubbed.
    pub(super) fn forget(&self, visitor: &[u8; 16]) -> Result<bool, Fault> {
        // Whoever names a visitor that nobody knows makes no work.
        let known = Parcels(&self.database).speak_of(visitor)? || self.names(visitor)?;
        Parcels(&self.database).forget(visitor)?;
        self.remove_row(visitor)?;
        self.forget_moves(visitor)?;
        self.leave_preview(visitor)?;
        if known {
            // What lingers of them in the file is scrubbed by the next alarm.
            Scrub(&self.database).owe()?;
        }
        Ok(known)
    }

    /// The last erasure of the customer who lives here, as long as anybody can be on his way who departed before.
    pub(super) fn erasure_of(&self, customer: &[u8; 16]) -> Result<Option<Erasure>> {
        if !self.database.has_table("erased")? {
            return Ok(None);
        }
        let query = "SELECT at_ms FROM erased WHERE customer = ?";
        let row = self.database.first(query, vec![customer.to_vec().into()])?;
        row.map(|mut row| Ok(Erasure { customer: *customer, at_ms: row.integer()?.unsigned_abs() }))
            .transpose()
    }

    /// Bars the customer's home to whoever departed before this erasure.
    fn bar(&self, Erasure { customer, at_ms }: Erasure) -> Result<()> {
        self.database.run(
            "CREATE TABLE IF NOT EXISTS erased (customer BLOB PRIMARY KEY, at_ms INTEGER NOT NULL) WITHOUT ROWID",
            vec![],
        )?;
        self.database.run(
            "INSERT INTO erased (customer, at_ms) VALUES (?1, ?2)
             ON CONFLICT (customer) DO UPDATE SET at_ms = max(at_ms, ?2)",
            vec![customer.to_vec().into(), time(at_ms)],
        )
    }

    /// Whether the row is a customer's. One that cannot be read may be.
    fn is_customer(&self, visitor: &[u8; 16]) -> bool {
        let known = self.load(visitor);
        known.map_or(true, |known| known.is_some_and(|(profile, _)| profile.customer.is_some()))
    }

    /// Who came to be part of the customer.
    fn formers(&self, customer: &[u8; 16]) -> Result<Vec<Visitor>, Fault> {
        if !self.database.has_table("merged")? {
            return Ok(Vec::new());
        }
        let query = "SELECT address FROM merged WHERE customer = ?";
        let rows = self.database.rows(query, vec![customer.to_vec().into()])?;
        let read = |address: Vec<u8>| {
            unpack::<Visitor>(&address, MAX_ADDRESS_BYTES)
                .map_err(|error| Fault::Unavailable(format!("an address cannot be read: {error:?}").into()))
        };
        rows.into_iter().map(|mut row| read(row.blob()?)).collect()
    }

    /// Whether some row of the shard's is about this visitor.
    fn names(&self, visitor: &[u8; 16]) -> Result<bool> {
        for (table, column) in [("visitor", "id"), ("moved", "id"), ("merged", "customer"), ("preview", "id")]
        {
            let query = format!("SELECT 1 FROM {table} WHERE {column} = ? LIMIT 1");
            if self.database.has_table(table)?
                && self.database.first(&query, vec![visitor.to_vec().into()])?.is_some()
            {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
