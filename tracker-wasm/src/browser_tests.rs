//! What only a browser can tell of the bindings, and of the tag that uses them: run by `wasm-pack test`.

use std::string::{String, ToString};
use std::vec::Vec;

use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

use wire::{Batch, Consent, MAX_NAME_BYTES, MAX_TEXT_BYTES, MAX_URL_BYTES, What};

use crate::tag::{Call, Tag};
use crate::{code, host};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen(inline_js = "
export const prepare = () => {
  document.documentElement.lang = 'fr-CH';
  document.title = 'Le panier — vide';
  document.body.dataset.declicPage = 'cart';
  history.replaceState(null, '', '/cart?a=1&b=%20#end');
};
export const stored = key => localStorage.getItem(key) ?? 'nothing';

// In place of the line and the clock: what the tag would send, and when it wants to be woken.
let posted, delay, now;
const clock = performance.now.bind(performance);
export const record = host => {
  [posted, delay, now] = [[], -1, clock()];
  Object.defineProperty(document, 'referrer', { value: 'https://search.example/?q=tea', configurable: true });
  performance.now = () => now;
  host.listen = host.routes = host.soon = host.emit = host.leave = () => {};
  host.alarm = (code, wanted) => (delay = wanted);
  host.post = body => posted.push(body.slice());
};
export const pass = ms => { now += ms; delay = -1 };
export const alarm = () => delay;
export const last = () => posted.shift() ?? new Uint8Array();
export const go = path => history.pushState(null, '', path);
export const describe = (kind, title) => {
  document.body.dataset.declicPage = kind;
  document.title = title;
};
")]
extern "C" {
    fn prepare();
    fn stored(key: &str) -> String;
    fn record(host: &JsValue);
    fn pass(ms: f64);
    fn alarm() -> f64;
    fn last() -> Vec<u8>;
    fn go(path: &str);
    fn describe(kind: &str, title: &str);
}

#[wasm_bindgen(module = "/js/host.js")]
extern "C" {
    #[wasm_bindgen(thread_local_v2, js_name = host)]
    static HOST: JsValue;
}

/// A tag that has told of its first page, and what it told.
fn opened() -> (Tag, Batch) {
    HOST.with(record);
    let mut tag = Tag::new("shop", false, false);
    tag.open();
    let batch = sent(&mut tag);
    (tag, batch)
}

/// The next batch.
#[track_caller]
fn sent(tag: &mut Tag) -> Batch {
    tag.rest();
    tag.woken(code::FLUSH, 0.0, "");
    wire::decode(&last()).expect("a batch")
}

/// The edge keeps everything.
fn kept(tag: &mut Tag) {
    let reply =
        wire::Reply { acknowledged: tag.queue.open().map_or(0, |leaf| leaf.end()), ..Default::default() };
    tag.answered(200, &wire::encode(&reply));
    tag.rest();
}

fn call(tag: &mut Tag, verb: &str, subject: &str, total: f64, items: f64) {
    tag.call(&Call { verb, subject, total, items, currency: "EUR" });
}

#[wasm_bindgen_test]
fn consent_is_told_until_the_edge_hears_it() {
    let (mut tag, _) = opened();
    kept(&mut tag);
    call(&mut tag, "consent", "granted", f64::NAN, f64::NAN);
    let asked = sent(&mut tag);
    assert_eq!((asked.consent, asked.events.len()), (Consent::Granted, 0));
    tag.answered(503, &[]);
    tag.rest();
    let delay = alarm();
    assert!((500.0..1_100.0).contains(&delay), "{delay}");
    pass(delay);
    tag.woken(code::TICK, 0.0, "");
    assert_eq!(sent(&mut tag).consent, Consent::Granted);
    kept(&mut tag);
    assert_eq!(alarm(), -1.0);
}

#[wasm_bindgen_test]
fn a_number_the_edge_refuses_is_not_sent() {
    let (mut tag, _) = opened();
    kept(&mut tag);
    for total in [-5.0, f64::NAN, f64::INFINITY] {
        call(&mut tag, "cart", "", total, 1.0);
        call(&mut tag, "track", "purchase", total, f64::NAN);
    }
    call(&mut tag, "cart", "", 5.0, -1.0);
    let told: Vec<What> = sent(&mut tag).events.into_iter().map(|event| event.what).collect();
    let named = What::Track { name: "purchase".to_string() };
    let cart = What::Cart { total: 5.0, items: 0, currency: "EUR".to_string() };
    assert_eq!(told, [named.clone(), named.clone(), named, cart]);
}

#[wasm_bindgen_test]
fn the_referrer_led_to_the_first_page_only() {
    let (mut tag, landing) = opened();
    assert_eq!(landing.page.referrer, "https://search.example/?q=tea");
    kept(&mut tag);
    go("/next");
    tag.woken(code::ROUTE, 0.0, "");
    let page = sent(&mut tag).page;
    assert_eq!((page.path.as_str(), page.referrer.as_str()), ("/next", ""));
    kept(&mut tag);
    tag.woken(code::BACK, 1.0, "");
    assert_eq!(sent(&mut tag).page.referrer, "");
}

#[wasm_bindgen_test]
fn the_fullest_batch_is_one_the_edge_takes() {
    let (path, long) = ("p".repeat(9_000), "é".repeat(9_000));
    describe(&long, &long);
    go(&std::format!("/{path}?{path}"));
    let (mut tag, _) = opened();
    kept(&mut tag);
    tag.token = Some("t".repeat(MAX_TEXT_BYTES));
    for _ in 0..wire::MAX_EVENTS {
        tag.call(&Call { verb: "cart", subject: "", total: 1.0, items: 1e9, currency: &long });
    }
    let batch = sent(&mut tag);
    let Batch { page, events, .. } = &batch;
    assert_eq!((page.path.len(), page.title.len()), (MAX_TEXT_BYTES, MAX_TEXT_BYTES));
    assert_eq!((page.query.len(), page.kind.len()), (MAX_URL_BYTES, MAX_NAME_BYTES));
    assert_eq!(events.len(), wire::MAX_EVENTS);
    describe("", "");
    go("/");
}

#[wasm_bindgen_test]
fn a_page_is_read_as_the_browser_shows_it() {
    prepare();
    let page = host::page(String::new());
    assert_eq!((page.path.as_str(), page.query.as_str()), ("/cart", "a=1&b=%20"));
    assert_eq!((page.title.as_str(), page.kind.as_str()), ("Le panier — vide", "cart"));
    assert_eq!(page.language, "fr-CH");
}

#[wasm_bindgen_test]
fn a_token_is_kept_under_the_site_s_key_until_it_is_forgotten() {
    host::keep("test", "token");
    assert_eq!((host::recall("test"), stored("declic.test")), ("token".to_string(), "token".to_string()));
    host::keep("test", "");
    assert_eq!((host::recall("test"), stored("declic.test")), (String::new(), "nothing".to_string()));
}

#[wasm_bindgen_test]
fn no_two_random_names_are_the_same() {
    assert_ne!(host::random_id(), host::random_id());
}

#[wasm_bindgen_test]
fn time_runs_forward() {
    let before = host::now_ms();
    assert!(before > 0.0 && host::now_ms() >= before);
}
