//! One step of work that another program does, with its progress.
//!
//! Says what is being done, runs the program with its output in a log file, says how long it took; when it
//! fails, returns the command, the end of its output and the next step. All progress goes to standard error:
//! standard output is for results.

use std::fs::{self, File};
use std::io::{IsTerminal, Write, stderr};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, thread};

use crate::places::workspace;
use crate::{Error, FailedCommand, Result};

/// How many of a failed program's last lines are shown.
const TAIL_LINES: usize = 40;

/// How often a running program is looked at.
const LOOK: Duration = Duration::from_millis(40);

/// A program to run, and how to speak of it.
pub(crate) struct Task {
    doing: String,
    command: Command,
    log: PathBuf,
    hint: Option<&'static str>,
    next: Option<String>,
    limit: Option<Duration>,
    result: Option<File>,
    shown: usize,
}

/// What a program that ended well left behind.
pub(crate) struct Done {
    /// All it printed.
    pub(crate) output: String,
}

impl Task {
    /// `doing` completes "Declic is now …", as in "installing wasm-pack 0.15.1".
    pub(crate) fn new(doing: impl Into<String>, command: Command) -> Task {
        let doing = doing.into();
        let log = workspace().notes().join("log").join(file_name(&doing));
        Task { doing, command, log, hint: None, next: None, limit: None, result: None, shown: TAIL_LINES }
    }

    /// How long it usually takes, for a step long enough to be doubted.
    pub(crate) fn hint(mut self, hint: impl Into<Option<&'static str>>) -> Task {
        self.hint = hint.into();
        self
    }

    /// What to do when it fails, beyond reading its output.
    pub(crate) fn next(mut self, next: impl Into<String>) -> Task {
        self.next = Some(next.into());
        self
    }

    /// Gives up after this long.
    pub(crate) fn limit(mut self, limit: Duration) -> Task {
        self.limit = Some(limit);
        self
    }

    /// Shows this many last lines when it fails, for a program whose reasons do not stand at the end alone.
    pub(crate) fn shown(mut self, lines: usize) -> Task {
        self.shown = lines;
        self
    }

    /// Where its standard output goes, when that is a result and no talk.
    pub(crate) fn result(mut self, file: File) -> Task {
        self.result = Some(file);
        self
    }

    /// Runs it to its end.
    pub(crate) fn run(mut self) -> Result<Done> {
        let folder = self.log.parent().expect("a log lies in the log folder");
        fs::create_dir_all(folder).map_err(Error::file("create", folder))?;
        let file = File::create(&self.log).map_err(Error::file("create", &self.log))?;
        let twin = file.try_clone().map_err(Error::file("open", &self.log))?;
        forget_cargo(&mut self.command);
        self.command.stdin(Stdio::null()).stdout(self.result.take().unwrap_or(file)).stderr(twin);

        let progress = Progress::start(&self.doing, self.hint);
        let ending = self.wait(&progress);
        progress.end(ending.is_none());
        let output = String::from_utf8_lossy(&fs::read(&self.log).unwrap_or_default()).into_owned();
        match ending {
            None => Ok(Done { output }),
            Some(ending) => Err(Error::Command(Box::new(FailedCommand {
                doing: self.doing,
                command: spell(&self.command),
                ending,
                log: self.log,
                tail: last_lines(&output, self.shown),
                next: self.next,
            }))),
        }
    }

    /// Waits for the program; how it ended, if not well.
    fn wait(&mut self, progress: &Progress) -> Option<String> {
        let mut child = match self.command.spawn() {
            Ok(child) => child,
            Err(reason) => return Some(format!("could not be started: {reason}")),
        };
        let began = Instant::now();
        loop {
            match child.try_wait() {
                Ok(Some(status)) if status.success() => return None,
                Ok(Some(status)) => return Some(format!("ended with {status}")),
                Ok(None) => {}
                Err(reason) => return Some(format!("could not be waited for: {reason}")),
            }
            if self.limit.is_some_and(|limit| began.elapsed() > limit) {
                // Nothing to add when it has ended in this very moment.
                let _ = child.kill();
                let _ = child.wait();
                return Some(format!("gave no end within {}", spoken(began.elapsed())));
            }
            progress.tick();
            thread::sleep(LOOK);
        }
    }
}

/// One line of progress: what is being done, then how long it took.
pub(crate) struct Progress {
    doing: String,
    began: Instant,
    live: bool,
}

