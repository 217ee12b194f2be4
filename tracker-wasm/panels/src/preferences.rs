//! The preferences panel: what is known of the visitor, what he may be offered, and taking or erasing it all.
//!
//! Takes actions and the edge's answers; builds and changes its elements, asks the edge, and tells the tag what was
//! chosen. Keeps nothing once it is closed.

use alloc::string::String;
use alloc::vec::Vec;

use wire::{Consent, Known, Preference, Show, lean};

use crate::dom::{CROSS, Node};
use crate::door::{After, ask, owner};
use crate::host;

mod door;
mod labels;
mod page;

pub(crate) use door::{act, answered};
pub use door::{preferences, request};

use door::put;
use labels::Labels;

/// What an element can ask for. The switch of the kind at `n` in the list asks for `SWITCH + n`.
pub(crate) mod action {
    pub(crate) const CLOSE: u32 = 0;
    pub(crate) const CLOSED: u32 = 1;
    pub(crate) const LOAD: u32 = 2;
    pub(crate) const EXPORT: u32 = 3;
    pub(crate) const ERASE: u32 = 4;
    pub(crate) const CONFIRM: u32 = 5;
    pub(crate) const KEEP: u32 = 6;
    pub(crate) const SWITCH: u32 = 16;
}

/// The panel, open.
pub(crate) struct Preferences {
    labels: &'static Labels,
    root: Node,
    dialog: Node,
    title: Node,
    /// Where the fields stand, or why there are none.
    known: Node,
    /// The section on what may be offered, and where its switches stand.
    proposed: Node,
    offers: Node,
    switches: Vec<Switch>,
    /// Says what became of the last thing asked for.
    outcome: Node,
    export: Node,
    erase: Node,
    /// Where the question whether to erase stands, while it is asked.
    doubt: Node,
    doubting: bool,
    /// An export or an erasure is on its way.
    busy: bool,
    /// Whether the visitor is remembered: else nothing is known and no choice is kept.
    remembered: bool,
}

/// Whether a kind of widget may be offered.
struct Switch {
    show: Show,
    allowed: bool,
    button: Node,
}

impl Preferences {
    /// Opens the panel and asks the edge what is known.
    pub(crate) fn open() -> Self {
        let consent = lean::consent(&host::batch());
        let labels = Labels::of_page();
        let root = Node::mount();
        let dialog = root.make("dialog.panel preferences", "").set("lang", labels.language);
        dialog.set("aria-labelledby", "title").on("close", owner::PREFERENCES, action::CLOSED);

        let head = dialog.make("div.head", "");
        // The heading has the focus first: whoever reads by ear begins where whoever reads by eye does.
        let title = head.make("h2.title", labels.preferences).set("id", "title");
        title.set("tabindex", "-1").set("autofocus", "");
        let cross = button(head, "close", "", action::CLOSE).set("aria-label", labels.close);
        cross.icon(CROSS);
        dialog.make("p.text", labels.intro);

        let [state, meaning] = labels.standing(consent);
        let consented = section(dialog, labels.consent);
        consented.make("p.state", state);
        consented.make("p.text", meaning);
        let known = section(dialog, labels.known).make("div", "");
        let proposed = section(dialog, labels.offers);
        let offers = proposed.make("div", "");
        let data = section(dialog, labels.data);
        // Of a visitor who is not remembered there is nothing to take along or to erase.
        data.hide(consent != Consent::Granted);
        let row = data.make("div.row", "");
        let export = button(row, "choice", labels.export, action::EXPORT);
        let erase = button(row, "choice grave", labels.erase, action::ERASE);
        let doubt = data.make("div", "");
        let outcome = data.make("p.outcome", "").set("role", "status");

        let mut panel = Self {
            labels,
            root,
            dialog,
            title,
            known,
            proposed,
            offers,
            switches: Vec::new(),
            outcome,
            export,
            erase,
            doubt,
            doubting: false,
            busy: false,
            remembered: consent == Consent::Granted,
        };
        panel.load();
        dialog.open();
        panel
    }

    /// Does what an element asks.
    pub(crate) fn act(&mut self, asked: u32) -> After {
        match asked {
            action::CLOSE => self.dialog.close(),
            action::CLOSED => {
                self.root.unmount();
                return After::Gone;
            }
            action::LOAD => {
                self.load();
                self.title.focus();
            }
            action::EXPORT | action::ERASE if self.busy => {}
            action::EXPORT => self.ask(ask::EXPORT),
            action::ERASE => self.doubt(),
            action::CONFIRM => {
                self.settle();
                self.ask(ask::ERASE);
            }
            action::KEEP => self.settle(),
            _ => self.turn(asked.wrapping_sub(action::SWITCH)),
        }
        After::Stays
    }

