//! Profiles as version 1 wrote them, read into today's.
//!
//! Owns the old shape of what has changed since; what has not is read as it is. Never written again.

use bincode::{Decode, Encode};

use super::{Answer, Cart, Exposure, NamedEvent, Orders, PageVisit, Profile, Stream, Views, Visit};

/// A profile of version 1.
#[derive(Debug, Default, Encode, Decode)]
pub(super) struct ProfileV1 {
    first_seen_ms: u64,
    last_seen_ms: u64,
    previous_visit_ms: u64,
    visits: u32,
    visit: Visit,
    pages: Vec<PageVisit>,
    events: Vec<NamedEvent>,
    views: Vec<Views>,
    cart: Option<Cart>,
    checkout_ms: u64,
    orders: OrdersV1,
    segments: Vec<String>,
    exposures: Vec<ExposureV1>,
    answers: Vec<AnswerV1>,
    streams: Vec<Stream>,
}

#[derive(Debug, Default, Encode, Decode)]
struct OrdersV1 {
    count: u32,
    total: f64,
    last_ms: u64,
}

#[derive(Debug, Default, Encode, Decode)]
struct ExposureV1 {
    rule: String,
    visit: u32,
    times: u32,
    last_ms: u64,
    control: bool,
}

#[derive(Debug, Default, Encode, Decode)]
struct AnswerV1 {
    rule: String,
    settled_in: u32,
    less: bool,
}

impl From<ProfileV1> for Profile {
    fn from(old: ProfileV1) -> Self {
        let (this_visit, this_visit_ms) = (old.visits, old.visit.started_ms);
        let (previous_ms, seen_ms) = (old.previous_visit_ms, old.last_seen_ms);
        // Numbers of visits became times: a time of the visit says the same.
        let settled_ms = |visit: u32| match visit {
            0 => 0,
            visit if visit == this_visit => this_visit_ms,
            _ => previous_ms,
        };
        Self {
            first_seen_ms: old.first_seen_ms,
            last_seen_ms: old.last_seen_ms,
            previous_visit_ms: old.previous_visit_ms,
            visits: old.visits,
            visit: old.visit,
            pages: old.pages,
            events: old.events,
            views: old.views,
            cart: old.cart,
            checkout_ms: old.checkout_ms,
            orders: Orders {
                count: old.orders.count,
                total: old.orders.total,
                last_ms: old.orders.last_ms,
                known: Vec::new(),
            },
            segments: old.segments,
            exposures: old
                .exposures
                .into_iter()
                .map(|ExposureV1 { rule, times, last_ms, control, .. }| Exposure {
                    rule,
                    times,
                    last_ms,
                    control,
                })
                .collect(),
            answers: old
                .answers
                .into_iter()
                .map(|AnswerV1 { rule, settled_in, less }| Answer {
                    rule,
                    settled_ms: settled_ms(settled_in),
                    less_ms: if less { seen_ms } else { 0 },
                })
                .collect(),
            surveys: Vec::new(),
            choices: Vec::new(),
            streams: old.streams,
        }
    }
}
