//! What can be seen and touched on a device.

use super::{CommonArguments, DeviceId, ExtendedDeviceId};
use crate::schema::{Octets, choice, enumeration, sequence};
use lineside_wire::Private;

sequence! {
    /// Get Message Waiting Indicator (ECMA-269, Get Message Waiting Indicator).
    GetMessageWaitingIndicator {
        /// The device.
        device: DeviceId = "device";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// The answer to Get Message Waiting Indicator.
    GetMessageWaitingIndicatorResponse {
        /// Is there a message?
        message_waiting_on: bool = "messageWaitingOn";
        /// Where it is.
        device_for_message: Option<DeviceId> = "deviceForMessage";
        /// Can the device show it?
        lamp_is_present: Option<bool> = "lampIsPresent";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// Set Message Waiting Indicator (ECMA-269, Set Message Waiting Indicator).
    SetMessageWaitingIndicator {
        /// The device.
        device: DeviceId = "device";
        /// Is there a message?
        message_waiting_on: bool = "messageWaitingOn";
        /// Where it is.
        device_for_message: Option<DeviceId> = "deviceForMessage";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// Set Display (ECMA-269, Set Display).
    SetDisplay {
        /// The device.
        device: DeviceId = "device";
        /// Which of its displays.
        display: Option<Octets> = "display";
        /// The first row that is seen.
        physical_base_row_number: Option<i64> = "physicalBaseRowNumber".context(0).iii();
        /// The first column that is seen.
        physical_base_column_number: Option<i64> = "physicalBaseColumnNumber".context(1).iii();
        /// The text, up to 240 characters.
        contents_of_display: Private<String> = "contentsOfDisplay";
        /// Where in the display it begins.
        offset: Option<i64> = "offset".context(2).iii();
        /// In which characters.
        character_set: Option<CharacterSet> = "characterSet".context(3).iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// A message waits, or no longer does (ECMA-269, Message Waiting).
    MessageWaitingEvent {
        /// For whom.
        target_device: ExtendedDeviceId = "targetDevice".application(3).older_application(2);
        /// Where it is.
        device_for_message: Option<DeviceId> = "deviceForMessage".iii();
        /// Is there one?
        message_waiting_on: bool = "messageWaitingOn";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30).iii();
    }
    /// A handset was lifted or put down (ECMA-269, Hookswitch).
    HookswitchEvent {
        /// The device.
        device: ExtendedDeviceId = "device".application(3);
        /// Which hookswitch.
        hookswitch: Octets = "hookswitch";
        /// Is it down?
        hookswitch_on_hook: bool = "hookswitchOnHook";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30).iii();
    }
    /// A display shows something else (ECMA-269, Display Updated).
    DisplayUpdatedEvent {
        /// The device.
        device: ExtendedDeviceId = "device".application(3);
        /// Which display.
        display_id: Option<Octets> = "displayID";
        /// How many rows it has.
        logical_rows: i64 = "logicalRows";
        /// How many columns it has.
        logical_columns: i64 = "logicalColumns";
        /// How many rows are seen.
        physical_rows: Option<i64> = "physicalRows".context(0).iii();
        /// How many columns are seen.
        physical_columns: Option<i64> = "physicalColumns".context(1).iii();
        /// The first row that is seen.
        physical_base_row_number: Option<i64> = "physicalBaseRowNumber".context(2).iii();
        /// The first column that is seen.
        physical_base_column_number: Option<i64> = "physicalBaseColumnNumber".context(3).iii();
        /// In which characters.
        character_set: Option<CharacterSet> = "characterSet";
        /// The text.
        contents_of_display: Private<String> = "contentsOfDisplay";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30).iii();
    }
    /// A lamp was switched (ECMA-269, Lamp Mode).
    LampModeEvent {
        /// The device.
        device: ExtendedDeviceId = "device".application(3);
        /// Which lamp.
        lamp: Octets = "lamp";
        /// What is written on it.
        lamp_label: Option<Octets> = "lampLabel";
        /// 0 broken flutter, 1 flutter, 2 off, 3 steady, 4 wink, 5 not known.
        lamp_mode: i64 = "lampMode";
        /// How bright it is.
        lamp_brightness: Option<LampBrightness> = "lampBrightness";
        /// 0 none, 1 red, 2 yellow, 3 green, 4 blue, 5 not known.
        lamp_color: Option<i64> = "lampColor";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30).iii();
    }
    /// A button was given another meaning (ECMA-269, Button Information).
    ButtonInformationEvent {
        /// The device.
        device: ExtendedDeviceId = "device".application(3);
        /// Which button.
        button: Octets = "button";
        /// What is written on it.
        button_label: Option<Private<String>> = "buttonLabel";
        /// What it dials.
        button_associated_number: Option<DeviceId> = "buttonAssociatedNumber";
        /// Can it be pressed by an application?
        button_press_indicator: Option<bool> = "buttonPressIndicator";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30).iii();
    }
    /// A button was pressed (ECMA-269, Button Press).
    ButtonPressEvent {
        /// The device.
        device: ExtendedDeviceId = "device".application(3);
        /// Which button.
        button: Octets = "button";
        /// What is written on it.
        button_label: Option<Private<String>> = "buttonLabel";
        /// What it dials.
        button_associated_number: Option<DeviceId> = "buttonAssociatedNumber";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30).iii();
    }
    /// A microphone was set (ECMA-269, Microphone Gain).
    MicrophoneGainEvent {
        /// The device.
        invoking_device: ExtendedDeviceId = "invokingDevice".application(3);
        /// Which handset, headset or loudspeaker.
        auditory_apparatus: Octets = "auditoryApparatus";
        /// To what.
        microphone_gain: MicrophoneGain = "microphoneGain";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30).iii();
    }
    /// A microphone was switched (ECMA-269, Microphone Mute).
    MicrophoneMuteEvent {
        /// The device.
        invoking_device: ExtendedDeviceId = "invokingDevice".application(3);
        /// Which handset, headset or loudspeaker.
        auditory_apparatus: Octets = "auditoryApparatus";
        /// Is it off?
        microphone_mute_on: bool = "microphoneMuteOn";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30).iii();
    }
    /// A loudspeaker was switched (ECMA-269, Speaker Mute).
    SpeakerMuteEvent {
        /// The device.
        invoking_device: ExtendedDeviceId = "invokingDevice".application(3);
        /// Which handset, headset or loudspeaker.
        auditory_apparatus: Octets = "auditoryApparatus";
        /// Is it off?
        speaker_mute_on: bool = "speakerMuteOn";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30).iii();
    }
    /// A loudspeaker was set (ECMA-269, Speaker Volume).
    SpeakerVolumeEvent {
        /// The device.
        invoking_device: ExtendedDeviceId = "invokingDevice".application(3);
        /// Which handset, headset or loudspeaker.
        auditory_apparatus: Octets = "auditoryApparatus";
        /// To what.
        speaker_volume: Volume = "speakerVolume";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30).iii();
    }
    /// A bell rings, or no longer does (ECMA-269, Ringer Status).
    RingerStatusEvent {
        /// The device.
        device: ExtendedDeviceId = "device".application(3);
        /// Which bell.
        ringer: Octets = "ringer";
        /// Does it ring?
        ring_mode: Option<RingMode> = "ringMode";
        /// How often it has rung.
        ring_count: Option<i64> = "ringCount".context(0).iii();
        /// For how long it has rung, in seconds.
        ring_duration: Option<i64> = "ringDuration".context(3).iii();
        /// In what pattern.
        ring_pattern: Option<i64> = "ringPattern".context(1).iii();
        /// How loudly.
        ring_volume: Option<Volume> = "ringVolume".explicit(2).iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30).iii();
    }
}

choice! {
    /// How loud.
    Volume {
        /// From 0 to 100.
        Absolute(i64) = "volAbs";
        /// A step.
        Step(Step) = "volInc";
    }
    /// How sensitive a microphone is.
    MicrophoneGain {
        /// From 0 to 100.
        Absolute(i64) = "micGainAbs";
        /// A step.
        Step(Step) = "micGainInc";
    }
}

enumeration! {
    /// More or less.
    Step {
        Increment = 0 "increment",
        Decrement = 1 "decrement",
    }
    /// In which characters a text is.
    CharacterSet {
        Ascii = 0 "ascii",
        Unicode = 1 "unicode",
        Proprietary = 2 "proprietary",
    }
    /// How bright a lamp is.
    LampBrightness {
        Unspecified = 0 "unspecified",
        Dim = 1 "dim",
        Bright = 2 "bright",
    }
    /// Does a bell ring?
    RingMode {
        Ringing = 0 "ringing",
        NotRinging = 1 "notRinging",
    }
}
