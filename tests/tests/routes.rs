//! Every address of the API with every method, and what may stand in an address: held to the description, at the running
//! edge.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

use serde_json::{Value, json};
use tests::{Answer, Edge, RULES};

const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"];
/// Where a browser asks beforehand.
const PREFLIGHTED: [&str; 2] = ["/v1/events", "/v1/contacts"];

/// The described addresses, each with something in place of what it names, and the methods it takes.
fn addresses(edge: &Edge) -> Vec<(String, Vec<String>, Value)> {
    let description = edge.get("/openapi.json", &[]).json();
    let address = |(path, operations): (&String, &Value)| {
        let named = [
            ("{site}", "shop"),
            ("{version}", "1"),
            ("{name}", "ada"),
            ("{queue}", "callbacks"),
            ("{secret}", "0123456789ab"),
            ("{customer}", "c-9"),
            ("{endpoint}", "ep_1"),
            ("{letter}", "1"),
        ];
        let path = named.iter().fold(path.clone(), |path, (name, value)| path.replace(name, value));
        assert!(!path.contains('{'), "what stands for the name in {path}?");
        let taken: Vec<String> =
            operations.as_object().unwrap().keys().map(|method| method.to_uppercase()).collect();
        (path, taken, operations.clone())
    };
    description["paths"].as_object().unwrap().iter().map(address).collect()
}

fn error<'a>(answer: &'a Value, part: &str) -> &'a str {
    answer["error"][part].as_str().unwrap_or_default()
}

#[test]
fn every_address_takes_its_methods_and_answers_the_others_with_those() {
    let edge = Edge::serving(RULES);
    let mut refused = 0;
    for (path, mut taken, _) in addresses(&edge) {
        if taken.contains(&"GET".to_owned()) {
            taken.push("HEAD".into());
        }
        if PREFLIGHTED.contains(&path.as_str()) {
            taken.push("OPTIONS".into());
        }
        taken.sort();
        for method in METHODS {
            let answer = edge.by(method, &path, &[]);
            if taken.iter().any(|taken| taken == method) {
                assert!(![404, 405].contains(&answer.status), "{method} {path}: {}", answer.text());
                continue;
            }
            assert_eq!(answer.status, 405, "{method} {path}: {}", answer.text());
            let mut allowed: Vec<&str> = answer.header("allow").unwrap().split(", ").collect();
            allowed.sort_unstable();
            assert_eq!(allowed, taken, "{method} {path}");
            refused += 1;
        }
    }
    assert!(refused > 100, "{refused}");
    for (method, path) in [("POST", "/t.js"), ("DELETE", "/w.js")] {
        assert_eq!(edge.by(method, path, &[]).header("allow"), Some("GET, HEAD"), "{method} {path}");
    }
    for method in METHODS.into_iter().filter(|method| *method != "HEAD") {
        assert_eq!(edge.by(method, "/v1/nothing", &[]).fault(), "404 not_found", "{method}");
    }
}

#[test]
fn what_is_got_can_be_asked_for_by_head() {
    let edge = Edge::serving(RULES);
    let key = format!("Bearer {}", edge.owner_key());
    let own = [("Authorization", &*key)];
    for path in
        ["/v1/sites/shop/rules", "/v1/sites/shop/settings", "/v1/sites/shop/webhooks", "/metrics", "/t.js"]
    {
        let (got, head) = (edge.get(path, &own), edge.by("HEAD", path, &own));
        assert_eq!((head.status, head.body.len()), (200, 0), "{path}");
        assert_eq!(head.header("content-type"), got.header("content-type"), "{path}");
        assert_eq!(head.header("etag"), got.header("etag"), "{path}");
    }
    assert_eq!(edge.by("HEAD", "/v1/sites/shop/rules", &[]).status, 401, "with the same key");
}