    /// An answer came to [`ask::SEE`], [`ask::EXPORT`] or [`ask::ERASE`]; an empty one when none came.
    pub(crate) fn answered(&mut self, to: u32, body: &[u8]) -> After {
        let known = lean::known(body);
        if to != ask::SEE {
            self.busy = false;
            self.export.unset("aria-disabled");
            self.erase.unset("aria-disabled");
        }
        match known {
            None if to == ask::SEE => self.fail(),
            None => self.outcome.text(self.labels.unreachable),
            Some(known) if to == ask::SEE => self.tell(&known),
            Some(known) if to == ask::EXPORT && known.export.is_empty() => {
                self.outcome.text(self.labels.nothing);
            }
            Some(known) if to == ask::EXPORT => {
                page::save(self.labels.file, &known.export);
                self.outcome.text(self.labels.saved);
            }
            Some(_) => {
                page::forget();
                // What may be offered is again what it is for somebody new.
                let mut known = Known::default();
                for switch in &self.switches {
                    known.offers.push(Preference { show: switch.show, allowed: true });
                }
                self.tell(&known);
                self.outcome.text(self.labels.erased);
            }
        }
        After::Stays
    }

    /// Asks what is known. Of a visitor who is not remembered nothing is, and nothing is asked.
    fn load(&mut self) {
        if self.remembered {
            self.known.clear();
            self.proposed.hide(true);
            self.known.make("p.text", self.labels.loading).set("role", "status");
            put(ask::SEE);
        } else {
            self.tell(&Known::default());
        }
    }

    fn fail(&self) {
        self.known.clear();
        self.known.make("p.error", self.labels.unreachable).set("role", "alert");
        button(self.known, "choice", self.labels.retry, action::LOAD);
    }

    /// Shows what is known, and what may be offered.
    fn tell(&mut self, known: &Known) {
        self.known.clear();
        if known.fields.is_empty() {
            self.known.make("p.text", self.labels.nothing);
        } else {
            let list = self.known.make("dl", "");
            for field in &known.fields {
                list.make("dt", &field.name);
                let value = list.make("dd", "");
                if is_moment(&field.value) {
                    value.make("time", "").moment(&field.value);
                } else {
                    value.text(&field.value);
                }
            }
        }
        self.proposed.hide(false);
        self.offers.clear();
        self.switches.clear();
        if !self.remembered {
            self.offers.make("p.text", self.labels.not_kept);
            return;
        }
        for (place, offer) in known.offers.iter().enumerate() {
            let asked = action::SWITCH + place as u32;
            let button =
                button(self.offers, "switch", self.labels.kind(offer.show), asked).set("role", "switch");
            button.make("span.track", "");
            let switch = Switch { show: offer.show, allowed: offer.allowed, button };
            switch.draw();
            self.switches.push(switch);
        }
    }

    /// Turns the switch at `place` in the list, if there is one.
    fn turn(&mut self, place: u32) {
        if let Some(switch) = self.switches.get_mut(place as usize) {
            switch.allowed = !switch.allowed;
            switch.draw();
            page::prefer(switch.show as u32, switch.allowed);
        }
    }

    /// Asks for an export or an erasure.
    fn ask(&mut self, to: u32) {
        self.busy = true;
        self.export.set("aria-disabled", "true");
        self.erase.set("aria-disabled", "true");
        self.outcome.text(self.labels.loading);
        put(to);
    }

    /// Asks once more before everything is erased.
    fn doubt(&mut self) {
        if self.doubting {
            return;
        }
        self.doubting = true;
        self.outcome.text("");
        let doubt = self.doubt.make("div.doubt", "").set("role", "group").set("aria-labelledby", "sure");
        doubt.make("p", self.labels.sure).set("id", "sure");
        let row = doubt.make("div.row", "");
        let keep = button(row, "choice", self.labels.keep, action::KEEP);
        button(row, "choice grave", self.labels.confirm, action::CONFIRM);
        keep.focus();
    }

    /// Takes the question away, and goes back to the button that led to it.
    fn settle(&mut self) {
        self.doubting = false;
        self.doubt.clear();
        self.erase.focus();
    }
}

impl Switch {
    fn draw(&self) {
        self.button.set("aria-checked", if self.allowed { "true" } else { "false" });
    }
}

/// Whether a value is a moment by itself, as in `2026-11-25T04:05:06Z`.
fn is_moment(value: &str) -> bool {
    value.len() == 20 && value.starts_with('2') && value.ends_with('Z') && value.as_bytes()[10] == b'T'
}

fn section(parent: Node, heading: &str) -> Node {
    let section = parent.make("section", "");
    section.make("h3", heading);
    section
}

fn button(parent: Node, class: &str, label: &str, asked: u32) -> Node {
    let mut kind = String::from("button.");
    kind.push_str(class);
    parent.make(&kind, label).set("type", "button").on("click", owner::PREFERENCES, asked)
}
