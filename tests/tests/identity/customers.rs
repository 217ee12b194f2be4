//! What a site imports of its customers.

use std::time::Instant;

use serde_json::{Value, json};
use tests::{Edge, Visitor, shown};

use super::{IN_FORCE, customer, edge, signs_in};

fn imports(edge: &Edge, lines: &str) -> Value {
    let answer = edge.owner("POST", "/v1/sites/shop/customers", lines);
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

#[test]
fn what_is_imported_is_there_when_the_customer_signs_in_and_signs_nobody_in() {
    let edge = edge();
    let mut visitor = Visitor::new(1);
    visitor.opens(&edge, "/account");
    visitor.does(&edge, vec![signs_in("c-1")]);
    let answer = imports(
        &edge,
        r#"{"id":"c-1","customer":{"plan":"gold"},"segments":["loyal"]}
{"id":"c-2","customer":{"plan":"gold","since":2019}}
{"id":"c-3","customer":{"plan":["gold",1]}}
gold
{"customer":{"plan":"gold"}}"#,
    );
    assert_eq!((&answer["taken"], &answer["refused"]), (&json!(2), &json!(3)), "{answer}");
    let faults = answer["errors"].as_array().unwrap().iter();
    let faults: Vec<_> = faults.map(|fault| (fault["line"].as_u64(), fault["kind"].as_str())).collect();
    let expected = [(3, "attributes"), (4, "not_json"), (5, "no_id")];
    assert_eq!(faults, expected.map(|(line, kind)| (Some(line), Some(kind))));
    assert!(answer["errors"][0]["help"].as_str().unwrap().contains("null"), "{answer}");

    assert_eq!(shown(&visitor.opens(&edge, "/account")), ["gold"], "of one who is signed in");
    assert_eq!(shown(&visitor.opens(&edge, "/loyal")), ["loyal"]);
    let mut other = Visitor::new(2);
    other.opens(&edge, "/p/teapot");
    other.opens(&edge, "/account");
    let found = customer(&edge, "c-2");
    assert!(found["visitor"]["customer"].get("signed").is_none(), "{found}");
    assert_eq!(shown(&other.does(&edge, vec![signs_in("c-2")])), ["gold"], "of one who signs in later");
    assert_eq!(customer(&edge, "c-2")["visitor"]["customer"]["attributes"]["since"], 2019.0);
    imports(&edge, r#"{"id":"c-2","customer":{"plan":null}}"#);
    let attributes = customer(&edge, "c-2")["visitor"]["customer"]["attributes"].clone();
    assert_eq!(attributes, json!({ "since": 2019.0 }));
    assert_eq!(shown(&other.opens(&edge, "/account")), Vec::<&str>::new());
}

#[test]
fn an_import_takes_what_fits_and_says_where_it_stopped() {
    let edge = edge();
    let line = |number: u32| format!("{{\"id\":\"{number}\",\"customer\":{{\"plan\":\"gold\"}}}}\n");
    let lines: String = (1..=10_050).map(line).collect();
    let answer = imports(&edge, &lines);
    assert_eq!((&answer["lines"], &answer["taken"]), (&json!(10_050), &json!(10_000)));
    assert_eq!(answer["errors"][0]["line"], 10_001);
    assert_eq!(answer["errors"][0]["kind"], "too_many_lines");
    assert_eq!(customer(&edge, "10000")["visitor"]["customer"]["id"], "10000");
    let agent = edge.owner("POST", "/v1/sites/shop/keys", r#"{"name":"bo","role":"marketer"}"#).json();
    let key = agent["key"].as_str().unwrap();
    let began = Instant::now();
    loop {
        let refused = edge.asks(key, "POST", "/v1/sites/shop/customers", "").status;
        if refused == 403 {
            break;
        }
        assert_eq!(refused, 401, "only an owner imports");
        assert!(began.elapsed() < IN_FORCE);
    }
}

#[test]
fn an_import_that_breaks_off_is_in_the_log_with_what_it_kept() {
    let edge = edge();
    // Too many bytes, in fewer lines than one request takes.
    let line = |number: u32| format!("{{\"id\":\"{number}\"}}{:8000}\n", "");
    let lines: String = (1..=2_200).map(line).collect();
    assert_eq!(edge.owner("POST", "/v1/sites/shop/customers", &lines).status, 413);
    let log = edge.owner("GET", "/v1/sites/shop/audit", "").json();
    let detail = log["entries"][0]["detail"].as_str().unwrap_or_default().to_owned();
    let kept: u32 = detail.split_once(" taken, 0 refused; it broke off").unwrap().0.parse().unwrap();
    assert!((1_000..2_200).contains(&kept), "{detail}");
    assert_eq!(customer(&edge, &kept.to_string())["visitor"]["customer"]["id"], kept.to_string());
    let behind = edge.owner("GET", &format!("/v1/sites/shop/customers/{}", kept + 1), "");
    assert_eq!(behind.status, 404);
}
