//! What we ourselves asked the switch to do, and what its events mean then: the same events come when people do it, or when something
//! breaks, and the story is another one.

use super::Normalizer;
use crate::model::{Cause, ConnectionEvent, ConnectionKey, Denial, Fact, Facts, Kind, Participation, Progress, Text};
use crate::normalize::legs::{Asked, Leg, Told};
use lineside_wire::Tick;
use std::time::Duration;

/// For how long what happens may be what we asked for: as long as a command waits. A switch that says yes and does nothing is not
/// believed for ever.
const AWAITED: Duration = Duration::from_secs(5);

impl Normalizer {
    /// A call is about to be made: its leg will be `id`.
    pub(super) fn makes(&mut self, id: Text, called: Text) {
        self.made.insert(id, called);
    }

    /// As one of a profile of before telephones were told.
    #[cfg(test)]
    pub(super) fn speaks_of_no_stations(&mut self) {
        self.profile.stations = None;
    }

    #[cfg(test)]
    pub(super) fn makes_now(&self) -> Vec<Text> {
        self.made.keys().cloned().collect()
    }

    /// The leg that is about to be made will supervise.
    pub(super) fn supervises(&mut self, id: Text, participation: Participation) {
        self.supervising.insert(id, participation);
    }

    /// The call did not come about.
    pub(super) fn makes_not(&mut self, id: &str) {
        self.made.remove(id);
        self.supervising.remove(id);
    }

    /// The endpoint of a leg.
    pub(super) fn endpoint_of(&self, id: &str) -> Option<Text> {
        self.legs.get(id).map(|leg| Text::from(leg.endpoint()))
    }

    /// Has the leg been heard of?
    pub(super) fn knows(&self, id: &str) -> bool {
        self.legs.get(id).is_some() || self.legs.is_gone(id)
    }

    /// The switch took the other party off hold for a transfer that then did not come: now it is told.
    pub(super) fn unheld(&mut self, id: &str) -> Option<Facts> {
        self.unheld.remove(id)?;
        // The transfer came, and is told with what follows from it.
        if self.transfers.values().any(|sent| *sent.by == *id) {
            return None;
        }
        self.legs.get(id).filter(|leg| leg.told == Told::Live)?;
        self.say(id, ConnectionEvent::Retrieved, Cause::Normal);
        let facts = std::mem::take(&mut self.out);
        Some(Facts { time: None, facts })
    }

    /// The transfer was said yes to and did not come in all this time: it is told, too.
    pub(super) fn unheld_by(&mut self, now: Tick) -> Option<Facts> {
        let id = self.unheld.iter().find(|(_, until)| **until <= now);
        let id = id.map(|(id, _)| id.clone())?;
        // One that has gone meanwhile has nothing to tell.
        Some(self.unheld(&id).unwrap_or_default())
    }

    /// When [`Self::unheld_by`] has something to tell.
    pub(super) fn unheld_until(&self) -> Option<Tick> {
        self.unheld.values().min().copied()
    }

    /// Something is about to be asked about the leg.
    pub(super) fn asks(&mut self, id: &str, asked: Asked, now: Tick) {
        if let Some(leg) = self.legs.get_mut(id) {
            leg.asked = Some((asked, now + AWAITED));
        }
    }

    /// It was refused.
    pub(super) fn asks_not(&mut self, id: &str) {
        if let Some(leg) = self.legs.get_mut(id) {
            leg.asked = None;
        }
    }

    pub(super) fn asked_of(&self, id: &str) -> Option<&Asked> {
        let (asked, until) = self.legs.get(id)?.asked.as_ref()?;
        (self.tick <= *until).then_some(asked)
    }

    /// Who dials the leg: who calls, or the half of a Local pair that dials for somebody. Of a call that is older than the link no list tells
    /// it; there it is the one leg of the call that executes `Dial`.
    pub(super) fn dialler(&self, id: &str) -> Option<Text> {
        let leg = self.legs.get(id)?;
        if let Some(dialler) = &leg.dialled_by {
            return self.legs.get(dialler).map(|leg| leg.id.clone());
        }
        let dials = |other: &&Leg| {
            let application = other.application.as_deref();
            other.id != leg.id && application.is_some_and(|name| name.eq_ignore_ascii_case("Dial"))
        };
        let mut diallers = self.legs.of(leg.call.as_ref()?).filter(dials);
        let only = diallers.next()?;
        diallers.next().is_none().then(|| only.id.clone())
    }

    /// Is the leg one of chan_pjsip?
    pub(super) fn is_pjsip(&self, id: &str) -> bool {
        self.legs.get(id).is_some_and(|leg| leg.name.starts_with("PJSIP/"))
    }

