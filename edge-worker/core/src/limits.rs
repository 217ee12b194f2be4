//! What one deployment takes in at once: rates, requests in flight, time for a body; and what it says past them.
//!
//! Owns the limits, their text form in `DECLIC_LIMITS`, and the refusals. Counting is [`Throttle`]'s; telling who asks
//! is [`Client`]'s. Never reads a clock and never keeps an address.

mod client;
mod throttle;

use crate::api::Code;

pub use client::{Client, Header, Salt, Untold};
pub use throttle::Throttle;

/// Largest body that says when, which, who or how long, in bytes.
pub const MAX_SMALL_BYTES: usize = 4096;

/// How often: so many at once, and so many a minute from then on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// At once.
    pub burst: u32,
    /// Every minute after that.
    pub per_minute: u32,
}

/// The limits of a deployment that are not the wire's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Requests of one network address; absent for no limit.
    pub address: Option<Rate>,
    /// Batches of one visitor.
    pub visitor: Option<Rate>,
    /// Requests for contact of one network address.
    pub contacts: Option<Rate>,
    /// Requests of all whose network address nobody tells, together.
    pub unknown: Option<Rate>,
    /// Requests for contact of all those, together.
    pub unknown_contacts: Option<Rate>,
    /// Batches that one isolate answers at the same time; past it, tracking waits so that contacts do not.
    pub in_flight: u32,
    /// Time for a body to arrive, in milliseconds.
    pub body_ms: u32,
    /// Sites of the deployment.
    pub sites: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            // An office of two hundred people behind one address, all of them shopping.
            address: Some(Rate { burst: 600, per_minute: 3000 }),
            // A tag sends a batch for each page, event and watch: a quick human makes two in a second.
            visitor: Some(Rate { burst: 200, per_minute: 240 }),
            // Nobody asks for a call ten times; an office may.
            contacts: Some(Rate { burst: 20, per_minute: 6 }),
            // Two thirds of what an isolate answers at all. A rate that all share lets one starve the others; this one does
            // so only where the machine would.
            unknown: Some(Rate { burst: 20_000, per_minute: 120_000 }),
            // A call asked for every second is more than any desk answers.
            unknown_contacts: Some(Rate { burst: 500, per_minute: 60 }),
            // A decision takes about a millisecond: a queue of this length is half a second deep already.
            in_flight: 512,
            // 64 KiB in ten seconds is slower than any telephone.
            body_ms: 10_000,
            // One object lists them, and every isolate keeps the list: 64 KB.
            sites: 1000,
        }
    }
}

/// What is wrong with the text of `DECLIC_LIMITS`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LimitsError {
    /// Not `name=value`, or no such name.
    Name {
        /// What is written.
        word: String,
    },
    /// Not a value this limit takes.
    Value {
        /// What is written.
        word: String,
    },
}

impl LimitsError {
    /// What is wrong, in one sentence.
    pub fn explain(&self) -> String {
        match self {
            Self::Name { word } => format!("`{word}` names no limit"),
            Self::Value { word } => format!("`{word}` gives no value that this limit takes"),
        }
    }

    /// The next step.
    pub const NEXT: &str = "write such as `address=600/3000 visitor=200/240 contacts=20/6 unknown=20000/120000 unknown_contacts=500/60 in_flight=512 body_ms=10000 sites=1000`, or `off` for a rate";
}

impl Limits {
    /// The limits in a text of `name=value` words, each replacing the default: a rate is `burst/per_minute` or `off`.
    ///
    /// # Errors
    /// The first word that is none.
    pub fn parse(text: &str) -> Result<Self, LimitsError> {
        let mut limits = Self::default();
        for word in text.split_whitespace() {
            let name = || LimitsError::Name { word: word.to_owned() };
            let bad = || LimitsError::Value { word: word.to_owned() };
            let (key, value) = word.split_once('=').ok_or_else(name)?;
            match key {
                "address" => limits.address = rate(value).ok_or_else(bad)?,
                "visitor" => limits.visitor = rate(value).ok_or_else(bad)?,
                "contacts" => limits.contacts = rate(value).ok_or_else(bad)?,
                "unknown" => limits.unknown = rate(value).ok_or_else(bad)?,
                "unknown_contacts" => limits.unknown_contacts = rate(value).ok_or_else(bad)?,
                "in_flight" => limits.in_flight = positive(value).ok_or_else(bad)?,
                "body_ms" => limits.body_ms = positive(value).ok_or_else(bad)?,
                "sites" => limits.sites = positive(value).ok_or_else(bad)?,
                _ => return Err(name()),
            }
        }
        Ok(limits)
    }
}

