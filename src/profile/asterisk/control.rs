use crate::profile::Pattern;
use serde::{Deserialize, Deserializer, de};
use std::collections::BTreeMap;

/// How the switch is made to do something.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Control {
    /// The channel by which a telephone is called, with `{device}` where its name stands.
    #[serde(deserialize_with = "endpoint")]
    endpoint: String,
    /// The context of the dialplan in which numbers are dialled.
    #[serde(deserialize_with = "context")]
    pub(crate) context: String,
    /// What a queue rings to reach an agent at a telephone, where that is not the telephone's own channel.
    #[serde(default, deserialize_with = "member")]
    member: Option<String>,
    /// Whose state a queue goes by then.
    #[serde(default, deserialize_with = "member")]
    member_state: Option<String>,
    /// Headers by which a telephone is asked to answer by itself.
    #[serde(deserialize_with = "headers")]
    pub(crate) auto_answer: BTreeMap<String, String>,
    /// The keys of the devices whose telephones do what a NOTIFY in their call says: answer, hold, retrieve.
    #[serde(default)]
    pub(crate) remote_control: Vec<Pattern>,
    /// Who holds.
    #[serde(default)]
    pub(crate) hold: Hold,
    /// The file of a recording, with `{call}` and `{unique}` in it.
    #[serde(deserialize_with = "recording")]
    recording: String,
}

/// Who holds when that is asked for: the telephone, told by a NOTIFY, or the switch, which has the other party wait.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(try_from = "Written")]
pub(crate) enum Hold {
    #[default]
    Phone,
    Switch,
    /// The switch for these devices, the telephone for others.
    SwitchFor(Vec<Pattern>),
}

impl Hold {
    pub(crate) fn by_switch(&self, device: &str) -> bool {
        match self {
            Hold::Phone => false,
            Hold::Switch => true,
            Hold::SwitchFor(devices) => devices.iter().any(|pattern| pattern.fits(device)),
        }
    }
}

/// As it is written: a word, or a table of devices.
#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Word(String),
    Devices(BTreeMap<String, Vec<Pattern>>),
}

impl TryFrom<Written> for Hold {
    type Error = &'static str;

    fn try_from(written: Written) -> Result<Self, Self::Error> {
        const RULE: &str = "control.hold is \"phone\", \"switch\", or { switch = [\"10XX\"] }, which names the devices";
        match written {
            Written::Word(word) if word == "phone" => Ok(Hold::Phone),
            Written::Word(word) if word == "switch" => Ok(Hold::Switch),
            Written::Word(_) => Err(RULE),
            Written::Devices(mut table) => match (table.remove("switch"), table.is_empty()) {
                (Some(devices), true) => Ok(Hold::SwitchFor(devices)),
                _ => Err(RULE),
            },
        }
    }
}

impl Control {
    /// The channel that calls `device`. None for a name that would say more than which device it is: another address, say.
    pub(crate) fn endpoint(&self, device: &str) -> Option<String> {
        is_name(device).then(|| self.endpoint.replace("{device}", device))
    }

    /// What a queue rings to reach an agent at `device`, where the profile says so.
    pub(crate) fn member(&self, device: &str) -> Option<String> {
        let member = self.member.as_ref().filter(|_| is_name(device))?;
        Some(member.replace("{device}", device))
    }

    /// Whose state a queue goes by then.
    pub(crate) fn member_state(&self, device: &str) -> Option<String> {
        let state = self.member_state.as_ref().filter(|_| is_name(device))?;
        Some(state.replace("{device}", device))
    }

    /// The file of a recording: nothing that a caller said goes into it.
    pub(crate) fn recording(&self, call: &str, unique: &str) -> String {
        self.recording.replace("{call}", call).replace("{unique}", unique)
    }
}

fn is_name(device: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"_.-+*#".contains(&b);
    !device.is_empty() && device.len() <= 64 && device.bytes().all(plain)
}

fn member<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"_.-/@{}:".contains(&b);
    let fits = |text: &str| text.contains("{device}") && text.bytes().all(plain);
    let rule = "control.member and control.memberState have {device} in them, as Local/{device}@from-queue/n";
    checked(deserializer, fits, rule).map(Some)
}

