//! Services over HTTP, with a link that does what the test says.

use super::client::{Answer, ask, within};
use super::*;
use crate::model::sample::batch;
use crate::model::{
    CallId, Cause, Command, Contradiction, Data, Deed, Denial, Meaning, Native, NewCall, Order, Settled, Text, Verdict,
};

impl Bridge {
    /// A request on its own.
    pub(super) fn asking(&self, method: &'static str, path: &str, head: &[&str], body: &str) -> JoinHandle<Answer> {
        let address = self.address;
        let (path, body) = (path.to_owned(), body.to_owned());
        let head: Vec<String> = std::iter::once(AUTHORIZED)
            .chain(head.iter().copied())
            .map(str::to_owned)
            .collect();
        tokio::spawn(async move {
            let head: Vec<&str> = head.iter().map(String::as_str).collect();
            ask(address, method, &path, &head, &body).await
        })
    }

    /// What the link is asked for next.
    pub(super) async fn asked(&mut self) -> Command {
        within(self.inner.commands.recv()).await.unwrap()
    }

    /// How `command` came out, with nothing to tell.
    pub(super) async fn over(&self, command: &Command, verdict: Verdict, call: CallId) {
        let settled = vec![Settled {
            id: command.id,
            verdict,
            call: Some(call),
            proof: None,
        }];
        let none = batch("hq", Vec::new());
        self.send([Batch { settled, ..none }]).await;
    }

    /// `batch` proves with its last event that `command` was done.
    pub(super) async fn prove(&self, mut batch: Batch, command: &Command, call: CallId) {
        for event in &mut batch.events {
            event.request_id = Some(command.request_id.clone());
            if let Data::Call(data) = &mut event.data {
                data.requested_by = Some(command.requested_by.clone());
            }
        }
        batch.settled = vec![Settled {
            id: command.id,
            verdict: Verdict::Done,
            call: Some(call),
            proof: batch.events.len().checked_sub(1),
        }];
        self.send([batch]).await;
    }
}

/// A bridge with a call of 1001 with 1002.
pub(super) async fn with_a_call(bridge: Bridge) -> (Bridge, Story) {
    let mut story = story(1, "1001", "1002");
    let mut client = bridge.subscribe("/v1/events").await;
    let told = [story.originated(), story.delivered(), story.established()];
    bridge.send([link_up("hq", now())]).await;
    bridge.send(told).await;
    client.events(4).await;
    (bridge, story)
}

#[tokio::test]
async fn a_service_is_answered_with_the_call_after_the_event_that_proves_it() {
    let (mut bridge, mut story) = with_a_call(start().await).await;
    let mut client = bridge.subscribe("/v1/events").await;
    let path = format!("/v1/calls/{}/connections/hq:1002/clearConnection", story.call.id);
    let asking = bridge.asking("POST", &path, &["Request-Id: r-17"], "");
    let command = bridge.asked().await;
    let Order::Connection {
        connection,
        deed: Deed::Clear,
        ..
    } = &command.order
    else {
        panic!("{command:?}")
    };
    assert_eq!(*connection, story.call.connections[1].id);
    assert_eq!(&*command.requested_by, TOKEN);
    bridge.prove(story.cleared(), &command, story.call.id).await;
    let answer = within(asking).await.unwrap();
    let events = client.events(3).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json(), events[2]["data"]["call"]);
    assert_eq!(answer.header("lineside-confirmed-by"), events[2]["id"].as_str());
    assert_eq!(answer.header("request-id"), Some("r-17"));
    assert_eq!(events[2]["requestid"], "r-17");
}

