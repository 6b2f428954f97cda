//! Members of queues come, go and pause, as who asks says (`apps/app_queue.c`; events and answers as 16 and 22 give them).
use super::World;
use super::actions::{is_true, said, value};
use crate::sim::members::{Member, QUEUES};
use lineside_ami::Outgoing;
use lineside_ami::server::Received;

impl World {
    /// Somebody comes to a queue.
    pub(super) fn ask_member(&mut self, action: &Received) -> Result<Outgoing, String> {
        let (queue, interface) = (value(action, "Queue"), value(action, "Interface"));
        if queue.is_empty() {
            return Err("'Queue' not specified.".to_owned());
        }
        if interface.is_empty() {
            return Err("'Interface' not specified.".to_owned());
        }
        if !QUEUES.contains(&queue.as_str()) {
            return Err("Unable to add interface to queue: No such queue".to_owned());
        }
        if self.state.members.get(&queue, &interface).is_some() {
            return Err("Unable to add interface: Already there".to_owned());
        }
        let or_interface = |text: String| if text.is_empty() { interface.clone() } else { text };
        let member = Member {
            name: or_interface(value(action, "MemberName")),
            state_interface: or_interface(value(action, "StateInterface")),
            dynamic: true,
            penalty: value(action, "Penalty").parse().unwrap_or(0),
            paused: is_true(&value(action, "Paused")),
            since: self.time().0,
            ..Member::default()
        };
        self.state.members.add(&queue, &interface, member);
        self.tell_member("QueueMemberAdded", &queue, &interface);
        Ok(said(action, "Added interface to queue"))
    }

    /// Somebody goes.
    pub(super) fn ask_no_member(&mut self, action: &Received) -> Result<Outgoing, String> {
        let (queue, interface) = (value(action, "Queue"), value(action, "Interface"));
        if queue.is_empty() || interface.is_empty() {
            return Err("Need 'Queue' and 'Interface' parameters.".to_owned());
        }
        if !QUEUES.contains(&queue.as_str()) {
            return Err("Unable to remove interface from queue: No such queue".to_owned());
        }
        match self.state.members.get(&queue, &interface) {
            None => return Err("Unable to remove interface: Not there".to_owned()),
            Some(member) if !member.dynamic => return Err("Member not dynamic".to_owned()),
            Some(_) => {}
        }
        self.tell_member("QueueMemberRemoved", &queue, &interface);
        self.state.members.remove(&queue, &interface);
        Ok(said(action, "Removed interface from queue"))
    }

    /// Somebody takes no calls, or takes them again.
    pub(super) fn ask_member_pause(&mut self, action: &Received) -> Result<Outgoing, String> {
        let (interface, paused) = (value(action, "Interface"), value(action, "Paused"));
        if interface.is_empty() || paused.is_empty() {
            return Err("Need 'Interface' and 'Paused' parameters.".to_owned());
        }
        let queues = self.state.members.queues(&interface, &value(action, "Queue"));
        if queues.is_empty() {
            return Err("Interface not found".to_owned());
        }
        let (paused, reason, time) = (is_true(&paused), value(action, "Reason"), self.time().0);
        for queue in queues {
            self.state.members.change(&queue, &interface, |member| {
                member.paused = paused;
                member.reason = if paused { reason.clone() } else { String::new() };
                member.paused_at = if paused { time } else { member.paused_at };
            });
            self.tell_member("QueueMemberPause", &queue, &interface);
        }
        Ok(said(
            action,
            if paused {
                "Interface paused successfully"
            } else {
                "Interface unpaused successfully"
            },
        ))
    }

    /// Somebody is asked later or sooner.
    pub(super) fn ask_member_penalty(&mut self, action: &Received) -> Result<Outgoing, String> {
        let (interface, penalty) = (value(action, "Interface"), value(action, "Penalty"));
        if interface.is_empty() || penalty.is_empty() {
            return Err("Need 'Interface' and 'Penalty' parameters.".to_owned());
        }
        let Ok(penalty) = penalty.parse() else {
            return Err("Invalid interface, queuename or penalty".to_owned());
        };
        let queues = self.state.members.queues(&interface, &value(action, "Queue"));
        if queues.is_empty() {
            return Err("Invalid interface, queuename or penalty".to_owned());
        }
        for queue in queues {
            self.state
                .members
                .change(&queue, &interface, |member| member.penalty = penalty);
            self.tell_member("QueueMemberPenalty", &queue, &interface);
        }
        Ok(said(action, "Interface penalty set successfully"))
    }

    fn tell_member(&mut self, name: &str, queue: &str, interface: &str) {
        let event = self.event(name);
        if let Some(member) = self.state.members.get(queue, interface) {
            let event = member.tell(event, queue, interface);
            self.told.push(event);
        }
    }
}
