//! Counts waiting inside the object where they arose, until the site's tally has them.
//!
//! What a request counts is written with what it changes, in one transaction, as a numbered row. Pages of rows go to the
//! tally, which answers how far it is; only then are they deleted. So nothing counts twice and nothing is lost, whatever is
//! killed or cut off in between.

use edge_core::tally::{Page, Tally};
use worker::{Env, Method, Result, SqlStorageValue};

use super::database::Database;
use super::{Call, tally};
use crate::entropy::random;
use crate::journal;

/// Most rows of one page.
const ROWS: usize = 500;

/// The counts of one object, which concern one site.
#[derive(Clone, Copy)]
pub(super) struct Ledger<'d>(pub(super) &'d Database);

/// Who this ledger is, and how far it has been taken.
struct Head {
    name: [u8; 16],
    site: String,
    taken: u64,
}

impl Ledger<'_> {
    /// Writes counts of the site down, with whatever else the request writes.
    pub(super) fn put(self, site: &str, counts: &Tally) -> Result<()> {
        if counts.is_empty() {
            return Ok(());
        }
        if !self.0.has_table("ledger")? {
            self.0.run(
                "CREATE TABLE ledger (number INTEGER PRIMARY KEY AUTOINCREMENT, counts BLOB NOT NULL)",
                vec![],
            )?;
            self.0.run(
                "CREATE TABLE ledger_head (
                     id INTEGER PRIMARY KEY, name BLOB NOT NULL, site TEXT NOT NULL, taken INTEGER NOT NULL)",
                vec![],
            )?;
            self.0.run(
                "INSERT INTO ledger_head (id, name, site, taken) VALUES (1, ?, ?, 0)",
                vec![random::<16>()?.to_vec().into(), site.into()],
            )?;
        }
        self.0.run("INSERT INTO ledger (counts) VALUES (?)", vec![counts.to_bytes().into()])
    }

    /// Hands pages over until no row is left.
    ///
    /// # Errors
    /// When the tally does not answer: the rows stay.
    pub(super) async fn send(self, env: &Env) -> Result<()> {
        while let Some((site, page)) = self.next()? {
            let call = Call::new(Method::Post, "/pages").body(page.to_bytes());
            let mut answer = tally(env, &site, page.ledger[0])?.send(call).await?;
            if answer.status_code() != 200 {
                return Err(format!("the tally answered {}", answer.status_code()).into());
            }
            let taken: u64 = answer.text().await?.parse().map_err(|_| "the tally's answer is no number")?;
            let upto = SqlStorageValue::Integer(i64::try_from(taken).unwrap_or(i64::MAX));
            self.0.run("UPDATE ledger_head SET taken = ?", vec![upto.clone()])?;
            self.0.run("DELETE FROM ledger WHERE number <= ?", vec![upto])?;
        }
        Ok(())
    }

    /// The next rows, summed; none when all are taken.
    fn next(self) -> Result<Option<(String, Page)>> {
        let Some(head) = self.head()? else {
            return Ok(None);
        };
        let query = format!("SELECT number, counts FROM ledger ORDER BY number LIMIT {ROWS}");
        let mut page =
            Page { ledger: head.name, after: head.taken, upto: head.taken, tally: Tally::default() };
        for mut row in self.0.rows(&query, vec![])? {
            page.upto = u64::try_from(row.integer()?).unwrap_or(0);
            match Tally::from_bytes(&row.blob()?) {
                Ok(counts) => page.tally.add_all(counts),
                // It goes with its page: kept, it would be read in vain for ever.
                Err(error) => journal::fault(&format!("counts cannot be read and are dropped: {error:?}")),
            }
        }
        Ok((page.upto > head.taken).then_some((head.site, page)))
    }

    /// The site whose counts these are; none before the first.
    pub(super) fn site(self) -> Result<Option<String>> {
        Ok(self.head()?.map(|head| head.site))
    }

    fn head(self) -> Result<Option<Head>> {
        if !self.0.has_table("ledger_head")? {
            return Ok(None);
        }
        let row = self.0.first("SELECT name, site, taken FROM ledger_head WHERE id = 1", vec![])?;
        row.map(|mut row| {
            let name = row.blob()?.try_into().map_err(|_| "a ledger's name is damaged")?;
            Ok(Head { name, site: row.text()?, taken: u64::try_from(row.integer()?).unwrap_or(0) })
        })
        .transpose()
    }
}
