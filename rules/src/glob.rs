//! Text patterns: a literal, or a text with `*` in it.
//!
//! In a path `*` is any run without a slash and `**` any run; elsewhere `*` is any run. A run may be empty.
//! `\*` is a star and `\\` a backslash. Matching takes one step per byte of the text, whatever the pattern.

use std::fmt;

use bincode::de::{BorrowDecoder, Decoder};
use bincode::enc::Encoder;
use bincode::error::{DecodeError, EncodeError};

/// Most pieces (letters, stars) between the first and the last star of a pattern: the bits of a state.
const MAX_MIDDLE: usize = 127;

/// Longest pattern in bytes.
const MAX_PATTERN_BYTES: usize = 1024;

/// Where a pattern is used, which decides what `*` means and whether capitals count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, bincode::Encode, bincode::Decode)]
pub enum Style {
    /// `*` stops at a slash, `**` does not.
    Path,
    /// `*` is any run.
    Text,
    /// `*` is any run; capital and small letters are the same.
    AnyCase,
}

/// One compiled pattern.
#[derive(Clone, PartialEq)]
pub struct Glob {
    source: String,
    style: Style,
    shape: Shape,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Shape {
    /// The whole text.
    Literal(String),
    /// Any text that begins so.
    Prefix(String),
    /// A beginning, an end, and a middle that begins and ends with a star.
    General { prefix: String, middle: Middle, suffix: String },
}

/// A bit-parallel automaton: bit `i` of a state says that the first `i` pieces have matched.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Middle {
    /// For each byte the pieces have, the pieces that are that byte.
    bytes: Vec<(u8, u128)>,
    /// The pieces that are stars.
    stars: u128,
    /// The stars that also take a slash.
    double_stars: u128,
    accept: u128,
}

#[derive(Clone, Copy, PartialEq)]
enum Piece {
    Byte(u8),
    Star,
    DoubleStar,
}

/// Why a pattern cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GlobError {
    /// Longer than 1024 bytes.
    TooLong,
    /// More than 127 letters between its first and its last star.
    TooLongBetweenStars,
}

impl fmt::Display for GlobError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => f.write_str("this text is longer than 1024 bytes"),
            Self::TooLongBetweenStars => {
                f.write_str("there are more than 127 letters between the first and the last star")
            }
        }
    }
}

impl Glob {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// See [`GlobError`].
    pub fn new(source: &str, style: Style) -> Result<Self, GlobError> {
        if source.len() > MAX_PATTERN_BYTES {
            return Err(GlobError::TooLong);
        }
        let shape = shape(&pieces(source, style))?;
        Ok(Self { source: source.to_owned(), style, shape })
    }

    /// The pattern as it was written.
    pub fn source(&self) -> &str {
        &self.source
    }

    #[cfg(test)]
    pub(crate) fn style(&self) -> Style {
        self.style
    }

    pub(crate) fn shape(&self) -> &Shape {
        &self.shape
    }

    /// The text itself when the pattern has no star; in small letters where capitals do not count.
    pub fn literal(&self) -> Option<&str> {
        match &self.shape {
            Shape::Literal(text) => Some(text),
            _ => None,
        }
    }

    /// Whether `text` matches. Allocates only for a text with letters that fold, under [`Style::AnyCase`].
    pub fn matches(&self, text: &str) -> bool {
        if self.style == Style::AnyCase && text.chars().any(|c| !c.is_lowercase() && c.is_alphabetic()) {
            return self.matches_folded(&fold(text));
        }
        self.matches_folded(text)
    }

