//! Versions of the rules, keys and the log of changes, as JSON.

use serde::{Deserialize, Serialize};

use super::explain::wrong;
use super::{instant, rfc3339};
use crate::intake::Refusal;
use crate::version::Difference;

/// Answer of `GET /v1/sites`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SiteList {
    /// The sites' keys.
    pub sites: Vec<String>,
}

/// Answer of `PUT /v1/sites/{site}/rules` when the file checks.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Published {
    /// Number of the version.
    pub version: u32,
    /// `in_force`, `scheduled` or `draft`.
    pub state: &'static str,
    /// When it comes in force, where that is later.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// How many rules it holds.
    pub rules: usize,
    /// What the checker warns of, as text.
    pub warnings: Vec<String>,
}

/// Body of `POST /v1/sites/{site}/versions/{version}/publish`; may be empty.
#[derive(Debug, Default, Deserialize, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct PublishBody {
    /// When it is to come in force, RFC 3339; now when absent.
    pub from: Option<String>,
}

impl PublishBody {
    /// When it is to come in force; absent for now.
    ///
    /// # Errors
    /// When that is no time, or over.
    pub fn from_ms(&self, now_ms: u64) -> Result<Option<u64>, Refusal> {
        self.from.as_deref().map(|text| to_come(text, now_ms)).transpose()
    }
}

fn to_come(text: &str, now_ms: u64) -> Result<u64, Refusal> {
    let later = instant(text).filter(|at_ms| *at_ms > now_ms);
    later.ok_or_else(|| wrong("from", "a time to come, such as 2026-12-24T18:00:00Z"))
}

/// What `PUT /v1/sites/{site}/rules` is to do with the file.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct PublishQuery {
    /// When it comes in force: absent for a draft, 0 for now.
    pub turn: Option<u64>,
    /// What its author says of it.
    pub note: String,
}

impl PublishQuery {
    /// Reads `draft`, `from` and `note`. Nothing is guessed: what was meant for a draft would be live.
    ///
    /// # Errors
    /// When a parameter is not one of these or comes twice, its value cannot be read, or a draft has a time.
    pub fn of<'q>(pairs: impl Iterator<Item = (&'q str, &'q str)>, now_ms: u64) -> Result<Self, Refusal> {
        let (mut draft, mut from, mut note) = (None, None, None);
        for (name, value) in pairs {
            let place = match name {
                "draft" => &mut draft,
                "from" => &mut from,
                "note" => &mut note,
                // The table of routes has refused it.
                _ => return Err(wrong(name, "absent")),
            };
            if place.replace(value).is_some() {
                return Err(wrong(name, "given once"));
            }
        }
        let draft: bool = draft.unwrap_or("false").parse().map_err(|_| wrong("draft", "true or false"))?;
        let turn = match from {
            Some(_) if draft => return Err(wrong("from", "absent where `draft` is true")),
            Some(from) => Some(to_come(from, now_ms)?),
            None => (!draft).then_some(0),
        };
        Ok(Self { turn, note: note.unwrap_or_default().to_owned() })
    }
}

/// Body of `POST /v1/sites/{site}/rollback`; may be empty.
#[derive(Debug, Default, Deserialize, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct RollbackBody {
    /// The version to put in force; the one before the present one when absent.
    pub version: Option<u32>,
}

/// Answer of `GET /v1/sites/{site}/versions`, newest first.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct VersionList {
    /// The versions kept.
    pub versions: Vec<VersionAnswer>,
}

/// One version of the rules.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct VersionAnswer {
    /// Its number.
    pub version: u32,
    /// `in_force`, `scheduled`, `draft` for one that never was in force, or `past`.
    pub state: &'static str,
    /// When it was published.
    pub created_at: String,
    /// By whom: the name of the key.
    pub by: String,
    /// What its author said of it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// How many rules it holds.
    pub rules: u32,
    /// Since when it is in force, or from when it will be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
}

impl VersionAnswer {
    /// One version; `turns` are the moments it came or comes in force.
    pub fn of(
        version: u32,
        (created_ms, by, note, rules): (u64, String, String, u32),
        in_force: bool,
        turns: &[u64],
        now_ms: u64,
    ) -> Self {
        let coming = turns.iter().filter(|from_ms| **from_ms > now_ms).min();
        let since = turns.iter().filter(|from_ms| **from_ms <= now_ms).max();
        let (state, from) = match (in_force, coming, since) {
            (true, _, since) => ("in_force", since),
            (false, Some(coming), _) => ("scheduled", Some(coming)),
            (false, None, Some(_)) => ("past", None),
            (false, None, None) => ("draft", None),
        };
        let from = from.map(|from_ms| rfc3339(*from_ms));
        Self { version, state, created_at: rfc3339(created_ms), by, note, rules, from }
    }
}

impl Published {
    /// A version that was stored; `turn` is when it comes in force: absent for a draft, 0 for now.
    pub fn of(version: u32, turn: Option<u64>, rules: usize, warnings: Vec<String>) -> Self {
        let (state, from) = match turn {
            None => ("draft", None),
            Some(0) => ("in_force", None),
            Some(from_ms) => ("scheduled", Some(rfc3339(from_ms))),
        };
        Self { version, state, from, rules, warnings }
    }
}

/// Answer of `GET /v1/sites/{site}/versions/{version}/diff`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DiffAnswer {
    /// The older one.
    pub against: u32,
    /// The newer one.
    pub version: u32,
    /// Rules only the newer has.
    pub added: Vec<String>,
    /// Rules only the older has.
    pub removed: Vec<String>,
    /// Rules both have, and not alike.
    pub changed: Vec<RuleChange>,
    /// Whether the site's or the customer's table differs.
    pub preamble_changed: bool,
    /// The comparison, as `diff -u` writes it; a note in its place when the files are too far apart.
    pub text: String,
}

