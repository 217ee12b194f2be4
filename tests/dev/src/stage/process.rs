//! The workerd process: started, watched, ended; never left behind.

use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::{Keys, Ports, StageOptions, origin};
use crate::places::{on_path, workspace};
use crate::task::tail;
use crate::{Error, Result};

/// A cold start with a warm disk takes a fifth of a second; a machine that is this slow is stuck.
const START_LIMIT: Duration = Duration::from_secs(30);

/// After SIGTERM workerd finishes the requests it has. Then it is killed, which loses nothing that was answered.
const STOP_LIMIT: Duration = Duration::from_secs(3);

/// workerd has ended, for whatever reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// By itself, or killed from outside.
    Stopped,
    /// Someone asked the runner to end.
    Asked,
}

/// A workerd that serves.
#[derive(Debug)]
pub(super) struct Workerd {
    pid: u32,
    child: Arc<Mutex<Child>>,
    listeners: Arc<Mutex<Vec<Sender<Ending>>>>,
    ended: Receiver<()>,
}

enum News {
    Started(std::io::Result<(u32, Arc<Mutex<Child>>)>),
    Listens,
}

/// The log of the stage that runs on this data, restarts included: a new stage begins it anew.
pub(super) fn log(data: &Path) -> PathBuf {
    data.join("workerd.log")
}

impl Workerd {
    /// Starts the edge and the demo site.
    pub(super) fn start(options: &StageOptions, ports: Ports, keys: &Keys) -> Result<Workerd> {
        let tree = workspace();
        let mut command = tied(&tree.workerd());
        command.arg("serve").arg(tree.demo_site().join("workerd.capnp"));
        command.arg(format!("--socket-addr=site=127.0.0.1:{}", ports.site));
        command.arg(format!("--directory-path=files={}", tree.demo_site().display()));
        command.env("DECLIC_EDGE_ORIGIN", origin(ports.edge));
        command.env("DECLIC_SHOP_SECRET", &keys.shop);
        command.envs(options.environment.iter().map(|(name, value)| (name, value)));
        Workerd::launch(command, &options.data, ports.edge, keys, 2)
    }

    /// Starts the edge and another worker, as a configuration has them.
    pub(super) fn start_beside(
        config: &Path,
        data: &Path,
        ports: Ports,
        keys: &Keys,
        (name, value): (&str, &str),
    ) -> Result<Workerd> {
        let mut command = tied(&workspace().workerd());
        command.arg("serve").arg(config).env(name, value);
        command.arg(format!("--socket-addr=site=127.0.0.1:{}", ports.site));
        Workerd::launch(command, data, ports.edge, keys, 2)
    }

    /// Starts the executable, which has the edge alone.
    pub(super) fn start_packaged(data: &Path, edge: u16, keys: &Keys) -> Result<Workerd> {
        Workerd::launch(tied(&workspace().executable()), data, edge, keys, 1)
    }

