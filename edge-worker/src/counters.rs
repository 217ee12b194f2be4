//! Counts what this isolate answered, for `GET /metrics` in the Prometheus text format 0.0.4.
//!
//! Counts live in the isolate's memory: they start at zero with it, as Prometheus counters may, and each isolate of a
//! deployment has its own.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Write;

thread_local! {
    static COUNTS: RefCell<BTreeMap<(Counter, String), u64>> = const { RefCell::new(BTreeMap::new()) };
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Counter {
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
}

impl Counter {
    fn describe(self) -> (&'static str, &'static str, &'static str) {
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
        }
    }
}

/// Counts one. `label` is one of few: a code, a queue, a site that exists.
pub(crate) fn count(counter: Counter, label: &str) {
    COUNTS.with_borrow_mut(|counts| *counts.entry((counter, label.to_owned())).or_default() += 1);
}

/// All counts, as text.
pub(crate) fn exposition() -> String {
    COUNTS.with_borrow(|counts| {
        let mut text = String::new();
        let mut last = None;
        for ((counter, value), count) in counts {
            let (name, label, help) = counter.describe();
            if last != Some(*counter) {
                // INVARIANT: writing to a string cannot fail.
                let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} counter");
                last = Some(*counter);
            }
            let _ = writeln!(text, "{name}{{{label}=\"{value}\"}} {count}");
        }
        text
    })
}
