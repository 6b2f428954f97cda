//! Agents: members of queues. Seen on 16 and 22: who is a static member cannot be removed, a pause without a queue acts in all of them, and
//! each of these actions is told by an event for each queue that it changed.

use super::{Doing, Plan, Step};
use crate::model::{AgentId, AgentTask, Denial, DeviceId, Progress, RequestedState, Text};
use crate::normalize::asterisk::{Membership, Normalizer};
use crate::profile::Control;
use lineside_ami::Action;
use std::collections::BTreeSet;
use std::time::Duration;

const WITHIN: Duration = Duration::from_secs(10);

pub(super) fn plan(task: &AgentTask, control: &Control, normalizer: &Normalizer) -> Result<Plan, Progress> {
    let mut steps = Vec::new();
    for other in &task.off {
        leave(other, &normalizer.memberships(other), &mut steps)?;
    }
    let all = normalizer.memberships(&task.agent);
    let asked = |membership: &Membership| {
        task.queues.is_empty()
            || task
                .queues
                .iter()
                .any(|queue| *queue == normalizer.queue(&membership.queue))
    };
    let here: Vec<Membership> = all.into_iter().filter(asked).collect();
    match task.state {
        RequestedState::LoggedOn => come(task, control, normalizer, &mut steps)?,
        RequestedState::LoggedOff => leave(&task.agent, &here, &mut steps)?,
        RequestedState::Ready => pause(task, &here, None, &mut steps),
        RequestedState::NotReady | RequestedState::WorkingAfterCall => {
            let reason = task.reason.clone().unwrap_or_default();
            pause(task, &here, Some(&reason), &mut steps);
        }
    }
    if steps.is_empty() {
        let why = format!("{} is a member of no queue of which the switch told", task.agent);
        return Err(Progress::Denied(Denial::Agent(Text::from(why))));
    }
    let steps = steps.into_iter().map(|action| Step::act(action, &Text::default()));
    Ok(Plan {
        steps: steps.collect(),
        ..Plan::new(Doing::Agent)
    })
}

fn action(name: &str, interface: &str) -> Action {
    Action::new(name)
        .header("Interface", interface.as_bytes())
        .within(WITHIN)
}

fn leave(agent: &AgentId, memberships: &[Membership], steps: &mut Vec<Action>) -> Result<(), Progress> {
    if let Some(fixed) = memberships.iter().find(|membership| !membership.dynamic) {
        let why = format!(
            "{agent} is a member of {} by the configuration of the switch (`member =>` in queues.conf), and cannot log off there: \
             ask for notReady, or have it log on here instead",
            fixed.queue
        );
        return Err(Progress::Denied(Denial::Agent(Text::from(why))));
    }
    for membership in memberships {
        steps.push(action("QueueRemove", &membership.interface).header("Queue", membership.queue.as_bytes()));
    }
    Ok(())
}

fn come(task: &AgentTask, control: &Control, normalizer: &Normalizer, steps: &mut Vec<Action>) -> Result<(), Progress> {
    let device = task.device.as_ref().map_or("", DeviceId::key);
    let phone = control.endpoint(device).filter(|_| normalizer.is_station(device));
    let Some(phone) = phone else {
        let why = format!(
            "{device:?} is no telephone of this site: see `devices` of the profile and `extensions` of the site"
        );
        return Err(Progress::Denied(Denial::Device(Text::from(why))));
    };
    let known = normalizer.employee(&task.agent);
    // Where an agent has a way of its own to be rung, that counts at the agent's own telephone.
    let own = known.filter(|known| known.device.as_deref() == Some(device));
    let own = own.and_then(|known| known.interface.clone());
    let interface = own.or_else(|| control.member(device)).unwrap_or_else(|| phone.clone());
    let state = control.member_state(device).unwrap_or(phone);
    let name = known.map_or_else(|| task.agent.key(), |known| known.member());
    for queue in &task.queues {
        let Some(queue) = native(queue) else {
            let why = format!("{queue} is the id of no queue");
            return Err(Progress::Denied(Denial::Device(Text::from(why))));
        };
        let add = action("QueueAdd", &interface)
            .header("Queue", queue)
            .header("MemberName", name.as_bytes())
            .header("StateInterface", state.as_bytes())
            .header("Penalty", "0")
            .header("Paused", "false");
        steps.push(add);
    }
    Ok(())
}

/// Without a queue it acts in all of them at once.
fn pause(task: &AgentTask, here: &[Membership], reason: Option<&Text>, steps: &mut Vec<Action>) {
    let pause = |interface: &str| {
        let pause = action("QueuePause", interface).header("Paused", if reason.is_some() { "true" } else { "false" });
        match reason.filter(|reason| !reason.is_empty()) {
            Some(reason) => pause.header("Reason", reason.as_bytes()),
            None => pause,
        }
    };
    if task.queues.is_empty() {
        let interfaces: BTreeSet<&Text> = here.iter().map(|membership| &membership.interface).collect();
        steps.extend(interfaces.into_iter().map(|interface| pause(interface)));
    } else {
        let each = here.iter();
        steps.extend(each.map(|membership| pause(&membership.interface).header("Queue", membership.queue.as_bytes())));
    }
}

/// The switch's own name of a queue: what is written `~hh` in an id is the byte.
fn native(queue: &DeviceId) -> Option<Vec<u8>> {
    let mut bytes = queue.key().bytes();
    let mut name = Vec::new();
    while let Some(byte) = bytes.next() {
        name.push(match byte {
            b'~' => {
                let digits = [bytes.next()?, bytes.next()?];
                u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
            }
            byte => byte,
        });
    }
    let plain = !name.is_empty() && name.len() <= 79 && !name.iter().any(u8::is_ascii_control);
    plain.then_some(name)
}
