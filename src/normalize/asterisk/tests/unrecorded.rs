use super::world::*;
use crate::model::*;
use crate::normalize::asterisk::Normalizer;
use lineside_wire::Tick;

#[test]
fn who_is_transferred_into_a_queue_waits_there_and_leaves_it_at_the_end() {
    let mut w = World::new();
    inbound(&mut w);
    w.ev("Newchannel", "a PJSIP/1001-1 0 t", "");
    w.dial("DialBegin", T, "a PJSIP/1001-1 0 t", "");
    w.ev("Newstate", "a PJSIP/1001-1 5 t", "");
    w.ev("Newstate", "a PJSIP/1001-1 6 t", "");
    w.ev("Newstate", TU, "");
    w.ev("Hold", "a PJSIP/1001-1 6 t", "");
    w.ev("Newchannel", "a2 PJSIP/1001-2 4 a2 600", "");
    w.ev("Newexten", "a2 PJSIP/1001-2 4 a2 600", "Application: Answer");
    w.ev("Newstate", "a2 PJSIP/1001-2 6 a2 600", "");
    w.ev("QueueCallerJoin", "a2 PJSIP/1001-2 6 a2 600", "Queue: support");
    let at = format!(
        "Event: AttendedTransfer|Result: Success|DestType: App|DestApp: Queue{}{}",
        block("OrigTransferer", "a PJSIP/1001-1 6 t"),
        block("SecondTransferer", "a2 PJSIP/1001-2 6 a2 600")
    );
    w.raw(at);
    w.ev("HangupRequest", "a PJSIP/1001-1 6 t", "Cause: 16");
    w.ev("Hangup", "a2 PJSIP/1001-2 6 t 600", "Cause: 16");
    w.ev("Hangup", "a PJSIP/1001-1 6 t", "Cause: 16");
    // agent answers T
    w.ev("Newchannel", "b PJSIP/1002-3 0 t", "");
    w.dial("DialBegin", TU, "b PJSIP/1002-3 0 t", "");
    w.ev("Newstate", "b PJSIP/1002-3 5 t", "");
    w.ev("Newstate", "b PJSIP/1002-3 6 t", "");
    w.ev("QueueCallerLeave", TU, "Queue: support");
    w.dial("DialEnd", TU, "b PJSIP/1002-3 6 t", "DialStatus: ANSWER");
    w.ev("HangupRequest", TU, "Cause: 16");
    w.ev("Hangup", "b PJSIP/1002-3 6 t", "Cause: 16");
    w.ev("Hangup", TU, "Cause: 16");
    assert_eq!(w.live(), Vec::<String>::new());
}

#[test]
fn an_originated_local_channel_to_a_busy_phone_leaves_nothing() {
    let mut w = World::new();
    let (o, t) = ("l1 Local/1001@x-1;1 0 l1", "l2 Local/1001@x-1;2 4 l1");
    w.ev("Newchannel", o, "");
    w.ev("Newchannel", t, "");
    let lb = format!("Event: LocalBridge{}{}", block("LocalOne", o), block("LocalTwo", t));
    w.raw(lb);
    w.dial("DialBegin", "", o, "");
    w.ev("Newchannel", "b PJSIP/1001-1 0 l1", "");
    w.dial("DialBegin", t, "b PJSIP/1001-1 0 l1", "");
    w.ev("HangupRequest", "b PJSIP/1001-1 0 l1", "Cause: 17");
    w.dial("DialEnd", t, "b PJSIP/1001-1 0 l1", "DialStatus: BUSY");
    w.ev("Hangup", "b PJSIP/1001-1 0 l1", "Cause: 17");
    w.dial("DialEnd", "", o, "DialStatus: BUSY");
    w.ev("Hangup", t, "Cause: 17");
    w.ev("Hangup", o, "Cause: 17");
    assert_eq!(w.live(), Vec::<String>::new());
}

