//! When to connect again, and when to let go.
use super::liar::Lie;
use super::orders::order;
use super::rig::{Break, Rig, config, now, recordings};
use crate::link::{Machine, Wish};
use crate::model::{Data, Denial, Event, EventType, LinkRole, Restored, Service, Verdict};
use bytes::BytesMut;
use lineside_ami::Outgoing;
use lineside_wire::Tick;
use std::time::Duration;

fn rig(flow: &str) -> Rig {
    let all = recordings();
    let wanted = format!("/{flow}/asterisk-22");
    let (_, recording) = all.into_iter().find(|(path, _)| path.contains(&wanted)).unwrap();
    // People take their time: the link has come back before they hang up.
    Rig::new(&recording.in_human_time(), false)
}

fn until(rig: &mut Rig, seconds: u64) {
    let end = rig.now + Duration::from_secs(seconds);
    while rig.now < end && rig.step() {}
}

fn waits(rig: &Rig) -> Vec<Duration> {
    rig.attempts.windows(2).map(|pair| pair[1].since(pair[0])).collect()
}

/// Why the link went down, each time.
fn reasons(rig: &Rig) -> Vec<String> {
    let reason = |event: &Event| match &event.data {
        Data::Link(data) => data.reason.as_ref().map(ToString::to_string),
        _ => None,
    };
    let downs = rig.events.iter().filter(|event| event.kind == EventType::LinkDown);
    downs.filter_map(reason).collect()
}

#[test]
fn a_link_that_comes_up_and_breaks_again_and_again_is_tried_ever_more_slowly() {
    let mut rig = rig("internal");
    rig.finish();
    rig.attempts.clear();
    for failures in 0..8 {
        rig.cut();
        let (cut, before) = (rig.now, rig.attempts.len());
        while rig.attempts.len() == before && rig.step() {}
        let (wait, least) = (rig.now.since(cut), Duration::from_secs(30.min(1 << failures)));
        // Only the first of them broke a link that had lasted.
        let expected = least..=least * 5 / 4;
        assert!(
            expected.contains(&wait),
            "after {failures} failures {wait:?}, not {expected:?}"
        );
        assert_eq!(
            rig.events.last().unwrap().kind,
            EventType::LinkResynced,
            "it comes up each time"
        );
    }
}

#[test]
fn a_link_that_lasted_is_made_again_at_once() {
    let mut rig = rig("internal");
    rig.breaks(&Break::Refuse(60));
    until(&mut rig, 200);
    rig.attempts.clear();
    let broke = rig.now;
    rig.cut();
    until(&mut rig, 5);
    assert!(
        rig.attempts[0].since(broke) < Duration::from_millis(1300),
        "{:?}",
        rig.attempts
    );
}

#[test]
fn two_bridges_do_not_come_back_at_the_same_moment() {
    let first = |start: u8| {
        let mut machine = Machine::new(config(start, Restored::default()), now(Tick::ZERO));
        machine.handle_connect_failed(now(Tick::ZERO), LinkRole::Events, "refused");
        machine.poll_timeout().unwrap()
    };
    assert_ne!(first(0), first(1));
}

#[test]
fn a_user_who_may_be_logged_in_only_once_and_is_already_is_tried_after_a_minute() {
    let mut machine = Machine::new(config(0, Restored::default()), now(Tick::ZERO));
    machine.handle_connected(now(Tick::ZERO), LinkRole::Events);
    let mut input = BytesMut::from("Asterisk Call Manager/11.0.0\r\n");
    for answer in [
        "Response: Success\r\nChallenge: 123\r\n\r\n",
        "Response: Error\r\nMessage: Login Already In Use\r\n\r\n",
    ] {
        input.extend_from_slice(answer.as_bytes());
        machine.handle_bytes(now(Tick::ZERO), LinkRole::Events, &mut input);
    }
    let wishes: Vec<Wish> = std::iter::from_fn(|| machine.poll_wish()).collect();
    assert!(wishes.contains(&Wish::Disconnect(LinkRole::Events)), "{wishes:?}");
    assert!(machine.poll_timeout().unwrap() >= Tick::ZERO + Duration::from_secs(60));
}

