//! What only a browser can tell of the bindings, and of the tag that uses them: run by `wasm-pack test`.

use std::string::{String, ToString};
use std::vec::Vec;

use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use wire::{Batch, Consent, Live, MAX_NAME_BYTES, MAX_TEXT_BYTES, MAX_URL_BYTES, Watch, What};

use crate::host::{self, Keepsake};
use crate::tag::{Call, Tag};
use crate::{code, trouble};

const STOP: f64 = host::STOP as f64;

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
let posted, delay, now, kept, heard;
const STOP = 2 ** 32 - 1;
let focused = true;
export const focus = has => { focused = has };
const clock = performance.now.bind(performance);
export const record = host => {
  [posted, delay, now, kept, heard] = [[], STOP, clock(), [], new Set()];
  Object.defineProperty(document, 'referrer', { value: 'https://search.example/?q=tea', configurable: true });
  performance.now = () => now;
  document.hasFocus = () => focused;
  host.emit = host.tell = () => {};
  host.listen = (code, wanted) => heard[wanted ? 'add' : 'delete'](code);
  host.alarm = wanted => wanted && (delay = wanted);
  host.send = (way, body) => {
    if (way === 0) posted.push(body.slice());
    if (way === 3) kept.push(body.slice());
    return way < 4;
  };
};
export const stashed = () => kept.shift() ?? new Uint8Array();
export const listens = code => heard.has(code);
export const pass = ms => { now += ms; delay = STOP };
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
    fn stashed() -> Vec<u8>;
    fn listens(code: u32) -> bool;
    fn go(path: &str);
    fn focus(has: bool);
    fn describe(kind: &str, title: &str);
}

#[wasm_bindgen(module = "/js/host.js")]
extern "C" {
    #[wasm_bindgen(thread_local_v2, js_name = host)]
    static HOST: JsValue;
}

#[wasm_bindgen(module = "/js/bytes.js")]
extern "C" {
    fn bytes(text: &str) -> Vec<u8>;
}

/// A tag that has told of its first page, and what it told.
fn opened() -> (Tag, Batch) {
    HOST.with(record);
    let mut tag = Tag::new(b"shop", false, false);
    tag.open();
    let batch = sent(&mut tag);
    (tag, batch)
}

fn wake(tag: &mut Tag, code: u32, number: f64, text: &[u8]) {
    tag.woken(&Call { code, number, second: f64::NAN, text, more: &[] });
    tag.rest();
}

/// The next batch.
#[track_caller]
fn sent(tag: &mut Tag) -> Batch {
    wake(tag, code::FLUSH, 0.0, b"");
    wire::decode(&last()).expect("a batch")
}

/// The edge keeps everything, and asks to hear of `watch`.
fn kept(tag: &mut Tag, batch: &Batch, watch: Vec<Watch>) {
    let acknowledged = batch.first + batch.events.len() as u32;
    let reply = wire::Reply { acknowledged, watch, ..Default::default() };
    wake(tag, code::ANSWER, 200.0, &wire::encode(&reply));
}

/// A tag that has told of its first page, and nothing more to tell.
fn settled(watch: Vec<Watch>) -> Tag {
    let (mut tag, batch) = opened();
    kept(&mut tag, &batch, watch);
    tag
}

fn call(tag: &mut Tag, code: u32, subject: &str, total: f64, items: f64) {
    tag.woken(&Call { code, number: total, second: items, text: subject.as_bytes(), more: b"EUR" });
}

fn told(tag: &mut Tag) -> Vec<What> {
    sent(tag).events.into_iter().map(|event| event.what).collect()
}

#[wasm_bindgen_test]
fn consent_is_told_until_the_edge_hears_it() {
    let mut tag = settled(Vec::new());
    call(&mut tag, code::CONSENT, "granted", f64::NAN, f64::NAN);
    let asked = sent(&mut tag);
    assert_eq!((asked.consent, asked.events.len()), (Consent::Granted, 0));
    wake(&mut tag, code::ANSWER, 503.0, &[]);
    let delay = alarm();
    assert!((500.0..1_100.0).contains(&delay), "{delay}");
    pass(delay);
    wake(&mut tag, code::TICK, 0.0, b"");
    let asked = sent(&mut tag);
    assert_eq!(asked.consent, Consent::Granted);
    kept(&mut tag, &asked, Vec::new());
    assert_eq!(alarm(), STOP);
}

#[wasm_bindgen_test]
fn who_the_site_says_is_here_is_told_once_he_may_be_remembered() {
    let mut tag = settled(Vec::new());
    let identify = |tag: &mut Tag, id: &[u8]| {
        tag.woken(&Call { code: code::IDENTIFY, number: 0.0, second: 0.0, text: id, more: b"00ff" });
    };
    identify(&mut tag, b"c-8");
    identify(&mut tag, b"c-9");
    wake(&mut tag, code::FLUSH, 0.0, b"");
    assert_eq!(last(), b"", "nothing is told of one who has not consented");
    call(&mut tag, code::CONSENT, "granted", f64::NAN, f64::NAN);
    let identified = What::Identify { id: "c-9".into(), proof: "00ff".into() };
    assert_eq!(told(&mut tag), [identified]);
}

