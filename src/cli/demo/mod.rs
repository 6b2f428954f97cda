//! `lineside demo`: a virtual switch, and a real bridge that shows what happens there.
mod asterisk;
mod csta;

use super::tail::{Client, Show, What, show};
use crate::app::Bridge;
use crate::config::{self, Config};
use crate::telemetry;
use clap::{Args, ValueEnum};
use lineside_wire::Private;
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use thiserror::Error;

/// `lineside demo`.
#[derive(Debug, Args)]
pub(super) struct Demo {
    /// End after this time, for example 20s; else at Ctrl-C
    #[arg(long = "for", value_name = "TIME", value_parser = duration)]
    length: Option<Duration>,
    /// The port for applications on 127.0.0.1; any free one if none is given
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// What kind of switch it is
    #[arg(long, value_enum, default_value_t = Kind::Asterisk)]
    switch: Kind,
    /// The vendor profile whose dialect of CSTA it speaks, in XML or BER [default: ecma/ecma-323]
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    #[command(flatten)]
    what: What,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Kind {
    Asterisk,
    Csta,
}

/// Why there is no demo.
#[derive(Debug, Error)]
enum DemoError {
    #[error("the virtual switch: {0}")]
    Switch(#[from] std::io::Error),
    #[error("{0}")]
    Config(#[from] config::Mistakes),
    #[error("{0}")]
    App(#[from] crate::app::AppError),
    #[error("{0}")]
    Tail(#[from] super::tail::Ended),
    #[error("{0:?} is no profile of a CSTA switch; these are: {1}")]
    Profile(String, String),
    #[error("--profile chooses the dialect of a CSTA switch: add --switch csta")]
    NoCsta,
    #[error("the system gives no chance: {0}")]
    Entropy(#[from] getrandom::Error),
}

impl Demo {
    pub(super) fn run(self) -> Result<ExitCode, ExitCode> {
        telemetry::start("warn,lineside::app=error", false);
        super::block_on(async {
            match self.play().await {
                Ok(()) => Ok(ExitCode::SUCCESS),
                Err(error) => {
                    eprintln!("{error}");
                    Ok(ExitCode::FAILURE)
                }
            }
        })
    }

    async fn play(self) -> Result<(), DemoError> {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let epoch = i64::try_from(since.as_micros()).unwrap_or(i64::MAX);
        let secret = chance()?;
        let profile = self.profile.as_deref();
        let switch = match self.switch {
            Kind::Asterisk if profile.is_some() => return Err(DemoError::NoCsta),
            Kind::Asterisk => asterisk::start(epoch, &secret).await?,
            Kind::Csta => csta::start(profile.unwrap_or(csta::PLAIN), &secret).await?,
        };
        let token = chance()?;
        let config = configuration(&switch, self.port, &token)?;
        let bridge = Bridge::start(config).await?;
        let url = format!("http://{}", bridge.address);
        let how = Show::of(&self.what);
        let invitation = self.invitation(&url, &token);
        // Lines for programs stay lines for programs. Whoever does not want to read it closes the pipe.
        let _ = match how {
            Show::Json => std::io::stderr().write_all(invitation.as_bytes()),
            Show::Live | Show::Lines => std::io::stdout().write_all(invitation.as_bytes()),
        };
        if how == Show::Live {
            // Time to read before the screen is taken.
            tokio::time::sleep(Duration::from_secs(2)).await;
        }
        let client = Client::new(&url, Private::new(token.clone()), &self.what)?;
        let stop = async {
            match self.length {
                Some(length) => {
                    tokio::select! { () = tokio::time::sleep(length) => {}, () = super::interrupted() => {} }
                }
                None => super::interrupted().await,
            }
        };
        let shown = show(client, how, stop).await;
        bridge.stop().await;
        Ok(shown?)
    }

    fn invitation(&self, url: &str, token: &str) -> String {
        let (switch, numbers) = match self.switch {
            Kind::Asterisk => (
                "Asterisk".to_owned(),
                "10XX are telephones, 0 leads outside. Those that end with 97 are busy, 98 only ring, 96 refuse, 95 do not exist.",
            ),
            Kind::Csta => (
                format!("CSTA switch ({})", self.profile.as_deref().unwrap_or(csta::PLAIN)),
                "1031 to 1039 are telephones that do as they are told, those of 1001 to 1027 play; 0 leads outside.",
            ),
        };
        let (calling, called, agent, log_on) = match self.switch {
            Kind::Asterisk => ("1011", "1012", "alice", r#"{"state":"loggedOn"}"#),
            Kind::Csta => (
                "1031",
                "1032",
                "1033",
                r#"{"state":"loggedOn","device":"hq:1033","queues":["hq:2001"]}"#,
            ),
        };
        let authorized = format!("-H 'Authorization: Bearer {token}'");
        let make = format!(r#"{{"callingDevice":"hq:{calling}","calledNumber":"{called}"}}"#);
        format!(
            "A virtual {switch} makes calls; nothing leaves this machine.\n  URL    {url}\n  token  {token}\nIn another terminal: watch, make a \
             call of your own, hang up in one (CALL and CONNECTION stand for ids that you were told).\n  \
             curl -N {authorized} -H 'Accept: text/event-stream' '{url}/v1/events?type=call.*'\n  \
             curl {authorized} -H 'Content-Type: application/json' -d '{make}' {url}/v1/calls\n  \
             curl {authorized} -X POST {url}/v1/calls/CALL/connections/CONNECTION/clearConnection\n  \
             curl {authorized} -X PUT -H 'Content-Type: application/json' -d '{log_on}' {url}/v1/agents/hq:{agent}/state\n\
             Numbers: {numbers}\n\n"
        )
    }
}

/// The configuration of a real bridge, for the virtual switch.
fn configuration(switch: &str, port: u16, token: &str) -> Result<Config, config::Mistakes> {
    let text = format!(
        r#"
bridge = "demo"
[api]
listen = "127.0.0.1:{port}"
[[switch]]
name = "hq"
{switch}
[[token]]
name = "demo"
secret = "{token}"
scopes = ["events:read", "calls:read", "calls:control", "calls:supervise", "calls:record", "userdata:write", "agents:read", "agents:control", "devices:control"]
"#
    );
    config::parse(Path::new("demo"), &text, std::iter::empty())
}

/// A secret that nobody guesses.
fn chance() -> Result<String, getrandom::Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn duration(text: &str) -> Result<Duration, String> {
    config::duration(text).ok_or_else(|| format!("{text:?} is no time; write for example 20s or 5min"))
}
