//! A site's webhooks from the command line: endpoints, their secrets, and the letters that were given up.

use serde_json::{Value, json};

use super::client::{encoded, query};
use super::telling::{items, table, word};
use super::{Client, Told, Words};
use crate::{Error, Result};

/// What may stand behind the site.
const DEEDS: [&str; 5] = ["add", "remove", "rotate", "dead", "retry"];

/// `webhooks SITE`, and what is done with them.
pub(super) fn webhooks(client: &Client, words: &mut Words) -> Result<Told> {
    let after = words.value("--after")?;
    let site = words.take("the site")?;
    let path = format!("/v1/sites/{site}/webhooks");
    let deed = words.next();
    if after.is_some() && deed.as_deref() != Some("dead") {
        let what = format!("`--after` reads on in the list of `dead` letters\n  next: {}", words.usage);
        return Err(Error::Usage { what });
    }
    match deed.as_deref() {
        None => Ok(Told::of(client.get(&path)?, |list| endpoints(list, &site))),
        Some("add") => add(client, words, &path),
        Some("remove") => {
            let id = words.take("the endpoint's id")?;
            words.done()?;
            client.remove(&format!("{path}/{}", encoded(&id)))?;
            let text = format!("`{id}` is taken away, with the letters that waited for it");
            Ok(Told { answer: json!({ "removed": id }), text })
        }
        Some("rotate") => {
            let id = words.take("the endpoint's id")?;
            words.done()?;
            let made = client.post(&format!("{path}/{}/rotate", encoded(&id)), &json!({}))?;
            Ok(Told::of(made, |made| secret(made, "for a day the one before signs, too")))
        }
        Some("dead") => {
            words.done()?;
            let parameters: Vec<_> = after.into_iter().map(|after| ("after", after)).collect();
            let list = client.get(&format!("{path}/dead{}", query(&parameters)))?;
            Ok(Told::of(list, |list| dead(list, &site)))
        }
        Some("retry") => {
            let number = words.next();
            words.done()?;
            let which = number.map_or_else(String::new, |number| format!("/{}", encoded(&number)));
            let sent = client.post(&format!("{path}/dead{which}/retry"), &json!({}))?;
            Ok(Told::of(sent, |sent| format!("letters that are sent again: {}", sent["letters"])))
        }
        Some(other) => Err(crate::cli::unknown("word", other, &DEEDS, &words.usage)),
    }
}

fn add(client: &Client, words: &mut Words, path: &str) -> Result<Told> {
    let url = words.take("the address that letters go to")?;
    let events = words.rest();
    if events.is_empty() {
        let next = "name the events it is told, such as `contact.* product.hesitation`, or `\"*\"` for all";
        return Err(Error::Usage { what: format!("no event is named\n  next: {next}") });
    }
    let made = client.post(path, &json!({ "url": url, "events": events }))?;
    Ok(Told::of(made, |made| secret(made, "give it to the receiver")))
}

/// The secret of an endpoint, the one time it is told.
fn secret(made: &Value, note: &str) -> String {
    let (secret, id) = (word(&made["secret"]), word(&made["id"]));
    format!("{secret}\n(of endpoint {id}; shown this once: keep it in a safe place; {note})")
}

fn endpoints(list: &Value, site: &str) -> String {
    let events = |endpoint: &Value| items(&endpoint["events"]).iter().map(word).collect::<Vec<_>>().join(" ");
    let row = |endpoint: &Value| {
        vec![word(&endpoint["id"]), word(&endpoint["url"]), events(endpoint), word(&endpoint["created_at"])]
    };
    let rows: Vec<_> = items(&list["endpoints"]).iter().map(row).collect();
    let number = |name: &str| list[name].as_u64().unwrap_or_default();
    let mut text = match rows.is_empty() {
        true => format!("no endpoint yet\nnext: cargo dev admin webhooks {site} add URL EVENT…"),
        false => table(&["endpoint", "address", "events", "since"], rows),
    };
    text.push_str(&format!("\n\nletters that wait: {}, given up: {}", number("waiting"), number("dead")));
    if number("dead") > 0 {
        text.push_str(&format!("\nnext: cargo dev admin webhooks {site} dead"));
    }
    text
}

fn dead(list: &Value, site: &str) -> String {
    const COLUMNS: [&str; 6] = ["number", "at", "type", "endpoint", "attempts", "last"];
    let row = |letter: &Value| COLUMNS.iter().map(|name| word(&letter[name])).collect();
    let rows: Vec<Vec<String>> = items(&list["letters"]).iter().map(row).collect();
    if rows.is_empty() {
        return "no letter has been given up".to_owned();
    }
    let head = ["number", "of", "event", "endpoint", "times sent", "what came of the last"];
    let mut text = table(&head, rows);
    if let Some(next) = list["next"].as_u64() {
        text.push_str(&format!("\n\nmore: cargo dev admin webhooks {site} dead --after {next}"));
    }
    text.push_str(&format!("\n\nnext: cargo dev admin webhooks {site} retry, or retry NUMBER"));
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{dead, endpoints};

    #[test]
    fn endpoints_are_told_with_what_waits_and_where_to_look() {
        let endpoint = json!({ "id": "ep_1", "url": "https://crm.example/h", "events": ["contact.*", "a.b"], "created_at": "2026-11-24T08:00:00Z" });
        let text = endpoints(&json!({ "endpoints": [endpoint], "waiting": 1, "dead": 2 }), "shop");
        assert!(
            text.contains("ep_1      https://crm.example/h  contact.* a.b  2026-11-24T08:00:00Z"),
            "{text}"
        );
        assert!(
            text.ends_with("letters that wait: 1, given up: 2\nnext: cargo dev admin webhooks shop dead")
        );
        let none = endpoints(&json!({ "endpoints": [], "waiting": 0, "dead": 0 }), "shop");
        assert!(none.starts_with("no endpoint yet\nnext: ") && !none.contains("dead"), "{none}");
    }

    #[test]
    fn letters_that_were_given_up_are_told_with_how_to_send_them_again() {
        let letter = json!({ "number": 7, "id": "msg_1", "type": "contact.requested", "endpoint": "ep_1",
            "at": "2026-11-24T08:00:00Z", "attempts": 10, "last": "500\u{1b}[2J" });
        let text = dead(&json!({ "letters": [letter], "next": 7 }), "shop");
        assert!(text.contains("contact.requested") && text.contains("--after 7"), "{text}");
        assert!(text.ends_with("retry, or retry NUMBER") && !text.contains('\u{1b}'), "{text}");
        assert_eq!(dead(&json!({ "letters": [] }), "shop"), "no letter has been given up");
    }
}
