use super::stage::*;
use crate::engine::Plan;
use crate::model::*;
use lineside_wire::Private;
use std::collections::BTreeMap;
use std::time::Duration;

use ConnectionEvent as E;

/// A stage whose switch offers every service of the table.
pub(super) fn stage() -> Stage {
    let mut stage = Stage::new();
    let offer = |service: &Service| (Text::from(service.as_str()), Capability::unless(None));
    let all = Service::ALL.iter().map(offer).collect();
    stage.say([Fact::Link(LinkFact::Capabilities(all))]);
    stage
}

pub(super) fn text(text: &str) -> Private<Text> {
    Private::new(Text::from(text))
}

impl Stage {
    pub(super) fn ask(&mut self, id: u64, order: Order) -> Plan {
        let command = Command {
            id: CommandId(id),
            request_id: Text::from(format!("request {id}")),
            requested_by: Text::from("crm"),
            order,
        };
        self.millis += 10;
        let now = self.now();
        self.engine.plan(command, now)
    }

    /// Asks something of the connection of `key` in the only call.
    pub(super) fn ask_of(&mut self, id: u64, key: &str, deed: Deed) -> Plan {
        let calls: Vec<Call> = self.engine.calls().cloned().collect();
        let found = calls.iter().find_map(|call| Some((call.id, at(call, key)?.id)));
        let (call, connection) = found.expect("the connection is there");
        self.ask(id, Order::Connection { call, connection, deed })
    }

    /// What one group settles, and its events.
    pub(super) fn group(&mut self, facts: impl IntoIterator<Item = Fact>) -> Batch {
        self.millis += 10;
        let facts = Facts {
            time: None,
            facts: facts.into_iter().collect(),
        };
        let now = self.now();
        self.engine.reduce(facts, now).unwrap()
    }

    pub(super) fn progress(&mut self, id: u64, progress: Progress) -> Option<Batch> {
        let now = self.now();
        self.engine.progress(CommandId(id), progress, now)
    }

    /// What comes of waiting for so long.
    pub(super) fn wait(&mut self, time: Duration) -> Option<Batch> {
        self.millis += i64::try_from(time.as_millis()).unwrap();
        let now = self.now();
        self.engine.handle_timeout(now)
    }
}

pub(super) fn at<'a>(call: &'a Call, key: &str) -> Option<&'a Connection> {
    let here = |c: &&Connection| c.device.as_ref().is_some_and(|device| device.key() == key);
    call.connections.iter().find(here)
}

pub(super) fn asked(plan: Plan) -> Ask {
    match plan {
        Plan::Ask(task) => task.ask,
        Plan::Over(batch) => panic!("it was not asked: {:?}", batch.settled),
    }
}

pub(super) fn verdict(batch: Option<Batch>) -> Verdict {
    let mut settled = batch.expect("something is told").settled;
    assert_eq!(settled.len(), 1, "one verdict");
    settled.remove(0).verdict
}

pub(super) fn denied(plan: Plan) -> Denial {
    let Plan::Over(batch) = plan else {
        panic!("it was asked: {plan:?}")
    };
    assert!(batch.events.is_empty());
    match verdict(Some(batch)) {
        Verdict::Denied(denial) => denial,
        other => panic!("{other:?}"),
    }
}

pub(super) fn by(event: &Event) -> (Option<&str>, Option<&str>) {
    (event.request_id.as_deref(), data(event).requested_by.as_deref())
}

#[test]
fn a_hang_up_is_done_when_the_connection_is_null_and_all_that_follows_carries_its_name() {
    let mut stage = stage();
    stage.talk("1", "A", "B");
    assert_eq!(asked(stage.ask_of(1, "A", Deed::Clear)), Ask::Clear(vec![leg("A")]));
    assert!(stage.progress(1, Progress::Acknowledged).is_none(), "yes is not done");
    let batch = stage.group([moved("1", "A", E::ConnectionCleared, Cause::NormalClearing)]);
    assert_eq!(batch.settled[0].verdict, Verdict::Done);
    assert_eq!(batch.settled[0].proof, Some(0));
    assert_eq!(by(&batch.events[0]), (Some("request 1"), Some("crm")));
    let rest = stage.group([moved("1", "B", E::ConnectionCleared, Cause::NormalClearing)]);
    assert!(rest.settled.is_empty(), "answered once");
    assert!(rest.events.iter().all(|event| by(event).0 == Some("request 1")));
}