    /// Whether every text that `other` takes is taken by this pattern too, as far as their pieces tell. They have
    /// the same style.
    pub(crate) fn takes_all(&self, other: &Self) -> bool {
        match (&self.shape, &other.shape) {
            (_, Shape::Literal(text)) => self.matches_folded(text),
            (Shape::Literal(_), _) => false,
            (Shape::Prefix(own), Shape::Prefix(prefix) | Shape::General { prefix, .. }) => {
                prefix.starts_with(own.as_str())
            }
            (Shape::General { prefix, middle, suffix }, _) => {
                let pieces = pieces(&other.source, self.style);
                let ends = |piece: &Piece, byte: &u8| *piece == Piece::Byte(*byte);
                let fits = pieces.len() >= prefix.len() + suffix.len()
                    && pieces.iter().zip(prefix.as_bytes()).all(|(piece, byte)| ends(piece, byte))
                    && pieces
                        .iter()
                        .rev()
                        .zip(suffix.as_bytes().iter().rev())
                        .all(|(piece, byte)| ends(piece, byte));
                fits && middle.takes_all(&pieces[prefix.len()..pieces.len() - suffix.len()])
            }
        }
    }

    /// Whether no text is taken by both, as far as their beginnings and ends tell.
    pub(crate) fn is_apart(&self, other: &Self) -> bool {
        let ends = |shape: &Shape| match shape {
            Shape::Literal(text) => (text.clone(), text.clone()),
            Shape::Prefix(prefix) => (prefix.clone(), String::new()),
            Shape::General { prefix, suffix, .. } => (prefix.clone(), suffix.clone()),
        };
        match (&self.shape, &other.shape) {
            (Shape::Literal(text), _) => !other.matches_folded(text),
            (_, Shape::Literal(text)) => !self.matches_folded(text),
            (own, theirs) => {
                let ((begins, finishes), (their_begin, their_finish)) = (ends(own), ends(theirs));
                let meet = |a: &str, b: &str| a.starts_with(b) || b.starts_with(a);
                let meet_at_end = |a: &str, b: &str| a.ends_with(b) || b.ends_with(a);
                !meet(&begins, &their_begin) || !meet_at_end(&finishes, &their_finish)
            }
        }
    }

    /// Whether it takes any text there is.
    pub(crate) fn takes_everything(&self) -> bool {
        matches!(&self.shape, Shape::Prefix(prefix) if prefix.is_empty())
    }

    /// Whether `text` matches, its letters already made small where the style asks for it.
    pub(crate) fn matches_folded(&self, text: &str) -> bool {
        match &self.shape {
            Shape::Literal(literal) => literal == text,
            Shape::Prefix(prefix) => text.as_bytes().starts_with(prefix.as_bytes()),
            Shape::General { prefix, middle, suffix } => text
                .as_bytes()
                .strip_prefix(prefix.as_bytes())
                .and_then(|rest| rest.strip_suffix(suffix.as_bytes()))
                .is_some_and(|rest| middle.matches(rest)),
        }
    }
}

/// Small letters, as [`Style::AnyCase`] compares them.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    fold_into(text, &mut folded);
    folded
}

/// As [`fold`], into a buffer that is emptied first.
pub(crate) fn fold_into(text: &str, folded: &mut String) {
    folded.clear();
    folded.extend(text.chars().flat_map(char::to_lowercase));
}

fn pieces(source: &str, style: Style) -> Vec<Piece> {
    let folded;
    let source = if style == Style::AnyCase {
        folded = fold(source);
        folded.as_str()
    } else {
        source
    };
    let mut pieces = Vec::with_capacity(source.len());
    let mut bytes = source.bytes().peekable();
    while let Some(byte) = bytes.next() {
        let piece = match byte {
            b'\\' if matches!(bytes.peek(), Some(b'*' | b'\\')) => Piece::Byte(bytes.next().unwrap_or(b'\\')),
            b'*' if style == Style::Path && bytes.peek() != Some(&b'*') => Piece::Star,
            b'*' => {
                while bytes.peek() == Some(&b'*') {
                    bytes.next();
                }
                Piece::DoubleStar
            }
            other => Piece::Byte(other),
        };
        pieces.push(piece);
    }
    pieces
}

