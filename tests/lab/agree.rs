//! Holds what the stream told against what the people saw: who rang, who was in, who was out, in which order and when.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::{Outcome, truth::Sight};

/// The stream's clock and the phones' are one machine's; a slow moment may lie between a phone and the event it causes.
const LATE_MS: f64 = 1500.0;
/// What is nearer together than this may be told in either order.
const AT_ONCE_MS: f64 = 100.0;

/// What an agent dials to stay in the pool.
const POOL: &str = "*1101";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Move {
    Dialled,
    Rang,
    In,
    Held,
    Retrieved,
    Out,
}

#[derive(Debug)]
struct Step {
    at: f64,
    device: String,
    moved: Move,
    /// One of the two sides may know nothing of it.
    may_lack: bool,
}

/// Says how the stream and the phones differ, if they do.
pub(crate) fn agree(truth: &[Sight], events: &[Value]) -> Outcome<()> {
    // Who could not be reached is out from then on, and stays in the call for as long as the caller is told so.
    let mut failed = BTreeSet::new();
    let mut legs = Legs::default();
    let told: Vec<_> = events
        .iter()
        .filter(|event| match (kind(event), connection(event)) {
            ("failed", Some(id)) => failed.insert(id),
            (_, Some(id)) => !failed.contains(id),
            (_, None) => true,
        })
        .filter(|event| legs.moves(event))
        .flat_map(told)
        .collect();
    // The line of an agent in the pool is open all the time: his phone sees neither who comes nor who goes.
    let pooled = |sight: &&Sight| sight.what == "dialled" && sight.number.as_deref() == Some(POOL);
    let pooled: BTreeSet<&str> = truth.iter().filter(pooled).map(|sight| sight.phone.as_str()).collect();
    let seen = truth.iter().filter(|sight| !pooled.contains(sight.phone.as_str()));
    let seen: Vec<_> = seen.filter_map(seen_by).collect();
    let mut devices: Vec<_> = seen.iter().chain(&told).map(|step| step.device.as_str()).collect();
    devices.sort_unstable();
    devices.dedup();
    let mut pairs = Vec::new();
    for device in devices {
        let seen: Vec<_> = seen.iter().filter(|step| step.device == device).collect();
        let told: Vec<_> = told.iter().filter(|step| step.device == device).collect();
        // A device that nobody sits at (a queue, a room, a voice unit) has no truth.
        if !seen.is_empty() {
            pairs.extend(match_up(device, &seen, &told)?);
        }
    }
    in_time(&pairs)
}

/// Pairs what was seen and told at one device.
fn match_up<'a>(device: &str, seen: &[&'a Step], told: &[&'a Step]) -> Outcome<Vec<(&'a Step, &'a Step)>> {
    walk(seen, told).ok_or_else(|| {
        let moves = |steps: &[&Step]| {
            let moves: Vec<_> = steps.iter().map(|step| format!("{:?}", step.moved)).collect();
            moves.join(" ")
        };
        format!(
            "at {device} the phone saw: {}; the stream told: {}",
            moves(seen),
            moves(told)
        )
        .into()
    })
}

/// Walks both lists; what only one side knows must be allowed to lack.
fn walk<'a>(seen: &[&'a Step], told: &[&'a Step]) -> Option<Vec<(&'a Step, &'a Step)>> {
    let paired = |soon: bool| match (seen, told) {
        ([], []) => Some(Vec::new()),
        ([one, seen @ ..], [other, told @ ..])
            if one.moved == other.moved && (!soon || (one.at - other.at).abs() <= LATE_MS) =>
        {
            let mut pairs = walk(seen, told)?;
            pairs.push((*one, *other));
            Some(pairs)
        }
        _ => None,
    };
    let one_only = || match seen {
        [one, seen @ ..] if one.may_lack => walk(seen, told),
        _ => None,
    };
    let other_only = || match told {
        [other, told @ ..] if other.may_lack => walk(seen, told),
        _ => None,
    };
    paired(true)
        .or_else(one_only)
        .or_else(other_only)
        .or_else(|| paired(false))
}

fn in_time(pairs: &[(&Step, &Step)]) -> Outcome<()> {
    for (seen, told) in pairs {
        if (seen.at - told.at).abs() > LATE_MS {
            let by = told.at - seen.at;
            return Err(format!(
                "{} {:?}: told {by:.0} ms from when it was seen",
                seen.device, seen.moved
            )
            .into());
        }
        let crossed = pairs.iter().find(|(other_seen, other_told)| {
            seen.at + AT_ONCE_MS < other_seen.at && other_told.at + AT_ONCE_MS < told.at
        });
        if let Some((other, _)) = crossed {
            let (first, then) = (&seen.device, &other.device);
            return Err(format!(
                "{first} {:?} was seen before {then} {:?}, and told after",
                seen.moved, other.moved
            )
            .into());
        }
    }
    Ok(())
}

