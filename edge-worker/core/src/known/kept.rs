//! The declaration of everything that is kept of a visitor; nothing else.

use jiff::Timestamp;
use wire::Field;

use super::{Language, visits};
use crate::profile::{Profile, Survey};

/// One thing that is kept, and why.
pub struct Kept {
    /// The fields of [`Profile`] it speaks of.
    pub covers: &'static [&'static str],
    /// Its words in English.
    pub english: Said,
    /// Its words in French.
    pub french: Said,
    /// Its value in words; nothing when the profile has none.
    read: fn(&Profile, Language) -> Option<String>,
}

/// How one language speaks of it.
#[derive(Clone, Copy, Debug)]
pub struct Said {
    /// What it is, to the visitor.
    pub name: &'static str,
    /// Why it is kept.
    pub why: &'static str,
}

impl Kept {
    /// It as the panel shows it; nothing when the profile has none.
    pub(super) fn of(&self, profile: &Profile, language: Language) -> Option<Field> {
        let value = (self.read)(profile, language)?;
        let said = match language {
            Language::English => self.english,
            Language::French => self.french,
        };
        Some(Field { name: said.name.to_owned(), value })
    }
}

/// A moment in RFC 3339, in UTC: whoever shows it knows the reader's time zone, and the edge does not. Nothing for one that
/// never was.
fn moment(at_ms: u64) -> Option<String> {
    let moment = Timestamp::from_millisecond(i64::try_from(at_ms).ok().filter(|at_ms| *at_ms > 0)?).ok()?;
    Some(moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
}

/// Everything that is kept of a visitor, in the order the panel tells it.
pub const KEPT: &[Kept] = &[
    Kept {
        covers: &["first_seen_ms"],
        english: Said { name: "your first visit", why: "to tell a new visitor from one who comes back" },
        french: Said {
            name: "votre première visite",
            why: "pour distinguer un nouveau visiteur de celui qui revient",
        },
        read: |profile, _| moment(profile.first_seen_ms),
    },
    Kept {
        covers: &["last_seen_ms"],
        english: Said { name: "your last visit", why: "to know where one visit ends and the next begins" },
        french: Said {
            name: "votre dernière visite",
            why: "pour savoir où finit une visite et où commence la suivante",
        },
        read: |profile, _| moment(profile.last_seen_ms),
    },
    Kept {
        covers: &["visits"],
        english: Said {
            name: "your visits, and where this one came from",
            why: "to offer help to those who come again and again, and to speak of what you were looking for: when your last sixteen visits were and how many pages they had, the site, the search words or the campaign they came by, and their first page",
        },
        french: Said {
            name: "vos visites, et la provenance de celle-ci",
            why: "pour proposer de l’aide à ceux qui reviennent souvent, et parler de ce que vous cherchiez : la date et le nombre de pages de vos seize dernières visites, le site, les mots cherchés ou la campagne dont elles viennent, et leur première page",
        },
        read: |profile, language| visits::told(&profile.visits, language),
    },
    Kept {
        covers: &["pages"],
        english: Said {
            name: "the pages you viewed",
            why: "to know whether you have already looked for an answer, and to spare you telling it again when you ask for help",
        },
        french: Said {
            name: "les pages vues",
            why: "pour savoir si vous avez déjà cherché une réponse, et vous éviter de la répéter quand vous demandez de l’aide",
        },
        read: |profile, language| language.list(profile.pages.iter().map(|page| &page.path)),
    },
    Kept {
        covers: &["views"],
        english: Said {
            name: "how many different pages you viewed",
            why: "to see when you come back to the same page; the addresses themselves are not in it",
        },
        french: Said {
            name: "le nombre de pages différentes vues",
            why: "pour voir quand vous revenez à une même page ; les adresses n’y figurent pas",
        },
        read: |profile, _| (!profile.views.is_empty()).then(|| profile.views.len().to_string()),
    },
    Kept {
        covers: &["events"],
        english: Said {
            name: "what you did",
            why: "to offer help when it is needed: a basket filled, a form begun, an error met; never what you typed",
        },
        french: Said {
            name: "ce que vous avez fait",
            why: "pour proposer de l’aide au bon moment : un panier rempli, un formulaire commencé, une erreur rencontrée ; jamais ce que vous avez saisi",
        },
        read: |profile, language| language.list(profile.events.iter().map(|event| &event.name)),
    },
    Kept {
        covers: &["cart"],
        english: Said {
            name: "your basket",
            why: "to help with an order that stalls: its sum and the number of articles",
        },
        french: Said {
            name: "votre panier",
            why: "pour aider à une commande qui s’arrête : son montant et le nombre d’articles",
        },
        read: |profile, language| profile.basket().map(|cart| language.sum(cart.total, &cart.currency)),
    },
    Kept {
        covers: &["checkout_ms"],
        english: Said {
            name: "when you last began an order",
            why: "to ask what went wrong when it was not finished",
        },
        french: Said {
            name: "le début de votre dernière commande",
            why: "pour demander ce qui n’a pas marché quand elle n’aboutit pas",
        },
        read: |profile, _| moment(profile.checkout_ms),
    },
    Kept {
        covers: &["orders"],
        english: Said {
            name: "your orders",
            why: "to speak otherwise to a customer than to a stranger: how many, their sum, the last one's time, and a fingerprint of their numbers so that none counts twice",
        },
        french: Said {
            name: "vos commandes",
            why: "pour parler autrement à un client qu’à un inconnu : leur nombre, leur montant, l’heure de la dernière, et une empreinte de leurs numéros pour n’en compter aucune deux fois",
        },
        read: |profile, language| {
            let orders = &profile.orders;
            (orders.count > 0).then(|| format!("{} ({})", orders.count, language.sum(orders.total(), "")))
        },
    },
    Kept {
        covers: &["segments"],
        english: Said { name: "the groups you are counted in", why: "to show you what concerns you" },
        french: Said {
            name: "les groupes dont vous faites partie",
            why: "pour vous montrer ce qui vous concerne",
        },
        read: |profile, language| language.list(profile.segments.iter()),
    },
    Kept {
        covers: &["exposures"],
        english: Said {
            name: "what you were shown",
            why: "not to show it too often, and to compare with those it is not shown to: for a week, whether you took it up, closed it, asked for help or ordered, and for how much",
        },
        french: Said {
            name: "ce qui vous a été montré",
            why: "pour ne pas le montrer trop souvent, et comparer avec ceux à qui on ne le montre pas : pendant une semaine, si vous l’avez accepté, fermé, demandé de l’aide ou commandé, et pour combien",
        },
        read: |profile, language| {
            let seen = profile.exposures.iter().filter(|exposure| !exposure.control);
            language.list(seen.map(|exposure| &exposure.rule))
        },
    },
    Kept {
        covers: &["answers"],
        english: Said { name: "what you closed or took up", why: "not to ask you again" },
        french: Said { name: "ce que vous avez fermé ou accepté", why: "pour ne pas vous le redemander" },
        read: |profile, language| language.list(profile.answers.iter().map(|answer| &answer.rule)),
    },
    Kept {
        covers: &["choices"],
        english: Said { name: "your choices", why: "to offer you only what you allow" },
        french: Said { name: "vos choix", why: "pour ne vous proposer que ce que vous acceptez" },
        read: |profile, language| {
            let said = |allowed| match allowed {
                true => language.pick("yes", "oui"),
                false => language.pick("no", "non"),
            };
            language.list(profile.choices.iter().map(|choice| said(choice.allowed)))
        },
    },
    Kept {
        covers: &["surveys"],
        english: Said { name: "your answers to surveys", why: "to know what to do better" },
        french: Said { name: "vos réponses aux enquêtes", why: "pour savoir quoi améliorer" },
        read: |profile, language| {
            let told = |Survey { score, remark, .. }: &Survey| match remark.as_str() {
                "" => format!("{score}/5"),
                remark => format!("{score}/5 “{remark}”"),
            };
            language.list(profile.surveys.iter().map(told))
        },
    },
    Kept {
        covers: &["streams"],
        english: Said {
            name: "a random mark of each page you opened",
            why: "so that nothing counts twice when the network fails and it is sent again",
        },
        french: Said {
            name: "une marque aléatoire de chaque page ouverte",
            why: "pour que rien ne compte deux fois quand le réseau échoue et que c’est envoyé à nouveau",
        },
        read: |profile, _| (!profile.streams.is_empty()).then(|| profile.streams.len().to_string()),
    },
    Kept {
        covers: &["customer"],
        english: Said {
            name: "what the site says of you as its customer",
            why: "to know you by the number the site gave you once you log in there, and to show you what concerns your contract: only what the site itself signs or imports",
        },
        french: Said {
            name: "ce que le site dit de vous, son client",
            why: "pour vous reconnaître par le numéro que le site vous donne quand vous vous y connectez, et vous montrer ce qui concerne votre contrat : seulement ce que le site lui-même signe ou importe",
        },
        read: |profile, language| {
            let customer = profile.customer.as_ref()?;
            let names = customer.attributes.iter().map(|attribute| &attribute.name);
            language.list(names.chain([&customer.id]))
        },
    },
];
