//! Two profiles of one person made one: what an anonymous visitor did becomes part of the customer he turns out to be.
//!
//! It does not matter who is merged into whom, nor whether before or after the merge a batch is folded: the profile is
//! what it would be had all come under one name from the beginning. A profile is merged once: that is the caller's care.

use super::change::{Told, insert};
use super::{NamedEvent, Profile, Stream};
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
            // Told under both names it is one order, and one purchase among the events.
            match self.add_numbered(order) {
                Told::First => {}
                Told::Before => self.remove_purchase(order.at_ms),
                Told::Earlier { than_ms } => self.remove_purchase(than_ms),
            }
        }
        other.segments.iter().for_each(|segment| self.enter(segment));
        other.exposures.into_iter().for_each(|exposure| self.add_exposure(exposure));
        for answer in other.answers {
            self.answer(&answer.rule, answer.settled_ms, answer.less_ms);
        }
        other.surveys.into_iter().for_each(|survey| insert(&mut self.surveys, survey));
        other.choices.into_iter().for_each(|choice| self.choose(choice));
        other.streams.into_iter().for_each(|stream| self.meet(stream));
    }

    /// Takes in how far a run of the tag was folded under another name: what either has folded is not folded again.
    pub fn meet(&mut self, mut stream: Stream) {
        if let Some(place) = self.streams.iter().position(|known| known.id == stream.id) {
            stream.join(&self.streams.remove(place));
        }
        let key = |stream: &Stream| (stream.minute, stream.id);
        let place = self.streams.partition_point(|known| key(known) < key(&stream));
        self.streams.insert(place, stream);
    }

    fn remove_purchase(&mut self, at_ms: u64) {
        let told = |event: &NamedEvent| event.at_ms == at_ms && event.name == NamedEvent::PURCHASE;
        if let Some(place) = self.events.iter().position(told) {
            self.events.remove(place);
        }
    }
}

impl Stream {
    fn join(&mut self, other: &Self) {
        let next = self.next.max(other.next);
        let missing = |stream: &Self| {
            let ahead = Some((stream.next, next)).filter(|(from, to)| from < to);
            stream.gaps.iter().copied().chain(ahead).collect::<Vec<_>>()
        };
        let (one, another) = (missing(self), missing(other));
        let both = |(from, to): (u32, u32)| {
            another.iter().map(move |(other_from, other_to)| (from.max(*other_from), to.min(*other_to)))
        };
        let mut gaps: Vec<_> = one.into_iter().flat_map(both).filter(|(from, to)| from < to).collect();
        gaps.sort_unstable();
        // A view that came under either name has come.
        let guesses = [self.guessed_ms, other.guessed_ms];
        let guessed_ms = if guesses.contains(&0) { 0 } else { guesses[0].min(guesses[1]) };
        *self = Self { id: self.id, minute: self.minute.max(other.minute), next, gaps, guessed_ms };
    }
}
