//! CSTA switches, whatever their encoding. They speak the model's own words, but of one device at a time: what several monitors tell
//! of one event is told once, who is not monitored is there as far as others tell of him, and the names of connections change.
//!
//! | what | where |
//! |---|---|
//! | what is known of calls | [`call`] |
//! | who is at the end of a connection | [`party`] |
//! | calls begin and are answered | [`begin`] |
//! | hold, and who is believed | [`hold`] |
//! | calls end, or go on elsewhere | [`end`] |
//! | calls become one | [`join`] |
//! | what may be asked of a connection | [`permitted`] |
//! | names that outlive that | [`linkage`] |
//! | who has no name | [`names`] |
//! | names that are given again | [`reuse`] |
//! | calls of which it is not known whether they go on | [`doubt`] |
//! | what was known before a restart | [`restored`] |
//! | what devices say that they have | [`snapshot`] |
//! | agents that are asked for again and again | [`polled`] |

mod adapter;
mod agent;
mod asked;
mod begin;
mod call;
mod cause;
mod device;
pub(crate) mod dialect;
mod doubt;
mod end;
mod hold;
mod information;
mod join;
mod linkage;
mod monitors;
mod moved;
mod names;
mod party;
mod permitted;
mod polled;
mod procedures;
mod restored;
mod reuse;
mod snapshot;
mod states;
mod take;
mod unnamed;

pub(crate) use adapter::{CstaAdapter, CstaConfig};
pub(crate) use dialect::of as dialect_of;

use crate::model::{
    AgentFact, CallFact, CallKey, Cause, ConnectionDirection, ConnectionEvent, ConnectionFact, ConnectionKey, Fact,
    Facts, Kind, Party, PartyFact, RenameFact, Services, SwitchName, Text,
};
use crate::profile::Rules;
use call::{Call, Calls, Leg, Over};
use doubt::{Doubts, Old};
use lineside_csta::types::{ConnectionId, ExtendedDeviceId, LocalConnectionState as State, SnapshotDeviceInfo};
use lineside_csta::{Event, EventReport};
use lineside_wire::{Private, Tick};
use moved::Moved;
use party::{Named, assumed_key, call_key, connection_key};
use reuse::Past;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

/// For so long what a device or an agent does may be what it was asked for: a telephone that is to make a call may ring for a while.
const ASKED: Duration = Duration::from_secs(60);

/// The fold over the events of one switch.
pub(super) struct Normalizer {
    switch: SwitchName,
    rules: Rules,
    /// What the devices of the switch are.
    devices: BTreeMap<Text, Kind>,
    /// The monitored device, by the name of its monitor.
    monitors: BTreeMap<Text, Text>,
    /// The devices of which everything is heard.
    watched: BTreeSet<Text>,
    /// Devices that said that they do not work.
    out_of_service: BTreeSet<Text>,
    calls: Calls,
    /// The devices that were heard when it was asked anew what there is, and those that have said since which calls they are in.
    heard: BTreeSet<Text>,
    shown: BTreeSet<Text>,
    /// Of these it is only thought that they were heard: the bridge was started anew.
    guessed: BTreeSet<Text>,
    /// Devices are still to be asked that may say how the calls go on which were known then.
    asking: bool,
    /// Calls of which nobody tells how they go on.
    doubts: Doubts,
    /// After so long without news such a call is given up.
    give_up: Duration,
    /// Calls of which more is known by what devices said when they were asked.
    changed: BTreeSet<CallKey>,
    /// Calls of which connections are asked for by what they were called before a restart, since that was told last.
    recalled: BTreeSet<CallKey>,
    /// Devices that are asked which calls they are in, and of which ones their monitors have told since.
    meanwhile: BTreeMap<Text, BTreeSet<CallKey>>,
    moved: Moved,
    past: Past,
    /// Calls that nobody watched is in, and that are expected to come to one that is: until when.
    expected: BTreeMap<CallKey, Tick>,
    /// Devices that were asked to make a call: whether they are rung first, and until when the next one that they begin is that.
    making: BTreeMap<Text, (bool, Tick)>,
    /// Devices that were asked to come to a call that there is: until when the one to which they come is that.
    coming: BTreeMap<Text, Tick>,
    /// Calls that are to be asked who is in them, where the switch offers that.
    unnamed: VecDeque<CallKey>,
    asks_calls: bool,
    /// Whole calls can be ended.
    clears_calls: bool,
    /// The switch says what may be asked of connections.
    permits: bool,
    /// Those that began one, or came to one.
    begun: VecDeque<(Text, CallKey, ConnectionKey, bool)>,
    /// Who works where.
    desks: BTreeMap<Text, agent::Desk>,
    /// The agents of devices that were asked for them.
    rosters: BTreeMap<Text, Vec<AgentFact>>,
    /// What devices said that they are set to, when they were asked.
    settings: BTreeMap<Text, device::Settings>,
    /// Devices that take over what rings or is parked elsewhere, and the call that they made for it.
    taking: BTreeMap<Text, CallKey>,
    /// Agents who have just logged on: what is told of them once it is known what they do.
    fresh: BTreeMap<Text, agent::Fresh>,
    /// Agents of whom something was asked: until when what they do is because of it.
    asked_agents: BTreeMap<Text, Tick>,
    /// Snapshots that come in parts.
    parts: BTreeMap<Text, Vec<SnapshotDeviceInfo>>,
    /// The device whose monitor tells what is being folded.
    monitor: Option<Text>,
    tick: Tick,
    out: Vec<Fact>,
}

