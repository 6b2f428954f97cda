//! The commands of `lineside`.
mod check;
mod replay;
mod story;

use crate::config::{self, Config};
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// A PBX CTI bridge: one call model and one ordered, resumable event stream over every telephone switch.
#[derive(Debug, Parser)]
#[command(name = "lineside", version, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Say everything that is wrong with a configuration
    Check(check::Check),
    /// Tell a capture again, as it was told then
    Replay(replay::Replay),
}

#[derive(Debug, Args)]
struct ConfigFile {
    /// The configuration; every key also from the environment, as LINESIDE_API__LISTEN
    #[arg(long, value_name = "FILE", default_value = "lineside.toml")]
    config: PathBuf,
}

impl ConfigFile {
    /// The configuration; where it is wrong, says so on standard error.
    fn read(&self) -> Result<Config, ExitCode> {
        config::read(&self.config, std::env::vars()).map_err(|mistakes| {
            eprintln!("{mistakes}");
            ExitCode::from(2)
        })
    }
}

/// Runs what the command line says.
#[must_use]
pub fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Check(check) => check.run(),
        Command::Replay(replay) => replay.run(),
    };
    done.unwrap_or_else(|code| code)
}
