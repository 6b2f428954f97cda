use super::{
    AgentFact, Capability, Cause, ConnectionDirection, DeviceId, Forwarding, Kind, LinkRole, Monitors, Participation,
    Party, QueueFact, Recording, Services, SwitchState, Text, Wall,
};
use lineside_wire::Private;
use std::collections::{BTreeMap, BTreeSet};

/// How an adapter names a call of its switch. Opaque to everybody else; unique on the switch while the call lives.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallKey(pub Text);

/// How an adapter names a connection of its switch. Opaque to everybody else; unique on the switch while the connection lives.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionKey(pub Text);

/// What one native message says, in the words of the model but with the switch's own keys: one group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// When, by the switch's clock.
    pub time: Option<Wall>,
    /// What, in order.
    pub facts: Vec<Fact>,
}

/// One statement about the switch. Facts are assertions: to state again what is known changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// What is known about a call as a whole. Makes the call known; by itself it tells nobody.
    Call(CallFact),
    /// A connection moved.
    Connection(Box<ConnectionFact>),
    /// A party was sent on to somewhere else by another, in one step.
    Transfer(TransferFact),
    /// Two calls became one.
    Merge(MergeFact),
    /// Somebody came to a call to supervise it; its own parties notice nothing.
    Supervise(Box<SuperviseFact>),
    /// One call became two.
    Split(SplitFact),
    /// The switch has other names for a call and its connections from now on.
    Renamed(RenameFact),
    /// Of a call nothing was heard for so long that it counts as over.
    GivenUp(CallKey),
    /// Something was attached to a call; `None` takes an entry away.
    UserData {
        /// The call.
        call: CallKey,
        /// The entries that change.
        entries: BTreeMap<Text, Option<Private<Text>>>,
    },
    /// Somebody pressed digits.
    Digits {
        /// The connection that pressed.
        connection: ConnectionKey,
        /// `0-9 A-D * #`.
        digits: Private<Text>,
    },
    /// Names of fields of a connection that are not known any more, or, where there are none, that all of it is known after all.
    Uncertain {
        /// The connection.
        connection: ConnectionKey,
        /// The names.
        fields: Vec<Text>,
    },
    /// A device is not heard any more, or heard again.
    Muted {
        /// The connection.
        connection: ConnectionKey,
        /// Not heard?
        on: bool,
    },
    /// A recording of a connection began, paused, went on, or ended (`None`).
    Recording {
        /// The connection.
        connection: ConnectionKey,
        /// How it is now.
        state: Option<Recording>,
    },
    /// What may be asked of a connection besides what its state allows.
    Permitted(PermittedFact),
    /// An agent logged on or off, takes calls or not.
    Agent(AgentFact),
    /// There is a queue.
    Queue(QueueFact),
    /// The place of a connection that waits among those who wait with it now, the first is 1.
    Position {
        /// The connection.
        connection: ConnectionKey,
        /// Its place.
        position: u32,
    },
    /// Something is known of a device.
    Device(Box<DeviceFact>),
    /// Everything that the switch has, after the link came up.
    Snapshot(Box<SnapshotFact>),
    /// A call that began and ended while the switch was not heard, as a store of the switch tells it afterwards.
    Past(Box<PastFact>),
    /// The link changed.
    Link(LinkFact),
}

/// What the switch lets be asked of a connection, whatever its state would allow: nothing else is. It counts until the next one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PermittedFact {
    /// The connection.
    pub connection: ConnectionKey,
    /// What may be asked.
    pub services: Services,
    /// Why nothing else, for people.
    pub why: Text,
}

/// A call that is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastFact {
    /// The call.
    pub call: CallFact,
    /// What its connections did and when, in order, until none was left.
    pub moves: Vec<(Wall, ConnectionFact)>,
}

