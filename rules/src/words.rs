//! Values in words, for people: numbers, durations, dates and lists in English and French, plainly elsewhere.

use crate::clock::parts_of;
use crate::condition::Subject;
use crate::facts::{Reading, fits};
use crate::signal::{Kind, Signal};

/// How values and sentences are worded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    /// English.
    English,
    /// French.
    French,
    /// Any other language: digits and units that need no words.
    Other,
}

impl Language {
    /// The wording for a BCP 47 tag.
    pub(crate) fn of(tag: &str) -> Self {
        match crate::rule::primary(tag).to_ascii_lowercase().as_str() {
            "en" => Self::English,
            "fr" => Self::French,
            _ => Self::Other,
        }
    }
}

const ENGLISH_MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

const FRENCH_MONTHS: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];

const ENGLISH_WEEKDAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

const FRENCH_WEEKDAYS: [&str; 7] = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"];

/// A reading in words; absent where there is no value of the subject's kind.
pub(crate) fn spoken(subject: &Subject, reading: &Reading<'_>, language: Language) -> Option<String> {
    let kind = subject.kind();
    if !fits(kind, reading) {
        return None;
    }
    Some(match reading {
        Reading::Absent => return None,
        Reading::Text(text) => match (subject, language) {
            (Subject::Signal(Signal::TimeWeekday), language) => {
                weekday_name(text, language).unwrap_or(text).to_owned()
            }
            _ => (*text).to_owned(),
        },
        Reading::Number(number) => quantity(kind, *number, language),
        Reading::Flag(flag) => match (language, flag) {
            (Language::French, true) => "oui",
            (Language::French, false) => "non",
            (_, true) => "yes",
            (_, false) => "no",
        }
        .to_owned(),
        Reading::Set(members) => members.clone().collect::<Vec<_>>().join(", "),
    })
}

/// The day a rule file calls `mon`, in words.
pub(crate) fn weekday_name(short: &str, language: Language) -> Option<&'static str> {
    let index = crate::clock::WEEKDAYS.iter().position(|day| *day == short)?;
    match language {
        Language::English => Some(ENGLISH_WEEKDAYS[index]),
        Language::French => Some(FRENCH_WEEKDAYS[index]),
        Language::Other => None,
    }
}

/// A number of some kind in words.
pub(crate) fn quantity(kind: Kind, value: f64, language: Language) -> String {
    match kind {
        Kind::Duration => duration(value, language),
        Kind::Percent => match language {
            Language::French => format!("{}\u{a0}%", percent(value, language)),
            _ => format!("{}%", percent(value, language)),
        },
        Kind::Date => date(value as i32, language),
        _ => number(value, language),
    }
}

/// With two decimals at most, and its thousands set apart.
fn number(value: f64, language: Language) -> String {
    let rounded = format!("{:.2}", value.abs());
    let (whole, decimals) = rounded.split_once('.').unwrap_or((&rounded, ""));
    let (mark, gap) = match language {
        Language::English => (".", ","),
        // A narrow space that does not break, as French typography asks.
        Language::French => (",", "\u{202f}"),
        Language::Other => (".", ""),
    };
    let mut text = String::new();
    if value < 0.0 && rounded != "0.00" {
        text.push('-');
    }
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            text.push_str(gap);
        }
        text.push(digit);
    }
    match decimals {
        "00" | "" => {}
        // Sums of money keep both decimals: 99.90, not 99.9.
        decimals => {
            text.push_str(mark);
            text.push_str(decimals);
        }
    }
    text
}

/// A share keeps no zero at its end: 12.5, not 12.50.
fn percent(value: f64, language: Language) -> String {
    let text = number(value, language);
    if text.contains(['.', ',']) && text.ends_with('0') { text[..text.len() - 1].to_owned() } else { text }
}

