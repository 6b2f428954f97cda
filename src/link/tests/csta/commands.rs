//! Every service of the contract, in every dialect: done and proven, or refused with its reason before anything is sent.

use super::lies::Lie;
use super::rig::*;
use crate::link::tests::rig::Faults;
use crate::model::*;
use crate::profile::{Product, embedded, load, names};
use crate::sim::csta::Quirks;
use lineside_csta::types::*;

/// What no CSTA has a word for.
const UNKNOWN: &[Service] = &[
    Service::Mute,
    Service::Unmute,
    Service::StartRecording,
    Service::StopRecording,
    Service::PauseRecording,
    Service::ResumeRecording,
];

/// What Phases I and II have.
const OLD: &[Service] = &[
    Service::MakeCall,
    Service::AnswerCall,
    Service::HoldCall,
    Service::RetrieveCall,
    Service::ClearConnection,
    Service::ClearCall,
    Service::ConsultationCall,
    Service::TransferCall,
    Service::ConferenceCall,
    Service::AlternateCall,
    Service::ReconnectCall,
    Service::DeflectCall,
    Service::DirectedPickupCall,
    Service::GroupPickupCall,
    Service::SetAgentState,
    Service::SetDoNotDisturb,
    Service::SetForwarding,
];

/// Where who is asked for it is, and what he has.
fn did(service: Service, rig: &Rig) -> bool {
    use LocalConnectionState as S;
    let world = &rig.switch.world;
    let at = |number: &str, state: S| world.at(number, &[state]).is_some();
    let device = |number: &str| &world.site.devices[number];
    match service {
        Service::MakeCall => at("1001", S::Initiated) || at("1001", S::Connected),
        Service::AnswerCall => at("1002", S::Connected),
        Service::HoldCall => at("1001", S::Hold),
        Service::RetrieveCall => at("1001", S::Connected) && !at("1001", S::Hold),
        Service::ClearConnection | Service::ClearCall => world.calls.is_empty(),
        Service::ConsultationCall => at("1001", S::Hold) && at("1006", S::Alerting),
        Service::AlternateCall => world.calls.len() == 2 && at("1001", S::Hold) && at("1001", S::Connected),
        Service::ReconnectCall => world.calls.len() == 1 && at("1001", S::Connected),
        Service::TransferCall => {
            world.calls.len() == 1 && world.connections("1001").is_empty() && at("1002", S::Connected)
        }
        Service::ConferenceCall => world.calls.values().any(|call| call.live().count() == 3),
        Service::DeflectCall | Service::SingleStepTransferCall => {
            world.connections("1002").is_empty() && at("1006", S::Alerting)
        }
        Service::SingleStepConferenceCall => at("1006", S::Connected) && at("1002", S::Connected),
        Service::ParkCall => world.connections("1002").is_empty() && at("7001", S::Queued),
        Service::DirectedPickupCall => at("1006", S::Connected) && world.connections("1002").is_empty(),
        Service::GroupPickupCall => at("1004", S::Connected) && world.connections("1002").is_empty(),
        Service::GenerateDigits => true,
        Service::SetAgentState => world.agents.contains_key("1006"),
        Service::SetDoNotDisturb => device("1002").do_not_disturb,
        Service::SetForwarding => device("1002").forwarding.values().any(|to| to == "1003"),
        _ => false,
    }
}

#[test]
fn what_a_dialect_has_a_word_for_is_done_and_proven() {
    let mut faults = Faults::default();
    for dialect in DIALECTS {
        for service in Service::ALL.iter().copied() {
            for (manner, quirks) in manners() {
                faults.unless_ok(|| is_done(dialect, service, manner, quirks));
            }
        }
    }
    faults.none();
}

pub(super) fn is_done(dialect: &str, service: Service, manner: &str, quirks: Quirks) {
    let old = dialect.starts_with("alcatel");
    let what = format!("{} by {dialect}, {manner}", service.as_str());
    let mut rig = Rig::new(dialect, quirks, Offers::All);
    let known = !UNKNOWN.contains(&service) && (!old || OLD.contains(&service));
    assert_eq!(rig.machine.engine().offers(service), known, "{what}");
    if !known {
        rig.play("A calls B; B answers");
        let (call, connection) = rig.at('A');
        let id = rig.ask(rig.order(service, &call, &connection));
        let verdict = rig.outcome(id);
        assert!(
            matches!(verdict, Verdict::Denied(Denial::NotSupported(_))),
            "{what}: {verdict:?}"
        );
        assert_eq!(rig.asked, [], "{what}: it was sent");
        return;
    }
    let order = rig.ready(service);
    let id = rig.ask(order);
    let verdict = rig.outcome(id);
    assert_eq!(verdict, Verdict::Done, "{what}: {:?}", rig.asked);
    let proof = rig.settled.last().and_then(|settled| settled.proof);
    assert!(proof.is_some(), "{what}: nothing proves it");
    assert!(did(service, &rig), "{what}: {:?}", rig.switch.world.calls);
    let causes = crate::engine::causes(service);
    let caused = rig.caused_by(id);
    assert!(!caused.is_empty(), "{what}: no event carries its name");
    assert!(caused.iter().all(|kind| causes.contains(kind)), "{what}: {caused:?}");
}

