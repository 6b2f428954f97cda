//! Which connection is meant.

use crate::cli::story;
use crate::model::{Call, CallId, Connection, ConnectionId, ConnectionState, Kind, Service, SwitchName};
use serde_json::json;
use std::fmt;
use thiserror::Error;
use uuid::Uuid;

/// What a service is asked of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    Call(CallId),
    Connection(CallId, ConnectionId),
}

/// It cannot be told what is meant.
#[derive(Debug, Error)]
pub(super) enum Unclear {
    #[error("{0} takes part in no call, and is no call and no connection: `lineside call list` shows what there is")]
    Nothing(String),
    #[error("{which} means several connections; name one by its id:{}", Choices(choices))]
    Several { which: String, choices: Vec<String> },
    #[error("the bridge has no switch yet, so nobody knows whose device {0} is")]
    NoSwitch(String),
    #[error("there are several switches, so say whose device is meant: {0}")]
    Switches(String),
}

struct Choices<'a>(&'a [String]);

impl fmt::Display for Choices<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|choice| write!(f, "\n  {choice}"))
    }
}

type Candidate<'a> = (&'a Call, &'a Connection);

/// What `which` means for a service: the id of a call or of a connection, a device with or without its switch, or a number.
pub(super) fn target(calls: &[Call], which: &str, service: Service) -> Result<Target, Unclear> {
    let all = || {
        calls
            .iter()
            .flat_map(|call| call.connections.iter().map(move |c| (call, c)))
    };
    let candidates: Vec<Candidate<'_>> = match which.parse::<Uuid>() {
        Ok(id) if calls.iter().any(|call| call.id.0 == id) => {
            if service == Service::ClearConnection {
                return Ok(Target::Call(CallId(id)));
            }
            stations_first(all().filter(|(call, _)| call.id.0 == id).collect(), service)
        }
        Ok(id) => all().filter(|(_, c)| c.id.0 == id).collect(),
        Err(_) => all().filter(|(_, c)| is_at(c, which)).collect(),
    };
    let possible = permitted(&candidates, service);
    let choices = if possible.is_empty() { candidates } else { possible };
    match choices.as_slice() {
        [] => Err(Unclear::Nothing(which.to_owned())),
        [(call, connection)] => Ok(Target::Connection(call.id, connection.id)),
        several => Err(Unclear::Several {
            which: which.to_owned(),
            choices: several.iter().map(choice).collect(),
        }),
    }
}

/// What the same telephone holds besides; there being none, the bridge says so.
pub(super) fn held(calls: &[Call], active: ConnectionId) -> ConnectionId {
    let all = || calls.iter().flat_map(|call| &call.connections);
    let device = all().find(|c| c.id == active).and_then(|c| c.device.as_ref());
    let held = |c: &&Connection| c.id != active && c.device.as_ref() == device && c.state == ConnectionState::Hold;
    all().find(held).map_or(active, |c| c.id)
}

fn permitted<'a>(candidates: &[Candidate<'a>], service: Service) -> Vec<Candidate<'a>> {
    let may = |(_, c): &&Candidate<'a>| c.services_permitted.contains(service);
    candidates.iter().filter(may).copied().collect()
}

/// Of a call between a telephone and the world outside it is the telephone that acts.
fn stations_first(candidates: Vec<Candidate<'_>>, service: Service) -> Vec<Candidate<'_>> {
    let stations: Vec<Candidate<'_>> = permitted(&candidates, service)
        .into_iter()
        .filter(|(_, c)| c.kind == Kind::Station)
        .collect();
    if stations.is_empty() { candidates } else { stations }
}

fn is_at(connection: &Connection, which: &str) -> bool {
    let device = connection.device.as_ref();
    let number = connection.number.as_ref().map(|number| number.as_str());
    let e164 = connection.e164.as_ref().map(|number| number.as_str());
    device.is_some_and(|device| device.as_str() == which || device.key() == which)
        || number == Some(which)
        || e164 == Some(which)
}

/// `019b…  1001 connected, in +49171… → 1001: …`
fn choice((call, connection): &Candidate<'_>) -> String {
    let (whole, part) = (json!(call), json!(connection));
    format!(
        "{}  {} {}, in {}",
        connection.id,
        story::who(&part),
        story::text(&part, "/state"),
        story::parties(&whole)
    )
}

/// The switch of a device that was named without one.
pub(super) fn only_switch(switches: Vec<SwitchName>, device: &str) -> Result<SwitchName, Unclear> {
    let choices: Vec<String> = switches.iter().map(|switch| format!("{switch}:{device}")).collect();
    let mut switches = switches.into_iter();
    match (switches.next(), switches.next()) {
        (Some(switch), None) => Ok(switch),
        (None, _) => Err(Unclear::NoSwitch(device.to_owned())),
        (Some(_), Some(_)) => Err(Unclear::Switches(choices.join(", "))),
    }
}
