//! What is heard in a call, and kept of it: digits, muting, recordings.

use super::*;

#[test]
fn a_recording_of_ours_ends_though_the_dialplan_goes_on_recording() {
    for answered_first in [true, false] {
        let mut desk = Desk::new(false);
        desk.talks();
        desk.ask_of("1002", Deed::StartRecording);
        desk.yes("MixMonitorID: 0xabc");
        desk.ev("MixMonitorStart", BU, "");
        // The dialplan begins another one.
        desk.ev("MixMonitorStart", BU, "");
        let id = desk.ask_of("1002", Deed::StopRecording);
        if answered_first {
            desk.yes("");
            assert_eq!(desk.verdict(id), None, "yes is not done");
        }
        desk.ev("MixMonitorStop", BU, "");
        if !answered_first {
            assert_eq!(desk.verdict(id), None, "it may be the dialplan's that ended");
            desk.yes("");
        }
        assert_eq!(desk.verdict(id), Some(&Verdict::Done), "{answered_first}");
        let call = desk.world.e.calls().next().unwrap();
        let recorded = call.connections.iter().find(|c| c.recording.is_some());
        assert_eq!(
            recorded.unwrap().recording,
            Some(Recording::Recording),
            "the other goes on"
        );
    }
}

#[test]
fn digits_follow_one_another_and_are_done_when_all_were_heard() {
    let mut desk = Desk::new(true);
    desk.world.n = with_digits();
    desk.talks();
    let id = desk.ask_of("1002", Deed::GenerateDigits { digits: number("1#") });
    let press = |digit: &str| {
        action("PlayDTMF", "b")
            .header("Digit", digit)
            .header("Duration", "100")
            .header("Receive", "true")
    };
    assert_eq!(desk.yes(""), press("1"));
    assert!(desk.sent.is_empty(), "the next waits for its time");
    desk.ev("DTMFEnd", BU, "Digit: 1|Direction: Received");
    assert!(desk.timeout());
    assert_eq!(desk.yes(""), press("#"));
    assert_eq!(desk.verdict(id), None);
    desk.ev("DTMFEnd", BU, "Digit: #|Direction: Received");
    assert_eq!(desk.verdict(id), Some(&Verdict::Done));
}

#[test]
fn what_is_left_of_the_digits_when_their_command_is_given_up_is_not_pressed() {
    let mut desk = Desk::new(true);
    desk.world.n = with_digits();
    desk.talks();
    desk.ask_of("1002", Deed::GenerateDigits { digits: number("12") });
    desk.world.secs += 6;
    desk.yes("");
    while desk.timeout() {}
    assert!(desk.sent.is_empty());
}

#[test]
fn digits_that_the_site_does_not_read_are_sent_and_unconfirmed() {
    let mut desk = Desk::new(false);
    desk.talks();
    let id = desk.ask_of("1002", Deed::GenerateDigits { digits: number("1") });
    desk.yes("");
    assert_eq!(desk.verdict(id), Some(&Verdict::Unconfirmed));
}

#[test]
fn a_yes_to_muting_is_all_that_ever_tells_it() {
    let mut desk = Desk::new(false);
    desk.talks();
    let id = desk.ask_of("1002", Deed::Mute);
    let mute = action("MuteAudio", "b").header("Direction", "in");
    assert_eq!(desk.yes(""), mute.clone().header("State", "on"));
    assert_eq!(desk.verdict(id), Some(&Verdict::Done));
    let id = desk.ask_of("1002", Deed::Unmute);
    assert_eq!(desk.yes(""), mute.header("State", "off"));
    assert_eq!(desk.verdict(id), Some(&Verdict::Done));
    assert_eq!(
        desk.told(),
        ["information(1002:Connected) *", "information(1002:Connected) *"]
    );
}

#[test]
fn a_recording_is_begun_paused_and_ended_by_its_own_id() {
    let mut desk = Desk::new(false);
    desk.talks();
    let id = desk.ask_of("1002", Deed::StartRecording);
    assert_eq!(desk.yes("MixMonitorID: 0xabc").name(), "MixMonitor");
    assert_eq!(desk.verdict(id), None);
    desk.ev("MixMonitorStart", BU, "");
    assert_eq!(desk.verdict(id), Some(&Verdict::Done));
    let id = desk.ask_of("1002", Deed::PauseRecording);
    let pause = action("MixMonitorMute", "b").header("Direction", "both");
    desk.ev("MixMonitorMute", BU, "Direction: both|State: 1");
    assert_eq!(desk.yes(""), pause.header("State", "1"));
    assert_eq!(desk.verdict(id), Some(&Verdict::Done));
    let id = desk.ask_of("1002", Deed::StopRecording);
    assert_eq!(
        desk.yes(""),
        action("StopMixMonitor", "b").header("MixMonitorID", "0xabc")
    );
    desk.ev("MixMonitorStop", BU, "");
    assert_eq!(desk.verdict(id), Some(&Verdict::Done));
}

#[test]
fn what_the_dialplan_records_is_told_also_where_it_began_before_the_connection() {
    let mut desk = Desk::new(false);
    desk.ev("Newchannel", "t PJSIP/trunk-1 4 t 4930", "");
    desk.ev("MixMonitorStart", "t PJSIP/trunk-1 4 t 4930", "");
    let told = desk.told();
    assert_eq!(
        told,
        [
            "originated(trunk:Connected) NewCall",
            "recordingChanged(trunk:Connected)"
        ]
    );
    let call = desk.world.e.calls().next().unwrap();
    assert_eq!(call.connections.first().unwrap().recording, Some(Recording::Recording));
}
