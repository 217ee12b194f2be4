//! What a visitor does with a widget, told without a browser.

use std::format;
use std::string::{String, ToString};
use std::vec;
use std::vec::Vec;

use wire::{Link, Place};

use super::*;
use crate::card::tests::full;
use crate::drawing::tests::shown;
use crate::view::Speech;

/// A widget as the browser keeps it, and everything that came of it.
struct Stage {
    card: Vec<u8>,
    state: u32,
    /// The last drawing.
    drawn: String,
    /// The last reports, with a `/` between their words.
    said: Vec<String>,
}

impl Stage {
    fn of(card: &wire::Card) -> Self {
        let mut stage = Self { card: wire::encode(card), state: 0, drawn: String::new(), said: Vec::new() };
        stage.act(action::SHOW, &[]);
        stage
    }

    fn act(&mut self, asked: u32, typed: &[(&str, &str)]) -> &mut Self {
        let (mut drawn, mut reports) = (vec![0; 1 << 16], vec![0; 1 << 16]);
        let fields: Vec<String> = typed.iter().map(|(name, value)| format!("{name}\x1f{value}")).collect();
        let speech = Speech { card: Card::read(&self.card).expect("a card"), key: *b"a" };
        let mut drawing = Drawing::new(&mut drawn, &speech);
        let mut said = Text::new(&mut reports);
        self.state =
            act(asked, self.state, &speech.card, fields.join("\x1e").as_bytes(), &mut drawing, &mut said);
        self.drawn = shown(drawing.text.bytes());
        let reports = shown(said.bytes()).replace('|', "/");
        self.said = reports.split('>').skip(1).map(ToString::to_string).collect();
        self
    }

    #[track_caller]
    fn says(&self, reports: &[&str]) -> &Self {
        assert_eq!(self.said, reports);
        self
    }

    #[track_caller]
    fn draws(&self, part: &str) -> &Self {
        assert!(self.drawn.contains(part), "no `{part}` in:\n{}", self.drawn);
        self
    }

    #[track_caller]
    fn leaves_out(&self, part: &str) -> &Self {
        assert!(!self.drawn.contains(part), "`{part}` in:\n{}", self.drawn);
        self
    }

    #[track_caller]
    fn is_gone(&self, gone: bool) -> &Self {
        assert_eq!(self.state & state::GONE != 0, gone);
        self
    }
}

/// A card in English that brings nothing but its texts.
fn plain(show: Show) -> wire::Card {
    wire::Card {
        language: "en".to_string(),
        text: "Text".to_string(),
        action: String::new(),
        link: String::new(),
        slot: String::new(),
        place: Place::Corner,
        links: Vec::new(),
        wait_s: None,
        slots: Vec::new(),
        labels: Vec::new(),
        ..full(show)
    }
}

const NUMBER: &[(&str, &str)] = &[("country", "FR"), ("to", " 06 12 34 56 78 "), ("when", "1800000000")];

#[test]
fn a_prompt_opens_a_dialog_once_and_closes_it_with_what_was_typed() {
    let mut stage = Stage::of(&plain(Show::Callback));
    stage.draws("span.label>Call me back").draws("aria-label=Not now");
    stage.act(action::OPEN, &[("browser", "fr-BE")]);
    stage.draws("1div.dialog.box|role=dialog|aria-label=Une question ?").draws("regions=BE FR33");
    stage.act(action::CLOSE, &[]).draws("0&.dialog|hidden=\n0&.prompt|-hidden\n0&.open|focus").says(&[]);
    stage.act(action::OPEN, &[]).leaves_out("role=dialog").draws("0&.to|focus");
}

#[test]
fn a_number_is_sent_once_and_confirmed_when_it_is_stored() {
    let mut stage = Stage::of(&plain(Show::Callback));
    stage.act(action::OPEN, &[]);
    stage.act(action::SUBMIT, NUMBER).says(&["callback/+33612345678/1800000000"]);
    stage.draws("We will call you on +33612345678.\n1p|at=1800000000");
    stage.act(action::SUBMIT, NUMBER).says(&[]);
    stage.act(action::STORED, &[]).draws("0&.sent|-hidden\n0&.done|focus").leaves_out("&.news");
    // A second outcome does no harm, and nothing is left to be sent.
    stage.act(action::FAILED, &[]).draws("");
    stage.act(action::SUBMIT, NUMBER).says(&[]);
    stage.act(action::CLOSE, &[]).says(&["gone"]).is_gone(true);
}

