//! `Visitors`: one per site, region and shard; owns its visitors' profiles, one row each.

mod asked;
mod customers;
mod erasure;
mod homeward;
mod life;
mod moves;
mod passing;
mod preview;
mod rows;

use std::cell::Cell;

use edge_core::aftermath::Aftermath;
use edge_core::arrival::SIGN_MS;
use edge_core::decide::{Round, settle};
use edge_core::handover::Handover;
use edge_core::identity::home;
use edge_core::intake;
use edge_core::tally::Tally;
use worker::{DurableObject, Env, Method, Request, Response, Result, State, durable_object};

use super::database::Database;
use super::errands::Errands;
use super::{ERASED, Named, RULE_HEADER, SITE_HEADER};
use crate::answer::Fault;
use crate::clock::now_ms;
use crate::sites;

/// The Durable Object behind one shard of a site's visitors.
#[durable_object]
pub struct Visitors {
    state: State,
    database: Database,
    /// Whether the table is known to be there: a batch costs a read and a write of one row, and no question besides.
    // INVARIANT: the table is never dropped but for its copy; an object whose writes are taken back is started anew.
    has_table: Cell<bool>,
    /// Whether the tables are known to be as they are made today, and to name the site.
    settled: Cell<bool>,
    /// The outlook under which the rows' moments are known to be worked out.
    mark: Cell<Option<u64>>,
    env: Env,
    errands: Errands,
}

impl DurableObject for Visitors {
    fn new(state: State, env: Env) -> Self {
        let database = Database::of(&state);
        Self {
            state,
            database,
            has_table: Cell::new(false),
            settled: Cell::new(false),
            mark: Cell::new(None),
            env,
            errands: Errands::default(),
        }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let body = request.bytes().await?;
        let answer = match (request.method(), request.path().as_str()) {
            (Method::Post, "/events") => self.events(&body).await,
            (Method::Post, "/arrivals") => self.arrive(&body).await,
            (Method::Post, "/customers") => {
                let site = request.headers().get(SITE_HEADER)?.unwrap_or_default();
                self.import(&site, &body).await
            }
            (Method::Post, "/erasures") => self.begin_erasure(Named::Visitor, &body).await,
            (Method::Post, "/erasures/of-customer") => self.begin_erasure(Named::Customer, &body).await,
            (Method::Post, "/explain") => self.explain(&body).await,
            (Method::Post, "/journey") => {
                let header = |name: &str| request.headers().get(name).map(Option::unwrap_or_default);
                let (site, rule) = (header(SITE_HEADER)?, header(RULE_HEADER)?);
                self.journey(&body, &site, &rule).await
            }
            (Method::Post, "/profile") => self.profile(&body),
            (Method::Delete, "/profile") => {
                let site = request.headers().get(SITE_HEADER)?.unwrap_or_default();
                self.erase(&site, &body).await
            }
            _ => Err(Fault::NotFound),
        };
        answer.or_else(Fault::into_response)
    }

    async fn alarm(&self) -> Result<Response> {
        let Self { state, env, database, errands, .. } = self;
        errands.begin();
        match self.live().await {
            Ok(Some(due_ms)) => errands.wake_by(state, env, due_ms).await?,
            Ok(None) => {}
            Err(fault) => errands.again(state, env, "visitors are looked at", &format!("{fault:?}")).await?,
        }
        errands.run(state, env, database).await?;
        self.take_home().await?;
        Response::empty()
    }
}

impl Visitors {
    /// Folds a batch, decides, and answers the reply without its token: the worker adds that.
    async fn events(&self, body: &[u8]) -> Result<Response, Fault> {
        let mut handover = Handover::from_bytes(body).map_err(|error| unreadable("a handover", &error))?;
        let batch = intake::batch(&handover.body)?;
        let site = sites::find(&self.env, &handover.site).await?;
        let visitor = &handover.visitor.id;
        if let Some((preview, program)) = self.previewed(&batch, visitor).await? {
            let round = Round {
                batch: &batch,
                visitor,
                place: &handover.place,
                hosts: &site.hosts,
                friction: false,
                program: Some(&program),
                desk: site.desk.as_ref(),
                now_ms: now_ms(&self.env),
            };
            let ends_ms = preview.expires_s.saturating_mul(1000);
            let reply = self.decide_previewed(preview, &round, visitor, handover.signed)?;
            self.errands.wake_by(&self.state, &self.env, ends_ms).await?;
            return Ok(Response::from_bytes(wire::encode(&reply))?);
        }
        // No await from here until the profile is written: two batches of one visitor never interleave.
        let now_ms = now_ms(&self.env);
        let mut counts = Tally::default();
        if let Some(arrival) = handover.arrival.take() {
            counts = self.welcome(arrival, &site, now_ms)?.unwrap_or_default();
        }
        let row = self.row(visitor)?;
        let known_due_ms = row.as_ref().map_or(0, |(_, _, due_ms)| *due_ms);
        let known = row.map(|(profile, trials, _)| (profile, trials));
        let moved = match &handover.signed {
            Some(signed) if home(&handover.site, &signed.id) == handover.visitor => None,
            Some(signed) => Some(self.depart(&handover, known.as_ref(), signed, &batch.stream, now_ms)?),
            None if known.is_none() => self.moved(visitor)?,
            None => None,
        };
        if let Some(moved) = moved {
            self.errands.put(&self.state, &self.env, &self.database, &handover.site, &[], &counts).await?;
            // Who waits is to be taken home, and the sign of who only went this way ends by itself, too.
            let pause_ms = if moved.arrival.is_some() { moves::TAKE_MS } else { SIGN_MS };
            self.errands.wake_in(&self.state, &self.env, pause_ms).await?;
            return Ok(moves::elsewhere(&moved)?);
        }
        if known.is_none() && handover.returning && handover.signed.is_none() {
            return Ok(Response::empty()?.with_status(ERASED));
        }
        let (mut profile, trials) = known.unwrap_or_default();
        if let Some(signed) = handover.signed.take() {
            profile.signed(signed, now_ms);
        }
        if let Some(stream) = handover.stream.take() {
            profile.meet(stream);
        }
        let mut aftermath = Aftermath { trials, counts, ..Aftermath::default() };
        let reply = settle(
            &mut profile,
            &Round {
                batch: &batch,
                visitor,
                place: &handover.place,
                hosts: &site.hosts,
                friction: site.settings.friction,
                program: site.program.as_deref(),
                desk: site.desk.as_ref(),
                now_ms,
            },
            &mut aftermath,
        );
        let first_due_ms = site.outlook.first_due_ms(profile.last_seen_ms);
        // A moment too early is no harm, and costs no write: only one that would be too late is changed.
        let due_ms = Some(first_due_ms).filter(|due_ms| known_due_ms == 0 || *due_ms < known_due_ms);
        self.save(visitor, &mut profile, &mut aftermath.trials, now_ms, due_ms)?;
        self.settle_in(&handover.site, &site.outlook)?;
        let Aftermath { letters, counts, .. } = aftermath;
        self.errands.put(&self.state, &self.env, &self.database, &handover.site, &letters, &counts).await?;
        self.expect(&site.outlook, due_ms.unwrap_or(known_due_ms)).await?;
        Ok(Response::from_bytes(wire::encode(&reply))?)
    }
}

fn id(bytes: &[u8]) -> Result<[u8; 16], Fault> {
    bytes.try_into().map_err(|_| Fault::Unavailable("a visitor's id has not 16 bytes".into()))
}

fn unreadable(what: &str, error: &wire::DecodeError) -> Fault {
    Fault::Unavailable(format!("{what} cannot be read: {error:?}").into())
}
