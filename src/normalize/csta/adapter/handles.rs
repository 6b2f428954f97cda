//! Some switches are asked for a device by a name that they give out for its number. It is asked for before the device is monitored, or
//! called for the first time, and is good as long as the session.

mod connections;

use super::{CstaAdapter, Step};
use crate::model::{CommandId, Now, Text};
use crate::normalize::csta::dialect::{ask_name, give_back};
use crate::profile::Named;
use lineside_csta::avaya::GetThirdPartyDeviceId;
use lineside_csta::types::{DeviceId, NewDestination, UniversalFailure};
use lineside_csta::{Ask, Failure, Request, Response};
use lineside_wire::{RequestId, Session as _, Tick};
use std::collections::{BTreeMap, VecDeque};

/// Of so many devices that are only called the names are kept.
const PASSING: usize = 1024;

/// The names that were given out.
#[derive(Debug, Default)]
pub(super) struct Handles {
    /// How they are asked for, and what the server calls the switch; `None`: devices are asked for by their numbers.
    by: Option<(Named, String)>,
    known: BTreeMap<Text, DeviceId>,
    /// The devices among them that are only called, the first one first.
    passing: VecDeque<Text>,
    /// What is to be asked for as soon as a name is known.
    waiting: BTreeMap<RequestId, Waiting>,
    /// Names that are not used any more.
    unused: Vec<DeviceId>,
}

/// A request of a command that has no name yet for one of its devices.
#[derive(Debug)]
pub(super) struct Waiting {
    id: CommandId,
    request: Request,
    missing: Missing,
}

/// A device without a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Missing {
    number: Text,
    role: Role,
}

/// What a device is in a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    /// It is to do something.
    Asked,
    /// A call is to go there.
    Called,
}

impl Handles {
    pub(super) fn new(by: Option<(Named, String)>) -> Self {
        Handles {
            by,
            ..Handles::default()
        }
    }

    /// Are devices asked for by names?
    pub(super) const fn are_used(&self) -> bool {
        self.by.is_some()
    }

    /// None is good any more.
    pub(super) fn forget(&mut self) {
        self.known.clear();
        self.passing.clear();
        self.unused.clear();
    }

    /// By what a device is asked for.
    pub(super) fn of(&self, number: &str) -> DeviceId {
        let known = self.known.get(number).cloned();
        known.unwrap_or_else(|| DeviceId::dialled(number))
    }

    /// Is a device that is to be monitored asked for by a name already? That of one that was only called is not kept for long.
    pub(super) fn are_kept(&self, number: &Text) -> bool {
        self.known.contains_key(number) && !self.passing.contains(number)
    }

    /// The request for a name.
    pub(super) fn ask(&self, number: &str) -> Option<Ask> {
        let (named, switch) = self.by.as_ref()?;
        Some(Ask::new(ask_name(named, switch, number)))
    }

    /// Writes names in place of numbers. The first device that has none, and how it is asked for.
    fn write(&self, request: &mut Request) -> Result<(), (Missing, Ask)> {
        if self.by.is_none() {
            return Ok(());
        }
        for (role, device) in devices(request) {
            self.name(role, device)?;
        }
        for device in connections::by_number(request) {
            self.name(Role::Asked, device)?;
        }
        Ok(())
    }

    fn name(&self, role: Role, device: &mut DeviceId) -> Result<(), (Missing, Ask)> {
        let number = Text::from(device.number());
        match (self.known.get(&number), self.ask(&number)) {
            (Some(known), _) => *device = known.clone(),
            (None, Some(ask)) if !number.is_empty() => return Err((Missing { number, role }, ask)),
            _ => {}
        }
        Ok(())
    }

    /// Takes the answer to the request for a name.
    fn told(&mut self, number: &Text, result: Result<Response, Failure>) -> Result<(), Failure> {
        let unknown = |why: &str| Failure::Refused(UniversalFailure::PrivateErrorCode(why.into()));
        let device = match GetThirdPartyDeviceId::answer(&result?) {
            Some(Ok(device)) => device,
            Some(Err(why)) => return Err(Failure::Unreadable(why)),
            None => return Err(unknown("the switch answered something else")),
        };
        let before = self.known.insert(number.clone(), device);
        let again = self.known.get(number);
        self.unused.extend(before.filter(|before| again != Some(before)));
        Ok(())
    }

    /// The device of which the name was told is monitored: what is told of it has to be known for that.
    fn is_watched(&mut self, number: &Text) -> Result<(), Failure> {
        self.passing.retain(|passing| passing != number);
        let known = self.known.get(number);
        if known.is_some_and(|known| known.number() == &**number) {
            return Ok(());
        }
        let why = "its name at the switch does not have its number";
        self.unused.extend(self.known.remove(number));
        Err(Failure::Refused(UniversalFailure::PrivateErrorCode(why.into())))
    }

    /// The device of which the name was told is only called.
    fn passes(&mut self, number: Text) {
        self.passing.push_back(number);
        if self.passing.len() > PASSING
            && let Some(first) = self.passing.pop_front()
        {
            self.unused.extend(self.known.remove(&first));
        }
    }
}

impl CstaAdapter {
    /// What is to be sent for a request of a command: itself, or before that the request for a name.
    pub(super) fn named_first(&self, now: Tick, id: CommandId, request: &Request) -> (Ask, Option<Missing>) {
        let mut written = request.clone();
        match self.handles.write(&mut written) {
            Ok(()) => (Ask::new(written), None),
            Err((missing, ask)) => (ask.within(self.procedures.names_within(now, id)), Some(missing)),
        }
    }