#[test]
fn an_outcome_after_closing_is_said_on_the_prompt() {
    for (outcome, words) in [(action::STORED, "Thank you!"), (action::FAILED, "This could not be sent.")] {
        let mut stage = Stage::of(&plain(Show::Callback));
        stage.act(action::OPEN, &[]).act(action::SUBMIT, NUMBER).act(action::CLOSE, &[]);
        // It waits for the outcome: another page does not take it away.
        stage.act(action::LEAVE, &[]).is_gone(false);
        stage.act(outcome, &[]).draws(&format!("0&.label>{words}")).draws(&format!("0&.news>{words}"));
        stage.act(action::LEAVE, &[]).is_gone(true).says(&["gone"]);
    }
}

#[test]
fn what_failed_can_be_sent_again() {
    let mut stage = Stage::of(&plain(Show::Callback));
    stage.act(action::OPEN, &[]).act(action::SUBMIT, NUMBER).act(action::FAILED, &[]);
    stage.draws("0&.send|-aria-disabled|focus>Call me back");
    stage.act(action::SUBMIT, NUMBER).says(&["callback/+33612345678/1800000000"]);
}

#[test]
fn what_is_wrong_is_said_at_its_field() {
    let mut stage = Stage::of(&plain(Show::Callback));
    stage.act(action::OPEN, &[]).act(action::SUBMIT, &[("country", "FR"), ("to", "06 12")]).says(&[]);
    stage.draws("0&.to-error>Some digits are missing from this number.");
    stage.draws("0&.to|aria-invalid=true|aria-describedby=to-errora|focus");
    let mut stage = Stage::of(&plain(Show::Chat));
    stage.act(action::OPEN, &[]).draws("p.error.to-error|id=to-errora").draws("p.error.message-error");
    stage.act(action::SUBMIT, &[("to", "ada@example.com")]).says(&[]);
    stage.draws("0&.message-error>Write your message first.").draws("0&.message|aria-invalid=true");
    stage.leaves_out("&.to|aria-invalid");
    stage.act(action::SUBMIT, &[("to", "ada@"), ("message", "a/b?")]).says(&[]);
    stage.draws("0&.to-error>Enter an e-mail address").leaves_out("&.message|aria-invalid");
    // Both are said at once, and the first has the focus.
    stage.act(action::SUBMIT, &[]).says(&[]);
    assert!(stage.drawn.find("0&.to|aria-invalid") < stage.drawn.find("0&.message|aria-invalid"));
    stage.draws("0&.message|aria-invalid=true|aria-describedby=message-errora|focus");
    stage.act(action::SUBMIT, &[("to", "ada@example.com"), ("message", "a/b?")]);
    stage.says(&["message/ada@example.com/a/b?"]).draws("We will answer to ada@example.com.");
}

#[test]
fn the_wait_comes_before_the_number_and_later_is_a_choice() {
    let card = wire::Card { wait_s: Some(61), slots: vec![1_800_000_000], ..plain(Show::Callback) };
    let mut stage = Stage::of(&card);
    stage.draws("span.wait>Wait: about 2 minutes");
    stage
        .act(action::OPEN, &[])
        .draws("option|value=>As soon as possible\n4option|value=1800000000|at=1800000000");
    let stage = Stage::of(&wire::Card { wait_s: Some(60), ..card.clone() });
    stage.draws("span.wait>Wait: under a minute");
    let mut stage = Stage::of(&wire::Card { now: false, ..card });
    stage.act(action::OPEN, &[]).leaves_out("As soon as possible").draws("option|value=1800000000");
}

#[test]
fn a_desk_that_has_no_call_to_give_takes_a_message_after_the_pages_that_help() {
    let links = vec![Link { label: "Delivery".to_string(), href: "/faq".to_string() }];
    let closed =
        wire::Card { now: false, action: "Call me back".to_string(), links, ..plain(Show::Callback) };
    let mut stage = Stage::of(&closed);
    stage.draws("span.label>Write to us").leaves_out("Call me back");
    stage.act(action::OPEN, &[]).draws("p.text>Nobody can call you back just now.");
    stage.leaves_out("name=country").leaves_out("Call me back").draws("name=message");
    assert!(stage.drawn.find("/faq") < stage.drawn.find("form.form"));
    stage.act(action::SUBMIT, &[("to", "ada@example.com"), ("message", "When do you open?")]);
    stage.says(&["message/ada@example.com/When do you open?"]);
    let later = wire::Card { slots: vec![1_800_000_000], ..closed };
    Stage::of(&later).draws("span.label>Call me back");
}

