//! When a rule may be shown: dates and weekly hours on the site's wall clock.

use std::collections::HashSet;

use crate::clock::{LocalTime, WEEKDAYS, Zone, weekday_of};

const DAY_MINUTES: i64 = 24 * 60;
const WEEK_MINUTES: i64 = 7 * DAY_MINUTES;

/// How far ahead an opening is looked for. A year and a leap day: beyond it nobody waits.
const HORIZON_DAYS: i64 = 366;

/// Dates and weekly hours.
#[derive(Clone, Debug, Default, PartialEq, bincode::Encode, bincode::Decode)]
pub struct Schedule {
    /// First minute, since 1970-01-01 00:00 on the wall.
    pub from: Option<i64>,
    /// The minute after the last.
    pub until: Option<i64>,
    /// Weekly hours; empty is always.
    pub hours: Vec<Hours>,
    /// Days it stays closed, counted since 1970-01-01.
    pub except: Vec<i32>,
}

/// Hours on some days of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, bincode::Encode, bincode::Decode)]
pub struct Hours {
    /// Bit 0 is Monday.
    pub days: u8,
    /// First minute of the day.
    pub from: u16,
    /// The minute after the last; before `from` when the hours go past midnight, into the day after.
    pub until: u16,
}

impl Hours {
    /// Reads `mon-fri 08:00-18:00`, `sat,sun 10:00-12:00`, `22:00-06:00` or `sat`.
    ///
    /// # Errors
    /// The part that could not be read.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut days = 0_u8;
        let mut times = None;
        for word in text.split_whitespace() {
            if word.starts_with(|c: char| c.is_ascii_digit()) {
                let (from, until) = word.split_once('-').ok_or_else(|| word.to_owned())?;
                let pair = (minute_of(from), minute_of(until));
                let (Some(from), Some(until)) = pair else { return Err(word.to_owned()) };
                if times.replace((from, until)).is_some() || from == until || from == 1440 {
                    return Err(word.to_owned());
                }
            } else {
                for part in word.split(',').filter(|part| !part.is_empty()) {
                    days |= days_of(part).ok_or_else(|| part.to_owned())?;
                }
            }
        }
        if days == 0 && times.is_none() {
            return Err(text.to_owned());
        }
        let (from, until) = times.unwrap_or((0, 1440));
        Ok(Self { days: if days == 0 { 0x7f } else { days }, from, until })
    }

    fn runs_on(self, weekday: usize) -> bool {
        self.days >> weekday & 1 == 1
    }

    /// The minutes it covers when it begins on `day`.
    fn span(self, day: i64) -> (i64, i64) {
        let overnight = if self.until <= self.from { DAY_MINUTES } else { 0 };
        let midnight = day * DAY_MINUTES;
        (midnight + i64::from(self.from), midnight + i64::from(self.until) + overnight)
    }
}

/// Minutes since midnight of `08:00` or `24:00`.
fn minute_of(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':')?;
    let short = |part: &str| (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    if !short(hour) || minute.len() != 2 || !short(minute) {
        return None;
    }
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    let total = hour * 60 + minute;
    (minute < 60 && total <= 1440).then_some(total)
}

/// Bits of `mon`, `mon-fri` or `sat-mon`.
fn days_of(text: &str) -> Option<u8> {
    let index = |name: &str| WEEKDAYS.iter().position(|day| name.eq_ignore_ascii_case(day));
    let (first, last) = match text.split_once('-') {
        Some((first, last)) => (index(first)?, index(last)?),
        None => (index(text)?, index(text)?),
    };
    let count = (last + 7 - first) % 7;
    Some((0..=count).fold(0, |bits, offset| bits | 1 << ((first + offset) % 7)))
}

impl Schedule {
    /// Whether its minutes are those of a calendar: bytes could claim others.
    pub(crate) fn is_sound(&self) -> bool {
        /// The year 9000, as far as dates are read.
        const LAST_MINUTE: i64 = 9_000 * 366 * DAY_MINUTES;
        let within = |minutes: Option<i64>| {
            minutes.is_none_or(|minutes| minutes.unsigned_abs() <= LAST_MINUTE.unsigned_abs())
        };
        within(self.from)
            && within(self.until)
            && self.hours.iter().all(|hours| hours.from < 1440 && hours.until <= 1440)
    }

