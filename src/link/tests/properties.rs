use super::rig::{Rig, laws, recordings};
use crate::model::{Data, EventType};
use lineside_ami::Outgoing;
use lineside_wire::Tick;
use std::collections::BTreeSet;
use std::time::Duration;

/// How many events a recording has.
fn length(recording: &crate::sim::Recording) -> usize {
    recording.events.len()
}

#[test]
fn every_recording_begins_and_ends_its_calls() {
    for (name, recording) in recordings() {
        let mut rig = Rig::new(&recording, false);
        rig.finish();
        assert!(laws(&rig.events, &name) > 0, "{name}");
        assert_eq!(rig.machine.engine().calls().count(), 0, "{name}");
    }
}

#[test]
fn any_prefix_said_twice_changes_nothing() {
    let mut said = Vec::new();
    for (name, recording) in recordings() {
        let all = length(&recording);
        for cut in (1..=all).step_by((all / 12).max(1)) {
            let mut rig = Rig::new(&recording, false);
            // What the switch did before the bridge logged in was not said to it even once.
            let unsaid = rig.heard.len();
            rig.until(cut);
            // Where the bridge itself had a leg hung up, less is said than was recorded, and time goes on until all is over: of what ended half a
            // minute ago nobody knows any more.
            if rig.now > Tick::ZERO + Duration::from_secs(30) {
                continue;
            }
            let told = rig.events.len();
            let again: Vec<Outgoing> = rig.heard[unsaid..].to_vec();
            again.iter().for_each(|event| rig.tell(event));
            let more: Vec<_> = rig.events[told..].iter().map(|event| event.kind.as_str()).collect();
            if !more.is_empty() {
                said.push(format!("{name} to {cut} said twice: {more:?}"));
            }
        }
    }
    assert!(said.is_empty(), "{}", said.join("\n"));
}

#[test]
fn a_bridge_that_comes_late_at_any_cut_ends_with_nothing_left() {
    for (name, recording) in recordings() {
        let all = length(&recording);
        for cut in (1..all).step_by((all / 10).max(1)) {
            let mut rig = Rig::new(&recording, true);
            rig.until(cut);
            rig.deaf = false;
            rig.finish();
            laws(&rig.events, &format!("{name} from {cut}"));
            assert_eq!(rig.machine.engine().calls().count(), 0, "{name} from {cut}");
        }
    }
}

#[test]
fn a_link_that_breaks_at_any_cut_loses_no_end_and_leaves_no_ghost() {
    for (name, recording) in recordings() {
        let all = length(&recording);
        let whole = {
            let mut rig = Rig::new(&recording, false);
            rig.finish();
            laws(&rig.events, &name)
        };
        for cut in (1..all).step_by((all / 10).max(1)) {
            let what = format!("{name} cut at {cut}");
            let mut rig = Rig::new(&recording, false);
            rig.until(cut);
            rig.cut();
            rig.finish();
            assert!(
                laws(&rig.events, &what) <= whole,
                "{what}: a call that went on has a second id"
            );
            assert_eq!(rig.machine.engine().calls().count(), 0, "{what}");
            let link: Vec<_> = rig
                .events
                .iter()
                .filter(|event| matches!(event.data, Data::Link(_)))
                .map(|e| e.kind)
                .collect();
            let expected = [
                EventType::LinkUp,
                EventType::LinkResynced,
                EventType::LinkDown,
                EventType::LinkUp,
                EventType::LinkResynced,
            ];
            assert_eq!(link, expected, "{what}");
        }
    }
}

/// The channels that a message is about.
fn channels(message: &lineside_ami::Message) -> BTreeSet<String> {
    let ids = message
        .headers()
        .filter(|header| header.key.as_bytes().to_ascii_lowercase().ends_with(b"uniqueid"));
    ids.map(|header| header.value.text().text.into_owned()).collect()
}

/// Asterisk keeps the order of the messages of one channel, and no other.
#[test]
fn a_message_may_come_as_late_as_the_next_one_of_its_channel_allows() {
    const TELLING: [&str; 6] = [
        "DialBegin",
        "DialEnd",
        "Newstate",
        "HangupRequest",
        "Hangup",
        "BlindTransfer",
    ];
    let tells = |message: &lineside_ami::Message| TELLING.iter().any(|name| message.is_event(name));
    for (name, recording) in recordings() {
        let whole = {
            let mut rig = Rig::new(&recording, false);
            rig.finish();
            laws(&rig.events, &name)
        };
        for at in 0..recording.events.len() {
            let of = channels(&recording.events[at].1);
            let later = &recording.events[at + 1..];
            let free = later
                .iter()
                .take_while(|(_, message)| channels(message).is_disjoint(&of))
                .count();
            if free == 0 || of.is_empty() || !tells(&recording.events[at].1) {
                continue;
            }
            let mut late = recording.clone();
            let messages: Vec<_> = recording.events[at..=at + free]
                .iter()
                .map(|(_, message)| message.clone())
                .collect();
            for (place, message) in late.events[at..=at + free]
                .iter_mut()
                .zip(messages.iter().cycle().skip(1))
            {
                place.1 = message.clone();
            }
            let what = format!("{name} with {at} told {free} messages later");
            let mut rig = Rig::new(&late, false);
            rig.finish();
            assert_eq!(laws(&rig.events, &what), whole, "{what}");
            assert_eq!(rig.machine.engine().calls().count(), 0, "{what}");
        }
    }
}

/// A manager user without the class `dialplan` hears neither what the dialplan executes nor what it sets.
#[test]
fn without_the_class_dialplan_no_call_is_lost_or_left_over() {
    for (name, recording) in recordings() {
        let whole = {
            let mut rig = Rig::new(&recording, false);
            rig.finish();
            laws(&rig.events, &name)
        };
        let mut poorer = recording.clone();
        poorer
            .events
            .retain(|(_, message)| message.get("Privilege").is_none_or(|class| class != "dialplan,all"));
        assert!(poorer.events.len() < recording.events.len(), "{name}");
        let mut rig = Rig::new(&poorer, false);
        rig.finish();
        assert_eq!(laws(&rig.events, &name), whole, "{name}");
        assert_eq!(rig.machine.engine().calls().count(), 0, "{name}");
    }
}
