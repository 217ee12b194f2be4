//! Visitors who have signed in and wait to be taken to the customer's home, which does not take them yet.

use serde_json::Value;
use tests::{Edge, Visitor, disk, eventually};
use wire::{Ask, Want};

use super::{customer, edge, export, order, paths, signs_in};

const MINUTE_MS: u64 = 60 * 1000;
const DAY_MS: u64 = 24 * 60 * MINUTE_MS;
/// Turns a profile's version into one that no worker of today reads, and back.
const LATER: u8 = 0x40;
/// What nobody else has: pages are in the site's counts, too.
const SEARCH: &str = "unmistakably-searched";
const TROUBLED: &str = "visitors are taken to their new homes later";

/// Makes these rows of a table unreadable, or readable again.
fn turn(edge: &Edge, table: &str, which: &str) {
    for shard in disk::having(edge.data(), "visitors", table) {
        let mut query = shard.prepare(&format!("SELECT id, profile FROM {table} WHERE {which}")).unwrap();
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        let rows: Vec<(Vec<u8>, Vec<u8>)> = rows.map(Result::unwrap).collect();
        for (id, mut profile) in rows {
            profile[0] ^= LATER;
            let change = format!("UPDATE {table} SET profile = ? WHERE id = ?");
            assert_eq!(shard.execute(&change, (profile, id)), Ok(1));
        }
    }
}

/// Closes the homes of all customers there are, or opens them again: their rows are as if a later worker had written them.
/// The edge is stopped.
fn turn_homes(edge: &Edge) {
    let homes: Vec<Vec<u8>> = disk::having(edge.data(), "visitors", "merged")
        .iter()
        .flat_map(|shard| {
            let mut query = shard.prepare("SELECT DISTINCT customer FROM merged").unwrap();
            let homes = query.query_map([], |row| row.get(0)).unwrap();
            homes.map(Result::unwrap).collect::<Vec<_>>()
        })
        .collect();
    let names: Vec<String> = homes.iter().map(|home| format!("x'{}'", hex(home))).collect();
    turn(edge, "visitor", &format!("id IN ({})", names.join(", ")));
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// An edge that knows the customer `c-1`, whose home is closed.
fn closed() -> Edge {
    let mut edge = edge();
    let mut first = Visitor::new(200);
    first.opens(&edge, "/first");
    first.does(&edge, vec![signs_in("c-1")]);
    let mut rounds = 0;
    eventually(|| {
        rounds += 1;
        edge.wakes_after(MINUTE_MS);
        // Longer each time: on a busy machine the stop could always come before he is home.
        (0..rounds).for_each(|_| edge.goes_on());
        edge.stop();
        waiting(&edge).is_empty().then_some(())
    });
    turn_homes(&edge);
    edge.kill_and_restart();
    edge
}

/// A visitor with a past.
fn visitor(edge: &Edge, number: u8) -> Visitor {
    let mut visitor = Visitor::new(number);
    visitor.opens(edge, &format!("/p/kettle?utm_campaign={SEARCH}"));
    visitor.opens(edge, "/p/teapot");
    visitor.does(edge, vec![order(1.0)]);
    visitor
}

/// He signs in as the customer, and is not taken in.
#[track_caller]
fn departs(edge: &Edge, visitor: &Visitor) {
    assert_eq!(visitor.sends(edge, &visitor.batch(vec![signs_in("c-1")])).status, 503);
}

/// The names of those who wait.
fn waiting(edge: &Edge) -> Vec<Vec<u8>> {
    let shards = disk::having(edge.data(), "visitors", "moved");
    let names = shards.iter().flat_map(|shard| {
        let mut query = shard.prepare("SELECT id FROM moved WHERE waits = 1").unwrap();
        let names = query.query_map([], |row| row.get(0)).unwrap();
        names.map(Result::unwrap).collect::<Vec<_>>()
    });
    names.collect()
}

fn is_customer(edge: &Edge, id: &str) -> bool {
    edge.owner("GET", &format!("/v1/sites/shop/customers/{id}"), "").status == 200
}

#[test]
fn a_customer_who_is_erased_is_not_brought_back_by_what_was_on_its_way() {
    let mut edge = closed();
    let mut visitor = visitor(&edge, 1);
    let message = Ask::Message { reply_to: "him@unmistakable.example".into(), text: "Hello?".into() };
    assert_eq!(visitor.asks(&edge, 1, message).status, 201);
    departs(&edge, &visitor);
    let mut other = Visitor::new(2);
    other.opens(&edge, "/p/another");
    edge.stop();
    let names = waiting(&edge);
    let [name] = &names[..] else { panic!("one waits: {names:?}") };
    edge.kill_and_restart();

    assert_eq!(edge.owner("DELETE", "/v1/sites/shop/customers/c-1", "").status, 204);
    edge.kill_and_restart();
    assert_eq!(export(&edge, &visitor), Value::Null, "who asks by the old token is told of nothing");
    edge.wakes_after(MINUTE_MS);
    edge.goes_on();
    assert!(!is_customer(&edge, "c-1"));
    edge.rests();
    assert_eq!(waiting(&edge), Vec::<Vec<u8>>::new());
    let traces = disk::holding(edge.data(), &[b"unmistakabl", name, hex(name).as_bytes()]);
    assert_eq!(traces, Vec::<String>::new());
    assert_eq!(disk::rows(edge.data(), "visitors", "erased"), 1, "the sign of it, for a month");

    // He signs in again, from the browser he was in and from another.
    edge.kill_and_restart();
    for (browser, page) in [(&mut visitor, "/p/later"), (&mut other, "/p/other")] {
        browser.opens(&edge, page);
        browser.does(&edge, vec![order(5.0), signs_in("c-1")]);
    }
    edge.wakes_after(MINUTE_MS);
    edge.goes_on();
    let found = customer(&edge, "c-1");
    assert_eq!(paths(&found), ["/p/another", "/p/later", "/p/other"]);
    assert_eq!(found["visitor"]["orders"]["total"], 10.0);
    edge.wakes_after(32 * DAY_MS);
    edge.rests();
    assert_eq!(disk::rows(edge.data(), "visitors", "erased"), 0);
}

#[test]
fn who_erases_himself_while_he_is_on_his_way_arrives_nowhere() {
    let mut edge = closed();
    let visitor = visitor(&edge, 1);
    departs(&edge, &visitor);
    visitor.inquires(&edge, Want::Erase);
    assert!(!is_customer(&edge, "c-1"));
    edge.wakes_after(MINUTE_MS);
    edge.goes_on();
    assert!(!is_customer(&edge, "c-1"));
    edge.stop();
    assert_eq!(waiting(&edge), Vec::<Vec<u8>>::new());
}

#[test]
fn what_is_sent_again_after_the_erasure_is_all_there_is_of_the_customer() {
    let edge = closed();
    let visitor = visitor(&edge, 1);
    departs(&edge, &visitor);
    assert_eq!(edge.owner("DELETE", "/v1/sites/shop/customers/c-1", "").status, 204);
    // The tag does not know that it was refused for good: the same batch comes again, with him who waits.
    assert_eq!(visitor.sends(&edge, &visitor.batch(vec![signs_in("c-1")])).status, 200);
    assert_eq!(paths(&customer(&edge, "c-1")), ["/p/teapot"], "the page he is on");
    assert_eq!(customer(&edge, "c-1")["visitor"]["orders"]["count"], 0);
}

/// Has all who wait do so in one shard, as those of a busy one do, and be due in the order of their names, which it gives.
fn gather(edge: &Edge) -> Vec<Vec<u8>> {
    let mut others = disk::having(edge.data(), "visitors", "moved");
    // One whose alarm is near: where nobody waits, it is to come in a day.
    let waits = "SELECT 1 FROM moved WHERE waits = 1";
    let near = others.iter().position(|shard| shard.prepare(waits).unwrap().exists([]).unwrap());
    let first = others.remove(near.unwrap());
    for other in others {
        let mut query =
            other.prepare("SELECT id, at_ms, departure, profile, trials FROM moved WHERE waits = 1").unwrap();
        let mut rows = query.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let column = |index| row.get::<_, rusqlite::types::Value>(index).unwrap();
            let insert =
                "INSERT INTO moved (id, at_ms, waits, departure, profile, trials) VALUES (?, ?, 1, ?, ?, ?)";
            let columns = [0, 1, 2, 3, 4].map(column);
            assert_eq!(first.execute(insert, rusqlite::params_from_iter(columns)), Ok(1));
        }
        other.execute_batch("DELETE FROM moved WHERE waits = 1").unwrap();
    }
    let mut names = waiting(edge);
    names.sort_unstable();
    for (place, name) in names.iter().enumerate() {
        let due = first.execute("UPDATE moved SET tries = 0, due_ms = ? WHERE id = ?", (place, name));
        assert_eq!(due, Ok(1));
    }
    names
}

