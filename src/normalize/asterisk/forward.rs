//! Calls that go on to somebody else before they are answered: the telephone says so (a 302), the dialplan says so (`REDIRECTING`), or it
//! is seen that the dialplan rings another one because who was rung alone was busy or did not answer.

use super::Normalizer;
use super::block::Variables;
use super::dial::number_of;
use crate::model::{CallKey, Cause, ConnectionEvent, ConnectionKey, Fact, Kind, PartyFact, Text};
use crate::normalize::legs::{Leg, Nature, Told};
use lineside_wire::Private;

/// Why a call goes on, and where to.
pub(super) type Onward = Option<(Cause, Text)>;

impl Normalizer {
    /// The phone sent the call on (a 302 in SIP). 16 and 22 tell it as `Forward`, with the number or a Local channel, and CANCEL.
    pub(super) fn forwarded(&mut self, id: &str, caller: Option<&str>, to: &Text) {
        let alerted = self.legs.get(id).is_some_and(|leg| leg.told == Told::Live);
        let cause = if alerted {
            Cause::Redirected
        } else {
            Cause::CallForwardImmediate
        };
        let number = number_of(to);
        self.say(id, ConnectionEvent::Diverted, cause);
        self.sends_to(number);
        if let Some(leg) = caller.and_then(|caller| self.legs.get_mut(caller)) {
            leg.next_cause = Some(cause);
        }
    }

    /// Who dials rings one more.
    pub(super) fn rings_one_more(&mut self, caller: &str) {
        if let Some(leg) = self.legs.get_mut(caller) {
            leg.tried = if leg.rung == 0 { 1 } else { leg.tried + 1 };
            leg.rung += 1;
        }
    }

    /// Who was rung did not take the call. What is dialled next for the same caller is dialled for that, where nobody else was rung with
    /// him: a queue rings its next agent, and of several nobody was the one. A line to outside that fails is another matter: the next
    /// one is tried for the same number.
    pub(super) fn goes_on_from(&mut self, id: &str, caller: &str, status: &str) {
        let nature = self.legs.get(id).map(|leg| leg.nature);
        let queued = self.at(caller, Kind::Queue);
        let Some(leg) = self.legs.get_mut(caller) else { return };
        leg.rung = leg.rung.saturating_sub(1);
        let alone = leg.rung == 0 && leg.tried == 1 && !queued;
        let somebody = matches!(nature, Some(Nature::Party(Kind::Station) | Nature::Half));
        leg.next_cause = match status {
            _ if !alone || !somebody => None,
            "BUSY" => Some(Cause::CallForwardBusy),
            "NOANSWER" => Some(Cause::CallForwardNoAnswer),
            "CHANUNAVAIL" | "CONGESTION" => Some(Cause::CallForward),
            _ => None,
        };
    }

    /// Why and where to a call goes on, if it goes on from somebody.
    pub(super) fn onward(&self, caller: &str, to: Text) -> Onward {
        let cause = self.legs.get(caller)?.next_cause?;
        is_forward(cause).then_some((cause, to))
    }

    /// A caller came to where nobody sent him on.
    pub(super) fn forgets_forward(&mut self, id: &str) {
        if let Some(leg) = self.legs.get_mut(id) {
            leg.next_cause.take_if(|cause| is_forward(*cause));
        }
    }

    /// The dialplan says for whom it dials (`REDIRECTING`, which `channelvars` of manager.conf puts behind each block): a telephone of the
    /// site that is forwarded, and that nobody rang. What is dialled inherits it, so it counts only where a call begins.
    pub(super) fn redirected_by_dialplan(&mut self, caller: &str, call: &CallKey, to: &Text) {
        let Some(leg) = self.legs.get(caller).filter(|leg| leg.is_party() && leg.calls) else {
            return;
        };
        let Some((from, reason)) = leg.redirecting.clone().filter(|_| leg.next_cause.is_none()) else {
            return;
        };
        let cause = match &*reason {
            "cfu" | "cf_dte" => Cause::CallForwardImmediate,
            "cfb" => Cause::CallForwardBusy,
            "cfnr" => Cause::CallForwardNoAnswer,
            _ => return,
        };
        let told = leg.redirected_for.as_ref() == Some(&from);
        if told || !self.rules.is_extension(&from) || self.legs.of(call).any(|leg| leg.endpoint() == &*from) {
            return;
        }
        let who = PartyFact {
            party: self.called(&from, true),
            kind: Kind::Station,
            native_id: None,
        };
        let key = ConnectionKey(format!("{caller}/for/{from}").into());
        self.say_of(call, key, ConnectionEvent::Diverted, cause, who);
        self.sends_to(to.clone());
        if let Some(leg) = self.legs.get_mut(caller) {
            leg.next_cause = Some(cause);
            leg.redirected_for = Some(from);
        }
    }

    /// Where the call goes on that was just told to be diverted.
    pub(super) fn sends_to(&mut self, to: Text) {
        if let Some(Fact::Connection(fact)) = self.out.last_mut() {
            fact.new_destination = Some(Private::new(to));
        }
    }
}

const fn is_forward(cause: Cause) -> bool {
    matches!(
        cause,
        Cause::CallForward | Cause::CallForwardBusy | Cause::CallForwardImmediate | Cause::CallForwardNoAnswer
    )
}

/// Takes for whom a leg is redirected, and why, out of the variables behind its block.
pub(super) fn redirecting(leg: &mut Leg, told: &Variables<'_>) {
    if told.redirecting_from.is_none() && told.redirecting_reason.is_none() {
        return;
    }
    let (from, reason) = leg.redirecting.get_or_insert_default();
    for (known, told) in [(from, told.redirecting_from), (reason, told.redirecting_reason)] {
        if let Some(told) = told.filter(|told| **told != **known) {
            *known = Text::from(told);
        }
    }
}
