//! The visitor asks what is known of him, and what the rules say: the panels' own messages.

use alloc::{string::String, vec::Vec};

use bincode::{Decode, Encode};

use crate::{Batch, Consent, Field, Show};

/// A question of the visitor's own, posted to `/v1/visitor`. Answered with a [`Known`].
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct Inquiry {
    /// The site's public key.
    pub site: String,
    /// What the visitor said about being remembered.
    pub consent: Consent,
    /// The visitor's token, if there is one: without it nothing is known.
    pub token: Option<String>,
    /// Language to answer in, a BCP 47 tag.
    pub language: String,
    /// What is wanted.
    pub want: Want,
}

/// What a visitor can ask of what is known of him.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Want {
    /// To see it.
    See,
    /// To take it along: [`Known::export`] holds everything.
    Export,
    /// To have it erased, everywhere, now.
    Erase,
}

/// What is known of the visitor.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct Known {
    /// What is kept, in words, in the language asked for; empty for a visitor nothing is kept of. A value that is a moment
    /// is told in RFC 3339, in UTC: where the visitor is, only his browser knows.
    pub fields: Vec<Field>,
    /// The kinds of widget, and whether each may be offered.
    pub offers: Vec<Preference>,
    /// Everything that is kept, as JSON, when it was asked for; otherwise empty.
    pub export: String,
}

/// What a visitor has said of one kind of widget.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Preference {
    /// The kind.
    pub show: Show,
    /// Whether it may be offered.
    pub allowed: bool,
}

/// What every rule says at this moment, posted to `/v1/explain` by a page opened with a signed debug link.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct Explain {
    /// What the link carries in `declic_debug`.
    pub key: String,
    /// The open page as it stands, with no events: nothing is folded.
    pub batch: Batch,
}

/// The answer to [`Explain`].
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct Explained {
    /// The rules, in the order of their file.
    pub rules: Vec<Account>,
}

/// One rule at one moment.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct Account {
    /// The rule's id.
    pub rule: String,
    /// What it came to.
    pub truth: Truth,
    /// Whether arbitration lets it be seen.
    pub shown: bool,
    /// Why, as one sentence with the actual values.
    pub reason: String,
}

/// What a rule comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Truth {
    /// It does not hold.
    No,
    /// A live signal could still turn it.
    NotYet,
    /// It holds.
    Yes,
}
