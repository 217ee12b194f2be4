//! What has happened and is not yet known to be kept by the edge.
//!
//! Takes events as they happen; keeps them in order, numbered within the stream, in one batch for each page, until
//! the edge acknowledges them. Never sends and never reads a clock.

use alloc::string::String;
use alloc::vec::Vec;

use wire::{Batch, Consent, Event, Live, MAX_EVENTS, Page, What};

/// The events of one page, as the batch that will carry them: it is filled where it lies and never copied.
#[derive(Debug)]
pub(crate) struct Leaf {
    pub(crate) batch: Batch,
    /// Whether the visitor is still there.
    pub(crate) open: bool,
}

impl Leaf {
    /// Number after its last event.
    pub(crate) fn end(&self) -> u32 {
        self.batch.first + self.batch.events.len() as u32
    }

    /// What `make` makes of the batch when it is sent at `now_ms`.
    pub(crate) fn dated<T>(&mut self, now_ms: f64, make: fn(&Batch) -> T) -> T {
        self.batch.clock = (now_ms as u32).to_le_bytes();
        make(&self.batch)
    }

    /// Whether it has an event numbered `from` or up.
    fn holds(&self, from: u32) -> bool {
        self.end() > from && !self.batch.events.is_empty()
    }

    fn drop_first(&mut self, count: usize) {
        let count = count.min(self.batch.events.len());
        self.batch.events.drain(..count);
        self.batch.first += count as u32;
    }
}

/// The queue: the leaf of the open page, and before it those of pages left, as long as they hold events.
#[derive(Debug)]
pub(crate) struct Queue {
    // INVARIANT: numbers run on from leaf to leaf, and the last leaf is the open one.
    leaves: Vec<Leaf>,
    next: u32,
    site: String,
    stream: [u8; 16],
}

/// Pages left that are kept while the edge is away. A visitor rarely goes through more without a line.
const MAX_LEAVES: usize = 16;

impl Queue {
    /// A queue for `site` that numbers the events of `stream` from 0, and has no page yet.
    pub(crate) fn new(site: String, stream: [u8; 16]) -> Self {
        Self { leaves: Vec::new(), next: 0, site, stream }
    }

    /// Begins a new stream. Nothing of the one before is kept.
    pub(crate) fn reset(&mut self, stream: [u8; 16]) {
        self.leaves.clear();
        self.next = 0;
        self.stream = stream;
    }

    /// Moves on to `page`; `left` is how the live signals stand on the one before.
    pub(crate) fn turn(&mut self, page: Page, left: Live) {
        if let Some(leaf) = self.leaves.last_mut() {
            leaf.open = false;
            leaf.batch.live = left;
        }
        self.leaves.retain(|leaf| !leaf.batch.events.is_empty());
        if self.leaves.len() >= MAX_LEAVES {
            self.leaves.remove(0);
        }
        let batch = Batch {
            clock: [0; 4],
            site: self.site.clone(),
            consent: Consent::NotAsked,
            token: None,
            stream: self.stream,
            first: self.next,
            page,
            live: Live::default(),
            on_screen: Vec::new(),
            declined: Vec::new(),
            events: Vec::new(),
        };
        self.leaves.push(Leaf { batch, open: true });
    }

    /// Adds an event of the open page. The oldest goes when there are more than [`MAX_EVENTS`].
    pub(crate) fn push(&mut self, what: What, now_ms: f64) {
        if let Some(leaf) = self.leaves.last_mut() {
            if leaf.batch.events.len() >= MAX_EVENTS {
                leaf.drop_first(1);
            }
            leaf.batch.events.push(Event { at_ms: now_ms as u32, what });
            self.next += 1;
        }
    }

    /// Forgets every event below `number`, and the pages left that have no other.
    pub(crate) fn acknowledge(&mut self, number: u32) {
        for leaf in &mut self.leaves {
            leaf.drop_first(number.saturating_sub(leaf.batch.first) as usize);
        }
        self.leaves.retain(|leaf| leaf.open || !leaf.batch.events.is_empty());
    }

    /// The first leaf with an event numbered `from` or up.
    pub(crate) fn pending(&mut self, from: u32) -> Option<&mut Leaf> {
        self.leaves.iter_mut().find(|leaf| leaf.holds(from))
    }

    /// Whether there is such a leaf.
    pub(crate) fn is_pending(&self, from: u32) -> bool {
        self.leaves.iter().any(|leaf| leaf.holds(from))
    }

