//! Calendars and time zones, on instants that are handed in.
//!
//! Never asks what time it is. Daylight saving comes from the time zone database that `jiff` bundles.

use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Timestamp, ToSpan};

/// The days of the week as rule files name them, Monday first.
pub(crate) const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

const DAY_MINUTES: i64 = 24 * 60;
const EPOCH: Date = jiff::civil::date(1970, 1, 1);

/// A time zone of the IANA database.
#[derive(Clone, Debug)]
pub(crate) struct Zone {
    name: String,
    zone: TimeZone,
}

/// An instant as the site's wall clock shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LocalTime {
    /// Days since 1970-01-01.
    pub day: i32,
    /// Minutes since midnight on the wall.
    pub minute: u32,
    /// 0 is Monday.
    pub weekday: usize,
}

impl LocalTime {
    /// Minutes since 1970-01-01 00:00 on the wall.
    pub(crate) fn minutes(self) -> i64 {
        i64::from(self.day) * DAY_MINUTES + i64::from(self.minute)
    }
}

impl Zone {
    /// The zone of that name, such as `Europe/Paris`; absent when the database has none.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let zone = if name == "UTC" { TimeZone::UTC } else { jiff::tz::db().get(name).ok()? };
        Some(Self { name: name.to_owned(), zone })
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// What the wall clock shows at an instant. Instants beyond the calendar are held at its ends.
    pub(crate) fn local(&self, unix_ms: i64) -> LocalTime {
        let at = Timestamp::from_millisecond(unix_ms).unwrap_or(if unix_ms < 0 {
            Timestamp::MIN
        } else {
            Timestamp::MAX
        });
        let wall = self.zone.to_datetime(at);
        LocalTime {
            day: day_number(wall.date()),
            minute: u32::from(wall.hour().unsigned_abs()) * 60 + u32::from(wall.minute().unsigned_abs()),
            weekday: weekday_index(wall.date().weekday()),
        }
    }

    /// The instant at which the wall clock shows `minutes` since 1970-01-01 00:00. A time that daylight saving
    /// skips is the instant just after the gap; one that it repeats is the first of the two.
    #[cfg(test)]
    pub(crate) fn instant(&self, minutes: i64) -> Option<i64> {
        self.instants(minutes).next()
    }

    /// That instant, and the second one of a time that daylight saving repeats.
    pub(crate) fn instants(&self, minutes: i64) -> impl Iterator<Item = i64> + use<> {
        let wall = || -> Option<DateTime> {
            let date = calendar_day(i32::try_from(minutes.div_euclid(DAY_MINUTES)).ok()?)?;
            let minute = minutes.rem_euclid(DAY_MINUTES);
            Some(date.at((minute / 60) as i8, (minute % 60) as i8, 0, 0))
        };
        let ambiguous = wall().map(|wall| self.zone.to_ambiguous_timestamp(wall));
        let first = ambiguous.and_then(|wall| wall.compatible().ok());
        let second = ambiguous
            .filter(|wall| matches!(wall.offset(), AmbiguousOffset::Fold { .. }))
            .and_then(|wall| wall.later().ok());
        first.into_iter().chain(second).map(Timestamp::as_millisecond)
    }
}

/// 0 is Monday.
fn weekday_index(weekday: Weekday) -> usize {
    usize::from(weekday.to_monday_zero_offset().unsigned_abs())
}

/// 0 is Monday.
pub(crate) fn weekday_of(day: i32) -> usize {
    calendar_day(day).map_or(0, |date| weekday_index(date.weekday()))
}

fn day_number(date: Date) -> i32 {
    EPOCH.until(date).map_or(0, |span| span.get_days())
}

fn calendar_day(day: i32) -> Option<Date> {
    EPOCH.checked_add(day.days()).ok()
}

/// Days since 1970-01-01; absent for a day that no calendar has.
pub(crate) fn day_of(year: i64, month: i64, day: i64) -> Option<i32> {
    let (year, month, day) = (i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    (1..=9000).contains(&year).then_some(())?;
    Date::new(year, month, day).ok().map(day_number)
}

/// Days since 1970-01-01 of a text such as `2026-11-01`; absent for a day that no calendar has.
pub fn parse_day(text: &str) -> Option<i32> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let digits = |part: &str, count| part.len() == count && part.bytes().all(|byte| byte.is_ascii_digit());
    if parts.next().is_some() || !digits(year, 4) || !digits(month, 2) || !digits(day, 2) {
        return None;
    }
    day_of(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

/// Year, month from 1, day from 1.
pub(crate) fn parts_of(day: i32) -> (i32, usize, u32) {
    calendar_day(day).map_or((1970, 1, 1), |date| {
        (
            i32::from(date.year()),
            usize::from(date.month().unsigned_abs()),
            u32::from(date.day().unsigned_abs()),
        )
    })
}

/// Writes `2026-11-01`.
pub fn day_text(day: i32) -> String {
    let (year, month, day) = parts_of(day);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::{Zone, day_text, parse_day};

    #[test]
    fn the_wall_clock_follows_daylight_saving() {
        let paris = Zone::named("Europe/Paris").expect("the database has it");
        // 2026-03-29 00:30 UTC is 01:30 in Paris; an hour later it is 03:30.
        let before = paris.local(1_774_744_200_000);
        let after = paris.local(1_774_744_200_000 + 3_600_000);
        assert_eq!((before.minute, after.minute), (90, 210));
        assert_eq!(before.weekday, 6);
        assert_eq!(day_text(before.day), "2026-03-29");
    }

    #[test]
    fn a_time_that_daylight_saving_skips_is_the_one_just_after() {
        let paris = Zone::named("Europe/Paris").expect("the database has it");
        let day = i64::from(parse_day("2026-03-29").expect("a date")) * 24 * 60;
        let skipped = paris.instant(day + 150).expect("an instant");
        assert_eq!(paris.local(skipped).minute, 210);
    }

    #[test]
    fn days_that_do_not_exist_are_refused() {
        assert_eq!(parse_day("2026-02-30"), None);
        assert_eq!(parse_day("2026-2-3"), None);
    }
}
