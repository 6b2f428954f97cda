//! Any bytes from a switch on a link that is up: the laws of calls hold for what comes out.

use super::pieces;
use lineside::bench::{Flow, Link};
use lineside::model::{Data, Event, EventType};
use std::collections::BTreeSet;

pub(crate) fn run(data: &[u8]) {
    let Ok(mut link) = Link::up() else {
        assert!(data.is_empty(), "a link without bytes comes up");
        return;
    };
    let mut events = Vec::new();
    for piece in pieces(data).chunks(40) {
        let flow = Flow {
            bytes: piece.concat(),
            messages: 0,
        };
        let heard = link.hear(&flow, |told| events.extend(told.into_events()));
        assert!(heard.is_ok(), "{heard:?}");
    }
    hold(&events);
}

fn hold(events: &[Event]) {
    let mut ended = BTreeSet::new();
    for event in events {
        assert!(serde_json::to_string(&event.data).is_ok());
        let Data::Call(data) = &event.data else { continue };
        let call = &data.call;
        assert!(!ended.contains(&call.id), "{} after the end of the call", event.kind);
        assert!(call.history.iter().all(|connection| connection.outcome.is_some()));
        if event.kind == EventType::Cleared {
            assert!(call.connections.is_empty() && call.outcome.is_some());
            ended.insert(call.id);
        }
    }
}
