//! Visitors who turn out to be customers: sent to the customer's home, and taken in there, once.
//!
//! Whoever leaves is moved, in one transaction, from his own row to one that waits to be taken in elsewhere; so a batch of
//! his that comes meanwhile is sent after him and not folded here. The worker takes him there with the batch that made
//! him known; should it fail, this shard's alarm does (`homeward`). When he is there, a sign is left that leads his old
//! token after him. The home notes who has arrived: arriving again changes nothing. Who departed before the customer was
//! erased does not arrive (`erasure`).

use edge_core::arrival::{Arrival, Departure, Moved, from_bytes, to_bytes};
use edge_core::handover::Handover;
use edge_core::identity::{Signed, home};
use edge_core::profile::{Profile, ProfileError};
use edge_core::tally::{Tally, Trials};
use wire::codec::pack;
use worker::{Response, Result, SqlStorageValue};

use super::{Visitors, unreadable};
use crate::answer::Fault;
use crate::clock::now_ms;
use crate::journal;
use crate::objects::database::time;
use crate::objects::{ERASED, MOVED};
use crate::sites::{self, Snapshot};

/// Pause before this shard takes a visitor to his new home itself, in milliseconds: the worker is on its way there.
pub(super) const TAKE_MS: u64 = 1_000;

/// The answer for a visitor who lives elsewhere.
pub(super) fn elsewhere(moved: &Moved) -> Result<Response> {
    Ok(Response::from_bytes(to_bytes(moved))?.with_status(MOVED))
}

impl Visitors {
    /// Where a visitor who has no row went; none for one who was never here.
    pub(super) fn moved(&self, visitor: &[u8; 16]) -> Result<Option<Moved>, Fault> {
        if !self.database.has_table("moved")? {
            return Ok(None);
        }
        let query = "SELECT departure, profile, trials FROM moved WHERE id = ?";
        let Some(mut row) = self.database.first(query, vec![visitor.to_vec().into()])? else {
            return Ok(None);
        };
        let departure = departure(&row.blob()?)?;
        let (profile, trials) = (row.blob()?, row.blob()?);
        let to = departure.to.clone();
        let waits = !profile.is_empty();
        Ok(Some(Moved { to, arrival: waits.then_some(Arrival { departure, profile, trials }), stream: None }))
    }

    /// Sends the sender of a batch, who is known as this here, to the home of the customer he is.
    pub(super) fn depart(
        &self,
        handover: &Handover,
        known: Option<&(Profile, Trials)>,
        signed: &Signed,
        stream: &[u8; 16],
        now_ms: u64,
    ) -> Result<Moved, Fault> {
        let to = home(&handover.site, &signed.id);
        let (profile, trials) = match known {
            // A customer's own home: one customer never becomes another, whoever sits at the computer now.
            Some((profile, _)) if profile.customer.is_some() => {
                return Ok(Moved { to, arrival: None, stream: profile.stream_of(stream).cloned() });
            }
            Some((profile, trials)) => (profile.clone().to_bytes(), trials.clone().to_bytes()),
            None => match self.moved(&handover.visitor.id)? {
                Some(moved) => return Ok(moved),
                // Erased: nothing leads from his name to anyone.
                None if handover.returning => return Ok(Moved { to, arrival: None, stream: None }),
                // Not met before: what comes with the same seed follows him.
                None => Default::default(),
            },
        };
        let waits = !profile.is_empty();
        let departure = Departure {
            site: handover.site.clone(),
            from: handover.visitor.clone(),
            to: to.clone(),
            // What is only followed needs no more than the way.
            signed: if waits { signed.clone() } else { Signed::default() },
            at_ms: now_ms,
        };
        self.note_departure(&departure, waits, &profile, &trials, now_ms)?;
        let arrival = waits.then_some(Arrival { departure, profile, trials });
        Ok(Moved { to, arrival, stream: None })
    }

    fn note_departure(
        &self,
        departure: &Departure,
        waits: bool,
        profile: &[u8],
        trials: &[u8],
        now_ms: u64,
    ) -> Result<(), Fault> {
        self.database.run(
            "CREATE TABLE IF NOT EXISTS moved (
                 id BLOB PRIMARY KEY, at_ms INTEGER NOT NULL, waits INTEGER NOT NULL, departure BLOB NOT NULL,
                 profile BLOB NOT NULL, trials BLOB NOT NULL, tries INTEGER NOT NULL DEFAULT 0,
                 due_ms INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID",
            vec![],
        )?;
        self.has_moved()?;
        self.database.run("CREATE INDEX IF NOT EXISTS moved_due ON moved (waits, due_ms)", vec![])?;
        self.database.run(
            "INSERT INTO moved (id, at_ms, waits, departure, profile, trials, due_ms) VALUES (?, ?, ?, ?, ?, ?, ?)",
            vec![
                departure.from.id.to_vec().into(),
                time(now_ms),
                SqlStorageValue::Integer(waits.into()),
                to_bytes(departure).into(),
                profile.to_vec().into(),
                trials.to_vec().into(),
                time(now_ms.saturating_add(TAKE_MS)),
            ],
        )?;
        self.remove_row(&departure.from.id)?;
        self.leave_preview(&departure.from.id)
    }

