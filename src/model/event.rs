use super::{Agent, Call, Cause, Connection, ConnectionId, Device, DeviceId, Queue, Sequence, Switch, Text, Wall};
use lineside_wire::Private;
use serde::ser::SerializeStruct as _;
use serde::{Deserialize, Serialize, Serializer};
use std::fmt;

macro_rules! event_types {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// The type of an event: `lineside.` and the name, as CloudEvents' `type`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum EventType {
            $($(#[$doc])* #[serde(rename = $name)] $variant,)*
        }

        impl EventType {
            /// Every type, in the order of the contract.
            pub const ALL: &'static [EventType] = &[$(EventType::$variant,)*];

            /// The whole name, with `lineside.` before it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(EventType::$variant => $name,)* }
            }
        }
    };
}

event_types! {
    /// A device asks for service, or is rung first because an application makes the call (ECMA-269, Service Initiated).
    ServiceInitiated = "lineside.call.serviceInitiated",
    /// The call was begun (ECMA-269, Originated).
    Originated = "lineside.call.originated",
    /// The call went into the network (ECMA-269, Network Reached).
    NetworkReached = "lineside.call.networkReached",
    /// The call is offered to a device that does not ring yet (ECMA-269, Offered).
    Offered = "lineside.call.offered",
    /// A device rings (ECMA-269, Delivered).
    Delivered = "lineside.call.delivered",
    /// The call waits at a device (ECMA-269, Queued).
    Queued = "lineside.call.queued",
    /// A device takes part (ECMA-269, Established).
    Established = "lineside.call.established",
    /// The call could not get to a device (ECMA-269, Failed).
    Failed = "lineside.call.failed",
    /// A device holds (ECMA-269, Held).
    Held = "lineside.call.held",
    /// A device listens again (ECMA-269, Retrieved).
    Retrieved = "lineside.call.retrieved",
    /// The call left a device for another (ECMA-269, Diverted).
    Diverted = "lineside.call.diverted",
    /// Calls or parties were joined and the one who did it left (ECMA-269, Transferred).
    Transferred = "lineside.call.transferred",
    /// Calls or parties were joined (ECMA-269, Conferenced).
    Conferenced = "lineside.call.conferenced",
    /// A device left (ECMA-269, Connection Cleared).
    ConnectionCleared = "lineside.call.connectionCleared",
    /// The call ended: its last event, exactly once (ECMA-269, Call Cleared).
    Cleared = "lineside.call.cleared",
    /// More is known about the call (ECMA-269, Call Information).
    Information = "lineside.call.information",
    /// Something was attached.
    UserDataChanged = "lineside.call.userDataChanged",
    /// Somebody pressed digits (ECMA-269, Digits Generated).
    DigitsGenerated = "lineside.call.digitsGenerated",
    /// A recording began, paused, went on or ended.
    RecordingChanged = "lineside.call.recordingChanged",
    /// ECMA-269, Agent Logged On.
    AgentLoggedOn = "lineside.agent.loggedOn",
    /// ECMA-269, Agent Logged Off.
    AgentLoggedOff = "lineside.agent.loggedOff",
    /// ECMA-269, Agent Ready.
    AgentReady = "lineside.agent.ready",
    /// ECMA-269, Agent Not Ready.
    AgentNotReady = "lineside.agent.notReady",
    /// ECMA-269, Agent Busy.
    AgentBusy = "lineside.agent.busy",
    /// ECMA-269, Agent Working After Call.
    AgentWorkingAfterCall = "lineside.agent.workingAfterCall",
    /// Something else about an agent changed.
    AgentUpdated = "lineside.agent.updated",
    /// ECMA-269, Do Not Disturb.
    DoNotDisturb = "lineside.device.doNotDisturb",
    /// ECMA-269, Forwarding.
    Forwarding = "lineside.device.forwarding",
    /// ECMA-269, Message Waiting.
    MessageWaiting = "lineside.device.messageWaiting",
    /// ECMA-269, Back In Service.
    BackInService = "lineside.device.backInService",
    /// ECMA-269, Out Of Service.
    OutOfService = "lineside.device.outOfService",
    /// Something else about the device changed: who is logged on there.
    DeviceUpdated = "lineside.device.updated",
    /// Who waits in a queue, or who answers there, changed.
    QueueUpdated = "lineside.queue.updated",
    /// The bridge hears the switch again.
    LinkUp = "lineside.link.up",
    /// The bridge does not hear the switch.
    LinkDown = "lineside.link.down",
    /// What the bridge holds is what the switch has.
    LinkResynced = "lineside.link.resynced",
    /// Other devices are heard than before.
    LinkMonitored = "lineside.link.monitored",
    /// The bridge goes on with less than it should have.
    BridgeDegraded = "lineside.bridge.degraded",
    /// The bridge has again what it lacked.
    BridgeRecovered = "lineside.bridge.recovered",
}