#[test]
fn who_leaves_a_conference_afterwards_left_by_himself() {
    let mut stage = stage();
    stage.talk("1", "A", "B");
    stage.say([moved("1", "C", E::Established, Cause::NewCall)]);
    stage.ask_of(1, "A", Deed::Clear);
    stage.group([moved("1", "A", E::ConnectionCleared, Cause::NormalClearing)]);
    let rest = stage.group([moved("1", "B", E::ConnectionCleared, Cause::NormalClearing)]);
    assert_eq!(by(&rest.events[0]), (None, None));
}

#[test]
fn whom_a_queue_rings_after_a_hang_up_leaves_by_himself() {
    let mut stage = stage();
    stage.say([moved("1", "T", E::Originated, Cause::NewCall)]);
    stage.say([moved("1", "Q", E::Queued, Cause::EnteringDistribution)]);
    stage.say([moved("1", "B", E::Delivered, Cause::Distributed)]);
    stage.ask_of(1, "B", Deed::Clear);
    let done = stage.group([moved("1", "B", E::ConnectionCleared, Cause::CallNotAnswered)]);
    assert_eq!(by(&done.events[0]).0, Some("request 1"));
    stage.say([moved("1", "C", E::Delivered, Cause::Distributed)]);
    stage.say([moved("1", "C", E::Established, Cause::Distributed)]);
    let rest = stage.group([moved("1", "C", E::ConnectionCleared, Cause::NormalClearing)]);
    assert_eq!(by(&rest.events[0]), (None, None));
}

#[test]
fn yes_and_then_nothing_is_ignored_and_the_late_truth_is_told_all_the_same() {
    let mut stage = stage();
    stage.talk("1", "A", "B");
    stage.ask_of(1, "A", Deed::Clear);
    stage.progress(1, Progress::Acknowledged);
    assert!(stage.wait(Duration::from_millis(4900)).is_none());
    assert_eq!(verdict(stage.wait(Duration::from_millis(100))), Verdict::Ignored);
    let late = stage.group([moved("1", "A", E::ConnectionCleared, Cause::NormalClearing)]);
    assert!(late.settled.is_empty());
    assert_eq!(told(&late.events[0]), "connectionCleared A:Null");
}

#[test]
fn no_answer_is_no_answer_and_a_lost_connection_leaves_it_open() {
    let mut stage = stage();
    stage.talk("1", "A", "B");
    stage.ask_of(1, "A", Deed::Clear);
    assert_eq!(verdict(stage.wait(Duration::from_secs(5))), Verdict::TimedOut);
    stage.ask_of(2, "A", Deed::Clear);
    stage.progress(2, Progress::Lost);
    assert_eq!(verdict(stage.wait(Duration::from_secs(5))), Verdict::Unknown);
}

#[test]
fn a_link_that_goes_down_leaves_open_what_was_asked_for() {
    let mut stage = stage();
    stage.talk("1", "A", "B");
    stage.ask_of(1, "A", Deed::Clear);
    let down = Fact::Link(LinkFact::Down {
        reason: Text::from("cut"),
        heard: None,
    });
    assert_eq!(verdict(Some(stage.group([down]))), Verdict::Unknown);
    let Denial::Unreachable(why) = denied(stage.ask_of(2, "A", Deed::Clear)) else {
        panic!()
    };
    assert!(why.contains("cut"), "{why}");
    let next = stage.engine.poll_timeout().expect("the calls are given up some day");
    assert!(
        next > stage.now().tick + Duration::from_secs(60),
        "nothing is at work any more"
    );
}

#[test]
fn a_refusal_of_the_switch_is_passed_on_in_its_own_words() {
    let mut stage = stage();
    stage.talk("1", "A", "B");
    stage.ask_of(1, "A", Deed::Clear);
    let native = Native {
        request: Text::from("Hangup"),
        message: Text::from("No such channel"),
        meaning: Meaning::State,
    };
    let refused = verdict(stage.progress(1, Progress::Refused(native.clone())));
    assert_eq!(refused, Verdict::Refused(native));
}

