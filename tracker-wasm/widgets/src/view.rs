//! How each widget looks, as drawings.
//!
//! Takes a card and where its widget stands; returns what is to be drawn. Keeps nothing.

use wire::Show;

use crate::address;
use crate::card::Card;
use crate::drawing::{Drawing, Words};
use crate::labels::label;
use crate::phone;

const BANNER: &str = "\
section.banner.{0}|lang={language}|aria-label={title}|slot={slot}
 div.head
  div.row
   div.words
    h2.title>{title}
    p.text>{text}
   a.action|href={link}|data-do=8>{1}";

const PROMPT: &str = "\
section.contact|lang={language}|aria-label={title}
 p.news|role=status
 div.prompt
  div.head
   button.open|type=button|aria-haspopup=dialog|data-do=2
    span.mark
     svg>{0}
    span.words
     span.lead>{title}
     span.label>{act}";

const PHONE: &str = "M22 16.9v3a2 2 0 0 1-2.2 2A19.8 19.8 0 0 1 2.1 4.2 2 2 0 0 1 4.1 2h3a2 2 0 0 1 2 1.7l.7 2.8-2 2.4a16 16 0 0 0 7.3 7.3l2.4-2 2.8.7a2 2 0 0 1 1.7 2z";
const BUBBLE: &str = "M21 11.5a8.4 8.4 0 0 1-12.2 7.5L3 21l2-5.8A8.4 8.4 0 1 1 21 11.5z";

const SURVEY: &str = "\
section.survey.box|lang={language}|aria-label={title}
 div.head
  h2.title>{title}";

const SCALE: &str = "\
p.text>{text}
form.form|novalidate=
 div.scale|role=radiogroup|aria-label={title}
  label.score
   input.digit|type=radio|name=score|value=1|aria-label=1 – {low}
   span>1
  label.score
   input|type=radio|name=score|value=2
   span>2
  label.score
   input|type=radio|name=score|value=3
   span>3
  label.score
   input|type=radio|name=score|value=4
   span>4
  label.score
   input|type=radio|name=score|value=5|aria-label=5 – {high}
   span>5
 div.ends|aria-hidden=true
  span>{low}
  span>{high}
 p.error.digit-error|id=digit-error{key}|role=alert
 div.rest
  label|for=message{key}>{remark}
  textarea.field.message|id=message{key}|name=message|rows=2|maxlength=340
  button.action.send>{submit}
div.sent|hidden=";

const DIALOG: &str = "\
&
 div.dialog.box|role=dialog|aria-label={title}
  div.head
   h2.title>{title}
   button.close|type=button|title={close}|aria-label={close}|data-do=3
    svg>M6 6l12 12M18 6L6 18
  p.text>{text}";

const FORM: &str = "form.form|novalidate=";

const CALLBACK: &str = "\
label|for=country{key}>{country}
select.field.country|id=country{key}|name=country|autocomplete=tel-country-code|regions={0} {1}
label|for=to{key}>{phone}
input.field.to|id=to{key}|name=to|type=tel|autocomplete=tel-national|required=|maxlength=40|focus
p.error.to-error|id=to-error{key}|role=alert";

const WHEN: &str = "\
label|for=when{key}>{when}
select.field.when|id=when{key}|name=when";

const MESSAGE: &str = "\
form.form|novalidate=
 label|for=to{key}>{reply_to}
 input.field.to|id=to{key}|name=to|type=text|autocomplete=email|required=|maxlength=254|focus
 p.error.to-error|id=to-error{key}|role=alert
 label|for=message{key}>{message}
 textarea.field.message|id=message{key}|name=message|rows=3|maxlength=2000|required=
 p.error.message-error|id=message-error{key}|role=alert";

const NOW: &str = "option|value=>{now}";
const LATER: &str = "option|value={0}|at={0}";

/// The end of a form; what is wrong with a field stands at the field.
const SEND: &str = "\
p.error.failed|role=alert
button.action.send>{submit}";

/// Where it is said that the form is sent.
const SENT: &str = "div.sent|hidden=";

const CHAT: &str = "button.action|type=button|data-do=7>{act}";

const DISMISS: &str = "\
button.close|type=button|title={dismiss}|aria-label={dismiss}|data-do=4
 svg>M6 6l12 12M18 6L6 18";

const WAIT: &str = "span.wait>{wait} {0} {minutes}";
const SHORT_WAIT: &str = "span.wait>{wait_short}";

const LINKS: &str = "\
div.links
 h3|tabindex=-1|focus>{first}
 ul";

const LINK: &str = "\
li
 a.link|href={1}>{0}";

const WHY: &str = "\
details.more
 summary.quiet>{why}
 div.why
  p>{reason}
  dl";

const REASON: &str = "\
dt>{0}
dd>{1}";

const LESS: &str = "button.quiet|type=button|data-do=5>{less}";

/// A card's words, as templates call them.
pub(crate) struct Speech<'a> {
    pub(crate) card: Card<'a>,
    /// A letter that tells the ids of this widget from those of another in the same shadow root.
    pub(crate) key: [u8; 1],
}

