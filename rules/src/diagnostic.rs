//! What is wrong with a rule file, said to the marketer who wrote it.
//!
//! Owns the one diagnostic model and its plain-text rendering; other renderings (JSON, colour) read the fields.
//! A message is one lower-case sentence without a full stop, with the marketer's own text in backticks;
//! `help` is the next step.

use std::collections::HashSet;
use std::fmt;
use std::ops::Range;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The file cannot be published.
    Error,
    /// The file works, but probably not as meant.
    Warning,
}

/// What kind of fault it is; stable, for machines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Code {
    /// The text is not TOML.
    Syntax,
    /// The file exceeds a stated limit.
    Limit,
    /// A key that means nothing here.
    UnknownKey,
    /// A signal that does not exist.
    UnknownSignal,
    /// A value of the wrong type or unit.
    WrongType,
    /// A value of the right type that cannot be read.
    BadValue,
    /// Something required is not there.
    Missing,
    /// Said twice.
    Duplicate,
    /// Can never hold.
    Impossible,
    /// Can never be shown, since another rule always is.
    Unreachable,
    /// No text for a language of the site.
    MissingContent,
    /// A rule's own example is not true of it.
    FailingExample,
    /// Says what something else overrides.
    NoEffect,
    /// Too much to compare: some checks were left out.
    Unreviewed,
}

impl Code {
    /// The code as machines read it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Syntax => "syntax",
            Self::Limit => "limit",
            Self::UnknownKey => "unknown-key",
            Self::UnknownSignal => "unknown-signal",
            Self::WrongType => "wrong-type",
            Self::BadValue => "bad-value",
            Self::Missing => "missing",
            Self::Duplicate => "duplicate",
            Self::Impossible => "impossible",
            Self::Unreachable => "unreachable",
            Self::MissingContent => "missing-content",
            Self::FailingExample => "failing-example",
            Self::NoEffect => "no-effect",
            Self::Unreviewed => "unreviewed",
        }
    }
}

/// One fault of a rule file, and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Error or warning.
    pub severity: Severity,
    /// What kind of fault.
    pub code: Code,
    /// One lower-case sentence.
    pub message: String,
    /// The next step, where there is one to propose.
    pub help: Option<String>,
    /// The file's name as given to [`check`](crate::check).
    pub file: String,
    /// Counted from 1.
    pub line: usize,
    /// In characters, counted from 1.
    pub column: usize,
    /// Number of characters to underline on that line, at least 1.
    pub width: usize,
    /// The line itself, without its line break; of a very long one what is around the underline.
    pub text: String,
    /// Characters of `text` before the underline.
    pub indent: usize,
    /// Bytes of the source concerned.
    pub span: Range<usize>,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let number = self.line.to_string();
        let gutter = " ".repeat(number.len());
        // Tabs are kept in the padding, so that the underline stays below its text.
        // Letters as wide as two stand above two marks.
        let columns = |c: char| c.width().unwrap_or(0);
        let padding: String = self
            .text
            .chars()
            .take(self.indent)
            .map(|c| if c == '\t' { "\t".to_owned() } else { " ".repeat(columns(c)) })
            .collect();
        let underlined: String = self.text.chars().skip(self.indent).take(self.width).collect();
        writeln!(f, "{severity}: {}", self.message)?;
        writeln!(f, "{gutter}--> {}:{}:{}", self.file, self.line, self.column)?;
        writeln!(f, "{gutter} |")?;
        writeln!(f, "{number} | {}", self.text)?;
        writeln!(f, "{gutter} | {padding}{}", "^".repeat(underlined.width().max(1)))?;
        if let Some(help) = &self.help {
            writeln!(f, "{gutter} = help: {help}")?;
        }
        Ok(())
    }
}

/// Most diagnostics that one file gets.
const MAX_DIAGNOSTICS: usize = 500;

/// Most that are kept on the way, from which the first ones are taken.
const MAX_KEPT: usize = 1_000;