    /// The name of the leg's channel, where it is one that can stand in an action or in what an application is given.
    pub(super) fn channel_name(&self, id: &str) -> Option<Text> {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"/_.-@:;+*#".contains(&b);
        let name = self.legs.get(id).map(|leg| leg.name.clone())?;
        name.bytes().all(plain).then_some(name)
    }

    /// Is somebody parked at this slot?
    pub(super) fn is_parked_at(&self, slot: &str) -> bool {
        let mut places = self.legs.iter().filter_map(|leg| leg.place.as_ref());
        places.any(|place| place.kind == Kind::Park && place.device.key() == slot)
    }

    /// Is the leg there?
    pub(super) fn is_live(&self, id: &str) -> bool {
        self.legs.get(id).is_some()
    }

    /// What is dialled at this site for a number, which may be in E.164.
    pub(super) fn dials(&self, number: &str) -> Result<Text, Progress> {
        let dialled = self.rules.numbers.dialled(number).map(Text::from);
        dialled.ok_or_else(|| {
            let why = "this is no number in E.164: behind the code of the country it begins like a prefix";
            Progress::Denied(Denial::Destination(Text::from(why)))
        })
    }

    /// The variable of the dialplan that the site named, if `name` is one of them.
    pub(super) fn variable(&self, name: &str) -> Option<Text> {
        let known = self.user_data.get(&name.to_ascii_uppercase())?;
        let plain = known.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        Some(known.clone()).filter(|_| plain)
    }

    /// The switch said that it mutes: no event tells it (16 and 22), nor can it be read back.
    pub(super) fn muted(connection: ConnectionKey, on: bool) -> Facts {
        Facts {
            time: None,
            facts: vec![Fact::Muted { connection, on }],
        }
    }

    /// A leg leaves a bridge. If we had it hung up, it is the first to go: the switch tells its `Hangup` behind that of the others (16
    /// and 22).
    pub(super) fn goes_first(&mut self, id: &str) {
        match self.asked_of(id) {
            Some(Asked::Clear) if !self.is_left_behind(id) => self.finish(id, Cause::NormalClearing),
            Some(Asked::Drop) if !self.is_left_behind(id) => self.drops(id),
            _ => {}
        }
    }

    /// Is it told no more, or did another hang up by himself? Who is left behind by that may go on in the dialplan.
    fn is_left_behind(&self, id: &str) -> bool {
        let Some(leg) = self.legs.get(id).filter(|leg| leg.told == Told::Live) else {
            return true;
        };
        let mut others = leg.call.iter().flat_map(|call| self.legs.of(call));
        others.any(|other| other.id != leg.id && other.requested.is_some())
    }

    /// The caller whom we had hung up is the first to go, too, where the switch tells first that it stops ringing others for it (16 and 22:
    /// `CANCEL`; who is busy or declines does so by himself).
    pub(super) fn clears_caller(&mut self, id: &str) {
        let root = self.legs.back(id).last().map(|leg| (leg.id.clone(), leg.told));
        if let Some((root, Told::Live)) = root.filter(|(root, _)| **root != *id)
            && self.asked_of(&root) == Some(&Asked::Clear)
        {
            self.finish(&root, Cause::NormalClearing);
        }
    }

    /// What rang was sent on by us, or ended by us. False: it was not.
    pub(super) fn ends_as_asked(&mut self, id: &str, rang: bool) -> bool {
        let Some(leg) = self.legs.get(id).filter(|leg| leg.told == Told::Live) else {
            return false;
        };
        let (caller, calls, party) = (leg.dialled_by.clone(), leg.calls, leg.is_party());
        // Who called gave up, or who was rung declined, before the switch moved anybody: nothing was sent on.
        let over = caller
            .as_ref()
            .and_then(|caller| self.legs.get(caller))
            .is_some_and(|leg| leg.told == Told::Over);
        let first = over || leg.requested.is_some();
        match self.asked_of(id).cloned() {
            Some(Asked::Deflect(_)) if first => false,
            Some(Asked::Deflect(to)) => {
                self.deflected(id, caller.as_deref(), to);
                true
            }
            // Who is rung and ended says no to the call; who calls gives it up.
            Some(Asked::Clear) => {
                if rang && party && !calls {
                    self.say_refused(id, ConnectionEvent::ConnectionCleared, Cause::CallNotAnswered, true);
                } else {
                    self.finish(id, Cause::NormalClearing);
                }
                true
            }
            Some(Asked::Transfer | Asked::Consult(_) | Asked::Drop) | None => false,
        }
    }

    fn deflected(&mut self, id: &str, caller: Option<&str>, to: Text) {
        self.say(id, ConnectionEvent::Diverted, Cause::Redirected);
        self.sends_to(to.clone());
        if let Some(leg) = caller.and_then(|caller| self.legs.get_mut(caller)) {
            leg.next_cause = Some(Cause::Redirected);
        }
    }
}
