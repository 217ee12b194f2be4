//! Batches on their way to the edge, and what the answers change.
//!
//! Takes the queue and the state of the tag; sends at most one batch at a time, and by beacon what a page that goes
//! still holds. Never loses an event that the edge has not acknowledged, unless it was refused or there is too much.

use alloc::vec::Vec;
use core::mem;

use wire::pen::{self, Answer, Lines, Parts, Pen, Speaker};
use wire::{Consent, Live, Watch};

use crate::code;
use crate::delivery::{Line, Outcome};
use crate::host::{self, Keepsake, Order, Way, chance, now_ms};
use crate::queue::Queue;
use crate::tag::{Call, Tag};
use crate::watches::NEVER;

/// Where the tag's posts stand.
#[derive(Default)]
pub(crate) struct Post {
    line: Line,
    /// What is in the air, unless it belongs to a stream that is over.
    flight: Option<Flight>,
    /// Events below this number are on their way.
    sent: u32,
    /// The edge is to be asked even when there is nothing to tell.
    pub(crate) asks: bool,
    /// A flush comes when the current task is over.
    scheduled: bool,
    /// Earlier pages may have left batches on the device: they go first.
    pub(crate) stashed: bool,
    /// The last request for contact, its rule behind it, so that its repetition is recognised as one.
    contact: Vec<u8>,
    contact_id: Vec<u8>,
}

struct Flight {
    /// Number after its last event.
    end: u32,
    /// The page it speaks of, of those of this run, and what it told of it; none for one from the stash.
    told: Option<(u32, Live)>,
}

impl Post {
    /// When the line is tried again; never when it is not broken, or there is nothing to try it with.
    pub(crate) fn retry_ms(&self, queue: &Queue) -> u32 {
        if self.waits(queue) { self.line.retry_ms() } else { NEVER }
    }

    /// Another stream begins. What is in the air comes back to nobody.
    pub(crate) fn reset(&mut self) {
        self.flight = None;
        self.contact.clear();
        self.stashed = false;
        self.sent = 0;
    }

    /// Nobody knows what became of a beacon: what it took is sent again, and its number makes that harmless.
    pub(crate) fn recall_beacons(&mut self, queue: &Queue) {
        if !self.line.is_busy() {
            self.sent = queue.oldest();
        }
    }

    /// Flushes when the current task is over, so that all it has to tell goes in one request, without a timer.
    pub(crate) fn schedule(&mut self, queue: &Queue, now_ms: u32) {
        if !self.scheduled && self.line.is_free(now_ms) && self.waits(queue) {
            self.scheduled = true;
            host::soon();
        }
    }

    /// Whether there is something to send.
    fn waits(&self, queue: &Queue) -> bool {
        self.asks || self.stashed || queue.is_pending(self.sent)
    }
}

impl Tag {
    /// Sends a batch, if there is one to send and the line is free.
    pub(crate) fn flush(&mut self) {
        self.post.scheduled = false;
        if !self.post.line.is_free(now_ms()) {
            return;
        }
        self.post.stashed = self.post.stashed && host::send(Way::Stashed, &[], &[]);
        let flight = if self.post.stashed {
            Flight { end: 0, told: None }
        } else if let Some((body, flight)) = self.compose(self.post.asks) {
            host::send(Way::Batch, &body, &[]);
            self.post.sent = flight.end;
            // A page left says nothing of the open one, which is still to be asked about.
            self.post.asks &= flight.told.is_none_or(|(visit, _)| visit != self.queue.visit);
            flight
        } else {
            return;
        };
        self.post.line.take();
        self.post.flight = Some(flight);
    }

    /// Hands the browser all that is not on its way, to deliver when the page may be gone.
    pub(crate) fn send_beacons(&mut self) {
        while let Some((body, flight)) = self.compose(false) {
            if !host::send(Way::Beacon, &body, &[]) {
                return;
            }
            self.post.sent = flight.end;
        }
    }

