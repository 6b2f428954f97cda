//! How a switch is made to do what is asked for: mostly by the service of the same name.
//!
//! | what | where |
//! |---|---|
//! | what may be asked for in this dialect | [`words`] |
//! | the requests that a task takes | [`requests`] |
//! | what a refusal means | [`refusal`] |
//!
//! Of a task that takes several requests the next one is sent when the one before was done.

mod refusal;
mod requests;
mod words;

#[cfg(test)]
mod tests;

use super::Normalizer;
use crate::model::{Ask, Capability, CommandId, ConnectionKey, Feature, Progress, Service, Task, Text};
use crate::profile::Asked;
use lineside_csta::types::{ConnectionId, DeviceId, ExtendedDeviceId};
use lineside_csta::{Encoding, Failure, Request, Response};
use lineside_wire::{RequestId, Tick};
use requests::Plan;
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

/// How long after its yes a switch that tells of digits has told of the first one; each further one takes so much more.
const SHOWN: Duration = Duration::from_secs(2);
const DIGIT: Duration = Duration::from_millis(250);
/// A command gives up after [`super::ASKED`]: by what devices are asked for is known so long after its beginning, or it is not sent.
const NAMED: Duration = Duration::from_secs(3);
/// After so long it is looked again whether a telephone rings of which that is not known.
const AGAIN: Duration = Duration::from_secs(1);
/// Of so many telephones that are rung to make a call it is remembered until when.
const RINGING: usize = 4096;

/// The tasks under way.
pub(super) struct Procedures {
    services: Vec<Service>,
    /// What telephones can be asked for.
    states: Vec<Asked>,
    encoding: Encoding,
    waiting: VecDeque<(CommandId, Request)>,
    asked: BTreeMap<RequestId, CommandId>,
    work: BTreeMap<CommandId, Work>,
    /// Telephones that are rung to make a call.
    ringing: BTreeMap<ConnectionKey, Ringing>,
    progress: VecDeque<(CommandId, Progress)>,
}

/// A telephone that is rung to make a call.
#[derive(Debug)]
struct Ringing {
    /// The command that it is rung for.
    by: CommandId,
    /// Until when it may, or when it is looked at again.
    until: Tick,
    /// It may no more, and the switch was asked to end that.
    ends: bool,
}

/// What is left of a task.
#[derive(Debug)]
struct Work {
    /// What is to be asked for behind the request that has no answer yet.
    rest: VecDeque<Request>,
    /// Something has no answer yet.
    open: bool,
    /// Something of it was asked for.
    begun: bool,
    /// By then it has to be known by what its devices are asked for.
    named: Tick,
    /// Until when a call that its device begins is the one.
    until: Tick,
    /// The device that makes a call by it, until the call is known.
    makes: Option<Text>,
    /// Until when its telephone may ring for that.
    rings: Option<Tick>,
    /// The device that comes to a call by it.
    comes: Option<Text>,
    /// So many digits are pressed by it: the switch may tell of them or not.
    digits: usize,
    /// What a device is to be set to that is asked for it behind that, since nothing else would show it.
    reads: Option<(Text, Feature)>,
    /// When it counts as done, and whether that was shown.
    unshown: Option<(Tick, Progress)>,
    /// The name of the service, in the switch's terms.
    request: Text,
    /// The agent of whom it is asked.
    agent: Option<Text>,
}

impl Procedures {
    pub(super) const fn new(services: Vec<Service>, states: Vec<Asked>, encoding: Encoding) -> Self {
        Procedures {
            services,
            states,
            encoding,
            waiting: VecDeque::new(),
            asked: BTreeMap::new(),
            work: BTreeMap::new(),
            ringing: BTreeMap::new(),
            progress: VecDeque::new(),
        }
    }

    /// What may be asked for.
    pub(super) fn capabilities(&self) -> BTreeMap<Text, Capability> {
        let one = |service: &Service| {
            let why = words::why_not(*service, &self.services, &self.encoding);
            (Text::from(service.as_str()), Capability::unless(why))
        };
        Service::ALL.iter().map(one).collect()
    }

    /// The switch writes otherwise than it was thought to.
    pub(super) fn is_written(&mut self, encoding: Encoding) {
        self.encoding = encoding;
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
        if let Some(work) = self.work.get_mut(&id) {
            work.begun = true;
        }
    }

    /// How long it may take to find out by what a device is asked for.
    pub(super) fn names_within(&self, now: Tick, id: CommandId) -> Duration {
        self.work.get(&id).map_or(NAMED, |work| work.named.since(now))
    }

