//! How long the visitor has seen this page, how long he has been still, how deep he read, whether he is leaving.
//!
//! Takes what the browser reports and when; returns the live signals. Needs no timer and never reads a clock.

use wire::Live;

/// How one page stands, as gathered so far. All times are milliseconds of one monotonic clock.
#[derive(Debug, Default)]
pub(crate) struct Presence {
    /// What was gathered before `visible_since` and `last_input`, and all that does not change by itself.
    pub(crate) live: Live,
    /// `None` while the page is out of view.
    visible_since: Option<u32>,
    /// `None` as long as nobody listens for input: stillness is then not known, and reported as none.
    last_input: Option<u32>,
    flick: Flick,
}

impl Presence {
    /// A page opened at `now_ms`.
    pub(crate) fn new(now_ms: u32, visible: bool) -> Self {
        Self { visible_since: visible.then_some(now_ms), ..Self::default() }
    }

    /// The page came into view or went out of it. Coming back counts as input: somebody just did that.
    pub(crate) fn set_visible(&mut self, visible: bool, now_ms: u32) {
        if visible != self.visible() {
            self.live.dwell_ms = self.live(now_ms).dwell_ms;
            self.visible_since = visible.then_some(now_ms);
            self.touch(now_ms);
        }
    }

    pub(crate) fn visible(&self) -> bool {
        self.visible_since.is_some()
    }

    /// Someone listens for input from now on; stillness counts from here unless it already did.
    pub(crate) fn heed_input(&mut self, now_ms: u32) {
        self.last_input.get_or_insert(now_ms);
    }

    /// The visitor did something.
    pub(crate) fn touch(&mut self, now_ms: u32) {
        if let Some(last) = &mut self.last_input {
            *last = now_ms;
        }
    }

    /// The page stands `top_px` below its beginning and can go as far as `range_px`. A page that cannot scroll is
    /// at 0: its visitor has not scrolled.
    pub(crate) fn scroll(&mut self, top_px: f64, range_px: f64) {
        if range_px >= 1.0 {
            // The sizes are rounded by the browser: the last pixel may never be reached.
            let percent = ((top_px + 1.0) * 100.0 / range_px).min(100.0) as u8;
            self.live.scroll_percent = self.live.scroll_percent.max(percent);
        }
    }

    /// The same movement, on a touch screen, as a sign of leaving.
    pub(crate) fn flick(&mut self, top_px: f64, now_ms: u32) {
        self.live.exit_intent |= self.flick.moved(top_px as i32, now_ms);
    }

    /// The signals at `now_ms`.
    pub(crate) fn live(&self, now_ms: u32) -> Live {
        let mut live = self.live;
        live.dwell_ms += self.visible_since.map_or(0, |since| now_ms - since);
        live.idle_ms = self.last_input.map_or(0, |last| now_ms - last);
        live
    }
}

/// Upward movement that wants the address bar: this far, at least this fast. Reading back is slower, and a
/// correction shorter.
const FLICK_PX: i32 = 350;
const FLICK_PX_PER_MS: f64 = 1.5;
/// A pause of this length ends a run: the finger was lifted.
const LIFTED_MS: u32 = 150;

/// One run of upward scrolling.
#[derive(Debug, Default)]
struct Flick {
    top_px: i32,
    run_px: i32,
    run_ms: u32,
    last_ms: u32,
}

impl Flick {
    /// Whether the run that this movement belongs to is a flick.
    fn moved(&mut self, top_px: i32, now_ms: u32) -> bool {
        let up_px = self.top_px - top_px;
        let took_ms = now_ms - self.last_ms;
        self.top_px = top_px;
        self.last_ms = now_ms;
        if up_px <= 0 || took_ms > LIFTED_MS {
            self.run_px = 0;
            self.run_ms = 0;
            return false;
        }
        self.run_px += up_px;
        self.run_ms += took_ms;
        self.run_px >= FLICK_PX && f64::from(self.run_px) >= f64::from(self.run_ms) * FLICK_PX_PER_MS
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    #[test]
    fn only_visible_time_is_dwell() {
        let mut presence = Presence::new(1_000, true);
        presence.set_visible(false, 4_000);
        assert_eq!(presence.live(60_000).dwell_ms, 3_000);
        presence.set_visible(true, 60_000);
        presence.set_visible(true, 60_500);
        assert_eq!(presence.live(61_000).dwell_ms, 4_000);
    }

    #[test]
    fn a_page_opened_in_the_background_has_no_dwell() {
        assert_eq!(Presence::new(0, false).live(9_000).dwell_ms, 0);
    }

    #[test]
    fn stillness_counts_from_when_somebody_listens_and_from_the_last_input() {
        let mut presence = Presence::new(0, true);
        presence.touch(500);
        assert_eq!(presence.live(1_000).idle_ms, 0);
        presence.heed_input(1_000);
        assert_eq!(presence.live(3_000).idle_ms, 2_000);
        presence.touch(4_000);
        presence.heed_input(4_500);
        assert_eq!(presence.live(5_000).idle_ms, 1_000);
    }

    #[test]
    fn coming_back_to_the_page_is_input() {
        let mut presence = Presence::new(0, true);
        presence.heed_input(0);
        presence.set_visible(false, 1_000);
        presence.set_visible(true, 90_000);
        assert_eq!(presence.live(90_100).idle_ms, 100);
    }

    #[test]
    fn the_deepest_scroll_is_kept() {
        let mut presence = Presence::new(0, true);
        for (top, expected) in [(0.0, 0), (499.0, 50), (100.0, 50), (998.5, 99), (999.0, 100), (1_000.0, 100)]
        {
            presence.scroll(top, 1_000.0);
            assert_eq!(presence.live(0).scroll_percent, expected, "at {top}");
        }
    }

    #[test]
    fn a_page_that_cannot_scroll_is_not_scrolled() {
        let mut presence = Presence::new(0, true);
        presence.scroll(0.0, 0.0);
        assert_eq!(presence.live(0).scroll_percent, 0);
    }

    /// Whether a touch screen that stands at each of these heights, one every 16 ms, is being left.
    fn leaves(tops: &[f64]) -> bool {
        let mut presence = Presence::new(0, true);
        for (at, top) in (0..).zip(tops) {
            presence.flick(*top, at * 16);
        }
        presence.live(0).exit_intent
    }

    #[test]
    fn a_fast_and_long_scroll_up_is_leaving() {
        assert!(leaves(&[2_000.0, 1_900.0, 1_780.0, 1_650.0, 1_500.0]));
    }

    #[test]
    fn reading_back_and_scrolling_down_are_not_leaving() {
        let slowly: Vec<f64> = (0..100).map(|step| 2_000.0 - f64::from(step) * 10.0).collect();
        assert!(!leaves(&slowly));
        assert!(!leaves(&[0.0, 500.0, 1_000.0, 2_000.0]));
        assert!(!leaves(&[2_000.0, 1_800.0, 1_900.0, 1_700.0]));
    }

    #[test]
    fn the_first_scroll_event_has_nothing_to_compare_with() {
        assert!(!leaves(&[0.0, 5_000.0]));
    }
}
