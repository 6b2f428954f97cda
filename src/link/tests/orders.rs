use super::rig::Rig;
use crate::model::{
    AgentId, AgentOrder, Call, CallId, Connection, ConnectionId, Deed, DeviceId, Feature, Forwarding, ForwardingType,
    NewCall, Order, Participation, RequestedState, Service, SwitchName, Text,
};
use lineside_wire::Private;
use std::collections::BTreeMap;

/// A number at which somebody answers, in no recording.
const TARGET: &str = "1009";

/// A telephone that no scene is cast with: the virtual switch gives its people the stations 1001 to 1009, so any of those may be in the
/// call already.
const BYSTANDER: &str = "1017";

/// What asks for a service; makeCall for a telephone that is in no recording, clearCall for the whole call. `None` for what no version
/// offers yet.
pub(super) fn order(service: Service, call: CallId, connection: ConnectionId) -> Option<Order> {
    let to = || Private::new(Text::from(TARGET));
    let deed = match service {
        Service::MakeCall => return Some(make("1007", "1008")),
        Service::ClearCall => return Some(Order::ClearCall { call }),
        Service::SetAgentState => return Some(comes("emil", "1016")),
        Service::SetDoNotDisturb => return Some(sets(Feature::DoNotDisturb(true))),
        Service::SetForwarding => {
            return Some(sets(Feature::Forwarding(Forwarding {
                kind: ForwardingType::Immediate,
                active: true,
                to: Some(to()),
            })));
        }
        Service::AnswerCall => Deed::Answer,
        Service::ClearConnection => Deed::Clear,
        Service::HoldCall => Deed::Hold,
        Service::RetrieveCall => Deed::Retrieve,
        Service::ConsultationCall => Deed::Consult {
            to: to(),
            user_data: BTreeMap::new(),
        },
        Service::AlternateCall => Deed::Alternate { held: None },
        Service::ReconnectCall => Deed::Reconnect { held: None },
        Service::DeflectCall => Deed::Deflect { to: to() },
        Service::SingleStepTransferCall => Deed::SingleStepTransfer { to: to() },
        Service::GroupPickupCall => return Some(Order::GroupPickup { by: device(BYSTANDER) }),
        Service::DirectedPickupCall => Deed::DirectedPickup { by: device(BYSTANDER) },
        Service::SingleStepConferenceCall => Deed::SingleStepConference {
            device: device(BYSTANDER),
            participation: Participation::Silent,
        },
        Service::ParkCall => Deed::Park { to: None },
        Service::GenerateDigits => Deed::GenerateDigits {
            digits: Private::new(Text::from("17#")),
        },
        Service::Mute => Deed::Mute,
        Service::Unmute => Deed::Unmute,
        Service::StartRecording => Deed::StartRecording,
        Service::StopRecording => Deed::StopRecording,
        Service::PauseRecording => Deed::PauseRecording,
        Service::ResumeRecording => Deed::ResumeRecording,
        _ => return None,
    };
    Some(Order::Connection { call, connection, deed })
}

/// Somebody comes to work at a telephone that is in no recording.
pub(super) fn comes(agent: &str, at: &str) -> Order {
    let lab = SwitchName::try_from("lab").unwrap();
    Order::SetAgentState(Box::new(AgentOrder {
        agent: AgentId::new(&lab, agent),
        state: RequestedState::LoggedOn,
        reason: None,
        device: Some(DeviceId::new(&lab, at)),
        queues: vec![DeviceId::new(&lab, "night")],
        force: false,
    }))
}

fn sets(feature: Feature) -> Order {
    let device = device(BYSTANDER);
    Order::SetFeature { device, feature }
}

fn device(key: &str) -> DeviceId {
    DeviceId::new(&SwitchName::try_from("lab").unwrap(), key)
}

pub(super) fn make(calling: &str, called: &str) -> Order {
    Order::MakeCall(Box::new(NewCall {
        calling: device(calling),
        called: Private::new(Text::from(called)),
        presented: None,
        auto_answer: false,
        timeout: 20,
        user_data: BTreeMap::new(),
    }))
}

impl Rig {
    /// What asks for a service of this connection, which may need another one of its telephone.
    pub(super) fn order(&self, service: Service, call: CallId, connection: ConnectionId) -> Option<Order> {
        if !matches!(service, Service::TransferCall | Service::ConferenceCall) {
            return order(service, call, connection);
        }
        let all = self.connections();
        let device = all
            .iter()
            .find(|(_, c)| c.id == connection)
            .and_then(|(_, c)| c.device.clone());
        let beside = all.iter().find(|(of, c)| of.id != call && c.device == device);
        // Where there is none it is denied, whatever is named.
        let held = beside.map_or(connection, |(_, c)| c.id);
        let deed = match service {
            Service::TransferCall => Deed::Transfer { held },
            _ => Deed::Conference { held },
        };
        Some(Order::Connection { call, connection, deed })
    }

    /// Every live connection, with its call.
    pub(super) fn connections(&self) -> Vec<(Call, Connection)> {
        let calls = self.machine.engine().calls();
        let all = calls.flat_map(|call| call.connections.iter().map(|c| (call.clone(), c.clone())));
        all.collect()
    }

    /// Does the switch offer the service?
    pub(super) fn offers(&self, service: Service) -> bool {
        self.machine.engine().offers(service)
    }
}
