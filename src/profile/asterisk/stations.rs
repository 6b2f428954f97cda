use crate::model::{ForwardingType, Service};
use serde::{Deserialize, Deserializer, de};

/// How the switch tells what its telephones do with calls by themselves, and what waits for them.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct Stations {
    /// The device state that says whether a telephone refuses calls, with `{device}` where its name stands.
    do_not_disturb: Option<State>,
    /// The one that says that a forwarding of it changed.
    forwarding: Option<State>,
    /// Where the switch keeps it.
    pub(crate) database: Database,
}

/// Families of the switch's own database, with an entry for each telephone.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct Database {
    #[serde(deserialize_with = "family")]
    pub(crate) do_not_disturb: Option<String>,
    #[serde(deserialize_with = "family")]
    immediate: Option<String>,
    #[serde(deserialize_with = "family")]
    busy: Option<String>,
    #[serde(deserialize_with = "family")]
    no_answer: Option<String>,
}

/// The name of a device state.
#[derive(Clone, Debug)]
struct State {
    before: String,
    behind: String,
}

impl State {
    /// The name of the state that is about a telephone.
    fn name(&self, device: &str) -> String {
        format!("{}{device}{}", self.before, self.behind)
    }

    /// The telephone that a state is about.
    fn device<'a>(&self, state: &'a str) -> Option<&'a str> {
        let device = state
            .strip_prefix(self.before.as_str())?
            .strip_suffix(self.behind.as_str())?;
        Some(device).filter(|device| !device.is_empty())
    }
}

impl Stations {
    /// The telephone that refuses calls, or does not, by this state.
    pub(crate) fn disturbed<'a>(&self, state: &'a str) -> Option<&'a str> {
        self.do_not_disturb.as_ref()?.device(state)
    }

    /// The telephone of which a forwarding changed by this state.
    pub(crate) fn forwarded<'a>(&self, state: &'a str) -> Option<&'a str> {
        self.forwarding.as_ref()?.device(state)
    }
}

impl Stations {
    /// The state that says whether a telephone refuses calls.
    pub(crate) fn disturbs(&self, device: &str) -> Option<String> {
        Some(self.do_not_disturb.as_ref()?.name(device))
    }

    /// The state that says that a forwarding of a telephone changed.
    pub(crate) fn forwards(&self, device: &str) -> Option<String> {
        Some(self.forwarding.as_ref()?.name(device))
    }

    /// Is what the service sets kept in the switch's database?
    pub(crate) fn keeps(&self, service: Service) -> bool {
        match service {
            Service::SetDoNotDisturb => self.database.do_not_disturb.is_some(),
            Service::SetForwarding => self.database.forwardings().next().is_some(),
            _ => false,
        }
    }

    /// Is there a way to do what the service does?
    pub(crate) fn sets(&self, service: Service) -> bool {
        self.keeps(service) || service == Service::SetDoNotDisturb && self.do_not_disturb.is_some()
    }
}

impl Database {
    /// Where a type of forwarding is kept.
    pub(crate) fn family(&self, kind: ForwardingType) -> Option<&str> {
        self.forwardings()
            .find(|(other, _)| *other == kind)
            .map(|(_, family)| family)
    }

    /// Each type of forwarding that is kept there, and where.
    pub(crate) fn forwardings(&self) -> impl Iterator<Item = (ForwardingType, &str)> {
        [
            (ForwardingType::Immediate, &self.immediate),
            (ForwardingType::Busy, &self.busy),
            (ForwardingType::NoAnswer, &self.no_answer),
        ]
        .into_iter()
        .filter_map(|(kind, family)| Some((kind, family.as_deref()?)))
    }
}

impl<'de> Deserialize<'de> for State {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match text.split_once("{device}") {
            Some((before, behind)) if before.contains(':') && !behind.contains('{') => Ok(State {
                before: before.to_owned(),
                behind: behind.to_owned(),
            }),
            _ => Err(de::Error::custom(format!(
                "stations: {text:?} is no custom device state with one {{device}} in it, as Custom:DND{{device}}"
            ))),
        }
    }
}

fn family<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"_-".contains(&b);
    if (1..=64).contains(&text.len()) && text.bytes().all(plain) {
        Ok(Some(text))
    } else {
        Err(de::Error::custom(format!(
            "stations.database: {text:?} is no family of the database: letters, digits, - and _"
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_names_its_telephone() {
        let stations: Stations = toml::from_str("doNotDisturb = 'Custom:DND{device}'").unwrap();
        assert_eq!(stations.disturbed("Custom:DND1001"), Some("1001"));
        for other in ["Custom:DND", "Custom:CF1001", "PJSIP/1001"] {
            assert_eq!(stations.disturbed(other), None, "{other}");
        }
        assert_eq!(
            stations.forwarded("Custom:CF1001"),
            None,
            "the profile says nothing of it"
        );
    }

    #[test]
    fn what_is_no_state_and_no_family_is_refused() {
        for bad in [
            "doNotDisturb = 'DND1001'",
            "doNotDisturb = 'PJSIP/{device}'",
            "database.immediate = 'CF/1001'",
            "database.busy = ''",
            "other = 1",
        ] {
            assert!(toml::from_str::<Stations>(bad).is_err(), "{bad}");
        }
        let good: Stations = toml::from_str("database = { immediate = 'CF', noAnswer = 'CFU' }").unwrap();
        let all: Vec<_> = good.database.forwardings().collect();
        assert_eq!(
            all,
            [(ForwardingType::Immediate, "CF"), (ForwardingType::NoAnswer, "CFU")]
        );
    }
}