// The derive does not see through the macro to the names.
impl utoipa::PartialSchema for EventType {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .description(Some(
                "The type of an event. More may come; ignore those that you do not know.",
            ))
            .enum_values(Some(EventType::ALL.iter().map(|kind| kind.as_str())))
            .into()
    }
}

impl utoipa::ToSchema for EventType {}

impl fmt::Display for EventType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The data of a `call.*` event: what changed, and the whole call after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CallData {
    /// Why.
    pub cause: Option<Cause>,
    /// The connection that moved, after it moved; null where none did.
    pub connection: Option<Connection>,
    /// Devices that came into the call with this event.
    #[schema(value_type = Vec<String>)]
    pub joined: Vec<DeviceId>,
    /// Devices that are in the call no more: for who watches only them, this event is the last.
    #[schema(value_type = Vec<String>)]
    pub left: Vec<DeviceId>,
    /// Where the call goes on, in `diverted` and `transferred`, where known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<String>)]
    pub new_destination: Option<Private<Text>>,
    /// Who transferred, in `transferred`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<String>)]
    pub transferring_device: Option<DeviceId>,
    /// Who conferenced, in `conferenced`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<String>)]
    pub conferencing_device: Option<DeviceId>,
    /// The connections of this call before, in `transferred` and `conferenced`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<Vec<String>>)]
    pub connections_before: Option<Vec<ConnectionId>>,
    /// The connections of this call after, in `transferred` and `conferenced`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<Vec<String>>)]
    pub connections_after: Option<Vec<ConnectionId>>,
    /// The digits, in `digitsGenerated`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<String>)]
    pub digits: Option<Private<Text>>,
    /// The token whose command caused this, if one did.
    #[schema(value_type = Option<String>)]
    pub requested_by: Option<Text>,
    /// The whole call after this event.
    pub call: Call,
}

/// The data of an `agent.*` event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AgentData {
    /// Devices and queues at which the agent is no more: for who watches only them, this event is the last.
    #[schema(value_type = Vec<String>)]
    pub left: Vec<DeviceId>,
    /// The token whose command caused this, if one did.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub requested_by: Option<Text>,
    /// The whole agent after this event.
    pub agent: Agent,
}

/// The data of a `device.*` event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeviceData {
    /// The token whose command caused this, if one did.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub requested_by: Option<Text>,
    /// The whole device after this event.
    pub device: Device,
}

/// The data of a `queue.*` event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct QueueData {
    /// The whole queue after this event.
    pub queue: Queue,
}

/// The data of a `link.*` event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LinkData {
    /// Why, in `link.down`.
    #[schema(value_type = Option<String>)]
    pub reason: Option<Text>,
    /// Calls that were found and not known, in `link.resynced`.
    pub added: u32,
    /// Calls that had changed meanwhile, in `link.resynced`.
    pub corrected: u32,
    /// Calls that had ended meanwhile, in `link.resynced`.
    pub closed: u32,
    /// From when on the switch was not heard.
    pub unobserved_from: Option<Wall>,
    /// Until when the switch was not heard.
    pub unobserved_to: Option<Wall>,
    /// Could the switch tell everything?
    pub complete: bool,
    /// The whole switch after this event.
    pub switch: Switch,
}