    /// Leaves on the device what the edge has not acknowledged, for the next page to send: nobody knows whether a
    /// beacon arrives, and the events' numbers make it harmless that it did.
    pub(crate) fn stash(&mut self) {
        if self.consent != Consent::Granted {
            return;
        }
        let sent = self.post.sent;
        self.post.sent = 0;
        while let Some((body, flight)) = self.compose(false) {
            host::send(Way::Stash, &body, &[]);
            self.post.sent = flight.end;
        }
        self.post.sent = sent;
    }

    /// The first batch with an event that is not on its way, as bytes. When there is none, that of the open page if
    /// the edge is to be asked `anyway`.
    fn compose(&mut self, anyway: bool) -> Option<(Vec<u8>, Flight)> {
        self.sample_scroll();
        self.heed_other_tabs();
        let now = now_ms();
        let visit = self.queue.visit;
        let leaf = self.queue.pending(self.post.sent, anyway)?;
        leaf.sealed = leaf.count > 0;
        let nothing = Lines::default();
        let mut on_screen = &nothing;
        if leaf.visit == visit {
            leaf.title = host::title();
            leaf.live = self.presence.live(now);
            on_screen = &self.on_screen;
        }
        let body = pen::batch(&Parts {
            clock_ms: now,
            speaker: Speaker { site: &self.site, consent: self.consent, token: &self.token },
            stream: &self.stream,
            first: leaf.first,
            page: &leaf.page,
            title: &leaf.title,
            live: &leaf.live,
            on_screen,
            declined: &self.declined,
            count: leaf.count,
            events: &leaf.events.0,
        });
        Some((body, Flight { end: leaf.end(), told: Some((leaf.visit, leaf.live)) }))
    }

    /// Hands the panels the open page as a batch without events.
    pub(crate) fn tell_situation(&mut self) {
        let sent = mem::replace(&mut self.post.sent, u32::MAX);
        if let Some((body, _)) = self.compose(true) {
            host::send(Way::Situation, &body, &[]);
        }
        self.post.sent = sent;
    }

    /// The batch in the air came back.
    pub(crate) fn answered(&mut self, status: u32, body: &[u8]) {
        let now = now_ms();
        let mut kept = true;
        let mut told = None;
        if let Some(flight) = self.post.flight.take() {
            told = flight.told.and_then(|(visit, live)| (visit == self.queue.visit).then_some(live));
            let outcome = Outcome::of(status);
            let answer = pen::answer(body).filter(|_| outcome == Outcome::Answered);
            kept = outcome == Outcome::Refused || answer.is_some();
            if kept && flight.told.is_none() {
                host::send(Way::Unstash, &[], &[]);
            } else if let Some(answer) = &answer {
                self.queue.acknowledge(answer.acknowledged.min(self.post.sent));
                // An edge that answers and keeps nothing must not be asked at the speed of the network.
                kept = self.queue.oldest() >= flight.end;
            } else if kept {
                self.queue.acknowledge(flight.end);
            }
            if let Some(answer) = answer {
                self.obey(answer, told, now);
            }
        }
        if kept {
            self.post.line.release();
        } else {
            // Of the open page, told in vain, the edge is asked again.
            self.post.asks |= told.is_some();
            self.post.line.fail(now, chance());
        }
        self.post.sent = self.queue.oldest();
    }

    /// Does what the edge says. `told` is what it knew of the open page; an answer about another is not for this one.
    fn obey(&mut self, answer: Answer<'_>, told: Option<Live>, now_ms: u32) {
        if !answer.token.is_empty() && self.consent == Consent::Granted {
            self.remember(answer.token);
        }
        let Some(told) = told else { return };
        self.watches.replace(answer.watch, &told);
        // Where the page stands is known only by looking; the listener tells of the next move.
        self.sample_scroll();
        // Up to a tenth later: tags that were told the same moment do not come at the same moment.
        self.ask_again_ms = answer
            .ask_again_ms
            .map_or(NEVER, |delay| now_ms + delay + (f64::from(delay / 10) * chance()) as u32);
        if answer.offers.is_empty() {
            host::emit(true, &[]);
        }
        for (rule, card) in answer.offers {
            host::emit(true, rule);
            if !self.on_screen.has(rule) && !self.offered.has(rule) {
                host::show(rule, card);
                self.offered.push(rule);
                self.on_screen.push(rule);
            }
        }
    }

