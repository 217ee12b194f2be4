//! `Outbox`: one per site; owns its webhook endpoints and the letters to them.
//!
//! A letter is a row for each endpoint that wants it, from the moment it is taken until a day after it was delivered; so it
//! is taken once, sent until it is received, and found when it is given up. What is due is told by the rows alone: an alarm
//! that comes twice does no harm, and one that is lost is set again by the first who asks a new instance for anything. Only
//! the alarm sends, and the platform runs no two of one object at a time.

mod post;
mod shelf;

use std::cell::Cell;
use std::time::Duration;

use edge_core::api::webhooks::{Revived, WebhookList};
use edge_core::api::{Code, ErrorAnswer};
use edge_core::webhook::{Endpoint, EndpointError, Letters, MAX_ENDPOINTS, Policy, PolicyError};
use futures_util::future::join_all;
use worker::{DurableObject, Env, Method, Request, Response, ResponseBuilder, Result, State, durable_object};

use self::shelf::Shelf;
use super::database::Database;
use super::scrub::Scrub;
use crate::answer::{Fault, json_ok};
use crate::clock::now_ms;
use crate::counters::{Counter, count};
use crate::entropy::random;
use crate::environment::text;
use crate::journal;

/// Letters in the air at the same time: a slow receiver must not fill the object's memory.
const AT_ONCE: usize = 16;
/// Rounds of one alarm, which must end in time; what is left is due at once again.
const ROUNDS: usize = 50;

/// The Durable Object behind a site's webhooks.
#[durable_object]
pub struct Outbox {
    state: State,
    env: Env,
    shelf: Shelf,
    /// Whether this instance has seen to it that the alarm is set, where one is needed.
    awake: Cell<bool>,
}

impl DurableObject for Outbox {
    fn new(state: State, env: Env) -> Self {
        let shelf = Shelf(Database::of(&state));
        Self { state, env, shelf, awake: Cell::new(false) }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        self.wake_up().await?;
        let path = request.path();
        let segments: Vec<&str> = path.split('/').skip(1).collect();
        let answer = match (request.method(), segments.as_slice()) {
            (Method::Post, ["letters"]) => self.take(&request.bytes().await?).await,
            (Method::Get, ["endpoints"]) => self.list(),
            (Method::Post, ["endpoints"]) => self.add(&request.bytes().await?),
            (Method::Delete, ["endpoints", id]) => self.remove(id),
            (Method::Post, ["endpoints", id, "rotate"]) => self.rotate(id),
            (Method::Get, ["dead", after]) => self.dead(after),
            (Method::Post, ["dead", which, "retry"]) => self.revive(which).await,
            (Method::Post, ["became"]) => self.rename(&request.bytes().await?),
            (Method::Post, ["erase"]) => self.erase(&request.bytes().await?).await,
            _ => Err(Fault::NotFound),
        };
        answer.or_else(Fault::into_response)
    }

    async fn alarm(&self) -> Result<Response> {
        self.awake.set(true);
        let policy = self.policy().unwrap_or_else(|fault| {
            journal::fault(&format!("letters are sent as by default: {fault:?}"));
            Policy::default()
        });
        // Until this returns the alarm is kept: killed on the way, the object is waked again at once.
        for _ in 0..ROUNDS {
            let due = self.shelf.due(self.now_ms(), AT_ONCE)?;
            if due.is_empty() {
                break;
            }
            join_all(due.iter().map(|due| self.send(&policy, due))).await;
        }
        self.shelf.forget_old(self.now_ms())?;
        let scrub_ms = Scrub(&self.shelf.0).run(&self.env).await?;
        if let Some(due_ms) = self.shelf.next_due()?.into_iter().chain(scrub_ms).min() {
            self.wake_by(due_ms).await?;
        } else {
            self.state.storage().delete_alarm().await?;
        }
        Response::empty()
    }
}

impl Outbox {
    /// Takes letters for whoever wants them; one that was taken before changes nothing.
    async fn take(&self, body: &[u8]) -> Result<Response, Fault> {
        let letters = Letters::from_bytes(body)
            .map_err(|error| worker::Error::RustError(format!("letters cannot be read: {error:?}")))?;
        let endpoints = self.shelf.endpoints()?;
        let mut taken = false;
        for letter in &letters.0 {
            for endpoint in endpoints.iter().filter(|endpoint| endpoint.wants(&letter.event)) {
                taken |= self.shelf.take(letter, &endpoint.id, self.now_ms())?;
            }
        }
        if taken {
            self.wake_in(Duration::ZERO).await?;
        }
        Ok(Response::empty()?)
    }

    fn list(&self) -> Result<Response, Fault> {
        let endpoints = self.shelf.endpoints()?.iter().map(|endpoint| endpoint.answer(false)).collect();
        let (waiting, dead) = self.shelf.counts()?;
        Ok(json_ok(&WebhookList { endpoints, waiting, dead })?)
    }

