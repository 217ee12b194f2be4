//! What an earlier version of the worker has left on the disk is taken over.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

use std::fs;

use rusqlite::Connection;
use tests::{Edge, RULES, Visitor, disk, eventually, shown};
use wire::Want;

const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// Puts the shard's table in the place of today's, as it was before there were trials, with one row for this visitor: that
/// profile.
fn put_back(file: &Connection, id: &[u8], profile: &[u8]) {
    file.execute_batch(
        "DROP TABLE visitor; DROP TABLE life;
         CREATE TABLE visitor (id BLOB PRIMARY KEY, seen_ms INTEGER NOT NULL, profile BLOB NOT NULL) WITHOUT ROWID;",
    )
    .unwrap();
    let row = (id, 1_763_902_800_000_i64, profile);
    file.execute("INSERT INTO visitor (id, seen_ms, profile) VALUES (?, ?, ?)", row).unwrap();
}

/// A profile as version 1 of the worker wrote it.
fn profile_of_version_1() -> Vec<u8> {
    let file = dev::workspace().edge_worker().join("core/src/profile/profile-v1.hex");
    let text = fs::read_to_string(file).unwrap();
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    digits.chunks(2).map(byte).collect()
}

#[test]
fn a_table_without_trials_and_a_profile_of_version_1_are_taken_over() {
    let mut edge = Edge::serving(RULES);
    let mut visitor = Visitor::new(1);
    visitor.opens(&edge, "/p/teapot");
    edge.stop();
    let files = disk::databases(edge.data(), "visitors");
    let [file] = &files[..] else { panic!("one shard: {files:?}") };
    let connection = disk::open(file);
    let id: Vec<u8> = connection.query_row("SELECT id FROM visitor", [], |row| row.get(0)).unwrap();
    let earlier = profile_of_version_1();
    assert_eq!(earlier[0], 1);
    put_back(&connection, &id, &earlier);
    drop(connection);

    edge.kill_and_restart();
    let known = |edge: &Edge, visitor: &Visitor, name: &str| {
        let fields = visitor.inquires(edge, Want::See).fields;
        fields.into_iter().find(|field| field.name == name).map(|field| field.value)
    };
    let basket = known(&edge, &visitor, "your basket");
    assert_eq!(basket.as_deref(), Some("210.00 EUR"), "what the earlier worker knew is known");
    // The row is written in today's form, the trial it opens included.
    assert_eq!(shown(&visitor.opens(&edge, "/?utm_campaign=Sale")), ["campaign"]);
    edge.kill_and_restart();
    assert_eq!(known(&edge, &visitor, "your basket"), basket);
    assert_eq!(known(&edge, &visitor, "the comparisons you were part of, a week each").as_deref(), Some("1"));
    edge.stop();
    let written: (i64, i64) = disk::open(file)
        .query_row("SELECT due_ms > 0, unicode(substr(profile, 1, 1)) FROM visitor", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .unwrap();
    assert_eq!(written, (1, 2), "it has a moment to be looked at, and is of version 2");
}

#[test]
fn rows_of_an_earlier_worker_are_kept_no_longer_than_others() {
    let mut edge = Edge::under(RULES, &[("DECLIC_COUNTS_MS", "50")]);
    let mut visitor = Visitor::new(1);
    visitor.opens(&edge, "/p/teapot");
    edge.stop();
    let files = disk::databases(edge.data(), "visitors");
    let connection = disk::open(&files[0]);
    let id: Vec<u8> = connection.query_row("SELECT id FROM visitor", [], |row| row.get(0)).unwrap();
    put_back(&connection, &id, &profile_of_version_1());
    let other = ([9_u8; 16].as_slice(), profile_of_version_1());
    connection
        .execute("INSERT INTO visitor (id, seen_ms, profile) VALUES (?, 1763902800000, ?)", other)
        .unwrap();
    drop(connection);
    edge.kill_and_restart();
    // One comes back to the shard: the row beside his gets its moment, too.
    visitor.opens(&edge, "/");
    edge.wakes_after(500 * DAY_MS);
    eventually(|| {
        edge.wakes_after(DAY_MS);
        edge.goes_on();
        edge.stop();
        let count = "SELECT count(*) FROM visitor";
        let left = disk::open(&files[0]).query_row(count, [], |row| row.get::<_, i64>(0));
        (left == Ok(0)).then_some(())
    });
}
