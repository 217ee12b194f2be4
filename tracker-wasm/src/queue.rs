//! What has happened and is not yet known to be kept by the edge.
//!
//! Takes events as they happen, written at once as they will be sent; keeps them in order, numbered within the stream,
//! one leaf for each batch, until the edge acknowledges them. Never sends and never reads a clock.

use alloc::vec::Vec;

use wire::pen::Pen;
use wire::{Live, MAX_BODY_BYTES, MAX_EVENTS};

/// The events of one batch: all of one page, written one behind the other.
#[derive(Debug, Default)]
pub(crate) struct Leaf {
    /// Number of its first event.
    pub(crate) first: u32,
    /// How many events it has.
    pub(crate) count: u32,
    pub(crate) events: Pen,
    /// The page they happened on: all texts of a [`Page`](wire::Page) but the last, as written.
    pub(crate) page: Vec<u8>,
    /// The last.
    pub(crate) title: Vec<u8>,
    /// How that page stood when it was left.
    pub(crate) live: Live,
    /// Which of the pages of this run it was.
    pub(crate) visit: u32,
    /// It was sent: what happens from now on goes into another.
    pub(crate) sealed: bool,
}

impl Leaf {
    /// Number after its last event.
    pub(crate) fn end(&self) -> u32 {
        self.first + self.count
    }

    /// Memory it takes, nearly, in bytes.
    fn weight(&self) -> usize {
        self.events.0.len() + self.page.len() + self.title.len()
    }
}

/// The queue: the leaf of the open page, and before it others, as long as they hold events.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    // INVARIANT: numbers run on from leaf to leaf; the last leaf takes what happens, the others have events.
    leaves: Vec<Leaf>,
    next: u32,
    /// Which of the pages of this run is open.
    pub(crate) visit: u32,
}

/// Most that is kept while the edge is away, in bytes: what a browser takes of one page at its end.
const LIMIT: usize = 64 * 1024;

/// Events of one batch, in bytes: the longest page texts fit into a body beside them.
const LEAF_BYTES: usize = MAX_BODY_BYTES / 2;

impl Queue {
    /// Begins a new stream. Nothing of the one before is kept.
    pub(crate) fn reset(&mut self) {
        self.leaves.clear();
        self.next = 0;
    }

    /// Moves on to `page`; `left` is how the one before stood.
    pub(crate) fn turn(&mut self, page: Vec<u8>, left: Live) {
        for leaf in &mut self.leaves {
            if leaf.visit == self.visit {
                leaf.live = left;
            }
        }
        self.visit += 1;
        self.begin(page);
    }

    /// Begins another leaf of the open page.
    fn begin(&mut self, page: Vec<u8>) {
        self.sweep();
        self.leaves.push(Leaf { first: self.next, page, visit: self.visit, ..Leaf::default() });
        // The oldest go when there is too much.
        let mut kept: usize = self.leaves.iter().map(Leaf::weight).sum();
        for leaf in &mut self.leaves {
            if kept > LIMIT {
                kept -= leaf.weight();
                leaf.count = 0;
            }
        }
        self.sweep();
    }

    /// Lets go of the leaves that hold nothing, but for the last.
    fn sweep(&mut self) {
        let mut left = self.leaves.len();
        self.leaves.retain(|leaf| {
            left -= 1;
            left == 0 || leaf.count > 0
        });
    }

    /// Begins another leaf like the last.
    fn go_on(&mut self) {
        let page = self.leaves.last().map(|leaf| leaf.page.clone()).unwrap_or_default();
        self.begin(page);
    }

    /// Begins an event of the open page; the fields of its kind are to follow.
    pub(crate) fn event(&mut self, kind: u8, now_ms: u32) -> &mut Pen {
        let full = |leaf: &Leaf| {
            leaf.sealed || leaf.count as usize >= MAX_EVENTS || leaf.events.0.len() >= LEAF_BYTES
        };
        if self.leaves.last().is_none_or(full) {
            self.go_on();
        }
        self.next += 1;
        let last = self.leaves.len() - 1;
        let leaf = &mut self.leaves[last];
        leaf.count += 1;
        leaf.events.event(now_ms, kind)
    }

    /// Forgets the leaves whose every event is below `number`.
    pub(crate) fn acknowledge(&mut self, number: u32) {
        let next = self.next;
        for leaf in &mut self.leaves {
            if leaf.end() <= number {
                leaf.events.0.clear();
                leaf.count = 0;
                leaf.first = next;
                leaf.sealed = false;
            }
        }
        self.sweep();
    }

    /// The first leaf with an event numbered `from` or up. When there is none and it is wanted `anyway`, that of the
    /// open page, with no events.
    pub(crate) fn pending(&mut self, from: u32, anyway: bool) -> Option<&mut Leaf> {
        let found = self.leaves.iter().position(|leaf| leaf.count > 0 && leaf.end() > from);
        if found.is_none() && anyway && self.leaves.last().is_some_and(|leaf| leaf.count > 0) {
            self.go_on();
        }
        match found {
            Some(at) => self.leaves.get_mut(at),
            None if anyway => self.leaves.last_mut(),
            None => None,
        }
    }

