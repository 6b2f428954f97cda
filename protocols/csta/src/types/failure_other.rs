use crate::schema::enumeration;

enumeration! {
    /// Who asks is not trusted.
    SecurityError {
        Generic = 0 "generic",
        SequenceNumberViolated = 1 "sequenceNumberViolated",
        TimeStampViolated = 2 "timeStampViolated",
        SecurityInfoViolated = 4 "securityInfoViolated",
    }
    /// It cannot be done as things are now.
    StateError {
        Generic = 1 "generic",
        InvalidObjectState = 2 "invalidObjectState",
        InvalidDeviceState = 15 "invalidDeviceState",
        ConnectedCallExists = 16 "connectedCallExists",
        InvalidActiveDeviceState = 17 "invalidActiveDeviceState",
        InvalidCalledDeviceState = 18 "invalidCalledDeviceState",
        InvalidCallingDeviceState = 19 "invalidCallingDeviceState",
        InvalidCallToParkDeviceState = 20 "invalidCallToParkDeviceState",
        InvalidDestinationDeviceState = 21 "invalidDestinationDeviceState",
        InvalidDivertingDeviceState = 22 "invalidDivertingDeviceState",
        InvalidHeldDeviceState = 23 "invalidHeldDeviceState",
        InvalidParkToDeviceState = 24 "invalidParkToDeviceState",
        InvalidConnectionState = 25 "invalidConnectionState",
        InvalidActiveConnectionState = 26 "invalidActiveConnectionState",
        InvalidConnectionIdForActiveCall = 3 "invalidConnectionIDForActiveCall",
        InvalidHeldConnectionState = 27 "invalidHeldConnectionState",
        NoActiveCall = 4 "noActiveCall",
        NoCallToAnswer = 8 "noCallToAnswer",
        NoCallToClear = 6 "noCallToClear",
        NoCallToComplete = 9 "noCallToComplete",
        NoConnectionToClear = 7 "noConnectionToClear",
        NoHeldCall = 5 "noHeldCall",
        IncorrectMsgState = 28 "incorrectMsgState",
        BeginningOfMsg = 13 "beginningOfMsg",
        EndOfMsg = 12 "endOfMsg",
        MsgSuspended = 14 "msgSuspended",
        NotAbleToPlay = 10 "notAbleToPlay",
        NotAbleToResume = 11 "notAbleToResume",
    }
    /// The switch has not got what it takes.
    SystemResourceError {
        Generic = 1 "generic",
        ResourceBusy = 2 "resourceBusy",
        InternalResourceBusy = 3 "internalResourceBusy",
        ClassifierBusy = 9 "classifierBusy",
        NoMediaChannelsAvailable = 10 "noMediaChannelsAvailable",
        ChannelsInUseForBridgedDevices = 11 "channelsInUseForBridgedDevices",
        ChannelsInUseForData = 12 "channelsInUseForData",
        ToneDetectorBusy = 13 "toneDetectorBusy",
        ToneGeneratorBusy = 14 "toneGeneratorBusy",
        NetworkBusy = 5 "networkBusy",
        ResourceOutOfService = 4 "resourceOutOfService",
        DeviceOutOfService = 15 "deviceOutOfService",
        ActiveDeviceOutOfService = 16 "activeDeviceOutOfService",
        CalledDeviceOutOfService = 17 "calledDeviceOutOfService",
        CallingDeviceOutOfService = 18 "callingDeviceOutOfService",
        CallToParkDeviceOutOfService = 19 "callToParkDeviceOutOfService",
        DestinationDeviceOutOfService = 20 "destinationDeviceOutOfService",
        DivertingDeviceOutOfService = 21 "divertingDeviceOutOfService",
        HeldDeviceOutOfService = 22 "heldDeviceOutOfService",
        ParkToDeviceOutOfService = 23 "parkToDeviceOutOfService",
        PickupDeviceOutOfService = 24 "pickupDeviceOutOfService",
        NetworkOutOfService = 6 "networkOutOfService",
        OtherResourceOutOfService = 25 "otherResourceOutOfService",
        ResourceLimitExceeded = 26 "resourceLimitExceeded",
        OverallMonitorLimitExceeded = 7 "overallMonitorLimitExceeded",
        ConferenceMemberLimitExceeded = 8 "conferenceMemberLimitExceeded",
        RegistrationLimitExceeded = 27 "registrationLimitExceeded",
        ConferenceResourceCannotBeSatisfied = 28 "conferenceResourceCannotBeSatisfied",
        MaxDevicesExceeded = 29 "maxDevicesExceeded",
        StartTimeOutOfRange = 30 "startTimeOutOfRange",
        DurationExceeded = 31 "durationExceeded",
    }
    /// What was bought is used up.
    SubscribedResourceError {
        Generic = 1 "generic",
        ObjectMonitorLimitExceeded = 2 "objectMonitorLimitExceeded",
        TrunkLimitExceeded = 3 "trunkLimitExceeded",
        OutstandingReqLimitExceeded = 4 "outstandingReqLimitExceeded",
        ObjectRegistrationLimitExceeded = 5 "objectRegistrationLimitExceeded",
    }
    /// Too much is asked for at a time.
    PerformanceError {
        Generic = 1 "generic",
        PerformanceLimitExceeded = 2 "performanceLimitExceeded",
    }
    /// The vendor's data is wrong.
    PrivateDataError {
        CstaPrivateDataInfoError = 1 "cSTAPrivateDataInfoError",
    }
}
