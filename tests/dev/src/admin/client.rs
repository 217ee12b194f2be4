//! One edge and one key: requests out, JSON or a readable error in.

use std::env;
use std::net::IpAddr;
use std::time::Duration;

use serde_json::Value;
use ureq::http::Method;
use ureq::tls::{RootCerts, TlsConfig};

use super::telling::word;
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
        Self::of(edge, env::var("DECLIC_KEY").unwrap_or_default())
    }

    /// This edge and this key.
    pub(super) fn of(edge: String, key: String) -> Result<Client> {
        if !edge.starts_with("https://") && !is_near(&edge) {
            return Err(Error::Missing {
                what: format!(
                    "`DECLIC_EDGE` is `{edge}`: the key would go there for everyone on the way to read"
                ),
                next: "name the edge by https://, or by http:// when it runs on this machine".into(),
            });
        }
        // What the system trusts, so that a company's own authority is; `SSL_CERT_FILE` names another.
        let trust = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build();
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(ANSWER_LIMIT))
            .http_status_as_error(false)
            .tls_config(trust)
            // A redirect could carry the key elsewhere.
            .max_redirects(0)
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

/// Whether an address is plain http on this machine: the demo's edge, or the end of a tunnel.
fn is_near(edge: &str) -> bool {
    let Some(authority) = edge.strip_prefix("http://") else { return false };
    let host = match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next(),
        None => authority.split([':', '/']).next(),
    };
    host.is_some_and(|host| {
        host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    })
}

/// The edge's error as text: each fault with its place, and the next step.
fn complaint(text: &str) -> String {
    let json: Value = serde_json::from_str(text).unwrap_or_default();
    match (json["error"]["message"].as_str(), json["error"]["next"].as_str()) {
        (Some(_), Some(_)) => {
            format!("{}\nnext: {}", word(&json["error"]["message"]), word(&json["error"]["next"]))
        }
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
    use super::{Client, Method, complaint, is_near, query};

    #[test]
    fn a_key_goes_by_https_or_to_this_machine() {
        for near in ["http://127.0.0.1:8788", "http://localhost:1", "http://[::1]:8788", "http://127.9.9.9"] {
            assert!(is_near(near), "{near}");
        }
        for far in [
            "http://edge.example",
            "http://127.0.0.1.example",
            "http://localhost@edge.example",
            "ftp://localhost",
        ] {
            assert!(!is_near(far), "{far}");
            let refused = Client::of(far.into(), "k".into()).err().map(|error| error.to_string());
            assert!(refused.is_some_and(|text| text.contains("for everyone on the way to read")), "{far}");
        }
        assert!(Client::of("https://edge.example".into(), "k".into()).is_ok());
    }

    #[test]
    fn who_does_not_prove_who_he_is_gets_no_key() {
        // Takes whatever comes, and answers in the clear.
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let edge = format!("https://{}", listener.local_addr().unwrap());
        let heard = std::thread::spawn(move || {
            use std::io::{Read, Write};
            let (mut line, _) = listener.accept().unwrap();
            let mut heard = vec![0; 4096];
            let length = line.read(&mut heard).unwrap();
            line.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}").unwrap();
            String::from_utf8_lossy(&heard[..length]).into_owned()
        });
        let client = Client::of(edge, "very-secret".into()).unwrap();
        assert!(client.request(Method::GET, "/v1/sites", "", "").is_err());
        assert!(!heard.join().unwrap().contains("very-secret"));
    }

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
