mod client;
mod live;
mod screen;
mod show;

#[cfg(test)]
mod tests;

use super::ConfigFile;
use crate::access::{Scope, TokenSecret};
use crate::config;
use clap::Args;
use lineside_wire::Private;
use std::path::PathBuf;
use std::process::ExitCode;

pub(super) use client::{Client, Ended};
pub(super) use show::{Show, show};

/// `lineside tail`.
#[derive(Debug, Args)]
pub(super) struct Tail {
    /// The bridge, for example http://127.0.0.1:7080
    #[arg(long, env = "LINESIDE_URL", conflicts_with = "config")]
    url: Option<String>,
    /// A token with the scope events:read
    #[arg(long, env = "LINESIDE_TOKEN", hide_env_values = true, conflicts_with = "config")]
    token: Option<String>,
    /// Take both from the configuration of the bridge
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
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
    /// Only calls of this device, for example hq:1001
    #[arg(long = "device", value_name = "DEVICE")]
    pub(super) devices: Vec<String>,
}

impl Tail {
    pub(super) fn run(self) -> Result<ExitCode, ExitCode> {
        let (url, token) = self.place()?;
        let client = Client::new(&url, token, &self.what).map_err(|error| {
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

    /// Where the bridge is, and what opens it.
    fn place(&self) -> Result<(String, Private<String>), ExitCode> {
        if let Some(file) = &self.config {
            let config = ConfigFile { config: file.clone() }.read()?;
            return of_config(&config).map_err(|error| {
                eprintln!("{}: {error}", file.display());
                ExitCode::from(2)
            });
        }
        let url = self.url.clone().unwrap_or_else(|| "http://127.0.0.1:7080".to_owned());
        match &self.token {
            Some(token) => Ok((url, Private::new(token.clone()))),
            None => {
                eprintln!("a token is needed: --token, LINESIDE_TOKEN, or --config with the file of the bridge");
                Err(ExitCode::from(2))
            }
        }
    }
}

fn of_config(config: &config::Config) -> Result<(String, Private<String>), &'static str> {
    let token = config
        .tokens
        .iter()
        .filter(|t| t.scopes.iter().any(|s| matches!(s, Scope::EventsRead | Scope::Admin)));
    let secret = token.filter_map(|token| match &token.secret {
        TokenSecret::Plain(secret) => Some(secret.clone()),
        TokenSecret::Sha256(_) => None,
    });
    let secret = secret
        .into_iter()
        .next()
        .ok_or("no token with the scope events:read has its secret here")?;
    Ok((format!("http://{}", config.api.listen), secret))
}
