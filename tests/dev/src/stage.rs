//! A running edge: real workerd with SQLite on disk, and the demo site beside it.
//!
//! Takes a data folder and ports; gives addresses and keys once both sockets listen and the site's rules and
//! settings are in force. What is in the data folder outlives the stage: started again there, the edge has its
//! keys, its objects and its rules. A dropped stage leaves no process behind.

mod beside;
mod keys;
mod process;
mod publish;

use std::fs::{self, File, TryLockError};
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};

use crate::places::workspace;
use crate::{Error, Result};

pub(crate) use beside::Beside;
pub use keys::Keys;
pub(crate) use process::Ending;
use process::Workerd;
use publish::Tenant;

/// The demo site's name at the edge: what its pages give as `data-site`.
pub(crate) const SITE: &str = "shop";

/// Another program may take a free port in the moment between its choice and its use.
const TRIES_FOR_FREE_PORTS: usize = 3;

/// What a stage is started with.
#[derive(Clone, Debug, Default)]
pub struct StageOptions {
    /// The data folder; made when missing.
    pub data: PathBuf,
    /// The site's port; the edge takes the next one. Without it, both take free ones.
    pub port: Option<u16>,
    /// The rule file to publish; without it, the demo site's own.
    pub rules: Option<PathBuf>,
    /// What else the edge finds in its environment, by name.
    pub environment: Vec<(String, String)>,
}

/// A running edge and demo site.
#[derive(Debug)]
pub struct Stage {
    options: StageOptions,
    ports: Ports,
    keys: Keys,
    workerd: Option<Workerd>,
    _in_use: File,
}

#[derive(Clone, Copy, Debug)]
struct Ports {
    site: u16,
    edge: u16,
}

impl Stage {
    /// Starts workerd on the built worker and publishes the rules; returns when all is in force.
    pub fn start(options: StageOptions) -> Result<Stage> {
        let tree = workspace();
        if !tree.worker_build().join("index.js").exists() {
            return Err(Error::Missing {
                what: "the worker has not been built".into(),
                next: "run `cargo dev build`".into(),
            });
        }
        let (in_use, keys) = take(&options.data)?;
        // The log tells of this stage only; a log that is not there need not be removed.
        let _ = fs::remove_file(process::log(&options.data));
        let mut tries = 0;
        loop {
            tries += 1;
            let ports = Ports::choose(options.port)?;
            match Workerd::start(&options, ports, &keys) {
                Ok(workerd) => {
                    let stage = Stage { options, ports, keys, workerd: Some(workerd), _in_use: in_use };
                    stage.publish()?;
                    return Ok(stage);
                }
                Err(_) if options.port.is_none() && tries < TRIES_FOR_FREE_PORTS => {}
                Err(reason) => return Err(reason),
            }
        }
    }

    /// The demo site's origin, as in `http://127.0.0.1:8787`.
    pub fn site(&self) -> String {
        origin(self.ports.site)
    }

    /// The edge's origin.
    pub fn edge(&self) -> String {
        origin(self.ports.edge)
    }

    /// The keys this data folder was given when it was new.
    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    /// workerd's process, while it runs.
    pub fn pid(&self) -> Option<u32> {
        self.workerd.as_ref().map(Workerd::pid)
    }

    /// What workerd has printed so far: the worker's console, and its own complaints.
    pub fn log(&self) -> PathBuf {
        process::log(&self.options.data)
    }

    /// Ends workerd with SIGKILL, as a crash would.
    pub fn kill(&mut self) {
        if let Some(workerd) = self.workerd.take() {
            workerd.kill();
        }
    }

    /// Sets a variable that the edge finds in its environment when it is started again.
    pub fn set(&mut self, name: &str, value: &str) {
        let environment = &mut self.options.environment;
        environment.retain(|(known, _)| known != name);
        environment.push((name.to_owned(), value.to_owned()));
    }

    /// Starts workerd again on the same data, ports and keys; kills it first if it runs. Publishes nothing: the
    /// edge must have kept what it had.
    pub fn restart(&mut self) -> Result<()> {
        self.kill();
        self.workerd = Some(Workerd::start(&self.options, self.ports, &self.keys)?);
        Ok(())
    }

    /// The same, with another environment than before.
    pub fn restart_under(&mut self, environment: Vec<(String, String)>) -> Result<()> {
        self.options.environment = environment;
        self.restart()
    }

    /// Ends workerd in good order: it closes its databases. [`Stage::restart`] starts it again.
    pub fn stop(&mut self) {
        if let Some(workerd) = self.workerd.take() {
            workerd.stop();
        }
    }

