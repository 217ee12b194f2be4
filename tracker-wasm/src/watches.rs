//! The live thresholds the edge asked to hear of, and what must be listened to for them.
//!
//! Takes a watch list and the live signals; returns which listeners and which delay it needs, and whether a
//! threshold was reached. With an empty list it needs nothing. Never arms anything itself.

use alloc::vec::Vec;

use wire::{Live, Watch};

/// What is waited for on the open page.
#[derive(Debug, Default)]
pub(crate) struct Watches {
    list: Vec<Watch>,
}

impl Default for Needs {
    fn default() -> Self {
        Self { delay_ms: f64::INFINITY, input: false, scroll: false, exit: false }
    }
}

/// What must be armed for a list: nothing more, nothing longer.
#[derive(Debug, PartialEq)]
pub(crate) struct Needs {
    /// Look again after so many milliseconds; infinite for not at all.
    pub(crate) delay_ms: f64,
    /// Listen for any input.
    pub(crate) input: bool,
    /// Listen for scrolling.
    pub(crate) scroll: bool,
    /// Listen for the pointer, or a fast scroll, on its way out.
    pub(crate) exit: bool,
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

    /// Whether some threshold is met; those that are, are waited for no longer.
    pub(crate) fn reached(&mut self, live: &Live) -> bool {
        let before = self.list.len();
        self.list.retain(|watch| !met(watch, live));
        self.list.len() < before
    }

    /// What to arm, with the signals standing at `live`.
    pub(crate) fn needs(&self, live: &Live) -> Needs {
        let mut needs = Needs::default();
        let mut within = |ms: u32, so_far: u32| {
            needs.delay_ms = needs.delay_ms.min(f64::from(ms.saturating_sub(so_far)));
        };
        for watch in &self.list {
            match *watch {
                Watch::Dwell { ms } => within(ms, live.dwell_ms),
                Watch::Idle { ms } => {
                    within(ms, live.idle_ms);
                    needs.input = true;
                }
                Watch::Scroll { .. } => needs.scroll = true,
                Watch::ExitIntent => needs.exit = true,
                Watch::Forms | Watch::RageClicks | Watch::Leaving => {}
            }
        }
        needs
    }
}

fn met(watch: &Watch, live: &Live) -> bool {
    match *watch {
        Watch::Dwell { ms } => live.dwell_ms >= ms,
        Watch::Idle { ms } => live.idle_ms >= ms,
        Watch::Scroll { percent } => live.scroll_percent >= percent,
        Watch::ExitIntent => live.exit_intent,
        // These are not thresholds: they stand as long as the page.
        Watch::Forms | Watch::RageClicks | Watch::Leaving => false,
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

    #[test]
    fn an_empty_list_needs_nothing() {
        assert_eq!(watching(&[]).needs(&Live::default()), Needs::default());
    }

    #[test]
    fn each_watch_needs_its_own_and_no_other() {
        let check = |watch, needs| assert_eq!(watching(&[watch]).needs(&Live::default()), needs, "{watch:?}");
        check(Watch::Dwell { ms: 500 }, Needs { delay_ms: 500.0, ..Needs::default() });
        check(Watch::Idle { ms: 700 }, Needs { delay_ms: 700.0, input: true, ..Needs::default() });
        check(Watch::Scroll { percent: 50 }, Needs { scroll: true, ..Needs::default() });
        check(Watch::ExitIntent, Needs { exit: true, ..Needs::default() });
    }

    #[test]
    fn the_shared_delay_is_the_shortest_that_remains() {
        let watches =
            watching(&[Watch::Dwell { ms: 10_000 }, Watch::Idle { ms: 4_000 }, Watch::Dwell { ms: 8_000 }]);
        let live = Live { dwell_ms: 7_000, idle_ms: 1_000, ..Live::default() };
        assert_eq!(watches.needs(&live).delay_ms, 1_000.0);
    }

    #[test]
    fn a_threshold_is_reached_once_and_not_before() {
        let mut watches = watching(&[Watch::Dwell { ms: 1_000 }, Watch::Scroll { percent: 50 }]);
        let at = |dwell_ms| Live { dwell_ms, ..Live::default() };
        assert!(!watches.reached(&at(999)));
        assert!(watches.reached(&at(1_000)));
        assert!(!watches.reached(&at(1_001)));
        assert_eq!(watches.needs(&at(1_001)), Needs { scroll: true, ..Needs::default() });
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
