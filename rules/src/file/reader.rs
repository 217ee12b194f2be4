//! Walks TOML tables in file order and reports what does not belong there.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::condition::Subject;
use crate::diagnostic::{Code, Report};
use crate::review::Work;
use crate::signal::{Kind, Signal};

/// A value and where it is.
pub(super) type Value<'i> = Spanned<DeValue<'i>>;

/// One key of a table.
#[derive(Clone)]
pub(super) struct Entry<'t, 'i> {
    pub(super) key: &'t str,
    /// The key alone.
    pub(super) span: Range<usize>,
    pub(super) value: &'t Value<'i>,
}

/// The state of one check.
pub(super) struct Reader<'s> {
    pub(super) report: Report<'s>,
    /// Declared attributes.
    pub(super) attributes: BTreeMap<String, Kind>,
    /// Where the conditions of the present rule are written, in their order.
    pub(super) written: Vec<Written>,
    /// What reviewing the file has cost so far.
    pub(super) work: Work,
}

/// Where a condition is written.
pub(super) struct Written {
    /// Its name.
    pub(super) name: Range<usize>,
    /// Its value, within any `{ not = … }`.
    pub(super) value: Range<usize>,
}

impl<'s> Reader<'s> {
    pub(super) fn new(file: &'s str, source: &'s str) -> Self {
        Self {
            report: Report::new(file, source),
            attributes: BTreeMap::new(),
            written: Vec::new(),
            work: Work::default(),
        }
    }

    /// The entries of a table in file order: the parser keeps them by name.
    pub(super) fn entries<'t, 'i>(&self, table: &'t DeTable<'i>) -> Vec<Entry<'t, 'i>> {
        let mut entries: Vec<_> =
            table.iter().map(|(key, value)| Entry { key: key.get_ref(), span: key.span(), value }).collect();
        entries.sort_by_key(|entry| entry.span.start);
        entries
    }

    /// The entries of a value that has to be a table.
    pub(super) fn table<'t, 'i>(
        &mut self,
        name: &str,
        value: &'t Value<'i>,
        help: &str,
    ) -> Option<Vec<Entry<'t, 'i>>> {
        match value.get_ref().as_table() {
            Some(table) => Some(self.entries(table)),
            None => {
                self.wrong_type(value.span(), name, "a table", value).help(help);
                None
            }
        }
    }

    /// Reports every entry whose key is not one of `known`.
    pub(super) fn only(&mut self, entries: &[Entry<'_, '_>], known: &[&str], place: &str) {
        for entry in entries {
            if !known.contains(&entry.key) {
                self.unknown_key(entry, known, place);
            }
        }
    }

    pub(super) fn unknown_key(&mut self, entry: &Entry<'_, '_>, known: &[&str], place: &str) {
        let help = match self.report.nearest(entry.key, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("{place} there are {}", backticked(known, "and")),
        };
        self.report
            .error(Code::UnknownKey, entry.span.clone(), format!("`{}` means nothing {place}", entry.key))
            .help(help);
    }

