//! Calls that are sent on, transferred and held.

use super::*;

#[test]
fn what_rings_is_deflected_by_moving_who_dials_it() {
    let mut desk = Desk::new(false);
    desk.rings();
    desk.told();
    let id = desk.ask_of("1002", Deed::Deflect { to: number("1003") });
    assert_eq!(desk.yes("Value: 1"), exists("1003"));
    let redirect = action("Redirect", "t")
        .header("Context", "default")
        .header("Exten", "1003")
        .header("Priority", "1");
    assert_eq!(desk.yes(""), redirect);
    desk.dial("DialEnd", T, "b PJSIP/1002-2 5 t 1002", "CANCEL");
    desk.ev("Hangup", "b PJSIP/1002-2 5 t 1002", "Cause: 16");
    assert_eq!(desk.verdict(id), None, "it has left, and is nowhere yet");
    desk.dial("DialBegin", T, "c PJSIP/1003-3 0 t 1003", "");
    desk.ev("Newstate", "c PJSIP/1003-3 5 t 1003", "");
    assert_eq!(desk.verdict(id), Some(&Verdict::Done));
    assert_eq!(
        desk.told(),
        [
            "diverted(1002:Null Forwarded) Redirected *",
            "delivered(1003:Alerting) Redirected *"
        ]
    );
    let call = desk.world.e.calls().next().unwrap();
    assert_eq!(
        call.last_redirection_device.as_ref().unwrap().number,
        Some(number("1002"))
    );
}

#[test]
fn what_rang_before_the_bridge_came_is_deflected_by_moving_who_executes_dial() {
    let mut desk = Desk::new(false);
    let there = [
        ch(T, "Dial", "PJSIP/1002", ""),
        ch("b PJSIP/1002-2 5 t 1002", "AppDial", "(Outgoing Line)", ""),
    ];
    desk.world.down();
    desk.world.resync(&there, &[], &[]);
    desk.ask_of("1002", Deed::Deflect { to: number("1003") });
    assert_eq!(desk.yes("Value: 1"), exists("1003"));
    let redirect = action("Redirect", "t")
        .header("Context", "default")
        .header("Exten", "1003")
        .header("Priority", "1");
    assert_eq!(desk.yes(""), redirect);
}

#[test]
fn nothing_is_torn_for_a_number_that_does_not_exist() {
    let mut desk = Desk::new(false);
    desk.talks();
    let transfer = desk.ask_of("1002", Deed::SingleStepTransfer { to: number("9999") });
    desk.yes("Value: 0");
    assert_eq!(refused(desk.verdict(transfer)).1, Meaning::Destination);
    assert!(desk.sent.is_empty() && desk.told().is_empty());
}

#[test]
fn where_it_cannot_be_known_whether_a_number_exists_it_is_tried_and_asked_again_unless_that_was_refused() {
    for answer in ["", "denied"] {
        let mut desk = Desk::new(false);
        desk.talks();
        let first = desk.ask_of("1002", Deed::SingleStepTransfer { to: number("1003") });
        let question = if answer.is_empty() {
            desk.yes("Value: ")
        } else {
            desk.no("Permission denied")
        };
        assert_eq!(question, exists("1003"));
        let transfer = desk.no("Transfer failed");
        let expected = action("BlindTransfer", "b")
            .header("Context", "default")
            .header("Exten", "1003");
        assert_eq!(transfer, expected);
        assert_eq!(refused(desk.verdict(first)).1, Meaning::State);
        desk.ask_of("1002", Deed::SingleStepTransfer { to: number("1003") });
        // A function that says nothing may have its module again.
        let next = if answer.is_empty() { exists("1003") } else { expected };
        assert_eq!(desk.next().1, next);
    }
}

#[test]
fn a_transfer_of_a_held_call_that_is_promised_and_does_not_come_leaves_nobody_on_hold_who_is_not() {
    let mut desk = Desk::new(false);
    desk.talks();
    desk.ev("Hold", BU, "");
    desk.told();
    desk.ask_of("1002", Deed::SingleStepTransfer { to: number("1003") });
    desk.yes("Value: 1");
    desk.ev("Unhold", BU, "");
    desk.yes("");
    assert!(desk.told().is_empty(), "it may still come");
    while desk.timeout() {}
    assert_eq!(desk.told(), ["retrieved(1002:Connected) Normal"]);
}

