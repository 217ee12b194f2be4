//! Visitors who keep an edge busy: each connection sends the next request when the last one is answered.
//!
//! Takes what to send and how long; gives how many were answered, and how soon each. Speaks to this machine alone.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use ureq::Agent;
use wire::{Batch, Consent, Event, Live, Page, Reply, What};

use crate::{Error, Result};

/// Requests under way at once: enough that workerd never waits for a client, few enough that a client's waiting is
/// the edge's time and not a queue's.
pub(super) const CONNECTIONS: usize = 8;

/// What the pages of the generated shop are called; half of its rules look at them.
const PATHS: [&str; 10] = [
    "/shop/shoes/item-15",
    "/account/wish/1",
    "/docs/coats/2",
    "/help",
    "/blog/tents/3",
    "/pricing/tents/item-24",
    "/offers/gifts/4",
    "/checkout/gifts/item-11",
    "/checkout",
    "/cart",
];

/// Whoever has something to send.
pub(super) trait Sender: Sync {
    /// The address of its request.
    fn url(&self, number: usize) -> String;
    /// Its body.
    fn body(&self, number: usize) -> Vec<u8>;
    /// Hears the answer.
    ///
    /// # Errors
    /// In words, when it is not what was to be answered.
    fn hear(&self, number: usize, answer: &[u8]) -> std::result::Result<(), String>;
}

/// What a run of requests took.
#[derive(Clone, Debug, Default)]
pub(super) struct Run {
    /// How long each took, in milliseconds, sorted.
    pub(super) times_ms: Vec<f64>,
    /// All of them together, in seconds.
    pub(super) wall_s: f64,
}

impl Run {
    pub(super) fn rate(&self) -> f64 {
        self.times_ms.len() as f64 / self.wall_s
    }

    /// The time that so many in a hundred keep within.
    pub(super) fn percentile(&self, percent: usize) -> f64 {
        let at = (self.times_ms.len() * percent / 100).min(self.times_ms.len().saturating_sub(1));
        self.times_ms.get(at).copied().unwrap_or(f64::NAN)
    }
}

/// When a run ends.
#[derive(Clone, Copy)]
pub(super) enum Until {
    /// After so many requests.
    Count(usize),
    /// After this moment.
    Time(Instant),
}

/// Sends numbered requests from `first` on. The first answer that is not right ends the run.
pub(super) fn run(sender: &impl Sender, origin: &str, first: usize, until: Until) -> Result<Run> {
    let next = AtomicUsize::new(first);
    let fault: Mutex<Option<Error>> = Mutex::new(None);
    let began = Instant::now();
    let client = || {
        let agent = Agent::new_with_defaults();
        let mut times = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let over = match until {
                Until::Count(count) => number >= first + count,
                Until::Time(end) => Instant::now() >= end,
            };
            if over || fault.lock().is_ok_and(|fault| fault.is_some()) {
                return times;
            }
            match send(&agent, sender, origin, number) {
                Ok(took) => times.push(took.as_secs_f64() * 1e3),
                Err(error) => {
                    if let Ok(mut fault) = fault.lock() {
                        fault.get_or_insert(error);
                    }
                }
            }
        }
    };
    let mut times_ms: Vec<f64> = thread::scope(|scope| {
        let clients: Vec<_> = (0..CONNECTIONS).map(|_| scope.spawn(client)).collect();
        clients.into_iter().flat_map(|client| client.join().unwrap_or_default()).collect()
    });
    let wall_s = began.elapsed().as_secs_f64();
    if let Ok(Some(error)) = fault.into_inner() {
        return Err(error);
    }
    times_ms.sort_by(f64::total_cmp);
    Ok(Run { times_ms, wall_s })
}

