//! The tables under `when` and `unless`.

use crate::condition::{Condition, MAX_DEPTH, Subject, Test, Wanted};
use crate::diagnostic::Code;
use crate::file::reader::{Entry, Reader, Value, Written};
use crate::signal::Signal;

/// Most lines of one rule, groups included: enough for any marketer, and a bound on what a sentence can say.
const MAX_TESTS: usize = 200;

/// A line of conditions: a signal's whole name and its value.
struct Line<'t, 'i> {
    name: String,
    entry: Entry<'t, 'i>,
}

impl Reader<'_> {
    /// The conditions of a table, in file order.
    pub(super) fn conditions(&mut self, entry: &Entry<'_, '_>) -> Vec<Condition> {
        let Some(entries) = self.table(entry.key, entry.value, "write its conditions below `[rule.when]`")
        else {
            return Vec::new();
        };
        let written = self.written.len();
        let conditions = self.group(entries, 0);
        let mut tests = 0;
        conditions.iter().for_each(|condition| condition.for_each_test(&mut |_, _| tests += 1));
        if tests > MAX_TESTS {
            self.report
                .error(
                    Code::Limit,
                    entry.span.clone(),
                    format!("this rule has {tests} conditions, and {MAX_TESTS} are the most"),
                )
                .help("write several rules, or tag visitors with a segment first");
            self.written.truncate(written);
            return Vec::new();
        }
        conditions
    }

    fn group(&mut self, entries: Vec<Entry<'_, '_>>, depth: usize) -> Vec<Condition> {
        let mut lines = Vec::new();
        self.flatten("", entries, &mut lines);
        // `page.path` after `cart.total` and before `page.dwell`: the parser has put the pages together.
        lines.sort_by_key(|line| line.entry.span.start);
        lines.into_iter().filter_map(|line| self.line(&line, depth)).collect()
    }

    /// Takes dotted names apart from tables: `page.path = …` is a table `page` to the parser.
    fn flatten<'t, 'i>(&mut self, space: &str, entries: Vec<Entry<'t, 'i>>, lines: &mut Vec<Line<'t, 'i>>) {
        for entry in entries {
            let name = format!("{space}{}", entry.key);
            match entry.value.get_ref().as_table() {
                Some(table) if is_space(&name) => {
                    let inner = self.entries(table);
                    self.flatten(&format!("{name}."), inner, lines);
                }
                _ => lines.push(Line { name, entry }),
            }
        }
    }

    fn line(&mut self, line: &Line<'_, '_>, depth: usize) -> Option<Condition> {
        let value = line.entry.value;
        match line.name.as_str() {
            "any" => self.nested(line, depth).map(Condition::Any),
            "all" => self.nested(line, depth).map(Condition::All),
            "not" => {
                let parts = self.nested(line, depth)?;
                // None of a list may hold.
                let mut parts = parts.into_iter();
                match (parts.next(), parts.next()) {
                    (Some(only), None) => Some(Condition::Not(Box::new(only))),
                    (Some(first), Some(second)) => {
                        let all = [first, second].into_iter().chain(parts).collect();
                        Some(Condition::Not(Box::new(Condition::Any(all))))
                    }
                    _ => None,
                }
            }
            "visited" | "did" | "path_taken" => self.negatable(value, depth, |reader, value| {
                let (subject, wanted) = reader.history(&line.name, value)?;
                Some(reader.test(subject, wanted, line.entry.span.clone(), value))
            }),
            name => {
                let Some(subject) = self.subject(name) else {
                    let span = self.dotted_span(line.entry.span.clone());
                    let help = self.condition_help(name);
                    self.report
                        .error(Code::UnknownSignal, span, format!("`{name}` is not a signal"))
                        .help(help);
                    return None;
                };
                self.negatable(value, depth, |reader, value| {
                    let wanted = reader.wanted(&subject, value)?;
                    let name = reader.dotted_span(line.entry.span.clone());
                    Some(reader.test(subject, wanted, name, value))
                })
            }
        }
    }

    fn test(
        &mut self,
        subject: Subject,
        wanted: Wanted,
        name: std::ops::Range<usize>,
        value: &Value<'_>,
    ) -> Condition {
        let line = self.report.line(name.start) as u32;
        self.written.push(Written { name, value: value.span() });
        Condition::Test(Test { subject, wanted, line })
    }

    /// A value, or `{ not = value }`.
    fn negatable(
        &mut self,
        value: &Value<'_>,
        depth: usize,
        test: impl FnOnce(&mut Self, &Value<'_>) -> Option<Condition>,
    ) -> Option<Condition> {
        let inner = value.get_ref().as_table().and_then(|table| table.get("not").map(|inner| (table, inner)));
        let Some((table, inner)) = inner else { return test(self, value) };
        let entries = self.entries(table);
        self.only(&entries, &["not"], "beside `not`");
        if depth >= MAX_DEPTH {
            self.too_deep(value.span());
            return None;
        }
        self.negatable(inner, depth + 1, test).map(|condition| Condition::Not(Box::new(condition)))
    }

    /// The tables of `any`, `all` or `not`: each is a condition, all its lines holding.
    fn nested(&mut self, line: &Line<'_, '_>, depth: usize) -> Option<Vec<Condition>> {
        let (name, value) = (line.name.as_str(), line.entry.value);
        if depth >= MAX_DEPTH {
            self.too_deep(line.entry.span.clone());
            return None;
        }
        let tables: Vec<&Value<'_>> = match value.get_ref().as_array() {
            Some(list) => list.iter().collect(),
            // `not = { … }` and `all = { … }` need no list.
            None if name != "any" => vec![value],
            None => {
                self.wrong_type(value.span(), name, "a list of conditions", value)
                    .help("write `any = [{ … }, { … }]`");
                return None;
            }
        };
        if tables.is_empty() {
            self.report
                .error(Code::Impossible, value.span(), format!("the list of `{name}` is empty"))
                .help("write at least one condition, or remove the line");
            return None;
        }
        let mut parts = Vec::with_capacity(tables.len());
        for table in tables {
            let help = format!("write `{name} = [{{ page.path = \"/cart\" }}, …]`");
            let Some(entries) = self.table(name, table, &help) else { continue };
            if entries.is_empty() {
                self.report
                    .error(Code::Missing, table.span(), "this condition is empty")
                    .help("write a condition in it, or remove it");
                continue;
            }
            let mut inner = self.group(entries, depth + 1);
            match inner.len() {
                0 => {}
                1 => parts.extend(inner.pop()),
                _ => parts.push(Condition::All(inner)),
            }
        }
        (!parts.is_empty()).then_some(parts)
    }

    fn too_deep(&mut self, span: std::ops::Range<usize>) {
        self.report
            .error(Code::Limit, span, format!("conditions are nested more than {MAX_DEPTH} deep"))
            .help("write several rules, or tag visitors with a segment first");
    }

    fn condition_help(&self, name: &str) -> String {
        if name == "unless" {
            return "`[rule.unless]` stands beside `[rule.when]`, or write `{ not = … }`".to_owned();
        }
        let words = ["any", "all", "not", "visited", "did", "path_taken"];
        match self.report.nearest(name, words) {
            Some(near) if !name.contains('.') => format!("did you mean `{near}`?"),
            _ => self.signal_help(name),
        }
    }
}

/// Whether signals' names go on after this: `page`, `page.query`, `customer`.
fn is_space(name: &str) -> bool {
    matches!(name, "customer" | "page.query")
        || Signal::ALL
            .iter()
            .any(|signal| signal.name().strip_prefix(name).is_some_and(|rest| rest.starts_with('.')))
}
