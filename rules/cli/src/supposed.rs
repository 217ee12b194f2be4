//! The moment that `eval` and `explain` suppose: a remembered visitor who has seen nothing yet.
//!
//! With `--at` it is an instant, which schedules and the `time` signals go by; without it every schedule is open.

use rules::{Consent, Evaluation, Facts, LocalTime, Moment, Program, Reading, Rule, Signal, Verdict};

use crate::output::Failure;

/// The last second of the year 9999.
const LAST: i64 = 253_402_300_799;

pub(crate) struct Supposed<'p> {
    program: &'p Program,
    /// The same rules without schedules, where no instant is given.
    open: Option<Program>,
    at_ms: Option<i64>,
}

impl<'p> Supposed<'p> {
    pub(crate) fn new(program: &'p Program, at: Option<&str>) -> Result<Self, Failure> {
        let Some(text) = at else {
            let has_schedules = program.rules().iter().any(|rule| rule.schedule.is_some());
            let open = if has_schedules { Some(opened(program)?) } else { None };
            return Ok(Self { program, open, at_ms: None });
        };
        let at = instant(text, program).filter(|at| (0..=LAST).contains(at)).ok_or_else(|| {
            let why = format!(
                "`--at {text}` is no moment from 1970 to 9999; write 2026-10-25, 2026-10-25T02:30:00 or seconds \
                 since 1970"
            );
            Failure::Argument { why }
        })?;
        Ok(Self { program, open: None, at_ms: Some(at * 1000) })
    }

    /// Sets what the clock says, where the facts do not.
    pub(crate) fn tell_time(&self, facts: &mut Facts) {
        let Some(at_ms) = self.at_ms else { return };
        let mut clock = Facts::new();
        clock.set_time(self.program.local_time(at_ms));
        for signal in [Signal::TimeHour, Signal::TimeWeekday, Signal::TimeDate] {
            if facts.reading(signal) != Reading::Absent {
                continue;
            }
            match clock.reading(signal) {
                Reading::Text(text) => facts.set_text(signal, text),
                Reading::Number(number) => facts.set_number(signal, number),
                _ => continue,
            };
        }
    }

    pub(crate) fn arbitrate_into(&self, evaluation: &Evaluation, verdict: &mut Verdict) {
        let moment = Moment {
            now_ms: self.at_ms.unwrap_or_default(),
            visitor: b"",
            consent: Consent::Granted,
            visit: 1,
            ..Moment::default()
        };
        self.open.as_ref().unwrap_or(self.program).arbitrate_into(evaluation, &moment, verdict);
    }
}

/// The same rules, each always open.
fn opened(program: &Program) -> Result<Program, Failure> {
    let rules: Vec<Rule> =
        program.rules().iter().map(|rule| Rule { schedule: None, ..rule.clone() }).collect();
    let body = bincode::encode_to_vec((program.site(), &rules), bincode::config::standard());
    // The mark and the version stay.
    let mut bytes: Vec<u8> = program.to_bytes().into_iter().take(3).collect();
    bytes.extend(body.unwrap_or_default());
    Program::from_bytes(&bytes).map_err(|why| Failure::Argument { why: why.to_string() })
}

/// Seconds since 1970 of such a number, or of a date or a datetime on the site's clock. A time that daylight saving
/// repeats is the first of the two; one that it skips is as much later as the clocks go forward.
fn instant(text: &str, program: &Program) -> Option<i64> {
    if let Ok(seconds) = text.parse() {
        return Some(seconds);
    }
    let (date, time) = text.split_once(['T', ' ']).unwrap_or((text, "00:00"));
    let mut parts = time.split(':');
    let mut part = |most: i64| -> Option<i64> {
        let part = parts.next()?;
        let is_plain = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse().ok().filter(|number| is_plain && *number <= most)
    };
    let minute = part(23)? * 60 + part(59)?;
    let second = if time.len() > 5 { part(59)? } else { 0 };
    if parts.next().is_some() {
        return None;
    }
    let wall = i64::from(rules::parse_day(date)?) * 1440 + minute;
    let shown = |minutes: i64| {
        let LocalTime { day, minute, .. } = program.local_time(minutes * 60_000);
        i64::from(day) * 1440 + i64::from(minute)
    };
    // The offsets of the day before and of the day after are the only two a wall clock changes between.
    let candidates = [-1440, 1440].map(|apart| wall - (shown(wall + apart) - (wall + apart)));
    let found = candidates.into_iter().find(|candidate| shown(*candidate) == wall);
    Some(found.unwrap_or(candidates[0]) * 60 + second)
}

#[cfg(test)]
mod tests {
    use super::instant;

    #[test]
    fn a_moment_is_read_on_the_sites_clock() {
        let source = "[site]\ntimezone = 'Europe/Paris'\n[[rule]]\nid = 'r'\nshow = 'tag'\ntag = 't'\nwhen = { cart.items = 1 }\n";
        let program = rules::check("r.toml", source).program.expect("no faults");
        let at = |text| instant(text, &program);
        assert_eq!(at("1792888200"), Some(1_792_888_200));
        assert_eq!(at("2026-10-25T00:00:00"), at("2026-10-25"));
        // 02:30 comes twice that night: first at 00:30 UTC, two and a half hours after midnight.
        assert_eq!(at("2026-10-25T02:30:00").zip(at("2026-10-25")).map(|(a, b)| a - b), Some(9_000));
        // 02:30 does not come that night; 03:30 does.
        assert_eq!(at("2026-03-29T02:30"), at("2026-03-29T03:30"));
        for wrong in ["2026-02-30", "2026-10-25T24:00", "2026-10-25T1:00", "2026-10-25T10:00:00Z", "soon"] {
            assert_eq!(at(wrong), None, "{wrong}");
        }
    }
}
