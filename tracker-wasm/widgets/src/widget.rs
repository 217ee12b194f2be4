//! One card on screen, and what the visitor does with it.
//!
//! Takes a card, actions and the outcome of a request for contact; builds and changes its elements and tells the tag.
//! Sends nothing itself.

use alloc::string::String;

use wire::{Card, Show};

use crate::address;
use crate::dom::Node;
use crate::form::{Form, id};
use crate::host::say;
use crate::labels::Labels;

/// What an element can ask for.
pub(crate) mod action {
    pub(crate) const SEEN: u32 = 0;
    pub(crate) const OPEN: u32 = 1;
    pub(crate) const CLOSE: u32 = 2;
    pub(crate) const DISMISS: u32 = 3;
    pub(crate) const WHY: u32 = 4;
    pub(crate) const LESS: u32 = 5;
    pub(crate) const SUBMIT: u32 = 6;
    pub(crate) const FOLLOW: u32 = 7;
}

const CROSS: &str = "M6 6l12 12M18 6L6 18";
const PHONE: &str = "M22 16.9v3a2 2 0 0 1-2.2 2A19.8 19.8 0 0 1 2.1 4.2 2 2 0 0 1 4.1 2h3a2 2 0 0 1 2 1.7l.7 2.8-2 2.4a16 16 0 0 0 7.3 7.3l2.4-2 2.8.7a2 2 0 0 1 1.7 2z";
const BUBBLE: &str = "M21 11.5a8.4 8.4 0 0 1-12.2 7.5L3 21l2-5.8A8.4 8.4 0 1 1 21 11.5z";

/// A card on screen.
pub(crate) struct Widget {
    pub(crate) rule: String,
    pub(crate) card: Card,
    /// Number by which its elements call it.
    pub(crate) key: u32,
    element: Node,
    /// The inside of the slot it fills, if it fills one.
    slot: Option<Node>,
    /// What explains the card, and the button that shows it.
    why: Option<(Node, Node)>,
    explained: bool,
    /// The closed form of a call-back or a chat.
    prompt: Option<Prompt>,
    /// The open one, from when it is opened first: closed, it keeps what was typed and what became of it.
    dialog: Option<Dialog>,
}

/// A button, in its box, and the line of it that says what it does.
#[derive(Clone, Copy)]
struct Prompt {
    element: Node,
    button: Node,
    label: Node,
}

struct Dialog {
    element: Node,
    form: Form,
    /// Whether it is to be seen.
    open: bool,
}

impl Widget {
    /// Puts `card` on screen. `None` for a card that has no widget yet.
    pub(crate) fn show(rule: String, card: Card, key: u32) -> Option<Self> {
        let labels = Labels::of(&card.language);
        if card.show == Show::Survey {
            return None;
        }
        let banner = card.show == Show::Banner;
        let slot = if banner && !card.slot.is_empty() { Node::slot(&card.slot) } else { None };
        let place = slot.unwrap_or_else(|| Node::floor(labels.region));
        let element = place.make(if banner { "section.banner" } else { "div.contact" }, "");
        element.set("lang", &card.language);
        let mut widget =
            Self { rule, card, key, element, slot, why: None, explained: false, prompt: None, dialog: None };
        let seen = if banner {
            widget.banner(labels);
            element
        } else {
            element.on("keydown", key, action::CLOSE);
            let prompt = widget.prompt(labels);
            widget.prompt = Some(prompt);
            prompt.element
        };
        seen.watch(key, action::SEEN);
        Some(widget)
    }

    /// Whether the visitor is in the middle of something, or waits for an outcome.
    pub(crate) fn is_busy(&self) -> bool {
        self.dialog.as_ref().is_some_and(|dialog| dialog.open || dialog.form.is_sending())
    }

    fn is_open(&self) -> bool {
        self.dialog.as_ref().is_some_and(|dialog| dialog.open)
    }

    fn is_done(&self) -> bool {
        self.dialog.as_ref().is_some_and(|dialog| dialog.form.is_done())
    }

    /// Takes it off the screen, for good; tells the tag `what`, if there is a word. True, for it is gone.
    pub(crate) fn leave(&self, what: &str) -> bool {
        self.element.remove();
        if let Some(root) = self.slot {
            root.free();
        }
        if !what.is_empty() {
            self.say(what);
        }
        true
    }

    /// Hides it, or shows it again.
    pub(crate) fn hide(&self, hidden: bool) -> bool {
        self.element.hide(hidden);
        false
    }

    /// Does what an element asks. Whether the widget is gone after it.
    pub(crate) fn act(&mut self, asked: u32) -> bool {
        match asked {
            action::SEEN => self.say("shown"),
            action::OPEN => self.open(),
            action::CLOSE | action::DISMISS if self.is_done() => return self.leave("gone"),
            action::CLOSE => self.close(),
            action::DISMISS => return self.leave("dismissed"),
            action::LESS => return self.leave("less"),
            action::WHY => self.explain(),
            action::SUBMIT => self.submit(),
            action::FOLLOW => self.say("accepted"),
            _ => {}
        }
        false
    }

