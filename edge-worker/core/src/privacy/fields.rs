//! The fields of everything that is stored of a visitor, each in words; nothing else.
//!
//! A type that is stored and not taken apart here to its last field does not compile: whoever adds a field says in both
//! languages what it is.

use wire::Ask;

use super::{Words, words};
use crate::arrival::{Departure, Erasure};
use crate::contact::{ContactRecord, Journey, OrdersThen};
use crate::customer::{Attribute, Customer};
use crate::profile::{
    Answer, Basket, Cart, CartChange, Choice, Exposure, NamedEvent, Order, Orders, PageVisit, Profile,
    Stream, Survey, Views, Visit, Visits,
};
use crate::source::Source;
use crate::tally::{Trial, Trials};
use crate::webhook::Letter;

/// Declares the fields of a type; a field that is missing or gone does not compile.
macro_rules! fields {
    ($($name:ident of $type:ident { $($field:ident: $english:literal / $french:literal,)+ })+) => {$(
        pub(super) const $name: &[Words] = &[$(words($english, $french)),+];
        const _: fn(&$type) = |$type { $($field: _),+ }| ();
    )+};
}

/// What says nothing by itself: it is told where it is taken apart.
macro_rules! taken_apart {
    ($($type:ident { $($field:ident),+ })+) => {$(
        const _: fn(&$type) = |$type { $($field: _),+ }| ();
    )+};
}

// The profile's own fields are the groups of `known::KEPT`; a test there holds that each is declared.
taken_apart! {
    Profile {
        first_seen_ms, last_seen_ms, visits, pages, events, views, cart, checkout_ms, orders, segments, exposures,
        answers, surveys, choices, streams, customer
    }
    Visits { earlier, earlier_until_ms, listed }
    Basket { whole_ms, whole, changes }
    Trials { trials, visit, eligible }
}

/// The fields a group of the profile is made of, by the profile's own field.
pub(super) fn of(field: &str) -> Vec<Words> {
    let lists: &[&[Words]] = match field {
        "visits" => &[VISIT, SOURCE],
        "pages" => &[PAGE],
        "events" => &[EVENT],
        "views" => &[VIEWS],
        "cart" => &[CART, CART_CHANGE],
        "orders" => &[ORDERS, ORDER],
        "segments" => &[SEGMENT],
        "exposures" => &[EXPOSURE],
        "answers" => &[ANSWER],
        "surveys" => &[SURVEY],
        "choices" => &[CHOICE],
        "streams" => &[STREAM],
        "customer" => &[CUSTOMER, ATTRIBUTE],
        "first_seen_ms" | "last_seen_ms" | "checkout_ms" => &[MOMENT],
        _ => &[],
    };
    lists.concat()
}

const MOMENT: &[Words] = &[words("the time", "l’heure")];
const SEGMENT: &[Words] = &[words("their names, given by the site", "leurs noms, donnés par le site")];

