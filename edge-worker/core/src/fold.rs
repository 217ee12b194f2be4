//! Folds a batch's events into the visitor's profile.
//!
//! Takes the profile as stored, the batch as checked by `intake`, and the edge's `now`; changes the profile.
//! Events already folded are recognised by their number and left out, so folding a batch twice is folding it once;
//! a batch that comes behind a later one of its stream is folded all the same. Never reads a clock or storage, never
//! fails.

use wire::{Batch, MAX_NAME_BYTES, What};

use crate::facts::page_type;
use crate::profile::{Cart, CartChange, Choice, MAX_PATH_BYTES, NamedEvent, Profile, Told, clip};
use crate::source::Source;

/// Oldest age an event may claim, in milliseconds: a week, as long as a tag keeps what it could not send. What claims
/// more is dated a week back.
const MAX_AGO_MS: u64 = 7 * 24 * 60 * 60 * 1000;

/// Longest code of a currency kept, in bytes.
const MAX_CURRENCY_BYTES: usize = 8;

/// One change that a batch makes to a profile.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Change<'b> {
    /// This happened, and was not known yet.
    Happened(&'b What),
    /// The view that was guessed is taken back: the true one follows.
    Unviewed,
}

/// Folds the batch into the profile; `own_hosts` are the site's hosts. Returns the event to decide on: of those that
/// were new, the last of the most telling kind.
pub fn fold<'b>(
    profile: &mut Profile,
    batch: &'b Batch,
    own_hosts: &[String],
    now_ms: u64,
) -> Option<&'b What> {
    fold_by(profile, batch, now_ms, &mut |profile, change, at_ms| {
        apply(profile, batch, change, at_ms, own_hosts);
    })
}

/// As [`fold`], with each change made by the caller, who also notes what it comes to. A change comes with its time.
pub(crate) fn fold_by<'b>(
    profile: &mut Profile,
    batch: &'b Batch,
    now_ms: u64,
    make: &mut dyn FnMut(&mut Profile, Change<'_>, u64),
) -> Option<&'b What> {
    let dated = |age_ms: u32| now_ms.saturating_sub(u64::from(age_ms).min(MAX_AGO_MS));
    let mut last_ms = 0;
    let times = batch.events.iter().map(|event| {
        // What happened in one millisecond happened in this order all the same.
        last_ms = dated(batch.age_ms(event)).max(last_ms + 1);
        last_ms
    });
    let times: Vec<u64> = times.collect();
    let opened_ms = dated(batch.live.dwell_ms);
    let stream = profile.stream(&batch.stream, times.last().copied().unwrap_or(opened_ms));
    let unmet = stream.next == 0;
    let numbered = (batch.first..).zip(&batch.events).zip(times);
    let fresh: Vec<(u64, &What)> = numbered
        .filter(|((number, _), _)| stream.wants(*number))
        .map(|((_, event), at_ms)| (at_ms, &event.what))
        .collect();
    stream.take(batch.first, acknowledged(batch));
    let viewed = fresh.iter().any(|(_, what)| **what == What::View);
    if unmet && batch.first > 0 && !viewed {
        // The page was opened before the visitor consented, or its view is still on the way: it begins here.
        stream.guessed_ms = opened_ms;
        make(profile, Change::Happened(&What::View), opened_ms);
    } else if viewed && stream.guessed_ms > 0 {
        // The view that was on the way: it takes the place of the one that was guessed.
        let guessed_ms = std::mem::take(&mut stream.guessed_ms);
        make(profile, Change::Unviewed, guessed_ms);
    }
    for (at_ms, what) in &fresh {
        make(profile, Change::Happened(what), *at_ms);
    }
    fresh.iter().map(|(_, what)| *what).max_by_key(|what| telling(what))
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

/// Makes one change to the profile.
pub(crate) fn apply(
    profile: &mut Profile,
    batch: &Batch,
    change: Change<'_>,
    at_ms: u64,
    own_hosts: &[String],
) {
    let Change::Happened(what) = change else {
        profile.unview(at_ms, &batch.page.path);
        return;
    };
    let views = u32::from(*what == What::View);
    profile
        .visits
        .take(at_ms, views, || (clip(&batch.page.path, MAX_PATH_BYTES), Source::of(&batch.page, own_hosts)));
    if profile.first_seen_ms == 0 || at_ms < profile.first_seen_ms {
        profile.first_seen_ms = at_ms;
    }
    profile.last_seen_ms = profile.last_seen_ms.max(at_ms);
    let named = |name: &str| NamedEvent { at_ms, name: clip(name, MAX_NAME_BYTES) };
    match what {
        What::View => {
            profile.view(at_ms, &batch.page.path, &batch.page.title);
            if page_type(&batch.page) == "checkout" {
                profile.checkout_ms = profile.checkout_ms.max(at_ms);
            }
        }
        What::Track { name } => {
            if name == "begin_checkout" {
                profile.checkout_ms = profile.checkout_ms.max(at_ms);
            }
            profile.happened(named(name));
        }
        What::Cart { total, items, currency } => {
            let cart = Cart { total: *total, items: *items, currency: clip(currency, MAX_CURRENCY_BYTES) };
            profile.cart.tell(at_ms, cart);
        }
        What::CartChange { removed, total, items, currency } => {
            let change = CartChange { at_ms, removed: *removed, total: *total, items: *items };
            profile.cart.change(change, &clip(currency, MAX_CURRENCY_BYTES));
        }
        What::Order { id, total } => match profile.order(id, *total, at_ms) {
            Told::First => profile.happened(named(NamedEvent::PURCHASE)),
            Told::Earlier { than_ms } => {
                let taken = |event: &NamedEvent| event.at_ms == than_ms && event.name == NamedEvent::PURCHASE;
                profile.events.retain(|event| !taken(event));
                profile.happened(named(NamedEvent::PURCHASE));
            }
            Told::Before => {}
        },
        What::Shown { rule } => profile.expose(rule, at_ms, false),
        What::Dismissed { rule } | What::Accepted { rule } => profile.settle(rule, at_ms),
        What::Less { rule } => profile.less(rule, at_ms),
        What::Answered { rule, score, text } => {
            profile.settle(rule, at_ms);
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
        What::Reached | What::Identify { .. } | What::Left => {}
    }
}

#[cfg(test)]
mod order_tests;
#[cfg(test)]
mod tests;
