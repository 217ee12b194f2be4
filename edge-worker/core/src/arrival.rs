//! How an anonymous visitor becomes part of the customer he turns out to be, who lives elsewhere.
//!
//! His row is frozen where it is and sent to the customer's home, which takes it in once, however often it is sent; only
//! then it goes, and leaves a sign of where he went. Who is still on his way when the customer is erased is turned away
//! there. Owns the messages between the two places, who is taken in, and what that comes to. Never stores or sends anything.

use bincode::{Decode, Encode};
use wire::DecodeError;
use wire::codec::{pack, unpack};

use crate::identity::Signed;
use crate::profile::{self, Profile, ProfileError, Stream};
use crate::tally::{Leaf, Tally, Trials, moved};
use crate::token::Visitor;

/// Largest of these messages, in bytes: a row, what the site has signed, and room for the rest.
pub const MAX_BYTES: usize = 2 * profile::MAX_BYTES;
/// How long a visitor is on his way at most, and a sign of where he went is kept, in milliseconds: 30 days. A tag sends
/// what it kept for a week at most; whoever comes later with the old token is met as a new visitor.
pub const SIGN_MS: u64 = 30 * 24 * 60 * 60 * 1000;
/// How long a home keeps the sign of who arrived, and of its customer's erasure, in milliseconds: a day longer than
/// anybody is on his way, for the clocks of two places differ.
pub const HOME_SIGN_MS: u64 = SIGN_MS + 24 * 60 * 60 * 1000;
/// Pause before a visitor who could not be taken home is taken there again, in milliseconds.
const AGAIN_MS: u64 = 5_000;
/// Longest such pause, in milliseconds: a home that answers again has its visitors within the hour.
const LONGEST_PAUSE_MS: u64 = 60 * 60 * 1000;

/// A visitor on his way to the customer's home.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct Departure {
    /// The site's key.
    pub site: String,
    /// Where the visitor lived.
    pub from: Visitor,
    /// The customer's home.
    pub to: Visitor,
    /// Who the site signed that he is.
    pub signed: Signed,
    /// When it did.
    pub at_ms: u64,
}

/// The sign that a customer was erased, which stays in his home.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Erasure {
    /// His row.
    pub customer: [u8; 16],
    /// When, in milliseconds since 1970.
    pub at_ms: u64,
}

/// All that comes with him.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct Arrival {
    /// Whence and whither.
    pub departure: Departure,
    /// His profile's bytes.
    pub profile: Vec<u8>,
    /// His trials' bytes.
    pub trials: Vec<u8>,
}

/// What a shard answers for a visitor who lives elsewhere now.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct Moved {
    /// Where.
    pub to: Visitor,
    /// What has to be taken in there first; absent when it was, or when nothing goes with him.
    pub arrival: Option<Arrival>,
    /// How far the run of the tag was folded here, for one who is somebody else from now on.
    pub stream: Option<Stream>,
}

/// Other rows of the same person, for an erasure to reach.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct Kin {
    /// Where he went.
    pub moved_to: Option<Visitor>,
    /// Who came to be part of him.
    pub formers: Vec<Visitor>,
}

/// The bytes of one of these messages.
pub fn to_bytes<M: Encode>(message: &M) -> Vec<u8> {
    pack(message)
}

/// The message in these bytes.
///
/// # Errors
/// When they are none.
pub fn from_bytes<M: Decode<()>>(bytes: &[u8]) -> Result<M, DecodeError> {
    unpack(bytes, MAX_BYTES)
}

impl Departure {
    /// Whether he is taken in: not who departed before the customer was erased, for he would bring him back; nor one whom
    /// the signs of that would not outlive.
    pub fn arrives(&self, erasure: Option<Erasure>, now_ms: u64) -> bool {
        let is_erased = erasure.is_some_and(|erasure| self.at_ms <= erasure.at_ms);
        !is_erased && now_ms < self.at_ms.saturating_add(SIGN_MS)
    }
}

/// Pause before a visitor is taken home again who could not be so many times, in milliseconds: each twice the one before.
pub fn pause_ms(tries: u32) -> u64 {
    let doublings = tries.saturating_sub(1).min(16);
    (AGAIN_MS << doublings).min(LONGEST_PAUSE_MS)
}

impl Arrival {
    /// Makes the visitor part of the customer; `day` tells the site's day of an instant. What it comes to is counted:
    /// two visits that turn out to be one have one exit.
    ///
    /// # Errors
    /// When the visitor's profile cannot be read.
    pub fn join(
        self,
        profile: &mut Profile,
        trials: &mut Trials,
        day: &dyn Fn(u64) -> i32,
        now_ms: u64,
    ) -> Result<Tally, ProfileError> {
        let other = Profile::from_bytes(&self.profile)?;
        let other_trials = Trials::from_bytes(&self.trials);
        let mut exits = Leaf::all(profile, day);
        exits.extend(Leaf::all(&other, day));
        let sides = [present(profile, trials), present(&other, &other_trials)];
        profile.absorb(other);
        let mut counts = Tally::default();
        moved(&exits, &Leaf::all(profile, day), &mut counts);
        trials.absorb(other_trials, now_ms);
        // What was found to hold in the visit going on, under either name, is counted for it.
        let started_ms = profile.visit().started_ms;
        let eligible = sides.into_iter().filter(|(last_ms, _)| *last_ms >= started_ms);
        trials.note_eligible(profile.visits.count(), eligible.flat_map(|(_, rules)| rules));
        profile.signed(self.departure.signed, self.departure.at_ms);
        Ok(counts)
    }
}

/// When the last visit had its last event, and the rules found to hold in it.
fn present(profile: &Profile, trials: &Trials) -> (u64, Vec<u32>) {
    (profile.visit().last_ms, trials.eligible_in(profile.visits.count()).to_vec())
}

#[cfg(test)]
mod tests;