    /// Sets up an endpoint and tells its secret, once.
    fn add(&self, body: &[u8]) -> Result<Response, Fault> {
        if self.shelf.endpoints()?.len() >= MAX_ENDPOINTS {
            return Err(refused(&EndpointError::TooMany));
        }
        let id = format!("ep_{:032x}", u128::from_le_bytes(random()?));
        let endpoint = Endpoint::parse(body, self.policy()?.reach, id, random()?, self.now_ms())
            .map_err(|error| refused(&error))?;
        self.shelf.put(&endpoint)?;
        let answer = json_ok(&endpoint.answer(true))?;
        Ok(answer.with_status(201))
    }

    /// Takes an endpoint away, with the letters that wait for it.
    fn remove(&self, id: &str) -> Result<Response, Fault> {
        self.shelf.endpoint(id)?.ok_or(Fault::NotFound)?;
        self.shelf.remove(id)?;
        Ok(ResponseBuilder::new().with_status(204).empty())
    }

    /// Gives an endpoint a new secret and tells it, once; the one before signs beside it for a day.
    fn rotate(&self, id: &str) -> Result<Response, Fault> {
        let mut endpoint = self.shelf.endpoint(id)?.ok_or(Fault::NotFound)?;
        endpoint.rotate(random()?, self.now_ms());
        self.shelf.put(&endpoint)?;
        Ok(json_ok(&endpoint.answer(true))?)
    }

    fn dead(&self, after: &str) -> Result<Response, Fault> {
        Ok(json_ok(&self.shelf.dead(after.parse().unwrap_or(0))?)?)
    }

    /// Makes a dead letter due again, or all of them.
    async fn revive(&self, which: &str) -> Result<Response, Fault> {
        let number = match which {
            "all" => None,
            number => Some(number.parse().map_err(|_| Fault::NotFound)?),
        };
        let letters = self.shelf.revive(number, self.now_ms())?;
        if letters == 0 && number.is_some() {
            return Err(Fault::NotFound);
        }
        self.wake_in(Duration::ZERO).await?;
        Ok(json_ok(&Revived { letters })?)
    }

    /// A visitor has become part of a customer: letters about him are about the customer. The body is both ids.
    fn rename(&self, ids: &[u8]) -> Result<Response, Fault> {
        if let Some((visitor, customer)) = ids.split_at_checked(16) {
            self.shelf.rename(visitor, customer)?;
        }
        Ok(Response::empty()?)
    }

    /// Erases every letter that speaks of a visitor.
    async fn erase(&self, visitor: &[u8]) -> Result<Response, Fault> {
        if self.shelf.erase(visitor)? {
            self.wake_in(Duration::ZERO).await?;
        }
        Ok(Response::empty()?)
    }

    /// Sends one letter and notes what came of it. Never fails: what could not be noted is sent again.
    async fn send(&self, policy: &Policy, due: &shelf::Due) {
        let answered = post::send(&self.env, policy, due, self.now_ms()).await;
        match self.shelf.note(policy, due, answered, self.now_ms()) {
            Ok(outcome) => count(Counter::Webhooks, outcome),
            Err(error) => journal::fault(&format!("a letter's delivery cannot be noted: {error}")),
        }
    }

    fn now_ms(&self) -> u64 {
        now_ms(&self.env)
    }

    /// Sets the alarm for what waits, once: an instance before this one may have lost it.
    async fn wake_up(&self) -> Result<()> {
        if self.awake.replace(true) {
            return Ok(());
        }
        let owed = Scrub(&self.shelf.0).is_owed()?.then(|| self.now_ms());
        match self.shelf.next_due()?.into_iter().chain(owed).min() {
            Some(due_ms) => self.wake_by(due_ms).await,
            None => Ok(()),
        }
    }

    async fn wake_by(&self, due_ms: u64) -> Result<()> {
        self.wake_in(Duration::from_millis(due_ms.saturating_sub(self.now_ms()))).await
    }

    async fn wake_in(&self, pause: Duration) -> Result<()> {
        self.state.storage().set_alarm(pause).await
    }

    fn policy(&self) -> Result<Policy, Fault> {
        Policy::parse(&text(&self.env, "DECLIC_WEBHOOKS")).map_err(|PolicyError { word }| {
            Fault::NotConfigured {
                what: format!("`DECLIC_WEBHOOKS` cannot be read: `{word}` says nothing"),
                next: PolicyError::NEXT.to_owned(),
            }
        })
    }
}

fn refused(error: &EndpointError) -> Fault {
    let (message, next) = error.explain();
    Fault::Unprocessable(ErrorAnswer::new(Code::BadEndpoint, message, next))
}