    /// A request was not sent. Those of the same task that were sent before may have been done.
    pub(super) fn not_sent(&mut self, id: CommandId, why: Text, calls: &mut Normalizer) {
        let begun = self.work.get(&id).is_some_and(|work| work.begun);
        let progress = if begun { Progress::Lost } else { Progress::NotSent(why) };
        self.over(id, Some(progress), calls);
    }

    pub(super) fn start(&mut self, now: Tick, task: &Task, calls: &mut Normalizer) {
        // What was asked of a device that never began a call is over.
        self.work
            .retain(|_, work| work.open || work.unshown.is_some() || work.until > now);
        let id = task.id;
        let Plan {
            mut requests,
            makes,
            comes,
            digits,
            reads,
        } = match requests::plan(&task.ask, now, &self.states, calls) {
            Ok(plan) => plan,
            Err(denial) => return self.progress.push_back((id, Progress::Denied(denial))),
        };
        let Some(first) = requests.pop_front() else {
            return self.progress.push_back((id, Progress::Acknowledged));
        };
        if let Some(device) = &makes {
            calls.makes_call(now, device, matches!(task.ask, Ask::MakeCall(_)));
        }
        if let Some(device) = &comes {
            calls.is_to_come(now, device);
        }
        let work = Work {
            rest: requests,
            open: true,
            begun: false,
            named: now + NAMED,
            until: now + super::ASKED,
            makes,
            rings: match &task.ask {
                Ask::MakeCall(call) if self.offers(Service::ClearConnection) => {
                    Some(now + Duration::from_secs(u64::from(call.timeout)))
                }
                _ => None,
            },
            comes,
            digits,
            reads,
            unshown: None,
            request: Text::from(first.name()),
            agent: match &task.ask {
                Ask::SetAgentState(asked) => Some(Text::from(asked.agent.key())),
                _ => None,
            },
        };
        self.work.insert(id, work);
        self.waiting.push_back((id, first));
    }

    /// A device began a call, or, where it `came`, came to one: it is the one that was asked for last, where one was.
    pub(super) fn begun(&mut self, device: &str, call: crate::model::CallKey, connection: ConnectionKey, came: bool) {
        let here = |asked: &Option<Text>| asked.as_deref() == Some(device);
        let mut all = self.work.iter_mut().rev();
        if let Some((id, work)) = all.find(|(_, work)| here(&work.makes) || here(&work.comes)) {
            let id = *id;
            work.makes = None;
            work.comes.take_if(|_| came);
            let over = came && !work.open;
            if let Some(until) = work.rings.filter(|_| self.ringing.len() < RINGING) {
                let ringing = Ringing {
                    by: id,
                    until,
                    ends: false,
                };
                self.ringing.insert(connection.clone(), ringing);
            }
            self.progress.push_back((id, Progress::Expect { connection, call }));
            if over {
                // What is asked of the device next is another one.
                self.work.remove(&id);
            }
        }
    }

    /// A request was answered, or was not. Whether it was one of a task.
    pub(super) fn completed(
        &mut self,
        now: Tick,
        id: RequestId,
        result: &Result<Response, Failure>,
        calls: &mut Normalizer,
    ) -> bool {
        let Some(id) = self.asked.remove(&id) else { return false };
        if let Err(Failure::Refused(_) | Failure::Rejected(_)) = result {
            // It would refuse that again.
            self.ringing.retain(|_, ringing| ringing.by != id || !ringing.ends);
        }
        let Some(work) = self.work.get_mut(&id) else {
            return true;
        };
        match result {
            Ok(response) => {
                let device = work.makes.clone().or_else(|| work.comes.clone());
                if let (Some(device), Some(made)) = (device, made_by(response)) {
                    let subject = ExtendedDeviceId::Device(DeviceId::dialled(&device));
                    let (call, connection) = calls.key_of(made, &subject);
                    self.begun(&device, call, connection, false);
                }
                let agent = self.work.get(&id).filter(|work| work.rest.is_empty());
                if let (Some(agent), Response::SetAgentState(told)) =
                    (agent.and_then(|work| work.agent.as_ref()), response)
                    && let Some(then) = &told.pending_agent_state
                {
                    calls.will_be(agent, then);
                }
                self.is_read(now, id, response, calls);
                self.next(now, id, calls);
            }
            // It was set, and how it is now was not told.
            Err(_) if work.rest.is_empty() && work.reads.is_some() => {
                self.over(id, Some(Progress::Acknowledged), calls)
            }
            Err(failure) => {
                let request = work.request.clone();
                self.refused(id, &request, failure, false, calls);
            }
        }
        true
    }

