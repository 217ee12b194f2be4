//! What the edge answers: what to show, and what to watch for.

use alloc::{string::String, vec::Vec};

use bincode::{Decode, Encode};

/// The answer to a [`Batch`](crate::Batch).
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct Reply {
    /// The visitor's token, when it is new or was renewed; absent without consent.
    pub token: Option<String>,
    /// Every event of this stream below this number is kept, or was refused for good: never send it again.
    pub acknowledged: u32,
    /// What to show now. The tag ignores a rule that is on screen already.
    pub offers: Vec<Offer>,
    /// The live thresholds that could still turn some rule to yes. Replaces the list before it.
    pub watch: Vec<Watch>,
    /// Ask again after so many milliseconds, with jitter: a rule waits for the desk or the hour.
    pub ask_again_ms: Option<u32>,
}

/// A decision to show something. The tag reads the rule's id only and hands `card` to the widgets module.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct Offer {
    /// The rule that won.
    pub rule: String,
    /// A [`Card`] as [`encode`](crate::encode)d.
    pub card: Vec<u8>,
}

/// A live threshold: the tag arms exactly these and tells the edge when one is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Watch {
    /// Visible time on the page reaches this.
    Dwell {
        /// Milliseconds.
        ms: u32,
    },
    /// No input for this long.
    Idle {
        /// Milliseconds.
        ms: u32,
    },
    /// The page is scrolled this deep.
    Scroll {
        /// 0 to 100.
        percent: u8,
    },
    /// The visitor moves to leave.
    ExitIntent,
    /// Forms of the page: begun, in error, abandoned.
    Forms,
    /// Bursts of clicks.
    RageClicks,
    /// The end of the page, with its last readings.
    Leaving,
}

/// What a widget says. All texts are plain: a widget makes text nodes of them, never markup.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct Card {
    /// Which widget.
    pub show: Show,
    /// Language of the texts, a BCP 47 tag; also of the widget's own labels.
    pub language: String,
    /// Heading.
    pub title: String,
    /// Body, or empty.
    pub text: String,
    /// Label of the main button, or empty for the widget's own.
    pub action: String,
    /// Where the main button leads, an `https:`, `http:` or relative address; empty when the widget acts itself.
    pub link: String,
    /// `data-declic-slot` to fill instead of floating; empty for none.
    pub slot: String,
    /// Where a floating banner stands.
    pub place: Place,
    /// Pages that may answer the question without a human, shown first.
    pub links: Vec<Link>,
    /// Expected wait for a call, in seconds; absent when it is not known.
    pub wait_s: Option<u32>,
    /// When a call can be had now or later. "Now" is not offered when it is false.
    pub now: bool,
    /// Beginnings of the half hours in which a call can be had later, in seconds since 1970, soonest first.
    pub slots: Vec<u64>,
    /// The widget's own labels in this language, by their names, where the rule brings them; others are built in.
    pub labels: Vec<Field>,
    /// The rule as one sentence, for "why am I seeing this?".
    pub why: String,
    /// The data the rule read, with its values, for the same panel.
    pub data: Vec<Field>,
}

/// Where a floating banner stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub enum Place {
    /// A box in the corner.
    #[default]
    Corner,
    /// A bar along the bottom of the window.
    Bar,
}

/// A page that helps.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct Link {
    /// What it is called.
    pub label: String,
    /// Where it leads, as [`Card::link`].
    pub href: String,
}

/// A name and its value: a reading behind a decision, a label, a thing known of a visitor.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct Field {
    /// What it is, in the card's language, such as "the basket's total".
    pub name: String,
    /// Its value, as text.
    pub value: String,
}

/// The widgets there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Show {
    /// A call-back button with its form.
    Callback,
    /// A banner, floating or in a slot.
    Banner,
    /// A chat prompt.
    Chat,
    /// A short survey.
    Survey,
}
