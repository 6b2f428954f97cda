//! Who was rung first takes over what rings elsewhere, or listens to those who talk.
use super::super::channel::{Dial, RINGING, UP};
use super::World;

impl World {
    /// What rings at the channel of this name, or where none is named anywhere, is taken over by `id`.
    pub(super) fn takes_over(&mut self, id: &str, name: &str) {
        let rings = |other: &String| {
            let other = self.live(other)?;
            let caller = match &other.dial {
                Dial::Live(Some(caller)) => caller.clone(),
                _ => return None,
            };
            (other.state() == RINGING && !other.is_half()).then_some(caller)
        };
        let all = || self.state.channels.keys().cloned();
        let target = match name {
            "" => all().find_map(|other| Some((rings(&other)?, other))),
            name => self.find(name).and_then(|other| Some((rings(&other)?, other))),
        };
        let Some((caller, target)) = target else {
            return self.ends_by_itself(id, 16);
        };
        self.change(&target, |target| target.dial = Dial::Not);
        self.executes(id, "AppDial", "(Outgoing Line)");
        self.tell_two("Pickup", &[("", id), ("Target", &target)], &[]);
        self.change(id, |picker| picker.dial = Dial::Live(Some(caller)));
        self.answers(id);
        self.end(&target, 26);
    }

    /// `id` hears who talks at a channel, named by its Uniqueid.
    pub(super) fn listens_in(&mut self, id: &str, data: &str) {
        let target = data.split_once(',').map_or(data, |(target, _)| target);
        let target = self
            .find(target)
            .filter(|target| self.live(target).is_some_and(|t| t.state() == UP || t.bridge.is_some()));
        let Some(target) = target else {
            return self.ends_by_itself(id, 16);
        };
        self.change(id, |channel| channel.watches = Some(target.clone()));
        self.tell_two("ChanSpyStart", &[("Spyer", id), ("Spyee", &target)], &[]);
        self.later(self.pace.talk, super::Turn::HangUp(id.to_owned()));
    }

    /// A channel ends: it listens to nobody, and nobody to it. Says who did.
    pub(super) fn listens_no_more(&mut self, id: &str) -> Vec<String> {
        let watched = self.state.channels.get(id).and_then(|channel| channel.watches.clone());
        let own = watched.map(|watched| (id.to_owned(), watched));
        let to_it = self.state.channels.iter();
        let to_it = to_it.filter(|(_, channel)| channel.watches.as_deref() == Some(id));
        let to_it: Vec<String> = to_it.map(|(other, _)| other.clone()).collect();
        let all = to_it.iter().map(|other| (other.clone(), id.to_owned()));
        for (spyer, spyee) in all.chain(own).collect::<Vec<_>>() {
            self.change(&spyer, |spyer| spyer.watches = None);
            self.tell_two("ChanSpyStop", &[("Spyer", &spyer), ("Spyee", &spyee)], &[]);
        }
        to_it
    }
}
