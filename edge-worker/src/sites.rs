//! The sites this isolate knows: settings and compiled rules, kept in memory and revalidated.
//!
//! A decision takes one snapshot and uses it to its end, so it never mixes two rule sets. When the `Site` object
//! cannot be reached or its rules cannot be read, the last good snapshot stays in use.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use edge_core::aftermath::day;
use edge_core::api::{Code, ErrorAnswer};
use edge_core::desk::{Desk, MAX_LOAD_BYTES, Waiting};
use edge_core::intake::{Refusal, shorten};
use edge_core::keys::StoredKey;
use edge_core::life::Outlook;
use edge_core::publish::MAX_STORED_BYTES;
use edge_core::site::{MAX_SETTINGS_BYTES, Settings, StoredSite, is_key};
use rules::Program;
use wire::codec::unpack;
use worker::{Env, Method, Response};

use crate::answer::Fault;
use crate::clock::now_ms;
use crate::objects::{self, Call};
use crate::{guard, journal};

/// How long a snapshot is used unasked, in milliseconds: a published rule set is in force everywhere within 5 s.
const FRESH_MS: u64 = 2_000;
/// Most sites remembered by one isolate; past it, it starts afresh.
const MAX_SITES: usize = 256;
/// Most versions that are previewed, remembered by one isolate; past it, it starts afresh.
const MAX_DRAFTS: usize = 16;
/// Largest site an object hands over, in bytes: the largest rule set that is published, and the largest settings.
const MAX_SITE_BYTES: usize = MAX_STORED_BYTES + MAX_SETTINGS_BYTES;

thread_local! {
    static DIRECTORY: RefCell<Directory> = RefCell::default();
    static DRAFTS: RefCell<HashMap<(String, u32), Rc<Program>>> = RefCell::new(HashMap::new());
    static KNOWN: RefCell<HashMap<String, Known>> = RefCell::new(HashMap::new());
}

/// One site at one moment.
pub(crate) struct Snapshot {
    /// What the owner set.
    pub(crate) settings: Rc<Settings>,
    /// The hosts of the site's origins.
    pub(crate) hosts: Rc<[String]>,
    /// The rules in force; none before the first are published.
    pub(crate) program: Option<Rc<Program>>,
    /// The keys of the people who run it.
    pub(crate) keys: Rc<[StoredKey]>,
    /// The desk, where the site has set one up.
    pub(crate) desk: Option<Desk>,
    /// What may happen to visitors who are not there.
    pub(crate) outlook: Rc<Outlook>,
    /// Names settings and rules as they are: changes whenever either does.
    revision: String,
}

impl Snapshot {
    /// The day of the site's calendar on which an instant falls, as days since 1970.
    pub(crate) fn day(&self, at_ms: u64) -> i32 {
        day(self.program.as_deref(), at_ms)
    }
}

/// The keys of all sites, as last read.
#[derive(Default)]
struct Directory {
    keys: HashSet<String>,
    read_ms: u64,
}

struct Known {
    snapshot: Rc<Snapshot>,
    checked_ms: u64,
}

/// The site of this key, at most [`FRESH_MS`] old when its object answers.
pub(crate) async fn find(env: &Env, key: &str) -> Result<Rc<Snapshot>, Fault> {
    let now_ms = now_ms(env);
    let known = KNOWN.with_borrow(|sites| {
        sites
            .get(key)
            .map(|known| (Rc::clone(&known.snapshot), now_ms.saturating_sub(known.checked_ms) < FRESH_MS))
    });
    if let Some((snapshot, true)) = known {
        return Ok(snapshot);
    }
    let known = known.map(|(snapshot, _)| snapshot);
    if known.is_none() {
        require(env, key).await?;
    }
    match (ask(env, key, known.as_deref()).await, known) {
        (Ok(Asked::Changed(mut snapshot)), _) => {
            snapshot.desk = desk(env, key, &snapshot.settings, None, now_ms).await;
            Ok(remember(key, Rc::from(snapshot), now_ms))
        }
        (Ok(Asked::Unchanged), Some(snapshot)) if snapshot.settings.desk.is_none() => {
            Ok(remember(key, snapshot, now_ms))
        }
        (Ok(Asked::Unchanged), Some(snapshot)) => {
            let desk = desk(env, key, &snapshot.settings, snapshot.desk.clone(), now_ms).await;
            let Snapshot { settings, hosts, program, keys, outlook, revision, .. } = &*snapshot;
            let snapshot = Snapshot {
                settings: Rc::clone(settings),
                hosts: Rc::clone(hosts),
                program: program.clone(),
                keys: Rc::clone(keys),
                desk,
                outlook: Rc::clone(outlook),
                revision: revision.clone(),
            };
            Ok(remember(key, Rc::new(snapshot), now_ms))
        }
        (Ok(Asked::Unchanged | Asked::Unknown), _) => Err(unknown(key)),
        (Err(fault), Some(snapshot)) => {
            journal::fault(&format!("site {key} keeps its last good rules: {fault:?}"));
            Ok(snapshot)
        }
        (Err(fault), None) => Err(fault),
    }
}

