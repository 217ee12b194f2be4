//! Two profiles of one person made one: what an anonymous visitor did becomes part of the customer he turns out to be.

use super::{Profile, change::insert};
use crate::customer::Customer;
use crate::identity::Signed;

impl Profile {
    /// Notes who the site has signed that this is, and what it says of him.
    pub fn signed(&mut self, signed: Signed, now_ms: u64) {
        let customer = self.customer.get_or_insert_default();
        if customer.id != signed.id {
            *customer = Customer { id: signed.id, ..Customer::default() };
        }
        customer.signed_ms = customer.signed_ms.max(now_ms);
        customer.told(signed.said);
    }

    /// Notes what the site imports of a customer, without saying that a visitor is he.
    pub fn imported(&mut self, imported: Signed, segments: &[String]) {
        let customer = self.customer.get_or_insert_default();
        customer.id = imported.id;
        customer.told(imported.said);
        for segment in segments {
            self.enter(segment);
        }
    }

    /// Takes in everything of the other profile. Who the customer is stays as it was here.
    pub fn absorb(&mut self, other: Self) {
        self.first_seen_ms = match (self.first_seen_ms, other.first_seen_ms) {
            (0, at_ms) | (at_ms, 0) => at_ms,
            (one, another) => one.min(another),
        };
        self.last_seen_ms = self.last_seen_ms.max(other.last_seen_ms);
        self.visits.absorb(other.visits);
        other.pages.into_iter().for_each(|page| insert(&mut self.pages, page));
        other.events.into_iter().for_each(|event| insert(&mut self.events, event));
        other.views.into_iter().for_each(|views| self.count_views(views.path, views.count, views.day));
        self.cart.absorb(other.cart);
        self.checkout_ms = self.checkout_ms.max(other.checkout_ms);
        let numbered_milli: u64 = other.orders.numbered.iter().map(|order| order.total_milli).sum();
        let numbered = u32::try_from(other.orders.numbered.len()).unwrap_or(u32::MAX);
        self.add_orders(
            other.orders.count.saturating_sub(numbered),
            other.orders.total_milli.saturating_sub(numbered_milli),
        );
        self.orders.unnumbered_ms = self.orders.unnumbered_ms.max(other.orders.unnumbered_ms);
        for order in other.orders.numbered {
            self.add_numbered(order);
        }
        other.segments.iter().for_each(|segment| self.enter(segment));
        other.exposures.into_iter().for_each(|exposure| self.add_exposure(exposure));
        for answer in other.answers {
            self.answer(&answer.rule, answer.settled_ms, answer.less_ms);
        }
        other.surveys.into_iter().for_each(|survey| insert(&mut self.surveys, survey));
        other.choices.into_iter().for_each(|choice| self.choose(choice));
        for stream in other.streams {
            if !self.streams.iter().any(|known| known.id == stream.id) {
                let key = |stream: &super::Stream| (stream.minute, stream.id);
                let place = self.streams.partition_point(|known| key(known) < key(&stream));
                self.streams.insert(place, stream);
            }
        }
    }
}