/// How a connection moved, and what is said of it.
#[derive(Clone)]
struct Move {
    event: ConnectionEvent,
    cause: Cause,
    to: Option<Text>,
    refused: bool,
}

impl Move {
    const fn of(event: ConnectionEvent, cause: Cause) -> Self {
        Move {
            event,
            cause,
            to: None,
            refused: false,
        }
    }
}

impl Normalizer {
    pub(super) fn new(switch: SwitchName, rules: Rules, give_up: Duration) -> Self {
        Normalizer {
            switch,
            rules,
            devices: BTreeMap::new(),
            monitors: BTreeMap::new(),
            watched: BTreeSet::new(),
            out_of_service: BTreeSet::new(),
            calls: Calls::default(),
            heard: BTreeSet::new(),
            guessed: BTreeSet::new(),
            shown: BTreeSet::new(),
            asking: false,
            doubts: Doubts::default(),
            give_up,
            changed: BTreeSet::new(),
            recalled: BTreeSet::new(),
            meanwhile: BTreeMap::new(),
            moved: Moved::default(),
            past: Past::default(),
            expected: BTreeMap::new(),
            making: BTreeMap::new(),
            coming: BTreeMap::new(),
            unnamed: VecDeque::new(),
            asks_calls: false,
            clears_calls: false,
            permits: false,
            begun: VecDeque::new(),
            desks: BTreeMap::new(),
            rosters: BTreeMap::new(),
            settings: BTreeMap::new(),
            taking: BTreeMap::new(),
            fresh: BTreeMap::new(),
            asked_agents: BTreeMap::new(),
            parts: BTreeMap::new(),
            monitor: None,
            tick: Tick::ZERO,
            out: Vec::new(),
        }
    }

    /// There is such a device.
    pub(super) fn learn(&mut self, device: &str, kind: Kind) {
        self.devices.insert(Text::from(device), kind);
    }

    /// The device is heard from now on, by a monitor of this name.
    pub(super) fn watch(&mut self, device: &str, monitor: &str) {
        self.monitors.insert(Text::from(monitor), Text::from(device));
        self.watched.insert(Text::from(device));
    }

