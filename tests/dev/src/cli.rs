//! The command line: one declaration of the commands gives the help, the parsing and the suggestions.

use std::path::PathBuf;
use std::process::ExitCode;

use crate::check::{self, PARTS};
use crate::{Error, Result, admin, bench, browser, build, demo, package, setup};

/// A command as the help shows it.
struct Command {
    name: &'static str,
    arguments: &'static str,
    summary: &'static str,
    details: &'static str,
    flags: &'static [&'static str],
    run: fn(&mut Arguments) -> Result<ExitCode>,
}

const COMMANDS: [Command; 8] = [
    Command {
        name: "demo",
        arguments: "[--port N] [--data DIR]",
        summary: "build all and run the demo: a shop with the tag, beside a real edge",
        details: "--port N    the shop's port; the edge takes the next one (default 8787)\n\
                  --data DIR  what is kept between two starts (default target/demo-data)\n\n\
                  Installs what is missing first, as `cargo dev setup` does. Ctrl-C ends it.",
        flags: &["--port", "--data"],
        run: |arguments| {
            let port = arguments.value("--port")?.map(|text| port_number(&text)).transpose()?;
            let data = arguments.value("--data")?.map(PathBuf::from);
            arguments.done()?;
            demo::demo(port, data).map(|()| ExitCode::SUCCESS)
        },
    },
    Command {
        name: "test",
        arguments: "[PART…]",
        summary: "everything CI checks, or just these parts and what they need",
        details: "",
        flags: &[],
        run: |arguments| check::run(&arguments.rest()?),
    },
    Command {
        name: "build",
        arguments: "",
        summary: "build the tag (target/tag) and the worker (edge-worker/build)",
        details: "What is up to date is left alone. Prints the tag's sizes.",
        flags: &[],
        run: |arguments| {
            arguments.done()?;
            build::all(&setup::tools()?)?;
            for size in build::sizes()? {
                println!("{size}");
            }
            Ok(ExitCode::SUCCESS)
        },
    },
    Command {
        name: "package",
        arguments: "",
        summary: "make one executable that serves the product (target/declic)",
        details: "It holds workerd, the worker and the tag, and needs nothing else on the machine it runs on.",
        flags: &[],
        run: |arguments| {
            arguments.done()?;
            let bytes = package::make(&setup::tools()?)?;
            println!("{}", package::instructions(bytes));
            Ok(ExitCode::SUCCESS)
        },
    },
    Command {
        name: "bench",
        arguments: "rules | tag | edge [--check] [--soak [MINUTES]]",
        summary: "how Declic does beside others, in one run",
        details: "rules    how fast the rule engine decides, beside other engines and inside workerd\n\
                  tag      what the tag costs a page, beside other tags, in one Chromium at 1x and 4x CPU throttle\n\
                  edge     decisions a second at 200 rules, beside a worker that does nothing in the same workerd\n\
                  --check  fail when a target is missed\n\
                  --soak   edge: then 100,000 visitors, and again for so many minutes (default 10), and workerd's memory\n\n\
                  Builds in release what it needs, some minutes the first time. Prints one Markdown table; the raw\n\
                  numbers are kept under target/bench.",
        flags: &["rules", "tag", "edge", "--check", "--soak"],
        run: |arguments| {
            let check = arguments.flag("--check");
            let [rules, tag, edge] = ["rules", "tag", "edge"].map(|what| arguments.flag(what));
            let soak = if edge { arguments.minutes("--soak")? } else { None };
            arguments.done()?;
            match [rules, tag, edge] {
                [true, false, false] => bench::rules(check),
                [false, true, false] => bench::tag(check),
                [false, false, true] => bench::edge(check, soak),
                _ => Err(Error::Usage {
                    what: "`cargo dev bench` needs to know one thing to measure: `rules`, `tag` or `edge`"
                        .into(),
                }),
            }
        },
    },
    Command {
        name: "setup",
        arguments: "",
        summary: "install what is missing, and nothing else",
        details: "The wasm target, wasm-bindgen, wasm-pack and worker-build under the user's cache folder, the npm\n\
                  packages of edge-worker/, and for the tests Chromium and the npm packages of tests/browser/.\n\
                  Each once: a second run does nothing.",
        flags: &[],
        run: |arguments| {
            arguments.done()?;
            setup::tools()?;
            browser::find_or_install()?;
            check::install_journeys()?;
            eprintln!("all is there");
            Ok(ExitCode::SUCCESS)
        },
    },
    Command {
        name: "admin",
        arguments: "COMMAND …",
        summary: "run sites: settings, rules and versions, keys, links",
        details: "",
        flags: &[],
        run: |arguments| {
            println!("{}", admin::run(std::mem::take(&mut arguments.words))?);
            Ok(ExitCode::SUCCESS)
        },
    },
    Command {
        name: "serve",
        arguments: "--data DIR [--rules FILE]",
        summary: "for tests: run the demo on free ports until standard input closes",
        details: "--data DIR    what is kept between two starts\n\
                  --rules FILE  the rules to publish (default demo-site/rules.toml)\n\n\
                  Prints one JSON line when ready: site, edge, desk_key, owner_key, pid (workerd's), data.",
        flags: &["--data", "--rules"],
        run: |arguments| {
            let data = arguments.value("--data")?.map(PathBuf::from);
            let rules = arguments.value("--rules")?.map(PathBuf::from);
            arguments.done()?;
            let data = data.ok_or_else(|| Error::Usage {
                what: "`cargo dev serve` needs a folder: `--data DIR`".into(),
            })?;
            demo::serve(data, rules).map(|()| ExitCode::SUCCESS)
        },
    },
];

