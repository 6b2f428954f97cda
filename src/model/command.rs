use super::{
    AgentOrder, AgentTask, CallId, CallKey, ConnectionId, ConnectionKey, DeviceId, Forwarding, Participation, Text,
};
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

/// What an adapter is to have its switch do, in the switch's own keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// The command that it belongs to.
    pub id: CommandId,
    /// What to do.
    pub ask: Ask,
}

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Make a call. The adapter names its first connection by [`Progress::Expect`] before anything is sent.
    MakeCall(Box<NewCall>),
    /// Have a telephone that rings answer.
    Answer(ConnectionKey),
    /// End these connections.
    Clear(Vec<ConnectionKey>),
    /// Have a device not listen, and the others wait.
    Hold {
        /// Who holds.
        connection: ConnectionKey,
        /// The other party, where there is one only.
        other: Option<ConnectionKey>,
    },
    /// Have a device that holds listen again.
    Retrieve {
        /// Who holds.
        connection: ConnectionKey,
        /// The other party, where there is one only.
        other: Option<ConnectionKey>,
    },
    /// Have a device hold its call and make another one. The adapter names the new connection by [`Progress::Expect`] before anything is
    /// sent.
    Consult {
        /// Who holds and calls.
        connection: ConnectionKey,
        /// Whom to call.
        to: Private<Text>,
    },
    /// Have a device hold the call in which it talks and take the held one back.
    Alternate {
        /// Where it talks.
        active: ConnectionKey,
        /// Where it holds.
        held: ConnectionKey,
    },
    /// Have a device leave the call in which it talks and take the held one back.
    Reconnect {
        /// Where it talks.
        active: ConnectionKey,
        /// Where it holds.
        held: ConnectionKey,
    },
    /// Have the others of two calls of one device talk to each other, without it.
    Transfer {
        /// Where it talks.
        active: ConnectionKey,
        /// Where it holds.
        held: ConnectionKey,
    },
    /// Have all of two calls of one device talk to each other.
    Conference {
        /// Where it talks.
        active: ConnectionKey,
        /// Where it holds.
        held: ConnectionKey,
    },
    /// Send what rings here on to another destination.
    Deflect {
        /// What rings.
        connection: ConnectionKey,
        /// Where to.
        to: Private<Text>,
    },
    /// Send the other party on to another destination; this one leaves.
    SingleStepTransfer {
        /// Who leaves.
        connection: ConnectionKey,
        /// The other party.
        other: ConnectionKey,
        /// Where to.
        to: Private<Text>,
    },
    /// Bring what rings to a device, whose telephone is rung first. The adapter names its connection by [`Progress::Expect`] before
    /// anything is sent.
    Pickup {
        /// The device that takes the call.
        by: DeviceId,
        /// What rings; what rings in the group of the device where nothing is named.
        target: Option<ConnectionKey>,
    },
    /// Bring a device to a call that goes on as it is; its telephone is rung first. The adapter names its connection by
    /// [`Progress::Expect`] before anything is sent.
    Supervise {
        /// The device that comes to the call.
        device: DeviceId,
        /// Who is listened to, and who hears the device where nobody else does.
        watched: ConnectionKey,
        /// How it takes part.
        participation: Participation,
    },
    /// Park the other party at a slot; this one leaves.
    Park {
        /// Who leaves.
        connection: ConnectionKey,
        /// The other party.
        other: ConnectionKey,
        /// The slot; a free one where none is named.
        to: Option<Private<Text>>,
    },
    /// Have a device press digits.
    GenerateDigits {
        /// Who presses.
        connection: ConnectionKey,
        /// What.
        digits: Private<Text>,
    },
    /// Have a device not heard, or heard again.
    Mute {
        /// Who.
        connection: ConnectionKey,
        /// Not heard?
        on: bool,
    },
    /// Record.
    Record {
        /// What is recorded.
        connection: ConnectionKey,
        /// Its call: for the name of the file.
        call: CallId,
        /// Begin, end, pause or go on: one of the recording services.
        service: Service,
    },
    /// Have an agent come, go, take calls or not.
    SetAgentState(Box<AgentTask>),
    /// Have a device do something with calls by itself, or not. Where it forwards to a number that is dialled otherwise than it was asked
    /// for, the adapter says how by [`Progress::Dials`] before anything is sent.
    SetFeature {
        /// The device.
        device: DeviceId,
        /// What it is to do.
        feature: Feature,
    },
}

