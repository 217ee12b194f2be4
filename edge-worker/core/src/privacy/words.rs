//! What is to be said beside the fields: consent, the device, what is kept elsewhere and what never is; nothing else.

use super::fields::{ASK, CONTACT, DEPARTURE, ERASURE, JOURNEY, LETTER, ORDERS_THEN, TRIAL};
use super::{DEVICE, Row, Section, Words, fields, words};
use crate::known::KEPT;
use crate::site::Settings;

/// The sections of the page, in their order, for a site with these settings.
pub(super) fn sections(settings: &Settings) -> Vec<Section> {
    vec![consent(), device(), profile(settings), beside(settings), counts(), never(), rights()]
}

fn consent() -> Section {
    Section {
        title: words("What you allow", "Ce que vous permettez"),
        intro: words(
            "The site asks you; its answer is what holds. A browser that sends Global Privacy Control (Sec-GPC) has refused, whatever the page says.",
            "Le site vous le demande, et votre réponse fait foi. Un navigateur qui envoie Global Privacy Control (Sec-GPC) a refusé, quoi que dise la page.",
        ),
        rows: vec![
            Row::plain(
                words("not asked, or refused", "pas demandé, ou refusé"),
                words(
                    "Each request is answered from what the page tells in it, and forgotten with the answer. Of your visit nothing is kept, on your device or here. What you send when you ask for contact is, and what the site itself imports of its customers: both are told below.",
                    "Chaque requête reçoit sa réponse d’après ce que la page y dit, puis est oubliée. De votre visite, rien n’est gardé, ni sur votre appareil ni ici. Sont gardés ce que vous envoyez en demandant un contact, et ce que le site importe lui-même de ses clients : on le dit plus bas.",
                ),
            ),
            Row::plain(
                words("only what is necessary", "le nécessaire seulement"),
                words(
                    "The same; your device remembers until the tab is closed which offers you sent away.",
                    "De même ; votre appareil retient, jusqu’à la fermeture de l’onglet, les propositions que vous avez écartées.",
                ),
            ),
            Row::plain(
                words("agreed", "accepté"),
                words(
                    "What this page lists is kept, under a name that stands for you at this site alone: a random one, and once the site tells that you are logged in, one worked out from its own number for you (part of the SHA-256 of the site and that number), the same from every browser of yours.",
                    "Ce que liste cette page est gardé, sous un nom qui ne vous désigne que sur ce site : tiré au hasard et, une fois que le site dit que vous êtes connecté, calculé d’après le numéro qu’il vous donne (une partie du SHA-256 du site et de ce numéro), le même depuis tous vos navigateurs.",
                ),
            ),
        ],
    }
}

fn device() -> Section {
    Section {
        title: words("On your device", "Sur votre appareil"),
        intro: words("No cookie is ever set.", "Aucun cookie n’est jamais déposé."),
        rows: DEVICE
            .iter()
            .map(|kept| Row {
                name: words(kept.key, kept.key),
                exactly: vec![kept.holds.clone()],
                why: kept.why.clone(),
                until: kept.until.clone(),
            })
            .collect(),
    }
}

fn profile(settings: &Settings) -> Section {
    let until = words(
        "{days} days after your last visit, or until you have it erased",
        "{days} jours après votre dernière visite, ou jusqu’à ce que vous l’effaciez",
    )
    .with("{days}", &settings.retention_days.to_string());
    let rows = KEPT.iter().map(|group| Row {
        name: words(group.english.name, group.french.name),
        exactly: group.covers.iter().flat_map(|field| fields::of(field)).collect(),
        why: words(group.english.why, group.french.why),
        until: until.clone(),
    });
    Section {
        title: words("What is kept here, once you agree", "Ce qui est gardé ici, une fois que vous acceptez"),
        intro: words(
            "One row of at most 8 KB for you at this site; of every list the oldest goes first.",
            "Une ligne d’au plus 8 Ko pour vous sur ce site ; de chaque liste, le plus ancien part d’abord.",
        ),
        rows: rows.collect(),
    }
}

