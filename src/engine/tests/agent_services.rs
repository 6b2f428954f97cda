//! What may be asked of agents, and what proves it.

use super::stage::*;
use crate::engine::{Desk, Plan, Roster};
use crate::model::*;
use std::collections::BTreeMap;
use std::time::Duration;

use AgentEvent as A;
use AgentState as S;
use ConnectionEvent as E;
use RequestedState as R;

fn agent(key: &str) -> AgentId {
    AgentId::new(&switch(), key)
}

fn device(key: &str) -> DeviceId {
    DeviceId::new(&switch(), key)
}

/// A stage whose switch has agents set; Ann usually works at A in Q1 and Q2.
fn stage() -> Stage {
    let mut stage = Stage::new();
    let available = Capability::unless(None);
    let all = BTreeMap::from([(Text::from("setAgentState"), available)]);
    stage.say([Fact::Link(LinkFact::Capabilities(all))]);
    let desk = |at: &str| Desk {
        device: Some(device(at)),
        queues: vec![device("Q1"), device("Q2")],
    };
    stage.engine.employ(Roster {
        desks: BTreeMap::from([(agent("ann"), desk("A")), (agent("bob"), Desk::default())]),
        reasons: vec![Text::from("break"), Text::from("lunch")],
        after_call_is_told: false,
        after_call: Some(Text::from("wrapup")),
        after_call_time: Some(Duration::from_secs(30)),
    });
    stage
}

fn order(who: &str, state: RequestedState) -> AgentOrder {
    AgentOrder {
        agent: agent(who),
        state,
        reason: None,
        device: None,
        queues: Vec::new(),
        force: false,
    }
}

fn because(reason: &str) -> AgentOrder {
    AgentOrder {
        reason: Some(Text::from(reason)),
        ..order("ann", R::NotReady)
    }
}

fn comes(who: &str, at: &str) -> AgentOrder {
    AgentOrder {
        device: Some(device(at)),
        queues: vec![device("Q1")],
        ..order(who, R::LoggedOn)
    }
}

fn fact(who: &str, at: &str, queue: &str, event: AgentEvent, reason: Option<&str>) -> Fact {
    Fact::Agent(AgentFact {
        device: Some(device(at)),
        reason: reason.map(Text::from),
        ..AgentFact::of(agent(who), Some(device(queue)), event)
    })
}

fn on(stage: &mut Stage, who: &str, at: &str, queue: &str) {
    stage.say([
        fact(who, at, queue, A::LoggedOn, None),
        fact(who, at, queue, A::Ready, None),
    ]);
}

impl Stage {
    fn set(&mut self, id: u64, order: AgentOrder) -> Plan {
        let command = Command {
            id: CommandId(id),
            request_id: Text::from(format!("request {id}")),
            requested_by: Text::from("crm"),
            order: Order::SetAgentState(Box::new(order)),
        };
        self.millis += 10;
        let now = self.now();
        self.engine.plan(command, now)
    }

    fn group_of(&mut self, facts: impl IntoIterator<Item = Fact>) -> Batch {
        self.millis += 10;
        let facts = Facts {
            time: None,
            facts: facts.into_iter().collect(),
        };
        let now = self.now();
        self.engine.reduce(facts, now).expect("something is told")
    }

    fn is_now(&self, who: &str) -> Agent {
        let mut all = self.engine.agents();
        all.find(|known| known.id == agent(who)).expect("it is known").clone()
    }
}

fn task(plan: Plan) -> AgentTask {
    match plan {
        Plan::Ask(Task {
            ask: Ask::SetAgentState(task),
            ..
        }) => *task,
        other => panic!("it was not asked: {other:?}"),
    }
}

fn over(plan: Plan) -> Verdict {
    match plan {
        Plan::Over(batch) => batch.settled[0].verdict.clone(),
        Plan::Ask(task) => panic!("it was asked: {task:?}"),
    }
}

/// The requests and tokens that the events carry.
fn carried(batch: &Batch) -> Vec<(Option<&str>, Option<&str>)> {
    let by = |event: &Event| match &event.data {
        Data::Agent(data) => data.requested_by.clone(),
        other => panic!("{other:?}"),
    };
    let carried = batch.events.iter().filter(|event| matches!(event.data, Data::Agent(_)));
    carried
        .map(|event| (event.request_id.as_deref(), by(event).map(|_| "crm")))
        .collect()
}

