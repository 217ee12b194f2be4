//! What the tag tells the edge: the page, the live readings, and the events since the last batch.

use alloc::{string::String, vec::Vec};

use bincode::{Decode, Encode};

use crate::Show;

/// Everything one request carries. A batch speaks of one page: the tag closes a batch before it moves on.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct Batch {
    /// The tag's own clock when the batch is sent, in milliseconds, little end first: its difference to an event's
    /// time is an age. It stands first and has a fixed size, so that a batch that was kept on the device is dated
    /// without decoding: the time it lay there is added.
    pub clock: [u8; 4],
    /// The site's public key, from the script tag's `data-site`.
    pub site: String,
    /// What the visitor said about being remembered.
    pub consent: Consent,
    /// The token of an earlier [`Reply`](crate::Reply). Absent without consent, and on a first visit.
    pub token: Option<String>,
    /// Random bytes naming one run of the tag (one page load). Event numbers count within it.
    pub stream: [u8; 16],
    /// Number of `events[0]` within the stream; the following events count up from it.
    pub first: u32,
    /// The page all of this happened on.
    pub page: Page,
    /// The live signals as they stand now.
    pub live: Live,
    /// Rules whose widget is on screen now.
    pub on_screen: Vec<String>,
    /// Rules whose widget the visitor has sent away, as the device keeps them with [`Consent::Necessary`]; otherwise
    /// empty, for the edge knows.
    pub declined: Vec<String>,
    /// Oldest first. May be empty: the tag then only asks.
    pub events: Vec<Event>,
}

/// What the visitor allows to be kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub enum Consent {
    /// Nobody asked yet: nothing is kept, on the device or at the edge.
    #[default]
    NotAsked,
    /// Refused, or `Sec-GPC` is set: treated as not asked.
    Denied,
    /// The visitor may be remembered.
    Granted,
    /// Only what the visitor's own choices need: the rules he has sent away are kept on the device until the tab is
    /// closed, and told in [`Batch::declined`]. No identifier, and nothing at the edge.
    Necessary,
}

/// One page, as the browser shows it.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct Page {
    /// `location.pathname`.
    pub path: String,
    /// `location.search` without the question mark, still percent-encoded.
    pub query: String,
    /// `data-declic-page`, else empty: the edge then infers it.
    pub kind: String,
    /// `lang` of the document, else the browser's first language; a BCP 47 tag.
    pub language: String,
    /// `document.referrer`, whole; the edge keeps host and search keyword only.
    pub referrer: String,
    /// `document.title`: last, for it often settles later than the rest.
    pub title: String,
}

/// How the open page stands: the signals that change without an event, and what happened to its forms so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Live {
    /// Visible time on this page, in milliseconds.
    pub dwell_ms: u32,
    /// Time since the last input, in milliseconds.
    pub idle_ms: u32,
    /// Deepest scroll, 0 to 100.
    pub scroll_percent: u8,
    /// Whether the visitor has moved to leave this page.
    pub exit_intent: bool,
    /// Whether a form of this page was begun.
    pub form_started: bool,
    /// Errors that forms of this page showed.
    pub form_errors: u16,
    /// Bursts of clicks on this page.
    pub rage_clicks: u16,
}

impl Batch {
    /// How long ago the event happened when the batch was sent, in milliseconds: the edge trusts no browser's clock,
    /// only its intervals.
    pub fn age_ms(&self, event: &Event) -> u32 {
        u32::from_le_bytes(self.clock).saturating_sub(event.at_ms)
    }
}

/// Something that happened, and when.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct Event {
    /// When, by the clock of [`Batch::clock`]: an event is encoded once, when it happens.
    pub at_ms: u32,
    /// What it was.
    pub what: What,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub enum What {
    /// The page was opened.
    View,
    /// An armed [`Watch`](crate::Watch) was reached; [`Batch::live`] says how far things are.
    Reached,
    /// A named event of the site's own.
    Track {
        /// Such as `add_to_cart`.
        name: String,
    },
    /// The basket, whenever it changes.
    Cart {
        /// Sum, in units of the currency.
        total: f64,
        /// Number of articles.
        items: u32,
        /// ISO 4217 code, or empty.
        currency: String,
    },
    /// An order was placed; it empties the basket.
    Order {
        /// The site's own number of the order, so that a page told twice counts once; empty when it has none.
        id: String,
        /// Sum, in units of the currency.
        total: f64,
    },
    /// A widget came on screen.
    Shown {
        /// The rule it belongs to.
        rule: String,
    },
    /// The visitor closed it.
    Dismissed {
        /// The rule it belongs to.
        rule: String,
    },
    /// The visitor did what it proposed.
    Accepted {
        /// The rule it belongs to.
        rule: String,
    },
    /// The visitor asked to see less of this.
    Less {
        /// The rule it belongs to.
        rule: String,
    },
    /// The visitor answered a survey.
    Answered {
        /// The rule it belongs to.
        rule: String,
        /// 1 to 5.
        score: u8,
        /// What he added, or empty.
        text: String,
    },
    /// The visitor chose in the preferences panel whether to be offered widgets of this kind.
    Prefers {
        /// The kind.
        show: Show,
        /// Whether it may be offered.
        allowed: bool,
    },
    /// The site says who this is. The edge believes it when the proof verifies, and no batch fails because it does not.
    Identify {
        /// The site's own identifier of the customer.
        id: String,
        /// Made by the site's server: a signature of `id`, or a signed token that names it.
        proof: String,
    },
    /// A field of a form was changed for the first time. No value is ever read.
    FormStarted {
        /// `name`, else `id` of the form, or empty.
        form: String,
    },
    /// A form showed an error: a field is invalid.
    FormError {
        /// `name`, else `id` of the form, or empty.
        form: String,
    },
    /// A form that was begun is left, and was not sent.
    FormAbandoned {
        /// `name`, else `id` of the form, or empty.
        form: String,
    },
    /// A burst of clicks in one place.
    RageClick,
    /// The page is left; [`Batch::live`] says how it stood.
    Left,
    /// Something was put into the basket or taken out of it, by a site that tells no totals.
    CartChange {
        /// Taken out.
        removed: bool,
        /// Sum, in units of the currency.
        total: f64,
        /// Number of articles.
        items: u32,
        /// ISO 4217 code, or empty.
        currency: String,
    },
}