#[test]
fn two_who_act_on_one_connection_have_one_winner_and_others_do_not_wait_for_them() {
    let mut stage = stage();
    stage.talk("1", "A", "B");
    stage.talk("2", "C", "D");
    asked(stage.ask_of(1, "A", Deed::SingleStepTransfer { to: text("1005") }));
    // The transfer moves B.
    for key in ["A", "B"] {
        assert!(
            matches!(denied(stage.ask_of(2, key, Deed::Clear)), Denial::Busy(_)),
            "{key}"
        );
    }
    asked(stage.ask_of(3, "C", Deed::Clear));
    stage.wait(Duration::from_secs(5));
    asked(stage.ask_of(4, "A", Deed::Clear));
}

#[test]
fn what_the_state_does_not_allow_is_never_sent() {
    let mut stage = stage();
    stage.talk("1", "A", "B");
    let Denial::State(why) = denied(stage.ask_of(1, "A", Deed::Deflect { to: text("1005") })) else {
        panic!()
    };
    assert!(why.contains("alerting") && why.contains("clearConnection"), "{why}");
}

#[test]
fn what_is_asked_of_who_just_left_is_told_that_the_call_ended() {
    let mut stage = stage();
    stage.talk("1", "A", "B");
    let call = stage.the_call();
    let connection = at(&call, "A").unwrap().id;
    stage.clear("A");
    let order = || Order::Connection {
        call: call.id,
        connection,
        deed: Deed::Clear,
    };
    assert!(matches!(denied(stage.ask(1, order())), Denial::State(_)));
    stage.clear("B");
    assert_eq!(denied(stage.ask(2, order())), Denial::CallEnded);
}

#[test]
fn a_connection_that_a_transfer_moved_is_found_in_its_new_call() {
    let mut stage = stage();
    stage.talk("1", "A", "T");
    stage.say([moved("1", "A", E::Held, Cause::Consultation)]);
    stage.talk("2", "A'", "C");
    let old = stage
        .engine
        .calls()
        .find(|call| at(call, "C").is_some())
        .unwrap()
        .clone();
    let connection = at(&old, "C").unwrap().id;
    stage.say([Fact::Merge(MergeFact {
        calls: (call("1"), call("2")),
        reason: MergeReason::Transfer,
        leaving: vec![leg("A"), leg("A'")],
        by: None,
    })]);
    let order = Order::Connection {
        call: old.id,
        connection,
        deed: Deed::Clear,
    };
    assert_eq!(asked(stage.ask(1, order)), Ask::Clear(vec![leg("C")]));
}

#[test]
fn a_call_is_cleared_when_all_of_it_is_over() {
    let mut stage = stage();
    stage.talk("1", "A", "B");
    let call = stage.the_call().id;
    let Ask::Clear(mut keys) = asked(stage.ask(1, Order::ClearCall { call })) else {
        panic!()
    };
    keys.sort();
    assert_eq!(keys, [leg("A"), leg("B")]);
    let first = stage.group([moved("1", "A", E::ConnectionCleared, Cause::NormalClearing)]);
    assert!(first.settled.is_empty());
    let last = stage.group([moved("1", "B", E::ConnectionCleared, Cause::NormalClearing)]);
    assert_eq!(last.settled[0].verdict, Verdict::Done);
    assert_eq!(last.events[last.settled[0].proof.unwrap()].kind, EventType::Cleared);
}

#[test]
fn a_new_call_is_made_when_its_first_connection_is_there_and_carries_its_data_from_the_first_event_on() {
    let mut stage = stage();
    let new = NewCall {
        calling: DeviceId::new(&switch(), "A"),
        called: text("1002"),
        presented: None,
        auto_answer: false,
        timeout: 30,
        user_data: BTreeMap::from([(Text::from("CUSTOMER"), text("ACME"))]),
    };
    asked(stage.ask(1, Order::MakeCall(Box::new(new.clone()))));
    stage.progress(
        1,
        Progress::Expect {
            connection: leg("A"),
            call: call("1"),
        },
    );
    assert!(matches!(
        denied(stage.ask(2, Order::MakeCall(Box::new(new)))),
        Denial::Busy(_)
    ));
    let batch = stage.group([moved("1", "A", E::ServiceInitiated, Cause::MakeCall)]);
    assert_eq!(batch.settled[0].verdict, Verdict::Done);
    assert_eq!(by(&batch.events[0]), (Some("request 1"), Some("crm")));
    let data = &data(&batch.events[0]).call.user_data;
    assert_eq!(data.get("CUSTOMER").map(|value| value.as_str()), Some("ACME"));
    let lifts = stage.group([moved("1", "A", E::Originated, Cause::MakeCall)]);
    assert_eq!(by(&lifts.events[0]), (None, None), "who lifts does so by himself");
}

