//! What devices are asked to do with calls by themselves, over HTTP, with a link that does what the test says.

use super::client::within;
use super::*;
use crate::model::sample::{batch, telephone};
use crate::model::{Batch, Command, Denial, Event, EventType, Feature, ForwardingType, Order, Settled, Verdict};

const DISTURB: &str = "/v1/devices/hq:1001/do-not-disturb";
const FORWARD: &str = "/v1/devices/hq:1001/forwarding";

async fn bridge(tokens: Vec<TestToken>) -> Bridge {
    let all = std::iter::once(TestToken::admin(TOKEN)).chain(tokens);
    start_with(config(), TestBridge::new(all.collect())).await
}

fn settled(command: &Command, verdict: Verdict, kind: Option<EventType>) -> Batch {
    let event = |kind| Event {
        kind,
        time: now(),
        received_at: now(),
        reconstructed: false,
        request_id: Some(command.request_id.clone()),
        data: telephone("hq", "1001"),
    };
    let events: Vec<Event> = kind.map(event).into_iter().collect();
    Batch {
        settled: vec![Settled {
            id: command.id,
            verdict,
            call: None,
            proof: events.len().checked_sub(1),
        }],
        ..batch("hq", events)
    }
}

#[tokio::test]
async fn what_was_set_is_answered_with_the_device_after_the_event_that_proves_it() {
    let mut bridge = bridge(Vec::new()).await;
    let key = &["Idempotency-Key: dnd-1"];
    let asking = bridge.asking("PUT", DISTURB, key, r#"{"doNotDisturb":true}"#);
    let command = bridge.asked().await;
    let Order::SetFeature { device, feature } = &command.order else {
        panic!("{command:?}")
    };
    assert_eq!((device.as_str(), feature), ("hq:1001", &Feature::DoNotDisturb(true)));
    bridge
        .send([settled(&command, Verdict::Done, Some(EventType::DoNotDisturb))])
        .await;
    let answer = within(asking).await.unwrap();
    assert_eq!((answer.status, answer.json()["id"].as_str()), (200, Some("hq:1001")));
    assert!(answer.header("lineside-confirmed-by").is_some());
    let again = bridge.asking("PUT", DISTURB, key, r#"{"doNotDisturb":true}"#);
    let again = within(again).await.unwrap();
    assert_eq!(
        (again.status, again.header("idempotency-replayed")),
        (200, Some("true"))
    );
    assert!(bridge.inner.commands.try_recv().is_err(), "it is not asked twice");
}

#[tokio::test]
async fn a_forwarding_goes_to_the_digits_that_are_dialled() {
    let mut bridge = bridge(Vec::new()).await;
    let asking = bridge.asking(
        "PUT",
        FORWARD,
        &[],
        r#"{"type":"noAnswer","active":true,"to":"(0)30 12-34"}"#,
    );
    let command = bridge.asked().await;
    let Order::SetFeature {
        feature: Feature::Forwarding(forwarding),
        ..
    } = &command.order
    else {
        panic!("{command:?}")
    };
    assert_eq!((forwarding.kind, forwarding.active), (ForwardingType::NoAnswer, true));
    assert_eq!(forwarding.to.as_ref().map(|to| &***to), Some("0301234"));
    bridge
        .send([settled(&command, Verdict::Done, Some(EventType::Forwarding))])
        .await;
    assert_eq!(within(asking).await.unwrap().status, 200);
}

#[tokio::test]
async fn each_denial_has_its_code() {
    for (denial, status, code) in [
        (Denial::NotSupported("why".into()), 501, "serviceNotSupported"),
        (Denial::Device("why".into()), 404, "invalidDeviceID"),
        (Denial::Busy("why".into()), 409, "conflict"),
    ] {
        let mut bridge = bridge(Vec::new()).await;
        let asking = bridge.asking("PUT", FORWARD, &[], r#"{"type":"busy","active":false}"#);
        let command = bridge.asked().await;
        bridge.send([settled(&command, Verdict::Denied(denial), None)]).await;
        let answer = within(asking).await.unwrap();
        assert_eq!((answer.status, answer.json()["code"].as_str()), (status, Some(code)));
    }
}

#[tokio::test]
async fn what_no_device_can_be_asked_for_is_refused_with_the_field() {
    let mut bridge = bridge(Vec::new()).await;
    for (path, body, field, words) in [
        (DISTURB, r"{}", "doNotDisturb", "missing"),
        (DISTURB, r#"{"doNotDisturb":null}"#, "doNotDisturb", "missing"),
        (DISTURB, r#"{"doNotDisturb":"yes"}"#, "doNotDisturb", "true or false"),
        (DISTURB, r#"{"doNotDisturb":true,"on":1}"#, "on", "no such field"),
        (FORWARD, r#"{"active":true,"to":"1002"}"#, "type", "missing"),
        (
            FORWARD,
            r#"{"type":"busi","active":true,"to":"1002"}"#,
            "type",
            "did you mean",
        ),
        (FORWARD, r#"{"type":"busy","to":"1002"}"#, "active", "missing"),
        (FORWARD, r#"{"type":"busy","active":true}"#, "to", "missing"),
        (FORWARD, r#"{"type":"busy","active":true,"to":"alice"}"#, "to", "digits"),
        (
            FORWARD,
            r#"{"type":"busy","active":true,"to":"1\r\nAction: Logoff"}"#,
            "to",
            "digits",
        ),
        (FORWARD, r#"{"type":"busy","active":false,"to":"1002"}"#, "to", "only"),
    ] {
        let answer = bridge.request("PUT", path, &[AUTHORIZED], body).await;
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
async fn who_may_act_on_some_devices_and_numbers_sets_those_and_forwards_there() {
    let here = TestToken::new("here", &["devices:control"])
        .devices(&["hq:1001"])
        .dial(&["10XX"]);
    let reader = TestToken::new("reader", &["calls:control", "agents:control"]);
    let mut bridge = bridge(vec![here, reader]).await;
    let to = |number: &str| json!({ "type": "immediate", "active": true, "to": number }).to_string();
    let on = r#"{"doNotDisturb":true}"#.to_owned();
    for (token, device, path, body, status, code) in [
        ("here", "1001", "do-not-disturb", on.clone(), 202, None),
        (
            "here",
            "1002",
            "do-not-disturb",
            on.clone(),
            403,
            Some("privilegeViolationSpecifiedDevice"),
        ),
        ("reader", "1001", "do-not-disturb", on, 403, Some("forbidden")),
        ("here", "1001", "forwarding", to("1002"), 202, None),
        // Toll fraud.
        ("here", "1001", "forwarding", to("0090012345"), 403, Some("forbidden")),
        ("here", "1001", "forwarding", to("+90012345"), 403, Some("forbidden")),
        (
            "here",
            "1002",
            "forwarding",
            to("1001"),
            403,
            Some("privilegeViolationSpecifiedDevice"),
        ),
        ("reader", "1001", "forwarding", to("1002"), 403, Some("forbidden")),
    ] {
        let token = format!("Authorization: Bearer {token}");
        let path = format!("/v1/devices/hq:{device}/{path}");
        let answer = bridge.request("PUT", &path, &[&token, "Prefer: wait=0"], &body).await;
        assert_eq!(answer.status, status, "{token} {path} {body}: {}", answer.json());
        if let Some(code) = code {
            assert_eq!(answer.json()["code"], code, "{path} {body}");
        }
        assert_eq!(bridge.inner.commands.try_recv().is_ok(), status == 202, "{path} {body}");
    }
}