/// How a task goes on, as its adapter tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// The connection that the task will make, which the switch has not told of yet; and its call.
    Expect {
        /// The connection.
        connection: ConnectionKey,
        /// Its call.
        call: CallKey,
    },
    /// What is dialled at the switch for the number that was asked for, as it will show it.
    Dials(Private<Text>),
    /// The switch said yes to everything that it was asked. Whether it does so shows in what happens.
    Acknowledged,
    /// The switch said no.
    Refused(Native),
    /// Nothing was sent, and nothing would be: why.
    Denied(Denial),
    /// Nothing was sent: why, and what to do.
    NotSent(Text),
    /// The switch said yes, and does not show what it does.
    Unshown,
    /// The switch said yes and showed that it did it, by something that changes nothing of what applications are told.
    Shown,
    /// The connection broke before the switch had answered: it may have done it or not.
    Lost,
}

/// A refusal in the switch's own words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Native {
    /// What was asked of the switch, in its own terms.
    #[schema(value_type = String)]
    pub request: Text,
    /// What it answered.
    #[schema(value_type = String)]
    pub message: Text,
    /// What that means, as far as it is known.
    #[serde(skip)]
    pub meaning: Meaning,
}

/// What a refusal means, whatever the switch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Meaning {
    /// Only what the words say.
    #[default]
    Other,
    /// The connection is gone, or not where it would have to be.
    State,
    /// There is no such destination.
    Destination,
    /// There is no such device, or it cannot be reached.
    Device,
    /// The switch does not let us.
    Right,
}

/// How a command ended. Rides in the batch of what proves it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// The command.
    pub id: CommandId,
    /// How it came out.
    pub verdict: Verdict,
    /// The call that it was about, or that it made.
    pub call: Option<CallId>,
    /// The place of the event that proves it in its batch.
    pub proof: Option<usize>,
}

/// How a command came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The switch did it.
    Done,
    /// The switch said yes, and it does not show what it does, or not all of it: who was to leave a call has left, and where that came to is not
    /// seen.
    Unconfirmed,
    /// It could not be asked, and nothing was sent.
    Denied(Denial),
    /// The switch said no.
    Refused(Native),
    /// Something else happened instead: what.
    Contradicted(Contradiction),
    /// The switch said yes, and then nothing happened.
    Ignored,
    /// The switch said nothing.
    TimedOut,
    /// The link broke: the switch may have done it or not.
    Unknown,
}

/// Why a command was not even sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Denial {
    /// There is no such call.
    NoCall,
    /// The call ended.
    CallEnded,
    /// The call became part of another.
    CallMerged(CallId),
    /// The call has no such connection.
    NoConnection,
    /// The service is not possible in this state: why, and what is.
    State(Text),
    /// The device is none that could be asked: why.
    Device(Text),
    /// The destination is none that could be asked for: why.
    Destination(Text),
    /// A field of what was asked for says nothing here: which, and what was expected.
    Field(&'static str, Text),
    /// The agent is logged on elsewhere: where.
    LoggedOn(Text),
    /// Somebody else is logged on there: who.
    InUse(Text),
    /// The agent's state or work does not allow it: why, and what to do.
    Agent(Text),
    /// Another command is at work there.
    Busy(Text),
    /// The switch does not offer the service: why, and what would give it.
    NotSupported(Text),
    /// The switch is not heard.
    Unreachable(Text),
    /// More data than a call carries, in bytes.
    TooMuchData(usize),
    /// More commands at work than the bridge keeps for one switch.
    TooMany(usize),
}

/// What happened instead of what was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Contradiction {
    /// The call ended first.
    CallEnded,
    /// The destination could not be reached: how it came out there.
    Destination(super::Cause),
    /// The agent logged off meanwhile.
    LoggedOff,
}

macro_rules! services {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// A service, by its one name everywhere: paths, `servicesPermitted`, capabilities, audit.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
        pub enum Service {
            $($(#[$doc])* #[serde(rename = $name)] $variant,)*
        }

        impl Service {
            /// Every service, in the order of the contract.
            pub const ALL: &'static [Service] = &[$(Service::$variant,)*];

            /// The name.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Service::$variant => $name,)* }
            }
        }
    };
}

