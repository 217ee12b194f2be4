//! Where results go, in words or in JSON, and how a command ends.

use std::fmt;
use std::io::{self, BufWriter, IsTerminal, Stdout, Write};
use std::path::{Path, PathBuf};

use rules::{Checked, Diagnostic, Program, Severity};
use serde_json::{Value, json};

/// Whether a command that ran to its end found something to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Findings {
    None,
    Some,
}

impl From<bool> for Findings {
    fn from(some: bool) -> Self {
        if some { Self::Some } else { Self::None }
    }
}

/// Why a command could not run to its end.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A file cannot be read.
    File { path: String, why: io::Error },
    /// A rule file has errors.
    DoesNotCheck { path: String, errors: Vec<Diagnostic> },
    /// A line of facts is not what it must be.
    Facts { path: String, line: usize, why: String },
    /// An argument names nothing.
    Argument { why: String },
    /// Standard output is closed.
    ReaderGone,
    /// Standard output takes no more, as a full disk does.
    Write { why: io::Error },
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, why } => {
                let next = match why.kind() {
                    io::ErrorKind::NotFound => "check its name",
                    io::ErrorKind::InvalidData => "save it as UTF-8",
                    _ => "name a file that you may read",
                };
                write!(f, "cannot read `{path}`: {why}; {next}")
            }
            Self::DoesNotCheck { path, .. } => write!(f, "`{path}` does not check; correct it first"),
            Self::Facts { path, line, why } => write!(f, "{path}:{line}: {why}"),
            Self::Argument { why } => f.write_str(why),
            Self::ReaderGone => f.write_str("nobody reads the output"),
            Self::Write { why } => write!(f, "cannot write the answer: {why}; make room, or write elsewhere"),
        }
    }
}

impl From<io::Error> for Failure {
    fn from(why: io::Error) -> Self {
        if why.kind() == io::ErrorKind::BrokenPipe { Self::ReaderGone } else { Self::Write { why } }
    }
}

impl Failure {
    /// The failure for machines.
    fn json(&self) -> Value {
        let mut value = json!({ "ok": false, "error": self.to_string() });
        match self {
            Self::File { path, .. } => value["file"] = json!(path),
            Self::DoesNotCheck { path, errors } => {
                value["file"] = json!(path);
                value["diagnostics"] = errors.iter().map(diagnostic_json).collect();
            }
            Self::Facts { path, line, .. } => {
                value["file"] = json!(path);
                value["line"] = json!(line);
            }
            Self::Argument { .. } | Self::ReaderGone | Self::Write { .. } => {}
        }
        value
    }
}

/// The text with its control characters written out: what a rule file or a visitor sent must not steer a terminal.
fn visible(text: impl fmt::Display) -> String {
    let mut shown = String::new();
    for c in text.to_string().chars() {
        // The last two ranges turn the direction of writing round.
        let steers = c.is_control() && !matches!(c, '\n' | '\t');
        if steers || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    shown
}

/// Standard output.
pub(crate) struct Output {
    pub(crate) json: bool,
    colour: bool,
    out: BufWriter<Stdout>,
}

impl Output {
    pub(crate) fn new(json: bool) -> Self {
        let out = io::stdout();
        // https://no-color.org
        let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let colour = out.is_terminal() && !plain && !dumb && !json;
        Self { json, colour, out: BufWriter::new(out) }
    }

    /// A line for people.
    pub(crate) fn line(&mut self, text: impl fmt::Display) -> Result<(), Failure> {
        writeln!(self.out, "{}", visible(text)).map_err(Failure::from)
    }

    /// A line for people with one part in colour, on a terminal.
    pub(crate) fn painted(
        &mut self,
        before: impl fmt::Display,
        (style, part): (Style, &str),
        after: impl fmt::Display,
    ) -> Result<(), Failure> {
        let (before, part, after) = (visible(before), visible(part), visible(after));
        let part = self.paint(style, &part);
        writeln!(self.out, "{before}{part}{after}").map_err(Failure::from)
    }

    pub(crate) fn json(&mut self, value: &Value) -> Result<(), Failure> {
        writeln!(self.out, "{value}").map_err(Failure::from)
    }

    /// Says why a command could not run to its end: on standard output for machines, on standard error for people.
    pub(crate) fn failure(&mut self, failure: &Failure) -> Result<(), Failure> {
        if self.json && !matches!(failure, Failure::Write { .. } | Failure::ReaderGone) {
            return self.json(&failure.json());
        }
        if let Failure::DoesNotCheck { errors, .. } = failure {
            for error in errors {
                eprintln!("{}", visible(error));
            }
        }
        eprintln!("declic-rules: {}", visible(failure));
        Ok(())
    }

    pub(crate) fn flush(&mut self) -> Result<(), Failure> {
        self.out.flush().map_err(Failure::from)
    }

    fn paint(&self, style: Style, text: &str) -> String {
        if !self.colour {
            return text.to_owned();
        }
        let code = match style {
            Style::Error => 31,
            Style::Good => 32,
            Style::Warning => 33,
            Style::Faint => 2,
        };
        format!("\x1b[{code}m{text}\x1b[0m")
    }

    pub(crate) fn diagnostic(&mut self, diagnostic: &Diagnostic) -> Result<(), Failure> {
        let text = diagnostic.to_string();
        let (head, rest) = text.split_once(':').unwrap_or((&text, ""));
        let style = if diagnostic.severity == Severity::Error { Style::Error } else { Style::Warning };
        self.painted("", (style, head), format_args!(":{rest}"))
    }

    /// Reads and checks a rule file.
    pub(crate) fn program(&mut self, path: &Path) -> Result<Program, Failure> {
        let name = path.display().to_string();
        let Checked { program, diagnostics, .. } = rules::check(&name, &read(path)?);
        match program {
            Some(program) => Ok(program),
            None => {
                let errors =
                    diagnostics.into_iter().filter(|found| found.severity == Severity::Error).collect();
                Err(Failure::DoesNotCheck { path: name, errors })
            }
        }
    }
}

/// What a text says.
#[derive(Clone, Copy)]
pub(crate) enum Style {
    Error,
    Good,
    Warning,
    Faint,
}

pub(crate) fn read(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|why| Failure::File { path: path.display().to_string(), why })
}

/// `1 error`, `2 errors`.
pub(crate) fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

/// Reads each file; those that cannot be read do not keep the others from it, and the last of them is the failure.
pub(crate) fn each_file(
    files: &[PathBuf],
    output: &mut Output,
    mut with: impl FnMut(&mut Output, &str, &str) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut unreadable: Option<Failure> = None;
    for file in files {
        match read(file) {
            Ok(source) => with(output, &file.display().to_string(), &source)?,
            Err(failure) => {
                if let Some(earlier) = unreadable.replace(failure) {
                    output.failure(&earlier)?;
                }
            }
        }
    }
    unreadable.map_or(Ok(()), Err)
}

/// A diagnostic for machines.
pub(crate) fn diagnostic_json(diagnostic: &Diagnostic) -> Value {
    json!({
        "severity": if diagnostic.severity == Severity::Error { "error" } else { "warning" },
        "code": diagnostic.code.name(),
        "message": diagnostic.message,
        "help": diagnostic.help,
        "file": diagnostic.file,
        "line": diagnostic.line,
        "column": diagnostic.column,
        "width": diagnostic.width,
    })
}
