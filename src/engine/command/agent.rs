//! ECMA-269, Set Agent State: what may be asked of an agent now, and what shows that it was done.

use super::{No, Pending, Target, pending};
use crate::engine::{Engine, Plan};
use crate::model::{
    Agent, AgentId, AgentOrder, AgentState, AgentTask, Ask, Command, Contradiction, Denial, DeviceId, Event, EventType,
    Now, RequestedState, Service, Task, Text, Verdict,
};
use std::collections::BTreeSet;

/// What is to be seen of an agent.
pub(in crate::engine) struct Wanted {
    agent: AgentId,
    state: RequestedState,
    reason: Option<Text>,
    device: Option<DeviceId>,
    queues: BTreeSet<DeviceId>,
    /// Who is logged off for it.
    off: BTreeSet<AgentId>,
}

impl Engine {
    /// What is to be done for a command about an agent: a task, or nothing where it is so already.
    pub(super) fn plan_agent(&mut self, command: Command, order: &AgentOrder, now: Now) -> Plan {
        let id = command.id;
        match self.allowed(&command.order).and_then(|_| self.set_agent(order)) {
            Ok(Some((task, mut pending))) => {
                pending.request_id = command.request_id;
                pending.requested_by = command.requested_by;
                pending.until = now.tick + super::WITHIN;
                self.commands.all.insert(id, pending);
                let ask = Ask::SetAgentState(Box::new(task));
                Plan::Ask(Task { id, ask })
            }
            Ok(None) => Plan::Over(self.over(id, Verdict::Done, None)),
            Err((denial, call)) => Plan::Over(self.over(id, Verdict::Denied(denial), call)),
        }
    }

    /// `None`: the agent is as is asked.
    fn set_agent(&self, order: &AgentOrder) -> Result<Option<(AgentTask, Pending)>, No> {
        let no = |denial: Denial| (denial, None);
        let id = &order.agent;
        let (agent, desk) = (self.known_agent(id), self.roster.desks.get(id));
        let comes = order.state == RequestedState::LoggedOn;
        // Who may come is said by the site, if it says anything of agents; a wrong id would else be a new agent.
        if agent.is_none() && desk.is_none() && (!comes || !self.roster.desks.is_empty()) {
            let why = format!("there is no agent {id}: neither the switch nor [[switch.site.agents]] knows one");
            return Err(no(Denial::Device(Text::from(why))));
        }
        let state = agent.map_or(AgentState::LoggedOff, |agent| agent.state);
        let mut wanted = Wanted {
            agent: id.clone(),
            state: order.state,
            reason: self.reason(order).map_err(no)?,
            device: None,
            queues: order.queues.iter().cloned().collect(),
            off: BTreeSet::new(),
        };
        match order.state {
            RequestedState::LoggedOn => self.log_on(order, &mut wanted).map_err(no)?,
            RequestedState::LoggedOff => {}
            _ if state == AgentState::LoggedOff => {
                let why = format!("{id} is not logged on: ask for loggedOn first");
                return Err(no(Denial::Agent(Text::from(why))));
            }
            _ => {
                let queues = agent.map(|agent| &agent.queues).into_iter().flatten();
                let there: BTreeSet<&DeviceId> = queues.map(|there| &there.queue).collect();
                if let Some(queue) = wanted.queues.iter().find(|queue| !there.contains(queue)) {
                    let why = format!("{id} is not logged on to {queue}: ask for loggedOn there first");
                    return Err(no(Denial::Agent(Text::from(why))));
                }
            }
        }
        let nothing = agent.map_or(order.state == RequestedState::LoggedOff, |agent| wanted.is_so(agent));
        if nothing && wanted.off.is_empty() {
            return Ok(None);
        }
        self.free_agents(&wanted)?;
        // Who comes again need not come where the agent is.
        let missing = |queue: &&DeviceId| {
            let there = agent.filter(|agent| comes && !wanted.off.contains(&agent.id));
            there.is_none_or(|agent| !agent.queues.iter().any(|there| there.queue == **queue))
        };
        let task = AgentTask {
            agent: id.clone(),
            state: order.state,
            reason: wanted.reason.clone(),
            device: wanted.device.clone(),
            queues: wanted.queues.iter().filter(missing).cloned().collect(),
            off: wanted.off.iter().cloned().collect(),
        };
        let pending = pending(Service::SetAgentState, Target::Agent(Box::new(wanted)))?;
        Ok(Some((task, pending)))
    }