    /// Whether it is open whenever the other is, as far as their parts tell one by one.
    pub(crate) fn covers(&self, other: &Self) -> bool {
        let begins = self.from.is_none_or(|own| other.from.is_some_and(|from| own <= from));
        let ends = self.until.is_none_or(|own| other.until.is_some_and(|until| until <= own));
        let closed: HashSet<i32> = other.except.iter().copied().collect();
        begins
            && ends
            && self.except.iter().all(|day| closed.contains(day))
            && self.week().iter().zip(other.week()).all(|(own, theirs)| *own || !theirs)
    }

    /// What comparing it costs: its minutes of the week and its days.
    pub(crate) fn size(&self) -> usize {
        WEEK_MINUTES as usize / 8 + self.hours.len() + self.except.len()
    }

    /// For each minute of a week whether it is open, from Monday's midnight.
    fn week(&self) -> Vec<bool> {
        if self.hours.is_empty() {
            return vec![true; WEEK_MINUTES as usize];
        }
        // How many more are open from a minute on; nights of Sunday go on into the week after.
        let mut changes = vec![0_i64; 2 * WEEK_MINUTES as usize + 1];
        for hours in &self.hours {
            for day in (0..7).filter(|day| hours.runs_on(*day)) {
                let (from, until) = hours.span(day as i64);
                changes[from as usize] += 1;
                changes[until as usize] -= 1;
            }
        }
        let mut open = 0;
        let mut week = vec![false; WEEK_MINUTES as usize];
        for (minute, change) in changes.iter().enumerate() {
            open += change;
            week[minute % WEEK_MINUTES as usize] |= open > 0;
        }
        week
    }

    /// Whether it is open at that time.
    pub(crate) fn is_open(&self, local: LocalTime) -> bool {
        let now = local.minutes();
        self.from.is_none_or(|from| from <= now)
            && self.until.is_none_or(|until| now < until)
            && self.openings(i64::from(local.day)).any(|(from, until)| from <= now && now < until)
    }

    /// The instant it opens next, when it is closed; absent when it never does within a year.
    pub(crate) fn opens_at(&self, zone: &Zone, now_ms: i64) -> Option<i64> {
        let now = zone.local(now_ms).minutes();
        let start = self.from.unwrap_or(i64::MIN);
        let first_day = now.max(start).div_euclid(DAY_MINUTES);
        // When the clocks change, an hour that is to be open can be missing, or come twice: so what the wall shows
        // at the instant is asked again.
        (first_day..=first_day + HORIZON_DAYS).find_map(|day| {
            self.openings(day)
                .flat_map(|(from, _)| zone.instants(from.max(start)))
                .filter(|opens| *opens > now_ms && self.is_open(zone.local(*opens)))
                .min()
        })
    }

    /// The open spans that touch a day, those begun the evening before included.
    fn openings(&self, day: i64) -> impl Iterator<Item = (i64, i64)> + '_ {
        const ALWAYS: [Hours; 1] = [Hours { days: 0x7f, from: 0, until: 1440 }];
        let hours: &[Hours] = if self.hours.is_empty() { &ALWAYS } else { &self.hours };
        [day - 1, day].into_iter().filter(|day| !self.is_excepted(*day)).flat_map(move |begun| {
            hours
                .iter()
                .filter(move |hours| hours.runs_on(weekday_of(begun as i32)))
                .map(move |hours| hours.span(begun))
                .filter(move |(_, until)| *until > day * DAY_MINUTES)
        })
    }

    fn is_excepted(&self, day: i64) -> bool {
        self.except.iter().any(|excepted| i64::from(*excepted) == day)
    }
}

/// Minutes on the wall of a date, at midnight.
pub(crate) fn midnight(day: i32) -> i64 {
    i64::from(day) * DAY_MINUTES
}

#[cfg(test)]
mod tests {
    use super::{Hours, Schedule, Zone, midnight};
    use crate::clock::parse_day;

    fn paris() -> Zone {
        Zone::named("Europe/Paris").expect("the database has it")
    }

    fn at(text: &str, minute: i64) -> i64 {
        paris().instant(midnight(parse_day(text).expect("a date")) + minute).expect("an instant")
    }

