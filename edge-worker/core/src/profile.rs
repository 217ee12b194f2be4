//! What the edge remembers of one visitor: one bounded, versioned row.
//!
//! Owns the profile's shape and its byte form. Folding events into it is `fold`'s, reading signals out of it is
//! `facts`'. Times are milliseconds since 1970, as the edge's clock has them. Every list is kept in the order of time,
//! so that it does not matter in which order the events came.

mod bounds;
mod cart;
mod change;
mod merge;
mod version_1;
mod visits;

use bincode::{Decode, Encode};
use wire::codec::unpack;
use wire::{DecodeError, Show};

pub use self::bounds::MAX_BYTES;
pub(crate) use self::bounds::{MAX_PATH_BYTES, clip};
pub(crate) use self::cart::CartChange;
pub use self::cart::{Basket, Cart};
pub(crate) use self::change::Told;
use self::version_1::ProfileV1;
pub(crate) use self::visits::TIMEOUT_MS;
pub use self::visits::{Visit, Visits};
use crate::customer::Customer;
use crate::stored;

/// First byte of a stored profile. Raised when it changes shape; [`Profile::from_bytes`] reads the earlier ones too.
const VERSION: u8 = 2;

/// One visitor of one site.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct Profile {
    /// When the first event came; 0 before.
    pub first_seen_ms: u64,
    /// When the last one did.
    pub last_seen_ms: u64,
    /// The visits.
    pub visits: Visits,
    /// Page visits, oldest first.
    pub pages: Vec<PageVisit>,
    /// Named events, oldest first.
    pub events: Vec<NamedEvent>,
    /// Views per address, least recently viewed first.
    pub views: Vec<Views>,
    /// What was told of the basket.
    pub cart: Basket,
    /// When a checkout page was last viewed; 0 for never.
    pub checkout_ms: u64,
    /// Orders placed.
    pub orders: Orders,
    /// Segments the visitor is in, in the order they were entered.
    pub segments: Vec<String>,
    /// What was shown, or withheld from one of a control group, oldest first.
    pub exposures: Vec<Exposure>,
    /// What the visitor said to it, least recent first.
    pub answers: Vec<Answer>,
    /// Surveys answered, oldest first.
    pub surveys: Vec<Survey>,
    /// Which kinds of widget the visitor allowed or refused, one entry a kind.
    pub choices: Vec<Choice>,
    /// Event numbers already folded, least recent stream first.
    pub streams: Vec<Stream>,
    /// Who the site says this is; absent for one it has said nothing of.
    pub customer: Option<Customer>,
}

/// A page that was viewed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub struct PageVisit {
    /// When.
    pub at_ms: u64,
    /// Its path.
    pub path: String,
    /// Its title; empty for the older ones.
    pub title: String,
}

/// An event of the site's own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub struct NamedEvent {
    /// When.
    pub at_ms: u64,
    /// Such as `add_to_cart`.
    pub name: String,
}

impl NamedEvent {
    /// What an order is called among them.
    pub(crate) const PURCHASE: &'static str = "purchase";
}

/// How often one address was viewed. The address is kept as a hash: the count outlives the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub struct Views {
    /// Day of the last view, counted from 1970.
    pub day: u32,
    /// FNV-1a of the path.
    pub path: u64,
    /// Times, ever.
    pub count: u32,
}

/// Orders placed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Orders {
    /// How many.
    pub count: u32,
    /// Their sum, in thousandths: a sum of whole numbers does not depend on the order they come in.
    pub total_milli: u64,
    /// When the last one without a number was placed; 0 for never.
    pub unnumbered_ms: u64,
    /// The newest that the site gives numbers to, oldest first, so that one told twice counts once.
    pub numbered: Vec<Order>,
}

/// An order that has a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub struct Order {
    /// When it was first told.
    pub at_ms: u64,
    /// FNV-1a of the site's number.
    pub number: u64,
    /// Its sum, in thousandths.
    pub total_milli: u64,
}

/// Some exposures to one rule, close together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Exposure {
    /// The rule's id.
    pub rule: String,
    /// How many.
    pub times: u32,
    /// When the last one was.
    pub last_ms: u64,
    /// Nothing was seen: the visitor is in the rule's control group.
    pub control: bool,
}

/// What the visitor said to one rule.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Answer {
    /// The rule's id.
    pub rule: String,
    /// When its widget was last closed, taken up or answered; 0 for never.
    pub settled_ms: u64,
    /// When the visitor asked for less of it; 0 for never.
    pub less_ms: u64,
}

/// A survey the visitor answered.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub struct Survey {
    /// When.
    pub at_ms: u64,
    /// The rule's id.
    pub rule: String,
    /// 1 to 5.
    pub score: u8,
    /// What was added, or empty.
    pub remark: String,
}

