//! What a deployment counts and times, as sums that can be added up, and as Prometheus text.
//!
//! Each isolate keeps a [`Meter`] of what it has not handed in yet; one object of the deployment holds the sum. Owns the
//! names, the buckets and the text format; never reads a clock.

use std::collections::BTreeMap;
use std::fmt::Write;

use bincode::{Decode, Encode};
use wire::DecodeError;

use crate::stored;

/// First byte of a stored meter. Raised when a [`Counter`] is not added at the end: sums then begin afresh, as
/// Prometheus lets them.
const VERSION: u8 = 1;
/// Largest stored meter, in bytes.
const MAX_BYTES: usize = 512 * 1024;
/// Most series kept: labels are codes, routes and sites, and a site more than these is not worth one.
const MAX_SERIES: usize = 4096;

/// Upper bounds of the buckets, in microseconds, and as Prometheus writes them, in seconds.
const BUCKETS: [(u64, &str); 15] = [
    (100, "0.0001"),
    (250, "0.00025"),
    (500, "0.0005"),
    (1_000, "0.001"),
    (2_500, "0.0025"),
    (5_000, "0.005"),
    (10_000, "0.01"),
    (25_000, "0.025"),
    (50_000, "0.05"),
    (100_000, "0.1"),
    (250_000, "0.25"),
    (500_000, "0.5"),
    (1_000_000, "1"),
    (2_500_000, "2.5"),
    (10_000_000, "10"),
];

/// What is counted. New ones go to the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub enum Counter {
    /// Batches answered, by consent.
    Batches,
    /// Requests for contact stored, by queue.
    Contacts,
    /// What visitors asked of what is kept of them, by what was wanted.
    Inquiries,
    /// Requests refused, by the error's code.
    Refused,
    /// Visitor tokens that did not verify.
    ForgedTokens,
    /// Webhook deliveries tried, by outcome.
    Webhooks,
    /// Visitors whom their site said it knows, by what came of the proof.
    Identified,
    /// Requests whose network address nobody tells, by why.
    Unattributed,
}

/// What is timed. New ones go to the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub enum Timer {
    /// A batch of events, from its arrival to the decision, by consent.
    Decision,
    /// Any request, by route.
    Request,
}

/// How a metric is called, what its label is called, and what it says.
type Description = (&'static str, &'static str, &'static str);

impl Counter {
    fn describe(self) -> Description {
        match self {
            Self::Batches => ("declic_batches_total", "consent", "Batches of events answered"),
            Self::Contacts => ("declic_contacts_total", "queue", "Requests for contact stored"),
            Self::Inquiries => (
                "declic_inquiries_total",
                "want",
                "Visitors who asked what is kept of them, by what they wanted",
            ),
            Self::Refused => ("declic_refused_total", "code", "Requests refused, by the code of the error"),
            Self::ForgedTokens => {
                ("declic_forged_tokens_total", "site", "Visitor tokens that did not verify, by site")
            }
            Self::Webhooks => ("declic_webhooks_total", "outcome", "Webhook deliveries tried, by outcome"),
            Self::Identified => (
                "declic_identified_total",
                "outcome",
                "Visitors whom their site said it knows, by what came of the proof",
            ),
            Self::Unattributed => (
                "declic_unattributed_total",
                "why",
                "Requests whose network address nobody tells: they share one rate",
            ),
        }
    }
}

impl Timer {
    fn describe(self) -> Description {
        match self {
            Self::Decision => (
                "declic_decision_seconds",
                "consent",
                "From the arrival of a batch to its decision; the platform's clock moves in whole milliseconds",
            ),
            Self::Request => (
                "declic_request_seconds",
                "route",
                "From the arrival of a request to its answer; the platform's clock moves in whole milliseconds",
            ),
        }
    }
}

/// Durations, by bucket.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
struct Histogram {
    /// Durations up to each bound, those below the bound before it left out; the last is without bound.
    counts: [u64; BUCKETS.len() + 1],
    sum_us: u64,
}

/// Sums since something began.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Meter {
    counts: BTreeMap<(Counter, String), u64>,
    durations: BTreeMap<(Timer, String), Histogram>,
}