    pub(super) fn wrong_type(
        &mut self,
        span: Range<usize>,
        name: &str,
        wanted: &str,
        value: &Value<'_>,
    ) -> &mut Report<'s> {
        if let Some(why) = beyond_numbers(value.get_ref()) {
            let written = self.report.source().get(value.span()).unwrap_or_default().to_owned();
            return self.report.error(Code::BadValue, span, format!("`{written}` is {why}"));
        }
        let found = type_name(value.get_ref());
        self.report.error(Code::WrongType, span, format!("`{name}` is {wanted}, and this is {found}"))
    }

    /// A text that is not empty.
    pub(super) fn text<'t>(&mut self, name: &str, value: &'t Value<'_>) -> Option<&'t str> {
        match value.get_ref().as_str() {
            Some("") => {
                self.report
                    .error(Code::BadValue, value.span(), format!("`{name}` is empty"))
                    .help("write a text, or remove the line");
                None
            }
            Some(text) => Some(text),
            None => {
                self.wrong_type(value.span(), name, "a text", value).help("write it between quotes");
                None
            }
        }
    }

    /// A whole number within a range.
    pub(super) fn whole(
        &mut self,
        name: &str,
        value: &Value<'_>,
        range: std::ops::RangeInclusive<i64>,
    ) -> Option<i64> {
        let Some(number) = integer(value.get_ref()) else {
            if number(value.get_ref()).is_some() {
                let written = self.report.source().get(value.span()).unwrap_or_default().to_owned();
                self.report
                    .error(
                        Code::WrongType,
                        value.span(),
                        format!("`{name}` is a whole number, and `{written}` is not"),
                    )
                    .help("write a whole number");
                return None;
            }
            self.wrong_type(value.span(), name, "a whole number", value).help("write digits without quotes");
            return None;
        };
        if range.contains(&number) {
            return Some(number);
        }
        self.report.error(Code::BadValue, value.span(), format!("`{name}` is {number}")).help(format!(
            "write a number from {} to {}",
            range.start(),
            range.end()
        ));
        None
    }

    /// A word out of a few.
    pub(super) fn word<'t>(&mut self, name: &str, value: &'t Value<'_>, known: &[&str]) -> Option<&'t str> {
        let text = self.text(name, value)?;
        if known.contains(&text) {
            return Some(text);
        }
        let help = match self.report.nearest(text, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("it can be {}", backticked(known, "or")),
        };
        self.report.error(Code::BadValue, value.span(), format!("`{name}` cannot be `{text}`")).help(help);
        None
    }

    /// A duration, in milliseconds.
    pub(super) fn duration_ms(&mut self, name: &str, value: &Value<'_>) -> Option<u64> {
        let Some(text) = value.get_ref().as_str() else {
            self.wrong_type(value.span(), name, "a duration", value)
                .help("write a number and a unit: `\"30m\"`, `\"2d\"`");
            return None;
        };
        match crate::quantity::duration_ms(text) {
            Ok(ms) => Some(ms as u64),
            Err(fault) => {
                self.report.error(Code::BadValue, value.span(), fault.message).help(fault.help);
                None
            }
        }
    }

    /// The signal or attribute of a name.
    pub(super) fn subject(&self, name: &str) -> Option<Subject> {
        if let Some(key) = name.strip_prefix("page.query.") {
            return (!key.is_empty()).then(|| Subject::Query(key.to_owned()));
        }
        if let Some(attribute) = name.strip_prefix("customer.") {
            let kind = self.attributes.get(attribute)?;
            return Some(Subject::Customer(attribute.to_owned(), *kind));
        }
        Signal::named(name).map(Subject::Signal)
    }

    /// The next step for a name that is no signal.
    pub(super) fn signal_help(&self, name: &str) -> String {
        if let Some(attribute) = name.strip_prefix("customer.") {
            let near = self.report.nearest(attribute, self.attributes.keys().map(String::as_str));
            return match near {
                Some(near) => format!("did you mean `customer.{near}`?"),
                None => {
                    format!("declare it at the top of the file: `[customer]`, then `{attribute} = \"text\"`")
                }
            };
        }
        // What others call them.
        if matches!(name, "page.url" | "page.uri" | "page.address" | "page.pathname") {
            return "did you mean `page.path`?".to_owned();
        }
        let all = || Signal::ALL.iter().map(|signal| signal.name());
        let attributes = self.attributes.keys().take_while(|_| self.report.suggests());
        let own: Vec<String> = attributes.map(|name| format!("customer.{name}")).collect();
        if let Some(near) = self.report.nearest(name, all().chain(own.iter().map(String::as_str))) {
            return format!("did you mean `{near}`?");
        }
        // The right name in the wrong place is the next most likely.
        let last = name.rsplit('.').next().unwrap_or(name);
        if let Some(same) = all().find(|signal| signal.rsplit('.').next() == Some(last)) {
            return format!("did you mean `{same}`?");
        }
        let space = name.split('.').next().unwrap_or(name);
        let siblings: Vec<_> = all().filter(|signal| signal.split('.').next() == Some(space)).collect();
        if siblings.is_empty() {
            "signals begin with `page`, `event`, `visit`, `visitor`, `customer`, `cart`, `orders`, `form`, `clicks`, `device`, `geo`, `time` or `desk`".to_owned()
        } else {
            format!("`{space}` has {}", backticked(&siblings, "and"))
        }
    }

    /// The span of a dotted key, of which the parser knows only the last part.
    pub(super) fn dotted_span(&self, last: Range<usize>) -> Range<usize> {
        let before = self.report.source().get(..last.start).unwrap_or_default();
        let dotted =
            before.trim_end_matches(|c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '"'));
        let start = if before.ends_with('.') { dotted.len() } else { last.start };
        start..last.end
    }
}

/// `a`, `b` and `c`.
pub(super) fn backticked(words: &[&str], word: &str) -> String {
    let words: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
    crate::sentence::listed(&words, word)
}

/// How messages name a value's TOML type.
pub(super) fn type_name(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "yes or no",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// Why a number is none to reckon with.
fn beyond_numbers(value: &DeValue<'_>) -> Option<&'static str> {
    match value {
        DeValue::Integer(_) if integer(value).is_none() => Some("too large a number"),
        DeValue::Float(_) if number(value).is_none() => Some("not a finite number"),
        _ => None,
    }
}

pub(super) fn integer(value: &DeValue<'_>) -> Option<i64> {
    let integer = value.as_integer()?;
    i64::from_str_radix(integer.as_str(), integer.radix()).ok()
}

/// Any number.
pub(super) fn number(value: &DeValue<'_>) -> Option<f64> {
    match value {
        DeValue::Integer(_) => integer(value).map(|number| number as f64),
        DeValue::Float(float) => float.as_str().parse().ok().filter(|number: &f64| number.is_finite()),
        _ => None,
    }
}