#[test]
fn pages_that_help_come_before_the_form_and_safe_ones_only() {
    let link = |href: &str| Link { label: "Page".to_string(), href: href.to_string() };
    let card = wire::Card { links: vec![link("/faq"), link("javascript:x")], ..plain(Show::Chat) };
    let mut stage = Stage::of(&card);
    stage.act(action::OPEN, &[]).draws("a.link|href=/faq>Page").leaves_out("javascript");
    assert!(stage.drawn.find("/faq") < stage.drawn.find("form.form"));
}

#[test]
fn the_sites_own_chat_is_opened_in_place_of_the_form() {
    let mut stage = Stage::of(&plain(Show::Chat));
    stage.state |= state::ADAPTER;
    stage.act(action::OPEN, &[]).says(&["accepted", "gone"]).is_gone(true);
    assert!(stage.state & state::CHAT != 0);
    let card = full(Show::Chat);
    let mut stage = Stage::of(&card);
    stage.state |= state::ADAPTER;
    stage.act(action::OPEN, &[]).draws("/faq").draws("data-do=7>Voir").leaves_out("form").says(&[]);
    stage.act(action::CHAT, &[]).says(&["accepted", "gone"]);
}

#[test]
fn a_survey_wants_a_score_and_takes_a_remark() {
    let mut stage = Stage::of(&plain(Show::Survey));
    stage.draws("role=radiogroup|aria-label=Une question ?").draws("value=1|aria-label=1 – Not at all");
    stage.act(action::SUBMIT, &[("message", "fine")]).says(&[]).draws("0&.digit|aria-invalid");
    stage.act(action::LEAVE, &[("score", "4")]).is_gone(false);
    stage.act(action::CLOSE, &[("score", "4")]).is_gone(false);
    stage.act(action::SUBMIT, &[("score", "4"), ("message", " fine ")]).says(&["answered/4/fine"]);
    stage.draws("1p.done|role=status|tabindex=-1>Thank you!").draws("0&.done|focus");
    stage.act(action::DISMISS, &[]).says(&["gone"]);
}

#[test]
fn every_widget_says_why_and_takes_no_for_an_answer() {
    for show in [Show::Callback, Show::Banner, Show::Chat, Show::Survey] {
        let mut stage = Stage::of(&plain(show));
        stage.draws("summary.quiet>Why am I seeing this?").draws("p>Parce que").draws("dt>panier");
        stage.draws("data-do=5>Show me less of this").draws("data-do=4");
        stage.act(action::SEEN, &[]).says(&["shown"]);
        stage.act(action::LESS, &[]).says(&["less"]).is_gone(true);
        Stage::of(&plain(show)).act(action::DISMISS, &[]).says(&["dismissed"]).is_gone(true);
        Stage::of(&plain(show)).act(action::LEAVE, &[]).says(&["gone"]).is_gone(true);
        let is_prompt = matches!(show, Show::Callback | Show::Chat);
        Stage::of(&plain(show)).act(action::CLOSE, &[]).is_gone(!is_prompt);
    }
}

#[test]
fn a_banner_stands_where_its_card_says_and_leads_to_safe_places_only() {
    let stage = Stage::of(&full(Show::Banner));
    stage.draws("0section.banner.bar|lang=fr|aria-label=Une question ?|slot=hero");
    stage.draws("a.action|href=/offres|data-do=8>Voir");
    let stage = Stage::of(&wire::Card { link: "javascript:x".to_string(), ..full(Show::Banner) });
    stage.leaves_out("a.action").leaves_out("javascript");
    Stage::of(&plain(Show::Banner)).draws("0section.banner.box").leaves_out("slot=").leaves_out("a.action");
}

#[test]
fn a_rules_own_labels_are_used() {
    let mut stage = Stage::of(&wire::Card { language: "nl".to_string(), ..full(Show::Callback) });
    stage.act(action::OPEN, &[]).draws("aria-label=Dicht");
}
