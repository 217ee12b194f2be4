//! The widgets' own words, in the languages they speak.
//!
//! A rule's content brings the rest. Any other language than French gets English.

use crate::phone::Fault;

/// Everything a widget says by itself.
pub(crate) struct Labels {
    pub(crate) region: &'static str,
    pub(crate) close: &'static str,
    pub(crate) dismiss: &'static str,
    pub(crate) call_me: &'static str,
    pub(crate) write_to_us: &'static str,
    pub(crate) country: &'static str,
    pub(crate) phone: &'static str,
    pub(crate) reply_to: &'static str,
    pub(crate) message: &'static str,
    pub(crate) send: &'static str,
    pub(crate) sending: &'static str,
    pub(crate) thanks: &'static str,
    pub(crate) will_call: &'static str,
    pub(crate) will_answer: &'static str,
    pub(crate) failed: &'static str,
    pub(crate) why: &'static str,
    pub(crate) data: &'static str,
    pub(crate) less: &'static str,
    missing: &'static str,
    letters: &'static str,
    no_code: &'static str,
    too_short: &'static str,
    too_long: &'static str,
    pub(crate) bad_address: &'static str,
    pub(crate) no_message: &'static str,
}

impl Labels {
    /// The labels for a BCP 47 tag.
    pub(crate) fn of(language: &str) -> &'static Self {
        if language.starts_with("fr") { &FRENCH } else { &ENGLISH }
    }

    /// What is wrong with a telephone number, and what to do.
    pub(crate) fn fault(&self, fault: Fault) -> &'static str {
        match fault {
            Fault::Missing => self.missing,
            Fault::Letters => self.letters,
            Fault::NoCode => self.no_code,
            Fault::TooShort => self.too_short,
            Fault::TooLong => self.too_long,
        }
    }
}

static ENGLISH: Labels = Labels {
    region: "Help from our team",
    close: "Close",
    dismiss: "Not now",
    call_me: "Call me back",
    write_to_us: "Write to us",
    country: "Country",
    phone: "Phone number",
    reply_to: "Your e-mail or phone number",
    message: "Your message",
    send: "Send",
    sending: "Sending…",
    thanks: "Thank you!",
    will_call: "We will call you on",
    will_answer: "We will answer to",
    failed: "This could not be sent. What you typed is still here: check your connection and try again.",
    why: "Why am I seeing this?",
    data: "What it is based on",
    less: "Show me less of this",
    missing: "Enter your phone number.",
    letters: "A phone number has digits only. Check what you typed.",
    no_code: "After the +, begin with the country’s calling code, such as +44.",
    too_short: "Some digits are missing from this number.",
    too_long: "This number has too many digits.",
    bad_address: "Enter an e-mail address such as name@example.com, or a phone number.",
    no_message: "Write your message first.",
};

static FRENCH: Labels = Labels {
    region: "L’aide de notre équipe",
    close: "Fermer",
    dismiss: "Pas maintenant",
    call_me: "Rappelez-moi",
    write_to_us: "Écrivez-nous",
    country: "Pays",
    phone: "Numéro de téléphone",
    reply_to: "Votre e-mail ou numéro de téléphone",
    message: "Votre message",
    send: "Envoyer",
    sending: "Envoi…",
    thanks: "Merci !",
    will_call: "Nous vous appelons au",
    will_answer: "Nous vous répondons à",
    failed: "L’envoi n’a pas abouti. Votre saisie est conservée : vérifiez votre connexion et réessayez.",
    why: "Pourquoi je vois ceci ?",
    data: "Sur quoi cela repose",
    less: "Moins de messages comme celui-ci",
    missing: "Indiquez votre numéro de téléphone.",
    letters: "Un numéro ne contient que des chiffres. Vérifiez votre saisie.",
    no_code: "Après le +, commencez par l’indicatif du pays, comme +33.",
    too_short: "Il manque des chiffres à ce numéro.",
    too_long: "Ce numéro a trop de chiffres.",
    bad_address: "Indiquez une adresse e-mail comme nom@exemple.fr, ou un numéro de téléphone.",
    no_message: "Écrivez d’abord votre message.",
};
