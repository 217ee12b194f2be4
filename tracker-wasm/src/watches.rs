//! What the edge asked to hear of, and what must be listened to for it.
//!
//! Takes a watch list and how the page stands; returns which listeners and which delay it needs, and whether a
//! threshold was reached. With an empty list it needs nothing. Never arms anything itself.

use alloc::vec::Vec;

use wire::{Live, Watch};

use crate::code;

/// What is waited for on the open page.
#[derive(Debug, Default)]
pub(crate) struct Watches {
    list: Vec<Watch>,
}

/// What must be armed for a list: nothing more, nothing longer.
#[derive(Debug, PartialEq)]
pub(crate) struct Needs {
    /// Look again after so many milliseconds, or [`NEVER`].
    pub(crate) delay_ms: u32,
    /// The listeners, each the bit of its [`code`].
    pub(crate) listeners: u32,
}

/// A time that does not come: a page that is open for seven weeks begins again.
pub(crate) const NEVER: u32 = u32::MAX;

impl Needs {
    /// Nothing.
    pub(crate) const NONE: Self = Self { delay_ms: NEVER, listeners: 0 };

    /// Whether the listener with this code is needed.
    pub(crate) fn has(&self, code: u32) -> bool {
        self.listeners >> code & 1 != 0
    }
}

impl Watches {
    /// Replaces the list. `told` is what the edge knew when it answered: a threshold met there already cannot turn
    /// any rule, and would only be sent back and forth.
    pub(crate) fn replace(&mut self, list: Vec<Watch>, told: &Live) {
        self.list = list;
        self.reached(told);
    }

    /// Waits for nothing any more.
    pub(crate) fn clear(&mut self) {
        self.list.clear();
    }

    /// Whether the edge asked for this, which is no threshold.
    pub(crate) fn has(&self, watch: Watch) -> bool {
        self.list.contains(&watch)
    }

    /// Whether it matters how far the page is scrolled.
    pub(crate) fn need_scroll(&self) -> bool {
        self.list.iter().any(|watch| matches!(watch, Watch::Scroll { .. } | Watch::Leaving))
    }

    /// Whether some threshold is met; those that are, are waited for no longer.
    pub(crate) fn reached(&mut self, live: &Live) -> bool {
        let before = self.list.len();
        self.list.retain(|watch| !match *watch {
            Watch::Dwell { ms } => live.dwell_ms >= ms,
            Watch::Idle { ms } => live.idle_ms >= ms,
            Watch::Scroll { percent } => live.scroll_percent >= percent,
            Watch::ExitIntent => live.exit_intent,
            // These are no thresholds: they stand as long as the page.
            Watch::Forms | Watch::RageClicks | Watch::Leaving => false,
        });
        self.list.len() < before
    }

    /// What to arm, with the page standing at `live`; `touch` for a screen that has no pointer to leave with.
    pub(crate) fn needs(&self, live: &Live, touch: bool) -> Needs {
        let mut needs = Needs::NONE;
        for watch in &self.list {
            let (bits, left_ms) = match *watch {
                Watch::Dwell { ms } => (1 << code::FOCUS, ms.saturating_sub(live.dwell_ms)),
                Watch::Idle { ms } => (1 << code::INPUT, ms.saturating_sub(live.idle_ms)),
                Watch::Scroll { .. } => (1 << code::SCROLL, NEVER),
                Watch::ExitIntent if touch => (1 << code::SCROLL | 1 << code::POINTER_OUT, NEVER),
                Watch::ExitIntent => (1 << code::POINTER_OUT, NEVER),
                Watch::Forms => (1 << code::FORM, NEVER),
                // Clicks are heard anyway, and so is the end of the page; how long it was seen is not.
                Watch::RageClicks => (0, NEVER),
                Watch::Leaving => (1 << code::FOCUS, NEVER),
            };
            needs.listeners |= bits;
            needs.delay_ms = needs.delay_ms.min(left_ms);
        }
        needs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn watching(list: &[Watch]) -> Watches {
        let mut watches = Watches::default();
        watches.replace(list.to_vec(), &Live::default());
        watches
    }

    fn needs(list: &[Watch], touch: bool) -> (u32, Vec<u32>) {
        let needs = watching(list).needs(&Live::default(), touch);
        (needs.delay_ms, (0..32).filter(|code| needs.has(*code)).collect())
    }

    #[test]
    fn an_empty_list_needs_nothing() {
        assert_eq!(watching(&[]).needs(&Live::default(), true), Needs::NONE);
    }

    #[test]
    fn each_watch_needs_its_own_and_no_other() {
        let check = |watch, delay_ms, codes: &[u32]| {
            assert_eq!(needs(&[watch], false), (delay_ms, codes.to_vec()), "{watch:?}");
        };
        check(Watch::Dwell { ms: 500 }, 500, &[code::FOCUS]);
        check(Watch::Idle { ms: 700 }, 700, &[code::INPUT]);
        check(Watch::Scroll { percent: 50 }, NEVER, &[code::SCROLL]);
        check(Watch::ExitIntent, NEVER, &[code::POINTER_OUT]);
        check(Watch::Forms, NEVER, &[code::FORM]);
        check(Watch::RageClicks, NEVER, &[]);
        check(Watch::Leaving, NEVER, &[code::FOCUS]);
        assert_eq!(needs(&[Watch::ExitIntent], true), (NEVER, [code::SCROLL, code::POINTER_OUT].to_vec()));
    }

    #[test]
    fn how_far_a_page_is_scrolled_matters_where_the_edge_asked() {
        assert!(!watching(&[Watch::Dwell { ms: 1 }, Watch::ExitIntent]).need_scroll());
        assert!(watching(&[Watch::Scroll { percent: 50 }]).need_scroll());
        assert!(watching(&[Watch::Leaving]).need_scroll());
    }

    #[test]
    fn the_shared_delay_is_the_shortest_that_remains() {
        let watches =
            watching(&[Watch::Dwell { ms: 10_000 }, Watch::Idle { ms: 4_000 }, Watch::Dwell { ms: 8_000 }]);
        let live = Live { dwell_ms: 7_000, idle_ms: 1_000, ..Live::default() };
        assert_eq!(watches.needs(&live, false).delay_ms, 1_000);
    }

    #[test]
    fn a_threshold_is_reached_once_and_not_before() {
        let mut watches =
            watching(&[Watch::Dwell { ms: 1_000 }, Watch::Scroll { percent: 50 }, Watch::Forms]);
        let at = |dwell_ms| Live { dwell_ms, ..Live::default() };
        assert!(!watches.reached(&at(999)));
        assert!(watches.reached(&at(1_000)));
        assert!(!watches.reached(&at(1_001)));
        assert_eq!(watches.list, [Watch::Scroll { percent: 50 }, Watch::Forms]);
    }

    #[test]
    fn a_threshold_the_edge_knew_to_be_met_is_not_waited_for() {
        let mut watches = Watches::default();
        let told = Live { dwell_ms: 5_000, ..Live::default() };
        watches.replace([Watch::Dwell { ms: 5_000 }, Watch::Dwell { ms: 9_000 }].to_vec(), &told);
        assert!(!watches.reached(&Live { dwell_ms: 6_000, ..Live::default() }));
        assert!(watches.reached(&Live { dwell_ms: 9_000, ..Live::default() }));
    }
}