fields! {
    VISIT of Visit {
        started_ms: "when it began" / "son début",
        last_ms: "when it was last heard of" / "son dernier signe",
        pages: "how many pages it had" / "son nombre de pages",
        entry: "the path of its first page" / "le chemin de sa première page",
        source: "where it came from" / "sa provenance",
    }
    SOURCE of Source {
        referrer: "the host of the page before" / "l’hôte de la page précédente",
        search: "the words typed into a search engine, where it gives them" / "les mots cherchés, si le moteur les donne",
        source: "the campaign's source, or the engine's or network's name" / "la source de la campagne, ou le nom du moteur ou du réseau",
        medium: "the medium" / "le support",
        campaign: "the campaign" / "la campagne",
        term: "the campaign's term" / "le terme de la campagne",
    }
    PAGE of PageVisit {
        at_ms: "when" / "quand",
        path: "its path, without what stands behind a question mark" / "son chemin, sans ce qui suit le point d’interrogation",
        title: "its title, of the newest 24" / "son titre, pour les 24 dernières",
    }
    EVENT of NamedEvent {
        at_ms: "when" / "quand",
        name: "its name, given by the site" / "son nom, donné par le site",
    }
    VIEWS of Views {
        day: "the day of the last view" / "le jour de la dernière vue",
        path: "a fingerprint of the address" / "une empreinte de l’adresse",
        count: "how many views" / "le nombre de vues",
    }
    CART of Cart {
        total: "its sum" / "son montant",
        items: "the number of articles" / "le nombre d’articles",
        currency: "its currency" / "sa monnaie",
    }
    CART_CHANGE of CartChange {
        at_ms: "when it changed" / "quand il a changé",
        removed: "whether something was put in or taken out" / "si quelque chose y est entré ou en est sorti",
        total: "by which sum" / "de quel montant",
        items: "by how many articles" / "de combien d’articles",
    }
    ORDERS of Orders {
        count: "how many" / "leur nombre",
        total_milli: "their sum" / "leur montant",
        unnumbered_ms: "when the last one without a number was placed" / "l’heure de la dernière sans numéro",
        numbered: "the last 16 that have a number" / "les 16 dernières numérotées",
    }
    ORDER of Order {
        at_ms: "its time" / "son heure",
        number: "a fingerprint of its number" / "une empreinte de son numéro",
        total_milli: "its sum" / "son montant",
    }
    EXPOSURE of Exposure {
        rule: "the rule's name" / "le nom de la règle",
        times: "how often" / "combien de fois",
        last_ms: "when last" / "la dernière fois",
        control: "whether you are in the group that it is not shown to" / "si vous êtes du groupe auquel on ne le montre pas",
    }
    ANSWER of Answer {
        rule: "the rule's name" / "le nom de la règle",
        settled_ms: "when you closed it or took it up" / "quand vous l’avez fermé ou accepté",
        less_ms: "when you asked for less of it" / "quand vous en avez demandé moins",
    }
    SURVEY of Survey {
        at_ms: "when" / "quand",
        rule: "the survey's name" / "le nom de l’enquête",
        score: "the number you chose" / "la note choisie",
        remark: "what you added, up to 160 bytes" / "ce que vous avez ajouté, jusqu’à 160 octets",
    }
    CHOICE of Choice {
        show: "the kind of offer" / "le genre de proposition",
        allowed: "whether you allow it" / "si vous l’acceptez",
        at_ms: "when you said so" / "quand vous l’avez dit",
    }
    STREAM of Stream {
        id: "a fingerprint of a random number made for the page" / "une empreinte d’un nombre tiré au hasard pour la page",
        minute: "the minute it was last heard of" / "la minute de son dernier signe",
        next: "how much of it has come" / "ce qui en est arrivé",
        gaps: "what is still missing" / "ce qui manque encore",
        guessed_ms: "when it is taken to have been opened" / "l’heure supposée de son ouverture",
    }
    CUSTOMER of Customer {
        id: "the site's own number for you" / "le numéro que le site vous donne",
        signed_ms: "when the site last signed it" / "quand le site l’a signé pour la dernière fois",
        attributes: "up to 32 attributes" / "jusqu’à 32 attributs",
    }
    ATTRIBUTE of Attribute {
        name: "an attribute's name" / "le nom d’un attribut",
        value: "its value" / "sa valeur",
    }
    TRIAL of Trial {
        rule: "the rule's name" / "le nom de la règle",
        variant: "which form of it" / "sous quelle forme",
        control: "which of the two groups you are in" / "dans lequel des deux groupes vous êtes",
        day: "the day it began" / "le jour de son début",
        opened_ms: "the time it began" / "l’heure de son début",
        outcomes: "whether it was shown, taken up, closed, led to a request or an order" / "si on l’a montrée, acceptée, fermée, suivie d’une demande ou d’une commande",
        cents: "the sum of those orders" / "le montant de ces commandes",
    }
    CONTACT of ContactRecord {
        at_ms: "when you asked" / "quand vous avez demandé",
        rule: "the rule whose offer it was" / "la règle dont c’était la proposition",
        path: "the page you asked from" / "la page d’où vous avez demandé",
        title: "its title" / "son titre",
        language: "its language" / "sa langue",
        ask: "what you asked for" / "ce que vous avez demandé",
        journey: "with your consent, what you did before" / "avec votre accord, ce que vous avez fait avant",
    }
    JOURNEY of Journey {
        first_seen_ms: "your first visit" / "votre première visite",
        visits: "how many visits" / "le nombre de visites",
        entry: "the first page of this one" / "la première page de celle-ci",
        source: "where it came from" / "sa provenance",
        cart: "your basket" / "votre panier",
        orders: "your orders" / "vos commandes",
        pages: "the pages you viewed" / "les pages vues",
    }
    ORDERS_THEN of OrdersThen {
        count: "how many orders" / "le nombre de commandes",
        total: "their sum" / "leur montant",
        last_ms: "the time of the last one" / "l’heure de la dernière",
    }
    DEPARTURE of Departure {
        site: "the site" / "le site",
        from: "the random name you had in this browser, and its region" / "le nom tiré au hasard que vous aviez dans ce navigateur, et sa région",
        to: "the name of the customer you are" / "le nom du client que vous êtes",
        signed: "until you have arrived, what the site signed" / "jusqu’à votre arrivée, ce que le site a signé",
        at_ms: "when" / "quand",
    }
    ERASURE of Erasure {
        customer: "the name that stood for you as a customer of the site" / "le nom qui vous désignait comme client du site",
        at_ms: "when you were erased" / "l’heure de l’effacement",
    }
    LETTER of Letter {
        id: "a fingerprint of the message" / "une empreinte du message",
        event: "what happened" / "ce qui s’est passé",
        body: "the message: a request for contact as above, or the rule, the page and a name that stands for you" / "le message : une demande de contact comme ci-dessus, ou la règle, la page et un nom qui vous représente",
        visitor: "whom it speaks of, so that it can be erased" / "de qui il parle, pour pouvoir l’effacer",
        at_ms: "when" / "quand",
    }
}

/// What a visitor asks for, by the two ways there are.
pub(super) const ASK: &[Words] = &[
    words("your telephone number", "votre numéro de téléphone"),
    words("the time you want to be called at", "l’heure à laquelle vous voulez être appelé"),
    words("your number or e-mail address", "votre numéro ou votre adresse e-mail"),
    words("your message", "votre message"),
];
const _: fn(&Ask) = |ask| match ask {
    Ask::Callback { phone: _, at_s: _ } | Ask::Message { reply_to: _, text: _ } => (),
};