fn send(agent: &Agent, sender: &impl Sender, origin: &str, number: usize) -> Result<Duration> {
    let (url, body) = (sender.url(number), sender.body(number));
    let refused = |answer: String| Error::Refused { request: format!("POST {url}"), answer };
    let began = Instant::now();
    let answer = agent
        .post(&url)
        .header("Origin", origin)
        .header("User-Agent", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0.0.0 Safari/537.36")
        .send(&body)
        .and_then(|mut answer| answer.body_mut().read_to_vec())
        .map_err(|why| refused(why.to_string()))?;
    let took = began.elapsed();
    sender.hear(number, &answer).map_err(refused)?;
    Ok(took)
}

/// Visitors of the shop, each with the token the edge gave him. Request `n` is of visitor `n` modulo their number.
pub(super) struct Visitors {
    edge: String,
    tokens: Vec<Mutex<Option<String>>>,
}

impl Visitors {
    /// So many, of whom the edge knows none yet.
    pub(super) fn new(edge: &str, count: usize) -> Self {
        Self { edge: edge.to_owned(), tokens: (0..count).map(|_| Mutex::new(None)).collect() }
    }

    fn token(&self, number: usize) -> &Mutex<Option<String>> {
        &self.tokens[number % self.tokens.len()]
    }

    /// How many the edge has answered.
    pub(super) fn known(&self) -> usize {
        self.tokens.iter().filter(|token| token.lock().is_ok_and(|token| token.is_some())).count()
    }

    /// The batch of a page that was just opened, on every third call with a basket.
    fn batch(&self, number: usize) -> Batch {
        let turn = number / self.tokens.len();
        let cart = What::Cart { total: 20.0 * (number % 15) as f64, items: 2, currency: "EUR".into() };
        let events = if number.is_multiple_of(3) { vec![What::View, cart] } else { vec![What::View] };
        let mut stream = [0; 16];
        stream[..8].copy_from_slice(&(number as u64).to_le_bytes());
        stream[8] = 1;
        Batch {
            clock: [0; 4],
            site: crate::stage::SITE.into(),
            consent: Consent::Granted,
            token: self.token(number).lock().ok().and_then(|token| token.clone()),
            stream,
            first: 0,
            page: Page {
                path: PATHS[(number + turn) % PATHS.len()].into(),
                title: "A page of the shop, with a title of usual length".into(),
                language: "en".into(),
                ..Page::default()
            },
            live: Live::default(),
            on_screen: Vec::new(),
            declined: Vec::new(),
            events: events.into_iter().map(|what| Event { at_ms: 0, what }).collect(),
        }
    }
}

impl Sender for Visitors {
    fn url(&self, _: usize) -> String {
        format!("{}/v1/events", self.edge)
    }

    fn body(&self, number: usize) -> Vec<u8> {
        wire::encode(&self.batch(number))
    }

    fn hear(&self, number: usize, answer: &[u8]) -> std::result::Result<(), String> {
        let reply: Reply = wire::decode(answer).map_err(|error| format!("no reply: {error:?}"))?;
        if let (Some(token), Ok(mut kept)) = (reply.token, self.token(number).lock()) {
            *kept = Some(token);
        }
        Ok(())
    }
}

/// The same bodies for the bare worker, which spreads them over as many objects as a region has shards, or answers
/// them itself.
pub(super) struct Bare<'v> {
    /// Its origin.
    pub(super) origin: String,
    /// Whether an object writes them.
    pub(super) objects: Option<usize>,
    /// Whose bodies they are.
    pub(super) visitors: &'v Visitors,
}

impl Sender for Bare<'_> {
    fn url(&self, number: usize) -> String {
        match self.objects {
            Some(objects) => format!("{}/object/{}", self.origin, number % objects),
            None => format!("{}/route", self.origin),
        }
    }

    fn body(&self, number: usize) -> Vec<u8> {
        self.visitors.body(number)
    }

    fn hear(&self, _: usize, answer: &[u8]) -> std::result::Result<(), String> {
        if answer.is_empty() { Err("an empty body".into()) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::{Run, Sender, Visitors};

    #[test]
    fn a_percentile_is_the_time_that_so_many_keep_within() {
        let run = Run { times_ms: (1..=200).map(f64::from).collect(), wall_s: 2.0 };
        assert_eq!((run.percentile(50), run.percentile(99), run.rate()), (101.0, 199.0, 100.0));
        assert!(Run::default().percentile(50).is_nan());
    }

    #[test]
    fn a_visitor_comes_back_with_the_token_he_was_given() {
        let visitors = Visitors::new("http://edge", 3);
        let reply = wire::Reply { token: Some("t".into()), ..wire::Reply::default() };
        assert!(visitors.hear(4, &wire::encode(&reply)).is_ok());
        let tokens = [1, 2, 7].map(|number| visitors.batch(number).token);
        assert_eq!(tokens, [Some("t".to_owned()), None, Some("t".to_owned())]);
        assert_eq!(visitors.known(), 1);
    }
}
