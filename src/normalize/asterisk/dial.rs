//! Who rings whom, and who answers. What goes on to somebody else is in [`super::forward`].

use super::Normalizer;
use super::block::{Block, text};
use super::gather::executes;
use crate::model::{CallFact, CallKey, Cause, ConnectionEvent, Fact, Kind, Text};
use crate::normalize::legs::{Leg, Nature, Phase, Spot, Told, Waits};
use lineside_ami::Message;

impl Normalizer {
    /// One leg is dialled, by another or, where an application originates a call, by nobody.
    pub(super) fn dial_begin(&mut self, message: &Message, caller: &Block<'_>, time: Option<i64>) {
        let dest = Block::read(message, "Dest");
        self.meet(message, caller, time);
        caller.id.into_iter().for_each(|id| self.tell_begun(id));
        self.meet(message, &dest, time);
        let Some(id) = dest.id else { return };
        caller.id.into_iter().for_each(|id| self.goes_alone(id));
        let Some(leg) = self
            .legs
            .get(id)
            .filter(|leg| leg.told == Told::Nothing && leg.dialled_by.is_none() && !leg.calls)
        else {
            return;
        };
        let ringing = leg.phase == Phase::Ringing;
        if let Some(caller) = caller.id.filter(|caller| self.legs.get(caller).is_some()) {
            self.dialled_by(id, caller, message);
        } else if self.is_recalled(id) {
            self.recalled(id);
        } else if leg.is_party() {
            self.begin(id, ConnectionEvent::ServiceInitiated, Cause::MakeCall);
        } else if let Some(leg) = self.legs.get(id) {
            let key = CallKey(leg.id.clone());
            self.legs.assign(id, key);
            if let Some(leg) = self.legs.get_mut(id) {
                leg.originated = true;
            }
        }
        if ringing {
            // 22: the phone may ring before the dial is told.
            self.rings(id);
        }
    }

    fn dialled_by(&mut self, id: &str, caller: &str, message: &Message) {
        let early = self.is_told_early(caller);
        let call = self.call_or_begin(caller);
        let dialled = text(message, "DialString");
        let to = dialled.as_ref().map(number_of).unwrap_or_default();
        self.park_timeout(caller);
        self.rings_one_more(caller);
        if let Some(call) = &call {
            self.redirected_by_dialplan(caller, call, &to);
        }
        let cause = self.rung_for(caller);
        let onward = self.onward(caller, to);
        let Some(leg) = self.legs.get_mut(id) else { return };
        leg.dialled_by = Some(Text::from(caller));
        leg.cause = cause;
        if let Some(dialled) = dialled {
            dial_string(leg, &dialled);
        }
        if let Some(call) = call {
            self.try_elsewhere(&call, onward);
            if self.rung_first(id, &call) {
                self.begin_as(id, call, ConnectionEvent::ServiceInitiated, Cause::MakeCall);
                return;
            }
            self.legs.assign(id, call);
        }
        self.goes_on(caller);
        if !self.waits(id, early) {
            self.reaches_outside(id);
            self.goes_on_behind(id);
        }
    }

    /// Is a Local pair dialled, and what it dials told before that (seen on 16 and 22)? Why is not known yet: who was rung before may have sent
    /// the call on. A pair that the switch makes for a feature is dialled by nobody, and does not execute that (16 and 22).
    fn is_told_early(&self, caller: &str) -> bool {
        let root = self.legs.back(caller).last().copied();
        root.is_some_and(|root| {
            root.nature == Nature::Half && root.call.is_none() && executes(root, &["AppDial", "AppQueue"])
        })
    }

    /// A Local pair is dialled: what it dialled already, it dialled for that.
    fn goes_on_behind(&mut self, id: &str) {
        let behind =
            |leg: &&Leg| leg.waits != Waits::Nothing && self.legs.back(&leg.id).iter().any(|leg| *leg.id == *id);
        let behind: Vec<Text> = self.legs.iter().filter(behind).map(|leg| leg.id.clone()).collect();
        behind.iter().for_each(|id| self.waits_no_more(id));
    }

    /// A line outside is dialled.
    pub(super) fn reaches_outside(&mut self, id: &str) {
        let Some(cause) = self
            .legs
            .get(id)
            .filter(|leg| leg.nature == Nature::Party(Kind::Trunk))
            .map(|leg| leg.cause)
        else {
            return;
        };
        self.called_late(id);
        let cause = if cause == Cause::Distributed {
            Cause::NewCall
        } else {
            cause
        };
        self.say(id, ConnectionEvent::NetworkReached, cause);
    }

