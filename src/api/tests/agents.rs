//! What is asked of agents over HTTP, with a link that does what the test says.

use super::client::within;
use super::*;
use crate::model::sample::{agent, batch};
use crate::model::{
    AgentState, Batch, Command, Data, Denial, Event, EventType, Order, RequestedState, Settled, Text, Verdict,
};

const PATH: &str = "/v1/agents/hq:ann/state";

async fn bridge(tokens: Vec<TestToken>) -> Bridge {
    let all = std::iter::once(TestToken::admin(TOKEN)).chain(tokens);
    let bridge = start_with(config(), TestBridge::new(all.collect())).await;
    let mut client = bridge.subscribe("/v1/events").await;
    bridge.send([link_up("hq", now())]).await;
    bridge.send([batch("hq", vec![told(AgentState::NotReady)])]).await;
    client.events(2).await;
    bridge
}

/// The agent at 1001, in this state.
fn told(state: AgentState) -> Event {
    let mut data = agent("hq", "ann");
    if let Data::Agent(data) = &mut data {
        data.agent.state = state;
    }
    Event {
        kind: EventType::AgentUpdated,
        time: now(),
        received_at: now(),
        reconstructed: false,
        request_id: None,
        data,
    }
}

fn settled(command: &Command, verdict: Verdict, events: Vec<Event>) -> Batch {
    let proof = events.len().checked_sub(1);
    Batch {
        settled: vec![Settled {
            id: command.id,
            verdict,
            call: None,
            proof,
        }],
        ..batch("hq", events)
    }
}

#[tokio::test]
async fn a_state_that_was_set_is_answered_with_the_agent_after_the_event_that_proves_it() {
    let mut bridge = bridge(Vec::new()).await;
    let body = r#"{"state":"notReady","reason":"lunch","queues":["hq:500"],"password":"0000"}"#;
    let asking = bridge.asking("PUT", PATH, &[], body);
    let command = bridge.asked().await;
    let Order::SetAgentState(order) = &command.order else {
        panic!("{command:?}")
    };
    assert_eq!(order.state, RequestedState::NotReady);
    assert_eq!(order.reason, Some(Text::from("lunch")));
    assert_eq!(order.queues.len(), 1);
    bridge
        .send([settled(&command, Verdict::Done, vec![told(AgentState::NotReady)])])
        .await;
    let answer = within(asking).await.unwrap();
    assert_eq!((answer.status, answer.json()["id"].as_str()), (200, Some("hq:ann")));
    assert!(answer.header("lineside-confirmed-by").is_some());
}

#[tokio::test]
async fn what_follows_at_the_end_of_a_call_is_accepted() {
    let mut bridge = bridge(Vec::new()).await;
    let asking = bridge.asking("PUT", PATH, &[], r#"{"state":"notReady"}"#);
    let command = bridge.asked().await;
    bridge
        .send([settled(&command, Verdict::Done, vec![told(AgentState::Busy)])])
        .await;
    let answer = within(asking).await.unwrap();
    assert_eq!((answer.status, answer.json()["state"].as_str()), (202, Some("busy")));
}

#[tokio::test]
async fn each_denial_has_its_code() {
    let why = || Text::from("why");
    for (denial, status, code) in [
        (Denial::LoggedOn(why()), 409, "agentAlreadyLoggedOn"),
        (Denial::InUse(why()), 409, "deviceInUse"),
        (Denial::Agent(why()), 409, "conflict"),
        (Denial::Field("reason", why()), 400, "invalidRequest"),
        (Denial::Device(why()), 404, "invalidDeviceID"),
    ] {
        let mut bridge = bridge(Vec::new()).await;
        let asking = bridge.asking("PUT", PATH, &[], r#"{"state":"loggedOn"}"#);
        let command = bridge.asked().await;
        bridge
            .send([settled(&command, Verdict::Denied(denial), Vec::new())])
            .await;
        let answer = within(asking).await.unwrap();
        assert_eq!((answer.status, answer.json()["code"].as_str()), (status, Some(code)));
        if status == 400 {
            assert_eq!(answer.json()["field"], "reason");
        }
    }
}

#[tokio::test]
async fn what_no_agent_can_be_asked_for_is_refused_with_the_field() {
    let mut bridge = bridge(Vec::new()).await;
    for (body, field, words) in [
        (r"{}", "state", "missing"),
        (r#"{"state":"busy"}"#, "state", "loggedOn, loggedOff"),
        (r#"{"state":"notready"}"#, "state", "did you mean"),
        (
            r#"{"state":"notReady","reason":"a\r\nAction: Logoff"}"#,
            "reason",
            "letters",
        ),
        (r#"{"state":"notReady","reason":"a;b"}"#, "reason", "letters"),
        (r#"{"state":"notReady","reason":""}"#, "reason", "letters"),
        (r#"{"state":"ready","reason":"lunch"}"#, "reason", "notReady"),
        (r#"{"state":"ready","device":"hq:1001"}"#, "device", "loggedOn only"),
        (r#"{"state":"loggedOn","device":"other:1001"}"#, "device", "hq:1001"),
        (r#"{"state":"loggedOn","queues":"hq:support"}"#, "queues", "a list"),
        (r#"{"state":"loggedOn","queues":[1]}"#, "queues", "a list"),
        (r#"{"state":"loggedOn","password":7}"#, "password", "a text"),
        (r#"{"state":"loggedOff","force":true}"#, "force", "loggedOn only"),
        (r#"{"state":"ready","staet":1}"#, "staet", "did you mean"),
    ] {
        let answer = bridge.request("PUT", PATH, &[AUTHORIZED], body).await;
        let told = answer.json();
        assert_eq!(
            (answer.status, told["field"].as_str()),
            (400, Some(field)),
            "{body}: {told}"
        );
        let detail = told["detail"].as_str().unwrap_or_default();
        assert!(detail.contains(words), "{body}: {detail}");
    }
    assert!(
        bridge.inner.commands.try_recv().is_err(),
        "nothing was asked of the switch"
    );
}

#[tokio::test]
async fn who_may_act_on_some_devices_acts_on_agents_there_and_has_them_come_there() {
    let here = TestToken::new("here", &["agents:control"]).devices(&["hq:1001"]);
    let there = TestToken::new("there", &["agents:control"]).devices(&["hq:1002"]);
    let reader = TestToken::new("reader", &["agents:read", "calls:control"]);
    let mut bridge = bridge(vec![here, there, reader]).await;
    for (token, agent, body, status) in [
        ("here", "ann", r#"{"state":"ready"}"#, 202),
        ("there", "ann", r#"{"state":"ready"}"#, 403),
        (
            "there",
            "ann",
            r#"{"state":"loggedOn","device":"hq:1002","force":true}"#,
            403,
        ),
        ("there", "bob", r#"{"state":"loggedOn","device":"hq:1002"}"#, 202),
        ("there", "bob", r#"{"state":"loggedOn","device":"hq:1003"}"#, 403),
        ("there", "bob", r#"{"state":"loggedOn"}"#, 400),
        ("there", "bob", r#"{"state":"loggedOff"}"#, 403),
        ("reader", "ann", r#"{"state":"ready"}"#, 403),
    ] {
        let token = format!("Authorization: Bearer {token}");
        let path = format!("/v1/agents/hq:{agent}/state");
        let answer = bridge.request("PUT", &path, &[&token, "Prefer: wait=0"], body).await;
        assert_eq!(answer.status, status, "{token} {body}: {}", answer.json());
        assert_eq!(
            bridge.inner.commands.try_recv().is_ok(),
            status == 202,
            "{token} {body}"
        );
    }
}
