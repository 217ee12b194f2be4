//! Answers: one shape of error for every route, and the headers each kind of answer carries.

use edge_core::api::{Code, ErrorAnswer};
use edge_core::intake::Refusal;
use edge_core::limits::Excess;
use serde::Serialize;
use worker::{Error, Headers, Response, ResponseBuilder, Result};

use crate::environment::Role;
use crate::journal;

/// What every answer carries that does not say otherwise itself: it is for whoever asked, never for a cache, a frame or
/// another page, and a browser gives it no power.
const GUARDS: [(&str, &str); 7] = [
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
];
/// Two years, as browsers want it; of this host alone, for what lives under it is not the edge's to say.
const SECURE_ONLY: &str = "max-age=63072000";

/// Names the error of an answer, for whoever passes it on and counts it.
pub(crate) const ERROR_HEADER: &str = "Declic-Error";

/// Why a request gets no answer of its own.
#[derive(Debug)]
pub(crate) enum Fault {
    /// What was sent is refused.
    Refused(Refusal),
    /// Checked and found wrong: settings or rules. The body says what.
    Unprocessable(ErrorAnswer),
    /// Sound, and more than is taken now.
    Excess(Excess),
    /// The route wants a key that was not given.
    Unauthorized {
        /// Whose key.
        role: Role,
    },
    /// The key given is one of the site's, and does not open this.
    Forbidden {
        /// Its role.
        role: &'static str,
    },
    /// The site keeps no such version of its rules.
    NoVersion {
        /// Which, with its number as given.
        what: String,
    },
    /// The address is none, or means another to whoever reads it by the book.
    BadAddress,
    /// No such route.
    NotFound,
    /// The route exists, what the address names is not there.
    NoSuch {
        /// What, with its name.
        what: String,
        /// Where to see which there are.
        next: &'static str,
    },
    /// The site has no rules yet.
    NoRules,
    /// The route exists, the method does not.
    MethodNotAllowed {
        /// The methods it has.
        allow: String,
    },
    /// The deployment lacks something.
    NotConfigured {
        /// What.
        what: String,
        /// The next step.
        next: String,
    },
    /// The runtime or a Durable Object failed.
    Unavailable(Error),
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Unavailable(error)
    }
}

impl Fault {
    /// Stable name, for programs and counters.
    fn code(&self) -> Code {
        match self {
            Self::Refused(refusal) => refusal.kind(),
            Self::Excess(excess) => excess.kind(),
            Self::Unprocessable(answer) => answer.error.code,
            Self::Unauthorized { .. } => Code::Unauthorized,
            Self::Forbidden { .. } => Code::Forbidden,
            Self::NoVersion { .. } => Code::NoVersion,
            Self::BadAddress => Code::BadAddress,
            Self::NotFound | Self::NoSuch { .. } => Code::NotFound,
            Self::NoRules => Code::NoRules,
            Self::MethodNotAllowed { .. } => Code::MethodNotAllowed,
            Self::NotConfigured { .. } => Code::NotConfigured,
            Self::Unavailable(_) => Code::Unavailable,
        }
    }

    /// The error as an answer.
    pub(crate) fn into_response(self) -> Result<Response> {
        let code = self.code();
        let plain = |message: &str, next: &str| ErrorAnswer::new(code, message, next);
        let headers = Headers::new();
        headers.set(ERROR_HEADER, code.name())?;
        let answer = match self {
            Self::Refused(refusal) => {
                let (message, next) = refusal.explain();
                plain(&message, &next)
            }
            Self::Excess(excess) => {
                headers.set("Retry-After", &excess.retry_s().to_string())?;
                let (message, next) = excess.explain();
                plain(&message, &next)
            }
            Self::Unprocessable(answer) => answer,
            Self::Unauthorized { role } => {
                headers.set("WWW-Authenticate", "Bearer")?;
                let own = if role == Role::Operator { "" } else { "a key of this site, or with " };
                let next =
                    format!("send `Authorization: Bearer` with {own}the value of `{}`", role.binding());
                plain("the key is missing or wrong", &next)
            }
            Self::Forbidden { role } => {
                let message = format!("this is the key of a site's {role}, which does not open this");
                plain(&message, "ask an owner of the site for a key of another role")
            }
            Self::NoVersion { what } => {
                let message = format!("of its rules, this site keeps no {what}");
                plain(&message, "see which there are: GET /v1/sites/KEY/versions")
            }
            Self::BadAddress => plain(
                "the address cannot be read",
                "name one host, and a path without backslashes and without `.` or `..` between its slashes",
            ),
            Self::NotFound => {
                plain("there is nothing at this address", "compare it with the addresses in /openapi.json")
            }
            Self::NoSuch { what, next } => plain(&format!("there is no {what}"), next),
            Self::NoRules => plain("this site has no rules yet", "put a rule file: PUT /v1/sites/KEY/rules"),
            Self::MethodNotAllowed { allow } => {
                headers.set("Allow", &allow)?;
                plain("this address does not take that method", &format!("use {allow}"))
            }
            Self::NotConfigured { what, next } => plain(&what, &next),
            Self::Unavailable(error) => {
                journal::fault(&error.to_string());
                headers.set("Retry-After", "5")?;
                plain("the edge cannot answer right now", "send the same request again a little later")
            }
        };
        json(code.status(), &answer, headers)
    }
}

/// An object as JSON.
pub(crate) fn json_ok<T: Serialize>(value: &T) -> Result<Response> {
    json(200, value, Headers::new())
}

fn json<T: Serialize>(status: u16, value: &T, headers: Headers) -> Result<Response> {
    headers.set("Content-Type", "application/json; charset=utf-8")?;
    let body = serde_json::to_vec(value)?;
    Ok(ResponseBuilder::new().with_status(status).with_headers(headers).fixed(body))
}

/// An answer to the tag on a page of `origin`.
pub(crate) fn to_tag(status: u16, body: Vec<u8>, origin: &str) -> Result<Response> {
    let headers = Headers::new();
    headers.set("Content-Type", "application/octet-stream")?;
    headers.set("Access-Control-Allow-Origin", origin)?;
    // A beacon's answer is nobody's to read, and must not be told of in the page's console.
    headers.set("Cross-Origin-Resource-Policy", "cross-origin")?;
    headers.set("Vary", "Origin")?;
    Ok(ResponseBuilder::new().with_status(status).with_headers(headers).fixed(body))
}

/// The answer with what it has not said itself of [`GUARDS`]; over https, that it is to be asked by https alone.
pub(crate) fn guarded(response: Response, https: bool) -> Result<Response> {
    // A copy: what an object answered cannot be changed.
    let headers = Headers::new();
    for (name, value) in response.headers().entries() {
        headers.append(&name, &value)?;
    }
    for (name, value) in GUARDS {
        if !headers.has(name)? {
            headers.set(name, value)?;
        }
    }
    if https {
        headers.set("Strict-Transport-Security", SECURE_ONLY)?;
    }
    Ok(response.with_headers(headers))
}
