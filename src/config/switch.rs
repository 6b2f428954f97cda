use super::section::Section;
use crate::link::RecordSource;
use crate::model::{DeviceId, SwitchName};
use crate::profile::{self, OneOrMany, Site, SiteAgent};
use crate::projections::statistics::{SiteStatistics, Thresholds};
use jiff::tz::TimeZone;
use lineside_wire::Private;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// `[[switch]]`.
#[derive(Debug)]
pub(crate) struct SwitchConfig {
    /// Its name on the bridge.
    pub(crate) name: SwitchName,
    /// The vendor profile: its name.
    pub(crate) profile_name: String,
    /// The profile as it was written, and what the site changed in it: for captures.
    pub(crate) profile_text: String,
    /// `[switch.override]`.
    pub(crate) changes: toml::Table,
    /// Host and port.
    pub(crate) address: String,
    /// Who the bridge is to the switch.
    pub(crate) username: String,
    /// How it proves that.
    pub(crate) secret: Private<String>,
    /// The installation.
    pub(crate) site: Site,
    /// How its queues and agents are counted.
    pub(crate) statistics: SiteStatistics,
    /// Where the switch's records can be read after the link was down.
    pub(crate) records: Option<RecordSource>,
    /// The file that gets everything that the switch sends.
    pub(crate) capture: Option<PathBuf>,
}

pub(super) fn read(section: Section<'_>, known: &mut Vec<String>) -> Option<SwitchConfig> {
    let name = section.required("name", "hq");
    let section = if name.is_empty() {
        section
    } else {
        section.named("switch", &name)
    };
    let name = SwitchName::try_from(name.as_str()).map_err(|error| {
        if section.has("name") {
            section.wrong("name", error.to_string());
        }
    });
    let changes = section.section("override").table().clone();
    let profile = profile(&section, &changes);
    let address = address(&section);
    let login = profile.as_ref().is_none_or(|profile| profile.asks_who);
    let username = if login {
        section.required("username", "lineside")
    } else {
        section.text("username").unwrap_or_default()
    };
    let mut secret = section.secret();
    let told = section.has("secret") || section.has("secretFile");
    if !login && !told {
        secret = Some(Private::new(String::new()));
    }
    if login && secret.is_none() && !told {
        section.wrong(
            "secret",
            "the switch asks for a password: give `secret`, or `secretFile` with the path of a file",
        );
    }
    let capture = section.path("capture");
    let records = super::records::read(section.section("cdr"), known);
    let place = section.section("site");
    let statistics = statistics(&place, name.as_ref().ok(), known);
    let site_zone = statistics.zone.clone();
    let named = profile.as_ref().is_some_and(|profile| profile.asks_switch_name);
    let site = site(place, named, known);
    known.extend(section.finish());
    let Found {
        name: profile_name,
        text: profile_text,
        ..
    } = profile?;
    Some(SwitchConfig {
        name: name.ok()?,
        profile_name,
        profile_text,
        changes,
        address,
        username,
        secret: secret?,
        site,
        statistics,
        records: records.map(|records| records.in_zone(site_zone)),
        capture,
    })
}

/// A profile, and what its product wants to be told.
struct Found {
    name: String,
    text: String,
    asks_who: bool,
    asks_switch_name: bool,
}

/// An embedded profile by its name, or one from a file.
fn profile(section: &Section<'_>, changes: &toml::Table) -> Option<Found> {
    let name = section.required("profile", "asterisk/asterisk");
    if name.is_empty() {
        return None;
    }
    let text = match profile::embedded(&name) {
        Some(text) => text.to_owned(),
        None if Path::new(&name).extension().is_some_and(|e| e == "toml") => {
            let path = section.path("profile")?;
            match std::fs::read_to_string(&path) {
                Ok(text) => text,
                Err(error) => {
                    section.wrong("profile", format!("{} cannot be read: {error}", path.display()));
                    return None;
                }
            }
        }
        None => {
            let near = super::mistake::nearest(&name, profile::names());
            let near = near.map(|near| format!("; did you mean {near:?}?")).unwrap_or_default();
            section.wrong("profile", format!("{}{near}", profile::unknown(&name)));
            return None;
        }
    };
    match profile::load(&name, &text, Some(changes)) {
        Ok(profile) => Some(Found {
            asks_who: profile.asks_who(),
            asks_switch_name: profile.asks_switch_name(),
            name,
            text,
        }),
        Err(error) => {
            let key = if changes.is_empty() { "profile" } else { "override" };
            section.wrong(key, error.to_string());
            None
        }
    }
}

