//! Calls that are made, hung up and refused.

use super::*;

#[test]
fn a_call_is_made_by_one_originate_whose_leg_is_ours_before_its_first_event() {
    let mut desk = Desk::new(false);
    let (id, leg) = desk.makes(&[("CUSTOMER", "a,b \"c\""), ("other", "x")]);
    let expected = Action::new("Originate")
        .header("Channel", "PJSIP/1001")
        .header("ChannelId", leg.as_bytes())
        .header("Timeout", "20000")
        .header("Async", "true")
        .within(WITHIN)
        .variable("PJSIP_HEADER(add,Alert-Info)", "info=alert-autoanswer")
        .variable("PJSIP_HEADER(add,Call-Info)", "<sip:lineside>;answer-after=0")
        .header("Context", "default")
        .header("Exten", "1002")
        .header("Priority", "1")
        .variable("CONNECTEDLINE(num,i)", "1002")
        .variable("CALLERID(num)", "4930777")
        .variable("__CUSTOMER", "a,b \"c\"");
    assert!(leg.len() <= 48 && leg.starts_with("lineside-"), "{leg}");
    assert_eq!(desk.yes(""), expected);
    assert_eq!(desk.verdict(id), None, "the proof is what is seen");
    let a = |state: u8| format!("{leg} PJSIP/1001-1 {state} {leg} s");
    desk.ev("Newchannel", &a(0), "");
    desk.dial("DialBegin", "", &a(0), "");
    assert_eq!(desk.verdict(id), Some(&Verdict::Done));
    desk.ev("Newstate", &a(5), "");
    desk.ev("Newstate", &a(6), "");
    let up = format!("{leg} PJSIP/1001-1 6 {leg} 1002");
    desk.dial("DialBegin", &up, &format!("b PJSIP/1002-2 0 {leg} 1002"), "");
    desk.ev("Newstate", &format!("b PJSIP/1002-2 5 {leg} 1002"), "");
    assert_eq!(
        desk.told(),
        [
            "serviceInitiated(1001:Initiated) MakeCall *",
            "originated(1001:Connected) MakeCall",
            "delivered(1002:Alerting) NewCall"
        ]
    );
    let call = desk.world.e.calls().next().unwrap().clone();
    assert_eq!(call.called_device.number, Some(number("1002")));
    assert_eq!(call.calling_device.number, Some(number("1001")));
    assert_eq!(call.user_data.len(), 2);
}

#[test]
fn the_number_called_is_known_while_the_calling_phone_rings() {
    let mut desk = Desk::new(false);
    let (_, leg) = desk.makes(&[]);
    desk.dial("DialBegin", "", &format!("{leg} PJSIP/1001-1 0 {leg} s"), "");
    let call = desk.world.e.calls().next().unwrap();
    assert_eq!(call.called_device.number, Some(number("1002")));
}

#[test]
fn a_call_may_be_seen_before_the_action_is_answered() {
    let mut desk = Desk::new(false);
    let (id, leg) = desk.makes(&[]);
    desk.dial("DialBegin", "", &format!("{leg} PJSIP/1001-1 0 {leg} s"), "");
    assert_eq!(desk.verdict(id), Some(&Verdict::Done));
    desk.yes("");
    desk.event(format!(
        "Event: OriginateResponse|Response: Failure|Reason: 0|Uniqueid: {leg}"
    ));
    while desk.timeout() {}
    assert_eq!(desk.verdict(id), Some(&Verdict::Done), "and nothing later changes it");
}

#[test]
fn a_number_that_cannot_be_dialled_is_refused_as_the_destination() {
    let mut desk = Desk::new(false);
    let (id, _) = desk.makes(&[]);
    desk.no("Extension does not exist.");
    assert_eq!(
        refused(desk.verdict(id)),
        ("Extension does not exist.", Meaning::Destination)
    );
}

#[test]
fn a_call_of_which_no_channel_comes_had_no_telephone_whenever_the_word_comes() {
    for early in [false, true] {
        let mut desk = Desk::new(false);
        let (id, leg) = desk.makes(&[]);
        let failure = format!("Event: OriginateResponse|Response: Failure|Reason: 0|Uniqueid: {leg}");
        if early {
            desk.event(failure);
            desk.yes("");
        } else {
            desk.yes("");
            desk.event(failure);
        }
        assert_eq!(desk.verdict(id), None, "the channel may still come");
        assert!(desk.timeout());
        assert_eq!(refused(desk.verdict(id)).1, Meaning::Device, "early: {early}");
        assert!(!desk.timeout(), "nothing is left to wait for");
    }
}

#[test]
fn the_word_that_a_call_failed_may_overtake_its_channel() {
    let mut desk = Desk::new(false);
    let (id, leg) = desk.makes(&[]);
    desk.yes("");
    let a = |state: u8| format!("{leg} PJSIP/1001-1 {state} {leg} s");
    desk.event(format!(
        "Event: OriginateResponse|Response: Failure|Reason: 0|Uniqueid: {leg}"
    ));
    desk.ev("Newchannel", &a(0), "");
    desk.dial("DialBegin", "", &a(0), "");
    desk.ev("HangupRequest", &a(0), "Cause: 17");
    desk.dial("DialEnd", "", &a(0), "BUSY");
    desk.ev("Hangup", &a(0), "Cause: 17");
    while desk.timeout() {}
    assert_eq!(desk.verdict(id), Some(&Verdict::Done));
    assert_eq!(
        desk.told(),
        [
            "serviceInitiated(1001:Initiated) MakeCall *",
            "connectionCleared(1001:Null Busy) Busy",
            "cleared Busy"
        ]
    );
}

