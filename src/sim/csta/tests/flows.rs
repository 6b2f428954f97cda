//! Every story can be played to its end, whatever the switch is like.
use super::support::{Room, dialects};
use crate::sim::csta::Switch;

#[test]
fn every_story_is_played_to_its_end_by_every_switch_and_leaves_no_call_behind() {
    for (name, quirks) in dialects() {
        for (flow, _) in Switch::flows() {
            let mut room = Room::new(quirks.clone(), "A B C D S Q");
            room.play(flow);
            assert_eq!(room.switch.failed(), &[] as &[String], "{name}: {flow}");
            assert!(
                room.switch.world.calls.is_empty(),
                "{name}: {flow}: {:?}",
                room.switch.world.calls
            );
        }
    }
}
