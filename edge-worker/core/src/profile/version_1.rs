//! Profiles as version 1 wrote them, read into today's.
//!
//! Owns the old shapes; never written again.

use bincode::{Decode, Encode};

use super::cart::Basket;
use super::{
    Answer, Cart, Exposure, NamedEvent, Orders, PageVisit, Profile, Stream, Views, Visit, Visits, fnv1a,
};
use crate::source::Source;

const DAY_MS: u64 = 24 * 60 * 60 * 1000;
const MINUTE_MS: u64 = 60 * 1000;

/// A profile of version 1.
#[derive(Debug, Default, Encode, Decode)]
pub(super) struct ProfileV1 {
    first_seen_ms: u64,
    last_seen_ms: u64,
    previous_visit_ms: u64,
    visits: u32,
    visit: VisitV1,
    pages: Vec<PageVisit>,
    events: Vec<NamedEvent>,
    views: Vec<ViewsV1>,
    cart: Option<Cart>,
    checkout_ms: u64,
    orders: OrdersV1,
    segments: Vec<String>,
    exposures: Vec<ExposureV1>,
    answers: Vec<AnswerV1>,
    streams: Vec<StreamV1>,
}

#[derive(Debug, Default, Encode, Decode)]
struct VisitV1 {
    started_ms: u64,
    pages: u32,
    entry: String,
    source: Source,
}

#[derive(Debug, Default, Encode, Decode)]
struct ViewsV1 {
    path: u64,
    count: u32,
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

#[derive(Debug, Default, Encode, Decode)]
struct StreamV1 {
    id: [u8; 16],
    next: u32,
    gap: (u32, u32),
    met: bool,
}

impl From<ProfileV1> for Profile {
    fn from(old: ProfileV1) -> Self {
        let seen_ms = old.last_seen_ms;
        let (this_visit, this_visit_ms) = (old.visits, old.visit.started_ms);
        // Numbers of visits became times: a time of the visit says the same.
        let settled_ms = |visit: u32| match visit {
            0 => 0,
            visit if visit == this_visit => this_visit_ms,
            _ => old.previous_visit_ms,
        };
        let answers = old.answers.into_iter().map(|answer| Answer {
            rule: answer.rule,
            settled_ms: settled_ms(answer.settled_in),
            less_ms: if answer.less { seen_ms } else { 0 },
        });
        let exposures = old.exposures.into_iter().map(|exposure| Exposure {
            rule: exposure.rule,
            times: exposure.times,
            last_ms: exposure.last_ms,
            control: exposure.control,
        });
        // The day of the last view was not kept: the day of the last visit keeps the order of the list.
        let day = u32::try_from(seen_ms / DAY_MS).unwrap_or(u32::MAX);
        let minute = u32::try_from(seen_ms / MINUTE_MS).unwrap_or(u32::MAX);
        let visit = Visit {
            started_ms: old.visit.started_ms,
            last_ms: seen_ms,
            pages: old.visit.pages,
            entry: old.visit.entry,
            source: old.visit.source,
        };
        let mut profile = Self {
            first_seen_ms: old.first_seen_ms,
            last_seen_ms: seen_ms,
            visits: Visits {
                earlier: old.visits.saturating_sub(1),
                earlier_until_ms: old.previous_visit_ms,
                listed: if old.visits > 0 { vec![visit] } else { Vec::new() },
            },
            pages: old.pages,
            events: old.events,
            views: old.views.into_iter().map(|ViewsV1 { path, count }| Views { day, path, count }).collect(),
            cart: old.cart.map(|cart| Basket::of(cart, seen_ms.max(1))).unwrap_or_default(),
            checkout_ms: old.checkout_ms,
            orders: Orders {
                count: old.orders.count,
                total_milli: (old.orders.total * 1000.0).round() as u64,
                unnumbered_ms: old.orders.last_ms,
                numbered: Vec::new(),
            },
            segments: old.segments,
            exposures: exposures.collect(),
            answers: answers.collect(),
            surveys: Vec::new(),
            choices: Vec::new(),
            streams: old
                .streams
                .into_iter()
                .map(|StreamV1 { id, next, gap, met }| Stream {
                    id: fnv1a(&id).to_le_bytes(),
                    minute,
                    next,
                    gaps: if gap.0 < gap.1 { vec![gap] } else { Vec::new() },
                    guessed_ms: if met { seen_ms } else { 0 },
                })
                .collect(),
            customer: None,
        };
        profile.views.sort_unstable();
        profile.exposures.sort_by_key(|exposure| exposure.last_ms);
        profile.streams.sort_by_key(|stream| stream.id);
        profile.answers.sort_by_key(|answer| answer.settled_ms.max(answer.less_ms));
        profile
    }
}
