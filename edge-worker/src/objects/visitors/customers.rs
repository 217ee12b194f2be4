//! What the site imports of its customers, written into their own rows: it is there when they identify themselves.

use edge_core::import::Bundle;
use worker::{Date, Response};

use super::{Visitors, unreadable};
use crate::answer::Fault;

impl Visitors {
    /// Takes in customers whose homes are in this shard. Taken in again, they are the same.
    pub(super) fn import(&self, body: &[u8]) -> Result<Response, Fault> {
        let bundle = Bundle::from_bytes(body).map_err(|error| unreadable("an import", &error))?;
        let now_ms = Date::now().as_millis();
        for (row, imported) in bundle.0 {
            let (mut profile, mut trials) = self.load(&row)?.unwrap_or_default();
            profile.imported(imported.customer, &imported.segments);
            // Being imported is no visit: it does not keep a journey longer.
            let seen_ms = if profile.last_seen_ms > 0 { profile.last_seen_ms } else { now_ms };
            self.save(&row, &mut profile, &mut trials, seen_ms)?;
        }
        Ok(Response::empty()?)
    }
}
