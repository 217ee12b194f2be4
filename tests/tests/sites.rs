//! Sites and the people who run them: versions, previews, keys, settings, and the desk they configure.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tests::{Answer, Edge, Visitor, shown};
use wire::{Ask, Card, What};

const HELLO: &str = r#"
[[rule]]
id = "hello"
show = "banner"
when = { page.path = "/" }
content.en.title = "Hello"
"#;

/// How long a version may take to be in force everywhere.
const IN_FORCE: Duration = Duration::from_secs(5);

/// An owner at the edge.
struct Owner<'e>(&'e Edge);

impl Owner<'_> {
    fn asks(&self, method: &str, path: &str, body: &str) -> Answer {
        self.0.asks(self.0.owner_key(), method, &format!("/v1/sites/shop{path}"), body)
    }

    #[track_caller]
    fn does(&self, method: &str, path: &str, body: &str) -> Value {
        let answer = self.asks(method, path, body);
        assert_eq!(answer.status, 200, "{method} {path}: {}", answer.text());
        answer.json()
    }

    /// Publishes TOML, and tells the version's number.
    #[track_caller]
    fn publishes(&self, rules: &str, parameters: &str) -> u64 {
        let answer = self.0.put(&format!("/v1/sites/shop/rules{parameters}"), rules);
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()["version"].as_u64().unwrap()
    }

    /// Each version's number and state, newest first.
    fn versions(&self) -> Vec<(u64, String)> {
        let list = self.does("GET", "/versions", "");
        let of = |version: &Value| {
            (version["version"].as_u64().unwrap(), version["state"].as_str().unwrap().to_owned())
        };
        list["versions"].as_array().unwrap().iter().map(of).collect()
    }

    /// Puts settings that name the site's origin and what is given.
    fn settings(&self, more: Value) -> Answer {
        let mut settings = json!({ "origins": [self.0.origin()] });
        settings.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
        self.asks("PUT", "/settings", &settings.to_string())
    }
}

/// Asks again until the visitor is shown this, as one who stays on a page would, and no longer than a version may take.
#[track_caller]
fn until_shown(edge: &Edge, wanted: &[&str]) {
    let began = Instant::now();
    for number in 0.. {
        let reply = Visitor::unasked(number as u8).opens(edge, "/");
        if shown(&reply) == wanted {
            return;
        }
        assert!(began.elapsed() < IN_FORCE, "{:?} after {IN_FORCE:?}, not {wanted:?}", shown(&reply));
    }
}

