//! Follows a visitor to where he lives: one who turned out to be a customer has moved to the customer's home.

use edge_core::arrival::{Arrival, Kin, Moved, from_bytes, to_bytes};
use edge_core::token::Visitor;
use worker::{Env, Method, Response};

use crate::answer::Fault;
use crate::objects::{self, Call, ERASED, MOVED, Named, expect};

/// Most moves followed: of a visitor to a customer, and of a browser from one customer to another.
pub(super) const MOVES: usize = 3;

/// Asks the shard where the visitor lives; when he has moved, that of his new home, which `visitor` names then.
pub(super) async fn ask(
    env: &Env,
    site: &str,
    visitor: &mut Visitor,
    call: impl Fn(&Visitor) -> Call,
) -> Result<Response, Fault> {
    for _ in 0..=MOVES {
        let answer = objects::visitors(env, site, visitor)?.send(call(visitor)).await?;
        if answer.status_code() != MOVED {
            return Ok(answer);
        }
        let moved = moved(answer).await?;
        if let Some(arrival) = moved.arrival {
            arrive(env, arrival).await?;
        }
        *visitor = moved.to;
    }
    Err(too_often())
}

/// What a shard answered for a visitor who lives elsewhere.
pub(super) async fn moved(mut answer: Response) -> Result<Moved, Fault> {
    from_bytes(&answer.bytes().await?)
        .map_err(|error| Fault::Unavailable(format!("a move cannot be read: {error:?}").into()))
}

/// Begins the erasure of a visitor, and tells the other rows of the same person: of a customer's, no more are to come.
pub(super) async fn begin_erasure(
    env: &Env,
    site: &str,
    visitor: &Visitor,
    named: Named,
) -> Result<Kin, Fault> {
    let path = match named {
        Named::Visitor => "/erasures",
        Named::Customer => "/erasures/of-customer",
    };
    let call = Call::new(Method::Post, path).body(visitor.id.to_vec());
    let kin = expect(objects::visitors(env, site, visitor)?.send(call).await?, 200).await?;
    from_bytes(&kin).map_err(|error| Fault::Unavailable(format!("kin cannot be read: {error:?}").into()))
}

pub(super) fn too_often() -> Fault {
    Fault::Unavailable("a visitor has moved too often".into())
}

async fn arrive(env: &Env, arrival: Arrival) -> Result<(), Fault> {
    let departure = &arrival.departure;
    let call = Call::new(Method::Post, "/arrivals").body(to_bytes(&arrival));
    let answer = objects::visitors(env, &departure.site, &departure.to)?.send(call).await?;
    // Turned away, he is erased where he waits; what is asked of him is asked of the customer.
    if answer.status_code() != ERASED {
        expect(answer, 200).await?;
    }
    Ok(())
}
