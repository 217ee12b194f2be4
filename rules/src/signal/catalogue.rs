//! The declaration of every signal; nothing else.

use super::{Declaration, Kind, Phrase, Supplier};

/// Declares the signals once: the enumeration, its order and its table come out of the same lines.
macro_rules! signals {
    ($($variant:ident $name:literal $kind:ident $supplier:ident $meaning:literal
        en $english:tt fr $french:tt
        $(one_of [$($value:literal),+])? $(any_case $any:literal)?;)+) => {
        /// A value a rule can read, other than the open families `page.query.<key>` and `customer.<name>`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, bincode::Encode, bincode::Decode)]
        pub enum Signal {
            $(#[doc = concat!("`", $name, "`: ", $meaning, ".")] $variant,)+
        }

        impl Signal {
            /// Every signal, in the order of the reference page.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Everything declared about this signal.
            pub fn declaration(self) -> &'static Declaration {
                &DECLARATIONS[self as usize]
            }
        }

        const DECLARATIONS: [Declaration; Signal::ALL.len()] = [$(Declaration {
            name: $name,
            kind: Kind::$kind,
            supplier: Supplier::$supplier,
            meaning: $meaning,
            english: phrase!($english),
            french: phrase!($french),
            values: &[$($($value),+)?],
            any_case: false $(|| $any)?,
        }),+];
    };
}

macro_rules! phrase {
    ([$yes:literal, $no:literal]) => {
        Phrase::Clauses { yes: $yes, no: $no }
    };
    ($noun:literal) => {
        Phrase::Noun($noun)
    };
}