/// "within the last 2 hours": a time back from now, in the largest unit that tells it whole.
pub(crate) fn last(ms: u64, language: Language) -> String {
    type Unit = (u64, &'static str, &'static str, &'static str);
    const UNITS: [Unit; 4] = [
        (86_400_000, "day", "jours", "derniers"),
        (3_600_000, "hour", "heures", "dernières"),
        (60_000, "minute", "minutes", "dernières"),
        (1_000, "second", "secondes", "dernières"),
    ];
    let whole = UNITS.iter().find(|(unit_ms, ..)| ms.is_multiple_of(*unit_ms) && ms > 0);
    let (unit_ms, english, french, adjective) =
        whole.copied().unwrap_or((1, "millisecond", "millisecondes", "dernières"));
    match (ms / unit_ms, language) {
        (1, Language::French) if english == "day" => "au cours des dernières 24 heures".to_owned(),
        (1, Language::French) => format!("au cours de la dernière {}", french.trim_end_matches('s')),
        (count, Language::French) => {
            format!("au cours des {} {adjective} {french}", number(count as f64, language))
        }
        (1, _) => format!("within the last {english}"),
        (count, _) => format!("within the last {} {english}s", number(count as f64, language)),
    }
}

/// The two largest units, such as `1 hour 30 minutes`.
fn duration(ms: f64, language: Language) -> String {
    type Forms = [&'static str; 3];
    const UNITS: [(u64, Forms, Forms); 4] = [
        (86_400, ["day", "jour", "d"], ["days", "jours", "d"]),
        (3_600, ["hour", "heure", "h"], ["hours", "heures", "h"]),
        (60, ["minute", "minute", "min"], ["minutes", "minutes", "min"]),
        (1, ["second", "seconde", "s"], ["seconds", "secondes", "s"]),
    ];
    let form = match language {
        Language::English => 0,
        Language::French => 1,
        Language::Other => 2,
    };
    let ms = ms.max(0.0) as u64;
    if ms > 0 && ms < 1000 {
        return format!("{ms} ms");
    }
    let mut rest = ms / 1000;
    let mut words = Vec::new();
    for (seconds, one, many) in UNITS {
        let count = rest / seconds;
        rest %= seconds;
        if count > 0 {
            words.push(format!("{count} {}", if count == 1 { one[form] } else { many[form] }));
        }
        if words.len() == 2 || (rest == 0 && !words.is_empty()) {
            break;
        }
    }
    if words.is_empty() {
        return format!("0 {}", UNITS[3].2[form]);
    }
    words.join(" ")
}

fn date(day: i32, language: Language) -> String {
    let (year, month, of_month) = parts_of(day);
    match language {
        Language::English => format!("{of_month} {} {year}", ENGLISH_MONTHS[(month - 1) % 12]),
        Language::French if of_month == 1 => format!("1er {} {year}", FRENCH_MONTHS[(month - 1) % 12]),
        Language::French => format!("{of_month} {} {year}", FRENCH_MONTHS[(month - 1) % 12]),
        Language::Other => crate::clock::day_text(day),
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, Language, quantity};

    #[test]
    fn numbers_follow_the_language() {
        assert_eq!(quantity(Kind::Number, 1234.5, Language::English), "1,234.50");
        assert_eq!(quantity(Kind::Number, 1234.5, Language::French), "1\u{202f}234,50");
        assert_eq!(quantity(Kind::Number, 3.0, Language::Other), "3");
        assert_eq!(quantity(Kind::Percent, 50.0, Language::French), "50\u{a0}%");
    }

    #[test]
    fn durations_say_their_two_largest_units() {
        assert_eq!(quantity(Kind::Duration, 5_400_000.0, Language::English), "1 hour 30 minutes");
        assert_eq!(quantity(Kind::Duration, 45_000.0, Language::French), "45 secondes");
        assert_eq!(quantity(Kind::Duration, 0.0, Language::English), "0 seconds");
        assert_eq!(quantity(Kind::Duration, 86_461_000.0, Language::English), "1 day 1 minute");
    }

    #[test]
    fn dates_are_written_out() {
        assert_eq!(quantity(Kind::Date, 0.0, Language::French), "1er janvier 1970");
    }
}
