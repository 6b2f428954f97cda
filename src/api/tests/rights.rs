//! Who may have what done.

use super::client::within;
use super::services::with_a_call;
use super::*;

async fn bridge(token: TestToken) -> (Bridge, Story) {
    let inner = TestBridge::new(vec![TestToken::admin(TOKEN), token]);
    with_a_call(start_with(config(), inner).await).await
}

const LIMITED: &str = "Authorization: Bearer limited";

#[tokio::test]
async fn a_service_needs_its_scope() {
    for (scope, services) in [
        ("calls:control", &["clearConnection", "mute", "DELETE", "makeCall"][..]),
        (
            "calls:record",
            &["startRecording", "stopRecording", "pauseRecording", "resumeRecording"],
        ),
        ("userdata:write", &["PATCH"]),
        ("calls:read", &[]),
    ] {
        let (mut bridge, story) = bridge(TestToken::new("limited", &[scope])).await;
        let all = [
            "clearConnection",
            "mute",
            "startRecording",
            "stopRecording",
            "pauseRecording",
            "resumeRecording",
            "DELETE",
            "PATCH",
            "makeCall",
        ];
        for service in all {
            let call = format!("/v1/calls/{}", story.call.id);
            let (method, path, body) = match service {
                "DELETE" => ("DELETE", call, ""),
                "PATCH" => ("PATCH", format!("{call}/user-data"), r#"{"A":"1"}"#),
                "makeCall" => (
                    "POST",
                    "/v1/calls".to_owned(),
                    r#"{"callingDevice":"hq:1001","calledNumber":"1"}"#,
                ),
                service => ("POST", format!("{call}/connections/hq:1002/{service}"), ""),
            };
            let answer = bridge.request(method, &path, &[LIMITED, "Prefer: wait=0"], body).await;
            let expected = if services.contains(&service) { 202 } else { 403 };
            assert_eq!(answer.status, expected, "{scope}: {service}: {:?}", answer.json());
            if expected == 403 {
                assert_eq!(answer.json()["code"], "forbidden");
            } else {
                within(bridge.inner.commands.recv()).await.unwrap();
            }
        }
        assert!(bridge.inner.commands.try_recv().is_err());
    }
}

#[tokio::test]
async fn only_what_a_token_sees_can_it_act_on() {
    let token = TestToken::new("limited", &["calls:control"]).devices(&["hq:1003"]);
    let (mut bridge, story) = bridge(token).await;
    let call = format!("/v1/calls/{}", story.call.id);
    let make = |device: &str| json!({ "callingDevice": device, "calledNumber": "1002" }).to_string();
    for (method, path, body) in [
        ("DELETE", call.clone(), String::new()),
        (
            "POST",
            format!("{call}/connections/hq:1001/clearConnection"),
            String::new(),
        ),
        ("POST", "/v1/calls".to_owned(), make("hq:1001")),
    ] {
        let answer = bridge.request(method, &path, &[LIMITED], &body).await;
        let code = &answer.json()["code"];
        assert_eq!(
            (answer.status, code),
            (403, &json!("privilegeViolationSpecifiedDevice")),
            "{path}"
        );
    }
    let own = bridge
        .request("POST", "/v1/calls", &[LIMITED, "Prefer: wait=0"], &make("hq:1003"))
        .await;
    assert_eq!(own.status, 202);
    assert!(bridge.inner.commands.try_recv().is_ok() && bridge.inner.commands.try_recv().is_err());
    let elsewhere = TestToken::new("limited", &["calls:control"]).switches(&["branch"]);
    let (mut bridge, story) = self::bridge(elsewhere).await;
    let path = format!("/v1/calls/{}", story.call.id);
    assert_eq!(bridge.request("DELETE", &path, &[LIMITED], "").await.status, 403);
    assert!(bridge.inner.commands.try_recv().is_err());
}

#[tokio::test]
async fn a_token_has_only_those_numbers_dialled_that_its_patterns_fit() {
    let token = TestToken::new("limited", &["calls:control"]).dial(&["10XX", "0[1-9]X.", "+49X."]);
    let (mut bridge, story) = bridge(token).await;
    let call = |number: &str| {
        let body = json!({ "callingDevice": "hq:1001", "calledNumber": number }).to_string();
        ("/v1/calls".to_owned(), body)
    };
    let deed = |service: &str, number: &str| {
        let path = format!("/v1/calls/{}/connections/hq:1002/{service}", story.call.id);
        (path, json!({ "to": number }).to_string())
    };
    for ((path, body), may) in [
        (call("1003"), true),
        (call("0 30 12-34"), true),
        (call("+49 (30) 123456"), true),
        (call("0049 900 123456"), false),
        (call("0.0.4.9.900-123456"), false),
        (call("tel:+1-900-123456"), false),
        (call("112"), false),
        (deed("deflectCall", "1003"), true),
        (deed("deflectCall", "00900123"), false),
        (deed("singleStepTransferCall", "(00)900123"), false),
    ] {
        let answer = bridge.request("POST", &path, &[LIMITED, "Prefer: wait=0"], &body).await;
        assert_eq!(answer.status, if may { 202 } else { 403 }, "{path} {body}");
        if may {
            within(bridge.inner.commands.recv()).await.unwrap();
        } else {
            let problem = answer.json();
            assert_eq!(problem["code"], "forbidden");
            assert!(!problem.to_string().contains("10XX"), "{problem}");
        }
    }
    assert!(bridge.inner.commands.try_recv().is_err());
}

#[tokio::test]
async fn whoever_sees_a_call_acts_on_its_own_telephones_only() {
    let token = TestToken::new("limited", &["calls:control", "calls:record"]).devices(&["hq:1001"]);
    let (mut bridge, story) = bridge(token).await;
    for (device, status) in [("hq:1002", 403), ("hq:1001", 202)] {
        for service in ["clearConnection", "mute", "startRecording"] {
            let path = format!("/v1/calls/{}/connections/{device}/{service}", story.call.id);
            let answer = bridge.request("POST", &path, &[LIMITED, "Prefer: wait=0"], "").await;
            assert_eq!(answer.status, status, "{device} {service}");
            if status == 202 {
                within(bridge.inner.commands.recv()).await.unwrap();
            }
        }
    }
    assert!(bridge.inner.commands.try_recv().is_err());
}

#[tokio::test]
async fn whose_numbers_are_limited_does_not_dial_by_feature_codes() {
    let token = TestToken::new("limited", &["calls:control"]).dial(&["10XX"]);
    let (mut bridge, story) = bridge(token).await;
    let path = format!("/v1/calls/{}/connections/hq:1002/generateDigits", story.call.id);
    for (digits, status) in [("##0900123", 403), ("*2", 403), ("1234", 202)] {
        let body = json!({ "digits": digits }).to_string();
        let answer = bridge.request("POST", &path, &[LIMITED, "Prefer: wait=0"], &body).await;
        assert_eq!(answer.status, status, "{digits}");
    }
    assert!(bridge.inner.commands.try_recv().is_ok() && bridge.inner.commands.try_recv().is_err());
}

#[tokio::test]
async fn a_call_that_carries_data_from_its_start_needs_the_right_to_write_data() {
    let body =
        |data: Value| json!({ "callingDevice": "hq:1001", "calledNumber": "1002", "userData": data }).to_string();
    let quick = [LIMITED, "Prefer: wait=0"];
    for (scopes, data, status) in [
        (&["calls:control"][..], json!({ "A": "1" }), 403),
        (&["calls:control"], json!({}), 202),
        (&["calls:control"], json!(null), 202),
        (&["calls:control", "userdata:write"], json!({ "A": "1" }), 202),
    ] {
        let (mut bridge, _story) = bridge(TestToken::new("limited", scopes)).await;
        let answer = bridge.request("POST", "/v1/calls", &quick, &body(data.clone())).await;
        assert_eq!(answer.status, status, "{scopes:?} {data}");
        assert_eq!(bridge.inner.commands.try_recv().is_ok(), status == 202);
    }
}

#[tokio::test]
async fn which_switches_there_are_is_not_told_to_who_may_not_see_them() {
    let elsewhere = TestToken::new("limited", &["calls:control"]).switches(&["branch"]);
    let (bridge, _story) = bridge(elsewhere).await;
    for token in [LIMITED, AUTHORIZED] {
        let body = json!({ "callingDevice": "nowhere:1001", "calledNumber": "1002" }).to_string();
        let answer = bridge.request("POST", "/v1/calls", &[token], &body).await;
        let detail = answer.json()["detail"].as_str().unwrap().to_owned();
        assert_eq!(detail.contains("(hq)"), token == AUTHORIZED, "{detail}");
    }
}
