//! Every story can be played to its end, whatever the switch is like.
use super::support::{Room, dialects};
use crate::sim::csta::{Pace, Quirks, Site, Switch};
use lineside_csta::Request;
use lineside_csta::types::{CstaObject, DeviceId, EventCause, MonitorStart};
use lineside_wire::Tick;
use std::collections::BTreeSet;
use std::time::Duration;

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

/// A house of companies, to one telephone of which somebody listens.
fn house() -> Switch {
    let (house, casts) = Site::house(3);
    let mut switch = Switch::new(house, Quirks::default(), 1);
    switch.pace = Pace::LIVELY;
    switch.open(Tick::ZERO, casts);
    let start = Request::MonitorStart(Box::new(MonitorStart {
        monitor_object: CstaObject::Device(DeviceId::dialled("1001")),
        ..MonitorStart::default()
    }));
    switch.handle_request(Tick::ZERO, 1, &start);
    switch
}

#[test]
fn companies_play_all_stories_side_by_side_and_none_gets_into_anothers_way() {
    let mut switch = house();
    let mut last = 0;
    // Each plays every story three times.
    let end = Tick::ZERO + Duration::from_secs(3 * 3600);
    while let Some(due) = switch.poll_timeout().filter(|due| *due < end) {
        switch.handle_timeout(due);
        while switch.poll().is_some() {}
        assert_eq!(switch.failed(), &[] as &[String], "{due:?}");
        last = last.max(switch.world.calls.keys().copied().max().unwrap_or(0));
    }
    assert!(last > 3 * 3 * 113, "{last} calls");
}

#[test]
fn what_an_application_leaves_of_a_story_is_over_when_the_next_one_begins() {
    let mut switch = house();
    let mut ended = BTreeSet::new();
    let mut tick = Tick::ZERO;
    for minute in 1..60_u64 {
        let end = Tick::ZERO + Duration::from_secs(60 * minute);
        while let Some(due) = switch.poll_timeout().filter(|due| *due < end) {
            switch.handle_timeout(due);
            while switch.poll().is_some() {}
            tick = due;
        }
        // Whatever goes on is cut off.
        let calls: Vec<u32> = switch.world.calls.keys().copied().collect();
        for call in calls {
            ended.insert(call);
            switch
                .act(tick, |world| {
                    world.clear_call(call, EventCause::NormalClearing);
                    Ok(())
                })
                .expect("it is cut off");
        }
    }
    assert!(!switch.failed().is_empty(), "stories go on without their calls");
    let first = switch.world.calls.keys().next();
    assert!(
        ended.len() > 60 && first.is_none_or(|first| ended.iter().all(|old| old < first)),
        "{ended:?}, {first:?}"
    );
}
