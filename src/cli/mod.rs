//! The commands of `lineside`.
use clap::{CommandFactory as _, Parser};
use std::process::ExitCode;

/// A PBX CTI bridge: one call model and one ordered, resumable event stream over every telephone switch.
#[derive(Debug, Parser)]
#[command(name = "lineside", version)]
struct Cli {}

/// Runs what the command line says.
#[must_use]
pub fn main() -> ExitCode {
    let Cli {} = Cli::parse();
    // Without a command there is nothing to do but to say which there are; a failed write has nobody to be told to.
    let _ = Cli::command().print_help();
    ExitCode::from(2)
}
