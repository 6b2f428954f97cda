//! Agents who stay in a pool (`app_agent_pool`). The leg that waits there for the whole day is no call: what was told of it ends with the
//! login. Who asks for the agent (`AgentRequest`) is brought into one bridge with the leg, and as long as it is there the leg is in that
//! call, by a connection of its own (16 and 22; nothing tells of a request or its end but the bridge).

use super::Normalizer;
use super::gather::talks_in;
use crate::model::{CallKey, Cause, ConnectionEvent, Text};
use crate::normalize::legs::{Leg, Nature, Told};

impl Normalizer {
    /// An agent logged on at a leg.
    pub(super) fn waits_in_pool(&mut self, id: &str) {
        if self.legs.pool(id) {
            self.finish(id, Cause::Normal);
            self.legs.part(id);
        }
    }

    /// A leg came into a bridge: somebody of the pool may be there, or may it be itself.
    pub(super) fn serves(&mut self, id: &str) {
        if self.legs.pooled().next().is_none() {
            return;
        }
        let leg = self.legs.get(id).filter(|leg| !leg.holding);
        let Some(bridge) = leg.and_then(|leg| leg.bridge.clone()) else {
            return;
        };
        let there = |leg: &&Leg| leg.bridge.as_ref() == Some(&bridge);
        let waits = |leg: &&Leg| there(leg) && leg.call.is_none();
        let agent = self.legs.pooled().find(waits).map(|leg| leg.id.clone());
        let asks = |leg: &Leg| there(&leg) && !leg.pooled;
        let found = agent.and_then(|agent| Some((agent, self.legs.iter().find(|leg| asks(leg))?.id.clone())));
        let Some((agent, asker)) = found else { return };
        let path = self.legs.back(&asker);
        // Through a pair of Local channels it is a queue that asks, or whoever else dialled the pair.
        let dialled = path.iter().rev().find(|leg| leg.nature == Nature::Half);
        let cause = dialled.map_or(Cause::NewCall, |half| half.cause);
        let path: Vec<Text> = path.iter().map(|leg| leg.id.clone()).collect();
        if let Some(call) = self.legs.call_of(&asker) {
            path.iter().for_each(|id| self.leave_queue(id));
            self.is_asked_for(&agent, call, cause);
        }
    }

    fn is_asked_for(&mut self, id: &str, call: CallKey, cause: Cause) {
        let time = self.message_time;
        let Some(leg) = self.legs.get_mut(id).filter(|leg| is_news(leg, time)) else {
            return;
        };
        leg.entered = time.unwrap_or(0);
        let key = leg.next_key();
        leg.set_key(key);
        (leg.calls, leg.cause, leg.told) = (false, cause, Told::Nothing);
        self.legs.assign(id, call);
        self.say(id, ConnectionEvent::Established, cause);
    }

    /// A leg left a bridge: one of the pool goes back there.
    pub(super) fn served(&mut self, id: &str) {
        let time = self.message_time;
        let serves = |leg: &&mut Leg| leg.pooled && leg.call.is_some() && is_news(leg, time);
        if let Some(leg) = self.legs.get_mut(id).filter(serves) {
            leg.entered = time.unwrap_or(0);
            self.finish(id, Cause::NormalClearing);
            self.legs.part(id);
        }
    }

    /// While nobody listened: who waits is in no call, and who talks to somebody is in theirs.
    pub(super) fn find_pooled(&mut self) {
        let all: Vec<Text> = self.legs.pooled().map(|leg| leg.id.clone()).collect();
        for id in all {
            let waits = self.legs.get(&id).is_some_and(|leg| talks_in(leg).is_none());
            if waits {
                self.legs.part(&id);
            } else if let Some(leg) = self.legs.get_mut(&id).filter(|leg| leg.told == Told::Over) {
                let key = leg.next_key();
                leg.set_key(key);
                leg.told = Told::Nothing;
            }
        }
    }
}

/// A message that is heard again says nothing again.
fn is_news(leg: &Leg, time: Option<i64>) -> bool {
    time.is_none_or(|time| leg.entered < time)
}