    /// Tells `listener` when workerd ends.
    pub(crate) fn on_ending(&self, listener: std::sync::mpsc::Sender<Ending>) {
        if let Some(workerd) = &self.workerd {
            workerd.on_ending(listener);
        }
    }

    fn publish(&self) -> Result<()> {
        let (rules, tenant) = match &self.options.rules {
            Some(rules) => (rules.clone(), Tenant::Test),
            None => (workspace().demo_site().join("rules.toml"), Tenant::Shop),
        };
        let origins = [self.site(), format!("http://localhost:{}", self.ports.site)];
        publish::to(&self.edge(), &self.keys, &rules, &origins, tenant)
    }
}

/// Starts the packaged executable on a new data folder, asks for its health, and ends it.
pub(crate) fn try_packaged(data: &Path) -> Result<()> {
    let objects = data.join("objects");
    fs::create_dir_all(&objects).map_err(Error::file("create", &objects))?;
    let keys = Keys::load_or_create(data)?;
    let ports = Ports::choose(None)?;
    let workerd = Workerd::start_packaged(data, ports.edge, &keys)?;
    let answer = publish::health(&origin(ports.edge));
    workerd.stop();
    answer
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.kill();
    }
}

impl Ports {
    /// The asked port and the next one, or two free ones; fails when one is in use.
    fn choose(site: Option<u16>) -> Result<Ports> {
        let Some(site) = site else {
            // Both are held until both are known, so that they differ.
            let held = [listen(0)?, listen(0)?];
            let port = |held: &TcpListener| {
                let address = held.local_addr().map_err(|source| Error::Port { port: 0, source });
                address.map(|address| address.port())
            };
            return Ok(Ports { site: port(&held[0])?, edge: port(&held[1])? });
        };
        let edge = site.checked_add(1).ok_or_else(|| Error::Usage {
            what: format!("port {site} leaves no next port for the edge; give a smaller `--port`"),
        })?;
        for port in [site, edge] {
            listen(port)?;
        }
        Ok(Ports { site, edge })
    }
}

/// Fails when the site's or the edge's port is in use: to be asked before minutes of building.
pub(crate) fn check_port(site: u16) -> Result<()> {
    Ports::choose(Some(site)).map(|_| ())
}

/// Fails when the data folder cannot be made or written to, or is in use: as [`check_port`], before the building.
pub(crate) fn check_data(data: &Path) -> Result<()> {
    take(data).map(|_| ())
}

fn listen(port: u16) -> Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(|source| match source.kind() {
        io::ErrorKind::AddrInUse => Error::PortBusy { port },
        _ => Error::Port { port, source },
    })
}

fn origin(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}

/// Makes the data folder for its owner alone: it holds telephone numbers. One that is there keeps its rights.
fn make_private(folder: &Path) -> Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(Error::file("create", folder))
}

/// The data folder for one stage alone, with its keys; made when it is not there. Two workerds on the same SQLite files
/// would spoil them: the folder is locked as long as the file is held.
fn take(data: &Path) -> Result<(File, Keys)> {
    make_private(data)?;
    let objects = data.join("objects");
    fs::create_dir_all(&objects).map_err(Error::file("create", &objects))?;
    let path = data.join("in-use.lock");
    let file = File::create(&path).map_err(Error::file("create", &path))?;
    match file.try_lock() {
        Ok(()) => Ok((file, Keys::load_or_create(data)?)),
        Err(TryLockError::WouldBlock) => Err(Error::DataInUse { data: data.to_owned() }),
        Err(TryLockError::Error(reason)) => Err(Error::file("lock", &path)(reason)),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::time::{Duration, Instant};

    use super::{check_data, take};

    #[test]
    fn a_data_folder_that_cannot_serve_is_told_of_without_a_build() {
        let data = std::env::temp_dir().join(format!("declic-data-{}", std::process::id()));
        let taken = take(&data).unwrap();
        assert!(check_data(&data).unwrap_err().to_string().starts_with("another Declic serves from"));
        drop(taken);
        // Free again; but a process that another test is just starting holds what this one had open until it has begun.
        let began = Instant::now();
        while let Err(reason) = check_data(&data) {
            assert!(began.elapsed() < Duration::from_secs(10), "{reason}");
        }
        let complaint = check_data(&data.join("keys.json/folder")).unwrap_err().to_string();
        assert!(complaint.starts_with("cannot create"), "{complaint}");
        fs::remove_dir_all(&data).unwrap();
    }
}
