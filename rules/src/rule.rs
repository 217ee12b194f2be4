//! A checked rule and a checked site: plain data, in the order and the words of the file.

use crate::condition::Condition;
use crate::schedule::Schedule;
use crate::template::Template;

/// One rule of the file.
#[derive(Clone, Debug, PartialEq, bincode::Encode, bincode::Decode)]
pub struct Rule {
    /// Unique in the file.
    pub id: String,
    /// For people; the id where the file gives none.
    pub name: String,
    /// What it does.
    pub show: Show,
    /// Higher wins.
    pub priority: i32,
    /// At most one rule of a group is on screen.
    pub group: Option<String>,
    /// How often one visitor sees it.
    pub cap: Option<Cap>,
    /// Part of the visitors that is kept as control group, 0 to 1.
    pub holdout: f64,
    /// A/B variants; empty where there is one form only.
    pub variants: Vec<Variant>,
    /// When it may be shown at all.
    pub schedule: Option<Schedule>,
    /// Whether the visitor must have agreed to be remembered.
    pub consent: ConsentNeed,
    /// `data-declic-slot` a banner fills instead of floating.
    pub slot: Option<String>,
    /// Where a banner that fills no slot stands.
    pub place: Place,
    /// What must hold, the file's `when`, `unless` and what placeholders imply, in this order.
    pub condition: RuleCondition,
    /// Texts by language, in file order.
    pub content: Vec<(String, Content)>,
    /// The line of its id, counted from 1.
    pub line: u32,
}

/// The three parts of a rule's condition, kept apart for sentences and explanations.
#[derive(Clone, Debug, PartialEq, bincode::Encode, bincode::Decode)]
pub struct RuleCondition {
    /// Every one must hold.
    pub when: Vec<Condition>,
    /// None may hold.
    pub unless: Vec<Condition>,
    /// Values that the texts name and therefore need.
    pub implied: Vec<Condition>,
}

impl RuleCondition {
    /// The three parts as one condition.
    pub fn whole(&self) -> Condition {
        let unless = self.unless.iter().map(|part| Condition::Not(Box::new(part.clone())));
        Condition::All(self.when.iter().cloned().chain(unless).chain(self.implied.iter().cloned()).collect())
    }
}

/// What a rule does.
#[derive(Clone, Debug, PartialEq, Eq, bincode::Encode, bincode::Decode)]
pub enum Show {
    /// Shows a call-back button.
    Callback,
    /// Shows a banner.
    Banner,
    /// Shows a chat prompt.
    Chat,
    /// Shows a short survey.
    Survey,
    /// Sends a webhook; shows nothing.
    Notify {
        /// The webhook's event.
        event: String,
    },
    /// Puts the visitor in a segment; shows nothing.
    Tag {
        /// The segment.
        segment: String,
    },
}

impl Show {
    /// Their names in a rule file.
    pub const NAMES: [&'static str; 6] = ["callback", "banner", "chat", "survey", "notify", "tag"];

    /// Its name in a rule file.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Callback => "callback",
            Self::Banner => "banner",
            Self::Chat => "chat",
            Self::Survey => "survey",
            Self::Notify { .. } => "notify",
            Self::Tag { .. } => "tag",
        }
    }

    /// Whether the visitor sees anything of it.
    pub const fn is_visible(&self) -> bool {
        !matches!(self, Self::Notify { .. } | Self::Tag { .. })
    }
}

/// Where a floating banner stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, bincode::Encode, bincode::Decode)]
pub enum Place {
    /// A box in the corner.
    #[default]
    Corner,
    /// A bar along the bottom of the window.
    Bar,
}

