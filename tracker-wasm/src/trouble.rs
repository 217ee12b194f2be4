//! Signs of trouble on a page: forms that are begun, show errors or are given up, and bursts of clicks.
//!
//! Takes what the browser reports of forms and clicks; returns what happened. Never reads a value.

use alloc::vec::Vec;
use core::mem;

use wire::pen::kind;

/// What the browser says of a form.
pub(crate) mod form {
    /// Something was typed or chosen.
    pub(crate) const INPUT: u8 = 0;
    /// A field is shown to be invalid.
    pub(crate) const ERROR: u8 = 1;
}

/// The form at hand, if one was begun and is not sent.
#[derive(Debug, Default)]
pub(crate) struct Forms {
    begun: bool,
    name: Vec<u8>,
}

impl Forms {
    /// What it means that the form of this name was heard of: a kind of event, if any.
    pub(crate) fn heard(&mut self, what: u8, name: &[u8]) -> Option<u8> {
        match what {
            form::INPUT if !self.begun || self.name != name => {
                self.begun = true;
                self.name = name.to_vec();
                Some(kind::FORM_STARTED)
            }
            form::INPUT => None,
            form::ERROR => {
                // A form that checks itself is refused after it was sent: it is still at hand.
                self.begun = true;
                self.name = name.to_vec();
                Some(kind::FORM_ERROR)
            }
            _ => {
                self.begun = false;
                None
            }
        }
    }

    /// The page is left: the form that is given up with it.
    pub(crate) fn abandon(&mut self) -> Option<Vec<u8>> {
        mem::take(&mut self.begun).then(|| mem::take(&mut self.name))
    }
}

/// Clicks of a burst, and how far apart in time and place: what session replay tools count as rage.
const CLICKS: u8 = 3;
const APART_MS: u32 = 1_000;
const APART_PX: f64 = 30.0;

/// Clicks in one place, one soon after the other.
#[derive(Debug, Default)]
pub(crate) struct Burst {
    count: u8,
    last_ms: u32,
    x_px: f64,
    y_px: f64,
}

impl Burst {
    /// Whether this click makes a burst, which it does once.
    pub(crate) fn clicked(&mut self, x_px: f64, y_px: f64, now_ms: u32) -> bool {
        let near = (self.x_px - x_px).abs() <= APART_PX && (self.y_px - y_px).abs() <= APART_PX;
        let goes_on = near && now_ms - self.last_ms <= APART_MS;
        self.count = if goes_on { self.count.saturating_add(1) } else { 1 };
        (self.last_ms, self.x_px, self.y_px) = (now_ms, x_px, y_px);
        self.count == CLICKS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_begun_once_and_given_up_when_it_is_not_sent() {
        let mut forms = Forms::default();
        assert_eq!(forms.abandon(), None);
        assert_eq!(forms.heard(form::INPUT, b"quote"), Some(kind::FORM_STARTED));
        assert_eq!(forms.heard(form::INPUT, b"quote"), None);
        assert_eq!(forms.heard(form::ERROR, b"quote"), Some(kind::FORM_ERROR));
        assert_eq!(forms.abandon(), Some(b"quote".to_vec()));
        assert_eq!(forms.abandon(), None);
    }

    #[test]
    fn a_form_that_was_sent_is_not_given_up() {
        let mut forms = Forms::default();
        forms.heard(form::INPUT, b"");
        assert_eq!(forms.heard(2, b""), None);
        assert_eq!(forms.abandon(), None);
        // Sent, and refused by the page's own check.
        forms.heard(2, b"");
        forms.heard(form::ERROR, b"");
        assert_eq!(forms.abandon(), Some(Vec::new()));
    }

    #[test]
    fn another_form_is_begun_for_itself() {
        let mut forms = Forms::default();
        forms.heard(form::INPUT, b"a");
        assert_eq!(forms.heard(form::INPUT, b"b"), Some(kind::FORM_STARTED));
        assert_eq!(forms.abandon(), Some(b"b".to_vec()));
    }

    fn bursts(clicks: &[(f64, f64, u32)]) -> usize {
        let mut burst = Burst::default();
        clicks.iter().filter(|(x, y, at)| burst.clicked(*x, *y, *at)).count()
    }

    #[test]
    fn three_quick_clicks_in_one_place_are_one_burst() {
        assert_eq!(bursts(&[(9.0, 9.0, 0), (12.0, 9.0, 300), (9.0, 20.0, 900), (9.0, 9.0, 1_000)]), 1);
    }

    #[test]
    fn slow_clicks_and_clicks_here_and_there_are_none() {
        assert_eq!(bursts(&[(9.0, 9.0, 0), (9.0, 9.0, 1_100), (9.0, 9.0, 2_200)]), 0);
        assert_eq!(bursts(&[(9.0, 9.0, 0), (90.0, 9.0, 100), (9.0, 9.0, 200), (9.0, 90.0, 300)]), 0);
    }
}