    /// Whether there are signs of who went; a table of an earlier worker, which waited for everybody alike, gets what tells
    /// when to take whom.
    pub(super) fn has_moved(&self) -> Result<bool> {
        let Some(columns) = self.database.definition("moved")? else { return Ok(false) };
        if !columns.contains("tries") {
            for column in ["tries", "due_ms"] {
                let statement = format!("ALTER TABLE moved ADD COLUMN {column} INTEGER NOT NULL DEFAULT 0");
                self.database.run(&statement, vec![])?;
            }
        }
        Ok(true)
    }

    /// Whether the visitor waits to be taken home.
    pub(super) fn waits(&self, visitor: &[u8; 16]) -> Result<bool> {
        let query = "SELECT 1 FROM moved WHERE id = ? AND waits = 1";
        Ok(self.database.has_table("moved")?
            && self.database.first(query, vec![visitor.to_vec().into()])?.is_some())
    }

    /// Makes a visitor part of the customer who lives here, unless he is already; nothing comes of one who is turned away.
    /// Never awaits.
    pub(super) fn welcome(
        &self,
        arrival: Arrival,
        site: &Snapshot,
        now_ms: u64,
    ) -> Result<Option<Tally>, Fault> {
        let Departure { from, to, .. } = arrival.departure.clone();
        if !arrival.departure.arrives(self.erasure_of(&to.id)?, now_ms) {
            return Ok(None);
        }
        self.database.run(
            "CREATE TABLE IF NOT EXISTS merged (
                 former BLOB PRIMARY KEY, customer BLOB NOT NULL, address BLOB NOT NULL, at_ms INTEGER NOT NULL)
                 WITHOUT ROWID",
            vec![],
        )?;
        for index in ["merged_of ON merged (customer)", "merged_at ON merged (at_ms)"] {
            self.database.run(&format!("CREATE INDEX IF NOT EXISTS {index}"), vec![])?;
        }
        let query = "SELECT 1 FROM merged WHERE former = ?";
        if self.database.first(query, vec![from.id.to_vec().into()])?.is_some() {
            return Ok(Some(Tally::default()));
        }
        let (mut profile, mut trials) = self.load(&to.id)?.unwrap_or_default();
        let counts = match arrival.join(&mut profile, &mut trials, &|at_ms| site.day(at_ms), now_ms) {
            Ok(counts) => {
                // His moments are others now: they are worked out at once.
                self.save(&to.id, &mut profile, &mut trials, now_ms, Some(0))?;
                counts
            }
            // As where he came from: one whose row is damaged begins anew, and is not kept out for ever.
            Err(error @ ProfileError::Damaged(_)) => {
                journal::fault(&format!("an arriving profile cannot be read and is begun anew: {error:?}"));
                Tally::default()
            }
            Err(error) => return Err(failed(&format!("an arriving profile: {error:?}"))),
        };
        // Behind the row, so that an arrival that cannot be read is not taken for one that was.
        self.database.run(
            "INSERT INTO merged (former, customer, address, at_ms) VALUES (?, ?, ?, ?)",
            vec![from.id.to_vec().into(), to.id.to_vec().into(), pack(&from).into(), time(now_ms)],
        )?;
        Ok(Some(counts))
    }

    /// Takes in a visitor whom no batch brings, or turns him away.
    pub(super) async fn arrive(&self, body: &[u8]) -> Result<Response, Fault> {
        let arrival: Arrival = from_bytes(body).map_err(|error| unreadable("an arrival", &error))?;
        let name = arrival.departure.site.clone();
        let site = sites::find(&self.env, &name).await?;
        let Some(counts) = self.welcome(arrival, &site, now_ms(&self.env))? else {
            return Ok(Response::empty()?.with_status(ERASED));
        };
        self.settle_in(&name, &site.outlook)?;
        self.errands.put(&self.state, &self.env, &self.database, &name, &[], &counts).await?;
        self.errands.look_soon(&self.state, &self.env).await?;
        Ok(Response::empty()?)
    }

    /// Erases what is noted of a visitor's going and of others' arriving.
    pub(super) fn forget_moves(&self, visitor: &[u8; 16]) -> Result<(), Fault> {
        if self.database.has_table("moved")? {
            self.blank_departure(visitor)?;
            self.database.run("DELETE FROM moved WHERE id = ?", vec![visitor.to_vec().into()])?;
        }
        if self.database.has_table("merged")? {
            for statement in [
                "UPDATE merged SET address = zeroblob(length(address)) WHERE customer = ?",
                "DELETE FROM merged WHERE customer = ?",
            ] {
                self.database.run(statement, vec![visitor.to_vec().into()])?;
            }
        }
        Ok(())
    }

    /// Overwrites a departure: what is only replaced or deleted lingers in the file until its page is used again.
    pub(super) fn blank_departure(&self, visitor: &[u8; 16]) -> Result<(), Fault> {
        self.database.run(
            "UPDATE moved SET departure = zeroblob(length(departure)), profile = zeroblob(length(profile)),
                 trials = zeroblob(length(trials)) WHERE id = ?",
            vec![visitor.to_vec().into()],
        )?;
        Ok(())
    }
}

fn departure(bytes: &[u8]) -> Result<Departure, Fault> {
    from_bytes(bytes).map_err(|error| failed(&format!("a departure: {error:?}")))
}

fn failed(what: &str) -> Fault {
    Fault::Unavailable(what.to_owned().into())
}
