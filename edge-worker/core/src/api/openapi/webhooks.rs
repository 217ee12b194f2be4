//! The requests about a site's webhooks.

use super::{Json, Nothing, Request};
use crate::api::webhooks::{DeadList, EndpointAnswer, EndpointBody, Revived, WebhookList};

pub(super) fn requests() -> Vec<Request> {
    let request = Request::of("owner");
    const WEBHOOKS: &str = "/v1/sites/{site}/webhooks";
    const DEAD: &str = "/v1/sites/{site}/webhooks/dead";
    vec![
        request("GET", WEBHOOKS, "The endpoints, and how many letters wait", Nothing, shape!(WebhookList)),
        request(
            "POST",
            WEBHOOKS,
            "Sets an endpoint up, and tells its secret this once",
            shape!(EndpointBody),
            shape!(EndpointAnswer),
        ),
        request(
            "DELETE",
            "/v1/sites/{site}/webhooks/{endpoint}",
            "Takes an endpoint away, with its letters",
            Nothing,
            Nothing,
        ),
        request(
            "POST",
            "/v1/sites/{site}/webhooks/{endpoint}/rotate",
            "Gives an endpoint another secret, and tells it this once",
            Nothing,
            shape!(EndpointAnswer),
        ),
        request("GET", DEAD, "Letters that were given up, oldest first", Nothing, shape!(DeadList)),
        request(
            "POST",
            "/v1/sites/{site}/webhooks/dead/retry",
            "Sends all of them again",
            Nothing,
            shape!(Revived),
        ),
        request(
            "POST",
            "/v1/sites/{site}/webhooks/dead/{letter}/retry",
            "Sends one of them again",
            Nothing,
            shape!(Revived),
        ),
    ]
}
