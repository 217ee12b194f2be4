//! What can go wrong in the task runner, each with what to do next.

use std::path::{Path, PathBuf};
use std::{fmt, fs, io};

/// The task runner's result.
pub type Result<T> = std::result::Result<T, Error>;

/// One failure, worded for the person at the terminal.
#[derive(Debug)]
pub enum Error {
    /// Something the machine lacks and the runner cannot bring.
    Missing {
        /// What is lacking.
        what: String,
        /// One line: how to get it.
        next: String,
    },
    /// A program ended badly or could not be started.
    Command(Box<FailedCommand>),
    /// A file or folder could not be read or written.
    File {
        /// The operation, as in "write".
        doing: &'static str,
        /// Which file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// Another program listens on the port that was asked for.
    PortBusy {
        /// The port.
        port: u16,
    },
    /// The system does not let us listen on a port, for another reason.
    Port {
        /// The port.
        port: u16,
        /// The system's reason.
        source: io::Error,
    },
    /// Another runner serves from the same data folder.
    DataInUse {
        /// The folder.
        data: PathBuf,
    },
    /// workerd ended when it should have been serving.
    EdgeStopped {
        /// Where its whole output is, and the end of it.
        output: (PathBuf, String),
    },
    /// The edge did not accept what the runner published to it.
    Refused {
        /// The request, as in `PUT /v1/sites/shop/rules`.
        request: String,
        /// The status and the answer's text.
        answer: String,
    },
    /// A built file is heavier than its budget.
    OverBudget {
        /// Which file.
        file: String,
        /// Its compressed size.
        bytes: usize,
        /// The budget.
        limit: usize,
    },
    /// The command line does not make sense.
    Usage {
        /// What is wrong with it, and the suggestion.
        what: String,
    },
}

/// A program that ended badly or could not be started.
#[derive(Debug)]
pub struct FailedCommand {
    /// What it was run for, as shown in the progress.
    pub doing: String,
    /// The command line.
    pub command: String,
    /// How it ended.
    pub ending: String,
    /// Where its whole output is.
    pub log: PathBuf,
    /// The end of its output.
    pub tail: String,
    /// What to try, when there is more to say than "read the output".
    pub next: Option<String>,
}

impl Error {
    /// For `map_err`: turns the system's reason into [`Error::File`].
    pub(crate) fn file(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Error {
        let path = path.to_owned();
        move |source| Error::File { doing, path, source }
    }

    /// All that a failed program printed; nothing for other failures.
    pub(crate) fn whole_output(&self) -> String {
        let Error::Command(failed) = self else { return String::new() };
        String::from_utf8_lossy(&fs::read(&failed.log).unwrap_or_default()).into_owned()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Missing { what, next } => write!(out, "{what}\n  next: {next}"),
            Error::Command(failed) => failed.fmt(out),
            Error::File { doing, path, source } => {
                write!(
                    out,
                    "cannot {doing} `{}`: {source}\n  next: see that it can be reached and written to, or name another \
                     place",
                    path.display()
                )
            }
            Error::PortBusy { port } => {
                write!(
                    out,
                    "port {port} is in use\n  next: stop what listens there, or choose another with `--port`"
                )
            }
            Error::Port { port, source } => {
                write!(out, "cannot listen on port {port}: {source}\n  next: choose another with `--port`")
            }
            Error::DataInUse { data } => write!(
                out,
                "another Declic serves from `{}`\n  next: stop it, or choose another folder with `--data`",
                data.display()
            ),
            Error::EdgeStopped { output: (log, tail) } => {
                writeln!(out, "workerd stopped by itself")?;
                if !tail.is_empty() {
                    writeln!(out, "{}\n  all of it: {}", indent(tail), log.display())?;
                }
                write!(out, "  next: start it again; what it acknowledged is kept")
            }
            Error::Refused { request, answer } => {
                write!(out, "the edge refused `{request}`\n{}", indent(answer))
            }
            Error::OverBudget { file, bytes, limit } => write!(
                out,
                "`{file}` is {bytes} bytes compressed, over its budget of {limit}\n  \
                 next: see what it drags in (formatting, panics, a new dependency)"
            ),
            Error::Usage { what } => write!(out, "{what}"),
        }
    }
}

impl fmt::Display for FailedCommand {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let FailedCommand { doing, command, ending, log, tail, next } = self;
        write!(out, "{doing}: `{command}` {ending}")?;
        if !tail.is_empty() {
            write!(out, "\n{}\n  all of it: {}", indent(tail), log.display())?;
        }
        next.as_ref().map_or(Ok(()), |next| write!(out, "\n  next: {next}"))
    }
}

impl std::error::Error for Error {}

fn indent(text: &str) -> String {
    text.lines().map(|line| format!("  | {line}")).collect::<Vec<_>>().join("\n")
}