impl Place {
    /// Their names in a rule file.
    pub const NAMES: [&'static str; 2] = ["corner", "bar"];
}

/// Over what a cap counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, bincode::Encode, bincode::Decode)]
pub enum Period {
    /// This visit.
    Visit,
    /// This day of the site's calendar.
    Day,
    /// The last seven days of the site's calendar, today included.
    Week,
    /// The last thirty days of the site's calendar, today included.
    Month,
    /// For ever.
    Visitor,
}

impl Period {
    /// Their names in a rule file.
    pub const NAMES: [&'static str; 5] = ["visit", "day", "week", "month", "visitor"];

    /// All of them, in the order of [`Self::NAMES`].
    pub const ALL: [Self; 5] = [Self::Visit, Self::Day, Self::Week, Self::Month, Self::Visitor];

    /// Its name in a rule file.
    pub const fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }
}

/// How often, and how soon again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, bincode::Encode, bincode::Decode)]
pub struct Cap {
    /// Over what `times` counts.
    pub per: Period,
    /// At most so often.
    pub times: u32,
    /// Not again for so long after the last time.
    pub cooldown_ms: Option<u64>,
}

/// Whether a rule needs a visitor who agreed to be remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, bincode::Encode, bincode::Decode)]
pub enum ConsentNeed {
    /// It does: it counts, measures, stores or sends something about the visitor.
    Needed,
    /// It does not.
    NotNeeded,
}

impl ConsentNeed {
    /// What counts, measures, stores or sends something about a visitor needs one who agreed to it.
    pub(crate) fn by_default(show: &Show, cap: Option<Cap>, holdout: f64) -> Self {
        if !show.is_visible() || cap.is_some() || holdout > 0.0 { Self::Needed } else { Self::NotNeeded }
    }

    /// Whether whoever meets the other need meets this one.
    pub(crate) fn asks_no_more_than(self, other: Self) -> bool {
        self == Self::NotNeeded || other == Self::Needed
    }
}

/// One form of an A/B test.
#[derive(Clone, Debug, PartialEq, bincode::Encode, bincode::Decode)]
pub struct Variant {
    /// Unique in the rule.
    pub name: String,
    /// Its share, relative to the others'.
    pub weight: u32,
    /// Texts by language; what is absent is the rule's own.
    pub content: Vec<(String, Content)>,
}

/// What a widget says, in one language.
#[derive(Clone, Debug, Default, PartialEq, bincode::Encode, bincode::Decode)]
pub struct Content {
    /// Heading.
    pub title: Option<Template>,
    /// Body.
    pub text: Option<Template>,
    /// Label of the main button.
    pub action: Option<Template>,
    /// Where the main button leads.
    pub link: Option<Template>,
    /// Pages that may answer the question without a human.
    pub links: Vec<Link>,
    /// The widget's own labels, by their names in [`LABELS`](crate::LABELS).
    pub labels: Vec<(String, String)>,
}

impl Content {
    /// Every text that may have placeholders.
    pub(crate) fn templates(&self) -> impl Iterator<Item = &Template> {
        let own = [&self.title, &self.text, &self.action, &self.link].into_iter().flatten();
        own.chain(self.links.iter().flat_map(|link| [&link.label, &link.link]))
    }
}

/// A page that helps.
#[derive(Clone, Debug, PartialEq, bincode::Encode, bincode::Decode)]
pub struct Link {
    /// What it is called.
    pub label: Template,
    /// Where it leads.
    pub link: Template,
}

/// What a file says of the whole site.
#[derive(Clone, Debug, PartialEq, bincode::Encode, bincode::Decode)]
pub struct Site {
    /// How much one visitor sees of all rules together.
    pub pressure: Option<Cap>,
    /// A time zone of the IANA database.
    pub timezone: String,
    /// Languages every visible rule must speak, the first being the one to fall back to.
    pub languages: Vec<String>,
}

impl Default for Site {
    fn default() -> Self {
        Self { pressure: None, timezone: "UTC".to_owned(), languages: Vec::new() }
    }
}

impl Rule {
    /// The texts for a language: of that very tag, else of its primary language, else of the site's first
    /// language, else the first of the file. With the tag of the texts.
    pub fn content(&self, language: &str, site: &Site) -> Option<(&str, &Content)> {
        pick(&self.content, language, site)
    }
}

/// The texts that suit a language best; see [`Rule::content`].
pub(crate) fn pick<'c>(
    content: &'c [(String, Content)],
    language: &str,
    site: &Site,
) -> Option<(&'c str, &'c Content)> {
    let of = |wanted: &str| content.iter().find(|(tag, _)| tag.eq_ignore_ascii_case(wanted));
    of(language)
        .or_else(|| of(primary(language)))
        .or_else(|| site.languages.first().and_then(|first| of(first)))
        .or_else(|| content.first())
        .map(|(tag, content)| (tag.as_str(), content))
}

/// `fr` of `fr-CA`.
pub(crate) fn primary(language: &str) -> &str {
    language.split(['-', '_']).next().unwrap_or_default()
}
