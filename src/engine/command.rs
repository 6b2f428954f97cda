//! Commands at work: from what is asked, by the states and by what else is at work, to a task for the adapter; and from what is
//! seen to how it came out. Every command ends in exactly one verdict.

pub(super) mod agent;
pub(super) mod feature;

use super::permit;
use super::prove::{self, Proof, Row};
use super::shared::Hold;
use super::{Engine, Group};
use crate::model::{
    AgentState, Ask, Batch, CallId, Command, CommandId, Connection, ConnectionId, ConnectionKey, ConnectionState, Data,
    Deed, Denial, DeviceId, Event, NewCall, Now, Order, Progress, Service, SetBy, Settled, SwitchState, Task, Text,
    Verdict,
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

    /// Gives up what the switch did not do in time.
    pub(super) fn give_up_commands(&mut self, now: Now, group: &mut Group) {
        let due: Vec<CommandId> = self
            .commands
            .all
            .iter()
            .filter(|(_, pending)| pending.until <= now.tick)
            .map(|(id, _)| *id)
            .collect();
        for id in due {
            let Some(pending) = self.forget_command(id).filter(|pending| !pending.settled) else {
                continue;
            };
            let verdict = match () {
                // It may have been done while nobody listened.
                () if pending.unheard => Verdict::Unknown,
                // Of a device that nobody tells of it is not seen whether the call came there: what was seen is no nothing.
                () if pending.acknowledged && pending.left => Verdict::Unconfirmed,
                () if pending.acknowledged => Verdict::Ignored,
                () if pending.lost => Verdict::Unknown,
                () => Verdict::TimedOut,
            };
            group.settled.push(settled(id, verdict, pending.call));
        }
    }

    /// The switch is not heard any more: whatever is at work may be done or not.
    pub(super) fn abandon_commands(&mut self, group: &mut Group) {
        let commands = std::mem::take(&mut self.commands);
        let at_work = commands.all.into_iter().filter(|(_, pending)| !pending.settled);
        group
            .settled
            .extend(at_work.map(|(id, pending)| settled(id, Verdict::Unknown, pending.call)));
    }

    /// It is read anew what the switch has, and until that is told nothing else is.
    pub(super) fn unheard(&mut self) {
        self.commands
            .all
            .values_mut()
            .for_each(|pending| pending.unheard = true);
    }

    /// Holds the events of a group against what is at work. What a snapshot corrects proves what was asked for, where it is as it was to
    /// become; who did it was not seen.
    pub(super) fn prove(&mut self, group: &mut Group) {
        if self.commands.all.is_empty() {
            return;
        }
        self.commands.expected.retain(|key, id| {
            let Some((call, connection)) = self.by_connection.get(key) else {
                return true;
            };
            if let Some(pending) = self.commands.all.get_mut(id) {
                pending.made = Some(*connection);
                if matches!(pending.target, Target::Birth) {
                    pending.call = Some(*call);
                }
            }
            false
        });
        let mut set_by_us = BTreeSet::new();
        for (at, event) in group.events.iter_mut().enumerate() {
            let is_over =
                |pending: &Pending| pending.settled && pending.until > Tick::ZERO && prove::goes_on(pending, event);
            self.commands.all.retain(|_, pending| !is_over(pending));
            for (id, pending) in &mut self.commands.all {
                let verdict = match pending.settled {
                    true => None,
                    false => prove::judge(pending, event),
                };
                // Why it is otherwise was not seen either.
                let verdict = match verdict {
                    Some(Verdict::Contradicted(_)) if event.reconstructed => Some(Verdict::Unknown),
                    verdict => verdict,
                };
                if !event.reconstructed && event.request_id.is_none() && prove::is_caused(pending, event) {
                    let by = Some(pending.requested_by.clone());
                    match &mut event.data {
                        Data::Call(data) => data.requested_by = by,
                        Data::Agent(data) => {
                            data.requested_by = by;
                            if data.agent.state != AgentState::Busy {
                                data.agent.set_by = Some(SetBy::Bridge);
                            }
                            set_by_us.insert(data.agent.id.clone());
                        }
                        Data::Device(data) => data.requested_by = by,
                        _ => {}
                    }
                    event.request_id = Some(pending.request_id.clone());
                }
                if let Some(verdict) = verdict {
                    pending.settled = true;
                    // Who is left alone leaves next, and that is still the command's doing.
                    let lingers = prove::leaves(pending)
                        || prove::lifts_first(pending, event)
                        || matches!(pending.row.proof, Proof::Gone | Proof::Over) && left_alone(event);
                    pending.until = if lingers {
                        group.now.tick + AFTERMATH
                    } else {
                        Tick::ZERO
                    };
                    group.settled.push(Settled {
                        proof: (verdict == Verdict::Done).then_some(at),
                        ..settled(*id, verdict, pending.call)
                    });
                }
            }
        }
        self.commands.all.retain(|_, pending| pending.until > Tick::ZERO);
        for id in set_by_us {
            self.agent_was_set(&id, SetBy::Bridge);
        }
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

    /// The service, where the switch is heard and offers it.
    fn allowed(&self, order: &Order) -> Result<Service, No> {
        if let Some(why) = self.stops {
            return Err((Denial::Unreachable(Text::from(why)), None));
        }
        if self.switch.state != SwitchState::Up || self.rereads {
            let why = self
                .reason
                .as_deref()
                .unwrap_or("it is being read what it has, ask again in a moment");
            let why = format!("the switch {} is not heard: {why}", self.switch.name);
            return Err((Denial::Unreachable(Text::from(why)), None));
        }
        let Some(service) = order.service() else {
            return Err((Denial::NotSupported(Text::from("no switch is asked for it")), None));
        };
        let capability = self.switch.capabilities.get(service.as_str());
        match capability {
            Some(capability) if capability.available && prove::row(service).is_some() => {}
            capability => {
                let why = capability
                    .and_then(|c| c.why.as_deref())
                    .unwrap_or("the switch does not offer it");
                return Err((Denial::NotSupported(Text::from(why)), None));
            }
        }
        if self.commands.at_work().count() >= AT_ONCE {
            return Err((Denial::TooMany(AT_ONCE), None));
        }
        Ok(service)
    }

    fn make(&self, new: &NewCall) -> Result<(Ask, Pending), No> {
        self.rung(&new.calling)?;
        let mut pending = pending(Service::MakeCall, Target::Birth)?;
        pending.rings = Some(new.calling.clone());
        let entries = new
            .user_data
            .iter()
            .map(|(name, value)| (name.clone(), Some(value.clone())));
        pending.user_data = entries.collect();
        Ok((Ask::MakeCall(Box::new(new.clone())), pending))
    }

    /// Is nobody else having the telephone rung? Two who do would not know whose call is answered.
    fn rung(&self, device: &DeviceId) -> Result<(), No> {
        let same = |pending: &Pending| pending.rings.as_ref() == Some(device);
        if self.commands.at_work().any(same) {
            let why = format!("a call of {device} is being made");
            return Err((Denial::Busy(Text::from(why)), None));
        }
        Ok(())
    }

    /// Takes to a device what rings in its group. Which that is the switch knows; that nothing rings anywhere is known here.
    fn group_pickup(&self, by: &DeviceId) -> Result<(Ask, Pending), No> {
        let rings = |held: &super::call::Held| {
            let mut all = held.call.connections.iter();
            all.any(|c| permit::why_not(Service::DirectedPickupCall, &held.call, c, &held.shared).is_none())
        };
        if !self.calls.values().any(rings) {
            return Err((Denial::State(Text::from("no telephone rings")), None));
        }
        self.rung(by)?;
        let mut pending = pending(Service::GroupPickupCall, Target::Birth)?;
        pending.rings = Some(by.clone());
        let ask = Ask::Pickup {
            by: by.clone(),
            target: None,
        };
        Ok((ask, pending))
    }

    fn clear_call(&self, id: CallId) -> Result<(Ask, Pending), No> {
        let held = self.calls.get(&id).ok_or((Denial::NoCall, Some(id)))?;
        let why_not = |c: &Connection| permit::why_not(Service::ClearConnection, &held.call, c, &held.shared);
        let clearable = |c: &&Connection| why_not(c).is_none();
        let acts_on: BTreeSet<ConnectionId> = held.call.connections.iter().filter(clearable).map(|c| c.id).collect();
        let keys: Vec<ConnectionKey> = acts_on
            .iter()
            .filter_map(|id| held.connections.get(id).cloned())
            .collect();
        if keys.is_empty() {
            let why = Text::from("nobody is in the call whom the switch could be asked to clear");
            return Err((Denial::State(why), Some(id)));
        }
        self.free(&acts_on, id)?;
        let mut pending = pending(Service::ClearCall, Target::Call(acts_on.clone()))?;
        pending.call = Some(id);
        pending.acts_on = acts_on;
        Ok((Ask::Clear(keys), pending))
    }

    fn connection_deed(
        &self,
        call: CallId,
        id: ConnectionId,
        deed: &Deed,
        service: Service,
    ) -> Result<(Ask, Pending), No> {
        // A merge may have moved it while the command was on its way.
        let has = |held: &&super::call::Held| held.connections.contains_key(&id);
        let held = self
            .calls
            .get(&call)
            .filter(has)
            .or_else(|| self.calls.values().find(has));
        let Some(held) = held else {
            let was = |held: &super::call::Held| held.call.history.iter().any(|c| c.id == id);
            let denial = match self.calls.get(&call) {
                None => Denial::CallEnded,
                Some(held) if was(held) => Denial::State(Text::from("the connection ended; the call goes on")),
                Some(_) => Denial::NoConnection,
            };
            return Err((denial, Some(call)));
        };
        let call = held.call.id;
        let connection = held.call.connections.iter().find(|c| c.id == id);
        let (Some(connection), Some(key)) = (connection, held.connections.get(&id).cloned()) else {
            return Err((Denial::NoConnection, Some(call)));
        };
        let why = permit::why_not(service, &held.call, connection, &held.shared);
        if let Some(why) = why.or_else(|| self.offered.why_not(service, connection)) {
            let permitted: Vec<&str> = connection.services_permitted.iter().map(Service::as_str).collect();
            let why = format!(
                "{} is not possible now: {why}; permitted: {}",
                service.as_str(),
                if permitted.is_empty() {
                    "nothing".to_owned()
                } else {
                    permitted.join(", ")
                }
            );
            return Err((Denial::State(Text::from(why)), Some(call)));
        }
        let mut acts_on = BTreeSet::from([id]);
        let (mut missing, mut slot, mut rings) = (0, None, None);
        let mut user_data = Entries::new();
        let mut wanted = Vec::new();
        let mut about = call;
        let beside = held
            .shared
            .beside(id)
            .iter()
            .filter(|beside| beside.hold == Hold::Other);
        let two = || -> Result<(ConnectionId, CallId, ConnectionKey), No> {
            let named = match deed {
                Deed::Alternate { held } | Deed::Reconnect { held } => *held,
                Deed::Transfer { held } | Deed::Conference { held } => Some(*held),
                _ => None,
            };
            let mut all = beside.filter(|beside| named.is_none_or(|named| named == beside.connection));
            let beside = all.next().ok_or_else(|| {
                let why = "heldConnection is not the one that the switch holds for this telephone";
                (Denial::State(Text::from(why)), Some(call))
            })?;
            if all.next().is_some() {
                let why = "several calls are held for this telephone: the id of one of their connections was expected";
                return Err((Denial::Field("heldConnection", Text::from(why)), Some(call)));
            }
            let other = self.calls.get(&beside.call);
            let key = other.and_then(|other| other.connections.get(&beside.connection));
            let key = key.ok_or((Denial::NoConnection, Some(call)))?;
            Ok((beside.connection, beside.call, key.clone()))
        };
        let ask = match deed {
            Deed::Answer => Ask::Answer(key),
            Deed::Consult { to, user_data: data } => {
                let entries = data.iter().map(|(name, value)| (name.clone(), Some(value.clone())));
                user_data.extend(entries);
                acts_on.extend(permit::other(&held.call, connection).map(|c| c.id));
                Ask::Consult {
                    connection: key,
                    to: to.clone(),
                }
            }
            Deed::Alternate { .. } | Deed::Reconnect { .. } | Deed::Transfer { .. } | Deed::Conference { .. } => {
                let (other, of, held_key) = two()?;
                acts_on.extend(held.call.connections.iter().map(|c| c.id));
                let others = self.calls.get(&of).into_iter().flat_map(|held| &held.call.connections);
                acts_on.extend(others.map(|c| c.id));
                about = of;
                let (active, held) = (key, held_key);
                match deed {
                    Deed::Alternate { .. } => {
                        wanted = vec![(id, ConnectionState::Hold), (other, ConnectionState::Connected)];
                        Ask::Alternate { active, held }
                    }
                    Deed::Reconnect { .. } => {
                        wanted = vec![(id, ConnectionState::Null), (other, ConnectionState::Connected)];
                        Ask::Reconnect { active, held }
                    }
                    Deed::Transfer { .. } => Ask::Transfer { active, held },
                    _ => Ask::Conference { active, held },
                }
            }
            Deed::Clear => Ask::Clear(vec![key]),
            Deed::Hold | Deed::Retrieve => {
                let other = permit::other(&held.call, connection);
                acts_on.extend(other.map(|c| c.id));
                let other = other.and_then(|c| held.connections.get(&c.id).cloned());
                match deed {
                    Deed::Hold => Ask::Hold { connection: key, other },
                    _ => Ask::Retrieve { connection: key, other },
                }
            }
            Deed::Deflect { to } => Ask::Deflect {
                connection: key,
                to: to.clone(),
            },
            Deed::SingleStepTransfer { to } => {
                let Some((other, id)) = other_of(held, connection) else {
                    return Err((Denial::NoConnection, Some(call)));
                };
                acts_on.insert(id);
                Ask::SingleStepTransfer {
                    connection: key,
                    other,
                    to: to.clone(),
                }
            }
            Deed::DirectedPickup { by } => {
                if connection.device.as_ref() == Some(by) {
                    let why = "it rings at this device already: answer it there";
                    return Err((Denial::State(Text::from(why)), Some(call)));
                }
                rings = Some(by.clone());
                Ask::Pickup {
                    by: by.clone(),
                    target: Some(key),
                }
            }
            Deed::SingleStepConference { device, participation } => {
                if held.call.connections.iter().any(|c| c.device.as_ref() == Some(device)) {
                    let why = "the device takes part in the call already";
                    return Err((Denial::State(Text::from(why)), Some(call)));
                }
                // The call goes on as it is, whatever others do there.
                acts_on.clear();
                rings = Some(device.clone());
                Ask::Supervise {
                    device: device.clone(),
                    watched: key,
                    participation: *participation,
                }
            }
            Deed::Park { to } => {
                let Some((other, id)) = other_of(held, connection) else {
                    return Err((Denial::NoConnection, Some(call)));
                };
                acts_on.insert(id);
                slot = to.as_ref().map(|to| Text::from(to.as_str()));
                Ask::Park {
                    connection: key,
                    other,
                    to: to.clone(),
                }
            }
            Deed::GenerateDigits { digits } => {
                missing = digits.len();
                Ask::GenerateDigits {
                    connection: key,
                    digits: digits.clone(),
                }
            }
            Deed::Mute | Deed::Unmute => Ask::Mute {
                connection: key,
                on: *deed == Deed::Mute,
            },
            Deed::StartRecording | Deed::StopRecording | Deed::PauseRecording | Deed::ResumeRecording => Ask::Record {
                connection: key,
                call,
                service,
            },
        };
        self.free(&acts_on, call)?;
        if let Some(device) = &rings {
            self.rung(device)?;
        }
        // A new call is what a consultation makes.
        let target = match deed {
            Deed::Consult { .. } => Target::Birth,
            _ => Target::Connection(id),
        };
        let mut pending = pending(service, target)?;
        pending.rings = rings;
        pending.call = Some(about);
        pending.user_data = user_data;
        pending.wanted = wanted;
        pending.known = held
            .call
            .connections
            .iter()
            .chain(&held.call.history)
            .map(|c| c.id)
            .collect();
        pending.acts_on = acts_on;
        pending.missing = missing;
        pending.slot = slot;
        Ok((ask, pending))
    }

    /// Is nobody else at work on these connections? Two who act on one would not know whose deed they see.
    fn free(&self, acts_on: &BTreeSet<ConnectionId>, call: CallId) -> Result<(), No> {
        match self
            .commands
            .at_work()
            .find(|pending| !pending.acts_on.is_disjoint(acts_on))
        {
            None => Ok(()),
            Some(other) => {
                let why = format!(
                    "{} is at work there: see how it comes out, then ask again",
                    other.row.service.as_str()
                );
                Err((Denial::Busy(Text::from(why)), Some(call)))
            }
        }
    }

    /// Attaches data for an application: the bridge's own deed, which no switch has a say in.
    fn attach(&mut self, command: &Command, call: CallId, entries: Entries, now: Now) -> Batch {
        let Some(held) = self.calls.get(&call) else {
            return self.over(command.id, Verdict::Denied(Denial::NoCall), Some(call));
        };
        if let Err(size) = held.holds(&entries) {
            return self.over(command.id, Verdict::Denied(Denial::TooMuchData(size)), Some(call));
        }
        let Some(key) = held.keys.first().cloned() else {
            return self.over(command.id, Verdict::Denied(Denial::NoCall), Some(call));
        };
        let mut group = Group::new(now, None);
        self.user_data(&key, entries, &mut group);
        for event in &mut group.events {
            event.request_id = Some(command.request_id.clone());
            if let Data::Call(data) = &mut event.data {
                data.requested_by = Some(command.requested_by.clone());
            }
        }
        let proof = group.events.len().checked_sub(1);
        group.settled.push(Settled {
            proof,
            ..settled(command.id, Verdict::Done, Some(call))
        });
        match self.batch(group) {
            Some(batch) => batch,
            None => self.over(command.id, Verdict::Done, Some(call)),
        }
    }
}

/// The one other person who takes part.
fn other_of(held: &super::call::Held, connection: &Connection) -> Option<(ConnectionKey, ConnectionId)> {
    let other = permit::other(&held.call, connection)?;
    Some((held.connections.get(&other.id)?.clone(), other.id))
}

/// Is nobody left in the call, or one person only?
fn left_alone(event: &Event) -> bool {
    let Data::Call(data) = &event.data else { return false };
    data.call.connections.iter().filter(|c| c.kind.is_person()).count() < 2
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