fn seen_by(sight: &Sight) -> Option<Step> {
    let (moved, may_lack) = match sight.what.as_str() {
        "dialled" => (Move::Dialled, false),
        "rang" => (Move::Rang, false),
        "answered" => (Move::In, false),
        // Who calls is in from the beginning, and hears of the answer without moving.
        "connected" => (Move::In, true),
        "held" => (Move::Held, false),
        "retrieved" => (Move::Retrieved, false),
        "hungUp" | "hungUpOn" | "released" | "stoppedRinging" | "rejected" | "forwarded" | "gaveUp" | "refused" => {
            (Move::Out, false)
        }
        _ => return None,
    };
    let station = sight.phone.len() >= 4 && sight.phone.starts_with("100");
    let device = if station {
        sight.phone.chars().take(4).collect()
    } else {
        "trunk".to_owned()
    };
    // A provider may ring without saying so.
    let may_lack = may_lack || (!station && moved == Move::Rang);
    Some(Step {
        at: sight.at,
        device,
        moved,
        may_lack,
    })
}

/// What an event tells of a call.
fn kind(event: &Value) -> &str {
    let kind = event.get("type").and_then(Value::as_str).unwrap_or_default();
    kind.strip_prefix("lineside.call.").unwrap_or_default()
}

/// The connection that an event is about.
fn connection(event: &Value) -> Option<&str> {
    event.get("data")?.get("connection")?.get("id")?.as_str()
}

/// Which connections each leg of the switch serves: a telephone with one channel may be in two calls, and knows of one.
#[derive(Default)]
struct Legs(BTreeMap<String, BTreeSet<String>>);

impl Legs {
    /// Is it something that the telephone could see? Not that its leg is in another call, too, or in one less.
    fn moves(&mut self, event: &Value) -> bool {
        let kind = event.get("type").and_then(Value::as_str).unwrap_or_default();
        if kind.ends_with(".cleared") {
            // What a merge took away it tells of nowhere else.
            let ended = event.pointer("/data/call/history").and_then(Value::as_array);
            let ended: Vec<&str> = ended
                .into_iter()
                .flatten()
                .filter_map(|c| c.get("id")?.as_str())
                .collect();
            for connections in self.0.values_mut() {
                connections.retain(|id| !ended.contains(&id.as_str()));
            }
        }
        let connection = event.pointer("/data/connection");
        let text = |key: &str| {
            connection
                .and_then(|c| c.get(key)?.as_str())
                .unwrap_or_default()
                .to_owned()
        };
        let leg = connection
            .and_then(|c| c.pointer("/nativeIds/0")?.as_str())
            .map(str::to_owned);
        let (Some(leg), id) = (leg, text("id")) else {
            return true;
        };
        let connections = self.0.entry(leg).or_default();
        if kind.ends_with(".transferred") {
            return true;
        }
        if text("state") == "null" {
            connections.remove(&id);
            return connections.is_empty();
        }
        connections.insert(id);
        !(kind.ends_with(".originated") && connections.len() > 1)
    }
}

fn told(event: &Value) -> Vec<Step> {
    let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let at = text(event, "time")
        .parse::<jiff::Timestamp>()
        .map_or(0.0, |time| time.as_microsecond() as f64 / 1000.0);
    let data = event.get("data").cloned().unwrap_or_default();
    let connection = data.get("connection").cloned().unwrap_or_default();
    let step = |device: &str, moved, may_lack| {
        let device = device.split_once(':').map_or(device, |(_, key)| key).to_owned();
        Step {
            at,
            device,
            moved,
            may_lack,
        }
    };
    let of_connection = |moved, may_lack| vec![step(&text(&connection, "device"), moved, may_lack)];
    let click_to_dial = text(&data, "cause") == "makeCall";
    match kind(event) {
        // An application makes the call: the phone rings first, and is lifted.
        // Where it is busy or not there it does not get so far.
        "serviceInitiated" if click_to_dial => of_connection(Move::Rang, true),
        "originated" if click_to_dial => of_connection(Move::In, false),
        "originated" => of_connection(Move::Dialled, false),
        "delivered" => of_connection(Move::Rang, false),
        // Who picks up for an application was lifted before, to do so.
        "established" if text(&data, "cause") == "callPickup" => of_connection(Move::In, true),
        // Who goes on in a call that fell off from another one does not move.
        "established" if text(&data, "cause") == "normal" => Vec::new(),
        "established" => of_connection(Move::In, false),
        "failed" => of_connection(Move::Out, false),
        // Asterisk says that a transferring phone retrieves, though nobody pressed a key there.
        "held" => of_connection(Move::Held, true),
        "retrieved" => of_connection(Move::Retrieved, true),
        // Who forwards always is not even rung, unless the phone does so itself.
        "diverted" if text(&connection, "alertingAt").is_empty() => of_connection(Move::Out, true),
        "connectionCleared" | "diverted" => of_connection(Move::Out, false),
        "transferred" => {
            let left = data.get("left").and_then(Value::as_array).cloned().unwrap_or_default();
            left.iter()
                .filter_map(Value::as_str)
                .map(|device| step(device, Move::Out, false))
                .collect()
        }
        _ => Vec::new(),
    }
}
