//! `explain FILE --facts FACTS.json [--rule ID]`

use std::path::PathBuf;

use rules::{Explanation, Facts, Outcome, Program, Truth, Verdict};
use serde_json::{Value, json};

use crate::command::eval::watch_json;
use crate::facts::{self, Declared};
use crate::output::{Failure, Findings, Output, Style, read};
use crate::supposed::Supposed;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// A rule file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The facts, a JSON object by signal name.
    #[arg(long, value_name = "FACTS.json")]
    facts: PathBuf,
    /// Only this rule.
    #[arg(long, value_name = "ID")]
    rule: Option<String>,
    /// Language of the explanation.
    #[arg(long, value_parser = ["en", "fr"], default_value = "en")]
    lang: String,
    /// The moment, for schedules and `time`: 2026-10-25, 2026-10-25T02:30:00 (on the site's clock) or seconds since
    /// 1970; without it schedules count as open.
    #[arg(long, value_name = "MOMENT")]
    at: Option<String>,
}

pub(crate) fn run(arguments: &Arguments, output: &mut Output) -> Result<Findings, Failure> {
    let program = output.program(&arguments.file)?;
    let supposed = Supposed::new(&program, arguments.at.as_deref())?;
    let mut declared = Declared::of(read(&arguments.file)?);
    let path = arguments.facts.display().to_string();
    let mut facts = Facts::new();
    facts::read_line(&read(&arguments.facts)?, &mut declared, &mut facts).map_err(|why| Failure::Facts {
        path,
        line: 1,
        why,
    })?;
    let only = match &arguments.rule {
        None => None,
        Some(id) => Some(program.index_of(id).ok_or_else(|| Failure::Argument {
            why: format!("no rule is called `{id}`; `declic-rules sentences` lists them"),
        })?),
    };
    supposed.tell_time(&mut facts);
    let evaluation = program.evaluate(&facts);
    let mut verdict = Verdict::default();
    supposed.arbitrate_into(&evaluation, &mut verdict);
    for rule in (0..program.rules().len()).filter(|rule| only.is_none_or(|only| only == *rule)) {
        let explanation = program.explain(rule, &facts, &evaluation, &verdict, &arguments.lang);
        if output.json {
            output.json(&explanation_json(&program, rule, &explanation, &arguments.lang))?;
            continue;
        }
        let style = match (explanation.truth, explanation.outcome) {
            (Truth::Yes, Some(Outcome::Shown | Outcome::Done)) => Style::Good,
            (Truth::No, _) => Style::Faint,
            _ => Style::Warning,
        };
        output.painted("", (style, &explanation.rule), format_args!(": {}", explanation.text))?;
        if only.is_some() {
            output.line(format_args!("  {}", program.sentence(rule, &arguments.lang)))?;
            for (name, value) in program.readings(rule, &facts, &arguments.lang) {
                let unknown = if arguments.lang == "fr" { "inconnu" } else { "not known" };
                let value = if value.is_empty() { unknown } else { &value };
                output.line(format_args!("  {name}: {value}"))?;
            }
        }
    }
    Ok(Findings::None)
}

fn explanation_json(program: &Program, rule: usize, explanation: &Explanation, lang: &str) -> Value {
    let lost = match &explanation.outcome {
        Some(Outcome::Lost(reason)) => Some(program.reason_text(reason, lang)),
        _ => None,
    };
    json!({
        "rule": explanation.rule,
        "truth": explanation.truth.name(),
        "shown": explanation.outcome == Some(Outcome::Shown),
        "lost": lost,
        "obstacle": explanation.obstacle.as_ref().map(|obstacle| json!({
            "line": obstacle.line,
            "condition": obstacle.condition,
            "clause": obstacle.clause,
            "value": obstacle.value,
        })),
        "waits_for": explanation.waits_for.iter().map(|watch| watch_json(*watch)).collect::<Vec<_>>(),
        "sentence": program.sentence(rule, lang),
        "text": explanation.text,
    })
}