    /// Posts a request for contact. The same words for the same rule are the same request, until it is stored.
    pub(crate) fn contact(&mut self, rule: &[u8], first: &[u8], call: &Call<'_>) {
        self.heed_other_tabs();
        let mut ask = Pen::default();
        if call.code == code::CALL_ME {
            ask.byte(0).text(first).byte(u8::from(call.number > 0.0));
            if call.number > 0.0 {
                ask.number(call.number as u32);
            }
        } else {
            ask.byte(1).text(first).text(call.more);
        }
        let mut page = Pen(host::page(false));
        page.text(&host::title());
        let speaker = Speaker { site: &self.site, consent: self.consent, token: &self.token };
        let asked = ask.0.len();
        ask.raw(rule);
        if ask.0 != self.post.contact {
            self.post.contact.clone_from(&ask.0);
            self.post.contact_id = host::random_id();
        }
        let body = pen::contact(&speaker, &self.post.contact_id, rule, &page.0, &ask.0[..asked]);
        host::send(Way::Contact, &body, rule);
    }

    /// A request for contact came back.
    pub(crate) fn contact_answered(&mut self, status: u32, rule: &[u8]) {
        let stored = Outcome::of(status) == Outcome::Answered;
        if stored {
            self.post.contact.clear();
            self.push(pen::kind::ACCEPTED).text(rule);
        }
        host::tell(if stored { Order::Stored } else { Order::Failed }, rule);
    }

    /// The page goes, or may: everything is told that can be.
    pub(crate) fn leave(&mut self) {
        self.give_up_form();
        if self.watches.has(Watch::Leaving) {
            self.push(pen::kind::LEFT);
        }
    }

    /// Remembers the visitor on this device by `token`, or, when it is empty, no longer.
    pub(crate) fn remember(&mut self, token: &[u8]) {
        host::keep(Keepsake::Token, token);
        // A device that lets nothing be kept says nothing by having nothing.
        self.kept = !token.is_empty() && !host::recall(Keepsake::Token).is_empty();
        self.token = token.to_vec();
    }
}

#[cfg(test)]
mod tests {
    use wire::pen::kind;

    use super::*;

    fn queue() -> Queue {
        let mut queue = Queue::default();
        queue.turn(Vec::new(), Live::default());
        queue
    }

    #[test]
    fn a_question_without_events_is_asked_while_the_line_is_broken() {
        let (mut post, queue) = (Post::default(), queue());
        assert!(!post.waits(&queue));
        post.asks = true;
        post.line.fail(0, 0.0);
        assert_eq!(post.retry_ms(&queue), 500);
    }

    #[test]
    fn a_broken_line_is_not_tried_with_nothing_to_send() {
        let (mut post, mut queue) = (Post::default(), queue());
        post.line.fail(0, 0.0);
        assert_eq!(post.retry_ms(&queue), NEVER);
        queue.event(kind::VIEW, 0);
        assert_eq!(post.retry_ms(&queue), 500);
    }

    #[test]
    fn what_a_beacon_took_is_sent_again_unless_it_is_in_the_air() {
        let (mut post, mut queue) = (Post::default(), queue());
        queue.event(kind::VIEW, 0);
        post.sent = 1;
        post.line.take();
        post.recall_beacons(&queue);
        assert!(!post.waits(&queue));
        post.line.release();
        post.recall_beacons(&queue);
        assert!(post.waits(&queue));
    }
}
