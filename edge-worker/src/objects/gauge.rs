//! `Gauge`: one per deployment; owns the sums of what its isolates count.

use edge_core::meter::Meter;
use worker::{DurableObject, Env, Method, Request, Response, Result, State, durable_object};

use super::database::Database;
use crate::answer::Fault;
use crate::journal;

/// The Durable Object that adds up.
#[durable_object]
pub struct Gauge {
    database: Database,
}

impl DurableObject for Gauge {
    fn new(state: State, _env: Env) -> Self {
        Self { database: Database::of(&state) }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let answer = match (request.method(), request.path().as_str()) {
            (Method::Post, "/add") => self.add(&request.bytes().await?),
            _ => Err(Fault::NotFound),
        };
        answer.or_else(Fault::into_response)
    }
}

impl Gauge {
    /// Adds, and answers the sums.
    fn add(&self, body: &[u8]) -> Result<Response, Fault> {
        let mut sums = self.load()?;
        match Meter::from_bytes(body) {
            Ok(counted) if !counted.is_empty() => {
                sums.add(&counted);
                self.save(&sums)?;
            }
            Ok(_) => {}
            // An isolate of another version counts for itself until it is gone.
            Err(error) => journal::fault(&format!("counts cannot be read: {error:?}")),
        }
        Ok(Response::from_bytes(sums.to_bytes())?)
    }

    fn load(&self) -> Result<Meter> {
        if !self.database.has_table("sums")? {
            return Ok(Meter::default());
        }
        let row = self.database.first("SELECT meter FROM sums WHERE id = 1", vec![])?;
        let bytes = row.map(|mut row| row.blob()).transpose()?;
        // Sums of another version begin afresh, as Prometheus lets counters.
        Ok(bytes.and_then(|bytes| Meter::from_bytes(&bytes).ok()).unwrap_or_default())
    }

    fn save(&self, sums: &Meter) -> Result<()> {
        self.database
            .run("CREATE TABLE IF NOT EXISTS sums (id INTEGER PRIMARY KEY, meter BLOB NOT NULL)", vec![])?;
        self.database.run(
            "INSERT INTO sums (id, meter) VALUES (1, ?1) ON CONFLICT (id) DO UPDATE SET meter = ?1",
            vec![sums.to_bytes().into()],
        )
    }
}
