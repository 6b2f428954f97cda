//! What becomes of the telephones. The messages are those that 16 and 22 wrote.

use super::world::*;
use crate::model::*;
use crate::normalize::asterisk::device::Kept;
use crate::profile::load;
use lineside_ami::Message;

fn state(w: &mut World, device: &str, state: &str) -> Vec<String> {
    w.raw(format!(
        "Event: DeviceStateChange|Privilege: call,all|Device: {device}|State: {state}"
    ))
}

/// The last device that was told.
fn last(w: &World) -> &Device {
    let mut events = w.all.iter().rev();
    let device = events.find_map(|event| match &event.data {
        Data::Device(data) => Some(&data.device),
        _ => None,
    });
    device.expect("a device was told")
}

fn listed(states: &[(&str, &str)]) -> Vec<Message> {
    let item = |(device, state): &(&str, &str)| {
        msg(&format!(
            "Event: DeviceStateChange|ActionID: 2|Device: {device}|State: {state}"
        ))
    };
    states.iter().map(item).collect()
}

const OUT: &str = "lineside.device.outOfService";
const BACK: &str = "lineside.device.backInService";

#[test]
fn a_telephone_that_cannot_be_reached_is_out_of_service_until_it_can_be() {
    let mut w = World::new();
    assert_eq!(state(&mut w, "PJSIP/1004", "UNAVAILABLE"), [OUT]);
    assert_eq!(last(&w).number.as_ref().map(|number| &***number), Some("1004"));
    assert!(state(&mut w, "PJSIP/1004", "INVALID").is_empty(), "no less than before");
    assert_eq!(state(&mut w, "PJSIP/1004", "NOT_INUSE"), [BACK]);
    for busy in [
        "INUSE",
        "RINGING",
        "BUSY",
        "ONHOLD",
        "RINGINUSE",
        "NOT_INUSE",
        "UNKNOWN",
    ] {
        assert!(state(&mut w, "PJSIP/1004", busy).is_empty(), "{busy}");
    }
}

#[test]
fn what_is_no_telephone_is_told_nothing_of() {
    let mut w = World::new();
    for other in [
        "Queue:sales_pause_PJSIP/1002",
        "Queue:sales_avail",
        "PJSIP/trunk",
        "Local/1002@stations",
        "Custom:1001",
        "1001",
        "PJSIP/",
        "",
    ] {
        assert!(state(&mut w, other, "UNAVAILABLE").is_empty(), "{other:?}");
    }
}

#[test]
fn a_custom_state_tells_who_does_not_want_to_be_disturbed() {
    let mut w = World::new();
    state(&mut w, "PJSIP/1001", "NOT_INUSE");
    let changed = "lineside.device.doNotDisturb";
    assert_eq!(state(&mut w, "Custom:DND1001", "BUSY"), [changed]);
    assert_eq!((last(&w).do_not_disturb, last(&w).in_service), (Some(true), Some(true)));
    assert!(state(&mut w, "Custom:DND1001", "INUSE").is_empty());
    assert_eq!(state(&mut w, "Custom:DND1001", "NOT_INUSE"), [changed]);
    assert_eq!(last(&w).do_not_disturb, Some(false));
    assert!(state(&mut w, "Custom:DND1001", "UNKNOWN").is_empty());
}

#[test]
fn a_message_waits_also_where_who_left_it_is_gone() {
    let mut w = World::new();
    state(&mut w, "PJSIP/1003", "NOT_INUSE");
    w.ev("Newchannel", T, "");
    w.ev("Hangup", T, "Cause: 16");
    let changed = "lineside.device.messageWaiting";
    let told = w.ev("MessageWaiting", T, "Mailbox: 1003@default|Waiting: 1|New: 1|Old: 0");
    assert_eq!(told, [changed]);
    assert_eq!(last(&w).message_waiting, Some(true));
    // Without a channel where the switch found it out by itself.
    let heard = w.raw("Event: MessageWaiting|Mailbox: 1003@default|Waiting: 0|New: 0|Old: 0".to_owned());
    assert_eq!(heard, [changed]);
    assert!(
        w.raw("Event: MessageWaiting|Mailbox: everybody@default|Waiting: 1".to_owned())
            .is_empty()
    );
}

#[test]
fn when_the_link_comes_back_the_lists_tell_what_changed_and_what_is_there() {
    let mut w = World::new();
    state(&mut w, "PJSIP/1001", "NOT_INUSE");
    w.down();
    w.n.asked();
    let devices = listed(&[
        ("PJSIP/1001", "UNAVAILABLE"),
        ("PJSIP/1003", "NOT_INUSE"),
        ("PJSIP/trunk", "NOT_INUSE"),
        ("Custom:DND1003", "BUSY"),
    ]);
    w.n.adopt_devices(&devices);
    let mailbox =
        msg("Event: VoicemailUserEntry|VMContext: default|VoiceMailbox: 1003|NewMessageCount: 2|OldMessageCount: 0");
    w.n.adopt_mailboxes(&[mailbox]);
    let told = w.resync(&[], &[], &[]);
    assert_eq!(told, ["lineside.link.up", OUT, BACK, "lineside.link.resynced"]);
    let met = last(&w);
    assert_eq!(met.id.key(), "1003");
    assert_eq!((met.do_not_disturb, met.message_waiting), (Some(true), Some(true)));
}

