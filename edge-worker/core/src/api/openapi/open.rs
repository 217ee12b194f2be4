//! The requests of the tag, of browsers, and of whoever runs the deployment.

use serde_json::Value;

use super::{Json, Nothing, Page, Request, Text, Wire};
use crate::api::SiteList;

pub(super) fn requests() -> Vec<Request> {
    let open =
        |method, path, summary, takes, answers| Request { method, path, role: "", summary, takes, answers };
    let operator = |path, summary, answers| Request {
        method: "GET",
        path,
        role: "operator",
        summary,
        takes: Nothing,
        answers,
    };
    vec![
        open("POST", "/v1/events", "A batch of events in, a decision out", Wire, Wire),
        open("POST", "/v1/contacts", "A visitor asks for a human", Wire, Nothing),
        open("POST", "/v1/explain", "A page with a debug link asks what every rule says", Wire, Wire),
        open("POST", "/v1/visitor", "A visitor sees, takes along or erases what is kept", Wire, Wire),
        open("GET", "/v1/health", "Whether the edge could serve visitors", Nothing, shape!(Value)),
        open("GET", "/v1/snippet", "The script tag that pins this version of the tag", Nothing, Text),
        open("GET", "/privacy", "What is kept of a site's visitors, why and for how long", Nothing, Page),
        open("GET", "/openapi.json", "This description", Nothing, shape!(Value)),
        operator("/metrics", "Counters, for Prometheus", Text),
        operator("/v1/sites", "The sites of the deployment", shape!(SiteList)),
    ]
}
