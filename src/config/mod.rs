//! The configuration: one TOML file, above it the environment (`LINESIDE_API__LISTEN`, `LINESIDE_SWITCH__HQ__SECRET`),
//! secrets also from files of their own. Everything that is wrong is told at once, with its place and what to do.

mod layer;
mod mistake;
mod records;
mod section;
mod source;
mod switch;
mod token;

#[cfg(test)]
mod tests;

pub(crate) use mistake::{Mistake, Mistakes};
pub(crate) use switch::SwitchConfig;

use crate::access::{Rates, TokenConfig};
use crate::api::{ApiConfig, TlsConfig};
use crate::link::GIVE_UP;
use crate::model::Text;
use crate::stream::StreamConfig;
use section::Section;
pub(crate) use section::duration;
use source::Source;
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

/// What the file and the environment say, understood.
#[derive(Debug)]
pub(crate) struct Config {
    /// The side of the applications.
    pub(crate) api: ApiConfig,
    /// The log of events.
    pub(crate) stream: StreamConfig,
    /// What holds for the links to all switches.
    pub(crate) link: LinkConfig,
    /// What is told about the program itself.
    pub(crate) log: LogConfig,
    /// The switches, at least one.
    pub(crate) switches: Vec<SwitchConfig>,
    /// Who may use the bridge.
    pub(crate) tokens: Vec<TokenConfig>,
    /// How often.
    pub(crate) rates: Rates,
}

/// `[link]`.
#[derive(Clone, Debug)]
pub(crate) struct LinkConfig {
    /// How long calls outlive a link that is down.
    pub(crate) give_up: Duration,
}

/// `[log]`.
#[derive(Clone, Debug)]
pub(crate) struct LogConfig {
    /// A level, or levels by target (`info,lineside::link=debug`).
    pub(crate) level: String,
    /// Lines for programs instead of people.
    pub(crate) json: bool,
}

/// Reads the file at `path` and the environment above it.
pub(crate) fn read(path: &Path, environment: impl Iterator<Item = (String, String)>) -> Result<Config, Mistakes> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        let what = format!("cannot be read: {error}; name another file with --config");
        Mistakes(vec![Mistake {
            source: path.display().to_string(),
            line: None,
            key: String::new(),
            what,
        }])
    })?;
    parse(path, &text, environment)
}

/// Reads `text`, which stands in the file at `path`.
pub(crate) fn parse(
    path: &Path,
    text: &str,
    environment: impl Iterator<Item = (String, String)>,
) -> Result<Config, Mistakes> {
    let (source, table) = Source::new(path, text, environment);
    let mut known = Vec::new();
    let root = Section::root(&source, &table);
    let bridge = name(&root);
    let (api, rates) = api(root.section("api"), &mut known);
    let stream = stream(root.section("stream"), bridge, &mut known);
    let link = link(root.section("link"), &mut known);
    let log = log(root.section("log"), &mut known);
    let switches: Vec<SwitchConfig> = root
        .sections("switch")
        .into_iter()
        .filter_map(|section| switch::read(section, &mut known))
        .collect();
    let tokens: Vec<TokenConfig> = root
        .sections("token")
        .into_iter()
        .filter_map(|section| token::read(section, &mut known))
        .collect();
    if !table.contains_key("switch") {
        root.wrong(
            "switch",
            "no switch is configured: add a [[switch]] with name, profile, address, username and secret",
        );
    }
    let mut seen = BTreeSet::new();
    for switch in switches.iter().filter(|switch| !seen.insert(switch.name.clone())) {
        root.wrong(
            "switch",
            format!("two switches are named {:?}: names are unique", switch.name.as_str()),
        );
    }
    let mut seen = BTreeSet::new();
    for token in tokens.iter().filter(|token| !seen.insert(token.name.clone())) {
        root.wrong(
            "token",
            format!("two tokens are named {:?}: names are unique", token.name),
        );
    }
    known.extend(root.finish());
    let mistakes = source.finish(&known);
    if mistakes.is_empty() {
        Ok(Config {
            api,
            stream,
            link,
            log,
            switches,
            tokens,
            rates,
        })
    } else {
        Err(Mistakes(mistakes))
    }
}

