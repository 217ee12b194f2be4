//! Requests as somebody writes them who means harm: none leads elsewhere than it says, fails inside, or costs anybody else
//! his answer.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

use tests::{Edge, RULES, Visitor, shown};

/// A request in bytes; `{key}` stands for the owner's key.
fn request(edge: &Edge, line: &[u8], headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        " HTTP/1.1\r\nHost: edge\r\n{}Connection: close\r\n\r\n",
        headers.replace("{key}", &format!("Authorization: Bearer {}\r\n", edge.owner_key()))
    );
    [line, head.as_bytes(), body].concat()
}

/// The status of an answer; nothing when the line was cut.
fn status(answer: &str) -> Option<u16> {
    answer.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()
}

#[track_caller]
fn still_serves(edge: &Edge) {
    let reply = Visitor::unasked(1).opens(edge, "/?utm_campaign=Sale");
    assert_eq!(shown(&reply), ["campaign"]);
    assert_eq!(edge.owner("GET", "/v1/sites/shop/rules", "").text(), RULES, "nothing has changed");
}

#[test]
fn an_odd_address_leads_nowhere() {
    let edge = Edge::serving(RULES);
    let cases: [(&[u8], &[u16]); 24] = [
        (b"GET //v1/sites", &[404]),
        (b"GET /v1//sites", &[404]),
        (b"GET /v1/sites/", &[404]),
        (b"GET /v1/sites/shop%2Frules", &[404]),
        (b"GET /v1/sites/shop%2frules/rules", &[400]),
        (b"GET /v1/sites/shop%00/rules", &[400]),
        (b"GET /v1/sites/%2e%2e/rules", &[400, 404]),
        (b"GET /v1/sites/shop/rules%20", &[404]),
        (b"GET /v1/sites/shop/rules;x=1", &[404]),
        (b"GET /v1/sites/shop/versions/1%2Fprogram", &[404]),
        (b"GET /v1/sites/shop/versions/-1", &[404]),
        (b"GET /v1/sites/shop/versions/99999999999999999999", &[404]),
        (b"GET /v1/sites/shop/versions/1/program", &[404]),
        (b"GET /v1/sites/shop/snapshot", &[404]),
        (b"POST /v1/sites/shop/audit", &[405]),
        (b"GET /v1/sites/shop/customers/%ff", &[400]),
        (b"GET /v1/sites/shop/customers/%", &[400]),
        (b"GET /v1/sites/shop/customers/..%5c..%5csnapshot", &[404]),
        (b"GET /v1/sites/shop/rules?draft=true", &[400]),
        (b"GET /v1/sites/shop/diff?against=%ff", &[404]),
        (b"GET /v1/sites/shop/report?from=%00", &[400]),
        (b"GET /t.js%00.html", &[404]),
        (b"GET /../../etc/passwd", &[400, 404]),
        (b"GET http://edge/v1/sites/shop/snapshot", &[400, 404]),
    ];
    for (line, expected) in cases {
        let answer = edge.says(&request(&edge, line, "{key}", b""));
        let found = status(&answer);
        assert!(
            found.is_some_and(|status| expected.contains(&status)),
            "{}: {answer}",
            String::from_utf8_lossy(line)
        );
        assert!(answer.contains("\"next\""), "{}: {answer}", String::from_utf8_lossy(line));
    }
    still_serves(&edge);
}

#[test]
fn a_request_that_is_none_is_refused_before_it_is_answered() {
    let edge = Edge::serving(RULES);
    let huge = format!("X-Huge: {}\r\n", "x".repeat(300_000));
    let many: String = (0..5_000).map(|number| format!("X-{number}: y\r\n")).collect();
    let cases: Vec<(&[u8], &str, &[u8])> = vec![
        (b"GET /v1/\0health", "", b""),
        (b"GET /v1/health\xff\xfe", "", b""),
        (b"GET /v1/sites?\xff=\xfe", "{key}", b""),
        (b"get /v1/sites", "{key}", b""),
        (b"G\xc3\x89T /v1/sites", "{key}", b""),
        (b"TRACE /v1/sites", "{key}", b""),
        (b"GET *", "", b""),
        (b"GET", "", b""),
        (b"POST /v1/events", "Content-Length: 5\r\nContent-Length: 6\r\n", b"hello!"),
        (b"POST /v1/events", "Content-Length: -1\r\n", b""),
        (b"POST /v1/events", "Content-Length: 18446744073709551616\r\n", b""),
        (
            b"POST /v1/events",
            "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
            b"0\r\n\r\nGET /v1/sites HTTP/1.1\r\n\r\n",
        ),
        (b"POST /v1/events", "Transfer-Encoding: chunked, identity\r\n", b"0\r\n\r\n"),
        (b"POST /v1/events", "Transfer-Encoding: chunked\r\n", b"ffffffffffffffffff\r\nx"),
        (b"GET /v1/sites", "Authorization : Bearer x\r\n", b""),
        (b"GET /v1/sites", "Authorization: Bearer \0\r\n", b""),
        (b"GET /v1/sites", "Authorization: Bearer a\r\nAuthorization: Bearer b\r\n", b""),
        (b"GET /v1/sites", &huge, b""),
        (b"GET /v1/sites", &many, b""),
    ];
    for (line, headers, body) in cases {
        let answer = edge.says(&request(&edge, line, headers, body));
        let told = String::from_utf8_lossy(line).into_owned();
        assert!(
            status(&answer).is_none_or(|status| (400..500).contains(&status) || status == 501),
            "{told}: {answer}"
        );
        assert_eq!(answer.matches("HTTP/1.1 ").count(), usize::from(!answer.is_empty()), "{told}: {answer}");
    }
    still_serves(&edge);
}

