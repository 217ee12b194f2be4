//! Batches on their way to the edge, and what the answers change.
//!
//! Takes the queue and the state of the tag; sends at most one batch at a time, and by beacon what a page that goes
//! still holds. Never loses an event that the edge has not acknowledged, unless it was refused.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use wire::{Ask, Consent, Contact, Live, Reply, What};

use crate::delivery::{Line, Outcome};
use crate::host::{self, chance, emit, now_ms, random_id};
use crate::queue::Queue;
use crate::tag::Tag;
use crate::{code, host::Text};

/// Where the tag's posts stand.
pub(crate) struct Post {
    line: Line,
    /// The batch in the air, unless it belongs to a stream that is over.
    flight: Option<Flight>,
    /// Events below this number are on their way.
    sent: u32,
    /// The edge is to be asked even when there is nothing to tell.
    asks: bool,
    /// A flush comes when the current task is over.
    scheduled: bool,
    /// The last request for contact, so that its repetition is recognised as one.
    contact: Option<Contact>,
}

struct Flight {
    /// Number after its last event.
    end: u32,
    /// What it told, if the page it speaks of is still the open one.
    told: Option<Live>,
}

impl Post {
    /// Nothing sent.
    pub(crate) fn new() -> Self {
        Self { line: Line::default(), flight: None, sent: 0, asks: false, scheduled: false, contact: None }
    }

    /// Asks the edge at the next occasion, even with no event.
    pub(crate) fn ask(&mut self) {
        self.asks = true;
    }

    /// When the line is tried again; infinite when it is not broken, or there is nothing to try it with.
    pub(crate) fn retry_ms(&self, queue: &Queue) -> f64 {
        if self.waits(queue) { self.line.retry_ms() } else { f64::INFINITY }
    }

    /// Another page is open: the answer in the air is not for it.
    pub(crate) fn turn(&mut self) {
        if let Some(flight) = &mut self.flight {
            flight.told = None;
        }
    }

    /// Another stream begins. What is in the air comes back to nobody.
    pub(crate) fn reset(&mut self) {
        self.flight = None;
        self.contact = None;
        self.sent = 0;
    }

    /// Nobody knows what became of a beacon: what it took is sent again, and its number makes that harmless.
    pub(crate) fn recall_beacons(&mut self, queue: &Queue) {
        if !self.line.is_busy() {
            self.sent = queue.oldest();
        }
    }

    /// Flushes when the current task is over, so that all it has to tell goes in one request, without a timer.
    pub(crate) fn schedule(&mut self, queue: &Queue, now_ms: f64) {
        if !self.scheduled && self.line.is_free(now_ms) && self.waits(queue) {
            self.scheduled = true;
            host::soon(code::FLUSH);
        }
    }

    /// Whether there is something to send.
    fn waits(&self, queue: &Queue) -> bool {
        self.asks || queue.is_pending(self.sent)
    }

    /// A batch goes.
    fn depart(&mut self, flight: Flight) {
        self.line.take();
        self.sent = flight.end;
        // A page left says nothing of the open one, which is still to be asked about.
        self.asks &= flight.told.is_none();
        self.flight = Some(flight);
    }

    /// It came back, well or badly. What is still to be told begins with `oldest`; of the open page, told in vain,
    /// the edge is asked again.
    fn arrive(&mut self, told: Option<Live>, kept: bool, oldest: u32, now_ms: f64, chance: f64) {
        if kept {
            self.line.release();
        } else {
            self.asks |= told.is_some();
            self.line.fail(now_ms, chance);
        }
        self.sent = oldest;
    }
}

impl Tag {
    /// Sends a batch, if there is one to send and the line is free.
    pub(crate) fn flush(&mut self) {
        self.post.scheduled = false;
        if self.post.line.is_free(now_ms())
            && let Some((body, flight)) = self.compose(self.post.asks)
        {
            host::post(&body);
            self.post.depart(flight);
        }
    }

    /// Hands the browser all that is not on its way, to deliver when the page may be gone.
    pub(crate) fn send_beacons(&mut self) {
        while let Some((body, flight)) = self.compose(false) {
            if !host::beacon(&body) {
                return;
            }
            self.post.sent = flight.end;
        }
    }

    /// The first batch with an event that is not on its way, as bytes. When there is none, that of the open page if
    /// the edge is to be asked `anyway`.
    fn compose(&mut self, anyway: bool) -> Option<(Vec<u8>, Flight)> {
        self.sample_scroll();
        self.heed_withdrawal();
        let now = now_ms();
        let mut leaf = self.queue.pending(self.post.sent);
        if leaf.is_none() && anyway {
            leaf = self.queue.open();
        }
        let leaf = leaf?;
        let batch = &mut leaf.batch;
        batch.consent = self.consent;
        batch.token.clone_from(&self.token);
        if leaf.open {
            // A title often settles later than the address.
            batch.page.title = host::text(Text::Title);
            batch.live = self.presence.live(now);
            batch.on_screen.clone_from(&self.on_screen);
        }
        let flight = Flight { end: leaf.end(), told: leaf.open.then_some(leaf.batch.live) };
        Some((leaf.dated(now, wire::encode), flight))
    }

