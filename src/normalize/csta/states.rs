//! What telephones are asked for besides their calls: what they are set to, and who sits there.

use super::Normalizer;
use super::device::forwardings;
use crate::model::{DeviceFact, DeviceId as DeviceKey, Fact, Feature, Forwarding, Text};
use crate::profile::Asked;
use lineside_csta::types::{DeviceId, GetAgentState, GetDoNotDisturb, GetForwarding, GetMessageWaitingIndicator};
use lineside_csta::{Request, Response};

/// The request for a state of a device.
pub(super) fn ask(asked: Asked, device: DeviceId) -> Request {
    match asked {
        Asked::AgentState => Request::GetAgentState(Box::new(GetAgentState {
            device,
            ..GetAgentState::default()
        })),
        Asked::DoNotDisturb => Request::GetDoNotDisturb(Box::new(GetDoNotDisturb {
            device,
            ..GetDoNotDisturb::default()
        })),
        Asked::Forwarding => Request::GetForwarding(Box::new(GetForwarding {
            device,
            ..GetForwarding::default()
        })),
        Asked::MessageWaitingIndicator => Request::GetMessageWaitingIndicator(Box::new(GetMessageWaitingIndicator {
            device,
            ..GetMessageWaitingIndicator::default()
        })),
    }
}

impl Normalizer {
    /// Tells what a device says that it is set to. Whether that is what was asked for.
    pub(super) fn shows(&mut self, device: &Text, answer: &Response, wanted: &Feature) -> bool {
        let mut fact = DeviceFact::of(DeviceKey::new(&self.switch, device), self.kind(device));
        let so = match (answer, wanted) {
            (Response::GetDoNotDisturb(told), Feature::DoNotDisturb(on)) => {
                fact.do_not_disturb = Some(told.do_not_disturb_on);
                told.do_not_disturb_on == *on
            }
            (Response::GetForwarding(told), Feature::Forwarding(wanted)) => {
                fact.forwarding = forwardings(&told.forwarding_list.0);
                fact.forwarding
                    .iter()
                    .any(|forwarding| is_as_wanted(forwarding, wanted))
            }
            _ => return false,
        };
        self.out.push(Fact::Device(Box::new(fact)));
        so
    }

    /// What a device says of itself when it is asked.
    pub(super) fn state_told(&mut self, device: &Text, answer: &Response) {
        match answer {
            Response::GetAgentState(told) => self.adopt_agents(device, &told.agent_state_list.0),
            Response::GetDoNotDisturb(told) => {
                self.settings(device).do_not_disturb = Some(told.do_not_disturb_on);
            }
            Response::GetForwarding(told) => {
                self.settings(device).forwarding = forwardings(&told.forwarding_list.0);
            }
            Response::GetMessageWaitingIndicator(told) => {
                self.settings(device).message_waiting = Some(told.message_waiting_on);
            }
            _ => {}
        }
    }
}

/// Where it is off, its number does not count.
fn is_as_wanted(told: &Forwarding, wanted: &Forwarding) -> bool {
    (told.kind, told.active) == (wanted.kind, wanted.active) && (!wanted.active || told.to == wanted.to)
}
