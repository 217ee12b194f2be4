use super::{Astray, ROUTES, find, is_api};

fn route(method: &str, path: &str) -> Option<(&'static str, &'static str)> {
    find(method, path).ok().flatten().map(|route| (route.method, route.path))
}

fn allowed(method: &str, path: &str) -> String {
    match find(method, path) {
        Err(Astray::Method { allow }) => allow,
        other => panic!("{method} {path}: {other:?}"),
    }
}

#[test]
fn a_request_finds_its_route() {
    assert_eq!(route("PUT", "/v1/sites/shop/rules"), Some(("PUT", "/v1/sites/{site}/rules")));
    assert_eq!(route("HEAD", "/v1/sites"), Some(("GET", "/v1/sites")));
    assert_eq!(
        route("GET", "/v1/sites/shop/webhooks/dead"),
        Some(("GET", "/v1/sites/{site}/webhooks/dead")),
        "it is no endpoint"
    );
    assert!(matches!(find("OPTIONS", "/v1/events"), Ok(None)), "a browser asks beforehand");
}

#[test]
fn a_method_that_is_not_taken_is_answered_with_those_that_are() {
    assert_eq!(allowed("GET", "/v1/events"), "POST, OPTIONS");
    assert_eq!(allowed("DELETE", "/v1/sites/shop/rules"), "GET, HEAD, PUT");
    assert_eq!(allowed("DELETE", "/v1/sites/shop/webhooks/dead"), "GET, HEAD");
    assert_eq!(allowed("OPTIONS", "/v1/visitor"), "POST");
    assert_eq!(allowed("get", "/v1/health"), "GET, HEAD", "methods are of one case");
}

#[test]
fn what_is_nowhere_leads_nowhere() {
    for path in [
        "",
        "/",
        "//v1/events",
        "/v1",
        "/v1/",
        "/v1/events/",
        "/V1/events",
        "/v1/sites//rules",
        "/v1/sites/shop/rules/",
        "/v1/sites/shop",
        "/v1/sites/shop/versions/1/program",
        "/v1/sites/shop/snapshot",
    ] {
        assert_eq!(find("GET", path).err(), Some(Astray::Nowhere), "{path}");
    }
}

#[test]
fn only_what_a_route_takes_stands_behind_its_question_mark() {
    let check = |method: &str, path: &str, query: &str| {
        let route = find(method, path).ok().flatten().unwrap();
        route.check(query).map_err(|refusal| refusal.explain())
    };
    let rules = "/v1/sites/shop/rules";
    assert_eq!(check("PUT", rules, "draft=true&note=%C3%A9t%C3%A9"), Ok(()));
    let (wrong, next) = check("PUT", rules, "dry_run=true").unwrap_err();
    assert_eq!(wrong, "`dry_run` in the address means nothing here");
    assert_eq!(next, "this address takes `draft`, `from` and `note`");
    assert!(check("GET", rules, "draft=true").is_err(), "what is put does not count for what is got");
    assert_eq!(
        check("GET", "/v1/desk/callbacks", "site=a&site=b").unwrap_err().0,
        "`site` in the address should be given once"
    );
}

#[test]
fn all_but_pages_and_files_is_the_api_s() {
    for path in ["/v1/health", "/v1/nothing", "/metrics"] {
        assert!(is_api(path), "{path}");
    }
    for path in ["/privacy", "/openapi.json", "/t.js", "/", "//v1/health"] {
        assert!(!is_api(path), "{path}");
    }
}

#[test]
fn no_route_stands_in_the_table_twice() {
    for (index, route) in ROUTES.iter().enumerate() {
        let again =
            ROUTES[index + 1..].iter().any(|other| (other.method, other.path) == (route.method, route.path));
        assert!(!again, "{route:?}");
    }
}