    /// The reason, as the site has it.
    fn reason(&self, order: &AgentOrder) -> Result<Option<Text>, Denial> {
        let known = &self.roster.reasons;
        match (order.state, &order.reason) {
            (RequestedState::WorkingAfterCall, given) if self.roster.after_call_is_told => Ok(given.clone()),
            (RequestedState::WorkingAfterCall, given) => {
                let Some(reason) = &self.roster.after_call else {
                    let why = "the site has no reason of a pause that is work after a call: \
                               [switch.site] afterCallReason = \"wrapup\"";
                    return Err(Denial::NotSupported(Text::from(why)));
                };
                if given.as_ref().is_some_and(|given| given != reason) {
                    let why = format!("{reason:?} was expected, which is work after a call here, or nothing");
                    return Err(Denial::Field("reason", Text::from(why)));
                }
                Ok(Some(reason.clone()))
            }
            (RequestedState::NotReady, Some(reason)) if Some(reason) == self.roster.after_call.as_ref() => {
                let why = format!("{reason:?} is work after a call: ask for workingAfterCall");
                Err(Denial::Field("reason", Text::from(why)))
            }
            (RequestedState::NotReady, Some(reason)) if !known.is_empty() && !known.contains(reason) => {
                let known: Vec<&str> = known.iter().map(|reason| &**reason).collect();
                let why = format!("one of {} was expected (notReadyReasons of the site)", known.join(", "));
                Err(Denial::Field("reason", Text::from(why)))
            }
            (RequestedState::NotReady, reason) => Ok(reason.clone()),
            _ => Ok(None),
        }
    }

    /// Where somebody logs on, and who stands in the way.
    fn log_on(&self, order: &AgentOrder, wanted: &mut Wanted) -> Result<(), Denial> {
        let id = &order.agent;
        let desk = self.roster.desks.get(id);
        let here = self
            .known_agent(id)
            .filter(|agent| agent.state != AgentState::LoggedOff);
        let at = here.and_then(|agent| agent.device.clone());
        let device = order.device.clone().or_else(|| at.clone());
        let device = device.or_else(|| desk.and_then(|desk| desk.device.clone()));
        let Some(device) = device else {
            let why = "is missing: the site does not say where the agent works, so the id of a telephone such as hq:1001 \
                       was expected";
            return Err(Denial::Field("device", Text::from(why)));
        };
        let moves = here.is_some() && at.as_ref() != Some(&device);
        if moves && !order.force {
            let place = at.map_or_else(|| "elsewhere".to_owned(), |at| format!("at {at}"));
            let why = format!("{id} is logged on {place}: log off there first, or ask with \"force\":true");
            return Err(Denial::LoggedOn(Text::from(why)));
        }
        let others = self.agents().filter(|other| {
            other.id != *id && other.state != AgentState::LoggedOff && other.device.as_ref() == Some(&device)
        });
        wanted.off = others.map(|other| other.id.clone()).collect();
        if let Some(other) = wanted.off.first().filter(|_| !order.force) {
            let why = format!("{other} is logged on at {device}: log that agent off first, or ask with \"force\":true");
            return Err(Denial::InUse(Text::from(why)));
        }
        if moves {
            wanted.off.insert(id.clone());
        }
        if wanted.queues.is_empty() {
            // Where the agent is counts more than where the agent usually is.
            let now = here
                .into_iter()
                .flat_map(|agent| &agent.queues)
                .map(|there| there.queue.clone());
            wanted.queues = now.collect();
        }
        if wanted.queues.is_empty() {
            wanted.queues = desk.into_iter().flat_map(|desk| desk.queues.iter().cloned()).collect();
        }
        if wanted.queues.is_empty() && here.is_none() {
            let why = "is missing: the site does not say in which queues the agent works, so a list such as \
                       [\"hq:support\"] was expected";
            return Err(Denial::Field("queues", Text::from(why)));
        }
        wanted.device = Some(device);
        Ok(())
    }

    /// Is nobody else at work on these agents, or on this telephone?
    fn free_agents(&self, wanted: &Wanted) -> Result<(), No> {
        let same = |other: &Wanted| {
            let all = |wanted: &Wanted| {
                wanted
                    .off
                    .iter()
                    .chain([&wanted.agent])
                    .cloned()
                    .collect::<BTreeSet<_>>()
            };
            let desk = wanted.device.is_some() && wanted.device == other.device;
            desk || !all(other).is_disjoint(&all(wanted))
        };
        let busy = |pending: &Pending| matches!(&pending.target, Target::Agent(other) if same(other));
        match self.commands.at_work().any(busy) {
            false => Ok(()),
            true => {
                let why = "setAgentState is at work there: see how it comes out, then ask again";
                Err((Denial::Busy(Text::from(why)), None))
            }
        }
    }
}

