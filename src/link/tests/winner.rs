//! Two who act on one connection: one wins, and the other is told before anything is sent.
use super::liar::Lie;
use super::rig::{Rig, laws, recordings};
use crate::model::{Denial, Service, Verdict};
use crate::sim::Recording;

fn internal() -> Recording {
    let found = recordings()
        .into_iter()
        .find(|(name, _)| name.contains("/internal/asterisk-22"));
    found.unwrap().1
}

#[test]
fn of_two_who_act_on_one_connection_the_second_is_told_before_anything_is_sent() {
    let recording = internal();
    let mut pairs = 0;
    for step in (1..recording.events.len()).step_by(3) {
        let at = || {
            let mut rig = Rig::new(&recording, false);
            rig.until(step);
            rig
        };
        for (call, connection) in at().connections() {
            let permitted = || connection.services_permitted.iter();
            let pairs_of = permitted().flat_map(|first| permitted().map(move |second| (first, second)));
            // Who comes to supervise acts on nobody: the call goes on as it is, whatever else is done there.
            let supervises = |service: &Service| *service == Service::SingleStepConferenceCall;
            let acts = |(one, two): &(Service, Service)| one == two || !supervises(one) && !supervises(two);
            for (first, second) in pairs_of.filter(acts) {
                let what = format!("{} and {} at {step}", first.as_str(), second.as_str());
                let mut rig = at();
                // Answered later, so that both are at work at once; and the recording does not end the call meanwhile.
                rig.liar.lie = Some(Lie::Silent);
                let winner = rig.ask(rig.order(first, call.id, connection.id).unwrap());
                let before = rig.written;
                let loser = rig.ask(rig.order(second, call.id, connection.id).unwrap());
                let denied = rig.settled.first().filter(|settled| settled.id == loser);
                let denied = denied.map(|settled| settled.verdict.clone());
                assert!(
                    matches!(denied, Some(Verdict::Denied(Denial::Busy(_)))),
                    "{what}: {denied:?}"
                );
                assert_eq!(rig.written, before, "{what}: it was sent");
                let verdict = rig.outcome(winner).verdict;
                assert!(!matches!(verdict, Verdict::Denied(_)), "{what}: {verdict:?}");
                rig.finish();
                assert_eq!(rig.settled.len(), 2, "{what}");
                laws(&rig.events, &what);
                pairs += 1;
            }
        }
    }
    assert!(pairs > 20);
}

/// The telephone hangs up at any moment between the request and its answer.
#[test]
fn a_hang_up_in_between_leaves_one_verdict() {
    for (name, recording) in recordings().into_iter().filter(|(name, _)| name.contains("22.capture")) {
        let all = recording.events.len();
        for step in (1..all).step_by((all / 3).max(1)) {
            let mut rig = Rig::new(&recording, false);
            rig.until(step);
            for (call, connection) in rig.connections() {
                // One service of each, so that all have their turn.
                let permitted: Vec<Service> = connection.services_permitted.iter().collect();
                if let Some(service) = permitted.get(step % permitted.len().max(1)).copied() {
                    let what = format!("{name} at {step}: {}", service.as_str());
                    let mut rig = Rig::new(&recording, false);
                    rig.until(step);
                    // The same seed gives the same ids.
                    let id = {
                        rig.liar.lie = Some(Lie::Silent);
                        rig.ask(rig.order(service, call.id, connection.id).unwrap())
                    };
                    // The recording goes on to its end, whatever was asked.
                    let verdict = rig.outcome(id).verdict;
                    rig.finish();
                    assert_eq!(rig.settled.len(), 1, "{what}");
                    assert!(!matches!(verdict, Verdict::Denied(_)), "{what}: {verdict:?}");
                    laws(&rig.events, &what);
                    assert_eq!(rig.machine.engine().calls().count(), 0, "{what}");
                }
            }
        }
    }
}