impl Progress {
    /// Announces a step.
    pub(crate) fn start(doing: &str, hint: Option<&str>) -> Progress {
        let live = stderr().is_terminal();
        let hint = hint.map(|hint| format!(" ({hint})")).unwrap_or_default();
        if live {
            eprint!("\r\x1b[K  … {doing}{hint}");
            // A lost line of progress is no reason to stop.
            let _ = stderr().flush();
        } else {
            eprintln!("  … {doing}{hint}");
        }
        Progress { doing: doing.to_owned(), began: Instant::now(), live }
    }

    /// Shows the time that has passed, on a terminal.
    fn tick(&self) {
        let passed = self.began.elapsed();
        if self.live && passed.subsec_millis() < 2 * LOOK.as_millis() as u32 && passed.as_secs() > 1 {
            eprint!("\r\x1b[K  … {}  {}", self.doing, spoken(passed));
            let _ = stderr().flush();
        }
    }

    /// Says how the step ended.
    pub(crate) fn end(self, well: bool) {
        let mark = if well { "✓" } else { "✗" };
        let back = if self.live { "\r\x1b[K" } else { "" };
        eprintln!("{back}  {mark} {}  {}", self.doing, spoken(self.began.elapsed()));
    }
}

/// What a short program prints, or `None` when it cannot run or fails. Shows no progress.
pub(crate) fn ask(command: &mut Command) -> Option<String> {
    forget_cargo(command);
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// A time as people say it.
pub(crate) fn spoken(time: Duration) -> String {
    match time.as_secs() {
        0..10 => format!("{:.1} s", time.as_secs_f64()),
        seconds @ 10..120 => format!("{seconds} s"),
        seconds => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

/// The last lines of a text, as many as are shown of a failed program.
pub(crate) fn tail(text: &str) -> String {
    last_lines(text, TAIL_LINES)
}

fn last_lines(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}

/// Hides from a child that cargo started us: its package variables would look like changed inputs to the
/// builds we start, and its toolchain's libraries must not be another toolchain's.
fn forget_cargo(command: &mut Command) {
    for (name, _) in env::vars_os() {
        let name = name.to_string_lossy();
        if name == "CARGO" || name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&*name);
        }
    }
    for variable in ["LD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH"] {
        let Some(paths) = env::var_os(variable) else { continue };
        let own = env::split_paths(&paths).filter(|path| {
            let path = path.to_string_lossy();
            !path.contains("/toolchains/") && !path.contains("/debug") && !path.contains("/release")
        });
        match env::join_paths(own) {
            Ok(own) if !own.is_empty() => command.env(variable, own),
            _ => command.env_remove(variable),
        };
    }
}

fn spell(command: &Command) -> String {
    let program = command.get_program().to_string_lossy().into_owned();
    let arguments = command.get_args().map(|argument| argument.to_string_lossy().into_owned());
    std::iter::once(program).chain(arguments).collect::<Vec<_>>().join(" ")
}

fn file_name(doing: &str) -> String {
    let plain = doing.chars().map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' });
    format!("{}.log", plain.collect::<String>())
}

#[cfg(test)]
mod tests {
    use std::process::Command;
    use std::time::Duration;

    use super::{Task, spoken, tail};

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn a_failure_shows_the_command_its_last_words_and_the_next_step() {
        let task = Task::new("testing a failure", shell("echo the reason; exit 3")).next("try again");
        let complaint = task.run().err().unwrap().to_string();
        for part in ["testing a failure", "sh -c", "exit status: 3", "| the reason", "next: try again"] {
            assert!(complaint.contains(part), "{complaint}");
        }
    }

    #[test]
    fn a_program_that_cannot_be_started_is_said() {
        let task = Task::new("testing a start", Command::new("no-such-program-of-declic"));
        assert!(task.run().err().unwrap().to_string().contains("could not be started"));
    }

    #[test]
    fn a_program_that_takes_too_long_is_ended() {
        let task = Task::new("testing a limit", shell("exec sleep 60")).limit(Duration::from_millis(1));
        assert!(task.run().err().unwrap().to_string().contains("gave no end within"));
    }

    #[test]
    fn what_a_program_prints_is_kept() {
        let done = Task::new("testing output", shell("echo one; echo two >&2")).run();
        assert_eq!(done.ok().unwrap().output, "one\ntwo\n");
    }

    #[test]
    fn only_the_end_of_a_long_output_is_shown() {
        let text = (0..100).map(|line| line.to_string()).collect::<Vec<_>>().join("\n");
        let end = tail(&text);
        assert!(end.starts_with("60\n") && end.ends_with("\n99"));
    }

    #[test]
    fn times_are_said_as_people_say_them() {
        let said = [1.25, 75.0, 192.0].map(|seconds| spoken(Duration::from_secs_f64(seconds)));
        assert_eq!(said, ["1.2 s", "75 s", "3 min 12 s"]);
    }
}