#[test]
fn digits_are_done_when_the_last_one_was_pressed_there() {
    let mut stage = stage();
    stage.talk("1", "A", "B");
    stage.ask_of(1, "A", Deed::GenerateDigits { digits: text("42") });
    let pressed = |key: &str, digit: &str| Fact::Digits {
        connection: leg(key),
        digits: text(digit),
    };
    let other = stage.group([pressed("B", "42")]);
    assert!(other.settled.is_empty());
    assert_eq!(by(&other.events[0]), (None, None));
    assert!(stage.group([pressed("A", "4")]).settled.is_empty());
    assert_eq!(stage.group([pressed("A", "2")]).settled[0].verdict, Verdict::Done);
}

#[test]
fn a_recording_begins_pauses_goes_on_and_ends_and_what_may_be_asked_follows() {
    let mut stage = stage();
    stage.talk("1", "A", "B");
    let steps = [
        (Deed::StartRecording, Some(Recording::Recording)),
        (Deed::PauseRecording, Some(Recording::Paused)),
        (Deed::ResumeRecording, Some(Recording::Recording)),
        (Deed::StopRecording, None),
    ];
    for (id, (deed, state)) in (1..).zip(steps) {
        let service = deed.service();
        let permitted = at(&stage.the_call(), "A").unwrap().services_permitted;
        assert!(permitted.contains(service), "{service:?} of {permitted:?}");
        asked(stage.ask_of(id, "A", deed.clone()));
        let batch = stage.group([Fact::Recording {
            connection: leg("A"),
            state,
        }]);
        assert_eq!(batch.settled[0].verdict, Verdict::Done, "{deed:?}");
        assert_eq!(told(&batch.events[0]), "recordingChanged A:Connected");
        let shown = data(&batch.events[0]).connection.as_ref().unwrap();
        assert_eq!(shown.recording, state);
        assert_eq!(
            shown.services_permitted,
            at(&stage.the_call(), "A").unwrap().services_permitted
        );
    }
}

#[test]
fn whose_connection_ends_first_is_neither_muted_nor_recorded() {
    for deed in [
        Deed::Mute,
        Deed::StartRecording,
        Deed::GenerateDigits { digits: text("1") },
    ] {
        let mut stage = stage();
        stage.talk("1", "A", "B");
        stage.ask_of(1, "A", deed.clone());
        let over = stage.group([moved("1", "A", E::ConnectionCleared, Cause::NormalClearing)]);
        let ended = Verdict::Contradicted(Contradiction::CallEnded);
        assert_eq!(over.settled[0].verdict, ended, "{deed:?}");
    }
}

#[test]
fn data_is_attached_by_our_own_event_and_never_beyond_what_a_call_carries() {
    let mut stage = stage();
    stage.talk("1", "A", "B");
    let call = stage.the_call().id;
    let set = |value: Option<String>| Order::SetUserData {
        call,
        entries: BTreeMap::from([(Text::from("NOTE"), value.map(|v| text(&v)))]),
    };
    let Plan::Over(batch) = stage.ask(1, set(Some("call back".to_owned()))) else {
        panic!()
    };
    assert_eq!(batch.settled[0].verdict, Verdict::Done);
    assert_eq!(batch.events[0].kind, EventType::UserDataChanged);
    assert_eq!(by(&batch.events[0]), (Some("request 1"), Some("crm")));
    let Plan::Over(same) = stage.ask(2, set(Some("call back".to_owned()))) else {
        panic!()
    };
    assert!(same.events.is_empty() && same.settled[0].verdict == Verdict::Done);
    let much = denied(stage.ask(3, set(Some("x".repeat(17 * 1024)))));
    assert!(matches!(much, Denial::TooMuchData(size) if size > 17 * 1024));
    stage.ask(4, set(None));
    assert!(stage.the_call().user_data.is_empty());
}

#[test]
fn what_the_switch_offers_no_more_is_told_of_the_calls_that_are_there() {
    let mut stage = stage();
    stage.talk("1", "A", "B");
    let none = Fact::Link(LinkFact::Capabilities(BTreeMap::new()));
    let events = stage.events([none]);
    assert_eq!(events.iter().map(told).collect::<Vec<_>>(), ["information"]);
    assert!(matches!(
        denied(stage.ask_of(1, "A", Deed::Clear)),
        Denial::NotSupported(_)
    ));
}

