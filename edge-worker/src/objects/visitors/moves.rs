//! Visitors who turn out to be customers: sent to the customer's home, and taken in there, once.
//!
//! Whoever leaves is moved, in one transaction, from his own row to one that waits to be taken in elsewhere; so a batch of
//! his that comes meanwhile is sent after him and not folded here. The worker takes him there with the batch that made
//! him known; should it fail, this shard's alarm does. When he is there, a sign is left that leads his old token after
//! him. The home notes who has arrived: arriving again changes nothing.

use edge_core::arrival::{Arrival, Departure, Kin, Moved, SIGN_MS, from_bytes, to_bytes};
use edge_core::handover::Handover;
use edge_core::identity::{Signed, home};
use edge_core::profile::{Profile, ProfileError};
use edge_core::tally::{Tally, Trials};
use edge_core::token::Visitor;
use wire::codec::{pack, unpack};
use worker::{Method, Response, Result, SqlStorageValue};

use super::{Visitors, unreadable};
use crate::answer::Fault;
use crate::clock::now_ms;
use crate::journal;
use crate::objects::database::time;
use crate::objects::parcels::Parcels;
use crate::objects::scrub::Scrub;
use crate::objects::{self, Call, MOVED, expect};
use crate::sites::{self, Snapshot};

/// Pause before this shard takes a visitor to his new home itself, in milliseconds: the worker is on its way there.
pub(super) const TAKE_MS: u64 = 1_000;
/// Pause before what was not taken in is taken there again, in milliseconds.
const AGAIN_MS: u64 = 5_000;
/// Pause before another look when all are home, in milliseconds.
const SETTLED_MS: u64 = 10_000;
/// Most visitors taken to their homes by one alarm, which must end in time.
const AT_ONCE: usize = 50;
/// How long the sign is kept that leads from an old name, in milliseconds.
pub(super) const LED_MS: u64 = SIGN_MS;
/// How long its counterpart is kept in the home, in milliseconds: a day more, for it is written later.
pub(super) const ARRIVED_MS: u64 = SIGN_MS + 24 * 60 * 60 * 1000;

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
                 profile BLOB NOT NULL, trials BLOB NOT NULL) WITHOUT ROWID",
            vec![],
        )?;
        self.database.run("CREATE INDEX IF NOT EXISTS moved_at ON moved (waits, at_ms)", vec![])?;
        self.database.run(
            "INSERT INTO moved (id, at_ms, waits, departure, profile, trials) VALUES (?, ?, ?, ?, ?, ?)",
            vec![
                departure.from.id.to_vec().into(),
                time(now_ms),
                SqlStorageValue::Integer(waits.into()),
                to_bytes(departure).into(),
                profile.to_vec().into(),
                trials.to_vec().into(),
            ],
        )?;
        self.remove_row(&departure.from.id)?;
        self.leave_preview(&departure.from.id)
    }

    /// Makes a visitor part of the customer who lives here, unless he is already. Never awaits.
    pub(super) fn welcome(&self, arrival: Arrival, site: &Snapshot, now_ms: u64) -> Result<Tally, Fault> {
        let Departure { from, to, .. } = arrival.departure.clone();
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
            return Ok(Tally::default());
        }
        let (mut profile, mut trials) = self.load(&to.id)?.unwrap_or_default();
        let counts = arrival
            .join(&mut profile, &mut trials, &|at_ms| site.day(at_ms), now_ms)
            .map_err(|error: ProfileError| failed(&format!("an arriving profile: {error:?}")))?;
        // His moments are others now: they are worked out at once.
        self.save(&to.id, &mut profile, &mut trials, now_ms, Some(0))?;
        // Behind the row, so that an arrival that cannot be read is not taken for one that was.
        self.database.run(
            "INSERT INTO merged (former, customer, address, at_ms) VALUES (?, ?, ?, ?)",
            vec![from.id.to_vec().into(), to.id.to_vec().into(), pack(&from).into(), time(now_ms)],
        )?;
        Ok(counts)
    }

    /// Takes in a visitor whom no batch brings.
    pub(super) async fn arrive(&self, body: &[u8]) -> Result<Response, Fault> {
        let arrival: Arrival = from_bytes(body).map_err(|error| unreadable("an arrival", &error))?;
        let name = arrival.departure.site.clone();
        let site = sites::find(&self.env, &name).await?;
        let counts = self.welcome(arrival, &site, now_ms(&self.env))?;
        self.settle_in(&name, &site.outlook)?;
        self.errands.put(&self.state, &self.env, &self.database, &name, &[], &counts).await?;
        self.errands.look_soon(&self.state, &self.env).await?;
        Ok(Response::empty()?)
    }

    /// Takes those who wait to their homes; has the alarm come again for those who could not be.
    pub(super) async fn take_home(&self) -> Result<()> {
        if !self.database.has_table("moved")? {
            return Ok(());
        }
        let query = "SELECT id FROM moved WHERE waits = 1 ORDER BY at_ms LIMIT ?";
        let rows = self.database.rows(query, vec![SqlStorageValue::Integer(AT_ONCE as i64)])?;
        let (mut again_ms, took) = ((rows.len() == AT_ONCE).then_some(0), !rows.is_empty());
        for mut row in rows {
            let Ok(id) = <[u8; 16]>::try_from(row.blob()?) else { continue };
            if let Err(error) = self.take_one_home(&id).await {
                journal::fault(&format!("a visitor is taken to his new home later: {error:?}"));
                again_ms = Some(AGAIN_MS);
            }
        }
        // The next look notes when the signs pass, and scrubs what those taken home have left.
        let pause_ms = again_ms.unwrap_or(SETTLED_MS);
        if again_ms.is_some() || took {
            self.errands.wake_in(&self.state, &self.env, pause_ms).await?;
        }
        Ok(())
    }

    async fn take_one_home(&self, id: &[u8; 16]) -> Result<(), Fault> {
        let Some(Moved { arrival: Some(arrival), .. }) = self.moved(id)? else { return Ok(()) };
        if Parcels(&self.database).speak_of(id)? {
            return Err(failed("a letter of his has not left yet"));
        }
        let departure = arrival.departure.clone();
        let Departure { site, from, to, .. } = &departure;
        let shard = objects::visitors(&self.env, site, to)?;
        expect(shard.send(Call::new(Method::Post, "/arrivals").body(to_bytes(&arrival))).await?, 200).await?;
        // His requests and the letters about him are the customer's from now on: to be shown and erased with him.
        let call = Call::new(Method::Post, format!("/visitors/{}/became/{}", from.name(), to.name()));
        expect(objects::desk(&self.env, site)?.send(call).await?, 200).await?;
        let call = Call::new(Method::Post, "/became").body([from.id, to.id].concat());
        expect(objects::outbox(&self.env, site)?.send(call).await?, 200).await?;
        let sign = Departure { signed: Signed::default(), ..departure };
        self.blank_departure(id)?;
        self.database.run(
            "UPDATE moved SET waits = 0, departure = ?, profile = x'', trials = x'' WHERE id = ?",
            vec![to_bytes(&sign).into(), id.to_vec().into()],
        )?;
        // What he was here lingers in the file, where nothing leads to it any more once the sign is gone.
        Scrub(&self.database).owe()?;
        Ok(())
    }

    /// Other rows of the same person.
    pub(super) fn kin(&self, visitor: &[u8; 16]) -> Result<Response, Fault> {
        let moved_to = self.moved(visitor)?.map(|moved| moved.to);
        let mut formers = Vec::new();
        if self.database.has_table("merged")? {
            let query = "SELECT address FROM merged WHERE customer = ?";
            for mut row in self.database.rows(query, vec![visitor.to_vec().into()])? {
                formers.push(
                    unpack::<Visitor>(&row.blob()?, 256).map_err(|error| failed(&format!("{error:?}")))?,
                );
            }
        }
        Ok(Response::from_bytes(to_bytes(&Kin { moved_to, formers }))?)
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
    fn blank_departure(&self, visitor: &[u8; 16]) -> Result<(), Fault> {
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
