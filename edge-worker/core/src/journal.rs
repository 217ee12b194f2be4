//! The log: one line of JSON for a request, saying what was asked and what became of it, never by whom.
//!
//! Owns the level in `DECLIC_LOG` and the line's fields. No token, key, address or text of a visitor is among them: they
//! are not arguments.

use serde_json::json;

/// Which requests make a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// None.
    Off,
    /// Those answered 500 and up.
    Faults,
    /// Those answered 400 and up.
    Refusals,
    /// Those answered 400 and up, and one of so many others.
    Sampled {
        /// Of how many one.
        one_of: u32,
    },
}

/// The text of `DECLIC_LOG` is no level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadLevel {
    /// What is written.
    pub text: String,
}

impl Level {
    /// The level in a text: `off`, `faults`, `refusals`, `all`, or `1/100`. An empty one is `refusals`.
    ///
    /// # Errors
    /// When it is none of these.
    pub fn parse(text: &str) -> Result<Self, BadLevel> {
        let bad = || BadLevel { text: text.to_owned() };
        match text.trim() {
            "" | "refusals" => Ok(Self::Refusals),
            "off" => Ok(Self::Off),
            "faults" => Ok(Self::Faults),
            "all" => Ok(Self::Sampled { one_of: 1 }),
            other => {
                let one_of = other.strip_prefix("1/").and_then(|of| of.parse().ok()).filter(|of| *of > 0);
                one_of.map(|one_of| Self::Sampled { one_of }).ok_or_else(bad)
            }
        }
    }

    /// Whether the request of this number, counted by whoever asks, makes a line.
    pub fn wants(self, status: u16, number: u32) -> bool {
        match self {
            Self::Off => false,
            Self::Faults => status >= 500,
            Self::Refusals => status >= 400,
            Self::Sampled { one_of } => status >= 400 || number.is_multiple_of(one_of),
        }
    }
}

/// One request, answered.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'e> {
    /// When it arrived, in milliseconds since 1970.
    pub at_ms: u64,
    /// The route's name: never the address, which may hold a site's or a visitor's words.
    pub route: &'static str,
    /// HTTP method.
    pub method: &'e str,
    /// HTTP status.
    pub status: u16,
    /// Time to the answer, in microseconds.
    pub us: u64,
    /// The error's code, when there is one.
    pub code: Option<&'e str>,
}

impl Entry<'_> {
    /// The line.
    pub fn to_json(&self) -> String {
        let Self { at_ms, route, method, status, us, code } = self;
        let mut line =
            json!({ "at_ms": at_ms, "route": route, "method": method, "status": status, "us": us });
        if let Some(code) = code {
            line["code"] = json!(code);
        }
        line.to_string()
    }
}

/// A line that tells of a fault inside, for who runs the edge.
pub fn fault(at_ms: u64, what: &str) -> String {
    json!({ "at_ms": at_ms, "fault": what }).to_string()
}

#[cfg(test)]
mod tests {
    use super::{BadLevel, Entry, Level, fault};

    #[test]
    fn a_level_says_which_requests_make_a_line() {
        let wants = |level: &str| {
            let level = Level::parse(level).unwrap();
            [(200, 1), (200, 100), (404, 1), (503, 1)].map(|(status, number)| level.wants(status, number))
        };
        assert_eq!(wants("off"), [false; 4]);
        assert_eq!(wants("faults"), [false, false, false, true]);
        assert_eq!(wants(""), [false, false, true, true]);
        assert_eq!(wants("1/100"), [false, true, true, true]);
        assert_eq!(wants("all"), [true; 4]);
        for bad in ["loud", "1/0", "2/3", "1/-1"] {
            assert_eq!(Level::parse(bad), Err(BadLevel { text: bad.into() }));
        }
    }

    #[test]
    fn a_line_is_json_whatever_it_tells() {
        let entry = Entry {
            at_ms: 7,
            route: "events",
            method: "POST",
            status: 429,
            us: 1000,
            code: Some("rate_visitor"),
        };
        let line: serde_json::Value = serde_json::from_str(&entry.to_json()).unwrap();
        assert_eq!(
            (&line["route"], &line["status"], &line["us"]),
            (&"events".into(), &429.into(), &1000.into())
        );
        let line: serde_json::Value = serde_json::from_str(&fault(7, "a \"quote\"\nand a line")).unwrap();
        assert_eq!(line["fault"], "a \"quote\"\nand a line");
    }
}
