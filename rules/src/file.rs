//! Reads and checks a rule file.
//!
//! Takes TOML; returns the program, if there is one, and every fault at once. Each part of the language has its
//! module; this one holds them together. Never reads a file itself.

mod condition;
mod content;
mod example;
mod feasible;
mod history;
mod links;
mod reader;
mod rule;
mod schedule;
mod site;
mod value;

use toml::de::DeTable;

use crate::diagnostic::{Code, Diagnostic};
use crate::program::{MAX_RULES, Program};
use crate::review::{self, Work};
use crate::rule::Site;
use crate::signal::Kind;

pub use example::{Example, Expectation};
pub use links::{MAX_LABEL_CHARS, MAX_LINKS};
use reader::Reader;
pub(crate) use rule::Read;
pub use site::is_language;

/// Longest rule file in bytes.
pub const MAX_FILE_BYTES: usize = 1_000_000;

/// Most diagnostics reported of one file: nobody reads more, and a hostile file must not cost memory.
const MAX_DIAGNOSTICS: usize = 500;

/// What checking a rule file found.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The program, unless the file has an error.
    pub program: Option<Program>,
    /// Everything found, in file order.
    pub diagnostics: Vec<Diagnostic>,
    /// The examples that could be read, in file order.
    pub examples: Vec<Example>,
}

/// Checks a rule file. `file_name` is for the diagnostics only.
pub fn check(file_name: &str, source: &str) -> Checked {
    check_for(&Site::default(), file_name, source)
}

/// As [`check`], where `site` is what holds for the site unless the file's `[site]` says otherwise.
pub fn check_for(site: &Site, file_name: &str, source: &str) -> Checked {
    check_counting(site, file_name, source).0
}

/// As [`check_for`], with what reviewing the rules has cost.
pub(crate) fn check_counting(site: &Site, file_name: &str, source: &str) -> (Checked, Work) {
    let mut reader = Reader::new(file_name, source);
    let mut examples = Vec::new();
    let mut program = None;
    if source.len() > MAX_FILE_BYTES {
        reader
            .report
            .error(
                Code::Limit,
                0..0,
                format!("this file has {} bytes, and {MAX_FILE_BYTES} are the most", source.len()),
            )
            .help("split it into several sites, or remove rules that are over");
    } else {
        program = read(&mut reader, source, site, &mut examples);
    }
    let (failed, work) = (reader.report.errors() > 0, reader.work);
    let mut diagnostics = reader.report.finish();
    diagnostics.truncate(MAX_DIAGNOSTICS);
    (Checked { program: program.filter(|_| !failed), diagnostics, examples }, work)
}

fn read(
    reader: &mut Reader<'_>,
    source: &str,
    default: &Site,
    examples: &mut Vec<Example>,
) -> Option<Program> {
    let (document, faults) = DeTable::parse_recoverable(source);
    for fault in &faults {
        let span = fault.span().unwrap_or(0..0);
        let mut message = fault.message().replace('\n', ", ");
        if let Some(first) = message.get_mut(..1) {
            first.make_ascii_lowercase();
        }
        let help = syntax_help(&message);
        reader.report.error(Code::Syntax, span, message).help(help);
    }
    let root = document.get_ref();
    let entries = reader.entries(root);
    // What follows a broken header was not meant for the top.
    let broken_header =
        faults.iter().filter(|fault| fault.message().contains("table")).filter_map(toml::de::Error::span);
    let end = broken_header.map(|span| span.start).min().unwrap_or(usize::MAX);
    let at_top: Vec<_> = entries.iter().filter(|entry| entry.span.start < end).cloned().collect();
    reader.only(&at_top, &["site", "customer", "rule"], "at the top of a rule file");

    if let Some(customer) = entries.iter().find(|entry| entry.key == "customer") {
        reader.customer(customer);
    }
    let site = match entries.iter().find(|entry| entry.key == "site") {
        Some(entry) => reader.site(entry, default.clone()),
        None => default.clone(),
    };
    let mut rules = Vec::new();
    if let Some(entry) = entries.iter().find(|entry| entry.key == "rule") {
        match entry.value.get_ref().as_array() {
            Some(items) if items.len() > MAX_RULES => {
                reader
                    .report
                    .error(
                        Code::Limit,
                        entry.span.clone(),
                        format!("there are {} rules, and {MAX_RULES} are the most", items.len()),
                    )
                    .help("remove rules that are over, or split the site");
            }
            Some(items) => {
                for item in items {
                    rules.extend(reader.rule(item, &site, rules.len(), examples));
                }
            }
            None => {
                reader
                    .report
                    .error(Code::WrongType, entry.span.clone(), "`rule` is a list of rules")
                    .help("begin each rule with `[[rule]]`");
            }
        }
    }
    if rules.is_empty() && reader.report.errors() == 0 {
        // Most often a slip: an empty file, or one whose rules are all commented out, would take every rule away.
        reader.report.error(Code::Missing, 0..0, "this file has no rule").help(
            "begin one with `[[rule]]`; to show nothing for a while, keep the rules and give each a schedule that is over: `schedule = { until = 2000-01-01 }`",
        );
    }
    review::duplicates(&mut reader.report, &rules);
    // A file past a limit is refused whatever else is said of it, and may be large: no more is spent on it.
    if !reader.report.is_past_a_limit() {
        review::unreachable(&mut reader.report, &rules, &mut reader.work);
    }
    if reader.work.is_spent() {
        reader
            .report
            .warning(
                Code::Unreviewed,
                0..0,
                "not every rule was compared with the others: there is too much to compare",
            )
            .help("shorten the longest lists with `*`, or spread the rules over several groups");
    }
    if reader.report.errors() > 0 || !faults.is_empty() {
        return None;
    }
    let rules = rules.into_iter().map(|read| read.rule).collect();
    Program::new(site, rules).ok()
}

/// The next step for a text that is not TOML, by what the parser says of it.
fn syntax_help(message: &str) -> &'static str {
    let says = |words: &[&str]| words.iter().any(|word| message.contains(word));
    if says(&["duplicate key"]) {
        "a name stands once: remove one of the two, or write its values as a list: `[\"/a\", \"/b\"]`"
    } else if says(&["must be quoted"]) {
        "write texts between quotes: `\"…\"`"
    } else if says(&["basic string", "literal string"]) {
        "end the text on its line with the quote it begins with"
    } else if says(&["key with no value", "expected `=`"]) {
        "write a name, `=` and a value"
    } else if says(&["expected `]`", "expected `}`", "unclosed", "missing `]`", "missing `}`"]) {
        "close the bracket that is open"
    } else {
        "write one `name = value` a line, texts between quotes"
    }
}

/// The types a `[customer]` attribute can be declared to have.
const CUSTOMER_KINDS: [(&str, Kind); 4] =
    [("text", Kind::Text), ("number", Kind::Number), ("yes/no", Kind::Flag), ("set", Kind::Set)];
