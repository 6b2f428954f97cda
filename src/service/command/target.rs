//! What a command is about: which call, which connection, which device; there, and within the caller's reach.

use super::Whole;
use crate::model::{AgentId, Call, CallId, CallState, Connection, ConnectionId, DeviceId, Kind, SwitchName, Text};
use crate::service::failure::{Code, Failure};
use crate::service::{Caller, Refusal, Service};
use crate::stream::{Filter, Key, Selection, View};
use std::sync::Arc;

/// How often a call may have become part of another that did so in turn. More would be a circle.
const MERGES: usize = 64;

impl Service {
    /// A call that lives.
    pub(super) fn live_call(&self, caller: &Caller, text: &str) -> Result<Arc<Call>, Refusal> {
        let view = self.stream.view();
        let call = reach(caller, &view, text)?;
        match survivor(&view, &call) {
            Some(into) => Err(Failure::merged(call.id, into.id).into()),
            None => alive(call),
        }
    }

    /// A connection that lives, and the call in which it does: the one that is named, or the one that this became part of.
    pub(super) fn live_connection(
        &self,
        caller: &Caller,
        call: &str,
        connection: &str,
    ) -> Result<(Arc<Call>, ConnectionId), Refusal> {
        let view = self.stream.view();
        let named = reach(caller, &view, call)?;
        if let Some(into) = survivor(&view, &named) {
            // It may have moved there and live on.
            return match connection.parse().map(ConnectionId) {
                Ok(id) if into.connections.iter().any(|c| c.id == id) => {
                    must_see(caller, &into)?;
                    must_reach(caller, &into, id)?;
                    Ok((into, id))
                }
                _ => Err(Failure::merged(named.id, into.id).into()),
            };
        }
        let call = alive(named)?;
        let id = one_of(&call, connection)?;
        must_reach(caller, &call, id)?;
        Ok((call, id))
    }

    /// The device that is to call, and its switch.
    pub(super) fn calling_device(&self, caller: &Caller, text: &str) -> Result<(SwitchName, DeviceId), Refusal> {
        let id = DeviceId::from_text(Text::from(text));
        let switch = self.switch_of(caller, id.switch(), text)?;
        must_reach_device(caller, &id)?;
        Ok((switch, id))
    }

    /// The device of the agent who is to call, and its switch.
    pub(super) fn device_of_agent(&self, caller: &Caller, text: &str) -> Result<(SwitchName, DeviceId), Refusal> {
        let id = AgentId::from_text(Text::from(text));
        let switch = self.switch_of(caller, id.switch(), text)?;
        let agent = self.stream.view().agents.get(&id).cloned();
        let agent = agent.ok_or_else(|| Refusal::NoAgent(text.to_owned()))?;
        if !selection(caller).shows_agent(&agent) {
            return Err(out_of_reach(text));
        }
        let Some(device) = agent.device.clone() else {
            let detail = format!("the agent {text} is at no telephone: log on first, or name a callingDevice");
            return Err(Failure::new(Code::Conflict, detail).into());
        };
        must_reach_device(caller, &device)?;
        Ok((switch, device))
    }

    pub(super) fn switch_of(&self, caller: &Caller, switch: &str, text: &str) -> Result<SwitchName, Refusal> {
        let known = SwitchName::try_from(switch)
            .ok()
            .filter(|name| self.links.contains_key(name) && text.len() > switch.len() + 1);
        known.ok_or_else(|| {
            let switches = self.links.keys().map(SwitchName::as_str);
            let switches: Vec<&str> = switches.filter(|name| caller.must_see_switch(name).is_ok()).collect();
            let detail = format!(
                "{text:?} is nobody's id: an id is the name of a switch ({}), a colon, and the switch's own name of the device",
                switches.join(", ")
            );
            Failure::new(Code::InvalidDeviceId, detail).into()
        })
    }
}

fn selection(caller: &Caller) -> Selection {
    Selection {
        filter: Filter::default(),
        sight: caller.sight(),
    }
}

pub(super) fn out_of_reach(what: &str) -> Refusal {
    let detail = format!("the token may not act on {what}: its `switches`, `devices` and `queues` say on what it may");
    Failure::new(Code::PrivilegeViolation, detail).into()
}

