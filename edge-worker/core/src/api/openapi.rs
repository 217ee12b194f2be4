//! The API's description in OpenAPI 3.1, from one table of its requests and the shapes themselves.
//!
//! Made by a test alone, and kept in `edge-worker/openapi.json`: the worker carries the file and nothing of this.

use schemars::generate::{SchemaGenerator, SchemaSettings};
use serde_json::{Map, Value, json};

use super::{
    AuditList, ContactList, DiffAnswer, ErrorAnswer, ExplainAnswer, ImportAnswer, KeyBody, KeyList, KeyMade,
    LinkAnswer, LinkBody, PublishBody, Published, RollbackBody, SecretBody, SecretList, SecretMade,
    SettingsBody, SiteList, VersionList, report::Report,
};

/// One request of the API.
struct Request {
    method: &'static str,
    path: &'static str,
    /// Whose key it wants; empty for anyone.
    role: &'static str,
    summary: &'static str,
    /// Parameters behind the question mark, each with its meaning.
    query: &'static [(&'static str, &'static str)],
    takes: Body,
    answers: Body,
}

/// What a request or an answer carries.
enum Body {
    Nothing,
    /// A rule file; as a request, JSON of the same shape too.
    Rules,
    /// The tag's own encoding: see `tracker-wasm/wire`.
    Wire,
    /// Text: for Prometheus, or to paste.
    Metrics,
    /// A page for people.
    Page,
    /// A JSON object a line.
    Lines,
    Json(fn(&mut SchemaGenerator) -> schemars::Schema),
}

use Body::{Json, Lines, Metrics, Nothing, Page, Rules, Wire};

macro_rules! shape {
    ($body:ty) => {
        Json(|shapes| shapes.subschema_for::<$body>())
    };
}

// Behind the macro, which it uses.
mod webhooks;

