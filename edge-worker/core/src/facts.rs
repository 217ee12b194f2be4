//! Reads signals out of a profile, for the rules to decide on.
//!
//! Takes the profile after folding, the batch, and what the network tells; fills the rule engine's [`Facts`].
//! A signal that is not set here is not known, and a condition on it does not hold.

use bincode::{Decode, Encode};
use rules::{Facts, Live, LocalTime, Signal};
use url::form_urlencoded;
use wire::{Batch, Page, What};

use crate::device::Device;
use crate::profile::Profile;

const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// Most query parameters read from one address.
const MAX_PARAMETERS: usize = 64;

/// What the network and the browser's headers tell of a request. An empty text means not known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Place {
    /// ISO 3166 code of two letters.
    pub country: String,
    /// Region, by name.
    pub region: String,
    /// City, by name.
    pub city: String,
    /// First language of the browser, a BCP 47 tag.
    pub language: String,
    /// The device.
    pub device: Device,
}

/// Fills `facts`, empty before, with everything known at `now_ms`; `event` is the one being decided on.
pub fn read(
    facts: &mut Facts,
    profile: &Profile,
    batch: &Batch,
    event: Option<&What>,
    place: &Place,
    local: LocalTime,
    now_ms: u64,
) {
    read_page(facts, profile, batch);
    if let Some(what) = event {
        facts.set_text(Signal::EventName, event_name(what, batch.live.exit_intent));
    }
    read_visit(facts, profile, now_ms);
    read_visitor(facts, profile, now_ms);
    read_shop(facts, profile, now_ms);
    read_place(facts, place);
    facts.set_time(local);
    read_journey(facts, profile, now_ms);
}

/// Fills `facts`, empty before, with what is known of a visitor who is not there: no page is open, and what the last visit
/// told stands.
pub(crate) fn read_away(facts: &mut Facts, profile: &Profile, local: LocalTime, now_ms: u64) {
    let visit = profile.visit();
    read_visit(facts, profile, visit.last_ms);
    read_visitor(facts, profile, now_ms);
    facts.set_number(Signal::VisitorDaysAway, (now_ms.saturating_sub(visit.last_ms) / DAY_MS) as f64);
    read_shop(facts, profile, now_ms);
    facts.set_time(local);
    read_journey(facts, profile, now_ms);
}

/// What a page is for, from its path, where the page itself does not say. Empty when the path does not tell either.
pub fn page_type(page: &Page) -> &str {
    if !page.kind.is_empty() {
        return &page.kind;
    }
    let mut segments = page.path.split('/').filter(|segment| !segment.is_empty());
    match segments.next() {
        None => "home",
        Some("cart" | "basket" | "panier") => "cart",
        Some("checkout" | "commande") => "checkout",
        Some("p" | "product" | "products" | "produit") if segments.next().is_some() => "product",
        Some("faq" | "help" | "aide" | "support") => "help",
        Some("order" | "orders") => "order",
        Some(_) => "",
    }
}

fn read_journey(facts: &mut Facts, profile: &Profile, now_ms: u64) {
    for page in &profile.pages {
        facts.visited(&page.path, now_ms.saturating_sub(page.at_ms));
    }
    for event in &profile.events {
        facts.did(&event.name, now_ms.saturating_sub(event.at_ms));
    }
}

fn read_page(facts: &mut Facts, profile: &Profile, batch: &Batch) {
    let page = &batch.page;
    facts.set_text(Signal::PagePath, &page.path);
    facts.set_text(Signal::PageTitle, &page.title);
    facts.set_text(Signal::PageType, page_type(page));
    facts.set_text(Signal::PageLanguage, &page.language);
    for (key, value) in form_urlencoded::parse(page.query.as_bytes()).take(MAX_PARAMETERS) {
        facts.set_query(&key, &value);
    }
    facts.set_number(Signal::PageViews, f64::from(profile.views_of(&page.path)));
    if let Some(path) = profile.previous_path() {
        facts.set_text(Signal::PagePrevious, path);
    }
    facts.set_live(Live {
        dwell_ms: batch.live.dwell_ms,
        idle_ms: batch.live.idle_ms,
        scroll_percent: batch.live.scroll_percent.min(100),
        exit_intent: batch.live.exit_intent,
    });
    facts.set_flag(Signal::FormStarted, batch.live.form_started);
    facts.set_number(Signal::FormErrors, f64::from(batch.live.form_errors));
    facts.set_number(Signal::ClicksRage, f64::from(batch.live.rage_clicks));
}

fn event_name(what: &What, exit_intent: bool) -> &str {
    match what {
        What::View => "page",
        What::Reached if exit_intent => "exit_intent",
        What::Reached => "live",
        What::Track { name } => name,
        What::Cart { .. } | What::CartChange { .. } => "cart",
        What::Order { .. } => "purchase",
        What::Shown { .. } => "shown",
        What::Dismissed { .. } => "dismissed",
        What::Accepted { .. } => "accepted",
        What::Less { .. } => "less",
        What::Answered { .. } => "answered",
        What::Prefers { .. } => "preference",
        What::Identify { .. } => "identify",
        What::FormStarted { .. } => "form_started",
        What::FormError { .. } => "form_error",
        What::FormAbandoned { .. } => "form_abandoned",
        What::RageClick => "rage_click",
        What::Left => "left",
    }
}