services! {
    /// ECMA-269, Make Call.
    MakeCall = "makeCall",
    /// ECMA-269, Answer Call.
    AnswerCall = "answerCall",
    /// ECMA-269, Hold Call.
    HoldCall = "holdCall",
    /// ECMA-269, Retrieve Call.
    RetrieveCall = "retrieveCall",
    /// ECMA-269, Clear Connection.
    ClearConnection = "clearConnection",
    /// ECMA-269, Clear Call.
    ClearCall = "clearCall",
    /// ECMA-269, Deflect Call.
    DeflectCall = "deflectCall",
    /// ECMA-269, Single Step Transfer Call.
    SingleStepTransferCall = "singleStepTransferCall",
    /// ECMA-269, Consultation Call.
    ConsultationCall = "consultationCall",
    /// ECMA-269, Transfer Call.
    TransferCall = "transferCall",
    /// ECMA-269, Conference Call.
    ConferenceCall = "conferenceCall",
    /// ECMA-269, Alternate Call.
    AlternateCall = "alternateCall",
    /// ECMA-269, Reconnect Call.
    ReconnectCall = "reconnectCall",
    /// ECMA-269, Single Step Conference Call.
    SingleStepConferenceCall = "singleStepConferenceCall",
    /// ECMA-269, Park Call.
    ParkCall = "parkCall",
    /// ECMA-269, Directed Pickup Call.
    DirectedPickupCall = "directedPickupCall",
    /// ECMA-269, Group Pickup Call.
    GroupPickupCall = "groupPickupCall",
    /// ECMA-269, Generate Digits.
    GenerateDigits = "generateDigits",
    /// The device is not heard any more.
    Mute = "mute",
    /// The device is heard again.
    Unmute = "unmute",
    /// A recording begins.
    StartRecording = "startRecording",
    /// The recording ends.
    StopRecording = "stopRecording",
    /// The recording leaves out what follows.
    PauseRecording = "pauseRecording",
    /// The recording goes on.
    ResumeRecording = "resumeRecording",
    /// ECMA-269, Set Agent State.
    SetAgentState = "setAgentState",
    /// ECMA-269, Set Do Not Disturb.
    SetDoNotDisturb = "setDoNotDisturb",
    /// ECMA-269, Set Forwarding.
    SetForwarding = "setForwarding",
}

impl Service {
    /// The service that is called `name`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Service::ALL.iter().copied().find(|service| service.as_str() == name)
    }

    const fn bit(self) -> u32 {
        1 << (self as u32)
    }
}

/// Several services, as a list of their names in JSON.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Services(u32);

impl Services {
    /// None.
    pub const NONE: Services = Services(0);

    /// Every one.
    pub const ALL: Services = {
        let (mut all, mut at) = (Services::NONE, 0);
        while at < Service::ALL.len() {
            all.0 |= 1 << at;
            at += 1;
        }
        all
    };

    /// Is `service` among them?
    #[must_use]
    pub const fn contains(self, service: Service) -> bool {
        self.0 & service.bit() != 0
    }

    /// Adds `service`.
    pub const fn insert(&mut self, service: Service) {
        self.0 |= service.bit();
    }

    /// All but `service`.
    #[must_use]
    pub const fn without(self, service: Service) -> Services {
        Services(self.0 & !service.bit())
    }

    /// Those that are in both.
    #[must_use]
    pub const fn and(self, other: Services) -> Services {
        Services(self.0 & other.0)
    }

    /// Each of them, in the order of the contract.
    pub fn iter(self) -> impl Iterator<Item = Service> {
        Service::ALL
            .iter()
            .copied()
            .filter(move |service| self.contains(*service))
    }
}

impl FromIterator<Service> for Services {
    fn from_iter<I: IntoIterator<Item = Service>>(all: I) -> Self {
        let mut services = Services::NONE;
        all.into_iter().for_each(|service| services.insert(service));
        services
    }
}

impl Serialize for Services {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

/// Names that this version does not know are left out: the log may be of a newer one.
impl<'de> Deserialize<'de> for Services {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let names = Vec::<std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        Ok(names.iter().filter_map(|name| Service::from_name(name)).collect())
    }
}