pub(super) fn must_reach_device(caller: &Caller, device: &DeviceId) -> Result<(), Refusal> {
    caller
        .must_see_object(device.switch(), &Key::device(device), device.as_str())
        .map_err(|_| out_of_reach(device.as_str()))
}

/// Whoever sees a call sees all of it, and acts on its own telephones only, and on who is outside.
fn must_reach(caller: &Caller, call: &Call, id: ConnectionId) -> Result<(), Refusal> {
    let connection = call.connections.iter().find(|c| c.id == id);
    let station = connection.filter(|c| c.kind == Kind::Station);
    match station.and_then(|c| c.device.as_ref()) {
        Some(device) => must_reach_device(caller, device),
        None => Ok(()),
    }
}

fn must_see(caller: &Caller, call: &Call) -> Result<(), Refusal> {
    if selection(caller).shows_call(call) {
        Ok(())
    } else {
        Err(out_of_reach(&format!("the call {}", call.id)))
    }
}

/// May the caller see what a service was about: who is in the call, or who was, or the agent, or the device?
pub(super) fn must_have_seen(caller: &Caller, whole: &Whole) -> Result<(), Refusal> {
    match whole {
        Whole::Call(call) => {
            let mut whole = Call::clone(call);
            whole.connections.extend(std::mem::take(&mut whole.history));
            must_see(caller, &whole)
        }
        Whole::Agent(agent) if selection(caller).shows_agent(agent) => Ok(()),
        Whole::Agent(agent) => Err(out_of_reach(agent.id.as_str())),
        Whole::Device(device) if selection(caller).shows_device(device) => Ok(()),
        Whole::Device(device) => Err(out_of_reach(device.id.as_str())),
    }
}

fn reach(caller: &Caller, view: &View, text: &str) -> Result<Arc<Call>, Refusal> {
    let id = text.parse().ok().map(CallId);
    let call = id.and_then(|id| view.calls.get(&id)).cloned();
    let call = call.ok_or_else(|| Refusal::NoCall(text.to_owned()))?;
    must_see(caller, &call)?;
    Ok(call)
}

fn alive(call: Arc<Call>) -> Result<Arc<Call>, Refusal> {
    if call.state != CallState::Ended {
        Ok(call)
    } else {
        Err(Failure::new(Code::CallEnded, format!("the call {} ended", call.id)).into())
    }
}

/// The call that `call` became part of in the end.
fn survivor(view: &View, call: &Call) -> Option<Arc<Call>> {
    let mut into = view.calls.get(&call.linkage.merged_into?)?;
    for _ in 0..MERGES {
        match into.linkage.merged_into.and_then(|id| view.calls.get(&id)) {
            Some(next) => into = next,
            None => break,
        }
    }
    Some(Arc::clone(into))
}

/// The live connection that `text` names: by its id, or by its device where that has only one.
fn one_of(call: &Call, text: &str) -> Result<ConnectionId, Refusal> {
    let missing = |detail: String| Refusal::from(Failure::new(Code::InvalidConnectionId, detail));
    if let Ok(id) = text.parse().map(ConnectionId) {
        let same = |c: &&Connection| c.id == id;
        return match (call.connections.iter().find(same), call.history.iter().find(same)) {
            (Some(_), _) => Ok(id),
            (None, Some(_)) => {
                let detail = format!("the connection {id} ended; the call goes on");
                Err(Failure::new(Code::InvalidConnectionState, detail).into())
            }
            (None, None) => Err(missing(format!("the call {} has no connection {id}", call.id))),
        };
    }
    let of_device: Vec<ConnectionId> = call
        .connections
        .iter()
        .filter(|c| c.device.as_ref().is_some_and(|device| device.as_str() == text))
        .map(|c| c.id)
        .collect();
    match of_device.as_slice() {
        [one] => Ok(*one),
        [] => Err(missing(format!(
            "{text:?} is neither the id of a connection of the call {} nor a device that takes part in it",
            call.id
        ))),
        several => {
            let ids: Vec<String> = several.iter().map(ToString::to_string).collect();
            let detail = format!(
                "{text} has several connections in the call: name one of {}",
                ids.join(", ")
            );
            Err(Failure::new(Code::AmbiguousConnection, detail).into())
        }
    }
}
