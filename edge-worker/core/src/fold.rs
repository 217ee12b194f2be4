//! Folds a batch's events into the visitor's profile.
//!
//! Takes the profile as stored, the batch as checked by `intake`, and the edge's `now`; changes the profile.
//! Events already folded are recognised by their number and left out, so folding a batch twice is folding it once;
//! a batch that comes behind a later one of its stream is folded all the same. Never reads a clock or storage, never
//! fails.

use wire::{Batch, Event, MAX_NAME_BYTES, What};

use crate::facts::page_type;
use crate::profile::{Cart, Choice, MAX_PATH_BYTES, NamedEvent, Profile, Stream, Told, Visit, clip};
use crate::source::Source;

/// Silence that ends a visit, in milliseconds: 30 minutes, as every web analytics counts.
const VISIT_TIMEOUT_MS: u64 = 30 * 60 * 1000;
/// Oldest age an event may claim, in milliseconds: a week, as long as a tag keeps what it could not send. What claims
/// more is dated a week back.
const MAX_AGO_MS: u64 = 7 * 24 * 60 * 60 * 1000;

/// Folds the batch into the profile; `own_hosts` are the site's hosts. Returns the event to decide on: of those that
/// were new, the last of the most telling kind.
pub fn fold<'b>(
    profile: &mut Profile,
    batch: &'b Batch,
    own_hosts: &[String],
    now_ms: u64,
) -> Option<&'b What> {
    let stream = profile.stream(&batch.stream);
    let unmet = stream.next == 0;
    let numbered = (batch.first..).zip(&batch.events);
    let mut fresh: Vec<&Event> =
        numbered.filter(|(number, _)| stream.wants(*number)).map(|(_, event)| event).collect();
    stream.take(batch.first, acknowledged(batch));
    let viewed = fresh.iter().any(|event| event.what == What::View);
    if unmet && batch.first > 0 && !viewed {
        // The page was opened before the visitor consented, or its view is still on the way: it begins here.
        stream.met = true;
        apply(profile, batch, &What::View, batch.live.dwell_ms, own_hosts, now_ms);
    } else if stream.met && viewed && !unmet && batch.first == 0 {
        // The view that was on the way: counted when its stream was met.
        stream.met = false;
        let first = fresh.iter().position(|event| event.what == What::View);
        first.map(|index| fresh.remove(index));
    }
    for event in &fresh {
        apply(profile, batch, &event.what, batch.age_ms(event), own_hosts, now_ms);
    }
    fresh.iter().map(|event| &event.what).max_by_key(|what| telling(what))
}

/// How much an event says of what the visitor does; the others report what the site or the tag did beside it.
fn telling(what: &What) -> u8 {
    match what {
        What::Order { .. } => 4,
        What::Track { .. } | What::FormError { .. } | What::FormAbandoned { .. } | What::RageClick => 3,
        What::Reached => 2,
        What::View => 1,
        What::Cart { .. }
        | What::CartChange { .. }
        | What::Shown { .. }
        | What::Dismissed { .. }
        | What::Accepted { .. }
        | What::Less { .. }
        | What::Answered { .. }
        | What::Prefers { .. }
        | What::Identify { .. }
        | What::FormStarted { .. }
        | What::Left => 0,
    }
}

/// Number behind the batch's last event: every event of the batch is below it.
pub fn acknowledged(batch: &Batch) -> u32 {
    u32::try_from(batch.events.len()).map_or(u32::MAX, |count| batch.first.saturating_add(count))
}

impl Stream {
    /// Whether the event of this number was not folded yet.
    fn wants(&self, number: u32) -> bool {
        number >= self.next || (self.gap.0..self.gap.1).contains(&number)
    }

    /// Notes that the events from `first` to before `end` are folded.
    fn take(&mut self, first: u32, end: u32) {
        if first > self.next {
            // One gap is kept, the newest: a tag has one request in the air and at most one beacon.
            self.gap = (self.next, first);
        } else if first <= self.gap.0 {
            self.gap.0 = self.gap.0.max(end).min(self.gap.1);
        } else if end >= self.gap.1 {
            self.gap.1 = self.gap.1.min(first);
        }
        self.next = self.next.max(end);
    }
}

