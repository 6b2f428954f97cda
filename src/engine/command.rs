//! Commands at work: from what is asked, by the states and by what else is at work, to a task for the adapter; and from what is
//! seen to how it came out. Every command ends in exactly one verdict.
//!
//! | what | where |
//! |---|---|
//! | what every order has to pass, and orders of whole calls | [`order`] |
//! | what is asked of a connection | [`deed`] |
//! | what is asked of an agent, and of a device | [`agent`], [`feature`] |
//! | how it came out | [`settle`] |

pub(super) mod agent;
mod deed;
pub(super) mod feature;
mod order;
mod settle;

use super::prove::{self, Row};
use super::{Engine, Group};
use crate::model::{
    Batch, CallId, Command, CommandId, ConnectionId, ConnectionKey, ConnectionState, Denial, DeviceId, Now, Order,
    Progress, Service, Settled, Task, Text, Verdict,
};
use lineside_wire::{Private, Tick};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// How long a switch may take to show what it was asked for (contract: answered after 5 s).
const WITHIN: Duration = Duration::from_secs(5);
/// How much longer for each digit that is to be pressed: a tone, and a pause behind it.
const DIGIT: Duration = Duration::from_millis(250);
/// For how long what follows from a hang-up still carries its name: the others leave one by one.
const AFTERMATH: Duration = Duration::from_secs(5);
/// The most commands at work.
const AT_ONCE: usize = 256;

type Entries = BTreeMap<Text, Option<Private<Text>>>;
/// Why not, and of which call.
type No = (Denial, Option<CallId>);

/// A command at work, or one whose effects may still come.
pub(super) struct Pending {
    request_id: Text,
    requested_by: Text,
    pub(super) row: &'static Row,
    pub(super) target: Target,
    /// The call that it is about, as far as it is known.
    pub(super) call: Option<CallId>,
    /// The device that the command has rung: one command at a time does so.
    rings: Option<DeviceId>,
    /// The connection that it makes, once it is there.
    pub(super) made: Option<ConnectionId>,
    /// The connections that the call had before.
    pub(super) known: BTreeSet<ConnectionId>,
    /// The states that connections are still to come to.
    pub(super) wanted: Vec<(ConnectionId, ConnectionState)>,
    /// The connections that it acts on: nobody else may meanwhile.
    pub(super) acts_on: BTreeSet<ConnectionId>,
    /// The slot at which the call is to be parked.
    pub(super) slot: Option<Text>,
    /// Who was to leave has left by it. Where the call came to is still to be seen.
    pub(super) left: bool,
    /// Digits that were not seen yet.
    pub(super) missing: usize,
    /// What a new call will carry.
    user_data: Entries,
    acknowledged: bool,
    /// The connection broke before the switch had answered.
    lost: bool,
    /// While it was at work it was read anew what the switch has: what happened meanwhile was not heard.
    unheard: bool,
    pub(super) settled: bool,
    /// When it is given up, or forgotten.
    until: Tick,
}

/// What a command is about.
pub(super) enum Target {
    /// The connection that the command makes.
    Birth,
    /// One connection.
    Connection(ConnectionId),
    /// These connections, which are a call.
    Call(BTreeSet<ConnectionId>),
    /// An agent.
    Agent(Box<agent::Wanted>),
    /// What a device does with calls by itself.
    Feature(Box<feature::Wanted>),
}

/// What comes of a command at once.
#[derive(Debug)]
pub(crate) enum Plan {
    /// The adapter is to do this.
    Ask(Task),
    /// It is over already.
    Over(Batch),
}

/// All commands of a switch.
#[derive(Default)]
pub(super) struct Commands {
    all: BTreeMap<CommandId, Pending>,
    /// Connections that are expected, by the switch's own key.
    expected: BTreeMap<ConnectionKey, CommandId>,
}

impl Commands {
    pub(super) fn next(&self) -> Option<Tick> {
        self.all.values().map(|pending| pending.until).min()
    }

    fn at_work(&self) -> impl Iterator<Item = &Pending> {
        self.all.values().filter(|pending| !pending.settled)
    }
}

