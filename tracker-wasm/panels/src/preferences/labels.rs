//! The preferences panel's own words, in the languages it speaks. Any other language than French gets English.

use wire::{Consent, Show};

use crate::host;

/// Everything the panel says by itself.
pub(super) struct Labels {
    /// Of these very words, a BCP 47 tag.
    pub(super) language: &'static str,
    pub(super) close: &'static str,
    pub(super) retry: &'static str,
    pub(super) loading: &'static str,
    pub(super) unreachable: &'static str,

    pub(super) preferences: &'static str,
    pub(super) intro: &'static str,
    pub(super) consent: &'static str,
    granted: [&'static str; 2],
    necessary: [&'static str; 2],
    denied: [&'static str; 2],
    not_asked: [&'static str; 2],
    pub(super) known: &'static str,
    pub(super) nothing: &'static str,
    pub(super) offers: &'static str,
    callback: &'static str,
    chat: &'static str,
    banner: &'static str,
    survey: &'static str,
    pub(super) not_kept: &'static str,
    pub(super) data: &'static str,
    pub(super) export: &'static str,
    pub(super) file: &'static str,
    pub(super) saved: &'static str,
    pub(super) erase: &'static str,
    pub(super) sure: &'static str,
    pub(super) confirm: &'static str,
    pub(super) keep: &'static str,
    pub(super) erased: &'static str,
}

impl Labels {
    /// The labels for the page.
    pub(super) fn of_page() -> &'static Self {
        if host::french() { &FRENCH } else { &ENGLISH }
    }

    /// What the visitor consented to, and what it means.
    pub(super) fn standing(&self, consent: Consent) -> [&'static str; 2] {
        match consent {
            Consent::Granted => self.granted,
            Consent::Necessary => self.necessary,
            Consent::Denied => self.denied,
            Consent::NotAsked => self.not_asked,
        }
    }

    /// What a kind of widget is called.
    pub(super) fn kind(&self, show: Show) -> &'static str {
        match show {
            Show::Callback => self.callback,
            Show::Chat => self.chat,
            Show::Banner => self.banner,
            Show::Survey => self.survey,
        }
    }
}

static ENGLISH: Labels = Labels {
    language: "en",
    close: "Close",
    retry: "Try again",
    loading: "Loading…",
    unreachable: "No answer came. Check your connection and try again.",

    preferences: "Your preferences",
    intro: "What is remembered of your visits to this site, and what you may be offered here. Both are yours to change.",
    consent: "Your consent",
    granted: [
        "You allow your visits to be remembered.",
        "Help can follow from what you have already looked at. You can withdraw this wherever the site asks for your consent.",
    ],
    necessary: [
        "You allow only what your own choices need.",
        "What you send away stays away until you close this tab. Nothing else is kept, and nobody recognises you.",
    ],
    denied: [
        "You do not allow your visits to be remembered.",
        "Each page is judged by itself and forgotten. Nobody recognises you when you come back.",
    ],
    not_asked: [
        "You have not said whether your visits may be remembered.",
        "Until you do, each page is judged by itself and forgotten.",
    ],
    known: "What is known about you",
    nothing: "Nothing is kept about you.",
    offers: "What you may be offered",
    callback: "Call-backs",
    chat: "Chat",
    banner: "Banners",
    survey: "Surveys",
    not_kept: "A choice made here could not be kept as long as your visits are not remembered.",
    data: "Your data",
    export: "Download my data",
    file: "my-data.json",
    saved: "Your data has been downloaded.",
    erase: "Erase everything",
    sure: "Erase everything that is kept about you? This cannot be undone.",
    confirm: "Yes, erase it",
    keep: "No, keep it",
    erased: "Everything that was kept about you has been erased.",
};

static FRENCH: Labels = Labels {
    language: "fr",
    close: "Fermer",
    retry: "Réessayer",
    loading: "Chargement…",
    unreachable: "Pas de réponse. Vérifiez votre connexion et réessayez.",

    preferences: "Vos préférences",
    intro: "Ce qui est retenu de vos visites sur ce site, et ce qui peut vous y être proposé. L’un et l’autre dépendent de vous.",
    consent: "Votre consentement",
    granted: [
        "Vous acceptez que vos visites soient gardées en mémoire.",
        "L’aide peut tenir compte de ce que vous avez déjà regardé. Vous pouvez revenir sur cet accord là où le site demande votre consentement.",
    ],
    necessary: [
        "Vous n’acceptez que ce dont vos propres choix ont besoin.",
        "Ce que vous écartez reste écarté jusqu’à la fermeture de cet onglet. Rien d’autre n’est gardé, et personne ne vous reconnaît.",
    ],
    denied: [
        "Vous refusez que vos visites soient gardées en mémoire.",
        "Chaque page est jugée seule, puis oubliée. Personne ne vous reconnaît quand vous revenez.",
    ],
    not_asked: [
        "Vous n’avez pas dit si vos visites peuvent être gardées en mémoire.",
        "D’ici là, chaque page est jugée seule, puis oubliée.",
    ],
    known: "Ce que l’on sait de vous",
    nothing: "Rien n’est gardé à votre sujet.",
    offers: "Ce qui peut vous être proposé",
    callback: "Rappels téléphoniques",
    chat: "Discussion en ligne",
    banner: "Bannières",
    survey: "Enquêtes",
    not_kept: "Un choix fait ici ne pourrait pas être retenu tant que vos visites ne sont pas gardées en mémoire.",
    data: "Vos données",
    export: "Télécharger mes données",
    file: "mes-donnees.json",
    saved: "Vos données ont été téléchargées.",
    erase: "Tout effacer",
    sure: "Effacer tout ce qui est gardé à votre sujet ? C’est définitif.",
    confirm: "Oui, effacer",
    keep: "Non, garder",
    erased: "Tout ce qui était gardé à votre sujet a été effacé.",
};
