//! Events that a switch would tell, from lines of text: a time, who, what.

use super::super::fold::Fold;
use super::super::told::Told;
use crate::model::sample::{Story, agent, batch, device, event, link_up, switch_name};
use crate::model::{
    AgentId, AgentQueue, AgentState, Batch, Call, CallData, Cause, Connection, ConnectionId, ConnectionState, Data,
    Envelope, Event, EventType, Kind, Outcome, Sequence, SwitchState, Text, Wall,
};
use std::collections::BTreeMap;

/// A moment of the day of the example.
pub(super) fn at(time: &str) -> Wall {
    format!("2026-11-20T{time}Z").parse().unwrap()
}

fn word<T: serde::de::DeserializeOwned>(word: &str) -> T {
    serde_json::from_value(word.into()).unwrap_or_else(|error| panic!("{word}: {error}"))
}

/// What happens, and what was told of it.
#[derive(Default)]
pub(super) struct Play {
    calls: BTreeMap<String, Call>,
    connections: u64,
    pub(super) groups: Vec<Vec<Event>>,
    reconstructed: bool,
    /// How much later than the lines say, in milliseconds.
    later: i64,
}

impl Play {
    pub(super) fn of(lines: &str) -> Self {
        Play::later(lines, 0)
    }

    /// The same, so many milliseconds later.
    pub(super) fn later(lines: &str, later: i64) -> Self {
        let mut play = Play {
            later,
            ..Play::default()
        };
        for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
            play.line(line);
        }
        play
    }

    /// `found` before what is told says that the bridge did not see it happen.
    pub(super) fn line(&mut self, line: &str) {
        let mut words: Vec<&str> = line.split(' ').collect();
        let time = Wall::from_millis(at(words.remove(0)).as_millis() + self.later);
        self.reconstructed = words[0] == "found";
        if self.reconstructed {
            words.remove(0);
        }
        let events = match words[..] {
            ["link", how] => link(how, time, None),
            ["link", "resynced", from] => link("resynced", time, Some(at(from))),
            ["agent", who, state] => vec![self.agent(time, who, state, None)],
            ["agent", who, state, reason] => vec![self.agent(time, who, state, Some(reason))],
            [call, "queued"] => vec![self.queued(time, call)],
            [call, "answered", who] => self.answered(time, call, who),
            [call, "held", who] => vec![self.moves(time, call, who, EventType::Held, ConnectionState::Hold)],
            [call, "retrieved", who] => {
                vec![self.moves(time, call, who, EventType::Retrieved, ConnectionState::Connected)]
            }
            [call, "leaves", who] => vec![self.gone(
                time,
                call,
                &format!("100{who}"),
                (EventType::ConnectionCleared, Cause::NormalClearing, Outcome::Answered),
            )],
            [call, "abandoned"] => {
                let how = (EventType::ConnectionCleared, Cause::CallCancelled, Outcome::Abandoned);
                vec![self.gone(time, call, "support", how), self.cleared(time, call)]
            }
            [call, "diverted", cause] => {
                let how = (EventType::Diverted, word(cause), Outcome::Forwarded);
                vec![self.gone(time, call, "support", how)]
            }
            [call, "cleared"] => vec![self.cleared(time, call)],
            _ => panic!("{line:?} says nothing"),
        };
        self.groups.push(events);
    }

    fn call(&mut self, call: &str, time: Wall) -> &mut Call {
        let number = self.calls.len() as u64 + 1;
        self.calls.entry(call.to_owned()).or_insert_with(|| {
            let mut call = Story::new("hq", number, "trunk", "500", time).call;
            call.connections.clear();
            call
        })
    }

    fn connection(&mut self, time: Wall, key: &str, kind: Kind, state: ConnectionState, cause: Cause) -> Connection {
        self.connections += 1;
        let like = Story::new("hq", 1, "trunk", "500", time).call.connections.remove(0);
        Connection {
            id: ConnectionId(uuid::Uuid::from_u64_pair(9, self.connections)),
            device: Some(device("hq", key)),
            kind,
            state,
            cause: Some(cause),
            ..like
        }
    }

    fn tell(&self, kind: EventType, time: Wall, call: &str, moved: Option<Connection>) -> Event {
        let data = CallData {
            cause: moved.as_ref().and_then(|connection| connection.cause),
            connection: moved,
            joined: Vec::new(),
            left: Vec::new(),
            new_destination: None,
            transferring_device: None,
            conferencing_device: None,
            connections_before: None,
            connections_after: None,
            digits: None,
            requested_by: None,
            call: self.calls[call].clone(),
        };
        Event {
            reconstructed: self.reconstructed,
            ..event(kind, time, Data::Call(Box::new(data)))
        }
    }

    fn queued(&mut self, time: Wall, call: &str) -> Event {
        let cause = Cause::EnteringDistribution;
        let queue = self.connection(time, "support", Kind::Queue, ConnectionState::Queued, cause);
        self.call(call, time).connections.push(queue.clone());
        self.tell(EventType::Queued, time, call, Some(queue))
    }

    fn answered(&mut self, time: Wall, call: &str, who: &str) -> Vec<Event> {
        let how = (EventType::Diverted, Cause::Distributed, Outcome::Forwarded);
        let left = self.gone(time, call, "support", how);
        let (phone, state) = (format!("100{who}"), ConnectionState::Connected);
        let connection = self.connection(time, &phone, Kind::Station, state, Cause::Distributed);
        self.call(call, time).connections.push(connection.clone());
        vec![left, self.tell(EventType::Established, time, call, Some(connection))]
    }

    fn moves(&mut self, time: Wall, call: &str, who: &str, kind: EventType, state: ConnectionState) -> Event {
        let phone = device("hq", &format!("100{who}"));
        let connections = &mut self.calls.get_mut(call).unwrap().connections;
        let connection = connections.iter_mut().find(|c| c.device.as_ref() == Some(&phone));
        let connection = connection.unwrap();
        connection.state = state;
        let connection = connection.clone();
        self.tell(kind, time, call, Some(connection))
    }

    fn gone(&mut self, time: Wall, call: &str, key: &str, how: (EventType, Cause, Outcome)) -> Event {
        let device = device("hq", key);
        let connections = &mut self.calls.get_mut(call).unwrap().connections;
        let place = connections.iter().position(|c| c.device.as_ref() == Some(&device));
        let mut gone = connections.remove(place.unwrap_or_else(|| panic!("{key} is not in {call}")));
        gone.state = ConnectionState::Null;
        gone.cause = Some(how.1);
        gone.outcome = Some(how.2);
        self.tell(how.0, time, call, Some(gone))
    }

    fn cleared(&mut self, time: Wall, call: &str) -> Event {
        self.calls.get_mut(call).unwrap().connections.clear();
        self.tell(EventType::Cleared, time, call, None)
    }

    /// The other call goes on as a part of this one, and `who` leaves.
    pub(super) fn transfer(&mut self, time: &str, into: &str, other: &str, who: &str) {
        let time = at(time);
        let moved = std::mem::take(&mut self.calls.get_mut(other).unwrap().connections);
        let phone = device("hq", &format!("100{who}"));
        let survivor = self.call(into, time);
        survivor.connections.extend(moved);
        survivor.connections.retain(|c| c.device.as_ref() != Some(&phone));
        let events = vec![
            self.tell(EventType::Transferred, time, into, None),
            self.tell(EventType::Cleared, time, other, None),
        ];
        self.groups.push(events);
    }

    fn agent(&self, time: Wall, who: &str, state: &str, reason: Option<&str>) -> Event {
        let Data::Agent(mut data) = agent("hq", who) else {
            panic!()
        };
        let state: AgentState = word(state);
        data.agent.id = AgentId::new(&switch_name("hq"), who);
        data.agent.device = Some(device("hq", &format!("100{who}")));
        data.agent.state = state;
        data.agent.reason = reason.map(Text::from);
        data.agent.since = time;
        data.agent.queues = vec![AgentQueue {
            queue: device("hq", "support"),
            state,
            reason: None,
            penalty: 0,
        }];
        let kind = match state {
            AgentState::LoggedOff => EventType::AgentLoggedOff,
            AgentState::NotReady => EventType::AgentNotReady,
            AgentState::Ready => EventType::AgentReady,
            AgentState::Busy => EventType::AgentBusy,
            AgentState::WorkingAfterCall => EventType::AgentWorkingAfterCall,
        };
        Event {
            reconstructed: self.reconstructed,
            ..event(kind, time, Data::Agent(data))
        }
    }

    /// As the switch's link hands it on.
    pub(super) fn batches(&self) -> Vec<Batch> {
        self.groups.iter().map(|events| batch("hq", events.clone())).collect()
    }

    /// The events as they are logged, numbered from 1.
    pub(super) fn encoded(&self) -> Vec<Vec<u8>> {
        let events = self.groups.iter().flatten().cloned();
        let encode = |(number, mut event): (u64, Event)| {
            let id = Sequence::new(number);
            event.set_sequence(id);
            let envelope = Envelope {
                id,
                group: id,
                bridge: "b",
                switch: Some("hq"),
                tenant: "default",
                event: &event,
            };
            serde_json::to_vec(&envelope).unwrap()
        };
        (1..).zip(events).map(encode).collect()
    }

    /// What is counted of everything that was told.
    pub(super) fn fold(&self) -> Fold {
        let mut fold = Fold::new();
        for event in self.encoded() {
            fold.tell(Told::read(&event).unwrap());
        }
        fold
    }
}

fn link(how: &str, time: Wall, unobserved_from: Option<Wall>) -> Vec<Event> {
    let mut events = link_up("hq", time).events;
    let Data::Link(data) = &mut events[0].data else {
        panic!()
    };
    match how {
        "up" => {}
        "down" => {
            data.switch.state = SwitchState::Down;
            events[0].kind = EventType::LinkDown;
        }
        "resynced" => {
            data.unobserved_from = unobserved_from;
            events[0].kind = EventType::LinkResynced;
        }
        // A bridge that began a second before, and does not reach its switch; or a line of which nothing was heard for a second.
        "unreached" | "died" => {
            data.switch.state = SwitchState::Down;
            data.switch.since = Wall::from_millis(time.as_millis() - 1000);
            events[0].kind = EventType::LinkDown;
        }
        _ => panic!("a link is not {how:?}"),
    }
    events
}
