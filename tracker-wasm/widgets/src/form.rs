//! The form of a call-back or a chat.
//!
//! Takes what the visitor types; returns what to ask for, or says what is wrong, next to the field it is in. Keeps
//! everything typed until the request is stored.

use alloc::string::String;
use alloc::vec::Vec;

use wire::{Card, Show};

use crate::address;
use crate::dom::Node;
use crate::host::{browser, country};
use crate::labels::Labels;
use crate::phone::{self, COUNTRIES, Country};
use crate::widget::action;

/// The elements of an open form.
pub(crate) struct Form {
    element: Node,
    /// The calling code, for a call-back.
    country: Option<Node>,
    /// Number, or where to answer.
    address: Node,
    /// The message, for a chat.
    message: Option<Node>,
    error: Node,
    button: Node,
    /// What the button says when it can be pressed.
    label: String,
    /// Name of the place where errors are said, for screen readers.
    error_id: String,
    /// Where the visitor most likely is.
    home: &'static Country,
    /// What was sent, as the visitor is told; empty when nothing is.
    sent: String,
    /// What says that the request is stored, once it is.
    done: Option<Node>,
}

impl Form {
    /// The form for `card`, as the last child of `parent`.
    pub(crate) fn build(parent: Node, card: &Card, labels: &Labels, key: u32) -> Self {
        let home = phone::likely(&card.language, &browser());
        let callback = card.show == Show::Callback;
        // Not the browser's own messages: they vanish, and speak its language, not the page's.
        let element = parent.make("form", "").set("novalidate", "").on("submit", key, action::SUBMIT);
        let country = callback.then(|| {
            let list = labelled(element, "select.field", &id("country", key), labels.country);
            list.set("autocomplete", "tel-country-code");
            countries(list, &card.language, home);
            list
        });
        let (label, kind, complete) =
            if callback { (labels.phone, "tel", "tel-national") } else { (labels.reply_to, "text", "email") };
        let address = labelled(element, "input.field", &id("address", key), label);
        address.set("type", kind).set("autocomplete", complete).set("required", "");
        // No address is longer (RFC 5321, 4.5.3.1.3), and no number.
        address.set("maxlength", "254");
        let message = (!callback).then(|| {
            let area = labelled(element, "textarea.field", &id("message", key), labels.message);
            area.set("required", "").set("maxlength", "2000")
        });
        let error_id = id("error", key);
        let error = element.make("p.error", "").set("id", &error_id).set("role", "alert");
        let own = if callback { labels.call_me } else { labels.send };
        let said = callback && !card.action.is_empty();
        let label = String::from(if said { &card.action } else { own });
        let button = element.make("button.action", &label);
        Self {
            element,
            country,
            address,
            message,
            error,
            button,
            label,
            error_id,
            home,
            sent: String::new(),
            done: None,
        }
    }

    /// Puts the focus where typing begins, or on the confirmation.
    pub(crate) fn focus(&self) {
        self.done.unwrap_or(self.address).focus();
    }

    /// Whether a request is on its way.
    pub(crate) fn is_sending(&self) -> bool {
        !self.sent.is_empty() && self.done.is_none()
    }

    /// Whether the request is stored.
    pub(crate) fn is_done(&self) -> bool {
        self.done.is_some()
    }

    /// What to ask for: the request's kind, where to call or answer, and the message. `None` while something is
    /// wrong, which is then said, or when a request was made that did not fail.
    pub(crate) fn submit(&mut self, labels: &Labels) -> Option<(&'static str, String, String)> {
        if !self.sent.is_empty() {
            return None;
        }
        for field in [Some(self.address), self.message].into_iter().flatten() {
            field.unset("aria-invalid");
            field.unset("aria-describedby");
        }
        let typed = self.address.value();
        let home = self.home;
        let (kind, to, text) = match (self.country, self.message) {
            (Some(list), _) => match phone::normalise(phone::find(&list.value()).unwrap_or(home), &typed) {
                Ok(number) => ("callback", number, String::new()),
                Err(fault) => return self.refuse(self.address, labels.fault(fault)),
            },
            (None, Some(area)) => {
                let Some(to) = address::reply_to(home, &typed) else {
                    return self.refuse(self.address, labels.bad_address);
                };
                let text = area.value();
                if text.is_empty() {
                    return self.refuse(area, labels.no_message);
                }
                ("message", to, text)
            }
            (None, None) => return None,
        };
        self.error.text("");
        self.button.text(labels.sending);
        self.button.set("aria-disabled", "true");
        self.sent.clone_from(&to);
        Some((kind, to, text))
    }

    /// The request could not be stored: says so and lets the visitor try again.
    pub(crate) fn fail(&mut self, reason: &str) {
        self.sent.clear();
        self.error.text(reason);
        self.button.text(&self.label);
        self.button.unset("aria-disabled");
        self.button.focus();
    }

    /// The request is stored: says so in place of the form.
    pub(crate) fn confirm(&mut self, labels: &Labels, show: Show) {
        self.element.clear();
        let will = if show == Show::Callback { labels.will_call } else { labels.will_answer };
        let words = join(&[labels.thanks, " ", will, " ", &self.sent, "."]);
        // Focused, so that it is read out and the keyboard stays where it was; while the dialog is closed, neither is.
        let done = self.element.make("p.done", &words).set("role", "status").set("tabindex", "-1");
        done.focus();
        self.done = Some(done);
    }

    fn refuse<T>(&self, field: Node, reason: &str) -> Option<T> {
        self.error.text(reason);
        field.set("aria-invalid", "true").set("aria-describedby", &self.error_id).focus();
        None
    }
}

/// A name for an element of the widget `key`: two widgets may share a shadow root.
pub(crate) fn id(name: &str, key: u32) -> String {
    let mut id = String::from(name);
    id.push(char::from(b'a' + (key % 26) as u8));
    id
}

fn labelled(form: Node, kind: &str, id: &str, label: &str) -> Node {
    form.make("label", label).set("for", id);
    form.make(kind, "").set("id", id)
}

/// The list of countries, by name; the likely one chosen.
fn countries(list: Node, language: &str, home: &Country) {
    let mut names: Vec<(String, &Country)> = Vec::new();
    for entry in COUNTRIES {
        let name = join(&[&country(language, entry.region), " (+", entry.code, ")"]);
        // A few dozen names: the library's sorting would weigh more than the list.
        let place = names.iter().position(|(other, _)| *other > name).unwrap_or(names.len());
        names.insert(place, (name, entry));
    }
    for (name, entry) in names {
        let option = list.make("option", &name).set("value", entry.region);
        if entry.region == home.region {
            option.set("selected", "");
        }
    }
}

/// The parts, one after the other.
fn join(parts: &[&str]) -> String {
    let mut whole = String::new();
    for part in parts {
        whole.push_str(part);
    }
    whole
}
