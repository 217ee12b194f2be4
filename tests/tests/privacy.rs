//! What a visitor may ask of what is kept, and what is left when it is erased.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

use serde_json::Value;
use tests::{Edge, RULES, Visitor, shown};
use wire::{Ask, Known, Show, Want, What};

fn told<'k>(known: &'k Known, name: &str) -> Option<&'k str> {
    known.fields.iter().find(|field| field.name == name).map(|field| field.value.as_str())
}

/// A visitor with a past: pages, a basket, a request for a call.
fn visitor(edge: &Edge) -> Visitor {
    let mut visitor = Visitor::new(1);
    visitor.opens(edge, "/p/unmistakable-teapot");
    visitor.fills_basket(edge, 210.0);
    let ask = Ask::Message { reply_to: "unmistakable@example.org".into(), text: "Does it pour?".into() };
    assert_eq!(visitor.asks(edge, 1, ask).status, 201);
    visitor
}

#[test]
fn a_visitor_sees_and_takes_along_what_is_kept() {
    let edge = Edge::serving(RULES);
    let visitor = visitor(&edge);
    let known = visitor.inquires(&edge, Want::See);
    assert_eq!(told(&known, "the pages you viewed"), Some("/p/unmistakable-teapot"));
    assert_eq!(told(&known, "your basket"), Some("210.00 EUR"));
    assert_eq!(told(&known, "your requests for contact"), Some("1"));
    assert_eq!(known.export, "");
    let export: Value = serde_json::from_str(&visitor.inquires(&edge, Want::Export).export).unwrap();
    assert_eq!(export["visitor"]["pages"][0]["path"], "/p/unmistakable-teapot");
    assert_eq!(export["contacts"][0]["reply_to"], "unmistakable@example.org");
}

#[test]
fn who_is_erased_leaves_no_row_and_comes_back_as_another() {
    let edge = Edge::serving(RULES);
    let mut visitor = visitor(&edge);
    visitor.opens(&edge, "/p/unmistakable-teapot");
    let token = visitor.token.clone().unwrap();
    assert!(visitor.inquires(&edge, Want::Erase).fields.is_empty());
    assert!(visitor.inquires(&edge, Want::See).fields.is_empty());
    assert_eq!(edge.desk("messages?site=shop")["contacts"].as_array().map(Vec::len), Some(0));
    let reply = visitor.opens(&edge, "/p/unmistakable-teapot");
    assert_eq!(shown(&reply), Vec::<&str>::new(), "the two views before are forgotten");
    let renewed = reply.token.unwrap();
    assert_ne!(renewed, token);
    assert_eq!(visitor.opens(&edge, "/").token, None, "the new one is kept");
}

#[test]
fn a_stranger_is_told_that_nothing_is_kept() {
    let edge = Edge::serving(RULES);
    let known = Visitor::unasked(1).inquires(&edge, Want::Export);
    assert_eq!((known.fields.len(), known.export.as_str(), known.offers.len()), (0, "", 4));
}

#[test]
fn a_choice_of_a_kind_binds_the_rules_and_shows_in_the_panel() {
    let edge = Edge::serving(RULES);
    let mut visitor = Visitor::new(1);
    visitor.opens(&edge, "/");
    visitor.does(&edge, vec![What::Prefers { show: Show::Banner, allowed: false }]);
    assert_eq!(shown(&visitor.opens(&edge, "/?utm_campaign=Sale")), Vec::<&str>::new());
    let offers = visitor.inquires(&edge, Want::See).offers;
    let refused: Vec<Show> = offers.iter().filter(|offer| !offer.allowed).map(|offer| offer.show).collect();
    assert_eq!(refused, [Show::Banner]);
}
