//! Agents of whom the switch tells nothing by itself, as AE Services before release 6.3: their telephones are asked again and again.

use super::events::*;
use super::orders::agent;
use super::rig::{Offers, Rig};
use super::stage::Stage;
use crate::model::*;
use crate::sim::csta::Quirks;
use lineside_csta::Request;
use lineside_csta::types::{
    AgentState as Duty, OperationError, PendingAgentState, StateError, SystemStatusValue, UniversalFailure,
};

const DMCC: &str = "avaya/dmcc";
const ASKED: &str = "GetAgentState";

fn up(terms: &str) -> Stage {
    let mut stage = Stage::of(DMCC, &format!("snapshot = false\nstates = []\n{terms}"));
    stage.waits(1);
    assert_eq!(stage.words().last().unwrap(), "link.resynced");
    stage
}

/// The agent 101 at a telephone.
fn sits(stage: &mut Stage, device: &str, groups: &[(&str, Duty)]) {
    stage.agents.clear();
    stage.agents.insert(device.to_owned(), vec![works("101", groups)]);
}

/// What is told of agents within a round.
fn seen(stage: &mut Stage) -> Vec<String> {
    stage.waits(6);
    assert!(stage.told.iter().all(|event| !event.reconstructed));
    let mut words = stage.words();
    words.retain(|word| word.starts_with("agent."));
    words
}

#[test]
fn what_an_agent_does_is_told_as_it_is_seen() {
    let mut stage = up("");
    sits(&mut stage, "2001", &[("2100", Duty::AgentReady)]);
    assert_eq!(
        seen(&mut stage),
        [
            "agent.loggedOn 101 at 2001 2100:ready",
            "agent.ready 101 at 2001 2100:ready"
        ]
    );
    assert_eq!(seen(&mut stage), [] as [&str; 0]);
    sits(&mut stage, "2001", &[("2100", Duty::AgentNotReady)]);
    assert_eq!(seen(&mut stage), ["agent.notReady 101 at 2001 2100:notReady"]);
    // Of who has a call it is not said what follows.
    sits(&mut stage, "2001", &[("2100", Duty::AgentBusy)]);
    assert_eq!(seen(&mut stage), [] as [&str; 0]);
    sits(&mut stage, "2001", &[("2100", Duty::AgentWorkingAfterCall)]);
    assert_eq!(
        seen(&mut stage),
        ["agent.workingAfterCall 101 at 2001 2100:workingAfterCall"]
    );
    stage.agents.clear();
    assert_eq!(seen(&mut stage), ["agent.loggedOff 101"]);
    assert_eq!(seen(&mut stage), [] as [&str; 0]);
    let mut asked = stage.requests.iter().filter_map(|request| match request {
        Request::GetAgentState(get) => Some(&get.device.text),
        _ => None,
    });
    assert!(asked.all(|device| device.ends_with(":pbx::0")));
}

#[test]
fn who_comes_to_a_further_group_or_leaves_one_is_told() {
    let mut stage = up("");
    sits(&mut stage, "2001", &[("2100", Duty::AgentReady)]);
    seen(&mut stage);
    sits(
        &mut stage,
        "2001",
        &[("2100", Duty::AgentReady), ("2101", Duty::AgentNotReady)],
    );
    assert_eq!(seen(&mut stage), ["agent.updated 101 at 2001 2100:ready 2101:notReady"]);
    sits(&mut stage, "2001", &[("2101", Duty::AgentNotReady)]);
    assert_eq!(
        seen(&mut stage).last().unwrap(),
        "agent.notReady 101 at 2001 2101:notReady"
    );
}

#[test]
fn who_works_at_another_telephone_left_the_first_one() {
    let mut stage = up("");
    sits(&mut stage, "2001", &[("2100", Duty::AgentReady)]);
    seen(&mut stage);
    sits(&mut stage, "2003", &[("2100", Duty::AgentReady)]);
    let words = seen(&mut stage);
    assert!(words[0].starts_with("agent.loggedOff 101"), "{words:?}");
    assert_eq!(words.last().unwrap(), "agent.ready 101 at 2003 2100:ready");
    assert_eq!(seen(&mut stage), [] as [&str; 0]);
}

#[test]
fn what_the_switch_tells_by_itself_is_told_once() {
    let mut stage = up("");
    sits(&mut stage, "2001", &[("2100", Duty::AgentReady)]);
    seen(&mut stage);
    sits(&mut stage, "2001", &[("2100", Duty::AgentNotReady)]);
    stage.says("2001", agent_is("notReady", "101", "2001", "2100"));
    assert_eq!(seen(&mut stage), ["agent.notReady 101 at 2001 2100:notReady"]);
    stage.agents.clear();
    stage.says("2001", agent_is("off", "101", "2001", "2100"));
    assert_eq!(seen(&mut stage), ["agent.loggedOff 101"]);
}