fn name(root: &Section<'_>) -> Option<String> {
    root.value("bridge", "a name of a-z, 0-9 and -", |value| {
        let fits = |name: &&str| {
            (1..=64).contains(&name.len())
                && name
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        };
        value.as_str().filter(fits).map(str::to_owned)
    })
}

fn api(section: Section<'_>, known: &mut Vec<String>) -> (ApiConfig, Rates) {
    let mut api = ApiConfig::default();
    let listen = section.value("listen", "an address and a port such as \"127.0.0.1:7080\"", |value| {
        value.as_str()?.parse().ok()
    });
    api.listen = listen.unwrap_or(api.listen);
    let plaintext = section.flag("allowPlaintext").unwrap_or(false);
    api.tls = match (section.file("certificateFile"), section.file("keyFile")) {
        (Some(certificate), Some(key)) => Some(TlsConfig { certificate, key }),
        (None, None) => None,
        (Some(_), None) => {
            section.wrong("certificateFile", "`keyFile` is missing: TLS needs both");
            None
        }
        (None, Some(_)) => {
            section.wrong("keyFile", "`certificateFile` is missing: TLS needs both");
            None
        }
    };
    let tls = section.has("certificateFile") || section.has("keyFile");
    if !api.listen.ip().is_loopback() && !tls && !plaintext {
        section.wrong(
            "listen",
            format!(
                "{} can be reached from other machines, and would be served without TLS: give `certificateFile` and \
                 `keyFile`, or say allowPlaintext = true",
                api.listen
            ),
        );
    }
    api.allowed_origins = section.list("allowedOrigins").unwrap_or_default();
    api.max_connections = section.count("maxConnections").unwrap_or(api.max_connections);
    let usual = Rates::default();
    let rate = |key, usual| {
        section
            .count(key)
            .map_or(usual, |rate| u32::try_from(rate).unwrap_or(usual))
    };
    let rates = Rates {
        services_per_second: rate("servicesPerSecond", usual.services_per_second),
        wrong_tokens_per_minute: rate("wrongTokensPerMinute", usual.wrong_tokens_per_minute),
    };
    known.extend(section.finish());
    (api, rates)
}

fn stream(section: Section<'_>, bridge: Option<String>, known: &mut Vec<String>) -> StreamConfig {
    let mut stream = StreamConfig {
        path: section.path("path"),
        ..StreamConfig::default()
    };
    stream.bridge = bridge.map_or(stream.bridge, Text::from);
    stream.retention = section.duration("retention").unwrap_or(stream.retention);
    known.extend(section.finish());
    stream
}

fn link(section: Section<'_>, known: &mut Vec<String>) -> LinkConfig {
    let give_up = section.duration("giveUp").unwrap_or(GIVE_UP);
    if give_up.is_zero() {
        section.wrong(
            "giveUp",
            "calls would end with every break of the link: give the time for which they may outlive it, such as \"15min\"",
        );
    }
    known.extend(section.finish());
    LinkConfig { give_up }
}

fn log(section: Section<'_>, known: &mut Vec<String>) -> LogConfig {
    let level = section.value("level", "error, warn, info, debug or trace, also by target", |value| {
        value
            .as_str()
            .filter(|level| crate::telemetry::understands(level))
            .map(str::to_owned)
    });
    let json = section.value("format", "\"text\" or \"json\"", |value| match value.as_str()? {
        "text" => Some(false),
        "json" => Some(true),
        _ => None,
    });
    known.extend(section.finish());
    LogConfig {
        level: level.unwrap_or_else(|| "info".to_owned()),
        json: json.unwrap_or(false),
    }
}