impl Meter {
    /// Counts one. `label` is one of few: a code, a queue, a site that exists.
    pub fn count(&mut self, counter: Counter, label: &str) {
        self.add_count(counter, label, 1);
    }

    /// Takes a duration in.
    pub fn time(&mut self, timer: Timer, label: &str, duration_us: u64) {
        let mut one = Histogram { sum_us: duration_us, ..Histogram::default() };
        one.counts[BUCKETS.partition_point(|(bound, _)| *bound < duration_us)] = 1;
        self.add_durations(timer, label, &one);
    }

    /// Adds the sums of another.
    pub fn add(&mut self, other: &Self) {
        for ((counter, label), count) in &other.counts {
            self.add_count(*counter, label, *count);
        }
        for ((timer, label), durations) in &other.durations {
            self.add_durations(*timer, label, durations);
        }
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty() && self.durations.is_empty()
    }

    fn add_count(&mut self, counter: Counter, label: &str, count: u64) {
        let key = (counter, label.to_owned());
        if self.counts.len() < MAX_SERIES || self.counts.contains_key(&key) {
            let sum = self.counts.entry(key).or_default();
            *sum = sum.saturating_add(count);
        }
    }

    fn add_durations(&mut self, timer: Timer, label: &str, durations: &Histogram) {
        let key = (timer, label.to_owned());
        if self.durations.len() < MAX_SERIES || self.durations.contains_key(&key) {
            let sum = self.durations.entry(key).or_default();
            sum.sum_us = sum.sum_us.saturating_add(durations.sum_us);
            for (sum, count) in sum.counts.iter_mut().zip(durations.counts) {
                *sum = sum.saturating_add(count);
            }
        }
    }

    /// Its bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        stored::to_bytes(VERSION, self)
    }

    /// The meter in these bytes.
    ///
    /// # Errors
    /// When they are of another version or damaged.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        stored::from_bytes(VERSION, bytes, MAX_BYTES)
    }

    /// All of it in the Prometheus text format 0.0.4.
    pub fn exposition(&self) -> String {
        let mut text = String::new();
        let mut last = None;
        for ((counter, value), count) in &self.counts {
            let (name, label, _) = counter.describe();
            if last.replace(*counter) != Some(*counter) {
                introduce(&mut text, counter.describe(), "counter");
            }
            line(&mut text, name, &[(label, value)], &count.to_string());
        }
        let mut last = None;
        for ((timer, value), durations) in &self.durations {
            let (name, label, _) = timer.describe();
            if last.replace(*timer) != Some(*timer) {
                introduce(&mut text, timer.describe(), "histogram");
            }
            let mut below = 0;
            let bounds = BUCKETS.iter().map(|(_, bound)| *bound).chain(["+Inf"]);
            for (bound, count) in bounds.zip(durations.counts) {
                below += count;
                let bucket = format!("{name}_bucket");
                line(&mut text, &bucket, &[(label, value), ("le", bound)], &below.to_string());
            }
            line(&mut text, &format!("{name}_sum"), &[(label, value)], &seconds(durations.sum_us));
            line(&mut text, &format!("{name}_count"), &[(label, value)], &below.to_string());
        }
        text
    }
}

fn introduce(text: &mut String, (name, _, help): Description, kind: &str) {
    // INVARIANT: writing to a string cannot fail, here and below.
    let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

fn line(text: &mut String, name: &str, labels: &[(&str, &str)], value: &str) {
    let escaped = |label: &str| label.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    let labels: Vec<String> =
        labels.iter().map(|(name, value)| format!("{name}=\"{}\"", escaped(value))).collect();
    let _ = writeln!(text, "{name}{{{}}} {value}", labels.join(","));
}

fn seconds(us: u64) -> String {
    format!("{}.{:06}", us / 1_000_000, us % 1_000_000)
}

#[cfg(test)]
mod tests;
