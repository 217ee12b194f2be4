//! Every limit a caller can meet.

use super::{hold, table};
use crate::api::Code;
use crate::limits::{Limits, MAX_SMALL_BYTES, Rate};
use crate::tally::report::{MAX_DAYS, MAX_PAGES};
use crate::{customer, import, intake, keys, link, profile, publish, settings, site, version, webhook};

const HEAD: &str = "# Limits

Everything has a limit. Past it the answer is one of the [errors](ERRORS.md), counted by its code in `declic_refused_total`, or what
the third column says. This page is made from the code (`core/src/reference/limits.rs`); a test keeps it so.

";

/// What a limit is of, how much it is, and what comes past it.
type Row = [String; 3];

fn row(what: &str, limit: impl Into<String>, past: impl Into<String>) -> Row {
    [what.to_owned(), limit.into(), past.into()]
}

fn code(code: Code) -> String {
    format!("{} `{}`", code.status(), code.name())
}

/// With a comma between thousands.
fn count(number: impl TryInto<u64>) -> String {
    let digits = number.try_into().unwrap_or(u64::MAX).to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn bytes(number: usize) -> String {
    match number {
        mebi if mebi.is_multiple_of(1024 * 1024) => format!("{} MiB", mebi / 1024 / 1024),
        kibi if kibi.is_multiple_of(1024) => format!("{} KiB", kibi / 1024),
        other => format!("{} bytes", count(other)),
    }
}

fn rate(rate: Option<Rate>) -> String {
    let Some(Rate { burst, per_minute }) = rate else { return "none".to_owned() };
    format!("{} at once, then {} a minute", count(burst), count(per_minute))
}

fn deployment() -> Vec<Row> {
    let limits = Limits::default();
    vec![
        row(
            "`address`: requests to `/v1/`, `/metrics` and `/privacy` of one network address",
            rate(limits.address),
            code(Code::RateAddress),
        ),
        row(
            "`contacts`: requests for contact of one network address",
            rate(limits.contacts),
            code(Code::RateContacts),
        ),
        row(
            "`unknown`: requests of all whose network address nobody tells, together",
            rate(limits.unknown),
            code(Code::RateUnknown),
        ),
        row(
            "`unknown_contacts`: requests for contact of all those, together",
            rate(limits.unknown_contacts),
            code(Code::RateContacts),
        ),
        row("`visitor`: batches of one visitor", rate(limits.visitor), code(Code::RateVisitor)),
        row(
            "`in_flight`: batches that one isolate answers at the same time",
            count(limits.in_flight),
            code(Code::Overload),
        ),
        row(
            "`body_ms`: time for a body to arrive",
            format!("{} s", limits.body_ms / 1000),
            code(Code::SlowBody),
        ),
        row("`sites`: sites of the deployment", count(limits.sites), code(Code::TooManySites)),
    ]
}

fn tag() -> Vec<Row> {
    let text = |what: &str, limit: usize| row(what, bytes(limit), code(Code::TextTooLong));
    vec![
        row(
            "body of a batch, a request for contact, an inquiry",
            bytes(wire::MAX_BODY_BYTES),
            code(Code::TooLarge),
        ),
        row("events of a batch", count(wire::MAX_EVENTS), code(Code::TooManyEvents)),
        row("rules a device says were sent away", count(intake::MAX_DECLINED), code(Code::TooManyRules)),
        text(
            "names: of a rule, an event, a form, a page's type, an order, a customer's id",
            wire::MAX_NAME_BYTES,
        ),
        text("path, title, token, where to answer", wire::MAX_TEXT_BYTES),
        text("query and referrer of a page", wire::MAX_URL_BYTES),
        text("a message to the desk", wire::MAX_MESSAGE_BYTES),
        text("a remark in a survey", wire::MAX_REMARK_BYTES),
        text("a proof of identity", wire::MAX_PROOF_BYTES),
        row("what is kept of one visitor", bytes(profile::MAX_BYTES), "the oldest goes first"),
    ]
}

fn site_rows() -> Vec<Row> {
    let setting = |what: &str, limit: String| row(what, limit, code(Code::BadSettings));
    vec![
        row(
            "key of a site",
            format!("{} of `a` to `z`, `0` to `9` and `-`", count(site::MAX_KEY_BYTES)),
            code(Code::BadSite),
        ),
        row("settings", bytes(site::MAX_SETTINGS_BYTES), code(Code::TooLarge)),
        setting("origins", count(settings::MAX_ORIGINS)),
        setting("languages", count(settings::MAX_LANGUAGES)),
        setting("holidays of the desk", count(settings::MAX_HOLIDAYS)),
        setting("agents of the desk", count(settings::MAX_AGENTS)),
        setting("days a profile is kept", count(settings::MAX_RETENTION_DAYS)),
        setting("days a request for contact is kept", count(settings::MAX_CONTACT_RETENTION_DAYS)),
        row(
            "identity secrets",
            format!(
                "{}, each of {} to {} bytes",
                settings::MAX_SECRETS,
                crate::token::MIN_SECRET_BYTES,
                settings::MAX_SECRET_BYTES
            ),
            code(Code::BadSecret),
        ),
        row("keys of people", count(keys::MAX_KEYS), code(Code::BadKey)),
        row(
            "name of a key",
            format!(
                "{} letters, digits and `- _ . @`, a letter or digit first and last",
                keys::MAX_NAME_BYTES
            ),
            code(Code::BadKey),
        ),
        row("life of a link", format!("{} hours", count(link::MAX_LIFE_S / 3600)), code(Code::BadNumber)),
        row("a body that says when, which, who or how long", bytes(MAX_SMALL_BYTES), code(Code::TooLarge)),
        row("days of a report", count(MAX_DAYS), code(Code::BadDays)),
        row("pages of a report", count(MAX_PAGES), "the most viewed are told"),
    ]
}

fn rule_sets() -> Vec<Row> {
    vec![
        row("rule file, as TOML or as JSON", bytes(publish::MAX_SOURCE_BYTES), code(Code::TooLarge)),
        row("rules of a file", count(rules::MAX_RULES), code(Code::BadRules)),
        row(
            "rule file and its compact form together",
            bytes(publish::MAX_STORED_BYTES),
            code(Code::BadRules),
        ),
        row("note on a version", format!("{} characters", version::MAX_NOTE_CHARS), "the rest is cut off"),
        row(
            "versions kept",
            count(version::KEPT_VERSIONS),
            "the oldest goes first, but for those in force or scheduled",
        ),
    ]
}

fn customers() -> Vec<Row> {
    let line = |what: &str, limit: String| row(what, limit, "the line is refused, and `errors` says so");
    vec![
        row("one import", bytes(import::MAX_BYTES), code(Code::TooLarge)),
        line("lines of one import", count(import::MAX_LINES)),
        line("a line", bytes(import::MAX_LINE_BYTES)),
        line("segments of a line", count(import::MAX_SEGMENTS)),
        line(
            "attributes of a customer",
            format!("{}, together {}", customer::MAX_ATTRIBUTES, bytes(customer::MAX_ATTRIBUTES_BYTES)),
        ),
        line(
            "name of an attribute, and a text",
            format!("{} and {} bytes", customer::MAX_NAME_BYTES, customer::MAX_TEXT_BYTES),
        ),
        line("texts of a list", count(customer::MAX_MEMBERS)),
    ]
}

fn webhooks() -> Vec<Row> {
    vec![
        row("endpoints of a site", count(webhook::MAX_ENDPOINTS), code(Code::BadEndpoint)),
        row("an endpoint, as sent", bytes(webhook::MAX_BODY_BYTES), code(Code::TooLarge)),
        row("address of an endpoint", bytes(webhook::MAX_URL_BYTES), code(Code::BadEndpoint)),
        row("events of an endpoint", count(webhook::MAX_EVENTS), code(Code::BadEndpoint)),
    ]
}

#[test]
fn the_page_of_limits_is_current() {
    let parts = [
        ("Of the deployment", "These `DECLIC_LIMITS` changes, by the name that stands first.", deployment()),
        ("Of what the tag sends", "", tag()),
        ("Of a site", "", site_rows()),
        ("Of rules", "", rule_sets()),
        ("Of customers", "", customers()),
        ("Of webhooks", "", webhooks()),
    ];
    let parts = parts.map(|(title, note, rows)| {
        let note = if note.is_empty() { String::new() } else { format!("{note}\n\n") };
        format!("## {title}\n\n{note}{}", table(["what", "limit", "past it"], rows))
    });
    hold("LIMITS.md", &format!("{HEAD}{}", parts.join("\n")));
}

#[test]
fn numbers_are_written_for_readers() {
    assert_eq!([count(7_u32), count(1_000_000_u32), count(65_536_u32)], ["7", "1,000,000", "65,536"]);
    assert_eq!(
        [bytes(64 * 1024), bytes(16 * 1024 * 1024), bytes(1_000_000)],
        ["64 KiB", "16 MiB", "1,000,000 bytes"]
    );
}
