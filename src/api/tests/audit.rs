//! The line of the audit that each request leaves.

use super::client::within;
use super::services::with_a_call;
use super::*;
use crate::model::{Denial, Verdict};
use std::fmt::Debug;
use std::sync::Mutex;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::Interest;
use tracing::{Event, Metadata, Subscriber};

/// Keeps the lines of the audit.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<String>>>);

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.push_str(&format!("{field}={value:?} "));
    }
}

impl Subscriber for Lines {
    fn register_callsite(&self, _: &'static Metadata<'static>) -> Interest {
        Interest::sometimes()
    }
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "lineside::audit"
    }
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &Event<'_>) {
        let mut line = Line(format!("{} ", event.metadata().level()));
        event.record(&mut line);
        self.0.lock().unwrap().push(line.0);
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

/// Who listens to the lines of one thread is not alone in the process: one test at a time does.
static LISTENING: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

#[tokio::test]
async fn each_request_leaves_one_line_that_says_who_had_what_done_and_no_number() {
    let _alone = LISTENING.lock().await;
    let lines = Lines::default();
    let _guard = tracing::subscriber::set_default(lines.clone());
    let tokens = vec![TestToken::admin(TOKEN), TestToken::new("reader", &["calls:read"])];
    let (mut bridge, mut story) = with_a_call(start_with(config(), TestBridge::new(tokens)).await).await;
    let call = story.call.id;
    let path = format!("/v1/calls/{call}/connections/hq:1002/deflectCall");
    let asking = bridge.asking("POST", &path, &["Idempotency-Key: k-1"], r#"{"to":"0301234567"}"#);
    let command = bridge.asked().await;
    bridge.prove(story.cleared(), &command, call).await;
    within(asking).await.unwrap();
    let again = bridge.request(
        "POST",
        &path,
        &[AUTHORIZED, "Idempotency-Key: k-1"],
        r#"{"to":"0301234567"}"#,
    );
    assert_eq!(again.await.status, 200);
    let refused = bridge.request(
        "DELETE",
        "/v1/calls/17",
        &["Authorization: Bearer reader", "Request-Id: r-2"],
        "",
    );
    assert_eq!(refused.await.status, 403);
    let lines = lines.0.lock().unwrap().clone();
    assert_eq!(lines.len(), 3, "{lines:#?}");
    let connection = format!("connection=\"{}\"", story.call.history[1].id);
    for (line, parts) in lines.iter().zip([
        [
            TOKEN,
            "request=k-1",
            "deflectCall",
            &format!("call=\"{call}\""),
            &connection,
            "outcome=\"done\"",
        ],
        [
            TOKEN,
            "request=k-1",
            "deflectCall",
            "milliseconds=",
            "INFO",
            "outcome=\"done (before)\"",
        ],
        [
            "token=\"reader\"",
            "request=r-2",
            "clearCall",
            "call=\"-\"",
            "device=\"-\"",
            "outcome=\"forbidden\"",
        ],
    ]) {
        for part in parts {
            assert!(line.contains(part), "{part}: {line}");
        }
    }
    assert!(!lines.concat().contains("0301234567"));
}

#[tokio::test]
async fn what_is_given_as_a_device_is_in_the_audit_only_once_the_switch_was_asked_with_it() {
    let _alone = LISTENING.lock().await;
    let lines = Lines::default();
    let _guard = tracing::subscriber::set_default(lines.clone());
    let (mut bridge, story) = with_a_call(start().await).await;
    let make = |device: &str| json!({ "callingDevice": device, "calledNumber": "1002" }).to_string();
    for (device, verdict) in [
        ("hq:0301234567", Verdict::Denied(Denial::Device("no telephone".into()))),
        ("hq:1001", Verdict::Ignored),
    ] {
        let asking = bridge.asking("POST", "/v1/calls", &[], &make(device));
        let command = bridge.asked().await;
        bridge.over(&command, verdict, story.call.id).await;
        within(asking).await.unwrap();
    }
    let lines = lines.0.lock().unwrap().clone();
    assert!(!lines.concat().contains("0301234567"), "{lines:#?}");
    assert!(lines[1].contains("hq:1001"), "{lines:#?}");
}
