use super::LocalConnectionState;
use crate::schema::{choice, enumeration, list};

choice! {
    /// How a call is, as one device sees it (ECMA-269, Snapshot Device).
    CallState {
        /// By the state of each of its connections, that of the device first.
        Compound(CompoundCallState) = "compoundCallState".context(0);
        /// In a word.
        Simple(SimpleCallState) = "simpleCallState".context(1);
        /// The switch does not say.
        Unknown(()) = "unknown".context(2);
    }
}

list! {
    /// The state of each connection of a call, that of the device that is asked about first.
    CompoundCallState of LocalConnectionState = "localConnectionState";
}

enumeration! {
    /// How a call between two devices is. The number has the state of the other party in its upper four bits and that of the device
    /// itself in its lower four.
    SimpleCallState {
        /// Neither is in it.
        Null = 0 "callNull",
        /// The device is off-hook.
        Pending = 1 "callPending",
        /// The device has dialled.
        Originated = 3 "callOriginated",
        /// The other party alerts.
        Delivered = 35 "callDelivered",
        /// The other party alerts, and the device holds.
        DeliveredHeld = 36 "callDeliveredHeld",
        /// The device alerts.
        Received = 50 "callReceived",
        /// Both talk.
        Established = 51 "callEstablished",
        /// The device holds.
        EstablishedHeld = 52 "callEstablishedHeld",
        /// The device alerts, and the other party holds.
        ReceivedOnHold = 66 "callReceivedOnHold",
        /// The other party holds.
        EstablishedOnHold = 67 "callEstablishedOnHold",
        /// The other party is a queue.
        Queued = 83 "callQueued",
        /// The other party is a queue, and the device holds.
        QueuedHeld = 84 "callQueuedHeld",
        /// The other party cannot be reached.
        Failed = 99 "callFailed",
        /// The other party cannot be reached, and the device holds.
        FailedHeld = 100 "callFailedHeld",
        /// The other party cannot be reached, and the device is not in the call.
        Blocked = 96 "callBlocked",
    }
}

impl SimpleCallState {
    /// The state of the device itself; `None`: its word is not known.
    #[must_use]
    pub fn own(&self) -> Option<LocalConnectionState> {
        self.number()
            .map(|number| LocalConnectionState::from_number(number & 0xf))
    }

    /// The state of the other party; `None`: its word is not known.
    #[must_use]
    pub fn other(&self) -> Option<LocalConnectionState> {
        self.number()
            .map(|number| LocalConnectionState::from_number(number >> 4 & 0xf))
    }
}

impl CallState {
    /// The state of the connection of the device that was asked about, as far as it is told.
    #[must_use]
    pub fn own(&self) -> Option<LocalConnectionState> {
        match self {
            CallState::Compound(states) => states.0.first().cloned(),
            CallState::Simple(state) => state.own(),
            CallState::Unknown(()) | CallState::Other(_) => None,
        }
    }

    /// The states of the connections of everybody else, as far as they are told.
    #[must_use]
    pub fn others(&self) -> Vec<LocalConnectionState> {
        match self {
            CallState::Compound(states) => states.0.iter().skip(1).cloned().collect(),
            CallState::Simple(state) => state.other().into_iter().collect(),
            CallState::Unknown(()) | CallState::Other(_) => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_upper_four_bits_are_the_other_party_and_the_lower_four_the_device() {
        let state = CallState::Simple(SimpleCallState::DeliveredHeld);
        assert_eq!(state.own(), Some(LocalConnectionState::Hold));
        assert_eq!(state.others(), [LocalConnectionState::Alerting]);
        assert_eq!(SimpleCallState::Received.own(), Some(LocalConnectionState::Alerting));
        assert_eq!(SimpleCallState::Blocked.own(), Some(LocalConnectionState::Null));
        assert_eq!(SimpleCallState::Blocked.other(), Some(LocalConnectionState::Fail));
    }

    #[test]
    fn of_several_states_the_first_is_that_of_the_device() {
        let states = vec![
            LocalConnectionState::Connected,
            LocalConnectionState::Hold,
            LocalConnectionState::Alerting,
        ];
        let state = CallState::Compound(CompoundCallState(states.clone()));
        assert_eq!(state.own().as_ref(), states.first());
        assert_eq!(state.others(), states[1..]);
    }

    #[test]
    fn a_state_that_is_not_told_is_none() {
        assert_eq!(CallState::Unknown(()).own(), None);
        assert_eq!(
            CallState::Simple(SimpleCallState::from_word("callElsewhere")).own(),
            None
        );
    }
}
