//! `Visitors`: one per site, region and shard; owns its visitors' profiles, one row each.

mod preview;

use std::cell::Cell;
use std::time::Duration;

use edge_core::aftermath::Aftermath;
use edge_core::contact::Journey;
use edge_core::decide::{Round, settle};
use edge_core::explain::{Question, explain, last_page};
use edge_core::handover::Handover;
use edge_core::intake;
use edge_core::profile::{Profile, ProfileError};
use edge_core::webhook::consent;
use wire::codec::pack;
use worker::{Date, DurableObject, Env, Method, Request, Response, Result, State, durable_object};

use super::SITE_HEADER;
use super::database::{Database, time};
use super::parcels::{HAND_OVER_AGAIN, Parcels};
use crate::answer::Fault;
use crate::journal;
use crate::sites;

/// The Durable Object behind one shard of a site's visitors.
#[durable_object]
pub struct Visitors {
    state: State,
    database: Database,
    /// Whether the table is known to be there: a batch costs a read and a write of one row, and no question besides.
    // INVARIANT: the table is never dropped; an object whose writes are taken back is started anew.
    has_table: Cell<bool>,
    env: Env,
}

impl DurableObject for Visitors {
    fn new(state: State, env: Env) -> Self {
        let database = Database::of(&state);
        Self { state, database, has_table: Cell::new(false), env }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let body = request.bytes().await?;
        let answer = match (request.method(), request.path().as_str()) {
            (Method::Post, "/events") => self.events(&body).await,
            (Method::Post, "/explain") => self.explain(&body).await,
            (Method::Post, "/journey") => self.journey(&body),
            (Method::Post, "/profile") => self.profile(&body),
            (Method::Delete, "/profile") => {
                let site = request.headers().get(SITE_HEADER)?.unwrap_or_default();
                self.erase(&site, &body).await
            }
            _ => Err(Fault::NotFound),
        };
        answer.or_else(Fault::into_response)
    }

    /// Hands letters to the outbox; those it does not take are handed over a little later.
    async fn alarm(&self) -> Result<Response> {
        if let Err(error) = Parcels(&self.database).send(&self.env).await {
            journal::fault(&format!("letters are handed over later: {error}"));
            self.state.storage().set_alarm(HAND_OVER_AGAIN).await?;
        }
        Response::empty()
    }
}

impl Visitors {
    /// Folds a batch, decides, and answers the reply without its token: the worker adds that.
    async fn events(&self, body: &[u8]) -> Result<Response, Fault> {
        let handover = Handover::from_bytes(body).map_err(|error| unreadable("a handover", &error))?;
        let batch = intake::batch(&handover.body)?;
        let site = sites::find(&self.env, &handover.site).await?;
        if let Some((preview, program)) = self.previewed(&batch, &handover.visitor).await? {
            let round = Round {
                batch: &batch,
                visitor: &handover.visitor,
                place: &handover.place,
                hosts: &site.hosts,
                friction: false,
                program: Some(&program),
                desk: site.desk.as_ref(),
                now_ms: Date::now().as_millis(),
            };
            let reply = self.decide_previewed(preview, &round, &handover.visitor)?;
            return Ok(Response::from_bytes(wire::encode(&reply))?);
        }
        // No await from here until the profile is written: two batches of one visitor never interleave.
        let known = self.load(&handover.visitor)?;
        if known.is_none() && handover.returning {
            return Ok(Response::empty()?.with_status(410));
        }
        let mut profile = known.unwrap_or_default();
        let now_ms = Date::now().as_millis();
        let mut aftermath = Aftermath::default();
        let reply = settle(
            &mut profile,
            &Round {
                batch: &batch,
                visitor: &handover.visitor,
                place: &handover.place,
                hosts: &site.hosts,
                friction: site.settings.friction,
                program: site.program.as_deref(),
                desk: site.desk.as_ref(),
                now_ms,
            },
            &mut aftermath,
        );
        self.save(&handover.visitor, &mut profile, now_ms)?;
        if !aftermath.letters.is_empty() {
            Parcels(&self.database).put(&handover.site, &aftermath.letters)?;
            self.state.storage().set_alarm(Duration::ZERO).await?;
        }
        Ok(Response::from_bytes(wire::encode(&reply))?)
    }