    /// An application that originates a call by a Local channel has the phone behind it rung first: that phone makes the call.
    fn rung_first(&self, id: &str, call: &CallKey) -> bool {
        let root = self.legs.back(id).last().copied();
        let party = self.legs.get(id).is_some_and(Leg::is_party);
        party && root.is_some_and(|root| root.originated) && self.legs.of(call).all(|leg| leg.told == Told::Nothing)
    }

    /// The call of who dials; one that the bridge did not see begin begins now.
    fn call_or_begin(&mut self, caller: &str) -> Option<CallKey> {
        if let Some(call) = self.legs.call_of(caller) {
            return Some(call);
        }
        let root = self.legs.back(caller).last().map(|leg| leg.id.clone())?;
        let leg = self.legs.get(&root)?;
        if leg.is_party() && leg.told == Told::Nothing {
            self.begin(&root, ConnectionEvent::Originated, Cause::NewCall);
        } else if let Some(by) = self.holds_meanwhile(leg) {
            self.consults_by(&by, &root);
        } else {
            let call = self
                .hinted(leg)
                .and_then(|first| first.call.clone())
                .unwrap_or_else(|| CallKey(root.clone()));
            self.legs.assign(&root, call);
        }
        self.legs.call_of(caller)
    }

    /// Messages of two legs may come in either order: what a Local pair dials may be told before who dialled the pair (seen on 16).
    /// Then the hint says for whom it is.
    fn hinted(&self, half: &Leg) -> Option<&Leg> {
        if half.nature != Nature::Half || half.dialled_by.is_some() {
            return None;
        }
        // Who consults is another one than who gave the hint.
        if let Spot::Out(number) = half.spot()
            && let Some(consults) = self.legs.consulting().find(|leg| {
                leg.hint == half.hint && matches!(leg.spot(), Spot::Dials { number: dialled, .. } if dialled == number)
            })
        {
            return Some(consults);
        }
        let first = self.legs.get(&half.hint).filter(|first| first.is_party());
        // Who gave the hint may be gone, after a transfer: then it is for the only call that bears it.
        first.or_else(|| {
            let mut bearers = self
                .legs
                .iter()
                .filter(|leg| leg.hint == half.hint && leg.told == Told::Live && leg.is_party());
            let one = bearers.next()?;
            bearers.all(|other| other.call == one.call).then_some(one)
        })
    }

    /// Why somebody is rung: by a queue, after a transfer or a forwarding, or simply called. A Local pair hands it on.
    pub(super) fn rung_for(&self, caller: &str) -> Cause {
        let Some(leg) = self.legs.get(caller) else {
            return Cause::NewCall;
        };
        let pair = leg.pair.as_ref().and_then(|pair| self.legs.get(pair));
        match (leg.next_cause, pair) {
            (Some(cause), _) => cause,
            (None, Some(pair)) if leg.nature == Nature::Half => match self.hinted(pair) {
                Some(first) => self.rung_for(&first.id),
                None => pair.cause,
            },
            _ if leg
                .place
                .as_ref()
                .is_some_and(|place| place.kind == Kind::Queue && place.leaving.is_none()) =>
            {
                Cause::Distributed
            }
            _ => Cause::NewCall,
        }
    }

    /// 13 and later tell the two halves of a Local pair before either is dialled.
    pub(super) fn local_bridge(&mut self, message: &Message) {
        let (one, two) = (Block::read(message, "LocalOne"), Block::read(message, "LocalTwo"));
        let (Some(one), Some(two)) = (one.id, two.id) else {
            return;
        };
        for (half, other) in [(one, two), (two, one)] {
            if let Some(leg) = self.legs.get_mut(half) {
                leg.pair = Some(Text::from(other));
            }
        }
    }

    pub(super) fn dial_state(&mut self, message: &Message, time: Option<i64>) {
        let dest = Block::read(message, "Dest");
        let rings = message.get("DialStatus").is_some_and(|status| status.is("RINGING"));
        if let Some(id) = dest
            .id
            .filter(|id| rings && self.legs.get(id).is_some_and(|leg| leg.is_news(time)))
        {
            self.rings(id);
        }
    }

