//! A telephone with several calls: any that is held and any that talks may be joined, changed for each other or left, as ECMA-269 has it, also
//! where one was not made to consult about the other.

use super::rig::*;
use crate::model::*;
use crate::sim::csta::Quirks;
use std::time::Duration;

/// A holds B, and talks to T, who called a queue.
const TWO: &str = "B calls A; A answers; T calls Q; Q rings A; A answers";

fn held(rig: &Rig) -> Vec<ConnectionId> {
    let all = rig
        .connections()
        .into_iter()
        .filter(|(_, c)| c.state == ConnectionState::Hold);
    all.map(|(_, c)| c.id).collect()
}

fn ask(rig: &mut Rig, service: Service) -> Verdict {
    let (call, connection) = rig.at('A');
    let id = rig.ask(rig.order(service, &call, &connection));
    let verdict = rig.outcome(id);
    rig.wait(Duration::from_secs(2));
    verdict
}

#[test]
fn a_held_call_and_one_that_talks_need_not_be_about_each_other() {
    let services = [
        (Service::AlternateCall, 2),
        (Service::ReconnectCall, 1),
        (Service::TransferCall, 1),
        (Service::ConferenceCall, 1),
    ];
    for profile in [XML, BER] {
        for (service, calls) in services {
            // The link may come up when they are there already.
            for cut in [false, true] {
                let what = format!("{} by {profile}, cut: {cut}", service.as_str());
                let mut rig = Rig::new(profile, Quirks::default(), Offers::All);
                rig.play(TWO);
                let consults = rig
                    .connections()
                    .iter()
                    .any(|(call, _)| call.linkage.consultation_of.is_some());
                assert!(!consults, "{what}");
                if cut {
                    rig.cut();
                    rig.until_up();
                }
                let (_, connection) = rig.at('A');
                assert!(
                    connection.services_permitted.contains(service),
                    "{what}: {connection:?}"
                );
                assert_eq!(ask(&mut rig, service), Verdict::Done, "{what}");
                assert_eq!(rig.switch.world.calls.len(), calls, "{what}");
                rig.compare(&what);
            }
        }
    }
}

#[test]
fn of_several_that_are_held_one_is_to_be_named() {
    let mut rig = Rig::new(XML, Quirks::default(), Offers::All);
    rig.play(TWO);
    rig.play("A holds; A calls C; C answers");
    let all = held(&rig);
    assert_eq!(all.len(), 2);
    let (call, connection) = rig.at('A');
    let order = |deed: Deed| Order::Connection {
        call: call.id,
        connection: connection.id,
        deed,
    };
    let id = rig.ask(order(Deed::Alternate { held: None }));
    let verdict = rig.outcome(id);
    assert!(
        matches!(verdict, Verdict::Denied(Denial::Field("heldConnection", _))),
        "{verdict:?}"
    );
    assert_eq!(rig.asked, []);
    let id = rig.ask(order(Deed::Transfer { held: all[0] }));
    assert_eq!(rig.outcome(id), Verdict::Done);
    rig.wait(Duration::from_secs(2));
    assert_eq!(held(&rig), all[1..]);
    rig.compare("the other one is still held");
    // Nobody talks to the telephone any more: what is held can be taken back.
    let id = rig.ask({
        let (call, connection) = rig.connections().into_iter().find(|(_, c)| c.id == all[1]).unwrap();
        rig.order(Service::RetrieveCall, &call, &connection)
    });
    assert_eq!(rig.outcome(id), Verdict::Done);
}

#[test]
fn what_is_held_can_be_left_and_not_taken_back_while_the_telephone_talks_elsewhere() {
    let mut rig = Rig::new(BER, Quirks::default(), Offers::All);
    rig.play(TWO);
    let (call, connection) = rig
        .connections()
        .into_iter()
        .find(|(_, c)| c.state == ConnectionState::Hold)
        .unwrap();
    assert_eq!(
        connection
            .services_permitted
            .iter()
            .map(Service::as_str)
            .collect::<Vec<_>>(),
        ["clearConnection"]
    );
    let id = rig.ask(rig.order(Service::RetrieveCall, &call, &connection));
    assert!(matches!(rig.outcome(id), Verdict::Denied(Denial::State(_))));
    let id = rig.ask(rig.order(Service::ClearConnection, &call, &connection));
    assert_eq!(rig.outcome(id), Verdict::Done);
    rig.compare("the other call goes on");
}
