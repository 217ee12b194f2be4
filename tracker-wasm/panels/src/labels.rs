//! The panels' own words, in the languages they speak. Any other language than French gets English.

use wire::{Consent, Show, Truth};

use crate::host;

/// Everything a panel says by itself.
pub(crate) struct Labels {
    /// Of these very words, a BCP 47 tag.
    pub(crate) language: &'static str,
    pub(crate) close: &'static str,
    pub(crate) retry: &'static str,
    pub(crate) loading: &'static str,
    pub(crate) unreachable: &'static str,

    pub(crate) preferences: &'static str,
    pub(crate) intro: &'static str,
    pub(crate) consent: &'static str,
    granted: [&'static str; 2],
    necessary: [&'static str; 2],
    denied: [&'static str; 2],
    not_asked: [&'static str; 2],
    pub(crate) known: &'static str,
    pub(crate) nothing: &'static str,
    pub(crate) offers: &'static str,
    callback: &'static str,
    chat: &'static str,
    banner: &'static str,
    survey: &'static str,
    pub(crate) not_kept: &'static str,
    pub(crate) data: &'static str,
    pub(crate) export: &'static str,
    pub(crate) file: &'static str,
    pub(crate) saved: &'static str,
    pub(crate) erase: &'static str,
    pub(crate) sure: &'static str,
    pub(crate) confirm: &'static str,
    pub(crate) keep: &'static str,
    pub(crate) erased: &'static str,

    pub(crate) rules: &'static str,
    pub(crate) filter: &'static str,
    pub(crate) verdict: &'static str,
    pub(crate) all: &'static str,
    yes: &'static str,
    not_yet: &'static str,
    no: &'static str,
    pub(crate) shown: &'static str,
    pub(crate) height: &'static str,
    pub(crate) fold: &'static str,
    pub(crate) taller: &'static str,
    pub(crate) refresh: &'static str,
    pub(crate) no_rules: &'static str,
    pub(crate) no_match: &'static str,
    pub(crate) bad_link: &'static str,
}

impl Labels {
    /// The labels for the page.
    pub(crate) fn of_page() -> &'static Self {
        if host::french() { &FRENCH } else { &ENGLISH }
    }

    /// What the visitor consented to, and what it means.
    pub(crate) fn standing(&self, consent: Consent) -> [&'static str; 2] {
        match consent {
            Consent::Granted => self.granted,
            Consent::Necessary => self.necessary,
            Consent::Denied => self.denied,
            Consent::NotAsked => self.not_asked,
        }
    }

    /// What a kind of widget is called.
    pub(crate) fn kind(&self, show: Show) -> &'static str {
        match show {
            Show::Callback => self.callback,
            Show::Chat => self.chat,
            Show::Banner => self.banner,
            Show::Survey => self.survey,
        }
    }

    /// What a verdict is called.
    pub(crate) fn truth(&self, truth: Truth) -> &'static str {
        match truth {
            Truth::Yes => self.yes,
            Truth::NotYet => self.not_yet,
            Truth::No => self.no,
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

    rules: "Rules on this page",
    filter: "Filter the rules",
    verdict: "Verdict",
    all: "all",
    yes: "yes",
    not_yet: "not yet",
    no: "no",
    shown: "shown",
    height: "Height of the panel",
    fold: "Fold",
    taller: "Taller",
    refresh: "Ask again",
    no_rules: "No rules are in force for this site.",
    no_match: "No rule matches the filter.",
    bad_link: "This debug link is not valid, or not any more. Make a new one, and open the page with it.",
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

    rules: "Les règles sur cette page",
    filter: "Filtrer les règles",
    verdict: "Verdict",
    all: "toutes",
    yes: "oui",
    not_yet: "pas encore",
    no: "non",
    shown: "affichée",
    height: "Hauteur du panneau",
    fold: "Replier",
    taller: "Agrandir",
    refresh: "Redemander",
    no_rules: "Aucune règle n’est en vigueur pour ce site.",
    no_match: "Aucune règle ne correspond au filtre.",
    bad_link: "Ce lien de diagnostic n’est pas valable, ou ne l’est plus. Créez-en un nouveau et ouvrez la page avec lui.",
};
