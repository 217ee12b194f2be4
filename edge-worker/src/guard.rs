//! Lets requests in at the rate and in the number the deployment takes.
//!
//! Counts in the isolate's memory alone: who asks is a hash under a salt that lives one day, and nothing is stored. The
//! limits and their arithmetic are `edge_core::limits`'.

use std::cell::{Cell, OnceCell, RefCell};

use edge_core::limits::{Client, Excess, Limits, LimitsError, Rate, Salt, Throttle};
use js_sys::Reflect;
use worker::{Env, Request, Result};

use crate::answer::Fault;
use crate::clock::now_ms;
use crate::entropy::random;
use crate::environment::text;

thread_local! {
    static LIMITS: OnceCell<Limits> = const { OnceCell::new() };
    static DOORS: RefCell<Option<Doors>> = const { RefCell::new(None) };
    static IN_FLIGHT: Cell<u32> = const { Cell::new(0) };
}

/// What is counted under one salt.
struct Doors {
    salt: Salt,
    addresses: Throttle,
    visitors: Throttle,
    contacts: Throttle,
}

/// A batch in flight; dropped with its answer.
pub(crate) struct Flight(());

impl Drop for Flight {
    fn drop(&mut self) {
        IN_FLIGHT.set(IN_FLIGHT.get().saturating_sub(1));
    }
}

/// Lets a batch in when there is room. Requests for contact never ask: under load, tracking waits and they do not.
pub(crate) fn fly(env: &Env) -> Result<Flight, Fault> {
    let limit = limits(env)?.in_flight;
    if IN_FLIGHT.get() >= limit {
        return Err(Fault::Excess(Excess::Overload));
    }
    IN_FLIGHT.set(IN_FLIGHT.get() + 1);
    Ok(Flight(()))
}

/// Takes one request of the network address it comes from, where that is known.
pub(crate) fn by_address(request: &Request, env: &Env) -> Result<(), Fault> {
    let client = client(request, env)?;
    take(
        env,
        client,
        |limits| limits.address,
        |doors| &mut doors.addresses,
        |retry_s| Excess::Address { retry_s },
    )
}

/// Takes one request for contact of the network address it comes from.
pub(crate) fn contact_by_address(request: &Request, env: &Env) -> Result<(), Fault> {
    let client = client(request, env)?;
    take(
        env,
        client,
        |limits| limits.contacts,
        |doors| &mut doors.contacts,
        |retry_s| Excess::Contacts { retry_s },
    )
}

/// Takes one batch of a visitor of the site.
pub(crate) fn by_visitor(env: &Env, site: &str, visitor: &[u8; 16]) -> Result<(), Fault> {
    let number = |salt: &Salt| salt.visitor(site, visitor);
    take(
        env,
        Some(number),
        |limits| limits.visitor,
        |doors| &mut doors.visitors,
        |retry_s| Excess::Visitor { retry_s },
    )
}

/// The deployment's limits, read once per isolate.
pub(crate) fn limits(env: &Env) -> Result<Limits, Fault> {
    LIMITS.with(|cell| match cell.get() {
        Some(limits) => Ok(*limits),
        None => {
            let limits =
                Limits::parse(&text(env, "DECLIC_LIMITS")).map_err(|error| Fault::NotConfigured {
                    what: format!("`DECLIC_LIMITS` cannot be read: {}", error.explain()),
                    next: LimitsError::NEXT.to_owned(),
                })?;
            Ok(*cell.get_or_init(|| limits))
        }
    })
}

fn take(
    env: &Env,
    caller: Option<impl Fn(&Salt) -> u64>,
    rate: impl Fn(&Limits) -> Option<Rate>,
    door: impl Fn(&mut Doors) -> &mut Throttle,
    excess: impl Fn(u32) -> Excess,
) -> Result<(), Fault> {
    let (Some(caller), Some(rate)) = (caller, rate(&limits(env)?)) else {
        return Ok(());
    };
    let now_ms = now_ms(env);
    let today = DOORS.with_borrow(|doors| doors.as_ref().is_some_and(|doors| !doors.salt.is_over(now_ms)));
    if !today {
        let salt = Salt::of(now_ms, random()?);
        let (addresses, visitors, contacts) = Default::default();
        DOORS.set(Some(Doors { salt, addresses, visitors, contacts }));
    }
    DOORS.with_borrow_mut(|doors| {
        let Some(doors) = doors else { return Ok(()) };
        let number = caller(&doors.salt);
        door(doors).take(number, rate, now_ms).map_err(|retry_s| Fault::Excess(excess(retry_s)))
    })
}

/// Whose request it is: by the header the deployment trusts, else by the connection.
fn client(request: &Request, env: &Env) -> Result<Option<impl Fn(&Salt) -> u64>> {
    let client = match text(env, "DECLIC_ADDRESS_HEADER").as_str() {
        "" => peer(request).and_then(|address| Client::of_peer(&address)),
        header => request.headers().get(header)?.and_then(|value| Client::of_header(&value)),
    };
    Ok(client.map(|client| move |salt: &Salt| client.number(salt)))
}

/// The connection's other end, as workerd tells it.
fn peer(request: &Request) -> Option<String> {
    let network = Reflect::get(request.inner(), &"cf".into()).ok()?;
    Reflect::get(&network, &"clientIp".into()).ok()?.as_string()
}
