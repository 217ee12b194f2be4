//! What the targets share: bytes read as choices, and facts made of them.

use rules::{Facts, Live, Signal};

/// The input as a source of choices; all of them the first one when it has run out.
#[derive(Clone, Debug)]
pub struct Choices<'d> {
    bytes: &'d [u8],
}

/// Texts that patterns of the rules can match.
pub const TEXTS: [&str; 12] =
    ["", "/", "/a", "/a/b", "/a/b/c", "/b", "vip", "VIP", "Été", "a", "monday", "/a/\u{0}"];

impl<'d> Choices<'d> {
    /// Reads `bytes`.
    pub fn new(bytes: &'d [u8]) -> Self {
        Self { bytes }
    }

    /// The next byte.
    pub fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.bytes.split_first() else { return 0 };
        self.bytes = rest;
        *first
    }

    /// A number below `limit`.
    pub fn below(&mut self, limit: usize) -> usize {
        usize::from(self.byte()) % limit
    }

    /// One of these.
    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    /// Sets one signal to something, of its own kind or not; which one.
    pub fn set(&mut self, facts: &mut Facts) -> Signal {
        let signal = self.pick(Signal::ALL);
        match self.below(6) {
            0 | 1 => facts.set_text(signal, self.pick(&TEXTS)),
            2 => {
                let odd = [0.0, -1.0, f64::NAN, f64::INFINITY, 0.5, 20_000.0, 1e300];
                facts.set_number(signal, self.pick(&odd))
            }
            3 => facts.set_number(signal, f64::from(self.byte())),
            4 => facts.set_flag(signal, self.below(2) == 0),
            _ => {
                let members = [self.pick(&TEXTS), self.pick(&TEXTS)];
                facts.set_members(signal, members.into_iter().take(self.below(3)))
            }
        };
        signal
    }

    /// Facts with everything that a condition can read.
    pub fn facts(&mut self) -> Facts {
        let mut facts = Facts::new();
        for _ in 0..self.below(24) {
            self.set(&mut facts);
        }
        for _ in 0..self.below(6) {
            facts.visited(self.pick(&TEXTS), u64::from(self.byte()) * 60_000);
            facts.did(self.pick(&TEXTS), u64::from(self.byte()) * 60_000);
        }
        facts.set_query("a", self.pick(&TEXTS));
        match self.below(4) {
            0 => facts.set_customer_text("a", self.pick(&TEXTS)),
            1 => facts.set_customer_number("a", f64::from(self.byte())),
            2 => facts.set_customer_flag("a", true),
            _ => facts.set_customer_members("a", [self.pick(&TEXTS)]),
        };
        facts.set_live(self.live());
        facts
    }

    /// A reading of the live signals.
    pub fn live(&mut self) -> Live {
        Live {
            dwell_ms: u32::from(self.byte()) * 500,
            idle_ms: u32::from(self.byte()) * 500,
            scroll_percent: self.byte(),
            exit_intent: self.below(2) == 1,
        }
    }
}
