use super::find::{Target, Unclear, only_switch, target};
use super::http::{Answer, Bridge, NoAnswer, Wish};
use super::show::{self, Outcome};
use crate::model::sample::{Story, switch_name};
use crate::model::{Call, ConnectionState, Kind, Service, Wall};
use lineside_wire::Private;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// A talk between two devices of a switch.
fn talk(n: u64, from: &str, to: &str) -> Call {
    let mut call = Story::new("hq", n, from, to, Wall::from_millis(1_795_219_200_000)).call;
    for connection in &mut call.connections {
        connection.state = ConnectionState::Connected;
        let permitted = [Service::ClearConnection, Service::SingleStepTransferCall];
        connection.services_permitted = permitted.into_iter().collect();
    }
    call
}

fn meant(calls: &[Call], which: &str, service: Service) -> (usize, usize) {
    let target = target(calls, which, service).unwrap_or_else(|unclear| panic!("{unclear}"));
    let places = calls.iter().enumerate().flat_map(|(at, call)| {
        let connections = call.connections.iter().enumerate();
        connections.map(move |(nth, c)| (Target::Connection(call.id, c.id), (at, nth)))
    });
    places
        .into_iter()
        .find_map(|(there, place)| (there == target).then_some(place))
        .unwrap_or_else(|| panic!("{target:?}"))
}

#[test]
fn a_connection_is_named_by_its_id_its_device_or_its_number() {
    let calls = [talk(1, "1001", "1002"), talk(2, "1003", "1004")];
    let id = calls[1].connections[0].id.to_string();
    for which in [id.as_str(), "1003", "hq:1003"] {
        assert_eq!(meant(&calls, which, Service::ClearConnection), (1, 0), "{which}");
    }
}

#[test]
fn the_id_of_a_call_hangs_up_all_of_it() {
    let calls = [talk(1, "1001", "1002")];
    let target = target(&calls, &calls[0].id.to_string(), Service::ClearConnection).unwrap();
    assert_eq!(target, Target::Call(calls[0].id));
}

#[test]
fn of_a_call_to_outside_it_is_the_telephone_that_transfers() {
    let mut call = talk(1, "trunk", "1001");
    call.connections[0].kind = Kind::Trunk;
    let calls = [call];
    let id = calls[0].id.to_string();
    assert_eq!(meant(&calls, &id, Service::SingleStepTransferCall), (0, 1));
}

#[test]
fn a_device_with_two_calls_means_the_one_that_the_service_is_possible_on() {
    let mut calls = [talk(1, "1001", "1002"), talk(2, "1001", "1003")];
    calls[0].connections[0].services_permitted = [Service::ClearConnection].into_iter().collect();
    assert_eq!(meant(&calls, "1001", Service::SingleStepTransferCall), (1, 0));
}

#[test]
fn what_may_mean_several_connections_is_refused_with_the_choices() {
    let calls = [talk(1, "1001", "1002"), talk(2, "1001", "1003")];
    let unclear = target(&calls, "1001", Service::ClearConnection).unwrap_err();
    let told = unclear.to_string();
    for call in &calls {
        assert!(told.contains(&call.connections[0].id.to_string()), "{told}");
    }
    assert!(told.contains("1001 connected, in 1001 → 1003"), "{told}");
    let call = calls[0].id.to_string();
    let both = target(&calls, &call, Service::SingleStepTransferCall).unwrap_err();
    assert!(matches!(both, Unclear::Several { choices, .. } if choices.len() == 2));
}

#[test]
fn what_is_in_no_call_is_told() {
    let told = target(&[], "1001", Service::Mute).unwrap_err().to_string();
    assert!(told.contains("1001") && told.contains("lineside call list"), "{told}");
}

#[test]
fn a_device_without_its_switch_is_understood_where_there_is_one_switch() {
    let (hq, lab) = (switch_name("hq"), switch_name("lab"));
    assert_eq!(only_switch(vec![hq.clone()], "1001").unwrap(), hq);
    let told = only_switch(vec![hq, lab], "1001").unwrap_err().to_string();
    assert!(told.contains("hq:1001, lab:1001"), "{told}");
}

fn outcome(status: u16, body: Value) -> Outcome {
    let asked = "DELETE /v1/calls/x".to_owned();
    let (location, keys) = (None, None);
    Outcome {
        answer: Answer {
            status,
            location,
            keys,
            body,
        },
        asked,
    }
}

#[test]
fn a_problem_says_what_where_and_what_to_do() {
    let problem = json!({
        "title": "Conflict", "status": 409, "code": "switchRefused", "detail": "the switch said no",
        "native": {"request": "Hangup", "message": "No such channel"},
    });
    let told = outcome(409, problem).for_people();
    for part in [
        "409 switchRefused",
        "the switch said no",
        "DELETE /v1/calls/x",
        "Hangup",
        "No such channel",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    let unknown =
        json!({"title": "Gateway Timeout", "status": 504, "code": "outcomeUnknown", "detail": "the link broke"});
    let told = outcome(504, unknown).for_people();
    assert!(told.contains("before you ask again"), "{told}");
    // What stands between, and is no bridge.
    let told = outcome(502, Value::Null).for_people();
    assert!(told.contains("502") && told.contains("DELETE /v1/calls/x"), "{told}");
}

#[test]
fn what_was_done_is_one_line_and_what_is_only_sent_says_so() {
    let call = json!(talk(1, "1001", "1002"));
    let done = outcome(200, call.clone()).for_people();
    assert!(
        done.starts_with("done: call ") && done.contains("1001 → 1002") && !done.contains('\n'),
        "{done}"
    );
    let sent = outcome(202, json!({"confirmed": false, "call": call})).for_people();
    assert!(sent.contains("does not show") && sent.contains("1001 → 1002"), "{sent}");
}

#[test]
fn a_call_is_listed_with_the_ids_and_what_may_be_asked() {
    let call = talk(1, "1001", "1002");
    let lines = show::call(&json!(call)).unwrap();
    for connection in &call.connections {
        assert!(lines.contains(&connection.id.to_string()), "{lines}");
    }
    assert!(
        lines.contains("hq:1001 connected: clearConnection, singleStepTransferCall"),
        "{lines}"
    );
    let mut over = call;
    over.connections.clear();
    assert_eq!(show::call(&json!(over)), None);
}

/// The head of a request.
async fn head(socket: &mut TcpStream) -> Vec<String> {
    let mut lines = BufReader::new(socket).lines();
    let mut head = Vec::new();
    while let Some(line) = lines.next_line().await.unwrap()
        && !line.is_empty()
    {
        head.push(line.to_ascii_lowercase());
    }
    head
}

async fn listening() -> (TcpListener, SocketAddr, Bridge) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let token = Private::new("0123456789abcdef".to_owned());
    (listener, address, Bridge::new(address.to_string(), token))
}

