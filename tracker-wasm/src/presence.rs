//! How long the visitor has seen this page, how long he has been still, how deep he read, whether he is leaving.
//!
//! Takes what the browser reports and when; returns the live signals. Needs no timer and never reads a clock.

use wire::Live;

/// The live signals of one page, as gathered so far. All times are milliseconds of one monotonic clock.
#[derive(Debug)]
pub(crate) struct Presence {
    /// Visible time before `visible_since`.
    gathered_ms: f64,
    /// `None` while the page is hidden.
    visible_since: Option<f64>,
    /// `None` as long as nobody listens for input: stillness is then not known, and reported as none.
    last_input: Option<f64>,
    deepest_percent: u8,
    leaving: bool,
    flick: Flick,
}

impl Presence {
    /// A page opened at `now_ms`.
    pub(crate) fn new(now_ms: f64, visible: bool) -> Self {
        Self {
            gathered_ms: 0.0,
            visible_since: visible.then_some(now_ms),
            last_input: None,
            deepest_percent: 0,
            leaving: false,
            flick: Flick::default(),
        }
    }

    /// The page came into view or went out of it. Coming back counts as input: somebody just did that.
    pub(crate) fn set_visible(&mut self, visible: bool, now_ms: f64) {
        if visible == self.visible() {
            return;
        }
        self.gathered_ms = self.dwell_ms(now_ms);
        self.visible_since = visible.then_some(now_ms);
        self.touch(now_ms);
    }

    pub(crate) fn visible(&self) -> bool {
        self.visible_since.is_some()
    }

    /// Someone listens for input from now on; stillness counts from here unless it already did.
    pub(crate) fn heed_input(&mut self, now_ms: f64) {
        self.last_input.get_or_insert(now_ms);
    }

    /// The visitor did something.
    pub(crate) fn touch(&mut self, now_ms: f64) {
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
            self.deepest_percent = self.deepest_percent.max(percent);
        }
    }

    /// The same movement, on a touch screen, as a sign of leaving.
    pub(crate) fn flick(&mut self, top_px: f64, now_ms: f64) {
        if self.flick.moved(top_px, now_ms) {
            self.leave();
        }
    }

    /// The visitor moves to leave.
    pub(crate) fn leave(&mut self) {
        self.leaving = true;
    }

    /// The signals at `now_ms`.
    pub(crate) fn live(&self, now_ms: f64) -> Live {
        Live {
            dwell_ms: self.dwell_ms(now_ms) as u32,
            idle_ms: self.last_input.map_or(0.0, |last| now_ms - last) as u32,
            scroll_percent: self.deepest_percent,
            exit_intent: self.leaving,
            ..Live::default()
        }
    }

    fn dwell_ms(&self, now_ms: f64) -> f64 {
        self.gathered_ms + self.visible_since.map_or(0.0, |since| now_ms - since)
    }
}

/// Upward movement that wants the address bar: this far, at least this fast. Reading back is slower, and a
/// correction shorter.
const FLICK_PX: f64 = 350.0;
const FLICK_PX_PER_MS: f64 = 1.5;

/// One run of upward scrolling.
#[derive(Debug, Default)]
struct Flick {
    top_px: f64,
    run_px: f64,
    run_ms: f64,
    last_ms: f64,
}

impl Flick {
    /// Whether the run that this movement belongs to is a flick.
    fn moved(&mut self, top_px: f64, now_ms: f64) -> bool {
        let up_px = self.top_px - top_px;
        let took_ms = now_ms - self.last_ms;
        self.top_px = top_px;
        self.last_ms = now_ms;
        // A pause of this length ends a run: the finger was lifted.
        if up_px <= 0.0 || took_ms > 150.0 {
            self.run_px = 0.0;
            self.run_ms = 0.0;
            return false;
        }
        self.run_px += up_px;
        self.run_ms += took_ms;
        self.run_px >= FLICK_PX && self.run_px >= self.run_ms * FLICK_PX_PER_MS
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    #[test]
    fn only_visible_time_is_dwell() {
        let mut presence = Presence::new(1_000.0, true);
        presence.set_visible(false, 4_000.0);
        assert_eq!(presence.live(60_000.0).dwell_ms, 3_000);
        presence.set_visible(true, 60_000.0);
        presence.set_visible(true, 60_500.0);
        assert_eq!(presence.live(61_000.0).dwell_ms, 4_000);
    }

    #[test]
    fn a_page_opened_in_the_background_has_no_dwell() {
        assert_eq!(Presence::new(0.0, false).live(9_000.0).dwell_ms, 0);
    }

    #[test]
    fn stillness_counts_from_when_somebody_listens_and_from_the_last_input() {
        let mut presence = Presence::new(0.0, true);
        presence.touch(500.0);
        assert_eq!(presence.live(1_000.0).idle_ms, 0);
        presence.heed_input(1_000.0);
        assert_eq!(presence.live(3_000.0).idle_ms, 2_000);
        presence.touch(4_000.0);
        presence.heed_input(4_500.0);
        assert_eq!(presence.live(5_000.0).idle_ms, 1_000);
    }

    #[test]
    fn coming_back_to_the_page_is_input() {
        let mut presence = Presence::new(0.0, true);
        presence.heed_input(0.0);
        presence.set_visible(false, 1_000.0);
        presence.set_visible(true, 90_000.0);
        assert_eq!(presence.live(90_100.0).idle_ms, 100);
    }

    #[test]
    fn the_deepest_scroll_is_kept() {
        let mut presence = Presence::new(0.0, true);
        for (top, expected) in [(0.0, 0), (499.0, 50), (100.0, 50), (998.5, 99), (999.0, 100), (1_000.0, 100)]
        {
            presence.scroll(top, 1_000.0);
            assert_eq!(presence.live(0.0).scroll_percent, expected, "at {top}");
        }
    }

    #[test]
    fn a_page_that_cannot_scroll_is_not_scrolled() {
        let mut presence = Presence::new(0.0, true);
        presence.scroll(0.0, 0.0);
        assert_eq!(presence.live(0.0).scroll_percent, 0);
    }

    /// Whether a touch screen that stands at each of these heights, one every 16 ms, is being left.
    fn leaves(tops: &[f64]) -> bool {
        let mut presence = Presence::new(0.0, true);
        for (at, top) in tops.iter().enumerate() {
            presence.flick(*top, at as f64 * 16.0);
        }
        presence.live(0.0).exit_intent
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