fn beside(settings: &Settings) -> Section {
    let traces = words(
        "until you have arrived, your row and its comparisons",
        "jusqu’à votre arrivée, votre ligne et ses comparaisons",
    );
    let counterpart = words(
        "with the customer: both names, the region and when you arrived",
        "auprès du client : les deux noms, la région et l’heure de votre arrivée",
    );
    let contact: Vec<Words> = [CONTACT, ASK, JOURNEY, ORDERS_THEN].into_iter().flatten().cloned().collect();
    Section {
        title: words("What is kept beside it", "Ce qui est gardé à côté"),
        intro: words(
            "Erasing removes these too, with your row, and leaves but its own sign.",
            "L’effacement les supprime aussi, avec votre ligne, et ne laisse que son propre signe.",
        ),
        rows: vec![
            Row {
                name: words("the comparisons you are part of", "les comparaisons dont vous faites partie"),
                exactly: TRIAL.to_vec(),
                why: words(
                    "to see whether an offer helps: those it is shown to beside those it is not",
                    "pour voir si une proposition est utile : ceux à qui on la montre, à côté de ceux à qui on ne la montre pas",
                ),
                until: words("a week each, with your row", "une semaine chacune, avec votre ligne"),
            },
            Row {
                name: words(
                    "a request to be called or answered",
                    "une demande d’être rappelé ou d’une réponse",
                ),
                exactly: contact,
                why: words(
                    "so that a person can call or answer you, knowing what you were looking for; kept without your consent too, because you asked",
                    "pour qu’une personne vous rappelle ou vous réponde en sachant ce que vous cherchiez ; gardée même sans votre accord, puisque vous l’avez demandée",
                ),
                until: words(
                    "{days} days, or until you have it erased; where you did not agree to be remembered, nothing leads to it but the site itself, which you can ask",
                    "{days} jours, ou jusqu’à ce que vous l’effaciez ; si vous n’avez pas accepté d’être reconnu, seul le site y a accès, et vous pouvez le lui demander",
                )
                .with("{days}", &settings.contact_retention_days.to_string()),
            },
            Row {
                name: words(
                    "the way from an earlier name of yours to the customer you are",
                    "le chemin d’un de vos anciens noms au client que vous êtes",
                ),
                exactly: [DEPARTURE, &[traces, counterpart]].concat(),
                why: words(
                    "once you log in at the site: so that what your browser still sends under the name before finds you, and is erased with the rest",
                    "une fois connecté au site : pour que ce que votre navigateur envoie encore sous le nom d’avant vous retrouve, et s’efface avec le reste",
                ),
                until: words(
                    "30 days under the earlier name, 31 with the customer, or until you have it erased; what is over is removed at the next round of that part of the store",
                    "30 jours sous l’ancien nom, 31 auprès du client, ou jusqu’à ce que vous l’effaciez ; ce qui est échu est retiré au prochain passage dans cette partie de la base",
                ),
            },
            Row {
                name: words("the sign that you were erased", "le signe de votre effacement"),
                exactly: ERASURE.to_vec(),
                why: words(
                    "for a customer of the site alone: what was on its way to your row when you were erased, from another browser of yours, must not bring you back",
                    "pour un client du site seulement : ce qui était en chemin vers votre ligne au moment de l’effacement, depuis un autre de vos navigateurs, ne doit pas vous faire revenir",
                ),
                until: words(
                    "31 days; what is over is removed at the next round of that part of the store",
                    "31 jours ; ce qui est échu est retiré au prochain passage dans cette partie de la base",
                ),
            },
            Row {
                name: words(
                    "messages to the site's other systems",
                    "les messages aux autres systèmes du site",
                ),
                exactly: LETTER.to_vec(),
                why: words(
                    "where the site has asked for them (webhooks): to tell its own tools that you asked for contact, agreed, withdrew, or that a rule holds. What they do with it is the site's to say",
                    "là où le site les a demandés (webhooks) : pour dire à ses propres outils que vous demandez un contact, acceptez, vous retirez, ou qu’une règle est remplie. Ce qu’ils en font, le site vous le dira",
                ),
                until: words(
                    "their text until it is delivered, or until 30 days after it was given up, when it cannot be and the site's owner does not have it sent again; the fingerprint of what was delivered a day longer",
                    "leur texte jusqu’à la livraison ou, si elle échoue et que le site ne le fait pas renvoyer, jusqu’à 30 jours après l’abandon ; l’empreinte de ce qui est livré, un jour de plus",
                ),
            },
            imported(settings),
            Row {
                name: words("a copy of your row, in a preview", "une copie de votre ligne, dans un aperçu"),
                exactly: vec![words("what is listed above", "ce qui est énuméré ci-dessus")],
                why: words(
                    "only for who opens the site by a link its owner made, to try rules that count for nothing",
                    "seulement pour qui ouvre le site par un lien de son propriétaire, afin d’essayer des règles qui ne comptent pas",
                ),
                until: words(
                    "until you leave the preview, have all erased, or the link runs out, 30 days at most; what is over is removed at the next round of that part of the store",
                    "jusqu’à ce que vous quittiez l’aperçu ou effaciez tout, ou jusqu’à l’échéance du lien, 30 jours au plus ; ce qui est échu est retiré au prochain passage dans cette partie de la base",
                ),
            },
        ],
    }
}