fn apply(profile: &mut Profile, batch: &Batch, what: &What, age_ms: u32, own_hosts: &[String], now_ms: u64) {
    let at_ms = now_ms.saturating_sub(u64::from(age_ms).min(MAX_AGO_MS));
    continue_visit(profile, batch, own_hosts, at_ms);
    let named = |name: &str| NamedEvent { at_ms, name: name.to_owned() };
    match what {
        What::View => {
            profile.view(at_ms, &batch.page.path, &batch.page.title);
            profile.visit.pages = profile.visit.pages.saturating_add(1);
            if page_type(&batch.page) == "checkout" {
                profile.checkout_ms = at_ms;
            }
        }
        What::Reached => {}
        What::Track { name } => {
            if name == "begin_checkout" {
                profile.checkout_ms = at_ms;
            }
            profile.happened(NamedEvent { at_ms, name: clip(name, MAX_NAME_BYTES) });
        }
        What::Cart { total, items, currency } => {
            profile.cart = Some(Cart { total: *total, items: *items, currency: clip(currency, 8) });
        }
        What::CartChange { removed, total, items, currency } => {
            let cart = profile.cart.get_or_insert_default();
            let (sign, count) = if *removed {
                (-1.0, cart.items.saturating_sub(*items))
            } else {
                (1.0, cart.items.saturating_add(*items))
            };
            cart.total = (cart.total + sign * total).max(0.0);
            cart.items = count;
            if !currency.is_empty() {
                cart.currency = clip(currency, 8);
            }
        }
        What::Order { id, total } => {
            if profile.order(id, *total, at_ms) == Told::First {
                profile.cart = Some(Cart::default());
                profile.happened(named("purchase"));
            }
        }
        What::Shown { rule } => profile.expose(rule, at_ms, false),
        What::Dismissed { rule } | What::Accepted { rule } => {
            let settled_ms = &mut profile.answer(rule).settled_ms;
            *settled_ms = at_ms.max(*settled_ms);
        }
        What::Less { rule } => {
            let less_ms = &mut profile.answer(rule).less_ms;
            *less_ms = at_ms.max(*less_ms);
        }
        What::Answered { rule, score, text } => {
            let settled_ms = &mut profile.answer(rule).settled_ms;
            *settled_ms = at_ms.max(*settled_ms);
            profile.surveyed(at_ms, rule, *score, text);
            profile.happened(named("answered"));
        }
        What::Prefers { show, allowed } => {
            profile.choose(Choice { show: *show, allowed: *allowed, at_ms });
        }
        What::FormStarted { .. } => profile.happened(named("form_started")),
        What::FormError { .. } => profile.happened(named("form_error")),
        What::FormAbandoned { .. } => profile.happened(named("form_abandoned")),
        What::RageClick => profile.happened(named("rage_click")),
        What::Identify { .. } | What::Left => {}
    }
}

/// Opens a new visit when the silence before `at_ms` was long enough; lets the open one begin earlier when its first
/// page comes last.
fn continue_visit(profile: &mut Profile, batch: &Batch, own_hosts: &[String], at_ms: u64) {
    let silence = at_ms.saturating_sub(profile.last_seen_ms);
    let opens = profile.visits == 0 || silence >= VISIT_TIMEOUT_MS;
    let visit = &mut profile.visit;
    let begins_earlier = at_ms < visit.started_ms && visit.started_ms - at_ms < VISIT_TIMEOUT_MS;
    if opens {
        profile.previous_visit_ms = profile.last_seen_ms;
        profile.visits = profile.visits.saturating_add(1);
        visit.pages = 0;
    }
    if opens || begins_earlier {
        *visit = Visit {
            started_ms: at_ms,
            pages: visit.pages,
            entry: clip(&batch.page.path, MAX_PATH_BYTES),
            source: Source::of(&batch.page, own_hosts),
        };
    }
    if profile.first_seen_ms == 0 || at_ms < profile.first_seen_ms {
        profile.first_seen_ms = at_ms;
    }
    profile.last_seen_ms = profile.last_seen_ms.max(at_ms);
}

#[cfg(test)]
mod tests;
