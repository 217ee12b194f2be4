//! What every answer of the edge carries whatever was asked, and what a deployment takes no more of.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

use tests::{Answer, Edge, RULES, Visitor, eventually};
use wire::{Ask, Want, What, encode};

/// What no answer is without.
const GUARDS: [&str; 6] = [
    "content-security-policy",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "permissions-policy",
    "referrer-policy",
    "cache-control",
];

/// One answer of each kind there is, each with what was asked.
fn answers(edge: &Edge) -> Vec<(&'static str, Answer)> {
    let visitor = Visitor::new(1);
    let origin = edge.origin();
    let ask = Ask::Message { reply_to: "ada@example.org".into(), text: "Hello?".into() };
    let key = format!("Bearer {}", edge.owner_key());
    let own = [("Authorization", &*key)];
    vec![
        ("events", visitor.sends(edge, &visitor.batch(vec![What::View]))),
        ("contacts", visitor.asks(edge, 1, ask)),
        ("visitor", edge.post("/v1/visitor", &[], &[("Origin", &origin)])),
        ("explain", edge.post("/v1/explain", &[], &[("Origin", &origin)])),
        (
            "preflight",
            edge.options("/v1/events", &[("Origin", &origin), ("Access-Control-Request-Method", "POST")]),
        ),
        (
            "a page of elsewhere",
            edge.post("/v1/events", &encode(&visitor.batch(vec![])), &[("Origin", "https://a.example")]),
        ),
        ("health", edge.get("/v1/health", &[])),
        ("snippet", edge.get("/v1/snippet?site=shop", &[])),
        ("privacy", edge.get("/privacy?site=shop", &[])),
        ("description", edge.get("/openapi.json", &[])),
        ("metrics", edge.get("/metrics", &own)),
        ("no key", edge.get("/metrics", &[])),
        ("sites", edge.get("/v1/sites", &own)),
        ("settings", edge.get("/v1/sites/shop/settings", &own)),
        ("rules", edge.get("/v1/sites/shop/rules", &own)),
        ("bad rules", edge.put("/v1/sites/shop/rules", "broken")),
        ("versions", edge.get("/v1/sites/shop/versions", &own)),
        ("keys", edge.get("/v1/sites/shop/keys", &own)),
        ("audit", edge.get("/v1/sites/shop/audit", &own)),
        ("report", edge.get("/v1/sites/shop/report", &own)),
        ("webhooks", edge.get("/v1/sites/shop/webhooks", &own)),
        ("explanation", edge.get("/v1/sites/shop/explain", &own)),
        ("desk", edge.asks(edge.desk_key(), "GET", "/v1/desk/callbacks?site=shop", "")),
        ("the tag", edge.get("/t.js", &[])),
        ("the widgets", edge.get("/w.js", &[])),
        ("nothing", edge.get("/nothing", &[])),
        ("another method", edge.post("/openapi.json", &[], &[])),
    ]
}

#[test]
fn every_answer_carries_what_guards_its_reader() {
    let edge = Edge::serving(RULES);
    for (asked, answer) in answers(&edge) {
        for guard in GUARDS {
            assert!(answer.header(guard).is_some(), "{asked}: {guard} is missing: {:?}", answer.headers);
        }
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{asked}");
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"), "{asked}: {policy}");
        assert_eq!(answer.header("strict-transport-security"), None, "{asked}: over plain http");
        assert_eq!(answer.header("set-cookie"), None, "{asked}");
    }
}

#[test]
fn only_what_pages_of_other_origins_load_may_be_loaded_by_them() {
    let edge = Edge::serving(RULES);
    let shared: Vec<&str> = answers(&edge)
        .into_iter()
        .filter(|(_, answer)| answer.header("cross-origin-resource-policy") == Some("cross-origin"))
        .map(|(asked, _)| asked)
        .collect();
    assert_eq!(shared, ["events", "contacts", "visitor", "explain", "the tag", "the widgets"]);
}

#[test]
fn over_https_a_browser_is_told_to_stay_with_it() {
    let edge = Edge::serving(RULES);
    let answer = edge.get("/privacy?site=shop", &[("X-Forwarded-Proto", "https")]);
    assert_eq!(answer.header("strict-transport-security"), Some("max-age=63072000"));
}

#[test]
fn a_deployment_takes_so_many_sites_and_says_so() {
    let edge = Edge::under(RULES, &[("DECLIC_LIMITS", "sites=2")]);
    let settings = r#"{"origins":["https://two.example"]}"#;
    assert_eq!(edge.put("/v1/sites/two/settings", settings).status, 200);
    let refused = edge.put("/v1/sites/three/settings", settings);
    assert_eq!(refused.fault(), "422 too_many_sites");
    assert!(refused.text().contains("this deployment has 2 sites"), "{}", refused.text());
    assert_eq!(edge.counted("declic_refused_total{code=\"too_many_sites\"}"), 1);
    assert_eq!(edge.put("/v1/sites/two/settings", settings).status, 200, "those there are go on");
    let sites = edge.owner("GET", "/v1/sites", "").json();
    assert_eq!(sites["sites"], serde_json::json!(["shop", "two"]));
}

