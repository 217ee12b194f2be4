//! One card on screen, and what the visitor does with it.
//!
//! Takes an action, where the widget stands and what the visitor typed; returns where it stands then, what to draw and
//! what to tell the tag. Touches and keeps nothing.

use wire::Show;

use crate::address;
use crate::card::Card;
use crate::drawing::{Drawing, Text, cut};
use crate::phone::{self, Number};
use crate::view;

/// What can be asked of a widget: by an element (`data-do` in `view.rs`) or by `js/host.js`.
pub(crate) mod action {
    /// Put it on screen.
    pub(crate) const SHOW: u32 = 0;
    /// Half of it is in view.
    pub(crate) const SEEN: u32 = 1;
    pub(crate) const OPEN: u32 = 2;
    /// Close what is open; also the Escape key.
    pub(crate) const CLOSE: u32 = 3;
    /// Not now.
    pub(crate) const DISMISS: u32 = 4;
    pub(crate) const LESS: u32 = 5;
    pub(crate) const SUBMIT: u32 = 6;
    /// Open the chat the site has.
    pub(crate) const CHAT: u32 = 7;
    pub(crate) const FOLLOW: u32 = 8;
    /// Another page is open.
    pub(crate) const LEAVE: u32 = 9;
    /// The request for contact is stored.
    pub(crate) const STORED: u32 = 10;
    /// It is not.
    pub(crate) const FAILED: u32 = 11;
}

/// Between the words of a report, and between the name and the value of a field.
const WORD: u8 = 0x1f;
/// Between reports, and between fields.
const RECORD: u8 = 0x1e;

/// Where a widget stands between two actions, and what is to happen after one: bits of one number, which the browser
/// keeps.
pub(crate) mod state {
    /// There is a dialog; closed, it keeps what was typed and what became of it.
    pub(crate) const BUILT: u32 = 1;
    /// It is to be seen.
    pub(crate) const OPEN: u32 = 2;
    /// The request is on its way.
    pub(crate) const SENDING: u32 = 4;
    /// The request is stored.
    pub(crate) const STORED: u32 = 8;
    /// The site has a chat of its own, as the browser says before each action.
    pub(crate) const ADAPTER: u32 = 16;
    /// That chat is to be opened.
    pub(crate) const CHAT: u32 = 32;
    /// The widget is gone.
    pub(crate) const GONE: u32 = 64;
}

/// Does what is `asked` of the widget that stands at `now`, with what its form holds. Draws, reports, and returns where
/// it stands after that.
pub(crate) fn act(
    asked: u32,
    now: u32,
    card: &Card<'_>,
    typed: &[u8],
    drawing: &mut Drawing<'_>,
    said: &mut Text<'_>,
) -> u32 {
    let has = |bits: u32| now & bits != 0;
    let waits = has(state::SENDING);
    let busy = waits || has(state::OPEN) || !field(typed, b"score").is_empty();
    let contact = matches!(card.show, Show::Callback | Show::Chat);
    let chat = card.show == Show::Chat && has(state::ADAPTER);
    let word: &[u8] = match asked {
        action::SHOW => {
            view::closed(drawing, card);
            return now;
        }
        action::OPEN if !chat || !card.links.is_empty() => {
            drawing.add("&.prompt|hidden=\n&.dialog|-hidden");
            if !has(state::BUILT) {
                view::dialog(drawing, card, chat, field(typed, b"browser"));
            }
            drawing.add("&.done|focus\n&.to|focus\n&.action|focus");
            return now | state::BUILT | state::OPEN;
        }
        action::CLOSE if has(state::OPEN) && !has(state::STORED) => {
            drawing.add("&.dialog|hidden=\n&.prompt|-hidden\n&.open|focus");
            return now & !state::OPEN;
        }
        action::SUBMIT if !has(state::SENDING | state::STORED) => {
            return now | submit(drawing, said, card, typed);
        }
        action::STORED if waits => {
            drawing.add(CONFIRM);
            announce(drawing, now, b"thanks");
            return now ^ (state::SENDING | state::STORED);
        }
        action::FAILED if waits => {
            drawing.add(FAIL);
            announce(drawing, now, b"failed");
            return now ^ state::SENDING;
        }
        action::SEEN => {
            say(said, &[b"shown"]);
            return now;
        }
        action::FOLLOW => {
            say(said, &[b"accepted"]);
            return now;
        }
        action::OPEN | action::CHAT => {
            say(said, &[b"accepted"]);
            // What comes after it is between the visitor and the site's own chat.
            say(said, &[b"gone"]);
            return state::CHAT | state::GONE;
        }
        action::CLOSE | action::DISMISS if has(state::STORED) => b"gone",
        action::LEAVE if !busy => b"gone",
        // Not by Escape on a prompt, nor in the middle of a survey.
        action::CLOSE if !busy && !contact => b"dismissed",
        action::DISMISS => b"dismissed",
        action::LESS => b"less",
        _ => return now,
    };
    say(said, &[word]);
    state::GONE
}