    /// The request of a command waits for the answer to `asked`.
    pub(super) fn waits_for_name(&mut self, asked: RequestId, id: CommandId, request: Request, missing: Missing) {
        let waiting = Waiting { id, request, missing };
        self.handles.waiting.insert(asked, waiting);
    }

    /// An answer, if it is one for which a command waits.
    pub(super) fn named_for_command(&mut self, asked: RequestId, result: &Result<Response, Failure>) -> bool {
        let Some(waiting) = self.handles.waiting.remove(&asked) else {
            return false;
        };
        let Waiting { id, request, missing } = waiting;
        let Missing { number, role } = missing;
        let meanwhile = self.handles.known.contains_key(&number);
        match self.handles.told(&number, result.clone()) {
            Ok(()) => {
                if !meanwhile {
                    self.handles.passes(number);
                }
                self.procedures.put_back(id, request);
            }
            Err(Failure::Timeout) => {
                let why = format!("the switch did not say in time by what {} is asked for", &*number);
                self.procedures.not_sent(id, Text::from(why), &mut self.normalizer);
            }
            Err(failure) => {
                let name = Text::from(GetThirdPartyDeviceId::NAME);
                let called = role == Role::Called;
                self.procedures
                    .refused(id, &name, &failure, called, &mut self.normalizer);
            }
        }
        true
    }

    /// The answer to the request for the name of a device that is to be monitored.
    pub(super) fn named_for_monitor(&mut self, now: Now, device: Text, result: Result<Response, Failure>) {
        let told = self.handles.told(&device, result);
        match told.and_then(|()| self.handles.is_watched(&device)) {
            Ok(()) => self.monitors.is_named(device),
            Err(why) => {
                self.monitors.is_refused(now.tick, device, Step::Name, &why);
                self.counted.1 = true;
                self.count(now.tick, false);
            }
        }
        self.settle(now.tick);
    }

    /// Names that are not used any more are given back.
    pub(super) fn give_back(&mut self, now: Now) {
        let (Some(client), Some((named, _))) = (self.client.as_mut(), &self.handles.by) else {
            return;
        };
        for device in self.handles.unused.drain(..) {
            // Where it cannot be said the server keeps it until the session ends: no more than that. Nor does its answer say anything.
            let _ = client.submit(now.tick, Ask::new(give_back(named, device)));
        }
    }
}

/// The devices that a request names by themselves. Those of connections ([`connections`]) are named as the switch named them, where it did.
fn devices(request: &mut Request) -> Vec<(Role, &mut DeviceId)> {
    use Request as R;
    use Role::{Asked, Called};
    match request {
        R::MakeCall(make) => vec![
            (Asked, &mut make.calling_device),
            (Called, &mut make.called_directory_number),
        ],
        R::ConsultationCall(consult) => vec![(Called, &mut consult.consulted_device)],
        R::DeflectCall(deflect) => match &mut deflect.new_destination {
            NewDestination::Device(device) => vec![(Called, device)],
            NewDestination::List(list) => list.iter_mut().map(|device| (Called, device)).collect(),
        },
        R::SingleStepTransferCall(transfer) => vec![(Called, &mut transfer.transferred_to)],
        R::SingleStepConferenceCall(conference) => vec![(Asked, &mut conference.device_to_join)],
        R::DirectedPickupCall(pickup) => vec![(Asked, &mut pickup.requesting_device)],
        R::GroupPickupCall(pickup) => vec![(Asked, &mut pickup.new_destination)],
        R::ParkCall(park) => vec![(Called, &mut park.park_to)],
        R::SetDoNotDisturb(set) => vec![(Asked, &mut set.device)],
        R::GetDoNotDisturb(get) => vec![(Asked, &mut get.device)],
        R::SetForwarding(set) => {
            let to = set.forward_dn.as_mut().map(|to| (Called, to));
            [(Asked, &mut set.device)].into_iter().chain(to).collect()
        }
        R::GetForwarding(get) => vec![(Asked, &mut get.device)],
        R::SetAgentState(set) => {
            let group = set.group.as_mut().map(|group| (Asked, group));
            [(Asked, &mut set.device)].into_iter().chain(group).collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lineside_csta::avaya;

    #[test]
    fn names_of_devices_that_are_only_called_are_given_back_and_the_others_are_kept() {
        let namespace = "http://www.avaya.com/csta";
        let by = Named::ThirdPartyDeviceId {
            namespace: namespace.to_owned(),
        };
        let mut handles = Handles::new(Some((by, "pbx".to_owned())));
        let tell = |handles: &mut Handles, number: &str| {
            let device = avaya::device(&format!("{number}:pbx::0"));
            let answer = GetThirdPartyDeviceId::response(&device, namespace);
            handles.told(&Text::from(number), Ok(answer)).unwrap();
        };
        // One of these was called before it was monitored.
        for number in ["2001", "2002"] {
            tell(&mut handles, number);
            handles.passes(Text::from(number));
        }
        handles.is_watched(&Text::from("2001")).unwrap();
        for number in 0..PASSING {
            let number = format!("0{number}");
            tell(&mut handles, &number);
            handles.passes(Text::from(number));
        }
        assert_eq!(handles.unused, [avaya::device("2002:pbx::0")]);
        assert_eq!((handles.known.len(), handles.passing.len()), (PASSING + 1, PASSING));
        assert!(handles.are_kept(&Text::from("2001")));
        assert_eq!(handles.of("2002"), DeviceId::dialled("2002"));
    }
}
