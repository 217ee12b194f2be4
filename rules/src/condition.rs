//! The tree of conditions under `when` and `unless`, as checked.
//!
//! A tree is data: the evaluator, the sentences and the explanations all read this one, so that none can drift
//! from the others. In bytes it is a flat list, so that hostile bytes cannot nest deeper than [`MAX_DEPTH`].

use bincode::de::{BorrowDecoder, Decoder};
use bincode::enc::Encoder;
use bincode::error::{DecodeError, EncodeError};

use crate::glob::{Glob, Style};
use crate::interval::Interval;
use crate::signal::{Kind, Signal};

/// Deepest nesting of `any`, `all` and `not`.
pub const MAX_DEPTH: usize = 16;

/// One condition, or several together.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// All must hold.
    All(Vec<Condition>),
    /// At least one must hold.
    Any(Vec<Condition>),
    /// It must not hold.
    Not(Box<Condition>),
    /// A line of the rule file.
    Test(Test),
}

/// One line of the rule file: what is read, and what it must be.
#[derive(Clone, Debug, PartialEq, bincode::Encode, bincode::Decode)]
pub struct Test {
    /// What is read.
    pub subject: Subject,
    /// What it must be.
    pub wanted: Wanted,
    /// The line it is on, counted from 1; 0 for a condition that a placeholder implies.
    pub line: u32,
}

/// What a condition or a placeholder reads.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, bincode::Encode, bincode::Decode)]
pub enum Subject {
    /// A signal of the catalogue.
    Signal(Signal),
    /// `page.query.KEY`.
    Query(String),
    /// `customer.NAME`, with the type its file declares.
    Customer(String, Kind),
    /// The pages of the journey.
    Pages,
    /// The events of the journey.
    Events,
}

/// What a value must be.
#[derive(Clone, Debug, PartialEq, bincode::Encode, bincode::Decode)]
pub enum Wanted {
    /// The text, or a member of the set, matches one of these.
    Text(Vec<Glob>),
    /// The number is in one of these.
    Number(Vec<Interval>),
    /// Yes or no.
    Flag(bool),
    /// There is a value at all.
    Known,
    /// Entries of the journey that match, within a time, are so many.
    Times {
        /// Any of these.
        what: Vec<Glob>,
        /// How many there must be.
        times: Interval,
        /// No longer ago than this.
        within_ms: Option<u64>,
    },
    /// These pages were seen in this order, others between them or not.
    Path {
        /// One pattern a step.
        steps: Vec<Glob>,
        /// The first of them no longer ago than this.
        within_ms: Option<u64>,
    },
}

impl Subject {
    /// Its name in a rule file.
    pub fn name(&self) -> String {
        match self {
            Self::Signal(signal) => signal.name().to_owned(),
            Self::Query(key) => format!("page.query.{key}"),
            Self::Customer(name, _) => format!("customer.{name}"),
            Self::Pages => "visited".to_owned(),
            Self::Events => "did".to_owned(),
        }
    }

    /// Its type; that of the entries for the journey.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Signal(signal) => signal.kind(),
            Self::Query(_) | Self::Events => Kind::Text,
            Self::Customer(_, kind) => *kind,
            Self::Pages => Kind::Path,
        }
    }

    /// How its texts are compared.
    pub(crate) fn style(&self) -> Style {
        match self {
            Self::Signal(signal) if signal.declaration().any_case => Style::AnyCase,
            _ if self.kind() == Kind::Path => Style::Path,
            _ => Style::Text,
        }
    }

    /// Whether it changes in the browser without an event.
    pub fn is_live(&self) -> bool {
        matches!(self, Self::Signal(signal) if signal.is_live())
    }
}

impl Condition {
    /// Everything always holds.
    pub const ALWAYS: Self = Self::All(Vec::new());

    /// Calls `visit` on each test, with whether it stands under an odd number of `not`.
    pub fn for_each_test<'c>(&'c self, visit: &mut impl FnMut(&'c Test, Polarity)) {
        self.walk(Polarity::Plain, visit);
    }