    fn open(schedule: &Schedule, day: &str, minute: i64) -> bool {
        schedule.is_open(paris().local(at(day, minute)))
    }

    fn hours(text: &str) -> Schedule {
        Schedule { hours: vec![Hours::parse(text).expect("good hours")], ..Schedule::default() }
    }

    #[test]
    fn office_hours_on_weekdays() {
        let office = hours("mon-fri 08:00-18:00");
        assert!(open(&office, "2026-11-02", 8 * 60));
        assert!(!open(&office, "2026-11-02", 18 * 60));
        assert!(!open(&office, "2026-11-01", 12 * 60));
    }

    #[test]
    fn a_closed_weekend_opens_on_monday_morning_local_time() {
        let office = hours("mon-fri 08:00-18:00");
        // The clocks go back on Sunday 2026-10-25.
        assert_eq!(office.opens_at(&paris(), at("2026-10-24", 720)), Some(at("2026-10-26", 480)));
    }

    #[test]
    fn an_hour_that_the_clocks_skip_does_not_open() {
        // From 02:00 straight to 03:00 on Sunday 2026-03-29.
        let early = hours("mon-sun 02:00-03:00");
        assert_eq!(early.opens_at(&paris(), at("2026-03-28", 720)), Some(at("2026-03-30", 120)));
        let longer = hours("mon-sun 02:00-04:00");
        assert_eq!(longer.opens_at(&paris(), at("2026-03-28", 720)), Some(at("2026-03-29", 180)));
    }

    #[test]
    fn an_hour_that_the_clocks_repeat_opens_twice() {
        // From 03:00 back to 02:00 on Sunday 2026-10-25.
        let early = hours("mon-sun 02:30-02:45");
        let first = at("2026-10-25", 150);
        assert_eq!(early.opens_at(&paris(), at("2026-10-25", 60)), Some(first));
        let closed = first + 20 * 60_000;
        assert!(!early.is_open(paris().local(closed)));
        assert_eq!(early.opens_at(&paris(), closed), Some(first + 3_600_000));
    }

    #[test]
    fn nights_belong_to_the_day_they_begin_on() {
        let night = hours("fri 22:00-06:00");
        assert!(open(&night, "2026-11-07", 5 * 60));
        assert!(!open(&night, "2026-11-08", 5 * 60));
    }

    #[test]
    fn a_holiday_is_closed_and_the_end_is_final() {
        let mut shop = hours("mon-sun 08:00-18:00");
        shop.except = vec![parse_day("2026-12-25").expect("a date")];
        shop.until = Some(midnight(parse_day("2026-12-26").expect("a date")));
        assert!(!open(&shop, "2026-12-25", 600));
        assert_eq!(shop.opens_at(&paris(), at("2026-12-25", 600)), None);
    }

    #[test]
    fn a_schedule_covers_what_opens_within_it() {
        let of = |parts: &[&str]| Schedule {
            hours: parts.iter().map(|part| Hours::parse(part).expect("good hours")).collect(),
            ..Schedule::default()
        };
        let office = of(&["mon-fri 08:00-12:00", "mon-fri 12:00-18:00"]);
        assert!(office.covers(&of(&["tue 10:00-14:00"])));
        assert!(of(&["mon 00:00-06:00"]).covers(&of(&["mon 01:00-02:00"])));
        assert!(of(&["sun 22:00-06:00"]).covers(&of(&["mon 01:00-02:00"])));
        assert!(Schedule::default().covers(&office) && !office.covers(&Schedule::default()));
        assert!(!office.covers(&of(&["fri 17:00-19:00"])));
        let holiday = Schedule { except: vec![7], ..office.clone() };
        assert!(office.covers(&holiday) && !holiday.covers(&office));
        let until = Schedule { until: Some(5), ..office.clone() };
        assert!(office.covers(&until) && !until.covers(&office));
    }

    #[test]
    fn hours_that_cannot_be_read_name_the_part() {
        assert_eq!(Hours::parse("mon-fri 8h-18h"), Err("8h-18h".to_owned()));
        assert_eq!(Hours::parse("lun 08:00-18:00"), Err("lun".to_owned()));
        assert_eq!(Hours::parse("08:00-25:00"), Err("08:00-25:00".to_owned()));
    }
}