fn shape(pieces: &[Piece]) -> Result<Shape, GlobError> {
    let is_star = |piece: &Piece| !matches!(piece, Piece::Byte(_));
    let Some(first) = pieces.iter().position(is_star) else {
        return Ok(Shape::Literal(text_of(pieces)));
    };
    let last = pieces.iter().rposition(is_star).unwrap_or(first);
    let prefix = text_of(&pieces[..first]);
    let suffix = text_of(&pieces[last + 1..]);
    if first == last && pieces[first] == Piece::DoubleStar && suffix.is_empty() {
        return Ok(Shape::Prefix(prefix));
    }
    Middle::new(&pieces[first..=last])
        .map(|middle| Shape::General { prefix, middle, suffix })
        .ok_or(GlobError::TooLongBetweenStars)
}

/// The bytes of pieces that are all bytes. They were cut from valid text at stars, so they are valid text.
fn text_of(pieces: &[Piece]) -> String {
    let bytes = pieces
        .iter()
        .filter_map(|piece| match piece {
            Piece::Byte(byte) => Some(*byte),
            _ => None,
        })
        .collect();
    String::from_utf8(bytes).unwrap_or_default()
}

impl Middle {
    fn new(pieces: &[Piece]) -> Option<Self> {
        if pieces.len() > MAX_MIDDLE {
            return None;
        }
        let mut middle = Self { bytes: Vec::new(), stars: 0, double_stars: 0, accept: 1 << pieces.len() };
        for (index, piece) in pieces.iter().enumerate() {
            let bit = 1_u128 << index;
            match piece {
                Piece::Star => middle.stars |= bit,
                Piece::DoubleStar => {
                    middle.stars |= bit;
                    middle.double_stars |= bit;
                }
                Piece::Byte(byte) => match middle.bytes.iter_mut().find(|(known, _)| known == byte) {
                    Some((_, mask)) => *mask |= bit,
                    None => middle.bytes.push((*byte, bit)),
                },
            }
        }
        Some(middle)
    }

    /// Whether it takes every text of these pieces. A star of theirs is a run of who knows what: only a star that
    /// takes as much takes it, and goes on.
    fn takes_all(&self, pieces: &[Piece]) -> bool {
        let mut state = self.pass(1);
        for piece in pieces {
            state = match piece {
                Piece::Byte(byte) => self.step(state, *byte),
                Piece::Star => self.pass(state & self.stars),
                Piece::DoubleStar => self.pass(state & self.double_stars),
            };
            if state == 0 {
                return false;
            }
        }
        state & self.accept != 0
    }

    fn matches(&self, text: &[u8]) -> bool {
        let mut state = self.pass(1);
        for byte in text {
            state = self.step(state, *byte);
            if state == 0 {
                return false;
            }
        }
        state & self.accept != 0
    }

    /// The states with empty stars passed over.
    fn pass(&self, state: u128) -> u128 {
        // INVARIANT: no two stars are neighbours, so passing over an empty star takes one step.
        state | ((state & self.stars) << 1)
    }

    fn step(&self, state: u128, byte: u8) -> u128 {
        let here = self.bytes.iter().find(|(known, _)| *known == byte).map_or(0, |(_, mask)| *mask);
        let stays = if byte == b'/' { self.double_stars } else { self.stars };
        self.pass(((state & here) << 1) | (state & stays))
    }
}

impl fmt::Debug for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} as {:?}", self.source, self.style)
    }
}

impl bincode::Encode for Glob {
    fn encode<E: Encoder>(&self, encoder: &mut E) -> Result<(), EncodeError> {
        self.source.encode(encoder)?;
        self.style.encode(encoder)
    }
}

impl<C> bincode::Decode<C> for Glob {
    fn decode<D: Decoder<Context = C>>(decoder: &mut D) -> Result<Self, DecodeError> {
        let source = String::decode(decoder)?;
        let style = Style::decode(decoder)?;
        Self::new(&source, style).map_err(|_| DecodeError::Other("a pattern exceeds its limits"))
    }
}

