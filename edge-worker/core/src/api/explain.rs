//! Explanations and the links that open them, as JSON.

use serde::{Deserialize, Serialize};
use wire::{Batch, Consent, Explained, Live, Page, Truth};

use super::{instant, rfc3339};
use crate::intake::{Refusal, shorten};
use crate::link::{DEBUG_PARAMETER, DEFAULT_LIFE_S, MAX_LIFE_S, PREVIEW_PARAMETER};

/// Body of `POST /v1/sites/{site}/debug-links` and of a version's `preview-links`; may be empty.
#[derive(Debug, Default, Deserialize, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct LinkBody {
    /// How long the link opens anything, in hours: 1 to 720, 24 when absent.
    pub hours: Option<u64>,
}

impl LinkBody {
    /// When a link made at `now_s` runs out, in seconds since 1970.
    ///
    /// # Errors
    /// When the hours are none, or more than a link lives.
    pub fn expires_s(&self, now_s: u64) -> Result<u64, Refusal> {
        match self.hours.map(|hours| hours.saturating_mul(3600)) {
            None => Ok(now_s + DEFAULT_LIFE_S),
            Some(life_s @ 1..=MAX_LIFE_S) => Ok(now_s + life_s),
            Some(_) => Err(Refusal::BadHours { most: MAX_LIFE_S / 3600 }),
        }
    }
}

/// A signed link.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct LinkAnswer {
    /// The parameter to add to a page's address.
    pub parameter: &'static str,
    /// Its value.
    pub key: String,
    /// An example: the site's first page with it.
    pub url: String,
    /// When it runs out.
    pub expires_at: String,
}

impl LinkAnswer {
    /// The link of this key on the site's `origin`.
    pub fn debug(origin: &str, key: String, expires_s: u64) -> Self {
        Self::of(DEBUG_PARAMETER, origin, key, expires_s)
    }

    /// The same for a preview.
    pub fn preview(origin: &str, key: String, expires_s: u64) -> Self {
        Self::of(PREVIEW_PARAMETER, origin, key, expires_s)
    }

    fn of(parameter: &'static str, origin: &str, key: String, expires_s: u64) -> Self {
        let url = format!("{origin}/?{parameter}={key}");
        Self { parameter, key, url, expires_at: rfc3339(expires_s.saturating_mul(1000)) }
    }
}

/// What `GET /v1/sites/{site}/explain` is asked about.
#[derive(Debug, Default, PartialEq)]
pub struct ExplainQuery {
    /// The visitor's token; empty for a newcomer.
    pub visitor: String,
    /// The open page; without a path, the last one of the visitor's.
    pub page: Page,
    /// How it stands.
    pub live: Live,
    /// The moment, in milliseconds since 1970; absent for now.
    pub at_ms: Option<u64>,
}

impl ExplainQuery {
    /// Reads `visitor`, `path`, `language`, `at`, `dwell` and `idle` (seconds), `scroll` (percent) and `exit_intent`.
    ///
    /// # Errors
    /// When a parameter is not one of these, or its value cannot be read.
    pub fn of<'q>(pairs: impl Iterator<Item = (&'q str, &'q str)>) -> Result<Self, Refusal> {
        let mut query = Self::default();
        query.page.language = "en".into();
        for (name, value) in pairs {
            let number = || value.parse::<u32>().map_err(|_| wrong(name, "a whole number"));
            let seconds = || number().map(|seconds| seconds.saturating_mul(1000));
            match name {
                "visitor" => value.clone_into(&mut query.visitor),
                "path" => {
                    let (path, parameters) = value.split_once('?').unwrap_or((value, ""));
                    path.clone_into(&mut query.page.path);
                    parameters.clone_into(&mut query.page.query);
                }
                "language" => value.clone_into(&mut query.page.language),
                "at" => {
                    query.at_ms = Some(
                        instant(value).ok_or_else(|| wrong(name, "a time such as 2026-12-24T18:00:00Z"))?,
                    );
                }
                "dwell" => query.live.dwell_ms = seconds()?,
                "idle" => query.live.idle_ms = seconds()?,
                "scroll" => query.live.scroll_percent = number()?.min(100) as u8,
                "exit_intent" => {
                    query.live.exit_intent = value.parse().map_err(|_| wrong(name, "true or false"))?;
                }
                // The table of routes has refused it.
                _ => return Err(wrong(name, "absent")),
            }
        }
        Ok(query)
    }

    /// The question as the visitor's tag would ask it.
    pub fn batch(&self, site: &str) -> Batch {
        Batch {
            clock: [0; 4],
            site: site.to_owned(),
            consent: if self.visitor.is_empty() { Consent::NotAsked } else { Consent::Granted },
            token: Some(self.visitor.clone()).filter(|token| !token.is_empty()),
            stream: [0; 16],
            first: 0,
            page: self.page.clone(),
            live: self.live,
            on_screen: Vec::new(),
            declined: Vec::new(),
            events: Vec::new(),
        }
    }
}

