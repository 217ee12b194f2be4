//! Publishes a site's settings and rules through the edge's own API, as any owner would.

use std::fs;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use super::{Keys, SITE};
use crate::{Error, Result};

/// Checking the largest allowed rule file takes a fraction of this.
const ANSWER_LIMIT: Duration = Duration::from_secs(20);

/// Whose settings are published beside the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tenant {
    /// The demo shop: it has a desk and customers.
    Shop,
    /// A site of a test's own, which has what the test gives it.
    Test,
}

/// Publishes settings and rules; rules that are in force already make no new version.
pub(super) fn to(edge: &str, keys: &Keys, rules: &Path, origins: &[String], tenant: Tenant) -> Result<()> {
    let text = fs::read_to_string(rules).map_err(Error::file("read", rules))?;
    let mut settings = settings_in_force(edge, keys).unwrap_or_else(|| json!({}));
    settings["origins"] = json!(origins);
    if tenant == Tenant::Shop {
        furnish(&mut settings, keys);
    }
    put(edge, keys, "settings", "application/json", &settings.to_string())?;
    if in_force(edge, keys).as_ref() == Some(&text) {
        return Ok(());
    }
    put(edge, keys, "rules", "application/toml", &text)
}

/// Gives the demo shop what it has not got, and changes nothing somebody has set: people who answer at any hour, so that a
/// demonstration shows the wait and the times to choose from whenever it is given, and the secret its server signs with.
fn furnish(settings: &mut Value, keys: &Keys) {
    if settings["desk"].is_null() {
        settings["desk"] = json!({ "hours": "mon-sun 00:00-24:00", "agents": 4 });
        settings["timezone"] = json!("Europe/Paris");
    }
    if settings["identity_secrets"].as_array().is_none_or(Vec::is_empty) {
        settings["identity_secrets"] = json!([keys.shop]);
    }
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
    use serde_json::json;

    use super::{Keys, furnish, plain};

    #[test]
    fn an_error_of_the_edge_reads_as_text() {
        let answer = r#"{"error":{"code":"rules","message":"line 3: unknown key","next":"remove it"}}"#;
        assert_eq!(plain(answer.into()), "line 3: unknown key\nnext: remove it");
    }

    #[test]
    fn an_answer_of_another_shape_is_shown_as_it_is() {
        assert_eq!(plain("Internal Server Error".into()), "Internal Server Error");
    }

    #[test]
    fn the_shop_gets_what_it_has_not_and_keeps_what_was_set() {
        let key = |name: &str| name.to_owned();
        let keys = Keys { secret: key("a"), owner: key("b"), desk: key("c"), shop: key("d") };
        let mut settings = json!({});
        furnish(&mut settings, &keys);
        assert_eq!((&settings["desk"]["agents"], &settings["identity_secrets"]), (&json!(4), &json!(["d"])));
        let mut set = json!({ "desk": { "hours": "", "agents": 0 }, "identity_secrets": ["(kept)"] });
        let before = set.clone();
        furnish(&mut set, &keys);
        assert_eq!(set, before);
    }
}
