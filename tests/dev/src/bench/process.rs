//! What a running process has used so far, where the system tells it.

use std::fs;
use std::time::Duration;

/// The CPU time of all its threads.
pub(super) fn cpu(pid: u32) -> Option<Duration> {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).ok()?.flatten();
    let used: Vec<u64> = threads
        .filter_map(|thread| {
            let text = fs::read_to_string(thread.path().join("schedstat")).ok()?;
            text.split_whitespace().next()?.parse().ok()
        })
        .collect();
    (!used.is_empty()).then(|| Duration::from_nanos(used.iter().sum()))
}

/// The memory it holds, in bytes: its resident set.
pub(super) fn resident(pid: u32) -> Option<u64> {
    let text = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse::<u64>().ok().map(|kib| kib * 1024)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    #[test]
    fn a_process_that_runs_has_used_time_and_memory() {
        let own = std::process::id();
        assert!(super::cpu(own).is_some_and(|time| !time.is_zero()));
        assert!(super::resident(own).is_some_and(|bytes| bytes > 100_000));
    }

    #[test]
    fn of_a_process_that_is_not_there_nothing_is_known() {
        assert_eq!((super::cpu(u32::MAX), super::resident(u32::MAX)), (None, None));
    }
}
