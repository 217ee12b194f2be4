//! `cargo dev admin …`: the edge's HTTP API from the command line.
//!
//! A thin client: each command is one request, and its answer in words. Takes the edge's address from `DECLIC_EDGE` and
//! the key from `DECLIC_KEY`, so that no key stands in a shell's history.

mod client;
mod customers;
mod telling;

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::{Error, Result};
use client::Client;

/// One command: its name, its arguments, what it does.
struct Command {
    name: &'static str,
    arguments: &'static str,
    summary: &'static str,
    run: fn(&Client, &mut Words) -> Result<String>,
}

const COMMANDS: [Command; 17] = [
    Command { name: "sites", arguments: "", summary: "the sites of the deployment", run: sites },
    Command {
        name: "settings",
        arguments: "SITE [FILE.json]",
        summary: "shows the settings, or puts those of the file in force",
        run: settings,
    },
    Command {
        name: "rules",
        arguments: "SITE [VERSION]",
        summary: "prints the rule file in force, or a version's",
        run: rules,
    },
    Command {
        name: "publish",
        arguments: "SITE FILE [--draft] [--from TIME] [--note TEXT]",
        summary: "checks a rule file (.toml or .json) and puts it in force",
        run: publish,
    },
    Command { name: "versions", arguments: "SITE", summary: "the versions of the rules", run: versions },
    Command {
        name: "diff",
        arguments: "SITE VERSION [--against VERSION]",
        summary: "what differs from the rules in force, or from a version",
        run: diff,
    },
    Command {
        name: "rollback",
        arguments: "SITE [VERSION]",
        summary: "puts the version before, or this one, back in force",
        run: rollback,
    },
    Command {
        name: "schedule",
        arguments: "SITE VERSION TIME",
        summary: "lets a version come in force at a time, such as 2026-12-24T18:00:00Z",
        run: schedule,
    },
    Command { name: "unschedule", arguments: "SITE VERSION", summary: "takes that back", run: unschedule },
    Command {
        name: "preview",
        arguments: "SITE VERSION [--hours N]",
        summary: "makes a link that shows one browser a version, and counts nothing",
        run: preview,
    },
    Command {
        name: "debug-link",
        arguments: "SITE [--hours N]",
        summary: "makes a link that tells a page what every rule says",
        run: debug_link,
    },
    Command {
        name: "explain",
        arguments: "SITE [--visitor TOKEN] [--path PATH] [--at TIME] [--dwell SECONDS]",
        summary: "what every rule says of a visitor at a moment",
        run: explain,
    },
    Command {
        name: "keys",
        arguments: "SITE [add NAME ROLE | remove NAME]",
        summary: "who has a key; makes one (marketer, agent or owner), or removes it",
        run: keys,
    },
    Command {
        name: "secrets",
        arguments: "SITE [add [--file FILE] | remove NAME]",
        summary: "what names the secrets customers are signed in with; adds one, or removes it",
        run: customers::secrets,
    },
    Command {
        name: "customers",
        arguments: "import FILE | show ID | erase ID --site SITE",
        summary: "imports attributes of customers, an object a line; all that is kept of one; erases it",
        run: customers::customers,
    },
    Command { name: "audit", arguments: "SITE", summary: "who changed what, and when", run: audit },
    Command { name: "health", arguments: "", summary: "whether the edge could serve visitors", run: health },
];

/// What the help says of the environment.
const ENVIRONMENT: &str = "DECLIC_EDGE  the edge's address (default http://127.0.0.1:8788, the demo's)\n\
                           DECLIC_KEY   a key of the site, or the deployment's owner key";

/// Runs the words behind `admin`; gives what to print.
pub(crate) fn run(words: Vec<String>) -> Result<String> {
    let mut words = Words { words, usage: "`cargo dev admin --help`".into() };
    let Some(name) = words.next() else { return Ok(help()) };
    let Some(command) = COMMANDS.iter().find(|command| command.name == name) else {
        let names = COMMANDS.map(|command| command.name);
        return Err(crate::cli::unknown("command", &name, &names, "`cargo dev admin --help` lists them"));
    };
    words.usage = format!("cargo dev admin {} {}", command.name, command.arguments).trim_end().to_owned();
    (command.run)(&Client::of_environment()?, &mut words)
}

