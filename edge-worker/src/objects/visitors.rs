//! `Visitors`: one per site, region and shard; owns its visitors' profiles, one row each.

mod customers;
mod life;
mod moves;
mod passing;
mod preview;

use std::cell::Cell;

use edge_core::aftermath::Aftermath;
use edge_core::contact::Journey;
use edge_core::decide::{Round, settle};
use edge_core::explain::{Question, explain, last_page};
use edge_core::handover::Handover;
use edge_core::identity::home;
use edge_core::intake;
use edge_core::profile::{Profile, ProfileError};
use edge_core::tally::{Tally, Trials};
use edge_core::token::text_named;
use edge_core::webhook::consent;
use wire::codec::pack;
use worker::{DurableObject, Env, Method, Request, Response, Result, State, durable_object};

use super::database::{Database, time};
use super::errands::Errands;
use super::{RULE_HEADER, SITE_HEADER};
use crate::answer::Fault;
use crate::clock::now_ms;
use crate::{journal, sites};

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
            (Method::Post, "/kin") => id(&body).and_then(|id| self.kin(&id)),
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
            counts = self.welcome(arrival, &site, now_ms)?;
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
            if moved.arrival.is_some() {
                self.errands.wake_in(&self.state, &self.env, moves::TAKE_MS).await?;
            }
            return Ok(moves::elsewhere(&moved)?);
        }
        if known.is_none() && handover.returning && handover.signed.is_none() {
            return Ok(Response::empty()?.with_status(410));
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

    /// What every rule says of a visitor; nothing is folded or stored.
    async fn explain(&self, body: &[u8]) -> Result<Response, Fault> {
        let mut question = Question::from_bytes(body).map_err(|error| unreadable("a question", &error))?;
        let site = sites::find(&self.env, &question.batch.site).await?;
        let known = self.load(&question.visitor)?;
        let moved = if known.is_none() { self.moved(&question.visitor)? } else { None };
        if let Some(moved) = moved {
            return Ok(moves::elsewhere(&moved)?);
        }
        let (profile, _) = known.unwrap_or_default();
        if question.batch.page.path.is_empty() {
            question.batch.page.path = last_page(&profile);
        }
        let explained = explain(
            profile,
            &Round {
                batch: &question.batch,
                visitor: &question.visitor,
                place: &question.place,
                hosts: &site.hosts,
                friction: false,
                program: site.program.as_deref(),
                desk: site.desk.as_ref(),
                now_ms: question.at_ms.unwrap_or_else(|| now_ms(&self.env)),
            },
        );
        Ok(Response::from_bytes(wire::encode(&explained))?)
    }

    /// The journey of one visitor who asks for a human by a rule, for the desk; empty when there is none.
    async fn journey(&self, visitor: &[u8], site: &str, rule: &str) -> Result<Response, Fault> {
        let visitor = id(visitor)?;
        let Some((mut profile, mut trials)) = self.load(&visitor)? else {
            return Ok(match self.moved(&visitor)? {
                Some(moved) => moves::elsewhere(&moved)?,
                None => Response::from_bytes(pack(&None::<Journey>))?,
            });
        };
        let (now_ms, mut counts) = (now_ms(&self.env), Tally::default());
        trials.contacted(&text_named(rule), now_ms, &mut counts);
        if !counts.is_empty() {
            self.save(&visitor, &mut profile, &mut trials, now_ms, None)?;
            self.errands.put(&self.state, &self.env, &self.database, site, &[], &counts).await?;
        }
        Ok(Response::from_bytes(pack(&Some(Journey::of(profile))))?)
    }

    /// The visitor's profile and trials, in their bytes; empty when there is none.
    fn profile(&self, visitor: &[u8]) -> Result<Response, Fault> {
        let id = id(visitor)?;
        let row = self.load(&id)?;
        let moved = if row.is_none() { self.moved(&id)? } else { None };
        if let Some(moved) = moved {
            return Ok(moves::elsewhere(&moved)?);
        }
        let row = row.map(|(mut profile, mut trials)| pack(&(profile.to_bytes(), trials.to_bytes())));
        Ok(Response::from_bytes(row.unwrap_or_default())?)
    }

    /// Removes every row of the visitor's from this shard, letters about him included; one tells that he is gone.
    async fn erase(&self, site: &str, visitor: &[u8]) -> Result<Response, Fault> {
        let id = id(visitor)?;
        let known = self.knows(&id)?;
        let erased = self.forget(&id)?;
        if known {
            // Written before anything is waited for: no kill leaves him erased and nobody told.
            let gone = consent(false, site, &id, now_ms(&self.env));
            self.errands
                .put(&self.state, &self.env, &self.database, site, &[gone], &Tally::default())
                .await?;
        }
        if erased {
            self.errands.look_soon(&self.state, &self.env).await?;
        }
        Ok(Response::empty()?)
    }

    /// Takes the visitor's row away: overwritten in place first, for a row that is only deleted lingers in the file until its
    /// page is used again.
    fn remove_row(&self, id: &[u8; 16]) -> Result<()> {
        if self.has_table()? {
            self.database.run(
                "UPDATE visitor SET profile = zeroblob(length(profile)), trials = zeroblob(length(trials)) WHERE id = ?",
                vec![id.to_vec().into()],
            )?;
            self.database.run("DELETE FROM visitor WHERE id = ?", vec![id.to_vec().into()])?;
        }
        Ok(())
    }

    /// Whether the table is there; one without trials or moments, which an earlier version of the worker made, gets them.
    fn has_table(&self) -> Result<bool> {
        if !self.has_table.get() {
            let Some(columns) = self.database.definition("visitor")? else {
                return Ok(false);
            };
            if !columns.contains("trials") {
                self.database
                    .run("ALTER TABLE visitor ADD COLUMN trials BLOB NOT NULL DEFAULT x''", vec![])?;
            }
            if !columns.contains("due_ms") {
                self.database
                    .run("ALTER TABLE visitor ADD COLUMN due_ms INTEGER NOT NULL DEFAULT 0", vec![])?;
            }
            self.has_table.set(true);
        }
        Ok(true)
    }

    fn knows(&self, visitor: &[u8; 16]) -> Result<bool> {
        let id = vec![visitor.to_vec().into()];
        Ok(self.has_table()? && self.database.first("SELECT 1 FROM visitor WHERE id = ?", id)?.is_some())
    }

    fn load(&self, visitor: &[u8; 16]) -> Result<Option<(Profile, Trials)>> {
        Ok(self.row(visitor)?.map(|(profile, trials, _)| (profile, trials)))
    }

    /// The visitor's profile, his trials, and when to look at him while he is away.
    fn row(&self, visitor: &[u8; 16]) -> Result<Option<(Profile, Trials, u64)>> {
        if !self.has_table()? {
            return Ok(None);
        }
        let row = self.database.first(
            "SELECT profile, trials, due_ms FROM visitor WHERE id = ?",
            vec![visitor.to_vec().into()],
        )?;
        let Some(mut row) = row else {
            return Ok(None);
        };
        match Profile::from_bytes(&row.blob()?) {
            Ok(profile) => {
                Ok(Some((profile, Trials::from_bytes(&row.blob()?), row.integer()?.unsigned_abs())))
            }
            // Another version of the worker wrote it, and will read it again: answering now would overwrite it.
            Err(error @ ProfileError::Version { .. }) => {
                Err(worker::Error::RustError(format!("a profile is of another version: {error:?}")))
            }
            Err(error) => {
                // A visitor whose row is damaged is met as a new one: better than never answering again.
                journal::fault(&format!("a profile cannot be read and is begun anew: {error:?}"));
                Ok(Some((Profile::default(), Trials::default(), 0)))
            }
        }
    }

    /// Writes the row, and when to look at it while nobody is there; 0 is as soon as can be, none leaves it as it was.
    fn save(
        &self,
        visitor: &[u8; 16],
        profile: &mut Profile,
        trials: &mut Trials,
        now_ms: u64,
        due_ms: Option<u64>,
    ) -> Result<()> {
        // Asked again, not only remembered: an older table is altered before it is written to.
        if !self.has_table()? {
            self.database.run(
                "CREATE TABLE visitor (
                     id BLOB PRIMARY KEY, seen_ms INTEGER NOT NULL, profile BLOB NOT NULL,
                     trials BLOB NOT NULL DEFAULT x'', due_ms INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID",
                vec![],
            )?;
            self.has_table.set(true);
        }
        let (profile, trials) = (profile.to_bytes(), trials.to_bytes());
        let moment = if due_ms.is_some() { ", due_ms = ?5" } else { "" };
        let statement = format!(
            "INSERT INTO visitor (id, seen_ms, profile, trials, due_ms) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (id) DO UPDATE SET seen_ms = ?2, profile = ?3, trials = ?4{moment}"
        );
        self.database.run(
            &statement,
            vec![
                visitor.to_vec().into(),
                time(now_ms),
                profile.into(),
                trials.into(),
                time(due_ms.unwrap_or(0)),
            ],
        )
    }
}

fn id(bytes: &[u8]) -> Result<[u8; 16], Fault> {
    bytes.try_into().map_err(|_| Fault::Unavailable("a visitor's id has not 16 bytes".into()))
}

fn unreadable(what: &str, error: &wire::DecodeError) -> Fault {
    Fault::Unavailable(format!("{what} cannot be read: {error:?}").into())
}
