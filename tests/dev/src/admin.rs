//! `cargo dev admin …`: the edge's HTTP API from the command line.
//!
//! A thin client: each command is one request, and its answer in words, or with `--json` as it came. Takes the edge's address from `DECLIC_EDGE` and
//! the key from `DECLIC_KEY`, so that no key stands in a shell's history.

mod client;
mod customers;
mod report;
mod rule_sets;
mod site;
mod telling;
mod webhooks;
mod words;

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::{Error, Result};
use client::Client;
use words::Words;

/// One command: its name, its arguments, what it does.
struct Command {
    name: &'static str,
    arguments: &'static str,
    summary: &'static str,
    run: fn(&Client, &mut Words) -> Result<Told>,
}

/// What came of a command.
struct Told {
    /// The edge's answer, for programs.
    answer: Value,
    /// The same, for people.
    text: String,
}

impl Told {
    fn of(answer: Value, tell: impl FnOnce(&Value) -> String) -> Self {
        let text = tell(&answer);
        Self { answer, text }
    }
}

const COMMANDS: [Command; 19] = [
    Command { name: "sites", arguments: "", summary: "the sites of the deployment", run: site::sites },
    Command {
        name: "settings",
        arguments: "SITE [FILE.json]",
        summary: "shows the settings, or puts those of the file in force",
        run: site::settings,
    },
    Command {
        name: "rules",
        arguments: "SITE [VERSION]",
        summary: "prints the rule file in force, or a version's",
        run: rule_sets::rules,
    },
    Command {
        name: "publish",
        arguments: "SITE FILE [--draft] [--from TIME] [--note TEXT]",
        summary: "checks a rule file (.toml or .json) and puts it in force",
        run: rule_sets::publish,
    },
    Command {
        name: "versions",
        arguments: "SITE",
        summary: "the versions of the rules",
        run: rule_sets::versions,
    },
    Command {
        name: "diff",
        arguments: "SITE VERSION [--against VERSION]",
        summary: "what differs from the rules in force, or from a version",
        run: rule_sets::diff,
    },
    Command {
        name: "rollback",
        arguments: "SITE [VERSION]",
        summary: "puts the version before, or this one, back in force",
        run: rule_sets::rollback,
    },
    Command {
        name: "schedule",
        arguments: "SITE VERSION TIME",
        summary: "lets a version come in force at a time, such as 2026-12-24T18:00:00Z",
        run: rule_sets::schedule,
    },
    Command {
        name: "unschedule",
        arguments: "SITE VERSION",
        summary: "takes that back",
        run: rule_sets::unschedule,
    },
    Command {
        name: "preview",
        arguments: "SITE VERSION [--hours N]",
        summary: "makes a link that shows one browser a version, and counts nothing",
        run: rule_sets::preview,
    },
    Command {
        name: "debug-link",
        arguments: "SITE [--hours N]",
        summary: "makes a link that tells a page what every rule says",
        run: rule_sets::debug_link,
    },
    Command {
        name: "explain",
        arguments: "SITE [--visitor TOKEN] [--path PATH] [--at TIME] [--dwell SECONDS]",
        summary: "what every rule says of a visitor at a moment",
        run: rule_sets::explain,
    },
    Command {
        name: "keys",
        arguments: "SITE [add NAME ROLE | remove NAME]",
        summary: "who has a key; makes one (marketer, agent or owner), or removes it",
        run: site::keys,
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
    Command {
        name: "report",
        arguments: "SITE [--from DAY] [--to DAY] [--pages N]",
        summary: "what each rule earned beside its control group, and where pages make visitors struggle",
        run: report::report,
    },
    Command {
        name: "webhooks",
        arguments: "SITE [add URL EVENT… | remove ID | rotate ID | dead [--after N] | retry [NUMBER]]",
        summary: "who is told what; sets an endpoint up, takes it away, gives it a new secret;\n      \
                  the letters that were given up; sends one or all of them again",
        run: webhooks::webhooks,
    },
    Command { name: "audit", arguments: "SITE", summary: "who changed what, and when", run: site::audit },
    Command {
        name: "health",
        arguments: "",
        summary: "whether the edge could serve visitors",
        run: site::health,
    },
];

/// What the help says of the environment.
const ENVIRONMENT: &str = "--json       prints what the edge answered, for programs\n\n\
                           DECLIC_EDGE  the edge's address (default http://127.0.0.1:8788, the demo's)\n\
                           DECLIC_KEY   a key of the site, or the deployment's owner key";

/// Runs the words behind `admin` at the edge that the environment names; gives what to print.
pub(crate) fn run(words: Vec<String>) -> Result<String> {
    ask(words, Client::of_environment)
}

/// The same at this edge and with this key: for tests.
///
/// # Errors
/// As the command line tells them.
pub fn administer(edge: &str, key: &str, words: &[&str]) -> Result<String> {
    let client = || Client::of(edge.to_owned(), key.to_owned());
    ask(words.iter().map(|word| (*word).to_owned()).collect(), client)
}

fn ask(words: Vec<String>, client: impl FnOnce() -> Result<Client>) -> Result<String> {
    let mut words = Words::of(words);
    let Some(name) = words.next() else { return Ok(help()) };
    let Some(command) = COMMANDS.iter().find(|command| command.name == name) else {
        let names = COMMANDS.map(|command| command.name);
        return Err(crate::cli::unknown("command", &name, &names, "`cargo dev admin --help` lists them"));
    };
    words.usage = format!("cargo dev admin {} {}", command.name, command.arguments).trim_end().to_owned();
    let as_json = words.flag("--json");
    let Told { answer, text } = (command.run)(&client()?, &mut words)?;
    Ok(if as_json { format!("{answer:#}") } else { text })
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