#[wasm_bindgen_test]
fn a_window_without_the_focus_counts_no_time_and_waits_for_its_return() {
    let mut tag = settled([Watch::Dwell { ms: 5_000 }].to_vec());
    assert!(listens(code::FOCUS) && alarm() != STOP);
    pass(1_000.0);
    focus(false);
    wake(&mut tag, code::FOCUS, 0.0, b"");
    assert!(listens(code::FOCUS));
    assert_eq!(alarm(), STOP);
    pass(60_000.0);
    focus(true);
    wake(&mut tag, code::FOCUS, 0.0, b"");
    assert!((4_000.0..4_002.0).contains(&alarm()), "{}", alarm());
}

#[wasm_bindgen_test]
fn a_number_the_edge_refuses_is_not_sent() {
    let mut tag = settled(Vec::new());
    for total in [-5.0, f64::NAN, f64::INFINITY] {
        call(&mut tag, code::CART, "", total, 1.0);
        call(&mut tag, code::TRACK, "purchase", total, f64::NAN);
    }
    call(&mut tag, code::CART, "", 5.0, -1.0);
    let named = What::Track { name: "purchase".to_string() };
    let cart = What::Cart { total: 5.0, items: 0, currency: "EUR".to_string() };
    assert_eq!(told(&mut tag), [named.clone(), named.clone(), named, cart]);
}

#[wasm_bindgen_test]
fn the_referrer_led_to_the_first_page_only() {
    let (mut tag, landing) = opened();
    assert_eq!(landing.page.referrer, "https://search.example/?q=tea");
    kept(&mut tag, &landing, Vec::new());
    go("/next");
    wake(&mut tag, code::ROUTE, 0.0, b"");
    let batch = sent(&mut tag);
    assert_eq!((batch.page.path.as_str(), batch.page.referrer.as_str()), ("/next", ""));
    kept(&mut tag, &batch, Vec::new());
    wake(&mut tag, code::BACK, f64::NAN, b"");
    assert_eq!(sent(&mut tag).page.referrer, "");
}

#[wasm_bindgen_test]
fn the_fullest_batch_is_one_the_edge_takes() {
    let (path, long) = ("p".repeat(9_000), "é".repeat(9_000));
    describe(&long, &long);
    go(&std::format!("/{path}?{path}"));
    let mut tag = settled(Vec::new());
    tag.token = "t".repeat(MAX_TEXT_BYTES).into_bytes();
    for _ in 0..wire::MAX_EVENTS {
        let [text, more] = [long.as_bytes(); 2];
        tag.woken(&Call { code: code::CART, number: 1.0, second: 1e9, text, more });
    }
    let batch = sent(&mut tag);
    let Batch { page, events, .. } = &batch;
    assert_eq!((page.path.len(), page.title.len()), (MAX_TEXT_BYTES, MAX_TEXT_BYTES));
    assert_eq!((page.query.len(), page.kind.len()), (MAX_URL_BYTES, MAX_NAME_BYTES));
    assert!(events.len() > wire::MAX_EVENTS / 2, "{}", events.len());
    describe("", "");
    go("/");
}

#[wasm_bindgen_test]
fn forms_clicks_and_leaving_are_told_where_the_edge_asked_and_nowhere_else() {
    let mut tag = settled(Vec::new());
    for _ in 0..4 {
        wake(&mut tag, code::CLICK, 9.0, b"");
    }
    wake(&mut tag, code::GOING, 0.0, b"");
    assert!(last().is_empty() && !listens(code::FORM));

    let mut tag = settled([Watch::Forms, Watch::RageClicks, Watch::Leaving].to_vec());
    assert!(listens(code::FORM));
    wake(&mut tag, code::FORM, 0.0, b"quote");
    wake(&mut tag, code::FORM, f64::from(trouble::form::ERROR), b"quote");
    for _ in 0..4 {
        tag.woken(&Call { code: code::CLICK, number: 9.0, second: 9.0, text: &[], more: &[] });
    }
    let batch = sent(&mut tag);
    let form = "quote".to_string();
    let whats: Vec<What> = batch.events.iter().map(|event| event.what.clone()).collect();
    let begun = What::FormStarted { form: form.clone() };
    assert_eq!(whats, [begun, What::FormError { form: form.clone() }, What::RageClick]);
    let expected = Live { form_started: true, form_errors: 1, rage_clicks: 1, ..batch.live };
    assert_eq!(batch.live, expected);
    kept(&mut tag, &batch, [Watch::Forms, Watch::Leaving].to_vec());
    call(&mut tag, code::PAGE, "", 0.0, 0.0);
    assert_eq!(told(&mut tag), [What::FormAbandoned { form }, What::Left]);
    assert!(!listens(code::FORM));
}