    /// Folds one event, and states what follows.
    pub(super) fn report(&mut self, report: &EventReport, now: Tick) -> Facts {
        self.tick = now;
        self.moved.forget(now);
        self.past.forget(now);
        self.making.retain(|_, (_, until)| *until > now);
        self.coming.retain(|_, until| *until > now);
        self.asked_agents.retain(|_, until| *until > now);
        if unnamed::is_unnamed(&report.event) {
            return match self.named(report) {
                Some(report) => self.report(&report, now),
                None => self.facts(),
            };
        }
        self.monitor = self.monitors.get(&*report.monitor_cross_ref_id.text()).cloned();
        self.tie(&report.event);
        self.notice(&report.event);
        match &report.event {
            Event::ServiceInitiated(event) => self.service_initiated(event),
            Event::Originated(event) => self.originated(event),
            Event::NetworkReached(event) => self.network_reached(event),
            Event::Delivered(event) => self.delivered(event),
            Event::Queued(event) => self.queued(event),
            Event::Established(event) => self.established(event),
            Event::Failed(event) => self.failed(event),
            Event::Held(event) => self.held(event),
            Event::Retrieved(event) => self.retrieved(event),
            Event::Diverted(event) => self.diverted(event),
            Event::ConnectionCleared(event) => self.connection_cleared(event),
            Event::CallCleared(event) => self.call_cleared(event),
            Event::Transferred(event) => self.transferred(event),
            Event::Conferenced(event) => self.conferenced(event),
            Event::CallInformation(event) => self.call_information(event),
            Event::DigitsGenerated(event) => self.digits(event),
            Event::AgentLoggedOn(event) => self.logged_on(event),
            Event::AgentLoggedOff(event) => self.logged_off(event),
            Event::AgentNotReady(event) => self.not_ready(event),
            Event::AgentReady(event) => self.ready(event),
            Event::AgentBusy(event) => self.busy(event),
            Event::AgentWorkingAfterCall(event) => self.after_call(event),
            Event::DoNotDisturb(event) => self.do_not_disturb(event),
            Event::Forwarding(event) => self.forwarding(event),
            Event::MessageWaiting(event) => self.message_waiting(event),
            Event::BackInService(event) => self.in_service(&event.device, true),
            Event::OutOfService(event) => self.in_service(&event.device, false),
            _ => {}
        }
        self.comes_by(&report.event);
        self.permit(&report.event);
        if let Some((call, _)) = permitted::said(&report.event) {
            self.wants_names(&call);
        }
        self.link(&report.event);
        self.facts()
    }

    fn facts(&mut self) -> Facts {
        Facts {
            time: None,
            facts: std::mem::take(&mut self.out),
        }
    }

    /// The names by which a connection is known now: those that it had before a transfer are answered for a while.
    fn name(&self, connection: &ConnectionId, subject: &ExtendedDeviceId) -> (CallKey, ConnectionKey) {
        let (call, key) = (call_key(connection), connection_key(connection, subject));
        if self.calls.get(&call).is_some_and(|known| known.leg(&key).is_some()) {
            return (call, key);
        }
        self.moved.now(&call, &key).unwrap_or((call, key))
    }

    /// A connection that is told of: it is known, or is one that had to be there and had no name yet, or is new.
    fn meet(
        &mut self,
        call: &CallKey,
        name: &ConnectionKey,
        native: &ConnectionId,
        who: PartyFact,
        direction: ConnectionDirection,
    ) {
        let device = who.party.device.as_ref().map(|device| Text::from(device.key()));
        let known = self.calls.entry(call);
        if let Some(leg) = known.leg_mut(name) {
            if leg.doubted || leg.native.is_none() {
                leg.native = Some(native.clone());
            }
            if std::mem::take(&mut leg.assumed) {
                self.out.push(Fact::Uncertain {
                    connection: leg.key.clone(),
                    fields: Vec::new(),
                });
            }
            return;
        }
        let same = |old: &&mut Leg| {
            let here = old.device == device;
            let nameless = old.native.is_none() && (here || old.kind == who.kind && who.kind == Kind::Trunk);
            // Where a call waits it has one place, whatever that is called.
            let place = here && device.is_some() && !old.kind.is_person();
            old.is_live() && (nameless || place)
        };
        let Some(old) = known.legs.iter_mut().find(same) else {
            let leg = self.new_leg(name.clone(), who, direction);
            let native = Some(native.clone());
            self.calls.entry(call).add(Leg { native, ..leg });
            return;
        };
        let before = std::mem::replace(&mut old.key, name.clone());
        old.name = name.clone();
        old.native = Some(native.clone());
        let assumed = std::mem::take(&mut old.assumed);
        if before != *name {
            self.out.push(Fact::Renamed(RenameFact {
                call: (call.clone(), call.clone()),
                connections: vec![(before, name.clone())],
            }));
        }
        if assumed {
            self.out.push(Fact::Uncertain {
                connection: name.clone(),
                fields: Vec::new(),
            });
        }
    }

