//! What the site imports of its customers, written into their own rows: it is there when they identify themselves.

use edge_core::import::Bundle;
use worker::Response;

use super::{Visitors, unreadable};
use crate::answer::Fault;
use crate::clock::now_ms;
use crate::sites;

impl Visitors {
    /// Takes in customers whose homes are in this shard. Taken in again, they are the same.
    pub(super) async fn import(&self, site: &str, body: &[u8]) -> Result<Response, Fault> {
        let bundle = Bundle::from_bytes(body).map_err(|error| unreadable("an import", &error))?;
        let snapshot = sites::find(&self.env, site).await?;
        let now_ms = now_ms(&self.env);
        for (row, imported) in bundle.0 {
            let (mut profile, mut trials) = self.load(&row)?.unwrap_or_default();
            profile.imported(imported.customer, &imported.segments);
            // Being imported is no visit: it does not keep a journey longer.
            let seen_ms = if profile.last_seen_ms > 0 { profile.last_seen_ms } else { now_ms };
            self.save(&row, &mut profile, &mut trials, seen_ms, None)?;
            self.settle_in(site, &snapshot.outlook)?;
        }
        // New rows have no moment yet.
        self.errands.look_soon(&self.state, &self.env).await?;
        Ok(Response::empty()?)
    }
}
