//! Rows beside the visitors' that are kept for a while: the signs of who moved, of who arrived and of who was erased, and
//! the copies for previews.
//!
//! The object's alarm takes away those that are over, overwritten first. What leads from one name to another, and what a
//! preview has seen, ends whether or not anybody comes by.

use edge_core::arrival::{HOME_SIGN_MS, SIGN_MS};
use worker::{Result, SqlStorageValue};

use super::Visitors;
use crate::objects::database::time;
use crate::objects::scrub::Scrub;

/// Rows of one kind.
struct Passing {
    table: &'static str,
    /// Which of its rows pass.
    which: &'static str,
    /// When one is over, in milliseconds since 1970, as SQL.
    ends_ms: String,
    /// The columns that hold more than a name and a time.
    content: &'static [&'static str],
}

fn kinds() -> [Passing; 4] {
    [
        // Who waits to be taken home has not moved yet.
        Passing {
            table: "moved",
            which: "waits = 0",
            ends_ms: format!("at_ms + {SIGN_MS}"),
            content: &["departure", "profile", "trials"],
        },
        Passing {
            table: "merged",
            which: "TRUE",
            ends_ms: format!("at_ms + {HOME_SIGN_MS}"),
            content: &["address"],
        },
        Passing { table: "erased", which: "TRUE", ends_ms: format!("at_ms + {HOME_SIGN_MS}"), content: &[] },
        Passing {
            table: "preview",
            which: "TRUE",
            ends_ms: "expires_s * 1000".into(),
            content: &["profile"],
        },
    ]
}

impl Visitors {
    /// Takes away what is over; says when the next will be, in milliseconds since 1970.
    pub(super) fn expire(&self, now_ms: u64) -> Result<Option<u64>> {
        self.give_up(now_ms)?;
        let mut next_ms = None;
        for Passing { table, which, ends_ms, content } in kinds() {
            if !self.database.has_table(table)? {
                continue;
            }
            let over = format!("{which} AND {ends_ms} <= ?");
            let now = || vec![time(now_ms)];
            if !content.is_empty() {
                let blank = content.iter().map(|column| format!("{column} = zeroblob(length({column}))"));
                let blank = blank.collect::<Vec<_>>().join(", ");
                self.database.run(&format!("UPDATE {table} SET {blank} WHERE {over}"), now())?;
            }
            let gone = format!("DELETE FROM {table} WHERE {over} RETURNING 1");
            if !self.database.rows(&gone, now())?.is_empty() {
                Scrub(&self.database).owe()?;
            }
            let first = format!("SELECT min({ends_ms}) FROM {table} WHERE {which} HAVING count(*) > 0");
            let ends_ms = self.database.first(&first, Vec::<SqlStorageValue>::new())?;
            let ends_ms = ends_ms.map(|mut row| row.integer()).transpose()?.map(i64::unsigned_abs);
            next_ms = next_ms.into_iter().chain(ends_ms).min();
        }
        Ok(next_ms)
    }
}
