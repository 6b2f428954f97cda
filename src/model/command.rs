use super::{AgentOrder, CallId, ConnectionId, DeviceId, Forwarding, Participation, Service, Text};
use lineside_wire::Private;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Names one command while it is at work. Unique within one run of the bridge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CommandId(pub u64);

/// What somebody asks of a switch, allowed and well-formed. Whether the state is right only the engine knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Command {
    /// Names the command.
    pub id: CommandId,
    /// What its events carry as `requestid`: 1 to 128 characters.
    pub request_id: Text,
    /// What its events carry as `requestedBy`: the name of the token.
    pub requested_by: Text,
    /// What is asked.
    pub order: Order,
}

/// What is asked, in our ids.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Order {
    /// ECMA-269, Make Call.
    MakeCall(Box<NewCall>),
    /// ECMA-269, Clear Call.
    ClearCall {
        /// The call.
        call: CallId,
    },
    /// A service on one connection.
    Connection {
        /// The call as the caller knows it; the connection may have moved to another one meanwhile.
        call: CallId,
        /// The connection.
        connection: ConnectionId,
        /// What is asked of it.
        deed: Deed,
    },
    /// ECMA-269, Group Pickup Call: what rings in the pickup group of a device comes to it.
    GroupPickup {
        /// The device that takes the call.
        by: DeviceId,
    },
    /// Attaches data to a call, as a merge patch: `None` takes an entry away.
    SetUserData {
        /// The call.
        call: CallId,
        /// The entries that change.
        entries: BTreeMap<Text, Option<Private<Text>>>,
    },
    /// ECMA-269, Set Agent State.
    SetAgentState(Box<AgentOrder>),
    /// A feature of a device is set.
    SetFeature {
        /// The device.
        device: DeviceId,
        /// What it is to do.
        feature: Feature,
    },
}

/// What a device does with calls by itself, as it is to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Feature {
    /// ECMA-269, Set Do Not Disturb: on or off.
    DoNotDisturb(bool),
    /// ECMA-269, Set Forwarding: this type of it; where to is known where it is on.
    Forwarding(Forwarding),
}

impl Feature {
    /// The service that sets it.
    #[must_use]
    pub const fn service(&self) -> Service {
        match self {
            Feature::DoNotDisturb(_) => Service::SetDoNotDisturb,
            Feature::Forwarding(_) => Service::SetForwarding,
        }
    }
}

/// A call that is to be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewCall {
    /// The device that is rung first and calls then.
    pub calling: DeviceId,
    /// The digits that it dials: `[0-9A-D*#+]{1,64}`.
    pub called: Private<Text>,
    /// What the called party is shown, where the switch allows it: `[0-9+]{1,32}`.
    pub presented: Option<Private<Text>>,
    /// The calling phone is asked to answer by itself.
    pub auto_answer: bool,
    /// How long the calling phone may ring, in seconds, 1 to 120.
    pub timeout: u16,
    /// What the call carries from its first event on.
    pub user_data: BTreeMap<Text, Private<Text>>,
}

/// What is asked of a connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Deed {
    /// ECMA-269, Answer Call.
    Answer,
    /// ECMA-269, Clear Connection.
    Clear,
    /// ECMA-269, Hold Call.
    Hold,
    /// ECMA-269, Retrieve Call.
    Retrieve,
    /// ECMA-269, Consultation Call: the call is held, and another one is made.
    Consult {
        /// Whom to call: digits as dialled.
        to: Private<Text>,
        /// What the new call carries besides what the held one does.
        user_data: BTreeMap<Text, Private<Text>>,
    },
    /// ECMA-269, Alternate Call: the held call is taken back, and this one held.
    Alternate {
        /// The held connection; `None`: the only one.
        held: Option<ConnectionId>,
    },
    /// ECMA-269, Reconnect Call: this call is left, and the held one taken back.
    Reconnect {
        /// The held connection; `None`: the only one.
        held: Option<ConnectionId>,
    },
    /// ECMA-269, Transfer Call: the two calls become one, without this device.
    Transfer {
        /// The held connection.
        held: ConnectionId,
    },
    /// ECMA-269, Conference Call: the two calls become one, with this device.
    Conference {
        /// The held connection.
        held: ConnectionId,
    },
    /// ECMA-269, Deflect Call.
    Deflect {
        /// Where to: digits as dialled.
        to: Private<Text>,
    },
    /// ECMA-269, Single Step Transfer Call.
    SingleStepTransfer {
        /// Where to: digits as dialled.
        to: Private<Text>,
    },
    /// ECMA-269, Single Step Conference Call: another device comes to the call.
    SingleStepConference {
        /// The device.
        device: DeviceId,
        /// How it takes part.
        participation: Participation,
    },
    /// ECMA-269, Directed Pickup Call: what rings here comes to another device.
    DirectedPickup {
        /// The device that takes the call.
        by: DeviceId,
    },
    /// ECMA-269, Park Call: the others of the call wait at a slot, the device leaves.
    Park {
        /// The slot, `[0-9]{1,16}`; a free one where none is named.
        to: Option<Private<Text>>,
    },
    /// ECMA-269, Generate Digits.
    GenerateDigits {
        /// `[0-9A-D*#]{1,64}`.
        digits: Private<Text>,
    },
    /// The device is not heard any more.
    Mute,
    /// The device is heard again.
    Unmute,
    /// A recording begins.
    StartRecording,
    /// The recording ends.
    StopRecording,
    /// The recording leaves out what follows.
    PauseRecording,
    /// The recording goes on.
    ResumeRecording,
}

impl Order {
    /// The service that this is; `None` for user data, which no switch is asked for.
    #[must_use]
    pub const fn service(&self) -> Option<Service> {
        match self {
            Order::MakeCall(_) => Some(Service::MakeCall),
            Order::ClearCall { .. } => Some(Service::ClearCall),
            Order::GroupPickup { .. } => Some(Service::GroupPickupCall),
            Order::Connection { deed, .. } => Some(deed.service()),
            Order::SetUserData { .. } => None,
            Order::SetAgentState(_) => Some(Service::SetAgentState),
            Order::SetFeature { feature, .. } => Some(feature.service()),
        }
    }
}

impl Deed {
    /// The service that this is.
    #[must_use]
    pub const fn service(&self) -> Service {
        match self {
            Deed::Answer => Service::AnswerCall,
            Deed::Clear => Service::ClearConnection,
            Deed::Hold => Service::HoldCall,
            Deed::Retrieve => Service::RetrieveCall,
            Deed::Consult { .. } => Service::ConsultationCall,
            Deed::Alternate { .. } => Service::AlternateCall,
            Deed::Reconnect { .. } => Service::ReconnectCall,
            Deed::Transfer { .. } => Service::TransferCall,
            Deed::Conference { .. } => Service::ConferenceCall,
            Deed::Deflect { .. } => Service::DeflectCall,
            Deed::SingleStepTransfer { .. } => Service::SingleStepTransferCall,
            Deed::SingleStepConference { .. } => Service::SingleStepConferenceCall,
            Deed::DirectedPickup { .. } => Service::DirectedPickupCall,
            Deed::Park { .. } => Service::ParkCall,
            Deed::GenerateDigits { .. } => Service::GenerateDigits,
            Deed::Mute => Service::Mute,
            Deed::Unmute => Service::Unmute,
            Deed::StartRecording => Service::StartRecording,
            Deed::StopRecording => Service::StopRecording,
            Deed::PauseRecording => Service::PauseRecording,
            Deed::ResumeRecording => Service::ResumeRecording,
        }
    }
}
