//! The two languages the panel speaks, and how each writes sums, lists and what somebody said.

/// Most entries of a list that are told one by one; the export has them all.
const MAX_TOLD: usize = 8;

/// A language the panel speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// English, for everyone whose language is not spoken here.
    English,
    /// French.
    French,
}

impl Language {
    /// The language that suits a BCP 47 tag.
    pub fn of(tag: &str) -> Self {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        if primary.eq_ignore_ascii_case("fr") { Self::French } else { Self::English }
    }

    /// The text in this language.
    pub(super) fn pick<'t>(self, english: &'t str, french: &'t str) -> &'t str {
        match self {
            Self::English => english,
            Self::French => french,
        }
    }

    /// The text as somebody's own words.
    pub(super) fn quoted(self, text: &str) -> String {
        match self {
            Self::English => format!("“{text}”"),
            Self::French => format!("«\u{a0}{text}\u{a0}»"),
        }
    }

    /// A sum, with its currency where that is known.
    pub(super) fn sum(self, total: f64, currency: &str) -> String {
        let sum = format!("{total:.2}");
        let sum = self.pick(&sum, &sum.replace('.', ",")).to_owned();
        if currency.is_empty() { sum } else { format!("{sum} {currency}") }
    }

    /// The newest of a list whose oldest come first, newest first; nothing for an empty one.
    pub(super) fn list<T: AsRef<str>>(self, entries: impl DoubleEndedIterator<Item = T>) -> Option<String> {
        let mut texts: Vec<T> = entries.rev().collect();
        let more = texts.len().saturating_sub(MAX_TOLD);
        texts.truncate(MAX_TOLD);
        let mut told = texts.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(", ");
        if more > 0 {
            told += &format!("{} {more}", self.pick(", and before them", ", et avant cela"));
        }
        (!told.is_empty()).then_some(told)
    }
}
