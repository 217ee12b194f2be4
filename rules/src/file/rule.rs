//! One `[[rule]]` table.

use std::ops::Range;

use toml::de::DeTable;

use crate::condition::{Condition, Test, Wanted};
use crate::diagnostic::Code;
use crate::file::example::Example;
use crate::file::reader::{Entry, Reader, Value};
use crate::rule::{Cap, ConsentNeed, Period, Place, Rule, RuleCondition, Show, Site};

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

        self.written.clear();
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
        }
        // A word that is none was to show something, unless the rule has what only the others have.
        let is_visible = match &show {
            Some(show) => show.is_visible(),
            None => find("content").is_some() && find("tag").is_none() && find("event").is_none(),
        };
        if is_visible && (find("content").is_none() || !content.is_empty() || !variants.is_empty()) {
            self.complete(&content, &variants, site, &head);
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
            None => ConsentNeed::by_default(&show, cap, holdout),
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
        self.timely(&rule, find("schedule").map(|entry| entry.span.clone()));
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
            "notify" => {
                Show::Notify { event: needed(self, "event", event, "product.hesitation").unwrap_or_default() }
            }
            _ => Show::Tag { segment: needed(self, "tag", tag, "hesitant").unwrap_or_default() },
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
        let says_nothing = |entry: Option<&Entry<'_, '_>>| {
            entry.is_none_or(|entry| entry.value.get_ref().as_table().is_some_and(DeTable::is_empty))
        };
        if says_nothing(when) && says_nothing(unless) {
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

/// The first bytes of a table: its header line.
fn header(span: Range<usize>) -> Range<usize> {
    span.start..span.start + 1
}
