//! `sentences FILE --lang fr|en`

use std::path::PathBuf;

use serde_json::json;

use crate::output::{Failure, Findings, Output, Style};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// A rule file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Language of the sentences.
    #[arg(long, value_parser = ["en", "fr"], default_value = "en")]
    lang: String,
}

pub(crate) fn run(arguments: &Arguments, output: &mut Output) -> Result<Findings, Failure> {
    let program = output.program(&arguments.file)?;
    for (index, rule) in program.rules().iter().enumerate() {
        let sentence = program.sentence(index, &arguments.lang);
        if output.json {
            output.json(&json!({ "rule": rule.id, "name": rule.name, "sentence": sentence }))?;
        } else {
            output.painted("", (Style::Faint, &rule.id), format_args!(": {sentence}"))?;
        }
    }
    Ok(Findings::None)
}