#[tokio::test]
async fn a_new_call_is_created_and_the_answer_says_where() {
    let (mut bridge, mut story) = (start().await, story(7, "1001", "1002"));
    let body = json!({
        "callingDevice": "hq:1001", "calledNumber": "+49 (30) 1234-56", "presentedNumber": "+49 30 99", "autoAnswer": true,
        "timeoutSeconds": 20, "userData": { "CUSTOMER": "ACME-7" },
    });
    let asking = bridge.asking("POST", "/v1/calls", &[], &body.to_string());
    let command = bridge.asked().await;
    let Order::MakeCall(new) = &command.order else {
        panic!("{command:?}")
    };
    let expected = NewCall {
        calling: crate::model::sample::device("hq", "1001"),
        called: Text::from("+4930123456").into(),
        presented: Some(Text::from("+493099").into()),
        auto_answer: true,
        timeout: 20,
        user_data: [("CUSTOMER".into(), Text::from("ACME-7").into())].into(),
    };
    assert_eq!(**new, expected);
    bridge.prove(story.originated(), &command, story.call.id).await;
    let answer = within(asking).await.unwrap();
    assert_eq!(answer.status, 201);
    assert_eq!(
        answer.header("location"),
        Some(&*format!("/v1/calls/{}", story.call.id))
    );
    assert_eq!(answer.json()["id"], story.call.id.to_string());
}

#[tokio::test]
async fn the_agent_who_calls_is_found_at_the_telephone_where_it_is_logged_on() {
    let mut bridge = start().await;
    let mut client = bridge.subscribe("/v1/events").await;
    let logged_on = crate::model::sample::agent("hq", "7");
    let event = crate::model::sample::event(crate::model::EventType::AgentLoggedOn, now(), logged_on);
    bridge.send([batch("hq", vec![event])]).await;
    client.events(1).await;
    let body = json!({ "agent": "hq:7", "calledNumber": "1002" }).to_string();
    let _asking = bridge.asking("POST", "/v1/calls", &[], &body);
    let command = bridge.asked().await;
    assert!(matches!(&command.order, Order::MakeCall(new) if new.calling.as_str() == "hq:1001" && new.timeout == 30));
    let unknown = json!({ "agent": "hq:8", "calledNumber": "1002" }).to_string();
    let answer = bridge.request("POST", "/v1/calls", &[AUTHORIZED], &unknown).await;
    assert_eq!(
        (answer.status, &answer.json()["code"]),
        (404, &json!("invalidDeviceID"))
    );
}