fn read_visit(facts: &mut Facts, profile: &Profile, now_ms: u64) {
    let visit = profile.visit();
    facts.set_number(Signal::VisitPages, f64::from(visit.pages));
    facts.set_duration_ms(Signal::VisitDuration, now_ms.saturating_sub(visit.started_ms));
    facts.set_number(Signal::VisitNumber, f64::from(profile.visits.count()));
    facts.set_text(Signal::VisitEntry, &visit.entry);
    facts.set_text(Signal::VisitReferrer, &visit.source.referrer);
    facts.set_text(Signal::VisitSearch, &visit.source.search);
    facts.set_text(Signal::VisitSource, &visit.source.source);
    facts.set_text(Signal::VisitMedium, &visit.source.medium);
    facts.set_text(Signal::VisitCampaign, &visit.source.campaign);
    facts.set_text(Signal::VisitTerm, &visit.source.term);
}

fn read_visitor(facts: &mut Facts, profile: &Profile, now_ms: u64) {
    facts.set_number(Signal::VisitorVisits, f64::from(profile.visits.count()));
    let previous_ms = profile.visits.previous_end_ms();
    if previous_ms > 0 {
        let away_ms = profile.visit().started_ms.saturating_sub(previous_ms);
        facts.set_number(Signal::VisitorDaysAway, (away_ms / DAY_MS) as f64);
    }
    facts.set_duration_ms(Signal::VisitorAge, now_ms.saturating_sub(profile.first_seen_ms));
    facts.set_text(Signal::VisitorKind, kind(profile));
    facts.set_members(Signal::VisitorSegments, profile.segments.iter().map(String::as_str));
    // A household shares a computer: what the site says of a customer counts while the site says that it is he.
    if let Some(customer) = profile.customer.as_ref().filter(|_| is_authenticated(profile)) {
        customer.read(facts);
    }
}

/// How well the visitor is known. Only the site or an earlier visit tells more than this one does: on a first visit the
/// identifier is new itself.
fn kind(profile: &Profile) -> &'static str {
    match profile.visits.count() {
        _ if is_authenticated(profile) => "authenticated",
        _ if profile.customer.is_some() => "recognized",
        0 | 1 => "anonymous",
        _ => "recognized",
    }
}

/// Whether the site signed in this visit who this is.
fn is_authenticated(profile: &Profile) -> bool {
    let signed_ms = profile.customer.as_ref().map_or(0, |customer| customer.signed_ms);
    signed_ms > 0 && signed_ms >= profile.visit().started_ms
}

/// Fills what concerns baskets and orders.
pub(crate) fn read_shop(facts: &mut Facts, profile: &Profile, now_ms: u64) {
    // A site that never reports a basket has none to decide on; one that reports it empty has.
    if let Some(cart) = profile.basket() {
        facts.set_number(Signal::CartTotal, cart.total);
        facts.set_number(Signal::CartItems, f64::from(cart.items));
        facts.set_text(Signal::CartCurrency, &cart.currency);
    }
    facts.set_flag(Signal::CartAbandoned, profile.abandoned_checkout(now_ms));
    facts.set_number(Signal::OrdersCount, f64::from(profile.orders.count));
    facts.set_number(Signal::OrdersTotal, profile.orders.total());
    if profile.orders.last_ms() > 0 {
        facts.set_duration_ms(Signal::OrdersRecency, now_ms.saturating_sub(profile.orders.last_ms()));
    }
}

fn read_place(facts: &mut Facts, place: &Place) {
    facts.set_text(Signal::DeviceKind, &place.device.kind);
    facts.set_text(Signal::DeviceBrowser, &place.device.browser);
    facts.set_text(Signal::DeviceOs, &place.device.os);
    facts.set_text(Signal::DeviceLanguage, &place.language);
    facts.set_text(Signal::GeoCountry, &place.country);
    facts.set_text(Signal::GeoRegion, &place.region);
    facts.set_text(Signal::GeoCity, &place.city);
}

#[cfg(test)]
mod tests {
    use wire::Page;

    use super::page_type;

    #[test]
    fn a_page_says_what_it_is_for_and_its_path_does_otherwise() {
        let page = |path: &str, kind: &str| Page { path: path.into(), kind: kind.into(), ..Page::default() };
        for (path, kind, expected) in [
            ("/", "", "home"),
            ("/cart", "", "cart"),
            ("/p/teapot", "", "product"),
            ("/products", "", ""),
            ("/faq/delivery", "", "help"),
            ("/p/teapot", "review", "review"),
        ] {
            assert_eq!(page_type(&page(path, kind)), expected, "{path} {kind}");
        }
    }
}
