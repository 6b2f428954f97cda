//! The commands of `lineside`.
mod call;
mod check;
mod demo;
mod place;
mod replay;
mod run;
mod story;
mod tail;

use crate::config::{self, Config};
use clap::{Args, Parser, Subcommand};
use std::future::Future;
use std::path::PathBuf;
use std::process::ExitCode;
use tokio::signal::unix::{SignalKind, signal};

/// A PBX CTI bridge: one call model and one ordered, resumable event stream over every telephone switch.
#[derive(Debug, Parser)]
#[command(name = "lineside", version, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the bridge
    #[command(after_help = "Example:\n  lineside run --config lineside.toml")]
    Run(run::Run),
    /// Say everything that is wrong with a configuration
    #[command(after_help = "Example:\n  lineside check --config lineside.toml --connect")]
    Check(check::Check),
    /// Watch the calls of a bridge, in place; as lines where there is no terminal
    #[command(after_help = "Example:\n  lineside tail --config lineside.toml --type 'call.*'")]
    Tail(tail::Tail),
    /// Make calls and act on them, at a bridge that runs
    #[command(after_help = call::HELP)]
    Call(call::Call),
    /// A virtual switch that makes calls, and a bridge that sees them: nothing to install, nothing leaves this machine
    #[command(after_help = "Example:\n  lineside demo --for 20s")]
    Demo(demo::Demo),
    /// Tell a capture again, as it was told then
    #[command(after_help = "Example:\n  lineside replay hq.capture.ndjson --json")]
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
        Command::Run(run) => run.run(),
        Command::Check(check) => check.run(),
        Command::Tail(tail) => tail.run(),
        Command::Call(call) => call.run(),
        Command::Demo(demo) => demo.run(),
        Command::Replay(replay) => replay.run(),
    };
    done.unwrap_or_else(|code| code)
}

/// Runs a command that has to do with sockets.
fn block_on(command: impl Future<Output = Result<ExitCode, ExitCode>>) -> Result<ExitCode, ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| {
        eprintln!("the system gives no threads: {error}");
        ExitCode::FAILURE
    })?;
    runtime.block_on(command)
}

/// Ends when a person or a service manager asks for it.
async fn interrupted() {
    let terminated = async {
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => terminate.recv().await,
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => if interrupted.is_err() { std::future::pending().await },
        _ = terminated => {}
    }
}