    /// Adds what every edge takes, starts it, and returns when all its sockets listen.
    fn launch(mut command: Command, data: &Path, edge: u16, keys: &Keys, sockets: usize) -> Result<Workerd> {
        command.arg(format!("--socket-addr=edge=127.0.0.1:{edge}"));
        command.arg(format!("--directory-path=data={}", absolute(&data.join("objects")).display()));
        command.arg("--control-fd=1");
        command.env("DECLIC_SECRET", &keys.secret);
        command.env("DECLIC_OWNER_KEY", &keys.owner);
        command.env("DECLIC_DESK_KEY", &keys.desk);
        let log = log(data);
        let open = || OpenOptions::new().create(true).append(true).open(&log);
        let console = open().map_err(Error::file("write", &log))?;
        let complaints = open().map_err(Error::file("write", &log))?;
        let program = PathBuf::from(command.get_program());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(complaints);
        let (news, heard) = mpsc::channel();
        let (end, ended) = mpsc::channel();
        let listeners = Arc::new(Mutex::new(Vec::new()));
        let told = Arc::clone(&listeners);
        thread::spawn(move || {
            watch(command, console, &news);
            drop(news);
            for listener in told.lock().expect("no holder of this lock panics").drain(..) {
                // Whoever no longer listens need not be told.
                let _: std::result::Result<(), _> = Sender::<Ending>::send(&listener, Ending::Stopped);
            }
            let _ = end.send(());
        });
        let (pid, child) = match heard.recv() {
            Ok(News::Started(Ok(started))) => started,
            Ok(News::Started(Err(source))) => {
                return Err(Error::File { doing: "start", path: program, source });
            }
            _ => return Err(stopped(&log)),
        };
        let workerd = Workerd { pid, child, listeners, ended };
        let deadline = Instant::now() + START_LIMIT;
        for _ in 0..sockets {
            match heard.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(_) => {}
                Err(RecvTimeoutError::Disconnected | RecvTimeoutError::Timeout) => {
                    workerd.kill();
                    return Err(stopped(&log));
                }
            }
        }
        Ok(workerd)
    }

    pub(super) fn pid(&self) -> u32 {
        self.pid
    }

    pub(super) fn on_ending(&self, listener: Sender<Ending>) {
        self.listeners.lock().expect("no holder of this lock panics").push(listener);
    }

    /// SIGKILL, and wait until it is gone.
    pub(super) fn kill(self) {
        // It may be gone already: then there is nothing to end.
        let _ = self.child.lock().expect("no holder of this lock panics").kill();
        let _ = self.ended.recv();
    }

    /// SIGTERM, and SIGKILL if that does not help.
    pub(super) fn stop(self) {
        if self.ended.try_recv().is_ok() {
            // It has ended by itself, and its number may be another's by now.
            return;
        }
        let asked = Command::new("kill").arg(self.pid.to_string()).status();
        let gone = asked.is_ok() && self.ended.recv_timeout(STOP_LIMIT).is_ok();
        if !gone {
            self.kill();
        }
    }
}

/// Starts the child and stays with it until it ends. The start belongs to this thread: on Linux the child is
/// tied to the life of the thread that started it, so that it dies with the runner even when that is killed.
fn watch(mut command: Command, mut console: File, news: &Sender<News>) {
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(reason) => {
            let _ = news.send(News::Started(Err(reason)));
            return;
        }
    };
    let stdout = child.stdout.take().expect("the child's output is piped");
    let pid = child.id();
    let child = Arc::new(Mutex::new(child));
    // Whoever started us waits for this news.
    let _ = news.send(News::Started(Ok((pid, Arc::clone(&child)))));
    let mut lines = BufReader::new(stdout);
    let mut line = Vec::new();
    while lines.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
        if is_listening(&line) {
            let _ = news.send(News::Listens);
        } else {
            // The log is a convenience: a full disk shall not end the server.
            let _ = console.write_all(&line);
        }
        line.clear();
    }
    let _ = child.lock().expect("no holder of this lock panics").wait();
}

/// Whether a line is workerd's word that a socket listens; all others are the worker's console.
fn is_listening(line: &[u8]) -> bool {
    line.starts_with(b"{\"event\"")
        && serde_json::from_slice::<Value>(line).is_ok_and(|message| message["event"] == "listen")
}

/// A command that ends with the runner: util-linux's way to say so. Elsewhere a SIGKILL of the runner would leave
/// the server behind.
fn tied(program: &Path) -> Command {
    match on_path(&["setpriv"]).filter(|_| cfg!(target_os = "linux")) {
        Some(setpriv) => {
            let mut command = Command::new(setpriv);
            command.args(["--pdeathsig", "KILL"]).arg(program);
            command
        }
        None => Command::new(program),
    }
}

fn absolute(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

fn stopped(log: &Path) -> Error {
    let text = String::from_utf8_lossy(&fs::read(log).unwrap_or_default()).into_owned();
    Error::EdgeStopped { output: (log.to_owned(), tail(&text)) }
}

#[cfg(test)]
mod tests {
    use super::is_listening;

    #[test]
    fn workerd_s_word_is_told_from_the_worker_s_console() {
        assert!(is_listening(b"{\"event\":\"listen\",\"socket\":\"edge\",\"port\":8788}\n"));
        assert!(!is_listening(b"{\"event\":\"visit\"}\n"));
        assert!(!is_listening(b"listening\n"));
    }
}
