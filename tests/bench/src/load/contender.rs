//! Who is measured, and how each is started.

use super::FIRST;
use super::client::Target;
use super::plan::{SITE, SWITCH, number, passed_on_number};
use super::process::{Process, free_address, wait_for};
use super::switch::{Shared, Switch};
use lineside::bench::Failure;
use std::fs;
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use tempfile::TempDir;

/// Who brings events to clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contender {
    Relay,
    Bridge,
    BridgeWithoutLog,
    Panoramisk,
    AsteriskManager,
}

/// Where the programs are.
pub struct Places {
    /// Our own.
    pub programs: PathBuf,
    /// The gateways of `tests/bench/peers`.
    pub gateways: PathBuf,
    /// What `tests/bench/install` installed.
    pub peers: PathBuf,
    /// Where logs may be written.
    pub work: PathBuf,
}

/// A contender that runs, with where to tell it what and where to hear of it.
pub struct Running {
    pub process: Process,
    pub target: Target,
    pub outlet: Shared,
    _folder: TempDir,
}

pub const TOKEN: &str = "0123456789abcdef";

impl Contender {
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Contender::Relay => "null relay (axum)",
            Contender::Bridge => "Lineside",
            Contender::BridgeWithoutLog => "Lineside, no log",
            Contender::Panoramisk => "panoramisk + aiohttp",
            Contender::AsteriskManager => "asterisk-manager + ws",
        }
    }

    /// Does it pass on messages of the switch, instead of telling of calls?
    #[must_use]
    pub const fn is_gateway(self) -> bool {
        matches!(self, Contender::Panoramisk | Contender::AsteriskManager)
    }

    /// What is missing to start it, if something is.
    #[must_use]
    pub fn lacks(self, places: &Places) -> Option<PathBuf> {
        let needed = match self {
            Contender::Relay | Contender::Bridge | Contender::BridgeWithoutLog => return None,
            Contender::Panoramisk => python(places),
            Contender::AsteriskManager => places.peers.join("node_modules/asterisk-manager"),
        };
        (!needed.exists()).then_some(needed)
    }

    /// Starts it on the processor for whoever is measured.
    ///
    /// # Errors
    /// It does not start.
    pub fn start(self, places: &Places, switch: &Switch) -> Result<Running, Failure> {
        let address = free_address()?;
        let folder = tempfile::tempdir_in(&places.work)?;
        let log = places.work.join(format!("{self:?}.log").to_lowercase());
        let ports = [switch.address.port().to_string(), address.port().to_string()];
        let script = |name: &str| places.gateways.join(name).display().to_string();
        let start = |program: &Path, arguments: &[String]| {
            let modules = places.peers.join("node_modules");
            Process::start(program, arguments, &[("NODE_PATH", &modules)], &log)
        };
        let mut errands = None;
        let process = match self {
            Contender::Relay => {
                let to = free_address()?;
                errands = Some(to);
                let arguments = [to.to_string(), address.to_string()];
                start(&places.programs.join("lineside-bench-relay"), &arguments)?
            }
            Contender::Bridge | Contender::BridgeWithoutLog => {
                let file = folder.path().join("lineside.toml");
                let path = folder.path().join("log");
                let logged = (self == Contender::Bridge).then_some(path.as_path());
                fs::write(&file, config(address, switch.address, logged))?;
                let arguments = ["run".to_owned(), "--config".to_owned(), file.display().to_string()];
                start(&places.programs.join("lineside"), &arguments)?
            }
            Contender::Panoramisk => {
                let [ami, http] = ports;
                start(&python(places), &[script("panoramisk/gateway.py"), ami, http])?
            }
            Contender::AsteriskManager => {
                let [ami, http] = ports;
                start(Path::new("node"), &[script("asterisk-manager/gateway.js"), ami, http])?
            }
        };
        wait_for(address)?;
        let outlet = match errands {
            Some(to) => Arc::new(Mutex::new(TcpStream::connect(to)?)),
            None => switch.listener()?,
        };
        Ok(Running {
            process,
            target: self.target(address),
            outlet,
            _folder: folder,
        })
    }

    fn target(self, address: SocketAddr) -> Target {
        let gateway = self.is_gateway();
        let path = match self {
            Contender::Relay => |client| format!("/{client}"),
            Contender::Bridge | Contender::BridgeWithoutLog => {
                |client| format!("/v1/events?device={SWITCH}:{}", FIRST + client)
            }
            Contender::Panoramisk | Contender::AsteriskManager => |client| format!("/?device={}", FIRST + client),
        };
        let bridge = matches!(self, Contender::Bridge | Contender::BridgeWithoutLog);
        Target {
            address,
            path,
            token: bridge.then_some(TOKEN),
            begins: bridge.then_some("\"subscribed\""),
            number: if gateway { passed_on_number } else { number },
        }
    }
}

fn python(places: &Places) -> PathBuf {
    places.peers.join("venv/bin/python")
}

fn config(listen: SocketAddr, switch: SocketAddr, log: Option<&Path>) -> String {
    let path = log.map(|path| format!("path = {path:?}\n")).unwrap_or_default();
    format!(
        r#"
[api]
listen = "{listen}"
maxConnections = 10000
[stream]
{path}
[log]
level = "warn"
[[switch]]
name = "{SWITCH}"
profile = "asterisk/asterisk"
address = "{switch}"
username = "bench"
secret = "bench"
[switch.site]
{SITE}
[[token]]
name = "bench"
secret = "{TOKEN}"
scopes = ["events:read", "calls:read", "calls:control"]
"#
    )
}
