//! What is asked of an agent (ECMA-269, Set Agent State): understood, and within the caller's reach.

use super::target::{must_reach_device, out_of_reach};
use crate::model::{AgentId, AgentOrder, DeviceId, Order, RequestedState, SwitchName, Text, is_reason};
use crate::service::fields::Fields;
use crate::service::nearest::hint;
use crate::service::{Caller, Refusal, Service};

const KNOWN: &[&str] = &["state", "reason", "device", "queues", "password", "force"];
/// The most queues that are named at a time.
const QUEUES: usize = 100;

impl Service {
    /// The order, and the switch that it is for.
    pub(super) fn agent_state(&self, caller: &Caller, text: &str, body: &[u8]) -> Result<(SwitchName, Order), Refusal> {
        let agent = AgentId::from_text(Text::from(text));
        let switch = self.switch_of(caller, agent.switch(), text)?;
        caller
            .must_see_switch(switch.as_str())
            .map_err(|_| out_of_reach(text))?;
        let fields = Fields::of(body, KNOWN)?;
        let state = state(fields.required("state")?)?;
        // Queues have no passwords: it is for switches that ask for one, and goes no further.
        fields.text("password")?;
        let order = AgentOrder {
            reason: reason(&fields, state)?,
            device: fields
                .text("device")?
                .map(|device| on(&switch, "device", device))
                .transpose()?,
            queues: queues(&switch, &fields)?,
            force: fields.flag("force")?,
            agent,
            state,
        };
        let comes = state == RequestedState::LoggedOn;
        for (field, given) in [("device", order.device.is_some()), ("force", order.force)] {
            if given && !comes {
                return Err(Refusal::invalid(field, "goes with loggedOn only"));
            }
        }
        self.must_reach_agent(caller, &order)?;
        Ok((switch, Order::SetAgentState(Box::new(order))))
    }

    /// Whoever may act on some devices only has agents come to those, and acts on agents who are there.
    fn must_reach_agent(&self, caller: &Caller, order: &AgentOrder) -> Result<(), Refusal> {
        let at = self
            .stream
            .view()
            .agents
            .get(&order.agent)
            .and_then(|agent| agent.device.clone());
        for device in at.iter().chain(&order.device) {
            must_reach_device(caller, device)?;
        }
        if at.is_none() && order.device.is_none() && caller.is_limited_in_devices() {
            let comes = order.state == RequestedState::LoggedOn;
            return Err(if comes {
                let detail =
                    "is missing: the token may act on some devices only, so the one to log on at has to be named";
                Refusal::invalid("device", detail)
            } else {
                out_of_reach(order.agent.as_str())
            });
        }
        match order.queues.iter().find(|queue| !caller.may_act_on_queue(queue)) {
            None => Ok(()),
            Some(queue) => Err(out_of_reach(queue.as_str())),
        }
    }
}

fn state(text: &str) -> Result<RequestedState, Refusal> {
    let all = RequestedState::ALL;
    let found = all.iter().copied().find(|state| state.as_str() == text);
    found.ok_or_else(|| {
        let names: Vec<&str> = all.iter().map(|state| state.as_str()).collect();
        let hint = hint(text, names.iter().copied());
        let detail = format!("one of {} was expected, not {text:?}{hint}", names.join(", "));
        Refusal::invalid("state", detail)
    })
}

fn reason(fields: &Fields, state: RequestedState) -> Result<Option<Text>, Refusal> {
    let Some(reason) = fields.text("reason")? else {
        return Ok(None);
    };
    if !matches!(state, RequestedState::NotReady | RequestedState::WorkingAfterCall) {
        return Err(Refusal::invalid(
            "reason",
            "goes with notReady and workingAfterCall only",
        ));
    }
    if !is_reason(reason) {
        return Err(Refusal::invalid("reason", crate::model::REASONS));
    }
    Ok(Some(Text::from(reason)))
}

fn queues(switch: &SwitchName, fields: &Fields) -> Result<Vec<DeviceId>, Refusal> {
    let named = fields.texts("queues", QUEUES)?;
    named.into_iter().map(|queue| on(switch, "queues", queue)).collect()
}

/// A device of the switch.
fn on(switch: &SwitchName, field: &str, text: &str) -> Result<DeviceId, Refusal> {
    let id = DeviceId::from_text(Text::from(text));
    if id.switch() == switch.as_str() && !id.key().is_empty() && text.len() <= 256 {
        Ok(id)
    } else {
        let detail = format!("an id on the switch of the agent was expected, such as {switch}:1001, not {text:?}");
        Err(Refusal::invalid(field, detail))
    }
}
