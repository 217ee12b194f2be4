//! Takes visitors who wait here to the homes of the customers they are, where no batch of theirs did.
//!
//! The object's alarm takes those who are due, all at once. Who cannot be taken is put behind the others, for a pause that
//! doubles each time: neither a row that cannot be read nor a home that does not answer keeps anybody else waiting. Who is
//! turned away, for the customer was erased, is erased here as well. After 30 days nobody is waited for.

use std::pin::pin;
use std::time::Duration;

use edge_core::arrival::{Departure, Moved, SIGN_MS, pause_ms, to_bytes};
use edge_core::identity::Signed;
use futures_util::future::{Either, join_all, select};
use worker::{Delay, Method, Result, SqlStorageValue};

use super::Visitors;
use crate::answer::Fault;
use crate::clock::now_ms;
use crate::journal;
use crate::objects::database::time;
use crate::objects::parcels::Parcels;
use crate::objects::scrub::Scrub;
use crate::objects::{self, Call, ERASED, expect};

/// Most visitors taken to their homes at the same time.
const AT_ONCE: usize = 16;
/// How long a home has to answer, in milliseconds: the alarm must end, and others wait for it.
const PATIENCE_MS: u64 = 10_000;
/// Pause before another look when all are home, in milliseconds.
const SETTLED_MS: u64 = 10_000;

/// One who waits.
struct Waiting {
    visitor: [u8; 16],
    /// How often he could not be taken.
    tries: u32,
}

impl Visitors {
    /// Takes those who are due to their homes, and has the alarm come for the next.
    pub(super) async fn take_home(&self) -> Result<()> {
        if !self.has_moved()? {
            return Ok(());
        }
        let waiting = self.due_home()?;
        let outcomes = join_all(waiting.iter().map(|waiting| self.try_to_take(&waiting.visitor))).await;
        let (mut troubled, mut why) = (0, None);
        for (waiting, outcome) in waiting.iter().zip(outcomes) {
            if let Err(fault) = outcome {
                self.put_off(waiting)?;
                // Told of each once: he is tried again for as long as a month.
                if waiting.tries == 0 {
                    troubled += 1;
                    why.get_or_insert(fault);
                }
            }
        }
        if let Some(fault) = why {
            journal::fault(&format!("visitors are taken to their new homes later ({troubled}): {fault:?}"));
        }
        if let Some(due_ms) = self.next_home()? {
            self.errands.wake_by(&self.state, &self.env, due_ms).await?;
        }
        if !waiting.is_empty() {
            // The next look notes when the signs pass, and scrubs what those taken home have left.
            self.errands.wake_in(&self.state, &self.env, SETTLED_MS).await?;
        }
        Ok(())
    }

    /// Waits no longer for who could not be taken home for as long as anybody arrives: his row passes with the signs.
    pub(super) fn give_up(&self, now_ms: u64) -> Result<()> {
        if self.database.has_table("moved")? {
            let late = "UPDATE moved SET waits = 0 WHERE waits = 1 AND at_ms <= ? RETURNING 1";
            let late = self.database.rows(late, vec![time(now_ms.saturating_sub(SIGN_MS))])?.len();
            if late > 0 {
                journal::fault(&format!(
                    "visitors could not be taken home for 30 days, and are forgotten: {late}"
                ));
            }
        }
        Ok(())
    }

    async fn try_to_take(&self, visitor: &[u8; 16]) -> Result<(), Fault> {
        let late = Delay::from(Duration::from_millis(PATIENCE_MS));
        match select(pin!(self.take_one_home(visitor)), late).await {
            Either::Left((outcome, _)) => outcome,
            Either::Right(_) => Err(Fault::Unavailable("a home does not answer".into())),
        }
    }

    async fn take_one_home(&self, id: &[u8; 16]) -> Result<(), Fault> {
        let Some(Moved { arrival: Some(arrival), .. }) = self.moved(id)? else { return Ok(()) };
        if Parcels(&self.database).speak_of(id)? {
            return Err(Fault::Unavailable("a letter of his has not left yet".into()));
        }
        let departure = arrival.departure.clone();
        let Departure { site, from, to, .. } = &departure;
        let shard = objects::visitors(&self.env, site, to)?;
        let answer = shard.send(Call::new(Method::Post, "/arrivals").body(to_bytes(&arrival))).await?;
        if answer.status_code() == ERASED {
            objects::erase_beside(&self.env, site, from).await?;
            return self.erase_rows(site, id).await;
        }
        expect(answer, 200).await?;
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

    /// Those to be taken now, longest due first.
    fn due_home(&self) -> Result<Vec<Waiting>> {
        let query = format!(
            "SELECT id, tries FROM moved WHERE waits = 1 AND due_ms <= ? ORDER BY due_ms LIMIT {AT_ONCE}"
        );
        let mut waiting = Vec::new();
        for mut row in self.database.rows(&query, vec![time(now_ms(&self.env))])? {
            let visitor = row.blob()?.try_into().map_err(|_| "a visitor's id has not 16 bytes")?;
            waiting.push(Waiting { visitor, tries: u32::try_from(row.integer()?).unwrap_or(u32::MAX) });
        }
        Ok(waiting)
    }

    fn put_off(&self, Waiting { visitor, tries }: &Waiting) -> Result<()> {
        let tries = tries.saturating_add(1);
        self.database.run(
            "UPDATE moved SET tries = ?, due_ms = ? WHERE id = ?",
            vec![
                SqlStorageValue::Integer(tries.into()),
                time(now_ms(&self.env).saturating_add(pause_ms(tries))),
                visitor.to_vec().into(),
            ],
        )
    }

    /// When the next one is to be taken.
    fn next_home(&self) -> Result<Option<u64>> {
        let query = "SELECT due_ms FROM moved WHERE waits = 1 ORDER BY due_ms LIMIT 1";
        let row = self.database.first(query, vec![])?;
        row.map(|mut row| Ok(row.integer()?.unsigned_abs())).transpose()
    }
}