    fn walk<'c>(&'c self, polarity: Polarity, visit: &mut impl FnMut(&'c Test, Polarity)) {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.walk(polarity, visit)),
            Self::Not(inner) => inner.walk(polarity.flipped(), visit),
            Self::Test(test) => visit(test, polarity),
        }
    }

    fn flatten(&self, nodes: &mut Vec<Node>) {
        match self {
            Self::All(parts) => {
                nodes.push(Node::All(parts.len() as u32));
                parts.iter().for_each(|part| part.flatten(nodes));
            }
            Self::Any(parts) => {
                nodes.push(Node::Any(parts.len() as u32));
                parts.iter().for_each(|part| part.flatten(nodes));
            }
            Self::Not(inner) => {
                nodes.push(Node::Not);
                inner.flatten(nodes);
            }
            Self::Test(test) => nodes.push(Node::Test(test.clone())),
        }
    }

    fn grow(nodes: &mut impl Iterator<Item = Node>, depth: usize) -> Result<Self, DecodeError> {
        // Twice the limit: each level of the file may be a group and a `not`, and a rule wraps its lines once more.
        if depth > 2 * MAX_DEPTH + 4 {
            return Err(DecodeError::Other("conditions nest too deeply"));
        }
        let parts = |count: u32, nodes: &mut _| {
            (0..count).map(|_| Self::grow(nodes, depth + 1)).collect::<Result<_, _>>()
        };
        match nodes.next() {
            None => Err(DecodeError::Other("a condition is missing")),
            Some(Node::All(count)) => parts(count, nodes).map(Self::All),
            Some(Node::Any(count)) => parts(count, nodes).map(Self::Any),
            Some(Node::Not) => Self::grow(nodes, depth + 1).map(|inner| Self::Not(Box::new(inner))),
            Some(Node::Test(test)) => Ok(Self::Test(test)),
        }
    }
}

/// Whether a test counts as it is or negated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Polarity {
    /// As it is.
    Plain,
    /// Negated.
    Negated,
}

impl Polarity {
    /// The other one.
    #[must_use]
    pub const fn flipped(self) -> Self {
        match self {
            Self::Plain => Self::Negated,
            Self::Negated => Self::Plain,
        }
    }
}

/// A tree in prefix order.
#[derive(bincode::Encode, bincode::Decode)]
enum Node {
    All(u32),
    Any(u32),
    Not,
    Test(Test),
}

impl bincode::Encode for Condition {
    fn encode<E: Encoder>(&self, encoder: &mut E) -> Result<(), EncodeError> {
        let mut nodes = Vec::new();
        self.flatten(&mut nodes);
        nodes.encode(encoder)
    }
}

impl<C> bincode::Decode<C> for Condition {
    fn decode<D: Decoder<Context = C>>(decoder: &mut D) -> Result<Self, DecodeError> {
        let mut nodes = Vec::<Node>::decode(decoder)?.into_iter();
        let tree = Self::grow(&mut nodes, 0)?;
        match nodes.next() {
            None => Ok(tree),
            Some(_) => Err(DecodeError::Other("a condition is left over")),
        }
    }
}

impl<'de, C> bincode::BorrowDecode<'de, C> for Condition {
    fn borrow_decode<D: BorrowDecoder<'de, Context = C>>(decoder: &mut D) -> Result<Self, DecodeError> {
        bincode::Decode::decode(decoder)
    }
}

#[cfg(test)]
mod tests {
    use super::{Condition, Subject, Test, Wanted};
    use crate::signal::Signal;

    fn round_trip(condition: &Condition) -> Result<Condition, bincode::error::DecodeError> {
        let config = bincode::config::standard();
        let bytes = bincode::encode_to_vec(condition, config).expect("encodes");
        bincode::decode_from_slice(&bytes, config).map(|(condition, _)| condition)
    }

    #[test]
    fn a_tree_survives_its_bytes() {
        let test = Condition::Test(Test {
            subject: Subject::Signal(Signal::DeskOpen),
            wanted: Wanted::Flag(true),
            line: 3,
        });
        let tree = Condition::All(vec![
            Condition::Any(vec![test.clone(), Condition::ALWAYS]),
            Condition::Not(Box::new(test)),
        ]);
        assert_eq!(round_trip(&tree).expect("decodes"), tree);
    }

    #[test]
    fn bytes_that_nest_without_end_are_refused() {
        let mut tree = Condition::ALWAYS;
        for _ in 0..60 {
            tree = Condition::Not(Box::new(tree));
        }
        assert!(round_trip(&tree).is_err());
    }
}
