//! Whatever a switch says and does, each command ends in one verdict that is true; and of two who ask for the same, one wins.

use super::lies::{LATE, Lie};
use super::rig::*;
use crate::link::tests::rig::Faults;
use crate::model::*;
use crate::sim::csta::Quirks;
use std::time::Duration;

fn fits(service: Service, lie: &Lie, verdict: &Verdict) -> bool {
    use Verdict as V;
    // Digits show nowhere where the switch does not tell of them: a yes is believed, and said to be no more than that.
    let believed = service == Service::GenerateDigits;
    match lie {
        Lie::Nothing | Lie::DoneLate | Lie::Untold if believed => *verdict == V::Unconfirmed,
        Lie::ToldLater if believed => matches!(verdict, V::Done | V::Unconfirmed),
        Lie::Nothing | Lie::DoneLate | Lie::Untold => *verdict == V::Ignored,
        Lie::ToldLater | Lie::AnsweredLater => *verdict == V::Done,
        Lie::AnsweredLate | Lie::Mute => matches!(verdict, V::Done | V::TimedOut),
        // The telephone that is to take the call rings for it, and shows nothing before it is lifted.
        Lie::Denied if matches!(service, Service::DirectedPickupCall | Service::GroupPickupCall) => {
            matches!(verdict, V::Refused(_))
        }
        // It shows that it did it before it says no.
        Lie::Denied => *verdict == V::Done,
        Lie::Refused(_) => matches!(verdict, V::Refused(_)),
        Lie::Silent => *verdict == V::TimedOut,
        Lie::Breaks | Lie::BreaksDone | Lie::BreaksBehind => *verdict == V::Unknown,
    }
}

const LIES: &[Lie] = &[
    Lie::Nothing,
    Lie::DoneLate,
    Lie::AnsweredLate,
    Lie::ToldLater,
    Lie::AnsweredLater,
    Lie::Untold,
    Lie::Denied,
    Lie::Silent,
    Lie::Mute,
    Lie::Breaks,
    Lie::BreaksDone,
    Lie::BreaksBehind,
];

#[test]
fn whatever_a_switch_says_each_command_ends_in_one_true_verdict() {
    let mut faults = Faults::default();
    for dialect in [XML, BER] {
        for service in Service::ALL.iter().copied() {
            for lie in LIES {
                faults.unless_ok(|| is_true(dialect, service, lie));
            }
        }
    }
    faults.none();
}

fn is_true(dialect: &str, service: Service, lie: &Lie) {
    let what = format!("{} by {dialect} with {lie:?}", service.as_str());
    let mut rig = Rig::new(dialect, Quirks::default(), Offers::All);
    if !rig.machine.engine().offers(service) {
        return;
    }
    let order = rig.ready(service);
    rig.lie = Some(lie.clone());
    let asked = rig.now;
    let id = rig.ask(order);
    let verdict = rig.outcome(id);
    assert!(fits(service, lie, &verdict), "{what}: {verdict:?}");
    assert!(rig.now <= asked + Duration::from_secs(6), "{what}: after {:?}", rig.now);
    rig.wait(LATE + LATE);
    rig.lie = None;
    rig.dead = false;
    rig.wait(Duration::from_secs(120));
    assert_eq!(rig.settled.len(), 1, "{what}: one verdict");
    if !matches!(lie, Lie::Untold) {
        rig.compare(&what);
    }
}

/// Whoever asks second is told before anything is sent.
#[test]
fn of_two_who_ask_for_the_same_one_wins() {
    for dialect in [XML, BER] {
        for service in Service::ALL.iter().copied() {
            // Who comes to supervise acts on nobody, and two may.
            let acts = service != Service::SingleStepConferenceCall;
            let mut rig = Rig::new(dialect, Quirks::default(), Offers::All);
            if !rig.machine.engine().offers(service) {
                continue;
            }
            let what = format!("{} by {dialect}", service.as_str());
            let order = rig.ready(service);
            // Nothing is told yet: both are at work at once.
            rig.lie = Some(Lie::Silent);
            let winner = rig.ask(order.clone());
            let sent = rig.asked.len();
            assert_eq!(sent, 1, "{what}");
            let loser = rig.ask(order);
            let first = rig.settled.first().cloned();
            let denied = first
                .filter(|settled| settled.id == loser)
                .map(|settled| settled.verdict);
            let busy = matches!(denied, Some(Verdict::Denied(Denial::Busy(_))));
            assert!(busy || !acts && denied.is_some(), "{what}: {denied:?}");
            assert_eq!(rig.asked.len(), sent, "{what}: it was sent");
            let verdict = rig.outcome(winner);
            assert_eq!(verdict, Verdict::TimedOut, "{what}");
        }
    }
}