/// All commands, for `cargo dev admin --help`.
pub(crate) fn help() -> String {
    let line = |command: &Command| {
        let usage = format!("{} {}", command.name, command.arguments);
        format!("  {}\n      {}", usage.trim_end(), command.summary)
    };
    let lines: Vec<String> = COMMANDS.iter().map(line).collect();
    format!("{}\n\n{ENVIRONMENT}", lines.join("\n"))
}

/// The words of a command that are not taken yet.
struct Words {
    words: Vec<String>,
    usage: String,
}

impl Words {
    fn next(&mut self) -> Option<String> {
        (!self.words.is_empty()).then(|| self.words.remove(0))
    }

    /// The next word, which must be there.
    fn take(&mut self, what: &str) -> Result<String> {
        self.next().ok_or_else(|| Error::Usage { what: format!("{what} is missing\n  next: {}", self.usage) })
    }

    /// The value behind a flag.
    fn value(&mut self, flag: &str) -> Result<Option<String>> {
        let Some(at) = self.words.iter().position(|word| word == flag) else { return Ok(None) };
        self.words.remove(at);
        if at < self.words.len() {
            return Ok(Some(self.words.remove(at)));
        }
        Err(Error::Usage { what: format!("`{flag}` needs a value\n  next: {}", self.usage) })
    }

    fn flag(&mut self, flag: &str) -> bool {
        self.words.iter().position(|word| word == flag).map(|at| self.words.remove(at)).is_some()
    }

    /// Fails on words that nothing has taken.
    fn done(&self) -> Result<()> {
        match self.words.first() {
            None => Ok(()),
            Some(word) => {
                Err(Error::Usage { what: format!("unknown argument `{word}`\n  next: {}", self.usage) })
            }
        }
    }

    /// The site, and nothing more.
    fn only_site(&mut self) -> Result<String> {
        let site = self.take("the site")?;
        self.done().map(|()| site)
    }
}

fn sites(client: &Client, words: &mut Words) -> Result<String> {
    words.done()?;
    Ok(telling::list(&client.get("/v1/sites")?["sites"]))
}

fn settings(client: &Client, words: &mut Words) -> Result<String> {
    let site = words.take("the site")?;
    let file = words.next();
    words.done()?;
    let path = format!("/v1/sites/{site}/settings");
    let found = match file {
        None => client.get(&path)?,
        Some(file) => client.send("PUT", &path, "application/json", &read(&file)?)?,
    };
    Ok(format!("{found:#}"))
}

fn rules(client: &Client, words: &mut Words) -> Result<String> {
    let site = words.take("the site")?;
    let version = words.next();
    words.done()?;
    client.text(&match version {
        None => format!("/v1/sites/{site}/rules"),
        Some(version) => format!("/v1/sites/{site}/versions/{version}"),
    })
}

fn publish(client: &Client, words: &mut Words) -> Result<String> {
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
    Ok(telling::published(&client.send("PUT", &path, kind, &read(&file)?)?))
}

fn versions(client: &Client, words: &mut Words) -> Result<String> {
    let site = words.only_site()?;
    Ok(telling::versions(&client.get(&format!("/v1/sites/{site}/versions"))?))
}

fn diff(client: &Client, words: &mut Words) -> Result<String> {
    let against = words.value("--against")?;
    let (site, version) = (words.take("the site")?, words.take("the version")?);
    words.done()?;
    let parameters: Vec<_> = against.into_iter().map(|against| ("against", against)).collect();
    let path = format!("/v1/sites/{site}/versions/{version}/diff{}", client::query(&parameters));
    Ok(telling::difference(&client.get(&path)?))
}

fn rollback(client: &Client, words: &mut Words) -> Result<String> {
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
    Ok(telling::published(&client.post(&format!("/v1/sites/{site}/rollback"), &body)?))
}