#[test]
fn a_parameter_no_address_takes_is_named_with_those_it_takes() {
    let edge = Edge::serving(RULES);
    let mut asked = 0;
    for (path, taken, operations) in addresses(&edge) {
        if !path.starts_with("/v1/") && path != "/metrics" {
            continue;
        }
        for method in taken {
            let parameters = operations[method.to_lowercase()]["parameters"].as_array().cloned();
            let known: Vec<String> = parameters
                .unwrap_or_default()
                .iter()
                .filter(|parameter| parameter["in"] == "query")
                .map(|parameter| parameter["name"].as_str().unwrap().to_owned())
                .collect();
            let answer = edge.by(&method, &format!("{path}?surprise=1"), &[]);
            assert_eq!(answer.fault(), "400 bad_parameter", "{method} {path}");
            let answer = answer.json();
            assert!(error(&answer, "message").contains("`surprise`"), "{method} {path}: {answer}");
            for name in &known {
                assert!(error(&answer, "next").contains(&format!("`{name}`")), "{method} {path}: {answer}");
            }
            if let Some(name) = known.first() {
                let answer = edge.by(&method, &format!("{path}?{name}=1&{name}=2"), &[]);
                assert_eq!(answer.fault(), "400 bad_parameter", "{method} {path}: which of two?");
            }
            asked += 1;
        }
    }
    assert!(asked > 35, "{asked}");
    for path in ["/privacy?site=shop&fbclid=1", "/t.js?v=2"] {
        assert_eq!(edge.get(path, &[]).status, 200, "{path}: links pick parameters up on their way");
    }
    for query in ["site=%FF", "site=shop%00", "site=%zz", "site=%1B[2J", "s%FFte=shop"] {
        let answer = edge.get(&format!("/v1/snippet?{query}"), &[]);
        assert_eq!(answer.fault(), "400 bad_parameter", "{query}: {}", answer.text());
    }
}

#[test]
fn a_name_no_site_can_have_is_said_to_be_none() {
    let edge = Edge::serving(RULES);
    let settings = r#"{"origins":["https://shop.example"]}"#;
    for (name, nearest) in [("Shop", "`shop`"), ("my_shop", "`my-shop`"), ("shop%20fr", "")] {
        let answer = edge.put(&format!("/v1/sites/{name}/settings"), settings);
        assert_eq!(answer.fault(), "400 bad_site", "{name}");
        assert!(
            error(&answer.json(), "next").contains("`a` to `z`, `0` to `9` and `-`"),
            "{}",
            answer.text()
        );
        assert!(error(&answer.json(), "next").contains(nearest), "{}", answer.text());
    }
    assert_eq!(edge.get("/v1/snippet?site=Shop", &[]).fault(), "400 bad_site");
    assert_eq!(edge.get("/privacy?site=Shop", &[]).fault(), "400 bad_site");
    assert_eq!(edge.put("/v1/sites/shop-2/settings", settings).status, 200);
    assert_eq!(edge.owner("GET", "/v1/sites", "").json()["sites"], json!(["shop", "shop-2"]));
}

#[test]
fn a_snippet_is_for_a_site_there_is() {
    let edge = Edge::serving(RULES);
    let answer = edge.get("/v1/snippet?site=nobody", &[]);
    assert_eq!(answer.fault(), "404 unknown_site");
    assert!(error(&answer.json(), "next").contains("PUT /v1/sites/KEY/settings"), "{}", answer.text());
    assert!(edge.get("/v1/snippet?site=shop", &[]).text().contains("data-site=\"shop\""));
}

