//! `schedule = { from = 2026-11-01, until = 2026-12-31, hours = "mon-fri 08:00-18:00", except = [2026-12-25] }`

use toml::de::DeValue;

use crate::clock::{day_of, parse_day};
use crate::diagnostic::Code;
use crate::file::reader::{Entry, Reader, Value};
use crate::schedule::{Hours, Schedule, midnight};

const DAY_MINUTES: i64 = 24 * 60;

impl Reader<'_> {
    /// Reads a rule's schedule.
    pub(super) fn schedule(&mut self, value: &Value<'_>) -> Option<Schedule> {
        let help = "write `schedule = { from = 2026-11-01, hours = \"mon-fri 08:00-18:00\" }`";
        let entries = self.table("schedule", value, help)?;
        self.only(&entries, &["from", "until", "hours", "except"], "in `schedule`");
        let mut schedule = Schedule::default();
        for entry in &entries {
            match entry.key {
                "from" => schedule.from = self.wall_minutes("from", entry.value, 0),
                // The last day counts to its end.
                "until" => schedule.until = self.wall_minutes("until", entry.value, DAY_MINUTES),
                "hours" => schedule.hours = self.hours(entry),
                "except" => schedule.except = self.excepted(entry),
                _ => {}
            }
        }
        if let (Some(from), Some(until)) = (schedule.from, schedule.until)
            && from >= until
        {
            self.report
                .error(Code::Impossible, value.span(), "this schedule ends before it begins")
                .help("exchange `from` and `until`");
        }
        if entries.is_empty() {
            self.report.error(Code::Missing, value.span(), "this schedule is empty").help(help);
        }
        Some(schedule)
    }

    /// Minutes on the wall of a date, which stands for its midnight plus `whole_day`, or of a date with a time.
    pub(super) fn wall_minutes(&mut self, name: &str, value: &Value<'_>, whole_day: i64) -> Option<i64> {
        let minutes = match value.get_ref() {
            DeValue::Datetime(datetime) if datetime.offset.is_none() => datetime.date.and_then(|date| {
                let day = day_of(date.year.into(), date.month.into(), date.day.into())?;
                let minutes = match datetime.time {
                    Some(time) => i64::from(time.hour) * 60 + i64::from(time.minute),
                    None => whole_day,
                };
                Some(midnight(day) + minutes)
            }),
            DeValue::String(text) => quoted_minutes(text, whole_day),
            _ => None,
        };
        if minutes.is_none() {
            self.report
                .error(
                    Code::BadValue,
                    value.span(),
                    format!("`{name}` is a date on the site's clock, and this is not"),
                )
                .help("write `2026-11-01` or `2026-11-01T08:00:00`, without an offset");
        }
        minutes
    }

    fn hours(&mut self, entry: &Entry<'_, '_>) -> Vec<Hours> {
        let items: Vec<&Value<'_>> = match entry.value.get_ref().as_array() {
            Some(list) => list.iter().collect(),
            None => vec![entry.value],
        };
        let mut hours = Vec::new();
        for item in items {
            let Some(text) = self.text("hours", item) else { continue };
            // Several at once, as opening hours are often written.
            for part in text.split(';').filter(|part| !part.trim().is_empty()) {
                match Hours::parse(part) {
                    Ok(one) => hours.push(one),
                    Err(wrong) => {
                        self.report
                            .error(Code::BadValue, item.span(), format!("`{}` is not hours", wrong.trim()))
                            .help(
                                "write days and times such as `mon-fri 08:00-18:00` or `sat,sun 10:00-12:00`",
                            );
                    }
                }
            }
        }
        hours
    }

    fn excepted(&mut self, entry: &Entry<'_, '_>) -> Vec<i32> {
        let items: Vec<&Value<'_>> = match entry.value.get_ref().as_array() {
            Some(list) => list.iter().collect(),
            None => vec![entry.value],
        };
        let mut days = Vec::new();
        for item in items {
            days.extend(self.day("except", item).map(|day| day as i32));
        }
        days
    }
}

/// `2026-11-01`, which stands for its midnight plus `whole_day`, or `2026-11-01T08:00`, with seconds or not.
fn quoted_minutes(text: &str, whole_day: i64) -> Option<i64> {
    let Some((day, time)) = text.trim().split_once(['T', ' ']) else {
        return parse_day(text.trim()).map(|day| midnight(day) + whole_day);
    };
    let mut parts = time.split(':').map(|part| {
        let is_digits = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        is_digits.then(|| part.parse::<i64>().ok()).flatten()
    });
    let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next().unwrap_or(Some(0))?);
    let is_time = hour < 24 && minute < 60 && second < 60 && parts.next().is_none();
    parse_day(day).filter(|_| is_time).map(|day| midnight(day) + hour * 60 + minute)
}