    fn new_leg(&self, name: ConnectionKey, who: PartyFact, direction: ConnectionDirection) -> Leg {
        Leg {
            key: name.clone(),
            name,
            native: None,
            device: who.party.device.as_ref().map(|device| Text::from(device.key())),
            kind: who.kind,
            party: who.party,
            state: State::Null,
            direction,
            over: None,
            rung: None,
            permitted: None,
            told: Services::ALL,
            leaves: None,
            assumed: false,
            doubted: false,
            begun: false,
            late: None,
            ends: None,
        }
    }

    /// The connection of `subject`, which is told of by its own name.
    fn subject(
        &mut self,
        connection: &ConnectionId,
        subject: &Named<'_>,
        direction: ConnectionDirection,
    ) -> (CallKey, ConnectionKey) {
        let (call, name) = self.name(connection, subject.device);
        let who = self.who(subject);
        self.meet(&call, &name, connection, who, direction);
        self.expected.remove(&call);
        self.proves_alive(&call, &name);
        (call, name)
    }

    /// A device that left a call comes back to it, by the same name. What another monitor tells late of how it was there before says nothing.
    fn comes_back(&mut self, call: &CallKey, name: &ConnectionKey) {
        let (watched, monitor) = (&self.watched, &self.monitor);
        let Some(leg) = self.calls.get(call).and_then(|known| known.leg(name)) else {
            return;
        };
        let Some(over) = &leg.over else { return };
        let heard = leg.device.as_ref().filter(|device| watched.contains(*device));
        let believed = match heard {
            Some(device) => monitor.as_ref() == Some(device),
            None => *monitor == over.told_by,
        };
        if believed {
            self.is_again(call, name);
        }
    }

    /// A connection that was over is there again: another one by the same name.
    fn is_again(&mut self, call: &CallKey, name: &ConnectionKey) {
        let Some(known) = self.calls.get_mut(call) else { return };
        known.returns += 1;
        let fresh = known.key(name, known.returns);
        let Some(leg) = known.leg_mut(name) else { return };
        leg.key = fresh;
        (leg.over, leg.state, leg.leaves) = (None, State::Null, None);
        (leg.permitted, leg.told) = (None, Services::ALL);
    }

    /// Who calls has to be there, though nobody told of the connection.
    fn assume_caller(&mut self, call: &CallKey, calling: &Named<'_>, but: &ConnectionKey) {
        let known = self.calls.entry(call);
        if std::mem::replace(&mut known.has_caller, true) {
            return;
        }
        let caller = known
            .legs
            .iter()
            .any(|leg| leg.name != *but && leg.direction == ConnectionDirection::Outgoing);
        let itself = known
            .leg(but)
            .is_some_and(|leg| leg.direction == ConnectionDirection::Outgoing);
        if caller || itself {
            return;
        }
        let who = self.who(calling);
        let number = who.party.number.clone().map(Private::into_inner);
        let number = party::number(calling.device).or(number.as_deref());
        let number = number.filter(|number| assumed_key(call, Some(number)) != *but);
        let key = self.assume(call, number, who, ConnectionDirection::Outgoing);
        self.calls.entry(call).legs.rotate_right(1);
        self.say(call, &key, Move::of(ConnectionEvent::Originated, Cause::NewCall));
    }

    /// Somebody has to be in the call, though nobody told of the connection.
    fn assume(
        &mut self,
        call: &CallKey,
        number: Option<&str>,
        who: PartyFact,
        direction: ConnectionDirection,
    ) -> ConnectionKey {
        let name = assumed_key(call, number);
        let leg = self.new_leg(name.clone(), who, direction);
        self.calls.entry(call).add(Leg { assumed: true, ..leg });
        name
    }

