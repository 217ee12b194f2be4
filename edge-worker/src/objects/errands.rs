//! What an object has to do without being asked, and its one alarm.
//!
//! Letters leave at once; counts are gathered for a while, so that a busy shard makes one call for many batches; what is due
//! later waits until then. All of it is rows first: an alarm that is lost or comes twice does no harm, and what could not
//! be done is tried again. When the alarm is set is `edge_core::alarm`'s.

use std::cell::Cell;
use std::time::Duration;

use edge_core::alarm::Alarm;
use edge_core::tally::Tally;
use edge_core::webhook::Letter;
use worker::{Env, Result, State};

use super::database::Database;
use super::ledger::Ledger;
use super::parcels::Parcels;
use super::scrub::Scrub;
use crate::clock::now_ms;
use crate::environment::text;
use crate::journal;

/// How long counts are gathered, in milliseconds, when `DECLIC_COUNTS_MS` does not say.
const GATHER_MS: u64 = 10_000;
/// Pause before what could not be done is tried again, in milliseconds.
const AGAIN_MS: u64 = 5_000;

/// One object's errands.
#[derive(Default)]
pub(super) struct Errands {
    alarm: Cell<Alarm>,
}

impl Errands {
    /// Writes letters and counts down, with whatever else the request writes, and sees that they leave.
    pub(super) async fn put(
        &self,
        state: &State,
        env: &Env,
        database: &Database,
        site: &str,
        letters: &[Letter],
        counts: &Tally,
    ) -> Result<()> {
        Parcels(database).put(site, letters)?;
        Ledger(database).put(site, counts)?;
        if !letters.is_empty() {
            self.wake_by(state, env, 0).await?;
        } else if !counts.is_empty() {
            self.look_soon(state, env).await?;
        }
        Ok(())
    }

    /// Hands over what there is, and scrubs what was erased.
    pub(super) async fn run(&self, state: &State, env: &Env, database: &Database) -> Result<()> {
        let letters = Parcels(database).send(env).await;
        let counts = Ledger(database).send(env).await;
        for result in [letters, counts] {
            if let Err(error) = result {
                self.again(state, env, "letters or counts are handed over", &error).await?;
            }
        }
        // Letters name whom they speak of: they go first.
        if !Parcels(database).is_empty()? {
            return Ok(());
        }
        match Scrub(database).run(env).await? {
            Some(due_ms) => self.wake_by(state, env, due_ms).await,
            None => Ok(()),
        }
    }

    /// The alarm has come: none is set.
    pub(super) fn begin(&self) {
        self.alarm.set(Alarm::Unset);
    }

    /// Sees that everything is looked at as soon as counts are handed in.
    pub(super) async fn look_soon(&self, state: &State, env: &Env) -> Result<()> {
        self.wake_in(state, env, gather_ms(env)).await
    }

    /// Says why something is tried again, and sees that it is.
    pub(super) async fn again(
        &self,
        state: &State,
        env: &Env,
        what: &str,
        error: &dyn std::fmt::Display,
    ) -> Result<()> {
        journal::fault(&format!("{what} later: {error}"));
        self.wake_in(state, env, AGAIN_MS).await
    }

    /// Sees that the alarm comes after this pause, in milliseconds, or before.
    pub(super) async fn wake_in(&self, state: &State, env: &Env, pause_ms: u64) -> Result<()> {
        self.wake_by(state, env, now_ms(env).saturating_add(pause_ms)).await
    }

    /// Sees that the alarm comes at `due_ms`, in milliseconds since 1970, or before: a write that is not made costs nothing.
    pub(super) async fn wake_by(&self, state: &State, env: &Env, due_ms: u64) -> Result<()> {
        let now_ms = now_ms(env);
        let Some(at_ms) = self.alarm.get().set_for(due_ms, now_ms, gather_ms(env)) else {
            return Ok(());
        };
        self.alarm.set(Alarm::At(at_ms));
        state.storage().set_alarm(Duration::from_millis(at_ms - now_ms)).await
    }
}

fn gather_ms(env: &Env) -> u64 {
    text(env, "DECLIC_COUNTS_MS").parse().unwrap_or(GATHER_MS)
}
