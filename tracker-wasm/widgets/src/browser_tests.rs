//! What only a browser can tell of a widget: run by `wasm-pack test`. What is drawn, and when, is tested natively.

use std::string::{String, ToString};
use std::vec::Vec;

use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use wire::{Card, Show};

use crate::card::tests::full;
use crate::widget::action;

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen(inline_js = "
const root = () => document.querySelector('declic-widgets').shadowRoot;
let words = [];
export const hear = () => (words = [], (...said) => words.push(said.join(' ')));
export const heard = () => words.join();
export const count = selector => root().querySelectorAll(selector).length;
export const text = selector => root().querySelector(selector)?.textContent ?? 'nothing';
export const attribute = (selector, name) => root().querySelector(selector)?.getAttribute(name) ?? 'nothing';
export const write = (selector, value) => { root().querySelector(selector).value = value };
export const typed = selector => root().querySelector(selector).value;
export const click = selector => root().querySelector(selector).click();
export const press = (selector, key) => root().querySelector(selector).dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
export const focused = () => root().activeElement?.className ?? 'nothing';
export const begin = () => document.body.insertAdjacentHTML('afterbegin', '<input id=before>') ?? document.querySelector('#before').focus();
export const outside = () => document.activeElement.id;
export const add_slot = () => { document.body.insertAdjacentHTML('beforeend', '<div data-declic-slot=hero><p>own</p></div>') };
export const chat = open => { self.declic = Object.assign(() => {}, open && { chat: () => words.push('chat') }) };
export const shown = () => {
  const element = document.querySelector('[data-declic-slot]');
  return element.shadowRoot?.querySelector('h2')?.textContent ?? (element.firstChild.assignedSlot ? 'own' : 'nothing');
};
")]
extern "C" {
    fn hear() -> JsValue;
    fn heard() -> String;
    fn count(selector: &str) -> u32;
    fn text(selector: &str) -> String;
    fn attribute(selector: &str, name: &str) -> String;
    fn write(selector: &str, value: &str);
    fn typed(selector: &str) -> String;
    fn click(selector: &str);
    fn press(selector: &str, key: &str);
    fn focused() -> String;
    fn begin();
    fn outside() -> String;
    fn add_slot();
    fn chat(open: bool);
    fn shown() -> String;
}

#[wasm_bindgen(module = "/js/host.js")]
extern "C" {
    fn known() -> u32;
    fn serve(exports: &JsValue, memory: &JsValue, css: &str);
    fn put(rule: &str, card: Vec<u8>, say: &JsValue) -> u32;
    #[wasm_bindgen(js_name = act)]
    fn ask(key: u32, asked: u32);
    fn take(key: u32);
}

/// A card whose texts look like markup.
fn card(show: Show) -> Card {
    Card {
        title: "<b>Une question ?</b>".to_string(),
        text: "<img src=x onerror=alert(1)>".to_string(),
        why: "<i>Parce que</i>".to_string(),
        slot: String::new(),
        ..full(show)
    }
}

/// Puts the card on screen; the number to ask it by.
fn show(card: &Card) -> u32 {
    serve(&wasm_bindgen::exports(), &wasm_bindgen::memory(), "[hidden] { display: none }");
    put("rule", wire::encode(card), &hear())
}

#[wasm_bindgen_test]
fn a_text_is_never_taken_as_markup() {
    let key = show(&card(Show::Banner));
    assert_eq!(text("h2"), "<b>Une question ?</b>");
    assert_eq!(text(".why p"), "<i>Parce que</i>");
    assert_eq!(count("b, i, u, img"), 0);
    take(key);
}

#[wasm_bindgen_test]
fn a_dialog_takes_the_focus_keeps_what_is_typed_and_gives_the_focus_back() {
    begin();
    show(&Card { links: [].into(), ..card(Show::Callback) });
    click(".open");
    assert_eq!((count(".prompt[hidden]"), focused()), (1, "field to".to_string()));
    assert_eq!(attribute(".to", "id"), attribute("label[for^=to]", "for"));
    write(".to", "06");
    press(".to", "Escape");
    assert_eq!((count(".dialog[hidden]"), count(".prompt[hidden]"), focused()), (1, 0, "open".to_string()));
    click(".open");
    assert_eq!(typed(".to"), "06");
    click("[data-do='5']");
    assert_eq!((count("section"), outside()), (0, "before".to_string()));
}

#[wasm_bindgen_test]
fn countries_stand_by_their_names_in_the_pages_language() {
    let key = show(&card(Show::Callback));
    click(".open");
    assert_eq!(text(".country option[value=FR]"), "France (+33)");
    assert_eq!(text(".country option[value=US]"), "États-Unis (+1)");
    assert_eq!(text(".country option:first-child"), "Algérie (+213)");
    assert!(text(".when option:nth-child(3)").contains("janv."));
    take(key);
}

#[wasm_bindgen_test]
fn a_survey_thanks_in_place_of_its_form() {
    let key = show(&card(Show::Survey));
    click("input[value='4']");
    click(".send");
    assert_eq!((count("form[hidden]"), focused()), (1, "done".to_string()));
    take(key);
}

#[wasm_bindgen_test]
fn the_sites_own_chat_opens_when_it_has_one() {
    chat(true);
    show(&Card { links: [].into(), ..card(Show::Chat) });
    click(".open");
    assert_eq!((heard().as_str(), count("section")), ("chat", 0));
    chat(false);
    let key = show(&Card { links: [].into(), ..card(Show::Chat) });
    click(".open");
    assert_eq!(count("form"), 1);
    take(key);
}

#[wasm_bindgen_test]
fn what_is_gone_is_forgotten() {
    let before = known();
    for kind in [Show::Banner, Show::Callback, Show::Chat, Show::Survey] {
        let key = show(&card(kind));
        ask(key, action::OPEN);
        ask(key, action::LESS);
    }
    assert_eq!(known(), before);
}

#[wasm_bindgen_test]
fn bytes_that_are_no_card_show_nothing() {
    let before = known();
    serve(&wasm_bindgen::exports(), &wasm_bindgen::memory(), "");
    put("rule", [7, 7].into(), &hear());
    assert_eq!(known(), before);
}

#[wasm_bindgen_test]
fn a_slot_shows_its_own_content_again_when_the_banner_goes() {
    let banner = Card { slot: "hero".to_string(), ..card(Show::Banner) };
    add_slot();
    let first = show(&banner);
    assert_eq!(shown(), "<b>Une question ?</b>");
    // A second one floats: the slot is taken.
    let second = show(&Card { title: "Second".to_string(), ..banner.clone() });
    assert_eq!((shown(), text("h2")), ("<b>Une question ?</b>".to_string(), "Second".to_string()));
    take(second);
    take(first);
    assert_eq!(shown(), "own");
    let again = show(&banner);
    assert_eq!(shown(), "<b>Une question ?</b>");
    take(again);
    assert_eq!(shown(), "own");
}
