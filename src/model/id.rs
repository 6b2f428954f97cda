use super::Text;
use serde::{Deserialize, Serialize};
use std::fmt::{self, Write as _};
use thiserror::Error;
use uuid::Uuid;

/// The name of a switch in the configuration: 1 to 32 characters of `[a-z0-9-]`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(try_from = "Text", into = "Text")]
#[schema(value_type = String, pattern = "^[a-z0-9-]{1,32}$", example = "hq")]
pub struct SwitchName(Text);

/// A text that cannot name a switch.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("a switch name is 1 to 32 characters of a-z, 0-9 and -, not {0:?}")]
pub struct SwitchNameError(pub Text);

impl SwitchName {
    /// The name itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<Text> for SwitchName {
    type Error = SwitchNameError;
    fn try_from(name: Text) -> Result<Self, SwitchNameError> {
        let fits = (1..=32).contains(&name.len())
            && name
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if fits {
            Ok(SwitchName(name))
        } else {
            Err(SwitchNameError(name))
        }
    }
}

impl TryFrom<&str> for SwitchName {
    type Error = SwitchNameError;
    fn try_from(name: &str) -> Result<Self, SwitchNameError> {
        Text::from(name).try_into()
    }
}

impl From<SwitchName> for Text {
    fn from(name: SwitchName) -> Text {
        name.0
    }
}

impl fmt::Display for SwitchName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Writes `switch:key`, with every byte outside `[A-Za-z0-9._*@!-]` of the key as `~hh`.
fn qualified(switch: &SwitchName, key: &str) -> Text {
    let mut text = String::with_capacity(switch.as_str().len() + 1 + key.len());
    text.push_str(switch.as_str());
    text.push(':');
    for byte in key.bytes() {
        if byte.is_ascii_alphanumeric() || b"._*@!-".contains(&byte) {
            text.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(text, "~{byte:02x}");
        }
    }
    Text::from(text)
}

macro_rules! qualified_id {
    ($name:ident, $what:literal) => {
        #[doc = $what]
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
        #[serde(transparent)]
        #[schema(value_type = String, example = "hq:1001")]
        pub struct $name(Text);

        impl $name {
            /// The id of `key` on `switch`; bytes outside `[A-Za-z0-9._*@!-]` are written `~hh`.
            #[must_use]
            pub fn new(switch: &SwitchName, key: &str) -> Self {
                $name(qualified(switch, key))
            }

            /// An id as an application wrote it. It may name nothing.
            #[must_use]
            pub fn from_text(text: Text) -> Self {
                $name(text)
            }

            /// The whole id, `switch:key`.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The name of the switch: what stands before the first `:`.
            #[must_use]
            pub fn switch(&self) -> &str {
                self.0.split_once(':').map_or("", |(switch, _)| switch)
            }

            /// The key on the switch: what stands behind the first `:`.
            #[must_use]
            pub fn key(&self) -> &str {
                self.0.split_once(':').map_or(&*self.0, |(_, key)| key)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

qualified_id!(
    DeviceId,
    "A device of a switch, `switch:key`: a phone, but also a trunk, a queue, a park slot, a conference room, a voice unit \
     (ECMA-269, switching function objects)."
);
qualified_id!(
    AgentId,
    "An agent of a switch, `switch:key` (ECMA-269, switching function objects)."
);

macro_rules! uuid_id {
    ($name:ident, $what:literal) => {
        #[doc = $what]
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
        )]
        #[serde(transparent)]
        #[schema(value_type = String, example = "019a9c1e-8b5e-7c3a-9d52-3f0c6a1b2d4e")]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

uuid_id!(
    CallId,
    "A call: a UUIDv7, unique for ever, one for the whole life of the call across transfer, conference, reconnect and restart."
);
uuid_id!(
    ConnectionId,
    "A connection of a device to a call: a UUIDv7, unique for ever, kept when a transfer or conference moves it to another call."
);
