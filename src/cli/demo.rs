use super::tail::{Client, Show, What, show};
use crate::app::Bridge;
use crate::config::{self, Config};
use crate::sim::{Asterisk, Listener};
use crate::telemetry;
use clap::Args;
use lineside_wire::Private;
use std::io::Write as _;
use std::net::SocketAddr;
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
    #[command(flatten)]
    what: What,
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
        let asterisk = Asterisk::new(epoch, epoch.unsigned_abs());
        let switch = Listener::bind(asterisk, "demo", &secret).await?;
        let token = chance()?;
        let config = configuration(switch.address()?, &secret, self.port, &token)?;
        // The switch ends with the runtime.
        tokio::spawn(switch.run());
        let bridge = Bridge::start(config).await?;
        let url = format!("http://{}", bridge.address);
        let how = Show::of(&self.what);
        let invitation = invitation(&url, &token);
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
}

fn invitation(url: &str, token: &str) -> String {
    let authorized = format!("-H 'Authorization: Bearer {token}'");
    let make = r#"{"callingDevice":"hq:1011","calledNumber":"1012"}"#;
    let log_on = r#"{"state":"loggedOn"}"#;
    format!(
        "A virtual Asterisk makes calls; nothing leaves this machine.\n  URL    {url}\n  token  {token}\nIn another terminal: watch, make a \
         call of your own, hang up in one (CALL and CONNECTION stand for ids that you were told).\n  \
         curl -N {authorized} -H 'Accept: text/event-stream' '{url}/v1/events?type=call.*'\n  \
         curl {authorized} -H 'Content-Type: application/json' -d '{make}' {url}/v1/calls\n  \
         curl {authorized} -X POST {url}/v1/calls/CALL/connections/CONNECTION/clearConnection\n  \
         curl {authorized} -X PUT -H 'Content-Type: application/json' -d '{log_on}' {url}/v1/agents/hq:alice/state\n\
         Numbers: 10XX are telephones, 0 leads outside. Those that end with 97 are busy, 98 only ring, 96 refuse, 95 do not exist.\n\n"
    )
}

/// The configuration of a real bridge, for the virtual switch.
fn configuration(switch: SocketAddr, secret: &str, port: u16, token: &str) -> Result<Config, config::Mistakes> {
    let text = format!(
        r#"
bridge = "demo"
[api]
listen = "127.0.0.1:{port}"
[[switch]]
name = "hq"
profile = "asterisk/asterisk"
address = "{switch}"
username = "demo"
secret = "{secret}"
[switch.site]
country = "DE"
area = "30"
trunkPrefix = "0"
extensions = "10XX"
userData = ["CUSTOMER", "ACCOUNT"]
notReadyReasons = ["break", "lunch"]
afterCallReason = "wrapup"
afterCallTime = "60s"
[[switch.site.agents]]
id = "alice"
name = "Alice"
device = "1011"
queues = ["support", "sales"]
[[switch.site.agents]]
id = "bob"
name = "Bob"
device = "1012"
queues = ["support"]
[switch.override.control]
remoteControl = ["10XX"]
[switch.override.stations.database]
immediate = "CF"
busy = "CFB"
noAnswer = "CFU"
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