/// A rule that has changed.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RuleChange {
    /// Its id.
    pub rule: String,
    /// Its lines that went.
    pub before: Vec<String>,
    /// Its lines that came.
    pub after: Vec<String>,
}

impl DiffAnswer {
    /// The answer of a comparison.
    pub fn of(against: u32, version: u32, difference: Difference) -> Self {
        let change = |change: crate::version::RuleDifference| RuleChange {
            rule: change.rule,
            before: change.before,
            after: change.after,
        };
        Self {
            against,
            version,
            added: difference.added,
            removed: difference.removed,
            changed: difference.changed.into_iter().map(change).collect(),
            preamble_changed: difference.preamble,
            text: difference.text,
        }
    }
}

/// Body of `POST /v1/sites/{site}/keys`.
#[derive(Debug, Deserialize, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct KeyBody {
    /// Whose it is.
    pub name: String,
    /// `marketer`, `agent` or `owner`.
    pub role: String,
}

/// Answer of `POST /v1/sites/{site}/keys`: the one time the key is told.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct KeyMade {
    /// Whose it is.
    pub name: String,
    /// What it opens.
    pub role: &'static str,
    /// To send as `Authorization: Bearer`.
    pub key: String,
}

/// Answer of `GET /v1/sites/{site}/keys`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct KeyList {
    /// The keys, by name.
    pub keys: Vec<KeyAnswer>,
}

/// One key, without the key.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct KeyAnswer {
    /// Whose it is.
    pub name: String,
    /// What it opens.
    pub role: &'static str,
    /// When it was made.
    pub created_at: String,
}

impl KeyAnswer {
    /// A key made at `created_ms`.
    pub fn of(name: String, role: &'static str, created_ms: u64) -> Self {
        Self { name, role, created_at: rfc3339(created_ms) }
    }
}

/// Answer of `GET /v1/sites/{site}/audit`, newest first.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AuditList {
    /// What was done.
    pub entries: Vec<AuditAnswer>,
}

/// One change.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AuditAnswer {
    /// When.
    pub at: String,
    /// By whom: the name of the key; `operator` for the deployment's own.
    pub by: String,
    /// What, such as `rules.published`.
    pub what: String,
    /// To what, such as `version 4`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub detail: String,
}

impl AuditAnswer {
    /// A change at `at_ms`.
    pub fn of(at_ms: u64, by: String, what: String, detail: String) -> Self {
        Self { at: rfc3339(at_ms), by, what, detail }
    }
}

#[cfg(test)]
mod tests {
    use super::{PublishBody, PublishQuery, RollbackBody, VersionAnswer};

    #[test]
    fn a_version_says_where_it_stands() {
        let state = |in_force, turns: &[u64]| {
            let answer = VersionAnswer::of(1, (0, "ada".into(), String::new(), 1), in_force, turns, 1_000);
            (answer.state, answer.from.is_some())
        };
        assert_eq!(state(true, &[500]), ("in_force", true));
        assert_eq!(state(false, &[500]), ("past", false));
        assert_eq!(state(false, &[500, 2_000]), ("scheduled", true));
        assert_eq!(state(false, &[]), ("draft", false));
    }

    #[test]
    fn a_time_to_publish_at_is_to_come() {
        let from = |text: &str| PublishBody { from: Some(text.into()) }.from_ms(1_798_135_200_000);
        assert_eq!(from("2026-12-24T18:00:01Z"), Ok(Some(1_798_135_201_000)));
        assert!(from("2026-12-24T18:00:00Z").is_err());
        assert!(from("tomorrow").is_err());
        assert_eq!(PublishBody::default().from_ms(7), Ok(None));
    }

    #[test]
    fn a_rollback_names_a_version_or_nothing() {
        let of = |text: &str| serde_json::from_str::<RollbackBody>(text).map(|body| body.version).ok();
        assert_eq!((of("{}"), of(r#"{"version":3}"#)), (Some(None), Some(Some(3))));
        for wrong in [r#"{"to":3}"#, r#"{"version":"3"}"#, r#"{"version":-1}"#, "3", "now"] {
            assert_eq!(of(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_file_goes_live_only_where_nothing_else_was_asked() {
        let of = |pairs: &[(&str, &str)]| PublishQuery::of(pairs.iter().copied(), 1_798_135_200_000);
        let turn = |pairs: &[(&str, &str)]| of(pairs).map(|query| query.turn).ok();
        assert_eq!(turn(&[]), Some(Some(0)));
        assert_eq!(turn(&[("draft", "false"), ("note", "sale")]), Some(Some(0)));
        assert_eq!(turn(&[("draft", "true")]), Some(None));
        assert_eq!(turn(&[("from", "2026-12-24T18:00:01Z")]), Some(Some(1_798_135_201_000)));
        assert_eq!(of(&[("note", "sale")]).unwrap().note, "sale");
        for value in ["", "1", "0", "True", "TRUE", "yes"] {
            assert_eq!(of(&[("draft", value)]).unwrap_err().code(), "bad_parameter", "{value}");
        }
        for pairs in [
            &[("DRAFT", "true")][..],
            &[("dry_run", "true")],
            &[("from", "")],
            &[("from", "2026-12-24T18:00:00Z")],
            &[("draft", "true"), ("from", "2026-12-24T18:00:01Z")],
            &[("draft", "false"), ("draft", "true")],
        ] {
            let refusal = of(pairs).unwrap_err();
            assert_eq!((refusal.code(), refusal.status()), ("bad_parameter", 400), "{pairs:?}");
        }
    }
}
