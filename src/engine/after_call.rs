//! Work after a call that is a pause with a reason of the site's: it ends by itself after the site's time, if the agent does not end it
//! before.

use super::{Engine, Group};
use crate::model::{
    Agent, AgentId, AgentState, AgentTask, Ask, CommandId, Data, Now, RequestedState, SetBy, SwitchState, Task,
};
use lineside_wire::Tick;
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

/// After so long it is asked for again: the switch may have refused, or not been heard.
const AGAIN: Duration = Duration::from_secs(30);
/// For so long what an agent does then is what was asked for.
const WITHIN: Duration = Duration::from_secs(5);

/// Who works after a call until when.
#[derive(Default)]
pub(super) struct AfterCall {
    due: BTreeMap<AgentId, Tick>,
    /// Who was asked to take calls again, until when that may show.
    ending: BTreeMap<AgentId, Tick>,
    tasks: VecDeque<Task>,
    /// Tasks of our own are numbered from the end, the commands of others from the beginning.
    asked: u64,
}

impl AfterCall {
    pub(super) fn next(&self) -> Option<Tick> {
        self.due.values().min().copied()
    }
}

impl Engine {
    /// Follows what a group told of agents.
    pub(super) fn follow_after_call(&mut self, group: &mut Group) {
        let Some(time) = self.roster.after_call_time else {
            return;
        };
        self.after_call.ending.retain(|_, until| *until > group.now.tick);
        for event in group.events.iter_mut().filter(|event| event.request_id.is_none()) {
            let Data::Agent(data) = &mut event.data else { continue };
            if data.agent.state == AgentState::Ready && self.after_call.ending.remove(&data.agent.id).is_some() {
                data.agent.set_by = Some(SetBy::Bridge);
                let id = data.agent.id.clone();
                self.agent_was_set(&id, SetBy::Bridge);
            }
        }
        for event in &group.events {
            match &event.data {
                Data::Agent(data) => self.time_after_call(&data.agent.clone(), time, group.now),
                // What was read when the link came up tells only what changed.
                Data::Link(_) => {
                    for agent in self.agents().cloned().collect::<Vec<_>>() {
                        self.time_after_call(&agent, time, group.now);
                    }
                }
                _ => {}
            }
        }
    }

    fn time_after_call(&mut self, agent: &Agent, time: Duration, now: Now) {
        if agent.state == AgentState::WorkingAfterCall && agent.reason == self.roster.after_call {
            let worked = now.wall.as_millis().saturating_sub(agent.since.as_millis());
            let worked = Duration::from_millis(u64::try_from(worked).unwrap_or(0));
            let due = now.tick + time.saturating_sub(worked);
            // Of several queues each tells by itself that it is over there.
            if !self.after_call.ending.contains_key(&agent.id) {
                self.after_call.due.insert(agent.id.clone(), due);
            }
        } else {
            self.after_call.due.remove(&agent.id);
        }
    }

    /// Has those take calls again whose time is over.
    pub(super) fn end_after_call(&mut self, now: Now) {
        let due = self.after_call.due.iter_mut().filter(|(_, due)| **due <= now.tick);
        for (agent, due) in due {
            *due = now.tick + AGAIN;
            if self.switch.state != SwitchState::Up {
                continue;
            }
            self.after_call.ending.insert(agent.clone(), now.tick + WITHIN);
            self.after_call.asked += 1;
            let id = CommandId(u64::MAX - self.after_call.asked);
            let ask = Ask::SetAgentState(Box::new(AgentTask {
                agent: agent.clone(),
                state: RequestedState::Ready,
                reason: None,
                device: None,
                queues: Vec::new(),
                off: Vec::new(),
            }));
            self.after_call.tasks.push_back(Task { id, ask });
        }
    }

    /// What the switch is to be asked for though nobody asked us.
    pub(crate) fn poll_task(&mut self) -> Option<Task> {
        self.after_call.tasks.pop_front()
    }
}
