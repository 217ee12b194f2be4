//! What the deployment gives the worker: secrets, keys and the Durable Objects' bindings.

use std::cell::OnceCell;
use std::rc::Rc;

use edge_core::token::{Keyring, MIN_SECRET_BYTES, WeakSecret, same_key};
use js_sys::Reflect;
use worker::{Env, Request};

use crate::answer::Fault;

/// Holds the secrets visitor tokens are signed with.
const SECRET: &str = "DECLIC_SECRET";

thread_local! {
    static KEYRING: OnceCell<Rc<Keyring>> = const { OnceCell::new() };
}

/// Who may call a protected route. Each role has its key in the environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Publishes rules and settings.
    Owner,
    /// Reads the desk's queues.
    Desk,
}

impl Role {
    /// The binding that holds its key.
    pub(crate) fn binding(self) -> &'static str {
        match self {
            Self::Owner => "DECLIC_OWNER_KEY",
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

/// Lets the request pass when it carries the role's key as a bearer token.
pub(crate) fn authorize(request: &Request, env: &Env, role: Role) -> Result<(), Fault> {
    let key = text(env, role.binding());
    if key.is_empty() {
        return Err(Fault::NotConfigured {
            what: format!("`{}` is not set, so nobody can use this route", role.binding()),
            next: format!("start the worker with `{}` set to a long random text", role.binding()),
        });
    }
    let given = request.headers().get("Authorization")?.unwrap_or_default();
    // The name of a scheme is of any case (RFC 9110, 11.1).
    match given.split_once(' ') {
        Some((scheme, given)) if scheme.eq_ignore_ascii_case("Bearer") && same_key(given, &key) => Ok(()),
        _ => Err(Fault::Unauthorized { role }),
    }
}

/// A text binding; empty when it is not set, which workerd hands over as null.
fn text(env: &Env, name: &str) -> String {
    Reflect::get(env.as_ref(), &name.into()).ok().and_then(|value| value.as_string()).unwrap_or_default()
}
