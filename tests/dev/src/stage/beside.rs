//! The product and another worker in one workerd, for a bench that compares them.
//!
//! Takes a configuration whose socket `site` is the other worker's, a data folder that nobody else uses, and the rules
//! to publish. Unlike a stage it is started once and keeps nothing.

use std::fs;
use std::path::Path;

use super::process::Workerd;
use super::{Keys, Ports, make_private, origin, publish};
use crate::{Error, Result};

/// A bench is one client, and more than any client may be: the edge is not to turn it away for that.
const NO_LIMITS: (&str, &str) =
    ("DECLIC_LIMITS", "address=off visitor=off contacts=off unknown=off unknown_contacts=off");

/// Both, running; gone when dropped.
pub(crate) struct Beside {
    ports: Ports,
    // Taken only to end it.
    workerd: Option<Workerd>,
}

impl Beside {
    /// Starts them on free ports; returns when the rules are in force.
    pub(crate) fn start(config: &Path, data: &Path, rules: &Path) -> Result<Beside> {
        make_private(data)?;
        let objects = data.join("objects");
        fs::create_dir_all(&objects).map_err(Error::file("create", &objects))?;
        let keys = Keys::load_or_create(data)?;
        let ports = Ports::choose(None)?;
        let workerd = Workerd::start_beside(config, data, ports, &keys, NO_LIMITS)?;
        let beside = Beside { ports, workerd: Some(workerd) };
        publish::to(&beside.edge(), &keys, rules, &[beside.other()], publish::Tenant::Test)?;
        Ok(beside)
    }

    /// The edge's origin.
    pub(crate) fn edge(&self) -> String {
        origin(self.ports.edge)
    }

    /// The other worker's, which may speak for the site.
    pub(crate) fn other(&self) -> String {
        origin(self.ports.site)
    }

    /// workerd's process.
    pub(crate) fn pid(&self) -> Option<u32> {
        self.workerd.as_ref().map(Workerd::pid)
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        if let Some(workerd) = self.workerd.take() {
            workerd.kill();
        }
    }
}
