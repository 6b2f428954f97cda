use super::{
    AgentTask, CallId, CallKey, CommandId, ConnectionKey, Denial, DeviceId, Feature, NewCall, Participation, Service,
    Text,
};
use lineside_wire::Private;
use serde::{Deserialize, Serialize};

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