fn checked<'de, D: Deserializer<'de>>(
    deserializer: D,
    fits: impl Fn(&str) -> bool,
    rule: &'static str,
) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    if fits(&text) {
        Ok(text)
    } else {
        Err(de::Error::custom(format!("{text:?}: {rule}")))
    }
}

fn endpoint<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let fits = |text: &str| {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"_.-/@{}".contains(&b);
        text.contains("{device}") && text.contains('/') && !text.starts_with("Local/") && text.bytes().all(plain)
    };
    // The call of a Local channel would be another than that of the telephone behind it.
    let rule = "control.endpoint is a channel with {device} in it, as PJSIP/{device}, and no Local channel";
    checked(deserializer, fits, rule)
}

fn context<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"_.-".contains(&b);
    let fits = |text: &str| (1..=79).contains(&text.len()) && text.bytes().all(plain);
    checked(
        deserializer,
        fits,
        "control.context is the name of a context of the dialplan",
    )
}

fn recording<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    // No comma and no bar: they would end the name and begin an option, or a command.
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"_.-/{}".contains(&b);
    let fits = |text: &str| {
        let named = text
            .rsplit_once('.')
            .is_some_and(|(_, kind)| (1..=6).contains(&kind.len()));
        text.contains("{unique}") && named && !text.contains("..") && text.len() <= 200 && text.bytes().all(plain)
    };
    let rule = "control.recording is a path of letters, digits, - _ . and / with {unique} in it, which ends with a format, as .wav";
    checked(deserializer, fits, rule)
}

fn headers<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, String>, D::Error> {
    let headers = BTreeMap::<String, String>::deserialize(deserializer)?;
    let token = |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let printable = |value: &str| value.len() <= 200 && value.bytes().all(|b| b == b' ' || b.is_ascii_graphic());
    match headers.iter().find(|(name, value)| !token(name) || !printable(value)) {
        None => Ok(headers),
        Some((name, _)) => Err(de::Error::custom(format!(
            "control.autoAnswer: {name:?} and its value must be a header of SIP"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn control(change: &str, to: &str) -> Result<Control, toml::de::Error> {
        let text = "endpoint = 'PJSIP/{device}'\ncontext = 'default'\nrecording = 'lineside/{call}-{unique}.wav'\n\
                    autoAnswer = { Call-Info = ';answer-after=0' }";
        toml::from_str(&text.replace(change, to))
    }

    #[test]
    fn a_device_is_a_name_and_no_address() {
        let control = control("", "").unwrap();
        assert_eq!(control.endpoint("1001").as_deref(), Some("PJSIP/1001"));
        for bad in [
            "1001/sip:1001@198.51.100.7",
            "1001&PJSIP/1002",
            "a b",
            "",
            "1001\r\nChannel: x",
        ] {
            assert_eq!(control.endpoint(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn the_switch_holds_for_whom_the_site_says() {
        let by_switch = |line: &str, device| {
            let text = format!("{line}\nendpoint");
            control("endpoint", &text).map(|control| control.hold.by_switch(device))
        };
        for (line, device, expected) in [
            ("", "1001", false),
            ("hold = 'phone'", "1001", false),
            ("hold = 'switch'", "1001", true),
            ("hold = { switch = ['10XX'] }", "1001", true),
            ("hold = { switch = ['10XX'] }", "1101", false),
        ] {
            assert_eq!(by_switch(line, device).unwrap(), expected, "{line} {device}");
        }
        for bad in ["hold = 'both'", "hold = { phone = ['10XX'] }", "hold = 1"] {
            assert!(by_switch(bad, "1001").is_err(), "{bad}");
        }
    }

    #[test]
    fn a_recording_is_a_file_and_no_command() {
        let good = control("", "").unwrap();
        assert_eq!(good.recording("c", "u"), "lineside/c-u.wav");
        for bad in [
            "{call}.wav",
            "{unique}.wav,b,rm -rf /",
            "../{unique}.wav",
            "{unique}",
            "${{X}}{unique}.wav",
        ] {
            assert!(control("lineside/{call}-{unique}.wav", bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_would_say_more_than_a_channel_or_a_context_is_refused() {
        assert!(control("PJSIP/{device}", "PJSIP/1001").is_err());
        assert!(control("PJSIP/{device}", "Local/{device}@internal").is_err());
        assert!(control("'default'", "'a,b'").is_err());
        assert!(control("Call-Info", "'Call Info'").is_err());
    }
}
