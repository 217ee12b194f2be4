//! What every rule says of one visitor at one moment, in the engine's own words.
//!
//! Takes the profile, the open page and the rules; returns an account of each rule. Decides exactly as [`decide`]
//! does, and keeps nothing: no event is folded, nothing is counted, and the profile given is used up.
//!
//! [`decide`]: crate::decide

use bincode::{Decode, Encode};
use wire::codec::{pack, unpack};
use wire::{Account, Batch, DecodeError, Event, Explained, MAX_BODY_BYTES, Truth, What, encode};

use crate::decide::{Round, Weighed, weigh};
use crate::facts::Place;
use crate::fold::fold;
use crate::profile::{Profile, clip};

/// Longest reason, in bytes: a rule may name a thousand pages.
const MAX_REASON_BYTES: usize = 512;
/// Room for the accounts in one answer, in bytes; the rest is for the counts before each.
const MAX_ACCOUNTS_BYTES: usize = MAX_BODY_BYTES / 8 * 7;
/// Largest question, in bytes: a whole batch, and room for the rest.
const MAX_QUESTION_BYTES: usize = MAX_BODY_BYTES + 4096;

/// A question on its way to the shard that knows the visitor.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct Question {
    /// The visitor's row.
    pub visitor: [u8; 16],
    /// What the network and the browser's headers tell.
    pub place: Place,
    /// The open page, which `intake` has let in; one without a path is the visitor's last.
    pub batch: Batch,
    /// The moment asked about, in milliseconds since 1970; absent for now.
    pub at_ms: Option<u64>,
}

impl Question {
    /// The bytes to send.
    pub fn to_bytes(&self) -> Vec<u8> {
        pack(self)
    }

    /// The question in these bytes.
    ///
    /// # Errors
    /// When they are not one.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        unpack(bytes, MAX_QUESTION_BYTES)
    }
}

/// The page a visitor was last seen on, for a question that names none.
pub fn last_page(profile: &Profile) -> String {
    profile.pages.last().map_or_else(|| "/".to_owned(), |page| page.path.clone())
}

/// The account of every rule, as if the page had just been opened, or just been about to be left.
///
/// When they are too many for one answer, rules that do not hold are left out first, the last of the file before
/// the first.
pub fn explain(mut profile: Profile, round: &Round<'_>) -> Explained {
    let Some(program) = round.program else { return Explained::default() };
    if profile.visits.count() == 0 {
        // Nothing is kept of this visitor: each of his batches is decided on as his first, and so is this one.
        let opened = Batch {
            clock: round.batch.live.dwell_ms.to_le_bytes(),
            first: 0,
            events: vec![Event { at_ms: 0, what: What::View }],
            ..round.batch.clone()
        };
        fold(&mut profile, &opened, round.hosts, round.now_ms);
    }
    let event = if round.batch.live.exit_intent { What::Reached } else { What::View };
    let Weighed { facts, evaluation, verdict } = weigh(&mut profile, round, program, Some(&event));
    let account = |rule: usize| {
        let language = &round.batch.page.language;
        let explanation = program.explain(rule, &facts, &evaluation, &verdict, language);
        Account {
            rule: explanation.rule,
            truth: match explanation.truth {
                rules::Truth::No => Truth::No,
                rules::Truth::NotYet => Truth::NotYet,
                rules::Truth::Yes => Truth::Yes,
            },
            shown: verdict.shown.contains(&rule),
            reason: clip(&explanation.text, MAX_REASON_BYTES),
        }
    };
    Explained { rules: fitting((0..program.rules().len()).map(account).collect()) }
}

/// The accounts that fit an answer, in their order.
fn fitting(accounts: Vec<Account>) -> Vec<Account> {
    let size = |account: &Account| encode(account).len();
    let telling = |account: &Account| account.truth != Truth::No;
    let told: usize = accounts.iter().filter(|account| telling(account)).map(size).sum();
    let mut room = MAX_ACCOUNTS_BYTES.saturating_sub(told);
    let mut rest = MAX_ACCOUNTS_BYTES;
    let fits = |account: &Account| {
        let bytes = size(account);
        let room = if telling(account) { &mut rest } else { &mut room };
        let fits = bytes <= *room;
        *room = if fits { *room - bytes } else { 0 };
        fits
    };
    accounts.into_iter().filter(fits).collect()
}

#[cfg(test)]
mod tests;
