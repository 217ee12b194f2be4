//! Reads the versions that `Cargo.lock` pins, for the tools that must match a crate exactly.

use std::fs;

use crate::places::workspace;
use crate::{Error, Result};

/// The locked version of a crate.
pub(crate) fn version_of(name: &str) -> Result<String> {
    let path = workspace().root().join("Cargo.lock");
    let text = fs::read_to_string(&path).map_err(Error::file("read", &path))?;
    find(&text, name).ok_or_else(|| Error::Missing {
        what: format!("`{name}` is not in Cargo.lock"),
        next: "run `cargo metadata` to bring Cargo.lock up to date".into(),
    })
}

fn find(lock: &str, name: &str) -> Option<String> {
    let heading = format!("name = \"{name}\"");
    let mut lines = lock.lines().skip_while(|line| *line != heading);
    let version = lines.nth(1)?.strip_prefix("version = \"")?;
    Some(version.trim_end_matches('"').to_owned())
}

#[cfg(test)]
mod tests {
    use super::find;

    const LOCK: &str = "[[package]]\nname = \"worker-sys\"\nversion = \"0.8.1\"\n\n\
                        [[package]]\nname = \"worker\"\nversion = \"0.8.7\"\n";

    #[test]
    fn a_version_is_that_of_the_crate_with_exactly_this_name() {
        assert_eq!(find(LOCK, "worker").as_deref(), Some("0.8.7"));
    }

    #[test]
    fn a_crate_that_is_not_locked_has_no_version() {
        assert_eq!(find(LOCK, "work"), None);
    }
}
