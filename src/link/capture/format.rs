use crate::link::{GIVE_UP, Input, Missed};
use crate::model::{Command, LinkRole, Now, Restored, SwitchName, Wall};
use crate::normalize::cdr::Row;
use crate::profile::Site;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use lineside_wire::Tick;
use serde::{Deserialize, Serialize};

/// The format that is written. Older ones are read for ever.
pub(crate) const FORMAT: u32 = 8;

/// The first line: what the machine was made of. No secret is among it: the switch never sends one, and what the bridge sends
/// is not captured.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Header {
    /// Always `capture`.
    pub(crate) lineside: String,
    /// The number of the format.
    pub(crate) format: u32,
    /// The version of the program that wrote it.
    #[serde(default)]
    pub(crate) version: String,
    /// The name of the switch.
    pub(crate) switch: SwitchName,
    /// The name of the profile.
    pub(crate) profile: String,
    /// The profile as it was then; a hand-made capture may leave it to the embedded one.
    #[serde(default)]
    pub(crate) profile_text: Option<String>,
    /// What the site changed in it.
    #[serde(default)]
    pub(crate) r#override: toml::Table,
    /// The installation.
    #[serde(default)]
    pub(crate) site: Site,
    /// Who the bridge is to the switch.
    #[serde(default)]
    pub(crate) username: String,
    /// Where chance began, in hexadecimal digits.
    #[serde(default, with = "hex")]
    pub(crate) seed: [u8; 32],
    /// What the machine was given back of an earlier run.
    #[serde(default)]
    pub(crate) restored: Restored,
    /// How long calls outlive a link that is down, in seconds.
    #[serde(default = "give_up")]
    pub(crate) give_up: u64,
    /// When it was made.
    #[serde(default)]
    pub(crate) tick: u64,
    /// When it was made.
    pub(crate) wall: Wall,
}

/// What older captures do not say was always so.
const fn give_up() -> u64 {
    GIVE_UP.as_secs()
}

/// One input with its time, as it stands in the file.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Line {
    /// Microseconds of the tick.
    t: u64,
    /// Milliseconds of the wall clock.
    w: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    c: Option<LinkRole>,
    #[serde(rename = "in", skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    in64: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failed: Option<String>,
    #[serde(default, skip_serializing_if = "is_false")]
    open: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    eof: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(default, skip_serializing_if = "is_false")]
    timer: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    command: Option<Box<Command>>,
    /// Up to format 5, where the times are not told.
    #[serde(skip_serializing)]
    missed: Option<Vec<Row>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    records: Option<Missed>,
    #[serde(default, skip_serializing_if = "is_false")]
    shutdown: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
const fn is_false(flag: &bool) -> bool {
    !*flag
}

impl Line {
    /// The line for `input`.
    pub(crate) fn new(now: Now, input: &Input) -> Self {
        let mut line = Line {
            t: now.tick.as_micros(),
            w: now.wall.as_millis(),
            ..Line::default()
        };
        match input {
            Input::Connected(role) => (line.c, line.open) = (Some(*role), true),
            Input::ConnectFailed(role, reason) => (line.c, line.failed) = (Some(*role), Some(reason.clone())),
            Input::Eof(role, reason) => {
                (line.c, line.eof, line.reason) = (Some(*role), true, reason.clone());
            }
            Input::Timeout => line.timer = true,
            Input::Command(command) => line.command = Some(command.clone()),
            Input::Missed(missed) => line.records = Some(missed.clone()),
            Input::Shutdown => line.shutdown = true,
            Input::Bytes(role, bytes) => {
                line.c = Some(*role);
                match std::str::from_utf8(bytes) {
                    Ok(text) => line.text = Some(text.to_owned()),
                    Err(_) => line.in64 = Some(BASE64.encode(bytes)),
                }
            }
        }
        line
    }

    /// The input that the line tells; `None` if it tells none.
    pub(crate) fn input(self) -> Option<(Now, Input)> {
        let now = Now {
            tick: Tick::from_micros(self.t),
            wall: Wall::from_millis(self.w),
        };
        let input = match (self.c, self) {
            (Some(role), Line { text: Some(text), .. }) => Input::Bytes(role, Bytes::from(text)),
            (Some(role), Line { in64: Some(text), .. }) => Input::Bytes(role, BASE64.decode(text).ok()?.into()),
            (
                Some(role),
                Line {
                    failed: Some(reason), ..
                },
            ) => Input::ConnectFailed(role, reason),
            (Some(role), Line { open: true, .. }) => Input::Connected(role),
            (Some(role), Line { eof: true, reason, .. }) => Input::Eof(role, reason),
            (None, Line { timer: true, .. }) => Input::Timeout,
            (
                None,
                Line {
                    command: Some(command), ..
                },
            ) => Input::Command(command),
            (
                None,
                Line {
                    records: Some(missed), ..
                },
            ) => Input::Missed(missed),
            (None, Line { missed: Some(rows), .. }) => Input::Missed(Missed {
                rows,
                ..Missed::default()
            }),
            (None, Line { shutdown: true, .. }) => Input::Shutdown,
            _ => return None,
        };
        Some((now, input))
    }
}

mod hex {
    use serde::{Deserialize as _, Deserializer, Serializer, de};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8; 32], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!(
            "{}",
            bytes.iter().map(|b| format!("{b:02x}")).collect::<String>()
        ))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<[u8; 32], D::Error> {
        let text = String::deserialize(deserializer)?;
        let mut bytes = [0; 32];
        let digits: Option<Vec<u32>> = text.chars().map(|c| c.to_digit(16)).collect();
        match digits {
            Some(digits) if digits.len() == 64 => {
                for (byte, pair) in bytes.iter_mut().zip(digits.chunks(2)) {
                    *byte = pair
                        .iter()
                        .fold(0, |byte, digit| byte << 4 | u8::try_from(*digit).unwrap_or_default());
                }
                Ok(bytes)
            }
            _ => Err(de::Error::custom("expected 64 hexadecimal digits")),
        }
    }
}
