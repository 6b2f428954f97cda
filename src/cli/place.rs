//! Where a bridge is, and what opens it: for the commands that are its clients.

use super::ConfigFile;
use crate::access::{Scope, TokenConfig, TokenSecret};
use crate::config::Config;
use clap::Args;
use lineside_wire::Private;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use thiserror::Error;

/// Says where the bridge is.
#[derive(Debug, Args)]
pub(super) struct Place {
    /// The bridge, for example http://127.0.0.1:7080
    #[arg(long, env = "LINESIDE_URL", conflicts_with = "config", global = true)]
    url: Option<String>,
    /// A token that may do what is asked
    #[arg(
        long,
        env = "LINESIDE_TOKEN",
        hide_env_values = true,
        conflicts_with = "config",
        global = true
    )]
    token: Option<String>,
    /// A file with the token
    #[arg(long, value_name = "FILE", env = "LINESIDE_TOKEN_FILE", conflicts_with_all = ["config", "token"], global = true)]
    token_file: Option<PathBuf>,
    /// Take address and token from the configuration of the bridge
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,
}

/// A bridge that may be there.
#[derive(Debug)]
pub(super) struct Door {
    pub(super) url: String,
    pub(super) token: Private<String>,
}

/// Not a place to ask at.
#[derive(Debug, Error)]
pub(in crate::cli) enum NoPlace {
    #[error("{0} is no address of a bridge: write for example http://127.0.0.1:7080")]
    Url(String),
    #[error("{0}: this command speaks no TLS; use http:// on the machine of the bridge")]
    Tls(String),
}

impl Place {
    /// The bridge, and a token that has these scopes as far as the configuration can tell. Says so where there is none.
    pub(super) fn door(&self, scopes: &[Scope]) -> Result<Door, ExitCode> {
        let wrong = |error: String| {
            eprintln!("{error}");
            ExitCode::from(2)
        };
        if let Some(file) = &self.config {
            let config = ConfigFile { config: file.clone() }.read()?;
            return of_config(&config, scopes).map_err(|error| wrong(format!("{}: {error}", file.display())));
        }
        let token = match (&self.token, &self.token_file) {
            (Some(token), _) => token.clone(),
            (None, Some(file)) => read(file).map_err(wrong)?,
            (None, None) => {
                let places = "--token-file, LINESIDE_TOKEN, or --config with the file of the bridge";
                return Err(wrong(format!("a token is needed: {places}")));
            }
        };
        let url = self.url.clone().unwrap_or_else(|| "http://127.0.0.1:7080".to_owned());
        let token = Private::new(token);
        Ok(Door { url, token })
    }
}

/// Host and port of an address as people write it.
pub(super) fn address(url: &str) -> Result<String, NoPlace> {
    if url.starts_with("https://") {
        return Err(NoPlace::Tls(url.to_owned()));
    }
    let address = url.strip_prefix("http://").unwrap_or(url).trim_end_matches('/');
    if address.is_empty() || address.contains('/') {
        return Err(NoPlace::Url(url.to_owned()));
    }
    Ok(if address.contains(':') {
        address.to_owned()
    } else {
        format!("{address}:80")
    })
}

fn read(file: &Path) -> Result<String, String> {
    let text = std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(text.trim().to_owned())
}

fn of_config(config: &Config, scopes: &[Scope]) -> Result<Door, String> {
    let may = |token: &&TokenConfig| {
        let has = |scope| token.scopes.contains(scope) || token.scopes.contains(&Scope::Admin);
        scopes.iter().all(has)
    };
    let secret = config.tokens.iter().filter(may).find_map(|token| match &token.secret {
        TokenSecret::Plain(secret) => Some(secret.clone()),
        TokenSecret::Sha256(_) => None,
    });
    let token = secret.ok_or_else(|| {
        let names: Vec<&str> = scopes.iter().map(|scope| scope.as_str()).collect();
        format!(
            "no token with the scopes {} has its secret here: give one, or use --url and --token-file",
            names.join(", ")
        )
    })?;
    let scheme = if config.api.tls.is_some() { "https" } else { "http" };
    let url = format!("{scheme}://{}", config.api.listen);
    Ok(Door { url, token })
}
