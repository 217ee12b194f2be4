//! Who the site says a visitor is, and what it says of him: the `customer.*` signals.
//!
//! Owns the shape and the limits of a customer's attributes, and how they are read from the site's JSON, be it signed
//! or imported. Never decides whether to believe it: that is `identity`'s.

use bincode::{Decode, Encode};
use rules::Facts;
use serde_json::{Map, Value as Json};

/// Most attributes of one customer.
pub(crate) const MAX_ATTRIBUTES: usize = 32;
/// Longest name of an attribute, in bytes.
pub(crate) const MAX_NAME_BYTES: usize = 64;
/// Longest text, in bytes.
pub(crate) const MAX_TEXT_BYTES: usize = 128;
/// Most members of a set.
pub(crate) const MAX_MEMBERS: usize = 16;
/// Most bytes of one customer's attributes together: they share a row with the journey.
pub const MAX_ATTRIBUTES_BYTES: usize = 1024;

/// Who this is, as the site says.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct Customer {
    /// The site's own identifier.
    pub id: String,
    /// When the site last signed that this is the visitor; 0 for one that was only imported.
    pub signed_ms: u64,
    /// What the site says of him, by name.
    pub attributes: Vec<Attribute>,
}

/// One thing a site says of a customer.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct Attribute {
    /// Its name behind `customer.`.
    pub name: String,
    /// Its value.
    pub value: Value,
}

/// What an attribute can be: the types a rule file can declare.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub enum Value {
    /// Text.
    Text(String),
    /// A number.
    Number(f64),
    /// Yes or no.
    Flag(bool),
    /// Several texts.
    Set(Vec<String>),
}

/// Why attributes are refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttributeError {
    /// A value is none of the four types.
    BadValue {
        /// The attribute.
        name: String,
    },
    /// A name, a text, a set or all of them together are too long.
    TooLong {
        /// The attribute.
        name: String,
    },
    /// More than [`MAX_ATTRIBUTES`].
    TooMany {
        /// How many.
        count: usize,
    },
}

impl AttributeError {
    /// What is wrong, and the next step.
    pub fn explain(&self) -> (String, String) {
        match self {
            Self::BadValue { name } => (
                format!("attribute `{name}` is neither a text, a number, yes/no nor a list of texts"),
                "send one of these, or null to take the attribute away".into(),
            ),
            Self::TooLong { name } => (
                format!(
                    "attribute `{name}` is too long, or makes all of them longer than {MAX_ATTRIBUTES_BYTES} bytes"
                ),
                format!(
                    "names take {MAX_NAME_BYTES} bytes, texts {MAX_TEXT_BYTES}, lists {MAX_MEMBERS} texts"
                ),
            ),
            Self::TooMany { count } => (
                format!("there are {count} attributes, at most {MAX_ATTRIBUTES} are kept"),
                "send those that rules read".into(),
            ),
        }
    }
}

/// What is said of a customer: values to keep, and names to take away.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct Saying {
    /// To keep.
    pub attributes: Vec<Attribute>,
    /// To take away.
    pub without: Vec<String>,
}

/// What a JSON object says of a customer; `null` takes an attribute away.
///
/// # Errors
/// When a value is of no type a rule can read, or past a limit.
pub fn saying(object: &Map<String, Json>) -> Result<Saying, AttributeError> {
    if object.len() > MAX_ATTRIBUTES {
        return Err(AttributeError::TooMany { count: object.len() });
    }
    let mut said = Saying::default();
    let mut bytes = 0;
    for (name, json) in object {
        let too_long = || AttributeError::TooLong { name: name.chars().take(MAX_NAME_BYTES).collect() };
        if name.len() > MAX_NAME_BYTES {
            return Err(too_long());
        }
        let value = match json {
            Json::Null => {
                said.without.push(name.clone());
                continue;
            }
            Json::String(text) => Some(Value::Text(text.clone())),
            Json::Number(number) => number.as_f64().map(Value::Number),
            Json::Bool(flag) => Some(Value::Flag(*flag)),
            Json::Array(members) => members
                .iter()
                .map(|member| member.as_str().map(str::to_owned))
                .collect::<Option<Vec<_>>>()
                .map(Value::Set),
            Json::Object(_) => None,
        };
        let value = value.ok_or_else(|| AttributeError::BadValue { name: name.clone() })?;
        let attribute = Attribute { name: name.clone(), value };
        bytes += attribute.weight();
        if bytes > MAX_ATTRIBUTES_BYTES || !attribute.is_short() {
            return Err(too_long());
        }
        said.attributes.push(attribute);
    }
    Ok(said)
}