/// Diagnostics that are searched a suggestion: finding what was meant costs more than all else there is to say.
const MAX_SUGGESTED: usize = 100;

/// Some editors begin a file with it.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// Collects the diagnostics of one file, turning byte spans into lines and columns.
pub(crate) struct Report<'s> {
    file: &'s str,
    source: &'s str,
    /// Byte offset at which each line starts.
    starts: Vec<usize>,
    diagnostics: Vec<Diagnostic>,
    /// All of them, kept or not.
    errors: usize,
    /// Whether a stated limit is exceeded.
    is_past_a_limit: bool,
    /// How many were not kept, and whether the last one was.
    dropped: usize,
    last_is_kept: bool,
}

impl<'s> Report<'s> {
    pub(crate) fn new(file: &'s str, source: &'s str) -> Self {
        let mut starts = vec![0];
        starts.extend(source.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1));
        Self {
            file,
            source,
            starts,
            diagnostics: Vec::new(),
            errors: 0,
            is_past_a_limit: false,
            dropped: 0,
            last_is_kept: false,
        }
    }

    pub(crate) fn source(&self) -> &'s str {
        self.source
    }

    /// The line a byte is on, counted from 1.
    pub(crate) fn line(&self, at: usize) -> usize {
        self.starts.partition_point(|start| *start <= at).max(1)
    }

    pub(crate) fn error(&mut self, code: Code, span: Range<usize>, message: impl Into<String>) -> &mut Self {
        self.push(Severity::Error, code, span, message.into());
        self
    }

    pub(crate) fn warning(
        &mut self,
        code: Code,
        span: Range<usize>,
        message: impl Into<String>,
    ) -> &mut Self {
        self.push(Severity::Warning, code, span, message.into());
        self
    }

    /// Adds the next step to the diagnostic just made.
    pub(crate) fn help(&mut self, help: impl Into<String>) {
        if let Some(last) = self.diagnostics.last_mut().filter(|_| self.last_is_kept) {
            last.help = Some(help.into());
        }
    }

    /// The candidate nearest to `word`, if it is near enough to be what was meant, and if little else is wrong.
    pub(crate) fn nearest<'c>(
        &self,
        word: &str,
        candidates: impl IntoIterator<Item = &'c str>,
    ) -> Option<&'c str> {
        if self.suggests() { nearest(word, candidates) } else { None }
    }

    /// Whether suggestions are still searched.
    pub(crate) fn suggests(&self) -> bool {
        self.diagnostics.len() < MAX_SUGGESTED
    }

    pub(crate) fn errors(&self) -> usize {
        self.errors
    }

    /// Whether a stated limit is exceeded: what is refused for its size is not worth a second look.
    pub(crate) fn is_past_a_limit(&self) -> bool {
        self.is_past_a_limit
    }

    /// What was found, in file order: all of it, but for a file that is wrong from one end to the other.
    pub(crate) fn finish(mut self) -> Vec<Diagnostic> {
        self.diagnostics.sort_by_key(|diagnostic| (diagnostic.span.start, diagnostic.severity));
        self.only_syntax_of_broken_lines();
        let hidden = self.diagnostics.len().saturating_sub(MAX_DIAGNOSTICS) + self.dropped;
        if hidden > 0 {
            // Errors go first, or a file that does not check could seem to.
            self.diagnostics.sort_by_key(|diagnostic| diagnostic.severity);
            self.diagnostics.truncate(MAX_DIAGNOSTICS);
            self.diagnostics.sort_by_key(|diagnostic| (diagnostic.span.start, diagnostic.severity));
            if let Some(last) = self.diagnostics.last_mut() {
                let more = format!("check again then: {hidden} more are not listed");
                last.help = Some(match last.help.take() {
                    Some(help) => format!("{help} ({more})"),
                    None => more,
                });
            }
        }
        self.diagnostics
    }

    /// Of a line that is not TOML only that is said, and once: what was read of it was never written so.
    fn only_syntax_of_broken_lines(&mut self) {
        let is_syntax = |diagnostic: &Diagnostic| diagnostic.code == Code::Syntax;
        let mut broken: HashSet<usize> =
            self.diagnostics.iter().filter(|found| is_syntax(found)).map(|found| found.line).collect();
        let lines = broken.clone();
        self.diagnostics.retain(|found| match is_syntax(found) {
            true => broken.remove(&found.line),
            false => !lines.contains(&found.line),
        });
    }

    fn push(&mut self, severity: Severity, code: Code, span: Range<usize>, message: String) {
        // Finding its column costs as much as the line is long, and a hostile file is one line of faults. An error is
        // kept where there is none yet: it is what tells that the file does not check.
        let is_first_error = severity == Severity::Error && self.errors == 0;
        self.errors += usize::from(severity == Severity::Error);
        self.is_past_a_limit |= code == Code::Limit;
        self.last_is_kept = self.diagnostics.len() < MAX_KEPT || is_first_error;
        if !self.last_is_kept {
            self.dropped += 1;
            return;
        }
        let start = floor_char(self.source, span.start);
        let line = self.line(start);
        let mut line_start = self.starts[line - 1];
        if line == 1 && self.source.starts_with(BYTE_ORDER_MARK) {
            // Editors do not show it, and do not count it.
            line_start = BYTE_ORDER_MARK.len_utf8();
        }
        let start = start.max(line_start);
        let text = self.source[line_start..].lines().next().unwrap_or_default();
        let from = (start - line_start).min(text.len());
        let to = floor_char(text, span.end.saturating_sub(line_start).min(text.len())).max(from);
        let column = text[..from].chars().count() + 1;
        let (text, indent, width) = excerpt(text, column - 1, text[from..to].chars().count().max(1));
        self.diagnostics.push(Diagnostic {
            severity,
            code,
            message,
            help: None,
            file: self.file.to_owned(),
            line,
            column,
            width,
            text,
            indent,
            span,
        });
    }
}

