//! Durations, percents, dates and comparisons as a rule file writes them.
//!
//! Takes text, returns numbers in the engine's units (milliseconds, points of a hundred, days since 1970) or what
//! is wrong with the text, and writes numbers back in the shortest form the file would use.

use crate::clock;
use crate::condition::Subject;
use crate::interval::Interval;
use crate::signal::{Kind, Signal};

/// Signals that take whole numbers only.
const WHOLE: [Signal; 10] = [
    Signal::PageViews,
    Signal::VisitPages,
    Signal::VisitNumber,
    Signal::VisitorVisits,
    Signal::VisitorDaysAway,
    Signal::CartItems,
    Signal::OrdersCount,
    Signal::FormErrors,
    Signal::ClicksRage,
    Signal::TimeHour,
];

/// Unit letters and their milliseconds, longest first.
const UNITS: [(&str, u64); 6] =
    [("w", 7 * 86_400_000), ("d", 86_400_000), ("h", 3_600_000), ("ms", 1), ("m", 60_000), ("s", 1_000)];

/// Why a text is no quantity: a sentence about it, and the next step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NotAQuantity {
    pub(crate) message: String,
    pub(crate) help: String,
}

fn not(message: impl Into<String>, help: impl Into<String>) -> NotAQuantity {
    NotAQuantity { message: message.into(), help: help.into() }
}

/// Milliseconds of a duration such as `45s`, `2m`, `1h30m` or `30d`.
pub(crate) fn duration_ms(text: &str) -> Result<f64, NotAQuantity> {
    let help = "write a number and a unit: `500ms`, `45s`, `2m`, `1h30m`, `2d`, `4w`";
    let text = text.trim();
    let mut rest = text;
    if rest.is_empty() {
        return Err(not("a duration is missing", help));
    }
    let mut total = 0.0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let (number, after) = rest.split_at(digits);
        let after = after.trim_start();
        let letters = after.find(|c: char| !c.is_alphabetic()).unwrap_or(after.len());
        let (unit, after) = after.split_at(letters);
        let Ok(number) = number.parse::<f64>() else {
            return Err(not(format!("`{text}` is not a duration"), help));
        };
        if unit.is_empty() && !after.is_empty() && !after.starts_with(|c: char| c.is_ascii_digit()) {
            return Err(not(format!("`{text}` is not a duration"), help));
        }
        if unit.is_empty() {
            return Err(not(
                format!("`{text}` has no unit"),
                format!("write `{text}s` for seconds or `{text}m` for minutes"),
            ));
        }
        let Some((_, unit_ms)) = UNITS.iter().find(|(name, _)| *name == unit) else {
            return Err(not(format!("`{unit}` is not a unit of time"), help));
        };
        total += number * *unit_ms as f64;
        rest = after.trim_start();
    }
    Ok(total)
}

/// A plain number such as `150` or `-2.5`.
pub(crate) fn number(text: &str) -> Result<f64, NotAQuantity> {
    let text = text.trim();
    let plain = text.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | '+' | '.'));
    match text.parse::<f64>() {
        Ok(number) if plain && number.is_finite() => Ok(number),
        _ => Err(not(
            format!("`{text}` is not a number"),
            "write digits, with a point before decimals and nothing between thousands: `1500`, `99.90`",
        )),
    }
}

/// Points of a hundred, such as 50 for `50%`.
pub(crate) fn percent(text: &str) -> Result<f64, NotAQuantity> {
    let text = text.trim();
    let example = if number(text).is_ok() { text } else { "50" };
    let help = format!("write a number from 0 to 100 and a percent sign: `{example}%`");
    let Some(digits) = text.strip_suffix('%') else {
        return Err(not(format!("`{text}` has no percent sign"), help));
    };
    match number(digits) {
        Ok(points) if (0.0..=100.0).contains(&points) => Ok(points),
        Ok(_) => Err(not(format!("`{text}` is not between 0% and 100%"), "a part of a whole is 0% to 100%")),
        Err(_) => {
            Err(not(format!("`{text}` is not a percentage"), "write a number and a percent sign: `50%`"))
        }
    }
}

/// Days since 1970-01-01 of a date such as `2026-11-01`.
pub(crate) fn date(text: &str) -> Result<f64, NotAQuantity> {
    let text = text.trim();
    clock::parse_day(text)
        .map(f64::from)
        .ok_or_else(|| not(format!("`{text}` is not a date"), "write year, month and day: `2026-11-01`"))
}

/// One quantity of a kind that is ordered.
pub(crate) fn quantity(kind: Kind, text: &str) -> Result<f64, NotAQuantity> {
    match kind {
        Kind::Duration => duration_ms(text),
        Kind::Percent => percent(text),
        Kind::Date => date(text),
        _ => number(text),
    }
}

