//! The shapes of the report. Absent values are left out; rates are parts of one; money is in the site's currency.

use serde::Serialize;

/// Answer of `GET /v1/sites/{site}/report`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Report {
    /// First day, in the site's time zone.
    pub from: String,
    /// Last day.
    pub to: String,
    /// An order within so many days after the first offer counts for it.
    pub attribution_days: u32,
    /// The rules that were put to anybody, by id.
    pub rules: Vec<RuleAnswer>,
    /// The pages, most viewed first.
    pub pages: Vec<PageAnswer>,
}

/// One rule.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RuleAnswer {
    /// Its id.
    pub rule: String,
    /// Visits in which its conditions held.
    pub eligible_visits: u64,
    /// Everyone it was offered to, whatever the variant.
    pub all: VariantAnswer,
    /// Its variants, where it has some.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub variants: Vec<VariantAnswer>,
    /// Those it would have been offered to, and was not.
    pub control: ControlAnswer,
}

/// A group to which the rule was offered.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct VariantAnswer {
    /// The variant's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
    /// Visitors it was offered to.
    pub offered: u64,
    /// Of them: who saw it.
    pub shown: u64,
    /// Who did what it proposed.
    pub accepted: u64,
    /// Who asked for a human by it.
    pub contacted: u64,
    /// Who closed it.
    pub dismissed: u64,
    /// Who ordered in time.
    pub converted: u64,
    /// Part of the offered who did.
    pub conversion_rate: f64,
    /// What they ordered.
    pub revenue: f64,
    /// Conversions for each visitor, over the control group's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversion_uplift: Option<UpliftAnswer>,
    /// Revenue for each visitor, over the control group's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revenue_uplift: Option<UpliftAnswer>,
    /// What is missing for a comparison.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sample: Option<SampleAnswer>,
}

/// The control group.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ControlAnswer {
    /// Visitors in it.
    pub held_out: u64,
    /// Who ordered in time.
    pub converted: u64,
    /// Part of them who did.
    pub conversion_rate: f64,
    /// What they ordered.
    pub revenue: f64,
}

/// A difference, and where it lies with 95 % probability however often one looks.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct UpliftAnswer {
    /// For each visitor.
    pub difference: f64,
    /// Lower end of the confidence sequence.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// As a part of the control group's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub relative: Option<f64>,
    /// Whether zero lies outside.
    pub differs: bool,
}

/// What a comparison needs.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SampleAnswer {
    /// Visitors in each group.
    pub needs_units_in_each_group: u64,
    /// Conversions that the smaller group would have, were there no difference.
    pub needs_conversions_expected_in_the_smaller: f64,
    /// Visitors in the smaller group so far.
    pub smaller_group: u64,
}

/// One page.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PageAnswer {
    /// Its path.
    pub path: String,
    /// Views.
    pub views: u64,
    /// Visits that ended on it, or have come no further.
    pub exits: u64,
    /// Exits for each view.
    pub exit_rate: f64,
    /// Bursts of clicks.
    pub rage_clicks: u64,
    /// Errors that forms showed.
    pub form_errors: u64,
    /// Forms begun and left.
    pub forms_abandoned: u64,
    /// Requests for contact.
    pub contacts: u64,
    /// How long it is looked at, where that is measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dwell: Option<DwellAnswer>,
}

/// How long a page is looked at.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DwellAnswer {
    /// Views measured.
    pub views: u64,
    /// Arithmetic mean, in seconds.
    pub mean_s: f64,
    /// Geometric mean, in seconds.
    pub typical_s: f64,
    /// Of the site's geometric mean.
    pub against_site: f64,
}
