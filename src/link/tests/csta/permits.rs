//! `servicesPermitted` is true: what stands in it is done when it is asked for, and nothing else is even sent.

use super::rig::*;
use crate::link::tests::rig::{Faults, chance_of};
use crate::model::*;
use crate::sim::csta::{Quirks, Switch};
use lineside_csta::Request;
use lineside_wire::Private;
use rand_chacha::rand_core::Rng as _;
use std::time::Duration;

/// These are services of no connection.
const ELSEWHERE: &[Service] = &[
    Service::MakeCall,
    Service::ClearCall,
    Service::GroupPickupCall,
    Service::SetAgentState,
    Service::SetDoNotDisturb,
    Service::SetForwarding,
];

/// Asks, behind so many steps of a story, for everything that is not permitted; then for one thing that is, which `chosen` picks from so many.
/// Says from how many.
fn ask_at(mut rig: Rig, steps: &[&str], what: &str, chosen: impl FnOnce(usize) -> usize) -> usize {
    for step in steps {
        rig.does(step).unwrap_or_else(|why| panic!("{what}: {step}: {why}"));
    }
    let mut permitted = Vec::new();
    for (call, connection) in rig.connections() {
        for service in Service::ALL
            .iter()
            .copied()
            .filter(|service| !ELSEWHERE.contains(service))
        {
            let what = format!(
                "{what}: {} of {:?}, {:?}",
                service.as_str(),
                connection.device,
                connection.state
            );
            let order = rig.order(service, &call, &connection);
            if connection.services_permitted.contains(service) {
                permitted.push((order, service, what));
                continue;
            }
            let before = rig.asked.len();
            let id = rig.ask(order);
            let denied = rig.settled.last().filter(|settled| settled.id == id);
            let denied = denied.map(|settled| settled.verdict.clone());
            assert!(matches!(denied, Some(Verdict::Denied(_))), "{what}: {denied:?}");
            assert_eq!(rig.asked.len(), before, "{what}: it was sent");
        }
    }
    // There is one slot.
    let slot_is_free = rig.switch.world.connections("7001").is_empty();
    permitted.retain(|(_, service, _)| slot_is_free || *service != Service::ParkCall);
    let count = permitted.len();
    if count == 0 {
        return 0;
    }
    let (order, service, what) = permitted.swap_remove(chosen(count) % count);
    let id = rig.ask(order);
    let verdict = rig.outcome(id);
    let done = verdict == Verdict::Done || service == Service::GenerateDigits && verdict == Verdict::Unconfirmed;
    assert!(done, "{what}: {verdict:?}, asked for {:?}", rig.asked.last());
    rig.wait(Duration::from_secs(2));
    assert_eq!(
        rig.settled.iter().filter(|settled| settled.id == id).count(),
        1,
        "{what}"
    );
    rig.compare(&what);
    count
}

/// Behind every step of every story.
fn walk(profile: &str, quirks: &Quirks) {
    let asked = walk_by(profile, quirks, 1);
    assert!(asked > 300, "only {asked} times was anything permitted");
}

/// Behind each step of so many.
fn walk_by(profile: &str, quirks: &Quirks, of: usize) -> usize {
    let seed = std::env::var("LINESIDE_SEED").map_or(1, |seed| seed.parse().unwrap());
    let (mut asked, mut faults) = (0, Faults::default());
    for (name, story) in Switch::flows() {
        let steps: Vec<&str> = Switch::steps(story).collect();
        let mut chance = chance_of(name, seed);
        for count in (1..=steps.len()).filter(|count| (count + name.len()) % of == 0) {
            let what = format!("seed {seed}: {name} at {count} by {profile}");
            let draw = |among: usize| usize::try_from(chance.next_u32()).unwrap() % among;
            let rig = || Rig::new(profile, quirks.clone(), Offers::All);
            let permitted = faults.unless_ok(|| ask_at(rig(), &steps[..count], &what, draw));
            asked += usize::from(permitted.unwrap_or(0) > 0);
        }
    }
    faults.none();
    asked
}

#[test]
fn what_is_permitted_is_done_however_the_switch_tells_of_it() {
    for (_, quirks) in manners() {
        let asked = walk_by(XML, &quirks, 2);
        assert!(asked > 60, "only {asked} times was anything permitted");
    }
}

#[test]
fn what_is_permitted_is_done_and_what_is_not_is_never_sent_in_xml() {
    walk(XML, &Quirks::default());
}

#[test]
fn what_is_permitted_is_done_and_what_is_not_is_never_sent_in_ber() {
    walk(BER, &Quirks::default());
}

fn says() -> Quirks {
    Quirks {
        services_permitted: true,
        ..Quirks::default()
    }
}

#[test]
fn what_the_switch_permits_is_done_and_nothing_else_is_sent_in_xml() {
    walk(XML, &says());
}

#[test]
fn what_the_switch_permits_is_done_and_nothing_else_is_sent_in_ber() {
    walk(BER, &says());
}

fn permitted(rig: &Rig, letter: char) -> Vec<&'static str> {
    let (_, connection) = rig.at(letter);
    connection.services_permitted.iter().map(Service::as_str).collect()
}