#[test]
fn who_logs_on_is_on_in_every_queue_before_it_is_done() {
    let mut stage = stage();
    let asked = task(stage.set(1, order("ann", R::LoggedOn)));
    assert_eq!(asked.device, Some(device("A")), "where the agent usually works");
    assert_eq!(asked.queues, [device("Q1"), device("Q2")]);
    let first = stage.group_of([
        fact("ann", "A", "Q1", A::LoggedOn, None),
        fact("ann", "A", "Q1", A::Ready, None),
    ]);
    assert!(first.settled.is_empty(), "one queue of two");
    assert_eq!(carried(&first), [(Some("request 1"), Some("crm")); 2]);
    let second = stage.group_of([fact("ann", "A", "Q2", A::Ready, None)]);
    assert_eq!(second.settled[0].verdict, Verdict::Done);
    assert_eq!(stage.is_now("ann").set_by, Some(SetBy::Bridge));
    assert_eq!(over(stage.set(2, order("ann", R::LoggedOn))), Verdict::Done, "already");
}

#[test]
fn a_reason_is_one_of_the_site_and_carried_by_what_it_causes() {
    let mut stage = stage();
    on(&mut stage, "ann", "A", "Q1");
    let Verdict::Denied(Denial::Field("reason", why)) = over(stage.set(1, because("holiday"))) else {
        panic!("an unknown reason")
    };
    assert!(why.contains("break, lunch"), "{why}");
    let Verdict::Denied(Denial::Field("reason", why)) = over(stage.set(2, because("wrapup"))) else {
        panic!("work after a call is another state")
    };
    assert!(why.contains("workingAfterCall"), "{why}");
    assert_eq!(task(stage.set(3, because("lunch"))).reason, Some(Text::from("lunch")));
    let batch = stage.group_of([fact("ann", "A", "Q1", A::NotReady, Some("lunch"))]);
    assert_eq!(batch.settled[0].verdict, Verdict::Done);
    assert_eq!(carried(&batch), [(Some("request 3"), Some("crm"))]);
    assert_eq!(over(stage.set(4, because("lunch"))), Verdict::Done, "it is so already");
    assert_eq!(task(stage.set(5, because("break"))).reason, Some(Text::from("break")));
}

#[test]
fn another_reason_than_the_one_asked_for_proves_nothing() {
    let mut stage = stage();
    on(&mut stage, "ann", "A", "Q1");
    stage.set(1, because("lunch"));
    let batch = stage.group_of([fact("ann", "A", "Q1", A::NotReady, Some("break"))]);
    assert!(batch.settled.is_empty());
}

#[test]
fn an_agent_is_at_one_telephone_and_a_telephone_has_one_agent_unless_somebody_insists() {
    let mut stage = stage();
    on(&mut stage, "ann", "A", "Q1");
    let Verdict::Denied(Denial::LoggedOn(why)) = over(stage.set(1, comes("ann", "B"))) else {
        panic!("agentAlreadyLoggedOn")
    };
    assert!(why.contains("hq:A"), "{why}");
    let Verdict::Denied(Denial::InUse(why)) = over(stage.set(2, comes("bob", "A"))) else {
        panic!("deviceInUse")
    };
    assert!(why.contains("hq:ann"), "{why}");
    let insists = AgentOrder {
        force: true,
        ..comes("bob", "A")
    };
    let asked = task(stage.set(3, insists));
    assert_eq!((asked.off, asked.queues), (vec![agent("ann")], vec![device("Q1")]));
    let left = stage.group_of([fact("ann", "A", "Q1", A::LoggedOff, None)]);
    assert_eq!(
        carried(&left),
        [(Some("request 3"), Some("crm"))],
        "it is the command's doing"
    );
    assert!(left.settled.is_empty());
    let came = stage.group_of([fact("bob", "A", "Q1", A::Ready, None)]);
    assert_eq!(came.settled[0].verdict, Verdict::Done);
    let moves = AgentOrder {
        force: true,
        ..comes("bob", "B")
    };
    let asked = task(stage.set(4, moves));
    assert_eq!((asked.off, asked.queues), (vec![agent("bob")], vec![device("Q1")]));
}