/// Lets pass the key of a site in the directory. Strangers' guesses make one look into it every [`FRESH_MS`].
pub(crate) async fn require(env: &Env, key: &str) -> Result<(), Fault> {
    let now_ms = now_ms(env);
    let (known, fresh) = DIRECTORY.with_borrow(|directory| {
        (directory.keys.contains(key), now_ms.saturating_sub(directory.read_ms) < FRESH_MS)
    });
    if known {
        return Ok(());
    }
    require_key(key)?;
    if fresh {
        return Err(unknown(key));
    }
    let keys: HashSet<String> = list(env).await?.into_iter().collect();
    let known = keys.contains(key);
    DIRECTORY.set(Directory { keys, read_ms: now_ms });
    if known { Ok(()) } else { Err(unknown(key)) }
}

/// Lets pass what may be a site's key.
pub(crate) fn require_key(key: &str) -> Result<(), Fault> {
    if is_key(key) { Ok(()) } else { Err(Fault::Refused(Refusal::BadSite { site: shorten(key) })) }
}

/// The keys of all sites, for the deployment's operator.
pub(crate) async fn list(env: &Env) -> Result<Vec<String>, Fault> {
    let mut answer = objects::directory(env)?.send(Call::new(Method::Get, "/sites/")).await?;
    if answer.status_code() != 200 {
        return Err(Fault::Unavailable(format!("the directory answered {}", answer.status_code()).into()));
    }
    Ok(answer.text().await?.lines().map(str::to_owned).collect())
}

/// Lets pass a site that exists, or one more while the deployment has room for it.
pub(crate) async fn require_room(env: &Env, key: &str) -> Result<(), Fault> {
    let (keys, limit) = (list(env).await?, guard::limits(env)?.sites);
    if keys.len() < limit as usize || keys.iter().any(|known| known == key) {
        return Ok(());
    }
    let message = format!("this deployment has {limit} sites, and no more are taken");
    let next = "raise `sites` in `DECLIC_LIMITS`, or give the pages to a site there is";
    Err(Fault::Unprocessable(ErrorAnswer::new(Code::TooManySites, message, next)))
}

/// Enters a site in the directory.
pub(crate) async fn enter(env: &Env, key: &str) -> Result<(), Fault> {
    let answer = objects::directory(env)?.send(Call::new(Method::Put, format!("/sites/{key}"))).await?;
    if answer.status_code() != 200 {
        return Err(Fault::Unavailable(format!("the directory answered {}", answer.status_code()).into()));
    }
    // This isolate has just entered it: it need not wait to see it.
    DIRECTORY.with_borrow_mut(|directory| directory.keys.insert(key.to_owned()));
    Ok(())
}

fn unknown(key: &str) -> Fault {
    Fault::Refused(Refusal::UnknownSite { site: shorten(key) })
}

enum Asked {
    Unchanged,
    Changed(Box<Snapshot>),
    Unknown,
}

async fn ask(env: &Env, key: &str, known: Option<&Snapshot>) -> Result<Asked, Fault> {
    let revision = known.map_or("", |snapshot| snapshot.revision.as_str());
    let mut answer = objects::site(env, key)?
        .send(Call::new(Method::Get, "/snapshot").header("If-None-Match", revision))
        .await?;
    match answer.status_code() {
        200 => read(&mut answer).await.map(|snapshot| Asked::Changed(Box::new(snapshot))),
        304 => Ok(Asked::Unchanged),
        404 => Ok(Asked::Unknown),
        status => Err(Fault::Unavailable(format!("the site object answered {status}").into())),
    }
}

