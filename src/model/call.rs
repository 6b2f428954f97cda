use super::{
    CallId, Cause, Connection, ConnectionState, Outcome, Participation, Party, Sequence, SwitchName, Text, Wall,
};
use lineside_wire::Private;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Which way a call goes, seen from the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum CallDirection {
    /// From outside to the site.
    Inbound,
    /// From the site to outside.
    Outbound,
    /// Within the site.
    Internal,
    /// From outside to outside.
    Transit,
}

/// The state of a call, the first that fits of its connections. A closed list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum CallState {
    /// No live connection.
    Ended,
    /// Two or more people are connected.
    Connected,
    /// Somebody holds.
    Held,
    /// A phone rings.
    Alerting,
    /// It waits in a queue.
    Queued,
    /// It could not get where it was to go.
    Failed,
    /// It begins.
    Initiated,
}

/// How a call hangs together with others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Linkage {
    /// The first call of the thread, shared by consultations and recalls.
    pub thread_id: CallId,
    /// The switch's own id across switches (UCID, globalCallLinkageID).
    #[schema(value_type = Option<String>)]
    pub global_id: Option<Text>,
    /// The held call that this one consults about.
    #[schema(value_type = Option<String>)]
    pub consultation_of: Option<CallId>,
    /// The calls that were merged into this one.
    #[schema(value_type = Vec<String>)]
    pub merged_from: Vec<CallId>,
    /// The call that this one was merged into.
    #[schema(value_type = Option<String>)]
    pub merged_into: Option<CallId>,
    /// The call that this one fell off from.
    #[schema(value_type = Option<String>)]
    pub split_from: Option<CallId>,
    /// The call that was given up while the link was down, and proved to be alive as this one.
    #[schema(value_type = Option<String>)]
    pub continues: Option<CallId>,
}

/// A call (ECMA-269, switching function objects), whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Call {
    /// Unique for ever.
    pub id: CallId,
    /// Whose call it is where one bridge serves several.
    #[schema(value_type = String)]
    pub tenant: Text,
    /// The switch that carries it.
    #[schema(value_type = String)]
    pub switch: SwitchName,
    /// The event up to which this picture is true.
    pub sequence: Sequence,
    /// The switch's own names of this call.
    #[schema(value_type = Vec<String>)]
    pub native_ids: Vec<Text>,
    /// Which way it goes, seen from the site.
    pub direction: CallDirection,
    /// The state now.
    pub state: CallState,
    /// How it came out, once it ended.
    pub outcome: Option<Outcome>,
    /// Why it ended.
    pub cause: Option<Cause>,
    /// The queue that it waits in or came through last.
    #[schema(value_type = Option<String>)]
    pub queue: Option<super::DeviceId>,
    /// Who calls (ANI); its first value stays for life.
    pub calling_device: Party,
    /// Who was called (DNIS); its first value stays for life.
    pub called_device: Party,
    /// Where the call was sent on from, the last time.
    pub last_redirection_device: Option<Party>,
    /// The live connections, in the order in which they came.
    pub connections: Vec<Connection>,
    /// The ended connections, oldest first, at most the newest 64. Told in `call.cleared` and when the call is read.
    pub history: Vec<Connection>,
    /// What applications and the dialplan attached: at most 16 KiB.
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    pub user_data: BTreeMap<Text, Private<Text>>,
    /// How it hangs together with other calls.
    pub linkage: Linkage,
    /// When it began.
    pub started_at: Wall,
    /// When it first entered a queue.
    pub queued_at: Option<Wall>,
    /// When two people were first connected.
    pub answered_at: Option<Wall>,
    /// When it ended.
    pub ended_at: Option<Wall>,
}

impl Call {
    /// Whose a call is where one bridge serves only one.
    pub const DEFAULT_TENANT: &str = "default";
    /// The most ended connections that a call remembers.
    pub const HISTORY: usize = 64;

    /// The state that follows from the live connections: the first that fits.
    #[must_use]
    pub fn state_of(connections: &[Connection]) -> CallState {
        let any = |state| connections.iter().any(|c| c.state == state);
        let talking = connections
            .iter()
            // Who only listens, or speaks to one of them, talks to nobody.
            .filter(|c| c.participation == Participation::Active)
            .filter(|c| c.state == ConnectionState::Connected && c.kind.is_person())
            .count();
        match () {
            () if connections.is_empty() => CallState::Ended,
            () if talking >= 2 => CallState::Connected,
            () if any(ConnectionState::Hold) => CallState::Held,
            () if any(ConnectionState::Alerting) => CallState::Alerting,
            () if any(ConnectionState::Queued) => CallState::Queued,
            () if any(ConnectionState::Fail) => CallState::Failed,
            () => CallState::Initiated,
        }
    }
}