#[test]
fn a_key_is_removed_by_the_name_it_has_however_an_address_writes_it() {
    let edge = Edge::serving(RULES);
    let keys = "/v1/sites/shop/keys";
    let make =
        |name: &str| edge.owner("POST", keys, &json!({ "name": name, "role": "marketer" }).to_string());
    let names = |answer: &Answer| -> Vec<Value> {
        answer.json()["keys"].as_array().unwrap().iter().map(|key| key["name"].clone()).collect()
    };
    for name in ["-", ".", "@", "ada lovelace", "a/b", "operator"] {
        let answer = make(name);
        assert_eq!(answer.fault(), "422 bad_key", "{name}");
        assert!(error(&answer.json(), "message").contains(&format!("`{name}`")), "{}", answer.text());
        assert!(error(&answer.json(), "next").contains("a letter or digit first and last"), "{name}");
    }
    for (name, written) in
        [("ada@shop.example", "ada%40shop.example"), ("b.c_d", "%62.c_d"), ("eve@x", "eve@x")]
    {
        assert_eq!(make(name).status, 200, "{name}");
        assert_eq!(names(&edge.owner("GET", keys, "")), [name]);
        assert_eq!(names(&edge.owner("DELETE", &format!("{keys}/{written}"), "")), Vec::<Value>::new());
    }
    assert_eq!(edge.owner("DELETE", &format!("{keys}/%zz"), "").fault(), "400 bad_parameter");
    let gone = edge.owner("DELETE", &format!("{keys}/ada%40shop.example"), "");
    assert_eq!(gone.fault(), "404 not_found");
    assert!(error(&gone.json(), "message").contains("`ada@shop.example`"), "{}", gone.text());
    assert!(error(&gone.json(), "next").contains("GET /v1/sites/KEY/keys"), "{}", gone.text());
}

/// What the edge says to rules sent as this type.
fn puts(edge: &Edge, kind: Option<&str>, more: &str, rules: &str) -> String {
    let kind = kind.map(|kind| format!("Content-Type: {kind}\r\n")).unwrap_or_default();
    let (key, length) = (edge.owner_key(), rules.len());
    edge.says(
        format!(
            "PUT /v1/sites/shop/rules HTTP/1.1\r\nHost: edge\r\nAuthorization: Bearer {key}\r\n{kind}{more}\
             Content-Length: {length}\r\nConnection: close\r\n\r\n{rules}"
        )
        .as_bytes(),
    )
}

#[test]
fn a_rule_file_is_read_in_the_form_its_type_names() {
    let edge = Edge::serving(RULES);
    let json = r#"{"rule":[{"id":"a","show":"tag","tag":"t","when":{"page.path":"/"}}]}"#;
    for kind in ["Application/JSON", "application/json; charset=utf-8", "application/json ;Charset=\"UTF-8\""]
    {
        let answer = puts(&edge, Some(kind), "", json);
        assert!(answer.starts_with("HTTP/1.1 200"), "{kind}: {answer}");
    }
    for kind in [
        None,
        Some("Application/TOML"),
        Some("text/plain;charset=UTF-8"),
        Some("application/x-www-form-urlencoded"),
    ] {
        let answer = puts(&edge, kind, "", RULES);
        assert!(answer.starts_with("HTTP/1.1 200"), "{kind:?}: {answer}");
    }
    for kind in ["application/yaml", "multipart/form-data; boundary=x", "application/json, application/toml"]
    {
        let answer = puts(&edge, Some(kind), "", json);
        assert!(
            answer.starts_with("HTTP/1.1 415") && answer.contains("unsupported_media_type"),
            "{kind}: {answer}"
        );
        assert!(
            answer.contains("application/toml") && answer.contains("application/json"),
            "{kind}: {answer}"
        );
    }
    let packed = puts(&edge, Some("application/toml"), "Content-Encoding: gzip\r\n", RULES);
    assert!(packed.starts_with("HTTP/1.1 415") && packed.contains("compressed as `gzip`"), "{packed}");
    let versions = edge.owner("GET", "/v1/sites/shop/versions", "").json();
    assert_eq!(versions["versions"].as_array().map(Vec::len), Some(8), "what is refused makes no version");
}

#[test]
fn brotli_goes_to_who_takes_it_and_to_nobody_else() {
    let edge = Edge::serving(RULES);
    let coding = |wants: &str| {
        let answer = edge.get("/t.js", &[("Accept-Encoding", wants)]);
        (answer.status, answer.header("content-encoding").map(str::to_owned))
    };
    for wants in ["br", "BR;q=0.5", "gzip, br;q=1.0", "*"] {
        assert_eq!(coding(wants), (200, Some("br".into())), "{wants}");
    }
    for wants in ["br;q=0", "br; q=0.0", "br ;Q=0.000, *", "gzip", "identity", "br;q=0.1, identity"] {
        assert_eq!(coding(wants), (200, None), "{wants}");
    }
    assert_eq!(edge.get("/t.js", &[("If-None-Match", "*")]).status, 304);
}