    /// A phone rings. Where an application makes a call, its own phone ringing is no call for it.
    pub(super) fn rings(&mut self, id: &str) {
        if let Some(leg) = self.legs.get_mut(id).filter(|leg| leg.waits != Waits::Nothing) {
            leg.waits = Waits::Rings;
            return;
        }
        self.rung_late(id);
        let Some(leg) = self
            .legs
            .get(id)
            .filter(|leg| !leg.calls && leg.call.is_some() && leg.told != Told::Over)
        else {
            return;
        };
        let cause = if leg.nature == Nature::Party(Kind::Trunk) {
            Cause::NetworkSignal
        } else {
            leg.cause
        };
        self.called_late(id);
        self.say(id, ConnectionEvent::Delivered, cause);
    }

    /// What is behind a Local pair may be dialled before it is told why the pair is (seen on 16, with a 302).
    pub(super) fn rung_late(&mut self, id: &str) {
        let half = |leg: &&Leg| leg.nature == Nature::Half;
        let told_nothing = self.legs.get(id).filter(|leg| leg.told == Told::Nothing && !leg.calls);
        let caller = told_nothing.and_then(|leg| self.legs.get(leg.dialled_by.as_deref()?));
        let Some(cause) = caller.filter(half).map(|caller| self.rung_for(&caller.id)) else {
            return;
        };
        if let Some(leg) = self.legs.get_mut(id) {
            leg.cause = cause;
        }
    }

    /// Who is called by an application's call is known only when the dialplan dials.
    fn called_late(&mut self, id: &str) {
        let path = self.legs.back(id);
        let Some(root) = path
            .iter()
            .find(|leg| leg.is_party() && leg.calls && leg.cause == Cause::MakeCall)
        else {
            return;
        };
        let (Some(call), Some(exten)) = (root.call.clone(), root.exten.as_ref()) else {
            return;
        };
        let called = Some(self.called(exten, true));
        self.out.push(Fact::Call(CallFact {
            called,
            ..CallFact::of(call)
        }));
    }

    /// A leg is up: whom it was to reach, it has reached.
    pub(super) fn is_up(&mut self, id: &str) {
        self.waits_no_more(id);
        self.rung_late(id);
        let Some(leg) = self
            .legs
            .get(id)
            .filter(|leg| leg.call.is_some() && leg.is_party() && leg.told != Told::Over)
        else {
            return;
        };
        if leg.calls {
            if leg.cause == Cause::MakeCall {
                self.say(id, ConnectionEvent::Originated, Cause::MakeCall);
            }
            self.spoken_to(id);
            return;
        }
        let (cause, call) = (leg.cause, leg.call.clone());
        self.recalls.retain(|_, recalled| Some(&*recalled) != call.as_ref());
        let behind: Vec<Text> = self.legs.back(id).iter().skip(1).map(|leg| leg.id.clone()).collect();
        for dialler in behind {
            self.leave_queue(&dialler);
            if let Some(leg) = self.legs.get_mut(&dialler) {
                leg.next_cause = None;
            }
        }
        self.say(id, ConnectionEvent::Established, cause);
    }

    /// Dialling one leg came to an end, this way or that.
    pub(super) fn dial_end(&mut self, message: &Message, time: Option<i64>) {
        let dest = Block::read(message, "Dest");
        let Some(id) = dest.id else { return };
        let Some(leg) = self.legs.get(id).filter(|leg| leg.is_news(time)) else {
            return;
        };
        let caller = leg.dialled_by.clone();
        self.waits_no_more(id);
        let status = text(message, "DialStatus").unwrap_or_default();
        if status == *"CANCEL" {
            self.clears_caller(id);
        }
        let rang = self.legs.get(id).is_some_and(|leg| leg.phase == Phase::Ringing);
        if status != *"ANSWER" && self.ends_as_asked(id, rang) {
            return;
        }
        if let Some(to) = text(message, "Forward") {
            self.forwarded(id, caller.as_deref(), &to);
        } else if status == *"ANSWER" {
            self.is_up(id);
        } else {
            self.not_reached(id, &status);
            if let Some(caller) = caller {
                self.goes_on_from(id, &caller, &status);
            }
        }
    }

