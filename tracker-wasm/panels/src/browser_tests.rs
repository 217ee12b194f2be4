//! What only a browser can tell of a panel: run by `wasm-pack test`.

use std::string::{String, ToString};
use std::vec;
use std::vec::Vec;

use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use wire::{Account, Batch, Consent, Explained, Field, Known, Live, Page, Preference, Show, Truth, encode};

use crate::debug::Debug;
use crate::door::{After, ask};
use crate::preferences::{self, Preferences};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen(inline_js = "
const root = () => document.querySelector('declic-panel').shadowRoot;
export const count = selector => root().querySelectorAll(selector).length;
export const text = selector => root().querySelector(selector)?.textContent ?? 'nothing';
export const attribute = (selector, name) => root().querySelector(selector)?.getAttribute(name) ?? 'nothing';
export const silent = () => ({ act() {}, say() {} });
// In place of the line and of the tag: what would be posted, and what is told.
let posted, said;
export const prepare = (host, visitor, bytes) => {
  [posted, said] = [[], []];
  host.batch = () => bytes;
  document.documentElement.lang = 'fr-CH';
  host.post = (path, body, ask) => posted.push(path);
  visitor.prefer = (kind, allowed) => said.push(`prefers ${kind} ${allowed}`);
  self.declic = verb => said.push(verb);
  visitor.save = (name, text) => said.push(name + ' ' + text);
};
export const told = () => [...posted.splice(0), ...said.splice(0)].join(', ');
")]
extern "C" {
    fn count(selector: &str) -> u32;
    fn text(selector: &str) -> String;
    fn attribute(selector: &str, name: &str) -> String;
    fn silent() -> JsValue;
    fn prepare(host: &JsValue, visitor: &JsValue, bytes: Vec<u8>);
    fn told() -> String;
}

#[wasm_bindgen(module = "/js/host.js")]
extern "C" {
    #[wasm_bindgen(thread_local_v2, js_name = host)]
    static HOST: JsValue;
    #[wasm_bindgen(thread_local_v2, js_name = visitor)]
    static VISITOR: JsValue;
}

#[wasm_bindgen(module = "/js/dom.js")]
extern "C" {
    fn known() -> u32;
    fn serve(exports: &JsValue, css: &str);
}

/// A page in French, whose visitor has consented to this.
fn stage(consent: Consent) {
    let page = Page { language: "fr".to_string(), ..Page::default() };
    let batch = Batch {
        clock: [0; 4],
        site: "shop".to_string(),
        consent,
        token: None,
        stream: [0; 16],
        first: 0,
        page,
        live: Live::default(),
        on_screen: vec![],
        declined: vec![],
        events: vec![],
    };
    serve(&silent(), "[hidden] { display: none }");
    HOST.with(|host| VISITOR.with(|visitor| prepare(host, visitor, encode(&batch))));
}

/// Opens the preferences, lets `look` look at them, and closes them.
fn with_preferences(consent: Consent, look: impl FnOnce(&mut Preferences)) {
    stage(consent);
    let mut panel = Preferences::open();
    look(&mut panel);
    assert_eq!(panel.act(preferences::action::CLOSED), After::Gone);
}

fn answer() -> Vec<u8> {
    encode(&Known {
        fields: vec![Field { name: "votre panier".to_string(), value: "<b>210 €</b>".to_string() }],
        offers: vec![
            Preference { show: Show::Callback, allowed: true },
            Preference { show: Show::Chat, allowed: false },
        ],
        export: String::new(),
    })
}

#[wasm_bindgen_test]
fn what_is_known_is_told_as_text() {
    with_preferences(Consent::Granted, |panel| {
        assert_eq!(
            (told(), text(".text[role=status]")),
            ("v1/visitor".to_string(), "Chargement…".to_string())
        );
        panel.answered(ask::SEE, &answer());
        assert_eq!((text("dd"), count("b")), ("<b>210 €</b>".to_string(), 0));
        assert_eq!(attribute("dialog", "lang"), "fr");
    });
}

#[wasm_bindgen_test]
fn a_switch_tells_the_tag() {
    with_preferences(Consent::Granted, |panel| {
        panel.answered(ask::SEE, &answer());
        told();
        panel.act(preferences::action::SWITCH + 1);
        assert_eq!(attribute(".switch + .switch", "aria-checked"), "true");
        panel.act(preferences::action::SWITCH);
        assert_eq!(attribute(".switch", "aria-checked"), "false");
        panel.act(preferences::action::SWITCH + 2);
        assert_eq!(told(), "prefers 2 true, prefers 0 false");
    });
}

#[wasm_bindgen_test]
fn nothing_is_asked_and_no_choice_offered_without_consent() {
    for consent in [Consent::NotAsked, Consent::Denied, Consent::Necessary] {
        with_preferences(consent, |_| {
            assert_eq!((told(), count(".switch"), count("dl")), (String::new(), 0, 0));
        });
    }
}

#[wasm_bindgen_test]
fn an_answer_that_does_not_come_can_be_asked_for_again() {
    with_preferences(Consent::Granted, |panel| {
        told();
        for body in [&b""[..], b"<html>"] {
            panel.answered(ask::SEE, body);
            assert_eq!((count("[role=alert]"), count("[role=alert] + button")), (1, 1));
            panel.act(preferences::action::LOAD);
            assert_eq!((told(), count("[role=alert]")), ("v1/visitor".to_string(), 0));
        }
    });
}

#[wasm_bindgen_test]
fn everything_is_erased_after_a_second_yes_and_only_then() {
    with_preferences(Consent::Granted, |panel| {
        panel.answered(ask::SEE, &answer());
        told();
        panel.act(preferences::action::ERASE);
        panel.act(preferences::action::ERASE);
        assert_eq!((count(".doubt"), told()), (1, String::new()));
        panel.act(preferences::action::KEEP);
        assert_eq!((count(".doubt"), told()), (0, String::new()));
        panel.act(preferences::action::ERASE);
        panel.act(preferences::action::CONFIRM);
        assert_eq!((count(".doubt"), told()), (0, "v1/visitor".to_string()));
        // What is on its way is not asked for twice.
        panel.act(preferences::action::ERASE);
        panel.act(preferences::action::EXPORT);
        assert_eq!((count(".doubt"), told()), (0, String::new()));
        panel.answered(ask::ERASE, &encode(&Known::default()));
        assert_eq!((told(), count("dl")), ("reset".to_string(), 0));
        assert_eq!(attribute(".switch + .switch", "aria-checked"), "true");
        assert!(text(".outcome").ends_with("a été effacé."));
    });
}

#[wasm_bindgen_test]
fn an_export_is_saved() {
    with_preferences(Consent::Granted, |panel| {
        panel.act(preferences::action::EXPORT);
        told();
        panel.answered(ask::EXPORT, b"");
        assert!(text(".outcome").starts_with("Pas de réponse."));
        panel.act(preferences::action::EXPORT);
        told();
        panel.answered(ask::EXPORT, &encode(&Known { export: "{}".to_string(), ..Known::default() }));
        assert_eq!(told(), "mes-donnees.json {}");
    });
}

#[wasm_bindgen_test]
fn what_is_gone_is_forgotten() {
    with_preferences(Consent::Granted, |_| {});
    let before = known();
    with_preferences(Consent::Granted, |panel| {
        panel.answered(ask::SEE, &answer());
        panel.act(preferences::action::ERASE);
    });
    assert_eq!(known(), before);
}

fn account(rule: &str, truth: Truth, reason: &str) -> Account {
    Account { rule: rule.to_string(), truth, shown: truth == Truth::Yes, reason: reason.to_string() }
}

#[wasm_bindgen_test]
fn a_rule_that_says_something_else_is_marked() {
    stage(Consent::Granted);
    let mut panel = Debug::dock();
    assert_eq!(told(), "v1/explain");
    let rules = [account("a", Truth::Yes, "<i>tient</i>"), account("b", Truth::NotYet, "attend")];
    panel.answered(200, &encode(&Explained { rules: rules.to_vec() }));
    assert_eq!((count(".rule"), count(".rule[data-changed]"), count("i")), (2, 0, 0));
    assert_eq!(text(".summary"), "1\u{a0}oui · 1\u{a0}pas encore · 0\u{a0}non");
    let rules = [rules[0].clone(), account("b", Truth::No, "trop tard")];
    panel.answered(200, &encode(&Explained { rules: rules.to_vec() }));
    assert_eq!((count(".rule"), text(".rule[data-changed] strong")), (2, "b".to_string()));
    // An answer that does not come leaves what is known in place.
    panel.answered(0, b"");
    assert_eq!((count(".rule"), text(".summary").starts_with("Pas de réponse.")), (2, true));
    panel.answered(200, &encode(&Explained { rules: vec![] }));
    assert_eq!((count(".rule"), count(".body > .text")), (0, 1));
    assert_eq!(panel.act(2), After::Gone);
}

#[wasm_bindgen_test]
fn questions_about_the_rules_go_one_at_a_time() {
    stage(Consent::Granted);
    let mut panel = Debug::dock();
    for _ in 0..3 {
        panel.act(0);
    }
    assert_eq!(told(), "v1/explain");
    panel.answered(403, b"");
    assert_eq!(told(), "v1/explain");
    assert!(text(".summary").contains("n’est pas valable"));
    panel.answered(403, b"");
    assert_eq!(told(), "");
    panel.act(2);
}
