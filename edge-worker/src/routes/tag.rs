//! What the tag on a page asks for: a decision on its events, and a human.

use edge_core::bots::is_bot;
use edge_core::contact::{ContactRecord, Journey, Queue};
use edge_core::decide::{Round, round};
use edge_core::desk::SlotError;
use edge_core::device::Device;
use edge_core::facts::Place;
use edge_core::handover::Handover;
use edge_core::identity::Signed;
use edge_core::intake::{self, Refusal};
use edge_core::link::preview_of;
use edge_core::profile::Profile;
use edge_core::site::is_origin;
use edge_core::token::{Verified, Visitor, digest_hex, seed, text_name};
use wire::codec::unpack;
use wire::{Ask, Batch, Consent, MAX_BODY_BYTES, Reply};
use worker::{Cf, Date, Env, Headers, Method, Request, Response, ResponseBuilder, Result};

use super::{home, identify};
use crate::answer::{Fault, to_tag};
use crate::body;
use crate::clock::now_ms;
use crate::counters::{Counter, Timer, count, time};
use crate::environment::keyring;
use crate::guard;
use crate::journal;
use crate::objects::{
    self, Call, DAY_HEADER, ERASED, LOCAL, MOVED, PLACES_HEADER, RULE_HEADER, SITE_HEADER, VISITOR_HEADER,
    expect,
};
use crate::sites::{self, Snapshot};

/// Largest journey a shard answers, in bytes.
const MAX_JOURNEY_BYTES: usize = 64 * 1024;

/// A batch of events in, what to show and to watch for out.
pub(super) async fn events(request: &mut Request, env: &Env) -> Result<Response, Fault> {
    let arrived_ms = Date::now().as_millis();
    let bytes = body::read(request, env, MAX_BODY_BYTES).await?;
    // Behind the body: whoever sends it by the byte holds no place that others wait for.
    let _flight = guard::fly(env)?;
    let batch = intake::batch(&bytes)?;
    let site = sites::find(env, &batch.site).await?;
    let origin = allowed_origin(request, &site)?;
    let place = place(request)?;
    let is_program = is_program(request)?;
    let remembers = !is_program && consents(request, batch.consent)?;
    let (signed, proof) = identify::verify(env, &batch, &site, remembers);
    let (reply, consent) = if remembers {
        (remembered(env, &home_region(request), &batch, bytes, place, signed).await?, "granted")
    } else if is_program {
        (forgotten(env, &batch, &site, &place).await?, "program")
    } else {
        (forgotten(env, &batch, &site, &place).await?, "none")
    };
    count(Counter::Batches, consent);
    time(Timer::Decision, consent, arrived_ms);
    identify::tell(to_tag(200, wire::encode(&reply), &origin)?, proof)
}

/// A browser asks before it sends what a form could not. Which site it is for stands in the body, so the answer is the
/// same for all, and gives nothing away: the request itself is let in, and its answer made readable, by its site's origins
/// alone.
pub(super) fn preflight(request: &Request) -> Result<Response, Fault> {
    let headers = Headers::new();
    headers.set("Allow", "POST, OPTIONS")?;
    headers.set("Vary", "Origin")?;
    let asked = |name: &str| request.headers().get(name).map(Option::unwrap_or_default);
    let (origin, method) = (asked("Origin")?, asked("Access-Control-Request-Method")?);
    if is_origin(&origin) && method == "POST" {
        headers.set("Access-Control-Allow-Origin", &origin)?;
        headers.set("Access-Control-Allow-Methods", "POST")?;
        headers.set("Access-Control-Allow-Headers", "Content-Type")?;
        headers.set("Access-Control-Max-Age", "86400")?;
    }
    Ok(ResponseBuilder::new().with_status(204).with_headers(headers).empty())
}

/// Whether the visitor may be remembered. `Sec-GPC` is a refusal, whatever the page says.
pub(super) fn consents(request: &Request, consent: Consent) -> Result<bool> {
    let refused = request.headers().get("Sec-GPC")?.is_some_and(|value| value.trim() == "1");
    Ok(consent == Consent::Granted && !refused)
}

/// Whether a program sends this: it is answered like everyone, and neither remembered nor counted, whatever it consents to.
fn is_program(request: &Request) -> Result<bool> {
    Ok(is_bot(&request.headers().get("User-Agent")?.unwrap_or_default()))
}