/// A line of a readable length, the characters before its underline, and the underline's.
fn excerpt(line: &str, indent: usize, width: usize) -> (String, usize, usize) {
    /// Longest line that is shown as it is.
    const LONGEST: usize = 240;
    /// Shown before the underline of a longer one.
    const BEFORE: usize = 60;
    let count = line.chars().take(LONGEST + indent + 1).count();
    if count <= LONGEST {
        return (line.to_owned(), indent, width);
    }
    let skipped = indent.saturating_sub(BEFORE);
    let mut text = String::from(if skipped > 0 { "…" } else { "" });
    let indent = indent - skipped + text.chars().count();
    text.extend(line.chars().skip(skipped).take(LONGEST));
    let shown = text.chars().count();
    if count > skipped + LONGEST {
        text.push('…');
    }
    (text, indent, width.min(shown.saturating_sub(indent)).max(1))
}

/// The last character boundary at or before `at`.
fn floor_char(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let allowed = 1 + word.chars().count() / 4;
    candidates
        .into_iter()
        .map(|candidate| (edit_distance(word, candidate), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment).
fn edit_distance(left: &str, right: &str) -> usize {
    let left: Vec<char> = left.chars().flat_map(char::to_lowercase).take(64).collect();
    let right: Vec<char> = right.chars().flat_map(char::to_lowercase).take(64).collect();
    let mut before: Vec<usize> = Vec::new();
    let mut previous: Vec<usize> = (0..=right.len()).collect();
    for (i, l) in left.iter().enumerate() {
        let mut current = vec![i + 1];
        for (j, r) in right.iter().enumerate() {
            let mut cost = (previous[j + 1] + 1).min(current[j] + 1).min(previous[j] + usize::from(l != r));
            if i > 0 && j > 0 && *l == right[j - 1] && left[i - 1] == *r {
                cost = cost.min(before[j - 1] + 1);
            }
            current.push(cost);
        }
        before = std::mem::replace(&mut previous, current);
    }
    previous[right.len()]
}

#[cfg(test)]
mod tests {
    use super::{Code, Report, nearest};

    #[test]
    fn a_diagnostic_underlines_its_text() {
        let mut report = Report::new("shop.toml", "a = 1\nété = 2\n");
        report.error(Code::UnknownKey, 6..11, "`été` means nothing here").help("did you mean `from`?");
        let text = report.finish()[0].to_string();
        assert_eq!(
            text,
            "error: `été` means nothing here\n --> shop.toml:2:1\n  |\n2 | été = 2\n  | ^^^\n  = help: did you mean `from`?\n"
        );
    }

    #[test]
    fn the_underline_stands_below_letters_of_any_width() {
        for (line, width) in [("été = 価格 = x", 4), ("価格 = e\u{301}é", 2)] {
            let word = if width == 4 { "価格" } else { "e\u{301}é" };
            let at = line.find(word).expect("it is there");
            let mut report = Report::new("f", line);
            report.error(Code::UnknownKey, at..at + word.len(), "no");
            let text = report.finish()[0].to_string();
            let marks = text.lines().last().expect("a last line");
            let begins = unicode_width::UnicodeWidthStr::width(&line[..at]);
            assert_eq!(marks, format!("  | {}{}", " ".repeat(begins), "^".repeat(width)));
        }
    }

    #[test]
    fn a_span_past_the_end_is_still_shown() {
        let mut report = Report::new("f", "a = ");
        report.error(Code::Syntax, 4..4, "a value is missing");
        let found = report.finish();
        assert_eq!((found[0].line, found[0].column, found[0].width), (1, 5, 1));
    }

    #[test]
    fn a_very_long_line_is_shown_around_its_underline() {
        let source = format!("{}fault{}", "é".repeat(1_000), "z".repeat(1_000));
        let mut report = Report::new("f", &source);
        report.error(Code::UnknownKey, 2_000..2_005, "no");
        report.error(Code::UnknownKey, 0..source.len(), "all of it");
        let found = report.finish();
        assert_eq!((found[0].column, found[0].indent, found[0].width), (1, 0, 240));
        assert_eq!((found[1].column, found[1].indent, found[1].width), (1_001, 61, 5));
        assert_eq!(found[1].text.chars().skip(61).take(5).collect::<String>(), "fault");
        assert_eq!(found[1].text.chars().count(), 242);
    }

    #[test]
    fn suggestions_are_searched_only_while_little_is_wrong() {
        let mut report = Report::new("f", "a = 1");
        for _ in 0..100 {
            assert_eq!(report.nearest("form", ["from"]), Some("from"));
            report.error(Code::UnknownKey, 0..1, "no");
        }
        let never = std::iter::from_fn(|| -> Option<&str> { panic!("a candidate is looked at") });
        assert_eq!(report.nearest("form", never), None);
    }

    #[test]
    fn a_file_wrong_from_end_to_end_gets_a_bounded_answer() {
        let source = "x".repeat(10_000);
        let mut report = Report::new("f", &source);
        for at in 0..10_000 {
            report.warning(Code::UnknownKey, at..at + 1, "no");
        }
        report.error(Code::UnknownKey, 9_999..10_000, "and no");
        let found = report.finish();
        assert_eq!(found.len(), 500);
        assert_eq!(found[499].message, "and no");
        assert_eq!(found[499].help.as_deref(), Some("check again then: 9501 more are not listed"));
    }

    #[test]
    fn suggestions_forgive_swaps_and_not_strangers() {
        let names = ["cart.total", "cart.items", "page.path"];
        assert_eq!(nearest("cart.totla", names), Some("cart.total"));
        assert_eq!(nearest("basket", names), None);
    }
}
