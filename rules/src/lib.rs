//! The Declic rule engine: checks rule files, evaluates rules in three values, arbitrates, explains.
//!
//! Owns the signal catalogue, the rule language and its diagnostics, the compiled program, the watch list,
//! arbitration and the words it all is told in. Takes text, facts and moments; returns decisions. Never sees a
//! clock, randomness, input or output, the wire or the worker: time, history and hash inputs are arguments.
//!
//! ```
//! use rules::{Consent, Facts, Live, Moment, Signal, Watch};
//!
//! let checked = rules::check("shop.toml", r#"
//!     [[rule]]
//!     id = "basket-call"
//!     show = "callback"
//!     when = { page.path = "/cart", page.dwell = ">= 45s", visited = "/faq/*" }
//!     content.en.title = "A question about your basket?"
//! "#);
//! let program = checked.program.expect("no faults");
//!
//! let mut facts = Facts::new();
//! facts.set_text(Signal::PagePath, "/cart").visited("/faq/delivery", 60_000).visited("/cart", 0);
//! let evaluation = program.evaluate(&facts);
//! assert_eq!(evaluation.watch(), [Watch::DwellMs(45_000)]);
//!
//! facts.set_live(Live { dwell_ms: 45_000, ..Live::default() });
//! let evaluation = program.evaluate(&facts);
//! let verdict = program.arbitrate(&evaluation, &Moment { visit: 1, ..Moment::default() });
//! assert_eq!(program.rules()[verdict.shown[0]].id, "basket-call");
//! assert_eq!(program.card(verdict.shown[0], &facts, "en-GB", b"").title, "A question about your basket?");
//! ```

mod arbitration;
mod away;
mod bucket;
mod calendar;
mod card;
mod clock;
mod condition;
mod diagnostic;
mod engine;
mod evaluation;
mod explanation;
mod facts;
mod file;
mod glob;
mod interval;
mod labels;
mod program;
mod quantity;
mod review;
mod rule;
mod schedule;
mod sentence;
mod signal;
mod template;
mod truth;
mod watch;
mod words;

pub use arbitration::{Consent, Exposure, ExposureKind, Moment, Outcome, Reason, Verdict};
pub use away::Turn;
pub use calendar::{Calendar, CalendarError};
pub use card::{Card, CardLink};
pub use clock::{LocalTime, day_text, parse_day};
pub use condition::{Condition, MAX_DEPTH, Polarity, Subject, Test, Wanted};
pub use diagnostic::{Code, Diagnostic, Severity};
pub use evaluation::{Changes, Evaluation};
pub use explanation::{Explanation, Obstacle};
pub use facts::{Facts, Live, Members, Past, Reading};
pub use file::{
    Checked, Example, Expectation, MAX_FILE_BYTES, MAX_LABEL_CHARS, MAX_LINKS, check, check_for, is_language,
};
pub use glob::{Glob, GlobError, Style};
pub use interval::Interval;
pub use labels::{LABELS, Label};
pub use program::{MAX_PROGRAM_BYTES, MAX_RULES, Program, ProgramError};
pub use rule::{Cap, ConsentNeed, Content, Link, Period, Place, Rule, RuleCondition, Show, Site, Variant};
pub use schedule::{Hours, Schedule};
pub use signal::{Declaration, FAMILIES, Kind, Phrase, Signal, Supplier};
pub use template::Template;
pub use truth::Truth;
pub use watch::Watch;
