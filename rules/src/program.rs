//! A checked rule file, ready to evaluate: what the worker stores, loads and asks.
//!
//! Its bytes are a mark, a version and the rules in bincode; what evaluation needs beyond them is built again on
//! loading, so that hostile bytes cannot contradict themselves.

use std::collections::HashMap;
use std::fmt;

use bincode::config::{Configuration, Limit, LittleEndian, Varint};

use crate::clock::{LocalTime, Zone};
use crate::condition::{Condition, Subject, Wanted};
use crate::engine::Engine;
use crate::glob::Glob;
use crate::rule::{Rule, Site};
use crate::schedule::Schedule;
use crate::signal::Signal;
use crate::template::Template;
use crate::watch::{Boxes, MAX_BOXES};

/// Most rules of one file.
pub const MAX_RULES: usize = 5_000;

/// Largest program in bytes. A file of 1 MB never comes near it.
pub const MAX_PROGRAM_BYTES: usize = 8 * 1024 * 1024;

const MARK: [u8; 2] = *b"DR";
/// Raised when the rules change shape: bincode has no field names to go by.
const VERSION: u8 = 2;

type Config = Configuration<LittleEndian, Varint, Limit<MAX_PROGRAM_BYTES>>;

const fn config() -> Config {
    bincode::config::standard().with_limit::<MAX_PROGRAM_BYTES>()
}

/// A checked rule file.
#[derive(Clone, Debug)]
pub struct Program {
    site: Site,
    rules: Vec<Rule>,
    zone: Zone,
    conditions: Vec<Condition>,
    indices: HashMap<String, usize>,
    engine: Engine,
    /// A bit for each signal that a rule reads.
    read: u64,
    /// The names of events that rules ask for.
    events: Vec<Glob>,
}

/// Every signal has a bit of [`Program::read`].
const _: () = assert!(Signal::ALL.len() <= u64::BITS as usize);

/// Why bytes are not a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProgramError {
    /// They do not begin as a program does.
    NotAProgram,
    /// They are of another version: check the rule file again.
    Version {
        /// Theirs.
        found: u8,
    },
    /// More than [`MAX_PROGRAM_BYTES`].
    TooLarge {
        /// How many there are.
        bytes: usize,
    },
    /// They end too soon, go on too long or say what no rule file says.
    Malformed,
    /// A stated limit is exceeded, or a time zone or an id is not what it must be.
    Refused,
}

impl fmt::Display for ProgramError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAProgram => {
                f.write_str("these bytes are not a compiled rule file; check the file again")
            }
            Self::Version { found } => {
                write!(f, "this compiled rule file has version {found}, not {VERSION}; check the file again")
            }
            Self::TooLarge { bytes } => {
                write!(f, "{bytes} bytes are more than the {MAX_PROGRAM_BYTES} of a compiled rule file")
            }
            Self::Malformed => f.write_str("this compiled rule file is damaged; check the file again"),
            Self::Refused => f.write_str(
                "this compiled rule file exceeds the limits of this version; check the file again",
            ),
        }
    }
}

impl std::error::Error for ProgramError {}

impl Program {
    /// Prepares rules for evaluation.
    ///
    /// # Errors
    /// [`ProgramError::Refused`] for what a checked file never says.
    pub(crate) fn new(site: Site, rules: Vec<Rule>) -> Result<Self, ProgramError> {
        let zone = Zone::named(&site.timezone).ok_or(ProgramError::Refused)?;
        let conditions: Vec<_> = rules.iter().map(|rule| rule.condition.whole()).collect();
        let indices: HashMap<_, _> =
            rules.iter().enumerate().map(|(index, rule)| (rule.id.clone(), index)).collect();
        let sound = rules.len() <= MAX_RULES
            && indices.len() == rules.len()
            && rules.iter().all(is_sound)
            && conditions.iter().all(|condition| Boxes::at_most(condition) <= MAX_BOXES);
        if !sound {
            return Err(ProgramError::Refused);
        }
        let engine = Engine::new(&conditions);
        let read = rules.iter().fold(0, |read, rule| read | read_by(rule));
        let events = conditions.iter().flat_map(events_of).collect();
        Ok(Self { site, rules, zone, conditions, indices, engine, read, events })
    }

