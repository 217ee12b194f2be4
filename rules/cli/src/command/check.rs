//! `check FILE…`

use std::path::PathBuf;

use rules::Severity;
use serde_json::json;

use crate::output::{Failure, Findings, Output, Style, counted, diagnostic_json, each_file};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Rule files.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Take warnings for findings too.
    #[arg(long)]
    strict: bool,
}

pub(crate) fn run(arguments: &Arguments, output: &mut Output) -> Result<Findings, Failure> {
    let (mut errors, mut warnings) = (0, 0);
    let readable = each_file(&arguments.files, output, |output, name, source| {
        let checked = rules::check(name, source);
        let of_file = checked.diagnostics.iter().filter(|found| found.severity == Severity::Error).count();
        errors += of_file;
        warnings += checked.diagnostics.len() - of_file;
        if output.json {
            let diagnostics: Vec<_> = checked.diagnostics.iter().map(diagnostic_json).collect();
            let count = checked.program.as_ref().map(|program| program.rules().len());
            output.json(&json!({
                "file": name,
                "ok": checked.program.is_some(),
                "rules": count,
                "examples": checked.examples.len(),
                "diagnostics": diagnostics,
            }))?;
            return Ok(());
        }
        for diagnostic in &checked.diagnostics {
            output.diagnostic(diagnostic)?;
        }
        if let Some(program) = &checked.program {
            let (rules, examples) = (program.rules().len(), checked.examples.len());
            let (rules, examples) = (counted(rules, "rule"), counted(examples, "example"));
            let after = format_args!("; {rules}, and {examples} passed");
            output.painted(format_args!("{name}: "), (Style::Good, "fine"), after)?;
        }
        Ok(())
    });
    if !output.json && errors + warnings > 0 {
        output.line(format_args!("{}, {}", counted(errors, "error"), counted(warnings, "warning")))?;
    }
    readable?;
    Ok(Findings::from(errors > 0 || (arguments.strict && warnings > 0)))
}
