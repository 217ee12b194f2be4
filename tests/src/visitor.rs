//! A visitor, as the tag would speak for one: page by page, with numbered events and the token of the last reply.

use wire::{Ask, Batch, Consent, Contact, Event, Inquiry, Known, Live, Page, Reply, Want, What};

use crate::edge::{Answer, Edge};

/// One visitor's browser.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// What the visitor said about being remembered.
    pub consent: Consent,
    /// The token of the last reply that had one.
    pub token: Option<String>,
    /// The page open now.
    pub page: Page,
    /// The live readings there.
    pub live: Live,
    stream: [u8; 16],
    next: u32,
}

impl Visitor {
    /// A visitor who consented; `number` tells several apart.
    pub fn new(number: u8) -> Self {
        Self {
            consent: Consent::Granted,
            token: None,
            page: Page { path: "/".into(), language: "en".into(), ..Page::default() },
            live: Live::default(),
            stream: [number; 16],
            next: 0,
        }
    }

    /// The same, not asked for consent.
    pub fn unasked(number: u8) -> Self {
        Self { consent: Consent::NotAsked, ..Self::new(number) }
    }

    /// The same browser, with this token.
    #[must_use]
    pub fn holding(mut self, token: Option<String>) -> Self {
        self.token = token;
        self
    }

    /// Opens a page.
    pub fn opens(&mut self, edge: &Edge, path: &str) -> Reply {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        self.page = Page { path: path.into(), query: query.into(), language: "en".into(), ..Page::default() };
        self.live = Live::default();
        self.stream[15] = self.stream[15].wrapping_add(1);
        self.next = 0;
        self.does(edge, vec![What::View])
    }

    /// Stays on the page until the dwell is reached, as the tag tells it.
    pub fn dwells(&mut self, edge: &Edge, dwell_ms: u32) -> Reply {
        self.live.dwell_ms = dwell_ms;
        self.does(edge, vec![What::Reached])
    }

    /// Reports a basket.
    pub fn fills_basket(&mut self, edge: &Edge, total: f64) -> Reply {
        self.does(edge, vec![What::Cart { total, items: 2, currency: "EUR".into() }])
    }

    /// Sends events and reads the reply.
    ///
    /// # Panics
    /// When the edge refuses the batch.
    pub fn does(&mut self, edge: &Edge, events: Vec<What>) -> Reply {
        let batch = self.batch(events);
        let answer = self.sends(edge, &batch);
        assert_eq!(answer.status, 200, "{}", answer.text());
        let reply: Reply = wire::decode(&answer.body).unwrap_or_else(|error| panic!("no reply: {error:?}"));
        self.next = reply.acknowledged;
        if reply.token.is_some() {
            self.token.clone_from(&reply.token);
        }
        reply
    }

    /// The batch the tag would send next.
    pub fn batch(&self, events: Vec<What>) -> Batch {
        Batch {
            clock: [0; 4],
            site: "shop".into(),
            consent: self.consent,
            token: self.token.clone(),
            stream: self.stream,
            first: self.next,
            page: self.page.clone(),
            live: self.live,
            on_screen: Vec::new(),
            declined: Vec::new(),
            events: events.into_iter().map(|what| Event { at_ms: 0, what }).collect(),
        }
    }

    /// Posts a batch from a page of the site.
    pub fn sends(&self, edge: &Edge, batch: &Batch) -> Answer {
        edge.post("/v1/events", &wire::encode(batch), &[("Origin", &edge.origin())])
    }

    /// Asks what is kept, in English.
    ///
    /// # Panics
    /// When the edge refuses.
    pub fn inquires(&self, edge: &Edge, want: Want) -> Known {
        let inquiry = Inquiry {
            site: "shop".into(),
            consent: self.consent,
            token: self.token.clone(),
            language: "en".into(),
            want,
        };
        let answer = edge.post("/v1/visitor", &wire::encode(&inquiry), &[("Origin", &edge.origin())]);
        assert_eq!(answer.status, 200, "{}", answer.text());
        wire::decode(&answer.body).unwrap_or_else(|error| panic!("no answer: {error:?}"))
    }

    /// The request for a human that the tag would send; `number` names it.
    pub fn contact(&self, number: u8, ask: Ask) -> Contact {
        Contact {
            site: "shop".into(),
            consent: self.consent,
            token: self.token.clone(),
            id: [number; 16],
            rule: "basket-call".into(),
            page: self.page.clone(),
            ask,
        }
    }

    /// Asks for a human; `number` names the request.
    pub fn asks(&self, edge: &Edge, number: u8, ask: Ask) -> Answer {
        let body = wire::encode(&self.contact(number, ask));
        edge.post("/v1/contacts", &body, &[("Origin", &edge.origin())])
    }
}