fn originate_local(w: &mut World) {
    let (o, t) = ("l1 Local/1001@x-1;1 0 l1", "l2 Local/1001@x-1;2 4 l1");
    w.ev("Newchannel", o, "");
    w.ev("Newchannel", t, "");
    let lb = format!("Event: LocalBridge{}{}", block("LocalOne", o), block("LocalTwo", t));
    w.raw(lb);
    w.dial("DialBegin", "", o, "");
    w.ev("Newchannel", "b PJSIP/1001-1 0 l1", "");
    w.dial("DialBegin", t, "b PJSIP/1001-1 0 l1", "");
    w.ev("Newstate", "b PJSIP/1001-1 5 l1", "");
    w.ev("Newstate", "b PJSIP/1001-1 6 l1", "");
    w.dial("DialEnd", t, "b PJSIP/1001-1 6 l1", "DialStatus: ANSWER");
    w.ev("Newstate", "l1 Local/1001@x-1;1 6 l1 0171", "");
    w.dial("DialEnd", "", "l1 Local/1001@x-1;1 6 l1 0171", "DialStatus: ANSWER");
    w.ev("Newchannel", "x PJSIP/trunk-9 0 l1", "");
    w.dial("DialBegin", "l1 Local/1001@x-1;1 6 l1 0171", "x PJSIP/trunk-9 0 l1", "");
    w.ev("Newstate", "x PJSIP/trunk-9 6 l1", "");
}

#[test]
fn click_to_dial_by_a_local_channel_is_not_delivered_to_who_calls() {
    let mut w = World::new();
    originate_local(&mut w);
    assert!(!w.all.iter().any(|e| e.kind == EventType::Delivered), "{:?}", w.live());
    assert!(w.e.calls().all(|c| c.calling_device.device.is_some()));
}

#[test]
fn a_queue_that_was_left_while_the_link_was_down_is_left() {
    let mut w = World::new();
    queue(&mut w);
    w.down();
    w.resync(
        &[
            ch(TU, "Queue", "support", "br1"),
            ch("b PJSIP/1002-3 6 t", "AppQueue", "", "br1"),
        ],
        &[],
        &[],
    );
    assert!(!w.live()[0].contains("support"), "{:?}", w.live());
}

#[test]
fn a_bridge_that_comes_while_an_agent_rings_sees_the_queue_left() {
    let mut w = World::bare(Restored::default());
    w.resync(
        &[
            ch(TU, "Queue", "support", ""),
            ch("b PJSIP/1002-3 5 t", "AppQueue", "", ""),
        ],
        &["Queue: support|Channel: PJSIP/trunk-1|Uniqueid: t"],
        &[],
    );
    w.ev("Newstate", "b PJSIP/1002-3 6 t", "");
    w.dial("DialEnd", TU, "b PJSIP/1002-3 6 t", "DialStatus: ANSWER");
    w.ev("QueueCallerLeave", TU, "Queue: support");
    w.ev("AgentConnect", TU, "Queue: support");
    w.ev("BridgeEnter", TU, "BridgeUniqueid: br");
    let live = w.live();
    w.ev("HangupRequest", TU, "Cause: 16");
    assert!(!live[0].contains("support"), "{live:?}");
}

#[test]
fn a_leg_ends_though_the_clock_of_the_switch_was_set_back() {
    let mut w = World::new();
    inbound(&mut w);
    w.ev("Newstate", TU, "");
    w.secs -= 3;
    w.ev("Hangup", TU, "Cause: 16");
    assert_eq!(w.live(), Vec::<String>::new());
}

#[test]
fn after_the_clock_of_the_switch_was_set_back_by_an_hour_calls_are_told_as_before() {
    let mut w = World::new();
    w.secs = 10_000;
    inbound(&mut w);
    w.secs -= 3_600;
    w.dial("DialBegin", TU, "b PJSIP/1001-2 0 t", "");
    assert_eq!(w.ev("Newstate", "b PJSIP/1001-2 5 t", "").len(), 1, "it rings");
    assert_eq!(w.ev("Newstate", "b PJSIP/1001-2 6 t", "").len(), 1, "it is answered");
}

#[test]
fn a_call_that_proves_alive_after_it_was_given_up_is_whole() {
    let mut w = World::new();
    inbound(&mut w);
    w.ev("Newstate", TU, "");
    w.down();
    w.secs += 901;
    let now = World::at(w.secs);
    assert!(w.e.handle_timeout(now).is_some());
    w.secs += 100;
    w.resync(
        &[ch(TU, "Dial", "x", "br"), ch("b PJSIP/1002-3 6 t", "AppDial", "", "br")],
        &[],
        &[],
    );
    assert!(w.live().first().is_some_and(|c| c.contains("trunk:")), "{:?}", w.live());
}

