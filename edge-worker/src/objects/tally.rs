//! `Tally`: a few per site; each owns the sums of some of the site's ledgers, by day. A report merges them.

use edge_core::tally::{Counts, Page, Subject, Tally as Sums};
use wire::codec::{pack, unpack};
use worker::{DurableObject, Env, Method, Request, Response, Result, SqlStorageValue, State, durable_object};

use super::database::Database;
use crate::answer::Fault;
use crate::journal;

/// Largest subject, in bytes: a rule's id and a variant's name, or a path.
const MAX_SUBJECT_BYTES: usize = 1024;
/// Subjects of one day; pages beyond it are counted together, so that made-up paths cannot fill the disk.
const MAX_SUBJECTS: i64 = 5_000;
/// Days kept: a little more than a year, to compare a season with the one before.
const KEPT_DAYS: i64 = 400;

/// The Durable Object behind some of a site's counts.
#[durable_object]
pub struct Tally {
    database: Database,
}

impl DurableObject for Tally {
    fn new(state: State, _env: Env) -> Self {
        Self { database: Database::of(&state) }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let path = request.path();
        let segments: Vec<&str> = path.split('/').skip(1).collect();
        let answer = match (request.method(), segments.as_slice()) {
            (Method::Post, ["pages"]) => self.take(&request.bytes().await?),
            (Method::Get, ["counts", from, to]) => {
                self.counts(from.parse().unwrap_or(0), to.parse().unwrap_or(0))
            }
            _ => Err(Fault::NotFound),
        };
        answer.or_else(Fault::into_response)
    }
}

impl Tally {
    /// Takes a page of a ledger when it is the next one; answers how far that ledger is taken, in any case.
    fn take(&self, body: &[u8]) -> Result<Response, Fault> {
        let page = Page::from_bytes(body).map_err(|error| {
            worker::Error::RustError(format!("a page of counts cannot be read: {error:?}"))
        })?;
        self.create_tables()?;
        let name = page.ledger.to_vec();
        let row =
            self.database.first("SELECT taken FROM ledger WHERE name = ?", vec![name.clone().into()])?;
        let mut taken = row
            .map(|mut row| row.integer())
            .transpose()?
            .and_then(|taken| u64::try_from(taken).ok())
            .unwrap_or(0);
        if page.follows(taken) {
            for (day, subject, counts) in page.tally.iter() {
                self.add(day, subject, counts)?;
            }
            taken = page.upto;
            self.database.run(
                "INSERT INTO ledger (name, taken) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET taken = ?2",
                vec![name.into(), SqlStorageValue::Integer(i64::try_from(taken).unwrap_or(i64::MAX))],
            )?;
        }
        Ok(Response::ok(taken.to_string())?)
    }

    fn add(&self, day: i32, subject: &Subject, counts: &Counts) -> Result<()> {
        let key = |subject: &Subject| -> Vec<SqlStorageValue> {
            vec![SqlStorageValue::Integer(day.into()), pack(subject).into()]
        };
        let known = |subject: &Subject| {
            self.database.first("SELECT counts FROM count WHERE day = ? AND subject = ?", key(subject))
        };
        let (mut of, mut row) = (subject.clone(), known(subject)?);
        if row.is_none() && self.is_full(day)? && matches!(subject, Subject::Page { .. }) {
            of = Subject::Page { path: "(other)".into() };
            row = known(&of)?;
        }
        let mut sums = match row {
            Some(mut row) => Counts::from_bytes(&row.blob()?).unwrap_or_default(),
            None => Counts::default(),
        };
        sums.add_all(counts);
        let [day, subject] = [SqlStorageValue::Integer(day.into()), pack(&of).into()];
        self.database.run(
            "INSERT INTO count (day, subject, counts) VALUES (?1, ?2, ?3)
             ON CONFLICT (day, subject) DO UPDATE SET counts = ?3",
            vec![day, subject, sums.to_bytes().into()],
        )
    }

    /// Whether a day has as many subjects as it may have. Its first takes the place of a day of last year.
    fn is_full(&self, day: i32) -> Result<bool> {
        let of_day = vec![SqlStorageValue::Integer(day.into())];
        let row = self.database.first("SELECT count(*) FROM count WHERE day = ?", of_day)?;
        let subjects = row.map_or(Ok(0), |mut row| row.integer())?;
        if subjects == 0 {
            let outdated = SqlStorageValue::Integer(i64::from(day) - KEPT_DAYS);
            self.database.run("DELETE FROM count WHERE day < ?", vec![outdated])?;
        }
        Ok(subjects >= MAX_SUBJECTS)
    }

    /// The sums of some days, both included.
    fn counts(&self, from: i32, to: i32) -> Result<Response, Fault> {
        let mut sums = Sums::default();
        if self.database.has_table("count")? {
            let days = [from, to].map(|day| SqlStorageValue::Integer(day.into())).to_vec();
            let query = "SELECT day, subject, counts FROM count WHERE day BETWEEN ? AND ?";
            for mut row in self.database.rows(query, days)? {
                let day = i32::try_from(row.integer()?).unwrap_or(0);
                match (unpack::<Subject>(&row.blob()?, MAX_SUBJECT_BYTES), Counts::from_bytes(&row.blob()?)) {
                    (Ok(subject), Ok(counts)) => sums.add(day, subject, &counts),
                    // One damaged row must not hide the others.
                    _ => journal::fault("a row of counts cannot be read"),
                }
            }
        }
        Ok(Response::from_bytes(sums.to_bytes())?)
    }

    fn create_tables(&self) -> Result<()> {
        self.database.run(
            "CREATE TABLE IF NOT EXISTS count (
                 day INTEGER NOT NULL, subject BLOB NOT NULL, counts BLOB NOT NULL, PRIMARY KEY (day, subject)) WITHOUT ROWID",
            vec![],
        )?;
        self.database.run(
            "CREATE TABLE IF NOT EXISTS ledger (name BLOB PRIMARY KEY, taken INTEGER NOT NULL) WITHOUT ROWID",
            vec![],
        )
    }
}