#[test]
fn who_transferred_and_left_takes_nobody_back_afterwards() {
    let mut desk = Desk::new(false);
    desk.talks();
    desk.ev("Hold", BU, "");
    desk.ask_of("1002", Deed::SingleStepTransfer { to: number("1003") });
    desk.yes("Value: 1");
    desk.ev("Unhold", BU, "");
    desk.event(format!(
        "Event: BlindTransfer|Result: Success{}{}|Extension: 1003",
        block("Transferer", BU),
        block("Transferee", TU)
    ));
    desk.yes("");
    desk.told();
    while desk.timeout() {}
    assert!(!desk.told().concat().contains("retrieved"));
}

#[test]
fn who_transfers_takes_nobody_off_hold() {
    let mut desk = Desk::new(false);
    desk.talks();
    desk.ev("Hold", BU, "");
    desk.told();
    let id = desk.ask_of("1002", Deed::SingleStepTransfer { to: number("1003") });
    desk.yes("Value: 1");
    desk.ev("Unhold", BU, "");
    desk.event(format!(
        "Event: BlindTransfer|Result: Success{}{}|Extension: 1003",
        block("Transferer", BU),
        block("Transferee", TU)
    ));
    // The events may be here before the answer.
    desk.yes("");
    desk.ev("BridgeLeave", BU, "");
    desk.ev("Newexten", "t PJSIP/trunk-1 6 t 1003", "Application: Dial");
    desk.ev("Hangup", BU, "Cause: 16");
    desk.dial("DialBegin", "t PJSIP/trunk-1 6 t 1003", "c PJSIP/1003-3 0 t 1003", "");
    desk.ev("Newstate", "c PJSIP/1003-3 5 t 1003", "");
    assert_eq!(desk.verdict(id), Some(&Verdict::Done));
    assert_eq!(
        desk.told(),
        [
            "transferred(1002:Null Answered) SingleStepTransfer *",
            "delivered(1003:Alerting) SingleStepTransfer *"
        ]
    );
}

#[test]
fn who_declines_while_a_deflection_is_on_its_way_was_not_sent_on() {
    let mut desk = Desk::new(false);
    desk.rings();
    desk.told();
    desk.ask_of("1002", Deed::Deflect { to: number("1003") });
    desk.yes("Value: 1");
    desk.ev("HangupRequest", "b PJSIP/1002-2 5 t 1002", "Cause: 21");
    desk.dial("DialEnd", T, "b PJSIP/1002-2 5 t 1002", "BUSY");
    desk.ev("Hangup", "b PJSIP/1002-2 5 t 1002", "Cause: 21");
    let told = desk.told();
    assert!(told.iter().all(|line| !line.starts_with("diverted")), "{told:?}");
}

#[test]
fn who_is_left_behind_by_another_who_hung_up_was_not_hung_up_by_us() {
    let mut desk = Desk::new(false);
    desk.talks();
    let id = desk.ask_of("1002", Deed::Clear);
    // The switch says yes and does nothing; then the caller hangs up.
    desk.yes("");
    desk.ev("HangupRequest", TU, "Cause: 16");
    desk.ev("BridgeLeave", BU, "BridgeUniqueid: x");
    assert_eq!(desk.verdict(id), None);
}

#[test]
fn a_transfer_of_a_held_call_that_is_refused_leaves_nobody_on_hold_who_is_not() {
    let mut desk = Desk::new(false);
    desk.talks();
    desk.ev("Hold", BU, "");
    desk.told();
    let id = desk.ask_of("1002", Deed::SingleStepTransfer { to: number("1003") });
    desk.yes("Value: 1");
    desk.ev("Unhold", BU, "");
    assert!(desk.told().is_empty(), "who transfers takes nobody back");
    desk.no("Transfer failed");
    assert!(matches!(desk.verdict(id), Some(Verdict::Refused(_))));
    assert_eq!(desk.told(), ["retrieved(1002:Connected) Normal"]);
}