fn requests() -> Vec<Request> {
    let request = |method, path, role, summary, query, takes, answers| Request {
        method,
        path,
        role,
        summary,
        query,
        takes,
        answers,
    };
    vec![
        request("post", "/v1/events", "", "A batch of events in, a decision out", &[], Wire, Wire),
        request("post", "/v1/contacts", "", "A visitor asks for a human", &[], Wire, Nothing),
        request(
            "post",
            "/v1/explain",
            "",
            "A page with a debug link asks what every rule says",
            &[],
            Wire,
            Wire,
        ),
        request(
            "get",
            "/v1/health",
            "",
            "Whether the edge could serve visitors",
            &[],
            Nothing,
            shape!(Value),
        ),
        request("get", "/metrics", "operator", "Counters, for Prometheus", &[], Nothing, Metrics),
        request(
            "get",
            "/v1/sites",
            "operator",
            "The sites of the deployment",
            &[],
            Nothing,
            shape!(SiteList),
        ),
        request(
            "get",
            "/v1/sites/{site}/settings",
            "owner",
            "The settings",
            &[],
            Nothing,
            shape!(SettingsBody),
        ),
        request(
            "put",
            "/v1/sites/{site}/settings",
            "owner",
            "Puts settings in force; the first set the site up",
            &[],
            shape!(SettingsBody),
            shape!(SettingsBody),
        ),
        request("get", "/v1/sites/{site}/rules", "marketer", "The rule file in force", &[], Nothing, Rules),
        request(
            "put",
            "/v1/sites/{site}/rules",
            "marketer",
            "Checks a rule file and puts it in force",
            &[
                (
                    "draft",
                    "`true` to keep it without putting it in force, and then no `from`; `false` otherwise",
                ),
                ("from", "when it is to come in force, RFC 3339"),
                ("note", "what it is for"),
            ],
            Rules,
            shape!(Published),
        ),
        request(
            "get",
            "/v1/sites/{site}/versions",
            "marketer",
            "The versions",
            &[],
            Nothing,
            shape!(VersionList),
        ),
        request(
            "get",
            "/v1/sites/{site}/versions/{version}",
            "marketer",
            "A version's rule file",
            &[],
            Nothing,
            Rules,
        ),
        request(
            "get",
            "/v1/sites/{site}/versions/{version}/diff",
            "marketer",
            "What differs from another version",
            &[("against", "the older version; the one in force when absent")],
            Nothing,
            shape!(DiffAnswer),
        ),
        request(
            "post",
            "/v1/sites/{site}/versions/{version}/publish",
            "marketer",
            "Puts a version in force, now or later",
            &[],
            shape!(PublishBody),
            shape!(Published),
        ),
        request(
            "delete",
            "/v1/sites/{site}/versions/{version}/schedule",
            "marketer",
            "Takes back what was scheduled",
            &[],
            Nothing,
            shape!(VersionList),
        ),
        request(
            "post",
            "/v1/sites/{site}/versions/{version}/preview-links",
            "marketer",
            "A link that shows one browser this version",
            &[],
            shape!(LinkBody),
            shape!(LinkAnswer),
        ),
        request(
            "post",
            "/v1/sites/{site}/rollback",
            "marketer",
            "Puts the version before, or the one named, back in force",
            &[],
            shape!(RollbackBody),
            shape!(Published),
        ),
        request(
            "post",
            "/v1/sites/{site}/debug-links",
            "marketer",
            "A link that tells a page what every rule says",
            &[],
            shape!(LinkBody),
            shape!(LinkAnswer),
        ),
        request(
            "get",
            "/v1/sites/{site}/explain",
            "marketer",
            "What every rule says of a visitor at a moment",
            &[
                ("visitor", "the visitor's token; a newcomer when absent"),
                ("path", "the page; the visitor's last when absent"),
                ("language", "of the page, and of the answer"),
                ("at", "the moment, RFC 3339; now when absent"),
                ("dwell", "seconds on the page"),
                ("idle", "seconds since the last input"),
                ("scroll", "deepest scroll, percent"),
                ("exit_intent", "`true` when the visitor moves to leave"),
            ],
            Nothing,
            shape!(ExplainAnswer),
        ),
        request(
            "get",
            "/v1/sites/{site}/report",
            "marketer",
            "What each rule earned, and where pages make visitors struggle",
            &[
                ("from", "first day of the site's calendar; four weeks to the last when absent"),
                ("to", "last day; today when absent"),
            ],
            Nothing,
            shape!(Report),
        ),
        request("get", "/v1/sites/{site}/keys", "owner", "Who has a key", &[], Nothing, shape!(KeyList)),
        request(
            "post",
            "/v1/sites/{site}/keys",
            "owner",
            "Makes a key, and tells it this once",
            &[],
            shape!(KeyBody),
            shape!(KeyMade),
        ),
        request(
            "delete",
            "/v1/sites/{site}/keys/{name}",
            "owner",
            "Removes a key",
            &[],
            Nothing,
            shape!(KeyList),
        ),
        request(
            "get",
            "/v1/sites/{site}/identity-secrets",
            "owner",
            "What names each secret that customers are signed in with, the newest first",
            &[],
            Nothing,
            shape!(SecretList),
        ),
        request(
            "post",
            "/v1/sites/{site}/identity-secrets",
            "owner",
            "Adds a secret; one the edge makes is told this once",
            &[],
            shape!(SecretBody),
            shape!(SecretMade),
        ),
        request(
            "delete",
            "/v1/sites/{site}/identity-secrets/{secret}",
            "owner",
            "Removes a secret",
            &[],
            Nothing,
            shape!(SecretList),
        ),
        request(
            "post",
            "/v1/sites/{site}/customers",
            "owner",
            "Imports attributes of customers: one object a line, as in {\"id\":\"42\",\"customer\":{\"plan\":\"gold\"}}",
            &[],
            Lines,
            shape!(ImportAnswer),
        ),
        request(
            "get",
            "/v1/sites/{site}/customers/{customer}",
            "owner",
            "Everything that is kept of a customer",
            &[],
            Nothing,
            shape!(Value),
        ),
        request(
            "delete",
            "/v1/sites/{site}/customers/{customer}",
            "owner",
            "Erases everything that is kept of a customer, his visits included",
            &[],
            Nothing,
            Nothing,
        ),
        request(
            "get",
            "/v1/sites/{site}/audit",
            "owner",
            "Who changed what",
            &[],
            Nothing,
            shape!(AuditList),
        ),
        request(
            "get",
            "/v1/desk/{queue}",
            "agent",
            "Who asked for contact: `callbacks` or `messages`, oldest first",
            &[("site", "the site's key"), ("after", "what the page before gave as `next`")],
            Nothing,
            shape!(ContactList),
        ),
        request(
            "post",
            "/v1/visitor",
            "",
            "A visitor sees, takes along or erases what is kept",
            &[],
            Wire,
            Wire,
        ),
        request(
            "get",
            "/v1/snippet",
            "",
            "The script tag that pins this version of the tag",
            &[("site", "the site's key")],
            Nothing,
            Metrics,
        ),
        request(
            "get",
            "/privacy",
            "",
            "What is kept of a site's visitors, why and for how long",
            &[("site", "the site's key"), ("lang", "`en` or `fr`; the browser's when absent")],
            Nothing,
            Page,
        ),
    ]
}