#[test]
fn a_rule_file_that_is_too_large_or_has_too_many_rules_changes_nothing() {
    let edge = Edge::serving(RULES);
    let rules = "/v1/sites/shop/rules";
    // Refused by its head alone: a client that went on sending would find the line closed.
    let head = format!(
        "PUT {rules} HTTP/1.1\r\nHost: edge\r\nAuthorization: Bearer {}\r\nContent-Length: 1100000\r\n\
         Connection: close\r\n\r\n",
        edge.owner_key()
    );
    let too_large = edge.says(head.as_bytes());
    assert!(too_large.starts_with("HTTP/1.1 413") && too_large.contains("too_large"), "{too_large}");
    let rule = |number: usize| {
        format!("[[rule]]\nid=\"r{number}\"\nshow=\"tag\"\ntag=\"t\"\nwhen={{page.path=\"/\"}}\n")
    };
    let too_many = edge.put(rules, &(0..5001).map(rule).collect::<String>());
    assert_eq!(too_many.fault(), "422 bad_rules");
    assert!(too_many.text().contains("5000"), "{}", too_many.text());
    assert_eq!(edge.counted("declic_refused_total{code=\"bad_rules\"}"), 1);
    assert_eq!(edge.counted("declic_refused_total{code=\"too_large\"}"), 1);
    assert_eq!(edge.owner("GET", rules, "").text(), RULES);
}

#[test]
fn the_operator_s_routes_are_opened_by_no_site_s_key() {
    let edge = Edge::serving(RULES);
    let body = r#"{"name":"ada","role":"owner"}"#;
    let made = edge.owner("POST", "/v1/sites/shop/keys", body).json();
    let key = made["key"].as_str().unwrap();
    for path in ["/metrics", "/v1/sites"] {
        let refused = edge.asks(key, "GET", path, "");
        assert_eq!(refused.fault(), "401 unauthorized", "{path}");
        assert!(!refused.text().contains("a key of this site"), "{}", refused.text());
    }
}

#[test]
fn the_privacy_page_of_a_site_speaks_the_browser_s_language_and_says_the_site_s_retention() {
    let edge = Edge::serving(RULES);
    let settings = format!(r#"{{"origins":["{}"],"retention_days":42}}"#, edge.origin());
    assert_eq!(edge.put("/v1/sites/shop/settings", &settings).status, 200);
    let page = |path: &str, language: &str| edge.get(path, &[("Accept-Language", language)]);
    // Settings are in force within seconds: asked until then.
    eventually(|| {
        let page = page("/privacy?site=shop", "fr-CA,fr;q=0.9").text();
        page.contains("42 jours après votre dernière visite").then_some(())
    });
    assert!(page("/privacy?site=shop&lang=en", "fr").text().contains("42 days after your last visit"));
    assert_eq!(page("/privacy?site=nobody", "en").fault(), "404 unknown_site");
    assert_eq!(page("/privacy", "en").fault(), "400 no_site");
    let kept = Visitor::unasked(1).inquires(&edge, Want::See);
    assert!(kept.fields.is_empty(), "looking at it keeps nothing");
}

#[test]
fn no_address_leads_elsewhere_than_it_says() {
    let edge = Edge::serving(RULES);
    let secret = "0123456789abcdef0123456789abcdef";
    let made = edge.owner(
        "POST",
        "/v1/sites/shop/identity-secrets",
        &serde_json::json!({ "secret": secret }).to_string(),
    );
    assert_eq!(made.status, 200, "{}", made.text());
    let body = r#"{"name":"mia","role":"marketer"}"#;
    let made = edge.owner("POST", "/v1/sites/shop/keys", body).json();
    let key = made["key"].as_str().unwrap();
    for path in [
        r"/v1/sites/shop/versions/..\snapshot",
        r"/v1/sites/shop/versions/1\..\..\snapshot",
        r"/v1/sites/shop/versions/1\program",
        "/v1/sites/shop/versions/../snapshot",
        "/v1/sites/shop/versions/%2e%2e/snapshot",
        "/v1/sites/shop/versions/.%2E/settings",
        "/v1/sites/shop/./rules",
        r"/v1\sites/shop/rules",
    ] {
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: edge.example\r\nAuthorization: Bearer {key}\r\nConnection: close\r\n\r\n"
        );
        let answer = edge.says(request.as_bytes());
        assert!(answer.starts_with("HTTP/1.1 4"), "{path}: {answer}");
        assert!(!answer.contains(secret), "{path}");
    }
    assert_eq!(edge.asks(key, "GET", "/v1/sites/shop/rules", "").status, 200);
}

#[test]
fn a_request_nobody_can_read_gets_an_answer_like_any_other() {
    let edge = Edge::serving(RULES);
    let answer = edge.says(b"GET /v1/health?token=t0p HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n");
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    assert!(answer.contains("bad_address") && answer.to_lowercase().contains("nosniff"), "{answer}");
    assert!(!answer.contains("t0p"), "{answer}");
    let answer = edge.says(b"PURGE /v1/health HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n");
    assert!(answer.starts_with("HTTP/1.1 405"), "{answer}");
}
