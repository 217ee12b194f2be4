//! The right-hand side of a condition: literals, lists, comparisons, ranges, globs.

use toml::de::DeValue;

use crate::clock::day_of;
use crate::condition::{Subject, Wanted};
use crate::diagnostic::Code;
use crate::file::reader::{Reader, Value, backticked, number};
use crate::glob::Glob;
use crate::interval::Interval;
use crate::quantity::{comparison, is_whole, looks_compared, quantity, whole_ends};
use crate::signal::{Kind, Signal};

/// Longest list of values.
const MAX_LIST: usize = 1_000;

impl Reader<'_> {
    /// What a value or a list of values asks of a subject.
    pub(super) fn wanted(&mut self, subject: &Subject, value: &Value<'_>) -> Option<Wanted> {
        match subject.kind() {
            Kind::Flag => self.flag(subject, value).map(Wanted::Flag),
            Kind::Path | Kind::Text | Kind::Set => self.globs(subject, value).map(Wanted::Text),
            _ => self.intervals(subject, value).map(Wanted::Number),
        }
    }

    /// The items of a list, or the one value itself.
    fn items<'t, 'i>(&mut self, name: &str, value: &'t Value<'i>) -> Option<Vec<&'t Value<'i>>> {
        let Some(list) = value.get_ref().as_array() else { return Some(vec![value]) };
        if list.is_empty() {
            self.report
                .error(
                    Code::Impossible,
                    value.span(),
                    format!("the list of `{name}` is empty: nothing is ever in it"),
                )
                .help("write at least one value, or remove the line");
            return None;
        }
        if list.len() > MAX_LIST {
            self.report
                .error(
                    Code::Limit,
                    value.span(),
                    format!("this list has {} values, and {MAX_LIST} are the most", list.len()),
                )
                .help("use `*` in a value, or a segment");
            return None;
        }
        Some(list.iter().collect())
    }

    pub(super) fn globs(&mut self, subject: &Subject, value: &Value<'_>) -> Option<Vec<Glob>> {
        let name = subject.name();
        let items = self.items(&name, value)?;
        let mut globs = Vec::with_capacity(items.len());
        for item in items {
            globs.push(self.glob(subject, &name, item));
        }
        globs.into_iter().collect()
    }

    fn glob(&mut self, subject: &Subject, name: &str, value: &Value<'_>) -> Option<Glob> {
        let Some(text) = value.get_ref().as_str() else {
            let written = self.report.source().get(value.span()).unwrap_or_default().to_owned();
            let wanted = if subject.kind() == Kind::Set { "a set of texts" } else { "a text" };
            self.wrong_type(value.span(), name, wanted, value).help(match value.get_ref() {
                DeValue::Table(_) => "write a text, a list of texts or `{ not = … }`".to_owned(),
                _ => format!("write it between quotes: `\"{written}\"`"),
            });
            return None;
        };
        if text.is_empty() {
            self.report
                .error(
                    Code::Impossible,
                    value.span(),
                    format!("`{name}` is never an empty text: it is absent then"),
                )
                .help("write `{ not = \"*\" }` to ask that there is none");
            return None;
        }
        if looks_compared(text) {
            self.not_compared(subject, name, text, value);
            return None;
        }
        let is_path = subject.kind() == Kind::Path;
        if is_path && !text.starts_with(['/', '*']) {
            self.report
                .error(Code::Impossible, value.span(), format!("the path `{text}` does not begin with `/`"))
                .help(match text.split_once("://") {
                    Some((_, rest)) => match rest.find('/') {
                        Some(slash) => format!("write the path alone: `{}`", &rest[slash..]),
                        None => "write the path alone: `/`".to_owned(),
                    },
                    None => format!("write `/{text}`"),
                });
            return None;
        }
        if is_path && text.contains(['?', '#']) {
            self.report
                .error(
                    Code::Impossible,
                    value.span(),
                    format!("the path `{text}` has a part that paths never have"),
                )
                .help("compare the path alone, and address parameters with `page.query.NAME = …`");
            return None;
        }
        self.known_value(subject, name, text, value);
        self.likely_value(subject, name, text, value);
        match Glob::new(text, subject.style()) {
            Ok(glob) => Some(glob),
            Err(fault) => {
                self.report.error(Code::Limit, value.span(), fault.to_string()).help("shorten it with `*`");
                None
            }
        }
    }

    /// Reports a comparison where texts are: it would be taken for the text itself, and never hold.
    fn not_compared(&mut self, subject: &Subject, name: &str, text: &str, value: &Value<'_>) {
        let what = if subject.kind() == Kind::Set { "a set of texts" } else { "a text" };
        let literal = format!("for a text that ends in this, write `\"*{}\"`", text.trim());
        let help = match subject {
            Subject::Customer(attribute, _) => {
                format!("declare `{attribute} = \"number\"` below `[customer]`; {literal}")
            }
            Subject::Pages | Subject::Events => format!("write `times = \"{}\"` for how often", text.trim()),
            _ => literal,
        };
        self.report
            .error(Code::WrongType, value.span(), format!("`{name}` is {what} and cannot be compared"))
            .help(help);
    }

    /// Reports a value that a closed list of values does not have.
    fn known_value(&mut self, subject: &Subject, name: &str, text: &str, value: &Value<'_>) {
        let Subject::Signal(signal) = subject else { return };
        let known = signal.declaration().values;
        if known.is_empty() || text.contains('*') || known.contains(&text) {
            return;
        }
        let help = match self.report.nearest(text, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("it can be {}", backticked(known, "or")),
        };
        self.report.error(Code::Impossible, value.span(), format!("`{name}` is never `{text}`")).help(help);
    }

    /// Warns of a value that a signal of codes or hosts hardly ever has.
    fn likely_value(&mut self, subject: &Subject, name: &str, text: &str, value: &Value<'_>) {
        let Subject::Signal(signal) = subject else { return };
        if text.contains('*') {
            return;
        }
        let is_code =
            |letters: usize| text.len() == letters && text.bytes().all(|b| b.is_ascii_alphanumeric());
        let (what, help) = match signal {
            Signal::GeoCountry if !is_code(2) => {
                ("a code of two letters", "write the country's ISO 3166 code, such as `FR`".to_owned())
            }
            Signal::CartCurrency if !is_code(3) => {
                ("a code of three letters", "write the currency's ISO 4217 code, such as `EUR`".to_owned())
            }
            Signal::VisitReferrer if text.contains('/') => {
                let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
                let host = rest.split('/').next().unwrap_or_default();
                let help = if host.is_empty() { "google.com" } else { host };
                ("a host without its address", format!("write the host alone: `{help}`"))
            }
            _ => return,
        };
        self.report
            .warning(Code::Impossible, value.span(), format!("`{name}` is {what}, and `{text}` is none"))
            .help(help);
    }

    pub(super) fn flag(&mut self, subject: &Subject, value: &Value<'_>) -> Option<bool> {
        match value.get_ref() {
            DeValue::Boolean(flag) => Some(*flag),
            DeValue::String(text) if text == "yes" => Some(true),
            DeValue::String(text) if text == "no" => Some(false),
            _ => {
                self.wrong_type(value.span(), &subject.name(), "yes or no", value)
                    .help("write `true` or `false`, without quotes");
                None
            }
        }
    }

    fn intervals(&mut self, subject: &Subject, value: &Value<'_>) -> Option<Vec<Interval>> {
        let name = subject.name();
        let items = self.items(&name, value)?;
        let mut intervals = Vec::with_capacity(items.len());
        for item in items {
            intervals.push(self.interval(subject, &name, item));
        }
        intervals.into_iter().collect()
    }

    fn interval(&mut self, subject: &Subject, name: &str, value: &Value<'_>) -> Option<Interval> {
        let kind = subject.kind();
        let interval = match value.get_ref() {
            DeValue::String(text) => match comparison(kind, text) {
                Some(Ok(interval)) => interval,
                Some(Err(fault)) => {
                    let help = past_midnight(subject, text).unwrap_or(fault.help);
                    self.report.error(Code::BadValue, value.span(), fault.message).help(help);
                    return None;
                }
                None => self.exactly(kind, name, text, value)?,
            },
            DeValue::Datetime(_) if kind == Kind::Date => Interval::only(self.day(name, value)?),
            bare => match (number(bare), kind) {
                (Some(number), Kind::Number) => Interval::only(number),
                (Some(number), Kind::Duration) => {
                    self.wrong_type(value.span(), name, "a duration", value)
                        .help(format!("write a comparison with a unit: `\">= {number}s\"`"));
                    return None;
                }
                (Some(number), Kind::Percent) => {
                    self.wrong_type(value.span(), name, "a percentage", value)
                        .help(format!("write a comparison: `\">= {number}%\"`"));
                    return None;
                }
                _ => {
                    let help = match kind {
                        Kind::Date => "write a date, `2026-11-01`, or a comparison, `\">= 2026-11-01\"`",
                        Kind::Duration => "write a comparison with a unit: `\">= 45s\"`",
                        Kind::Percent => "write a comparison: `\">= 50%\"`",
                        _ => "write a number, or a comparison such as `\">= 3\"` or `\"10..20\"`",
                    };
                    let wanted = match kind {
                        Kind::Date => "a date",
                        Kind::Duration => "a duration",
                        Kind::Percent => "a percentage",
                        _ => "a number",
                    };
                    self.wrong_type(value.span(), name, wanted, value).help(help);
                    return None;
                }
            },
        };
        self.within_reach(subject, name, &interval, value);
        Some(interval)
    }

    /// A quantity without a sign asks for equality, which is a slip where values are measured.
    fn exactly(&mut self, kind: Kind, name: &str, text: &str, value: &Value<'_>) -> Option<Interval> {
        match quantity(kind, text) {
            Ok(exact) if kind == Kind::Date => Some(Interval::only(exact)),
            Ok(_) if kind == Kind::Number => {
                self.report
                    .error(Code::WrongType, value.span(), format!("`{name}` is a number, and this is a text"))
                    .help(format!(
                        "write `{}` without quotes, or a comparison: `\">= {}\"`",
                        text.trim(),
                        text.trim()
                    ));
                None
            }
            Ok(_) => {
                self.report
                    .error(Code::BadValue, value.span(), format!("`{name}` is hardly ever exactly `{text}`"))
                    .help(format!("did you mean `\">= {}\"`?", text.trim()));
                None
            }
            Err(fault) => {
                self.report.error(Code::BadValue, value.span(), fault.message).help(fault.help);
                None
            }
        }
    }

    /// Reports a comparison that no value of the signal can meet.
    fn within_reach(&mut self, subject: &Subject, name: &str, interval: &Interval, value: &Value<'_>) {
        if is_whole(subject) && whole_ends(interval).is_empty() {
            self.report
                .error(Code::Impossible, value.span(), format!("`{name}` can never be that"))
                .help("it is a whole number");
            return;
        }
        let (low, high, what) = match subject {
            Subject::Signal(Signal::TimeHour) => (0.0, 23.0, "hours go from 0 to 23"),
            Subject::Signal(Signal::VisitorVisits | Signal::VisitNumber) => {
                (1.0, f64::INFINITY, "this visit counts: the first is 1")
            }
            Subject::Signal(signal) if signal.kind() == Kind::Percent => {
                (0.0, 100.0, "it goes from 0% to 100%")
            }
            Subject::Signal(signal) if signal.is_live() => {
                (0.0, f64::from(u32::MAX), "it starts over on each page")
            }
            Subject::Signal(signal) if signal.kind() != Kind::Date => {
                (0.0, f64::INFINITY, "it is never below 0")
            }
            _ => return,
        };
        let reach = Interval { low, high, with_low: true, with_high: true };
        if interval.and(&reach).is_empty() {
            self.report
                .error(Code::Impossible, value.span(), format!("`{name}` can never be that"))
                .help(what);
        }
    }

    /// Days since 1970 of a TOML date.
    pub(super) fn day(&mut self, name: &str, value: &Value<'_>) -> Option<f64> {
        let date = value
            .get_ref()
            .as_datetime()
            .and_then(|datetime| datetime.date.filter(|_| datetime.time.is_none()));
        let day = date.and_then(|date| day_of(date.year.into(), date.month.into(), date.day.into()));
        if day.is_none() {
            self.report
                .error(Code::BadValue, value.span(), format!("`{name}` is a day, and this is not"))
                .help("write year, month and day without quotes: `2026-11-01`");
        }
        day.map(f64::from)
    }
}

/// The next step for hours that go on after midnight: the opposite range would be the rest of the day.
fn past_midnight(subject: &Subject, text: &str) -> Option<String> {
    let (from, to) = text.split_once("..").filter(|_| *subject == Subject::Signal(Signal::TimeHour))?;
    let (from, to) = (from.trim(), to.trim());
    let is_turned = quantity(Kind::Number, from).ok()? > quantity(Kind::Number, to).ok()?;
    is_turned.then(|| format!("write `[\">= {from}\", \"<= {to}\"]` for hours past midnight"))
}