async fn read(answer: &mut Response) -> Result<Snapshot, Fault> {
    let unreadable =
        |what: &str, why: String| Fault::Unavailable(format!("{what} cannot be read: {why}").into());
    let revision = answer.headers().get("ETag")?.unwrap_or_default();
    let StoredSite { settings, program, keys } = unpack(&answer.bytes().await?, MAX_SITE_BYTES)
        .map_err(|error| unreadable("the stored site", format!("{error:?}")))?;
    let program = match program.as_slice() {
        [] => None,
        bytes => Some(Rc::new(
            Program::from_bytes(bytes)
                .map_err(|error| unreadable("the stored rules", format!("{error:?}")))?,
        )),
    };
    let hosts = settings.hosts().into();
    let outlook = Rc::new(Outlook::of(program.as_deref(), settings.retention_days));
    let (settings, keys) = (Rc::new(settings), keys.into());
    Ok(Snapshot { settings, hosts, program, keys, desk: None, outlook, revision })
}

/// The site's desk with the requests that wait now. When its object does not answer, the desk as it was known stands.
async fn desk(env: &Env, key: &str, settings: &Settings, known: Option<Desk>, now_ms: u64) -> Option<Desk> {
    let configured = settings.desk.as_ref()?;
    let load = match load(env, key).await {
        Ok(load) => load,
        Err(fault) => {
            journal::fault(&format!("site {key} keeps its last known queue: {fault:?}"));
            if known.is_some() {
                return known;
            }
            Vec::new()
        }
    };
    match Desk::new(configured, &settings.timezone, &load, now_ms) {
        Ok(desk) => Some(desk),
        Err(error) => {
            journal::fault(&format!("the desk of site {key} cannot be read: {error:?}"));
            None
        }
    }
}

async fn load(env: &Env, key: &str) -> Result<Vec<Waiting>, Fault> {
    let mut answer = objects::desk(env, key)?.send(Call::new(Method::Get, "/load")).await?;
    if answer.status_code() != 200 {
        return Err(Fault::Unavailable(format!("the desk answered {}", answer.status_code()).into()));
    }
    unpack(&answer.bytes().await?, MAX_LOAD_BYTES)
        .map_err(|error| Fault::Unavailable(format!("the queue cannot be read: {error:?}").into()))
}

/// The compiled rules of a version that may not be in force, for a preview. A version never changes.
pub(crate) async fn version(env: &Env, key: &str, version: u32) -> Result<Option<Rc<Program>>, Fault> {
    let known = DRAFTS.with_borrow(|drafts| drafts.get(&(key.to_owned(), version)).cloned());
    if known.is_some() {
        return Ok(known);
    }
    require(env, key).await?;
    let call = Call::new(Method::Get, format!("/versions/{version}/program"));
    let mut answer = objects::site(env, key)?.send(call).await?;
    match answer.status_code() {
        200 => {}
        404 => return Ok(None),
        status => return Err(Fault::Unavailable(format!("the site object answered {status}").into())),
    }
    let program = Program::from_bytes(&answer.bytes().await?)
        .map_err(|error| Fault::Unavailable(format!("version {version} cannot be read: {error:?}").into()))?;
    let program = Rc::new(program);
    DRAFTS.with_borrow_mut(|drafts| {
        if drafts.len() >= MAX_DRAFTS {
            drafts.clear();
        }
        drafts.insert((key.to_owned(), version), Rc::clone(&program));
    });
    Ok(Some(program))
}

fn remember(key: &str, snapshot: Rc<Snapshot>, checked_ms: u64) -> Rc<Snapshot> {
    KNOWN.with_borrow_mut(|sites| {
        if sites.len() >= MAX_SITES && !sites.contains_key(key) {
            sites.clear();
        }
        sites.insert(key.to_owned(), Known { snapshot: Rc::clone(&snapshot), checked_ms });
    });
    snapshot
}