#[test]
fn a_timer_that_has_nothing_to_do_is_not_due() {
    let mut w = World::new();
    w.ev("Newchannel", "z PJSIP/1002-3 0 q", "");
    w.ev("VarSet", "z PJSIP/1002-3 0 q", "Variable: CUSTOMER|Value: 1");
    w.down();
    w.secs += 1000;
    let now = World::at(w.secs);
    w.e.handle_timeout(now);
    assert!(w.e.poll_timeout().is_none_or(|t| t > now.tick));
}

#[test]
fn a_place_keeps_its_connection_over_a_restart_of_the_bridge() {
    let mut w = World::new();
    inbound(&mut w);
    w.ev("Newstate", TU, "");
    w.ev("QueueCallerJoin", TU, "Queue: first");
    w.ev("QueueCallerLeave", TU, "Queue: first");
    w.ev("VarSet", TU, "Variable: QUEUESTATUS|Value: TIMEOUT");
    w.ev("Newexten", TU, "Application: Read");
    let restored = w.restored();
    let mut w2 = World::bare(restored);
    w2.secs = w.secs + 2;
    w2.resync(&[ch(TU, "Read", "", "")], &[], &[]);
    w2.ev("QueueCallerJoin", TU, "Queue: support");
    assert!(w2.live()[0].contains("support"), "{:?}", w2.live());
}

#[test]
fn a_local_member_told_early_belongs_to_the_call_though_who_gave_the_hint_is_gone() {
    let mut w = World::new();
    // A called T, and sent T on to a group; A is gone, and T bears A's Linkedid
    w.ev("Newchannel", "a PJSIP/1001-1 4 a 0171", "");
    w.ev("Newexten", "a PJSIP/1001-1 4 a 0171", "Application: Dial");
    let t = "t PJSIP/trunk-1 6 a 600";
    w.ev("Newchannel", "t PJSIP/trunk-1 0 a", "");
    w.dial("DialBegin", "a PJSIP/1001-1 4 a 0171", "t PJSIP/trunk-1 0 a", "");
    w.ev("Newstate", t, "");
    w.ev("Newstate", "a PJSIP/1001-1 6 a 0171", "");
    let bt = format!(
        "Event: BlindTransfer|Result: Success|Extension: 600{}{}",
        block("Transferer", "a PJSIP/1001-1 6 a"),
        block("Transferee", t)
    );
    w.raw(bt);
    w.ev("HangupRequest", "a PJSIP/1001-1 6 a", "Cause: 16");
    w.ev("Hangup", "a PJSIP/1001-1 6 a", "Cause: 16");
    w.ev("Newexten", t, "Application: Dial");
    let (o, l) = ("l1 Local/1002@x-1;1 0 a", "l2 Local/1002@x-1;2 4 a");
    w.ev("Newchannel", o, "");
    w.ev("Newchannel", l, "");
    let lb = format!("Event: LocalBridge{}{}", block("LocalOne", o), block("LocalTwo", l));
    w.raw(lb);
    w.ev("Newchannel", "b PJSIP/1002-3 0 a", "");
    w.dial("DialBegin", l, "b PJSIP/1002-3 0 a", "");
    w.dial("DialBegin", t, o, "");
    w.ev("Newstate", "b PJSIP/1002-3 5 a", "");
    w.ev("Newstate", "b PJSIP/1002-3 6 a", "");
    assert_eq!(w.live().len(), 1, "{:?}", w.live());
}

#[test]
fn a_queue_member_behind_a_local_channel_who_does_not_answer_is_told_so() {
    let mut w = World::new();
    queue(&mut w);
    let (o, l) = ("l1 Local/1002@from-queue-1;1 0 t", "l2 Local/1002@from-queue-1;2 4 t");
    w.ev("Newchannel", o, "");
    w.ev("Newchannel", l, "");
    let lb = format!("Event: LocalBridge{}{}", block("LocalOne", o), block("LocalTwo", l));
    w.raw(lb);
    w.dial("DialBegin", TU, o, "");
    w.ev("Newchannel", "b PJSIP/1002-3 0 t", "");
    w.dial("DialBegin", l, "b PJSIP/1002-3 0 t", "");
    w.ev("Newstate", "b PJSIP/1002-3 5 t", "");
    w.ev("Newstate", "l1 Local/1002@from-queue-1;1 5 t", "");
    w.dial(
        "DialEnd",
        TU,
        "l1 Local/1002@from-queue-1;1 5 t",
        "DialStatus: NOANSWER",
    );
    w.ev("Hangup", "l1 Local/1002@from-queue-1;1 5 t", "Cause: 0");
    let said = w.dial("DialEnd", l, "b PJSIP/1002-3 5 t", "DialStatus: CANCEL");
    assert!(said[0].contains("NoAnswer"), "{said:?}");
}