#[test]
fn so_many_commands_are_at_work_and_no_more() {
    let mut stage = stage();
    for index in 0..257 {
        stage.talk(&format!("{index}"), &format!("A{index}"), &format!("B{index}"));
    }
    for index in 0..256 {
        asked(stage.ask_of(index, &format!("A{index}"), Deed::Clear));
    }
    assert_eq!(denied(stage.ask_of(256, "A256", Deed::Clear)), Denial::TooMany(256));
    assert_eq!(stage.wait(Duration::from_secs(5)).unwrap().settled.len(), 256);
    asked(stage.ask_of(257, "A256", Deed::Clear));
}

#[test]
fn what_else_becomes_known_while_somebody_is_muted_is_not_the_doing_of_that() {
    let mut stage = stage();
    stage.talk("1", "A", "B");
    stage.ask_of(1, "A", Deed::Mute);
    let named = CallFact {
        called: Some(Party {
            number: Some(text("5551000")),
            ..Party::default()
        }),
        ..CallFact::of(call("1"))
    };
    let known = stage.group([Fact::Call(named)]);
    assert_eq!(told(&known.events[0]), "information");
    assert_eq!(by(&known.events[0]), (None, None));
    let on = true;
    let connection = leg("A");
    let muted = stage.group([Fact::Muted { connection, on }]);
    assert_eq!(muted.settled[0].verdict, Verdict::Done);
    assert_eq!(by(&muted.events[0]).0, Some("request 1"));
}

#[test]
fn who_leaves_by_himself_meanwhile_was_not_hung_up_by_the_command() {
    let mut stage = stage();
    stage.talk("1", "A", "B");
    stage.ask_of(1, "B", Deed::Clear);
    let own = stage.group([moved("1", "A", E::ConnectionCleared, Cause::NormalClearing)]);
    assert_eq!(by(&own.events[0]), (None, None));
    let asked_for = stage.group([moved("1", "B", E::ConnectionCleared, Cause::NormalClearing)]);
    assert_eq!(asked_for.settled[0].verdict, Verdict::Done);
    assert_eq!(by(&asked_for.events[0]).0, Some("request 1"));
    assert_eq!(by(&asked_for.events[1]).0, Some("request 1"), "the end of the call");
}

#[test]
fn what_a_switch_shows_that_changes_nothing_told_is_done() {
    let mut stage = stage();
    stage.talk("1", "A", "B");
    stage.group([Fact::Recording {
        connection: leg("A"),
        state: Some(Recording::Recording),
    }]);
    stage.ask_of(1, "A", Deed::StopRecording);
    let batch = stage.progress(1, Progress::Shown).unwrap();
    assert!(batch.events.is_empty() && batch.settled[0].call.is_some());
    assert_eq!(verdict(Some(batch)), Verdict::Done);
}

#[test]
fn who_cannot_be_reached_is_no_longer_paused_nor_stopped() {
    let mut stage = stage();
    stage.say([moved("1", "A", E::Originated, Cause::NewCall)]);
    stage.say([moved("1", "B", E::Delivered, Cause::NewCall)]);
    stage.group([Fact::Recording {
        connection: leg("B"),
        state: Some(Recording::Recording),
    }]);
    stage.say([moved("1", "B", E::Failed, Cause::Busy)]);
    for deed in [Deed::StopRecording, Deed::PauseRecording] {
        assert!(matches!(denied(stage.ask_of(1, "B", deed)), Denial::State(_)));
    }
}

#[test]
fn a_bridge_that_stops_says_of_each_command_that_comes_then_that_it_was_not_sent() {
    let mut stage = stage();
    stage.talk("1", "A", "B");
    asked(stage.ask_of(1, "A", Deed::Clear));
    let now = stage.now();
    assert_eq!(verdict(stage.engine.shutdown(now)), Verdict::Unknown);
    assert!(matches!(
        denied(stage.ask_of(2, "A", Deed::Clear)),
        Denial::Unreachable(_)
    ));
    let call = stage.the_call().id;
    let data = Order::SetUserData {
        call,
        entries: BTreeMap::from([(Text::from("NOTE"), Some(text("x")))]),
    };
    assert!(matches!(denied(stage.ask(3, data)), Denial::Unreachable(_)));
}
