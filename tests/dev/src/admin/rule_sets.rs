//! A site's rules from the command line: published, compared, put in force, looked at.

use serde_json::{Value, json};

use super::{Client, Told, Words, client, read, telling};
use crate::{Error, Result};

pub(super) fn rules(client: &Client, words: &mut Words) -> Result<Told> {
    let site = words.take("the site")?;
    let version = words.next();
    words.done()?;
    let text = client.text(&match version {
        None => format!("/v1/sites/{site}/rules"),
        Some(version) => format!("/v1/sites/{site}/versions/{version}"),
    })?;
    Ok(Told { answer: json!({ "source": text }), text })
}

pub(super) fn publish(client: &Client, words: &mut Words) -> Result<Told> {
    let mut parameters = Vec::new();
    if words.flag("--draft") {
        parameters.push(("draft", "true".to_owned()));
    }
    for (flag, name) in [("--from", "from"), ("--note", "note")] {
        parameters.extend(words.value(flag)?.map(|value| (name, value)));
    }
    let site = words.take("the site")?;
    let file = words.take("the rule file")?;
    words.done()?;
    let kind = if file.ends_with(".json") { "application/json" } else { "application/toml" };
    let path = format!("/v1/sites/{site}/rules{}", client::query(&parameters));
    Ok(Told::of(client.send("PUT", &path, kind, &read(&file)?)?, telling::published))
}

pub(super) fn versions(client: &Client, words: &mut Words) -> Result<Told> {
    let site = words.only_site()?;
    Ok(Told::of(client.get(&format!("/v1/sites/{site}/versions"))?, telling::versions))
}

pub(super) fn diff(client: &Client, words: &mut Words) -> Result<Told> {
    let against = words.value("--against")?;
    let (site, version) = (words.take("the site")?, words.take("the version")?);
    words.done()?;
    let parameters: Vec<_> = against.into_iter().map(|against| ("against", against)).collect();
    let path = format!("/v1/sites/{site}/versions/{version}/diff{}", client::query(&parameters));
    Ok(Told::of(client.get(&path)?, telling::difference))
}

pub(super) fn rollback(client: &Client, words: &mut Words) -> Result<Told> {
    let site = words.take("the site")?;
    let version = words.next();
    words.done()?;
    let body = match version {
        None => json!({}),
        Some(version) => {
            let wrong =
                |_| Error::Usage { what: format!("`{version}` is no version\n  next: {}", words.usage) };
            json!({ "version": version.parse::<u32>().map_err(wrong)? })
        }
    };
    Ok(Told::of(client.post(&format!("/v1/sites/{site}/rollback"), &body)?, telling::published))
}

pub(super) fn schedule(client: &Client, words: &mut Words) -> Result<Told> {
    let (site, version) = (words.take("the site")?, words.take("the version")?);
    let from = words.take("the time")?;
    words.done()?;
    let path = format!("/v1/sites/{site}/versions/{version}/publish");
    Ok(Told::of(client.post(&path, &json!({ "from": from }))?, telling::published))
}

pub(super) fn unschedule(client: &Client, words: &mut Words) -> Result<Told> {
    let (site, version) = (words.take("the site")?, words.take("the version")?);
    words.done()?;
    Ok(Told::of(client.delete(&format!("/v1/sites/{site}/versions/{version}/schedule"))?, telling::versions))
}

/// The body that says how long a link lives.
pub(super) fn life(words: &mut Words) -> Result<Value> {
    let Some(hours) = words.value("--hours")? else { return Ok(json!({})) };
    let hours: u64 = hours.parse().map_err(|_| Error::Usage {
        what: format!("`{hours}` is no number of hours\n  next: give one from 1 to 720"),
    })?;
    Ok(json!({ "hours": hours }))
}

pub(super) fn preview(client: &Client, words: &mut Words) -> Result<Told> {
    let life = life(words)?;
    let (site, version) = (words.take("the site")?, words.take("the version")?);
    words.done()?;
    let path = format!("/v1/sites/{site}/versions/{version}/preview-links");
    Ok(Told::of(client.post(&path, &life)?, telling::link))
}

pub(super) fn debug_link(client: &Client, words: &mut Words) -> Result<Told> {
    let life = life(words)?;
    let site = words.only_site()?;
    Ok(Told::of(client.post(&format!("/v1/sites/{site}/debug-links"), &life)?, telling::link))
}

pub(super) fn explain(client: &Client, words: &mut Words) -> Result<Told> {
    let mut parameters = Vec::new();
    for (flag, name) in [("--visitor", "visitor"), ("--path", "path"), ("--at", "at"), ("--dwell", "dwell")] {
        parameters.extend(words.value(flag)?.map(|value| (name, value)));
    }
    let site = words.only_site()?;
    let found = client.get(&format!("/v1/sites/{site}/explain{}", client::query(&parameters)))?;
    Ok(Told::of(found, telling::accounts))
}
