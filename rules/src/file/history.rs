//! Conditions on the journey: `visited`, `did`, `path_taken`.

use crate::condition::{Subject, Wanted};
use crate::diagnostic::Code;
use crate::file::reader::{Entry, Reader, Value, integer};
use crate::interval::Interval;
use crate::quantity::comparison;
use crate::signal::Kind;

impl Reader<'_> {
    /// Reads the value of `visited`, `did` or `path_taken`.
    pub(super) fn history(&mut self, name: &str, value: &Value<'_>) -> Option<(Subject, Wanted)> {
        match name {
            "visited" => self.times(Subject::Pages, "path", value),
            "did" => self.times(Subject::Events, "event", value),
            _ => self.path_taken(value),
        }
    }

    fn times(&mut self, subject: Subject, key: &str, value: &Value<'_>) -> Option<(Subject, Wanted)> {
        let Some(table) = value.get_ref().as_table() else {
            let what = self.globs(&subject, value)?;
            return Some((subject, Wanted::Times { what, times: Interval::at_least(1.0), within_ms: None }));
        };
        let entries = self.entries(table);
        self.only(&entries, &[key, "times", "within"], &format!("in `{}`", subject.name()));
        let find = |name: &str| entries.iter().find(|entry| entry.key == name);
        let Some(entry) = find(key) else {
            self.report
                .error(Code::Missing, value.span(), format!("`{}` does not say which {key}", subject.name()))
                .help(format!("write `{{ {key} = …, times = \">= 2\" }}`"));
            return None;
        };
        let what = self.globs(&subject, entry.value);
        let times = match find("times") {
            Some(entry) => self.count(entry),
            None => Some(Interval::at_least(1.0)),
        };
        let within_ms = self.within(find("within"));
        Some((subject, Wanted::Times { what: what?, times: times?, within_ms: within_ms? }))
    }

    /// Nothing said is no limit; something wrong is no value.
    fn within(&mut self, entry: Option<&Entry<'_, '_>>) -> Option<Option<u64>> {
        match entry {
            None => Some(None),
            Some(entry) => self.duration_ms("within", entry.value).map(Some),
        }
    }

    fn count(&mut self, entry: &Entry<'_, '_>) -> Option<Interval> {
        let value = entry.value;
        let interval = match (integer(value.get_ref()), value.get_ref().as_str()) {
            (Some(exact), _) if exact >= 0 => Interval::only(exact as f64),
            (_, Some(text)) => match comparison(Kind::Number, text) {
                Some(Ok(interval)) => interval,
                Some(Err(fault)) => {
                    self.report.error(Code::BadValue, value.span(), fault.message).help(fault.help);
                    return None;
                }
                None => {
                    self.report
                        .error(Code::BadValue, value.span(), format!("`{text}` is not a number of times"))
                        .help("write `\">= 2\"`, `\"2..5\"` or a number without quotes");
                    return None;
                }
            },
            _ => {
                self.wrong_type(value.span(), "times", "a number of times", value)
                    .help("write `\">= 2\"`, `\"2..5\"` or a number without quotes");
                return None;
            }
        };
        if interval.and(&Interval::at_least(0.0)).is_empty() {
            self.report
                .error(Code::Impossible, value.span(), "nothing happens fewer than 0 times")
                .help("write `{ not = … }` to ask that it never happened");
            return None;
        }
        Some(interval)
    }

    fn path_taken(&mut self, value: &Value<'_>) -> Option<(Subject, Wanted)> {
        let help = "write `path_taken = [\"/quote/1\", \"/quote/2\"]`";
        let (list, within_ms) = match value.get_ref().as_table() {
            None => (value, None),
            Some(table) => {
                let entries = self.entries(table);
                self.only(&entries, &["path", "within"], "in `path_taken`");
                let Some(path) = entries.iter().find(|entry| entry.key == "path") else {
                    self.report
                        .error(Code::Missing, value.span(), "`path_taken` does not say which path")
                        .help(help);
                    return None;
                };
                let within = entries.iter().find(|entry| entry.key == "within").cloned();
                (path.value, self.within(within.as_ref())?)
            }
        };
        if list.get_ref().as_array().is_none_or(|steps| steps.len() < 2) {
            self.report
                .error(
                    Code::WrongType,
                    list.span(),
                    "`path_taken` is a list of at least two paths, in their order",
                )
                .help(if list.get_ref().is_str() { "write `visited = …` for one page" } else { help });
            return None;
        }
        let steps = self.globs(&Subject::Pages, list)?;
        Some((Subject::Pages, Wanted::Path { steps, within_ms }))
    }
}