    /// Whether there is an event numbered `from` or up.
    pub(crate) fn is_pending(&self, from: u32) -> bool {
        self.next > from && self.leaves.iter().any(|leaf| leaf.count > 0 && leaf.end() > from)
    }

    /// Whether the open page, as written, begins with this address.
    pub(crate) fn is_at(&self, address: &[u8]) -> bool {
        self.leaves.last().is_some_and(|leaf| leaf.page.starts_with(address))
    }

    /// Number of the oldest event kept, or of the next one.
    pub(crate) fn oldest(&self) -> u32 {
        self.leaves.iter().find(|leaf| leaf.count > 0).map_or(self.next, |leaf| leaf.first)
    }
}

#[cfg(test)]
mod tests {
    use wire::pen::kind;

    use super::*;

    fn page(path: &str) -> Vec<u8> {
        path.as_bytes().to_vec()
    }

    fn queue() -> Queue {
        let mut queue = Queue::default();
        queue.turn(page("/a"), Live::default());
        queue
    }

    fn track(queue: &mut Queue, name: &str) {
        queue.event(kind::TRACK, 0).text(name.as_bytes());
    }

    /// Path, first number and number after the last event of the batch that would be sent from `from` on.
    fn sent(queue: &mut Queue, from: u32) -> Option<(Vec<u8>, u32, u32)> {
        queue.pending(from, false).map(|leaf| {
            leaf.sealed = true;
            (leaf.page.clone(), leaf.first, leaf.end())
        })
    }

    #[track_caller]
    fn check(queue: &mut Queue, path: &str, first: u32, end: u32) {
        assert_eq!(sent(queue, 0), Some((path.as_bytes().to_vec(), first, end)));
    }

    #[test]
    fn events_are_numbered_in_the_order_they_came() {
        let mut queue = queue();
        queue.event(kind::VIEW, 0);
        track(&mut queue, "a");
        check(&mut queue, "/a", 0, 2);
        assert!(!queue.is_pending(2));
        assert_eq!(sent(&mut queue, 2), None);
    }

    #[test]
    fn what_happens_after_a_batch_went_goes_with_the_next() {
        let mut queue = queue();
        queue.event(kind::VIEW, 0);
        check(&mut queue, "/a", 0, 1);
        track(&mut queue, "a");
        assert_eq!(sent(&mut queue, 1), Some((b"/a".to_vec(), 1, 2)));
        queue.acknowledge(1);
        check(&mut queue, "/a", 1, 2);
        queue.acknowledge(2);
        assert_eq!((sent(&mut queue, 0), queue.oldest()), (None, 2));
        track(&mut queue, "b");
        check(&mut queue, "/a", 2, 3);
    }

    #[test]
    fn a_batch_speaks_of_one_page() {
        let mut queue = queue();
        queue.event(kind::VIEW, 0);
        let left = Live { dwell_ms: 900, ..Live::default() };
        queue.turn(page("/b"), left);
        track(&mut queue, "b");
        check(&mut queue, "/a", 0, 1);
        assert_eq!(queue.pending(0, false).map(|leaf| leaf.live), Some(left));
        queue.acknowledge(1);
        check(&mut queue, "/b", 1, 2);
    }

    #[test]
    fn a_page_left_with_nothing_to_send_is_forgotten() {
        let mut queue = queue();
        queue.turn(page("/b"), Live::default());
        assert!(queue.leaves.len() == 1 && queue.is_at(b"/b"));
    }

    #[test]
    fn a_question_without_events_speaks_of_the_open_page() {
        let mut queue = queue();
        assert_eq!(queue.pending(0, true).map(|leaf| leaf.count), Some(0));
        queue.event(kind::VIEW, 0);
        let asked = queue.pending(1, true).map(|leaf| (leaf.first, leaf.count));
        assert_eq!(asked, Some((1, 0)));
        check(&mut queue, "/a", 0, 1);
    }

    #[test]
    fn no_batch_is_too_large_and_the_oldest_goes_when_the_edge_is_away_for_long() {
        let mut queue = queue();
        for _ in 0..MAX_EVENTS + 10 {
            track(&mut queue, "a");
        }
        check(&mut queue, "/a", 0, MAX_EVENTS as u32);
        let long = "x".repeat(2_000);
        for _ in 0..200 {
            track(&mut queue, &long);
        }
        let kept: usize = queue.leaves.iter().map(Leaf::weight).sum();
        assert!(kept <= LIMIT + LEAF_BYTES + 2_010 && queue.oldest() > 0, "{kept}");
        assert!(queue.leaves.iter().all(|leaf| leaf.events.0.len() < LEAF_BYTES + 2_010));
    }

    #[test]
    fn an_answer_beyond_what_was_sent_does_no_harm() {
        let mut queue = queue();
        queue.event(kind::VIEW, 0);
        queue.acknowledge(u32::MAX);
        track(&mut queue, "a");
        check(&mut queue, "/a", 1, 2);
    }
}