impl Words for Speech<'_> {
    fn word(&self, name: &[u8]) -> &[u8] {
        let card = &self.card;
        match name {
            b"key" => &self.key,
            b"language" => card.language,
            b"title" => card.title,
            b"text" if card.is_closed() => self.word(b"closed"),
            b"text" => card.text,
            b"link" => card.link,
            b"slot" => card.slot,
            b"reason" => card.why,
            // What the main button says.
            b"act" if !card.action.is_empty() && !card.is_closed() => card.action,
            b"act" if card.calls() => self.word(b"call_me"),
            b"act" => self.word(b"write_to_us"),
            // What the button of the form says.
            b"submit" if card.calls() => self.word(b"act"),
            b"submit" => self.word(b"send"),
            _ => label(name, card.language, card.labels),
        }
    }
}

/// A card's widget as it appears first.
pub(crate) fn closed(drawing: &mut Drawing<'_>, card: &Card<'_>) {
    match card.show {
        Show::Banner => banner(drawing, card),
        Show::Survey => survey(drawing, card),
        Show::Callback | Show::Chat => prompt(drawing, card),
    }
}

fn banner(drawing: &mut Drawing<'_>, card: &Card<'_>) {
    let shape: &[u8] = if card.bar { b"bar" } else { b"box" };
    let action = if address::is_safe(card.link) { card.action } else { b"" };
    drawing.put(0, BANNER, shape, action);
    links(drawing, card, 3);
    drawing.put(2, DISMISS, b"", b"");
    why(drawing, card, 1);
}

/// The closed form of a call-back or a chat: one button, and one to send it away.
fn prompt(drawing: &mut Drawing<'_>, card: &Card<'_>) {
    let icon = if card.calls() { PHONE } else { BUBBLE };
    drawing.put(0, PROMPT, icon.as_bytes(), b"");
    wait(drawing, card, 5);
    drawing.put(3, DISMISS, b"", b"");
    why(drawing, card, 2);
}

fn survey(drawing: &mut Drawing<'_>, card: &Card<'_>) {
    drawing.add(SURVEY);
    drawing.put(2, DISMISS, b"", b"");
    drawing.put(1, SCALE, b"", b"");
    why(drawing, card, 1);
}

/// The open form of a call-back or a chat, in place of its prompt; `adapter` says that the site has a chat to open.
/// `browser` is the browser's own language.
pub(crate) fn dialog(drawing: &mut Drawing<'_>, card: &Card<'_>, adapter: bool, browser: &[u8]) {
    drawing.add(DIALOG);
    links(drawing, card, 2);
    if card.calls() {
        let home = phone::likely(card.language, browser);
        drawing.put(2, FORM, b"", b"");
        wait(drawing, card, 3);
        drawing.put(3, CALLBACK, home.region, phone::COUNTRIES.as_bytes());
        if !card.slots.is_empty() {
            drawing.put(3, WHEN, b"", b"");
            if card.now {
                drawing.put(4, NOW, b"", b"");
            }
            for slot in card.slots {
                drawing.put(4, LATER, digits(slot, &mut [0; 20]), b"");
            }
        }
        drawing.put(3, SEND, b"", b"");
    } else if adapter {
        drawing.put(2, CHAT, b"", b"");
    } else {
        drawing.put(2, MESSAGE, b"", b"");
        drawing.put(3, SEND, b"", b"");
    }
    drawing.put(2, SENT, b"", b"");
    why(drawing, card, 2);
}

/// Pages that may answer the question, before anybody is asked.
fn links(drawing: &mut Drawing<'_>, card: &Card<'_>, depth: u8) {
    if !card.links.is_empty() {
        drawing.put(depth, LINKS, b"", b"");
    }
    for [text, link] in card.links {
        if address::is_safe(link) {
            drawing.put(depth + 2, LINK, text, link);
        }
    }
}

/// How long a call is to be waited for.
fn wait(drawing: &mut Drawing<'_>, card: &Card<'_>, depth: u8) {
    if let Some(seconds) = card.wait_s {
        let template = if seconds > 60 { WAIT } else { SHORT_WAIT };
        drawing.put(depth, template, digits(u64::from(seconds).div_ceil(60), &mut [0; 20]), b"");
    }
}

/// "Why am I seeing this?", its answer folded up, and "less of this".
fn why(drawing: &mut Drawing<'_>, card: &Card<'_>, depth: u8) {
    drawing.put(depth, WHY, b"", b"");
    for [name, value] in card.data {
        drawing.put(depth + 3, REASON, name, value);
    }
    drawing.put(depth + 2, LESS, b"", b"");
}

/// A number in decimal, at the end of `place`, which is long enough for any.
fn digits(mut number: u64, place: &mut [u8; 20]) -> &[u8] {
    let mut start = place.len();
    for (at, digit) in place.iter_mut().enumerate().rev() {
        *digit = b'0' + (number % 10) as u8;
        start = at;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    place.get(start..).unwrap_or_default()
}
