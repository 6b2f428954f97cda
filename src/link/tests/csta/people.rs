//! Agents and what telephones are set to: as the switch says it when it is asked, and as it changes.

use super::events::*;
use super::stage::Stage;
use crate::model::*;
use lineside_csta::types::{
    AgentState as Duty, DeviceId as Native, ForwardListItem, ForwardingType as When, OperationError, UniversalFailure,
};

/// Telephones are asked for what they are set to, and who sits there.
const STATES: &str =
    "list = false\nsnapshot = false\nstates = [\"getAgentState\", \"getDoNotDisturb\", \"getForwarding\"]";

/// A switch that speaks so, with an agent at work.
fn at_work(profile: &str) -> Stage {
    let mut stage = Stage::of(profile, STATES);
    let groups = [("2100", Duty::AgentReady), ("2101", Duty::AgentNotReady)];
    stage.agents.insert("2001".to_owned(), vec![works("101", &groups)]);
    stage.undisturbed.insert("2002".to_owned());
    let forward = ForwardListItem {
        forwarding_type: Some(When::ForwardNoAns),
        forward_status: true,
        forward_dn: Some(Native::dialled("2004")),
        ..ForwardListItem::default()
    };
    stage.forwards.insert("2003".to_owned(), vec![forward]);
    stage.waits(1);
    stage
}

fn of_people(stage: &mut Stage) -> Vec<String> {
    let mut words = stage.words();
    words.retain(|word| word.starts_with("agent."));
    words
}

fn device(stage: &Stage, key: &str) -> Device {
    let told = stage.told.iter().rev().find_map(|event| match &event.data {
        Data::Device(data) if data.device.id.key() == key => Some(data.device.clone()),
        _ => None,
    });
    told.unwrap()
}

#[test]
fn what_agents_and_telephones_do_is_known_when_the_link_comes_up_in_xml_and_in_ber() {
    for profile in ["ecma/ecma-323-ed5", "unify/hipath-3000"] {
        let mut stage = at_work(profile);
        let up = stage.told.iter().position(|event| event.kind == EventType::LinkUp);
        let resynced = stage
            .told
            .iter()
            .position(|event| event.kind == EventType::LinkResynced);
        let agent = stage.told.iter().position(|event| event.kind == EventType::AgentReady);
        assert!(up < agent && agent < resynced, "{profile}: {:?}", stage.words());
        assert!(
            stage
                .told
                .iter()
                .all(|event| event.reconstructed || matches!(event.kind, EventType::LinkUp | EventType::LinkResynced))
        );
        assert_eq!(device(&stage, "2002").do_not_disturb, Some(true));
        assert_eq!(device(&stage, "2001").do_not_disturb, Some(false));
        let forwards: Vec<(bool, Option<String>)> = device(&stage, "2003")
            .forwarding
            .iter()
            .map(|f| (f.active, f.to.as_ref().map(|to| String::from(&***to))))
            .collect();
        assert_eq!(
            forwards,
            [(false, None), (false, None), (true, Some("2004".to_owned()))],
            "{profile}"
        );
        assert_eq!(device(&stage, "2001").agent.unwrap().key(), "101");
        assert_eq!(
            of_people(&mut stage),
            [
                "agent.loggedOn 101 at 2001 2100:ready 2101:notReady",
                "agent.ready 101 at 2001 2100:ready 2101:notReady",
            ],
            "{profile}"
        );
    }
}

#[test]
fn an_agent_who_does_something_else_while_the_link_is_down_is_told_once_after_it() {
    let mut stage = at_work("ecma/ecma-323-ed5");
    of_people(&mut stage);
    stage.breaks();
    assert_eq!(of_people(&mut stage), [] as [&str; 0], "nothing changed");
    stage.cut();
    let groups = [("2100", Duty::AgentWorkingAfterCall)];
    stage.agents.insert("2001".to_owned(), vec![works("101", &groups)]);
    stage.waits(5);
    assert_eq!(
        of_people(&mut stage),
        ["agent.workingAfterCall 101 at 2001 2100:workingAfterCall"]
    );
    stage.cut();
    stage.agents.clear();
    stage.waits(10);
    assert_eq!(of_people(&mut stage), ["agent.loggedOff 101"]);
}

