//! When an object's one alarm is to be set, and when the write can be saved.
//!
//! Takes what an instance knows of the alarm and when something is due; returns the moment to set it to, or none. The rows
//! say what is due, so an alarm too many does no harm; one that is missing would. So what is only believed is not relied on:
//! an instance that has just started, and an alarm whose time is over, make it be set again. Never reads a clock.

/// Longest pause between two alarms of an object that waits for anything, in milliseconds. Other rules or another
/// retention reach what nobody asks for within a day.
const LONGEST_MS: u64 = 24 * 60 * 60 * 1000;
/// How long an alarm may be late, in milliseconds, before it is taken for lost: the platform tries one that failed again after
/// some seconds, and no object works longer at a stretch.
const LATE_MS: u64 = 30_000;

/// What an instance knows of its object's alarm.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Alarm {
    /// Another instance may have set one.
    #[default]
    Unknown,
    /// It has come, and is not set again.
    Unset,
    /// It was set to this moment, in milliseconds since 1970.
    At(u64),
}

impl Alarm {
    /// The moment to set it to when something is due at `due_ms`; none when it comes in time as it is. Who does not know has
    /// everything looked at within `gather_ms`: whatever the alarm was to come for may be due.
    pub fn set_for(self, due_ms: u64, now_ms: u64, gather_ms: u64) -> Option<u64> {
        let known = match self {
            Self::At(set_ms) if set_ms.saturating_add(LATE_MS) < now_ms => Self::Unknown,
            known => known,
        };
        let longest_ms = if known == Self::Unknown { gather_ms } else { LONGEST_MS };
        let at_ms = due_ms.clamp(now_ms, now_ms.saturating_add(longest_ms));
        match known {
            Self::At(set_ms) if set_ms <= at_ms => None,
            _ => Some(at_ms),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Alarm, LATE_MS, LONGEST_MS};

    const NOW: u64 = 1_763_902_800_000;

    fn check(alarm: Alarm, due_ms: u64, expected: Option<u64>) {
        assert_eq!(alarm.set_for(due_ms, NOW, 10_000), expected);
    }

    #[test]
    fn what_is_due_sooner_than_the_alarm_moves_it_and_what_is_due_later_does_not() {
        check(Alarm::Unset, NOW + 500, Some(NOW + 500));
        check(Alarm::At(NOW + 1_000), NOW + 500, Some(NOW + 500));
        check(Alarm::At(NOW + 1_000), NOW + 1_000, None);
        check(Alarm::At(NOW + 1_000), NOW + 5_000, None);
    }

    #[test]
    fn what_is_overdue_is_done_at_once_and_nothing_is_waited_for_longer_than_a_day() {
        check(Alarm::Unset, 0, Some(NOW));
        check(Alarm::Unset, u64::MAX, Some(NOW + LONGEST_MS));
    }

    #[test]
    fn an_instance_that_has_just_started_looks_at_everything_soon() {
        check(Alarm::Unknown, NOW + LONGEST_MS, Some(NOW + 10_000));
        check(Alarm::Unknown, 0, Some(NOW));
    }

    #[test]
    fn an_alarm_that_is_late_is_waited_for_and_one_that_never_came_is_set_again() {
        check(Alarm::At(NOW - LATE_MS), 0, None);
        check(Alarm::At(NOW - LATE_MS - 1), 0, Some(NOW));
        check(Alarm::At(NOW - LATE_MS - 1), NOW + LONGEST_MS, Some(NOW + 10_000));
    }
}
