//! The shape of an export: everything that is kept, as JSON for the visitor to take along.
//!
//! Times are RFC 3339 in UTC; absent values are left out. Each list is in the order it is kept, oldest first.

use std::collections::BTreeMap;

use serde::Serialize;
use wire::Show;

use super::{ContactAnswer, SourceAnswer, rfc3339};
use crate::contact::ContactRecord;
use crate::customer::{Attribute, Customer, Value};
use crate::profile::{
    Answer, Cart, Choice, Exposure, NamedEvent, Orders, PageVisit, Profile, Stream, Survey, Views, Visit,
};
use crate::tally::{Measure, Trial, Trials};

/// What can come of a trial, once each.
const OUTCOMES: [(Measure, &str); 5] = [
    (Measure::Shown, "shown"),
    (Measure::Accepted, "accepted"),
    (Measure::Dismissed, "dismissed"),
    (Measure::Contacted, "contacted"),
    (Measure::Converted, "ordered"),
];

#[derive(Serialize)]
struct Export {
    visitor: VisitorExport,
    measured: TrialsExport,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    contacts: Vec<ContactAnswer>,
}

#[derive(Serialize)]
struct VisitorExport {
    first_seen: Option<String>,
    last_seen: Option<String>,
    visits: VisitsExport,
    pages: Vec<PageExport>,
    events: Vec<EventExport>,
    page_views: Vec<ViewsExport>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cart: Option<CartExport>,
    #[serde(skip_serializing_if = "Option::is_none")]
    checkout: Option<String>,
    orders: OrdersExport,
    segments: Vec<String>,
    shown: Vec<ExposureExport>,
    answers: Vec<AnswerExport>,
    surveys: Vec<SurveyExport>,
    choices: Vec<ChoiceExport>,
    page_loads: Vec<StreamExport>,
    #[serde(skip_serializing_if = "Option::is_none")]
    customer: Option<CustomerExport>,
}

#[derive(Serialize)]
struct VisitsExport {
    count: u32,
    newest: Vec<VisitExport>,
}

#[derive(Serialize)]
struct VisitExport {
    started: Option<String>,
    last: Option<String>,
    pages: u32,
    entry: String,
    source: SourceAnswer,
}

#[derive(Serialize)]
struct PageExport {
    at: Option<String>,
    path: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    title: String,
}

#[derive(Serialize)]
struct EventExport {
    at: Option<String>,
    name: String,
}

#[derive(Serialize)]
struct ViewsExport {
    /// Of the address, which is not kept here.
    fingerprint: String,
    count: u32,
    /// Days since 1970.
    last_day: u32,
}

#[derive(Serialize)]
struct CartExport {
    total: f64,
    items: u32,
    #[serde(skip_serializing_if = "String::is_empty")]
    currency: String,
}

#[derive(Serialize)]
struct OrdersExport {
    count: u32,
    total: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    last: Option<String>,
    fingerprints: Vec<String>,
}

#[derive(Serialize)]
struct ExposureExport {
    rule: String,
    times: u32,
    last: Option<String>,
    control_group: bool,
}

#[derive(Serialize)]
struct AnswerExport {
    rule: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    settled: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    asked_for_less: Option<String>,
}

#[derive(Serialize)]
struct SurveyExport {
    at: Option<String>,
    rule: String,
    score: u8,
    #[serde(skip_serializing_if = "String::is_empty")]
    remark: String,
}

#[derive(Serialize)]
struct ChoiceExport {
    kind: &'static str,
    allowed: bool,
    at: Option<String>,
}

#[derive(Serialize)]
struct StreamExport {
    id: String,
    events: u32,
}

#[derive(Serialize)]
struct CustomerExport {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    signed: Option<String>,
    attributes: BTreeMap<String, AttributeExport>,
}

#[derive(Serialize)]
struct TrialsExport {
    trials: Vec<TrialExport>,
    visit: u32,
    /// Of the ids of rules that held in this visit.
    eligible_fingerprints: Vec<String>,
}

#[derive(Serialize)]
struct TrialExport {
    rule: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    variant: String,
    control_group: bool,
    opened: Option<String>,
    /// Days since 1970.
    day: i32,
    outcomes: Vec<&'static str>,
    orders_total: f64,
}

#[derive(Serialize)]
#[serde(untagged)]
enum AttributeExport {
    Text(String),
    Number(f64),
    Flag(bool),
    Set(Vec<String>),
}

/// The export as text, of at most `most` bytes: the oldest requests for contact are left out of a larger one.
pub(crate) fn export(profile: &Profile, trials: &Trials, contacts: &[ContactRecord], most: usize) -> String {
    for newest in 0..=contacts.len() {
        let contacts = contacts[newest..].iter().cloned();
        let contacts = contacts.map(|record| ContactAnswer::of(String::new(), record)).collect();
        let visitor = VisitorExport::of(profile.clone());
        let export = Export { visitor, measured: TrialsExport::of(trials.clone()), contacts };
        // INVARIANT: text, numbers and lists serialise always.
        let text = serde_json::to_string_pretty(&export).unwrap_or_default();
        if text.len() <= most {
            return text;
        }
    }
    String::new()
}