impl<'de, C> bincode::BorrowDecode<'de, C> for Glob {
    fn borrow_decode<D: BorrowDecoder<'de, Context = C>>(decoder: &mut D) -> Result<Self, DecodeError> {
        bincode::Decode::decode(decoder)
    }
}

#[cfg(test)]
mod tests {
    use super::{Glob, GlobError, Style};

    fn path(pattern: &str, text: &str) -> bool {
        Glob::new(pattern, Style::Path).expect("a good pattern").matches(text)
    }

    #[test]
    fn one_star_stops_at_a_slash_in_paths() {
        assert!(path("/faq/*", "/faq/delivery"));
        assert!(path("/faq/*", "/faq/"));
        assert!(!path("/faq/*", "/faq/delivery/abroad"));
        assert!(path("/*/shoes/*-red", "/p/shoes/a-b-red"));
        assert!(!path("/*/shoes/*-red", "/p/q/shoes/a-red"));
    }

    #[test]
    fn two_stars_are_any_run() {
        assert!(path("/blog/**", "/blog/a/b"));
        assert!(path("/pricing**", "/pricing"));
        assert!(path("/**/end", "/a/b/end"));
        assert!(!path("/**/end", "/a/b/end/more"));
        assert!(path("**/a*b/**", "/x/ab/"));
    }

    #[test]
    fn elsewhere_one_star_is_any_run() {
        let glob = Glob::new("*île maurice*", Style::AnyCase).expect("a good pattern");
        assert!(glob.matches("voyage à l’ÎLE Maurice / pas cher"));
        assert!(!glob.matches("voyage à la réunion"));
    }

    #[test]
    fn a_pattern_takes_all_of_a_narrower_one() {
        let of = |pattern: &str| Glob::new(pattern, Style::Path).expect("a good pattern");
        for (wide, narrow) in [
            ("/p/*", "/p/a*"),
            ("/p/*", "/p/*-red"),
            ("/p/**", "/p/*/x"),
            ("/**/x", "/p/*/x"),
            ("/*/x", "/p*/x"),
            ("**", "/*"),
            ("/a*b*c", "/a*xbx*c"),
        ] {
            assert!(of(wide).takes_all(&of(narrow)), "{wide} {narrow}");
            assert!(!of(narrow).takes_all(&of(wide)), "{narrow} {wide}");
        }
        for (wide, narrow) in [("/p/*", "/p/**"), ("/p/*", "/p/*/x"), ("/a*ab", "/a*b"), ("/*a", "/a*")] {
            assert!(!of(wide).takes_all(&of(narrow)), "{wide} {narrow}");
        }
    }

    #[test]
    fn patterns_with_other_beginnings_or_ends_are_apart() {
        let of = |pattern: &str| Glob::new(pattern, Style::Path).expect("a good pattern");
        for (left, right) in [("/a/*", "/b/**"), ("/**/x", "/*/y"), ("/a*c", "/**b")] {
            assert!(of(left).is_apart(&of(right)), "{left} {right}");
        }
        for (left, right) in [("/a/*", "/**"), ("/**x", "/*/ax"), ("/a*", "/*b")] {
            assert!(!of(left).is_apart(&of(right)), "{left} {right}");
        }
    }

    #[test]
    fn an_escaped_star_is_a_star() {
        assert!(path(r"/a\*b", "/a*b"));
        assert!(!path(r"/a\*b", "/axb"));
    }

    #[test]
    fn hostile_patterns_stay_linear_or_are_refused() {
        let pattern = "*a".repeat(60) + "*";
        let text = "a".repeat(100_000) + "/";
        assert!(!path(&pattern, &text));
        assert_eq!(Glob::new(&"*a".repeat(70), Style::Path).err(), Some(GlobError::TooLongBetweenStars));
    }
}