#[test]
fn no_document_is_too_deep_or_too_large_to_be_refused() {
    let edge = Edge::serving(RULES);
    let deep = |open: &str, close: &str, count: usize| open.repeat(count) + &close.repeat(count);
    let key = format!("Bearer {}", edge.owner_key());
    let documents: Vec<(&str, &str, String)> = vec![
        ("json", "settings", deep("[", "]", 30_000)),
        ("json", "settings", format!("{{\"desk\":{}}}", deep("{\"a\":", "", 10_000))),
        ("json", "settings", r#"{"origins":["https://a.example"],"retention_days":1e999}"#.into()),
        (
            "json",
            "settings",
            r#"{"origins":["https://a.example"],"retention_days":99999999999999999999}"#.into(),
        ),
        ("json", "settings", r#"{"origins":["https://a.example"],"retention_days":-1}"#.into()),
        ("json", "settings", "{\"origins\":[\"https://a.example\\u0000\"]}".into()),
        ("json", "settings", "{\"origins\":[\"\\ud800\"]}".into()),
        ("json", "settings", r#"{"origins":["https://a.example"],"origins":["https://b.example"]}"#.into()),
        ("json", "rules", deep("[", "]", 400_000)),
        ("json", "rules", format!("{{\"rule\":{}", deep("[{\"when\":", "", 80_000))),
        ("json", "rules", "{\"rule\":[{\"id\":1e999}]}".into()),
        ("toml", "rules", format!("x = {}", deep("[", "]", 400_000))),
        ("toml", "rules", format!("x = {}", deep("{a=", "}", 200_000))),
        ("toml", "rules", format!("{} = 1", vec!["a"; 400_000].join("."))),
        ("toml", "rules", format!("[{}]", vec!["a"; 400_000].join("."))),
        ("toml", "rules", format!("[[rule]]\nwhen = {}", deep("{ all = [", "] }", 60_000))),
        ("toml", "rules", "[[rule]]\n".repeat(100_000)),
        ("toml", "rules", format!("x = {}", "9".repeat(900_000))),
    ];
    for (kind, what, text) in documents {
        let path = format!("/v1/sites/shop/{what}");
        let kind = format!("application/{kind}");
        let answer = edge.puts(&path, text.as_bytes(), &[("Authorization", &key), ("Content-Type", &kind)]);
        let told = format!("{kind} {what} {text:.40}");
        assert!([413, 422].contains(&answer.status), "{told}: {} {}", answer.status, answer.text());
        still_serves(&edge);
    }
}

#[test]
fn no_body_of_a_small_route_is_too_odd_to_be_refused() {
    let edge = Edge::serving(RULES);
    let bodies = [
        "[",
        "null",
        "[]",
        "7",
        "\"text\"",
        "{\"hours\":1e999}",
        "{\"hours\":-1}",
        "{\"hours\":1.5}",
        "{\"a\":1}",
        "{\"hours\":18446744073709551616}",
        "\u{feff}{}",
        "{}{}",
        &"[".repeat(4_000),
        &"x".repeat(5_000),
    ];
    for path in [
        "keys",
        "rollback",
        "debug-links",
        "identity-secrets",
        "versions/1/publish",
        "versions/1/preview-links",
        "webhooks",
    ] {
        for body in bodies {
            let answer = edge.owner("POST", &format!("/v1/sites/shop/{path}"), body);
            assert!(
                [413, 422].contains(&answer.status),
                "{path} {body:.40}: {} {}",
                answer.status,
                answer.text()
            );
        }
    }
    still_serves(&edge);
}
