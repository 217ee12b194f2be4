//! The `[site]` and `[customer]` tables, and caps, which sites and rules both have.

use crate::clock::Zone;
use crate::diagnostic::Code;
use crate::file::CUSTOMER_KINDS;
use crate::file::reader::{Entry, Reader, Value};
use crate::rule::{Cap, Period, Site};

impl Reader<'_> {
    /// Reads `[customer]`: the attributes the file's conditions read, and their types.
    pub(super) fn customer(&mut self, entry: &Entry<'_, '_>) {
        let help = "write `[customer]`, then a line such as `plan = \"text\"` for each attribute";
        let Some(entries) = self.table("customer", entry.value, help) else { return };
        let names = CUSTOMER_KINDS.map(|(name, _)| name);
        for attribute in entries {
            if let Some(word) = self.word(attribute.key, attribute.value, &names) {
                let kind = CUSTOMER_KINDS.iter().find(|(name, _)| *name == word).map(|(_, kind)| *kind);
                self.attributes.extend(kind.map(|kind| (attribute.key.to_owned(), kind)));
            }
        }
    }

    /// Reads `[site]` into what holds without it.
    pub(super) fn site(&mut self, entry: &Entry<'_, '_>, mut site: Site) -> Site {
        let help = "write `[site]`, then lines such as `timezone = \"Europe/Paris\"`";
        let Some(entries) = self.table("site", entry.value, help) else { return site };
        const KNOWN: [&str; 3] = ["pressure", "timezone", "languages"];
        for entry in &entries {
            match entry.key {
                "pressure" => site.pressure = self.cap("pressure", entry.value),
                "timezone" => {
                    let Some(name) = self.text("timezone", entry.value) else { continue };
                    match Zone::named(name) {
                        Some(zone) => site.timezone = zone.name().to_owned(),
                        None => {
                            self.report
                                .error(
                                    Code::BadValue,
                                    entry.value.span(),
                                    format!("there is no time zone `{name}`"),
                                )
                                .help("write a name of the IANA list, such as `Europe/Paris`");
                        }
                    }
                }
                "languages" => site.languages = self.languages(entry),
                _ => self.unknown_key(entry, &KNOWN, "in `[site]`"),
            }
        }
        site
    }

    fn languages(&mut self, entry: &Entry<'_, '_>) -> Vec<String> {
        let Some(items) = entry.value.get_ref().as_array() else {
            self.wrong_type(entry.value.span(), "languages", "a list of languages", entry.value)
                .help("write `languages = [\"fr\", \"en\"]`");
            return Vec::new();
        };
        let mut languages: Vec<String> = Vec::new();
        for item in items {
            let Some(tag) = self.text("languages", item) else { continue };
            if !is_language(tag) {
                self.not_a_language(tag, item.span());
            } else if languages.iter().any(|known| known.eq_ignore_ascii_case(tag)) {
                self.report
                    .error(Code::Duplicate, item.span(), format!("`{tag}` is in the list already"))
                    .help("remove one of them");
            } else {
                languages.push(tag.to_owned());
            }
        }
        languages
    }

    pub(super) fn not_a_language(&mut self, tag: &str, span: std::ops::Range<usize>) {
        self.report
            .error(Code::BadValue, span, format!("`{tag}` is not a language"))
            .help("write a code such as `fr`, `en` or `pt-BR`");
    }

    /// Reads `{ per = "visit", times = 1, cooldown = "2d" }`.
    pub(super) fn cap(&mut self, name: &str, value: &Value<'_>) -> Option<Cap> {
        let help = format!("write `{name} = {{ per = \"visit\", times = 1 }}`");
        let entries = self.table(name, value, &help)?;
        let place = format!("in `{name}`");
        self.only(&entries, &["per", "times", "cooldown"], &place);
        let find = |key: &str| entries.iter().find(|entry| entry.key == key);
        for key in ["per", "times"] {
            // A cap of which a part is missing would silently never apply.
            if find(key).is_none() {
                self.report
                    .error(Code::Missing, value.span(), format!("`{name}` does not say `{key}`"))
                    .help(help.clone());
            }
        }
        let word = self.word("per", find("per")?.value, &Period::NAMES);
        let times = find("times").and_then(|entry| self.whole("times", entry.value, 1..=1_000_000));
        let cooldown_ms = match find("cooldown") {
            Some(entry) => Some(self.duration_ms("cooldown", entry.value)?),
            None => None,
        };
        let per = Period::ALL.into_iter().find(|period| Some(period.name()) == word)?;
        Some(Cap { per, times: u32::try_from(times?).ok()?, cooldown_ms })
    }
}

/// Whether a text has the form of a BCP 47 tag with a language of two or three letters.
pub fn is_language(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let primary = parts.next().is_some_and(|part| {
        (2..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphabetic())
    });
    primary
        && parts.all(|part| {
            (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
}