    /// What an event tells of a call as a whole.
    fn know(&mut self, key: &CallKey, calling: Option<Party>, called: Option<Party>, consults: Option<CallKey>) {
        let call = self.calls.entry(key);
        let news = |known: &Option<Party>, told: &Option<Party>| known.is_none() && told.is_some();
        let first = call.calling.is_none() && call.called.is_none();
        if !first && !news(&call.calling, &calling) && !news(&call.called, &called) && consults.is_none() {
            return;
        }
        call.calling = call.calling.take().or(calling);
        call.called = call.called.take().or(called);
        self.out.push(Fact::Call(CallFact {
            native_id: Some(party::shown(&key.0)),
            calling: call.calling.clone(),
            called: call.called.clone(),
            consultation_of: consults,
            ..CallFact::of(key.clone())
        }));
    }

    /// States that a connection moved, unless it is known to have done so already: another monitor told.
    fn say(&mut self, call: &CallKey, name: &ConnectionKey, how: Move) {
        let told_by = self.monitor.clone();
        let Some(leg) = self.calls.get_mut(call).and_then(|call| call.leg_mut(name)) else {
            return;
        };
        let Some(state) = after(&leg.state, how.event).filter(|_| leg.over.is_none()) else {
            return;
        };
        leg.over = (state == State::Null).then_some(Over { told_by });
        leg.state = state;
        let fact = ConnectionFact {
            call: call.clone(),
            connection: leg.key.clone(),
            event: how.event,
            cause: how.cause,
            direction: leg.direction,
            who: Self::at(leg),
            new_destination: how.to.map(Private::new),
            refused: how.refused,
            uncertain: if leg.assumed { assumed(how.event) } else { Vec::new() },
        };
        self.out.push(Fact::Connection(Box::new(fact)));
    }

    /// Is everything heard of who is at this connection?
    fn is_watched(&self, leg: &Leg) -> bool {
        leg.device.as_ref().is_some_and(|device| self.watched.contains(device))
    }

    /// Forgets a call of which nobody is left.
    fn drop_empty(&mut self, call: &CallKey) {
        if self.calls.get(call).is_some_and(|known| known.live().next().is_none()) {
            if let Some(over) = self.calls.remove(call) {
                self.is_over(call, &over);
            }
            self.expected.remove(call);
            self.doubts.remove(call);
        }
    }
}

/// What is not told of a connection that has to be there.
fn assumed(by: ConnectionEvent) -> Vec<Text> {
    let reached = match by {
        ConnectionEvent::Delivered => Some("alertingAt"),
        ConnectionEvent::Originated | ConnectionEvent::Established => Some("connectedAt"),
        _ => None,
    };
    let fields = ["state", "since", "createdAt"].into_iter().chain(reached);
    fields.map(Text::from).collect()
}

/// The state of a connection behind an event (ECMA-269, connection states); `None` where the event is none of a connection in that state: it was
/// told before.
fn after(from: &State, event: ConnectionEvent) -> Option<State> {
    use ConnectionEvent as E;
    let next = match (event, from) {
        (E::ServiceInitiated | E::NetworkReached, State::Null) => State::Initiated,
        (E::Originated, State::Null | State::Initiated) => State::Connected,
        (E::Delivered, State::Null | State::Initiated) => State::Alerting,
        (E::Queued, State::Null | State::Alerting) => State::Queued,
        (E::Established, State::Null | State::Initiated | State::Alerting | State::Queued) => State::Connected,
        (E::Failed, State::Null | State::Initiated | State::Alerting) => State::Fail,
        (E::Held | E::HeldBySwitch, State::Connected) => State::Hold,
        (E::Retrieved, State::Hold) => State::Connected,
        (E::Diverted, _) => State::Null,
        (E::ConnectionCleared, from) if *from != State::Null => State::Null,
        _ => return None,
    };
    Some(next)
}
