//! Reads an access log in the combined format, or events as NDJSON.
//!
//! Owns what a line is; counts what it leaves out (bots, files, errors, broken lines) and never fails on a line.

use std::collections::HashMap;
use std::io::{self, BufRead};

use serde_json::Value;

/// File endings that are parts of a page, not pages.
const ASSETS: [&str; 22] = [
    "css", "js", "mjs", "map", "png", "jpg", "jpeg", "gif", "svg", "webp", "avif", "ico", "woff", "woff2",
    "ttf", "xml", "txt", "json", "rss", "atom", "mp4", "zip",
];

/// Words that only programs have in their names.
const BOTS: [&str; 22] = [
    "bot",
    "crawl",
    "spider",
    "slurp",
    "feed",
    "fetch",
    "curl",
    "wget",
    "python",
    "java/",
    "perl",
    "ruby",
    "monitor",
    "preview",
    "scan",
    "http-client",
    "libwww",
    "facebookexternalhit",
    "headless",
    "reader",
    "validator",
    "archive",
];

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The first second of the year 10000: a line from beyond, or from before 1970, is broken.
const END: i64 = 253_402_300_800;

/// One page view or event.
#[derive(Clone, Debug)]
pub(crate) struct Hit {
    pub(crate) visitor: u32,
    pub(crate) at_ms: i64,
    /// A page with its query, or none for a bare event.
    pub(crate) page: Option<String>,
    pub(crate) event: Option<String>,
    pub(crate) referrer: String,
    pub(crate) is_mobile: bool,
}

/// What was read and what was left out.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct LogCounts {
    pub(crate) lines: u64,
    pub(crate) used: u64,
    pub(crate) bots: u64,
    /// Files, redirects, errors, forms.
    pub(crate) not_pages: u64,
    pub(crate) broken: u64,
    /// Lines, used or not, older than the line before them in the file; they are put in order.
    pub(crate) unordered: u64,
}

/// A whole log, in order of visitors and time.
pub(crate) struct Log {
    pub(crate) hits: Vec<Hit>,
    pub(crate) counts: LogCounts,
    pub(crate) visitors: u32,
}

enum Line {
    Hit {
        who: String,
        hit: Hit,
    },
    /// When it was.
    Bot(i64),
    NotAPage(i64),
    Broken,
}

impl Log {
    /// Reads all lines; `progress` is told now and then how many there were.
    pub(crate) fn read(mut lines: impl BufRead, mut progress: impl FnMut(u64)) -> io::Result<Self> {
        /// Lines between two words of progress: about a second.
        const STEP: u64 = 500_000;
        let mut counts = LogCounts::default();
        let mut visitors: HashMap<String, u32> = HashMap::new();
        let mut hits: Vec<Hit> = Vec::new();
        let mut before = i64::MIN;
        let mut bytes = Vec::new();
        loop {
            bytes.clear();
            if lines.read_until(b'\n', &mut bytes)? == 0 {
                break;
            }
            // Logs hold whatever a browser sent, which need not be UTF-8.
            let line = String::from_utf8_lossy(&bytes);
            let line = line.trim_start_matches('\u{feff}').trim();
            if line.is_empty() {
                continue;
            }
            counts.lines += 1;
            if counts.lines.is_multiple_of(STEP) {
                progress(counts.lines);
            }
            let parsed = if line.starts_with('{') { event(line) } else { combined(line) };
            if let Line::Bot(at_ms) | Line::NotAPage(at_ms) | Line::Hit { hit: Hit { at_ms, .. }, .. } =
                parsed
            {
                counts.unordered += u64::from(at_ms < before);
                before = at_ms;
            }
            match parsed {
                Line::Hit { who, mut hit } => {
                    let next = visitors.len() as u32;
                    hit.visitor = *visitors.entry(who).or_insert(next);
                    counts.used += 1;
                    hits.push(hit);
                }
                Line::Bot(_) => counts.bots += 1,
                Line::NotAPage(_) => counts.not_pages += 1,
                Line::Broken => counts.broken += 1,
            }
        }
        // Stable: lines of one second stay as they were.
        hits.sort_by_key(|hit| (hit.visitor, hit.at_ms));
        Ok(Self { hits, counts, visitors: visitors.len() as u32 })
    }
}

/// `host ident user [time] "METHOD target PROTOCOL" status bytes "referrer" "agent"`
fn combined(line: &str) -> Line {
    let parts = || -> Option<(&str, i64, &str, &str, &str, &str)> {
        let (host, rest) = line.split_once(' ')?;
        let (_, rest) = rest.split_once('[')?;
        let (time, rest) = rest.split_once(']')?;
        let (request, rest) = quoted(rest)?;
        let status = rest.split_whitespace().next()?;
        let (referrer, rest) = quoted(rest).unwrap_or(("-", ""));
        let (agent, _) = quoted(rest).unwrap_or(("-", ""));
        Some((host, time_of(time)?, request, status, referrer, agent))
    };
    let Some((host, at_ms, request, status, referrer, agent)) = parts() else { return Line::Broken };
    let mut words = request.split(' ');
    let (Some(method), Some(target)) = (words.next(), words.next()) else { return Line::Broken };
    if is_bot(agent) {
        return Line::Bot(at_ms);
    }
    if method != "GET" || !matches!(status, "200" | "304") || !is_page(target) {
        return Line::NotAPage(at_ms);
    }
    let hit = Hit {
        visitor: 0,
        at_ms,
        page: Some(target.to_owned()),
        event: None,
        referrer: if referrer == "-" { String::new() } else { referrer.to_owned() },
        is_mobile: is_mobile(agent),
    };
    Line::Hit { who: format!("{host} {agent}"), hit }
}

