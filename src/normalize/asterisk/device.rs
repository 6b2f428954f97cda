//! The telephones: whether they can be reached, what they do with calls by themselves, and what waits for them.
//!
//! Which there are says `DeviceStateList`, and what becomes of them `DeviceStateChange`: a contact that goes or comes back, by itself or
//! by a reload, shows in it in the same millisecond as in `ContactStatus` and `PeerStatus` (16 and 22), and only it says that the last
//! contact of several went. `MessageWaiting` is of the class `call` (16 and 22) and bears the channel of who left the message, which
//! may be gone by then. Whether a telephone refuses or forwards calls Asterisk itself does not know: that is for the profile to say.

use super::Normalizer;
use super::adapter::Asked;
use super::block::text;
use crate::model::{DeviceFact, DeviceId, Fact, Forwarding, ForwardingType, Kind, Text};
use lineside_ami::{Action, Message};
use lineside_wire::Private;
use std::collections::{BTreeMap, BTreeSet};

/// The most telephones of which it is known what they do.
const MOST: usize = 20_000;

/// What is known of the telephones since the link came up.
#[derive(Debug, Default)]
pub(super) struct Telephones {
    known: BTreeMap<Text, DeviceFact>,
    /// The switch listed them.
    listed: bool,
    /// Those of which a forwarding changed, which only the database tells.
    changed: BTreeSet<Text>,
    /// The switch's time of the last event of each, microseconds: what is heard again says nothing again.
    heard: BTreeMap<Subject, i64>,
}

/// What an event tells of, by the switch's name of it.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Subject {
    State(Text),
    Mailbox(Text),
}

impl Telephones {
    /// Is what was told at `time` newer than what was heard before?
    fn is_news(&mut self, subject: Subject, time: Option<i64>) -> bool {
        let Some(time) = time else { return true };
        let last = self.heard.get(&subject).copied();
        if last.is_some_and(|last| time < last) {
            return false;
        }
        if last.is_some() || self.heard.len() < MOST {
            self.heard.insert(subject, time);
        }
        true
    }
}

/// What the database keeps of telephones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kept {
    DoNotDisturb,
    Forwarding(ForwardingType),
}

impl Kept {
    /// What an entry says, or that there is none.
    fn fact(self, device: DeviceFact, value: Option<Text>) -> DeviceFact {
        match self {
            Kept::DoNotDisturb => DeviceFact {
                do_not_disturb: Some(value.is_some()),
                ..device
            },
            Kept::Forwarding(kind) => DeviceFact {
                forwarding: vec![Forwarding {
                    kind,
                    active: value.is_some(),
                    to: value.map(Private::new),
                }],
                ..device
            },
        }
    }
}

impl Normalizer {
    /// What was known is read anew. What was heard before that stays old.
    pub(super) fn forget_devices(&mut self) {
        self.telephones = Telephones {
            heard: std::mem::take(&mut self.telephones.heard),
            ..Telephones::default()
        };
    }

    /// The switch's clock was set back: what comes now is news.
    pub(super) fn devices_anew(&mut self) {
        self.telephones.heard.clear();
    }

    /// `DeviceStateChange` as an event. It comes of whatever has a name, also of each number that is dialled through a Local channel
    /// (`Local/0171…@from-internal`, 16 and 22): only what tells of a telephone is remembered, or that would grow with the calls.
    pub(super) fn device_changed(&mut self, message: &Message) {
        let time = self.message_time;
        if let Some(name) = text(message, "Device")
            && self.tells_of(&name).is_some_and(|device| self.is_station(device))
            && self.telephones.is_news(Subject::State(name), time)
        {
            self.device_state(message);
        }
    }