/// The whole description.
pub(super) fn document() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut shapes = settings.into_generator();
    let error = json!({
        "description": "Why not, and the next step",
        "content": { "application/json": { "schema": shapes.subschema_for::<ErrorAnswer>() } },
    });
    let mut paths = Map::new();
    for request in requests().into_iter().chain(webhooks::requests()) {
        let operation = operation(&request, &mut shapes);
        let path = paths.entry(request.path).or_insert_with(|| json!({}));
        path[request.method] = operation;
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Declic edge",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Rules, settings, keys and the desk of the sites of a deployment. Times are RFC 3339 in UTC; absent values are left out.",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "paths": paths,
        "components": {
            "schemas": shapes.take_definitions(true),
            "responses": { "Error": error },
            "securitySchemes": { "key": { "type": "http", "scheme": "bearer" } },
        },
    })
}

fn operation(request: &Request, shapes: &mut SchemaGenerator) -> Value {
    let in_path = request.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let mut parameters: Vec<Value> = in_path
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }))
        .collect();
    parameters.extend(request.query.iter().map(|(name, meaning)| {
        json!({ "name": name, "in": "query", "description": meaning, "schema": { "type": "string" } })
    }));
    let mut answer = json!({ "description": "Done" });
    if let Some(content) = content(&request.answers, shapes, false) {
        answer["content"] = content;
    }
    let status = match (request.method, request.path) {
        (_, "/v1/contacts") | ("post", "/v1/sites/{site}/webhooks") => "201",
        ("delete", "/v1/sites/{site}/customers/{customer}" | "/v1/sites/{site}/webhooks/{endpoint}") => "204",
        _ => "200",
    };
    let mut operation = json!({
        "summary": request.summary,
        "responses": { status: answer, "default": { "$ref": "#/components/responses/Error" } },
    });
    if !parameters.is_empty() {
        operation["parameters"] = parameters.into();
    }
    if let Some(content) = content(&request.takes, shapes, true) {
        operation["requestBody"] = json!({ "content": content });
    }
    if !request.role.is_empty() {
        operation["description"] = format!("Wants a key of the role `{}`.", request.role).into();
        operation["security"] = json!([{ "key": [] }]);
    }
    operation
}

fn content(body: &Body, shapes: &mut SchemaGenerator, taken: bool) -> Option<Value> {
    Some(match body {
        Nothing => return None,
        Wire => json!({ "application/octet-stream": {} }),
        Lines => json!({ "application/x-ndjson": { "schema": { "type": "string" } } }),
        Page => json!({ "text/html": { "schema": { "type": "string" } } }),
        Metrics => json!({ "text/plain": { "schema": { "type": "string" } } }),
        Rules if taken => json!({
            "application/toml": { "schema": { "type": "string" } },
            "application/json": { "schema": { "type": "object" } },
        }),
        Rules => json!({ "application/toml": { "schema": { "type": "string" } } }),
        Json(shape) => json!({ "application/json": { "schema": shape(shapes) } }),
    })
}

#[cfg(test)]
mod tests;
