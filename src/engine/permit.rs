//! What may be asked of a connection now (ECMA-269, servicesPermitted): by the states of the call, narrowed by what the switch
//! offers. Every service that stands here is done when it is asked for; every other one is refused before anything is sent.

use super::offered::Offered;
use crate::model::{
    Call, CallState, Cause, Connection, ConnectionDirection, ConnectionId, ConnectionState, Kind, Participation,
    Recording, Service, Services,
};
use std::collections::BTreeSet;

/// Why nothing is done to a connection whose leg serves another one, too.
pub(super) const TOGETHER: &str = "the telephone consults by the same leg: what is asked of one would be done to both";

/// Brings the services of all connections of `call` up to date. Did any change?
pub(super) fn refresh(call: &mut Call, offered: &Offered, shared: &BTreeSet<ConnectionId>) -> bool {
    let mut changed = false;
    for at in 0..call.connections.len() {
        let connection = call.connections.get(at).filter(|c| !shared.contains(&c.id));
        let permitted = connection.map_or(Services::NONE, |connection| {
            possible(call, connection).and(offered.at(connection))
        });
        let stays = |service: &Service| shared.is_empty() || !moves_other(*service);
        let permitted: Services = permitted.iter().filter(stays).collect();
        if let Some(connection) = call.connections.get_mut(at) {
            changed |= std::mem::replace(&mut connection.services_permitted, permitted) != permitted;
        }
    }
    changed
}

/// Is it the other one who is moved? Who consults by the leg by which it holds is elsewhere meanwhile.
pub(super) const fn moves_other(service: Service) -> bool {
    matches!(service, Service::SingleStepTransferCall | Service::ParkCall)
}

/// What the states allow, whatever the switch offers.
fn possible(call: &Call, connection: &Connection) -> Services {
    Service::ALL
        .iter()
        .copied()
        .filter(|service| why_not(*service, call, connection).is_none())
        .collect()
}

const ONE_OTHER: &str = "there must be exactly one other person in the call";

/// Why the states do not allow `service`, in words for people; `None` where they do.
pub(super) fn why_not(service: Service, call: &Call, connection: &Connection) -> Option<&'static str> {
    use ConnectionState as S;
    let state = connection.state;
    let person = connection.kind.is_person();
    let (talks, takes_part) = (state == S::Connected, matches!(state, S::Connected | S::Hold));
    let unless = |possible: bool, why: &'static str| (!possible).then_some(why);
    match service {
        _ if !person => Some("nobody is at this device: ask it of the connection of a telephone or a line"),
        Service::AnswerCall => unless(
            state == S::Alerting && connection.kind == Kind::Station,
            "the connection must be that of a telephone, and alerting",
        ),
        Service::ClearConnection => unless(
            matches!(state, S::Initiated | S::Alerting | S::Connected | S::Hold),
            "the connection is over already",
        ),
        // Whoever is spoken to by a machine, or waits, holds nobody.
        Service::HoldCall => unless(talks, "the connection must be connected").or_else(|| {
            unless(
                other(call, connection).is_some(),
                "there must be exactly one other person in the call",
            )
        }),
        Service::RetrieveCall => unless(state == S::Hold, "the connection must be hold").or_else(|| {
            unless(
                other(call, connection).is_some(),
                "there must be exactly one other person in the call",
            )
        }),
        Service::DeflectCall => unless(state == S::Alerting, "the connection must be alerting").or_else(|| {
            unless(
                rings_alone(call, connection),
                "others ring or wait with it, which would be torn away",
            )
        }),
        Service::SingleStepTransferCall => unless(takes_part, "the connection must be connected or hold")
            .or_else(|| unless(other(call, connection).is_some(), ONE_OTHER)),
        Service::SingleStepConferenceCall => unless(talks, "the connection must be connected").or_else(|| {
            let state = Call::state_of(&call.connections);
            let talked = matches!(state, CallState::Connected | CallState::Held);
            unless(talked, "nobody else talks in the call")
        }),
        Service::DirectedPickupCall => unless(
            state == S::Alerting && connection.kind == Kind::Station,
            "the connection must be that of a telephone, and alerting",
        ),
        Service::ParkCall => unless(
            takes_part && connection.kind == Kind::Station,
            "the connection must be that of a telephone, and connected or hold",
        )
        .or_else(|| unless(other(call, connection).is_some(), ONE_OTHER)),
        Service::GenerateDigits => unless(talks, "the connection must be connected"),
        Service::Mute => unless(talks && !connection.muted, "the connection must be connected and heard"),
        Service::Unmute => unless(talks && connection.muted, "the connection must be connected and muted"),
        Service::StartRecording => unless(
            takes_part && connection.recording.is_none(),
            "the connection must be connected or hold, and not be recorded yet",
        ),
        Service::StopRecording => unless(
            takes_part && connection.recording.is_some(),
            "the connection must be connected or hold, and be recorded",
        ),
        Service::PauseRecording => unless(
            takes_part && connection.recording == Some(Recording::Recording),
            "the connection must be connected or hold, and be recorded, and the recording not be paused",
        ),
        Service::ResumeRecording => unless(
            takes_part && connection.recording == Some(Recording::Paused),
            "the connection must be connected or hold, and the recording be paused",
        ),
        Service::MakeCall
        | Service::ClearCall
        | Service::ConsultationCall
        | Service::TransferCall
        | Service::ConferenceCall
        | Service::AlternateCall
        | Service::ReconnectCall
        | Service::GroupPickupCall
        | Service::SetAgentState
        | Service::SetDoNotDisturb
        | Service::SetForwarding => Some("it is no service of a connection that this version offers"),
    }
}

/// Would moving what rings here leave everything else as it is? Not where others ring with it or a queue goes on distributing.
fn rings_alone(call: &Call, connection: &Connection) -> bool {
    call.connections
        .iter()
        .filter(|other| other.id != connection.id && other.direction == ConnectionDirection::Incoming)
        .all(|other| {
            matches!(other.state, ConnectionState::Connected | ConnectionState::Hold) && other.kind.is_person()
        })
}

/// Whoever supervises is beside the call, and follows where it goes.
fn supervises(connection: &Connection) -> bool {
    let cause = matches!(
        connection.cause,
        Some(Cause::SilentParticipation | Cause::ActiveParticipation)
    );
    cause || connection.participation != Participation::Active
}

/// The one other person who takes part.
pub(super) fn other<'a>(call: &'a Call, connection: &Connection) -> Option<&'a Connection> {
    let takes_part = |c: &&Connection| {
        c.id != connection.id
            && !supervises(c)
            && !matches!(c.kind, Kind::Queue | Kind::Park)
            && matches!(
                c.state,
                ConnectionState::Connected
                    | ConnectionState::Hold
                    | ConnectionState::Initiated
                    | ConnectionState::Alerting
            )
    };
    let mut others = call.connections.iter().filter(takes_part);
    let first = others.next()?;
    let alone = others.next().is_none();
    let there = matches!(first.state, ConnectionState::Connected | ConnectionState::Hold);
    Some(first).filter(|first| alone && there && first.kind.is_person())
}
