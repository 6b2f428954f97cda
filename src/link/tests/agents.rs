//! Agents, from what is asked to what the virtual switch tells of it.
use super::rig::{Rig, recordings};
use crate::model::{
    Agent, AgentId, AgentOrder, AgentState, Data, Denial, DeviceId, Meaning, Order, RequestedState, SetBy, SwitchName,
    Text, Verdict,
};

fn lab() -> SwitchName {
    SwitchName::try_from("lab").unwrap()
}

/// A link that is up, and all calls over.
fn rig() -> Rig {
    let all = recordings();
    let (_, internal) = all
        .iter()
        .find(|(name, _)| name.contains("/internal/asterisk-22"))
        .unwrap();
    let mut rig = Rig::new(internal, false);
    rig.finish();
    rig
}

fn order(agent: &str, state: RequestedState) -> AgentOrder {
    AgentOrder {
        agent: AgentId::new(&lab(), agent),
        state,
        reason: None,
        device: None,
        queues: Vec::new(),
        force: false,
    }
}

fn comes(agent: &str, at: &str, queues: &[&str]) -> AgentOrder {
    AgentOrder {
        device: Some(DeviceId::new(&lab(), at)),
        queues: queues.iter().map(|queue| DeviceId::new(&lab(), queue)).collect(),
        ..order(agent, RequestedState::LoggedOn)
    }
}

impl Rig {
    fn set(&mut self, order: AgentOrder) -> Verdict {
        let id = self.ask(Order::SetAgentState(Box::new(order)));
        self.outcome(id).verdict
    }

    /// An agent as it was told last.
    fn told(&self, agent: &str) -> Agent {
        let id = AgentId::new(&lab(), agent);
        let mut told = self.events.iter().rev().filter_map(|event| match &event.data {
            Data::Agent(data) => Some(&data.agent),
            _ => None,
        });
        told.find(|told| told.id == id).expect("it was told").clone()
    }
}

#[test]
fn an_agent_comes_takes_a_break_comes_back_and_goes() {
    let mut rig = rig();
    assert_eq!(rig.set(comes("emil", "1016", &["support", "sales"])), Verdict::Done);
    let emil = rig.told("emil");
    assert_eq!(
        (emil.state, emil.set_by, emil.queues.len()),
        (AgentState::Ready, Some(SetBy::Bridge), 2)
    );
    assert_eq!(emil.device, Some(DeviceId::new(&lab(), "1016")));
    let lunch = AgentOrder {
        reason: Some(Text::from("lunch")),
        ..order("emil", RequestedState::NotReady)
    };
    assert_eq!(rig.set(lunch), Verdict::Done);
    assert_eq!(rig.told("emil").reason, Some(Text::from("lunch")));
    let one = AgentOrder {
        queues: vec![DeviceId::new(&lab(), "sales")],
        ..order("emil", RequestedState::Ready)
    };
    assert_eq!(rig.set(one), Verdict::Done);
    let states: Vec<_> = rig.told("emil").queues.iter().map(|there| there.state).collect();
    assert_eq!(states, [AgentState::Ready, AgentState::NotReady], "sales and support");
    assert_eq!(rig.set(order("emil", RequestedState::Ready)), Verdict::Done);
    assert_eq!(rig.set(order("emil", RequestedState::LoggedOff)), Verdict::Done);
    let gone = rig.told("emil");
    assert_eq!(
        (gone.state, gone.device, gone.queues.len()),
        (AgentState::LoggedOff, None, 0)
    );
    assert!(
        rig.events
            .iter()
            .any(|event| event.request_id.as_deref() == Some("request-5"))
    );
}

#[test]
fn who_insists_has_the_telephone_and_who_does_not_is_told_whose_it_is() {
    let mut rig = rig();
    assert_eq!(rig.set(comes("emil", "1016", &["support"])), Verdict::Done);
    let before = rig.written;
    let other = comes("dora", "1016", &["sales"]);
    assert!(matches!(rig.set(other.clone()), Verdict::Denied(Denial::InUse(_))));
    assert!(matches!(
        rig.set(comes("emil", "1017", &["support"])),
        Verdict::Denied(Denial::LoggedOn(_))
    ));
    assert_eq!(rig.written, before, "it was sent");
    assert_eq!(rig.set(AgentOrder { force: true, ..other }), Verdict::Done);
    assert_eq!(rig.told("emil").state, AgentState::LoggedOff);
    assert_eq!(rig.told("dora").state, AgentState::Ready);
}

#[test]
fn a_queue_that_is_none_is_refused_in_the_words_of_the_switch() {
    let mut rig = rig();
    let Verdict::Refused(native) = rig.set(comes("emil", "1016", &["nowhere"])) else {
        panic!("there is no such queue")
    };
    assert_eq!((&*native.request, native.meaning), ("QueueAdd", Meaning::Device));
    assert!(native.message.contains("No such queue"), "{}", native.message);
}

#[test]
fn a_telephone_that_is_none_is_not_even_asked_for() {
    let mut rig = rig();
    let before = rig.written;
    for device in ["trunk", "1016/../x", "1016\r\nAction: Logoff"] {
        let verdict = rig.set(comes("emil", device, &["support"]));
        assert!(
            matches!(verdict, Verdict::Denied(Denial::Device(_))),
            "{device}: {verdict:?}"
        );
    }
    assert_eq!(rig.written, before, "it was sent");
}