#[test]
fn who_cannot_be_taken_home_keeps_nobody_else_waiting_and_is_told_of_once() {
    let mut edge = closed();
    for number in 1..=24 {
        departs(&edge, &visitor(&edge, number));
    }
    edge.stop();
    turn_homes(&edge);
    let names = gather(&edge);
    assert_eq!(names.len(), 24);
    // More than are taken at the same time stand before the others: of most the profile cannot be read, of one not even
    // where he goes.
    let (troubled, others) = names.split_at(20);
    let rows: Vec<String> = troubled[1..].iter().map(|name| format!("x'{}'", hex(name))).collect();
    turn(&edge, "moved", &format!("id IN ({})", rows.join(", ")));
    for shard in disk::having(edge.data(), "visitors", "moved") {
        shard.execute("UPDATE moved SET departure = x'00' WHERE id = ?", [&troubled[0]]).unwrap();
    }
    let before = edge.log().matches(TROUBLED).count();
    edge.wakes_after(10 * MINUTE_MS);
    eventually(|| {
        let orders = &customer(&edge, "c-1")["visitor"]["orders"]["count"];
        (*orders == others.len()).then_some(())
    });
    let told = edge.log().matches(TROUBLED).count();
    assert!((1..=2).contains(&(told - before)), "once, of all that were tried together: {}", told - before);
    for _ in 0..3 {
        edge.wakes_after(2 * 60 * MINUTE_MS);
        edge.goes_on();
    }
    assert_eq!(edge.log().matches(TROUBLED).count(), told, "not with every try");
    edge.stop();
    let mut left = waiting(&edge);
    left.sort_unstable();
    assert_eq!(left, troubled, "they wait");
    edge.wakes_after(31 * DAY_MS);
    let given_up = "visitors could not be taken home for 30 days, and are forgotten: 20";
    eventually(|| edge.log().contains(given_up).then_some(()));
    edge.stop();
    assert_eq!(waiting(&edge), Vec::<Vec<u8>>::new());
}