#[test]
fn what_spoke_to_a_called_party_before_the_bridge_has_ended_with_it() {
    let mut w = World::new();
    inbound(&mut w);
    w.ev("Newchannel", "b PJSIP/1002-3 0 t", "");
    w.dial("DialBegin", T, "b PJSIP/1002-3 0 t", "");
    w.ev("Newstate", "b PJSIP/1002-3 6 t", "");
    w.ev("Newexten", "b PJSIP/1002-3 6 t s", "Application: Read");
    w.ev("Newexten", "b PJSIP/1002-3 6 t s", "Application: Return");
    w.dial("DialEnd", T, "b PJSIP/1002-3 6 t", "DialStatus: ANSWER");
    w.ev("Newstate", TU, "");
    w.ev("BridgeEnter", TU, "");
    w.ev("BridgeEnter", "b PJSIP/1002-3 6 t", "");
    assert!(!w.live()[0].contains("ivr"), "{:?}", w.live());
}

#[test]
fn what_runs_after_the_hang_up_speaks_to_nobody() {
    let mut w = World::new();
    inbound(&mut w);
    w.ev("Newchannel", "b PJSIP/1002-3 0 t", "");
    w.dial("DialBegin", T, "b PJSIP/1002-3 0 t", "");
    w.ev("Newstate", "b PJSIP/1002-3 6 t", "");
    w.ev("Newstate", TU, "");
    w.ev("HangupRequest", "b PJSIP/1002-3 6 t", "Cause: 16");
    w.ev("Hangup", "b PJSIP/1002-3 6 t", "Cause: 16");
    let said = w.ev("Newexten", "t PJSIP/trunk-1 6 t h", "Application: AGI");
    assert!(said.is_empty(), "{said:?}");
}

#[test]
fn what_a_resync_could_not_tell_is_named_in_the_event_itself() {
    let mut w = World::bare(Restored::default());
    w.resync(
        &[ch(TU, "Dial", "x", "br"), ch("b PJSIP/1002-3 6 t", "AppDial", "", "br")],
        &[],
        &[],
    );
    let un: Vec<_> = w
        .all
        .iter()
        .filter_map(|e| match &e.data {
            Data::Call(d) => Some(d.call.connections.iter().map(|c| c.uncertain.len()).collect::<Vec<_>>()),
            _ => None,
        })
        .collect();
    let held: Vec<_> =
        w.e.calls()
            .flat_map(|c| c.connections.iter().map(|c| c.uncertain.len()))
            .collect();
    assert_eq!(un.last().unwrap(), &held, "told {un:?} held {held:?}");
}

#[test]
fn after_a_queue_timed_out_the_next_phone_is_not_rung_by_the_queue() {
    let mut w = World::new();
    queue(&mut w);
    w.ev("QueueCallerAbandon", TU, "Queue: support");
    w.ev("QueueCallerLeave", TU, "Queue: support");
    w.ev("Newchannel", "b PJSIP/1004-3 0 t", "");
    w.dial("DialBegin", TU, "b PJSIP/1004-3 0 t", "");
    let said = w.ev("Newstate", "b PJSIP/1004-3 5 t", "");
    assert!(said[0].contains("NewCall"), "{said:?}");
}

#[test]
fn who_spoke_to_a_machine_only_was_not_answered() {
    let mut w = World::new();
    inbound(&mut w);
    w.ev("Newstate", TU, "");
    w.ev("Newexten", TU, "Application: Read");
    w.ev("Newchannel", "b PJSIP/1004-3 0 t", "");
    w.dial("DialBegin", TU, "b PJSIP/1004-3 0 t", "");
    w.ev("Newstate", "b PJSIP/1004-3 5 t", "");
    let said = w.ev("HangupRequest", TU, "Cause: 16");
    w.dial("DialEnd", TU, "b PJSIP/1004-3 5 t", "DialStatus: CANCEL");
    assert!(said[0].contains("Cancelled"), "{said:?}");
}

