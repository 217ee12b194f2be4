//! What an object has to hand to others, and its one alarm.
//!
//! Letters leave at once; counts are gathered for a while, so that a busy shard makes one call for many batches. Both are
//! rows first: an alarm that is lost or comes twice does no harm, and what could not be handed over is tried again.

use std::cell::Cell;
use std::time::Duration;

use edge_core::tally::Tally;
use edge_core::webhook::Letter;
use worker::{Date, Env, Result, State};

use super::database::Database;
use super::ledger::Ledger;
use super::parcels::Parcels;
use crate::environment::text;
use crate::journal;

/// How long counts are gathered, in milliseconds, when `DECLIC_COUNTS_MS` does not say.
const GATHER_MS: u64 = 10_000;
/// Pause before what was not taken is handed over again, in milliseconds.
const AGAIN_MS: u64 = 5_000;

/// One object's errands.
#[derive(Default)]
pub(super) struct Errands {
    /// When the alarm is set for, as far as this instance knows; 0 for not set.
    wakes_ms: Cell<u64>,
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
            self.wake_in(state, 0).await?;
        } else if !counts.is_empty() {
            self.wake_in(state, text(env, "DECLIC_COUNTS_MS").parse().unwrap_or(GATHER_MS)).await?;
        }
        Ok(())
    }

    /// Hands over what there is.
    pub(super) async fn run(&self, state: &State, env: &Env, database: &Database) -> Result<()> {
        self.wakes_ms.set(0);
        let letters = Parcels(database).send(env).await;
        let counts = Ledger(database).send(env).await;
        for result in [letters, counts] {
            if let Err(error) = result {
                journal::fault(&format!("letters or counts are handed over later: {error}"));
                self.wake_in(state, AGAIN_MS).await?;
            }
        }
        Ok(())
    }

    /// Sets the alarm, unless it comes sooner already: a write that is not made costs nothing.
    pub(super) async fn wake_in(&self, state: &State, pause_ms: u64) -> Result<()> {
        let at_ms = Date::now().as_millis() + pause_ms;
        let set = self.wakes_ms.get();
        if set == 0 || at_ms < set {
            self.wakes_ms.set(at_ms);
            state.storage().set_alarm(Duration::from_millis(pause_ms)).await?;
        }
        Ok(())
    }
}
