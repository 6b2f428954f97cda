//! The link breaks in the middle of any story, people go on meanwhile, and the monitors are placed again one after the other while they do.

use super::rig::*;
use crate::link::tests::rig::Faults;
use crate::model::*;
use crate::sim::csta::{Quirks, Switch};
use std::collections::BTreeMap;
use std::time::Duration;

/// Of so many cuts one is taken: all of them take long.
const EVERY: usize = 23;

/// What ends there.
#[derive(Clone, Copy, Debug)]
enum Ends {
    Link,
    Bridge,
}

#[test]
fn a_story_whose_link_breaks_anywhere_leaves_no_ghost_and_ends_every_call_once() {
    everywhere(Ends::Link);
}

#[test]
fn a_story_in_which_the_bridge_is_started_anew_anywhere_does_neither() {
    everywhere(Ends::Bridge);
}

impl Ends {
    fn now(self, rig: &mut Rig) {
        match self {
            Ends::Link => rig.cut(),
            Ends::Bridge => rig.restart(),
        }
    }
}

fn everywhere(ends: Ends) {
    let mut faults = Faults::default();
    let mut number = 0;
    // Where devices have names these are asked for anew, too.
    let named = manners().into_iter().filter(|(manner, _)| *manner == "late");
    let all = manners().into_iter().zip([XML, BER].into_iter().cycle());
    let all = all.chain(named.map(|manner| (manner, "avaya/dmcc")));
    for ((manner, quirks), dialect) in all {
        for (flow, story) in Switch::flows() {
            let steps: Vec<&str> = story.split(';').map(str::trim).collect();
            for cut in 0..=steps.len() {
                number += 1;
                if number % EVERY == 0 {
                    faults.unless_ok(|| breaks(ends, dialect, (manner, quirks.clone()), flow, &steps, cut));
                }
            }
        }
    }
    faults.none();
}

fn breaks(ends: Ends, dialect: &str, (manner, quirks): (&str, Quirks), flow: &str, steps: &[&str], cut: usize) {
    let what = format!("{flow} by {dialect}, {manner}, {ends:?} cut at {cut}");
    let mut rig = Rig::paced(dialect, quirks, Offers::Profile, ALL, 2);
    rig.wait(Duration::from_secs(10));
    for (at, step) in steps.iter().enumerate() {
        if at == cut {
            rig.dead = true;
            ends.now(&mut rig);
        }
        // What cannot be done any more is not: people wait for nobody.
        let _ = rig.does(step);
        rig.dead = false;
    }
    if cut == steps.len() {
        ends.now(&mut rig);
    }
    rig.wait(Duration::from_secs(60));
    rig.compare(&what);
    let mut ended: BTreeMap<CallId, usize> = BTreeMap::new();
    for event in &rig.events {
        let Data::Call(data) = &event.data else { continue };
        let ends = ended.entry(data.call.id).or_default();
        assert_eq!(*ends, 0, "{what}: {:?} behind the end of its call", event.kind);
        *ends += usize::from(event.kind == EventType::Cleared);
    }
    if rig.switch.world.calls.is_empty() {
        assert!(
            ended.values().all(|ends| *ends == 1),
            "{what}: {:#?}",
            rig.connections()
        );
    }
}
