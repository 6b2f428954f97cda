//! Names that a switch gives again. A call that is over may be told of late by another monitor, and its name may be that of another call at once:
//! each monitor tells in order, so one that has told the end, or that had nothing to do with the call, tells of another one by that name.

use super::party::{Named, call_key, connection_key, number};
use super::{Call, Leg, Normalizer};
use crate::model::{CallKey, Cause, ConnectionDirection, Fact, Kind, Party, RenameFact, Text};
use lineside_csta::types::{ConnectionId, ExtendedDeviceId, LocalConnectionState as State};
use lineside_wire::Tick;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

/// For so long it is known who had to do with a call that is over.
const STANDS: Duration = Duration::from_secs(30);
/// How many are remembered at most.
const MOST: usize = 16_384;

/// Calls that are over, or go on by another name.
#[derive(Debug, Default)]
pub(super) struct Past {
    all: BTreeMap<CallKey, Record>,
    order: VecDeque<(Tick, CallKey, u64)>,
    /// The number of the last entry there.
    last: u64,
    /// How often a name was that of another call.
    times: u32,
}

#[derive(Debug, Default)]
struct Record {
    /// The devices that were in it.
    parties: BTreeSet<Text>,
    /// The monitors that told that it is over.
    told: BTreeSet<Text>,
    /// Its newest entry in the order of what is forgotten.
    newest: u64,
}

impl Past {
    /// A call is over, or has another name; `told`: the monitors that said so.
    pub(super) fn add(&mut self, now: Tick, call: &CallKey, over: &Call, told: impl Iterator<Item = Text>) {
        if self.order.len() >= MOST {
            self.drop_first();
        }
        let record = self.all.entry(call.clone()).or_default();
        let devices = over.legs.iter().filter_map(|leg| leg.device.clone());
        record.parties.extend(devices);
        record.told.extend(told);
        self.last += 1;
        record.newest = self.last;
        self.order.push_back((now, call.clone(), self.last));
    }

    /// A monitor tells the end, too.
    pub(super) fn tells(&mut self, call: &CallKey, monitor: Option<&Text>) {
        if let (Some(record), Some(monitor)) = (self.all.get_mut(call), monitor) {
            record.told.insert(monitor.clone());
        }
    }

    /// Is a call of this name, told of by `monitor`, another one?
    fn is_another(&self, call: &CallKey, monitor: &Text) -> bool {
        let late = |record: &Record| record.parties.contains(monitor) && !record.told.contains(monitor);
        self.all.get(call).is_some_and(|record| !late(record))
    }

    /// Was it the name of a call?
    pub(super) fn knows(&self, call: &CallKey) -> bool {
        self.all.contains_key(call)
    }

    /// Nothing is known any more of what is over, but which names are used up.
    pub(super) fn clear(&mut self) {
        *self = Past {
            times: self.times,
            ..Past::default()
        };
    }

    /// So often names were that of another call before the bridge was started anew.
    pub(super) fn go_on(&mut self, times: u32) {
        self.times = self.times.max(times);
    }

    pub(super) fn once_more(&mut self) -> u32 {
        self.times = self.times.wrapping_add(1).max(1);
        self.times
    }

    pub(super) fn forget(&mut self, now: Tick) {
        while self.order.front().is_some_and(|(set, ..)| *set + STANDS <= now) {
            self.drop_first();
        }
    }

    fn drop_first(&mut self) {
        if let Some((_, call, number)) = self.order.pop_front()
            && self.all.get(&call).is_some_and(|record| record.newest == number)
        {
            self.all.remove(&call);
        }
    }
}

/// What an event tells by which a call begins.
pub(super) struct Begins<'a> {
    pub(super) connection: &'a ConnectionId,
    pub(super) device: &'a ExtendedDeviceId,
    /// Who calls whom, where the device is called.
    pub(super) parties: Option<(&'a Named<'a>, &'a ExtendedDeviceId)>,
    /// Why, where the device is called.
    pub(super) cause: Option<Cause>,
}

