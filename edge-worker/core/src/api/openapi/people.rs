//! The requests about a site and its people: settings, keys, customers, the log of changes, and the desk.

use serde_json::Value;

use super::{Json, Lines, Nothing, Request};
use crate::api::{
    AuditList, ContactList, ImportAnswer, KeyBody, KeyList, KeyMade, SecretBody, SecretList, SecretMade,
    SettingsBody,
};

pub(super) fn requests() -> Vec<Request> {
    let request = Request::of("owner");
    vec![
        request("GET", "/v1/sites/{site}/settings", "The settings", Nothing, shape!(SettingsBody)),
        request(
            "PUT",
            "/v1/sites/{site}/settings",
            "Puts settings in force; the first set the site up",
            shape!(SettingsBody),
            shape!(SettingsBody),
        ),
        request("GET", "/v1/sites/{site}/keys", "Who has a key", Nothing, shape!(KeyList)),
        request(
            "POST",
            "/v1/sites/{site}/keys",
            "Makes a key, and tells it this once",
            shape!(KeyBody),
            shape!(KeyMade),
        ),
        request("DELETE", "/v1/sites/{site}/keys/{name}", "Removes a key", Nothing, shape!(KeyList)),
        request(
            "GET",
            "/v1/sites/{site}/identity-secrets",
            "What names each secret that customers are signed in with, the newest first",
            Nothing,
            shape!(SecretList),
        ),
        request(
            "POST",
            "/v1/sites/{site}/identity-secrets",
            "Adds a secret; one the edge makes is told this once",
            shape!(SecretBody),
            shape!(SecretMade),
        ),
        request(
            "DELETE",
            "/v1/sites/{site}/identity-secrets/{secret}",
            "Removes a secret",
            Nothing,
            shape!(SecretList),
        ),
        request(
            "POST",
            "/v1/sites/{site}/customers",
            "Imports attributes of customers: one object a line, as in {\"id\":\"42\",\"customer\":{\"plan\":\"gold\"}}",
            Lines,
            shape!(ImportAnswer),
        ),
        request(
            "GET",
            "/v1/sites/{site}/customers/{customer}",
            "Everything that is kept of a customer",
            Nothing,
            shape!(Value),
        ),
        request(
            "DELETE",
            "/v1/sites/{site}/customers/{customer}",
            "Erases everything that is kept of a customer, his visits included",
            Nothing,
            Nothing,
        ),
        request("GET", "/v1/sites/{site}/audit", "Who changed what", Nothing, shape!(AuditList)),
        Request {
            role: "agent",
            ..request(
                "GET",
                "/v1/desk/{queue}",
                "Who asked for contact: `callbacks` or `messages`, oldest first",
                Nothing,
                shape!(ContactList),
            )
        },
    ]
}
