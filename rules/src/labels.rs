//! The names of the widgets' own labels, which a rule's content may say in another language.
//!
//! The one list of them: it gives the reader its keys, the schema its properties and the reference page its table.
//! The widgets have their words in English and French built in and look up the others by these names.

/// A label's name in a rule file, and what it says or stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Label {
    /// Such as `dismiss`.
    pub name: &'static str,
    /// What it says, in English.
    pub english: &'static str,
}

const fn label(name: &'static str, english: &'static str) -> Label {
    Label { name, english }
}

/// Every label, in the order in which a visitor may meet them.
pub const LABELS: [Label; 34] = [
    label("close", "Close"),
    label("dismiss", "Not now"),
    label("call_me", "Call me back"),
    label("write_to_us", "Write to us"),
    label("closed", "Nobody can call you back just now. Leave a message: we will answer it."),
    label("first", "This may already help"),
    label("wait", "Wait: about"),
    label("minutes", "minutes"),
    label("wait_short", "Wait: under a minute"),
    label("country", "Country"),
    label("phone", "Phone number"),
    label("when", "When"),
    label("now", "As soon as possible"),
    label("reply_to", "Your e-mail or phone number"),
    label("message", "Your message"),
    label("low", "Not at all"),
    label("high", "Very much"),
    label("remark", "Anything to add? (optional)"),
    label("send", "Send"),
    label("sending", "Sending…"),
    label("thanks", "Thank you!"),
    label("will_call", "We will call you on"),
    label("will_answer", "We will answer to"),
    label(
        "failed",
        "This could not be sent. What you typed is still here: check your connection and try again.",
    ),
    label("why", "Why am I seeing this?"),
    label("less", "Show me less of this"),
    label("missing", "Enter your phone number."),
    label("letters", "A phone number has digits only. Check what you typed."),
    label("no_code", "After the +, begin with the country’s calling code, such as +44."),
    label("too_short", "Some digits are missing from this number."),
    label("too_long", "This number has too many digits."),
    label("bad_address", "Enter an e-mail address such as name@example.com, or a phone number."),
    label("no_message", "Write your message first."),
    label("no_score", "Choose a number from 1 to 5."),
];
