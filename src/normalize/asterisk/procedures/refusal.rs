//! What Asterisk says no with, and what it means.

use crate::model::{Meaning, Native, Text};

/// A refusal in Asterisk's words, and what they mean. The words are those of 16 and 22.
pub(super) fn native(action: &str, message: &str) -> Native {
    let message = message.trim();
    let lower = message.to_ascii_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    let meaning = match () {
        () if says(&["permission denied", "invalid/unknown command"]) => Meaning::Right,
        () if says(&["extension does not exist", "did not find extension"]) => Meaning::Destination,
        () if says(&["no such queue"]) => Meaning::Device,
        // A channel that is gone, or in no bridge any more; a recording that is none.
        () if says(&[
            "no such channel",
            "channel not",
            "transfer",
            "cannot set mute flag",
            "could not stop",
        ]) =>
        {
            Meaning::State
        }
        () => Meaning::Other,
    };
    refused(action, message, meaning)
}

pub(super) fn refused(action: &str, message: impl Into<String>, meaning: Meaning) -> Native {
    Native {
        request: Text::from(action),
        message: Text::from(message.into()),
        meaning,
    }
}
