//! An endpoint: where a site's letters go, which of them, and the secrets that sign them.

use bincode::{Decode, Encode};

use super::secret::Secret;
use super::target::{Reach, TargetError, check};
use crate::api::object;
use crate::api::webhooks::{EndpointAnswer, EndpointBody};
use crate::intake::shorten;

/// Most endpoints of one site.
pub const MAX_ENDPOINTS: usize = 8;
/// Largest endpoint, in bytes, as sent.
pub const MAX_BODY_BYTES: usize = 16 * 1024;
/// Most event patterns of one endpoint, and longest of them in bytes.
pub(crate) const MAX_EVENTS: usize = 32;
const MAX_EVENT_BYTES: usize = 128;
/// How long a replaced secret still signs, in milliseconds: a day to bring the new one to the receiver.
const OVERLAP_MS: u64 = 24 * 60 * 60 * 1000;
/// Most secrets of one endpoint at the same time: as many signatures must fit a header.
const MAX_SECRETS: usize = 4;

/// One endpoint, as stored.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Endpoint {
    /// Names it in addresses.
    pub id: String,
    /// Where letters go.
    pub url: String,
    /// Which: `contact.requested`, `contact.*` or `*`.
    pub events: Vec<String>,
    /// When it was set up, in milliseconds since 1970.
    pub created_ms: u64,
    /// The secrets, newest first, and until when each signs; the newest for ever.
    secrets: Vec<(String, u64)>,
}

/// Why an endpoint is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EndpointError {
    /// Not JSON of the right shape; the text says where.
    Shape(String),
    /// A letter may not go there.
    Target(TargetError),
    /// No event, or too many.
    Events {
        /// How many there are.
        count: usize,
    },
    /// Not an event's name or a pattern of them.
    Pattern {
        /// What is written, shortened.
        pattern: String,
    },
    /// The site has [`MAX_ENDPOINTS`] already.
    TooMany,
}

impl EndpointError {
    /// What is wrong, and the next step.
    pub fn explain(&self) -> (String, String) {
        match self {
            Self::Shape(why) => (
                format!("the endpoint is not valid: {why}"),
                r#"send {"url": "https://crm.example/hooks", "events": ["contact.*"]}"#.into(),
            ),
            Self::Target(error) => {
                let (wrong, next) = error.explain();
                (wrong, next.to_owned())
            }
            Self::Events { count } => (
                format!("`events` names {count}, from 1 to {MAX_EVENTS} are taken"),
                "name them, or write [\"*\"] for all".into(),
            ),
            Self::Pattern { pattern } => (
                format!("`{pattern}` names no events"),
                "write a name such as contact.requested, its beginning such as contact.*, or *".into(),
            ),
            Self::TooMany => (
                format!("the site has {MAX_ENDPOINTS} endpoints, and no more are taken"),
                "delete one, or let one receiver pass letters on".into(),
            ),
        }
    }
}

impl Endpoint {
    /// The endpoint in a JSON body, under this id and with a secret of these random bytes.
    ///
    /// # Errors
    /// When the body has another shape or names what is refused.
    pub fn parse(
        body: &[u8],
        reach: Reach,
        id: String,
        random: [u8; 32],
        now_ms: u64,
    ) -> Result<Self, EndpointError> {
        let EndpointBody { url, events } =
            object::read(body).map_err(|error| EndpointError::Shape(error.to_string()))?;
        let url = check(&url, reach).map_err(EndpointError::Target)?.to_string();
        if events.is_empty() || events.len() > MAX_EVENTS {
            return Err(EndpointError::Events { count: events.len() });
        }
        if let Some(pattern) = events.iter().find(|pattern| !is_pattern(pattern)) {
            return Err(EndpointError::Pattern { pattern: shorten(pattern) });
        }
        Ok(Self {
            id,
            url,
            events,
            created_ms: now_ms,
            secrets: vec![(Secret::of(random).reveal(), u64::MAX)],
        })
    }

    /// Whether letters of this event go here.
    pub fn wants(&self, event: &str) -> bool {
        self.events.iter().any(|pattern| matches(pattern, event))
    }

    /// Makes a secret of these random bytes the newest; those before it sign for another day.
    pub fn rotate(&mut self, random: [u8; 32], now_ms: u64) {
        for (_, until_ms) in &mut self.secrets {
            *until_ms = (*until_ms).min(now_ms + OVERLAP_MS);
        }
        self.secrets.insert(0, (Secret::of(random).reveal(), u64::MAX));
        self.secrets.retain(|(_, until_ms)| *until_ms > now_ms);
        self.secrets.truncate(MAX_SECRETS);
    }

