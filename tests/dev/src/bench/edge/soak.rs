//! The soak: many visitors for some minutes, and how much memory workerd holds meanwhile.
//!
//! First each of them comes once, however long that takes: from then on the edge knows all, whatever else the machine has to
//! do. Then they come again, in turns, for so many minutes.

use std::path::Path;
use std::time::{Duration, Instant};
use std::{fmt, fs};

use serde_json::{Value, json};

use super::load::{self, Until, Visitors};
use crate::bench::{median, process};
use crate::stage::Beside;
use crate::task::Progress;
use crate::{Error, Result};

/// Who comes: each in turn, so that no profile is asked for twice while others wait.
const VISITORS: usize = 100_000;

/// Looks at the memory while the visitors come for the first time.
const FIRST_LOOKS: usize = 10;

/// Looks at the memory over the whole soak: enough that a quarter of them has a middle.
const LOOKS: u32 = 60;

/// How much more the last quarter may hold than the second: SQLite's caches and the engine's heap breathe.
const GROWTH: f64 = 1.10;

/// What a soak showed.
#[derive(Debug)]
pub(super) struct Soak {
    minutes: u64,
    requests: usize,
    visitors: usize,
    p99_ms: f64,
    /// What all of it takes on disk in the end, in bytes.
    disk: u64,
    /// Resident memory of workerd while the visitors came for the first time, in MiB, at even distances in their number.
    coming: Vec<f64>,
    /// The same from then on, at even distances in time.
    memory: Vec<f64>,
}

/// Lets the visitors come for so long, to a stage on this data folder.
pub(super) fn soak(stage: &Beside, data: &Path, minutes: u64) -> Result<Soak> {
    let visitors = Visitors::new(&stage.edge(), VISITORS);
    let mut soak = Soak {
        minutes,
        requests: 0,
        visitors: 0,
        p99_ms: f64::NAN,
        disk: 0,
        coming: Vec::new(),
        memory: Vec::new(),
    };
    let progress = Progress::start(&format!("letting {VISITORS} visitors come"), None);
    let came = come(stage, &visitors, &mut soak);
    progress.end(came.is_ok());
    came?;
    let progress = Progress::start(&format!("letting them come again for {minutes} min"), None);
    let soaked = stretches(stage, &visitors, minutes, &mut soak);
    progress.end(soaked.is_ok());
    soaked?;
    soak.visitors = visitors.known();
    soak.disk = size(data);
    Ok(soak)
}

/// All files of a folder and those below it, in bytes. One that goes meanwhile weighs nothing.
fn size(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| match entry.metadata() {
            Ok(data) if data.is_dir() => size(&entry.path()),
            Ok(data) => data.len(),
            Err(_) => 0,
        })
        .sum()
}

/// Each visitor once.
fn come(stage: &Beside, visitors: &Visitors, soak: &mut Soak) -> Result<()> {
    for _ in 0..FIRST_LOOKS {
        let count = Until::Count(VISITORS / FIRST_LOOKS);
        soak.requests += load::run(visitors, &stage.other(), soak.requests, count)?.times_ms.len();
        soak.coming.push(resident(stage)?);
    }
    Ok(())
}

/// What workerd holds now, in MiB.
fn resident(stage: &Beside) -> Result<f64> {
    let bytes = stage.pid().and_then(process::resident).ok_or_else(|| Error::Missing {
        what: "this system does not tell how much memory a process holds".into(),
        next: "run the soak on Linux".into(),
    })?;
    Ok(bytes as f64 / f64::from(1 << 20))
}

/// One stretch of requests before each look, so that whoever looks disturbs nobody.
fn stretches(stage: &Beside, visitors: &Visitors, minutes: u64, soak: &mut Soak) -> Result<()> {
    let stretch = Duration::from_secs(minutes * 60) / LOOKS;
    let began = Instant::now();
    let mut slowest = Vec::new();
    for look in 1..=LOOKS {
        let run = load::run(visitors, &stage.other(), soak.requests, Until::Time(began + stretch * look))?;
        // The numbers that ended the connections were not sent: these visitors' turn is the next one.
        soak.requests += run.times_ms.len();
        slowest.push(run.percentile(99));
        soak.memory.push(resident(stage)?);
    }
    soak.p99_ms = median(slowest);
    Ok(())
}

impl Soak {
    /// What the process held in a quarter of the time, from 0 to 3.
    fn quarter(&self, which: usize) -> f64 {
        let length = self.memory.len() / 4;
        median(self.memory.iter().skip(which * length).take(length).copied().collect())
    }

    /// Whether the memory grew once all visitors were known. The first quarter is left out: caches still fill in it. When
    /// not all of them came, nothing can be said.
    pub(super) fn fault(&self) -> Option<String> {
        if self.visitors < VISITORS {
            return Some(format!("only {} of {VISITORS} visitors were let in", self.visitors));
        }
        let (before, after) = (self.quarter(1), self.quarter(3));
        let flat = after <= before * GROWTH;
        (!flat).then(|| format!("workerd grows under load: from {before:.0} MiB to {after:.0}"))
    }

    pub(super) fn report(&self) -> Value {
        json!({
            "minutes": self.minutes, "requests": self.requests, "visitors": self.visitors,
            "p99_ms": self.p99_ms, "disk": self.disk, "coming_mib": self.coming,
            "memory_mib": self.memory,
        })
    }
}

impl fmt::Display for Soak {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list =
            |values: &[f64]| values.iter().map(|value| format!("{value:.0}")).collect::<Vec<_>>().join(", ");
        let quarters: Vec<f64> = (0..4).map(|which| self.quarter(which)).collect();
        write!(
            out,
            "soak: {} min, {} requests of {} visitors, p99 {:.1} ms, {:.1} KB on disk a visitor; memory of workerd by \
             quarters: {} MiB; while they came, by tenths: {} MiB",
            self.minutes,
            self.requests,
            self.visitors,
            self.p99_ms,
            self.disk as f64 / 1024.0 / self.visitors.max(1) as f64,
            list(&quarters),
            list(&self.coming)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::{Soak, VISITORS};

    fn soak(memory: impl Fn(f64) -> f64) -> Soak {
        let memory = (0..60).map(|look| memory(f64::from(look))).collect();
        Soak {
            minutes: 10,
            requests: 1,
            visitors: VISITORS,
            p99_ms: 1.0,
            disk: 2048,
            coming: vec![100.0, 200.0],
            memory,
        }
    }

    #[test]
    fn a_process_that_fills_its_caches_and_stays_there_is_flat() {
        assert_eq!(soak(|look| 200.0 + 3.0 * look.min(15.0)).fault(), None);
    }

    #[test]
    fn a_soak_that_not_all_came_to_says_nothing_of_the_memory() {
        let fault = Soak { visitors: 7, ..soak(|_| 200.0) }.fault();
        assert_eq!(fault.as_deref(), Some("only 7 of 100000 visitors were let in"));
    }

    #[test]
    fn a_process_that_grows_to_the_end_is_not() {
        let fault = soak(|look| 200.0 + 3.0 * look).fault();
        assert_eq!(fault.as_deref(), Some("workerd grows under load: from 266 MiB to 356"));
    }
}
