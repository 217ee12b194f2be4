//! What only a browser can tell of a widget: run by `wasm-pack test`.

use std::string::{String, ToString};
use std::vec;

use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use wire::{Card, Field, Show};

use crate::widget::{Widget, action};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen(inline_js = "
const root = () => document.querySelector('declic-widgets').shadowRoot;
export const count = selector => root().querySelectorAll(selector).length;
export const text = selector => root().querySelector(selector)?.textContent ?? 'nothing';
export const attribute = (selector, name) => root().querySelector(selector)?.getAttribute(name) ?? 'nothing';
export const addSlot = () => { document.body.insertAdjacentHTML('beforeend', '<div data-declic-slot=hero><p>own</p></div>') };
export const write = number => { root().querySelector('input').value = number };
export const typed = () => root().querySelector('input').value;
export const silent = () => ({ act() {}, say() {} });
export const shown = () => {
  const element = document.querySelector('[data-declic-slot]');
  return element.shadowRoot?.querySelector('h2')?.textContent ?? (element.firstChild.assignedSlot ? 'own' : 'nothing');
};
")]
extern "C" {
    fn count(selector: &str) -> u32;
    fn text(selector: &str) -> String;
    fn attribute(selector: &str, name: &str) -> String;
    #[wasm_bindgen(js_name = addSlot)]
    fn add_slot();
    fn shown() -> String;
    fn write(number: &str);
    fn typed() -> String;
    fn silent() -> JsValue;
}

#[wasm_bindgen(module = "/../widgets/js/dom.js")]
extern "C" {
    fn known() -> u32;
    fn serve(exports: &JsValue, css: &str);
}

fn card(show: Show) -> Card {
    Card {
        show,
        language: "fr".to_string(),
        title: "<b>Une question ?</b>".to_string(),
        text: "<img src=x onerror=alert(1)>".to_string(),
        action: "Voir".to_string(),
        link: "/offres".to_string(),
        slot: String::new(),
        why: "<i>Parce que</i>".to_string(),
        data: vec![Field { name: "cart.total".to_string(), value: "<u>210</u>".to_string() }],
    }
}

/// Shows the card, lets `look` look at it, and takes it away.
fn with(card: Card, look: impl FnOnce(&mut Widget)) {
    serve(&silent(), "[hidden] { display: none }");
    let mut widget = Widget::show("rule".to_string(), card, 0).expect("a widget");
    look(&mut widget);
    widget.leave("");
}

#[wasm_bindgen_test]
fn a_text_is_never_taken_as_markup() {
    with(card(Show::Banner), |_| {
        assert_eq!(text("h2"), "<b>Une question ?</b>");
        assert_eq!(text("dd"), "<u>210</u>");
        assert_eq!(count("b, i, u, img"), 0);
    });
}

#[wasm_bindgen_test]
fn a_link_that_would_run_a_script_is_not_there() {
    with(card(Show::Banner), |_| assert_eq!(attribute("a", "href"), "/offres"));
    with(Card { link: "javascript:alert(1)".to_string(), ..card(Show::Banner) }, |_| {
        assert_eq!(count("a"), 0);
    });
}

#[wasm_bindgen_test]
fn a_prompt_opens_a_form_in_its_language_and_closes_again() {
    with(card(Show::Callback), |widget| {
        assert_eq!((count("form"), attribute(".close", "aria-label")), (0, "Pas maintenant".to_string()));
        assert!(!widget.act(action::OPEN));
        assert_eq!((count("form"), text("label:last-of-type")), (1, "Numéro de téléphone".to_string()));
        assert!(widget.is_busy());
        assert!(!widget.act(action::SUBMIT));
        assert_eq!(text("[role=alert]"), "Indiquez votre numéro de téléphone.");
        assert!(!widget.act(action::CLOSE));
        assert_eq!((count(OPEN), count(CLOSED)), (0, 1));
        assert!(!widget.is_busy());
    });
    assert_eq!(count(".stack > *"), 0);
}

/// An open dialog, and a prompt in its place.
const OPEN: &str = ".dialog:not([hidden])";
const CLOSED: &str = ".prompt:not([hidden])";

/// A call-back whose request is on its way, its dialog closed.
fn with_request(look: impl FnOnce(&mut Widget)) {
    with(card(Show::Callback), |widget| {
        widget.act(action::OPEN);
        write("+33 6 12 34 56 78");
        widget.act(action::SUBMIT);
        widget.act(action::CLOSE);
        assert_eq!((count(OPEN), text(".label"), widget.is_busy()), (0, "Envoi…".to_string(), true));
        look(widget);
    });
}

#[wasm_bindgen_test]
fn a_request_stored_after_its_form_was_closed_is_confirmed() {
    with_request(|widget| {
        widget.settle(true);
        assert_eq!((text(".label"), widget.is_busy()), ("Merci !".to_string(), false));
        widget.act(action::OPEN);
        assert_eq!((count(OPEN), count("input")), (1, 0));
        assert!(text(".done").contains("+33612345678"));
        // Nothing is left that could be sent a second time, and a second outcome does no harm.
        widget.act(action::SUBMIT);
        widget.settle(false);
        assert_eq!(text(".label"), "Merci !");
    });
}

#[wasm_bindgen_test]
fn a_request_that_failed_after_its_form_was_closed_can_be_tried_again() {
    with_request(|widget| {
        widget.settle(false);
        assert!(text(".label").starts_with("L’envoi n’a pas abouti."));
        widget.act(action::OPEN);
        assert!(text("[role=alert]").starts_with("L’envoi n’a pas abouti."));
        assert_eq!(typed(), "+33 6 12 34 56 78");
        assert_eq!(attribute("button.action", "aria-disabled"), "nothing");
    });
}

#[wasm_bindgen_test]
fn a_reopened_form_still_waits_for_its_outcome() {
    with_request(|widget| {
        widget.act(action::OPEN);
        assert_eq!((text("button.action"), typed()), ("Envoi…".to_string(), "+33 6 12 34 56 78".to_string()));
        widget.settle(true);
        assert!(text(".done").contains("+33612345678"));
    });
}

#[wasm_bindgen_test]
fn what_is_gone_is_forgotten() {
    with(card(Show::Banner), |_| {});
    let before = known();
    for show in [Show::Banner, Show::Callback, Show::Chat] {
        with(card(show), |widget| {
            widget.act(action::OPEN);
            widget.act(action::CLOSE);
        });
    }
    assert_eq!(known(), before);
}

#[wasm_bindgen_test]
fn the_reason_unfolds() {
    with(card(Show::Banner), |widget| {
        assert_eq!((attribute(".quiet", "aria-expanded"), count(".why[hidden]")), ("false".to_string(), 1));
        widget.act(action::WHY);
        assert_eq!((attribute(".quiet", "aria-expanded"), count(".why[hidden]")), ("true".to_string(), 0));
        assert_eq!(text(".why p"), "<i>Parce que</i>");
    });
}

#[wasm_bindgen_test]
fn a_slot_shows_its_own_content_again_when_the_banner_goes() {
    add_slot();
    with(Card { slot: "hero".to_string(), ..card(Show::Banner) }, |_| {
        assert_eq!(shown(), "<b>Une question ?</b>");
        // A second one floats: the slot is taken.
        let second = Card { slot: "hero".to_string(), title: "Second".to_string(), ..card(Show::Banner) };
        with(second, |_| {
            assert_eq!((shown(), text("h2")), ("<b>Une question ?</b>".to_string(), "Second".to_string()));
        });
    });
    assert_eq!(shown(), "own");
    with(Card { slot: "hero".to_string(), ..card(Show::Banner) }, |_| {
        assert_eq!(shown(), "<b>Une question ?</b>");
    });
    assert_eq!(shown(), "own");
}

#[wasm_bindgen_test]
fn a_card_without_a_widget_shows_nothing() {
    assert!(Widget::show("rule".to_string(), card(Show::Survey), 0).is_none());
}
