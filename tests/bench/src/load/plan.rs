//! What is said when, and what should come of it.

use super::relay::errand;
use super::{CLIENTS, FIRST};
use bytes::Bytes;
use lineside::bench::{self, Failure, Said};
use memchr::memmem;
use serde_json::Value;
use std::collections::BTreeSet;
use std::time::Duration;

/// The name of the switch, and its site: those of the bridge that is measured.
pub const SWITCH: &str = "hq";
pub const SITE: &str = "country = 'DE'\nextensions = '1XXX'\nuserData = ['CUSTOMER', 'ACCOUNT']\n";

/// What is said in the first moments is not counted: caches are cold, and calls are few.
const COLD: Duration = Duration::from_millis(1500);

/// The same calls in every run.
const SEED: u64 = 7;

/// What the gateways pass on.
const GATEWAY_EVENTS: &[&str] = &[
    "Newchannel",
    "Newstate",
    "NewConnectedLine",
    "DialBegin",
    "DialEnd",
    "BridgeEnter",
    "BridgeLeave",
    "Hold",
    "Unhold",
    "BlindTransfer",
    "AttendedTransfer",
    "Hangup",
];

/// An event of the bridge, and the clients that it goes to: one at least.
pub struct Delivery {
    /// The number of the message of the switch that is its cause.
    pub by: usize,
    /// The number of the message whose time it bears.
    pub number: usize,
    pub clients: Vec<usize>,
    /// What the relay is told.
    pub errand: Bytes,
}

/// A load.
pub struct Plan {
    pub said: Vec<Said>,
    /// What the bridge makes of it for its clients.
    pub deliveries: Vec<Delivery>,
    pub length: Duration,
    /// For the number that an event of the bridge bears: the message that is its cause, if there are such events.
    causes: Vec<Option<usize>>,
}

impl Plan {
    /// So many messages a second, for so long, and before it what is not counted.
    ///
    /// # Errors
    /// There are not enough telephones for the rate.
    pub fn new(rate: f64, length: Duration) -> Result<Self, Failure> {
        let length = COLD + length;
        let said = bench::busy(rate, length, SEED)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
        let told = runtime.block_on(bench::tellings(&said, SWITCH, SITE))?;
        let mut deliveries = Vec::new();
        let mut causes = vec![None; said.len()];
        for told in told {
            // What no client gets nobody waits for. A queue is such a thing, and bears a time of the clock instead of the number of a
            // message where it is told because its second is over.
            let clients = clients(&serde_json::from_slice(&told.body)?);
            if clients.is_empty() {
                continue;
            }
            let number = number(&told.body).ok_or("an event of the bridge without a time")?;
            let cause = causes.get_mut(number).ok_or("an event of another time")?;
            *cause = (*cause).max(Some(told.by));
            deliveries.push(Delivery {
                by: told.by,
                number,
                errand: errand(&clients, &told.body),
                clients,
            });
        }
        Ok(Plan {
            said,
            deliveries,
            length,
            causes,
        })
    }

    fn counts(at: Duration) -> bool {
        at >= COLD
    }

    fn at(&self, message: usize) -> Option<Duration> {
        self.said.get(message).map(|said| said.at)
    }

    /// Since when an event of the bridge that bears this number could have been there, if that counts.
    #[must_use]
    pub fn bridge_due(&self, number: usize) -> Option<Duration> {
        let cause = self.causes.get(number).copied().flatten()?;
        self.at(cause).filter(|at| Self::counts(*at))
    }

    /// The same for a message that is passed on.
    #[must_use]
    pub fn gateway_due(&self, number: usize) -> Option<Duration> {
        self.at(number).filter(|at| Self::counts(*at))
    }

    /// What the relay is told, and when: what the bridge tells, at the moment when it can know it.
    pub fn errands(&self) -> impl Iterator<Item = (Duration, &Bytes)> {
        let deliveries = self.deliveries.iter();
        deliveries.filter_map(|delivery| Some((self.at(delivery.by)?, &delivery.errand)))
    }