    /// The batch in the air came back.
    pub(crate) fn answered(&mut self, status: u32, body: &[u8]) {
        let now = now_ms();
        let mut kept = true;
        let mut told = None;
        if let Some(flight) = self.post.flight.take() {
            told = flight.told;
            match Outcome::of(status) {
                Outcome::Refused => self.queue.acknowledge(flight.end),
                Outcome::Failed => kept = false,
                Outcome::Answered => match wire::decode::<Reply>(body) {
                    Ok(reply) => {
                        self.queue.acknowledge(reply.acknowledged.min(self.post.sent));
                        // An edge that answers and keeps nothing must not be asked at the speed of the network.
                        kept = self.queue.oldest() >= flight.end;
                        self.obey(reply, told, now);
                    }
                    Err(_) => kept = false,
                },
            }
        }
        self.post.arrive(told, kept, self.queue.oldest(), now, chance());
    }

    /// Does what the edge says. `told` is what it knew of the open page; an answer about another is not for this one.
    fn obey(&mut self, reply: Reply, told: Option<Live>, now_ms: f64) {
        if reply.token.is_some() && self.consent == Consent::Granted {
            self.keep(reply.token);
        }
        let Some(told) = told else { return };
        self.watches.replace(reply.watch, &told);
        // Where the page stands is known only by looking; the listener tells of the next move.
        self.sample_scroll();
        // Up to a tenth later: tags that were told the same moment do not come at the same moment.
        self.ask_again_ms = match reply.ask_again_ms {
            Some(delay) => now_ms + f64::from(delay) * (1.0 + chance() / 10.0),
            None => f64::INFINITY,
        };
        if reply.offers.is_empty() {
            emit("decision", "");
        }
        for offer in reply.offers {
            emit("decision", &offer.rule);
            if !self.on_screen.contains(&offer.rule) && !self.offered.contains(&offer.rule) {
                host::show(&offer.rule, &offer.card);
                self.offered.push(offer.rule.clone());
                self.on_screen.push(offer.rule);
            }
        }
    }

    /// Posts a request for contact. The same words for the same rule are the same request, until it is stored.
    pub(crate) fn contact(&mut self, rule: &str, what: &str, first: &str, second: &str) {
        self.heed_withdrawal();
        let ask = if what == "callback" {
            Ask::Callback { phone: first.to_string(), at_s: None }
        } else {
            Ask::Message { reply_to: first.to_string(), text: second.to_string() }
        };
        let mut contact = Contact {
            site: self.site.clone(),
            consent: self.consent,
            token: self.token.clone(),
            id: random_id(),
            rule: rule.to_string(),
            page: host::page(String::new()),
            ask,
        };
        if let Some(last) = &self.post.contact
            && last.rule == rule
            && last.ask == contact.ask
        {
            contact.id = last.id;
        }
        host::ask(&wire::encode(&contact), code::CONTACT, rule);
        self.post.contact = Some(contact);
    }

    /// A request for contact came back.
    pub(crate) fn contact_answered(&mut self, status: u32, rule: &str) {
        let stored = Outcome::of(status) == Outcome::Answered;
        if stored {
            self.post.contact = None;
            self.push(What::Accepted { rule: rule.to_string() });
            emit("accepted", rule);
        }
        host::settle(rule, stored);
    }
}

#[cfg(test)]
mod tests {
    use wire::Page;

    use super::*;

    fn queue() -> Queue {
        let mut queue = Queue::new("shop".to_string(), [7; 16]);
        queue.turn(Page::default(), Live::default());
        queue
    }

    /// Sends a batch that ends before `end`, and has it come back.
    fn fly(post: &mut Post, end: u32, kept: bool, oldest: u32) {
        let told = Some(Live::default());
        post.depart(Flight { end, told });
        post.flight = None;
        post.arrive(told, kept, oldest, 0.0, 0.0);
    }

    #[test]
    fn a_question_without_events_is_asked_until_it_is_answered() {
        let (mut post, queue) = (Post::new(), queue());
        post.ask();
        for pause in [500.0, 1_000.0] {
            fly(&mut post, 0, false, 0);
            assert!(post.waits(&queue));
            assert_eq!(post.retry_ms(&queue), pause);
        }
        fly(&mut post, 0, true, 0);
        assert!(!post.waits(&queue));
        assert_eq!(post.retry_ms(&queue), f64::INFINITY);
    }

    #[test]
    fn a_broken_line_is_not_tried_with_nothing_to_send() {
        let (mut post, mut queue) = (Post::new(), queue());
        post.line.fail(0.0, 0.0);
        assert_eq!(post.retry_ms(&queue), f64::INFINITY);
        queue.push(What::View, 0.0);
        assert_eq!(post.retry_ms(&queue), 500.0);
    }
}
