//! `test FILE…`

use std::path::PathBuf;

use rules::{Code, Severity};
use serde_json::json;

use crate::output::{Failure, Findings, Output, Style, counted, diagnostic_json, each_file};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Rule files.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments, output: &mut Output) -> Result<Findings, Failure> {
    let (mut passed, mut failed, mut broken) = (0, 0, 0);
    let readable = each_file(&arguments.files, output, |output, name, source| {
        let checked = rules::check(name, source);
        let errors: Vec<_> =
            checked.diagnostics.iter().filter(|found| found.severity == Severity::Error).collect();
        let of_file = checked.examples.iter().filter(|example| example.passes()).count();
        let failing = checked.examples.len() - of_file;
        passed += of_file;
        failed += failing;
        // Examples of a file with other errors say little, so those count too.
        broken += errors.iter().filter(|error| error.code != Code::FailingExample).count();
        if output.json {
            let diagnostics: Vec<_> = errors.iter().map(|error| diagnostic_json(error)).collect();
            output.json(&json!({
                "file": name, "passed": of_file, "failed": failing, "diagnostics": diagnostics,
            }))?;
            return Ok(());
        }
        for error in &errors {
            output.diagnostic(error)?;
        }
        let verdict = if errors.is_empty() { (Style::Good, "ok") } else { (Style::Error, "failed") };
        let of_file = counted(of_file, "example");
        let after = format_args!(", {of_file} passed, {failing} failed");
        output.painted(format_args!("{name}: "), verdict, after)
    });
    if !output.json && arguments.files.len() > 1 {
        output.line(format_args!("{} passed, {failed} failed", counted(passed, "example")))?;
    }
    readable?;
    Ok(Findings::from(failed + broken > 0))
}