impl Wanted {
    /// The state of an agent who does what was asked.
    const fn becomes(&self) -> AgentState {
        match self.state {
            RequestedState::LoggedOff => AgentState::LoggedOff,
            RequestedState::NotReady => AgentState::NotReady,
            RequestedState::LoggedOn | RequestedState::Ready => AgentState::Ready,
            RequestedState::WorkingAfterCall => AgentState::WorkingAfterCall,
        }
    }

    /// Is the agent as was asked? Who is in a call is so once that is what follows at its end.
    fn is_so(&self, agent: &Agent) -> bool {
        let fits = |state: AgentState, reason: &Option<Text>| {
            state == self.becomes() && (self.reason.is_none() || *reason == self.reason)
        };
        match self.state {
            RequestedState::LoggedOn => {
                let there = |queue: &DeviceId| agent.queues.iter().any(|there| there.queue == *queue);
                agent.state != AgentState::LoggedOff && agent.device == self.device && self.queues.iter().all(there)
            }
            RequestedState::LoggedOff if self.queues.is_empty() => {
                agent.state == AgentState::LoggedOff || agent.pending_state == Some(AgentState::LoggedOff)
            }
            RequestedState::LoggedOff => !agent.queues.iter().any(|there| self.queues.contains(&there.queue)),
            _ => {
                let mut there = agent.queues.iter().filter(|there| self.is_for(&there.queue));
                let whole = match agent.state {
                    // In a call it shows queue by queue who takes none after it, and what follows where that is new.
                    AgentState::Busy if self.state == RequestedState::WorkingAfterCall || agent.queues.is_empty() => {
                        return agent
                            .pending_state
                            .is_some_and(|state| fits(state, &agent.pending_reason));
                    }
                    AgentState::Busy if self.state == RequestedState::Ready => {
                        let ready = there.all(|there| there.state == AgentState::Busy);
                        return ready && agent.pending_state != Some(AgentState::WorkingAfterCall);
                    }
                    AgentState::Busy => true,
                    // What follows by itself is said of the whole.
                    AgentState::WorkingAfterCall if self.queues.is_empty() && agent.pending_state.is_some() => {
                        return agent
                            .pending_state
                            .is_some_and(|state| fits(state, &agent.pending_reason));
                    }
                    state => !self.queues.is_empty() || fits(state, &agent.reason),
                };
                whole && there.all(|there| fits(there.state, &there.reason))
            }
        }
    }

    fn is_for(&self, queue: &DeviceId) -> bool {
        self.queues.is_empty() || self.queues.contains(queue)
    }
}

/// Does an event of `agent` prove or contradict what is wanted?
pub(in crate::engine) fn judge(wanted: &Wanted, event: &Event, agent: &Agent) -> Option<Verdict> {
    if agent.id != wanted.agent {
        return None;
    }
    if wanted.is_so(agent) {
        return Some(Verdict::Done);
    }
    let stays = !matches!(wanted.state, RequestedState::LoggedOn | RequestedState::LoggedOff);
    (stays && event.kind == EventType::AgentLoggedOff).then_some(Verdict::Contradicted(Contradiction::LoggedOff))
}

/// Is an event of `agent` what the switch's doing it leads to?
pub(in crate::engine) fn is_caused(wanted: &Wanted, event: &Event, agent: &Agent) -> bool {
    use EventType as E;
    match event.kind {
        E::AgentUpdated => agent.id == wanted.agent || wanted.off.contains(&agent.id),
        E::AgentLoggedOff if wanted.off.contains(&agent.id) => true,
        _ if agent.id != wanted.agent => false,
        E::AgentLoggedOn => wanted.state == RequestedState::LoggedOn,
        E::AgentReady => matches!(wanted.state, RequestedState::LoggedOn | RequestedState::Ready),
        E::AgentNotReady => matches!(wanted.state, RequestedState::LoggedOn | RequestedState::NotReady),
        E::AgentWorkingAfterCall => wanted.state == RequestedState::WorkingAfterCall,
        E::AgentLoggedOff => wanted.state == RequestedState::LoggedOff,
        _ => false,
    }
}
