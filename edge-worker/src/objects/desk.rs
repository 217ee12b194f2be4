//! `Desk`: one per site; owns the queue of visitors who asked for a human.

mod expiry;

use edge_core::api::{ContactAnswer, ContactList};
use edge_core::contact::{ContactRecord, Queue};
use edge_core::desk::{LOAD_MS, MAX_LOAD, Waiting};
use edge_core::intake::Refusal;
use edge_core::token::visitor_named;
use edge_core::{tally, webhook};
use wire::Ask;
use wire::codec::pack;
use worker::{DurableObject, Env, Method, Request, Response, Result, SqlStorageValue, State, durable_object};

use super::database::{Database, time};
use super::errands::Errands;
use super::parcels::Parcels;
use super::{DAY_HEADER, SITE_HEADER, VISITOR_HEADER};
use crate::answer::{Fault, json_ok};
use crate::clock::now_ms;
use crate::journal;

/// Says how many calls one half hour has room for, when a request is stored.
pub(crate) const PLACES_HEADER: &str = "Declic-Places";
/// Most requests one answer lists; the rest follows behind its `next`.
const PAGE: usize = 100;

/// The Durable Object behind a site's desk.
#[durable_object]
pub struct Desk {
    state: State,
    env: Env,
    database: Database,
    errands: Errands,
}

impl DurableObject for Desk {
    fn new(state: State, env: Env) -> Self {
        let database = Database::of(&state);
        Self { state, env, database, errands: Errands::default() }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let path = request.path();
        let segments: Vec<&str> = path.split('/').skip(1).collect();
        let answer = match (request.method(), segments.as_slice()) {
            (Method::Put, ["contacts", id]) => {
                let body = request.bytes().await?;
                self.store(id, body, &request).await
            }
            (Method::Get, ["load"]) => self.load(),
            (Method::Get, ["visitors", visitor]) => self.of_visitor(visitor),
            (Method::Delete, ["visitors", visitor]) => self.erase(visitor).await,
            (Method::Post, ["visitors", visitor, "became", customer]) => self.rename(visitor, customer),
            (Method::Get, ["contacts", queue, after]) => self.list(queue, after.parse().unwrap_or(0)),
            _ => Err(Fault::NotFound),
        };
        answer.or_else(Fault::into_response)
    }

    async fn alarm(&self) -> Result<Response> {
        let Self { state, env, database, errands } = self;
        errands.begin();
        match self.expire().await {
            Ok(Some(due_ms)) => errands.wake_by(state, env, due_ms).await?,
            Ok(None) => {}
            Err(fault) => {
                errands.again(state, env, "old requests are removed", &format!("{fault:?}")).await?;
            }
        }
        errands.run(state, env, database).await?;
        Response::empty()
    }
}

