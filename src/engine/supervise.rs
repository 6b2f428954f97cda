//! Somebody listens in, whispers or talks in a call that goes on as it is. A call that the supervisor made for that becomes part of
//! the supervised one, never the other way round, whichever is older.

use super::{Engine, Group, Said};
use crate::model::{
    CallId, Cause, Connection, ConnectionId, ConnectionState, EventType, MergeReason, Participation, SuperviseFact,
};

impl Engine {
    pub(super) fn supervise(&mut self, fact: SuperviseFact, group: &mut Group) {
        let Some(watched) = self.by_call.get(&fact.by.call).copied() else {
            return;
        };
        let cause = cause(fact.participation);
        match self.by_connection.get(&fact.by.connection).copied() {
            Some((own, id)) if own == watched => {
                let supervises = self.takes_part(own, id, fact.participation, group);
                if let Some(connection) = supervises {
                    self.conferenced(watched, connection, cause, group);
                }
            }
            Some((own, id)) => {
                let Some(connection) = self.takes_part(own, id, fact.participation, group) else {
                    return;
                };
                let reason = MergeReason::Supervision(fact.participation);
                self.unite(watched, own, reason, &[], connection.device, group);
            }
            None if self.ended.contains(&fact.by.connection) => {}
            None => {
                let (_, id) = self.connect(&fact.by, group);
                if let Some(connection) = self.takes_part(watched, id, fact.participation, group) {
                    self.conferenced(watched, connection, cause, group);
                }
            }
        }
    }

    /// The supervisor is connected, and takes part so. None where that was known.
    fn takes_part(
        &mut self,
        call: CallId,
        id: ConnectionId,
        participation: Participation,
        group: &Group,
    ) -> Option<Connection> {
        let held = self.calls.get_mut(&call)?;
        let time = held.time(group);
        let connection = held.find(id)?;
        let cause = Some(cause(participation));
        if connection.cause == cause && connection.participation == participation {
            return None;
        }
        connection.participation = participation;
        connection.cause = cause;
        if connection.state != ConnectionState::Connected {
            connection.state = ConnectionState::Connected;
            connection.since = time;
        }
        connection.connected_at = connection.connected_at.or(Some(time));
        Some(connection.clone())
    }

    fn conferenced(&mut self, call: CallId, connection: Connection, cause: Cause, group: &mut Group) {
        let said = Said {
            cause: Some(cause),
            conferencing_device: connection.device.clone(),
            connection: Some(connection),
            ..Said::default()
        };
        self.tell(call, EventType::Conferenced, said, group);
    }
}

/// Who is heard, be it by one only, is active (ECMA-269, single step conference: silent is who cannot be heard).
pub(super) const fn cause(participation: Participation) -> Cause {
    match participation {
        Participation::Silent => Cause::SilentParticipation,
        Participation::Active | Participation::Coach => Cause::ActiveParticipation,
    }
}
