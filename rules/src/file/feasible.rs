//! Whether a rule can hold at all: what review says of it, told where it is written.

use std::ops::Range;

use crate::condition::{Condition, Polarity, Test};
use crate::diagnostic::Code;
use crate::explanation::written_test;
use crate::file::reader::{Reader, Written};
use crate::review::{self, Asked, Clash};
use crate::rule::{Rule, RuleCondition};
use crate::watch::{Boxes, MAX_BOXES};

/// Longest condition that a message quotes, in characters.
const MAX_QUOTED: usize = 80;

impl Reader<'_> {
    /// Reports conditions that contradict each other, and those that combine too many live thresholds.
    pub(super) fn feasible(&mut self, rule: &Rule, span: Range<usize>) {
        let boxes = Boxes::at_most(&rule.condition.whole());
        if boxes > MAX_BOXES {
            self.report
                .error(
                    Code::Limit,
                    span,
                    format!("this rule combines live signals in {boxes} ways, and {MAX_BOXES} are the most"),
                )
                .help(
                    "use fewer conditions on `page.dwell`, `page.idle`, `page.scroll` and `page.exit_intent`",
                );
        }
        // A file past a limit is refused whatever else is said of it.
        if self.report.is_past_a_limit() {
            return;
        }
        let found = review::review(&rule.condition, &mut self.work);
        if let Some(clash) = &found.never {
            let (span, message, help) = self.told(&rule.condition, clash);
            self.report.error(Code::Impossible, span, message).help(help);
        }
        for clash in &found.dead {
            let (span, message, _) = self.told(&rule.condition, clash);
            self.report
                .warning(Code::Impossible, span, format!("{message}, so this alternative never holds"))
                .help("remove it, or change one of its conditions");
        }
        if let Some(asked) = found.hollow.filter(|_| found.never.is_none()) {
            let name = asked.0.subject.name();
            let span = self.span_of(&rule.condition, asked).unwrap_or(span_of_nothing());
            self.report
                .warning(Code::Impossible, span, format!("no `{name}` there is passes this"))
                .help("it holds only where the value is not known: leave one of the values out");
        }
    }

    /// Reports a schedule that never opens, and conditions that never hold while it is open.
    pub(super) fn timely(&mut self, rule: &Rule, span: Option<Range<usize>>) {
        let (Some(schedule), Some(span)) = (&rule.schedule, span) else { return };
        if !review::is_ever_open(schedule) {
            // An end before its beginning has been reported.
            if schedule.from.zip(schedule.until).is_none_or(|(from, until)| from < until) {
                self.report
                    .error(
                        Code::Impossible,
                        span,
                        "this schedule never opens: none of its days has any of its hours",
                    )
                    .help("change its dates, its `hours` or the days of `except`");
            }
            return;
        }
        if let Some(asked) = review::shut_out(schedule, &rule.condition) {
            let message = format!(
                "`{}` never holds while the schedule of line {} is open",
                self.as_written(&rule.condition, asked),
                self.report.line(span.start)
            );
            let span = self.span_of(&rule.condition, asked).unwrap_or(span);
            self.report.error(Code::Impossible, span, message).help("change one of the two");
        }
    }

    /// Where a clash is, what it is and what to do.
    fn told(&self, condition: &RuleCondition, clash: &Clash<'_>) -> (Range<usize>, String, String) {
        let quoted = |asked: &Asked<'_>| format!("`{}`", self.as_written(condition, *asked));
        let last = quoted(&clash.last);
        let span = self.span_of(condition, clash.last).unwrap_or(span_of_nothing());
        let is_text = |asked: &Asked<'_>| asked.0.line == 0;
        let help = match clash.beside.as_slice() {
            [first] if is_text(first) => {
                let name = first.0.subject.name();
                return (
                    span,
                    format!("{last} never holds beside the placeholder `{{{name}}}`, which needs the value"),
                    format!("remove one of the two, or write words to fall back on: `{{{name}|…}}`"),
                );
            }
            [first] if self.is_refused(condition, first.0) == self.is_refused(condition, clash.last.0) => {
                "remove one of the two, or put them under `any`"
            }
            [_] => "remove one of the two",
            _ => "remove one of them",
        };
        let others: Vec<String> = clash
            .beside
            .iter()
            .map(|first| match first.0.line {
                line if line == clash.last.0.line || line == 0 => quoted(first),
                line => format!("{} of line {line}", quoted(first)),
            })
            .collect();
        let message = match others.as_slice() {
            [] => format!("{last} never holds"),
            others => format!("{last} never holds beside {}", crate::sentence::listed(others, "and")),
        };
        (span, message, help.to_owned())
    }

    /// Whether a line stands under `unless`.
    fn is_refused(&self, condition: &RuleCondition, test: &Test) -> bool {
        tests(&condition.unless).iter().any(|own| std::ptr::eq(*own, test))
    }

    fn written_of(&self, condition: &RuleCondition, test: &Test) -> Option<&Written> {
        let all: Vec<&Test> = tests(&condition.when).into_iter().chain(tests(&condition.unless)).collect();
        // INVARIANT: a condition is noted when it is read, so the two lists go together.
        let place = all.iter().position(|own| std::ptr::eq(*own, test))?;
        self.written.get(place).filter(|_| self.written.len() == all.len())
    }

    fn span_of(&self, condition: &RuleCondition, (test, _): Asked<'_>) -> Option<Range<usize>> {
        self.written_of(condition, test).map(|written| written.name.clone())
    }

    /// A line as its author wrote it, negated or not.
    fn as_written(&self, condition: &RuleCondition, (test, polarity): Asked<'_>) -> String {
        let value = self
            .written_of(condition, test)
            .and_then(|written| self.report.source().get(written.value.clone()))
            .filter(|value| value.chars().count() <= MAX_QUOTED && !value.contains('\n'));
        let Some(value) = value else { return shortened(&written_test(test, polarity)) };
        // Both marks of a TOML text mean the same where there is nothing to escape.
        let value = if value.contains(['"', '\\']) { value.to_owned() } else { value.replace('\'', "\"") };
        let name = match &test.wanted {
            crate::condition::Wanted::Path { .. } => "path_taken".to_owned(),
            _ => test.subject.name(),
        };
        match polarity {
            Polarity::Plain => format!("{name} = {value}"),
            Polarity::Negated => format!("{name} = {{ not = {value} }}"),
        }
    }
}

/// The beginning of a line too long to quote.
fn shortened(text: &str) -> String {
    if text.chars().count() <= MAX_QUOTED {
        return text.to_owned();
    }
    let beginning: String = text.chars().take(MAX_QUOTED).collect();
    format!("{beginning}…")
}

/// For what is written nowhere.
const fn span_of_nothing() -> Range<usize> {
    0..0
}

fn tests(conditions: &[Condition]) -> Vec<&Test> {
    let mut tests = Vec::new();
    conditions.iter().for_each(|condition| condition.for_each_test(&mut |test, _| tests.push(test)));
    tests
}