impl<'a> Begins<'a> {
    /// By the device itself.
    pub(super) const fn by(connection: &'a ConnectionId, device: &'a ExtendedDeviceId) -> Self {
        Begins {
            connection,
            device,
            parties: None,
            cause: None,
        }
    }
}

impl Normalizer {
    /// A call is over.
    pub(super) fn is_over(&mut self, call: &CallKey, over: &Call) {
        let told = over
            .legs
            .iter()
            .filter_map(|leg| leg.over.as_ref()?.told_by.clone())
            .collect::<Vec<_>>();
        self.past.add(self.tick, call, over, told.into_iter());
    }

    /// Something begins: is it in a call that is known, or in another one by a name that is known?
    pub(super) fn renew(&mut self, begins: &Begins<'_>) {
        let call = call_key(begins.connection);
        let Some(monitor) = self.monitor.clone() else { return };
        if self.calls.get(&call).is_some() {
            if self.is_another(&call, begins, &monitor) {
                self.put_aside(&call);
            }
            return;
        }
        // Of a call that goes on by another name a monitor may tell by the old one for a while; that a device begins one by it is another.
        let goes_on = begins.parties.is_some() && self.moved.call(&call).is_some();
        if !goes_on && self.past.is_another(&call, &monitor) {
            self.moved.free(&call);
            self.past.all.remove(&call);
            self.calls.entry(&call).nth = self.past.once_more();
        }
    }

    /// Does it contradict what is known of the call, so that its end was not heard?
    fn is_another(&self, call: &CallKey, begins: &Begins<'_>, monitor: &Text) -> bool {
        let Some(known) = self.calls.get(call) else {
            return false;
        };
        let name = connection_key(begins.connection, begins.device);
        let leg = known.leg(&name).or_else(|| known.at(number(begins.device)?));
        match begins.parties {
            // Only who calls begins a call, and once.
            None if number(begins.device) != Some(monitor) => false,
            None => match leg {
                Some(Leg { over: Some(over), .. }) => over.told_by.as_ref() == Some(monitor),
                Some(leg) => {
                    let called = leg.direction == ConnectionDirection::Incoming && leg.is_live();
                    let elsewhere = matches!(leg.state, State::Hold | State::Alerting | State::Queued | State::Fail);
                    leg.begun || called || elsewhere
                }
                None => {
                    let is_other = |leg: &&Leg| leg.kind == Kind::Station && leg.device.as_ref() != Some(monitor);
                    known.caller().filter(is_other).is_some_and(|leg| leg.device.is_some())
                }
            },
            Some((calling, called)) => {
                let other = |known: Option<&Party>, told: Option<&str>| {
                    let known = known.and_then(|party| party.number.as_ref());
                    matches!((known, told), (Some(known), Some(told)) if &***known != told)
                };
                // Who calls is there by what was told of him, not by the line that he is at; who is in the call may call somebody into it.
                let who = self.who(calling).party.number;
                let is_in = |device: &str| known.live().any(|leg| leg.is_at(device));
                leg.is_none()
                    && matches!(begins.cause, None | Some(Cause::NewCall))
                    && !self.expected.contains_key(call)
                    && !number(calling.device).is_some_and(is_in)
                    && other(known.calling.as_ref(), who.as_ref().map(|who| &***who))
                    && other(known.called.as_ref(), number(called))
            }
        }
    }

    /// The end of a call was not heard: its name is that of another one now.
    fn put_aside(&mut self, call: &CallKey) {
        let nth = self.past.once_more();
        let aside = CallKey(Text::from(format!("{}#{nth}", call.0)));
        self.out.push(Fact::Renamed(RenameFact {
            call: (call.clone(), aside.clone()),
            connections: Vec::new(),
        }));
        if let Some(known) = self.calls.remove(call) {
            self.calls.insert(aside.clone(), known);
        }
        self.expected.remove(call);
        self.doubts.remove(call);
        self.clear_all(&aside, None);
        self.calls.entry(call).nth = nth;
    }
}
