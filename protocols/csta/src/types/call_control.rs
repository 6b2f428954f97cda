//! Services that change one call, and what those of several share.

use super::{CallCharacteristics, CommonArguments, ConnectionId, CorrelatorData, DeviceId, EventCause, UserData};
use crate::schema::{enumeration, sequence};
use lineside_wire::Private;

sequence! {
    /// Accept Call (ECMA-269, Accept Call): takes a call that was offered, so that it alerts.
    AcceptCall {
        /// The connection that was offered.
        call_to_be_accepted: ConnectionId = "callToBeAccepted";
        /// What an application attaches to the call.
        correlator_data: Option<CorrelatorData> = "correlatorData".iii();
        /// What a user sends with it.
        user_data: Option<UserData> = "userData".application(29).iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// Alternate Call (ECMA-269, Alternate Call): holds the one call and takes back the other.
    AlternateCall {
        /// The connection that is held.
        held_call: ConnectionId = "heldCall";
        /// The connection that is talking.
        active_call: ConnectionId = "activeCall";
        /// The line is kept for the call that is held.
        connection_reservation: Option<bool> = "connectionReservation".iii();
        /// What is to come of it.
        consult_options: Option<ConsultOptions> = "consultOptions".iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// Answer Call (ECMA-269, Answer Call).
    AnswerCall {
        /// The connection that alerts.
        call_to_be_answered: ConnectionId = "callToBeAnswered";
        /// What an application attaches to the call.
        correlator_data: Option<CorrelatorData> = "correlatorData".iii();
        /// What a user sends with it.
        user_data: Option<UserData> = "userData".application(29).iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// Call Back (ECMA-269, Call Back Call-Related): the switch calls again when the device that was called is free.
    CallBack {
        /// The connection of the caller.
        callback_connection: ConnectionId = "callbackConnection";
        /// What sort of call it is.
        call_characteristics: Option<CallCharacteristics> = "callCharacteristics".iii();
        /// What the call is about.
        subject_of_call: Option<Private<String>> = "subjectOfCall".context(0).iii();
        /// Languages that the caller speaks.
        language_preferences: Option<String> = "languagePreferences".context(1).iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// The answer to Call Back.
    CallBackResponse {
        /// The device that is waited for.
        target_device: Option<DeviceId> = "targetDevice".iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// Clear Call (ECMA-269, Clear Call): every device leaves the call.
    ClearCall {
        /// The call.
        call_to_be_cleared: ConnectionId = "callToBeCleared";
        /// What a user sends with it.
        user_data: Option<UserData> = "userData".application(29).iii();
        /// Why.
        reason: Option<EventCause> = "reason".iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// Clear Connection (ECMA-269, Clear Connection): one device leaves the call.
    ClearConnection {
        /// The connection of that device.
        connection_to_be_cleared: ConnectionId = "connectionToBeCleared";
        /// What an application attaches to the call.
        correlator_data: Option<CorrelatorData> = "correlatorData".iii();
        /// What a user sends with it.
        user_data: Option<UserData> = "userData".application(29).iii();
        /// Why.
        reason: Option<EventCause> = "reason".iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// Dial Digits (ECMA-269, Dial Digits): goes on dialling in a call that is being made.
    DialDigits {
        /// The connection that dials.
        dialling_connection: ConnectionId = "diallingConnection";
        /// What is dialled.
        dialling_sequence: DeviceId = "diallingSequence";
        /// What an application attaches to the call.
        correlator_data: Option<CorrelatorData> = "correlatorData".iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// Hold Call (ECMA-269, Hold Call).
    HoldCall {
        /// The connection.
        call_to_be_held: ConnectionId = "callToBeHeld";
        /// The line is kept for the call that is held.
        connection_reservation: Option<bool> = "connectionReservation";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// Reconnect Call (ECMA-269, Reconnect Call): leaves the one call and takes back the other.
    ReconnectCall {
        /// The connection that is left.
        active_call: ConnectionId = "activeCall";
        /// The connection that is taken back.
        held_call: ConnectionId = "heldCall";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// Retrieve Call (ECMA-269, Retrieve Call): takes back a call that is held.
    RetrieveCall {
        /// The connection.
        call_to_be_retrieved: ConnectionId = "callToBeRetrieved";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
}

enumeration! {
    /// Is the device that calls prompted to go off-hook first?
    AutoOriginate {
        /// It is.
        Prompt = 0 "prompt",
        /// It goes off-hook by itself.
        DoNotPrompt = 1 "doNotPrompt",
    }
    /// What is to come of a call that is made while another is held.
    ConsultOptions {
        /// Whatever.
        Unrestricted = 0 "unrestricted",
        /// Nothing: the caller comes back.
        ConsultOnly = 1 "consultOnly",
        /// A transfer.
        TransferOnly = 2 "transferOnly",
        /// A conference.
        ConferenceOnly = 3 "conferenceOnly",
    }
    /// How far a device takes part in a call.
    ParticipationType {
        /// It listens.
        Silent = 0 "silent",
        /// It talks, too.
        Active = 1 "active",
        /// It does neither.
        None = 2 "none",
    }
}
