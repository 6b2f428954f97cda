//! A call finds its way to a number.
use crate::sim::csta::call::At;
use crate::sim::csta::events::What;
use crate::sim::csta::site::{OUTSIDE, Sort, When};
use crate::sim::csta::world::World;
use lineside_csta::types::{EventCause, LocalConnectionState as State};

/// So often a call is sent on before it fails.
const MOST: usize = 10;

impl World {
    /// Sends a call to a number.
    pub(in crate::sim::csta) fn route(&mut self, call: u32, number: &str, cause: EventCause) {
        let (mut number, mut cause) = (number.to_owned(), cause);
        for _ in 0..MOST {
            match self.sort(&number) {
                None if number.starts_with(OUTSIDE) => return self.leave(call, &number, cause),
                None => return self.fails(call, &number, EventCause::NumberUnallocated),
                Some(Sort::Queue) => return self.enter_queue(call, &number, cause),
                Some(Sort::Group) => return self.ring_all(call, &number, cause),
                Some(Sort::VoiceUnit) => return self.spoken_to(call, &number, cause),
                Some(Sort::Route) => match self.leads_to(&number) {
                    Some(to) => number = to,
                    None => return self.fails(call, &number, EventCause::DestNotObtainable),
                },
                Some(Sort::Trunk | Sort::Slot) => return self.fails(call, &number, EventCause::DestNotObtainable),
                Some(Sort::Station) => match self.forwards(call, &number) {
                    Some((to, because)) => (number, cause) = (to, because),
                    None => return self.reach(call, &number, cause),
                },
            }
        }
        self.fails(call, &number, EventCause::DestNotObtainable);
    }

    /// Where a number leads that is no telephone.
    fn leads_to(&self, number: &str) -> Option<String> {
        self.site.devices.get(number)?.forwarding.get(&When::Always).cloned()
    }

    /// Where a call to this telephone goes instead, before it rings.
    fn forwards(&mut self, call: u32, device: &str) -> Option<(String, EventCause)> {
        let forwarding = &self.site.devices.get(device)?.forwarding;
        let always = forwarding.get(&When::Always).cloned();
        let busy = forwarding.get(&When::Busy).cloned().filter(|_| self.is_busy(device));
        let (to, cause, told) = match (always, busy) {
            (Some(to), _) => (to, EventCause::CallForwardImmediate, self.quirks.immediate_diverted),
            (None, Some(to)) => (to, EventCause::CallForwardBusy, true),
            (None, None) => return None,
        };
        if told {
            let at = self.join(call, device, State::Null, None);
            self.say_diverted(&at, &to, cause.clone());
        }
        self.redirected(call, device);
        Some((to, cause))
    }

    /// The telephone rings, or cannot.
    pub(in crate::sim::csta) fn reach(&mut self, call: u32, device: &str, cause: EventCause) {
        let Some(found) = self.site.devices.get(device) else {
            return;
        };
        if !found.in_service {
            self.fails(call, device, EventCause::DestOutOfOrder);
        } else if found.do_not_disturb {
            self.fails(call, device, EventCause::DoNotDisturb);
        } else if self.is_busy(device) {
            self.fails(call, device, EventCause::Busy);
        } else {
            self.ring(call, device, cause);
        }
    }

    /// The telephone rings.
    pub(in crate::sim::csta) fn ring(&mut self, call: u32, device: &str, cause: EventCause) -> At {
        let at = self.join(call, device, State::Alerting, None);
        self.offer(&at, cause.clone());
        self.say(What::Delivered, &at, cause);
        at
    }

    /// All members of a group that can ring do.
    fn ring_all(&mut self, call: u32, group: &str, cause: EventCause) {
        let members = self.site.devices.get(group).map(|group| group.members.clone());
        let free: Vec<String> = members
            .unwrap_or_default()
            .into_iter()
            .filter(|member| self.can_ring(member))
            .collect();
        if free.is_empty() {
            return self.fails(call, group, EventCause::Busy);
        }
        for member in free {
            self.ring(call, &member, cause.clone());
        }
    }

    pub(in crate::sim::csta) fn can_ring(&self, device: &str) -> bool {
        let found = self.site.devices.get(device);
        found.is_some_and(|device| device.in_service && !device.do_not_disturb) && !self.is_busy(device)
    }

    /// A machine answers, and does not ring before.
    fn spoken_to(&mut self, call: u32, unit: &str, cause: EventCause) {
        let at = self.join(call, unit, State::Connected, None);
        self.say(What::Established, &at, cause);
    }

    /// The call does not get there: who made it hears why.
    pub(in crate::sim::csta) fn fails(&mut self, call: u32, device: &str, cause: EventCause) {
        let at = self.join(call, device, State::Fail, None);
        self.is_why(&at, &cause);
        self.say(What::Failed, &at, cause);
    }

    /// It cannot be reached for this reason.
    pub(in crate::sim::csta) fn is_why(&mut self, at: &At, cause: &EventCause) {
        if let Some(leg) = self.leg_mut(at) {
            leg.failed = Some(cause.clone());
        }
    }

    /// `device` sent the call on.
    pub(in crate::sim::csta) fn redirected(&mut self, call: u32, device: &str) {
        if let Some(call) = self.calls.get_mut(&call) {
            call.redirected_by = Some(device.to_owned());
        }
    }
}