/// Runs the command line (without the program's name) to its exit code: 0 fine, 1 failed, 2 not understood.
pub fn run(arguments: Vec<String>) -> ExitCode {
    match dispatch(arguments) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error}");
            if matches!(error, Error::Usage { .. }) { ExitCode::from(2) } else { ExitCode::FAILURE }
        }
    }
}

fn dispatch(arguments: Vec<String>) -> Result<ExitCode> {
    let wants_help = arguments.iter().any(|argument| argument == "--help" || argument == "-h");
    let mut words = arguments.into_iter().filter(|argument| argument != "--help" && argument != "-h");
    let name = words.next().filter(|name| name != "help").or_else(|| words.next());
    let Some(name) = name else {
        println!("{}", overview());
        return Ok(ExitCode::SUCCESS);
    };
    let Some(command) = COMMANDS.iter().find(|command| command.name == name) else {
        let names = COMMANDS.map(|command| command.name);
        return Err(unknown("command", &name, &names, "`cargo dev --help` lists them"));
    };
    if wants_help {
        println!("{}", command.help());
        return Ok(ExitCode::SUCCESS);
    }
    (command.run)(&mut Arguments { command, words: words.collect() })
}

fn overview() -> String {
    let lines: Vec<String> =
        COMMANDS.iter().map(|command| format!("  {:<8} {}", command.name, command.summary)).collect();
    format!(
        "Declic's task runner\n\nusage: cargo dev COMMAND\n\n{}\n\n`cargo dev COMMAND --help` says more.",
        lines.join("\n")
    )
}

impl Command {
    fn help(&self) -> String {
        let usage = format!("cargo dev {} {}", self.name, self.arguments);
        let details = match self.name {
            "test" => check::help(),
            "admin" => admin::help(),
            _ => self.details.to_owned(),
        };
        format!("{}\n\nusage: {}\n\n{details}", self.summary, usage.trim_end())
    }
}

/// What stands behind the command's name.
struct Arguments {
    command: &'static Command,
    words: Vec<String>,
}

impl Arguments {
    /// Takes out a flag with its value, written `--flag VALUE` or `--flag=VALUE`.
    fn value(&mut self, flag: &str) -> Result<Option<String>> {
        let joined = format!("{flag}=");
        if let Some(at) = self.words.iter().position(|word| word.starts_with(&joined)) {
            return Ok(Some(self.words.remove(at)[joined.len()..].to_owned()));
        }
        let Some(at) = self.words.iter().position(|word| word == flag) else { return Ok(None) };
        self.words.remove(at);
        if at < self.words.len() && !self.words[at].starts_with("--") {
            return Ok(Some(self.words.remove(at)));
        }
        Err(Error::Usage { what: format!("`{flag}` needs a value\n  next: {}", self.usage()) })
    }

    /// Takes out a flag that may have a number of minutes behind it; without one it means ten.
    fn minutes(&mut self, flag: &str) -> Result<Option<u64>> {
        let bare = self.words.iter().position(|word| word == flag);
        if bare.is_some_and(|at| self.words.get(at + 1).is_none_or(|next| next.starts_with("--"))) {
            return Ok(self.flag(flag).then_some(10));
        }
        let minutes = |text: String| {
            text.parse().ok().filter(|minutes| (1..=24 * 60).contains(minutes)).ok_or_else(|| Error::Usage {
                what: format!("`{text}` is no number of minutes\n  next: give one from 1 to 1440"),
            })
        };
        self.value(flag)?.map(minutes).transpose()
    }

