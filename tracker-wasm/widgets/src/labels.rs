//! The widgets' own words, in the languages they speak.
//!
//! A rule's content brings the rest, and may bring these too, by the names they have here: for another language, or
//! to say them in the site's own way. What it does not bring is said in French on a French page, else in English.

use crate::card::Pairs;
use crate::drawing::cut;

/// Name, English, French.
const TABLE: &str = "\
close|Close|Fermer
dismiss|Not now|Pas maintenant
call_me|Call me back|Rappelez-moi
write_to_us|Write to us|Écrivez-nous
closed|Nobody can call you back just now. Leave a message: we will answer it.|Personne ne peut vous rappeler en ce moment. Laissez un message : nous y répondrons.
first|This may already help|Une réponse s’y trouve peut-être
wait|Wait: about|Attente : environ
minutes|minutes|minutes
wait_short|Wait: under a minute|Attente : moins d’une minute
country|Country|Pays
phone|Phone number|Numéro de téléphone
when|When|Quand
now|As soon as possible|Dès que possible
reply_to|Your e-mail or phone number|Votre e-mail ou numéro de téléphone
message|Your message|Votre message
low|Not at all|Pas du tout
high|Very much|Tout à fait
remark|Anything to add? (optional)|Quelque chose à ajouter ? (facultatif)
send|Send|Envoyer
sending|Sending…|Envoi…
thanks|Thank you!|Merci !
will_call|We will call you on|Nous vous appelons au
will_answer|We will answer to|Nous vous répondons à
failed|This could not be sent. What you typed is still here: check your connection and try again.|L’envoi n’a pas abouti. Votre saisie est conservée : vérifiez votre connexion et réessayez.
why|Why am I seeing this?|Pourquoi je vois ceci ?
less|Show me less of this|Moins de messages comme celui-ci
missing|Enter your phone number.|Indiquez votre numéro de téléphone.
letters|A phone number has digits only. Check what you typed.|Un numéro ne contient que des chiffres. Vérifiez votre saisie.
no_code|After the +, begin with the country’s calling code, such as +44.|Après le +, commencez par l’indicatif du pays, comme +33.
too_short|Some digits are missing from this number.|Il manque des chiffres à ce numéro.
too_long|This number has too many digits.|Ce numéro a trop de chiffres.
bad_address|Enter an e-mail address such as name@example.com, or a phone number.|Indiquez une adresse e-mail comme nom@exemple.fr, ou un numéro de téléphone.
no_message|Write your message first.|Écrivez d’abord votre message.
no_score|Choose a number from 1 to 5.|Choisissez un chiffre de 1 à 5.";

/// The label of that name for a page in `language`, a BCP 47 tag: the rule's `own`, else the built-in one. Empty when
/// there is no such label.
pub(crate) fn label<'a>(name: &[u8], language: &[u8], own: Pairs<'a>) -> &'a [u8] {
    for [label, value] in own {
        if label == name && !value.is_empty() {
            return value;
        }
    }
    for line in TABLE.as_bytes().split(|&byte| byte == b'\n') {
        let (label, texts) = cut(line, b'|');
        if label == name {
            let (english, french) = cut(texts.unwrap_or_default(), b'|');
            return if language.starts_with(b"fr") { french.unwrap_or_default() } else { english };
        }
    }
    &[]
}

#[cfg(test)]
mod tests {
    use std::vec::Vec;

    use wire::Show;

    use super::*;
    use crate::card::Card;
    use crate::card::tests::full;

    #[track_caller]
    fn check(name: &str, language: &str, expected: &str) {
        let bytes = wire::encode(&full(Show::Banner));
        let own = Card::read(&bytes).expect("a card").labels;
        assert_eq!(label(name.as_bytes(), language.as_bytes(), own), expected.as_bytes());
    }

    #[test]
    fn french_pages_get_french_and_all_others_english() {
        check("dismiss", "fr", "Pas maintenant");
        check("dismiss", "fr-CA", "Pas maintenant");
        check("dismiss", "en-GB", "Not now");
        check("dismiss", "nl", "Not now");
        check("", "fr", "");
        check("nothing", "fr", "");
    }

    #[test]
    fn a_rule_brings_its_own_and_an_empty_one_is_none() {
        check("close", "nl", "Dicht");
        check("close", "fr", "Dicht");
        check("why", "en", "Why am I seeing this?");
    }

    #[test]
    fn every_label_is_there_in_both_languages() {
        for line in TABLE.lines() {
            let parts: Vec<&str> = line.split('|').collect();
            assert!(parts.len() == 3 && parts.iter().all(|part| !part.is_empty()), "{line}");
        }
    }
}
