//! What others ask of a visitor: why he sees what he sees, his journey, his row. Nothing of it is folded.

use edge_core::contact::Journey;
use edge_core::decide::Round;
use edge_core::explain::{Question, explain, last_page};
use edge_core::tally::Tally;
use edge_core::token::text_named;
use wire::codec::pack;
use worker::Response;

use super::{Visitors, id, moves, unreadable};
use crate::answer::Fault;
use crate::clock::now_ms;
use crate::sites;

impl Visitors {
    /// What every rule says of a visitor; nothing is folded or stored.
    pub(super) async fn explain(&self, body: &[u8]) -> Result<Response, Fault> {
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
    pub(super) async fn journey(&self, visitor: &[u8], site: &str, rule: &str) -> Result<Response, Fault> {
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
    pub(super) fn profile(&self, visitor: &[u8]) -> Result<Response, Fault> {
        let id = id(visitor)?;
        let row = self.load(&id)?;
        let moved = if row.is_none() { self.moved(&id)? } else { None };
        if let Some(moved) = moved {
            return Ok(moves::elsewhere(&moved)?);
        }
        let row = row.map(|(mut profile, mut trials)| pack(&(profile.to_bytes(), trials.to_bytes())));
        Ok(Response::from_bytes(row.unwrap_or_default())?)
    }
}
