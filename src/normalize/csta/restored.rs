//! The calls that were known before the bridge was started anew. What the switch calls them is in their names: by that they are asked for where
//! nobody is asked any more who would tell it again.

use super::call::{Call, Leg};
use super::party::native;
use super::{Normalizer, after};
use crate::model::{CallFact, CallKey, ConnectionEvent, ConnectionFact, ConnectionKey, Kind, Text};
use lineside_csta::types::LocalConnectionState as State;
use lineside_wire::Tick;

impl Normalizer {
    /// They go on as far as anybody knows. `is_heard`: which devices are to be monitored.
    pub(super) fn restore(
        &mut self,
        now: Tick,
        calls: Vec<(CallFact, Vec<ConnectionFact>)>,
        is_heard: impl Fn(&Text) -> bool,
    ) {
        let mut times = 0;
        for (fact, connections) in calls {
            let mut call = Call {
                calling: fact.calling,
                called: fact.called,
                linkage: fact.global_id,
                has_caller: true,
                ..Call::default()
            };
            let mut named = None;
            for connection in connections {
                let (name, nth, returns) = parts(&connection.connection);
                let Some(leg) = self.restored(connection, &name) else {
                    continue;
                };
                call.nth = call.nth.max(nth);
                call.returns = call.returns.max(returns);
                named = named.or_else(|| name.0.split_once('/').map(|(of, _)| CallKey(Text::from(of))));
                self.heard.extend(leg.device.clone().filter(|device| is_heard(device)));
                call.legs.push(leg);
            }
            times = times.max(call.nth);
            if let Some(key) = named {
                self.doubts.insert(key.clone(), now + self.give_up);
                self.calls.insert(key, call);
            }
        }
        self.guessed.extend(self.heard.iter().cloned());
        self.past.go_on(times);
    }

    /// Nobody will say how the calls go on that are still in doubt, nor what the switch calls them: telephones are asked for by what they were called.
    pub(super) fn take_by_name(&mut self) {
        for (call, known) in self.calls.iter_mut().filter(|(call, _)| self.doubts.contains_key(call)) {
            let nameless = |leg: &&mut Leg| leg.is_live() && leg.native.is_none() && !leg.assumed;
            for leg in known
                .legs
                .iter_mut()
                .filter(nameless)
                .filter(|leg| leg.kind == Kind::Station)
            {
                leg.native = native(&leg.name);
                self.recalled.insert(call.clone());
            }
        }
    }

    fn restored(&self, fact: ConnectionFact, name: &ConnectionKey) -> Option<Leg> {
        let state = match fact.event {
            ConnectionEvent::HeldBySwitch => State::Hold,
            event => after(&State::Null, event)?,
        };
        Some(Leg {
            key: fact.connection,
            state,
            // Who is only concluded to be there has no time either.
            assumed: fact.uncertain.iter().any(|field| &**field == "createdAt"),
            doubted: true,
            ..self.new_leg(name.clone(), fact.who, fact.direction)
        })
    }
}

/// The name in a key, and what makes it unique ([`Call::key`]).
fn parts(key: &ConnectionKey) -> (ConnectionKey, u32, u32) {
    let found = key.0.rsplit_once('#').and_then(|(name, rest)| {
        let (nth, returns) = match rest.split_once('.') {
            Some((nth, returns)) => (nth.parse().ok()?, returns.parse().ok()?),
            None => (0, rest.parse().ok()?),
        };
        Some((ConnectionKey(Text::from(name)), nth, returns))
    });
    found.unwrap_or_else(|| (key.clone(), 0, 0))
}
