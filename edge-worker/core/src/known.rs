//! What is known of a visitor, told to the visitor: in words, or whole as JSON to take along.
//!
//! Takes a profile, returns the answer to an [`Inquiry`](wire::Inquiry). What is kept is declared once, in
//! [`KEPT`]: the same lines make the panel's words and the privacy page. Never changes anything.

mod kept;
mod language;
mod visits;

use wire::{Field, Known, Preference, Show, Want};

pub use self::kept::{KEPT, Kept, Said};
pub use self::language::Language;
use crate::api::export;
use crate::contact::ContactRecord;
use crate::profile::Profile;
use crate::tally::Trials;

/// The kinds of widget, as the panel lists them.
const KINDS: [Show; 4] = [Show::Callback, Show::Chat, Show::Banner, Show::Survey];

/// Largest export, in bytes: a profile and as many requests for contact as fit a reply beside it.
const MAX_EXPORT_BYTES: usize = wire::MAX_BODY_BYTES - 8 * 1024;

/// The answer for a visitor nothing is kept of: no fields, everything may be offered.
pub fn nothing() -> Known {
    let offers = KINDS.map(|show| Preference { show, allowed: true }).to_vec();
    Known { offers, ..Known::default() }
}

/// What is kept of the visitor, in the language of this BCP 47 tag.
pub fn known(
    profile: &Profile,
    trials: &Trials,
    want: Want,
    language: &str,
    contacts: &[ContactRecord],
) -> Known {
    let language = Language::of(language);
    let mut fields: Vec<Field> = KEPT.iter().filter_map(|kept| kept.of(profile, language)).collect();
    if !trials.trials.is_empty() {
        let name =
            language.pick("the comparisons you were part of, a week each", "vos comparaisons, d’une semaine");
        fields.push(Field { name: name.into(), value: trials.trials.len().to_string() });
    }
    if !contacts.is_empty() {
        fields.push(Field {
            name: language.pick("your requests for contact", "vos demandes de contact").into(),
            value: contacts.len().to_string(),
        });
    }
    let export = match want {
        Want::Export => export(profile, trials, contacts, MAX_EXPORT_BYTES),
        Want::See | Want::Erase => String::new(),
    };
    let offers = KINDS.map(|show| Preference { show, allowed: profile.allows(show) }).to_vec();
    Known { fields, offers, export }
}

#[cfg(test)]
mod tests;
