mod client;
mod live;
mod people;
mod screen;
mod show;

#[cfg(test)]
mod tests;

use super::place::Place;
use crate::access::Scope;
use clap::Args;
use std::process::ExitCode;

pub(super) use client::{Client, Ended};
pub(super) use show::{Show, show};

/// `lineside tail`.
#[derive(Debug, Args)]
pub(super) struct Tail {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    what: What,
}

/// What of the stream to show, and how.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct What {
    /// One JSON object for each event, for programs
    #[arg(long)]
    pub(super) json: bool,
    /// Only these events, for example call.* or call.delivered
    #[arg(long = "type", value_name = "TYPE")]
    pub(super) types: Vec<String>,
    /// Only calls and agents of this device, for example hq:1001
    #[arg(long = "device", value_name = "DEVICE")]
    pub(super) devices: Vec<String>,
}

impl Tail {
    pub(super) fn run(self) -> Result<ExitCode, ExitCode> {
        let door = self.place.door(&[Scope::EventsRead])?;
        let client = Client::new(&door.url, door.token, &self.what).map_err(|error| {
            eprintln!("{error}");
            ExitCode::from(2)
        })?;
        super::block_on(async {
            let ended = show(client, Show::of(&self.what), super::interrupted()).await;
            match ended {
                Ok(()) => Ok(ExitCode::SUCCESS),
                Err(error) => {
                    eprintln!("{error}");
                    Ok(ExitCode::FAILURE)
                }
            }
        })
    }
}
