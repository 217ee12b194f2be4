//! A site and its people from the command line: settings, keys, the log of changes.

use serde_json::json;

use super::client::encoded;
use super::telling::word;
use super::{Client, Told, Words, read, telling};
use crate::Result;

pub(super) fn sites(client: &Client, words: &mut Words) -> Result<Told> {
    words.done()?;
    Ok(Told::of(client.get("/v1/sites")?, |answer| telling::list(&answer["sites"])))
}

pub(super) fn settings(client: &Client, words: &mut Words) -> Result<Told> {
    let site = words.take("the site")?;
    let file = words.next();
    words.done()?;
    let path = format!("/v1/sites/{site}/settings");
    let found = match file {
        None => client.get(&path)?,
        Some(file) => client.send("PUT", &path, "application/json", &read(&file)?)?,
    };
    Ok(Told::of(found, |answer| format!("{answer:#}")))
}

pub(super) fn keys(client: &Client, words: &mut Words) -> Result<Told> {
    let site = words.take("the site")?;
    let path = format!("/v1/sites/{site}/keys");
    match words.next().as_deref() {
        None => Ok(Told::of(client.get(&path)?, telling::keys)),
        Some("add") => {
            let (name, role) = (words.take("the name")?, words.take("the role")?);
            words.done()?;
            let made = client.post(&path, &json!({ "name": name, "role": role }))?;
            let text = format!("{}\n(shown this once: keep it in a safe place)", word(&made["key"]));
            Ok(Told { answer: made, text })
        }
        Some("remove") => {
            let name = words.take("the name")?;
            words.done()?;
            Ok(Told::of(client.delete(&format!("{path}/{}", encoded(&name)))?, telling::keys))
        }
        Some(other) => Err(crate::cli::unknown("word", other, &["add", "remove"], &words.usage)),
    }
}

pub(super) fn audit(client: &Client, words: &mut Words) -> Result<Told> {
    let site = words.only_site()?;
    Ok(Told::of(client.get(&format!("/v1/sites/{site}/audit"))?, telling::audit))
}

pub(super) fn health(client: &Client, words: &mut Words) -> Result<Told> {
    words.done()?;
    Ok(Told::of(client.get("/v1/health")?, |answer| word(&answer["status"])))
}
