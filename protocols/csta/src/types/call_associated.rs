//! Services that add to a call.

use super::{CallCharacteristics, CommonArguments, ConnectionId, CorrelatorData, DeviceId, UserData};
use crate::schema::{Hex, enumeration, sequence};
use lineside_wire::Private;

sequence! {
    /// Associate Data (ECMA-269, Associate Data): attaches data to a call.
    AssociateData {
        /// The connection.
        existing_call: ConnectionId = "existingCall";
        /// The account that the call goes on.
        account_code: Option<Hex> = "accountCode".context(0).iii();
        /// What allows the call.
        auth_code: Option<Hex> = "authCode".context(1).iii();
        /// What an application attaches to the call.
        correlator_data: Option<CorrelatorData> = "correlatorData".context(2).iii();
        /// What the call came to.
        call_qualifying_data: Option<Hex> = "callQualifyingData".context(3).iii();
        /// What sort of call it is.
        call_characteristics: Option<CallCharacteristics> = "callCharacteristics".context(4).iii();
        /// What the call is about.
        subject_of_call: Option<Private<String>> = "subjectOfCall".context(5).iii();
        /// Languages that the caller speaks.
        language_preferences: Option<String> = "languagePreferences".context(6).iii();
        /// What is to be told of the device.
        device_info: Option<DeviceId> = "deviceInfo".context(7).iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// Generate Digits (ECMA-269, Generate Digits): sends tones in a call.
    GenerateDigits {
        /// The connection.
        connection_to_send_digits: ConnectionId = "connectionToSendDigits";
        /// How.
        digit_mode: Option<DigitMode> = "digitMode".iii();
        /// The digits: `0` to `9`, `*`, `#`, `A` to `D`; a comma pauses.
        characters_to_send: Private<String> = "charactersToSend";
        /// How long each tone is, in milliseconds.
        tone_duration: Option<i64> = "toneDuration".context(0).iii();
        /// How fast pulses are, in tenths of pulses per second.
        pulse_rate: Option<i64> = "pulseRate".context(1).iii();
        /// How long a pause is, in milliseconds.
        pause_duration: Option<i64> = "pauseDuration".context(2).iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// Send User Information (ECMA-269, Send User Information).
    SendUserInformation {
        /// The connection.
        existing_call: ConnectionId = "existingCall";
        /// What a user sends with it.
        user_data: UserData = "userData".application(29);
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
}

enumeration! {
    /// How digits are sent.
    DigitMode {
        RotaryPulse = 0 "rotaryPulse",
        Dtmf = 1 "dTMF",
    }
}