signals! {
    PagePath "page.path" Path Tag "path of the page's address"
        en "the page" fr "la page";
    PageTitle "page.title" Text Tag "title of the page"
        en "the page's title" fr "le titre de la page" any_case true;
    PageType "page.type" Text Tag "what the page is for: product, cart, checkout, order, help, … from `data-declic-page`, else inferred"
        en "the kind of page" fr "le type de page";
    PageLanguage "page.language" Text Tag "language of the page, a BCP 47 tag"
        en "the page's language" fr "la langue de la page" any_case true;
    PagePrevious "page.previous" Path Edge "path of the page before, in this visit"
        en "the page before" fr "la page précédente";
    EventName "event.name" Text Tag "the event being decided on: `page`, `add_to_cart`, `exit_intent`, …"
        en "the event" fr "l’événement";
    PageViews "page.views" Number Edge "views of this very page by this visitor, ever"
        en "the number of views of this page" fr "le nombre de vues de cette page";
    PageDwell "page.dwell" Duration Tag "visible time on this page"
        en "the time on the page" fr "le temps passé sur la page";
    PageIdle "page.idle" Duration Tag "time since the last input"
        en "the time without any input" fr "le temps sans activité";
    PageScroll "page.scroll" Percent Tag "deepest scroll of this page"
        en "the scroll depth" fr "la profondeur de défilement";
    PageExitIntent "page.exit_intent" Flag Tag "the pointer has left through the top, or on touch the page was scrolled up fast"
        en ["the visitor moves to leave", "the visitor does not move to leave"]
        fr ["le visiteur s’apprête à partir", "le visiteur ne s’apprête pas à partir"];
    VisitPages "visit.pages" Number Edge "pages seen in this visit"
        en "the number of pages in this visit" fr "le nombre de pages de cette visite";
    VisitDuration "visit.duration" Duration Edge "time since this visit began"
        en "the length of this visit" fr "la durée de cette visite";
    VisitNumber "visit.number" Number Edge "number of this visit, from 1"
        en "the number of this visit" fr "le numéro de cette visite";
    VisitEntry "visit.entry" Path Edge "path of the page this visit began on"
        en "the entry page" fr "la page d’entrée";
    VisitReferrer "visit.referrer" Text Edge "host this visit came from"
        en "the referring site" fr "le site d’origine";
    VisitSearch "visit.search" Text Edge "search keyword, where the search engine gives it"
        en "the search keyword" fr "la recherche d’origine" any_case true;
    VisitSource "visit.source" Text Edge "`utm_source`, else derived from the referrer"
        en "the source of the visit" fr "la source de la visite";
    VisitMedium "visit.medium" Text Edge "`utm_medium`, else derived from the referrer: organic, social, email, assistant, referral or none"
        en "the medium of the visit" fr "le support de la visite";
    VisitCampaign "visit.campaign" Text Edge "`utm_campaign`"
        en "the campaign" fr "la campagne";
    VisitTerm "visit.term" Text Edge "`utm_term`"
        en "the campaign's term" fr "le terme de la campagne" any_case true;
    VisitorVisits "visitor.visits" Number Edge "visits of this visitor, this one included"
        en "the visitor's number of visits" fr "le nombre de visites du visiteur";
    VisitorDaysAway "visitor.days_away" Number Edge "whole days between the visit before and this one"
        en "the number of days away" fr "le nombre de jours d’absence";
    VisitorAge "visitor.age" Duration Edge "time since this visitor was first seen"
        en "the time since the first visit" fr "le temps écoulé depuis la première visite";
    VisitorKind "visitor.kind" Text Edge "how well the visitor is known"
        en "the kind of visitor" fr "le type de visiteur"
        one_of ["anonymous", "recognized", "authenticated"];
    VisitorSegments "visitor.segments" Set Edge "segments, from rules that `tag` or from the site's CRM"
        en "the list of the visitor's segments" fr "la liste des segments du visiteur";
    CartTotal "cart.total" Number Tag "sum of the basket, in units of its currency"
        en "the basket's total" fr "le total du panier";
    CartItems "cart.items" Number Tag "articles in the basket"
        en "the number of articles in the basket" fr "le nombre d’articles du panier";
    CartCurrency "cart.currency" Text Tag "currency of the basket, an ISO 4217 code"
        en "the basket's currency" fr "la devise du panier" any_case true;
    CartAbandoned "cart.abandoned" Flag Edge "checkout was begun in an earlier visit, and there was no order since"
        en ["an earlier visit left a checkout unfinished", "no earlier visit left a checkout unfinished"]
        fr ["une visite précédente a laissé une commande inachevée", "aucune visite précédente n’a laissé de commande inachevée"];
    OrdersCount "orders.count" Number Edge "orders ever placed"
        en "the number of orders" fr "le nombre de commandes";
    OrdersTotal "orders.total" Number Edge "sum of all orders"
        en "the sum of all orders" fr "le montant de toutes les commandes";
    OrdersRecency "orders.recency" Duration Edge "time since the last order"
        en "the time since the last order" fr "le temps écoulé depuis la dernière commande";
    FormStarted "form.started" Flag Tag "a form of this page was begun"
        en ["a form of the page was begun", "no form of the page was begun"]
        fr ["un formulaire de la page est commencé", "aucun formulaire de la page n’est commencé"];
    FormErrors "form.errors" Number Tag "errors shown by forms of this page"
        en "the number of form errors" fr "le nombre d’erreurs de formulaire";
    ClicksRage "clicks.rage" Number Tag "bursts of angry clicks on this page"
        en "the number of angry clicks" fr "le nombre de clics d’agacement";
    DeviceKind "device.kind" Text Edge "what the visitor holds"
        en "the device" fr "l’appareil"
        one_of ["desktop", "mobile", "tablet"];
    DeviceBrowser "device.browser" Text Edge "browser family, in small letters"
        en "the browser" fr "le navigateur" any_case true;
    DeviceOs "device.os" Text Edge "operating system, in small letters"
        en "the operating system" fr "le système d’exploitation" any_case true;
    DeviceLanguage "device.language" Text Edge "the browser's first language, a BCP 47 tag"
        en "the browser's language" fr "la langue du navigateur" any_case true;
    GeoCountry "geo.country" Text Network "country, an ISO 3166 code of two letters"
        en "the country" fr "le pays" any_case true;
    GeoRegion "geo.region" Text Network "region, by its name"
        en "the region" fr "la région" any_case true;
    GeoCity "geo.city" Text Network "city, by its name"
        en "the city" fr "la ville" any_case true;
    TimeHour "time.hour" Number Edge "hour of the day in the site's time zone, 0 to 23"
        en "the hour" fr "l’heure";
    TimeWeekday "time.weekday" Text Edge "day of the week in the site's time zone"
        en "the weekday" fr "le jour de la semaine"
        one_of ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    TimeDate "time.date" Date Edge "day of the calendar in the site's time zone"
        en "the date" fr "la date";
    DeskOpen "desk.open" Flag Desk "the desk is open now"
        en ["the desk is open", "the desk is closed"]
        fr ["le service est ouvert", "le service est fermé"];
    DeskAgents "desk.agents" Number Desk "free agents"
        en "the number of free agents" fr "le nombre de conseillers libres";
    DeskWait "desk.wait" Duration Desk "expected wait for a call"
        en "the expected wait" fr "l’attente prévue";
    DeskChats "desk.chats" Number Desk "free chat places"
        en "the number of free chat places" fr "le nombre de places de chat libres";
}

#[cfg(test)]
mod tests {
    use super::{Kind, Phrase, Signal};

    #[test]
    fn every_signal_is_found_by_its_name() {
        for signal in Signal::ALL {
            assert_eq!(Signal::named(signal.name()), Some(*signal));
        }
    }

    #[test]
    fn only_yes_no_signals_have_two_clauses() {
        for signal in Signal::ALL {
            let declaration = signal.declaration();
            for phrase in [declaration.english, declaration.french] {
                let clauses = matches!(phrase, Phrase::Clauses { .. });
                assert_eq!(clauses, declaration.kind == Kind::Flag, "{}", declaration.name);
            }
        }
    }
}