#[test]
fn agents_are_asked_for_at_the_pace_of_the_profile() {
    for (terms, asked) in [("agentsEvery = 0", 0..=0), ("", 20..=28), ("agentsEvery = 2", 50..=64)] {
        let mut stage = up(terms);
        stage.count(ASKED);
        stage.waits(30);
        let count = stage.count(ASKED);
        assert!(asked.contains(&count), "{terms}: {count}");
    }
    // No faster than monitors are placed, however many telephones there are.
    let mut stage = Stage::with(DMCC, "snapshot = false\nstates = []\nperSecond = 1", &["2001-2020"]);
    stage.waits(60);
    stage.count(ASKED);
    stage.waits(30);
    let count = stage.count(ASKED);
    assert!((25..=31).contains(&count), "{count}");
}

#[test]
fn a_switch_that_does_not_say_it_once_is_asked_again_and_one_that_never_does_is_not() {
    let mut stage = up("");
    let busy = UniversalFailure::StateIncompatibility(StateError::InvalidObjectState);
    stage.fails.insert(ASKED.to_owned(), busy);
    stage.waits(6);
    stage.fails.clear();
    sits(&mut stage, "2001", &[("2100", Duty::AgentReady)]);
    assert_eq!(seen(&mut stage).last().unwrap(), "agent.ready 101 at 2001 2100:ready");
    let lacks = UniversalFailure::Operation(OperationError::ServiceNotSupported);
    stage.fails.insert(ASKED.to_owned(), lacks);
    stage.waits(6);
    stage.fails.clear();
    stage.count(ASKED);
    stage.waits(60);
    assert_eq!(stage.count(ASKED), 0);
}

#[test]
fn one_answer_that_is_lost_ends_it_not() {
    let mut stage = Stage::of(DMCC, "snapshot = false\nstates = ['getAgentState']");
    stage.ignores.insert(ASKED.to_owned());
    stage.breaks();
    stage.waits(20);
    stage.ignores.clear();
    // What is not answered any more is waited for until then.
    stage.waits(10);
    stage.words();
    sits(&mut stage, "2001", &[("2100", Duty::AgentReady)]);
    assert_eq!(seen(&mut stage).last().unwrap(), "agent.ready 101 at 2001 2100:ready");
}

#[test]
fn nobody_is_asked_for_while_the_switch_is_not_to_be_asked_and_nothing_waits_for_it_in_vain() {
    let mut stage = up("");
    stage.is(SystemStatusValue::Disabled);
    assert!(stage.rests(30));
    let mut stage = up("");
    stage.cut();
    assert!(stage.rests(30));
}

#[test]
fn what_follows_for_an_agent_is_told_though_nothing_else_is_otherwise() {
    let mut stage = up("");
    sits(&mut stage, "2001", &[("2100", Duty::AgentWorkingAfterCall)]);
    seen(&mut stage);
    let mut entry = works("101", &[("2100", Duty::AgentWorkingAfterCall)]);
    let info = &mut entry.agent_info.as_mut().unwrap().0[0];
    info.pending_agent_state = Some(PendingAgentState::AgentReady);
    stage.agents.insert("2001".to_owned(), vec![entry]);
    assert_eq!(
        seen(&mut stage),
        ["agent.updated 101 at 2001 2100:workingAfterCall then ready"]
    );
    assert_eq!(seen(&mut stage), [] as [&str; 0]);
}

#[test]
fn what_takes_the_switch_a_while_is_looked_for_again() {
    let mut stage = up("");
    let sits = |stage: &mut Stage, duty: Duty| {
        let agents = vec![works("4711", &[("2100", duty)])];
        stage.agents.insert("2001".to_owned(), agents);
    };
    sits(&mut stage, Duty::AgentReady);
    seen(&mut stage);
    stage.commands(agent(RequestedState::NotReady));
    stage.waits(2);
    assert!(stage.settled.is_empty());
    sits(&mut stage, Duty::AgentNotReady);
    stage.waits(2);
    assert_eq!(stage.settled[0].verdict, Verdict::Done);
    // That is over then.
    stage.count(ASKED);
    stage.waits(2);
    assert!(stage.count(ASKED) <= 4);
}

#[test]
fn what_is_asked_for_an_agent_is_looked_for_and_proven() {
    let quirks = Quirks {
        agents_told: false,
        ..Quirks::default()
    };
    let mut rig = Rig::new(DMCC, quirks, Offers::Profile);
    for state in [
        RequestedState::LoggedOn,
        RequestedState::NotReady,
        RequestedState::Ready,
        RequestedState::WorkingAfterCall,
        RequestedState::LoggedOff,
    ] {
        let id = rig.ask(agent(state));
        assert_eq!(rig.outcome(id), Verdict::Done, "{state:?}");
        assert!(!rig.caused_by(id).is_empty(), "{state:?}");
        let set_by = rig.events.iter().rev().find_map(|event| match &event.data {
            Data::Agent(data) => Some(data.agent.set_by),
            _ => None,
        });
        assert_eq!(set_by.unwrap(), Some(SetBy::Bridge), "{state:?}");
    }
}
