use super::rig::{Rig, laws, recordings};
use crate::model::{Data, EventType};
use lineside_ami::Outgoing;

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
    for (name, recording) in recordings() {
        let all = length(&recording);
        for cut in (1..=all).step_by((all / 12).max(1)) {
            let mut rig = Rig::new(&recording, false);
            rig.until(cut);
            let told = rig.events.len();
            let again: Vec<Outgoing> = rig.heard.clone();
            again.iter().for_each(|event| rig.tell(event));
            let more: Vec<_> = rig.events[told..].iter().map(|event| event.kind.as_str()).collect();
            assert!(more.is_empty(), "{name} to {cut} said twice: {more:?}");
        }
    }
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
