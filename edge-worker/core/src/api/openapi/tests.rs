use std::path::Path;
use std::{env, fs};

use super::{document, requests};
use crate::api::routes::ROUTES;

#[test]
fn the_description_of_the_api_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi.json");
    let text = format!("{:#}\n", document());
    if env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, &text).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(found == text, "`edge-worker/openapi.json` is not current; run this test with UPDATE_GOLDEN=1");
}

#[test]
fn every_shape_that_is_named_is_there() {
    let document = document();
    let text = document.to_string();
    let shapes = document["components"]["schemas"].as_object().unwrap();
    let named = text.split("#/components/schemas/").skip(1).filter_map(|rest| rest.split('"').next());
    for name in named {
        assert!(shapes.contains_key(name), "{name}");
    }
    assert!(shapes.contains_key("SettingsBody") && shapes.contains_key("ErrorAnswer"));
}

#[test]
fn every_route_is_described_once_and_nothing_else_is() {
    let described = requests();
    for request in &described {
        // Panics where there is no such route.
        request.route();
    }
    for route in ROUTES {
        let count =
            described.iter().filter(|request| (request.method, request.path) == (route.method, route.path));
        assert_eq!(count.count(), 1, "{} {}", route.method, route.path);
    }
}
