//! How visits are counted beside another tracker's sessions: Snowplow's own events, by the sessions it gave them.

mod data;

use std::collections::{BTreeMap, BTreeSet};

use edge_core::fold::fold;
use edge_core::profile::Profile;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use wire::{Batch, Consent, Event, Live, Page, What};

/// Visitors made by hand whose sessions no rule of time makes, by what their data calls them.
const NOT_BY_TIME: [(&str, &str); 4] = [
    ("Multiple first sessions per user", "two sessions at one time"),
    ("Multiple last sessions per user", "two sessions at one time"),
    ("Unexpired session", "one session, though silent for days"),
    ("long session", "one session, though silent for hours on end"),
];

/// The rows of a CSV file (RFC 4180), each a map by the names of the first.
fn rows(text: &str) -> Vec<BTreeMap<String, String>> {
    let (mut lines, mut line, mut field, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            '"' if quoted && chars.peek() == Some(&'"') => field.extend(chars.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => line.push(std::mem::take(&mut field)),
            '\n' if !quoted => {
                line.push(std::mem::take(&mut field));
                lines.push(std::mem::take(&mut line));
            }
            '\r' if !quoted => {}
            char => field.push(char),
        }
    }
    let mut lines = lines.into_iter();
    let names = lines.next().unwrap_or_default();
    lines.map(|line| names.iter().cloned().zip(line).collect()).collect()
}

/// One event as the tag would have told it, at its time.
fn told(number: u32, row: &BTreeMap<String, String>) -> Option<(u64, Batch)> {
    let at: DateTime = row["derived_tstamp"].parse().ok()?;
    let at_ms = at.to_zoned(TimeZone::UTC).ok()?.timestamp().as_millisecond();
    let what = match row["event"].as_str() {
        "page_view" => What::View,
        name => What::Track { name: name.to_owned() },
    };
    let mut stream = [0; 16];
    stream[..4].copy_from_slice(&number.to_le_bytes());
    let batch = Batch {
        clock: [0; 4],
        site: "shop".into(),
        consent: Consent::Granted,
        token: None,
        stream,
        first: 0,
        page: Page { path: row["page_urlpath"].clone(), ..Page::default() },
        live: Live::default(),
        on_screen: Vec::new(),
        declined: Vec::new(),
        events: vec![Event { at_ms: 0, what }],
    };
    Some((u64::try_from(at_ms).ok()?, batch))
}

#[test]
fn visits_are_counted_as_another_tracker_counts_its_sessions() {
    let Some(text) = data::text("snowplow_web/source/snowplow_web_events.csv") else { return };
    let mut by_visitor: BTreeMap<String, Vec<BTreeMap<String, String>>> = BTreeMap::new();
    for row in rows(&text) {
        by_visitor.entry(row["domain_userid"].clone()).or_default().push(row);
    }
    let (mut sessions, mut visits) = (0, 0);
    let mut otherwise = BTreeSet::new();
    for rows in by_visitor.values() {
        let theirs = rows.iter().map(|row| &row["domain_sessionid"]).collect::<BTreeSet<_>>().len();
        // In the order they arrived, which is not that of their time.
        let mut profile = Profile::default();
        for (at_ms, batch) in (0..).zip(rows).filter_map(|(number, row)| told(number, row)) {
            fold(&mut profile, &batch, &[], at_ms);
        }
        let ours = profile.visits.count() as usize;
        if ours == theirs {
            sessions += theirs;
            visits += ours;
        } else {
            otherwise.insert(rows[0]["user_id"].clone());
        }
    }
    println!(
        "{} visitors: {} with {sessions} sessions and {visits} visits; {} made by hand are counted otherwise: {otherwise:?}",
        by_visitor.len(),
        by_visitor.len() - otherwise.len(),
        otherwise.len()
    );
    let known: BTreeSet<String> = NOT_BY_TIME.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(otherwise, known);
    assert!(sessions >= 40);
}