/// The data of a `bridge.*` event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BridgeData {
    /// What is lacking or restored.
    #[schema(value_type = String)]
    pub what: Text,
    /// What happened, and what to do.
    #[schema(value_type = String)]
    pub reason: Text,
}

/// The data of an event, by the family of its type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(untagged)]
pub enum Data {
    /// Of `call.*`.
    Call(Box<CallData>),
    /// Of `link.*`.
    Link(Box<LinkData>),
    /// Of `agent.*`.
    Agent(Box<AgentData>),
    /// Of `device.*`.
    Device(Box<DeviceData>),
    /// Of `queue.*`.
    Queue(Box<QueueData>),
    /// Of `bridge.*`.
    Bridge(BridgeData),
}

/// What happened, before the stream gave it a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The type.
    pub kind: EventType,
    /// When, by the switch's clock where it tells, else when it was received. Never runs back within a call.
    pub time: Wall,
    /// When the bridge heard of it.
    pub received_at: Wall,
    /// The bridge did not see it happen, and found out later.
    pub reconstructed: bool,
    /// The request whose command caused it.
    pub request_id: Option<Text>,
    /// What changed, and the whole entity after it.
    pub data: Data,
}

impl Event {
    /// Gives the whole entity the number of this event: what it shows is true up to here.
    pub fn set_sequence(&mut self, sequence: Sequence) {
        match &mut self.data {
            Data::Call(data) => data.call.sequence = sequence,
            Data::Agent(data) => data.agent.sequence = sequence,
            Data::Device(data) => data.device.sequence = sequence,
            Data::Queue(data) => data.queue.sequence = sequence,
            Data::Link(data) => data.switch.sequence = sequence,
            Data::Bridge(_) => {}
        }
    }

    /// CloudEvents' `subject`: the entity, as a path below `/v1`.
    #[must_use]
    pub fn subject(&self) -> String {
        match &self.data {
            Data::Call(data) => format!("calls/{}", data.call.id),
            Data::Agent(data) => format!("agents/{}", data.agent.id),
            Data::Device(data) => format!("devices/{}", data.device.id),
            Data::Queue(data) => format!("queues/{}", data.queue.id),
            Data::Link(data) => format!("switches/{}", data.switch.name),
            Data::Bridge(_) => "bridge".to_owned(),
        }
    }
}

/// An event as it is sent: CloudEvents 1.0 in JSON.
#[derive(Clone, Copy, Debug)]
pub struct Envelope<'a> {
    /// The number of the event.
    pub id: Sequence,
    /// The number of the first event of the same fact.
    pub group: Sequence,
    /// The name of this bridge.
    pub bridge: &'a str,
    /// The name of the switch; `None` for events of the bridge itself.
    pub switch: Option<&'a str>,
    /// Whose event it is where one bridge serves several.
    pub tenant: &'a str,
    /// The event.
    pub event: &'a Event,
}

impl Serialize for Envelope<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        struct Source<'a>(&'a str, Option<&'a str>);
        impl fmt::Display for Source<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "/bridges/{}", self.0)?;
                self.1.map_or(Ok(()), |switch| write!(f, "/switches/{switch}"))
            }
        }
        struct Shown<T>(T);
        impl<T: fmt::Display> Serialize for Shown<T> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(&self.0)
            }
        }
        let event = self.event;
        let mut out = serializer.serialize_struct("Event", 13)?;
        out.serialize_field("specversion", "1.0")?;
        out.serialize_field("id", &self.id)?;
        out.serialize_field("sequence", &self.id)?;
        out.serialize_field("source", &Shown(Source(self.bridge, self.switch)))?;
        out.serialize_field("type", event.kind.as_str())?;
        out.serialize_field("subject", &event.subject())?;
        out.serialize_field("time", &event.time)?;
        out.serialize_field("receivedat", &event.received_at)?;
        out.serialize_field("group", &self.group)?;
        out.serialize_field("tenant", self.tenant)?;
        out.serialize_field("reconstructed", &event.reconstructed)?;
        out.serialize_field("requestid", &event.request_id)?;
        out.serialize_field("data", &event.data)?;
        out.end()
    }
}
