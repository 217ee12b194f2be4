//! What a site imports of its customers: one JSON object a line, taken line by line.
//!
//! Takes the bytes as they arrive and gives the lines that are sound, each with the customer it speaks of; keeps what is
//! wrong with the others. A line that is wrong costs itself alone. Never stores anything.

use bincode::{Decode, Encode};
use serde_json::{Map, Value};
use wire::codec::{pack, unpack};
use wire::{DecodeError, MAX_NAME_BYTES};

use crate::api::{Detail, ImportAnswer};
use crate::customer::saying;
use crate::identity::Signed;

/// Largest import, in bytes.
pub const MAX_BYTES: usize = 16 * 1024 * 1024;
/// Longest line, in bytes: all that is kept of a customer, as JSON and twice over.
pub const MAX_LINE_BYTES: usize = 8 * 1024;
/// Most lines of one request: so many calls of the shards is what Cloudflare lets one request make.
pub const MAX_LINES: usize = 10_000;
/// Most faults an answer tells one by one; all are counted.
const MAX_FAULTS: usize = 100;
/// Most segments of one line.
pub(crate) const MAX_SEGMENTS: usize = 16;
/// Longest name of a segment, in bytes: the rule language allows no longer one.
const MAX_SEGMENT_BYTES: usize = 128;
/// What some programs write before UTF-8 text: U+FEFF, which is no JSON.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();
/// Largest bundle handed to a shard, in bytes.
const MAX_BUNDLE_BYTES: usize = 4 * 1024 * 1024;

/// What one line says.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct Imported {
    /// Of whom, and what is said of him. Nobody has signed it: it makes no visitor known.
    pub customer: Signed,
    /// Segments he is in.
    pub segments: Vec<String>,
}

/// Customers of one shard, each with his row.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct Bundle(pub Vec<([u8; 16], Imported)>);

impl Bundle {
    /// The bytes to send.
    pub fn to_bytes(&self) -> Vec<u8> {
        pack(self)
    }

    /// The bundle in these bytes.
    ///
    /// # Errors
    /// When they are none.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        unpack(bytes, MAX_BUNDLE_BYTES)
    }
}

/// Reads lines as their bytes arrive.
#[derive(Debug, Default)]
pub struct Reader {
    /// The beginning of a line whose end has not come.
    line: Vec<u8>,
    /// Lines begun.
    number: usize,
    /// The line is too long: its rest is passed over.
    skips: bool,
    taken: usize,
    refused: usize,
    faults: Vec<Detail>,
}

impl Reader {
    /// Takes in what has arrived; gives the sound lines that end in it.
    pub fn read(&mut self, bytes: &[u8]) -> Vec<Imported> {
        let mut found = Vec::new();
        let mut parts = bytes.split(|byte| *byte == b'\n').peekable();
        while let Some(part) = parts.next() {
            if !self.skips {
                if self.line.len() + part.len() > MAX_LINE_BYTES {
                    self.skips = true;
                    self.line.clear();
                } else {
                    self.line.extend_from_slice(part);
                }
            }
            if parts.peek().is_some() {
                found.extend(self.end());
            }
        }
        found
    }

    /// Nothing more comes: gives the last line, when it has no end of its own.
    pub fn finish(&mut self) -> Option<Imported> {
        (self.skips || !self.line.is_empty()).then(|| self.end()).flatten()
    }

    /// What came of it.
    pub fn answer(self) -> ImportAnswer {
        let Self { number, taken, refused, faults, .. } = self;
        let untold = refused - faults.len();
        ImportAnswer { lines: number, taken, refused, errors: faults, untold }
    }

    /// The line has come to its end.
    fn end(&mut self) -> Option<Imported> {
        let line = std::mem::take(&mut self.line);
        let too_long = std::mem::take(&mut self.skips);
        self.number += 1;
        let line = match line.strip_prefix(BYTE_ORDER_MARK) {
            Some(behind) if self.number == 1 => behind,
            _ => &line,
        };
        let line = line.trim_ascii();
        let read = match (self.number, line) {
            (number, _) if number > MAX_LINES => Err(Fault::TooMany),
            _ if too_long => Err(Fault::TooLong),
            (_, []) => return None,
            (_, line) => imported(line),
        };
        match read {
            Ok(imported) => {
                self.taken += 1;
                Some(imported)
            }
            Err(fault) => {
                self.refused += 1;
                if self.faults.len() < MAX_FAULTS {
                    let (kind, message, next) = fault.explain();
                    let (line, kind, help) = (Some(self.number), Some(kind), Some(next));
                    self.faults.push(Detail { line, kind, message, help, ..Detail::default() });
                }
                None
            }
        }
    }
}