fn schedule(client: &Client, words: &mut Words) -> Result<String> {
    let (site, version) = (words.take("the site")?, words.take("the version")?);
    let from = words.take("the time")?;
    words.done()?;
    let path = format!("/v1/sites/{site}/versions/{version}/publish");
    Ok(telling::published(&client.post(&path, &json!({ "from": from }))?))
}

fn unschedule(client: &Client, words: &mut Words) -> Result<String> {
    let (site, version) = (words.take("the site")?, words.take("the version")?);
    words.done()?;
    Ok(telling::versions(&client.delete(&format!("/v1/sites/{site}/versions/{version}/schedule"))?))
}

/// The body that says how long a link lives.
fn life(words: &mut Words) -> Result<Value> {
    let Some(hours) = words.value("--hours")? else { return Ok(json!({})) };
    let hours: u64 = hours.parse().map_err(|_| Error::Usage {
        what: format!("`{hours}` is no number of hours\n  next: give one from 1 to 720"),
    })?;
    Ok(json!({ "hours": hours }))
}

fn preview(client: &Client, words: &mut Words) -> Result<String> {
    let life = life(words)?;
    let (site, version) = (words.take("the site")?, words.take("the version")?);
    words.done()?;
    let path = format!("/v1/sites/{site}/versions/{version}/preview-links");
    Ok(telling::link(&client.post(&path, &life)?))
}

fn debug_link(client: &Client, words: &mut Words) -> Result<String> {
    let life = life(words)?;
    let site = words.only_site()?;
    Ok(telling::link(&client.post(&format!("/v1/sites/{site}/debug-links"), &life)?))
}

fn explain(client: &Client, words: &mut Words) -> Result<String> {
    let mut parameters = Vec::new();
    for (flag, name) in [("--visitor", "visitor"), ("--path", "path"), ("--at", "at"), ("--dwell", "dwell")] {
        parameters.extend(words.value(flag)?.map(|value| (name, value)));
    }
    let site = words.only_site()?;
    let found = client.get(&format!("/v1/sites/{site}/explain{}", client::query(&parameters)))?;
    Ok(telling::accounts(&found))
}

fn keys(client: &Client, words: &mut Words) -> Result<String> {
    let site = words.take("the site")?;
    let path = format!("/v1/sites/{site}/keys");
    match words.next().as_deref() {
        None => Ok(telling::keys(&client.get(&path)?)),
        Some("add") => {
            let (name, role) = (words.take("the name")?, words.take("the role")?);
            words.done()?;
            let made = client.post(&path, &json!({ "name": name, "role": role }))?;
            Ok(format!("{}\n(shown this once: keep it in a safe place)", telling::word(&made["key"])))
        }
        Some("remove") => {
            let name = words.take("the name")?;
            words.done()?;
            Ok(telling::keys(&client.delete(&format!("{path}/{name}"))?))
        }
        Some(other) => Err(crate::cli::unknown("word", other, &["add", "remove"], &words.usage)),
    }
}

fn audit(client: &Client, words: &mut Words) -> Result<String> {
    let site = words.only_site()?;
    Ok(telling::audit(&client.get(&format!("/v1/sites/{site}/audit"))?))
}

fn health(client: &Client, words: &mut Words) -> Result<String> {
    words.done()?;
    Ok(telling::word(&client.get("/v1/health")?["status"]))
}

fn read(file: &str) -> Result<String> {
    let path = Path::new(file);
    fs::read_to_string(path).map_err(Error::file("read", path))
}

#[cfg(test)]
mod tests {
    use super::{COMMANDS, help, run};

    fn complaint(line: &str) -> String {
        run(line.split_whitespace().map(str::to_owned).collect()).unwrap_err().to_string()
    }

    #[test]
    fn a_misspelt_command_is_answered_with_the_nearest_one() {
        assert_eq!(complaint("publsh shop"), "unknown command `publsh`\n  next: did you mean `publish`?");
    }

    #[test]
    fn every_command_is_in_the_help() {
        for command in COMMANDS {
            assert!(help().contains(command.name), "{}", command.name);
        }
    }
}
