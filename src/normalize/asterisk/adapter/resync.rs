//! The snapshot behind a login: what is asked for, what was answered, and the fence behind which all of it is stated.

use super::rereading::DEAF;
use super::{AsteriskAdapter, failure};
use crate::model::{Fact, Facts, LinkFact, LinkRole, Now, SwitchState, Text};
use crate::normalize::Failure;
use crate::normalize::asterisk::block::text;
use crate::normalize::asterisk::device::Kept;
use lineside_ami::client::{Failure as Refused, Refusal, Reply};
use lineside_ami::{Action, Message};
use lineside_wire::{RequestId, Session as _, Tick};
use rand_chacha::rand_core::Rng as _;
use std::collections::BTreeMap;
use std::time::Duration;

/// A snapshot under way.
pub(super) struct Resync {
    pub(super) asked: BTreeMap<RequestId, Asked>,
    pub(super) fence: Text,
    /// When to go on without the fence, or without the connection for actions.
    pub(super) due: Tick,
    pub(super) channels: bool,
    /// The fence was seen; how far it lagged behind the switch's clock, in milliseconds, where the switch tells.
    pub(super) fenced: Option<Option<i64>>,
    pub(super) restarted: bool,
    /// `None`: the switch did not list them.
    pub(super) queued: Option<Vec<Message>>,
    pub(super) parked: Option<Vec<Message>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::normalize::asterisk) enum Asked {
    Settings,
    Status,
    Queues,
    Parked,
    Devices,
    Mailboxes,
    Database(Kept),
    Configuration,
    Channels,
    Fence,
}

impl AsteriskAdapter {
    /// Asks for everything that there is, and puts the fence behind it: a global variable that is set shows as an event behind all
    /// events that happened before (16 and 22: `VarSet` with `Channel: none`, through the same queue as the events of channels).
    pub(super) fn ask(&mut self, now: Now) -> Result<(), Failure> {
        self.unbooted = false;
        self.normalizer.asked();
        let fence = format!("LINESIDE_FENCE_{:016x}", self.chance.next_u64());
        let within = Duration::from_millis(u64::from(self.limits.snapshot));
        let actions = [
            (Asked::Settings, Action::new("CoreSettings")),
            (Asked::Status, Action::new("CoreStatus")),
            (Asked::Queues, Action::new("QueueStatus").list()),
            (Asked::Parked, Action::new("ParkedCalls").list()),
            (Asked::Channels, Action::new("CoreShowChannels").list()),
            (
                Asked::Fence,
                Action::new("Setvar")
                    .header("Variable", fence.as_str())
                    .header("Value", "1"),
            ),
        ];
        let mut asked = BTreeMap::new();
        let lists = self.normalizer.queue_configuration().into_iter();
        let lists = lists.chain(self.normalizer.device_lists());
        for (what, action) in lists.chain(actions) {
            let submitted = self
                .events
                .as_mut()
                .map(|client| client.submit(now.tick, action.within(within)));
            match submitted {
                Some(Ok(id)) => asked.insert(id, what),
                Some(Err(error)) => return Err(failure(&error.to_string())),
                None => return Err(failure("the session is gone")),
            };
        }
        self.resync = Some(Resync {
            asked,
            fence: Text::from(fence),
            due: now.tick + within,
            channels: false,
            fenced: None,
            restarted: false,
            queued: None,
            parked: None,
        });
        Ok(())
    }

    /// States what there is when everything has come: the channels, the fence, and, so that the first word of the link is a whole one,
    /// the connection for actions or the certainty that it does not come.
    pub(super) fn complete(&mut self) {
        let ready = self
            .resync
            .as_ref()
            .filter(|resync| resync.channels && self.actions_settled);
        if let Some(lag) = ready.and_then(|resync| resync.fenced) {
            self.resynced(lag);
        }
    }

