//! Opening hours on a wall clock, for whoever opens and closes as a rule's schedule does.
//!
//! Takes the words a rule file uses for hours and dates, and instants that are handed in. Never asks what time it is.

use crate::clock::{Zone, day_text, parse_day};
use crate::schedule::{Hours, Schedule};

/// Half an hour, in milliseconds.
const HALF_HOUR_MS: i64 = 30 * 60 * 1000;
const QUARTER_MS: i64 = HALF_HOUR_MS / 2;
/// How far ahead a half hour is looked for, in milliseconds: 40 days, the longest holidays and the days that are wanted.
const HORIZON_MS: i64 = 40 * 24 * 60 * 60 * 1000;

/// Weekly hours and the days they do not hold on, in a time zone.
#[derive(Clone, Debug)]
pub struct Calendar {
    zone: Zone,
    schedule: Schedule,
}

/// What is wrong with a calendar's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CalendarError {
    /// No time zone of the IANA list.
    Zone {
        /// The text given.
        name: String,
    },
    /// Not hours.
    Hours {
        /// The part that cannot be read.
        part: String,
    },
    /// Not a date.
    Date {
        /// The text given.
        text: String,
    },
}

impl Calendar {
    /// The calendar of weekly `hours` such as `mon-fri 09:00-18:00; sat 10:00-12:00`, closed on `holidays` such as
    /// `2026-12-25`. Without hours it is always open.
    ///
    /// # Errors
    /// When one of the texts cannot be read.
    pub fn new(zone: &str, hours: &str, holidays: &[String]) -> Result<Self, CalendarError> {
        let zone = Zone::named(zone).ok_or_else(|| CalendarError::Zone { name: zone.to_owned() })?;
        let parts = hours.split(';').filter(|part| !part.trim().is_empty());
        let hours = parts
            .map(|part| Hours::parse(part).map_err(|part| CalendarError::Hours { part: part.trim().into() }))
            .collect::<Result<_, _>>()?;
        let day = |text: &String| parse_day(text).ok_or_else(|| CalendarError::Date { text: text.clone() });
        let except = holidays.iter().map(day).collect::<Result<_, _>>()?;
        Ok(Self { zone, schedule: Schedule { hours, except, ..Schedule::default() } })
    }

    /// Whether it is open at an instant, in milliseconds since 1970.
    pub fn is_open(&self, at_ms: i64) -> bool {
        self.schedule.is_open(self.zone.local(at_ms))
    }

    /// When it opens next after an instant at which it is closed; none within a year.
    pub fn opens_at(&self, after_ms: i64) -> Option<i64> {
        self.schedule.opens_at(&self.zone, after_ms)
    }

    /// The beginnings of the whole half hours it is open for, after an instant, on the first `days` days that have one.
    pub fn half_hours(&self, after_ms: i64, days: usize) -> Vec<i64> {
        let mut found = Vec::new();
        let mut last_day = None;
        let mut seen = 0;
        // Time zones are whole quarters of an hour from UTC, so a half hour on the wall is a quarter on this clock.
        let mut quarter = after_ms.div_euclid(QUARTER_MS) + 1;
        while quarter * QUARTER_MS < after_ms + HORIZON_MS {
            let at_ms = quarter * QUARTER_MS;
            let local = self.zone.local(at_ms);
            if !self.schedule.is_open(local) {
                // Nights and weekends are passed over in one step.
                let Some(opens_ms) = self.opens_at(at_ms) else { break };
                quarter = (opens_ms + QUARTER_MS - 1).div_euclid(QUARTER_MS);
                continue;
            }
            quarter += 1;
            if !local.minute.is_multiple_of(30) || !self.is_open(at_ms + HALF_HOUR_MS - 1) {
                continue;
            }
            if last_day != Some(local.day) {
                if seen == days {
                    break;
                }
                seen += 1;
                last_day = Some(local.day);
            }
            found.push(at_ms);
        }
        found
    }

    /// The day of an instant on the wall, as in `2026-11-01`.
    pub fn day(&self, at_ms: i64) -> String {
        day_text(self.zone.local(at_ms).day)
    }
}

#[cfg(test)]
mod tests {
    use super::{Calendar, CalendarError};

    /// Friday 2026-12-18, 16:40 in Paris.
    const FRIDAY_MS: i64 = 1_797_608_400_000;
    const MINUTE_MS: i64 = 60_000;

    fn desk(holidays: &[&str]) -> Calendar {
        let holidays: Vec<String> = holidays.iter().map(|day| (*day).to_owned()).collect();
        Calendar::new("Europe/Paris", "mon-fri 09:00-18:00; sat 10:00-11:00", &holidays).expect("good words")
    }

    #[test]
    fn half_hours_lie_inside_the_hours_of_the_next_open_days() {
        let slots = desk(&["2026-12-21"]).half_hours(FRIDAY_MS, 3);
        let minutes = |at_ms: &i64| (at_ms - FRIDAY_MS) / MINUTE_MS;
        let today: Vec<i64> = slots.iter().map(minutes).take_while(|minute| *minute < 24 * 60).collect();
        // 17:00 and 17:30, then Saturday's two.
        assert_eq!(today, [20, 50, 17 * 60 + 20, 17 * 60 + 50]);
        assert_eq!(slots.len(), 2 + 2 + 18, "Sunday and the holiday have none, Tuesday has all");
        assert_eq!(desk(&[]).day(slots[slots.len() - 1]), "2026-12-22");
    }

    #[test]
    fn it_opens_again_behind_weekend_and_holiday() {
        let desk = desk(&["2026-12-19", "2026-12-21"]);
        assert!(desk.is_open(FRIDAY_MS));
        let evening = FRIDAY_MS + 90 * MINUTE_MS;
        assert!(!desk.is_open(evening));
        // Tuesday 09:00.
        assert_eq!(desk.opens_at(evening), Some(FRIDAY_MS + (3 * 24 * 60 + 16 * 60 + 20) * MINUTE_MS));
    }

    #[test]
    fn words_that_cannot_be_read_are_named() {
        let wrong = |zone: &str, hours: &str, day: &str| Calendar::new(zone, hours, &[day.to_owned()]).err();
        assert_eq!(
            wrong("Mars/Base", "", "2026-12-25"),
            Some(CalendarError::Zone { name: "Mars/Base".into() })
        );
        assert_eq!(
            wrong("UTC", "mon-fri 9-18", "2026-12-25"),
            Some(CalendarError::Hours { part: "9-18".into() })
        );
        assert_eq!(wrong("UTC", "", "25/12/2026"), Some(CalendarError::Date { text: "25/12/2026".into() }));
    }
}
