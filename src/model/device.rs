use super::{AgentId, DeviceId, Kind, Sequence, Text};
use lineside_wire::Private;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// When a device forwards (ECMA-269, forwarding type).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum ForwardingType {
    /// Always.
    Immediate,
    /// When it is busy.
    Busy,
    /// When nobody answers.
    NoAnswer,
}

/// One forwarding of a device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Forwarding {
    /// When.
    #[serde(rename = "type")]
    pub kind: ForwardingType,
    /// Is it on?
    pub active: bool,
    /// Where to.
    #[schema(value_type = Option<String>)]
    pub to: Option<Private<Text>>,
}

/// A device of the switch (ECMA-269, switching function objects), whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Device {
    /// Unique on the bridge.
    #[schema(value_type = String)]
    pub id: DeviceId,
    /// What sort of device.
    pub kind: Kind,
    /// Its number, where it has one.
    #[schema(value_type = Option<String>)]
    pub number: Option<Private<Text>>,
    /// The number in E.164 with `+`, where the site's rules give one.
    #[schema(value_type = Option<String>)]
    pub e164: Option<Private<Text>>,
    /// The name that the switch shows.
    #[schema(value_type = Option<String>)]
    pub name: Option<Private<Text>>,
    /// Can it be reached? Null where the switch does not tell.
    pub in_service: Option<bool>,
    /// Who is logged on.
    #[schema(value_type = Option<String>)]
    pub agent: Option<AgentId>,
    /// Null where the switch does not tell.
    pub do_not_disturb: Option<bool>,
    /// The forwardings that the switch tells.
    pub forwarding: Vec<Forwarding>,
    /// Null where the switch does not tell.
    pub message_waiting: Option<bool>,
    /// Which services the device allows.
    #[schema(value_type = std::collections::BTreeMap<String, bool>)]
    pub capabilities: BTreeMap<Text, bool>,
    /// The event up to which this picture is true.
    pub sequence: Sequence,
}
