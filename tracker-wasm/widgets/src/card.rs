//! A card as it lies in the edge's bytes.
//!
//! Takes what [`wire::encode`] made of a [`wire::Card`]; lends its texts out, without a copy. The derived decoder
//! builds the card anew, with an error for everything, and weighed as much as all the rest of this module together.
//! Never panics, whatever the bytes are.

use wire::Show;

/// What a widget says. The texts are UTF-8 as far as the edge is sound; the browser replaces what is not.
#[derive(Clone, Copy)]
pub(crate) struct Card<'a> {
    pub(crate) show: Show,
    pub(crate) language: &'a [u8],
    pub(crate) title: &'a [u8],
    pub(crate) text: &'a [u8],
    pub(crate) action: &'a [u8],
    pub(crate) link: &'a [u8],
    pub(crate) slot: &'a [u8],
    /// It stands along the bottom of the window, not in its corner.
    pub(crate) bar: bool,
    /// Label and address of each page that helps.
    pub(crate) links: Pairs<'a>,
    pub(crate) wait_s: Option<u32>,
    pub(crate) now: bool,
    pub(crate) slots: Numbers<'a>,
    /// Name and value of each.
    pub(crate) labels: Pairs<'a>,
    pub(crate) why: &'a [u8],
    pub(crate) data: Pairs<'a>,
}

impl<'a> Card<'a> {
    /// The card in `bytes`. `None` when they are no card of this version, or not one alone.
    pub(crate) fn read(bytes: &'a [u8]) -> Option<Self> {
        let mut reader = Reader { rest: bytes, torn: false };
        let sound = reader.number() == u64::from(wire::VERSION);
        let show = match reader.number() {
            0 => Show::Callback,
            1 => Show::Banner,
            2 => Show::Chat,
            3 => Show::Survey,
            _ => return None,
        };
        // In the order of the fields of `wire::Card`.
        let card = Self {
            show,
            language: reader.text(),
            title: reader.text(),
            text: reader.text(),
            action: reader.text(),
            link: reader.text(),
            slot: reader.text(),
            bar: reader.number() == 1,
            links: reader.pairs(),
            wait_s: (reader.number() == 1).then(|| reader.number() as u32),
            now: reader.number() == 1,
            slots: reader.numbers(),
            labels: reader.pairs(),
            why: reader.text(),
            data: reader.pairs(),
        };
        (sound && !reader.torn && reader.rest.is_empty()).then_some(card)
    }

    /// Whether a call can be had, now or later.
    pub(crate) fn calls(&self) -> bool {
        self.show == Show::Callback && (self.now || !self.slots.is_empty())
    }

    /// Whether a call is meant and none can be had: a message is taken instead.
    pub(crate) fn is_closed(&self) -> bool {
        self.show == Show::Callback && !self.calls()
    }
}

/// A list of two texts each.
#[derive(Clone, Copy)]
pub(crate) struct Pairs<'a>(Reader<'a>);

impl Pairs<'_> {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.rest.is_empty()
    }
}

impl<'a> Iterator for Pairs<'a> {
    type Item = [&'a [u8]; 2];

    fn next(&mut self) -> Option<Self::Item> {
        (!self.0.rest.is_empty()).then(|| [self.0.text(), self.0.text()])
    }
}

/// A list of numbers.
#[derive(Clone, Copy)]
pub(crate) struct Numbers<'a>(Reader<'a>);

impl Numbers<'_> {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.rest.is_empty()
    }
}

impl Iterator for Numbers<'_> {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        (!self.0.rest.is_empty()).then(|| self.0.number())
    }
}

