//! What is known of calls from before a restart, in the words in which a switch tells what it has: an adapter that cannot ask for all of it
//! at once goes on from that.

use super::Engine;
use super::call::Held;
use super::connection::party_of;
use crate::model::{
    CallFact, Cause, Connection, ConnectionDirection as Direction, ConnectionEvent as E, ConnectionFact,
    ConnectionState as State, Party, PartyFact, Restored, Text,
};
use std::collections::BTreeSet;

/// The switch's ids of what carried connections of which the end was told, and carries none now.
pub(crate) fn over(restored: &Restored) -> BTreeSet<Text> {
    let ended = restored.calls.iter().flat_map(|call| &call.history);
    let ended = ended.filter(|c| c.is_over_at_switch()).flat_map(|c| &c.native_ids);
    let mut over: BTreeSet<Text> = restored.over.iter().chain(ended).cloned().collect();
    let live = restored.calls.iter().flat_map(|call| &call.connections);
    live.flat_map(|c| &c.native_ids).for_each(|live| _ = over.remove(live));
    over
}

impl Engine {
    /// Every call, as a snapshot would show it: those whose keys are not known nobody finds again.
    pub(crate) fn known(&self) -> Vec<(CallFact, Vec<ConnectionFact>)> {
        self.calls.values().filter_map(of).collect()
    }
}

fn of(held: &Held) -> Option<(CallFact, Vec<ConnectionFact>)> {
    let key = held.keys.last()?;
    let told = |party: &Party| (party.device.is_some() || party.number.is_some()).then(|| party.clone());
    let call = CallFact {
        calling: told(&held.call.calling_device),
        called: told(&held.call.called_device),
        global_id: held.call.linkage.global_id.clone(),
        ..CallFact::of(key.clone())
    };
    let connections = held.call.connections.iter().filter_map(|connection| {
        Some(ConnectionFact {
            call: key.clone(),
            connection: held.connections.get(&connection.id)?.clone(),
            event: leads_to(connection)?,
            cause: Cause::Normal,
            direction: connection.direction,
            who: PartyFact {
                party: party_of(connection),
                kind: connection.kind,
                native_id: None,
            },
            new_destination: None,
            refused: false,
            uncertain: connection.uncertain.clone(),
        })
    });
    Some((call, connections.collect()))
}

/// The event that leads to the state of a connection.
const fn leads_to(connection: &Connection) -> Option<E> {
    Some(match (connection.state, connection.direction) {
        (State::Initiated, Direction::Outgoing) => E::ServiceInitiated,
        (State::Initiated, Direction::Incoming) => E::NetworkReached,
        (State::Alerting, _) => E::Delivered,
        (State::Connected, Direction::Outgoing) => E::Originated,
        (State::Connected, Direction::Incoming) => E::Established,
        (State::Hold, _) => E::HeldBySwitch,
        (State::Queued, _) => E::Queued,
        (State::Fail, _) => E::Failed,
        (State::Null, _) => return None,
    })
}
