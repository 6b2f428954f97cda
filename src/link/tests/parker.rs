//! Who parks a call leaves it to the slot, whichever of the two the switch tells first.

use super::rig::{Rig, laws, recordings};
use crate::model::{Cause, Data, DeviceId, EventType};
use crate::sim::Recording;
use lineside_ami::Message;

/// What was told of calls: what happened to which device, and why.
fn told(recording: &Recording, what: &str) -> Vec<(EventType, Option<DeviceId>, Option<Cause>)> {
    let mut rig = Rig::new(recording, false);
    rig.finish();
    laws(&rig.events, what);
    let told = rig.events.iter().filter_map(|event| {
        let Data::Call(data) = &event.data else { return None };
        let device = data
            .connection
            .as_ref()
            .and_then(|connection| connection.device.clone());
        Some((event.kind, device, data.cause))
    });
    told.collect()
}

/// The recording with `ParkedCall` behind the `Hangup` of who parked, as an Asterisk 22 told it. `None` where the two are told far apart,
/// or somebody else was told of in between.
fn slot_told_late(recording: &Recording) -> Option<Recording> {
    let value = |message: &Message, key: &str| message.get(key).map(|value| value.text().text.into_owned());
    let slot = recording.events.iter().position(|(_, m)| m.is_event("ParkedCall"))?;
    let parker = value(&recording.events[slot].1, "ParkerDialString")?;
    let ends = |message: &Message| {
        let channel = value(message, "Channel").unwrap_or_default();
        message.is_event("Hangup") && channel.rsplit_once('-').is_some_and(|(endpoint, _)| endpoint == parker)
    };
    let ended = slot + recording.events[slot..].iter().position(|(_, m)| ends(m))?;
    let told = recording.events[ended].0.checked_sub(recording.events[slot].0)?;
    if told.as_millis() > 100 {
        return None;
    }
    let mut late = recording.clone();
    let (_, message) = late.events.remove(slot);
    let at = late.events[ended - 1].0;
    late.events.insert(ended, (at, message));
    Some(late)
}

#[test]
fn who_parked_left_to_the_slot_though_the_switch_tells_its_hang_up_first() {
    let mut parked = 0;
    for (name, recording) in recordings() {
        let Some(late) = slot_told_late(&recording) else {
            continue;
        };
        let (expected, told) = (told(&recording, &name), told(&late, &name));
        assert_eq!(told, expected, "{name}");
        parked += 1;
    }
    assert!(parked >= 8, "only {parked} recordings park so");
}