/// Bincode's standard form, read from the front.
#[derive(Clone, Copy)]
struct Reader<'a> {
    rest: &'a [u8],
    /// More was asked for than there was. From then on everything is empty or zero.
    torn: bool,
}

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> &'a [u8] {
        let Some((taken, rest)) = self.rest.split_at_checked(count) else {
            self.torn = true;
            self.rest = &[];
            return &[];
        };
        self.rest = rest;
        taken
    }

    /// One byte, or a mark of how many make the number, the lowest first. Also an enum's variant, a yes or no, and
    /// whether an option holds something.
    fn number(&mut self) -> u64 {
        let bytes = match self.take(1) {
            [251] => self.take(2),
            [252] => self.take(4),
            [253] => self.take(8),
            small => small,
        };
        bytes.iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte))
    }

    fn text(&mut self) -> &'a [u8] {
        let length = self.number() as usize;
        self.take(length)
    }

    fn pairs(&mut self) -> Pairs<'a> {
        Pairs(self.list(|reader| {
            reader.text();
            reader.text();
        }))
    }

    fn numbers(&mut self) -> Numbers<'a> {
        Numbers(self.list(|reader| {
            reader.number();
        }))
    }

    /// A list, which `skip` goes over an element at a time.
    fn list(&mut self, skip: fn(&mut Self)) -> Self {
        let count = self.number();
        let start = self.rest;
        for _ in 0..count {
            skip(self);
            if self.torn {
                break;
            }
        }
        let rest = start.get(..start.len() - self.rest.len()).unwrap_or_default();
        Self { rest, torn: false }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::string::{String, ToString};
    use std::vec;
    use std::vec::Vec;

    use wire::{Field, Link, Place};

    use super::*;

    /// A card with something in every field.
    pub(crate) fn full(show: Show) -> wire::Card {
        let field = |name: &str, value: &str| Field { name: name.to_string(), value: value.to_string() };
        wire::Card {
            show,
            language: "fr".to_string(),
            title: "Une question ?".to_string(),
            text: "x".repeat(300),
            action: "Voir".to_string(),
            link: "/offres".to_string(),
            slot: "hero".to_string(),
            place: Place::Bar,
            links: vec![Link { label: "Livraison".to_string(), href: "/faq".to_string() }],
            wait_s: Some(70_000),
            now: true,
            slots: vec![1, 1_800_000_000, 4_000_000_000],
            labels: vec![field("close", "Dicht"), field("why", "")],
            why: "Parce que".to_string(),
            data: vec![field("panier", "210 €"), field("page", "/cart")],
        }
    }

    fn string(bytes: &[u8]) -> String {
        String::from_utf8(bytes.to_vec()).expect("UTF-8")
    }

    /// What the reader found, as the card that was written.
    fn rebuilt(card: Card<'_>) -> wire::Card {
        let fields = |pairs: Pairs<'_>| -> Vec<Field> {
            pairs.map(|[name, value]| Field { name: string(name), value: string(value) }).collect()
        };
        wire::Card {
            show: card.show,
            language: string(card.language),
            title: string(card.title),
            text: string(card.text),
            action: string(card.action),
            link: string(card.link),
            slot: string(card.slot),
            place: if card.bar { Place::Bar } else { Place::Corner },
            links: card
                .links
                .map(|[label, href]| Link { label: string(label), href: string(href) })
                .collect(),
            wait_s: card.wait_s,
            now: card.now,
            slots: card.slots.collect(),
            labels: fields(card.labels),
            why: string(card.why),
            data: fields(card.data),
        }
    }

    #[track_caller]
    fn check(card: &wire::Card) {
        let bytes = wire::encode(card);
        assert_eq!(&rebuilt(Card::read(&bytes).expect("a card")), card);
    }

    #[test]
    fn it_reads_what_the_wire_writes() {
        for show in [Show::Callback, Show::Banner, Show::Chat, Show::Survey] {
            check(&full(show));
        }
        check(&wire::Card { slots: vec![u64::MAX, 250, 251, 65_536], ..full(Show::Callback) });
        check(&wire::Card {
            title: String::new(),
            place: Place::Corner,
            links: Vec::new(),
            wait_s: None,
            now: false,
            slots: Vec::new(),
            labels: Vec::new(),
            data: Vec::new(),
            ..full(Show::Banner)
        });
    }

    #[test]
    fn what_is_torn_or_of_another_version_is_no_card() {
        let whole = wire::encode(&full(Show::Chat));
        for length in 0..whole.len() {
            assert!(Card::read(&whole[..length]).is_none(), "the first {length} bytes");
        }
        let mut more = whole.clone();
        more.push(0);
        assert!(Card::read(&more).is_none());
        let mut other = whole;
        other[0] += 1;
        assert!(Card::read(&other).is_none());
    }

    #[test]
    fn no_bytes_make_it_panic() {
        let whole = wire::encode(&full(Show::Callback));
        for at in 0..whole.len() {
            for byte in [0, 1, 127, 250, 251, 252, 253, 254, 255] {
                let mut bytes = whole.clone();
                bytes[at] = byte;
                if let Some(card) = Card::read(&bytes) {
                    card.links.for_each(drop);
                    card.slots.for_each(drop);
                }
            }
        }
    }
}
