//! What an event is about, as keys: one a line.

use crate::model::{Agent, AgentData, AgentId, Call, CallData, Connection, Data, Device, DeviceId, Queue};
use std::fmt::{Display, Write as _};

/// Collects keys, each once.
#[derive(Debug, Default)]
pub(super) struct Keys {
    lines: String,
}

impl Keys {
    pub(super) fn as_str(&self) -> &str {
        &self.lines
    }

    pub(super) fn clear(&mut self) {
        self.lines.clear();
    }

    fn add(&mut self, letter: char, id: impl Display) {
        let start = self.lines.len();
        // Writing to a String cannot fail.
        let _ = write!(self.lines, "{letter}{id}");
        let (before, line) = self.lines.split_at(start);
        if before.lines().any(|known| known == line) {
            self.lines.truncate(start);
        } else {
            self.lines.push('\n');
        }
    }

    fn device(&mut self, id: Option<&DeviceId>) {
        if let Some(id) = id {
            self.add('d', id);
        }
    }

    fn agent(&mut self, id: Option<&AgentId>) {
        if let Some(id) = id {
            self.add('a', id);
        }
    }

    fn connection(&mut self, connection: &Connection) {
        self.device(connection.device.as_ref());
        self.agent(connection.agent.as_ref());
    }

    pub(super) fn of_call(&mut self, call: &Call) {
        self.add('c', call.id);
        for connection in &call.connections {
            self.connection(connection);
        }
        if let Some(queue) = &call.queue {
            self.add('q', queue);
        }
    }

    /// The call, and who has just come or gone: for who watches only them, the event in which they leave is the last.
    fn of_call_data(&mut self, data: &CallData) {
        self.of_call(&data.call);
        data.connection.iter().for_each(|c| self.connection(c));
        data.joined.iter().chain(&data.left).for_each(|d| self.device(Some(d)));
    }

    pub(super) fn of_agent(&mut self, agent: &Agent) {
        self.agent(Some(&agent.id));
        self.device(agent.device.as_ref());
        agent.queues.iter().for_each(|q| self.add('q', &q.queue));
    }

    /// The agent, and where the agent has just been.
    fn of_agent_data(&mut self, data: &AgentData) {
        self.of_agent(&data.agent);
        for left in &data.left {
            self.device(Some(left));
            self.add('q', left);
        }
    }

    pub(super) fn of_device(&mut self, device: &Device) {
        self.device(Some(&device.id));
        self.agent(device.agent.as_ref());
    }

    pub(super) fn of_queue(&mut self, queue: &Queue) {
        self.add('q', &queue.id);
        self.device(Some(&queue.id));
    }

    pub(super) fn of_data(&mut self, data: &Data) {
        match data {
            Data::Call(data) => self.of_call_data(data),
            Data::Agent(data) => self.of_agent_data(data),
            Data::Device(data) => self.of_device(&data.device),
            Data::Queue(data) => self.of_queue(&data.queue),
            Data::Link(_) | Data::Bridge(_) => {}
        }
    }
}
