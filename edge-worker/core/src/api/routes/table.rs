//! The table itself. A new route stands here, in the worker's dispatch, and in the description's `requests`; tests hold the
//! three to each other.

use super::Route;

/// Reads on behind a page of a list.
const AFTER: (&str, &str) = ("after", "what the page before gave as `next`");
const SITE: (&str, &str) = ("site", "the site's key");

const fn route(method: &'static str, path: &'static str) -> Route {
    Route { method, path, parameters: &[] }
}

/// All routes; those of one path stand together.
pub const ROUTES: &[Route] = &[
    route("POST", "/v1/events"),
    route("POST", "/v1/contacts"),
    route("POST", "/v1/explain"),
    route("POST", "/v1/visitor"),
    route("GET", "/v1/health"),
    route("GET", "/metrics"),
    Route { parameters: &[SITE], ..route("GET", "/v1/snippet") },
    Route {
        parameters: &[SITE, ("lang", "`en` or `fr`; the browser's when absent")],
        ..route("GET", "/privacy")
    },
    route("GET", "/openapi.json"),
    Route { parameters: &[SITE, AFTER], ..route("GET", "/v1/desk/{queue}") },
    route("GET", "/v1/sites"),
    route("GET", "/v1/sites/{site}/settings"),
    route("PUT", "/v1/sites/{site}/settings"),
    route("GET", "/v1/sites/{site}/rules"),
    Route {
        parameters: &[
            ("draft", "`true` to keep it without putting it in force, and then no `from`; `false` otherwise"),
            ("from", "when it is to come in force, RFC 3339"),
            ("note", "what it is for"),
        ],
        ..route("PUT", "/v1/sites/{site}/rules")
    },
    route("GET", "/v1/sites/{site}/versions"),
    route("GET", "/v1/sites/{site}/versions/{version}"),
    Route {
        parameters: &[("against", "the older version; the one in force when absent")],
        ..route("GET", "/v1/sites/{site}/versions/{version}/diff")
    },
    route("POST", "/v1/sites/{site}/versions/{version}/publish"),
    route("DELETE", "/v1/sites/{site}/versions/{version}/schedule"),
    route("POST", "/v1/sites/{site}/versions/{version}/preview-links"),
    route("POST", "/v1/sites/{site}/rollback"),
    route("POST", "/v1/sites/{site}/debug-links"),
    Route {
        parameters: &[
            ("visitor", "the visitor's token; a newcomer when absent"),
            ("path", "the page; the visitor's last when absent"),
            ("language", "of the page, and of the answer"),
            ("at", "the moment, RFC 3339; now when absent"),
            ("dwell", "seconds on the page"),
            ("idle", "seconds since the last input"),
            ("scroll", "deepest scroll, percent"),
            ("exit_intent", "`true` when the visitor moves to leave"),
        ],
        ..route("GET", "/v1/sites/{site}/explain")
    },
    Route {
        parameters: &[
            ("from", "first day of the site's calendar; four weeks to the last when absent"),
            ("to", "last day; today when absent"),
        ],
        ..route("GET", "/v1/sites/{site}/report")
    },
    route("GET", "/v1/sites/{site}/keys"),
    route("POST", "/v1/sites/{site}/keys"),
    route("DELETE", "/v1/sites/{site}/keys/{name}"),
    route("GET", "/v1/sites/{site}/identity-secrets"),
    route("POST", "/v1/sites/{site}/identity-secrets"),
    route("DELETE", "/v1/sites/{site}/identity-secrets/{secret}"),
    route("POST", "/v1/sites/{site}/customers"),
    route("GET", "/v1/sites/{site}/customers/{customer}"),
    route("DELETE", "/v1/sites/{site}/customers/{customer}"),
    route("GET", "/v1/sites/{site}/webhooks"),
    route("POST", "/v1/sites/{site}/webhooks"),
    route("DELETE", "/v1/sites/{site}/webhooks/{endpoint}"),
    route("POST", "/v1/sites/{site}/webhooks/{endpoint}/rotate"),
    Route { parameters: &[AFTER], ..route("GET", "/v1/sites/{site}/webhooks/dead") },
    route("POST", "/v1/sites/{site}/webhooks/dead/retry"),
    route("POST", "/v1/sites/{site}/webhooks/dead/{letter}/retry"),
    route("GET", "/v1/sites/{site}/audit"),
];