    fn not_reached(&mut self, id: &str, status: &str) {
        let Some(leg) = self
            .legs
            .get(id)
            .filter(|leg| leg.told != Told::Over && leg.call.is_some())
        else {
            return;
        };
        if leg.calls {
            // An application rang somebody first, who did not answer. The leg's end tells the same; this is the better cause.
            let cause = match status {
                "BUSY" => Cause::Busy,
                _ => leg.requested.unwrap_or(Cause::CallNotAnswered),
            };
            self.not_lifted(id, cause);
            return;
        }
        // What a Local pair rings for a queue or a group ends as cancelled when the pair was not answered.
        let unanswered = self.is_given_up(leg)
            || self
                .legs
                .back(id)
                .iter()
                .skip(1)
                .any(|leg| leg.requested == Some(Cause::CallNotAnswered));
        if leg.nature == Nature::Half && status == "NOANSWER" {
            let pair = leg.pair.clone();
            for half in pair.as_deref().into_iter().chain([id]) {
                if let Some(leg) = self.legs.get_mut(half) {
                    leg.requested = Some(Cause::CallNotAnswered);
                }
            }
            return;
        }
        let alerted = leg.phase == Phase::Ringing;
        let (told, requested) = (leg.told, leg.requested);
        let elsewhere = leg.call.as_ref().is_some_and(|call| {
            self.legs
                .live(call)
                .any(|other| other.phase == Phase::Up && !other.calls && other.id != leg.id)
        });
        // Who lifted was asked whether to take the call (`U` in the `Dial`: CONTINUE on 16 and 22), and did not: the end of the leg tells it.
        let lifted = leg.phase == Phase::Up && told == Told::Live;
        match status {
            "CANCEL" | "ABORT" if told == Told::Nothing => {}
            "CANCEL" | "ABORT" if elsewhere => {
                self.say(id, ConnectionEvent::ConnectionCleared, Cause::MultipleAlerting)
            }
            "CANCEL" | "ABORT" if unanswered => {
                self.say(id, ConnectionEvent::ConnectionCleared, Cause::CallNotAnswered)
            }
            "CANCEL" | "ABORT" => self.say(id, ConnectionEvent::ConnectionCleared, Cause::CallCancelled),
            _ if lifted => {}
            // It rang, and the phone itself ended it: refused. 16 and 22 say NOANSWER or BUSY for it, by the code of the phone.
            _ if alerted => {
                self.say_refused(
                    id,
                    ConnectionEvent::ConnectionCleared,
                    Cause::CallNotAnswered,
                    requested.is_some(),
                );
            }
            "NOANSWER" if requested.is_none() => {
                self.say(id, ConnectionEvent::ConnectionCleared, Cause::CallNotAnswered)
            }
            _ => self.failed(id, status, requested),
        }
    }

    /// The call could not get there. The connection stays failed until the call ends or is tried elsewhere.
    fn failed(&mut self, id: &str, status: &str, requested: Option<Cause>) {
        let cause = match (status, requested) {
            (_, Some(cause)) if cause != Cause::NormalClearing => cause,
            ("BUSY", _) => Cause::Busy,
            ("CONGESTION", _) => Cause::NetworkCongestion,
            _ => Cause::DestNotObtainable,
        };
        self.say(id, ConnectionEvent::Failed, cause);
        let Some(leg) = self.legs.get_mut(id) else { return };
        leg.told = Told::Over;
        let key = leg.key();
        if let Some(call) = leg.call.clone() {
            self.failed.entry(call).or_default().push((key, cause));
        }
    }
}

/// The number in a dial string, or where a call is forwarded to: `1002`, `1002@internal/n`, `Local/1002@internal`, `1006/sip:1006@…`.
pub(super) fn number_of(text: &Text) -> Text {
    let text = text.strip_prefix("Local/").unwrap_or(text);
    let number = text.split(['@', '/']).next().unwrap_or(text);
    Text::from(number)
}

/// `01713920099@trunk` is a number by a line, `1006/sip:1006@192.0.2.7` one phone of several behind an endpoint.
fn dial_string(leg: &mut Leg, text: &Text) {
    if let Some((_, contact)) = text.split_once('/').filter(|(_, contact)| contact.starts_with("sip")) {
        leg.contact = Some(Text::from(contact));
    } else if let Some((number, _)) = text.split_once('@').filter(|(number, _)| !number.is_empty()) {
        leg.dialled = Some(Text::from(number.rsplit_once('/').map_or(number, |(_, number)| number)));
    }
}
