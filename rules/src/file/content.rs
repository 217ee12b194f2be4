//! Texts by language, and A/B variants.

use std::ops::Range;

use crate::condition::Subject;
use crate::diagnostic::Code;
use crate::file::reader::{Entry, Reader, Value};
use crate::file::site::is_language;
use crate::rule::{Content, Site, Variant};
use crate::template::{Template, TemplateError};

/// Longest text, in characters.
const MAX_TEXT: usize = 2_000;

impl Reader<'_> {
    /// Reads `[rule.content.fr]` and its like.
    pub(super) fn content(&mut self, value: &Value<'_>) -> Vec<(String, Content)> {
        let help = "write `[rule.content.en]`, then `title = \"…\"`";
        let Some(languages) = self.table("content", value, help) else { return Vec::new() };
        let mut content = Vec::new();
        for entry in &languages {
            if !is_language(entry.key) {
                self.not_a_language(entry.key, entry.span.clone());
                continue;
            }
            if let Some(texts) = self.texts(entry) {
                content.push((entry.key.to_owned(), texts));
            }
        }
        content
    }

    fn texts(&mut self, entry: &Entry<'_, '_>) -> Option<Content> {
        const KNOWN: [&str; 6] = ["title", "text", "action", "link", "links", "labels"];
        let entries = self.table(entry.key, entry.value, "write `title = \"…\"` below it")?;
        let mut content = Content::default();
        for entry in &entries {
            match entry.key {
                "title" => content.title = self.template(entry),
                "text" => content.text = self.template(entry),
                "action" => content.action = self.template(entry),
                "link" => content.link = self.link(entry),
                "links" => content.links = self.links(entry),
                "labels" => content.labels = self.labels(entry),
                _ => self.unknown_key(entry, &KNOWN, "among the texts of a language"),
            }
        }
        Some(content)
    }

    /// A text that is faulty is there all the same: that it is missing would be a second complaint, and a wrong one.
    pub(super) fn template(&mut self, entry: &Entry<'_, '_>) -> Option<Template> {
        let stand_in = || Template::parse("…", |_| None).ok();
        let Some(text) = self.text(entry.key, entry.value) else { return stand_in() };
        let span = entry.value.span();
        if text.chars().count() > MAX_TEXT {
            self.report
                .error(Code::Limit, span, format!("this text has more than {MAX_TEXT} characters"))
                .help("shorten it: it has to fit a widget");
            return stand_in();
        }
        // Every fault at once: a name that was reported is read over.
        let mut reported: Vec<String> = Vec::new();
        loop {
            let read_over = |name: &str| reported.iter().any(|known| known == name).then_some(Subject::Pages);
            match Template::parse(text, |name| self.subject(name).or_else(|| read_over(name))) {
                Ok(template) if reported.is_empty() => return Some(template),
                Ok(_) => return stand_in(),
                Err(fault) => {
                    self.template_fault(&fault, span.clone());
                    match fault {
                        TemplateError::UnknownName(name) => reported.push(name),
                        TemplateError::NotClosed | TemplateError::Empty => return stand_in(),
                    }
                }
            }
        }
    }

    fn template_fault(&mut self, fault: &TemplateError, span: Range<usize>) {
        let (message, help) = match fault {
            TemplateError::NotClosed => (
                "a placeholder is not closed".to_owned(),
                "write `}` after the name, or `{{` for a brace".to_owned(),
            ),
            TemplateError::Empty => {
                ("a placeholder has no name".to_owned(), "write a signal's name: `{visit.search}`".to_owned())
            }
            TemplateError::UnknownName(name) => {
                (format!("`{{{name}}}` names no signal"), self.signal_help(name))
            }
        };
        // Underlines the placeholder where it can be found as it is written.
        let narrowed = match fault {
            TemplateError::UnknownName(name) => self
                .report
                .source()
                .get(span.clone())
                .and_then(|text| text.find(name.as_str()))
                .map(|at| span.start + at..span.start + at + name.len()),
            _ => None,
        };
        let code = match fault {
            TemplateError::UnknownName(_) => Code::UnknownSignal,
            TemplateError::NotClosed | TemplateError::Empty => Code::BadValue,
        };
        self.report.error(code, narrowed.unwrap_or(span), message).help(help);
    }

    /// A link leads to a page: `https:`, `http:` or a relative address, whatever values are filled in.
    pub(super) fn link(&mut self, entry: &Entry<'_, '_>) -> Option<Template> {
        let template = self.template(entry)?;
        let beginning = template.beginning();
        let scheme = beginning.split(['/', '?', '#']).next().unwrap_or_default();
        let is_web = beginning.starts_with("https://") || beginning.starts_with("http://");
        if beginning.trim() != beginning
            || beginning.chars().any(char::is_control)
            || (scheme.contains(':') && !is_web)
        {
            self.report
                .error(Code::BadValue, entry.value.span(), "this link does not lead to a page")
                .help("begin it with `https://`, or with `/` for a page of the site");
            return None;
        }
        Some(template)
    }

    /// Reads `[rule.variants.short]`: `weight` and `content`.
    pub(super) fn variants(&mut self, value: &Value<'_>) -> Vec<Variant> {
        let help = "write `[rule.variants.NAME]`, then `weight = 1` and its content";
        let Some(entries) = self.table("variants", value, help) else { return Vec::new() };
        if entries.len() < 2 {
            self.report
                .error(Code::Missing, value.span(), "an A/B test has at least two variants")
                .help("add another, which may leave the rule's own content as it is: `[rule.variants.b]`, `weight = 1`");
        }
        let mut variants = Vec::new();
        for entry in &entries {
            let Some(parts) = self.table(entry.key, entry.value, help) else { continue };
            self.only(&parts, &["weight", "content"], "in a variant");
            let find = |key: &str| parts.iter().find(|part| part.key == key);
            let weight =
                find("weight").map_or(Some(1), |part| self.whole("weight", part.value, 1..=1_000_000));
            let content = find("content").map(|part| self.content(part.value)).unwrap_or_default();
            let weight = weight.and_then(|weight| u32::try_from(weight).ok()).unwrap_or(1);
            variants.push(Variant { name: entry.key.to_owned(), weight, content });
        }
        variants
    }

    /// Reports languages of the site that a visible rule does not speak, and texts without a heading.
    pub(super) fn complete(
        &mut self,
        content: &[(String, Content)],
        variants: &[Variant],
        site: &Site,
        span: &Range<usize>,
    ) {
        let titled = |tag: &str| {
            let has = |content: &[(String, Content)]| {
                content.iter().any(|(known, texts)| known.eq_ignore_ascii_case(tag) && texts.title.is_some())
            };
            has(content) || (!variants.is_empty() && variants.iter().all(|variant| has(&variant.content)))
        };
        if content.is_empty() && variants.iter().all(|variant| variant.content.is_empty()) {
            let tag = site.languages.first().map_or("en", String::as_str);
            self.report
                .error(Code::MissingContent, span.clone(), "this rule has nothing to say")
                .help(format!("add `[rule.content.{tag}]` with a `title`"));
            return;
        }
        let own = content.iter().map(|(tag, _)| tag.as_str());
        let all = site.languages.iter().map(String::as_str).chain(own);
        let mut reported: Vec<&str> = Vec::new();
        for tag in all {
            if !titled(tag) && !reported.contains(&tag) {
                reported.push(tag);
                self.report
                    .error(Code::MissingContent, span.clone(), format!("this rule has no title in `{tag}`"))
                    .help(format!("add a `title` below `[rule.content.{tag}]`"));
            }
        }
    }

    /// The values that the texts cannot do without, each once.
    pub(super) fn needs<'c>(content: &'c [(String, Content)], variants: &'c [Variant]) -> Vec<&'c Subject> {
        let mut needs: Vec<&Subject> = Vec::new();
        let all = content.iter().chain(variants.iter().flat_map(|variant| &variant.content));
        for (_, texts) in all {
            for subject in texts.templates().flat_map(Template::needs) {
                if !needs.contains(&subject) {
                    needs.push(subject);
                }
            }
        }
        needs
    }
}
