//! Two properties: in whatever order the batches of a visitor arrive, and however often, the profile is the same; and it
//! is the same too when he had two names until he was recognised.

use wire::{Batch, Consent, Event, Live, Page, Show, What};

use super::fold;
use crate::profile::Profile;

const NOW_MS: u64 = 20_000 * 24 * 60 * 60_000;

/// Marsaglia's xorshift, 64 bits: the cases are the same on every machine.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }

    fn shuffle<T>(&mut self, list: &mut [T]) {
        for end in (1..list.len()).rev() {
            list.swap(end, self.below(end + 1));
        }
    }
}

/// What a visitor may do; each its own moment, for the time orders them.
fn event(chance: &mut Chance) -> What {
    let rule = ["call", "sale", "ask"][chance.below(3)].to_owned();
    let show = [Show::Chat, Show::Banner][chance.below(2)];
    match chance.below(14) {
        0 | 1 => What::Track { name: ["add_to_cart", "zoom", "begin_checkout"][chance.below(3)].to_owned() },
        2 => What::Cart { total: chance.below(300) as f64, items: 2, currency: "EUR".into() },
        3 => What::CartChange { removed: chance.below(3) == 0, total: 9.5, items: 1, currency: "EUR".into() },
        4 => What::Order { id: format!("A-{}", chance.below(4)), total: chance.below(100) as f64 },
        5 => What::Order { id: String::new(), total: 0.1 },
        6 => What::Shown { rule },
        7 => What::Dismissed { rule },
        8 => What::Less { rule },
        9 => What::Answered { rule, score: 4, text: "slow".into() },
        10 => What::Prefers { show, allowed: chance.below(2) == 0 },
        11 => What::FormError { form: "quote".into() },
        12 => What::RageClick,
        _ => What::Left,
    }
}

/// The batches of a few days: page loads, some close together and some hours apart, each cut into batches.
fn life(chance: &mut Chance) -> Vec<Batch> {
    let mut at_ms = 0;
    let mut batches = Vec::new();
    // At most sixteen batches: so many visits are listed when each comes before those that join them.
    for load in 0..=chance.below(4) {
        at_ms += [40_000, 29 * 60_000, 31 * 60_000, 7 * 60 * 60_000][chance.below(4)];
        let path = ["/", "/cart", "/faq/delivery", "/p/teapot"][chance.below(4)].to_owned();
        let mut events = vec![Event { at_ms, what: What::View }];
        for _ in 0..chance.below(7) {
            at_ms += 1 + chance.below(20 * 60_000) as u32;
            events.push(Event { at_ms, what: event(chance) });
        }
        let mut first = 0;
        while !events.is_empty() {
            let rest = events.split_off((2 + chance.below(3)).min(events.len()));
            let page = Page { path: path.clone(), query: format!("utm_campaign={load}"), ..Page::default() };
            batches.push(Batch {
                clock: [0; 4],
                site: "shop".into(),
                consent: Consent::Granted,
                token: None,
                stream: [load as u8; 16],
                first,
                page,
                live: Live::default(),
                on_screen: Vec::new(),
                declined: Vec::new(),
                events,
            });
            first += batches.last().map_or(0, |batch| batch.events.len() as u32);
            events = rest;
        }
    }
    // All are dated from the same moment, whenever they arrive.
    for batch in &mut batches {
        batch.clock = (at_ms + 5_000).to_le_bytes();
        let opened = batch.events[0].at_ms;
        batch.live.dwell_ms = at_ms + 5_000 - opened;
    }
    batches
}

fn after<'b>(batches: impl IntoIterator<Item = &'b Batch>) -> Profile {
    let mut profile = Profile::default();
    for batch in batches {
        // Each round stores and loads the row, as the shard does.
        fold(&mut profile, batch, &["shop.example".to_owned()], NOW_MS);
        profile = Profile::from_bytes(&profile.to_bytes()).unwrap();
    }
    profile
}

#[test]
fn batches_make_the_same_profile_in_any_order_and_number() {
    for seed in 1..=1000 {
        let mut chance = Chance(u64::wrapping_mul(seed, 0x9e37_79b9_7f4a_7c15));
        let batches = life(&mut chance);
        let expected = after(&batches);
        let mut arrivals: Vec<&Batch> = batches.iter().collect();
        for _ in 0..chance.below(6) {
            arrivals.push(&batches[chance.below(batches.len())]);
        }
        chance.shuffle(&mut arrivals);
        assert_eq!(after(arrivals), expected, "seed {seed}");
    }
}

#[test]
fn who_had_two_names_is_who_he_would_have_been_under_one() {
    for seed in 1..=1000 {
        let mut chance = Chance(u64::wrapping_mul(seed, 0x9e37_79b9_7f4a_7c15));
        let batches = life(&mut chance);
        let expected = after(&batches);
        let mut arrivals: Vec<&Batch> = batches.iter().collect();
        chance.shuffle(&mut arrivals);
        // One page load is of one browser, and so under one name until they are merged.
        let names = chance.below(32);
        let merge = chance.below(arrivals.len() + 1);
        let of = |name: usize| {
            let is_his = move |batch: &&&Batch| names >> batch.stream[0] & 1 == name;
            after(arrivals[..merge].iter().filter(is_his).copied())
        };
        let (mut profile, other) = if chance.below(2) == 0 { (of(0), of(1)) } else { (of(1), of(0)) };
        profile.absorb(other);
        // What was not acknowledged under the old name is sent again under the new one.
        let resent = arrivals[..merge].iter().filter(|_| chance.below(3) == 0).collect::<Vec<_>>();
        for batch in resent.into_iter().chain(&arrivals[merge..]) {
            fold(&mut profile, batch, &["shop.example".to_owned()], NOW_MS);
            profile = Profile::from_bytes(&profile.to_bytes()).unwrap();
        }
        assert_eq!(Profile::from_bytes(&profile.to_bytes()).unwrap(), expected, "seed {seed}");
    }
}
