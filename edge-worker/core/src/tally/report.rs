//! What a tally means: for each rule its groups and what they differ by, for each page how it compares with the site.

use std::collections::BTreeMap;

use super::{Counts, Measure, Subject, Tally};
use crate::api::report::{
    ControlAnswer, DwellAnswer, PageAnswer, Report, RuleAnswer, SampleAnswer, UpliftAnswer, VariantAnswer,
};
use crate::statistics::{Group, MIN_CONVERSIONS, MIN_UNITS, difference};

/// Most pages of a report, most viewed first.
pub(crate) const MAX_PAGES: usize = 500;

/// The days of a report, as days since 1970, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days {
    /// The first.
    pub from: i32,
    /// The last.
    pub to: i32,
}

/// Longest report, in days.
pub(crate) const MAX_DAYS: i32 = 400;
/// Days of a report that names none.
const DEFAULT_DAYS: i32 = 28;

/// What is wrong with the days asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DaysError {
    /// Not a date.
    Date {
        /// Which parameter.
        name: &'static str,
    },
    /// The last comes before the first, or too long after it.
    Span,
}

impl DaysError {
    /// What is wrong, and the next step.
    pub fn explain(&self) -> (String, &'static str) {
        match self {
            Self::Date { name } => (format!("`{name}` is not a date"), "write it as 2026-11-24"),
            Self::Span => (
                format!("`to` is not within {MAX_DAYS} days after `from`"),
                "ask for the first day and the last, in this order",
            ),
        }
    }
}

impl Days {
    /// The days of two texts such as `2026-11-24`; an empty one is four weeks before the other, or today.
    ///
    /// # Errors
    /// When one is no date, or they are in the wrong order.
    pub fn parse(from: &str, to: &str, today: i32) -> Result<Self, DaysError> {
        let day = |name, text: &str, absent| match text {
            "" => Ok(absent),
            text => day(text).ok_or(DaysError::Date { name }),
        };
        let to = day("to", to, today)?;
        let from = day("from", from, to - DEFAULT_DAYS + 1)?;
        if (0..MAX_DAYS).contains(&(to - from)) { Ok(Self { from, to }) } else { Err(DaysError::Span) }
    }
}

/// Days since 1970.
fn day(text: &str) -> Option<i32> {
    let date: jiff::civil::Date = text.parse().ok()?;
    date.since(jiff::civil::date(1970, 1, 1)).ok().map(|span| span.get_days())
}

fn date(day: i32) -> String {
    use jiff::ToSpan;
    let date = jiff::civil::date(1970, 1, 1).checked_add(day.days());
    date.map(|date| date.to_string()).unwrap_or_default()
}

/// The report of a site's tally.
pub fn report(tally: &Tally, days: Days) -> Report {
    let mut rules: BTreeMap<&str, Rule> = BTreeMap::new();
    let mut pages: BTreeMap<&str, Counts> = BTreeMap::new();
    for (_, subject, counts) in tally.iter().filter(|(day, ..)| (days.from..=days.to).contains(day)) {
        match subject {
            Subject::Rule { rule, variant, control } => {
                let rule = rules.entry(rule).or_default();
                let group =
                    if *control { &mut rule.control } else { rule.variants.entry(variant).or_default() };
                group.add_all(counts);
            }
            Subject::Page { path } => pages.entry(path).or_default().add_all(counts),
        }
    }
    Report {
        from: date(days.from),
        to: date(days.to),
        attribution_days: (super::WINDOW_MS / 86_400_000) as u32,
        rules: rules.iter().map(|(id, rule)| rule.answer(id)).collect(),
        pages: compare(&pages),
    }
}

/// One rule's groups.
#[derive(Default)]
struct Rule<'r> {
    variants: BTreeMap<&'r str, Counts>,
    control: Counts,
}

impl Rule<'_> {
    fn answer(&self, id: &str) -> RuleAnswer {
        let mut all = Counts::default();
        self.variants.values().for_each(|counts| all.add_all(counts));
        let control = &self.control;
        // Eligible visits belong to no variant: a rule nobody was offered has no variant to tell of.
        let tried = self.variants.iter().filter(|(_, counts)| counts.of(Measure::Trials) > 0);
        RuleAnswer {
            rule: id.to_owned(),
            eligible_visits: count(&all, Measure::Eligible),
            all: variant("", &all, control),
            variants: tried
                .filter(|(name, _)| !name.is_empty())
                .map(|(name, counts)| variant(name, counts, control))
                .collect(),
            control: ControlAnswer {
                held_out: count(control, Measure::Trials),
                converted: count(control, Measure::Converted),
                conversion_rate: rate(control, Measure::Converted, Measure::Trials),
                revenue: money(control),
            },
        }
    }
}