#[test]
fn what_happens_while_the_lists_are_read_is_in_the_snapshot() {
    let mut w = World::new();
    w.n.asked();
    w.n.adopt_devices(&listed(&[("PJSIP/1001", "NOT_INUSE")]));
    let heard = msg("Event: DeviceStateChange|Device: PJSIP/1001|State: UNAVAILABLE");
    // The adapter folds it silently.
    drop(w.n.event(&heard, World::at(w.secs).tick));
    assert_eq!(
        w.resync(&[], &[], &[]),
        ["lineside.link.up", OUT, "lineside.link.resynced"]
    );
}

#[test]
fn a_profile_that_says_nothing_of_telephones_is_told_nothing_of_them() {
    let mut w = World::new();
    w.n.speaks_of_no_stations();
    assert!(state(&mut w, "PJSIP/1001", "UNAVAILABLE").is_empty());
    assert!(w.n.device_lists().is_empty());
}

/// A FreePBX on paper.
fn freepbx() -> World {
    let mut w = World::new();
    let profile = load(
        "asterisk/freepbx",
        crate::profile::embedded("asterisk/freepbx").unwrap(),
        None,
    )
    .unwrap()
    .asterisk()
    .unwrap();
    w.n = crate::normalize::asterisk::Normalizer::new(
        SwitchName::try_from("hq").unwrap(),
        profile,
        site().rules().unwrap(),
        &[],
        false,
    );
    w
}

fn forwardings(device: &Device) -> Vec<(ForwardingType, bool, Option<&str>)> {
    let all = device.forwarding.iter();
    all.map(|f| (f.kind, f.active, f.to.as_ref().map(|to| &***to)))
        .collect()
}

#[test]
fn the_database_of_freepbx_says_who_forwards_and_who_is_not_to_be_disturbed() {
    let mut w = freepbx();
    w.down();
    w.n.asked();
    assert_eq!(w.n.device_lists().len(), 6, "states, boxes, and four families");
    w.n.adopt_devices(&listed(&[("PJSIP/1001", "NOT_INUSE"), ("PJSIP/1002", "NOT_INUSE")]));
    let entry = |key: &str, value: &str| {
        msg(&format!(
            "Event: DBGetTreeResponse|Key: {key}|Val: {value}|ActionID: 13"
        ))
    };
    w.n.adopt_database(Kept::DoNotDisturb, &[entry("/DND/1002", "YES")]);
    let immediate = Kept::Forwarding(ForwardingType::Immediate);
    w.n.adopt_database(immediate, &[entry("/CF/1001", "0301234567"), entry("/CF/9", "1")]);
    w.n.adopt_database(Kept::Forwarding(ForwardingType::Busy), &[]);
    w.resync(&[], &[], &[]);
    let told: Vec<Device> = w
        .all
        .iter()
        .filter_map(|event| match &event.data {
            Data::Device(data) => Some(data.device.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(told.len(), 2);
    assert_eq!(
        (told[0].do_not_disturb, told[1].do_not_disturb),
        (Some(false), Some(true))
    );
    assert_eq!(
        forwardings(&told[0]),
        [
            (ForwardingType::Immediate, true, Some("0301234567")),
            (ForwardingType::Busy, false, None)
        ]
    );
}

#[test]
fn a_state_that_says_a_forwarding_changed_has_it_read() {
    let mut w = freepbx();
    state(&mut w, "PJSIP/1001", "NOT_INUSE");
    assert!(state(&mut w, "Custom:CF1001", "BUSY").is_empty(), "not known yet");
    let changed = w.n.changed_forwardings();
    assert_eq!(changed.iter().map(|device| &**device).collect::<Vec<_>>(), ["1001"]);
    assert!(w.n.changed_forwardings().is_empty(), "read once");
    let asked = w.n.entries_of("1001");
    let kept: Vec<Kept> = asked.iter().map(|(kept, _)| *kept).collect();
    assert_eq!(kept.len(), 3);
    let mut read = |kept: Kept, value: Option<&str>| {
        w.n.adopt_entry("1001", kept, value.map(Text::from));
        let facts = w.n.told();
        let told = w.facts(Facts { time: None, facts });
        told.join(" ")
    };
    assert_eq!(read(kept[0], Some("1002")), "lineside.device.forwarding");
    assert_eq!(read(kept[0], Some("1002")), "");
    assert_eq!(read(kept[0], None), "lineside.device.forwarding");
    assert_eq!(forwardings(last(&w)), [(ForwardingType::Immediate, false, None)]);
}
