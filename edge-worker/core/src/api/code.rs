//! The names of the API's errors, each with its status: the one list there is.
//!
//! An error whose name is not here cannot be built, and [ERRORS.md](../../ERRORS.md) is made of the list: what a program
//! may meet is written down. A name never changes its meaning.

use serde::{Serialize, Serializer};

/// `Name "name" status "what it means" "the next step"`, one a line, in the order a request meets them.
macro_rules! codes {
    ($($code:ident $name:literal $status:literal $means:literal $next:literal)*) => {
        /// The stable name of an error.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Code {
            $(#[doc = $means] $code,)*
        }

        impl Code {
            /// All of them, in the order a request meets them.
            pub const ALL: &'static [Self] = &[$(Self::$code),*];

            /// As answers, counters and the log write it.
            pub fn name(self) -> &'static str {
                match self { $(Self::$code => $name,)* }
            }

            /// HTTP status.
            pub fn status(self) -> u16 {
                match self { $(Self::$code => $status,)* }
            }

            /// What it means, and the next step, as the reference says it.
            #[cfg(test)]
            pub(crate) fn described(self) -> (&'static str, &'static str) {
                match self { $(Self::$code => ($means, $next),)* }
            }
        }
    };
}

codes! {
    BadAddress "bad_address" 400
        "The address cannot be read, or means another to whoever reads it by the book."
        "name one host, and a path without backslashes and without `.` or `..` between its slashes"
    NotFound "not_found" 404
        "There is nothing at this address, or what it names is not there: a key, an endpoint, a customer."
        "compare it with `/openapi.json`, or list what there is"
    MethodNotAllowed "method_not_allowed" 405
        "The address exists and does not take this method."
        "use one of those that `Allow` names"
    BadParameter "bad_parameter" 400
        "A parameter of the address is not one of those it takes, comes twice, or says something else than it should."
        "write it as the message says; it names those the address takes"
    NoSite "no_site" 400
        "The address does not say of which site."
        "add `?site=KEY`"
    BadSite "bad_site" 400
        "No site can be called so."
        "a site's key is 1 to 64 of `a` to `z`, `0` to `9` and `-`"
    UnknownSite "unknown_site" 404
        "No such site is set up here."
        "check `data-site` on the script tag, or set the site up: `PUT /v1/sites/KEY/settings`"
    Unauthorized "unauthorized" 401
        "The key is missing or wrong."
        "send `Authorization: Bearer KEY`, with a key of this site or the deployment's own"
    Forbidden "forbidden" 403
        "The key is one of the site's, and its role does not open this."
        "ask an owner of the site for a key of another role"
    RateAddress "rate_address" 429
        "Too many requests come from this network address."
        "wait as long as `Retry-After` says"
    RateUnknown "rate_unknown" 429
        "Too many requests come from addresses that nobody tells apart: the edge stands behind a proxy and does not know in which header it names them."
        "wait as long as `Retry-After` says; whoever runs the edge sets `DECLIC_ADDRESS_HEADER`"
    RateContacts "rate_contacts" 429
        "Too many requests for contact come from this network address, or from addresses that nobody tells apart."
        "wait as long as `Retry-After` says"
    RateVisitor "rate_visitor" 429
        "Too many batches come from this visitor."
        "wait as long as `Retry-After` says"
    Overload "overload" 503
        "The edge has more requests than it can answer, and tracking waits first."
        "wait as long as `Retry-After` says"
    SlowBody "slow_body" 408
        "The body did not arrive in time."
        "send it again, faster or in parts"
    TooLarge "too_large" 413
        "The body is larger than this address takes."
        "shorten it or split it; the message says how much is taken"
    UnsupportedMediaType "unsupported_media_type" 415
        "The body is in a form this address does not read: by its `Content-Type`, or compressed."
        "send rules as `application/toml` or `application/json`, and any body without `Content-Encoding`"
    Empty "empty" 400
        "The body is empty."
        "post the encoded message that this address takes"
    WireVersion "wire_version" 400
        "The body is of another version of the tag's protocol."
        "reload the page, so that it takes the tag this edge serves"
    Truncated "truncated" 400
        "The body ends before the message does."
        "send the message again, whole"
    Malformed "malformed" 400
        "The body is not an encoded message."
        "encode it with the tag this edge serves"
    TooMuch "too_much" 422
        "The message holds more than is taken at once."
        "split it into several"
    TooManyEvents "too_many_events" 422
        "The batch holds more events than are taken at once."
        "split it into several batches"
    TooManyRules "too_many_rules" 422
        "The batch names more rules as sent away than are taken."
        "keep the newest only"
    TextTooLong "text_too_long" 422
        "A text is longer than its limit; the message names both."
        "shorten it"
    BadNumber "bad_number" 422
        "A number is negative, too large, or not one."
        "send one in the range the message names"
    WrongOrigin "wrong_origin" 403
        "The page's origin is not one of the site's."
        "add it to `origins` in the site's settings"
    BadLink "bad_link" 403
        "A link's key does not verify: it has run out, or is of another site."
        "ask for a new link and open the page with it"
    BadPhone "bad_phone" 422
        "The telephone number is not in international form."
        "send it with its country code, such as +33612345678"
    EmptyMessage "empty_message" 422
        "A message says nothing, or not where to answer."
        "fill in both"
    BadSlot "bad_slot" 422
        "No call can be had at that time."
        "choose one of the half hours the card offers"
    SlotTaken "slot_taken" 409
        "That half hour has been taken in the meantime."
        "choose another one"
    BadBody "bad_body" 422
        "The body is not the JSON this address takes."
        "see the address in `/openapi.json`"
    BadSettings "bad_settings" 422
        "The settings do not check; `details` has each fault with its path."
        "correct them and put them again; those in force have not changed"
    TooManySites "too_many_sites" 422
        "The deployment has as many sites as it takes."
        "raise `sites` in `DECLIC_LIMITS`, or give the pages to a site there is"
    BadRules "bad_rules" 422
        "The rule file does not check; `details` has each fault with its place."
        "correct it and publish again; the rules in force have not changed"
    NoRules "no_rules" 404
        "The site has no rules yet."
        "put a rule file: `PUT /v1/sites/KEY/rules`"
    NoVersion "no_version" 404
        "The site keeps no such version of its rules."
        "see which there are: `GET /v1/sites/KEY/versions`"
    BadKey "bad_key" 422
        "A key cannot be made so: its name or role is not one, the name is taken, or there are as many as there can be."
        "do what the message says"
    BadSecret "bad_secret" 422
        "An identity secret cannot be added so."
        "do what the message says"
    BadEndpoint "bad_endpoint" 422
        "A webhook's endpoint cannot be set up so: its address, its events, or how many there are."
        "do what the message says"
    BadDays "bad_days" 422
        "The days of a report are none, in the wrong order, or too many."
        "write them as 2026-11-24, the first before the last"
    NotConfigured "not_configured" 503
        "The deployment lacks something, or cannot read a variable of its environment."
        "whoever runs the edge does what the message says, and starts it again"
    Unavailable "unavailable" 503
        "The runtime or a Durable Object failed; nothing was acknowledged."
        "send the same request again a little later"
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

#[cfg(test)]
impl schemars::JsonSchema for Code {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Code".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let names: Vec<&str> = Self::ALL.iter().map(|code| code.name()).collect();
        schemars::json_schema!({ "type": "string", "enum": names, "description": "Stable name of an error." })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::Code;

    #[test]
    fn every_name_is_given_once_and_says_what_it_means_and_what_to_do() {
        let names: HashSet<&str> = Code::ALL.iter().map(|code| code.name()).collect();
        assert_eq!(names.len(), Code::ALL.len());
        for code in Code::ALL {
            let (means, next) = code.described();
            assert!(means.ends_with('.') && !next.ends_with('.'), "{code:?}");
            assert!((400..600).contains(&code.status()), "{code:?}");
            let plain = |letter: char| letter.is_ascii_lowercase() || letter == '_';
            assert!(code.name().chars().all(plain), "{code:?}");
        }
    }
}