    pub(super) fn completed(&mut self, now: Now, id: RequestId, result: Result<Reply, Refused>) -> Result<(), Failure> {
        if self.audit.is_answered(id) {
            // While a snapshot is under way everything is asked for anyway. A list that did not come says nothing.
            let deaf = |reply: Reply| self.normalizer.is_deaf(&items(&reply, "CoreShowChannel"));
            let deaf = self.resync.is_none() && result.is_ok_and(deaf);
            return if deaf { Err(failure(DEAF)) } else { Ok(()) };
        }
        if self.configuration.take_if(|asked| *asked == id).is_some() {
            if let Ok(reply) = result {
                self.normalizer.adopt_configuration(reply.response());
            }
            return Ok(());
        }
        if let Some((device, kept)) = self.reading.remove(&id) {
            self.read_entry(&device, kept, result);
            return Ok(());
        }
        let Some(resync) = &mut self.resync else { return Ok(()) };
        let Some(asked) = resync.asked.remove(&id) else {
            return Ok(());
        };
        match (asked, result) {
            (Asked::Settings, Ok(reply)) => {
                if let Some(version) = text(reply.response(), "AsteriskVersion") {
                    self.procedures.version(&version);
                    self.state(LinkFact::Version(Text::from(format!("Asterisk {version}"))));
                }
            }
            (Asked::Status, Ok(reply)) => {
                let boot = [
                    text(reply.response(), "CoreStartupDate"),
                    text(reply.response(), "CoreStartupTime"),
                ];
                let boot = boot
                    .into_iter()
                    .flatten()
                    .map(|t| t.to_string())
                    .collect::<Vec<_>>()
                    .join("T");
                resync.restarted = self.boot.as_deref().is_some_and(|known| known != boot);
                self.boot = Some(Text::from(boot));
            }
            (Asked::Queues, Ok(reply)) => {
                resync.queued = Some(items(&reply, "QueueEntry"));
                self.normalizer.adopt_members(Some(reply.items()), now);
            }
            (Asked::Parked, Ok(reply)) => resync.parked = Some(items(&reply, "ParkedCall")),
            (Asked::Devices, Ok(reply)) => self.normalizer.adopt_devices(&items(&reply, "DeviceStateChange")),
            (Asked::Configuration, Ok(reply)) => self.normalizer.adopt_configuration(reply.response()),
            // Who may not read it knows of the wrap-ups of members only.
            (Asked::Configuration, Err(_)) => {}
            (Asked::Mailboxes, Ok(reply)) => self.normalizer.adopt_mailboxes(&items(&reply, "VoicemailUserEntry")),
            (Asked::Database(kept), Ok(reply)) => {
                self.normalizer
                    .adopt_database(kept, &items(&reply, "DBGetTreeResponse"));
            }
            (Asked::Channels, Ok(reply)) => {
                resync.channels = true;
                let (queued, parked) = (resync.queued.take(), resync.parked.take());
                self.normalizer.adopt(
                    &items(&reply, "CoreShowChannel"),
                    queued.as_deref(),
                    parked.as_deref(),
                    now.tick,
                );
            }
            (Asked::Channels, Err(why)) => {
                return Err(failure(&format!(
                    "the switch does not show its channels (CoreShowChannels: {why}): give the user `reporting` or `system` in `write` of manager.conf"
                )));
            }
            (Asked::Fence, Ok(_)) => resync.due = now.tick + Duration::from_millis(u64::from(self.limits.fence)),
            // Without the fence a short wait has to do; `lineside check --connect` names the right that is missing.
            (Asked::Fence, Err(_)) => resync.due = now.tick + Duration::from_millis(500),
            (Asked::Queues, Err(why)) => {
                resync.queued = nothing_there(&why);
                self.normalizer.adopt_members(resync.queued.as_deref(), now);
                self.unbooted = true;
            }
            (Asked::Parked, Err(why)) => {
                resync.parked = nothing_there(&why);
                self.unbooted = true;
            }
            // Who may not read them hears of them one by one, if at all.
            (Asked::Devices | Asked::Mailboxes | Asked::Database(_), Err(why)) => {
                self.unbooted |= nothing_there(&why).is_some();
            }
            (_, Err(_)) => self.unbooted = true,
        }
        Ok(())
    }

    /// The fence was seen, or waited for in vain: what is known is stated.
    pub(super) fn resynced(&mut self, lag: Option<i64>) {
        let restarted = self.resync.take().is_some_and(|resync| resync.restarted);
        let snapshot = self.normalizer.snapshot(restarted);
        let lag = lag.map(|millis| Fact::Link(LinkFact::Lag(u32::try_from(millis.max(0)).unwrap_or(u32::MAX))));
        let up = Fact::Link(LinkFact::Role {
            role: LinkRole::Events,
            state: SwitchState::Up,
        });
        let capabilities = Fact::Link(LinkFact::Capabilities(self.capabilities()));
        let facts = [up, capabilities].into_iter().chain(lag).chain([snapshot]).collect();
        self.facts.push_back(Facts { time: None, facts });
    }
}

pub(super) fn items(reply: &Reply, event: &str) -> Vec<Message> {
    reply
        .items()
        .iter()
        .filter(|item| item.is_event(event))
        .cloned()
        .collect()
}

/// A module that is not loaded has nothing to list, though one that is loaded later has. Any other refusal, and silence, tell nothing.
fn nothing_there(why: &Refused) -> Option<Vec<Message>> {
    let unknown = |refusal: &Refusal| refusal.text.to_ascii_lowercase().starts_with("invalid/unknown command");
    matches!(why, Refused::Refused(refusal) if unknown(refusal)).then(Vec::new)
}