/// A visitor who consented: the shard that knows him folds the batch and decides.
async fn remembered(
    env: &Env,
    region: &str,
    batch: &Batch,
    bytes: Vec<u8>,
    place: Place,
    signed: Option<Signed>,
) -> Result<Reply, Fault> {
    let keyring = keyring(env)?;
    let verified = verify(env, &batch.site, batch.token.as_deref())?;
    let returning = verified.is_some();
    let mut keeps_token = verified.as_ref().is_some_and(|verified| !verified.outdated);
    let visitor = match verified {
        Some(verified) => verified.visitor,
        None => {
            let seed = batch.token.as_deref().and_then(seed).unwrap_or(batch.stream);
            keyring.admit(&batch.site, region, &seed)
        }
    };
    guard::by_visitor(env, &batch.site, &visitor.id)?;
    let mut handover = Handover {
        site: batch.site.clone(),
        visitor,
        returning,
        signed,
        arrival: None,
        stream: None,
        place,
        body: bytes,
    };
    let mut answer = hand_over(env, &handover).await?;
    for _ in 0..home::MOVES {
        if answer.status_code() != MOVED {
            break;
        }
        // The sender is a customer, who lives elsewhere: there the batch is folded, with all that comes along.
        let moved = home::moved(answer).await?;
        handover.visitor = moved.to;
        handover.returning = true;
        handover.arrival = moved.arrival;
        handover.stream = moved.stream;
        keeps_token = false;
        answer = hand_over(env, &handover).await?;
    }
    if answer.status_code() == ERASED {
        // What the token leads to was erased, and the name on it must not live on; nor what was turned away there.
        handover.arrival = None;
        handover.visitor = keyring.readmit(&batch.site, region, &handover.visitor.id, &batch.stream);
        keeps_token = false;
        handover.returning = false;
        answer = hand_over(env, &handover).await?;
    }
    let answer = expect(answer, 200).await?;
    let mut reply: Reply = wire::decode(&answer)
        .map_err(|error| worker::Error::RustError(format!("the shard's reply cannot be read: {error:?}")))?;
    reply.token = (!keeps_token).then(|| keyring.sign(&batch.site, &handover.visitor));
    Ok(reply)
}

async fn hand_over(env: &Env, handover: &Handover) -> Result<Response> {
    let call = Call::new(Method::Post, "/events").body(handover.to_bytes());
    objects::visitors(env, &handover.site, &handover.visitor)?.send(call).await
}

/// A visitor who did not, or a program: this batch is all there is to decide on, and nothing of it is kept.
async fn forgotten(env: &Env, batch: &Batch, site: &Snapshot, place: &Place) -> Result<Reply, Fault> {
    let now_ms = now_ms(env);
    let preview = preview_of(&*keyring(env)?, &batch.site, &batch.page.query, now_ms / 1000);
    let previewed = match preview {
        Some(preview) => sites::version(env, &batch.site, preview.version).await?,
        None => None,
    };
    let round_of_one = Round {
        batch,
        visitor: &[],
        place,
        hosts: &site.hosts,
        friction: false,
        program: previewed.as_deref().or(site.program.as_deref()),
        desk: site.desk.as_ref(),
        now_ms,
    };
    Ok(round(&mut Profile::default(), &round_of_one))
}

