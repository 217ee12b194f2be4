//! What a round leaves to be done once the profile is written: letters to send.
//!
//! Filled while deciding; the shard writes it down with the profile, in one transaction.

use rules::{Program, Show};

use crate::decide::Round;
use crate::profile::Profile;
use crate::webhook::{Letter, consent, notice};

/// What is left to do.
#[derive(Debug, Default)]
pub struct Aftermath {
    /// Letters to the site's webhooks.
    pub letters: Vec<Letter>,
}

impl Aftermath {
    /// A visitor is remembered from this round on.
    pub(crate) fn remembers(&mut self, round: &Round<'_>) {
        if let Ok(visitor) = round.visitor.try_into() {
            self.letters.push(consent(true, &round.batch.site, visitor, round.now_ms));
        }
    }

    /// Writes a letter for each `notify` rule that is due, and has it count: once a visit, or as its cap says.
    pub(crate) fn notify(
        &mut self,
        profile: &mut Profile,
        round: &Round<'_>,
        program: &Program,
        done: &[usize],
    ) {
        // Nothing is told of one who is not remembered: it could be told again with every batch.
        let Ok(visitor) = <&[u8; 16]>::try_from(round.visitor) else {
            return;
        };
        for rule in done.iter().map(|rule| &program.rules()[*rule]) {
            let Show::Notify { event } = &rule.show else {
                continue;
            };
            let (site, path) = (&round.batch.site, &round.batch.page.path);
            let visit = profile.visits.count();
            self.letters.push(notice(event, site, &rule.id, visitor, visit, path, round.now_ms));
            profile.expose(&rule.id, round.now_ms, false);
            if rule.cap.is_none() {
                profile.settle(&rule.id, round.now_ms);
            }
        }
    }
}