    /// The telephone of which a device state tells something.
    fn tells_of<'a>(&self, state: &'a str) -> Option<&'a str> {
        let stations = self.profile.stations.as_ref()?;
        let kept = stations.disturbed(state).or_else(|| stations.forwarded(state));
        kept.or_else(|| self.endpoint(state))
    }

    /// `DeviceStateChange`, as an event and in the list, where it has no time.
    fn device_state(&mut self, message: &Message) {
        let Some(stations) = &self.profile.stations else { return };
        let (Some(name), Some(state)) = (
            text(message, "Device"),
            message.get("State").and_then(|state| state.as_str()),
        ) else {
            return;
        };
        if let Some(device) = stations.disturbed(&name) {
            let on = match state {
                "NOT_INUSE" => false,
                "UNKNOWN" | "INVALID" | "UNAVAILABLE" => return,
                _ => true,
            };
            if let Some(fact) = self.telephone(device) {
                self.know_device(DeviceFact {
                    do_not_disturb: Some(on),
                    ..fact
                });
            }
        } else if let Some(device) = stations.forwarded(&name) {
            if self.is_station(device) && self.telephones.changed.len() < MOST {
                self.telephones.changed.insert(Text::from(device));
            }
        } else if let Some(fact) = self.endpoint(&name).and_then(|device| self.telephone(device)) {
            let in_service = match state {
                "UNKNOWN" => None,
                state => Some(!matches!(state, "UNAVAILABLE" | "INVALID")),
            };
            self.know_device(DeviceFact { in_service, ..fact });
        }
    }

    /// `MessageWaiting`: how many messages are in a box.
    pub(super) fn message_waiting(&mut self, message: &Message) {
        let waiting = message
            .get("Waiting")
            .and_then(|waiting| waiting.as_str()?.parse::<u32>().ok());
        let time = self.message_time;
        if let (Some(mailbox), Some(waiting)) = (text(message, "Mailbox"), waiting)
            && self.telephones.is_news(Subject::Mailbox(mailbox.clone()), time)
        {
            self.mailbox(&mailbox, waiting > 0);
        }
    }

    /// A box has the name of its telephone, and that of a context behind it.
    fn mailbox(&mut self, mailbox: &str, waiting: bool) {
        let device = mailbox.split_once('@').map_or(mailbox, |(device, _)| device);
        if self.profile.stations.is_none() {
            return;
        }
        if let Some(fact) = self.telephone(device) {
            self.know_device(DeviceFact {
                message_waiting: Some(waiting),
                ..fact
            });
        }
    }

    /// Takes the list of device states.
    pub(super) fn adopt_devices(&mut self, listed: &[Message]) {
        self.telephones.listed = true;
        listed.iter().for_each(|message| self.device_state(message));
        self.telephones.changed.clear();
        self.out.clear();
    }

    /// Takes the list of boxes.
    pub(super) fn adopt_mailboxes(&mut self, listed: &[Message]) {
        for message in listed {
            let new = message
                .get("NewMessageCount")
                .and_then(|count| count.as_str()?.parse::<u32>().ok());
            if let (Some(mailbox), Some(new)) = (text(message, "VoiceMailbox"), new) {
                self.mailbox(&mailbox, new > 0);
            }
        }
        self.out.clear();
    }

    /// Takes a family of the database, which has an entry where it is on: `/CF/1001`.
    pub(super) fn adopt_database(&mut self, kept: Kept, entries: &[Message]) {
        let mut on: BTreeMap<Text, Text> = BTreeMap::new();
        for entry in entries.iter().take(MOST) {
            if let (Some(key), Some(value)) = (text(entry, "Key"), text(entry, "Val")) {
                let device = key.rsplit_once('/').map_or(&*key, |(_, device)| device);
                on.insert(Text::from(device), value);
            }
        }
        // Of telephones of which nothing is listed nothing else is known.
        for key in self.telephones.known.keys().cloned().collect::<Vec<_>>() {
            let value = on.remove(&key);
            self.adopt_entry(&key, kept, value);
        }
        self.out.clear();
    }

    /// Takes what the database keeps of one telephone; `None`: nothing. Is that news?
    pub(super) fn adopt_entry(&mut self, device: &str, kept: Kept, value: Option<Text>) -> bool {
        let before = self.out.len();
        if let Some(fact) = self.telephone(device) {
            self.know_device(kept.fact(fact, value));
        }
        self.out.len() > before
    }

    /// Is it a telephone of the site, and one of those that the switch listed, where it listed any? Its name is no more than a name.
    pub(super) fn is_telephone(&self, device: &str) -> bool {
        let listed = !self.telephones.listed || self.telephones.known.contains_key(device);
        let plain = device
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"_.-+*#".contains(&b));
        listed && plain && self.is_station(device)
    }

    /// What is asked about telephones for a snapshot.
    pub(super) fn device_lists(&self) -> Vec<(Asked, Action)> {
        let Some(stations) = &self.profile.stations else {
            return Vec::new();
        };
        let database = stations.database.do_not_disturb.as_deref();
        let disturbs = database.map(|family| (Kept::DoNotDisturb, family));
        let forwards = stations.database.forwardings();
        let forwards = forwards.map(|(kind, family)| (Kept::Forwarding(kind), family));
        let trees = disturbs.into_iter().chain(forwards).map(|(kept, family)| {
            let tree = Action::new("DBGetTree").header("Family", family).list();
            (Asked::Database(kept), tree)
        });
        [
            (Asked::Devices, Action::new("DeviceStateList").list()),
            (Asked::Mailboxes, Action::new("VoicemailUsersList").list()),
        ]
        .into_iter()
        .chain(trees)
        .collect()
    }

    /// What is asked about the forwardings of one telephone.
    pub(super) fn entries_of(&self, device: &str) -> Vec<(Kept, Action)> {
        let stations = self.profile.stations.iter();
        let forwards = stations.flat_map(|stations| stations.database.forwardings());
        forwards
            .map(|(kind, family)| {
                let get = Action::new("DBGet").header("Family", family).header("Key", device);
                (Kept::Forwarding(kind), get.list())
            })
            .collect()
    }

    /// What follows from what was read.
    pub(super) fn told(&mut self) -> Vec<Fact> {
        std::mem::take(&mut self.out)
    }

    /// Telephones of which a forwarding changed: it is to be read.
    pub(super) fn changed_forwardings(&mut self) -> BTreeSet<Text> {
        std::mem::take(&mut self.telephones.changed)
    }

    /// All telephones, if the switch listed them.
    pub(super) fn devices(&self) -> Option<Vec<DeviceFact>> {
        let all = || self.telephones.known.values().cloned().collect();
        self.telephones.listed.then(all)
    }

    /// The endpoint of a device state such as `PJSIP/1001`. Others are of queues (`Queue:sales_pause_PJSIP/1002`), of boxes and rooms.
    fn endpoint<'a>(&self, state: &'a str) -> Option<&'a str> {
        let (technology, endpoint) = state.split_once('/')?;
        let plain = technology.bytes().all(|b| b.is_ascii_alphanumeric());
        let channels = &self.profile.channels;
        let mut others = channels.local.iter().chain(&channels.hidden);
        let other = others.any(|other| other.eq_ignore_ascii_case(technology));
        Some(endpoint).filter(|_| plain && !other)
    }

    fn telephone(&self, device: &str) -> Option<DeviceFact> {
        let number = Some(Private::new(Text::from(device)));
        self.is_station(device).then(|| DeviceFact {
            number,
            ..DeviceFact::of(DeviceId::new(&self.switch, device), Kind::Station)
        })
    }

    /// States what is known of a telephone, if it is news.
    fn know_device(&mut self, fact: DeviceFact) {
        let Some(number) = fact.number.as_deref().cloned() else {
            return;
        };
        let full = self.telephones.known.len() >= MOST;
        let Some(known) = self.telephones.known.get_mut(&number) else {
            if !full {
                self.telephones.known.insert(number, fact.clone());
                self.out.push(Fact::Device(Box::new(fact)));
            }
            return;
        };
        let mut news = false;
        for (known, told) in [
            (&mut known.in_service, fact.in_service),
            (&mut known.do_not_disturb, fact.do_not_disturb),
            (&mut known.message_waiting, fact.message_waiting),
        ] {
            if told.is_some() && *known != told {
                *known = told;
                news = true;
            }
        }
        for forwarding in &fact.forwarding {
            if !known.forwarding.contains(forwarding) {
                known.forwarding.retain(|other| other.kind != forwarding.kind);
                known.forwarding.push(forwarding.clone());
                news = true;
            }
        }
        if news {
            self.out.push(Fact::Device(Box::new(fact)));
        }
    }
}
