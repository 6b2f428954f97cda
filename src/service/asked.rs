//! What a caller asks for, as pairs of names and values: understood, or refused with what was expected.

use super::nearest::hint;
use super::{Caller, Refusal};
use crate::model::{AgentId, CallId, DeviceId, EventType, Sequence, SwitchName, Text};
use crate::stream::{Filter, Key, Selection, Start};

/// What can be asked of events.
const OF_EVENTS: &[&str] = &[
    "type", "device", "agent", "queue", "call", "switch", "since", "snapshot", "limit",
];
/// What can be asked of a list.
const OF_LISTS: &[&str] = &["device", "agent", "queue", "call", "switch", "after", "limit"];

/// The most items of a page.
const LIMIT: usize = 1000;
const DEFAULT_LIMIT: usize = 100;

/// A question about events, understood and allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EventsAsked {
    pub(crate) selection: Selection,
    pub(crate) start: Start,
    pub(crate) limit: usize,
}

/// A question for a list, understood and allowed.
#[derive(Debug)]
pub(crate) struct ListAsked {
    pub(super) selection: Selection,
    pub(super) after: Option<String>,
    pub(super) limit: usize,
}

pub(super) fn events<'a>(
    caller: &Caller,
    pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<EventsAsked, Refusal> {
    let mut asked = EventsAsked {
        selection: Selection {
            filter: Filter::default(),
            sight: caller.sight(),
        },
        start: Start::default(),
        limit: DEFAULT_LIMIT,
    };
    for (name, value) in pairs {
        match name {
            "type" => add_types(&mut asked.selection.filter, value)?,
            "since" => asked.start.since = Some(position(name, value)?),
            "snapshot" => asked.start.snapshot = flag(name, value)?,
            "limit" => asked.limit = limit(value)?,
            _ => add_filter(caller, &mut asked.selection.filter, name, value, OF_EVENTS)?,
        }
    }
    Ok(asked)
}

pub(super) fn list<'a>(
    caller: &Caller,
    pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<ListAsked, Refusal> {
    let mut asked = ListAsked {
        selection: Selection {
            filter: Filter::default(),
            sight: caller.sight(),
        },
        after: None,
        limit: DEFAULT_LIMIT,
    };
    for (name, value) in pairs {
        match name {
            "after" => asked.after = Some(value.to_owned()),
            "limit" => asked.limit = limit(value)?,
            _ => add_filter(caller, &mut asked.selection.filter, name, value, OF_LISTS)?,
        }
    }
    Ok(asked)
}

fn add_filter(caller: &Caller, filter: &mut Filter, name: &str, value: &str, known: &[&str]) -> Result<(), Refusal> {
    match name {
        "device" => {
            let id = DeviceId::from_text(qualified(name, value)?);
            caller.must_see_object(id.switch(), &Key::device(&id), value)?;
            filter.devices.insert(Key::device(&id));
        }
        "queue" => {
            let id = DeviceId::from_text(qualified(name, value)?);
            caller.must_see_object(id.switch(), &Key::queue(&id), value)?;
            filter.queues.insert(Key::queue(&id));
        }
        "agent" => {
            let id = AgentId::from_text(qualified(name, value)?);
            caller.must_see_switch(id.switch())?;
            filter.agents.insert(Key::agent(&id));
        }
        "call" => {
            let id = value
                .parse()
                .map_err(|_| Refusal::invalid(name, format!("the id of a call was expected, not {value:?}")))?;
            filter.calls.insert(Key::call(&CallId(id)));
        }
        "switch" => {
            let switch = SwitchName::try_from(value).map_err(|error| Refusal::invalid(name, error.to_string()))?;
            caller.must_see_switch(switch.as_str())?;
            filter.switches.insert(switch.as_str().to_owned());
        }
        _ => {
            let hint = hint(name, known.iter().copied());
            return Err(Refusal::invalid(name, format!("there is no such filter{hint}")));
        }
    }
    Ok(())
}

/// `call.delivered`, with or without `lineside.`; `call.*`; `*`.
fn add_types(filter: &mut Filter, value: &str) -> Result<(), Refusal> {
    let short = |kind: &EventType| kind.as_str().trim_start_matches("lineside.");
    let asked = value.strip_prefix("lineside.").unwrap_or(value);
    let mut found = 0;
    for kind in EventType::ALL {
        let fits = match asked.strip_suffix('*') {
            Some(family) => short(kind).starts_with(family) && (family.is_empty() || family.ends_with('.')),
            None => short(kind) == asked,
        };
        if fits {
            filter.types.insert(*kind);
            found += 1;
        }
    }
    if found == 0 {
        let families = ["call.*", "agent.*", "device.*", "queue.*", "link.*", "bridge.*"];
        let known = EventType::ALL.iter().map(short).chain(families);
        return Err(Refusal::invalid(
            "type",
            format!("no type of event is called {value:?}{}", hint(asked, known)),
        ));
    }
    Ok(())
}

fn qualified(name: &str, value: &str) -> Result<Text, Refusal> {
    match value.split_once(':') {
        Some((switch, key)) if SwitchName::try_from(switch).is_ok() && !key.is_empty() => Ok(Text::from(value)),
        _ => Err(Refusal::invalid(
            name,
            format!("an id such as hq:1001 was expected, not {value:?}"),
        )),
    }
}

fn position(name: &str, value: &str) -> Result<Sequence, Refusal> {
    let digits = (1..=16).contains(&value.len()) && value.bytes().all(|b| b.is_ascii_digit());
    match value.parse() {
        Ok(position) if digits => Ok(position),
        _ => Err(Refusal::invalid(
            name,
            format!("the id of an event was expected, 16 digits, not {value:?}"),
        )),
    }
}

fn flag(name: &str, value: &str) -> Result<bool, Refusal> {
    value
        .parse()
        .map_err(|_| Refusal::invalid(name, format!("true or false was expected, not {value:?}")))
}

fn limit(value: &str) -> Result<usize, Refusal> {
    match value.parse() {
        Ok(limit) if (1..=LIMIT).contains(&limit) => Ok(limit),
        _ => Err(Refusal::invalid(
            "limit",
            format!("a number from 1 to {LIMIT} was expected, not {value:?}"),
        )),
    }
}