fn address(section: &Section<'_>) -> String {
    let address = section.required("address", "10.0.0.5:5038");
    let fits = address
        .rsplit_once(':')
        .is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok_and(|port| port != 0));
    if !address.is_empty() && !fits {
        section.wrong(
            "address",
            format!("{address:?} is no host and port, write for example \"10.0.0.5:5038\""),
        );
    }
    address
}

pub(super) fn zone(section: &Section<'_>) -> Option<TimeZone> {
    section.value(
        "timeZone",
        "a time zone of the IANA database such as \"Europe/Berlin\"",
        |value| TimeZone::get(value.as_str()?).ok(),
    )
}

/// What `[switch.site]` says of days and queues.
fn statistics(section: &Section<'_>, switch: Option<&SwitchName>, known: &mut Vec<String>) -> SiteStatistics {
    let zone = zone(section);
    let thresholds = |section: &Section<'_>, usual: Thresholds| Thresholds {
        service_level: section.duration("serviceLevel").unwrap_or(usual.service_level),
        short_abandon: section.duration("shortAbandon").unwrap_or(usual.short_abandon),
    };
    let usual = thresholds(section, Thresholds::default());
    let mut queues = BTreeMap::new();
    for section in section.sections("queues") {
        let name = section.required("name", "support");
        let here = thresholds(&section, usual);
        if let Some(switch) = switch
            && queues.insert(DeviceId::new(switch, &name), here).is_some()
        {
            section.wrong("name", format!("two queues are named {name:?}: write it once"));
        }
        known.extend(section.finish());
    }
    SiteStatistics {
        zone: zone.unwrap_or(TimeZone::UTC),
        thresholds: usual,
        queues,
    }
}

/// `named`: the switch is asked for devices by what its server calls it.
fn site(section: Section<'_>, named: bool, known: &mut Vec<String>) -> Site {
    let extensions = section.value(
        "extensions",
        "a pattern such as \"10XX\", or a list of them",
        |value| match value {
            toml::Value::String(one) => Some(OneOrMany::One(one.clone())),
            toml::Value::Array(many) => many
                .iter()
                .map(|p| p.as_str().map(str::to_owned))
                .collect::<Option<_>>()
                .map(OneOrMany::Many),
            _ => None,
        },
    );
    let agents = section.sections("agents").into_iter().map(site_agent);
    let site = Site {
        agents: agents.collect(),
        not_ready_reasons: section.list("notReadyReasons").unwrap_or_default(),
        after_call_reason: section.text("afterCallReason"),
        after_call_seconds: section.duration("afterCallTime").map(|time| time.as_secs()),
        country: section.text("country"),
        area: section.text("area"),
        trunk_prefix: section.text("trunkPrefix"),
        extensions,
        trunks: section.list("trunks").unwrap_or_default(),
        switch_name: section.text("switchName").filter(|name| !name.is_empty()),
        devices: section.list("devices").unwrap_or_default(),
        user_data: section.list("userData").unwrap_or_default(),
        digits: section.flag("digits").unwrap_or(false),
    };
    if named && site.switch_name.is_none() {
        let why = "devices are asked for by what the server calls its connection to the switch: give `switchName` in [switch.site], for \
                   example \"avaya\", as the administrator of the server reads it there";
        section.wrong("switchName", why);
    }
    for error in site.rules().err().unwrap_or_default() {
        section.wrong(error.key, error.detail);
    }
    known.extend(section.finish());
    site
}

fn site_agent(section: Section<'_>) -> SiteAgent {
    let agent = SiteAgent {
        id: section.required("id", "4711"),
        name: section.text("name"),
        interface: section.text("interface"),
        device: section.text("device"),
        queues: section.list("queues").unwrap_or_default(),
    };
    section.finish();
    agent
}
