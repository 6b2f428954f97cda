//! An engine on a stage: facts are said in few words, and what is told comes back in few words.

use crate::engine::{Engine, Ids};
use crate::model::*;
use lineside_wire::{Private, Tick};
use std::time::Duration;

pub(super) const GIVE_UP: Duration = Duration::from_secs(15 * 60);

pub(super) struct Stage {
    pub(super) engine: Engine,
    pub(super) millis: i64,
    /// What the switch's clock says, where it says anything.
    pub(super) switch_clock: Option<i64>,
}

pub(super) fn call(key: &str) -> CallKey {
    CallKey(Text::from(key))
}

pub(super) fn leg(key: &str) -> ConnectionKey {
    ConnectionKey(Text::from(key))
}

pub(super) fn switch() -> SwitchName {
    SwitchName::try_from("hq").unwrap()
}

/// Who a leg is: `T…` a line to outside, `Q…` a queue, anything else a phone. The first leg of a call makes it: lower-case keys.
fn kind(key: &str) -> Kind {
    match key.as_bytes().first() {
        Some(b'T') => Kind::Trunk,
        Some(b'Q') => Kind::Queue,
        _ => Kind::Station,
    }
}

pub(super) fn fact(of: &str, key: &str, event: ConnectionEvent, cause: Cause) -> ConnectionFact {
    let calls = matches!(event, ConnectionEvent::Originated | ConnectionEvent::ServiceInitiated);
    // Several legs of one device: `B`, `B'`.
    let device = key.trim_end_matches('\'');
    ConnectionFact {
        call: call(of),
        connection: leg(key),
        event,
        cause,
        direction: if calls {
            ConnectionDirection::Outgoing
        } else {
            ConnectionDirection::Incoming
        },
        who: PartyFact {
            party: Party {
                device: Some(DeviceId::new(&switch(), device)),
                number: Some(Private::new(Text::from(device))),
                ..Party::default()
            },
            kind: kind(key),
            native_id: Some(Text::from(key)),
        },
        new_destination: None,
        refused: false,
        uncertain: Vec::new(),
    }
}

pub(super) fn moved(of: &str, key: &str, event: ConnectionEvent, cause: Cause) -> Fact {
    Fact::Connection(Box::new(fact(of, key, event, cause)))
}

impl Stage {
    /// A stage with the link up and nothing there.
    pub(super) fn new() -> Self {
        let mut stage = Stage::restored(Restored::default());
        stage.say([Fact::Snapshot(Box::default())]);
        stage
    }

    pub(super) fn restored(restored: Restored) -> Self {
        let now = Now {
            tick: Tick::ZERO,
            wall: Wall::from_millis(1_000_000),
        };
        let engine = Engine::new(switch(), Text::from("p"), Ids::new([7; 32]), GIVE_UP, restored, now);
        Stage {
            engine,
            millis: 0,
            switch_clock: None,
        }
    }

    pub(super) fn now(&self) -> Now {
        let tick = Tick::from_micros(u64::try_from(self.millis).unwrap() * 1000);
        Now {
            tick,
            wall: Wall::from_millis(1_000_000 + self.millis),
        }
    }

    pub(super) fn events(&mut self, facts: impl IntoIterator<Item = Fact>) -> Vec<Event> {
        self.millis += 10;
        let facts = Facts {
            time: self.switch_clock.map(Wall::from_millis),
            facts: facts.into_iter().collect(),
        };
        let now = self.now();
        self.engine
            .reduce(facts, now)
            .map(|batch| batch.events)
            .unwrap_or_default()
    }

    /// Says facts as one group; answers what is told, as `type device:state`.
    pub(super) fn say(&mut self, facts: impl IntoIterator<Item = Fact>) -> Vec<String> {
        self.events(facts).iter().map(told).collect()
    }

    /// A calls B, who answers.
    pub(super) fn talk(&mut self, of: &str, a: &str, b: &str) {
        self.say([moved(of, a, ConnectionEvent::Originated, Cause::NewCall)]);
        self.say([moved(of, b, ConnectionEvent::Delivered, Cause::NewCall)]);
        self.say([moved(of, b, ConnectionEvent::Established, Cause::NewCall)]);
    }

    pub(super) fn clear(&mut self, key: &str) -> Vec<String> {
        self.say([moved(
            "?",
            key,
            ConnectionEvent::ConnectionCleared,
            Cause::NormalClearing,
        )])
    }

    /// The only call that is live.
    pub(super) fn the_call(&self) -> Call {
        let mut calls = self.engine.calls();
        let only = calls.next().unwrap().clone();
        assert!(calls.next().is_none());
        only
    }
}

pub(super) fn data(event: &Event) -> &CallData {
    match &event.data {
        Data::Call(data) => data,
        other => panic!("no event of a call: {other:?}"),
    }
}

pub(super) fn told(event: &Event) -> String {
    let kind = event.kind.as_str().trim_start_matches("lineside.");
    match &event.data {
        Data::Call(data) => match &data.connection {
            Some(c) => {
                let device = c.device.as_ref().map_or("-", DeviceId::key);
                format!("{} {device}:{:?}", kind.trim_start_matches("call."), c.state)
            }
            None => kind.trim_start_matches("call.").to_owned(),
        },
        _ => kind.to_owned(),
    }
}