    /// What every rule says of a visitor; nothing is folded or stored.
    async fn explain(&self, body: &[u8]) -> Result<Response, Fault> {
        let mut question = Question::from_bytes(body).map_err(|error| unreadable("a question", &error))?;
        let site = sites::find(&self.env, &question.batch.site).await?;
        let profile = self.load(&question.visitor)?.unwrap_or_default();
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
                now_ms: question.at_ms.unwrap_or_else(|| Date::now().as_millis()),
            },
        );
        Ok(Response::from_bytes(wire::encode(&explained))?)
    }

    /// The journey of one visitor, for the desk; empty when there is none.
    fn journey(&self, visitor: &[u8]) -> Result<Response, Fault> {
        let journey = match <[u8; 16]>::try_from(visitor) {
            Ok(visitor) => self.load(&visitor)?.map(Journey::of),
            Err(_) => None,
        };
        Ok(Response::from_bytes(pack(&journey))?)
    }

    /// The visitor's profile, in its bytes; empty when there is none.
    fn profile(&self, visitor: &[u8]) -> Result<Response, Fault> {
        let profile = self.load(&id(visitor)?)?;
        Ok(Response::from_bytes(profile.map(|mut profile| profile.to_bytes()).unwrap_or_default())?)
    }

    /// Removes every row of the visitor's from this shard, letters about him included; one tells that he is gone.
    async fn erase(&self, site: &str, visitor: &[u8]) -> Result<Response, Fault> {
        let id = id(visitor)?;
        let parcels = Parcels(&self.database);
        parcels.forget(&id)?;
        if self.load(&id)?.is_some() {
            parcels.put(site, &[consent(false, site, &id, Date::now().as_millis())])?;
        }
        if self.has_table()? {
            // Overwritten in place first: a row that is only deleted lingers in the file until its page is used again.
            self.database.run(
                "UPDATE visitor SET seen_ms = 0, profile = zeroblob(length(profile)) WHERE id = ?",
                vec![id.to_vec().into()],
            )?;
            self.database.run("DELETE FROM visitor WHERE id = ?", vec![id.to_vec().into()])?;
        }
        self.leave_preview(&id)?;
        if !parcels.is_empty()? {
            self.state.storage().set_alarm(Duration::ZERO).await?;
        }
        Ok(Response::empty()?)
    }

    fn has_table(&self) -> Result<bool> {
        if !self.has_table.get() {
            self.has_table.set(self.database.has_table("visitor")?);
        }
        Ok(self.has_table.get())
    }

    fn load(&self, visitor: &[u8; 16]) -> Result<Option<Profile>> {
        if !self.has_table()? {
            return Ok(None);
        }
        let row =
            self.database.first("SELECT profile FROM visitor WHERE id = ?", vec![visitor.to_vec().into()])?;
        let Some(mut row) = row else {
            return Ok(None);
        };
        match Profile::from_bytes(&row.blob()?) {
            Ok(profile) => Ok(Some(profile)),
            // Another version of the worker wrote it, and will read it again: answering now would overwrite it.
            Err(error @ ProfileError::Version { .. }) => {
                Err(worker::Error::RustError(format!("a profile is of another version: {error:?}")))
            }
            Err(error) => {
                // A visitor whose row is damaged is met as a new one: better than never answering again.
                worker::console_error!("declic: a profile cannot be read and is begun anew: {error:?}");
                Ok(Some(Profile::default()))
            }
        }
    }

    fn save(&self, visitor: &[u8; 16], profile: &mut Profile, now_ms: u64) -> Result<()> {
        if !self.has_table.get() {
            self.database.run(
                "CREATE TABLE IF NOT EXISTS visitor (
                     id BLOB PRIMARY KEY, seen_ms INTEGER NOT NULL, profile BLOB NOT NULL) WITHOUT ROWID",
                vec![],
            )?;
            self.has_table.set(true);
        }
        self.database.run(
            "INSERT INTO visitor (id, seen_ms, profile) VALUES (?1, ?2, ?3)
             ON CONFLICT (id) DO UPDATE SET seen_ms = ?2, profile = ?3",
            vec![visitor.to_vec().into(), time(now_ms), profile.to_bytes().into()],
        )
    }
}

fn id(bytes: &[u8]) -> Result<[u8; 16], Fault> {
    bytes.try_into().map_err(|_| Fault::Unavailable("a visitor's id has not 16 bytes".into()))
}

fn unreadable(what: &str, error: &wire::DecodeError) -> Fault {
    Fault::Unavailable(format!("{what} cannot be read: {error:?}").into())
}