#[test]
fn who_is_not_told_of_after_a_break_stays_as_known() {
    let mut stage = at_work("ecma/ecma-323-ed5");
    of_people(&mut stage);
    let why = UniversalFailure::Operation(OperationError::ServiceNotSupported);
    stage.fails.insert("GetAgentState".to_owned(), why);
    stage.breaks();
    assert_eq!(of_people(&mut stage), [] as [&str; 0]);
}

#[test]
fn what_a_switch_does_not_offer_is_asked_for_once_and_is_no_error() {
    let mut stage = Stage::of("ecma/ecma-323-ed5", STATES);
    let why = UniversalFailure::Operation(OperationError::ServiceNotSupported);
    stage.fails.insert("GetAgentState".to_owned(), why);
    // Neither is this one answered.
    stage.ignores.insert("GetForwarding".to_owned());
    stage.waits(60);
    // Four may be under way at once.
    let asked = |name: &str| stage.asked.iter().filter(|(_, asked)| asked == name).count();
    assert!(asked("GetAgentState") <= 4, "{:?}", stage.asked);
    assert!(asked("GetForwarding") <= 4, "{:?}", stage.asked);
    assert_eq!(asked("GetDoNotDisturb"), 4);
    assert!(stage.monitored().refused.is_empty());
    // The link waited for none of it, and told at the end that all are monitored.
    let mut words = stage.words();
    words.retain(|word| word.starts_with("link"));
    assert_eq!(words, ["link.up", "link.resynced", "link.monitored"]);
}

#[test]
fn telephones_are_asked_only_for_what_the_profile_offers() {
    let mut stage = Stage::of(
        "ecma/ecma-323-ed5",
        "list = false\nsnapshot = false\nstates = [\"getDoNotDisturb\"]",
    );
    stage.waits(1);
    // A queue is no telephone.
    assert_eq!(stage.count("GetDoNotDisturb"), 4);
    assert_eq!(stage.count("GetAgentState"), 0);
}

#[test]
fn what_an_agent_does_while_monitors_are_placed_is_told_behind_them() {
    let mut stage = Stage::of("ecma/ecma-323-ed5", STATES);
    stage
        .ahead
        .push(("2001".to_owned(), agent_is("on", "101", "2001", "2100")));
    stage
        .ahead
        .push(("2001".to_owned(), agent_is("ready", "101", "2001", "2100")));
    stage
        .agents
        .insert("2001".to_owned(), vec![works("101", &[("2100", Duty::AgentReady)])]);
    stage.waits(1);
    assert_eq!(
        of_people(&mut stage).last().unwrap(),
        "agent.ready 101 at 2001 2100:ready"
    );
}

#[test]
fn several_agents_of_one_telephone_are_told_apart_by_their_groups() {
    let mut stage = Stage::new();
    stage
        .says("2001", agent_is("on", "101", "2001", "2100"))
        .says("2001", agent_is("on", "102", "2001", "2101"));
    stage.words();
    stage
        .says("2001", agent_is("ready", "", "2001", "2101"))
        .says("2001", agent_is("ready", "", "2001", "2100"));
    assert_eq!(
        of_people(&mut stage),
        [
            "agent.ready 102 at 2001 2101:ready",
            "agent.ready 101 at 2001 2100:ready"
        ]
    );
}

#[test]
fn an_agent_of_several_groups_is_logged_on_until_it_has_left_the_last() {
    let mut stage = Stage::new();
    stage
        .says("2001", agent_is("on", "101", "2001", "2100"))
        .says("2001", agent_is("on", "101", "2001", "2101"))
        .says("2001", agent_is("ready", "101", "2001", "2100"));
    stage.words();
    stage.says("2001", agent_is("off", "101", "2001", "2100"));
    // The device alone still says who it is.
    stage.says("2001", agent_is("ready", "", "2001", "2101"));
    stage.says("2001", agent_is("off", "", "2001", "2101"));
    assert_eq!(
        of_people(&mut stage),
        [
            "agent.notReady 101 at 2001 2101:notReady",
            "agent.ready 101 at 2001 2101:ready",
            "agent.loggedOff 101",
        ]
    );
}

