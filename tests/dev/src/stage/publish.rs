//! Publishes a site's settings and rules through the edge's own API, as any owner would.

use std::fs;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use super::{Keys, SITE};
use crate::{Error, Result};

/// Checking the largest allowed rule file takes a fraction of this.
const ANSWER_LIMIT: Duration = Duration::from_secs(20);

/// Publishes settings and rules; rules that are in force already make no new version.
pub(super) fn to(edge: &str, keys: &Keys, rules: &Path, origins: &[String]) -> Result<()> {
    let text = fs::read_to_string(rules).map_err(Error::file("read", rules))?;
    let mut settings = settings_in_force(edge, keys).unwrap_or_else(|| json!({}));
    settings["origins"] = json!(origins);
    put(edge, keys, "settings", "application/json", &settings.to_string())?;
    if in_force(edge, keys).as_ref() == Some(&text) {
        return Ok(());
    }
    put(edge, keys, "rules", "application/toml", &text)
}

/// The site's settings, if it has any: what was set before this start is kept.
fn settings_in_force(edge: &str, keys: &Keys) -> Option<Value> {
    serde_json::from_str(&got(edge, keys, "settings")?).ok()
}

/// The rule file the edge serves now, if it has one.
fn in_force(edge: &str, keys: &Keys) -> Option<String> {
    got(edge, keys, "rules")
}

fn got(edge: &str, keys: &Keys, what: &str) -> Option<String> {
    let request = agent().get(format!("{edge}/v1/sites/{SITE}/{what}"));
    let mut answer = request.header("authorization", format!("Bearer {}", keys.owner)).call().ok()?;
    answer.status().is_success().then(|| answer.body_mut().read_to_string().ok()).flatten()
}

/// Fails unless the edge says that it is well.
pub(super) fn health(edge: &str) -> Result<()> {
    settle("GET /v1/health", agent().get(format!("{edge}/v1/health")).call())
}

fn put(edge: &str, keys: &Keys, what: &str, kind: &str, body: &str) -> Result<()> {
    let path = format!("/v1/sites/{SITE}/{what}");
    let answer = agent()
        .put(format!("{edge}{path}"))
        .header("authorization", format!("Bearer {}", keys.owner))
        .header("content-type", kind)
        .send(body);
    settle(&format!("PUT {path}"), answer)
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .timeout_global(Some(ANSWER_LIMIT))
        .http_status_as_error(false)
        .build()
        .into()
}

type Answer = std::result::Result<ureq::http::Response<ureq::Body>, ureq::Error>;

fn settle(request: &str, answer: Answer) -> Result<()> {
    let refused = |answer: String| Error::Refused { request: request.to_owned(), answer };
    let answer = answer.map_err(|reason| refused(reason.to_string()))?;
    let status = answer.status();
    if status.is_success() {
        return Ok(());
    }
    let text = answer.into_body().read_to_string().unwrap_or_default();
    Err(refused(format!("{status}\n{}", plain(text))))
}

/// The edge's error as text: what is wrong, and the next step.
fn plain(answer: String) -> String {
    let json: Value = serde_json::from_str(&answer).unwrap_or_default();
    match (json["error"]["message"].as_str(), json["error"]["next"].as_str()) {
        (Some(message), Some(next)) => format!("{message}\nnext: {next}"),
        _ => answer,
    }
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn an_error_of_the_edge_reads_as_text() {
        let answer = r#"{"error":{"code":"rules","message":"line 3: unknown key","next":"remove it"}}"#;
        assert_eq!(plain(answer.into()), "line 3: unknown key\nnext: remove it");
    }

    #[test]
    fn an_answer_of_another_shape_is_shown_as_it_is() {
        assert_eq!(plain("Internal Server Error".into()), "Internal Server Error");
    }
}
