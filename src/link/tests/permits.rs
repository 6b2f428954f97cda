//! `servicesPermitted` is true: what stands in it is done when it is asked for, and nothing else is even sent.
use super::rig::{Faults, Rig, chance_of, laws, recordings};
use crate::model::{Service, Verdict};
use crate::sim::Recording;
use rand_chacha::rand_core::Rng as _;
use std::time::Duration;

/// Asks, at one step of a recording, for everything that is not permitted; then for one thing that is, which `chosen` picks from so many.
/// Says from how many.
fn ask_at(recording: &Recording, name: &str, step: usize, chosen: impl FnOnce(usize) -> usize) -> usize {
    // The link is up before anything happens: of what began before it the bridge cannot know everything.
    let mut recording = recording.clone();
    recording
        .events
        .iter_mut()
        .for_each(|(at, _)| *at += Duration::from_secs(1));
    let mut rig = Rig::new(&recording, false);
    rig.until(step);
    let mut permitted = Vec::new();
    for (call, connection) in rig.connections() {
        for service in Service::ALL.iter().copied() {
            let Some(order) = rig.order(service, call.id, connection.id) else {
                continue;
            };
            // These are services of no connection.
            if matches!(
                service,
                Service::MakeCall
                    | Service::ClearCall
                    | Service::GroupPickupCall
                    | Service::SetAgentState
                    | Service::SetDoNotDisturb
                    | Service::SetForwarding
            ) {
                continue;
            }
            let what = format!(
                "{name} at {step}: {} of {:?}, {:?}",
                service.as_str(),
                connection.device,
                connection.state
            );
            if connection.services_permitted.contains(service) {
                permitted.push((order, service, what));
                continue;
            }
            let before = rig.written;
            let id = rig.ask(order);
            let denied = rig.settled.last().filter(|settled| settled.id == id);
            let denied = denied.map(|settled| settled.verdict.clone());
            assert!(matches!(denied, Some(Verdict::Denied(_))), "{what}: {denied:?}");
            assert_eq!(rig.written, before, "{what}: it was sent");
        }
    }
    let count = permitted.len();
    // In the midst of something no switch can say what it would do.
    let ids = rig
        .connections()
        .into_iter()
        .flat_map(|(_, connection)| connection.native_ids);
    // Whom the bridge itself hangs up, since he is left alone in a room of ours, is on his way out before that is told.
    let ends = ids.into_iter().any(|id| !rig.asterisk.state().has(&id));
    if count == 0 || ends || rig.asterisk.state().is_between() {
        return 0;
    }
    let (order, service, what) = permitted.swap_remove(chosen(count) % count);
    let id = rig.ask(order);
    let verdict = rig.outcome(id).verdict;
    let done = verdict == Verdict::Done || service == Service::GenerateDigits && verdict == Verdict::Unconfirmed;
    assert!(done, "{what}: {verdict:?}");
    rig.finish();
    assert_eq!(
        rig.settled.iter().filter(|settled| settled.id == id).count(),
        1,
        "{what}"
    );
    laws(&rig.events, &what);
    assert_eq!(rig.machine.engine().calls().count(), 0, "{what}");
    count
}

#[test]
fn what_is_permitted_is_done_and_what_is_not_is_never_sent() {
    // So many steps of each recording; another seed draws others.
    const STEPS: usize = 4;
    let seed = std::env::var("LINESIDE_SEED").map_or(1, |seed| seed.parse().unwrap());
    let (mut asked, mut faults) = (0, Faults::default());
    for (name, recording) in recordings() {
        let mut chance = chance_of(&name, seed);
        for _ in 0..STEPS {
            let mut draw = |among: usize| usize::try_from(chance.next_u32()).unwrap() % among;
            let step = 1 + draw(recording.events.len());
            let what = format!("seed {seed}: {name}");
            let permitted = faults.unless_ok(|| ask_at(&recording, &what, step, draw));
            asked += usize::from(permitted.unwrap_or(0) > 0);
        }
    }
    faults.none();
    assert!(asked > 100, "only {asked} times was anything permitted");
}
