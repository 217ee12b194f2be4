//! How an anonymous visitor becomes part of the customer he turns out to be, who lives elsewhere.
//!
//! His row is frozen where it is and sent to the customer's home, which takes it in once, however often it is sent; only
//! then it goes, and leaves a sign of where he went. Owns the messages between the two places, and what taking in comes
//! to. Never stores or sends anything.

use bincode::{Decode, Encode};
use wire::DecodeError;
use wire::codec::{pack, unpack};

use crate::identity::Signed;
use crate::profile::{self, Profile, ProfileError, Stream};
use crate::tally::{Leaf, Tally, Trials, moved};
use crate::token::Visitor;

/// Largest of these messages, in bytes: a row, what the site has signed, and room for the rest.
pub const MAX_BYTES: usize = 2 * profile::MAX_BYTES;
/// How long a sign of where a visitor went is kept, in milliseconds: 30 days. A tag sends what it kept for a week at
/// most; whoever comes later with the old token is met as a new visitor.
pub const SIGN_MS: u64 = 30 * 24 * 60 * 60 * 1000;

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
