//! Tells whether a built thing is older than what it is made of.
//!
//! A fingerprint is a hash over the names and contents of the inputs. It is kept beside the runner's logs, and
//! written only after a build has ended well, so that a build that was broken off is done again.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use crate::places::workspace;
use crate::{Error, Result};

/// Folders that hold results, never inputs.
const NOT_INPUTS: [&str; 6] = ["target", "node_modules", "pkg", "pkg-debug", "build", "test-results"];

/// The state of a set of inputs, to be compared with the one of the last good build.
pub(crate) struct Fingerprint {
    value: String,
    note: PathBuf,
}

impl Fingerprint {
    /// Takes the state of files and folders (with all that is in them), and of `also`: versions, flags.
    pub(crate) fn of(name: &str, inputs: &[PathBuf], also: &str) -> Result<Fingerprint> {
        let mut hasher = DefaultHasher::new();
        also.hash(&mut hasher);
        for input in inputs {
            digest(input, &mut hasher)?;
        }
        let note = workspace().notes().join("built").join(name);
        Ok(Fingerprint { value: format!("{:016x}", hasher.finish()), note })
    }

    /// Whether the last good build had the same inputs and all its results are still there.
    pub(crate) fn is_current(&self, results: &[PathBuf]) -> bool {
        let last = fs::read_to_string(&self.note).unwrap_or_default();
        last == self.value && results.iter().all(|result| result.exists())
    }

    /// Whether there has been no good build yet: a long one is ahead.
    pub(crate) fn is_first(&self) -> bool {
        !self.note.exists()
    }

    /// Remembers that these inputs have been built.
    pub(crate) fn keep(&self) -> Result<()> {
        let folder = self.note.parent().expect("a note lies in the notes' folder");
        fs::create_dir_all(folder).map_err(Error::file("create", folder))?;
        fs::write(&self.note, &self.value).map_err(Error::file("write", &self.note))
    }

    /// The hash as text, for a note kept elsewhere.
    pub(crate) fn value(&self) -> &str {
        &self.value
    }
}

fn digest(path: &Path, hasher: &mut DefaultHasher) -> Result<()> {
    if path.is_dir() {
        let entries = fs::read_dir(path).map_err(Error::file("read", path))?;
        let mut entries: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        entries.sort();
        for entry in entries {
            let name = entry.file_name().unwrap_or_default().to_string_lossy();
            if !NOT_INPUTS.contains(&&*name) && !name.starts_with('.') {
                digest(&entry, hasher)?;
            }
        }
    } else if path.exists() {
        path.hash(hasher);
        fs::read(path).map_err(Error::file("read", path))?.hash(hasher);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::Fingerprint;

    #[test]
    fn a_change_in_a_file_is_seen_and_one_in_a_result_is_not() {
        let folder = std::env::temp_dir().join(format!("declic-fingerprint-{}", std::process::id()));
        fs::create_dir_all(folder.join("src")).unwrap();
        fs::create_dir_all(folder.join("build")).unwrap();
        let state = |source: &str, result: &str| {
            fs::write(folder.join("src/lib.rs"), source).unwrap();
            fs::write(folder.join("build/index.js"), result).unwrap();
            Fingerprint::of("test", std::slice::from_ref(&folder), "").unwrap().value().to_owned()
        };
        let first = state("one", "one");
        assert_eq!(state("one", "two"), first);
        assert_ne!(state("two", "two"), first);
        fs::remove_dir_all(&folder).unwrap();
    }
}