#[test]
fn a_switch_that_says_it_restarts_is_believed() {
    let mut rig = rig("internal");
    let going = Outgoing::event("Shutdown").header("Privilege", "system,all");
    rig.tell(&going.header("Shutdown", "Cleanly").header("Restart", "True"));
    assert_eq!(reasons(&rig), ["the switch restarts"]);
}

#[test]
fn a_peer_that_vanishes_is_found_by_its_silence() {
    let mut rig = rig("internal");
    rig.finish();
    rig.breaks(&Break::Vanish);
    let vanished = rig.now;
    while reasons(&rig).is_empty() && rig.step() {}
    let took = rig.now.since(vanished);
    assert!(took <= Duration::from_secs(36), "{took:?}");
    until(&mut rig, 5);
    assert_eq!(rig.events.last().unwrap().kind, EventType::LinkResynced);
}

#[test]
fn a_peer_that_says_nothing_at_the_login_is_let_go() {
    let mut rig = rig("internal");
    rig.finish();
    rig.breaks(&Break::Mute(3600));
    until(&mut rig, 180);
    let waits = waits(&rig);
    assert!(waits.len() >= 3, "{waits:?}");
    assert!(waits.iter().all(|wait| *wait >= Duration::from_secs(15)), "{waits:?}");
    assert!(reasons(&rig)[1].contains("no banner in time"), "{:?}", reasons(&rig));
}

#[test]
fn a_snapshot_that_does_not_come_ends_the_connection() {
    let mut rig = rig("internal");
    rig.finish();
    rig.breaks(&Break::Stall(20));
    rig.cut();
    until(&mut rig, 90);
    let reasons = reasons(&rig);
    assert!(
        reasons.iter().any(|reason| reason.contains("CoreShowChannels")),
        "{reasons:?}"
    );
    assert_eq!(rig.events.last().unwrap().kind, EventType::LinkResynced);
}

#[test]
fn a_link_on_which_channels_are_not_heard_of_says_so_and_leaves_no_ghost() {
    let mut rig = rig("internal");
    rig.until(40);
    assert!(rig.machine.engine().calls().count() > 0);
    // The right to read `call` is taken away: that counts from the next login on.
    rig.reads = &["system", "user", "dialplan"];
    rig.cut();
    until(&mut rig, 125);
    let reason = reasons(&rig).pop().unwrap();
    assert!(reason.contains("give the user `call` in `read`"), "{reason}");
    assert_eq!(rig.machine.engine().calls().count(), 0);
}

#[test]
fn a_link_on_which_nothing_happens_is_not_held_to_be_deaf() {
    let mut rig = rig("internal");
    rig.finish();
    until(&mut rig, 600);
    assert_eq!(reasons(&rig), Vec::<String>::new());
}

const LOGGED_IN: &str = "Response: Success\r\nMessage: Authentication accepted\r\n\r\n";

/// A connection is made, and the login on it answered with `last`.
fn logs_in(machine: &mut Machine, at: Tick, role: LinkRole, last: &str) {
    machine.handle_connected(now(at), role);
    let mut input = BytesMut::from("Asterisk Call Manager/11.0.0\r\n");
    for answer in ["Response: Success\r\nChallenge: 123\r\n\r\n", last] {
        input.extend_from_slice(answer.as_bytes());
        machine.handle_bytes(now(at), role, &mut input);
    }
}

fn wishes(machine: &mut Machine) -> Vec<Wish> {
    std::iter::from_fn(|| machine.poll_wish()).collect()
}

