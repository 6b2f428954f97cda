use super::stage::*;
use crate::model::*;

use ConnectionEvent as E;

fn merge(one: &str, two: &str, reason: MergeReason, leaving: &[&str]) -> Fact {
    let by = leaving
        .first()
        .map(|key| DeviceId::new(&switch(), key.trim_end_matches('\'')));
    Fact::Merge(MergeFact {
        calls: (call(one), call(two)),
        reason,
        leaving: leaving.iter().map(|key| leg(key)).collect(),
        by,
    })
}

/// T talks to B, B holds and consults C.
fn consultation() -> Stage {
    let mut stage = Stage::new();
    stage.talk("1", "T", "B");
    stage.say([moved("1", "B", E::Held, Cause::Normal)]);
    let consults = CallFact {
        consultation_of: Some(call("1")),
        ..CallFact::of(call("2"))
    };
    stage.say([
        Fact::Call(consults),
        moved("2", "B'", E::Originated, Cause::Consultation),
    ]);
    stage.say([moved("2", "C", E::Delivered, Cause::NewCall)]);
    stage.say([moved("2", "C", E::Established, Cause::NewCall)]);
    stage
}

#[test]
fn a_consultation_belongs_to_the_thread_of_the_call_that_it_is_about() {
    let stage = consultation();
    let calls: Vec<Call> = stage.engine.calls().cloned().collect();
    assert_eq!(calls[1].linkage.consultation_of, Some(calls[0].id));
    assert_eq!(calls[1].linkage.thread_id, calls[0].id);
}

#[test]
fn a_warm_transfer_leaves_one_call_whose_connections_keep_their_ids() {
    let mut stage = consultation();
    let calls: Vec<Call> = stage.engine.calls().cloned().collect();
    let target = calls[1]
        .connections
        .iter()
        .find(|c| c.device.as_ref().unwrap().key() == "C")
        .unwrap()
        .id;
    let events = stage.events([merge("1", "2", MergeReason::Transfer, &["B", "B'"])]);
    assert_eq!(
        events.iter().map(|e| e.kind).collect::<Vec<_>>(),
        [EventType::Transferred, EventType::Cleared]
    );
    let transferred = data(&events[0]);
    assert_eq!(transferred.call.id, calls[0].id);
    assert_eq!(transferred.left.iter().map(DeviceId::key).collect::<Vec<_>>(), ["B"]);
    assert_eq!(transferred.joined.iter().map(DeviceId::key).collect::<Vec<_>>(), ["C"]);
    assert_eq!(transferred.transferring_device.as_ref().unwrap().key(), "B");
    assert_eq!(transferred.connections_before.as_ref().unwrap().len(), 2);
    assert!(transferred.connections_after.as_ref().unwrap().contains(&target));
    assert_eq!(transferred.call.state, CallState::Connected);
    let cleared = data(&events[1]);
    assert_eq!(cleared.call.linkage.merged_into, Some(calls[0].id));
    assert_eq!(stage.the_call().linkage.merged_from, [calls[1].id]);
    assert!(stage.clear("B").is_empty(), "who transferred left already");
    // The key of the call that is gone leads to the survivor.
    assert_eq!(
        stage.say([moved("2", "D", E::Delivered, Cause::NewCall)]),
        ["delivered D:Alerting"]
    );
    assert_eq!(stage.the_call().id, calls[0].id);
}

#[test]
fn the_consultation_survives_nobody_even_where_it_alone_reaches_outside() {
    let mut stage = Stage::new();
    stage.talk("1", "A", "B");
    let consults = CallFact {
        consultation_of: Some(call("1")),
        ..CallFact::of(call("2"))
    };
    stage.say([
        Fact::Call(consults),
        moved("2", "B'", E::Originated, Cause::Consultation),
    ]);
    stage.say([moved("2", "T", E::NetworkReached, Cause::NewCall)]);
    let first = stage.engine.calls().next().unwrap().id;
    stage.say([merge("2", "1", MergeReason::Transfer, &["B", "B'"])]);
    assert_eq!(stage.the_call().id, first);
}

#[test]
fn without_a_consultation_the_only_call_with_somebody_outside_survives() {
    let mut stage = Stage::new();
    stage.talk("1", "A", "B");
    stage.talk("2", "T", "C");
    let outside = stage
        .engine
        .calls()
        .find(|c| c.direction == CallDirection::Inbound)
        .unwrap()
        .id;
    stage.say([merge("1", "2", MergeReason::Conference, &[])]);
    assert_eq!(stage.the_call().id, outside);
}

#[test]
fn else_the_earlier_call_survives() {
    let mut stage = Stage::new();
    stage.talk("1", "A", "B");
    stage.talk("2", "C", "D");
    let earlier = stage.engine.calls().min_by_key(|c| c.started_at).unwrap().id;
    let told = stage.say([merge("2", "1", MergeReason::Conference, &[])]);
    assert_eq!(told, ["conferenced C:Connected", "cleared"]);
    assert_eq!(stage.the_call().id, earlier);
    assert_eq!(stage.the_call().connections.len(), 4);
}

#[test]
fn what_is_attached_to_both_is_united_and_the_survivors_value_wins() {
    let mut stage = consultation();
    let attach = |of: &str, name: &str, value: &str| {
        let value = Some(lineside_wire::Private::new(Text::from(value)));
        Fact::UserData {
            call: call(of),
            entries: [(Text::from(name), value)].into(),
        }
    };
    stage.say([
        attach("1", "A", "first"),
        attach("2", "A", "second"),
        attach("2", "B", "second"),
    ]);
    stage.say([merge("1", "2", MergeReason::Transfer, &["B", "B'"])]);
    let data = stage.the_call().user_data;
    assert_eq!((data["A"].as_str(), data["B"].as_str()), ("first", "second"));
}

#[test]
fn a_cold_transfer_takes_the_device_out_and_the_call_goes_on() {
    let mut stage = Stage::new();
    stage.talk("1", "T", "B");
    let events = stage.events([Fact::Transfer(TransferFact { by: leg("B"), to: None })]);
    assert_eq!(events.len(), 1);
    assert_eq!(
        data(&events[0]).left.iter().map(DeviceId::key).collect::<Vec<_>>(),
        ["B"]
    );
    assert!(stage.clear("B").is_empty());
    assert_eq!(
        stage.say([moved("1", "C", E::Delivered, Cause::SingleStepTransfer)]),
        ["delivered C:Alerting"]
    );
    assert_eq!(stage.the_call().history[0].outcome, Some(Outcome::Answered));
}

#[test]
fn a_pickup_brings_who_picked_up_into_the_call_that_rang() {
    let mut stage = Stage::new();
    stage.say([moved("1", "T", E::Originated, Cause::NewCall)]);
    stage.say([moved("1", "B", E::Delivered, Cause::NewCall)]);
    stage.say([moved("2", "P", E::Originated, Cause::NewCall)]);
    let told = stage.say([
        moved("1", "B", E::Diverted, Cause::CallPickup),
        merge("1", "2", MergeReason::Pickup, &[]),
    ]);
    assert_eq!(told, ["diverted B:Null", "established P:Connected", "cleared"]);
    let call = stage.the_call();
    assert_eq!(call.state, CallState::Connected);
    assert_eq!(call.history[0].outcome, Some(Outcome::AnsweredElsewhere));
    assert_eq!(call.last_redirection_device.unwrap().device.unwrap().key(), "B");
    assert_eq!(call.connections[1].direction, ConnectionDirection::Incoming);
}