/// What a comparison such as `>= 45s` or `10..20` allows; absent when the text is no comparison at all.
pub(crate) fn comparison(kind: Kind, text: &str) -> Option<Result<Interval, NotAQuantity>> {
    let text = text.trim();
    for wrong in ["!=", "==", "=>", "=<", "<>", "≥", "≤", "="] {
        if let Some(rest) = text.strip_prefix(wrong) {
            let rest = rest.trim();
            let help = match wrong {
                "!=" | "<>" => format!("write `{{ not = … }}` around `{rest}`"),
                "=>" | "≥" => format!("did you mean `>= {rest}`?"),
                "=<" | "≤" => format!("did you mean `<= {rest}`?"),
                _ => format!("write `{rest}` alone: a value without a sign asks for equality"),
            };
            return Some(Err(not(format!("`{wrong}` is not a comparison"), help)));
        }
    }
    type Build = fn(f64) -> Interval;
    let signs: [(&str, Build); 4] = [
        (">=", Interval::at_least),
        ("<=", Interval::at_most),
        (">", Interval::above),
        ("<", Interval::below),
    ];
    for (sign, build) in signs {
        if let Some(rest) = text.strip_prefix(sign) {
            return Some(quantity(kind, rest).map(build));
        }
    }
    let (from, to) = text.split_once("..")?;
    if from.trim().is_empty() || to.trim().is_empty() {
        let help = match (from.trim(), to.trim()) {
            ("", to) => format!("write `<= {to}`"),
            (from, _) => format!("write `>= {from}`"),
        };
        return Some(Err(not(format!("`{text}` is a range with one end"), help)));
    }
    Some(quantity(kind, from).and_then(|low| {
        let high = quantity(kind, to)?;
        if low > high {
            return Err(not(
                format!("the range `{text}` ends before it begins"),
                format!("write `{}..{}`", to.trim(), from.trim()),
            ));
        }
        Ok(Interval::between(low, high))
    }))
}

/// Whether a text reads as a comparison or a range: a sign of two, or a sign before a digit, or two numbers.
pub(crate) fn looks_compared(text: &str) -> bool {
    let text = text.trim();
    let is_sign = |c: char| matches!(c, '>' | '<' | '=' | '!' | '≥' | '≤');
    let rest = text.trim_start_matches(is_sign);
    let signs = text.chars().take_while(|c| is_sign(*c)).count();
    let is_number = |text: &str| number(text).is_ok();
    match signs {
        0 => text.split_once("..").is_some_and(|(from, to)| is_number(from) && is_number(to)),
        1 => !text.starts_with('!') && rest.trim_start().starts_with(|c: char| c.is_ascii_digit()),
        _ => ["!=", "==", "=>", "=<", "<>", ">=", "<="].iter().any(|sign| text.starts_with(sign)),
    }
}

/// A quantity as a rule file writes it.
pub(crate) fn written(kind: Kind, value: f64) -> String {
    match kind {
        Kind::Duration => written_duration(value),
        Kind::Percent => format!("{value}%"),
        Kind::Date => clock::day_text(value as i32),
        _ => format!("{value}"),
    }
}

fn written_duration(ms: f64) -> String {
    let mut rest = ms.max(0.0) as u64;
    if rest == 0 {
        return "0s".to_owned();
    }
    let mut text = String::new();
    for (unit, unit_ms) in [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)] {
        if rest >= unit_ms {
            text.push_str(&format!("{}{unit}", rest / unit_ms));
            rest %= unit_ms;
        }
    }
    text
}

/// What an interval allows, as a rule file writes it.
pub(crate) fn written_interval(kind: Kind, interval: &Interval) -> String {
    let (low, high) = (written(kind, interval.low), written(kind, interval.high));
    let sign = |included| if included { "=" } else { "" };
    match (interval.low.is_finite(), interval.high.is_finite()) {
        (true, true) if interval.low == interval.high => low,
        (true, true) => format!("{low}..{high}"),
        (true, false) => format!(">{} {low}", sign(interval.with_low)),
        (false, _) => format!("<{} {high}", sign(interval.with_high)),
    }
}

/// Whether its values are counted, or hours or days.
pub(crate) fn is_whole(subject: &Subject) -> bool {
    match subject {
        Subject::Signal(signal) => WHOLE.contains(signal),
        Subject::Pages | Subject::Events => true,
        _ => false,
    }
}

/// The whole numbers of an interval, both ends included.
pub(crate) fn whole_ends(interval: &Interval) -> Interval {
    let (mut low, mut high) = (interval.low.ceil(), interval.high.floor());
    if low == interval.low && low.is_finite() && !interval.with_low {
        low += 1.0;
    }
    if high == interval.high && high.is_finite() && !interval.with_high {
        high -= 1.0;
    }
    Interval {
        low,
        high,
        with_low: interval.with_low || low.is_finite(),
        with_high: interval.with_high || high.is_finite(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, comparison, duration_ms, written, written_interval};
    use crate::interval::Interval;

    #[test]
    fn durations_add_up_their_units() {
        assert_eq!(duration_ms("45s"), Ok(45_000.0));
        assert_eq!(duration_ms("1h30m"), Ok(5_400_000.0));
        assert_eq!(duration_ms("2 d"), Ok(172_800_000.0));
        assert_eq!(written(Kind::Duration, 5_400_000.0), "1h30m");
    }

    #[test]
    fn a_duration_without_unit_is_asked_for_one() {
        let error = duration_ms("45").expect_err("no unit");
        assert_eq!(error.message, "`45` has no unit");
        assert_eq!(error.help, "write `45s` for seconds or `45m` for minutes");
        let error = duration_ms("50%").expect_err("no duration");
        assert_eq!(error.message, "`50%` is not a duration");
        assert!(error.help.starts_with("write a number and a unit: "), "{}", error.help);
    }

    #[test]
    fn comparisons_of_every_sign() {
        let of = |text| comparison(Kind::Number, text).expect("a comparison").expect("a good one");
        assert_eq!(of(">= 150"), Interval::at_least(150.0));
        assert_eq!(of("<150"), Interval::below(150.0));
        assert_eq!(of("10..20"), Interval::between(10.0, 20.0));
        assert_eq!(written_interval(Kind::Number, &of("> 3")), "> 3");
        assert_eq!(comparison(Kind::Number, "150"), None);
    }

    #[test]
    fn signs_of_other_languages_are_explained() {
        let error = comparison(Kind::Number, "!= 3").expect("a comparison").expect_err("a wrong one");
        assert_eq!(error.help, "write `{ not = … }` around `3`");
    }
}