/// A request for a human, stored with the journey that led to it.
pub(super) async fn contacts(request: &mut Request, env: &Env) -> Result<Response, Fault> {
    guard::contact_by_address(request, env)?;
    let bytes = body::read(request, env, MAX_BODY_BYTES).await?;
    let contact = intake::contact(&bytes)?;
    let site_key = contact.site.clone();
    let site = sites::find(env, &site_key).await?;
    let origin = allowed_origin(request, &site)?;
    if let Ask::Callback { at_s: Some(at_s), .. } = contact.ask {
        let desk = site.desk.as_ref().ok_or(Refusal::BadSlot)?;
        // Whether there is room the desk's object says: this very request may have taken the last place.
        if desk.takes(at_s, now_ms(env)) == Err(SlotError::NotOffered) {
            return Err(Refusal::BadSlot.into());
        }
    }
    let verified = match !is_program(request)? && consents(request, contact.consent)? {
        true => verify(env, &site_key, contact.token.as_deref())?,
        false => None,
    };
    let mut visitor = verified.map(|verified| verified.visitor);
    let journey = match &mut visitor {
        Some(visitor) => journey(env, &site_key, visitor, &contact.rule).await,
        None => None,
    };
    // The id names this request, not the visitor: hashed, so that it fits an address.
    let id = digest_hex(&contact.id)[..32].to_owned();
    let mut record = ContactRecord::of(contact, journey, now_ms(env));
    if site.program.as_ref().is_none_or(|program| program.index_of(&record.rule).is_none()) {
        // The rule went since the page was opened, or a stranger made it up: the request stands, the name does not.
        record.rule.clear();
    }
    let queue = Queue::of(&record.ask);
    let mut call = Call::new(Method::Put, format!("/contacts/{id}"))
        .header(SITE_HEADER, &site_key)
        .header(DAY_HEADER, &site.day(record.at_ms).to_string())
        .body(record.to_bytes());
    if let Some(visitor) = &visitor {
        call = call.header(VISITOR_HEADER, &visitor.name());
    }
    if let Some(desk) = &site.desk {
        call = call.header(PLACES_HEADER, &desk.places().to_string());
    }
    let stored = objects::desk(env, &site_key)?.send(call).await?;
    match stored.status_code() {
        201 => count(Counter::Contacts, queue.name()),
        // It came before: the visitor is told so much, and no more is stored.
        200 => {}
        409 => return Err(Refusal::SlotTaken.into()),
        status => return Err(Fault::Unavailable(format!("the desk answered {status}").into())),
    }
    Ok(to_tag(201, Vec::new(), &origin)?)
}

/// The visitor's journey. Without it the request is still worth storing, so a failure only costs the journey.
async fn journey(env: &Env, site: &str, visitor: &mut Visitor, rule: &str) -> Option<Journey> {
    let call = |visitor: &Visitor| {
        Call::new(Method::Post, "/journey")
            .header(SITE_HEADER, site)
            .header(RULE_HEADER, &text_name(rule))
            .body(visitor.id.to_vec())
    };
    let bytes = match home::ask(env, site, visitor, call).await {
        Ok(mut answer) if answer.status_code() == 200 => answer.bytes().await.ok()?,
        other => {
            let why =
                other.map_or_else(|error| format!("{error:?}"), |answer| answer.status_code().to_string());
            journal::fault(&format!("a contact is stored without its journey: {why}"));
            return None;
        }
    };
    unpack(&bytes, MAX_JOURNEY_BYTES).ok().flatten()
}

/// What a token says, when it verifies.
pub(super) fn verify(env: &Env, site: &str, token: Option<&str>) -> Result<Option<Verified>, Fault> {
    let Some(token) = token.filter(|token| seed(token).is_none()) else {
        return Ok(None);
    };
    let verified = keyring(env)?.verify(site, token);
    if verified.is_none() {
        count(Counter::ForgedTokens, site);
    }
    Ok(verified)
}

/// The page's origin, when it may speak for the site.
pub(super) fn allowed_origin(request: &Request, site: &Snapshot) -> Result<String, Fault> {
    let origin = request.headers().get("Origin")?;
    site.settings.allow(origin.as_deref())?;
    Ok(origin.unwrap_or_default())
}

/// Country, region, city and device, as far as the network and the browser tell.
pub(super) fn place(request: &Request) -> Result<Place> {
    let user_agent = request.headers().get("User-Agent")?.unwrap_or_default();
    let languages = request.headers().get("Accept-Language")?.unwrap_or_default();
    let network = request.cf();
    Ok(Place {
        country: network.and_then(Cf::country).unwrap_or_default(),
        region: network.and_then(Cf::region).unwrap_or_default(),
        city: network.and_then(Cf::city).unwrap_or_default(),
        language: languages.split([',', ';']).next().unwrap_or_default().trim().chars().take(35).collect(),
        device: Device::of(&user_agent),
    })
}

/// Where a new visitor's profile will live: the Durable Object location hint nearest to the request.
pub(super) fn home_region(request: &Request) -> String {
    let continent = request.cf().and_then(Cf::continent);
    let hint = match continent.as_deref() {
        Some("EU") => "weur",
        Some("NA") => "enam",
        Some("SA") => "sam",
        Some("AS") => "apac",
        Some("OC") => "oc",
        Some("AF") => "afr",
        _ => LOCAL,
    };
    hint.to_owned()
}