fn variant(name: &str, counts: &Counts, control: &Counts) -> VariantAnswer {
    VariantAnswer {
        variant: Some(name.to_owned()).filter(|name| !name.is_empty()),
        offered: count(counts, Measure::Trials),
        shown: count(counts, Measure::Shown),
        accepted: count(counts, Measure::Accepted),
        contacted: count(counts, Measure::Contacted),
        dismissed: count(counts, Measure::Dismissed),
        converted: count(counts, Measure::Converted),
        conversion_rate: rate(counts, Measure::Converted, Measure::Trials),
        revenue: money(counts),
        conversion_uplift: uplift(&conversions(counts), &conversions(control)),
        revenue_uplift: uplift(&revenue(counts), &revenue(control)),
        sample: sample(counts, control),
    }
}

fn conversions(counts: &Counts) -> Group {
    Group::of(count(counts, Measure::Trials), count(counts, Measure::Converted))
}

fn revenue(counts: &Counts) -> Group {
    Group { sum: money(counts), squares: counts.of(Measure::Squares) as f64, ..conversions(counts) }
}

fn uplift(treated: &Group, control: &Group) -> Option<UpliftAnswer> {
    let found = difference(treated, control)?;
    let (low, high) = found.interval;
    let base = control.mean();
    Some(UpliftAnswer {
        difference: found.estimate,
        low,
        high,
        relative: (base > 0.0).then(|| found.estimate / base),
        differs: low > 0.0 || high < 0.0,
    })
}

/// How far the sample is from the smallest that is compared; absent when it has reached it.
fn sample(counts: &Counts, control: &Counts) -> Option<SampleAnswer> {
    if difference(&conversions(counts), &conversions(control)).is_some() {
        return None;
    }
    Some(SampleAnswer {
        needs_units_in_each_group: MIN_UNITS,
        needs_conversions_expected_in_the_smaller: MIN_CONVERSIONS,
        smaller_group: count(counts, Measure::Trials).min(count(control, Measure::Trials)),
    })
}

fn compare(pages: &BTreeMap<&str, Counts>) -> Vec<PageAnswer> {
    let mut site = Counts::default();
    pages.values().for_each(|counts| site.add_all(counts));
    let norm = typical_ms(&site);
    let mut answers: Vec<PageAnswer> = pages
        .iter()
        .map(|(path, counts)| PageAnswer {
            path: (*path).to_owned(),
            views: count(counts, Measure::Views),
            exits: count(counts, Measure::Exits),
            exit_rate: rate(counts, Measure::Exits, Measure::Views),
            rage_clicks: count(counts, Measure::RageClicks),
            form_errors: count(counts, Measure::FormErrors),
            forms_abandoned: count(counts, Measure::FormsAbandoned),
            contacts: count(counts, Measure::Contacts),
            dwell: typical_ms(counts).map(|typical_ms| DwellAnswer {
                views: count(counts, Measure::Leaves),
                mean_s: counts.of(Measure::DwellMs) as f64 / counts.of(Measure::Leaves) as f64 / 1000.0,
                typical_s: typical_ms / 1000.0,
                against_site: norm.map_or(1.0, |norm| typical_ms / norm),
            }),
        })
        .collect();
    answers.sort_by(|one, other| other.views.cmp(&one.views).then_with(|| one.path.cmp(&other.path)));
    answers.truncate(MAX_PAGES);
    answers
}

/// The geometric mean of how long views were: lengths of views are spread over orders of magnitude, and one page left open
/// must not speak for the others.
fn typical_ms(counts: &Counts) -> Option<f64> {
    let leaves = counts.of(Measure::Leaves);
    (leaves > 0).then(|| (counts.of(Measure::DwellLogs) as f64 / 1000.0 / leaves as f64).exp())
}

fn count(counts: &Counts, measure: Measure) -> u64 {
    u64::try_from(counts.of(measure)).unwrap_or(0)
}

fn money(counts: &Counts) -> f64 {
    counts.of(Measure::Cents) as f64 / 100.0
}

fn rate(counts: &Counts, part: Measure, whole: Measure) -> f64 {
    match counts.of(whole) {
        0 => 0.0,
        whole => counts.of(part) as f64 / whole as f64,
    }
}

#[cfg(test)]
mod tests;