impl VisitorExport {
    fn of(profile: Profile) -> Self {
        let basket = profile.basket();
        // Without `..`, so that nothing is kept that is not exported.
        let Profile {
            first_seen_ms,
            last_seen_ms,
            visits,
            pages,
            events,
            views,
            cart: _,
            checkout_ms,
            orders,
            segments,
            exposures,
            answers,
            surveys,
            choices,
            streams,
            customer,
        } = profile;
        Self {
            first_seen: time(first_seen_ms),
            last_seen: time(last_seen_ms),
            visits: VisitsExport {
                count: visits.count(),
                newest: each(visits.listed().to_vec(), VisitExport::of),
            },
            pages: each(pages, |PageVisit { at_ms, path, title }| PageExport {
                at: time(at_ms),
                path,
                title,
            }),
            events: each(events, |NamedEvent { at_ms, name }| EventExport { at: time(at_ms), name }),
            page_views: each(views, |Views { day, path, count }| ViewsExport {
                fingerprint: hex(path),
                count,
                last_day: day,
            }),
            cart: basket.map(|Cart { total, items, currency }| CartExport { total, items, currency }),
            checkout: time(checkout_ms),
            orders: OrdersExport::of(orders),
            segments,
            shown: each(exposures, |Exposure { rule, times, last_ms, control }| ExposureExport {
                rule,
                times,
                last: time(last_ms),
                control_group: control,
            }),
            answers: each(answers, |Answer { rule, settled_ms, less_ms }| AnswerExport {
                rule,
                settled: time(settled_ms),
                asked_for_less: time(less_ms),
            }),
            surveys: each(surveys, |Survey { at_ms, rule, score, remark }| SurveyExport {
                at: time(at_ms),
                rule,
                score,
                remark,
            }),
            choices: each(choices, |Choice { show, allowed, at_ms }| ChoiceExport {
                kind: kind(show),
                allowed,
                at: time(at_ms),
            }),
            page_loads: each(streams, |Stream { id, next, .. }| StreamExport {
                id: base16ct::lower::encode_string(&id),
                events: next,
            }),
            customer: customer.map(CustomerExport::of),
        }
    }
}

impl TrialsExport {
    fn of(Trials { trials, visit, eligible }: Trials) -> Self {
        Self {
            trials: each(trials, TrialExport::of),
            visit,
            eligible_fingerprints: each(eligible, |hash| format!("{hash:08x}")),
        }
    }
}

impl TrialExport {
    fn of(trial: Trial) -> Self {
        let outcomes = OUTCOMES.into_iter().filter(|(measure, _)| trial.has(*measure));
        Self {
            outcomes: outcomes.map(|(_, name)| name).collect(),
            rule: trial.rule,
            variant: trial.variant,
            control_group: trial.control,
            opened: time(trial.opened_ms),
            day: trial.day,
            orders_total: trial.cents as f64 / 100.0,
        }
    }
}

impl VisitExport {
    fn of(Visit { started_ms, last_ms, pages, entry, source }: Visit) -> Self {
        Self {
            started: time(started_ms),
            last: time(last_ms),
            pages,
            entry,
            source: SourceAnswer::of(source),
        }
    }
}

impl OrdersExport {
    fn of(orders: Orders) -> Self {
        Self {
            count: orders.count,
            total: orders.total(),
            last: time(orders.last_ms()),
            fingerprints: each(orders.numbered, |order| hex(order.number)),
        }
    }
}

impl CustomerExport {
    fn of(Customer { id, signed_ms, attributes }: Customer) -> Self {
        let attribute = |Attribute { name, value }| {
            let value = match value {
                Value::Text(text) => AttributeExport::Text(text),
                Value::Number(number) => AttributeExport::Number(number),
                Value::Flag(flag) => AttributeExport::Flag(flag),
                Value::Set(members) => AttributeExport::Set(members),
            };
            (name, value)
        };
        Self { id, signed: time(signed_ms), attributes: attributes.into_iter().map(attribute).collect() }
    }
}

fn each<T, U>(list: Vec<T>, shape: impl Fn(T) -> U) -> Vec<U> {
    list.into_iter().map(shape).collect()
}

/// A time; nothing for one that never was.
fn time(at_ms: u64) -> Option<String> {
    (at_ms > 0).then(|| rfc3339(at_ms))
}

fn hex(number: u64) -> String {
    format!("{number:016x}")
}

fn kind(show: Show) -> &'static str {
    match show {
        Show::Callback => "callback",
        Show::Banner => "banner",
        Show::Chat => "chat",
        Show::Survey => "survey",
    }
}
