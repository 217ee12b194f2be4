//! `cargo dev …`: see the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    dev::run(std::env::args().skip(1).collect())
}
