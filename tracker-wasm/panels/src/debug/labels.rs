//! The debug panel's own words, in the languages it speaks. Any other language than French gets English.

use wire::Truth;

use crate::host;

/// Everything the panel says by itself.
pub(super) struct Labels {
    /// Of these very words, a BCP 47 tag.
    pub(super) language: &'static str,
    pub(super) close: &'static str,
    pub(super) loading: &'static str,
    pub(super) unreachable: &'static str,

    pub(super) rules: &'static str,
    pub(super) filter: &'static str,
    pub(super) verdict: &'static str,
    pub(super) all: &'static str,
    yes: &'static str,
    not_yet: &'static str,
    no: &'static str,
    pub(super) shown: &'static str,
    pub(super) height: &'static str,
    pub(super) fold: &'static str,
    pub(super) taller: &'static str,
    pub(super) refresh: &'static str,
    pub(super) no_rules: &'static str,
    pub(super) no_match: &'static str,
    pub(super) bad_link: &'static str,
}

impl Labels {
    /// The labels for the page.
    pub(super) fn of_page() -> &'static Self {
        if host::french() { &FRENCH } else { &ENGLISH }
    }

    /// What a verdict is called.
    pub(super) fn truth(&self, truth: Truth) -> &'static str {
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
    loading: "Loading…",
    unreachable: "No answer came. Check your connection and try again.",

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
    loading: "Chargement…",
    unreachable: "Pas de réponse. Vérifiez votre connexion et réessayez.",

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
