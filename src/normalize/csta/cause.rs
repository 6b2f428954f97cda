//! Causes of CSTA are the causes of the model: both are spelled as in ECMA-323. What switches say otherwise is said here.

use crate::model::Cause;
use lineside_csta::types::EventCause;
use serde::Deserialize as _;
use serde::de::IntoDeserializer as _;
use serde::de::value::{Error, StrDeserializer};

/// The cause in the words of the model; `None` where the switch said nothing, or nothing that is known.
pub(super) fn of(cause: Option<&EventCause>) -> Option<Cause> {
    let word = match cause? {
        // Right in the later editions, wrong in the earlier ones, and one that keeps its misspelling.
        EventCause::Other(word) => word,
        known => known.as_str(),
    };
    let word: StrDeserializer<'_, Error> = word.into_deserializer();
    Cause::deserialize(word).ok()
}

/// Does it say that the call came from somewhere else within the switch?
pub(super) const fn is_forwarding(cause: Cause) -> bool {
    matches!(
        cause,
        Cause::CallForward
            | Cause::CallForwardBusy
            | Cause::CallForwardImmediate
            | Cause::CallForwardNoAnswer
            | Cause::Redirected
            | Cause::DoNotDisturb
            | Cause::Overflow
    )
}