fn wish() -> Wish<'static> {
    Wish {
        method: "DELETE",
        path: "/v1/calls/x",
        key: "the-same-key".to_owned(),
        body: None,
    }
}

/// Takes a request; answers it with a status line and headers, or breaks the connection.
async fn serve(listener: &TcpListener, answer: Option<&str>) -> Vec<String> {
    let (mut socket, _) = listener.accept().await.unwrap();
    let head = head(&mut socket).await;
    if let Some(answer) = answer {
        let answer = format!("HTTP/1.1 {answer}\r\ncontent-length: 13\r\n\r\n{{\"id\":\"019a\"}}");
        socket.write_all(answer.as_bytes()).await.unwrap();
    }
    head
}

const KEPT: Option<&str> = Some("200 OK\r\nlineside-keys: these");

#[tokio::test]
async fn a_connection_that_is_lost_before_the_answer_is_asked_again_with_the_same_key() {
    let (listener, _, bridge) = listening().await;
    let serving = async {
        serve(&listener, KEPT).await;
        let mut heads = Vec::new();
        for answer in [None, None, KEPT] {
            heads.push(serve(&listener, answer).await);
        }
        heads
    };
    let wish = wish();
    let (answer, heads) = tokio::join!(bridge.act(&wish), serving);
    assert_eq!(answer.unwrap().body["id"], "019a");
    for head in heads {
        assert_eq!(head[0], "delete /v1/calls/x http/1.1");
        assert!(head.contains(&"idempotency-key: the-same-key".to_owned()), "{head:?}");
        assert!(head.contains(&"lineside-keys: these".to_owned()), "{head:?}");
        assert!(
            head.contains(&"authorization: bearer 0123456789abcdef".to_owned()),
            "{head:?}"
        );
    }
}

#[tokio::test]
async fn where_nobody_listens_nothing_is_tried_twice() {
    let (listener, address, bridge) = listening().await;
    drop(listener);
    let told = bridge.act(&wish()).await.unwrap_err();
    assert!(matches!(told, NoAnswer::NotThere { .. }), "{told}");
    assert!(told.to_string().contains(&address.to_string()), "{told}");
}

#[tokio::test]
async fn a_bridge_that_never_comes_back_leaves_it_unknown_and_names_the_key() {
    let (listener, _, mut bridge) = listening().await;
    bridge.patience = Duration::from_millis(500);
    let cutting = async {
        serve(&listener, KEPT).await;
        serve(&listener, None).await;
        drop(listener);
    };
    let wish = wish();
    let (answer, ()) = tokio::join!(bridge.act(&wish), cutting);
    let told = answer.unwrap_err().to_string();
    assert!(
        told.contains("may be done or not") && told.contains("the-same-key"),
        "{told}"
    );
}

#[tokio::test]
async fn a_bridge_that_was_gone_after_a_lost_answer_is_not_asked_again() {
    let (listener, _, bridge) = listening().await;
    let cutting = async {
        serve(&listener, KEPT).await;
        serve(&listener, None).await;
        drop(listener);
    };
    let wish = wish();
    let both = async { tokio::join!(bridge.act(&wish), cutting).0 };
    let told = tokio::time::timeout(bridge.patience / 2, both).await.unwrap();
    assert!(matches!(told, Err(NoAnswer::Unknown { .. })), "{told:?}");
}

#[tokio::test]
async fn a_bridge_that_came_back_without_its_keys_is_not_had_to_do_it_again() {
    let (listener, _, bridge) = listening().await;
    let serving = async {
        serve(&listener, KEPT).await;
        serve(&listener, None).await;
        serve(&listener, Some("409 Conflict\r\nlineside-keys: others")).await
    };
    let wish = wish();
    let (answer, head) = tokio::join!(bridge.act(&wish), serving);
    assert!(head.contains(&"lineside-keys: these".to_owned()), "{head:?}");
    let told = answer.unwrap_err().to_string();
    assert!(
        told.contains("started anew") && told.contains("may be done or not"),
        "{told}"
    );
}

#[tokio::test]
async fn a_bridge_that_does_not_say_which_keys_it_keeps_is_asked_once() {
    let (listener, _, bridge) = listening().await;
    let serving = async {
        serve(&listener, Some("200 OK")).await;
        serve(&listener, None).await;
    };
    let wish = wish();
    let both = async { tokio::join!(bridge.act(&wish), serving).0 };
    let told = tokio::time::timeout(bridge.patience / 2, both).await.unwrap();
    assert!(matches!(told, Err(NoAnswer::Unknown { .. })), "{told:?}");
}