#[test]
fn what_a_profile_does_not_offer_is_refused_before_anything_is_sent() {
    let mut refused = 0;
    for name in names() {
        let profile = load(name, embedded(name).unwrap(), None).unwrap();
        let Product::Csta(csta) = &profile.product else {
            continue;
        };
        let mut rig = Rig::new(name, Quirks::default(), Offers::Profile);
        rig.play("A calls B; B answers");
        let (call, connection) = rig.at('A');
        for service in Service::ALL.iter().copied() {
            let offered = rig.machine.engine().offers(service);
            assert!(
                !offered || csta.services.contains(&service),
                "{name}: {}",
                service.as_str()
            );
            if !csta.services.contains(&service) {
                let id = rig.ask(rig.order(service, &call, &connection));
                match rig.outcome(id) {
                    Verdict::Denied(Denial::NotSupported(why)) => assert!(why.contains("profile"), "{why}"),
                    other => panic!("{name}: {}: {other:?}", service.as_str()),
                }
                refused += 1;
            } else {
                assert!(offered, "{name} says that it offers {}, and cannot", service.as_str());
            }
        }
        assert_eq!(rig.asked, [], "{name}: it was sent");
    }
    assert!(refused > 50, "{refused}");
}

#[test]
fn a_refusal_is_told_in_the_words_of_the_switch_and_with_what_it_means() {
    use UniversalFailure as F;
    let families = [
        (
            F::Operation(OperationError::InvalidDestination),
            Meaning::Destination,
            "invalidDestination",
        ),
        (
            F::Operation(OperationError::InvalidCalledDeviceId),
            Meaning::Destination,
            "invalidCalledDeviceID",
        ),
        (
            F::Operation(OperationError::InvalidDeviceId),
            Meaning::Device,
            "invalidDeviceID",
        ),
        (
            F::Operation(OperationError::InvalidConnectionId),
            Meaning::State,
            "invalidConnectionID",
        ),
        (
            F::Operation(OperationError::ServiceNotSupported),
            Meaning::Other,
            "serviceNotSupported",
        ),
        (
            F::Operation(OperationError::PrivilegeViolationSpecifiedDevice),
            Meaning::Right,
            "privilegeViolationSpecifiedDevice",
        ),
        (
            F::StateIncompatibility(StateError::NoCallToAnswer),
            Meaning::State,
            "noCallToAnswer",
        ),
        (
            F::SystemResource(SystemResourceError::NetworkBusy),
            Meaning::Other,
            "networkBusy",
        ),
        (
            F::SubscribedResource(SubscribedResourceError::OutstandingReqLimitExceeded),
            Meaning::Other,
            "outstandingReqLimitExceeded",
        ),
        (
            F::PerformanceManagement(PerformanceError::PerformanceLimitExceeded),
            Meaning::Other,
            "performanceLimitExceeded",
        ),
        (F::Unspecified, Meaning::Other, "unspecified"),
    ];
    let mut faults = Faults::default();
    for dialect in DIALECTS {
        for service in OLD.iter().copied() {
            for (fault, meaning, word) in families.iter().cloned() {
                faults.unless_ok(|| {
                    let what = format!("{} by {dialect}, {word}", service.as_str());
                    let mut rig = Rig::new(dialect, Quirks::default(), Offers::All);
                    let order = rig.ready(service);
                    rig.lie = Some(Lie::Refused(fault));
                    let before = rig.events.len();
                    let id = rig.ask(order);
                    match rig.outcome(id) {
                        Verdict::Refused(native) => {
                            assert_eq!(native.meaning, meaning, "{what}: {native:?}");
                            assert!(native.message.contains(word), "{what}: {}", &*native.message);
                            assert!(
                                service.as_str().eq_ignore_ascii_case(&native.request),
                                "{what}: {native:?}"
                            );
                        }
                        other => panic!("{what}: {other:?}"),
                    }
                    assert_eq!(rig.events.len(), before, "{what}: nothing happened");
                    assert_eq!(rig.asked.len(), 1, "{what}: it is not asked twice");
                });
            }
        }
    }
    faults.none();
}
