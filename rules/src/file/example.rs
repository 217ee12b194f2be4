//! `[[rule.example]]`: a test that the marketer writes.

use crate::card::value_for;
use crate::clock::Zone;
use crate::condition::{Polarity, Subject};
use crate::diagnostic::Code;
use crate::explanation::written_test;
use crate::facts::Facts;
use crate::file::reader::{Entry, Reader, Value, number};
use crate::quantity::quantity;
use crate::rule::{Rule, Site};
use crate::signal::Kind;
use crate::truth::Truth;
use crate::words::Language;

/// An example and how it went.
#[derive(Clone, Debug)]
pub struct Example {
    /// Index of its rule.
    pub rule: usize,
    /// Its line, counted from 1.
    pub line: usize,
    /// What it supposes.
    pub facts: Facts,
    /// What it expects.
    pub expected: Expectation,
    /// What the rule says.
    pub found: Expectation,
}

/// What becomes of a rule, looked at alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expectation {
    /// It holds.
    Show,
    /// It does not.
    Hide,
    /// It would, if live signals went on.
    NotYet,
}

impl Expectation {
    const ALL: [Self; 3] = [Self::Show, Self::Hide, Self::NotYet];

    /// Its name in a rule file.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Show => "show",
            Self::Hide => "hide",
            Self::NotYet => "not_yet",
        }
    }
}

impl Example {
    /// Whether the rule does as expected.
    pub fn passes(&self) -> bool {
        self.expected == self.found
    }
}

