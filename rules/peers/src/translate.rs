//! Walks a rule's tree and writes it in another engine's words.

use rules::{Condition, Interval, Kind, Test, Wanted};

/// How one engine says things.
pub trait Dialect {
    /// What it writes.
    type Text;
    /// All of these.
    fn all(&self, parts: Vec<Self::Text>) -> Self::Text;
    /// Any of these.
    fn any(&self, parts: Vec<Self::Text>) -> Self::Text;
    /// Not this.
    fn not(&self, part: Self::Text) -> Self::Text;
    /// The field is exactly this text.
    fn is(&self, field: &str, text: &str) -> Self::Text;
    /// The field begins so.
    fn begins(&self, field: &str, prefix: &str) -> Self::Text;
    /// The field ends so.
    fn ends(&self, field: &str, suffix: &str) -> Self::Text;
    /// The set has this member.
    fn has(&self, field: &str, member: &str) -> Self::Text;
    /// The number compares so.
    fn compares(&self, field: &str, sign: &str, number: i64) -> Self::Text;
}

/// Writes a condition, or says what has no words.
pub fn translate<D: Dialect>(condition: &Condition, dialect: &D) -> Result<D::Text, String> {
    match condition {
        Condition::All(parts) => parts
            .iter()
            .map(|part| translate(part, dialect))
            .collect::<Result<_, _>>()
            .map(|parts| dialect.all(parts)),
        Condition::Any(parts) => parts
            .iter()
            .map(|part| translate(part, dialect))
            .collect::<Result<_, _>>()
            .map(|parts| dialect.any(parts)),
        Condition::Not(inner) => translate(inner, dialect).map(|inner| dialect.not(inner)),
        Condition::Test(test) => translate_test(test, dialect),
    }
}

fn translate_test<D: Dialect>(test: &Test, dialect: &D) -> Result<D::Text, String> {
    let field = test.subject.name();
    let parts = match &test.wanted {
        Wanted::Text(globs) => globs
            .iter()
            .map(|glob| match (glob.literal(), halves(glob.source()), test.subject.kind()) {
                (Some(_), _, Kind::Set) => Ok(dialect.has(&field, glob.source())),
                (Some(_), ..) => Ok(dialect.is(&field, glob.source())),
                (None, Some(halves), Kind::Path) => Ok(match halves {
                    ("", suffix) => dialect.ends(&field, suffix),
                    (prefix, "") => dialect.begins(&field, prefix),
                    (prefix, suffix) => {
                        dialect.all(vec![dialect.begins(&field, prefix), dialect.ends(&field, suffix)])
                    }
                }),
                _ => Err(format!("`{}` has no words", glob.source())),
            })
            .collect::<Result<Vec<_>, _>>()?,
        Wanted::Number(intervals) => {
            // Facts give durations in seconds.
            let unit = if test.subject.kind() == Kind::Duration { 1000.0 } else { 1.0 };
            intervals.iter().map(|interval| compare(&field, interval, unit, dialect)).collect()
        }
        other => return Err(format!("{other:?} has no words")),
    };
    Ok(dialect.any(parts))
}

/// What stands before and after the one `**` of a pattern.
pub fn halves(source: &str) -> Option<(&str, &str)> {
    source.split_once("**").filter(|(prefix, suffix)| !prefix.contains('*') && !suffix.contains('*'))
}

fn compare<D: Dialect>(field: &str, interval: &Interval, unit: f64, dialect: &D) -> D::Text {
    let mut ends = Vec::new();
    if interval.low.is_finite() {
        let sign = if interval.with_low { ">=" } else { ">" };
        ends.push(dialect.compares(field, sign, (interval.low / unit) as i64));
    }
    if interval.high.is_finite() {
        let sign = if interval.with_high { "<=" } else { "<" };
        ends.push(dialect.compares(field, sign, (interval.high / unit) as i64));
    }
    dialect.all(ends)
}

/// The whole condition of a rule.
pub fn whole<D: Dialect>(rule: &rules::Rule, dialect: &D) -> Result<D::Text, String> {
    translate(&rule.condition.whole(), dialect).map_err(|why| format!("`{}`: {why}", rule.id))
}

/// `a and b`, in brackets where there is more than one.
pub fn joined(parts: Vec<String>, word: &str) -> String {
    match parts.len() {
        1 => parts.into_iter().next().unwrap_or_default(),
        _ => format!("({})", parts.join(word)),
    }
}
