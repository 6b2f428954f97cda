//! What somebody asks for, of whom, and in which scene that can be.

use super::rig::Rig;
use crate::model::*;
use lineside_wire::Private;
use std::collections::BTreeMap;

fn text(text: &str) -> Private<Text> {
    Private::new(Text::from(text))
}

pub(super) fn device(number: &str) -> DeviceId {
    DeviceId::new(&SwitchName::try_from("hq").unwrap(), number)
}

/// What happens before a service can be asked for, and of whose connection it is asked then.
pub(super) const fn scene(service: Service) -> (&'static str, char) {
    match service {
        Service::MakeCall | Service::SetAgentState | Service::SetDoNotDisturb | Service::SetForwarding => ("", 'A'),
        Service::AnswerCall | Service::DeflectCall | Service::DirectedPickupCall | Service::GroupPickupCall => {
            ("T calls B", 'B')
        }
        Service::RetrieveCall => ("A calls B; B answers; A holds", 'A'),
        Service::SingleStepTransferCall | Service::SingleStepConferenceCall | Service::ParkCall => {
            ("T calls B; B answers", 'B')
        }
        Service::TransferCall | Service::ConferenceCall | Service::AlternateCall | Service::ReconnectCall => {
            ("T calls A; A answers; A consults B; B answers", 'A')
        }
        _ => ("A calls B; B answers", 'A'),
    }
}

pub(super) fn make(calling: &str, called: &str) -> Order {
    Order::MakeCall(Box::new(NewCall {
        calling: device(calling),
        called: text(called),
        presented: None,
        auto_answer: false,
        timeout: 20,
        user_data: BTreeMap::new(),
    }))
}

/// Somebody comes to work, goes, takes calls or not.
pub(super) fn agent(state: RequestedState) -> Order {
    let hq = SwitchName::try_from("hq").unwrap();
    let comes = state == RequestedState::LoggedOn;
    Order::SetAgentState(Box::new(AgentOrder {
        agent: AgentId::new(&hq, "4711"),
        state,
        reason: None,
        device: comes.then(|| device("1006")),
        queues: comes.then(|| device("2001")).into_iter().collect(),
        force: false,
    }))
}

pub(super) fn forward(number: &str, to: Option<&str>) -> Order {
    Order::SetFeature {
        device: device(number),
        feature: Feature::Forwarding(Forwarding {
            kind: ForwardingType::Immediate,
            active: to.is_some(),
            to: to.map(text),
        }),
    }
}

pub(super) fn undisturbed(number: &str, on: bool) -> Order {
    Order::SetFeature {
        device: device(number),
        feature: Feature::DoNotDisturb(on),
    }
}

impl Rig {
    /// What asks for a service of this connection.
    pub(super) fn order(&self, service: Service, call: &Call, connection: &Connection) -> Order {
        // The one who talks beside: of his two calls the other one is held.
        let beside = || {
            let all = self.connections().into_iter();
            let mut others = all.filter(|(of, c)| of.id != call.id && c.device == connection.device);
            others.find(|(_, c)| c.state == ConnectionState::Hold)
        };
        let held = beside().map(|(_, c)| c.id);
        // Where there is none it is denied, whatever is named.
        let named = held.unwrap_or(connection.id);
        // Somebody who is in no story.
        let (to, by) = (|| text("1006"), || device("1006"));
        let deed = match service {
            Service::MakeCall => return make("1007", "1005"),
            Service::ClearCall => return Order::ClearCall { call: call.id },
            Service::GroupPickupCall => return Order::GroupPickup { by: device("1004") },
            Service::SetAgentState => return agent(RequestedState::LoggedOn),
            Service::SetDoNotDisturb => return undisturbed("1005", true),
            Service::SetForwarding => return forward("1005", Some("1006")),
            Service::AnswerCall => Deed::Answer,
            Service::ClearConnection => Deed::Clear,
            Service::HoldCall => Deed::Hold,
            Service::RetrieveCall => Deed::Retrieve,
            Service::ConsultationCall => Deed::Consult {
                to: to(),
                user_data: BTreeMap::new(),
            },
            Service::AlternateCall => Deed::Alternate { held },
            Service::ReconnectCall => Deed::Reconnect { held },
            Service::TransferCall => Deed::Transfer { held: named },
            Service::ConferenceCall => Deed::Conference { held: named },
            Service::DeflectCall => Deed::Deflect { to: to() },
            Service::SingleStepTransferCall => Deed::SingleStepTransfer { to: to() },
            Service::DirectedPickupCall => Deed::DirectedPickup { by: by() },
            Service::SingleStepConferenceCall => Deed::SingleStepConference {
                device: by(),
                participation: Participation::Silent,
            },
            Service::ParkCall => Deed::Park { to: Some(text("7001")) },
            Service::GenerateDigits => Deed::GenerateDigits { digits: text("17#") },
            Service::Mute => Deed::Mute,
            Service::Unmute => Deed::Unmute,
            Service::StartRecording => Deed::StartRecording,
            Service::StopRecording => Deed::StopRecording,
            Service::PauseRecording => Deed::PauseRecording,
            Service::ResumeRecording => Deed::ResumeRecording,
        };
        Order::Connection {
            call: call.id,
            connection: connection.id,
            deed,
        }
    }

    /// Plays the scene of a service, and says what asks for it there.
    pub(super) fn ready(&mut self, service: Service) -> Order {
        let (story, who) = scene(service);
        self.play(story);
        match story {
            "" => match service {
                Service::MakeCall => make("1001", "1002"),
                Service::SetAgentState => agent(RequestedState::LoggedOn),
                Service::SetDoNotDisturb => undisturbed("1002", true),
                _ => forward("1002", Some("1003")),
            },
            _ => {
                let (call, connection) = self.at(who);
                self.order(service, &call, &connection)
            }
        }
    }
}
