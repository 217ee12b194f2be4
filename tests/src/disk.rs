//! What workerd leaves on the disk, read and changed while it is down.

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

/// The databases of all objects of a class, such as `visitors`.
///
/// # Panics
/// When the folder cannot be read.
pub fn databases(data: &Path, class: &str) -> Vec<PathBuf> {
    let folder = data.join("objects").join(format!("declic-{class}"));
    let files = files(&folder).into_iter();
    files
        .filter(|file| file.extension().is_some_and(|extension| extension == "sqlite") && !is_metadata(file))
        .collect()
}

/// Opens a database, with what its write-ahead log holds.
///
/// # Panics
/// When it cannot be opened.
pub fn open(file: &Path) -> Connection {
    Connection::open(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// The files of the objects in which any of these bytes stand, each with how many of them do, as `visitors: 2`.
///
/// # Panics
/// When the folder cannot be read.
pub fn holding(data: &Path, needles: &[&[u8]]) -> Vec<String> {
    let mut found = Vec::new();
    for class in files(&data.join("objects")) {
        let name =
            class.file_name().map(|name| name.to_string_lossy().replace("declic-", "")).unwrap_or_default();
        let contents: Vec<Vec<u8>> = files(&class).iter().filter_map(|file| fs::read(file).ok()).collect();
        let stands = |needle: &&&[u8]| {
            contents.iter().any(|content| content.windows(needle.len()).any(|window| window == **needle))
        };
        match needles.iter().filter(stands).count() {
            0 => {}
            count => found.push(format!("{name}: {count}")),
        }
    }
    found.sort_unstable();
    found
}

/// Sets every alarm so much earlier: in the list of its class, and in the object's own database.
pub(crate) fn bring_forward_alarms(data: &Path, ms: u64) {
    // workerd keeps the moments of its alarms in nanoseconds.
    let ns = u128::from(ms) * 1_000_000;
    for file in files(&data.join("objects")).iter().flat_map(|class| files(class)) {
        let earlier = match () {
            () if file.extension().is_none_or(|extension| extension != "sqlite") => continue,
            () if is_metadata(&file) => {
                format!("UPDATE _cf_ALARM SET scheduled_time = scheduled_time - {ns}")
            }
            () => format!("UPDATE _cf_METADATA SET value = value - {ns} WHERE key = 1 AND value IS NOT NULL"),
        };
        let database = open(&file);
        let has_alarms =
            database.prepare("SELECT 1 FROM sqlite_master WHERE name IN ('_cf_ALARM', '_cf_METADATA')");
        if has_alarms.and_then(|mut query| query.exists([])).unwrap_or(false) {
            database.execute_batch(&earlier).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        }
    }
}

fn is_metadata(file: &Path) -> bool {
    file.file_stem().is_some_and(|stem| stem == "metadata")
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<PathBuf> = entries.filter_map(Result::ok).map(|entry| entry.path()).collect();
    files.sort_unstable();
    files
}