/// Asks for what is not permitted; says why it is not.
fn why_not(rig: &mut Rig, service: Service, letter: char) -> String {
    let (call, connection) = rig.at(letter);
    let sent = rig.asked.len();
    let id = rig.ask(rig.order(service, &call, &connection));
    let verdict = rig.outcome(id);
    assert_eq!(rig.asked.len(), sent, "it was sent");
    match verdict {
        Verdict::Denied(Denial::State(why)) => String::from(&*why),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_the_switch_says_that_it_permits_narrows_what_the_state_allows() {
    for profile in [XML, BER] {
        let mut rig = Rig::new(profile, says(), Offers::All);
        rig.play("A calls B");
        assert_eq!(
            permitted(&rig, 'B'),
            ["answerCall", "deflectCall", "directedPickupCall"]
        );
        let why = why_not(&mut rig, Service::ClearConnection, 'B');
        assert!(why.contains("servicesPermitted"), "{why}");
        rig.play("B answers");
        let talks = [
            "holdCall",
            "clearConnection",
            "singleStepTransferCall",
            "consultationCall",
            "parkCall",
            "generateDigits",
        ];
        assert_eq!(permitted(&rig, 'B'), talks);
        let why = why_not(&mut rig, Service::SingleStepConferenceCall, 'B');
        assert!(why.contains("servicesPermitted"), "{why}");
        // A snapshot says it, too.
        rig.cut();
        rig.until_up();
        assert_eq!(permitted(&rig, 'B'), talks);
        // What takes two connections may be listed at either.
        rig.play("A consults C; C answers");
        for service in ["alternateCall", "reconnectCall", "transferCall", "conferenceCall"] {
            assert!(
                permitted(&rig, 'A').contains(&service),
                "{service}: {:?}",
                permitted(&rig, 'A')
            );
        }
    }
}

#[test]
fn who_is_at_a_line_or_has_no_name_is_asked_for_nothing_that_could_not_be_done() {
    let mut rig = Rig::new(XML, Quirks::default(), Offers::All);
    rig.play("T calls B; B answers");
    assert_eq!(permitted(&rig, 'T'), [] as [&str; 0]);
    let why = why_not(&mut rig, Service::ClearConnection, 'T');
    assert!(why.contains("name"), "{why}");
    rig.play("T hangs up; A calls T; T answers");
    assert_eq!(permitted(&rig, 'T'), ["clearConnection"]);
    let why = why_not(&mut rig, Service::HoldCall, 'T');
    assert!(why.contains("line"), "{why}");
}

#[test]
fn a_caller_without_a_name_whom_nobody_answered_yet_is_cleared_with_his_call() {
    for profile in [XML, BER] {
        let mut rig = Rig::new(profile, Quirks::default(), Offers::All);
        rig.play("T calls Q; Q rings B");
        assert_eq!(permitted(&rig, 'T'), ["clearConnection"], "{profile}");
        let (call, connection) = rig.at('T');
        let id = rig.ask(rig.order(Service::ClearConnection, &call, &connection));
        assert_eq!(rig.outcome(id), Verdict::Done, "{profile}");
        assert_eq!(rig.asked.last().map(Request::name), Some("ClearCall"), "{profile}");
        assert!(rig.switch.world.calls.is_empty(), "{profile}");
    }
}

#[test]
fn a_conference_is_left_for_a_consultation_and_handed_over_as_a_whole() {
    for profile in [XML, BER] {
        let mut rig = Rig::new(profile, Quirks::default(), Offers::All);
        rig.play("T calls A; A answers; A consults B; B answers; A confers");
        let to = |rig: &Rig, letter: char| Private::new(Text::from(rig.switch.world.site.cast[&letter].as_str()));
        let (call, connection) = rig.at('A');
        let deed = Deed::Consult {
            to: to(&rig, 'C'),
            user_data: std::collections::BTreeMap::new(),
        };
        let held = connection.id;
        let id = rig.ask(Order::Connection {
            call: call.id,
            connection: held,
            deed,
        });
        assert_eq!(rig.outcome(id), Verdict::Done, "{profile}");
        rig.play("C answers");
        let (new, active) = rig.at('A');
        assert_eq!(new.linkage.consultation_of, Some(call.id), "{profile}");
        let id = rig.ask(Order::Connection {
            call: new.id,
            connection: active.id,
            deed: Deed::Transfer { held },
        });
        assert_eq!(rig.outcome(id), Verdict::Done, "{profile}");
        let (whole, _) = rig.at('C');
        assert_eq!((whole.id, whole.connections.len()), (call.id, 3), "{profile}");
        rig.compare(profile);
    }
}

#[test]
fn a_transfer_to_somebody_busy_of_whom_nobody_tells_is_not_confirmed() {
    let mut rig = Rig::new(XML, Quirks::default(), Offers::All);
    rig.play("C is busy; T calls B; B answers");
    let (call, connection) = rig.at('B');
    let to = Private::new(Text::from(rig.switch.world.site.cast[&'C'].as_str()));
    let id = rig.ask(Order::Connection {
        call: call.id,
        connection: connection.id,
        deed: Deed::SingleStepTransfer { to },
    });
    assert_eq!(rig.outcome(id), Verdict::Unconfirmed);
    assert_eq!(rig.caused_by(id), ["call.transferred"]);
}