/// What is known about a call as a whole. `None` says nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallFact {
    /// The call.
    pub call: CallKey,
    /// The switch's own name of it, for people who look into the switch's logs.
    pub native_id: Option<Text>,
    /// Who calls.
    pub calling: Option<Party>,
    /// Who was called.
    pub called: Option<Party>,
    /// The held call that this one consults about.
    pub consultation_of: Option<CallKey>,
    /// The switch's own name that outlives transfers.
    pub global_id: Option<Text>,
    /// Whether the switch keeps it as a conference that anybody may leave for another call, and come back to.
    pub conference: Option<bool>,
}

impl CallFact {
    /// Nothing but that there is the call.
    #[must_use]
    pub const fn of(call: CallKey) -> Self {
        CallFact {
            call,
            native_id: None,
            calling: None,
            called: None,
            consultation_of: None,
            global_id: None,
            conference: None,
        }
    }
}

/// Who is at the end of a connection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PartyFact {
    /// Device, number and name as far as the switch tells.
    pub party: Party,
    /// What sort of device.
    pub kind: Kind,
    /// The switch's own name of what carries the connection.
    pub native_id: Option<Text>,
}

/// How a connection moved (ECMA-269, connection state transitions).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ConnectionEvent {
    /// → initiated, at the device that calls.
    ServiceInitiated,
    /// → connected, at the device that calls.
    Originated,
    /// → initiated, at the network that is called.
    NetworkReached,
    /// → alerting.
    Delivered,
    /// → queued.
    Queued,
    /// → connected.
    Established,
    /// → fail.
    Failed,
    /// → hold: the device itself does not listen.
    Held,
    /// → hold: the switch has the others wait, and the device does nothing.
    HeldBySwitch,
    /// hold → connected.
    Retrieved,
    /// → null, and the call goes on elsewhere.
    Diverted,
    /// → null.
    ConnectionCleared,
}

/// A connection moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionFact {
    /// The call, which counts only for a connection that is new: a known one stays in its call.
    pub call: CallKey,
    /// The connection.
    pub connection: ConnectionKey,
    /// How it moved.
    pub event: ConnectionEvent,
    /// Why.
    pub cause: Cause,
    /// Which way the call goes, seen from the device.
    pub direction: ConnectionDirection,
    /// Who is at the end of it, as far as the switch tells now.
    pub who: PartyFact,
    /// Where the call goes on, where it was diverted.
    pub new_destination: Option<Private<Text>>,
    /// The device itself said no, where it left or failed.
    pub refused: bool,
    /// Names of fields of the connection that nobody told: they are assumed, until more is heard of it.
    pub uncertain: Vec<Text>,
}

/// A device sent the rest of its call on to somewhere else, in one step, and left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransferFact {
    /// The connection of the device that transferred.
    pub by: ConnectionKey,
    /// Where to.
    pub to: Option<Private<Text>>,
}

/// How two calls became one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MergeReason {
    /// By a transfer after consultation.
    Transfer,
    /// By a conference.
    Conference,
    /// By a pickup.
    Pickup,
    /// By retrieving a parked call.
    Retrieve,
    /// By supervising.
    Supervision(Participation),
}

/// Two calls became one. Which of them lives on is not the adapter's to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergeFact {
    /// The two calls.
    pub calls: (CallKey, CallKey),
    /// How.
    pub reason: MergeReason,
    /// The connections that leave by it: the transferring device's.
    pub leaving: Vec<ConnectionKey>,
    /// The device that did it.
    pub by: Option<DeviceId>,
}

/// What is known of a device. `None` says nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceFact {
    /// The device.
    pub device: DeviceId,
    /// What sort of device.
    pub kind: Kind,
    /// Its number.
    pub number: Option<Private<Text>>,
    /// The name that the switch shows.
    pub name: Option<Private<Text>>,
    /// Can it be reached?
    pub in_service: Option<bool>,
    /// Does it refuse calls?
    pub do_not_disturb: Option<bool>,
    /// What it does with calls by itself. Types that are not named stay as they are known.
    pub forwarding: Vec<Forwarding>,
    /// Does a message wait for it?
    pub message_waiting: Option<bool>,
}