fn imported(settings: &Settings) -> Row {
    Row {
        name: words("what the site imports of its customers", "ce que le site importe de ses clients"),
        exactly: vec![
            words("the site's own number for you", "le numéro que le site vous donne"),
            words(
                "up to 32 attributes, each a name and a value",
                "jusqu’à 32 attributs, chacun un nom et une valeur",
            ),
            words("the groups it puts you in", "les groupes où il vous range"),
            words("until your first visit, when it was imported", "jusqu’à votre première visite, l’heure de l’import"),
        ],
        why: words(
            "where the site does so: to have what it knows of you there when you log in. It needs no visit of yours and asks for no consent here; on what ground it does, the site will tell you. Once you are logged in and agree, it is part of your row",
            "là où le site le fait : pour que ce qu’il sait de vous soit là quand vous vous connectez. Il n’y faut aucune visite de votre part, et votre accord n’est pas demandé ici ; à quel titre, le site vous le dira. Une fois connecté et d’accord, cela fait partie de votre ligne",
        ),
        until: words(
            "{days} days after your last visit, which no import puts off; for who has not visited since it was first imported, {days} days after the last import; or until you or the site erase it, which keeps no site from importing it again",
            "{days} jours après votre dernière visite, qu’aucun import ne prolonge ; pour qui n’est pas venu depuis le premier import, {days} jours après le dernier ; ou jusqu’à ce que vous ou le site l’effaciez, ce qui n’empêche pas le site de l’importer à nouveau",
        )
        .with("{days}", &settings.retention_days.to_string()),
    }
}

fn counts() -> Section {
    Section {
        title: words("What is counted without you", "Ce qui est compté sans vous"),
        intro: words(
            "Sums, in which nobody can be found again.",
            "Des sommes, où l’on ne retrouve personne.",
        ),
        rows: vec![
            Row {
                name: words("sums by day, rule and page", "des sommes par jour, règle et page"),
                exactly: vec![words(
                    "views, exits, bursts of clicks, errors of forms, requests for contact, time on the page; how often a rule was shown, taken up, closed and followed by an order",
                    "vues, sorties, clics répétés, erreurs de formulaire, demandes de contact, temps passé ; combien de fois une règle a été montrée, acceptée, fermée et suivie d’une commande",
                )],
                why: words(
                    "to know where a site makes its visitors struggle, and what helps",
                    "pour savoir où un site met ses visiteurs en peine, et ce qui les aide",
                ),
                until: words("400 days", "400 jours"),
            },
            Row {
                name: words(
                    "sums of requests and of the time they took",
                    "des sommes de requêtes et du temps qu’elles ont pris",
                ),
                exactly: vec![words("by route and kind of error", "par route et genre d’erreur")],
                why: words("to keep the service running", "pour faire marcher le service"),
                until: words("as long as the service runs", "tant que le service marche"),
            },
        ],
    }
}