#[test]
fn a_caller_who_vanishes_from_a_queue_abandoned_it() {
    let mut w = World::new();
    queue(&mut w);
    w.ev("QueueCallerAbandon", TU, "Queue: support");
    w.ev("QueueCallerLeave", TU, "Queue: support");
    let said = w.ev("Hangup", TU, "Cause: 16");
    assert!(said[1].contains("Abandoned"), "{said:?}");
}

#[test]
fn a_call_that_ends_at_a_machine_was_answered_by_nobody() {
    let mut w = World::new();
    inbound(&mut w);
    w.ev("Newstate", TU, "");
    w.ev("Newexten", TU, "Application: Read");
    w.ev("HangupRequest", TU, "Cause: 16");
    let Some(Data::Call(last)) = w.all.last().map(|event| &event.data) else {
        panic!("the call ends")
    };
    assert_eq!(
        (last.call.outcome, last.call.answered_at),
        (Some(Outcome::Cancelled), None)
    );
}

#[test]
fn a_call_remembers_the_queue_of_what_was_merged_into_it() {
    let mut w = World::new();
    inbound(&mut w);
    w.ev("Newchannel", "a PJSIP/1001-1 0 t", "");
    w.dial("DialBegin", T, "a PJSIP/1001-1 0 t", "");
    w.ev("Newstate", "a PJSIP/1001-1 6 t", "");
    w.ev("Newstate", TU, "");
    w.ev("Hold", "a PJSIP/1001-1 6 t", "");
    w.ev("Newchannel", "a2 PJSIP/1001-2 4 a2 600", "");
    w.ev("Newstate", "a2 PJSIP/1001-2 6 a2 600", "");
    w.ev("QueueCallerJoin", "a2 PJSIP/1001-2 6 a2 600", "Queue: support");
    let at = format!(
        "Event: AttendedTransfer|Result: Success|DestType: App|DestApp: Queue{}{}",
        block("OrigTransferer", "a PJSIP/1001-1 6 t"),
        block("SecondTransferer", "a2 PJSIP/1001-2 6 a2 600")
    );
    w.raw(at);
    assert!(w.e.calls().all(|c| c.queue.is_some()));
}

#[test]
fn a_queue_call_that_is_picked_up_leaves_the_queue() {
    let mut w = World::new();
    queue(&mut w);
    w.ev("Newchannel", "b PJSIP/1002-3 0 t", "");
    w.dial("DialBegin", TU, "b PJSIP/1002-3 0 t", "");
    w.ev("Newstate", "b PJSIP/1002-3 5 t", "");
    w.ev("Newchannel", "p PJSIP/1003-4 4 p *8", "");
    w.ev("Newexten", "p PJSIP/1003-4 4 p *8", "Application: Pickup");
    w.ev("Newstate", "p PJSIP/1003-4 6 p *8", "");
    let pk = format!(
        "Event: Pickup{}{}",
        block("", "p PJSIP/1003-4 6 p *8"),
        block("Target", "b PJSIP/1002-3 5 t")
    );
    w.raw(pk);
    w.ev("Hangup", "b PJSIP/1002-3 5 t", "Cause: 26");
    w.ev("QueueCallerLeave", TU, "Queue: support");
    w.dial("DialEnd", TU, "p PJSIP/1003-4 6 t", "DialStatus: ANSWER");
    assert!(!w.live()[0].contains("support"), "{:?}", w.live());
}

#[test]
fn a_list_that_is_older_than_an_event_does_not_put_anybody_back_into_a_queue() {
    let mut w = World::new();
    queue(&mut w);
    w.down();
    // The queues were listed, then an agent answers (folded silently), then the channels are listed.
    w.n.asked();
    let m = |n: &mut Normalizer, t: String| {
        n.event(&msg(&t), Tick::ZERO);
    };
    m(
        &mut w.n,
        format!("Event: Newchannel{}", block("", "b PJSIP/1002-3 0 t")),
    );
    m(
        &mut w.n,
        format!(
            "Event: DialBegin{}{}",
            block("", TU),
            block("Dest", "b PJSIP/1002-3 0 t")
        ),
    );
    m(&mut w.n, format!("Event: Newstate{}", block("", "b PJSIP/1002-3 6 t")));
    w.resync(
        &[
            ch(TU, "Queue", "support", "br1"),
            ch("b PJSIP/1002-3 6 t", "AppQueue", "", "br1"),
        ],
        &["Queue: support|Channel: PJSIP/trunk-1|Uniqueid: t"],
        &[],
    );
    assert!(!w.live()[0].contains("support"), "{:?}", w.live());
}

