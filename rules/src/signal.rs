//! The signal catalogue: every name a rule can read, with its type, its supplier and its words.
//!
//! One declaration per signal, in [`catalogue`], gives the reader its names, the schema its types, the reference
//! page its table, the sentences their nouns and the diagnostics their suggestions.

mod catalogue;

pub use catalogue::Signal;

/// How a signal's value is written, compared and shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, bincode::Encode, bincode::Decode)]
pub enum Kind {
    /// Text in which `*` stops at a slash.
    Path,
    /// Text.
    Text,
    /// Several texts; a condition asks whether it has one.
    Set,
    /// A number.
    Number,
    /// Milliseconds in [`Facts`](crate::Facts), `"45s"` in a rule file.
    Duration,
    /// 0 to 100, `"50%"` in a rule file.
    Percent,
    /// Yes or no.
    Flag,
    /// A day of the calendar.
    Date,
}

impl Kind {
    /// The kind as messages and the reference page name it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Path | Self::Text => "text",
            Self::Set => "set",
            Self::Number => "number",
            Self::Duration => "duration",
            Self::Percent => "percent",
            Self::Flag => "yes/no",
            Self::Date => "date",
        }
    }

    /// Whether values are compared with `>=` and its like.
    pub const fn is_ordered(self) -> bool {
        matches!(self, Self::Number | Self::Duration | Self::Percent | Self::Date)
    }
}

/// Who knows a signal's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Supplier {
    /// The tag reads it in the page.
    Tag,
    /// The edge remembers or derives it.
    Edge,
    /// The network says where the request comes from.
    Network,
    /// The site signs or imports it.
    Site,
    /// The agents' desk.
    Desk,
}

impl Supplier {
    /// The supplier as the reference page names it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tag => "tag",
            Self::Edge => "edge",
            Self::Network => "network",
            Self::Site => "site",
            Self::Desk => "desk",
        }
    }
}

/// How sentences speak of a signal in one language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phrase {
    /// A singular noun with its article: "the basket's total".
    Noun(&'static str),
    /// The two clauses of a yes/no signal: "the desk is open", "the desk is closed".
    Clauses {
        /// When it is yes.
        yes: &'static str,
        /// When it is no.
        no: &'static str,
    },
}

/// Everything declared about a signal.
#[derive(Clone, Copy, Debug)]
pub struct Declaration {
    /// Such as `cart.total`.
    pub name: &'static str,
    /// Its type.
    pub kind: Kind,
    /// Who knows it.
    pub supplier: Supplier,
    /// What it means, as a sentence fragment.
    pub meaning: &'static str,
    /// Its words in English.
    pub english: Phrase,
    /// Its words in French.
    pub french: Phrase,
    /// The only values it takes, or empty where any may come.
    pub values: &'static [&'static str],
    /// Whether capital and small letters are the same: people type these.
    pub any_case: bool,
}

impl Signal {
    /// Whether it changes in the browser without an event.
    pub const fn is_live(self) -> bool {
        matches!(self, Self::PageDwell | Self::PageIdle | Self::PageScroll | Self::PageExitIntent)
    }

    /// The signal of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|signal| signal.name() == name)
    }

    /// Such as `cart.total`.
    pub fn name(self) -> &'static str {
        self.declaration().name
    }

    /// Its type.
    pub fn kind(self) -> Kind {
        self.declaration().kind
    }
}

/// Signals whose last part is the site's own choice.
pub const FAMILIES: [Declaration; 2] = [
    Declaration {
        name: "page.query.<key>",
        kind: Kind::Text,
        supplier: Supplier::Tag,
        meaning: "a parameter of the page's address",
        english: Phrase::Noun("the address parameter"),
        french: Phrase::Noun("le paramètre d’adresse"),
        values: &[],
        any_case: false,
    },
    Declaration {
        name: "customer.<name>",
        kind: Kind::Text,
        supplier: Supplier::Site,
        meaning: "an attribute the site signs or imports, declared under `[customer]`: text, number, yes/no or set",
        english: Phrase::Noun("the customer attribute"),
        french: Phrase::Noun("l’attribut client"),
        values: &[],
        any_case: false,
    },
];
