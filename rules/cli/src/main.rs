//! `declic-rules`: what a marketer does with a rule file without a server.
//!
//! Owns the command line, the files and the clock; all decisions are the `rules` crate's. Exit codes: 0 fine,
//! 1 findings, 2 unusable (a file or an argument that cannot be read).

mod command;
mod facts;
mod output;
mod replay;
mod supposed;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::output::{Failure, Output};

/// Checks, tries and explains Declic rule files.
#[derive(Parser)]
#[command(name = "declic-rules", version, max_term_width = 100)]
struct Arguments {
    /// Answer in JSON, for machines.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Say everything that is wrong with rule files.
    Check(command::check::Arguments),
    /// Run the examples in rule files.
    Test(command::test::Arguments),
    /// Evaluate rules against facts, one JSON line for each line of facts.
    Eval(command::eval::Arguments),
    /// Say why each rule is shown, or is not.
    Explain(command::explain::Arguments),
    /// Write each rule as one sentence.
    Sentences(command::sentences::Arguments),
    /// Print the JSON Schema that editors complete and check rule files with.
    Schema(command::schema::Arguments),
    /// Print the reference page of all signals.
    Reference(command::reference::Arguments),
    /// Time a rule file against facts.
    Bench(command::bench::Arguments),
    /// Replay a log of past visits and say whom each rule would have reached.
    Replay(command::replay::Arguments),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let mut output = Output::new(arguments.json);
    let result = match &arguments.command {
        Command::Check(arguments) => command::check::run(arguments, &mut output),
        Command::Test(arguments) => command::test::run(arguments, &mut output),
        Command::Eval(arguments) => command::eval::run(arguments, &mut output),
        Command::Explain(arguments) => command::explain::run(arguments, &mut output),
        Command::Sentences(arguments) => command::sentences::run(arguments, &mut output),
        Command::Schema(_) => command::schema::run(&mut output),
        Command::Reference(_) => command::reference::run(&mut output),
        Command::Bench(arguments) => command::bench::run(arguments, &mut output),
        Command::Replay(arguments) => command::replay::run(arguments, &mut output),
    };
    match result.and_then(|findings| output.flush().map(|()| findings)) {
        Ok(output::Findings::None) => ExitCode::SUCCESS,
        Ok(output::Findings::Some) => ExitCode::from(1),
        // Whoever read our output has had enough, as `head` does.
        Err(Failure::ReaderGone) => ExitCode::SUCCESS,
        Err(failure) => {
            let is_of_writing = matches!(failure, Failure::Write { .. });
            // One that standard output does not take goes to standard error.
            let told = output.failure(&failure).and_then(|()| output.flush());
            if let (false, Err(untold @ Failure::Write { .. })) = (is_of_writing, told) {
                eprintln!("declic-rules: {untold}");
            }
            ExitCode::from(2)
        }
    }
}
