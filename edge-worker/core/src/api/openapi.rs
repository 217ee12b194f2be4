//! The API's description in OpenAPI 3.1, from the table of its routes, what is said of each, and the shapes themselves.
//!
//! Made by a test alone, and kept in `edge-worker/openapi.json`: the worker carries the file and nothing of this.

use schemars::generate::{SchemaGenerator, SchemaSettings};
use serde_json::{Map, Value, json};

use super::ErrorAnswer;
use super::routes::{ROUTES, Route};

/// What is said of one route.
struct Request {
    method: &'static str,
    path: &'static str,
    /// Whose key it wants; empty for anyone.
    role: &'static str,
    summary: &'static str,
    takes: Body,
    answers: Body,
}

impl Request {
    /// Makes requests that want a key of this role.
    fn of(role: &'static str) -> impl Fn(&'static str, &'static str, &'static str, Body, Body) -> Self {
        move |method, path, summary, takes, answers| Self { method, path, role, summary, takes, answers }
    }

    fn route(&self) -> &'static Route {
        let found = ROUTES.iter().find(|route| (route.method, route.path) == (self.method, self.path));
        found.unwrap_or_else(|| panic!("{} {} is in no table of routes", self.method, self.path))
    }
}

/// What a request or an answer carries.
enum Body {
    Nothing,
    /// A rule file; as a request, JSON of the same shape too.
    Rules,
    /// The tag's own encoding: see `tracker-wasm/wire`.
    Wire,
    /// Text: for Prometheus, or to paste.
    Text,
    /// A page for people.
    Page,
    /// A JSON object a line.
    Lines,
    Json(fn(&mut SchemaGenerator) -> schemars::Schema),
}

use Body::{Json, Lines, Nothing, Page, Rules, Text, Wire};

macro_rules! shape {
    ($body:ty) => {
        Json(|shapes| shapes.subschema_for::<$body>())
    };
}

// Behind the macro, which they use.
mod open;
mod people;
mod rule_sets;
mod webhooks;

fn requests() -> Vec<Request> {
    [open::requests(), rule_sets::requests(), people::requests(), webhooks::requests()]
        .into_iter()
        .flatten()
        .collect()
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
    for request in requests() {
        let operation = operation(&request, &mut shapes);
        let path = paths.entry(request.path).or_insert_with(|| json!({}));
        path[request.method.to_lowercase()] = operation;
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Declic edge",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Rules, settings, keys and the desk of the sites of a deployment. Times are RFC 3339 in UTC; absent values are left out. What is got can be asked for by HEAD, too.",
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
    parameters.extend(request.route().parameters.iter().map(|(name, meaning)| {
        json!({ "name": name, "in": "query", "description": meaning, "schema": { "type": "string" } })
    }));
    let mut answer = json!({ "description": "Done" });
    if let Some(content) = content(&request.answers, shapes, false) {
        answer["content"] = content;
    }
    let status = match (request.method, request.path) {
        (_, "/v1/contacts") | ("POST", "/v1/sites/{site}/webhooks") => "201",
        ("DELETE", "/v1/sites/{site}/customers/{customer}" | "/v1/sites/{site}/webhooks/{endpoint}") => "204",
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
        Text => json!({ "text/plain": { "schema": { "type": "string" } } }),
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
