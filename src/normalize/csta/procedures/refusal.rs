//! What a refusal means, whatever its words.

use crate::model::{Meaning, Native, Text};
use lineside_csta::Failure;
use lineside_csta::types::UniversalFailure;

/// A refusal in the switch's own words. `called`: the device that it is about is where a call was to go.
pub(super) fn native(request: &Text, failure: &Failure, called: bool) -> Native {
    let meaning = match failure {
        Failure::Refused(why) => match meaning(why) {
            Meaning::Device if called => Meaning::Destination,
            meaning => meaning,
        },
        _ => Meaning::Other,
    };
    Native {
        request: request.clone(),
        message: Text::from(failure.to_string()),
        meaning,
    }
}

fn meaning(why: &UniversalFailure) -> Meaning {
    let words = why.native();
    let says = |words: &str, any: &[&str]| any.iter().any(|word| words.contains(word));
    match () {
        () if says(&words, &["privilegeViolation", "security"]) => Meaning::Right,
        () if says(
            &words,
            &[
                "invalidCalledDeviceID",
                "invalidDestination",
                "invalidForwardingDestination",
            ],
        ) =>
        {
            Meaning::Destination
        }
        () if says(
            &words,
            &["invalidDeviceID", "invalidCallingDeviceID", "deviceOutOfService"],
        ) =>
        {
            Meaning::Device
        }
        () if says(
            &words,
            &["stateIncompatibility", "invalidConnectionID", "invalidCallID"],
        ) =>
        {
            Meaning::State
        }
        () => Meaning::Other,
    }
}