#[test]
fn a_calling_phone_that_nobody_lifts_did_not_answer_and_nobody_was_called() {
    // 16 tells no cause, 22 tells 19, and neither tells a DialEnd.
    for cause in [0, 19] {
        let mut desk = Desk::new(false);
        let (_, leg) = desk.makes(&[]);
        desk.yes("");
        let a = |state: u8| format!("{leg} PJSIP/1001-1 {state} {leg} s");
        desk.dial("DialBegin", "", &a(0), "");
        desk.ev("Newstate", &a(5), "");
        desk.ev("Hangup", &a(5), &format!("Cause: {cause}"));
        assert_eq!(
            desk.told(),
            [
                "serviceInitiated(1001:Initiated) MakeCall *",
                "connectionCleared(1001:Null NoAnswer) CallNotAnswered",
                "cleared CallNotAnswered"
            ]
        );
    }
}

#[test]
fn what_is_no_telephone_of_the_site_is_not_called() {
    for device in ["trunk", "1001/sip:1001@198.51.100.7", "1001&PJSIP/1002"] {
        let mut desk = Desk::new(false);
        let id = desk.ask(Order::MakeCall(Box::new(NewCall {
            calling: DeviceId::new(&SwitchName::try_from("hq").unwrap(), device),
            called: number("1002"),
            presented: None,
            auto_answer: false,
            timeout: 20,
            user_data: BTreeMap::new(),
        })));
        let denied = desk.verdict(id);
        assert!(
            matches!(denied, Some(Verdict::Denied(Denial::Device(_)))),
            "{device}: {denied:?}"
        );
        assert!(desk.sent.is_empty());
    }
}

#[test]
fn who_was_hung_up_goes_first_though_the_switch_tells_the_others_end_before() {
    let mut desk = Desk::new(false);
    desk.talks();
    let id = desk.ask_of("1002", Deed::Clear);
    assert_eq!(desk.yes(""), action("Hangup", "b").header("Cause", "16"));
    desk.ev("BridgeLeave", BU, "");
    assert_eq!(desk.verdict(id), Some(&Verdict::Done));
    desk.ev("BridgeLeave", TU, "");
    desk.ev("Hangup", TU, "Cause: 16");
    desk.ev("Hangup", BU, "Cause: 16");
    assert_eq!(
        desk.told(),
        [
            "connectionCleared(1002:Null Answered) NormalClearing *",
            "connectionCleared(trunk-1:Null Answered) NormalClearing *",
            "cleared NormalClearing *"
        ]
        .map(|line| line.replace("trunk-1", "trunk"))
    );
}

#[test]
fn a_hang_up_that_was_refused_is_not_what_happens_next() {
    let mut desk = Desk::new(false);
    desk.talks();
    let id = desk.ask_of("1002", Deed::Clear);
    desk.no("No such channel");
    assert_eq!(refused(desk.verdict(id)).1, Meaning::State);
    desk.ev("BridgeLeave", BU, "");
    assert!(desk.told().is_empty(), "who leaves a bridge may go on elsewhere");
}

#[test]
fn a_hang_up_that_was_promised_and_never_came_is_not_what_happens_much_later() {
    let mut desk = Desk::new(false);
    desk.talks();
    desk.ask_of("1002", Deed::Clear);
    desk.yes("");
    desk.world.secs += 6;
    desk.ev("BridgeLeave", BU, "");
    assert!(desk.told().is_empty(), "who leaves a bridge may go on elsewhere");
}

#[test]
fn a_calling_phone_that_lifts_and_cannot_talk_did_not_say_no() {
    let mut desk = Desk::new(false);
    let (_, leg) = desk.makes(&[]);
    desk.yes("");
    let a = |state: u8| format!("{leg} PJSIP/1001-1 {state} {leg} s");
    desk.dial("DialBegin", "", &a(0), "");
    desk.ev("Newstate", &a(5), "");
    desk.ev("HangupRequest", &a(5), "Cause: 58");
    let told = desk.told();
    assert!(
        told.iter()
            .any(|line| line.contains("ResourcesNotAvailable") && !line.contains("Rejected")),
        "{told:?}"
    );
}

#[test]
fn who_is_rung_and_cleared_said_no() {
    let mut desk = Desk::new(false);
    desk.rings();
    desk.told();
    let id = desk.ask_of("1002", Deed::Clear);
    desk.yes("");
    desk.dial("DialEnd", T, "b PJSIP/1002-2 5 t 1002", "NOANSWER");
    assert_eq!(desk.verdict(id), Some(&Verdict::Done));
    assert_eq!(desk.told(), ["connectionCleared(1002:Null Rejected) CallNotAnswered *"]);
}

#[test]
fn a_caller_who_is_cleared_goes_before_whom_it_rings() {
    let mut desk = Desk::new(false);
    desk.rings();
    desk.told();
    desk.ask_of("trunk", Deed::Clear);
    desk.yes("");
    desk.dial("DialEnd", T, "b PJSIP/1002-2 5 t 1002", "CANCEL");
    desk.ev("Hangup", "b PJSIP/1002-2 5 t 1002", "Cause: 16");
    desk.ev("Hangup", T, "Cause: 16");
    assert_eq!(
        desk.told(),
        [
            "connectionCleared(trunk:Null Cancelled) NormalClearing *",
            "connectionCleared(1002:Null Cancelled) CallCancelled *",
            "cleared CallCancelled *"
        ]
    );
}