    /// What was to be done was not. `called`: what was asked for is where a call was to go.
    pub(super) fn refused(
        &mut self,
        id: CommandId,
        request: &Text,
        failure: &Failure,
        called: bool,
        calls: &mut Normalizer,
    ) {
        let progress = match failure {
            Failure::Lost => Some(Progress::Lost),
            // The engine has a clock of its own for that, which is faster.
            Failure::Timeout => None,
            failure => Some(Progress::Refused(refusal::native(request, failure, called))),
        };
        self.over(id, progress, calls);
    }

    /// What a device is set to, where it was asked for that.
    fn is_read(&mut self, now: Tick, id: CommandId, response: &Response, calls: &mut Normalizer) {
        let Some(work) = self.work.get_mut(&id).filter(|work| work.rest.is_empty()) else {
            return;
        };
        let Some((device, wanted)) = work.reads.take() else {
            return;
        };
        if calls.shows(&device, response, &wanted) {
            // Behind the event of that, if it is one.
            work.unshown = Some((now, Progress::Shown));
        }
    }

    /// One request was done.
    fn next(&mut self, now: Tick, id: CommandId, calls: &mut Normalizer) {
        let Some(work) = self.work.get_mut(&id) else { return };
        if let Some(request) = work.rest.pop_front() {
            work.request = Text::from(request.name());
            return self.waiting.push_back((id, request));
        }
        if work.digits > 0 {
            let pressed = u32::try_from(work.digits).unwrap_or(u32::MAX);
            work.unshown = Some((now + SHOWN + DIGIT.saturating_mul(pressed), Progress::Unshown));
            work.open = false;
            return self.progress.push_back((id, Progress::Acknowledged));
        }
        if work.makes.is_some() || work.comes.is_some() {
            // It may begin behind the answer, which did not say by which name.
            work.open = false;
            return self.progress.push_back((id, Progress::Acknowledged));
        }
        if work.unshown.is_some() {
            work.open = false;
            return;
        }
        self.over(id, Some(Progress::Acknowledged), calls);
    }

    fn over(&mut self, id: CommandId, progress: Option<Progress>, calls: &mut Normalizer) {
        if let Some(work) = self.work.remove(&id) {
            for device in work.makes.iter().chain(&work.comes) {
                calls.makes_no_call(device);
            }
        }
        self.waiting.retain(|(of, _)| *of != id);
        self.progress.extend(progress.map(|progress| (id, progress)));
    }

    /// Can this be asked for at all?
    pub(super) fn offers(&self, service: Service) -> bool {
        words::why_not(service, &self.services, &self.encoding).is_none()
    }

    /// Telephones that were rung to make a call for long enough are rung no more: the switch has no such limit itself. Those for which that was
    /// over while the link was down are as soon as it is known that they ring still.
    fn rings_out(&mut self, now: Tick, calls: &mut Normalizer) {
        let waiting = &mut self.waiting;
        self.ringing.retain(|connection, ringing| {
            if ringing.until > now {
                return true;
            }
            if !calls.is_doubted(connection) {
                let Some(native) = calls.rings_out(connection) else {
                    return false;
                };
                // Until it is seen that it rings no more: the link may break before the switch has heard of it.
                if !std::mem::replace(&mut ringing.ends, true) {
                    waiting.push_back((ringing.by, requests::clear_connection(native)));
                }
            }
            ringing.until = now + AGAIN;
            true
        });
    }

    /// The switch has no calls any more.
    pub(super) fn nothing_rings(&mut self) {
        self.ringing.clear();
    }

    /// What the switch said yes to, and shows to nobody. `up`: it is known what rings.
    pub(super) fn handle_timeout(&mut self, now: Tick, up: bool, calls: &mut Normalizer) {
        if up {
            self.rings_out(now, calls);
        }
        let due = self
            .work
            .extract_if(.., |_, work| work.unshown.as_ref().is_some_and(|(at, _)| *at <= now));
        self.progress
            .extend(due.filter_map(|(id, work)| Some((id, work.unshown?.1))));
    }

    pub(super) fn poll_timeout(&self, up: bool) -> Option<Tick> {
        let unshown = self
            .work
            .values()
            .filter_map(|work| work.unshown.as_ref().map(|(at, _)| *at));
        let ringing = self.ringing.values().filter(|_| up).map(|ringing| ringing.until);
        unshown.chain(ringing).min()
    }

    /// The connection is gone: what was not answered is done or not.
    pub(super) fn closed(&mut self, calls: &mut Normalizer) {
        self.asked.clear();
        self.waiting.clear();
        self.ringing.values_mut().for_each(|ringing| ringing.ends = false);
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
        Response::SingleStepConferenceCall(made) => Some(&made.conferenced_call),
        Response::DirectedPickupCall(made) => made.picked_call.as_ref(),
        Response::GroupPickupCall(made) => made.picked_call.as_ref(),
        _ => None,
    }
}
