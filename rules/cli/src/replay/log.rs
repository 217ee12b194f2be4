//! Reads an access log in the combined format, or events as NDJSON.
//!
//! Owns what a line is; counts what it leaves out (bots, files, errors, broken lines) and never fails on a line.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, BufRead};

use rules::Facts;
use serde_json::Value;

use crate::facts;
use crate::replay::agent::{is_bot, is_mobile};

/// File endings that are parts of a page, feeds or downloads, not pages.
const FILES: [&str; 74] = [
    "css", "js", "mjs", "map", "png", "jpg", "jpeg", "gif", "svg", "webp", "avif", "ico", "bmp", "woff",
    "woff2", "ttf", "otf", "eot", "swf", "wasm", "xml", "xsl", "xsd", "rdf", "rss", "atom", "txt", "json",
    "csv", "log", "conf", "ini", "yml", "yaml", "toml", "md", "pdf", "ps", "tex", "doc", "docx", "xls",
    "xlsx", "ppt", "pptx", "odt", "mp3", "mp4", "webm", "ogg", "avi", "mov", "wav", "zip", "gz", "tgz",
    "bz2", "xz", "7z", "rar", "tar", "jar", "war", "exe", "msi", "dmg", "iso", "apk", "deb", "rpm", "py",
    "sh", "c", "patch",
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
    /// Where the line says what was used.
    pub(crate) is_mobile: Option<bool>,
    /// Signals that an event tells, by their names.
    pub(crate) carried: Vec<(String, Value)>,
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
    /// What was wrong with names and values that events carry, and how often; they were left out.
    pub(crate) left_out: BTreeMap<String, u64>,
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
        let mut carrier = Carrier::default();
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
            let parsed = if line.starts_with('{') { event(line, &mut carrier) } else { combined(line) };
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
        Ok(Self { hits, counts, visitors: visitors.len() as u32, left_out: carrier.left_out })
    }
}

