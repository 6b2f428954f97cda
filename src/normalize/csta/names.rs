//! Who is in a call and has no name there: a caller behind a line, say, of whom only the telephone that he talks to is monitored. Where the profile
//! offers it the call is asked once who is in it (ECMA-269, Snapshot Call), as soon as that telephone talks.

use super::party::{Named, number};
use super::{Call, Leg, Move, Normalizer};
use crate::model::{
    CallKey, Cause, ConnectionDirection, ConnectionEvent as E, ConnectionFact, ConnectionKey, Fact, Facts, Kind, Party,
    PartyFact,
};
use lineside_csta::types::{ConnectionId, ExtendedDeviceId, LocalConnectionState as State, SnapshotCallInfo};
use std::collections::BTreeSet;

/// So many calls wait to be asked at most: of the others nobody is learnt.
const WAITING: usize = 256;

impl Normalizer {
    /// A call of which something was told is asked for names if somebody talks in it who is heard, and somebody has none.
    pub(super) fn wants_names(&mut self, call: &CallKey) {
        if !self.asks_calls || self.unnamed.len() >= WAITING {
            return;
        }
        let Some(known) = self.calls.get(call).filter(|known| !known.asked) else {
            return;
        };
        let talks = |leg: &Leg| leg.state == State::Connected && leg.native.is_some() && self.is_watched(leg);
        if known.live().any(talks) && known.live().any(is_nameless) {
            self.unnamed.push_back(call.clone());
            if let Some(known) = self.calls.get_mut(call) {
                known.asked = true;
            }
        }
    }

    /// The next call to ask, by a connection that can be named.
    pub(super) fn poll_unnamed(&mut self) -> Option<(CallKey, ConnectionId)> {
        while let Some(key) = self.unnamed.pop_front() {
            let call = self.moved.call(&key).cloned().unwrap_or(key);
            let known = self.calls.get(&call).into_iter().flat_map(Call::live);
            let native = known.filter_map(|leg| leg.native.clone()).next();
            if let Some(native) = native {
                return Some((call, native));
            }
        }
        None
    }

    pub(super) fn has_unnamed(&self) -> bool {
        !self.unnamed.is_empty()
    }

    /// The switch does not offer it.
    pub(super) fn asks_no_calls(&mut self) {
        self.asks_calls = false;
        self.unnamed.clear();
    }

    /// Who is in a call, as it says, and who calls. Only who is known to be there is named by it: who comes and goes the monitors tell.
    pub(super) fn names(
        &mut self,
        call: &CallKey,
        list: &[SnapshotCallInfo],
        calling: Option<&ExtendedDeviceId>,
    ) -> Facts {
        let call = self.moved.call(call).cloned().unwrap_or_else(|| call.clone());
        self.monitor = None;
        for info in list {
            self.name_one(&call, info);
        }
        let calling = calling.filter(|calling| number(calling).is_some());
        if let Some(party) = calling.map(|calling| self.who(&Named::by(calling)).party) {
            self.learn_caller(&call, party);
        }
        let news = self.permitted_in(BTreeSet::from([call]));
        self.out.extend(news.into_iter().map(Fact::Permitted));
        self.facts()
    }

    fn name_one(&mut self, call: &CallKey, info: &SnapshotCallInfo) {
        let Some(native) = info
            .call_identifier
            .as_ref()
            .filter(|native| native.device_id.is_some())
        else {
            return;
        };
        let who = self.who(&Named::by(&info.device_on_call));
        let Some(known) = self.calls.get(call) else { return };
        let name = super::connection_key(native, &info.device_on_call);
        let found = known.leg(&name).or_else(|| nameless(known, &who));
        let Some(leg) = found.filter(|leg| leg.is_live() && is_nameless(leg)) else {
            return;
        };
        let (before, direction) = (leg.name.clone(), leg.direction);
        self.learn_party(call, &before, who.clone());
        if direction == ConnectionDirection::Outgoing {
            self.learn_caller(call, who.party);
        }
        self.subject(native, &Named::by(&info.device_on_call), direction);
        // That he holds nobody could tell.
        if info.local_connection_info == Some(State::Hold) {
            self.say(call, &name, Move::of(E::HeldBySwitch, Cause::Normal));
        }
    }

    /// Who is at a connection, where nobody said so before.
    fn learn_party(&mut self, call: &CallKey, name: &ConnectionKey, who: PartyFact) {
        let Some(leg) = self.calls.get_mut(call).and_then(|known| known.leg_mut(name)) else {
            return;
        };
        if leg.party.number.is_some() || who.party.number.is_none() {
            return;
        }
        leg.party = Party {
            device: leg.party.device.take().or(who.party.device.clone()),
            ..who.party
        };
        let fact = ConnectionFact {
            call: call.clone(),
            connection: leg.key.clone(),
            // It is where it was: there is nothing to be told but who that is.
            event: E::Originated,
            cause: Cause::Normal,
            direction: leg.direction,
            who: Self::at(leg),
            new_destination: None,
            refused: false,
            uncertain: Vec::new(),
        };
        if leg.state == State::Connected {
            self.out.push(Fact::Connection(Box::new(fact)));
        }
    }
}

/// Could it be asked for nothing, or is it not known who that is?
fn is_nameless(leg: &Leg) -> bool {
    leg.is_live() && leg.kind.is_person() && (leg.native.is_none() || leg.party.number.is_none())
}

/// The one who is meant, of those who have no name.
fn nameless<'a>(known: &'a Call, who: &PartyFact) -> Option<&'a Leg> {
    let all = || known.live().filter(|leg| leg.native.is_none() && leg.kind.is_person());
    let same = |leg: &&Leg| {
        let device = who.party.device.is_some() && leg.party.device == who.party.device;
        device || who.party.number.is_some() && leg.party.number == who.party.number
    };
    let named = all().find(same);
    let mut lines = all().filter(|leg| leg.kind == Kind::Trunk && who.kind == Kind::Trunk);
    let only = lines.next().filter(|_| lines.next().is_none());
    named.or(only)
}
