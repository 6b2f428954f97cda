//! How a switch is made to do what is asked for: mostly by the service of the same name.

use super::Normalizer;
use super::party::{call_key, connection_key};
use crate::model::{
    Ask, Capability, CommandId, ConnectionKey, Denial, DeviceId as Key, Feature, ForwardingType as When, Meaning,
    Native, Participation, Progress, Service, Task, Text,
};
use lineside_csta::Failure;
use lineside_csta::types::{
    AlternateCall, AnswerCall, ClearConnection, ConferenceCall, ConnectionId, ConsultationCall, DeflectCall, DeviceId,
    DirectedPickupCall, ExtendedDeviceId, ForwardingType, GenerateDigits, GroupPickupCall, HoldCall, MakeCall,
    NewDestination, ParkCall, ParticipationType, ReconnectCall, RetrieveCall, SetDoNotDisturb, SetForwarding,
    SingleStepConferenceCall, SingleStepTransferCall, TransferCall, UniversalFailure,
};
use lineside_csta::{Request, Response};
use lineside_wire::{Private, RequestId, Tick};
use std::collections::{BTreeMap, VecDeque};

/// What a profile does not offer.
const NOT_OFFERED: &str = "the switch does not offer it, as its profile says (services)";

/// The tasks under way.
pub(super) struct Procedures {
    services: Vec<Service>,
    waiting: VecDeque<(CommandId, Request)>,
    asked: BTreeMap<RequestId, CommandId>,
    work: BTreeMap<CommandId, Work>,
    progress: VecDeque<(CommandId, Progress)>,
}

/// What is left of a task.
#[derive(Debug)]
struct Work {
    /// Requests that have no answer yet.
    open: usize,
    /// Until when a call that its device begins is the one.
    until: Tick,
    /// The device that makes a call by it, until the call is known.
    makes: Option<Text>,
    /// The name of the service, in the switch's terms.
    request: Text,
}

impl Procedures {
    pub(super) const fn new(services: Vec<Service>) -> Self {
        Procedures {
            services,
            waiting: VecDeque::new(),
            asked: BTreeMap::new(),
            work: BTreeMap::new(),
            progress: VecDeque::new(),
        }
    }

    /// What may be asked for.
    pub(super) fn capabilities(&self) -> BTreeMap<Text, Capability> {
        let one = |service: &Service| {
            let why = (!self.services.contains(service)).then(|| Text::from(NOT_OFFERED));
            (Text::from(service.as_str()), Capability::unless(why))
        };
        Service::ALL.iter().map(one).collect()
    }

    pub(super) fn poll(&mut self) -> Option<(CommandId, Progress)> {
        self.progress.pop_front()
    }

    /// The next request to send.
    pub(super) fn poll_request(&mut self) -> Option<(CommandId, Request)> {
        self.waiting.pop_front()
    }

    pub(super) fn put_back(&mut self, id: CommandId, request: Request) {
        self.waiting.push_front((id, request));
    }

    pub(super) fn sent(&mut self, id: CommandId, request: RequestId) {
        self.asked.insert(request, id);
    }

    pub(super) fn not_sent(&mut self, id: CommandId, why: Text, calls: &mut Normalizer) {
        self.over(id, Progress::NotSent(why), calls);
    }

    pub(super) fn start(&mut self, now: Tick, task: &Task, calls: &mut Normalizer) {
        // What was asked of a device that never began a call is over.
        self.work.retain(|_, work| work.open > 0 || work.until > now);
        let id = task.id;
        let (requests, makes) = match requests(&task.ask, now, calls) {
            Ok(made) => made,
            Err(denial) => return self.progress.push_back((id, Progress::Denied(denial))),
        };
        let Some(first) = requests.first() else {
            return self.progress.push_back((id, Progress::Acknowledged));
        };
        if let Some(device) = &makes {
            calls.makes_call(now, device, matches!(task.ask, Ask::MakeCall(_)));
        }
        let work = Work {
            open: requests.len(),
            until: now + super::ASKED,
            makes,
            request: Text::from(first.name()),
        };
        self.work.insert(id, work);
        self.waiting.extend(requests.into_iter().map(|request| (id, request)));
    }

    /// A device began a call: it is the one that was asked for, where one was.
    pub(super) fn begun(&mut self, device: &str, call: crate::model::CallKey, connection: ConnectionKey) {
        let makes = |work: &&mut Work| work.makes.as_deref() == Some(device);
        let mine = self.work.iter_mut().map(|(id, work)| (*id, work));
        if let Some((id, work)) = mine.into_iter().find(|(_, work)| makes(work)) {
            work.makes = None;
            self.progress.push_back((id, Progress::Expect { connection, call }));
        }
    }

