use super::{AgentId, Cause, ConnectionId, DeviceId, Presentation, Services, Text, Wall};
use lineside_wire::Private;
use serde::{Deserialize, Serialize};

/// The state of a connection (ECMA-269, switching function objects). A closed list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum ConnectionState {
    /// No relationship (any more) between device and call.
    #[default]
    Null,
    /// The device asks for service, or the network was asked to reach it.
    Initiated,
    /// The device is being rung.
    Alerting,
    /// The device takes part in the call.
    Connected,
    /// The device takes part but does not listen.
    Hold,
    /// The call waits at the device for something to happen.
    Queued,
    /// The call could not get there.
    Fail,
}

impl ConnectionState {
    /// Is there a relationship between device and call?
    #[must_use]
    pub const fn is_live(self) -> bool {
        !matches!(self, ConnectionState::Null)
    }
}

/// What sort of device takes part (ECMA-269, device categories).
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    /// A telephone of the site.
    Station,
    /// A line to the network: who speaks over it is outside.
    Trunk,
    /// Where calls wait for agents.
    Queue,
    /// A hunt or ring group.
    Group,
    /// A park slot.
    Park,
    /// Where calls wait for a routing decision.
    Route,
    /// A machine that speaks or listens: IVR, announcement, voicemail.
    VoiceUnit,
    /// A meet-me room.
    Conference,
    /// Anything else.
    #[default]
    #[serde(other)]
    Other,
}

impl Kind {
    /// Can a person be at this device?
    #[must_use]
    pub const fn is_person(self) -> bool {
        matches!(self, Kind::Station | Kind::Trunk | Kind::Other)
    }
}

/// Which way the call goes, seen from this device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum ConnectionDirection {
    /// The call came to this device.
    Incoming,
    /// The device made the call.
    Outgoing,
}

/// How the device takes part (ECMA-269, participation type).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Participation {
    /// Heard and hearing.
    #[default]
    Active,
    /// Hearing only.
    Silent,
    /// Heard by one party only.
    Coach,
}

/// The state of a recording of this connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Recording {
    /// It runs.
    Recording,
    /// It is paused.
    Paused,
}

/// How an ended connection came out: made from the states that it passed and its last cause, by one published table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    /// It was connected.
    Answered,
    /// Another device of the same ringing answered.
    AnsweredElsewhere,
    /// It rang and nobody answered.
    NoAnswer,
    /// It rang and was refused.
    Rejected,
    /// It was busy.
    Busy,
    /// The caller gave up before the answer.
    Cancelled,
    /// The caller gave up while waiting in a queue.
    Abandoned,
    /// The call went on to another device.
    Forwarded,
    /// The device wanted not to be disturbed.
    DoNotDisturb,
    /// The device could not be reached.
    Unreachable,
    /// Anything else that is not a success.
    #[serde(other)]
    Failed,
}

/// The relationship of one device to one call (ECMA-269, switching function objects).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Connection {
    /// Unique for ever.
    pub id: ConnectionId,
    /// The device; null where the switch shows none (a number that could not be reached).
    #[schema(value_type = Option<String>)]
    pub device: Option<DeviceId>,
    /// The agent who is logged on there.
    #[schema(value_type = Option<String>)]
    pub agent: Option<AgentId>,
    /// The number as the switch told it.
    #[schema(value_type = Option<String>)]
    pub number: Option<Private<Text>>,
    /// The number in E.164 with `+`, where the site's rules give one.
    #[schema(value_type = Option<String>)]
    pub e164: Option<Private<Text>>,
    /// The name that the switch shows.
    #[schema(value_type = Option<String>)]
    pub name: Option<Private<Text>>,
    /// May number and name be shown?
    pub presentation: Presentation,
    /// Which of several phones behind one device, in the switch's own words.
    #[schema(value_type = Option<String>)]
    pub contact: Option<Text>,
    /// What sort of device.
    pub kind: Kind,
    /// Which way the call goes, seen from here.
    pub direction: ConnectionDirection,
    /// How the device takes part.
    pub participation: Participation,
    /// The state now.
    pub state: ConnectionState,
    /// Since when the state.
    pub since: Wall,
    /// When the connection began.
    pub created_at: Wall,
    /// When it began to ring.
    pub alerting_at: Option<Wall>,
    /// When it was first connected.
    pub connected_at: Option<Wall>,
    /// When it ended.
    pub ended_at: Option<Wall>,
    /// Why it is in this state.
    pub cause: Option<Cause>,
    /// How it came out, once it ended.
    pub outcome: Option<Outcome>,
    /// Who holds: `phone` or `switch`; null unless held.
    #[schema(value_type = Option<String>)]
    pub hold_by: Option<Text>,
    /// The device is not heard.
    pub muted: bool,
    /// A recording of this connection, if any.
    pub recording: Option<Recording>,
    /// The switch's own names of what carries this connection.
    #[schema(value_type = Vec<String>)]
    pub native_ids: Vec<Text>,
    /// Names of fields that a resync could not tell, or of which the switch tells nothing: what they say is assumed.
    #[schema(value_type = Vec<String>)]
    pub uncertain: Vec<Text>,
    /// What may be asked of this connection now.
    #[schema(value_type = Vec<String>)]
    pub services_permitted: Services,
}

impl Connection {
    /// Where it ended: did the switch end it? What the bridge gave up, since it heard nothing of it for long, the switch may have still.
    #[must_use]
    pub fn is_over_at_switch(&self) -> bool {
        self.cause != Some(Cause::SwitchingFunctionTerminated)
    }
}