    /// The leaf of the open page.
    pub(crate) fn open(&mut self) -> Option<&mut Leaf> {
        self.leaves.last_mut()
    }

    /// Number of the oldest event kept, or of the next one.
    pub(crate) fn oldest(&self) -> u32 {
        self.leaves.first().map_or(self.next, |leaf| leaf.batch.first)
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    fn turn(queue: &mut Queue, path: &str, left: Live) {
        queue.turn(Page { path: path.to_string(), ..Page::default() }, left);
    }

    fn queue() -> Queue {
        let mut queue = Queue::new("shop".to_string(), [7; 16]);
        turn(&mut queue, "/a", Live::default());
        queue
    }

    fn track(name: &str) -> What {
        What::Track { name: name.to_string() }
    }

    /// Page, first number and events of the batch that would be sent from `from` on.
    fn sent(queue: &mut Queue, from: u32) -> Option<(String, u32, Vec<What>)> {
        let batch = queue.pending(from)?.dated(0.0, Batch::clone);
        Some((batch.page.path, batch.first, batch.events.into_iter().map(|event| event.what).collect()))
    }

    #[track_caller]
    fn check(queue: &mut Queue, path: &str, first: u32, events: &[What]) {
        assert_eq!(sent(queue, 0), Some((path.to_string(), first, events.to_vec())));
    }

    #[test]
    fn events_are_numbered_in_the_order_they_came() {
        let mut queue = queue();
        queue.push(What::View, 0.0);
        queue.push(track("a"), 5.0);
        check(&mut queue, "/a", 0, &[What::View, track("a")]);
        assert_eq!(queue.next, 2);
        assert_eq!(sent(&mut queue, 2), None);
    }

    #[test]
    fn an_event_is_sent_again_until_it_is_acknowledged() {
        let mut queue = queue();
        queue.push(What::View, 0.0);
        queue.push(track("a"), 0.0);
        queue.acknowledge(1);
        check(&mut queue, "/a", 1, &[track("a")]);
        queue.acknowledge(2);
        assert_eq!(sent(&mut queue, 0), None);
        queue.push(track("b"), 0.0);
        check(&mut queue, "/a", 2, &[track("b")]);
    }

    #[test]
    fn a_batch_speaks_of_one_page() {
        let mut queue = queue();
        queue.push(What::View, 0.0);
        let left = Live { dwell_ms: 900, ..Live::default() };
        turn(&mut queue, "/b", left);
        queue.push(track("b"), 0.0);
        check(&mut queue, "/a", 0, &[What::View]);
        assert_eq!(queue.pending(0).map(|leaf| (leaf.batch.live, leaf.open)), Some((left, false)));
        queue.acknowledge(1);
        check(&mut queue, "/b", 1, &[track("b")]);
    }

    #[test]
    fn a_page_left_with_nothing_to_send_is_forgotten() {
        let mut queue = queue();
        turn(&mut queue, "/b", Live::default());
        assert_eq!(queue.leaves.len(), 1);
        assert_eq!(queue.open().map(|leaf| leaf.batch.page.path.clone()), Some("/b".to_string()));
    }

    #[test]
    fn the_oldest_goes_when_the_edge_is_away_for_long() {
        let mut queue = queue();
        for _ in 0..MAX_EVENTS + 10 {
            queue.push(track("a"), 0.0);
        }
        check(&mut queue, "/a", 10, &alloc::vec![track("a"); MAX_EVENTS]);
        for _ in 0..2 * MAX_LEAVES {
            turn(&mut queue, "/b", Live::default());
            queue.push(What::View, 0.0);
        }
        assert_eq!(queue.leaves.len(), MAX_LEAVES);
        assert_eq!(queue.oldest() + MAX_LEAVES as u32, queue.next);
    }

    #[test]
    fn an_event_ages_until_it_is_sent() {
        let mut queue = queue();
        queue.push(What::View, 100.0);
        for (now, age) in [(350.5, 250), (900.0, 800)] {
            assert_eq!(
                queue.pending(0).map(|leaf| leaf.dated(now, |batch| batch.age_ms(&batch.events[0]))),
                Some(age)
            );
        }
    }

    #[test]
    fn an_answer_beyond_what_was_sent_does_no_harm() {
        let mut queue = queue();
        queue.push(What::View, 0.0);
        queue.acknowledge(u32::MAX);
        queue.push(track("a"), 0.0);
        check(&mut queue, "/a", 1, &[track("a")]);
    }
}