/// What is wrong with a line.
enum Fault {
    TooMany,
    TooLong,
    NotJson(serde_json::Error),
    NotAnObject,
    UnknownKey(String),
    NoId,
    IdTooLong,
    NotAttributes,
    NotSegments,
    Attribute(crate::customer::AttributeError),
}

impl Fault {
    /// Its stable name, what is wrong, and the next step.
    fn explain(self) -> (&'static str, String, String) {
        let whole = r#"write {"id":"42","customer":{"plan":"gold"}} on one line"#;
        let said = |kind, message: String, next: &str| (kind, message, next.to_owned());
        match self {
            Self::TooMany => said(
                "too_many_lines",
                format!("one request takes {MAX_LINES} lines"),
                "send this line and those behind it in another request",
            ),
            Self::TooLong => said(
                "line_too_long",
                format!("the line is longer than {MAX_LINE_BYTES} bytes"),
                "send what rules read, and no more",
            ),
            Self::NotJson(error) => said("not_json", format!("the line is not JSON: {error}"), whole),
            Self::NotAnObject => said("not_an_object", "the line is not a JSON object".into(), whole),
            Self::UnknownKey(key) => {
                said("unknown_key", format!("`{key}` means nothing here"), "put attributes below `customer`")
            }
            Self::NoId => said("no_id", "the line does not say of whom it speaks".into(), whole),
            Self::IdTooLong => said(
                "id_too_long",
                format!("`id` is longer than {MAX_NAME_BYTES} bytes"),
                "use the id that the site's server signs",
            ),
            Self::NotAttributes => {
                said("not_attributes", "`customer` is not an object of attributes".into(), whole)
            }
            Self::NotSegments => said(
                "not_segments",
                format!("`segments` is not a list of at most {MAX_SEGMENTS} names"),
                r#"write "segments":["vip"], each name of at most 128 bytes"#,
            ),
            Self::Attribute(error) => {
                let (message, next) = error.explain();
                ("attributes", message, next)
            }
        }
    }
}

/// What a line says.
fn imported(line: &[u8]) -> Result<Imported, Fault> {
    let Value::Object(mut object) = serde_json::from_slice(line).map_err(Fault::NotJson)? else {
        return Err(Fault::NotAnObject);
    };
    let id = match object.remove("id") {
        Some(Value::String(id)) if !id.is_empty() => id,
        Some(Value::Number(id)) => id.to_string(),
        _ => return Err(Fault::NoId),
    };
    if id.len() > MAX_NAME_BYTES {
        return Err(Fault::IdTooLong);
    }
    let attributes = match object.remove("customer") {
        None | Some(Value::Null) => Map::new(),
        Some(Value::Object(attributes)) => attributes,
        Some(_) => return Err(Fault::NotAttributes),
    };
    let segments = match object.remove("segments") {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(names)) => segments(names).ok_or(Fault::NotSegments)?,
        Some(_) => return Err(Fault::NotSegments),
    };
    if let Some(key) = object.keys().next() {
        return Err(Fault::UnknownKey(crate::intake::shorten(key)));
    }
    let said = saying(&attributes).map_err(Fault::Attribute)?;
    Ok(Imported { customer: Signed { id, said }, segments })
}

fn segments(names: Vec<Value>) -> Option<Vec<String>> {
    let name = |name: Value| match name {
        Value::String(name) if (1..=MAX_SEGMENT_BYTES).contains(&name.len()) => Some(name),
        _ => None,
    };
    if names.len() > MAX_SEGMENTS {
        return None;
    }
    names.into_iter().map(name).collect()
}

#[cfg(test)]
mod tests;
