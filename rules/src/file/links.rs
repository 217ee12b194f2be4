//! Beside the texts of a language: pages that help, and the widget's own labels.

use crate::diagnostic::Code;
use crate::file::reader::{Entry, Reader, Value};
use crate::labels::LABELS;
use crate::rule::Link;

/// Most links of one widget: more are a help centre, not a shortcut.
pub const MAX_LINKS: usize = 5;

/// Longest label of a widget's own, in characters: it stands on a button or in a line.
pub const MAX_LABEL_CHARS: usize = 200;

impl Reader<'_> {
    /// Reads `links = [{ label = "Delivery times", link = "/faq/delivery" }]`.
    pub(super) fn links(&mut self, entry: &Entry<'_, '_>) -> Vec<Link> {
        let help = "write `links = [{ label = \"…\", link = \"/…\" }]`";
        let Some(items) = entry.value.get_ref().as_array() else {
            self.wrong_type(entry.value.span(), "links", "a list of links", entry.value).help(help);
            return Vec::new();
        };
        if items.len() > MAX_LINKS {
            self.report
                .error(
                    Code::Limit,
                    entry.span.clone(),
                    format!("there are {} links, and {MAX_LINKS} are the most", items.len()),
                )
                .help("keep those that answer most visitors, or lead to a page with all of them");
        }
        items.iter().filter_map(|item| self.one_link(item, help)).collect()
    }

    fn one_link(&mut self, item: &Value<'_>, help: &str) -> Option<Link> {
        let parts = self.table("links", item, help)?;
        self.only(&parts, &["label", "link"], "in a link");
        let find = |key: &str| parts.iter().find(|part| part.key == key);
        for key in ["label", "link"] {
            if find(key).is_none() {
                self.report.error(Code::Missing, item.span(), format!("this link has no `{key}`")).help(help);
            }
        }
        let label = find("label").and_then(|part| self.template(part));
        let link = find("link").and_then(|part| self.link(part));
        Some(Link { label: label?, link: link? })
    }

    /// Reads `labels = { close = "Schließen" }`.
    pub(super) fn labels(&mut self, entry: &Entry<'_, '_>) -> Vec<(String, String)> {
        let Some(parts) = self.table("labels", entry.value, "write `labels = { close = \"…\" }`") else {
            return Vec::new();
        };
        let known = LABELS.map(|label| label.name);
        self.only(&parts, &known, "among a widget's labels");
        let mut labels = Vec::new();
        for part in parts.iter().filter(|part| known.contains(&part.key)) {
            let Some(text) = self.text(part.key, part.value) else { continue };
            if text.chars().count() > MAX_LABEL_CHARS {
                self.report
                    .error(
                        Code::Limit,
                        part.value.span(),
                        format!("this label has more than {MAX_LABEL_CHARS} characters"),
                    )
                    .help("shorten it: it has to fit a button or a line");
                continue;
            }
            labels.push((part.key.to_owned(), text.to_owned()));
        }
        labels
    }
}