/// What the visitor chose for one kind of widget.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Choice {
    /// The kind.
    pub show: Show,
    /// Whether it may be offered.
    pub allowed: bool,
    /// When this was said.
    pub at_ms: u64,
}

/// How far one run of the tag has been folded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Stream {
    /// FNV-1a of the run's random id, which has 64 bits of it and more.
    pub id: [u8; 8],
    /// When it was last heard of, in minutes since 1970.
    pub minute: u32,
    /// Number of the next event to take.
    pub next: u32,
    /// Events below `next` that have not come yet, each from and to before, in their order.
    pub gaps: Vec<(u32, u32)>,
    /// When its page is taken to have been opened, for the run was met without a view; 0 when a view has come.
    pub guessed_ms: u64,
}

/// Why a stored profile cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProfileError {
    /// The row is empty or written by a version this one does not know.
    Version {
        /// What its first byte says.
        found: Option<u8>,
    },
    /// The row is damaged.
    Damaged(DecodeError),
}

impl Profile {
    /// The row's bytes: at most [`MAX_BYTES`]; when the profile is larger, its oldest history is left out.
    pub fn to_bytes(&mut self) -> Vec<u8> {
        self.bound();
        let bytes = stored::to_bytes(VERSION, self);
        // INVARIANT: weights are upper bounds of encoded sizes, and `bound` keeps their sum within the limit.
        debug_assert!(bytes.len() <= MAX_BYTES, "a bounded profile has {} bytes", bytes.len());
        bytes
    }

    /// The profile in a row, of this version or an earlier one.
    ///
    /// # Errors
    /// When the row is of an unknown version or damaged.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ProfileError> {
        match bytes.split_first() {
            Some((&VERSION, body)) => unpack::<Self>(body, MAX_BYTES).map_err(ProfileError::Damaged),
            Some((&1, body)) => {
                unpack::<ProfileV1>(body, MAX_BYTES).map(Self::from).map_err(ProfileError::Damaged)
            }
            other => Err(ProfileError::Version { found: other.map(|(&version, _)| version) }),
        }
    }

    /// The visit going on, or the last one.
    pub fn visit(&self) -> &Visit {
        self.visits.current()
    }

    /// The path viewed before the present page, in this visit.
    pub fn previous_path(&self) -> Option<&str> {
        let started_ms = self.visit().started_ms;
        let mut seen = self.pages.iter().rev().filter(|page| page.at_ms >= started_ms);
        let current = &seen.next()?.path;
        seen.find(|page| page.path != *current).map(|page| page.path.as_str())
    }

    /// The basket as it stands: an order empties it. Absent where the site never reports one.
    pub fn basket(&self) -> Option<Cart> {
        self.cart.now(self.orders.last_ms())
    }

    /// Whether checkout was begun in a visit that is over, with no order since.
    pub fn abandoned_checkout(&self, now_ms: u64) -> bool {
        let visit = self.visit();
        let over = self.checkout_ms < visit.started_ms || now_ms.saturating_sub(visit.last_ms) >= TIMEOUT_MS;
        self.checkout_ms > self.orders.last_ms() && over
    }

    /// Views of this path, ever.
    pub fn views_of(&self, path: &str) -> u32 {
        let hash = fnv1a(path.as_bytes());
        self.views.iter().find(|views| views.path == hash).map_or(0, |views| views.count)
    }

    /// How far a run of the tag is folded; nothing of one that was never met.
    pub fn stream_of(&self, id: &[u8; 16]) -> Option<&Stream> {
        let id = fnv1a(id).to_le_bytes();
        self.streams.iter().find(|stream| stream.id == id)
    }

    /// Whether widgets of this kind may be offered: yes, until the visitor says otherwise.
    pub fn allows(&self, show: Show) -> bool {
        self.choices.iter().find(|choice| choice.show == show).is_none_or(|choice| choice.allowed)
    }

    /// When the visitor last allowed this kind of widget by his own choice; 0 for never.
    pub fn allowed_ms(&self, show: Show) -> u64 {
        let said = self.choices.iter().find(|choice| choice.show == show && choice.allowed);
        said.map_or(0, |choice| choice.at_ms)
    }
}

impl Orders {
    /// When the last one was placed; 0 for never.
    pub fn last_ms(&self) -> u64 {
        self.numbered.last().map_or(0, |order| order.at_ms).max(self.unnumbered_ms)
    }

    /// Their sum, in units of the currency.
    pub fn total(&self) -> f64 {
        self.total_milli as f64 / 1000.0
    }
}

/// FNV-1a, 64 bits (Fowler, Noll, Vo 1991): stable over versions, unlike the standard library's hasher.
pub(crate) fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests;