    /// How many events the clients of the bridge should get, of those that count.
    #[must_use]
    pub fn bridge_expected(&self) -> usize {
        let counted = self.deliveries.iter().filter(|d| self.bridge_due(d.number).is_some());
        counted.map(|delivery| delivery.clients.len()).sum()
    }

    /// The same for clients of a gateway.
    #[must_use]
    pub fn gateway_expected(&self) -> usize {
        let counted = self.said.iter().filter(|said| Self::counts(said.at));
        counted.map(|said| watched(&said.bytes).len()).sum()
    }

    /// Messages that count.
    #[must_use]
    pub fn messages(&self) -> usize {
        self.said.iter().filter(|said| Self::counts(said.at)).count()
    }
}

/// The telephone of a number, as a client.
fn client(number: &str) -> Option<usize> {
    let client = number.parse::<usize>().ok()?.checked_sub(FIRST)?;
    (client < CLIENTS).then_some(client)
}

/// Who watches a telephone that takes part in what an event tells, has just left, or is what it tells of, itself or by its agent.
fn clients(event: &Value) -> Vec<usize> {
    let data = event.get("data");
    let list = |value: Option<&Value>| value.and_then(Value::as_array).cloned().unwrap_or_default();
    let connections = list(data.and_then(|data| data.pointer("/call/connections")));
    let subject = data.and_then(|data| data.get("connection")).cloned();
    let devices = connections
        .into_iter()
        .chain(subject)
        .filter_map(|connection| connection.get("device").cloned())
        .chain(data.and_then(|data| data.pointer("/device/id")).cloned())
        .chain(data.and_then(|data| data.pointer("/agent/device")).cloned())
        .chain(list(data.and_then(|data| data.get("joined"))))
        .chain(list(data.and_then(|data| data.get("left"))));
    let prefix = format!("{SWITCH}:");
    let watching: BTreeSet<usize> = devices
        .filter_map(|device| client(device.as_str()?.strip_prefix(&prefix)?))
        .collect();
    watching.into_iter().collect()
}

/// The clients to which a gateway passes a message on.
fn watched(message: &[u8]) -> BTreeSet<usize> {
    let text = String::from_utf8_lossy(message);
    let value = |key: &str| text.lines().find_map(|line| line.strip_prefix(key));
    if !value("Event: ").is_some_and(|event| GATEWAY_EVENTS.contains(&event)) {
        return BTreeSet::new();
    }
    let channels = [value("Channel: "), value("DestChannel: ")];
    let devices = channels.into_iter().flatten().filter_map(|channel| {
        let (device, _) = channel.strip_prefix("PJSIP/")?.split_once('-')?;
        client(device)
    });
    devices.collect()
}

/// The number of a message, from the `time` that an event of the bridge bears.
#[must_use]
pub fn number(event: &[u8]) -> Option<usize> {
    // 2026-11-21T14:40:00.123Z: milliseconds from the full minute of the start on, which a run does not leave the day of.
    let digits = |text: &[u8]| std::str::from_utf8(text).ok()?.parse::<usize>().ok();
    let time = after(event, b"\"time\":\"")?.get(11..23)?;
    let (hour, minute) = (digits(time.get(..2)?)?, digits(time.get(3..5)?)?);
    let (second, milli) = (digits(time.get(6..8)?)?, digits(time.get(9..12)?)?);
    let of_day = ((hour * 60 + minute) * 60 + second) * 1000 + milli;
    of_day.checked_sub(bench::EPOCH_OF_DAY_MILLIS)
}

/// The number of a message, from the `Timestamp` that a gateway passes on.
#[must_use]
pub fn passed_on_number(event: &[u8]) -> Option<usize> {
    let rest = after(event, b"imestamp\"")?;
    let start = rest.iter().position(u8::is_ascii_digit)?;
    let text = std::str::from_utf8(rest.get(start..start + 14)?).ok()?;
    let (seconds, millis) = text.split_once('.')?;
    let millis = 1000 * seconds.parse::<usize>().ok()? + millis.parse::<usize>().ok()?;
    millis.checked_sub(bench::EPOCH_MILLIS)
}

fn after<'a>(text: &'a [u8], what: &[u8]) -> Option<&'a [u8]> {
    text.get(memmem::find(text, what)? + what.len()..)
}