    /// Takes out a word; whether it was there.
    fn flag(&mut self, flag: &str) -> bool {
        self.words.iter().position(|word| word == flag).map(|at| self.words.remove(at)).is_some()
    }

    /// Fails on words that nothing has taken.
    fn done(&self) -> Result<()> {
        match self.words.first() {
            Some(word) => Err(unknown("argument", word, self.command.flags, &self.usage())),
            None => Ok(()),
        }
    }

    /// The parts that were named.
    fn rest(&mut self) -> Result<Vec<String>> {
        let names = PARTS.map(|part| part.name);
        match self.words.iter().find(|word| !names.contains(&word.as_str())) {
            Some(word) => Err(unknown("part", word, &names, "`cargo dev test --help` lists them")),
            None => Ok(std::mem::take(&mut self.words)),
        }
    }

    fn usage(&self) -> String {
        format!("`cargo dev {} --help`", self.command.name)
    }
}

fn port_number(text: &str) -> Result<u16> {
    text.parse().ok().filter(|port| *port > 0).ok_or_else(|| Error::Usage {
        what: format!("`{text}` is no port\n  next: give a number from 1 to 65534"),
    })
}

pub(crate) fn unknown(kind: &str, word: &str, known: &[&str], otherwise: &str) -> Error {
    let nearest = known.iter().map(|name| (distance(word, name), name)).min();
    let next = match nearest {
        Some((distance, name)) if distance <= 1 + name.len() / 3 => format!("did you mean `{name}`?"),
        _ => otherwise.to_owned(),
    };
    Error::Usage { what: format!("unknown {kind} `{word}`\n  next: {next}") }
}

/// Levenshtein's distance: how many characters to change, insert or leave out.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (line, left) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = line + 1;
        for (column, right) in to.iter().enumerate() {
            let replaced = diagonal + usize::from(left != *right);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(row[column] + 1).min(diagonal + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::{Arguments, COMMANDS, dispatch, distance};

    fn complaint(line: &str) -> String {
        dispatch(line.split_whitespace().map(str::to_owned).collect()).unwrap_err().to_string()
    }

    #[test]
    fn a_misspelt_command_is_answered_with_the_nearest_one() {
        assert_eq!(complaint("dmeo"), "unknown command `dmeo`\n  next: did you mean `demo`?");
    }

    #[test]
    fn a_word_like_no_command_is_answered_with_the_way_to_the_list() {
        assert!(complaint("deploy-everything").ends_with("`cargo dev --help` lists them"));
    }

    #[test]
    fn a_misspelt_flag_is_answered_with_the_nearest_one() {
        assert_eq!(complaint("demo --prot 80"), "unknown argument `--prot`\n  next: did you mean `--port`?");
    }

    #[test]
    fn a_misspelt_part_is_answered_with_the_nearest_one() {
        assert_eq!(complaint("test clipy"), "unknown part `clipy`\n  next: did you mean `clippy`?");
    }

    #[test]
    fn a_flag_without_its_value_is_said() {
        assert!(complaint("demo --port").starts_with("`--port` needs a value"));
        assert!(complaint("demo --data --port 1").starts_with("`--data` needs a value"));
    }

    #[test]
    fn a_port_is_a_number_that_fits() {
        assert!(complaint("demo --port=70000").starts_with("`70000` is no port"));
    }

    #[test]
    fn a_soak_lasts_ten_minutes_unless_it_is_said() {
        let minutes = |line: &str| {
            let words = line.split_whitespace().map(str::to_owned).collect();
            Arguments { command: &COMMANDS[4], words }.minutes("--soak").map_err(|error| error.to_string())
        };
        assert_eq!(minutes("edge"), Ok(None));
        assert_eq!(minutes("edge --soak"), Ok(Some(10)));
        assert_eq!(minutes("edge --soak --check"), Ok(Some(10)));
        assert_eq!(minutes("edge --soak 3"), Ok(Some(3)));
        assert!(
            minutes("edge --soak long").is_err_and(|why| why.starts_with("`long` is no number of minutes"))
        );
    }

    #[test]
    fn every_flag_is_explained() {
        for command in COMMANDS {
            for flag in command.flags {
                assert!(command.help().contains(flag), "{} does not explain {flag}", command.name);
            }
        }
    }

    #[test]
    fn distance_counts_single_changes() {
        assert_eq!(distance("demo", "demo"), 0);
        assert_eq!(distance("tests", "test"), 1);
        assert_eq!(distance("", "test"), 4);
    }
}
