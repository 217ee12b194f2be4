//! The basket: what the site last said it holds, and the changes told since.
//!
//! A site tells its basket whole, or article by article, or both. Each telling has its time, so that it does not matter
//! which comes first: what is whole replaces what is older, and changes count from it on.

use bincode::{Decode, Encode};

use super::bounds::MAX_CHANGES;

/// A basket at one moment.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct Cart {
    /// Sum, in units of the currency.
    pub total: f64,
    /// Number of articles.
    pub items: u32,
    /// ISO 4217 code, or empty.
    pub currency: String,
}

/// What was told of a basket.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct Basket {
    /// When it was last told whole; 0 for never.
    pub(crate) whole_ms: u64,
    /// What it held then.
    pub(crate) whole: Cart,
    /// Changes since, oldest first.
    pub(crate) changes: Vec<CartChange>,
}

/// Articles put in, or taken out.
#[derive(Clone, Debug, PartialEq, PartialOrd, Encode, Decode)]
pub(crate) struct CartChange {
    pub(crate) at_ms: u64,
    pub(crate) removed: bool,
    pub(crate) total: f64,
    pub(crate) items: u32,
}

impl Basket {
    /// The basket of a site that told it whole.
    pub(super) fn of(cart: Cart, at_ms: u64) -> Self {
        Self { whole_ms: at_ms, whole: cart, changes: Vec::new() }
    }

    /// What it holds, if an order of `ordered_ms` was the last; nothing where the site never told.
    pub(super) fn now(&self, ordered_ms: u64) -> Option<Cart> {
        if self.whole_ms == 0 && self.changes.is_empty() && ordered_ms == 0 {
            return None;
        }
        let emptied = ordered_ms > 0 && ordered_ms >= self.whole_ms;
        // An order empties the basket; the currency stays the site's.
        let start = if emptied {
            Cart { currency: self.whole.currency.clone(), ..Cart::default() }
        } else {
            self.whole.clone()
        };
        let since_ms = self.whole_ms.max(ordered_ms);
        Some(self.changes.iter().filter(|change| change.at_ms > since_ms).fold(start, Cart::after))
    }

    /// The basket was told whole.
    pub(crate) fn tell(&mut self, at_ms: u64, cart: Cart) {
        if at_ms >= self.whole_ms {
            self.whole_ms = at_ms;
            self.whole = cart;
            self.changes.retain(|change| change.at_ms > at_ms);
        }
    }

    /// A change was told.
    pub(crate) fn change(&mut self, change: CartChange, currency: &str) {
        if self.whole.currency.is_empty() {
            currency.clone_into(&mut self.whole.currency);
        }
        if change.at_ms > self.whole_ms {
            let place = self.changes.partition_point(|known| *known <= change);
            self.changes.insert(place, change);
        }
    }

    /// Makes the oldest changes part of what is whole.
    pub(super) fn bound(&mut self) {
        let excess = self.changes.len().saturating_sub(MAX_CHANGES);
        for change in self.changes.drain(..excess) {
            self.whole_ms = change.at_ms;
            self.whole = std::mem::take(&mut self.whole).after(&change);
        }
    }

    /// Adds what was told under another name of the same person.
    pub(super) fn absorb(&mut self, other: Self) {
        let currency = other.whole.currency.clone();
        if other.whole_ms > 0 {
            self.tell(other.whole_ms, other.whole);
        }
        for change in other.changes {
            self.change(change, &currency);
        }
    }
}

impl Cart {
    fn after(mut self, change: &CartChange) -> Self {
        if change.removed {
            self.total = (self.total - change.total).max(0.0);
            self.items = self.items.saturating_sub(change.items);
        } else {
            self.total += change.total;
            self.items = self.items.saturating_add(change.items);
        }
        self
    }
}