    /// A request was answered, or was not. Whether it was one of a task.
    pub(super) fn completed(
        &mut self,
        id: RequestId,
        result: &Result<Response, Failure>,
        calls: &mut Normalizer,
    ) -> bool {
        let Some(id) = self.asked.remove(&id) else { return false };
        let Some(work) = self.work.get_mut(&id) else {
            return true;
        };
        match result {
            Ok(response) => {
                if let (Some(device), Some(made)) = (work.makes.clone(), made_by(response)) {
                    let subject = ExtendedDeviceId::Device(DeviceId::dialled(&device));
                    let connection = connection_key(made, &subject);
                    self.begun(&device, call_key(made), connection);
                }
                let Some(work) = self.work.get_mut(&id) else {
                    return true;
                };
                work.open = work.open.saturating_sub(1);
                if work.open == 0 {
                    self.over(id, Progress::Acknowledged, calls);
                }
            }
            Err(Failure::Lost) => self.over(id, Progress::Lost, calls),
            // The engine has a clock of its own for that.
            Err(Failure::Timeout) => {}
            Err(failure) => {
                let native = native(&work.request, failure);
                self.over(id, Progress::Refused(native), calls);
            }
        }
        true
    }

    fn over(&mut self, id: CommandId, progress: Progress, calls: &mut Normalizer) {
        let done = matches!(progress, Progress::Acknowledged);
        let makes = self.work.get_mut(&id).and_then(|work| work.makes.take());
        if let Some(device) = makes {
            if done {
                // It may begin behind the answer, which did not say by which name.
                if let Some(work) = self.work.get_mut(&id) {
                    work.makes = Some(device);
                }
                self.progress.push_back((id, progress));
                return;
            }
            calls.makes_no_call(&device);
        }
        self.work.remove(&id);
        self.waiting.retain(|(of, _)| *of != id);
        self.progress.push_back((id, progress));
    }

    /// The connection is gone: what was not answered is done or not.
    pub(super) fn closed(&mut self, calls: &mut Normalizer) {
        self.asked.clear();
        self.waiting.clear();
        for id in std::mem::take(&mut self.work).into_keys() {
            self.progress.push_back((id, Progress::Lost));
        }
        calls.makes_nothing();
    }
}

/// The connection that a service made, as its answer tells it.
fn made_by(response: &Response) -> Option<&ConnectionId> {
    match response {
        Response::MakeCall(made) => Some(&made.calling_device),
        Response::ConsultationCall(made) => Some(&made.initiated_call),
        _ => None,
    }
}

