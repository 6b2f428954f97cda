//! What a subscription gives to a client: events, and control messages between them.

use crate::model::{Agent, Call, Device, Queue, Sequence, Switch};
use crate::store::GapReason;
use bytes::Bytes;
use serde::Serialize;
use serde_json::value::RawValue;

/// One message, whatever it is carried by.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    /// Where a client that has seen this message may go on.
    pub(crate) position: Option<Sequence>,
    /// `message` for events, else the type of the control message.
    pub(crate) name: &'static str,
    /// JSON.
    pub(crate) body: Bytes,
}

/// A message that is not an event: it has no `specversion`.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[serde(tag = "type", rename_all = "camelCase")]
pub(crate) enum Control {
    /// The first message.
    Hello {
        /// The newest event.
        sequence: Sequence,
        /// The name of this bridge.
        bridge: String,
        /// The version of the program.
        version: &'static str,
    },
    /// What follows belongs to the subscription that was asked for.
    Subscribed {
        /// The newest event.
        sequence: Sequence,
    },
    /// Everything that is, in parts that are all true for one `sequence`.
    Snapshot(SnapshotPart),
    /// Everything up to `sequence` was sent.
    Bookmark {
        /// Go on from here.
        sequence: Sequence,
    },
    /// Events are missing; a snapshot follows.
    Gap {
        /// The last event before the gap.
        from: Sequence,
        /// The last event in the gap.
        to: Sequence,
        /// Why.
        reason: GapReason,
    },
    /// The answer to `ping`.
    Pong,
    /// The last message.
    Closing {
        /// As the close code of a WebSocket.
        code: u16,
        /// Go on from here.
        sequence: Sequence,
        /// Why, for people.
        detail: String,
    },
}

/// A part of a snapshot: the parts together are everything.
#[derive(Clone, Debug, Default, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SnapshotPart {
    /// The last event that is in the snapshot.
    pub(crate) sequence: Sequence,
    /// Which part, from 1.
    pub(crate) part: u32,
    /// There are no more parts.
    pub(crate) last: bool,
    /// Switches.
    #[schema(value_type = Vec<Switch>)]
    pub(crate) switches: Vec<Box<RawValue>>,
    /// Calls that have not ended, without their history.
    #[schema(value_type = Vec<Call>)]
    pub(crate) calls: Vec<Box<RawValue>>,
    /// Agents.
    #[schema(value_type = Vec<Agent>)]
    pub(crate) agents: Vec<Box<RawValue>>,
    /// Devices.
    #[schema(value_type = Vec<Device>)]
    pub(crate) devices: Vec<Box<RawValue>>,
    /// Queues.
    #[schema(value_type = Vec<Queue>)]
    pub(crate) queues: Vec<Box<RawValue>>,
}

impl Control {
    pub(crate) fn frame(&self) -> Frame {
        let (name, position) = match self {
            Control::Hello { .. } => ("hello", None),
            Control::Subscribed { .. } => ("subscribed", None),
            Control::Snapshot(part) => ("snapshot", part.last.then_some(part.sequence)),
            Control::Bookmark { sequence } => ("bookmark", Some(*sequence)),
            Control::Gap { .. } => ("gap", None),
            Control::Pong => ("pong", None),
            Control::Closing { .. } => ("closing", None),
        };
        // Plain structs without maps: serde_json cannot fail on them.
        let body = serde_json::to_vec(self).map(Bytes::from).unwrap_or_default();
        Frame { position, name, body }
    }
}
