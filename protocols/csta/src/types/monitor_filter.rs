//! The bits of a monitor's filter. Their numbers are not those of the events (ECMA-285, application context information).
//! As many bits are written as HiPath systems are sent: there, no filter and a filter without a bit are not the same.

use crate::schema::flags;

flags! {
    /// Events of calls.
    CallControlEvents least 18 {
        BRIDGED = 15 "bridged",
        CALL_CLEARED = 0 "callCleared",
        CONFERENCED = 1 "conferenced",
        CONNECTION_CLEARED = 2 "connectionCleared",
        DELIVERED = 3 "delivered",
        DIGITS_DIALED = 14 "digitsDialed",
        DIVERTED = 4 "diverted",
        ESTABLISHED = 5 "established",
        FAILED = 6 "failed",
        HELD = 7 "held",
        NETWORK_CAPABILITIES_CHANGED = 16 "networkCapabilitiesChanged",
        NETWORK_REACHED = 8 "networkReached",
        OFFERED = 17 "offered",
        ORIGINATED = 9 "originated",
        QUEUED = 10 "queued",
        RETRIEVED = 11 "retrieved",
        SERVICE_INITIATED = 12 "serviceInitiated",
        TRANSFERRED = 13 "transferred",
    }
    /// Events of what belongs to calls.
    CallAssociatedEvents least 5 {
        CALL_INFORMATION = 0 "callInformation",
        CHARGING = 1 "charging",
        DIGITS_GENERATED = 2 "digitsGenerated",
        TELEPHONY_TONES_GENERATED = 3 "telephonyTonesGenerated",
        SERVICE_COMPLETION_FAILURE = 4 "serviceCompletionFailure",
    }
    /// Events of media services.
    MediaAttachmentEvents least 2 {
        MEDIA_ATTACHED = 0 "mediaAttached",
        MEDIA_DETACHED = 1 "mediaDetached",
    }
    /// Events of what can be seen and touched.
    PhysicalDeviceFeatureEvents least 11 {
        BUTTON_INFORMATION = 0 "buttonInformation",
        BUTTON_PRESS = 1 "buttonPress",
        DISPLAY_UPDATED = 2 "displayUpdated",
        HOOKSWITCH = 3 "hookswitch",
        LAMP_MODE = 4 "lampMode",
        MESSAGE_WAITING = 5 "messageWaiting",
        MICROPHONE_GAIN = 6 "microphoneGain",
        MICROPHONE_MUTE = 7 "microphoneMute",
        RINGER_STATUS = 8 "ringerStatus",
        SPEAKER_MUTE = 9 "speakerMute",
        SPEAKER_VOLUME = 10 "speakerVolume",
    }
    /// Events of features and agents.
    LogicalDeviceFeatureEvents least 14 {
        AGENT_BUSY = 0 "agentBusy",
        AGENT_LOGGED_ON = 1 "agentLoggedOn",
        AGENT_LOGGED_OFF = 2 "agentLoggedOff",
        AGENT_NOT_READY = 3 "agentNotReady",
        AGENT_READY = 4 "agentReady",
        AGENT_WORKING_AFTER_CALL = 5 "agentWorkingAfterCall",
        AUTO_ANSWER = 6 "autoAnswer",
        AUTO_WORK_MODE = 7 "autoWorkMode",
        CALL_BACK = 8 "callBack",
        CALL_BACK_MESSAGE = 9 "callBackMessage",
        CALLER_ID_STATUS = 10 "callerIDStatus",
        DO_NOT_DISTURB = 11 "doNotDisturb",
        FORWARDING = 12 "forwarding",
        PRESENCE_STATE = 14 "presenceState",
        ROUTEING_MODE = 13 "routeingMode",
    }
    /// Events of devices that come and go.
    DeviceMaintenanceEvents least 3 {
        BACK_IN_SERVICE = 0 "backInService",
        DEVICE_CAPABILITY_CHANGED = 2 "deviceCapabilityChanged",
        OUT_OF_SERVICE = 1 "outOfService",
        PARTIALLY_IN_SERVICE = 3 "partiallyInService",
    }
    /// Events of voice units.
    VoiceEvents least 7 {
        BOOKMARK_REACHED = 7 "bookmarkReached",
        COMPLETED = 8 "completed",
        DTMF_DETECTED = 9 "dtmfDetected",
        EMPTIED = 10 "emptied",
        INTERRUPTION_DETECTED = 11 "interruptionDetected",
        NOT_RECOGNIZED = 12 "notRecognized",
        PLAY = 1 "play",
        RECOGNIZED = 13 "recognized",
        RECORD = 3 "record",
        REVIEW = 5 "review",
        STARTED = 14 "started",
        SILENCE_TIMEOUT_EXPIRED = 15 "silenceTimeoutExpired",
        SPEECH_DETECTED = 16 "speechDetected",
        STOP = 0 "stop",
        SUSPEND_PLAY = 2 "suspendPlay",
        SUSPEND_RECORD = 4 "suspendRecord",
        VOICE_ATTRIBUTES_CHANGED = 6 "voiceAttributesChanged",
        VOICE_ERROR_OCCURRED = 17 "voiceErrorOccurred",
    }
    /// Events of the vendor's own.
    VendorSpecEvents least 1 {
        PRIVATE = 0 "private",
    }
}