#[tokio::test]
async fn what_the_switch_does_not_show_is_accepted_and_not_confirmed() {
    let (mut bridge, story) = with_a_call(start().await).await;
    let path = format!("/v1/calls/{}/connections/hq:1001/generateDigits", story.call.id);
    let asking = bridge.asking("POST", &path, &[], r#"{"digits":"12#"}"#);
    let command = bridge.asked().await;
    bridge.over(&command, Verdict::Unconfirmed, story.call.id).await;
    let answer = within(asking).await.unwrap();
    assert_eq!((answer.status, &answer.json()["confirmed"]), (202, &json!(false)));
    assert_eq!(answer.json()["id"], story.call.id.to_string());
    assert_eq!(answer.header("lineside-confirmed-by"), None);
}

#[tokio::test]
async fn user_data_is_a_merge_patch() {
    let (mut bridge, mut story) = with_a_call(start().await).await;
    let path = format!("/v1/calls/{}/user-data", story.call.id);
    let asking = bridge.asking("PATCH", &path, &[], r#"{"TICKET":"17","CUSTOMER":null}"#);
    let command = bridge.asked().await;
    let Order::SetUserData { entries, .. } = &command.order else {
        panic!("{command:?}")
    };
    assert_eq!(entries.get("CUSTOMER"), Some(&None));
    assert_eq!(entries.get("TICKET"), Some(&Some(Text::from("17").into())));
    bridge.prove(story.note("TICKET", "17"), &command, story.call.id).await;
    let answer = within(asking).await.unwrap();
    assert_eq!(
        (answer.status, &answer.json()["userData"]["TICKET"]),
        (200, &json!("17"))
    );
}

#[tokio::test]
async fn every_way_in_which_a_service_is_not_done_has_its_own_code() {
    use {Contradiction as C, Denial as D, Verdict as V};
    let (mut bridge, story) = with_a_call(start().await).await;
    let other = CallId(uuid::Uuid::from_u64_pair(9, 9));
    let native = |meaning| {
        V::Refused(Native {
            request: "Hangup".into(),
            message: "No such channel".into(),
            meaning,
        })
    };
    let unreached = |cause| V::Contradicted(C::Destination(cause));
    let path = format!("/v1/calls/{}", story.call.id);
    for (verdict, status, code) in [
        (V::Denied(D::State("it rings".into())), 409, "invalidConnectionState"),
        (V::Denied(D::Busy("another".into())), 409, "conflict"),
        (V::Denied(D::NotSupported("no".into())), 501, "serviceNotSupported"),
        (V::Denied(D::Unreachable("down".into())), 503, "switchUnreachable"),
        (V::Denied(D::TooMany(256)), 429, "tooManyRequests"),
        (V::Denied(D::TooMuchData(20_000)), 413, "payloadTooLarge"),
        (V::Denied(D::NoCall), 404, "invalidCallID"),
        (V::Denied(D::NoConnection), 404, "invalidConnectionID"),
        (V::Denied(D::CallEnded), 409, "callEnded"),
        (V::Denied(D::CallMerged(other)), 409, "callMerged"),
        (native(Meaning::State), 409, "invalidConnectionState"),
        (native(Meaning::Destination), 422, "invalidDestination"),
        (native(Meaning::Device), 404, "invalidDeviceID"),
        (native(Meaning::Right), 409, "switchRefused"),
        (native(Meaning::Other), 409, "switchRefused"),
        (V::Contradicted(C::CallEnded), 409, "callEnded"),
        (unreached(Cause::NumberUnallocated), 422, "invalidDestination"),
        (unreached(Cause::Busy), 409, "resourceBusy"),
        (unreached(Cause::TrunksBusy), 409, "networkBusy"),
        (V::Ignored, 502, "switchIgnored"),
        (V::TimedOut, 504, "switchTimeout"),
        (V::Unknown, 504, "outcomeUnknown"),
    ] {
        let shown = format!("{verdict:?}");
        let refused = matches!(verdict, V::Refused(_));
        let unknown = status == 504;
        let asking = bridge.asking("DELETE", &path, &[], "");
        let command = bridge.asked().await;
        bridge.over(&command, verdict, story.call.id).await;
        let answer = within(asking).await.unwrap();
        let problem = answer.json();
        assert_eq!((answer.status, &problem["code"]), (status, &json!(code)), "{shown}");
        assert_eq!(problem["native"].is_object(), refused, "{shown}: {problem}");
        assert_eq!(problem["outcome"] == "unknown", unknown, "{shown}: {problem}");
        assert_eq!(answer.header("retry-after").is_some(), status == 429, "{shown}");
        if code == "callMerged" {
            assert_eq!(problem["mergedInto"], other.to_string());
        }
    }
}

#[tokio::test]
async fn a_link_that_takes_no_more_is_told_at_once() {
    let (bridge, story) = with_a_call(start().await).await;
    let path = format!("/v1/calls/{}", story.call.id);
    let mut refused = 0;
    for _ in 0..80 {
        let answer = bridge
            .request("DELETE", &path, &[AUTHORIZED, "Prefer: wait=0"], "")
            .await;
        if answer.status == 429 {
            refused += 1;
            assert_eq!(answer.json()["code"], "tooManyRequests");
        } else {
            assert_eq!(answer.status, 202);
        }
    }
    assert_eq!(refused, 16, "64 wait");
}

#[tokio::test]
async fn while_the_switch_is_not_heard_nothing_is_shown_to_be_possible() {
    let (bridge, story) = with_a_call(start().await).await;
    let mut client = bridge.subscribe("/v1/events").await;
    let path = format!("/v1/calls/{}", story.call.id);
    let permitted = async || bridge.get(&path).await.json()["connections"][0]["servicesPermitted"].clone();
    assert_eq!(permitted().await, json!(["clearConnection"]));
    let mut down = link_up("hq", now());
    down.events[0].kind = crate::model::EventType::LinkDown;
    let Data::Link(data) = &mut down.events[0].data else {
        panic!()
    };
    data.switch.state = crate::model::SwitchState::Down;
    bridge.send([down]).await;
    client.events(1).await;
    assert_eq!(permitted().await, json!([]));
    let mut again = bridge.subscribe("/v1/events?snapshot=true").await;
    again.control("hello").await;
    again.control("subscribed").await;
    let snapshot = again.control("snapshot").await;
    assert_eq!(snapshot["calls"][0]["connections"][1]["servicesPermitted"], json!([]));
    bridge.send([link_up("hq", now())]).await;
    client.events(1).await;
    assert_eq!(permitted().await, json!(["clearConnection"]));
}