/// Whatever the two are.
#[test]
fn of_two_who_act_on_one_connection_the_second_is_told_before_anything_is_sent() {
    let mut pairs = 0;
    for story in [
        "A calls B",
        "A calls B; B answers",
        "T calls A; A answers; A consults B; B answers",
    ] {
        let at = || {
            let mut rig = Rig::new(BER, Quirks::default(), Offers::All);
            rig.play(story);
            rig.lie = Some(Lie::Silent);
            rig
        };
        for (call, connection) in at().connections() {
            // Who comes to supervise acts on nobody.
            let permitted = || {
                let all = connection.services_permitted.iter();
                all.filter(|service| *service != Service::SingleStepConferenceCall)
            };
            for (first, second) in permitted().flat_map(|first| permitted().map(move |second| (first, second))) {
                let what = format!("{story}: {} and {}", first.as_str(), second.as_str());
                let mut rig = at();
                let winner = rig.ask(rig.order(first, &call, &connection));
                let loser = rig.ask(rig.order(second, &call, &connection));
                let denied = rig.settled.first().filter(|settled| settled.id == loser);
                let denied = denied.map(|settled| settled.verdict.clone());
                assert!(
                    matches!(denied, Some(Verdict::Denied(Denial::Busy(_)))),
                    "{what}: {denied:?}"
                );
                assert_eq!(rig.asked.len(), 1, "{what}: it was sent");
                assert_eq!(rig.outcome(winner), Verdict::TimedOut, "{what}");
                pairs += 1;
            }
        }
    }
    assert!(pairs > 100, "{pairs}");
}

/// Somebody does something at the same time as he is asked for it, or the call ends meanwhile.
#[test]
fn who_is_asked_while_he_does_something_himself_is_told_what_became_of_it() {
    let races = [
        (Service::AnswerCall, "B answers"),
        (Service::AnswerCall, "T hangs up"),
        (Service::HoldCall, "A holds"),
        (Service::HoldCall, "B hangs up"),
        (Service::ClearConnection, "A hangs up"),
        (Service::ClearConnection, "B hangs up"),
        (Service::ClearCall, "B hangs up"),
        (Service::ConsultationCall, "B hangs up"),
        (Service::TransferCall, "A joins both"),
        (Service::TransferCall, "T hangs up"),
        (Service::TransferCall, "B hangs up"),
        (Service::ConferenceCall, "A confers"),
        (Service::ConferenceCall, "A joins both"),
        (Service::AlternateCall, "A alternates"),
        (Service::AlternateCall, "B hangs up"),
        (Service::ReconnectCall, "A reconnects"),
        (Service::ReconnectCall, "T hangs up"),
        (Service::DeflectCall, "B answers"),
        (Service::DeflectCall, "T hangs up"),
        (Service::DirectedPickupCall, "B answers"),
        (Service::DirectedPickupCall, "T hangs up"),
        (Service::GroupPickupCall, "T hangs up"),
        (Service::SingleStepTransferCall, "T hangs up"),
        (Service::ParkCall, "T hangs up"),
        (Service::SingleStepConferenceCall, "T hangs up"),
        (Service::GenerateDigits, "B hangs up"),
    ];
    for dialect in [XML, BER] {
        for (service, meanwhile) in races {
            let what = format!("{} by {dialect} while {meanwhile}", service.as_str());
            let mut rig = Rig::new(dialect, Quirks::default(), Offers::All);
            let order = rig.ready(service);
            // It happens at the switch before the request is there, and is told behind it.
            assert!(rig.switch.perform(rig.now, meanwhile), "{meanwhile}");
            let id = rig.ask(order);
            let verdict = rig.outcome(id);
            assert!(
                matches!(verdict, Verdict::Done | Verdict::Contradicted(_) | Verdict::Refused(_)),
                "{what}: {verdict:?}"
            );
            rig.wait(LATE);
            assert_eq!(rig.settled.len(), 1, "{what}");
            rig.compare(&what);
        }
    }
}