impl DeviceFact {
    /// Nothing but that there is the device.
    #[must_use]
    pub const fn of(device: DeviceId, kind: Kind) -> Self {
        DeviceFact {
            device,
            kind,
            number: None,
            name: None,
            in_service: None,
            do_not_disturb: None,
            forwarding: Vec::new(),
            message_waiting: None,
        }
    }
}

/// Somebody supervises a call. The device may have a call of its own from dialling for that, which becomes part of the supervised one;
/// that it leaves again is told of its connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SuperviseFact {
    /// Who supervises, in the call that is supervised: connected.
    pub by: ConnectionFact,
    /// How.
    pub participation: Participation,
}

/// Some connections of a call go on without the rest. Which half is the call still is not the adapter's to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SplitFact {
    /// The call.
    pub call: CallKey,
    /// The key of these connections as a call, from now on.
    pub parted: CallKey,
    /// The connections that go on without the others.
    pub connections: Vec<ConnectionKey>,
}

/// The switch has other names for a call and its connections: after a transfer or a conference most do (ECMA-269, connection list). Names that
/// are not known say nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenameFact {
    /// The call: its name until now, and from now on.
    pub call: (CallKey, CallKey),
    /// Its connections: the name until now, and from now on.
    pub connections: Vec<(ConnectionKey, ConnectionKey)>,
}

/// Everything that a switch has at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SnapshotFact {
    /// The switch was restarted since it was last heard: what was known before is gone, whatever its name.
    pub restarted: bool,
    /// It is of the calls, devices and agents that it names only, of a link that is up: of everything else it says nothing. A call without
    /// connections is over.
    pub part: bool,
    /// The switch tells of the rest later, in parts.
    pub more: bool,
    /// The calls with their connections: each connection as the event that would lead to its state.
    pub calls: Vec<(CallFact, Vec<ConnectionFact>)>,
    /// Connections of which only a hint says that they are of the call under which they stand. One that is known stays in the call in
    /// which it is known.
    pub hinted: BTreeSet<ConnectionKey>,
    /// Kinds of places that the switch did not list: a place of such a kind may still be there, though it does not show here.
    pub unlisted: BTreeSet<Kind>,
    /// The places of connections that wait, the first is 1.
    pub positions: BTreeMap<ConnectionKey, u32>,
    /// The queues; `None` where the switch did not list them: what is known stays.
    pub queues: Option<Vec<QueueFact>>,
    /// Every agent in every queue, each as the event that leads to the state there; `None` where the switch did not list them: what is
    /// known stays. An agent who is logged on nowhere may be there as `Updated`.
    pub agents: Option<Vec<AgentFact>>,
    /// The devices whose agents are listed, where that is not all of them: who is known to be elsewhere, and is not listed, stays.
    pub desks: Option<BTreeSet<DeviceId>>,
    /// Names of fields of a connection that this switch cannot tell in a snapshot.
    pub uncertain: Vec<Text>,
    /// What may be asked of connections besides what their states allow. Of those that are not named nothing is known.
    pub permitted: Vec<PermittedFact>,
    /// The devices; `None`: the switch did not list them.
    pub devices: Option<Vec<DeviceFact>>,
}

/// The link changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkFact {
    /// A connection of the link changed.
    Role {
        /// Which.
        role: LinkRole,
        /// Its state now.
        state: SwitchState,
    },
    /// What the switch says that it is.
    Version(Text),
    /// What it allows.
    Capabilities(BTreeMap<Text, Capability>),
    /// Each call of a telephone has a connection of its own there: one may be held while another talks, each can be asked for things by
    /// itself, and any two may be joined, whether or not one was made to consult about the other.
    Apart,
    /// Which of its devices are heard.
    Monitors(Monitors),
    /// The switch is not heard any more.
    Down {
        /// Why, for people.
        reason: Text,
        /// When it was last heard, by the bridge's clock, where that is before now: nothing is known of what came behind.
        heard: Option<Wall>,
    },
    /// The events lag behind the switch's clock by so many milliseconds.
    Lag(u32),
}
