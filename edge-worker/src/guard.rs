//! Lets requests in at the rate and in the number the deployment takes.
//!
//! Counts in the isolate's memory alone: who asks is a hash under a salt that lives one day, and nothing is stored. The
//! limits and their arithmetic are `edge_core::limits`'.

use std::cell::{Cell, OnceCell, RefCell};

use edge_core::limits::{Client, Excess, Header, Limits, LimitsError, Rate, Salt, Throttle, Untold};
use js_sys::Reflect;
use worker::{Env, Request};

use crate::answer::Fault;
use crate::clock::now_ms;
use crate::counters::{Counter, count};
use crate::entropy::random;
use crate::environment::text;
use crate::journal;

/// Names the header in which a proxy tells the client's network address.
const ADDRESS_HEADER: &str = "DECLIC_ADDRESS_HEADER";

thread_local! {
    static TOLD: RefCell<Vec<Untold>> = const { RefCell::new(Vec::new()) };
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

/// Takes one request of the network address it comes from; of all that nobody tells, where it comes from one of those.
pub(crate) fn by_address(request: &Request, env: &Env) -> Result<(), Fault> {
    let client = client(request, env)?;
    if let Err(untold) = client {
        count(Counter::Unattributed, untold.name());
        tell_once(untold, env);
    }
    take(
        env,
        |salt| number(client, salt),
        |limits| if client.is_ok() { limits.address } else { limits.unknown },
        |doors| &mut doors.addresses,
        |retry_s| if client.is_ok() { Excess::Address { retry_s } } else { Excess::Unknown { retry_s } },
    )
}

/// Takes one request for contact of the network address it comes from; of all that nobody tells, as [`by_address`].
pub(crate) fn contact_by_address(request: &Request, env: &Env) -> Result<(), Fault> {
    let client = client(request, env)?;
    take(
        env,
        |salt| number(client, salt),
        |limits| if client.is_ok() { limits.contacts } else { limits.unknown_contacts },
        |doors| &mut doors.contacts,
        |retry_s| Excess::Contacts { retry_s },
    )
}

fn number(client: Result<Client, Untold>, salt: &Salt) -> u64 {
    client.map_or_else(|_| salt.unknown(), |client| client.number(salt))
}

/// Takes one batch of a visitor of the site.
pub(crate) fn by_visitor(env: &Env, site: &str, visitor: &[u8; 16]) -> Result<(), Fault> {
    take(
        env,
        |salt| salt.visitor(site, visitor),
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
    caller: impl Fn(&Salt) -> u64,
    rate: impl Fn(&Limits) -> Option<Rate>,
    door: impl Fn(&mut Doors) -> &mut Throttle,
    excess: impl Fn(u32) -> Excess,
) -> Result<(), Fault> {
    let Some(rate) = rate(&limits(env)?) else { return Ok(()) };
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
fn client(request: &Request, env: &Env) -> Result<Result<Client, Untold>, Fault> {
    let name = text(env, ADDRESS_HEADER);
    let value = match name.as_str() {
        "" => None,
        name => request.headers().get(name).map_err(|_| Fault::NotConfigured {
            what: format!("`{ADDRESS_HEADER}` is `{name}`, which no header can be called"),
            next: "name the header in which the proxy tells the client's address, such as `X-Forwarded-For`"
                .to_owned(),
        })?,
    };
    let header = match &value {
        Some(value) => Header::Value(value),
        None if name.is_empty() => Header::NotConfigured,
        None => Header::Absent,
    };
    Ok(Client::of(header, peer(request).as_deref()))
}

/// Tells whoever runs the edge why nobody tells a request's address: once in an isolate, for it may be true of every request.
fn tell_once(untold: Untold, env: &Env) {
    let news = TOLD.with_borrow_mut(|told| {
        let news = !told.contains(&untold);
        told.extend(news.then_some(untold));
        news
    });
    if news {
        journal::fault(&untold.explain(&text(env, ADDRESS_HEADER)));
    }
}

/// The connection's other end, as workerd tells it.
fn peer(request: &Request) -> Option<String> {
    let network = Reflect::get(request.inner(), &"cf".into()).ok()?;
    Reflect::get(&network, &"clientIp".into()).ok()?.as_string()
}