#[test]
fn two_parked_calls_are_two_calls() {
    let mut w = World::bare(Restored::default());
    w.resync(
        &[
            ch("t PJSIP/trunk-1 6 t", "Dial", "x", "lot"),
            ch("u PJSIP/trunk-2 6 u", "Dial", "", "lot"),
        ],
        &[],
        &[
            "ParkeeChannel: PJSIP/trunk-1|ParkeeUniqueid: t|ParkingSpace: 701",
            "ParkeeChannel: PJSIP/trunk-2|ParkeeUniqueid: u|ParkingSpace: 702",
        ],
    );
    assert_eq!(w.live().len(), 2, "{:?}", w.live());
}

#[test]
fn a_queue_call_that_is_picked_up_leaves_the_queue_also_as_16_tells_it() {
    let mut w = World::new();
    queue(&mut w);
    w.ev("Newchannel", "b PJSIP/1002-3 0 t", "");
    w.dial("DialBegin", TU, "b PJSIP/1002-3 0 t", "");
    w.ev("Newstate", "b PJSIP/1002-3 5 t", "");
    w.ev("Newchannel", "p PJSIP/1003-4 4 p *8", "");
    w.ev("Newexten", "p PJSIP/1003-4 4 p *8", "Application: Pickup");
    w.ev("Newstate", "p PJSIP/1003-4 6 p *8", "");
    w.dial("DialEnd", TU, "p PJSIP/1003-4 6 t", "DialStatus: ANSWER");
    let pk = format!(
        "Event: Pickup{}{}",
        block("", "p PJSIP/1003-4 6 p *8"),
        block("Target", "b PJSIP/1002-3 5 t")
    );
    w.raw(pk);
    w.ev("Hangup", "b PJSIP/1002-3 5 t", "Cause: 26");
    w.ev("QueueCallerLeave", TU, "Queue: support");
    assert!(!w.live()[0].contains("support"), "{:?}", w.live());
}

#[test]
fn a_transfer_that_is_told_behind_the_dialling_is_still_why_the_phone_rings() {
    let mut w = World::new();
    inbound(&mut w);
    w.dial("DialBegin", TU, "b PJSIP/1001-2 0 t", "");
    w.ev("Newstate", "b PJSIP/1001-2 6 t", "");
    w.dial("DialBegin", TU, "c PJSIP/1002-3 0 t", "");
    let blocks = block("Transferer", "b PJSIP/1001-2 6 t") + &block("Transferee", TU);
    w.raw(format!("Event: BlindTransfer{blocks}|Result: Success|Extension: 1002"));
    w.ev("Newstate", "c PJSIP/1002-3 5 t", "");
    let causes: Vec<_> = w
        .all
        .iter()
        .rev()
        .take(2)
        .map(|event| match &event.data {
            Data::Call(data) => (event.kind, data.cause),
            _ => (event.kind, None),
        })
        .collect();
    let cause = Some(Cause::SingleStepTransfer);
    assert_eq!(causes, [(EventType::Delivered, cause), (EventType::Transferred, cause)]);
}

/// 1001 sends the caller on to 1002, which rings before that is told.
fn rung_for_a_transfer() -> World {
    let mut w = World::new();
    inbound(&mut w);
    w.dial("DialBegin", TU, "b PJSIP/1001-2 0 t", "");
    w.ev("Newstate", "b PJSIP/1001-2 6 t", "");
    w.ev("VarSet", TU, "Variable: BLINDTRANSFER|Value: PJSIP/1001-2");
    w.dial("DialBegin", TU, "c PJSIP/1002-3 0 t", "");
    let rings = w.ev("Newstate", "c PJSIP/1002-3 5 t", "");
    assert_eq!(rings, Vec::<String>::new(), "it is not known yet why it rings");
    w
}

#[test]
fn a_phone_that_rings_before_the_transfer_is_told_is_told_behind_it() {
    let mut w = rung_for_a_transfer();
    let blocks = block("Transferer", "b PJSIP/1001-2 6 t") + &block("Transferee", TU);
    w.raw(format!("Event: BlindTransfer{blocks}|Result: Success|Extension: 1002"));
    let kinds: Vec<_> = w.all.iter().rev().take(2).map(|event| event.kind).collect();
    assert_eq!(kinds, [EventType::Delivered, EventType::Transferred]);
}

