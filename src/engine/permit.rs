//! What may be asked of a connection now (ECMA-269, servicesPermitted): by the states of the call, narrowed by what the switch
//! offers. Every service that stands here is done when it is asked for; every other one is refused before anything is sent.

use super::offered::Offered;
use super::shared::{Hold, Shared, is_held};
use crate::model::{
    Call, CallState, Cause, Connection, ConnectionDirection, ConnectionState, Kind, Participation, Recording, Service,
    Services,
};

/// Why nothing is done to a connection whose leg serves another one, too.
const TOGETHER: &str = "the telephone consults by the same leg: what is asked of one would be done to both";
const TALKS: &str =
    "the telephone talks in another call: alternateCall, reconnectCall, transferCall or conferenceCall come first";
const ELSEWHERE: &str = "the other one in the call talks in another one meanwhile";
const HELD: &str = "the switch holds for the telephone: retrieve the call first";
const ONE_OTHER: &str = "there must be exactly one other person in the call";
const CONFERENCE: &str =
    "the held call is a conference: reconnectCall goes back to it, conferenceCall takes the other one there";
const NO_HELD: &str = "the device must have another call that the switch holds for it";

/// Brings the services of all connections of `call` up to date. Did any change? `shared`: what depends on where the switch keeps it.
pub(super) fn refresh(call: &mut Call, offered: &Offered, shared: &Shared) -> bool {
    let mut changed = false;
    for at in 0..call.connections.len() {
        let permitted = call.connections.get(at).map_or(Services::NONE, |connection| {
            possible(call, connection, shared).and(offered.at(connection))
        });
        if let Some(connection) = call.connections.get_mut(at) {
            changed |= std::mem::replace(&mut connection.services_permitted, permitted) != permitted;
        }
    }
    changed
}

/// What the states allow, whatever the switch offers.
fn possible(call: &Call, connection: &Connection, shared: &Shared) -> Services {
    Service::ALL
        .iter()
        .copied()
        .filter(|service| why_not(*service, call, connection, shared).is_none())
        .collect()
}

/// Why the states do not allow `service`, in words for people; `None` where they do.
pub(super) fn why_not(service: Service, call: &Call, connection: &Connection, shared: &Shared) -> Option<&'static str> {
    use Service as S;
    let by_states = || by_states(service, call, connection, shared);
    if !connection.kind.is_person() {
        return by_states();
    }
    // What would be moved is who talks to somebody else meanwhile.
    let moves = matches!(
        service,
        S::HoldCall | S::ConsultationCall | S::SingleStepTransferCall | S::ParkCall
    );
    let waits = || !shared.beside.is_empty() || call.connections.iter().any(is_held);
    let beside = shared.beside(connection.id);
    if let Some(beside) = beside.iter().find(|beside| beside.hold == Hold::Other)
        && let Some(why) = by_both(service, call, connection, beside.conference, shared)
    {
        return why;
    }
    by_states().or(match beside.first().map(|beside| beside.hold) {
        Some(Hold::ByPhone) => Some(TOGETHER),
        // It has a connection of its own, which is there whatever the telephone does elsewhere.
        Some(Hold::This) if shared.apart => (service != S::ClearConnection).then_some(TALKS),
        Some(Hold::Other) if shared.apart => None,
        // What would be moved, heard or hung up is the telephone, which is in the other call. The one other party can be let go.
        Some(Hold::This) => (service != S::ClearConnection || shared.conference).then_some(TALKS),
        Some(Hold::Other) => moves.then_some(TALKS),
        // What waits at a connection of its own can be sent on from there (ECMA-269, Single Step Transfer Call).
        None if is_held(connection) && shared.apart && service == S::SingleStepTransferCall => None,
        None if is_held(connection) => (moves || service == S::StartRecording).then_some(HELD),
        None => (moves && !shared.apart && waits()).then_some(ELSEWHERE),
    })
}

/// The same, of what acts on two calls of a device of which the switch holds the other one. `None`: it does not.
fn by_both(
    service: Service,
    call: &Call,
    connection: &Connection,
    conference: bool,
    shared: &Shared,
) -> Option<Option<&'static str>> {
    let unless = |possible: bool, why: &'static str| (!possible).then_some(why);
    let talking = has_company(call, connection, shared);
    let there = match service {
        Service::ReconnectCall => None,
        Service::AlternateCall | Service::TransferCall if conference => Some(CONFERENCE),
        Service::AlternateCall | Service::ConferenceCall => unless(talking, ONE_OTHER),
        Service::TransferCall => unless(
            talking || is_called(call, connection),
            "somebody must be there, or ring, to whom the call could be transferred",
        ),
        _ => return None,
    };
    let talks = connection.state == ConnectionState::Connected;
    Some(unless(talks, "the connection must be connected").or(there))
}

/// Is somebody rung for this caller, or asked for in the network, and nobody else there?
fn is_called(call: &Call, connection: &Connection) -> bool {
    let mut others = call.connections.iter().filter(|other| other.id != connection.id);
    let only = others.next().filter(|_| others.next().is_none());
    only.is_some_and(|other| {
        let network = other.kind == Kind::Trunk && other.state == ConnectionState::Initiated;
        other.kind.is_person() && (other.state == ConnectionState::Alerting || network)
    })
}

/// The same, of a call that has no other one beside it.
fn by_states(service: Service, call: &Call, connection: &Connection, shared: &Shared) -> Option<&'static str> {
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
        Service::HoldCall => unless(talks, "the connection must be connected")
            .or_else(|| unless(has_company(call, connection, shared), ONE_OTHER)),
        Service::ConsultationCall => unless(talks, "the connection must be connected")
            .or_else(|| {
                unless(
                    has_company(call, connection, shared) || shared.conference && talked(call),
                    ONE_OTHER,
                )
            })
            .or_else(|| {
                unless(
                    connection.kind == Kind::Station,
                    "only a telephone of the site consults",
                )
            }),
        Service::AlternateCall | Service::ReconnectCall | Service::TransferCall | Service::ConferenceCall => {
            Some(NO_HELD)
        }
        Service::RetrieveCall => unless(state == S::Hold, "the connection must be hold")
            .or_else(|| unless(has_company(call, connection, shared), ONE_OTHER)),
        Service::DeflectCall => unless(state == S::Alerting, "the connection must be alerting").or_else(|| {
            unless(
                rings_alone(call, connection),
                "others ring or wait with it, which would be torn away",
            )
        }),
        Service::SingleStepTransferCall => unless(takes_part, "the connection must be connected or hold")
            .or_else(|| unless(other(call, connection).is_some(), ONE_OTHER)),
        Service::SingleStepConferenceCall => unless(talks, "the connection must be connected")
            .or_else(|| unless(talked(call), "nobody else talks in the call")),
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
        | Service::GroupPickupCall
        | Service::SetAgentState
        | Service::SetDoNotDisturb
        | Service::SetForwarding => Some("it is no service of a connection that this version offers"),
    }
}

/// Is there somebody who is held, retrieved, or left for another call? Where each call of a telephone has a connection of its own that is all
/// one to the others, however many they are: they talk on (ECMA-269, Hold Call and Consultation Call act on the connection alone).
fn has_company(call: &Call, connection: &Connection, shared: &Shared) -> bool {
    other(call, connection).is_some() || shared.apart && talked(call)
}

/// Do at least two take part?
fn talked(call: &Call) -> bool {
    matches!(
        Call::state_of(&call.connections),
        CallState::Connected | CallState::Held
    )
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