/// The requests that a task takes, and the device that makes a call by it.
fn requests(ask: &Ask, now: Tick, calls: &mut Normalizer) -> Result<(Vec<Request>, Option<Text>), Denial> {
    if let Ask::SetAgentState(task) = ask {
        return super::agent::requests(task, now, calls).map(|requests| (requests, None));
    }
    let native = |key: &ConnectionKey| calls.native(key).ok_or(Denial::NoConnection);
    let one = |request: Request| Ok((vec![request], None));
    match ask {
        Ask::MakeCall(call) => {
            let request = Request::MakeCall(Box::new(MakeCall {
                calling_device: DeviceId::dialled(call.calling.key()),
                called_directory_number: DeviceId::dialled(&call.called),
                ..MakeCall::default()
            }));
            Ok((vec![request], Some(Text::from(call.calling.key()))))
        }
        Ask::Answer(key) => one(Request::AnswerCall(Box::new(AnswerCall {
            call_to_be_answered: native(key)?,
            ..AnswerCall::default()
        }))),
        Ask::Clear(keys) => {
            let clear = |key: &ConnectionKey| {
                Some(Request::ClearConnection(Box::new(ClearConnection {
                    connection_to_be_cleared: calls.native(key)?,
                    ..ClearConnection::default()
                })))
            };
            // Who has no name leaves when nobody is left to talk to.
            let requests: Vec<Request> = keys.iter().filter_map(clear).collect();
            if requests.is_empty() {
                return Err(Denial::NoConnection);
            }
            Ok((requests, None))
        }
        Ask::Hold { connection, .. } => one(Request::HoldCall(Box::new(HoldCall {
            call_to_be_held: native(connection)?,
            ..HoldCall::default()
        }))),
        Ask::Retrieve { connection, .. } => one(Request::RetrieveCall(Box::new(RetrieveCall {
            call_to_be_retrieved: native(connection)?,
            ..RetrieveCall::default()
        }))),
        Ask::Consult { connection, to } => {
            let request = Request::ConsultationCall(Box::new(ConsultationCall {
                existing_call: native(connection)?,
                consulted_device: DeviceId::dialled(to),
                ..ConsultationCall::default()
            }));
            Ok((vec![request], calls.device_of(connection)))
        }
        Ask::Alternate { active, held } => one(Request::AlternateCall(Box::new(AlternateCall {
            held_call: native(held)?,
            active_call: native(active)?,
            ..AlternateCall::default()
        }))),
        Ask::Reconnect { active, held } => one(Request::ReconnectCall(Box::new(ReconnectCall {
            active_call: native(active)?,
            held_call: native(held)?,
            ..ReconnectCall::default()
        }))),
        Ask::Transfer { active, held } => one(Request::TransferCall(Box::new(TransferCall {
            held_call: native(held)?,
            active_call: native(active)?,
            ..TransferCall::default()
        }))),
        Ask::Conference { active, held } => one(Request::ConferenceCall(Box::new(ConferenceCall {
            held_call: native(held)?,
            active_call: native(active)?,
            ..ConferenceCall::default()
        }))),
        Ask::Deflect { connection, to } => one(Request::DeflectCall(Box::new(DeflectCall {
            call_to_be_diverted: native(connection)?,
            new_destination: NewDestination::from(DeviceId::dialled(to)),
            ..DeflectCall::default()
        }))),
        Ask::SingleStepTransfer { connection, to, .. } => {
            one(Request::SingleStepTransferCall(Box::new(SingleStepTransferCall {
                active_call: native(connection)?,
                transferred_to: DeviceId::dialled(to),
                ..SingleStepTransferCall::default()
            })))
        }
        Ask::Pickup {
            by,
            target: Some(target),
        } => one(Request::DirectedPickupCall(Box::new(DirectedPickupCall {
            call_to_be_picked_up: native(target)?,
            requesting_device: dialled(by),
            ..DirectedPickupCall::default()
        }))),
        Ask::Pickup { by, target: None } => one(Request::GroupPickupCall(Box::new(GroupPickupCall {
            new_destination: dialled(by),
            ..GroupPickupCall::default()
        }))),
        Ask::Supervise {
            device,
            watched,
            participation,
        } => one(Request::SingleStepConferenceCall(Box::new(SingleStepConferenceCall {
            active_call: native(watched)?,
            device_to_join: dialled(device),
            participation_type: Some(match participation {
                Participation::Silent => ParticipationType::Silent,
                Participation::Active => ParticipationType::Active,
                Participation::Coach => {
                    return Err(Denial::NotSupported(Text::from(
                        "CSTA has no word for being heard by one party only",
                    )));
                }
            }),
            ..SingleStepConferenceCall::default()
        }))),
        Ask::Park { connection, to, .. } => one(Request::ParkCall(Box::new(ParkCall {
            parking: native(connection)?,
            park_to: match to {
                Some(to) => DeviceId::dialled(to),
                None => {
                    let why = "this switch parks at a device that is named: give `to`";
                    return Err(Denial::Field("to", Text::from(why)));
                }
            },
            ..ParkCall::default()
        }))),
        Ask::GenerateDigits { connection, digits } => one(Request::GenerateDigits(Box::new(GenerateDigits {
            connection_to_send_digits: native(connection)?,
            characters_to_send: Private::new(String::from(&***digits)),
            ..GenerateDigits::default()
        }))),
        Ask::SetFeature { device, feature } => one(feature_of(device, feature)),
        Ask::Mute { .. } | Ask::Record { .. } | Ask::SetAgentState(_) => {
            Err(Denial::NotSupported(Text::from(NOT_OFFERED)))
        }
    }
}

fn feature_of(device: &Key, feature: &Feature) -> Request {
    match feature {
        Feature::DoNotDisturb(on) => Request::SetDoNotDisturb(Box::new(SetDoNotDisturb {
            device: dialled(device),
            do_not_disturb_on: *on,
            ..SetDoNotDisturb::default()
        })),
        Feature::Forwarding(forwarding) => Request::SetForwarding(Box::new(SetForwarding {
            device: dialled(device),
            forwarding_type: Some(match forwarding.kind {
                When::Immediate => ForwardingType::ForwardImmediate,
                When::Busy => ForwardingType::ForwardBusy,
                When::NoAnswer => ForwardingType::ForwardNoAns,
            }),
            activate_forward: forwarding.active,
            forward_dn: forwarding.to.as_ref().map(|to| DeviceId::dialled(to)),
            ..SetForwarding::default()
        })),
    }
}

fn dialled(device: &Key) -> DeviceId {
    DeviceId::dialled(device.key())
}

/// A refusal in the switch's own words.
fn native(request: &Text, failure: &Failure) -> Native {
    let meaning = match failure {
        Failure::Refused(why) => meaning(why),
        _ => Meaning::Other,
    };
    Native {
        request: request.clone(),
        message: Text::from(failure.to_string()),
        meaning,
    }
}

fn meaning(why: &UniversalFailure) -> Meaning {
    let words = why.native();
    let says = |words: &str, any: &[&str]| any.iter().any(|word| words.contains(word));
    match () {
        () if says(&words, &["privilegeViolation", "security"]) => Meaning::Right,
        () if says(
            &words,
            &[
                "invalidCalledDeviceID",
                "invalidDestination",
                "invalidForwardingDestination",
            ],
        ) =>
        {
            Meaning::Destination
        }
        () if says(
            &words,
            &["invalidDeviceID", "invalidCallingDeviceID", "deviceOutOfService"],
        ) =>
        {
            Meaning::Device
        }
        () if says(
            &words,
            &["stateIncompatibility", "invalidConnectionID", "invalidCallID"],
        ) =>
        {
            Meaning::State
        }
        () => Meaning::Other,
    }
}