impl Engine {
    /// What is to be done for a command: a task, or nothing any more.
    pub(crate) fn plan(&mut self, command: Command, now: Now) -> Plan {
        let id = command.id;
        let planned = match &command.order {
            Order::SetUserData { call, entries } if self.stops.is_none() => {
                let (call, entries) = (*call, entries.clone());
                return Plan::Over(self.attach(&command, call, entries, now));
            }
            Order::SetAgentState(order) => {
                let order = order.clone();
                return self.plan_agent(command, &order, now);
            }
            Order::SetFeature { device, feature } => {
                let (device, feature) = (device.clone(), feature.clone());
                return self.plan_feature(command, &device, &feature, now);
            }
            order => self.allowed(order).and_then(|service| match order {
                Order::MakeCall(new) => self.make(new),
                Order::ClearCall { call } => self.clear_call(*call),
                Order::GroupPickup { by } => self.group_pickup(by),
                Order::Connection { call, connection, deed } => self.connection_deed(*call, *connection, deed, service),
                Order::SetUserData { .. } | Order::SetAgentState(_) | Order::SetFeature { .. } => {
                    Err((Denial::NotSupported(Text::from("no switch is asked for it")), None))
                }
            }),
        };
        match planned {
            Ok((ask, mut pending)) => {
                pending.request_id = command.request_id;
                pending.requested_by = command.requested_by;
                let pressed = u32::try_from(pending.missing).unwrap_or(u32::MAX);
                pending.until = now.tick + WITHIN + DIGIT.saturating_mul(pressed);
                self.commands.all.insert(id, pending);
                Plan::Ask(Task { id, ask })
            }
            Err((denial, call)) => Plan::Over(self.over(id, Verdict::Denied(denial), call)),
        }
    }

    /// How a task goes on.
    pub(crate) fn progress(&mut self, id: CommandId, progress: Progress, now: Now) -> Option<Batch> {
        let pending = self.commands.all.get_mut(&id).filter(|pending| !pending.settled)?;
        let verdict = match progress {
            Progress::Expect { connection, call } => {
                let data = std::mem::take(&mut pending.user_data);
                self.commands.expected.insert(connection, id);
                let mut group = Group::new(now, None);
                if !data.is_empty() {
                    self.user_data(&call, data, &mut group);
                }
                return None;
            }
            Progress::Dials(number) => {
                if let Target::Feature(wanted) = &mut pending.target {
                    wanted.dials(number);
                }
                return None;
            }
            Progress::Acknowledged => {
                pending.acknowledged = true;
                return None;
            }
            Progress::Lost => {
                pending.lost = true;
                return None;
            }
            Progress::Unshown => Verdict::Unconfirmed,
            Progress::Shown => Verdict::Done,
            Progress::Refused(native) => Verdict::Refused(native),
            Progress::Denied(denial) => Verdict::Denied(denial),
            Progress::NotSent(why) => Verdict::Denied(Denial::Unreachable(why)),
        };
        let call = pending.call;
        self.forget_command(id);
        Some(self.over(id, verdict, call))
    }

    /// A command that ended with nothing to tell.
    fn over(&self, id: CommandId, verdict: Verdict, call: Option<CallId>) -> Batch {
        Batch {
            switch: self.switch.name.clone(),
            events: Vec::new(),
            memos: Vec::new(),
            settled: vec![settled(id, verdict, call)],
        }
    }

    fn forget_command(&mut self, id: CommandId) -> Option<Pending> {
        self.commands.expected.retain(|_, expecting| *expecting != id);
        self.commands.all.remove(&id)
    }
}

const fn settled(id: CommandId, verdict: Verdict, call: Option<CallId>) -> Settled {
    Settled {
        id,
        verdict,
        call,
        proof: None,
    }
}

fn pending(service: Service, target: Target) -> Result<Pending, No> {
    let row = prove::row(service);
    let row = row.ok_or_else(|| (Denial::NotSupported(Text::from("nothing would prove it")), None))?;
    Ok(Pending {
        request_id: Text::default(),
        requested_by: Text::default(),
        row,
        target,
        rings: None,
        made: None,
        call: None,
        known: BTreeSet::new(),
        wanted: Vec::new(),
        acts_on: BTreeSet::new(),
        slot: None,
        left: false,
        missing: 0,
        user_data: BTreeMap::new(),
        acknowledged: false,
        lost: false,
        unheard: false,
        settled: false,
        until: Tick::ZERO,
    })
}