/// `host ident user [time] "METHOD target PROTOCOL" status bytes "referrer" "agent"`; the common format ends after
/// the bytes.
fn combined(line: &str) -> Line {
    let parts = || {
        let (host, rest) = line.split_once(' ')?;
        let (_, rest) = rest.split_once('[')?;
        let (time, rest) = rest.split_once(']')?;
        let (request, rest) = quoted(rest)?;
        let (status, rest) = rest.trim_start().split_once(' ')?;
        let (_, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        if rest.trim().is_empty() {
            return Some((host, time_of(time)?, request, status, "-", None));
        }
        // A line that breaks off is none, whoever sent it.
        let (referrer, rest) = quoted(rest)?;
        let (agent, _) = quoted(rest)?;
        Some((host, time_of(time)?, request, status, referrer, Some(agent)))
    };
    let Some((host, at_ms, request, status, referrer, agent)) = parts() else { return Line::Broken };
    let mut words = request.split(' ');
    let (Some(method), Some(target)) = (words.next(), words.next()) else { return Line::Broken };
    if agent.is_some_and(is_bot) {
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
        is_mobile: agent.map(is_mobile),
        carried: Vec::new(),
    };
    Line::Hit { who: format!("{host} {}", agent.unwrap_or_default()), hit }
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

/// Names of an event that are no signals.
const OWN: [&str; 6] = ["visitor", "at", "path", "event", "referrer", "agent"];

/// Tries what events carry before it is kept.
#[derive(Default)]
struct Carrier {
    scratch: Facts,
    left_out: BTreeMap<String, u64>,
}

impl Carrier {
    /// The signals of one event.
    fn signals(&mut self, value: &Value) -> Vec<(String, Value)> {
        /// Different complaints kept of one log.
        const MOST: usize = 20;
        let mut carried = Vec::new();
        self.scratch.clear();
        for (name, value) in value.as_object().into_iter().flatten() {
            if OWN.contains(&name.as_str()) {
                continue;
            }
            match facts::set(name, value, &mut self.scratch) {
                Ok(()) => carried.push((name.clone(), value.clone())),
                Err(why) if self.left_out.len() < MOST || self.left_out.contains_key(&why) => {
                    *self.left_out.entry(why).or_default() += 1;
                }
                Err(_) => {}
            }
        }
        carried
    }
}

/// `{"visitor": "v1", "at": seconds, "path": "/a"}`, or with `"event": "add_to_cart"`, and any signals beside it.
fn event(line: &str, carrier: &mut Carrier) -> Line {
    let Ok(value) = serde_json::from_str::<Value>(line) else { return Line::Broken };
    let text = |key: &str| value.get(key).and_then(Value::as_str);
    let (Some(who), Some(at)) = (text("visitor"), value.get("at").and_then(Value::as_f64)) else {
        return Line::Broken;
    };
    if !(0.0..END as f64).contains(&at) {
        return Line::Broken;
    }
    let at_ms = (at * 1000.0) as i64;
    if text("agent").is_some_and(is_bot) {
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
        is_mobile: text("agent").map(is_mobile),
        carried: carrier.signals(&value),
    };
    Line::Hit { who: who.to_owned(), hit }
}

/// Whether a person looks at it: no file, and no feed that a reader of feeds asks for.
fn is_page(target: &str) -> bool {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let path = path.split('#').next().unwrap_or_default();
    let name = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    let is_file = name.rsplit_once('.').is_some_and(|(_, ending)| FILES.contains(&ending));
    let is_feed = matches!(name.as_str(), "feed" | "feeds" | "rss" | "atom" | "rss2")
        || query.split('&').any(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            matches!(key, "feed" | "flav" | "format")
                && ["rss", "atom", "rdf"].iter().any(|kind| value.starts_with(kind))
        });
    path.starts_with('/') && !is_file && !is_feed
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

    /// Used, of bots, not pages, broken.
    fn counts(text: &str) -> (u64, u64, u64, u64) {
        let counts = Log::read(text.as_bytes(), |_| {}).expect("readable").counts;
        (counts.used, counts.bots, counts.not_pages, counts.broken)
    }

    #[test]
    fn the_common_format_has_no_agent_and_a_line_that_breaks_off_is_broken() {
        let begin = "1.2.3.4 - - [17/May/2015:10:05:43 +0000] \"GET /b HTTP/1.1\" 200 1";
        assert_eq!(counts(begin), (1, 0, 0, 0));
        assert_eq!(counts(&format!("{begin} \"-\" \"{AGENT}\"")), (1, 0, 0, 0));
        assert_eq!(counts(&format!("{begin} \"-\" \"-\"")), (0, 1, 0, 0));
        for end in ["\"-\" \"Mozilla/5.0 (X11; Lin", "\"-\" \"Googlebot/2.1 (+http", "\"-\"", "\"-"] {
            assert_eq!(counts(&format!("{begin} {end}")), (0, 0, 0, 1), "{end}");
        }
    }

    #[test]
    fn feeds_and_downloads_are_no_pages() {
        let line = |target: &str| {
            format!(
                "1.2.3.4 - - [17/May/2015:10:05:43 +0000] \"GET {target} HTTP/1.1\" 200 1 \"-\" \"{AGENT}\""
            )
        };
        for target in
            ["/blog?flav=rss20", "/feed/", "/blog/atom", "/?feed=rss2", "/files/x.jar", "/a/b.log", "/x.PDF"]
        {
            assert_eq!(counts(&line(target)), (0, 0, 1, 0), "{target}");
        }
        for target in ["/", "/blog/1.2", "/a.html", "/a.php?x=1", "/site/example.com", "/p/feeding"] {
            assert_eq!(counts(&line(target)), (1, 0, 0, 0), "{target}");
        }
    }

    #[test]
    fn events_carry_signals_and_what_is_none_is_told() {
        let text = "{\"visitor\":\"v\",\"at\":1,\"event\":\"add\",\"cart.total\":150,\"cart.totl\":1,\"page.scroll\":101}\n";
        let log = Log::read(text.as_bytes(), |_| {}).expect("readable");
        assert_eq!(log.hits[0].carried, [("cart.total".to_owned(), serde_json::json!(150))]);
        let told: Vec<_> = log.left_out.iter().map(|(why, times)| (why.as_str(), *times)).collect();
        assert_eq!(
            told,
            [
                ("`cart.totl` is not a signal; did you mean `cart.total`?", 1),
                ("`page.scroll` is a percentage, 0 to 100, and this is 101", 1)
            ]
        );
    }
}
