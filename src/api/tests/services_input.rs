//! What is asked for and cannot be understood, or names what is not there.

use super::services::with_a_call;
use super::*;
use crate::model::Order;

#[tokio::test]
async fn a_wrong_body_is_told_with_its_field_and_what_was_expected() {
    let (mut bridge, story) = with_a_call(start().await).await;
    let calls = "/v1/calls".to_owned();
    let to = |service: &str| format!("/v1/calls/{}/connections/hq:1002/{service}", story.call.id);
    let data = format!("/v1/calls/{}/user-data", story.call.id);
    let call = |more: &str| format!(r#"{{"callingDevice":"hq:1001","calledNumber":"1002"{more}}}"#);
    for (path, body, field, told) in [
        (&calls, "{".to_owned(), "body", "line 1, column 1"),
        (&calls, "[]".to_owned(), "body", "a JSON object"),
        (&calls, "{}".to_owned(), "calledNumber", "is missing"),
        (
            &calls,
            r#"{"calledNumber":"1"}"#.to_owned(),
            "callingDevice",
            "is missing",
        ),
        (&calls, call(r#","agent":"hq:7""#), "agent", "beside callingDevice"),
        (
            &calls,
            call(r#","calledNumer":"1""#),
            "calledNumer",
            "did you mean `calledNumber`?",
        ),
        (&calls, call(r#","autoAnswer":"yes""#), "autoAnswer", "true or false"),
        (
            &calls,
            call(r#","timeoutSeconds":0"#),
            "timeoutSeconds",
            "from 1 to 120",
        ),
        (
            &calls,
            call(r#","timeoutSeconds":121"#),
            "timeoutSeconds",
            "from 1 to 120",
        ),
        (
            &calls,
            call(r#","presentedNumber":"anonymous""#),
            "presentedNumber",
            "digits",
        ),
        (&calls, call(r#","userData":{"A B":"1"}"#), "A B", "A-Z"),
        (&calls, call(r#","userData":{"A":1}"#), "A", "a text"),
        (
            &calls,
            r#"{"callingDevice":"hq:1001","calledNumber":1002}"#.to_owned(),
            "calledNumber",
            "a text",
        ),
        (
            &calls,
            r#"{"callingDevice":"hq:1001","calledNumber":"bob"}"#.to_owned(),
            "calledNumber",
            "E.164",
        ),
        (
            &to("clearConnection"),
            r#"{"to":"1003"}"#.to_owned(),
            "to",
            "takes none",
        ),
        (&to("deflectCall"), "{}".to_owned(), "to", "is missing"),
        (
            &to("singleStepTransferCall"),
            r#"{"to":"sip:bob@example.com"}"#.to_owned(),
            "to",
            "E.164",
        ),
        (&to("generateDigits"), r#"{"digits":"12E"}"#.to_owned(), "digits", "0-9"),
        (&data, r#"{"A":["1"]}"#.to_owned(), "A", "a list"),
    ] {
        let method = if path == &data { "PATCH" } else { "POST" };
        let answer = bridge.request(method, path, &[AUTHORIZED], &body).await;
        let problem = answer.json();
        assert_eq!(
            (answer.status, &problem["code"]),
            (400, &json!("invalidRequest")),
            "{body}: {problem}"
        );
        assert_eq!(problem["field"], field, "{body}");
        assert!(problem["detail"].as_str().unwrap().contains(told), "{body}: {problem}");
    }
    assert!(
        bridge.inner.commands.try_recv().is_err(),
        "nothing was asked of the switch"
    );
}

#[tokio::test]
async fn more_data_than_a_call_carries_is_refused() {
    let (mut bridge, story) = with_a_call(start().await).await;
    let data = format!("/v1/calls/{}/user-data", story.call.id);
    let value = json!({ "A": "x".repeat(4097) }).to_string();
    let all: serde_json::Map<_, _> = (0..5).map(|n| (format!("K{n}"), json!("x".repeat(4000)))).collect();
    let call = json!({ "callingDevice": "hq:1001", "calledNumber": "1002", "userData": all }).to_string();
    for (method, path, body) in [("PATCH", data.as_str(), value), ("POST", "/v1/calls", call)] {
        let answer = bridge.request(method, path, &[AUTHORIZED], &body).await;
        assert_eq!(
            (answer.status, &answer.json()["code"]),
            (413, &json!("payloadTooLarge")),
            "{path}"
        );
    }
    assert!(bridge.inner.commands.try_recv().is_err());
}

#[tokio::test]
async fn what_is_named_and_not_there_is_told_for_what_it_is() {
    let (mut bridge, story) = with_a_call(start().await).await;
    let call = story.call.id;
    let nobody = "019a9c1e-8b5e-7c3a-9d52-3f0c6a1b2d4e";
    let make = |device: &str| json!({ "callingDevice": device, "calledNumber": "1002" }).to_string();
    for (path, body, status, code) in [
        (
            format!("/v1/calls/{nobody}/connections/hq:1001/mute"),
            String::new(),
            404,
            "invalidCallID",
        ),
        (
            "/v1/calls/17/connections/hq:1001/mute".to_owned(),
            String::new(),
            404,
            "invalidCallID",
        ),
        (
            format!("/v1/calls/{call}/connections/{nobody}/mute"),
            String::new(),
            404,
            "invalidConnectionID",
        ),
        (
            format!("/v1/calls/{call}/connections/hq:1009/mute"),
            String::new(),
            404,
            "invalidConnectionID",
        ),
        (
            format!("/v1/calls/{call}/connections/x/mute"),
            String::new(),
            404,
            "invalidConnectionID",
        ),
        (
            format!("/v1/calls/{call}/connections/hq:1001/mut"),
            String::new(),
            404,
            "notFound",
        ),
        (
            format!("/v1/calls/{call}/connections/hq:1001/conferenceCall"),
            String::new(),
            400,
            "invalidRequest",
        ),
        ("/v1/calls".to_owned(), make("1001"), 404, "invalidDeviceID"),
        ("/v1/calls".to_owned(), make("nowhere:1001"), 404, "invalidDeviceID"),
        ("/v1/calls".to_owned(), make("hq:"), 404, "invalidDeviceID"),
    ] {
        let answer = bridge.request("POST", &path, &[AUTHORIZED], &body).await;
        assert_eq!(
            (answer.status, &answer.json()["code"]),
            (status, &json!(code)),
            "{path} {body}"
        );
    }
    let answer = bridge.get("/v1/requests/17").await;
    assert_eq!((answer.status, &answer.json()["code"]), (404, &json!("notFound")));
    assert!(bridge.inner.commands.try_recv().is_err());
}

#[tokio::test]
async fn a_device_names_its_connection_only_where_it_has_one() {
    let bridge = start().await;
    let mut twice = story(3, "1001", "1001");
    let mut client = bridge.subscribe("/v1/events").await;
    bridge.send([twice.delivered()]).await;
    client.events(1).await;
    let path = format!("/v1/calls/{}/connections/hq:1001/mute", twice.call.id);
    let answer = bridge.request("POST", &path, &[AUTHORIZED], "").await;
    let problem = answer.json();
    assert_eq!((answer.status, &problem["code"]), (409, &json!("ambiguousConnection")));
    for connection in &twice.call.connections {
        assert!(problem["detail"].as_str().unwrap().contains(&connection.id.to_string()));
    }
}

#[tokio::test]
async fn a_call_that_ended_or_became_part_of_another_says_so() {
    let bridge = start().await;
    let mut client = bridge.subscribe("/v1/events").await;
    let (mut survivor, mut merged, mut ended) =
        (story(1, "1001", "1002"), story(2, "1003", "1004"), story(3, "1", "2"));
    merged.call.linkage.merged_into = Some(survivor.call.id);
    let moved = merged.call.connections[0].clone();
    survivor.call.connections.push(moved.clone());
    bridge
        .send([survivor.delivered(), merged.cleared(), ended.cleared()])
        .await;
    client.events(7).await;
    let ask = async |call, connection: &str| {
        let path = format!("/v1/calls/{call}/connections/{connection}/clearConnection");
        bridge.request("POST", &path, &[AUTHORIZED, "Prefer: wait=0"], "").await
    };
    let answer = ask(merged.call.id, "hq:1004").await;
    assert_eq!((answer.status, &answer.json()["code"]), (409, &json!("callMerged")));
    assert_eq!(answer.json()["mergedInto"], survivor.call.id.to_string());
    let answer = ask(ended.call.id, "hq:1").await;
    assert_eq!((answer.status, &answer.json()["code"]), (409, &json!("callEnded")));
    // What moved lives on in the survivor, and is found there.
    assert_eq!(ask(merged.call.id, &moved.id.to_string()).await.status, 202);
    let mut bridge = bridge;
    let command = bridge.asked().await;
    assert!(matches!(&command.order, Order::Connection { call, .. } if *call == survivor.call.id));
}

#[tokio::test]
async fn a_name_that_a_caller_gives_is_visible_ascii() {
    let (mut bridge, story) = with_a_call(start().await).await;
    let path = format!("/v1/calls/{}", story.call.id);
    for header in ["Request-Id", "Idempotency-Key"] {
        for wrong in [String::new(), "a b".to_owned(), "é".to_owned(), "x".repeat(129)] {
            let head = format!("{header}: {wrong}");
            let answer = bridge.request("DELETE", &path, &[AUTHORIZED, &head], "").await;
            assert_eq!(
                (answer.status, &answer.json()["field"]),
                (400, &json!(header)),
                "{head}"
            );
        }
    }
    assert!(bridge.inner.commands.try_recv().is_err());
}

#[tokio::test]
async fn a_service_that_takes_nothing_takes_no_body_and_the_description_says_so() {
    let (mut bridge, story) = with_a_call(start().await).await;
    let document = bridge.request("GET", "/v1/openapi.json", &[], "").await.json();
    let path = &document["paths"]["/v1/calls/{call}/connections/{connection}/{service}"];
    assert_eq!(path["post"]["requestBody"]["required"], json!(false));
    assert_eq!(
        document["paths"]["/v1/calls"]["post"]["requestBody"]["required"],
        json!(true)
    );
    let path = format!("/v1/calls/{}/connections/hq:1002/clearConnection", story.call.id);
    for body in ["", r#"{"to":null,"digits":null}"#] {
        let answer = bridge
            .request("POST", &path, &[AUTHORIZED, "Prefer: wait=0"], body)
            .await;
        assert_eq!(answer.status, 202, "{body:?}");
        assert!(bridge.inner.commands.try_recv().is_ok());
    }
}