impl Desk {
    /// Stores a record under its id and writes a letter of it, 201; a second one of the same id changes nothing, 200. A
    /// call at a time is refused, 409, when as many as there are places are promised for it.
    async fn store(&self, id: &str, bytes: Vec<u8>, request: &Request) -> Result<Response, Fault> {
        let record = ContactRecord::from_bytes(&bytes).map_err(|error| unreadable(&error))?;
        let at_s = match record.ask {
            Ask::Callback { at_s, .. } => at_s.and_then(|at_s| i64::try_from(at_s).ok()),
            Ask::Message { .. } => None,
        };
        self.database.run(
            "CREATE TABLE IF NOT EXISTS contact (
                 number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, queue TEXT NOT NULL,
                 at_ms INTEGER NOT NULL, record BLOB NOT NULL)",
            vec![],
        )?;
        if let Some(at_s) = at_s {
            let places = request.headers().get(PLACES_HEADER)?.and_then(|places| places.parse().ok());
            self.promise(id, at_s, places)?;
        }
        let stored = self.database.first(
            "INSERT INTO contact (id, queue, at_ms, record) VALUES (?, ?, ?, ?)
             ON CONFLICT (id) DO NOTHING RETURNING number",
            vec![id.into(), Queue::of(&record.ask).name().into(), time(record.at_ms), bytes.into()],
        )?;
        if stored.is_none() {
            return Ok(Response::empty()?);
        }
        let header = |name: &str| request.headers().get(name).map(Option::unwrap_or_default);
        let (site, visitor) = (header(SITE_HEADER)?, header(VISITOR_HEADER)?);
        if !visitor.is_empty() {
            self.database.run(
                "CREATE TABLE IF NOT EXISTS asked_by (
                     contact TEXT PRIMARY KEY, visitor TEXT NOT NULL) WITHOUT ROWID",
                vec![],
            )?;
            self.database.run("CREATE INDEX IF NOT EXISTS of_visitor ON asked_by (visitor)", vec![])?;
            self.database.run(
                "INSERT INTO asked_by (contact, visitor) VALUES (?, ?) ON CONFLICT DO NOTHING",
                vec![id.into(), visitor.as_str().into()],
            )?;
        }
        let counts = tally::contact(&record.path, header(DAY_HEADER)?.parse().unwrap_or(0));
        let letter = webhook::contact(&site, id, record, visitor_named(&visitor));
        self.errands.put(&self.state, &self.env, &self.database, &site, &[letter], &counts).await?;
        Ok(Response::empty()?.with_status(201))
    }

    /// Promises a call for a half hour that has room, once for each request.
    fn promise(&self, id: &str, at_s: i64, places: Option<i64>) -> Result<(), Fault> {
        self.database.run(
            "CREATE TABLE IF NOT EXISTS promise (id TEXT PRIMARY KEY, at_s INTEGER NOT NULL) WITHOUT ROWID",
            vec![],
        )?;
        let others = self.database.first(
            "SELECT count(*) FROM promise WHERE at_s = ? AND id <> ?",
            vec![SqlStorageValue::Integer(at_s), id.into()],
        )?;
        let others = others.map_or(Ok(0), |mut row| row.integer())?;
        if places.is_some_and(|places| others >= places) {
            return Err(Fault::Refused(Refusal::SlotTaken));
        }
        self.database.run(
            "INSERT INTO promise (id, at_s) VALUES (?, ?) ON CONFLICT (id) DO NOTHING",
            vec![id.into(), SqlStorageValue::Integer(at_s)],
        )?;
        Ok(())
    }

    /// The records of one visitor's requests, oldest first, at most [`PAGE`].
    fn of_visitor(&self, visitor: &str) -> Result<Response, Fault> {
        let mut records = Vec::new();
        if self.database.has_table("asked_by")? {
            let query = format!(
                "SELECT record FROM contact JOIN asked_by ON asked_by.contact = contact.id
                 WHERE visitor = ? ORDER BY number LIMIT {PAGE}"
            );
            for mut row in self.database.rows(&query, vec![visitor.into()])? {
                records.push(row.blob()?);
            }
        }
        Ok(Response::from_bytes(pack(&records))?)
    }

    /// A visitor has become part of a customer: his requests are the customer's.
    fn rename(&self, visitor: &str, customer: &str) -> Result<Response, Fault> {
        if self.database.has_table("asked_by")? {
            self.database.run(
                "UPDATE asked_by SET visitor = ? WHERE visitor = ?",
                vec![customer.into(), visitor.into()],
            )?;
        }
        Ok(Response::empty()?)
    }

    /// Removes one visitor's requests, and the letters about them.
    async fn erase(&self, visitor: &str) -> Result<Response, Fault> {
        if self.database.has_table("asked_by")? {
            let query = "SELECT contact FROM asked_by WHERE visitor = ?";
            let asked = self.database.rows(query, vec![visitor.into()])?;
            let erases = !asked.is_empty();
            for mut row in asked {
                self.remove(&row.text()?)?;
            }
            if let Some(visitor) = visitor_named(visitor) {
                Parcels(&self.database).forget(&visitor)?;
            }
            if erases {
                self.errands.wake_by(&self.state, &self.env, 0).await?;
            }
        }
        Ok(Response::empty()?)
    }

    /// The calls that may still wait: those asked for in the last day, and those promised for later.
    fn load(&self) -> Result<Response, Fault> {
        let mut load = Vec::new();
        if self.database.has_table("contact")? {
            let since_ms = now_ms(&self.env).saturating_sub(LOAD_MS);
            let promised = self.database.has_table("promise")?;
            let at_s =
                if promised { "(SELECT at_s FROM promise WHERE promise.id = contact.id)" } else { "NULL" };
            let query = format!(
                "SELECT at_ms, coalesce(promised, 0) FROM (SELECT at_ms, number, {at_s} AS promised FROM contact
                     WHERE queue = 'callbacks')
                 WHERE at_ms >= ?1 OR promised * 1000 >= ?1 ORDER BY number DESC LIMIT {MAX_LOAD}"
            );
            for mut row in self.database.rows(&query, vec![time(since_ms)])? {
                let (asked_ms, at_s) = (row.integer()?.unsigned_abs(), row.integer()?.unsigned_abs());
                load.push(Waiting { asked_ms, at_s: Some(at_s).filter(|at_s| *at_s > 0) });
            }
        }
        Ok(Response::from_bytes(pack(&load))?)
    }

    /// The queue's requests numbered above `after`, oldest first.
    fn list(&self, queue: &str, after: u32) -> Result<Response, Fault> {
        let mut list = ContactList::default();
        if self.database.has_table("contact")? {
            let query = format!(
                "SELECT number, id, record FROM contact WHERE queue = ? AND number > ? ORDER BY number LIMIT {PAGE}"
            );
            let rows =
                self.database.rows(&query, vec![queue.into(), SqlStorageValue::Integer(after.into())])?;
            let full = rows.len() == PAGE;
            for mut row in rows {
                let number = u32::try_from(row.integer()?).unwrap_or(u32::MAX);
                let id = row.text()?;
                match ContactRecord::from_bytes(&row.blob()?) {
                    Ok(record) => list.contacts.push(ContactAnswer::of(id, record)),
                    // One damaged row must not hide those of the visitors behind it.
                    Err(error) => journal::fault(&format!("contact {id} cannot be read: {error:?}")),
                }
                list.next = full.then_some(number);
            }
        }
        Ok(json_ok(&list)?)
    }
}

fn unreadable(error: &wire::DecodeError) -> Fault {
    Fault::Unavailable(format!("a contact record cannot be read: {error:?}").into())
}