    /// The request for contact is stored, or is not.
    pub(crate) fn settle(&mut self, stored: bool) -> bool {
        let labels = self.labels();
        if let (Some(dialog), Some(prompt)) = (&mut self.dialog, self.prompt)
            && dialog.form.is_sending()
        {
            // The prompt says it too: the dialog may be closed.
            if stored {
                dialog.form.confirm(labels, self.card.show);
                prompt.label.text(labels.thanks);
            } else {
                dialog.form.fail(labels.failed);
                prompt.label.text(labels.failed);
            }
        }
        false
    }

    fn labels(&self) -> &'static Labels {
        Labels::of(&self.card.language)
    }

    fn say(&self, what: &str) {
        say(&self.rule, what, "", "");
    }

    /// The closed form of a call-back or a chat: one button, and one to send it away.
    fn prompt(&self, labels: &Labels) -> Prompt {
        let element = self.element.make("div.prompt", "");
        let callback = self.card.show == Show::Callback;
        let own = if callback { labels.call_me } else { labels.write_to_us };
        let button = element.make("button.open", "").on("click", self.key, action::OPEN);
        button.set("type", "button").set("aria-haspopup", "dialog");
        button.make("span.mark", "").icon(if callback { PHONE } else { BUBBLE });
        let words = button.make("span", "");
        words.make("span.lead", &self.card.title);
        let label =
            words.make("span.label", if self.card.action.is_empty() { own } else { &self.card.action });
        self.cross(element, labels.dismiss, action::DISMISS);
        Prompt { element, button, label }
    }

    fn banner(&mut self, labels: &Labels) {
        let element = self.element;
        element.set("aria-label", &self.card.title);
        let head = element.make("div.head", "");
        let row = head.make("div.row", "");
        let words = row.make("div.words", "");
        words.make("h2.title", &self.card.title);
        if !self.card.text.is_empty() {
            words.make("p.text", &self.card.text);
        }
        if !self.card.action.is_empty() && address::is_safe(&self.card.link) {
            let link = row.make("a.action", &self.card.action).set("href", &self.card.link);
            link.on("click", self.key, action::FOLLOW);
        }
        self.cross(head, labels.dismiss, action::DISMISS);
        self.explanation(element, labels);
    }

    fn open(&mut self) {
        if self.dialog.is_none() {
            let dialog = self.dialog();
            self.dialog = Some(dialog);
        }
        self.turn(true);
        if let Some(dialog) = &self.dialog {
            dialog.form.focus();
        }
    }

    fn close(&mut self) {
        if self.is_open() {
            self.turn(false);
            if let Some(prompt) = self.prompt {
                prompt.button.focus();
            }
        }
    }

    /// Shows the dialog in place of the prompt, or the other way round.
    fn turn(&mut self, open: bool) {
        if let (Some(dialog), Some(prompt)) = (&mut self.dialog, self.prompt) {
            dialog.open = open;
            dialog.element.hide(!open);
            prompt.element.hide(open);
        }
    }

    /// The open form of a call-back or a chat.
    fn dialog(&mut self) -> Dialog {
        let labels = self.labels();
        let element = self.element.make("div.dialog", "");
        element.set("role", "dialog").set("aria-labelledby", &id("title", self.key));
        let head = element.make("div.head", "");
        head.make("h2.title", &self.card.title).set("id", &id("title", self.key));
        self.cross(head, labels.close, action::CLOSE);
        if !self.card.text.is_empty() {
            element.make("p.text", &self.card.text);
        }
        let form = Form::build(element, &self.card, labels, self.key);
        self.explanation(element, labels);
        Dialog { element, form, open: true }
    }

    fn submit(&mut self) {
        let labels = self.labels();
        if let Some(dialog) = &mut self.dialog
            && let Some((what, first, second)) = dialog.form.submit(labels)
        {
            if let Some(prompt) = self.prompt {
                prompt.label.text(labels.sending);
            }
            say(&self.rule, what, &first, &second);
        }
    }

    fn cross(&self, parent: Node, label: &str, asked: u32) {
        let button = parent.make("button.close", "").on("click", self.key, asked);
        button.set("type", "button").set("aria-label", label).icon(CROSS);
    }

    /// "Why am I seeing this?" and its answer, folded up.
    fn explanation(&mut self, parent: Node, labels: &Labels) {
        let more = parent.make("div.more", "");
        let button = more.make("button.quiet", labels.why).on("click", self.key, action::WHY);
        button.set("type", "button").set("aria-expanded", "false");
        let panel = more.make("div.why", "").set("hidden", "");
        panel.make("p", &self.card.why);
        if !self.card.data.is_empty() {
            panel.make("h3", labels.data);
            let list = panel.make("dl", "");
            for field in &self.card.data {
                list.make("dt", &field.name);
                list.make("dd", &field.value);
            }
        }
        let less = panel.make("button.quiet", labels.less).on("click", self.key, action::LESS);
        less.set("type", "button");
        self.why = Some((button, panel));
        self.explained = false;
    }

    fn explain(&mut self) {
        if let Some((button, panel)) = self.why {
            self.explained = !self.explained;
            button.set("aria-expanded", if self.explained { "true" } else { "false" });
            panel.hide(!self.explained);
        }
    }
}
