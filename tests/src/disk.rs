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

/// The databases of all objects of this class that have this table, opened.
///
/// # Panics
/// When one cannot be opened.
pub fn having(data: &Path, class: &str, table: &str) -> Vec<Connection> {
    let files = databases(data, class).into_iter().map(|file| open(&file));
    files.filter(|database| has_table(database, table)).collect()
}

/// How many rows of a table the objects of this class have together.
///
/// # Panics
/// When one of their databases cannot be read.
pub fn rows(data: &Path, class: &str, table: &str) -> i64 {
    let count = |database: &Connection| {
        let rows =
            database.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get::<_, i64>(0));
        rows.unwrap_or_else(|error| panic!("{table}: {error}"))
    };
    having(data, class, table).iter().map(count).sum::<i64>()
}

/// Whether an object was to scrub its file and has not.
pub(crate) fn owes_a_scrub(data: &Path) -> bool {
    let classes = ["visitors", "desk", "outbox"].iter();
    classes.flat_map(|class| having(data, class, "scrub")).any(|database| {
        let owed = database.query_row("SELECT owed FROM scrub", [], |row| row.get::<_, i64>(0));
        owed.is_ok_and(|owed| owed > 0)
    })
}

/// Sets every alarm so much earlier: in the list of its class, and in the object's own database.
pub(crate) fn bring_forward_alarms(data: &Path, ms: u64) {
    // workerd keeps the moments of its alarms in nanoseconds.
    let ns = u128::from(ms) * 1_000_000;
    change_alarms(
        data,
        &format!("UPDATE _cf_ALARM SET scheduled_time = scheduled_time - {ns}"),
        &format!("UPDATE _cf_METADATA SET value = value - {ns} WHERE key = 1 AND value IS NOT NULL"),
    );
}

/// Loses every alarm, in both places.
pub fn lose_alarms(data: &Path) {
    change_alarms(data, "DELETE FROM _cf_ALARM", "DELETE FROM _cf_METADATA WHERE key = 1");
}

/// Changes every alarm: in the list of its class, and in the object's own database.
fn change_alarms(data: &Path, in_list: &str, in_object: &str) {
    for file in files(&data.join("objects")).iter().flat_map(|class| files(class)) {
        if file.extension().is_none_or(|extension| extension != "sqlite") {
            continue;
        }
        let database = open(&file);
        if has_table(&database, "_cf_ALARM") || has_table(&database, "_cf_METADATA") {
            let change = if is_metadata(&file) { in_list } else { in_object };
            database.execute_batch(change).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        }
    }
}

fn has_table(database: &Connection, table: &str) -> bool {
    let found = database.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?");
    found.and_then(|mut query| query.exists([table])).unwrap_or(false)
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
