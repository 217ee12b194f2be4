//! What the deployment gives the worker: secrets, keys and the Durable Objects' bindings.

use std::cell::OnceCell;
use std::rc::Rc;

use edge_core::keys::{self, Need, OPERATOR};
use edge_core::token::{Keyring, MIN_SECRET_BYTES, WeakSecret, same_key};
use js_sys::{Function, Reflect, Uint8Array};
use wasm_bindgen::JsCast;
use worker::{Env, Request};

use crate::answer::Fault;
use crate::sites;

/// Holds the secrets visitor tokens are signed with.
const SECRET: &str = "DECLIC_SECRET";

thread_local! {
    static KEYRING: OnceCell<Rc<Keyring>> = const { OnceCell::new() };
}

/// Who may call a protected route. Each role has its key in the environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Runs the deployment: sets sites up, reads the metrics. Has the owner's key.
    Operator,
    /// Publishes rules and settings.
    Owner,
    /// Reads the desk's queues.
    Desk,
}

impl Role {
    /// The binding that holds its key.
    pub(crate) fn binding(self) -> &'static str {
        match self {
            Self::Operator | Self::Owner => "DECLIC_OWNER_KEY",
            Self::Desk => "DECLIC_DESK_KEY",
        }
    }
}

/// The keys of visitor tokens, read once per isolate.
pub(crate) fn keyring(env: &Env) -> Result<Rc<Keyring>, Fault> {
    KEYRING.with(|cell| {
        if let Some(keyring) = cell.get() {
            return Ok(Rc::clone(keyring));
        }
        let keyring = Rc::new(Keyring::parse(&text(env, SECRET)).map_err(|WeakSecret { bytes }| {
            Fault::NotConfigured {
                what: format!("`{SECRET}` has {bytes} bytes, at least {MIN_SECRET_BYTES} are needed"),
                next: format!(
                    "set it to the output of `openssl rand -hex 32`, then start again with `{SECRET}` set"
                ),
            }
        })?);
        Ok(Rc::clone(cell.get_or_init(|| keyring)))
    })
}

/// Who a request comes from.
pub(crate) struct Caller {
    /// The name of the key; [`OPERATOR`] for the deployment's own.
    pub(crate) name: String,
}

/// Lets the request pass when it carries a key that opens this at the site: one of the site's own, or the deployment's.
pub(crate) async fn admit(request: &Request, env: &Env, site: &str, need: Need) -> Result<Caller, Fault> {
    let role = if need == Need::Visitors { Role::Desk } else { Role::Owner };
    let refused = match authorize(request, env, role) {
        Ok(()) => return Ok(Caller { name: OPERATOR.to_owned() }),
        Err(fault) => fault,
    };
    let given = bearer(request)?;
    // A site that does not exist is told of to those with the deployment's key only.
    match sites::find(env, site).await {
        Ok(site) => match keys::find(&site.keys, &given) {
            Some(key) if key.role.may(need) => Ok(Caller { name: key.name.clone() }),
            Some(key) => Err(Fault::Forbidden { role: key.role.name() }),
            None => Err(refused),
        },
        Err(_) => Err(refused),
    }
}

/// Bytes of the runtime's secure source.
pub(crate) fn random() -> Result<[u8; 32], Fault> {
    let failed = |_| Fault::Unavailable("the runtime has no source of randomness".into());
    let crypto = Reflect::get(&js_sys::global(), &"crypto".into()).map_err(failed)?;
    let fill: Function =
        Reflect::get(&crypto, &"getRandomValues".into()).and_then(JsCast::dyn_into).map_err(failed)?;
    let bytes = Uint8Array::new_with_length(32);
    fill.call1(&crypto, &bytes).map_err(failed)?;
    let mut random = [0; 32];
    bytes.copy_to(&mut random);
    Ok(random)
}

/// Lets the request pass when it is the operator's: what it asks for is of no one site, so no site's key opens it.
pub(crate) fn admit_operator(request: &Request, env: &Env) -> Result<(), Fault> {
    authorize(request, env, Role::Operator)
}

/// Lets the request pass when it carries the role's key as a bearer token.
fn authorize(request: &Request, env: &Env, role: Role) -> Result<(), Fault> {
    let key = text(env, role.binding());
    if key.is_empty() {
        return Err(Fault::NotConfigured {
            what: format!("`{}` is not set, so nobody can use this route", role.binding()),
            next: format!("start the worker with `{}` set to a long random text", role.binding()),
        });
    }
    if same_key(&bearer(request)?, &key) { Ok(()) } else { Err(Fault::Unauthorized { role }) }
}

/// The bearer token of a request; empty when it has none.
fn bearer(request: &Request) -> Result<String, Fault> {
    let given = request.headers().get("Authorization")?.unwrap_or_default();
    // The name of a scheme is of any case (RFC 9110, 11.1).
    Ok(match given.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("Bearer") => token.to_owned(),
        _ => String::new(),
    })
}

/// A text binding; empty when it is not set, which workerd hands over as null.
pub(crate) fn text(env: &Env, name: &str) -> String {
    Reflect::get(env.as_ref(), &name.into()).ok().and_then(|value| value.as_string()).unwrap_or_default()
}