#[test]
fn a_phone_that_rings_for_a_transfer_that_is_never_told_is_told_when_who_transferred_is_gone() {
    let mut w = rung_for_a_transfer();
    w.ev("Hangup", "b PJSIP/1001-2 6 t", "Cause: 16");
    let kinds: Vec<_> = w.all.iter().rev().take(2).map(|event| event.kind).collect();
    assert_eq!(kinds, [EventType::Delivered, EventType::ConnectionCleared]);
}

/// A telephone that was rung sends the call outside by a Local pair; what the pair dials is told before the pair is dialled, as 22 does now and then.
fn sent_on_outside(w: &mut World) {
    inbound(w);
    w.ev("Newchannel", "b PJSIP/1001-2 0 t", "");
    w.dial("DialBegin", T, "b PJSIP/1001-2 0 t", "DialString: 1001");
    let (one, two) = ("l1 Local/0017@x-1;1 0 t 0017", "l2 Local/0017@x-1;2 4 t 0017");
    w.ev("Newchannel", one, "");
    w.ev("Newchannel", two, "");
    w.ev("Newexten", one, "Application: AppDial|AppData: (Outgoing Line)");
    w.raw(format!(
        "Event: LocalBridge{}{}",
        block("LocalOne", one),
        block("LocalTwo", two)
    ));
    w.ev("Newexten", two, "Application: Dial");
    w.ev("Newchannel", "o PJSIP/trunk-3 0 t 0017", "");
    let early = w.dial("DialBegin", two, "o PJSIP/trunk-3 0 t 0017", "DialString: 17@trunk");
    assert_eq!(early, Vec::<String>::new(), "it is not known yet why it is dialled");
}

const OUT_RINGS: &str = "o PJSIP/trunk-3 5 t 0017";

#[test]
fn what_a_forwarded_call_dials_outside_is_told_behind_the_forwarding_though_it_comes_before() {
    let mut w = World::new();
    sent_on_outside(&mut w);
    let early = w.ev("Newstate", OUT_RINGS, "");
    assert_eq!(early, Vec::<String>::new());
    w.dial("DialEnd", T, "b PJSIP/1001-2 0 t", "DialStatus: CANCEL|Forward: 0017@x");
    w.dial("DialBegin", T, "l1 Local/0017@x-1;1 0 t 0017", "DialString: 0017@x");
    let causes: Vec<_> = w.all.iter().rev().take(3).rev().map(told_by).collect();
    let forwarded = Some(Cause::CallForwardImmediate);
    let expected = [
        (EventType::Diverted, forwarded),
        (EventType::NetworkReached, forwarded),
        (EventType::Delivered, Some(Cause::NetworkSignal)),
    ];
    assert_eq!(causes, expected);
}

#[test]
fn what_is_answered_before_it_is_told_why_it_was_dialled_is_told_all_the_same() {
    let mut w = World::new();
    sent_on_outside(&mut w);
    w.ev("Newstate", OUT_RINGS, "");
    w.ev("Newstate", "o PJSIP/trunk-3 6 t 0017", "");
    let kinds: Vec<_> = w.all.iter().rev().take(3).rev().map(|event| event.kind).collect();
    let expected = [EventType::NetworkReached, EventType::Delivered, EventType::Established];
    assert_eq!(kinds, expected);
}

fn told_by(event: &Event) -> (EventType, Option<Cause>) {
    match &event.data {
        Data::Call(data) => (event.kind, data.cause),
        _ => (event.kind, None),
    }
}

#[test]
fn that_a_caller_is_hidden_says_nothing_of_a_telephone_that_is_first_heard_of_when_it_rings() {
    let mut w = World::new();
    inbound(&mut w);
    w.dial(
        "DialBegin",
        T,
        "a PJSIP/1001-1 5 t",
        "ChanVariable: CALLERID(pres)=prohib|DestChanVariable: CALLERID(pres)=allowed",
    );
    w.ev("Newstate", "a PJSIP/1001-1 5 t", "");
    let call = w.e.calls().next().unwrap();
    let telephone = call.connections.iter().find(|c| c.kind == Kind::Station).unwrap();
    assert_eq!(telephone.presentation, Presentation::Allowed);
}
