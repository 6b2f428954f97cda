//! People who take calls of queues.
use super::world::{Fault, World, refuse};
use lineside_csta::types::{
    AgentBusyEvent, AgentLoggedOffEvent, AgentLoggedOnEvent, AgentNotReadyEvent, AgentReadyEvent,
    AgentWorkingAfterCallEvent, EventCause, LocalConnectionState as State, OperationError, PendingAgentState,
};
use lineside_csta::{Event, Octets};
use lineside_wire::Private;

/// Somebody at a telephone who is logged on.
#[derive(Clone, Debug)]
pub(crate) struct Agent {
    pub(crate) id: String,
    pub(crate) groups: Vec<String>,
    pub(crate) duty: Duty,
    /// Has something to write up behind each call.
    pub(crate) wraps_up: bool,
}

/// What an agent does. Who is logged off is no agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Duty {
    NotReady,
    Ready,
    Busy,
    WorkingAfterCall,
}

/// One event for each group, as switches send it where an agent may be in several.
macro_rules! tell {
    ($self:ident, $device:ident, $agent:ident, $cause:ident; $($what:pat => $variant:ident($type:ident $(, $field:ident: $value:expr)?),)*; $told:expr) => {
        for group in &$agent.groups {
            let agent_device = $self.extended($device);
            let agent_id = Some(Private::new(Octets::from($agent.id.as_str())));
            let acd_group = Some($self.device_id(group));
            let event = match $told {
                $($what => Event::$variant(Box::new($type {
                    agent_device,
                    agent_id,
                    acd_group,
                    cause: $cause.clone(),
                    $($field: $value,)?
                    ..$type::default()
                })),)*
            };
            $self.tell_device($device, &event);
        }
    };
}

impl World {
    pub(crate) fn log_on(&mut self, device: &str, id: &str, group: &str) -> Result<(), Fault> {
        if self.sort(device).is_none() {
            return Err(refuse(OperationError::InvalidDeviceId));
        }
        let Some(queue) = self.site.devices.get_mut(group) else {
            return Err(refuse(OperationError::InvalidAgentGroup));
        };
        if !queue.members.iter().any(|member| member == device) {
            queue.members.push(device.to_owned());
        }
        let agent = Agent {
            id: id.to_owned(),
            groups: vec![group.to_owned()],
            duty: Duty::Ready,
            wraps_up: true,
        };
        match self.agents.get_mut(device) {
            Some(known) if known.id != id => return Err(refuse(OperationError::InvalidAgentIdentifier)),
            Some(known) if known.groups.iter().any(|known| known == group) => {
                return Err(refuse(OperationError::InvalidAgentState));
            }
            Some(known) => known.groups.push(group.to_owned()),
            None => {
                self.agents.insert(device.to_owned(), agent.clone());
            }
        }
        self.tell_agent(device, &agent, Told::On, None);
        self.tell_agent(device, &agent, Told::Does(agent.duty), None);
        Ok(())
    }

    /// Whoever is in the way of an agent at a device leaves, and the agent leaves where it is.
    pub(crate) fn make_room(&mut self, device: &str, id: &str) {
        for there in [device.to_owned(), self.desk_of(id)] {
            // Where nobody is nobody leaves.
            let _ = self.log_off(&there, None);
        }
    }

    /// Where an agent is logged on; else the telephone of that number.
    pub(crate) fn desk_of(&self, id: &str) -> String {
        let found = self.agents.iter().find(|(_, agent)| agent.id == id);
        found.map_or_else(|| id.to_owned(), |(device, _)| device.clone())
    }

    /// An agent leaves one group, or all of them.
    pub(crate) fn log_off(&mut self, device: &str, group: Option<&str>) -> Result<(), Fault> {
        let agent = self.agents.get_mut(device);
        let agent = agent.ok_or_else(|| refuse(OperationError::InvalidAgentState))?;
        let left = |of: &String| group.is_none_or(|group| group == of);
        let mut gone = agent.clone();
        gone.groups.retain(left);
        agent.groups.retain(|of| !left(of));
        if gone.groups.is_empty() {
            return Err(refuse(OperationError::InvalidAgentGroup));
        }
        if agent.groups.is_empty() {
            self.agents.remove(device);
        }
        self.tell_agent(device, &gone, Told::Off, None);
        Ok(())
    }

    /// An agent takes up a duty, or the same for another reason.
    pub(crate) fn takes_up(&mut self, device: &str, duty: Duty) -> Result<(), Fault> {
        self.is_now(device, duty, None)
    }

    /// The time that an agent has for writing up is over.
    pub(crate) fn times_out(&mut self, device: &str) -> Result<(), Fault> {
        self.is_now(device, Duty::Ready, Some(EventCause::ForcedTransition))
    }

    fn is_now(&mut self, device: &str, duty: Duty, cause: Option<EventCause>) -> Result<(), Fault> {
        let agent = self.agents.get_mut(device);
        let agent = agent.ok_or_else(|| refuse(OperationError::InvalidAgentState))?;
        agent.duty = duty;
        let agent = agent.clone();
        self.tell_agent(device, &agent, Told::Does(duty), cause);
        Ok(())
    }

    /// Agents are busy while they are in a call of a queue, and may have something to write up behind it.
    pub(super) fn agents_follow(&mut self) {
        let found: Vec<(String, Duty)> = self
            .agents
            .iter()
            .filter_map(|(device, agent)| {
                let talks = self.calls.values().any(|call| {
                    call.leg(device)
                        .is_some_and(|leg| leg.queue.is_some() && matches!(leg.state, State::Connected | State::Hold))
                });
                let duty = match (agent.duty, talks) {
                    (Duty::Busy, false) if agent.wraps_up => Duty::WorkingAfterCall,
                    (Duty::Busy, false) => Duty::Ready,
                    (Duty::Ready | Duty::NotReady | Duty::WorkingAfterCall, true) => Duty::Busy,
                    _ => return None,
                };
                Some((device.clone(), duty))
            })
            .collect();
        for (device, duty) in found {
            let cause = (duty == Duty::WorkingAfterCall).then_some(EventCause::AutoWork);
            // It was there a moment ago.
            let _ = self.is_now(&device, duty, cause);
        }
    }

    fn tell_agent(&mut self, device: &str, agent: &Agent, told: Told, cause: Option<EventCause>) {
        if !self.quirks.agents_told {
            return;
        }
        let then = agent.wraps_up.then_some(PendingAgentState::AgentWorkingAfterCall);
        tell! {
            self, device, agent, cause;
            Told::On => AgentLoggedOn(AgentLoggedOnEvent),
            Told::Off => AgentLoggedOff(AgentLoggedOffEvent),
            Told::Does(Duty::NotReady) => AgentNotReady(AgentNotReadyEvent),
            Told::Does(Duty::Ready) => AgentReady(AgentReadyEvent),
            Told::Does(Duty::Busy) => AgentBusy(AgentBusyEvent, pending_agent_state: then.clone()),
            Told::Does(Duty::WorkingAfterCall) => AgentWorkingAfterCall(AgentWorkingAfterCallEvent),
            ; told
        }
    }
}

#[derive(Clone, Copy)]
enum Told {
    On,
    Off,
    Does(Duty),
}
