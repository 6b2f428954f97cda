//! Who transfers before anybody answered is called back when nobody does.

use super::rig::{Break, Rig, recordings};
use crate::model::{Data, DeviceId, EventType};
use crate::sim::Scene;

#[test]
fn a_bridge_that_starts_anew_shows_nobody_who_transferred_and_knows_who_is_called_back() {
    let mut played = 0;
    for (name, recording) in recordings() {
        if !name.contains("/code_transfer_recall/") {
            continue;
        }
        let joined = recording
            .events
            .iter()
            .position(|(_, m)| m.is_event("AttendedTransfer"))
            .unwrap();
        // The last one that rings is who is called back.
        let rings = recording
            .events
            .iter()
            .rposition(|(_, m)| m.is_event("DialState"))
            .unwrap();
        let told = |restarts: Option<usize>| {
            let mut rig = Rig::playing(Scene::new("flow", recording.clone().in_human_time()), false);
            if let Some(at) = restarts {
                rig.until(at);
                rig.breaks(&Break::BridgeRestarts);
            }
            rig.finish();
            let told = rig.events.iter().filter_map(|event| {
                let Data::Call(data) = &event.data else { return None };
                let device = data
                    .connection
                    .as_ref()
                    .and_then(|connection| connection.device.clone());
                Some((data.call.id, event.kind, device, event.reconstructed))
            });
            told.collect::<Vec<(_, EventType, Option<DeviceId>, bool)>>()
        };
        for at in [joined + 2, rings + 1] {
            assert_eq!(told(Some(at)), told(None), "{name} at {at}");
        }
        played += 1;
    }
    assert_eq!(played, 2);
}