/// The text between the next two quotes, `\"` not counting, and what follows.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let (_, rest) = text.split_once('"')?;
    let mut escaped = false;
    for (at, c) in rest.char_indices() {
        match c {
            '"' if !escaped => return Some((&rest[..at], &rest[at + 1..])),
            _ => escaped = c == '\\' && !escaped,
        }
    }
    None
}

/// `17/May/2015:10:05:03 +0000`
fn time_of(text: &str) -> Option<i64> {
    let (date, offset) = text.split_once(' ')?;
    let mut parts = date.split(['/', ':']);
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    let month = MONTHS.iter().position(|name| *name == month)? + 1;
    let days = rules::parse_day(&format!("{year}-{month:02}-{day}"))?;
    let mut seconds = 0;
    // 60 is a leap second.
    for most in [23, 59, 60] {
        let part = parts.next()?.parse::<i64>().ok().filter(|part| (0..=most).contains(part))?;
        seconds = seconds * 60 + part;
    }
    let offset: i64 = offset.parse().ok().filter(|offset| (-2400..=2400).contains(offset))?;
    let offset_seconds = (offset / 100 * 60 + offset % 100) * 60;
    let at = i64::from(days) * 86_400 + seconds - offset_seconds;
    (0..END).contains(&at).then_some(at * 1000)
}

/// `{"visitor": "v1", "at": seconds, "path": "/a"}`, or with `"event": "add_to_cart"`.
fn event(line: &str) -> Line {
    let Ok(value) = serde_json::from_str::<Value>(line) else { return Line::Broken };
    let text = |key: &str| value.get(key).and_then(Value::as_str);
    let (Some(who), Some(at)) = (text("visitor"), value.get("at").and_then(Value::as_f64)) else {
        return Line::Broken;
    };
    if !(0.0..END as f64).contains(&at) {
        return Line::Broken;
    }
    let at_ms = (at * 1000.0) as i64;
    let agent = text("agent").unwrap_or_default();
    if text("agent").is_some() && is_bot(agent) {
        return Line::Bot(at_ms);
    }
    let (page, event) = (text("path").map(str::to_owned), text("event").map(str::to_owned));
    if page.is_none() && event.is_none() {
        return Line::Broken;
    }
    let hit = Hit {
        visitor: 0,
        at_ms,
        page,
        event,
        referrer: text("referrer").unwrap_or_default().to_owned(),
        is_mobile: is_mobile(agent),
    };
    Line::Hit { who: who.to_owned(), hit }
}

fn is_bot(agent: &str) -> bool {
    let agent = agent.to_ascii_lowercase();
    agent.len() < 12 || BOTS.iter().any(|word| agent.contains(word))
}

fn is_mobile(agent: &str) -> bool {
    agent.contains("Mobi") || agent.contains("Android")
}

fn is_page(target: &str) -> bool {
    let path = target.split(['?', '#']).next().unwrap_or_default();
    let name = path.rsplit('/').next().unwrap_or_default();
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    path.starts_with('/') && !ending.is_some_and(|ending| ASSETS.contains(&ending.as_str()))
}

#[cfg(test)]
mod tests {
    use super::Log;

    #[test]
    fn a_time_outside_the_calendar_is_a_broken_line() {
        let text: String = ["-9e18", "-1", "1e30", "253402300800", "12"]
            .iter()
            .map(|at| format!("{{\"visitor\": \"v\", \"at\": {at}, \"path\": \"/\"}}\n"))
            .collect();
        let text = text + "h - - [17/May/2015:9223372036854775807:1:1 +0000] \"GET / HTTP/1.1\" 200 1\n";
        let counts = Log::read(text.as_bytes(), |_| {}).expect("readable").counts;
        assert_eq!((counts.used, counts.broken, counts.unordered), (1, 5, 0));
    }

    const AGENT: &str = "Mozilla/5.0 (X11; Linux x86_64)";

    #[test]
    fn a_log_is_put_in_order_and_its_faults_are_counted() {
        let text = format!(
            "1.2.3.4 - - [17/May/2015:10:05:43 +0000] \"GET /b?x=1 HTTP/1.1\" 200 1 \"-\" \"{AGENT}\"\n\
             1.2.3.4 - - [17/May/2015:12:05:03 +0200] \"GET /a HTTP/1.1\" 200 1 \"http://a.example/\" \"{AGENT}\"\n\
             1.2.3.4 - - [17/May/2015:10:06:03 +0000] \"GET /a.png HTTP/1.1\" 200 1 \"-\" \"{AGENT}\"\n\
             5.6.7.8 - - [17/May/2015:10:06:03 +0000] \"GET /a HTTP/1.1\" 200 1 \"-\" \"Googlebot/2.1 (+http)\"\n\
             not a line\n\
             {{\"visitor\": \"v\", \"at\": 1431857103, \"event\": \"add_to_cart\"}}\n"
        );
        let log = Log::read(text.as_bytes(), |_| {}).expect("readable");
        let seen: Vec<_> = log.hits.iter().map(|hit| (hit.visitor, hit.page.as_deref(), hit.at_ms)).collect();
        assert_eq!(
            seen,
            [
                (0, Some("/a"), 1_431_857_103_000),
                (0, Some("/b?x=1"), 1_431_857_143_000),
                (1, None, 1_431_857_103_000)
            ]
        );
        let counts = log.counts;
        assert_eq!((counts.bots, counts.not_pages, counts.broken, counts.unordered), (1, 1, 1, 2));
    }
}
