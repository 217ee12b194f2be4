//! One edge and one key: requests out, JSON or a readable error in.

use std::env;
use std::time::Duration;

use serde_json::Value;
use ureq::http::Method;

use crate::{Error, Result};

/// The edge of `cargo dev demo`.
const DEMO: &str = "http://127.0.0.1:8788";
/// A file of the largest size takes a fraction of this to check.
const ANSWER_LIMIT: Duration = Duration::from_secs(60);

/// What the commands speak through.
pub(super) struct Client {
    agent: ureq::Agent,
    edge: String,
    key: String,
}

impl Client {
    /// The edge and the key that the environment names.
    pub(super) fn of_environment() -> Result<Client> {
        let edge = env::var("DECLIC_EDGE").unwrap_or_else(|_| DEMO.to_owned());
        let edge = edge.trim_end_matches('/').to_owned();
        if !edge.starts_with("http://") {
            return Err(Error::Missing {
                what: format!("`DECLIC_EDGE` is `{edge}`, and this runner speaks plain http only"),
                next: "forward a local port to the edge (an ssh tunnel, a TLS proxy) and name that port"
                    .into(),
            });
        }
        let key = env::var("DECLIC_KEY").unwrap_or_default();
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(ANSWER_LIMIT))
            .http_status_as_error(false)
            .build()
            .into();
        Ok(Client { agent, edge, key })
    }

    pub(super) fn get(&self, path: &str) -> Result<Value> {
        json(&self.request(Method::GET, path, "", "")?)
    }

    pub(super) fn text(&self, path: &str) -> Result<String> {
        self.request(Method::GET, path, "", "")
    }

    pub(super) fn delete(&self, path: &str) -> Result<Value> {
        json(&self.request(Method::DELETE, path, "", "")?)
    }

    /// As [`Self::delete`], where the answer has no body.
    pub(super) fn remove(&self, path: &str) -> Result<()> {
        self.request(Method::DELETE, path, "", "").map(drop)
    }

    pub(super) fn post(&self, path: &str, body: &Value) -> Result<Value> {
        self.send("POST", path, "application/json", &body.to_string())
    }

    pub(super) fn send(&self, method: &str, path: &str, kind: &str, body: &str) -> Result<Value> {
        let method = if method == "PUT" { Method::PUT } else { Method::POST };
        json(&self.request(method, path, kind, body)?)
    }

    /// The answer's text, when the edge took the request.
    fn request(&self, method: Method, path: &str, kind: &str, body: &str) -> Result<String> {
        let request = format!("{method} {path}");
        let refused = |answer: String| Error::Refused { request: request.clone(), answer };
        let built = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.edge))
            .header("authorization", format!("Bearer {}", self.key))
            .header("content-type", kind)
            .body(body.to_owned())
            .map_err(|reason| refused(format!("no such address: {reason}")))?;
        let answer = self.agent.run(built).map_err(|reason| {
            refused(format!("{reason}\nnext: see that an edge runs at {} (`DECLIC_EDGE`)", self.edge))
        })?;
        let status = answer.status();
        let text = answer.into_body().read_to_string().map_err(|reason| refused(reason.to_string()))?;
        match status.as_u16() {
            200..300 => Ok(text),
            401 if self.key.is_empty() => {
                Err(refused("no key was sent\nnext: set `DECLIC_KEY` to a key of the site".into()))
            }
            _ => Err(refused(format!("{status}\n{}", complaint(&text)))),
        }
    }
}

/// The edge's error as text: each fault with its place, and the next step.
fn complaint(text: &str) -> String {
    let json: Value = serde_json::from_str(text).unwrap_or_default();
    match (json["error"]["message"].as_str(), json["error"]["next"].as_str()) {
        (Some(message), Some(next)) => format!("{message}\nnext: {next}"),
        _ => text.to_owned(),
    }
}

fn json(text: &str) -> Result<Value> {
    serde_json::from_str(text).map_err(|reason| Error::Refused {
        request: "reading the answer".into(),
        answer: format!("it is not JSON: {reason}\nnext: see that `DECLIC_EDGE` is the edge's own address"),
    })
}

/// `?name=value&…`, or nothing.
pub(super) fn query(parameters: &[(&str, String)]) -> String {
    let pairs: Vec<String> =
        parameters.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
}

/// Percent-encoded, but for what stands for itself anywhere in an address (RFC 3986, 2.3).
pub(super) fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    text.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{complaint, query};

    #[test]
    fn parameters_are_encoded() {
        assert_eq!(query(&[("note", "a warmer+word & more".into())]), "?note=a%20warmer%2Bword%20%26%20more");
        assert_eq!(query(&[]), "");
    }

    #[test]
    fn an_error_of_the_edge_reads_as_text() {
        let answer = r#"{"error":{"code":"bad_rules","message":"line 3: unknown key","next":"remove it"}}"#;
        assert_eq!(complaint(answer), "line 3: unknown key\nnext: remove it");
        assert_eq!(complaint("Bad Gateway"), "Bad Gateway");
    }
}
