//! One `[[rule]]` table.

use std::ops::Range;

use crate::condition::{Condition, Polarity, Test, Wanted};
use crate::diagnostic::Code;
use crate::explanation::written_test;
use crate::file::example::Example;
use crate::file::reader::{Entry, Reader, Value};
use crate::file::value::{is_whole, whole_ends};
use crate::review;
use crate::rule::{Cap, ConsentNeed, Period, Place, Rule, RuleCondition, Show, Site};
use crate::watch::{Boxes, MAX_BOXES};

const KEYS: [&str; 18] = [
    "id", "name", "show", "priority", "group", "cap", "holdout", "variants", "schedule", "consent", "slot",
    "place", "tag", "event", "when", "unless", "content", "example",
];

/// Longest id or name of a group, slot or segment, in bytes.
const MAX_NAME: usize = 100;

/// A rule and where its id is.
pub(crate) struct Read {
    pub(crate) rule: Rule,
    pub(crate) id_span: Range<usize>,
}

impl Reader<'_> {
    /// Reads one rule. A rule with faults is read as far as it goes, for the checks that follow.
    pub(super) fn rule(
        &mut self,
        value: &Value<'_>,
        site: &Site,
        index: usize,
        examples: &mut Vec<Example>,
    ) -> Option<Read> {
        let entries = self.table("rule", value, "begin each rule with `[[rule]]`")?;
        self.only(&entries, &KEYS, "in a rule");
        let find = |key: &str| entries.iter().find(|entry| entry.key == key);

        let id = find("id").and_then(|entry| self.name("id", entry.value));
        let head = find("id").map_or_else(|| header(value.span()), |entry| entry.value.span());
        if find("id").is_none() {
            self.report
                .error(Code::Missing, head.clone(), "this rule has no `id`")
                .help("add `id = \"a-short-name\"`");
        }
        let show = match find("show") {
            Some(entry) => self.show(entry, find("tag"), find("event")),
            None => {
                self.report
                    .error(Code::Missing, head.clone(), "this rule does not say what to `show`")
                    .help("add `show = \"callback\"`, `banner`, `chat`, `survey`, `notify` or `tag`");
                None
            }
        };
        let group = find("group").and_then(|entry| self.name("group", entry.value));
        let slot = find("slot").and_then(|entry| self.name("slot", entry.value));
        let place = find("place").map(|entry| self.place(entry, find("slot"))).unwrap_or_default();
        let priority =
            find("priority").and_then(|entry| self.whole("priority", entry.value, -1_000_000..=1_000_000));
        let cap = find("cap").and_then(|entry| self.cap("cap", entry.value));
        let holdout = find("holdout").and_then(|entry| self.share("holdout", entry.value)).unwrap_or(0.0);
        let schedule = find("schedule").and_then(|entry| self.schedule(entry.value));
        let variants = find("variants").map(|entry| self.variants(entry.value)).unwrap_or_default();
        let content = find("content").map(|entry| self.content(entry.value)).unwrap_or_default();
        let when = find("when").map(|entry| self.conditions(entry)).unwrap_or_default();
        let unless = find("unless").map(|entry| self.conditions(entry)).unwrap_or_default();
        self.everywhere(find("when"), find("unless"), &head);
        if let Some(show) = &show {
            self.fitting(show, &entries);
            if show.is_visible() && (find("content").is_none() || !content.is_empty() || !variants.is_empty())
            {
                self.complete(&content, &variants, site, &head);
            }
        }
        let show = show.unwrap_or(Show::Banner);
        // A webhook that is not told how often goes out once a visit, not at every event.
        let cap = cap.or_else(|| {
            matches!(show, Show::Notify { .. }).then_some(Cap {
                per: Period::Visit,
                times: 1,
                cooldown_ms: None,
            })
        });
        let consent = match find("consent")
            .and_then(|entry| self.word("consent", entry.value, &["needed", "not_needed"]))
        {
            Some("needed") => ConsentNeed::Needed,
            Some(_) => ConsentNeed::NotNeeded,
            None => consent_by_default(&show, cap, holdout),
        };
        let implied = self.implied(&content, &variants, &when);
        let condition = RuleCondition { when, unless, implied };
        let line = self.report.line(head.start) as u32;
        let id = id.unwrap_or_else(|| format!("rule-{}", index + 1));
        let name = find("name").and_then(|entry| self.text("name", entry.value)).unwrap_or(&id).to_owned();
        let rule = Rule {
            id,
            name,
            show,
            priority: priority.and_then(|priority| i32::try_from(priority).ok()).unwrap_or(0),
            group,
            cap,
            holdout,
            variants,
            schedule,
            consent,
            slot,
            place,
            condition,
            content,
            line,
        };
        self.feasible(&rule, find("when").map_or(head.clone(), |entry| entry.span.clone()));
        if let Some(entry) = find("example") {
            self.examples(entry, &rule, site, index, examples);
        }
        Some(Read { rule, id_span: head })
    }

    /// A text short enough for a name.
    fn name(&mut self, key: &str, value: &Value<'_>) -> Option<String> {
        let text = self.text(key, value)?;
        if text.len() <= MAX_NAME && !text.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Some(text.to_owned());
        }
        self.report
            .error(
                Code::BadValue,
                value.span(),
                format!("`{key}` is a name without spaces, of {MAX_NAME} letters at most"),
            )
            .help("use letters, digits and `-`");
        None
    }

    fn show(
        &mut self,
        entry: &Entry<'_, '_>,
        tag: Option<&Entry<'_, '_>>,
        event: Option<&Entry<'_, '_>>,
    ) -> Option<Show> {
        let word = self.word("show", entry.value, &Show::NAMES)?;
        let needed = |reader: &mut Self, key: &str, found: Option<&Entry<'_, '_>>, example: &str| match found
        {
            Some(found) => reader.name(key, found.value),
            None => {
                reader
                    .report
                    .error(
                        Code::Missing,
                        entry.value.span(),
                        format!("`show = \"{word}\"` does not say which `{key}`"),
                    )
                    .help(format!("add `{key} = \"{example}\"`"));
                None
            }
        };
        Some(match word {
            "callback" => Show::Callback,
            "banner" => Show::Banner,
            "chat" => Show::Chat,
            "survey" => Show::Survey,
            "notify" => Show::Notify { event: needed(self, "event", event, "product.hesitation")? },
            _ => Show::Tag { segment: needed(self, "tag", tag, "hesitant")? },
        })
    }

    /// `corner` or `bar`, with a word about the slot that comes before it.
    fn place(&mut self, entry: &Entry<'_, '_>, slot: Option<&Entry<'_, '_>>) -> Place {
        let place = match self.word("place", entry.value, &Place::NAMES) {
            Some("bar") => Place::Bar,
            _ => Place::Corner,
        };
        if let Some(slot) = slot.and_then(|slot| slot.value.get_ref().as_str()) {
            self.report
                .warning(
                    Code::NoEffect,
                    entry.span.clone(),
                    format!("`place` has no effect on pages that have the slot `{slot}`"),
                )
                .help("remove the line, unless the banner is to float on the other pages");
        }
        place
    }

    /// Reports keys that such a rule does nothing with: a key without effect misleads.
    fn fitting(&mut self, show: &Show, entries: &[Entry<'_, '_>]) {
        for entry in entries {
            let fits = match entry.key {
                "tag" => matches!(show, Show::Tag { .. }),
                "event" => matches!(show, Show::Notify { .. }),
                "slot" | "place" => *show == Show::Banner,
                "content" | "group" | "variants" => show.is_visible(),
                _ => true,
            };
            if !fits {
                self.report
                    .error(
                        Code::UnknownKey,
                        entry.span.clone(),
                        format!("`{}` has no effect on `show = \"{}\"`", entry.key, show.name()),
                    )
                    .help("remove the line");
            }
        }
    }

    /// `10%`, as 0.1.
    fn share(&mut self, name: &str, value: &Value<'_>) -> Option<f64> {
        let Some(text) = value.get_ref().as_str() else {
            self.wrong_type(value.span(), name, "a percentage", value).help("write `\"10%\"`");
            return None;
        };
        match crate::quantity::percent(text) {
            Ok(points) if points < 100.0 => Some(points / 100.0),
            Ok(_) => {
                self.report
                    .error(
                        Code::Impossible,
                        value.span(),
                        "a control group of 100% leaves nobody to show it to",
                    )
                    .help("write less, such as `10%`");
                None
            }
            Err(fault) => {
                self.report.error(Code::BadValue, value.span(), fault.message).help(fault.help);
                None
            }
        }
    }

    /// Warns of a rule that holds on every page for everyone.
    fn everywhere(
        &mut self,
        when: Option<&Entry<'_, '_>>,
        unless: Option<&Entry<'_, '_>>,
        head: &Range<usize>,
    ) {
        if when.is_none() && unless.is_none() {
            self.report
                .warning(
                    Code::Missing,
                    head.clone(),
                    "this rule has no conditions: it holds for everyone, everywhere",
                )
                .help("add `[rule.when]`, for instance with `page.path = \"/cart\"`");
        }
    }

    /// The values that the texts need, unless `when` asks for them already.
    fn implied(
        &self,
        content: &[(String, crate::rule::Content)],
        variants: &[crate::rule::Variant],
        when: &[Condition],
    ) -> Vec<Condition> {
        let asked = |subject: &crate::condition::Subject| {
            when.iter()
                .any(|condition| matches!(condition, Condition::Test(test) if test.subject == *subject))
        };
        Self::needs(content, variants)
            .into_iter()
            .filter(|subject| !subject.is_live() && !asked(subject))
            .map(|subject| Condition::Test(Test { subject: subject.clone(), wanted: Wanted::Known, line: 0 }))
            .collect()
    }

    /// Reports conditions that contradict each other, and those that combine too many live thresholds.
    fn feasible(&mut self, rule: &Rule, span: Range<usize>) {
        let whole = in_whole_numbers(&rule.condition);
        if let Some((first, second)) = review::contradiction(&whole) {
            // As they are written.
            let (own, theirs) = (tests(&rule.condition), tests(&whole));
            let place = |of: &Test| theirs.iter().position(|test| std::ptr::eq(*test, of));
            let original = |of: (&Test, Polarity)| place(of.0).and_then(|at| own.get(at)).copied();
            let is_refused = |of: &Test| place(of).is_some_and(|at| at >= tests_of(&whole.when).len());
            let help = if is_refused(first.0) == is_refused(second.0) {
                "remove one of the two, or put them under `any`"
            } else {
                "remove one of the two"
            };
            let (Some(one), Some(two)) = (original(first), original(second)) else { return };
            let (first, second) = ((one, first.1), (two, second.1));
            self.report
                .error(
                    Code::Impossible,
                    self.report.span_on(
                        second.0.line as usize,
                        &second.0.subject.name(),
                        first_text(second.0),
                    ),
                    format!(
                        "`{}` never holds beside `{}`{}",
                        written_test(second.0, second.1),
                        written_test(first.0, first.1),
                        if first.0.line == second.0.line {
                            String::new()
                        } else {
                            format!(" of line {}", first.0.line)
                        }
                    ),
                )
                .help(help);
        }
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
    }

    fn examples(
        &mut self,
        entry: &Entry<'_, '_>,
        rule: &Rule,
        site: &Site,
        index: usize,
        examples: &mut Vec<Example>,
    ) {
        match entry.value.get_ref().as_array() {
            Some(items) => {
                for item in items {
                    examples.extend(self.example(item, rule, site, index));
                }
            }
            None => {
                self.wrong_type(entry.span.clone(), "example", "a list of examples", entry.value)
                    .help("begin each with `[[rule.example]]`");
            }
        }
    }
}