    /// The secrets that sign now, newest first.
    pub fn secrets(&self, now_ms: u64) -> Vec<Secret> {
        let current = self.secrets.iter().filter(|(_, until_ms)| *until_ms > now_ms);
        // INVARIANT: the texts were made by `reveal`.
        current.filter_map(|(text, _)| Secret::parse(text).ok()).collect()
    }

    /// The endpoint for the API: with its newest secret only when that has just been made.
    pub fn answer(&self, reveal: bool) -> EndpointAnswer {
        let secret = self.secrets.first().map(|(secret, _)| secret.clone()).filter(|_| reveal);
        EndpointAnswer::of(self, secret)
    }
}

/// Whether an event's name matches a pattern: the name itself, its beginning and `.*`, or `*`.
pub fn matches(pattern: &str, event: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(beginning) => event.starts_with(beginning),
        None => pattern == event,
    }
}

fn is_pattern(pattern: &str) -> bool {
    let name = pattern.strip_suffix(".*").unwrap_or(pattern);
    let plain = |char: char| char.is_ascii_alphanumeric() || matches!(char, '.' | '_' | '-');
    pattern == "*" || ((1..=MAX_EVENT_BYTES).contains(&name.len()) && name.chars().all(plain))
}

#[cfg(test)]
mod tests {
    use super::{Endpoint, EndpointError};
    use crate::api::webhooks::EndpointAnswer;
    use crate::webhook::{Reach, TargetError};

    fn parse(body: &str) -> Result<Endpoint, EndpointError> {
        Endpoint::parse(body.as_bytes(), Reach::Public, "e1".into(), [7; 32], 1000)
    }

    const GOOD: &str =
        r#"{"url": "https://crm.example/hooks", "events": ["contact.*", "product.hesitation"]}"#;

    #[test]
    fn an_endpoint_takes_the_events_it_names() {
        let endpoint = parse(GOOD).unwrap();
        let wants = |event| endpoint.wants(event);
        assert!(wants("contact.requested") && wants("product.hesitation"));
        assert!(!wants("contacts") && !wants("product.hesitation.more") && !wants("consent.granted"));
        assert!(parse(&GOOD.replace("contact.*", "*")).unwrap().wants("consent.granted"));
    }

    #[test]
    fn a_replaced_secret_signs_for_another_day() {
        let mut endpoint = parse(GOOD).unwrap();
        let first = endpoint.secrets(1000);
        endpoint.rotate([8; 32], 2000);
        let both = endpoint.secrets(2000);
        assert_eq!((both.len(), &both[1]), (2, &first[0]));
        assert_eq!(endpoint.secrets(2000 + 86_400_000), both[..1]);
        for byte in 10..30 {
            endpoint.rotate([byte; 32], 3000);
        }
        assert_eq!(endpoint.secrets(3000).len(), 4);
    }

    #[test]
    fn what_is_no_endpoint_says_why() {
        let private = parse(&GOOD.replace("crm.example", "127.1"));
        assert!(matches!(private, Err(EndpointError::Target(TargetError::Private { .. }))), "{private:?}");
        assert!(matches!(parse("{}"), Err(EndpointError::Shape(_))));
        assert!(matches!(
            parse(r#"{"url": "https://a.example/", "events": []}"#),
            Err(EndpointError::Events { count: 0 })
        ));
        for pattern in ["con*", "", "a b", "*.*", ".*"] {
            let found = parse(&GOOD.replace("contact.*", pattern));
            assert!(matches!(found, Err(EndpointError::Pattern { .. })), "{pattern}: {found:?}");
        }
    }

    #[test]
    fn the_log_names_the_host_and_the_events_and_nothing_secret() {
        let endpoint = parse(&GOOD.replace("/hooks", ":8443/hooks/s3cret?key=s3cret")).unwrap();
        // As the route has it: from the answer, which tells the secret.
        let answer = serde_json::to_vec(&endpoint.answer(true)).unwrap();
        let answer: EndpointAnswer = serde_json::from_slice(&answer).unwrap();
        assert_eq!(answer.noted(), "e1, crm.example, contact.* product.hesitation");
    }

    #[test]
    fn a_secret_is_told_once() {
        let endpoint = parse(GOOD).unwrap();
        let told = serde_json::to_string(&endpoint.answer(true)).unwrap();
        let listed = serde_json::to_string(&endpoint.answer(false)).unwrap();
        assert!(told.contains("whsec_") && !listed.contains("whsec_"));
    }
}
