//! What the tag keeps in the browser; nothing else. A test reads the tag's sources and holds that there is no more.

use super::{Words, words};

/// One entry of the browser's storage.
#[derive(Debug)]
pub struct OnDevice {
    /// Where, and under which key.
    pub key: &'static str,
    pub(super) holds: Words,
    pub(super) why: Words,
    pub(super) until: Words,
}

/// All there are. `SITE` is the site's key.
pub const DEVICE: &[OnDevice] = &[
    OnDevice {
        key: "localStorage declic.SITE",
        holds: words(
            "a signed token of at most 57 bytes: the region your row is kept in, and its name: random, or worked out from the site's number for you once you are logged in",
            "un jeton signé de 57 octets au plus : la région où votre ligne est gardée, et son nom : tiré au hasard, ou calculé d’après le numéro que le site vous donne une fois connecté",
        ),
        why: words(
            "only once you agree: to know you again",
            "seulement une fois que vous acceptez : pour vous reconnaître",
        ),
        until: words(
            "until you withdraw, have all erased, or clear the browser's storage",
            "jusqu’à votre retrait, l’effacement, ou la purge du navigateur",
        ),
    },
    OnDevice {
        key: "localStorage declic.SITE.q",
        holds: words(
            "what happened on the page and has not arrived yet, at most 64 KiB",
            "ce qui s’est passé sur la page et n’est pas encore arrivé, au plus 64 Kio",
        ),
        why: words(
            "only once you agree: so that nothing is lost when the network fails",
            "seulement une fois que vous acceptez : pour que rien ne se perde quand le réseau échoue",
        ),
        until: words("until it has arrived", "jusqu’à son arrivée"),
    },
    OnDevice {
        key: "sessionStorage declic.SITE",
        holds: words(
            "the names of the offers you sent away",
            "les noms des propositions que vous avez écartées",
        ),
        why: words(
            "with the answer “necessary only”: not to show them again",
            "avec la réponse « nécessaire seulement » : pour ne plus les montrer",
        ),
        until: words("until the tab is closed", "jusqu’à la fermeture de l’onglet"),
    },
    OnDevice {
        key: "sessionStorage declic.SITE.debug",
        holds: words("the key of the debug link", "la clé du lien de diagnostic"),
        why: words(
            "only for who opens the site by a debug link its owner made: to explain the rules on the pages after it too",
            "seulement pour qui ouvre le site par un lien de diagnostic de son propriétaire : pour expliquer les règles sur les pages suivantes aussi",
        ),
        until: words("until the tab is closed", "jusqu’à la fermeture de l’onglet"),
    },
];