/// What counts, measures, stores or sends something about a visitor needs one who agreed to it.
fn consent_by_default(show: &Show, cap: Option<Cap>, holdout: f64) -> ConsentNeed {
    if !show.is_visible() || cap.is_some() || holdout > 0.0 {
        ConsentNeed::Needed
    } else {
        ConsentNeed::NotNeeded
    }
}

/// The first bytes of a table: its header line.
fn header(span: Range<usize>) -> Range<usize> {
    span.start..span.start + 1
}

/// A text that the line has beside its signal, to tell it from another line there.
fn first_text(test: &Test) -> &str {
    match &test.wanted {
        Wanted::Text(globs) => globs.first().map_or("", |glob| glob.source()),
        _ => "",
    }
}

/// The lines under `when`, then those under `unless`.
fn tests(condition: &RuleCondition) -> Vec<&Test> {
    let mut tests = tests_of(&condition.when);
    tests.extend(tests_of(&condition.unless));
    tests
}

fn tests_of(conditions: &[Condition]) -> Vec<&Test> {
    let mut tests = Vec::new();
    conditions.iter().for_each(|condition| condition.for_each_test(&mut |test, _| tests.push(test)));
    tests
}

/// The same with the ends of counts at whole numbers: nothing is between `> 2` and `< 3`.
fn in_whole_numbers(condition: &RuleCondition) -> RuleCondition {
    let mut whole = condition.clone();
    whole.when.iter_mut().chain(&mut whole.unless).for_each(to_whole_numbers);
    whole
}

fn to_whole_numbers(condition: &mut Condition) {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => parts.iter_mut().for_each(to_whole_numbers),
        Condition::Not(inner) => to_whole_numbers(inner),
        Condition::Test(test) if is_whole(&test.subject) => {
            if let Wanted::Number(intervals) = &mut test.wanted {
                intervals.iter_mut().for_each(|interval| *interval = whole_ends(interval));
            }
        }
        Condition::Test(_) => {}
    }
}
