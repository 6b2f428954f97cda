//! Agents and what devices do with calls by themselves; and devices of which nothing is heard.

use super::orders::*;
use super::rig::*;
use crate::model::*;
use crate::sim::csta::Quirks;
use lineside_csta::Request;
use lineside_csta::types::{AutoOriginate, ReqAgentState};
use lineside_wire::Private;
use std::collections::BTreeMap;
use std::time::Duration;

fn done(rig: &mut Rig, order: Order) -> Vec<&'static str> {
    let what = format!("{order:?}");
    let id = rig.ask(order);
    let verdict = rig.outcome(id);
    assert_eq!(verdict, Verdict::Done, "{what}: {:?}", rig.asked.last());
    rig.wait(Duration::from_secs(1));
    rig.caused_by(id)
}

fn works(rig: &Rig) -> Option<(AgentState, Option<SetBy>)> {
    let agents = rig.events.iter().rev();
    let mut told = agents.filter_map(|event| match &event.data {
        Data::Agent(data) => Some((data.agent.state, data.agent.set_by)),
        _ => None,
    });
    told.next()
}

#[test]
fn an_agent_comes_takes_calls_or_not_and_goes() {
    use RequestedState as R;
    for dialect in [XML, BER] {
        for response_first in [true, false] {
            let quirks = Quirks {
                response_first,
                ..Quirks::default()
            };
            let mut rig = Rig::new(dialect, quirks, Offers::All);
            let steps = [
                (R::LoggedOn, AgentState::Ready, "agent.loggedOn"),
                (R::NotReady, AgentState::NotReady, "agent.notReady"),
                (R::Ready, AgentState::Ready, "agent.ready"),
                (
                    R::WorkingAfterCall,
                    AgentState::WorkingAfterCall,
                    "agent.workingAfterCall",
                ),
                (R::Ready, AgentState::Ready, "agent.ready"),
                (R::LoggedOff, AgentState::LoggedOff, "agent.loggedOff"),
            ];
            for (asked, state, told) in steps {
                let caused = done(&mut rig, agent(asked));
                assert!(caused.contains(&told), "{asked:?}: {caused:?}");
                assert_eq!(works(&rig), Some((state, Some(SetBy::Bridge))), "{asked:?}");
            }
            assert!(rig.switch.world.agents.is_empty());
            assert_eq!(rig.asked.len(), steps.len());
        }
    }
}