fn never() -> Section {
    Section {
        title: words("What is never kept", "Ce qui n’est jamais gardé"),
        intro: words(
            "Not here, not on your device, not in a log.",
            "Ni ici, ni sur votre appareil, ni dans un journal.",
        ),
        rows: vec![
            Row::plain(
                words("your network address", "votre adresse réseau"),
                words(
                    "To hold back who asks too often, requests are counted in memory under a hash of it, with a random salt that is thrown away every day. Country, region and city, where the network tells them, serve the one decision and are forgotten.",
                    "Pour freiner qui demande trop souvent, les requêtes sont comptées en mémoire sous une empreinte de celle-ci, avec un sel aléatoire jeté chaque jour. Pays, région et ville, si le réseau les donne, servent à la seule décision et sont oubliés.",
                ),
            ),
            Row::plain(
                words("your browser's user agent", "l’identité de votre navigateur (user agent)"),
                words(
                    "Read for three words (the kind of device, the browser's name, the system) and to tell programs from people; serves the one decision and is forgotten.",
                    "Lue pour trois mots (le genre d’appareil, le nom du navigateur, le système) et pour distinguer les programmes des personnes ; elle sert à la seule décision et est oubliée.",
                ),
            ),
            Row::plain(
                words("what you type", "ce que vous saisissez"),
                words(
                    "Of a form only its name is told: begun, in error, given up. What you write in an offer's own form is sent when you send it.",
                    "D’un formulaire on ne dit que le nom : commencé, en erreur, abandonné. Ce que vous écrivez dans le formulaire d’une proposition part quand vous l’envoyez.",
                ),
            ),
            Row::plain(
                words(
                    "other sites, advertising identifiers, fingerprints of your device",
                    "d’autres sites, des identifiants publicitaires, des empreintes de votre appareil",
                ),
                words(
                    "Your name here holds at this site alone: it is random or, for a customer who has logged in or was imported, worked out from the site and its own number for you.",
                    "Votre nom ici ne vaut que sur ce site : il est tiré au hasard ou, pour un client qui s’est connecté ou que le site a importé, calculé d’après le site et le numéro qu’il vous donne.",
                ),
            ),
        ],
    }
}

fn rights() -> Section {
    Section {
        title: words("What you can do", "Ce que vous pouvez faire"),
        intro: words(
            "The site's preferences open a panel which shows what is kept of you, gives all of it to you as a file, switches each kind of offer off, and erases everything at once. It shows what your browser's token leads to: once you take your agreement back, or empty your browser, the token is gone, and what was kept stays out of the panel's reach until its time is over, unless the site erases it; so erase first. What the site imported of you is in it once you are logged in and agree, and the site, which can show and erase it too, is to be asked before.",
            "Les préférences du site ouvrent un panneau qui montre ce qui est gardé de vous, vous le donne en entier dans un fichier, coupe chaque genre de proposition, et efface tout d’un coup. Il montre ce à quoi mène le jeton de votre navigateur : si vous retirez votre accord, ou videz votre navigateur, le jeton disparaît, et ce qui était gardé reste hors de portée du panneau jusqu’à son terme, à moins que le site ne l’efface ; effacez donc d’abord. Ce que le site a importé de vous y figure une fois que vous êtes connecté et d’accord : avant, demandez au site, qui peut aussi le montrer et l’effacer.",
        ),
        rows: Vec::new(),
    }
}