impl Reader<'_> {
    /// Reads and runs one example.
    pub(super) fn example(
        &mut self,
        value: &Value<'_>,
        rule: &Rule,
        site: &Site,
        index: usize,
    ) -> Option<Example> {
        let help = "write `[[rule.example]]`, then `given = { … }` and `expect = \"show\"`";
        let entries = self.table("example", value, help)?;
        self.only(&entries, &["given", "expect", "at"], "in an example");
        let find = |key: &str| entries.iter().find(|entry| entry.key == key);
        for key in ["given", "expect"] {
            if find(key).is_none() {
                self.report
                    .error(Code::Missing, value.span(), format!("this example does not say `{key}`"))
                    .help(help);
            }
        }
        let names = Expectation::ALL.map(Expectation::name);
        let before = self.report.errors();
        let word = find("expect").and_then(|expect| self.word("expect", expect.value, &names));
        let at = find("at").and_then(|entry| {
            let minutes = self.wall_minutes("at", entry.value, 0)?;
            self.existing(minutes, entry, site)
        });
        let mut facts = Facts::new();
        if let Some(minutes) = at {
            facts.set_time(local(minutes));
        }
        if let Some(given) = find("given")
            && let Some(entries) =
                self.table("given", given.value, "write `given = { page.path = \"/cart\" }`")
        {
            self.given("", entries, &mut facts);
        }
        if self.report.errors() > before {
            return None;
        }
        let expect = find("given").and(find("expect"))?;
        let expected = Expectation::ALL.into_iter().find(|expectation| Some(expectation.name()) == word)?;
        let found = match rule.condition.whole().truth(&facts) {
            // A rule out of its hours is not shown; without a time, an example is about the conditions alone.
            _ if at.is_some_and(|minutes| {
                rule.schedule.as_ref().is_some_and(|plan| !plan.is_open(local(minutes)))
            }) =>
            {
                Expectation::Hide
            }
            Truth::Yes => Expectation::Show,
            Truth::NotYet => Expectation::NotYet,
            Truth::No => Expectation::Hide,
        };
        let line = self.report.line(expect.span.start);
        if found != expected {
            self.report
                .error(
                    Code::FailingExample,
                    expect.value.span(),
                    format!(
                        "this example expects `{}`, and the rule says `{}`",
                        expected.name(),
                        found.name()
                    ),
                )
                .help(advice(rule, &facts, found));
        }
        Some(Example { rule: index, line, facts, expected, found })
    }

    /// Reports a time that the site's clock skips.
    fn existing(&mut self, minutes: i64, entry: &Entry<'_, '_>, site: &Site) -> Option<i64> {
        let Some(zone) = Zone::named(&site.timezone) else { return Some(minutes) };
        let shown = zone.instants(minutes).next().map(|instant| zone.local(instant).minutes());
        if shown == Some(minutes) {
            return shown;
        }
        self.report
            .error(
                Code::BadValue,
                entry.value.span(),
                format!("`at` is a time that the clock skips in `{}`", site.timezone),
            )
            .help("write a time before or after it: clocks go forward then");
        None
    }

    fn given(&mut self, space: &str, entries: Vec<Entry<'_, '_>>, facts: &mut Facts) {
        for entry in entries {
            let name = format!("{space}{}", entry.key);
            match name.as_str() {
                "visited" | "did" => self.past(&name, &entry, facts),
                _ => match (self.subject(&name), entry.value.get_ref().as_table()) {
                    (Some(subject), _) => self.given_value(&subject, &name, entry.value, facts),
                    (None, Some(table)) => {
                        let inner = self.entries(table);
                        self.given(&format!("{name}."), inner, facts);
                    }
                    (None, None) => {
                        let span = self.dotted_span(entry.span.clone());
                        let help = self.signal_help(&name);
                        self.report
                            .error(Code::UnknownSignal, span, format!("`{name}` is not a signal"))
                            .help(help);
                    }
                },
            }
        }
    }

    fn given_value(&mut self, subject: &Subject, name: &str, value: &Value<'_>, facts: &mut Facts) {
        match subject.kind() {
            Kind::Text | Kind::Path => {
                let Some(text) = self.text(name, value) else { return };
                match subject {
                    Subject::Signal(signal) => facts.set_text(*signal, text),
                    Subject::Query(key) => facts.set_query(key, text),
                    _ => facts.set_customer_text(entry_name(subject), text),
                };
            }
            Kind::Set => {
                let items: Vec<&Value<'_>> = match value.get_ref().as_array() {
                    Some(list) => list.iter().collect(),
                    None => vec![value],
                };
                let mut members = Vec::new();
                for item in items {
                    members.extend(self.text(name, item));
                }
                match subject {
                    Subject::Signal(signal) => facts.set_members(*signal, members),
                    _ => facts.set_customer_members(entry_name(subject), members),
                };
            }
            Kind::Flag => {
                let Some(flag) = self.flag(subject, value) else { return };
                match subject {
                    Subject::Signal(signal) => facts.set_flag(*signal, flag),
                    _ => facts.set_customer_flag(entry_name(subject), flag),
                };
            }
            kind => {
                let Some(given) = self.given_number(kind, name, value) else { return };
                match subject {
                    Subject::Signal(signal) => facts.set_number(*signal, given),
                    _ => facts.set_customer_number(entry_name(subject), given),
                };
            }
        }
    }

    fn given_number(&mut self, kind: Kind, name: &str, value: &Value<'_>) -> Option<f64> {
        if kind == Kind::Date && value.get_ref().is_datetime() {
            return self.day(name, value);
        }
        match (number(value.get_ref()), value.get_ref().as_str()) {
            (Some(given), _) if matches!(kind, Kind::Number | Kind::Percent) => Some(given),
            (None, Some(text)) if kind != Kind::Number => match quantity(kind, text) {
                Ok(given) => Some(given),
                Err(fault) => {
                    self.report.error(Code::BadValue, value.span(), fault.message).help(fault.help);
                    None
                }
            },
            _ => {
                let (wanted, help) = match kind {
                    Kind::Duration => ("a duration", "write a number and a unit: `\"45s\"`"),
                    Kind::Date => ("a date", "write `2026-11-01`, without quotes"),
                    Kind::Percent => ("a percentage", "write `\"50%\"`"),
                    _ => ("a number", "write digits without quotes"),
                };
                self.wrong_type(value.span(), name, wanted, value).help(help);
                None
            }
        }
    }

    /// `visited = ["/a", { path = "/b", ago = "5m" }]`, oldest first.
    fn past(&mut self, name: &str, entry: &Entry<'_, '_>, facts: &mut Facts) {
        let key = if name == "visited" { "path" } else { "event" };
        let items: Vec<&Value<'_>> = match entry.value.get_ref().as_array() {
            Some(list) => list.iter().collect(),
            None => vec![entry.value],
        };
        for item in items {
            let (what, ago_ms) = match item.get_ref().as_table() {
                None => (self.text(name, item), Some(0)),
                Some(table) => {
                    let entries = self.entries(table);
                    self.only(&entries, &[key, "ago"], &format!("in `{name}`"));
                    let find = |key: &str| entries.iter().find(|entry| entry.key == key);
                    let what = find(key).and_then(|entry| self.text(key, entry.value));
                    (what, find("ago").map_or(Some(0), |entry| self.duration_ms("ago", entry.value)))
                }
            };
            let (Some(what), Some(ago_ms)) = (what, ago_ms) else { continue };
            match name {
                "visited" => facts.visited(what, ago_ms),
                _ => facts.did(what, ago_ms),
            };
        }
    }
}

/// The next step for an example that fails: the first line that does not hold, and what it found.
fn advice(rule: &Rule, facts: &Facts, found: Expectation) -> String {
    let whole = rule.condition.whole();
    match whole.first_obstacle(facts, Polarity::Plain) {
        Some((test, polarity)) if found != Expectation::Show => {
            let place = match test.line {
                0 => "a text needs a value".to_owned(),
                line => format!("line {line}"),
            };
            let value = match value_for(test, facts, Language::English).as_str() {
                "" => "it is not known".to_owned(),
                value => format!("it is {value}"),
            };
            let holds = if found == Expectation::NotYet { "does not hold yet" } else { "does not hold" };
            format!("{place}: `{}` {holds}, {value}", written_test(test, polarity))
        }
        None if found == Expectation::Hide => {
            "the conditions hold, but `at` is out of the schedule".to_owned()
        }
        _ => "change the example or the rule's conditions".to_owned(),
    }
}

fn entry_name(subject: &Subject) -> &str {
    match subject {
        Subject::Customer(name, _) => name,
        _ => "",
    }
}

fn local(minutes: i64) -> crate::clock::LocalTime {
    let day = i32::try_from(minutes.div_euclid(1440)).unwrap_or_default();
    crate::clock::LocalTime {
        day,
        minute: minutes.rem_euclid(1440) as u32,
        weekday: crate::clock::weekday_of(day),
    }
}