#[test]
fn versions_are_published_compared_scheduled_and_put_back() {
    let edge = Edge::serving(HELLO);
    let owner = Owner(&edge);
    until_shown(&edge, &["hello"]);
    let second = owner.publishes(&HELLO.replace("hello", "welcome"), "?note=a+warmer+word");
    assert_eq!(owner.versions(), [(second, "in_force".into()), (1, "past".into())]);
    until_shown(&edge, &["welcome"]);
    let diff = owner.does("GET", &format!("/versions/{second}/diff?against=1"), "");
    assert_eq!((&diff["added"], &diff["removed"]), (&json!(["welcome"]), &json!(["hello"])));
    assert!(diff["text"].as_str().unwrap().contains("-id = \"hello\""), "{diff}");
    assert_eq!(owner.does("POST", "/rollback", "")["version"], 1);
    assert_eq!(owner.does("GET", "/audit", "")["entries"][0]["what"], "rules.rolled_back");
    assert_eq!(owner.asks("POST", "/rollback", "{}").fault(), "404 no_version", "not forward again");
    assert_eq!(owner.asks("POST", "/rollback", r#"{"version":77}"#).fault(), "404 no_version");
    assert_eq!(owner.asks("POST", "/rollback", r#"{"to":2}"#).fault(), "422 bad_body");
    assert_eq!(owner.does("POST", "/rollback", r#"{"version":1}"#)["version"], 1);
    until_shown(&edge, &["hello"]);
    let third = owner.publishes(&HELLO.replace("hello", "winter"), "?from=2199-12-21T00:00:00Z");
    assert_eq!(owner.versions()[0], (third, "scheduled".into()));
    assert_eq!(shown(&Visitor::new(9).opens(&edge, "/")), ["hello"], "it is not yet in force");
    owner.does("DELETE", &format!("/versions/{third}/schedule"), "");
    assert_eq!(owner.versions()[0], (third, "draft".into()));
    let past = r#"{"from":"2020-01-01T00:00:00Z"}"#;
    assert_eq!(owner.asks("POST", "/versions/1/publish", past).fault(), "400 bad_parameter");
    assert_eq!(owner.asks("POST", "/versions/77/publish", "").fault(), "404 no_version");
    for parameters in ["?draft=1", "?draft", "?DRAFT=true", "?draft=true&from=2199-12-21T00:00:00Z"] {
        let answer = edge.put(&format!("/v1/sites/shop/rules{parameters}"), HELLO);
        assert_eq!(answer.fault(), "400 bad_parameter", "{parameters}");
    }
}

#[test]
fn a_scheduled_version_comes_in_force_by_itself() {
    let mut edge = Edge::serving(HELLO);
    let from = std::time::SystemTime::now() + Duration::from_secs(3);
    let seconds = from.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let from = rfc3339(seconds);
    Owner(&edge).publishes(&HELLO.replace("hello", "winter"), &format!("?from={from}"));
    // No alarm can be lost where there is none.
    edge.kill_and_restart();
    let began = Instant::now();
    while shown(&Visitor::unasked(1).opens(&edge, "/")) != ["winter"] {
        assert!(began.elapsed() < Duration::from_secs(3) + IN_FORCE, "it never came in force");
    }
}

/// Seconds since 1970 as RFC 3339 in UTC (H. Hinnant, days from civil, 2013).
fn rfc3339(seconds: u64) -> String {
    let (days, rest) = (seconds / 86_400 + 719_468, seconds % 86_400);
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let (day, month) = (day_of_year - (153 * shifted + 2) / 5 + 1, (shifted + 2) % 12 + 1);
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", rest / 3600, rest / 60 % 60, rest % 60)
}

#[test]
fn rules_are_taken_as_json_too_and_faults_say_where() {
    let edge = Edge::serving(HELLO);
    let owner = Owner(&edge);
    let rules = r#"{"rule":[{"id":"bonjour","show":"banner","when":{"page.path":"/"},"content":{"en":{"title":"Hi"}}}]}"#;
    assert_eq!(owner.does("PUT", "/rules", rules)["rules"], 1);
    until_shown(&edge, &["bonjour"]);
    let answer = owner.asks("PUT", "/rules", &rules.replace("banner", "baner"));
    assert_eq!(answer.fault(), "422 bad_rules");
    assert_eq!(answer.json()["error"]["details"][0]["path"], "rule[0].show");
    let answer = edge.put("/v1/sites/shop/rules", &HELLO.replace("banner", "baner"));
    let detail = &answer.json()["error"]["details"][0];
    assert_eq!((&detail["line"], &detail["kind"]), (&json!(4), &json!("bad-value")), "{detail}");
    assert_eq!(owner.versions().len(), 2, "what does not check makes no version");
}

#[test]
fn a_preview_shows_a_draft_to_one_browser_and_counts_nothing() {
    let edge = Edge::serving(HELLO);
    let owner = Owner(&edge);
    let draft = owner.publishes(
        &HELLO.replace("hello", "draft").replace("\"/\" }", "\"/\", page.views = \">= 2\" }"),
        "?draft=true",
    );
    let link = owner.does("POST", &format!("/versions/{draft}/preview-links"), "");
    let key = link["key"].as_str().unwrap();
    assert!(link["url"].as_str().unwrap().starts_with(&edge.origin()), "{link}");
    let mut previewing = Visitor::new(1);
    assert_eq!(shown(&previewing.opens(&edge, "/")), ["hello"]);
    assert_eq!(shown(&previewing.opens(&edge, &format!("/?declic_preview={key}"))), ["draft"]);
    let reply = previewing.does(&edge, vec![What::Shown { rule: "draft".into() }]);
    assert!(reply.acknowledged > 0);
    assert_eq!(shown(&previewing.opens(&edge, "/elsewhere")), Vec::<&str>::new());
    assert_eq!(shown(&previewing.opens(&edge, "/")), ["draft"], "the browser stays in the preview");
    assert_eq!(shown(&Visitor::new(2).opens(&edge, "/")), ["hello"], "another's does not");
    assert_eq!(shown(&previewing.opens(&edge, "/?declic_preview=")), ["hello"], "the way out");
    let ask = Ask::Callback { phone: "+33612345678".into(), at_s: None };
    assert_eq!(previewing.asks(&edge, 1, ask).status, 201);
    let journey = &edge.desk("callbacks?site=shop")["contacts"][0]["journey"];
    assert_eq!(
        journey["pages"].as_array().map(Vec::len),
        Some(2),
        "what was previewed left no trace: {journey}"
    );
    let forged = key.replacen('2', "1", 1);
    assert_eq!(shown(&Visitor::new(3).opens(&edge, &format!("/?declic_preview={forged}"))), ["hello"]);
}

#[test]
fn each_key_opens_what_its_role_needs_and_the_log_tells_who_did_what() {
    let edge = Edge::serving(HELLO);
    let owner = Owner(&edge);
    let key = |name: &str, role: &str| {
        let made = owner.does("POST", "/keys", &json!({ "name": name, "role": role }).to_string());
        made["key"].as_str().unwrap().to_owned()
    };
    let (ada, bob, eve) = (key("ada", "marketer"), key("bob", "agent"), key("eve", "owner"));
    until_opens(&edge, &eve, "/v1/sites/shop/keys");
    let status = |key: &str, path: &str| edge.asks(key, "GET", path, "").status;
    let doors = [
        ("/v1/sites/shop/rules", [200, 403, 200]),
        ("/v1/sites/shop/explain?path=/", [200, 403, 200]),
        ("/v1/sites/shop/settings", [403, 403, 200]),
        ("/v1/sites/shop/audit", [403, 403, 200]),
        ("/v1/desk/callbacks?site=shop", [403, 200, 403]),
        ("/v1/sites", [401, 401, 401]),
        ("/metrics", [401, 401, 401]),
        ("/v1/sites/other/rules", [401, 401, 401]),
    ];
    for (path, expected) in doors {
        assert_eq!([&ada, &bob, &eve].map(|key| status(key, path)), expected, "{path}");
    }
    let rules = r#"{"rule":[{"id":"ada-s","show":"tag","tag":"t","when":{"page.path":"/"}}]}"#;
    assert_eq!(edge.asks(&ada, "PUT", "/v1/sites/shop/rules", rules).status, 200);
    let log = owner.does("GET", "/audit", "");
    let entry = &log["entries"][0];
    assert_eq!((&entry["by"], &entry["what"]), (&json!("ada"), &json!("rules.published")), "{log}");
    assert!(!log.to_string().contains(&ada) && !owner.does("GET", "/keys", "").to_string().contains(&ada));
    owner.does("DELETE", "/keys/ada", "");
    let began = Instant::now();
    while status(&ada, "/v1/sites/shop/rules") != 401 {
        assert!(began.elapsed() < IN_FORCE, "a removed key still opens");
    }
    assert_eq!(owner.asks("POST", "/keys", r#"{"name":"bob","role":"owner"}"#).fault(), "422 bad_key");
    assert_eq!(owner.asks("POST", "/keys", r#"{"name":"x","role":"boss"}"#).fault(), "422 bad_key");
}

#[track_caller]
fn until_opens(edge: &Edge, key: &str, path: &str) {
    let began = Instant::now();
    while edge.asks(key, "GET", path, "").status != 200 {
        assert!(began.elapsed() < IN_FORCE, "a new key does not open");
    }
}

#[test]
fn settings_are_one_document_with_defaults_and_every_fault_has_its_path() {
    let edge = Edge::serving(HELLO);
    let owner = Owner(&edge);
    let found = owner.does("GET", "/settings", "");
    assert_eq!((&found["timezone"], &found["retention_days"]), (&json!("UTC"), &json!(390)), "{found}");
    let secret = "0123456789abcdef0123456789abcdef";
    assert_eq!(
        owner.settings(json!({ "timezone": "Europe/Paris", "identity_secrets": [secret] })).status,
        200
    );
    let found = owner.does("GET", "/settings", "");
    assert_eq!(found["identity_secrets"], json!(["(kept)"]));
    assert_eq!(owner.asks("PUT", "/settings", &found.to_string()).status, 200, "what was got can be put");
    let answer = owner.settings(json!({ "timezone": "Mars", "desk": { "hours": "always", "agents": 2 } }));
    assert_eq!(answer.fault(), "422 bad_settings");
    let paths: Vec<Value> = answer.json()["error"]["details"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| fault["path"].clone())
        .collect();
    assert_eq!(paths, ["timezone", "desk.hours"]);
    assert_eq!(
        owner.settings(json!({ "tymezone": "UTC" })).json()["error"]["details"][0]["path"],
        "tymezone"
    );
    let speaks = owner.settings(json!({ "languages": ["en", "de"] }));
    assert_eq!(speaks.fault(), "422 bad_settings", "the rules in force do not speak German");
    assert!(speaks.text().contains("version 1 does not check under these settings"), "{}", speaks.text());
    let listed = edge.asks(edge.owner_key(), "GET", "/v1/sites", "").json();
    assert_eq!(listed["sites"], json!(["shop"]));
}

#[test]
fn the_desk_s_hours_and_agents_are_real() {
    let edge = Edge::serving(HELLO);
    let owner = Owner(&edge);
    let rules = r#"
        [[rule]]
        id = "call"
        show = "callback"
        when = { page.path = "/", desk.open = true, desk.wait = "<= 2m" }
        content.en.title = "A question?"
    "#;
    let warned = edge.put("/v1/sites/shop/rules", rules).json();
    assert!(warned["warnings"].to_string().contains("the settings have no `desk`"), "{warned}");
    assert_eq!(shown(&Visitor::new(1).opens(&edge, "/elsewhere")), Vec::<&str>::new());
    let desk = json!({ "desk": { "hours": "mon-sun 00:00-24:00", "agents": 1, "handling": "15m" } });
    assert_eq!(owner.settings(desk).status, 200);
    until_shown(&edge, &["call"]);
    let card = |number: u8| -> Card {
        let reply = Visitor::unasked(number).opens(&edge, "/");
        wire::decode(&reply.offers[0].card).unwrap()
    };
    let offered = card(1);
    assert_eq!((offered.wait_s, offered.now), (Some(0), true));
    let slot = offered.slots[4];
    let at = |number: u8, at_s: u64| {
        let ask = Ask::Callback { phone: "+33612345678".into(), at_s: Some(at_s) };
        Visitor::unasked(number).asks(&edge, number, ask)
    };
    assert_eq!(at(1, slot + 60).fault(), "422 bad_slot");
    assert_eq!((at(1, slot).status, at(2, slot).status), (201, 201), "two calls of 15 minutes fit");
    assert_eq!(at(3, slot).fault(), "409 slot_taken");
    assert_eq!(at(2, slot).status, 201, "sent again, and still promised");
    let queue = edge.desk("callbacks?site=shop");
    assert!(queue["contacts"][0]["call_at"].as_str().unwrap().ends_with("00Z"), "{queue}");
    let now = Ask::Callback { phone: "+33612345678".into(), at_s: None };
    assert_eq!(Visitor::unasked(4).asks(&edge, 4, now).status, 201);
    until_shown(&edge, &[]);
    let busy = Visitor::unasked(5).opens(&edge, "/");
    let again_ms = busy.ask_again_ms.unwrap();
    assert!((13 * 60_000..=15 * 60_000).contains(&again_ms), "{again_ms}: when the agent is free again");
}

#[test]
fn every_request_that_is_described_is_answered() {
    let edge = Edge::serving(HELLO);
    let description = edge.get("/openapi.json", &[]).json();
    let mut asked = 0;
    for (path, operations) in description["paths"].as_object().unwrap() {
        let path = path
            .replace("{site}", "shop")
            .replace("{version}", "1")
            .replace("{name}", "ada")
            .replace("{queue}", "callbacks")
            .replace("{secret}", "0123456789ab")
            .replace("{customer}", "c-9")
            .replace("{endpoint}", "ep_1")
            .replace("{letter}", "1");
        for method in operations.as_object().unwrap().keys() {
            let answer = edge.asks("no-key", &method.to_uppercase(), &path, "");
            let keyed = operations[method].get("security").is_some();
            assert_eq!(answer.status == 401, keyed, "{method} {path}: {}", answer.text());
            assert!(![404, 405].contains(&answer.status), "{method} {path}: {}", answer.text());
            asked += 1;
        }
    }
    assert!(asked > 20, "{asked}");
}