impl Customer {
    /// Takes in what is said of him.
    pub(crate) fn told(&mut self, said: Saying) {
        let Saying { attributes, without } = said;
        let replaced = |known: &Attribute| {
            without.contains(&known.name) || attributes.iter().any(|new| new.name == known.name)
        };
        self.attributes.retain(|known| !replaced(known));
        self.attributes.extend(attributes);
        self.attributes.sort_by(|one, other| one.name.cmp(&other.name));
    }

    /// Fills the `customer.*` signals.
    pub(crate) fn read(&self, facts: &mut Facts) {
        for Attribute { name, value } in &self.attributes {
            match value {
                Value::Text(text) => facts.set_customer_text(name, text),
                Value::Number(number) => facts.set_customer_number(name, *number),
                Value::Flag(flag) => facts.set_customer_flag(name, *flag),
                Value::Set(members) => facts.set_customer_members(name, members.iter().map(String::as_str)),
            };
        }
    }

    /// Leaves out what is too much: several sayings, each within the limits, may together exceed them.
    pub(crate) fn bound(&mut self) {
        self.attributes.truncate(MAX_ATTRIBUTES);
        let mut bytes = 0;
        self.attributes.retain(|attribute| {
            bytes += attribute.weight();
            bytes <= MAX_ATTRIBUTES_BYTES
        });
    }

    /// Upper bound of its bytes.
    pub(crate) fn weight(&self) -> usize {
        self.id.len() + 12 + self.attributes.iter().map(Attribute::weight).sum::<usize>()
    }
}

impl Attribute {
    fn weight(&self) -> usize {
        let value = match &self.value {
            Value::Text(text) => text.len() + 1,
            Value::Number(_) => 8,
            Value::Flag(_) => 1,
            Value::Set(members) => 1 + members.iter().map(|member| member.len() + 1).sum::<usize>(),
        };
        self.name.len() + 2 + value
    }

    fn is_short(&self) -> bool {
        match &self.value {
            Value::Text(text) => text.len() <= MAX_TEXT_BYTES,
            Value::Set(members) => {
                members.len() <= MAX_MEMBERS && members.iter().all(|member| member.len() <= MAX_TEXT_BYTES)
            }
            Value::Number(_) | Value::Flag(_) => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{AttributeError, Customer, MAX_ATTRIBUTES_BYTES, saying};

    fn told(customer: &mut Customer, object: &serde_json::Value) -> Result<(), AttributeError> {
        saying(object.as_object().unwrap()).map(|said| customer.told(said))
    }

    #[test]
    fn what_is_said_last_counts_and_null_takes_away() {
        let mut customer = Customer::default();
        told(&mut customer, &json!({ "plan": "gold", "points": 120, "vip": true })).unwrap();
        told(&mut customer, &json!({ "plan": "basic", "vip": null, "tags": ["a", "b"] })).unwrap();
        let names: Vec<&str> = customer.attributes.iter().map(|attribute| &*attribute.name).collect();
        assert_eq!(names, ["plan", "points", "tags"]);
    }

    #[test]
    fn what_no_rule_could_read_is_refused_by_name() {
        let refused = |object| told(&mut Customer::default(), &object).unwrap_err();
        assert_eq!(refused(json!({ "plan": { "a": 1 } })), AttributeError::BadValue { name: "plan".into() });
        assert_eq!(refused(json!({ "tags": [1] })), AttributeError::BadValue { name: "tags".into() });
        assert_eq!(
            refused(json!({ "note": "x".repeat(200) })),
            AttributeError::TooLong { name: "note".into() }
        );
    }

    #[test]
    fn sayings_together_stay_within_the_row() {
        let mut customer = Customer::default();
        for number in 0..100 {
            let name = format!("name-{number}");
            told(&mut customer, &json!({ name: "x".repeat(100) })).unwrap();
        }
        customer.bound();
        assert!(customer.weight() <= MAX_ATTRIBUTES_BYTES + 12, "{}", customer.weight());
    }
}