/// `off`, or two positive numbers.
fn rate(value: &str) -> Option<Option<Rate>> {
    if value == "off" {
        return Some(None);
    }
    let (burst, per_minute) = value.split_once('/')?;
    Some(Some(Rate { burst: positive(burst)?, per_minute: positive(per_minute)? }))
}

fn positive(value: &str) -> Option<u32> {
    value.parse().ok().filter(|number| *number > 0)
}

/// Why a request that is sound is not answered now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Excess {
    /// Too many requests of one network address.
    Address {
        /// Seconds until the next is taken.
        retry_s: u32,
    },
    /// Too many requests of those whose network address nobody tells.
    Unknown {
        /// Seconds until the next is taken.
        retry_s: u32,
    },
    /// Too many batches of one visitor.
    Visitor {
        /// Seconds until the next is taken.
        retry_s: u32,
    },
    /// Too many requests for contact of one network address, or of those that nobody tells.
    Contacts {
        /// Seconds until the next is taken.
        retry_s: u32,
    },
    /// More in flight than this place can answer.
    Overload,
    /// The body did not arrive in time.
    SlowBody {
        /// The time it had, in milliseconds.
        limit_ms: u32,
    },
}

impl Excess {
    /// Its name in the list of all errors.
    pub fn kind(self) -> Code {
        match self {
            Self::Address { .. } => Code::RateAddress,
            Self::Unknown { .. } => Code::RateUnknown,
            Self::Visitor { .. } => Code::RateVisitor,
            Self::Contacts { .. } => Code::RateContacts,
            Self::Overload => Code::Overload,
            Self::SlowBody { .. } => Code::SlowBody,
        }
    }

    /// Value of `Retry-After`, in seconds.
    pub fn retry_s(self) -> u32 {
        match self {
            Self::Address { retry_s }
            | Self::Unknown { retry_s }
            | Self::Visitor { retry_s }
            | Self::Contacts { retry_s } => retry_s,
            Self::Overload => 5,
            Self::SlowBody { .. } => 1,
        }
    }

    /// What is wrong, and the next step.
    pub fn explain(self) -> (String, String) {
        let wait = format!("wait {} s and send the same request again", self.retry_s());
        let wait = match self {
            Self::Unknown { .. } => {
                format!("{wait}; whoever runs the edge names the proxy's header in `DECLIC_ADDRESS_HEADER`")
            }
            _ => wait,
        };
        let wrong = match self {
            Self::Address { .. } => "too many requests come from this network address".to_owned(),
            Self::Unknown { .. } => {
                "too many requests come from network addresses that this edge cannot tell apart".to_owned()
            }
            Self::Visitor { .. } => "too many batches come from this visitor".to_owned(),
            Self::Contacts { .. } => {
                "too many requests for contact come from this network address".to_owned()
            }
            Self::Overload => {
                "the edge has more requests than it can answer, and tracking waits first".to_owned()
            }
            Self::SlowBody { limit_ms } => format!("the body did not arrive within {limit_ms} ms"),
        };
        (wrong, wait)
    }
}

#[cfg(test)]
mod tests {
    use super::{Limits, LimitsError, Rate};

    #[test]
    fn a_text_replaces_the_limits_it_names() {
        let limits = Limits::parse("visitor=2/60  address=off\nbody_ms=300").unwrap();
        let expected = Limits {
            visitor: Some(Rate { burst: 2, per_minute: 60 }),
            address: None,
            body_ms: 300,
            ..Limits::default()
        };
        assert_eq!((limits, Limits::parse("")), (expected, Ok(Limits::default())));
    }

    #[test]
    fn a_word_that_is_no_limit_is_said() {
        let name = |word: &str| Err(LimitsError::Name { word: word.into() });
        let value = |word: &str| Err(LimitsError::Value { word: word.into() });
        assert_eq!(Limits::parse("visitors=2/60"), name("visitors=2/60"));
        assert_eq!(Limits::parse("off"), name("off"));
        for bad in ["visitor=2", "visitor=0/1", "visitor=-1/1", "in_flight=off", "body_ms=1.5"] {
            assert_eq!(Limits::parse(bad), value(bad));
        }
    }
}