pub(crate) fn wrong(name: &str, wanted: &'static str) -> Refusal {
    Refusal::BadParameter { name: shorten(name), wanted }
}

/// Answer of `GET /v1/sites/{site}/explain`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ExplainAnswer {
    /// The rules, in the order of their file.
    pub rules: Vec<AccountAnswer>,
}

/// One rule at one moment.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AccountAnswer {
    /// The rule's id.
    pub rule: String,
    /// `yes`, `no` or `not_yet`.
    pub truth: &'static str,
    /// Whether the visitor sees it.
    pub shown: bool,
    /// Why, in the engine's words.
    pub reason: String,
}

impl ExplainAnswer {
    /// The answer of these accounts.
    pub fn of(explained: Explained) -> Self {
        let truth = |truth| match truth {
            Truth::No => "no",
            Truth::NotYet => "not_yet",
            Truth::Yes => "yes",
        };
        let rules = explained.rules.into_iter().map(|account| AccountAnswer {
            rule: account.rule,
            truth: truth(account.truth),
            shown: account.shown,
            reason: account.reason,
        });
        Self { rules: rules.collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::{ExplainQuery, LinkBody};
    use crate::intake::Refusal;

    #[test]
    fn a_question_names_a_visitor_a_page_and_a_moment() {
        let pairs =
            [("visitor", "d1.x"), ("path", "/cart?a=b"), ("dwell", "45"), ("at", "2026-12-24T18:00:00Z")];
        let query = ExplainQuery::of(pairs.into_iter()).unwrap();
        assert_eq!((&*query.page.path, &*query.page.query, query.live.dwell_ms), ("/cart", "a=b", 45_000));
        assert_eq!(query.at_ms, Some(1_798_135_200_000));
        assert_eq!(query.batch("shop").token.as_deref(), Some("d1.x"));
    }

    #[test]
    fn a_parameter_that_means_nothing_is_refused() {
        for pair in [("vistor", "d1.x"), ("dwell", "45s"), ("at", "tomorrow"), ("exit_intent", "maybe")] {
            let refused = ExplainQuery::of([pair].into_iter()).unwrap_err();
            assert!(matches!(&refused, Refusal::BadParameter { name, .. } if name == pair.0), "{refused:?}");
        }
    }

    #[test]
    fn a_link_lives_an_hour_to_a_month() {
        let expires = |hours| LinkBody { hours }.expires_s(1_000);
        assert_eq!(expires(None), Ok(1_000 + 86_400));
        assert_eq!(expires(Some(1)), Ok(4_600));
        for hours in [0, 721, u64::MAX] {
            let refusal = expires(Some(hours)).unwrap_err();
            assert_eq!(
                refusal.explain().0,
                "`hours` is not a number from 1 to 720, the hours a link may live"
            );
        }
    }
}