#[wasm_bindgen_test]
fn what_was_not_acknowledged_is_left_on_the_device_with_consent_only() {
    let mut tag = settled(Vec::new());
    call(&mut tag, code::TRACK, "zoom", f64::NAN, f64::NAN);
    wake(&mut tag, code::GOING, 0.0, b"");
    assert!(stashed().is_empty());
    call(&mut tag, code::CONSENT, "granted", f64::NAN, f64::NAN);
    wake(&mut tag, code::GOING, 0.0, b"");
    let batch: Batch = wire::decode(&stashed()).expect("a batch");
    assert_eq!(batch.events[0].what, What::Track { name: "zoom".to_string() });
    call(&mut tag, code::CONSENT, "denied", f64::NAN, f64::NAN);
}

#[wasm_bindgen_test]
fn who_allows_what_is_necessary_is_not_told_twice_and_sends_no_name() {
    let mut tag = settled(Vec::new());
    call(&mut tag, code::CONSENT, "necessary", f64::NAN, f64::NAN);
    call(&mut tag, code::DISMISSED, "welcome\n", f64::NAN, f64::NAN);
    let batch = sent(&mut tag);
    assert_eq!((batch.consent, batch.token.as_deref()), (Consent::Necessary, None));
    assert_eq!(batch.declined, ["welcome"]);
    let mut later = settled(Vec::new());
    call(&mut later, code::CONSENT, "necessary", f64::NAN, f64::NAN);
    call(&mut later, code::TRACK, "zoom", f64::NAN, f64::NAN);
    assert_eq!(sent(&mut later).declined, ["welcome"]);
    call(&mut later, code::CONSENT, "denied", f64::NAN, f64::NAN);
    assert!(host::recall(Keepsake::Declined).is_empty());
}

#[wasm_bindgen_test]
fn what_a_card_says_becomes_its_event() {
    let mut tag = settled(Vec::new());
    let said = |tag: &mut Tag, code, text: &str, more: &str, number| {
        tag.woken(&Call { code, number, second: f64::NAN, text: text.as_bytes(), more: more.as_bytes() });
    };
    said(&mut tag, code::ANSWERED, "how\n4", "fine", f64::NAN);
    said(&mut tag, code::PREFERS, "\n2", "0", 0.0);
    said(&mut tag, code::LESS, "how\n", "", f64::NAN);
    let rule = "how".to_string();
    let expected = [
        What::Answered { rule: rule.clone(), score: 4, text: "fine".to_string() },
        What::Prefers { show: wire::Show::Chat, allowed: false },
        What::Less { rule },
    ];
    assert_eq!(told(&mut tag), expected);
}

#[wasm_bindgen_test]
fn a_data_layer_that_tells_no_totals_changes_the_basket() {
    let mut tag = settled(Vec::new());
    call(&mut tag, code::LAYER, "add_to_cart", 12.5, 1.0);
    call(&mut tag, code::LAYER, "view_cart", 50.0, 2.0);
    call(&mut tag, code::LAYER, "purchase", 50.0, 2.0);
    let currency = || "EUR".to_string();
    let track = |name: &str| What::Track { name: name.to_string() };
    let expected = [
        What::CartChange { removed: false, total: 12.5, items: 1, currency: currency() },
        track("add_to_cart"),
        What::Cart { total: 50.0, items: 2, currency: currency() },
        track("view_cart"),
        What::Order { id: currency(), total: 50.0 },
    ];
    assert_eq!(told(&mut tag), expected);
}

#[wasm_bindgen_test]
fn a_page_is_read_as_the_browser_shows_it() {
    prepare();
    let page = opened().1.page;
    assert_eq!((page.path.as_str(), page.query.as_str()), ("/cart", "a=1&b=%20"));
    assert_eq!((page.title.as_str(), page.kind.as_str()), ("Le panier — vide", "cart"));
    assert_eq!(page.language, "fr-CH");
    go("/app#/basket");
    assert_eq!(opened().1.page.path, "/app#/basket");
    go("/");
}

#[wasm_bindgen_test]
fn a_token_is_kept_until_it_is_forgotten() {
    host::keep(Keepsake::Token, b"token");
    assert_eq!((host::recall(Keepsake::Token), stored("declic.")), (b"token".to_vec(), "token".to_string()));
    host::keep(Keepsake::Token, b"");
    assert_eq!((host::recall(Keepsake::Token), stored("declic.")), (Vec::new(), "nothing".to_string()));
}

#[wasm_bindgen_test]
fn every_character_of_a_module_is_its_byte() {
    let text: String = (0..=255).map(char::from).collect();
    assert_eq!(bytes(&text), (0..=255).collect::<Vec<u8>>());
}

#[wasm_bindgen_test]
fn no_two_random_names_are_the_same() {
    assert_eq!(host::random_id().len(), 16);
    assert_ne!(host::random_id(), host::random_id());
}

#[wasm_bindgen_test]
fn time_runs_forward() {
    let before = host::now_ms();
    assert!(host::now_ms() >= before);
}
