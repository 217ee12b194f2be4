//! A site's customers from the command line: a file of any length is imported in parts, with its progress.

use std::fs::File;
use std::io::{BufRead, BufReader, IsTerminal, Write, stderr};
use std::path::Path;

use serde_json::{Value, json};

use super::client::encoded;
use super::telling::word;
use super::{Client, Told, Words};
use crate::{Error, Result};

/// Lines of one request: far within what the edge takes at once, so that progress is seen.
const LINES: u64 = 2_000;
/// Bytes of one request, for lines that are long.
const BYTES: usize = 4 * 1024 * 1024;
/// Most faults that are told one by one.
const TOLD: usize = 100;

/// `customers import FILE`, `show ID` or `erase ID`, each with `--site SITE`.
pub(super) fn customers(client: &Client, words: &mut Words) -> Result<Told> {
    let site = words.value("--site")?;
    let deed = words.take("what to do: import, show or erase")?;
    let of = words.take(if deed == "import" { "the file" } else { "the customer's id" })?;
    words.done()?;
    let site =
        site.ok_or_else(|| Error::Usage { what: format!("`--site` is missing\n  next: {}", words.usage) })?;
    let path = format!("/v1/sites/{site}/customers");
    match deed.as_str() {
        "import" => import(client, &path, &of),
        "show" => {
            let kept = client.get(&format!("{path}/{}", encoded(&of)))?;
            Ok(Told::of(kept, |kept| format!("{kept:#}")))
        }
        "erase" => {
            client.remove(&format!("{path}/{}", encoded(&of)))?;
            let text = "erased: nothing is kept of this customer any more".to_owned();
            Ok(Told { answer: json!({ "erased": of }), text })
        }
        other => Err(crate::cli::unknown("word", other, &["import", "show", "erase"], &words.usage)),
    }
}

/// `secrets SITE`, `secrets SITE add [--file FILE]` or `secrets SITE remove NAME`.
pub(super) fn secrets(client: &Client, words: &mut Words) -> Result<Told> {
    let file = words.value("--file")?;
    let site = words.take("the site")?;
    let path = format!("/v1/sites/{site}/identity-secrets");
    match words.next().as_deref() {
        None => Ok(Told::of(client.get(&path)?, names)),
        Some("add") => {
            words.done()?;
            let body = match file {
                // Read from a file, so that no secret stands in a shell's history.
                Some(file) => json!({ "secret": super::read(&file)?.trim() }),
                None => json!({}),
            };
            let made = client.post(&path, &body)?;
            let name = word(&made["id"]);
            let text = match made["secret"].as_str() {
                Some(secret) => format!("{secret}\n(named {name}; shown this once: keep it in a safe place)"),
                None => format!("added, and named {name}"),
            };
            Ok(Told { answer: made, text })
        }
        Some("remove") => {
            let name = words.take("the secret's name")?;
            words.done()?;
            Ok(Told::of(client.delete(&format!("{path}/{}", encoded(&name)))?, names))
        }
        Some(other) => Err(crate::cli::unknown("word", other, &["add", "remove"], &words.usage)),
    }
}

/// What names each secret.
fn names(answer: &Value) -> String {
    super::telling::list(&answer["secrets"])
}

/// What has become of the lines so far.
#[derive(Default)]
struct Sum {
    lines: u64,
    taken: u64,
    refused: u64,
    faults: Vec<String>,
}

impl Sum {
    /// Adds what came of a part whose first line is the next one.
    fn add(&mut self, lines: u64, answer: &Value) {
        let number = |name: &str| answer[name].as_u64().unwrap_or_default();
        for fault in answer["errors"].as_array().into_iter().flatten() {
            if self.faults.len() < TOLD {
                let line = self.lines + fault["line"].as_u64().unwrap_or_default();
                let (message, help) = (word(&fault["message"]), word(&fault["help"]));
                self.faults.push(format!("line {line}: {message}\n  next: {help}"));
            }
        }
        self.lines += lines;
        self.taken += number("taken");
        self.refused += number("refused");
    }

    fn told(&self) -> String {
        format!("{} lines, {} taken, {} refused", self.lines, self.taken, self.refused)
    }
}

fn import(client: &Client, path: &str, file: &str) -> Result<Told> {
    let failed = Error::file("read", Path::new(file));
    let mut reader = match File::open(file) {
        Ok(opened) => BufReader::new(opened),
        Err(reason) => return Err(failed(reason)),
    };
    let mut sum = Sum::default();
    loop {
        let part = part(&mut reader).map_err(Error::file("read", Path::new(file)))?;
        let Some((lines, text)) = part else { break };
        let answer = client.send("POST", path, "application/x-ndjson", &text).map_err(|error| {
            let again =
                "give the same command again; what was taken is kept, and taking it again changes nothing";
            let answer = format!("{error}\n{} before that\nnext: {again}", sum.told());
            Error::Refused { request: format!("importing {file}"), answer }
        })?;
        sum.add(lines, &answer);
        if stderr().is_terminal() {
            eprint!("\r  {}", sum.told());
            // A progress that cannot be shown is no reason to stop.
            let _ = stderr().flush();
        }
    }
    if stderr().is_terminal() {
        eprintln!();
    }
    if sum.refused == 0 {
        let answer = json!({ "lines": sum.lines, "taken": sum.taken, "refused": sum.refused });
        return Ok(Told { answer, text: sum.told() });
    }
    let untold = sum.refused.saturating_sub(sum.faults.len() as u64);
    let more = if untold > 0 { format!("\n… and {untold} more") } else { String::new() };
    let answer = format!("{}\n{}{more}", sum.told(), sum.faults.join("\n"));
    Err(Error::Refused { request: format!("importing {file}"), answer })
}

/// The next lines of the file, and how many; none at its end.
fn part(reader: &mut impl BufRead) -> std::io::Result<Option<(u64, String)>> {
    let (mut lines, mut bytes) = (0, Vec::new());
    while lines < LINES && bytes.len() < BYTES && reader.read_until(b'\n', &mut bytes)? > 0 {
        lines += 1;
    }
    // What is not text the edge tells of, line by line.
    Ok((lines > 0).then(|| (lines, String::from_utf8_lossy(&bytes).into_owned())))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{LINES, Sum, part};

    #[test]
    fn a_file_is_cut_into_parts_between_lines() {
        let text = "{}\n".repeat(LINES as usize) + "{}";
        let mut reader = text.as_bytes();
        assert_eq!(part(&mut reader).unwrap().map(|(lines, _)| lines), Some(LINES));
        assert_eq!(part(&mut reader).unwrap(), Some((1, "{}".into())));
        assert_eq!(part(&mut reader).unwrap(), None);
    }

    #[test]
    fn a_fault_is_told_with_its_line_in_the_file() {
        let mut sum = Sum::default();
        sum.add(2000, &json!({ "taken": 2000, "refused": 0, "errors": [] }));
        let fault = json!({ "line": 3, "message": "the line is not JSON", "help": "write JSON" });
        sum.add(5, &json!({ "taken": 4, "refused": 1, "errors": [fault] }));
        assert_eq!(sum.told(), "2005 lines, 2004 taken, 1 refused");
        assert_eq!(sum.faults, ["line 2003: the line is not JSON\n  next: write JSON"]);
    }
}
