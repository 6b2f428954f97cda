//! Calls as a switch would tell them, for the tests of the rooms north of the machine.

use super::*;
use std::collections::BTreeMap;

/// One call between two phones, told event by event.
pub(crate) struct Story {
    pub(crate) call: Call,
    at: Wall,
}

pub(crate) fn switch_name(name: &str) -> SwitchName {
    SwitchName::try_from(name).unwrap()
}

pub(crate) fn device(switch: &str, key: &str) -> DeviceId {
    DeviceId::new(&switch_name(switch), key)
}

pub(crate) fn batch(switch: &str, events: Vec<Event>) -> Batch {
    Batch {
        switch: switch_name(switch),
        events,
        memos: Vec::new(),
        settled: Vec::new(),
    }
}

pub(crate) fn event(kind: EventType, at: Wall, data: Data) -> Event {
    Event {
        kind,
        time: at,
        received_at: at,
        reconstructed: false,
        request_id: None,
        data,
    }
}

/// The link of a switch comes up.
pub(crate) fn link_up(switch: &str, at: Wall) -> Batch {
    let data = LinkData {
        reason: None,
        added: 0,
        corrected: 0,
        closed: 0,
        unobserved_from: None,
        unobserved_to: None,
        complete: true,
        switch: Switch {
            name: switch_name(switch),
            profile: "asterisk/asterisk".into(),
            version: None,
            state: SwitchState::Up,
            since: at,
            links: vec![LinkState {
                role: LinkRole::Events,
                state: SwitchState::Up,
            }],
            capabilities: BTreeMap::new(),
            monitors: None,
            lag_ms: None,
            sequence: Sequence::ZERO,
        },
    };
    batch(switch, vec![event(EventType::LinkUp, at, Data::Link(Box::new(data)))])
}

impl Story {
    /// Call number `n` of a switch, from the device `from` to the device `to`.
    pub(crate) fn new(switch: &str, n: u64, from: &str, to: &str, at: Wall) -> Self {
        let connection = |index: u64, key: &str, direction| Connection {
            id: ConnectionId(uuid::Uuid::from_u64_pair(n, index + 1)),
            device: Some(device(switch, key)),
            agent: None,
            number: Some(Text::from(key).into()),
            e164: None,
            name: Some(Text::from(format!("Phone {key}")).into()),
            presentation: Presentation::Allowed,
            contact: None,
            kind: Kind::Station,
            direction,
            participation: Participation::Active,
            state: ConnectionState::Initiated,
            since: at,
            created_at: at,
            alerting_at: None,
            connected_at: None,
            ended_at: None,
            cause: Some(Cause::NewCall),
            outcome: None,
            hold_by: None,
            muted: false,
            recording: None,
            native_ids: Vec::new(),
            uncertain: Vec::new(),
            services_permitted: [Service::ClearConnection].into_iter().collect(),
        };
        let party = |key: &str| Party {
            device: Some(device(switch, key)),
            number: Some(Text::from(key).into()),
            ..Party::default()
        };
        let id = CallId(uuid::Uuid::from_u64_pair(n, 0));
        let call = Call {
            id,
            tenant: Call::DEFAULT_TENANT.into(),
            switch: switch_name(switch),
            sequence: Sequence::ZERO,
            native_ids: vec![Text::from(format!("{n}.1"))],
            direction: CallDirection::Internal,
            state: CallState::Initiated,
            outcome: None,
            cause: None,
            queue: None,
            calling_device: party(from),
            called_device: party(to),
            last_redirection_device: None,
            connections: vec![
                connection(0, from, ConnectionDirection::Outgoing),
                connection(1, to, ConnectionDirection::Incoming),
            ],
            history: Vec::new(),
            user_data: BTreeMap::from([("CUSTOMER".into(), Text::from(format!("ACME-{n}")).into())]),
            linkage: Linkage {
                thread_id: id,
                global_id: None,
                consultation_of: None,
                merged_from: Vec::new(),
                merged_into: None,
                split_from: None,
                continues: None,
            },
            started_at: at,
            queued_at: None,
            answered_at: None,
            ended_at: None,
        };
        Story { call, at }
    }

    fn switch(&self) -> String {
        self.call.switch.as_str().to_owned()
    }

    fn tell(&self, kind: EventType, connection: Option<&Connection>, joined: &[usize], left: &[&Connection]) -> Event {
        let data = CallData {
            cause: connection.and_then(|c| c.cause),
            connection: connection.cloned(),
            joined: joined
                .iter()
                .filter_map(|i| self.call.connections[*i].device.clone())
                .collect(),
            left: left.iter().filter_map(|c| c.device.clone()).collect(),
            new_destination: None,
            transferring_device: None,
            conferencing_device: None,
            connections_before: None,
            connections_after: None,
            digits: None,
            requested_by: None,
            call: self.call.clone(),
        };
        event(kind, self.at, Data::Call(Box::new(data)))
    }