#[test]
fn who_was_refused_waits_as_long_though_the_other_connection_breaks_meanwhile() {
    let mut machine = Machine::new(config(0, Restored::default()), now(Tick::ZERO));
    logs_in(&mut machine, Tick::ZERO, LinkRole::Events, LOGGED_IN);
    assert!(wishes(&mut machine).contains(&Wish::Connect(LinkRole::Actions)));
    let no = "Response: Error\r\nMessage: Login Already In Use\r\n\r\n";
    logs_in(&mut machine, Tick::ZERO, LinkRole::Actions, no);
    let mut at = Tick::ZERO + Duration::from_secs(1);
    machine.handle_eof(now(at), LinkRole::Events, None);
    let mut again = false;
    while at < Tick::ZERO + Duration::from_secs(59) {
        let wishes = wishes(&mut machine);
        assert!(!wishes.contains(&Wish::Connect(LinkRole::Actions)), "at {at:?}");
        if wishes.contains(&Wish::Connect(LinkRole::Events)) {
            again = true;
            logs_in(&mut machine, at, LinkRole::Events, LOGGED_IN);
        }
        at = at.max(machine.poll_timeout().unwrap());
        machine.handle_timeout(now(at));
    }
    assert!(again);
}

#[test]
fn a_connection_that_is_made_when_nobody_wants_it_any_more_is_closed_and_not_spoken_on() {
    let mut machine = Machine::new(config(0, Restored::default()), now(Tick::ZERO));
    logs_in(&mut machine, Tick::ZERO, LinkRole::Events, LOGGED_IN);
    assert!(wishes(&mut machine).contains(&Wish::Connect(LinkRole::Actions)));
    machine.handle_eof(now(Tick::ZERO), LinkRole::Events, None);
    let dropped = wishes(&mut machine);
    assert!(dropped.contains(&Wish::Disconnect(LinkRole::Actions)), "{dropped:?}");
    machine.handle_connected(now(Tick::ZERO), LinkRole::Actions);
    assert_eq!(wishes(&mut machine), [Wish::Disconnect(LinkRole::Actions)]);
    machine.handle_connect_failed(now(Tick::ZERO), LinkRole::Actions, "too late");
    let due = machine.poll_timeout().unwrap();
    machine.handle_timeout(now(due));
    assert_eq!(wishes(&mut machine), [Wish::Connect(LinkRole::Events)]);
}

#[test]
fn a_switch_is_not_said_to_be_up_by_a_bridge_that_was_only_just_started() {
    let mut rig = rig("internal");
    rig.until(10);
    let before = rig.events.len();
    rig.deaf = true;
    rig.breaks(&Break::BridgeRestarts);
    assert_eq!(rig.events[before].kind, EventType::LinkDown);
    assert_eq!(reasons(&rig)[0], "the bridge was started anew");
}

/// Until it is fully booted, not all modules of a switch answer.
#[test]
fn while_a_switch_is_read_anew_nothing_is_asked_of_it_and_what_was_is_not_held_to_be_ignored() {
    let all = recordings();
    let found = all.iter().find(|(path, _)| path.contains("/internal/asterisk-22"));
    let mut rig = Rig::new(&found.unwrap().1.clone().in_human_time(), true);
    rig.unlisted = &["ParkedCalls"];
    rig.deaf = false;
    let permitted = |rig: &Rig| {
        let mut all = rig.connections().into_iter();
        all.find(|(_, c)| c.services_permitted.contains(Service::ClearConnection))
    };
    while permitted(&rig).is_none() && rig.step() {}
    rig.asterisk.improvise_all(rig.now);
    let (call, connection) = permitted(&rig).unwrap();
    rig.liar.lie = Some(Lie::Silent);
    let first = rig.ask(order(Service::ClearConnection, call.id, connection.id).unwrap());
    (rig.unlisted, rig.slow) = (&[], true);
    rig.tell(&Outgoing::event("FullyBooted").header("Privilege", "system,all"));
    let second = rig.ask(order(Service::Mute, call.id, connection.id).unwrap());
    let denied = rig.outcome(second).verdict;
    assert!(matches!(denied, Verdict::Denied(Denial::Unreachable(_))), "{denied:?}");
    let before = rig.events.len();
    rig.slow = false;
    assert_eq!(rig.outcome(first).verdict, Verdict::Unknown);
    let mut told = rig.events.iter().skip(before);
    assert!(told.any(|event| event.kind == EventType::LinkResynced));
}