/// Whoever sits there already leaves first, where that is asked for, and the next request is sent when the one before was done.
#[test]
fn who_stands_in_the_way_leaves_first() {
    let mut rig = Rig::new(XML, Quirks::default(), Offers::All);
    done(&mut rig, agent(RequestedState::LoggedOn));
    let other = |force: bool| match agent(RequestedState::LoggedOn) {
        Order::SetAgentState(order) => Order::SetAgentState(Box::new(AgentOrder {
            agent: AgentId::new(&SwitchName::try_from("hq").unwrap(), "4712"),
            queues: vec![device("2001"), device("2002")],
            force,
            ..*order
        })),
        other => other,
    };
    let sent = rig.asked.len();
    let id = rig.ask(other(false));
    assert!(matches!(rig.outcome(id), Verdict::Denied(Denial::InUse(_))));
    assert_eq!(rig.asked.len(), sent);
    done(&mut rig, other(true));
    let states: Vec<ReqAgentState> = rig.asked[sent..]
        .iter()
        .map(|request| match request {
            Request::SetAgentState(set) => set.requested_agent_state.clone(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        states,
        [
            ReqAgentState::LoggedOff,
            ReqAgentState::LoggedOn,
            ReqAgentState::LoggedOn
        ]
    );
    let there = &rig.switch.world.agents["1006"];
    assert_eq!((&*there.id, there.groups.len()), ("4712", 2));
}

#[test]
fn what_a_telephone_does_with_calls_is_set_and_taken_back() {
    for dialect in [XML, BER] {
        let mut rig = Rig::new(dialect, Quirks::default(), Offers::All);
        for order in [
            undisturbed("1002", true),
            undisturbed("1002", false),
            forward("1002", Some("1003")),
            forward("1002", Some("1004")),
            forward("1002", None),
        ] {
            let caused = done(&mut rig, order);
            assert_eq!(caused.len(), 1, "{caused:?}");
        }
        let device = &rig.switch.world.site.devices["1002"];
        assert!(!device.do_not_disturb && device.forwarding.is_empty());
    }
}

/// Nothing would show what comes of it.
#[test]
fn a_device_that_is_not_monitored_is_asked_for_nothing_that_only_it_would_show() {
    let mut rig = Rig::watching(XML, Quirks::default(), Offers::All, &["1001", "2001"]);
    let comes = agent(RequestedState::LoggedOn);
    for order in [make("1002", "1001"), comes] {
        let what = format!("{order:?}");
        let id = rig.ask(order);
        match rig.outcome(id) {
            Verdict::Denied(Denial::Device(why)) => assert!(why.contains("not monitored"), "{what}: {why}"),
            other => panic!("{what}: {other:?}"),
        }
    }
    assert_eq!(rig.asked, []);
}

#[test]
fn a_telephone_that_is_to_lift_by_itself_is_not_prompted_and_no_number_is_shown() {
    let mut rig = Rig::new(XML, Quirks::default(), Offers::All);
    let call = |presented: Option<&str>| {
        Order::MakeCall(Box::new(NewCall {
            calling: device("1001"),
            called: Private::new("1002".into()),
            presented: presented.map(|number| Private::new(number.into())),
            auto_answer: true,
            timeout: 20,
            user_data: BTreeMap::from([("CUSTOMER".into(), Private::new("ACME".into()))]),
        }))
    };
    let id = rig.ask(call(Some("4930")));
    assert!(matches!(
        rig.outcome(id),
        Verdict::Denied(Denial::Field("presentedNumber", _))
    ));
    assert_eq!(rig.asked, []);
    done(&mut rig, call(None));
    match rig.asked.first() {
        Some(Request::MakeCall(make)) => assert_eq!(make.auto_originate, Some(AutoOriginate::DoNotPrompt)),
        other => panic!("{other:?}"),
    }
    let (call, a) = rig.at('A');
    assert_eq!(a.state, ConnectionState::Connected);
    assert_eq!(call.user_data["CUSTOMER"].as_str(), "ACME");
}

/// Its own event would show it: where there is none it is asked how it is set then.
#[test]
fn what_a_telephone_that_is_not_monitored_is_set_to_is_read_back() {
    for dialect in [XML, BER] {
        let mut rig = Rig::watching(dialect, Quirks::default(), Offers::All, &["1001", "2001"]);
        let told = |rig: &Rig| {
            let mut devices = rig.events.iter().rev().filter_map(|event| match &event.data {
                Data::Device(data) if data.device.id.key() == "1002" => Some(data.device.clone()),
                _ => None,
            });
            devices.next().unwrap()
        };
        assert_eq!(
            done(&mut rig, undisturbed("1002", true)),
            ["device.doNotDisturb"],
            "{dialect}"
        );
        assert_eq!(told(&rig).do_not_disturb, Some(true));
        // It is so already, which is as good.
        assert_eq!(done(&mut rig, undisturbed("1002", true)), [] as [&str; 0], "{dialect}");
        done(&mut rig, undisturbed("1002", false));
        done(&mut rig, forward("1002", Some("1003")));
        assert!(told(&rig).forwarding.iter().any(|forwarding| forwarding.active));
        done(&mut rig, forward("1002", None));
        assert!(!told(&rig).forwarding.iter().any(|forwarding| forwarding.active));
        assert_eq!(rig.asked.len(), 5);
        // The switch says yes, and it is not so.
        rig.lie = Some(Lie::Nothing);
        let id = rig.ask(undisturbed("1002", true));
        assert_eq!(rig.outcome(id), Verdict::Ignored, "{dialect}");
    }
}

/// Whoever is to call is prompted, and CSTA has no place for how long.
#[test]
fn a_telephone_that_nobody_lifts_is_rung_to_make_a_call_for_as_long_as_was_asked() {
    for dialect in DIALECTS {
        let mut rig = Rig::new(dialect, Quirks::default(), Offers::All);
        rig.switch.pace.lifts = None;
        done(&mut rig, make("1001", "1002"));
        rig.wait(Duration::from_secs(18));
        assert_eq!(rig.at('A').1.state, ConnectionState::Initiated, "{dialect}");
        assert_eq!(rig.asked.len(), 1);
        rig.wait(Duration::from_secs(2));
        assert!(
            matches!(rig.asked.last(), Some(Request::ClearConnection(_))),
            "{dialect}: {:?}",
            rig.asked
        );
        assert!(rig.switch.world.calls.is_empty(), "{dialect}");
        let last = rig.events.iter().rev().find_map(|event| match &event.data {
            Data::Call(data) => Some((event.kind, data.call.clone())),
            _ => None,
        });
        let (kind, call) = last.unwrap();
        assert_eq!(kind, EventType::Cleared);
        assert_eq!(call.history[0].outcome, Some(Outcome::NoAnswer), "{dialect}");
    }
}

#[test]
fn a_telephone_that_rings_to_make_a_call_rings_no_longer_though_the_link_broke_meanwhile() {
    // The time is over behind the break, or in it.
    for (dialect, down) in [(XML, 5), (BER, 5), (XML, 40), (BER, 40)] {
        let mut rig = Rig::new(dialect, Quirks::default(), Offers::All);
        rig.switch.pace.lifts = None;
        done(&mut rig, make("1001", "1002"));
        rig.dead = true;
        rig.cut();
        rig.wait(Duration::from_secs(down));
        assert_eq!(rig.asked.len(), 1, "{dialect}");
        rig.dead = false;
        rig.until_up();
        rig.wait(Duration::from_secs(25));
        let last = rig.asked.last();
        assert!(matches!(last, Some(Request::ClearConnection(_))), "{dialect}: {last:?}");
        assert_eq!((rig.asked.len(), rig.switch.world.calls.len()), (2, 0), "{dialect}");
    }
}

#[test]
fn a_telephone_that_is_to_ring_no_more_is_asked_for_that_again_where_the_link_broke_before_it_was_done() {
    for dialect in [XML, BER] {
        let mut rig = Rig::new(dialect, Quirks::default(), Offers::All);
        rig.switch.pace.lifts = None;
        done(&mut rig, make("1001", "1002"));
        rig.lie = Some(Lie::Nothing);
        rig.wait(Duration::from_secs(25));
        // Not again and again.
        assert_eq!(rig.asked.len(), 2, "{dialect}: {:?}", rig.asked);
        rig.lie = None;
        rig.cut();
        rig.until_up();
        rig.wait(Duration::from_secs(5));
        let last = rig.asked.last();
        assert!(matches!(last, Some(Request::ClearConnection(_))), "{dialect}: {last:?}");
        assert_eq!((rig.asked.len(), rig.switch.world.calls.len()), (3, 0), "{dialect}");
    }
}

#[test]
fn a_telephone_that_was_lifted_while_the_link_was_down_is_not_cleared() {
    for dialect in [XML, BER] {
        let mut rig = Rig::new(dialect, Quirks::default(), Offers::All);
        rig.switch.pace.lifts = None;
        done(&mut rig, make("1001", "1002"));
        rig.dead = true;
        rig.cut();
        rig.play("A lifts; B answers");
        rig.dead = false;
        rig.wait(Duration::from_secs(120));
        assert_eq!(rig.asked.len(), 1, "{dialect}");
        assert_eq!(rig.at('A').1.state, ConnectionState::Connected, "{dialect}");
    }
}

#[test]
fn a_telephone_that_was_lifted_in_time_is_not_cleared() {
    let mut rig = Rig::new(XML, Quirks::default(), Offers::All);
    done(&mut rig, make("1001", "1002"));
    rig.wait(Duration::from_secs(60));
    assert_eq!(rig.asked.len(), 1);
    assert_eq!(rig.at('A').1.state, ConnectionState::Connected);
}