/// Adds a report of one to three words.
pub(crate) fn say(said: &mut Text<'_>, words: &[&[u8]]) {
    for (at, word) in words.iter().enumerate() {
        said.push(if at == 0 { RECORD } else { WORD });
        said.extend(word);
    }
}

/// Says that nothing is wrong any more.
const CLEAR: &str = "\
&.to|-aria-invalid|-aria-describedby
&.message|-aria-invalid|-aria-describedby
&.to-error>
&.message-error>
&.failed>";

/// Says what is wrong, beside the field it is in. The first of them gets the focus.
const REFUSE: &str = "\
&.{1}-error>{0}
&.{1}|aria-invalid=true|aria-describedby={1}-error{key}|focus";

/// Lets the visitor try again.
const FAIL: &str = "\
&.failed>{failed}
&.send|-aria-disabled|focus>{submit}";

/// What the visitor reads when the request is stored.
const SENT: &str = "\
&.send|aria-disabled=true>{sending}
&.label>{sending}
&.sent>
 p.done|role=status|tabindex=-1>{thanks}";

const WILL_CALL: &str = "\
p>{will_call} {0}.
p|at={1}";

const WILL_ANSWER: &str = "p>{will_answer} {0}.";

/// Focused, so that it is read out and the keyboard stays where it was; while the dialog is closed, neither is.
const CONFIRM: &str = "\
&.text|hidden=
&.links|hidden=
&.form|hidden=
&.sent|-hidden
&.done|focus";

/// Asks for what the form says, or says what is wrong with it. What becomes of the state.
fn submit(drawing: &mut Drawing<'_>, said: &mut Text<'_>, card: &Card<'_>, typed: &[u8]) -> u32 {
    drawing.add(CLEAR);
    let [to, text, score, when] = [&b"to"[..], b"message", b"score", b"when"].map(|name| field(typed, name));
    if card.show == Show::Survey {
        if score.is_empty() {
            return refuse(drawing, b"no_score", b"digit");
        }
        say(said, &[b"answered", score, text]);
        drawing.add(SENT);
        drawing.add(CONFIRM);
        return state::STORED;
    }
    let home = phone::find(field(typed, b"country"));
    let home = home.unwrap_or_else(|| phone::likely(card.language, field(typed, b"browser")));
    let mut number = Number::default();
    if card.calls() {
        if let Err(fault) = phone::normalise(home, to, &mut number) {
            return refuse(drawing, fault.label(), b"to");
        }
        drawing.add(SENT);
        drawing.put(1, WILL_CALL, number.bytes(), when);
        say(said, &[b"callback", number.bytes(), when]);
    } else {
        let to = address::reply_to(home, to, &mut number);
        if to.is_none() {
            refuse(drawing, b"bad_address", b"to");
        }
        if text.is_empty() {
            return refuse(drawing, b"no_message", b"message");
        }
        let Some(to) = to else { return 0 };
        drawing.add(SENT);
        drawing.put(1, WILL_ANSWER, to, b"");
        say(said, &[b"message", to, text]);
    }
    state::SENDING
}

fn refuse(drawing: &mut Drawing<'_>, label: &[u8], field: &[u8]) -> u32 {
    drawing.put(0, REFUSE, drawing.words.word(label), field);
    0
}

/// Says on the prompt what became of the request, and has it read out when nothing else of it is to be seen.
fn announce(drawing: &mut Drawing<'_>, state: u32, label: &[u8]) {
    let words = drawing.words.word(label);
    drawing.put(0, "&.label>{0}", words, b"");
    if state & state::OPEN == 0 {
        drawing.put(0, "&.news>{0}", words, b"");
    }
}

/// What the form holds under that name, without the space around it.
fn field<'a>(typed: &'a [u8], name: &[u8]) -> &'a [u8] {
    for entry in typed.split(|&byte| byte == RECORD) {
        if let (found, Some(value)) = cut(entry, WORD)
            && found == name
        {
            return value.trim_ascii();
        }
    }
    &[]
}

#[cfg(test)]
mod tests;