    fn step(&mut self, kind: EventType, index: usize, state: ConnectionState, joined: &[usize]) -> Batch {
        self.at = Wall::from_millis(self.at.as_millis() + 1);
        let at = self.at;
        let connection = &mut self.call.connections[index];
        connection.state = state;
        connection.since = at;
        if state == ConnectionState::Connected {
            connection.connected_at.get_or_insert(at);
        }
        self.call.state = Call::state_of(&self.call.connections);
        let connection = self.call.connections[index].clone();
        batch(&self.switch(), vec![self.tell(kind, Some(&connection), joined, &[])])
    }

    pub(crate) fn originated(&mut self) -> Batch {
        let called = self.call.connections.remove(1);
        let mut batch = self.step(EventType::Originated, 0, ConnectionState::Connected, &[0]);
        self.call.connections.push(called);
        let Data::Call(data) = &mut batch.events[0].data else {
            panic!()
        };
        data.call.state = Call::state_of(&data.call.connections);
        batch
    }

    pub(crate) fn delivered(&mut self) -> Batch {
        self.step(EventType::Delivered, 1, ConnectionState::Alerting, &[1])
    }

    pub(crate) fn established(&mut self) -> Batch {
        self.step(EventType::Established, 1, ConnectionState::Connected, &[])
    }

    pub(crate) fn digits(&mut self, digits: &str) -> Batch {
        let connection = self.call.connections[0].clone();
        let mut event = self.tell(EventType::DigitsGenerated, Some(&connection), &[], &[]);
        let Data::Call(data) = &mut event.data else { panic!() };
        data.digits = Some(Text::from(digits).into());
        batch(&self.switch(), vec![event])
    }

    pub(crate) fn note(&mut self, key: &str, value: &str) -> Batch {
        self.call.user_data.insert(key.into(), Text::from(value).into());
        batch(
            &self.switch(),
            vec![self.tell(EventType::UserDataChanged, None, &[], &[])],
        )
    }

    /// Who is at `index` hangs up; the call goes on if somebody else is left.
    pub(crate) fn leaves(&mut self, index: usize) -> Event {
        let mut gone = self.call.connections.remove(index);
        gone.state = ConnectionState::Null;
        gone.ended_at = Some(self.at);
        gone.cause = Some(Cause::NormalClearing);
        gone.outcome = Some(Outcome::Answered);
        self.call.history.push(gone.clone());
        self.call.state = Call::state_of(&self.call.connections);
        self.tell(EventType::ConnectionCleared, Some(&gone), &[], &[&gone])
    }

    /// Everybody leaves, in one group.
    pub(crate) fn cleared(&mut self) -> Batch {
        let mut events = Vec::new();
        while !self.call.connections.is_empty() {
            events.push(self.leaves(0));
        }
        self.call.ended_at = Some(self.at);
        self.call.outcome = Some(Outcome::Answered);
        self.call.cause = Some(Cause::NormalClearing);
        events.push(self.tell(EventType::Cleared, None, &[], &[]));
        batch(&self.switch(), events)
    }

    /// The whole call, group by group.
    pub(crate) fn whole(mut self) -> Vec<Batch> {
        vec![self.originated(), self.delivered(), self.established(), self.cleared()]
    }
}

fn at() -> Wall {
    Wall::from_millis(1_795_219_200_000)
}

/// A telephone, as an event tells it.
pub(crate) fn telephone(switch: &str, key: &str) -> Data {
    let device = Device {
        id: device(switch, key),
        kind: Kind::Station,
        number: Some(Text::from(key).into()),
        e164: None,
        name: None,
        in_service: Some(true),
        agent: None,
        do_not_disturb: Some(true),
        forwarding: vec![Forwarding {
            kind: ForwardingType::Busy,
            active: true,
            to: Some(Text::from("1009").into()),
        }],
        message_waiting: None,
        capabilities: BTreeMap::from([("makeCall".into(), true)]),
        sequence: Sequence::ZERO,
    };
    Data::Device(Box::new(DeviceData {
        requested_by: None,
        device,
    }))
}

/// An agent in a queue, as an event tells it.
pub(crate) fn agent(switch: &str, key: &str) -> Data {
    let agent = Agent {
        id: AgentId::new(&switch_name(switch), key),
        name: Some("Agent".into()),
        device: Some(device(switch, "1001")),
        state: AgentState::NotReady,
        reason: Some("lunch".into()),
        since: at(),
        pending_state: Some(AgentState::LoggedOff),
        pending_reason: None,
        set_by: Some(SetBy::Phone),
        queues: vec![AgentQueue {
            queue: device(switch, "500"),
            state: AgentState::NotReady,
            reason: None,
            penalty: 1,
        }],
        sequence: Sequence::ZERO,
    };
    Data::Agent(Box::new(AgentData {
        left: Vec::new(),
        requested_by: None,
        agent,
    }))
}

/// A queue in which a call waits, as an event tells it.
pub(crate) fn queue(switch: &str, key: &str) -> Data {
    let queue = Queue {
        id: device(switch, key),
        name: None,
        waiting: vec![WaitingCall {
            call: CallId(uuid::Uuid::from_u64_pair(1, 0)),
            since: at(),
            position: 1,
        }],
        members: vec![QueueMember {
            agent: None,
            device: Some(device(switch, "1001")),
            state: AgentState::Ready,
            reason: None,
            penalty: 0,
        }],
        sequence: Sequence::ZERO,
    };
    Data::Queue(Box::new(QueueData { queue }))
}