#[test]
fn an_agent_who_logs_on_elsewhere_moves_there() {
    let mut stage = Stage::new();
    stage
        .says("2001", agent_is("on", "101", "2001", "2100"))
        .says("2001", agent_is("on", "101", "2001", "2101"))
        .says("2001", agent_is("ready", "101", "2001", ""));
    stage.words();
    stage
        .says("2002", agent_is("on", "101", "2002", "2100"))
        // The telephone that was left tells it late.
        .says("2001", agent_is("off", "101", "2001", "2100"))
        .says("2002", agent_is("ready", "101", "2002", "2100"));
    assert_eq!(
        of_people(&mut stage),
        [
            "agent.notReady 101 at 2002 2100:notReady",
            "agent.ready 101 at 2002 2100:ready"
        ]
    );
}

#[test]
fn the_monitor_of_a_group_does_not_tell_again_what_that_of_the_telephone_told() {
    let mut stage = Stage::new();
    stage
        .says("2001", agent_is("on", "101", "2001", "2100"))
        .says("2001", agent_is("ready", "101", "2001", "2100"))
        .says("2100", agent_is("on", "101", "2001", "2100"))
        .says("2100", agent_is("ready", "101", "2001", "2100"));
    assert_eq!(
        of_people(&mut stage),
        [
            "agent.loggedOn 101 at 2001 2100:notReady",
            "agent.notReady 101 at 2001 2100:notReady",
            "agent.ready 101 at 2001 2100:ready",
        ]
    );
}

/// An agent who takes calls, and has one.
fn in_a_call() -> Stage {
    let mut stage = Stage::new();
    stage
        .says("2001", agent_is("on", "101", "2001", "2100"))
        .says("2001", agent_is("ready", "101", "2001", "2100"))
        .says("2001", delivered("c1", "2001", "017012345", "2001", "", "newCall"))
        .says("2001", established("c1", "2001", "017012345", "2001", "newCall"));
    of_people(&mut stage);
    stage
}

#[test]
fn what_follows_at_the_end_of_a_call_or_of_the_work_after_it_is_told_as_pending() {
    let mut stage = in_a_call();
    stage.says("2001", agent_is("busy agentNotReady", "101", "2001", "2100"));
    assert_eq!(
        of_people(&mut stage),
        ["agent.updated 101 at 2001 2100:busy then notReady"]
    );
    stage
        .says("2001", cleared("c1", "2001", "2001", "normalClearing"))
        .says("2001", agent_is("working ready", "101", "2001", "2100"))
        .says("2001", agent_is("ready", "101", "2001", "2100"));
    assert_eq!(
        of_people(&mut stage),
        [
            "agent.notReady 101 at 2001 2100:notReady",
            "agent.workingAfterCall 101 at 2001 2100:workingAfterCall then ready",
            "agent.ready 101 at 2001 2100:ready",
        ]
    );
}

#[test]
fn a_switch_that_answers_that_it_will_be_so_after_the_call_is_believed() {
    let mut stage = in_a_call();
    let switch = SwitchName::try_from("hq").unwrap();
    stage.commands(Order::SetAgentState(Box::new(AgentOrder {
        agent: AgentId::new(&switch, "101"),
        state: RequestedState::NotReady,
        reason: None,
        device: None,
        queues: Vec::new(),
        force: false,
    })));
    assert_eq!(
        of_people(&mut stage),
        ["agent.updated 101 at 2001 2100:notReady then notReady"]
    );
    let settled: Vec<&Verdict> = stage.settled.iter().map(|settled| &settled.verdict).collect();
    assert!(matches!(settled[..], [Verdict::Done]), "{settled:?}");
}

#[test]
fn who_logged_on_right_before_the_link_broke_is_told() {
    let mut stage = Stage::new();
    stage.says("2001", agent_is("on", "101", "2001", "2100")).cut();
    let words = stage.words();
    let at = |what: &str| words.iter().position(|word| word.contains(what));
    assert!(
        at("agent.loggedOn").is_some() && at("agent.loggedOn") < at("link.down"),
        "{words:#?}"
    );
}
