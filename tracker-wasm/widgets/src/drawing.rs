//! Drawings: what is to be made or changed in the document, as one text that `js/host.js` follows.
//!
//! Takes templates of this module's own and the words to put into them; returns the text. A word can never become
//! anything but a word: what separates the parts of a drawing is taken out of it.
//!
//! A template has a line for each element, indented under the one it stands in: `tag.class|name=value>text`, where
//! `{name}` stands for a word. An attribute whose word is empty is left out; an element whose text has an empty word
//! is left out with all that stands in it. `&.class` instead of a tag means the element there is already (`&` alone, the
//! widget): its text, when one is given, takes the place of its content. `-name` takes an attribute away.

/// Before each attribute of a drawing.
const ATTRIBUTE: u8 = 0x1f;
/// Before its text.
const TEXT: u8 = 0x1e;

/// What a template's `{name}` stands for.
pub(crate) trait Words {
    /// The word of that name; empty when there is none.
    fn word(&self, name: &[u8]) -> &[u8];
}

/// A text in the making, in a place of fixed size. What does not fit is cut off.
pub(crate) struct Text<'a> {
    place: &'a mut [u8],
    length: usize,
}

impl<'a> Text<'a> {
    pub(crate) fn new(place: &'a mut [u8]) -> Self {
        Self { place, length: 0 }
    }

    #[cfg(test)]
    pub(crate) fn bytes(&self) -> &[u8] {
        self.place.get(..self.length).unwrap_or_default()
    }

    pub(crate) fn push(&mut self, byte: u8) {
        if let Some(place) = self.place.get_mut(self.length) {
            *place = byte;
            self.length += 1;
        }
    }

    pub(crate) fn extend(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.push(byte);
        }
    }
}

/// A drawing in the making: a line an element, the first byte its depth as a digit.
pub(crate) struct Drawing<'a> {
    pub(crate) text: Text<'a>,
    pub(crate) words: &'a dyn Words,
}

impl<'a> Drawing<'a> {
    /// Nothing drawn, in these words.
    pub(crate) fn new(place: &'a mut [u8], words: &'a dyn Words) -> Self {
        Self { text: Text::new(place), words }
    }

    /// Adds what `template` describes.
    pub(crate) fn add(&mut self, template: &str) {
        self.put(0, template, &[], &[]);
    }

    /// Adds what `template` describes, `depth` deeper than it says, with two words for `{0}` and `{1}`.
    pub(crate) fn put(&mut self, depth: u8, template: &str, first: &[u8], second: &[u8]) {
        // The depth of the element that is left out, as long as the lines stand in it.
        let mut left_out = usize::MAX;
        for line in template.as_bytes().split(|&byte| byte == b'\n') {
            let indent = line.iter().take_while(|&&byte| byte == b' ').count();
            if indent > left_out {
                continue;
            }
            left_out = usize::MAX;
            let start = self.text.length;
            if start > 0 {
                self.text.push(b'\n');
            }
            self.text.push(b'0' + depth + indent as u8);
            let (head, text) = cut(line.get(indent..).unwrap_or_default(), b'>');
            for (at, part) in head.split(|&byte| byte == b'|').enumerate() {
                let before = self.text.length;
                if at > 0 {
                    self.text.push(ATTRIBUTE);
                }
                if self.fill(part, first, second) {
                    self.text.length = before;
                }
            }
            if let Some(text) = text {
                self.text.push(TEXT);
                if self.fill(text, first, second) {
                    self.text.length = start;
                    left_out = indent;
                }
            }
        }
    }

    /// Adds a part of a template with its words. Whether one of them is empty.
    fn fill(&mut self, part: &[u8], first: &[u8], second: &[u8]) -> bool {
        let mut empty = false;
        let mut rest = Some(part);
        while let Some(more) = rest {
            let (literal, opened) = cut(more, b'{');
            self.text.extend(literal);
            rest = opened.and_then(|opened| {
                let (name, after) = cut(opened, b'}');
                let word = match name {
                    b"0" => first,
                    b"1" => second,
                    _ => self.words.word(name),
                };
                empty |= word.is_empty();
                for &byte in word {
                    // INVARIANT: no byte of a word separates parts. In UTF-8, one below a space is always itself.
                    self.text.push(byte.max(b' '));
                }
                after
            });
        }
        empty
    }
}

/// The text before the first `mark`, and what comes after it.
pub(crate) fn cut(text: &[u8], mark: u8) -> (&[u8], Option<&[u8]>) {
    match text.iter().position(|&byte| byte == mark) {
        Some(at) => (text.get(..at).unwrap_or_default(), text.get(at + 1..)),
        None => (text, None),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::string::String;

    use super::*;

    /// A drawing as a template without placeholders would put it, depths as digits.
    pub(crate) fn shown(drawing: &[u8]) -> String {
        String::from_utf8_lossy(drawing).replace('\u{1f}', "|").replace('\u{1e}', ">")
    }

    struct Said;

    impl Words for Said {
        fn word(&self, name: &[u8]) -> &[u8] {
            match name {
                b"title" => b"Hello",
                b"odd" => b"a\nb\x1fc\x1ed|e>f{title}",
                _ => b"",
            }
        }
    }

    #[track_caller]
    fn check(template: &str, expected: &str) {
        let mut place = [0; 200];
        let mut drawing = Drawing::new(&mut place, &Said);
        drawing.add(template);
        assert_eq!(shown(drawing.text.bytes()), expected);
    }

    #[test]
    fn a_line_makes_an_element_under_the_one_above() {
        check("div.a|lang=fr\n p>{title}!\n  b>x", "0div.a|lang=fr\n1p>Hello!\n2b>x");
    }

    #[test]
    fn an_empty_word_leaves_out_its_attribute_or_its_element_with_all_in_it() {
        check("div|lang={none}|title={title}\n p>{none}\n  b>x\n i>y", "0div|title=Hello\n1i>y");
    }

    #[test]
    fn what_does_not_fit_is_cut_off() {
        let mut place = [0; 4];
        let mut drawing = Drawing::new(&mut place, &Said);
        drawing.add("p>{title}\nb");
        assert_eq!(drawing.text.bytes(), b"0p\x1eH");
    }

    #[test]
    fn a_word_is_a_word_whatever_it_holds() {
        check("p|title={odd}>{odd}", "0p|title=a b c d|e>f{title}>a b c d|e>f{title}");
        let mut place = [0; 200];
        let mut drawing = Drawing::new(&mut place, &Said);
        drawing.put(3, "p>{0}{1}", b"a\nb\x1f\x1e|>", b"{title}");
        assert_eq!(drawing.text.bytes(), b"3p\x1ea b  |>{title}");
    }
}