    /// The compact form.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![MARK[0], MARK[1], VERSION];
        let body = bincode::encode_to_vec((&self.site, &self.rules), config());
        bytes.extend(body.unwrap_or_default());
        bytes
    }

    /// The program in `bytes`, of at most [`MAX_PROGRAM_BYTES`] and all of them used.
    ///
    /// # Errors
    /// See [`ProgramError`]. Never panics, whatever the bytes are.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ProgramError> {
        if bytes.len() > MAX_PROGRAM_BYTES {
            return Err(ProgramError::TooLarge { bytes: bytes.len() });
        }
        let Some((&version, body)) = bytes.strip_prefix(&MARK).and_then(<[u8]>::split_first) else {
            return Err(ProgramError::NotAProgram);
        };
        if version != VERSION {
            return Err(ProgramError::Version { found: version });
        }
        match bincode::decode_from_slice::<(Site, Vec<Rule>), _>(body, config()) {
            Ok(((site, rules), used)) if used == body.len() => Self::new(site, rules),
            _ => Err(ProgramError::Malformed),
        }
    }

    /// The rules, in file order. Everywhere else a rule is its index here.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// What the file says of the whole site.
    pub fn site(&self) -> &Site {
        &self.site
    }

    /// The index of a rule.
    pub fn index_of(&self, id: &str) -> Option<usize> {
        self.indices.get(id).copied()
    }

    /// Whether any rule reads a signal, in its conditions or in its texts: what none reads need not be collected.
    pub fn reads(&self, signal: Signal) -> bool {
        self.read >> signal as u64 & 1 == 1
    }

    /// Whether any rule asks for an event of this name, as the one being decided on or among those that happened.
    pub fn reads_event(&self, name: &str) -> bool {
        self.events.iter().any(|event| event.matches(name))
    }

    /// What the site's wall clock shows at an instant.
    pub fn local_time(&self, unix_ms: i64) -> LocalTime {
        self.zone.local(unix_ms)
    }

    pub(crate) fn zone(&self) -> &Zone {
        &self.zone
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.engine
    }

    pub(crate) fn condition(&self, rule: usize) -> &Condition {
        &self.conditions[rule]
    }
}

/// The signals that a rule reads, a bit each.
fn read_by(rule: &Rule) -> u64 {
    let mut read = 0;
    let mut add = |subject: &Subject| {
        if let Subject::Signal(signal) = subject {
            read |= 1 << *signal as u64;
        }
    };
    let parts = &rule.condition;
    for part in parts.when.iter().chain(&parts.unless).chain(&parts.implied) {
        part.for_each_test(&mut |test, _| add(&test.subject));
    }
    let texts = rule.content.iter().chain(rule.variants.iter().flat_map(|variant| &variant.content));
    for (_, content) in texts {
        content.templates().flat_map(Template::reads).for_each(&mut add);
    }
    read
}

/// The names of events that a condition asks for.
fn events_of(condition: &Condition) -> Vec<Glob> {
    let mut events = Vec::new();
    condition.for_each_test(&mut |test, _| {
        let of_events = matches!(test.subject, Subject::Events | Subject::Signal(Signal::EventName));
        if let (true, Wanted::Text(what) | Wanted::Times { what, .. }) = (of_events, &test.wanted) {
            events.extend(what.iter().cloned());
        }
    });
    events
}

/// Whether a rule says only what a checked file can say.
fn is_sound(rule: &Rule) -> bool {
    (0.0..1.0).contains(&rule.holdout)
        && rule.schedule.as_ref().is_none_or(Schedule::is_sound)
        && rule.variants.iter().all(|variant| variant.weight > 0)
}
