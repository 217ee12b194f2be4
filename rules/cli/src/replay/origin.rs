//! Addresses of pages, and what the first one of a visit says of where it came from.

use rules::{Facts, Signal};

use crate::replay::log::Hit;

/// Where a visit came from: its first page says.
pub(super) fn fill_origin(entry: &Hit, facts: &mut Facts) {
    let (path, query) = address(entry);
    facts.set_text(Signal::VisitEntry, path);
    let rest = entry.referrer.split_once("://").map_or("", |(_, rest)| rest);
    let (host, target) = rest.split_once('/').unwrap_or((rest, ""));
    facts.set_text(Signal::VisitReferrer, host.strip_prefix("www.").unwrap_or(host));
    for (key, value) in query_pairs(target.split_once('?').map_or("", |(_, query)| query)) {
        if matches!(key.as_str(), "q" | "p" | "query")
            && ["google.", "bing.", "yahoo."].iter().any(|name| host.contains(name))
        {
            facts.set_text(Signal::VisitSearch, &value);
        }
    }
    for (key, value) in query_pairs(query) {
        let signal = match key.as_str() {
            "utm_source" => Signal::VisitSource,
            "utm_medium" => Signal::VisitMedium,
            "utm_campaign" => Signal::VisitCampaign,
            "utm_term" => Signal::VisitTerm,
            _ => continue,
        };
        facts.set_text(signal, &value);
    }
}

pub(super) fn address(hit: &Hit) -> (&str, &str) {
    let page = hit.page.as_deref().unwrap_or_default();
    let page = page.split('#').next().unwrap_or_default();
    page.split_once('?').unwrap_or((page, ""))
}

pub(super) fn query_pairs(query: &str) -> impl Iterator<Item = (String, String)> + '_ {
    query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(key, value)| (decoded(key), decoded(value)))
}

/// Percent-decoding, with `+` for a space, as forms send it.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let hex = |byte: u8| char::from(byte).to_digit(16);
        rest = after;
        match (first, after) {
            (b'+', _) => bytes.push(b' '),
            (b'%', [high, low, after @ ..]) if let (Some(high), Some(low)) = (hex(*high), hex(*low)) => {
                bytes.push((high * 16 + low) as u8);
                rest = after;
            }
            (other, _) => bytes.push(*other),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
