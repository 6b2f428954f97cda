use serde::{Deserialize, Serialize};

/// Why something happened (ECMA-269, EventCause; spelled as in ECMA-323 edition 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Cause {
    /// The distribution is busy.
    #[serde(rename = "aCDBusy")]
    AcdBusy,
    /// The distribution sent it on.
    #[serde(rename = "aCDForward")]
    AcdForward,
    /// The distribution takes no more.
    #[serde(rename = "aCDSaturated")]
    AcdSaturated,
    /// ECMA-323 `activeParticipation`.
    ActiveParticipation,
    /// ECMA-323 `alertTimeExpired`.
    AlertTimeExpired,
    /// ECMA-323 `alternate`.
    Alternate,
    /// ECMA-323 `autoWork`.
    AutoWork,
    /// The device is blocked.
    Blocked,
    /// The called party is busy.
    Busy,
    /// ECMA-323 `busyOverflow`.
    BusyOverflow,
    /// ECMA-323 `calendarOverflow`.
    CalendarOverflow,
    /// ECMA-323 `callBack`.
    CallBack,
    /// The caller gave up.
    CallCancelled,
    /// ECMA-323 `callForward`.
    CallForward,
    /// The device forwards when it is busy.
    CallForwardBusy,
    /// The device forwards all calls.
    CallForwardImmediate,
    /// The device forwards when nobody answers.
    CallForwardNoAnswer,
    /// ECMA-323 `callInterception`.
    CallInterception,
    /// It rang and nobody answered.
    CallNotAnswered,
    /// Picked up elsewhere.
    CallPickup,
    /// ECMA-323 `campOn`.
    CampOn,
    /// ECMA-323 `campOnTrunks`.
    CampOnTrunks,
    /// ECMA-323 `capacityOverflow`.
    CapacityOverflow,
    /// Made a conference.
    Conference,
    /// A consultation is made.
    Consultation,
    /// ECMA-323 `destDetected`.
    DestDetected,
    /// The destination cannot be reached.
    DestNotObtainable,
    /// The destination is out of order.
    DestOutOfOrder,
    /// A queue gave it to an agent.
    Distributed,
    /// ECMA-323 `distributionDelay`.
    DistributionDelay,
    /// The device wants not to be disturbed.
    DoNotDisturb,
    /// ECMA-323 `emptyQueue`.
    EmptyQueue,
    /// It entered a queue.
    EnteringDistribution,
    /// ECMA-323 `forcedPause`.
    ForcedPause,
    /// ECMA-323 `forcedTransition`.
    ForcedTransition,
    /// ECMA-323 `incompatibleDestination`.
    IncompatibleDestination,
    /// ECMA-323 `intrude`.
    Intrude,
    /// ECMA-323 `invalidAccountCode`.
    InvalidAccountCode,
    /// ECMA-323 `invalidNumberFormat`.
    InvalidNumberFormat,
    /// ECMA-323 `joinCall`.
    JoinCall,
    /// Somebody pressed a key.
    KeyOperation,
    /// ECMA-323 `lockout`.
    Lockout,
    /// ECMA-323 `maintenance`.
    Maintenance,
    /// An application made the call.
    MakeCall,
    /// ECMA-323 `makeConnection`.
    MakeConnection,
    /// ECMA-323 `makePredictiveCall`.
    MakePredictiveCall,
    /// Another of several ringing devices answered.
    MultipleAlerting,
    /// ECMA-323 `multipleQueuing`.
    MultipleQueuing,
    /// The network is full.
    NetworkCongestion,
    /// ECMA-323 `networkDialling`.
    NetworkDialling,
    /// ECMA-323 `networkNotObtainable`.
    NetworkNotObtainable,
    /// ECMA-323 `networkOutOfOrder`.
    NetworkOutOfOrder,
    /// The network told so.
    NetworkSignal,
    /// A new call.
    NewCall,
    /// The queue has no agents.
    NoAvailableAgents,
    /// Nothing special.
    Normal,
    /// A party hung up.
    NormalClearing,
    /// ECMA-323 `numberChanged`.
    NumberChanged,
    /// There is no such number.
    NumberUnallocated,
    /// ECMA-323 `overflow`.
    Overflow,
    /// ECMA-323 `override`.
    Override,
    /// Parked.
    Park,
    /// ECMA-323 `pathReplacement`.
    PathReplacement,
    /// It was taken out of the queue.
    QueueCleared,
    /// It waited too long in the queue.
    QueueTimeOverflow,
    /// It came back to who sent it away.
    Recall,
    /// ECMA-323 `recallBusy`.
    RecallBusy,
    /// ECMA-323 `recallForwarded`.
    RecallForwarded,
    /// ECMA-323 `recallNoAnswer`.
    RecallNoAnswer,
    /// ECMA-323 `recallResourcesNotAvailable`.
    RecallResourcesNotAvailable,
    /// Sent on to another device.
    Redirected,
    /// ECMA-323 `reorderTone`.
    ReorderTone,
    /// ECMA-323 `reserved`.
    Reserved,
    /// The switch lacks something that it needs.
    ResourcesNotAvailable,
    /// ECMA-323 `selectedTrunkBusy`.
    SelectedTrunkBusy,
    /// ECMA-323 `silentParticipation`.
    SilentParticipation,
    /// ECMA-323 `singleStepConference`.
    SingleStepConference,
    /// Transferred without consultation.
    SingleStepTransfer,
    /// ECMA-323 `suspend`.
    Suspend,
    /// The switch went away.
    SwitchingFunctionTerminated,
    /// A time ran out.
    Timeout,
    /// Transferred after consultation.
    Transfer,
    /// All lines are busy.
    TrunksBusy,
    /// ECMA-323 `unauthorisedBearerService`.
    UnauthorisedBearerService,
    /// ECMA-323 `unknownOverflow`.
    UnknownOverflow,
}