#[test]
fn in_a_call_what_was_asked_for_follows_at_its_end() {
    let mut stage = stage();
    on(&mut stage, "ann", "A", "Q1");
    stage.talk("1", "A", "B");
    assert_eq!(stage.is_now("ann").state, S::Busy);
    stage.set(1, because("break"));
    let batch = stage.group_of([fact("ann", "A", "Q1", A::NotReady, Some("break"))]);
    assert_eq!(batch.settled[0].verdict, Verdict::Done);
    let then = stage.is_now("ann");
    assert_eq!(
        (then.state, then.pending_state, then.set_by),
        (S::Busy, Some(S::NotReady), None)
    );
    stage.clear("A");
    let then = stage.is_now("ann");
    assert_eq!((then.state, then.set_by), (S::NotReady, Some(SetBy::Bridge)));
}

#[test]
fn who_is_not_logged_on_takes_no_calls_and_who_nobody_knows_is_nobody() {
    let mut stage = stage();
    for state in [R::Ready, R::NotReady, R::WorkingAfterCall] {
        assert!(matches!(
            over(stage.set(1, order("ann", state))),
            Verdict::Denied(Denial::Agent(_))
        ));
    }
    assert_eq!(over(stage.set(2, order("ann", R::LoggedOff))), Verdict::Done, "already");
    for state in RequestedState::ALL {
        let nobody = over(stage.set(3, order("nobody", *state)));
        assert!(matches!(nobody, Verdict::Denied(Denial::Device(_))), "{nobody:?}");
    }
    let Verdict::Denied(Denial::Field("device", _)) = over(stage.set(4, order("bob", R::LoggedOn))) else {
        panic!("nobody says where")
    };
}

#[test]
fn two_commands_do_not_act_on_one_agent_or_one_telephone() {
    let mut stage = stage();
    task(stage.set(1, order("ann", R::LoggedOn)));
    for other in [order("ann", R::LoggedOn), comes("bob", "A")] {
        assert!(matches!(over(stage.set(2, other)), Verdict::Denied(Denial::Busy(_))));
    }
    task(stage.set(3, comes("bob", "B")));
}

#[test]
fn who_logs_off_meanwhile_did_something_else() {
    let mut stage = stage();
    on(&mut stage, "ann", "A", "Q1");
    stage.set(1, because("break"));
    let batch = stage.group_of([fact("ann", "A", "Q1", A::LoggedOff, None)]);
    assert_eq!(
        batch.settled[0].verdict,
        Verdict::Contradicted(Contradiction::LoggedOff)
    );
    assert_eq!(carried(&batch), [(None, None)]);
}

#[test]
fn a_call_that_comes_meanwhile_is_not_the_commands_doing() {
    let mut stage = stage();
    on(&mut stage, "ann", "A", "Q1");
    stage.set(1, order("ann", R::LoggedOff));
    stage.say([moved("1", "T", E::Originated, Cause::NewCall)]);
    let batch = stage.group_of([moved("1", "A", E::Established, Cause::NewCall)]);
    let busy = batch.events.iter().find(|event| event.kind == EventType::AgentBusy);
    assert_eq!(busy.expect("it is told").request_id, None);
}

#[test]
fn work_after_a_call_ends_by_itself_and_is_asked_for_again_where_it_does_not() {
    let mut stage = stage();
    on(&mut stage, "ann", "A", "Q1");
    assert_eq!(
        task(stage.set(1, order("ann", R::WorkingAfterCall))).reason,
        Some(Text::from("wrapup"))
    );
    stage.say([fact("ann", "A", "Q1", A::WorkingAfterCall, Some("wrapup"))]);
    assert_eq!(stage.is_now("ann").reason, Some(Text::from("wrapup")));
    for _ in 0..2 {
        let early = stage.now();
        stage.engine.handle_timeout(early);
        assert_eq!(stage.engine.poll_task(), None, "its time has not come");
        stage.millis += 30_000;
        let due = stage.engine.poll_timeout().expect("its time");
        let now = stage.now();
        assert!(due <= now.tick);
        stage.engine.handle_timeout(now);
        let Some(Task {
            ask: Ask::SetAgentState(task),
            ..
        }) = stage.engine.poll_task()
        else {
            panic!("nobody ends it")
        };
        assert_eq!((task.agent, task.state), (agent("ann"), R::Ready));
    }
    stage.say([fact("ann", "A", "Q1", A::Ready, None)]);
    assert_eq!(stage.is_now("ann").set_by, Some(SetBy::Bridge), "nobody else ended it");
    stage.millis += 60_000;
    let now = stage.now();
    stage.engine.handle_timeout(now);
    assert_eq!(stage.engine.poll_task(), None, "it is over");
}
