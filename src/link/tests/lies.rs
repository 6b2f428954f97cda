//! A switch that lies: whatever it says and does, each command ends in one verdict that is true, and the model shows what happened.
use super::liar::{LATE, Lie};
use super::rig::{Rig, laws, recordings};
use crate::model::{Service, Verdict};
use crate::sim::Recording;
use std::time::Duration;

/// Brings a rig to where the service is permitted; says what asks for it there.
fn ready(recording: &Recording, service: Service) -> Option<(Rig, crate::model::Order)> {
    // The link is up before anything happens.
    let mut recording = recording.clone();
    recording
        .events
        .iter_mut()
        .for_each(|(at, _)| *at += Duration::from_secs(1));
    for step in 1..recording.events.len() {
        let mut rig = Rig::new(&recording, false);
        rig.until(step);
        // Else the recording would do what the switch does not.
        rig.asterisk.improvise_all(rig.now);
        let prepared = match service {
            Service::Unmute => Some(Service::Mute),
            Service::RetrieveCall => Some(Service::HoldCall),
            Service::AlternateCall | Service::ReconnectCall | Service::TransferCall | Service::ConferenceCall => {
                Some(Service::ConsultationCall)
            }
            Service::StopRecording | Service::PauseRecording | Service::ResumeRecording => {
                Some(Service::StartRecording)
            }
            _ => None,
        };
        let further = (service == Service::ResumeRecording).then_some(Service::PauseRecording);
        for before in prepared.into_iter().chain(further) {
            let permitted = |(_, c): &(_, crate::model::Connection)| c.services_permitted.contains(before);
            let Some((call, connection)) = rig.connections().into_iter().find(permitted) else {
                break;
            };
            let id = rig.ask(rig.order(before, call.id, connection.id).unwrap());
            assert_eq!(rig.outcome(id).verdict, Verdict::Done, "{}", before.as_str());
        }
        // What the switch was in the midst of is over.
        while rig.asterisk.poll_timeout().is_some_and(|due| due <= rig.now) && rig.step() {}
        let permitted = |(_, c): &(_, crate::model::Connection)| match service {
            Service::MakeCall | Service::SetAgentState | Service::SetDoNotDisturb | Service::SetForwarding => true,
            Service::ClearCall => c.services_permitted.contains(Service::ClearConnection),
            Service::GroupPickupCall => c.services_permitted.contains(Service::DirectedPickupCall),
            _ => c.services_permitted.contains(service),
        };
        // Who is consulted has to answer first.
        let answered = rig.now + Duration::from_secs(5);
        let consults = prepared == Some(Service::ConsultationCall);
        while consults && rig.now < answered && !rig.connections().iter().any(permitted) && rig.step() {}
        let found = rig.connections().into_iter().find(permitted);
        if let Some((call, connection)) = found {
            let order = rig.order(service, call.id, connection.id).unwrap();
            return Some((rig, order));
        }
    }
    None
}

/// What the verdict may be: what shows in the events is Done whatever is said, and what shows nowhere is what is said.
fn fits(service: Service, lie: Lie, verdict: &Verdict) -> bool {
    use Verdict as V;
    // Asterisk shows no muting, and digits only to who reads them: a yes has to be believed.
    let unseen = matches!(service, Service::Mute | Service::Unmute | Service::GenerateDigits);
    // People answer by themselves, whatever the switch does.
    if service == Service::AnswerCall
        && matches!(lie, Lie::Nothing | Lie::DoneLate | Lie::Silent)
        && *verdict == V::Done
    {
        return true;
    }
    match lie {
        Lie::Twice | Lie::OutOfOrder if unseen => matches!(verdict, V::Done | V::Unconfirmed),
        Lie::Twice | Lie::OutOfOrder => *verdict == V::Done,
        // What was set is read back, and that is answered by a yes without an entry, too: nobody knows.
        Lie::Nothing | Lie::DoneLate if service == Service::SetForwarding => *verdict == V::TimedOut,
        Lie::Nothing | Lie::DoneLate if unseen => matches!(verdict, V::Done | V::Unconfirmed | V::Ignored),
        Lie::Nothing | Lie::DoneLate => *verdict == V::Ignored,
        // Of one action that is not answered yet an answer without a name may be believed.
        Lie::Forgotten if unseen => matches!(verdict, V::Done | V::Unconfirmed | V::TimedOut),
        Lie::AnsweredLate | Lie::Forgotten | Lie::Foreign | Lie::Mute if unseen => *verdict == V::TimedOut,
        Lie::AnsweredLate | Lie::Forgotten | Lie::Foreign | Lie::Mute => matches!(verdict, V::Done | V::TimedOut),
        Lie::ActionsBreak if unseen => *verdict == V::Unknown,
        Lie::ActionsBreak => matches!(verdict, V::Done | V::Unknown),
        Lie::AllBreaks | Lie::BreaksUndone => *verdict == V::Unknown,
        Lie::Denied => matches!(verdict, V::Refused(_)),
        Lie::Silent => *verdict == V::TimedOut,
    }
}

#[test]
fn whatever_a_switch_says_each_command_ends_in_one_true_verdict() {
    let all = recordings();
    let find = |flow: &str| &all.iter().find(|(name, _)| name.contains(flow)).unwrap().1;
    let mut services = 0;
    for service in Service::ALL.iter().copied() {
        let recording = find("/internal/asterisk-22");
        if !Rig::new(recording, false).offers(service) {
            continue;
        }
        services += 1;
        for lie in Lie::ALL {
            let what = format!("{} with {lie:?}", service.as_str());
            let (mut rig, order) = ready(recording, service).unwrap_or_else(|| panic!("{what} is never permitted"));
            let before = rig.settled.len();
            rig.liar.lie = Some(lie);
            let id = rig.ask(order);
            let verdict = rig.outcome(id).verdict;
            assert!(fits(service, lie, &verdict), "{what}: {verdict:?}");
            let late = rig.now + LATE + LATE;
            while rig.now < late && rig.step() {}
            rig.finish();
            assert_eq!(rig.settled.len(), before + 1, "{what}: one verdict");
            laws(&rig.events, &what);
            assert_eq!(rig.machine.engine().calls().count(), 0, "{what}: a ghost");
        }
    }
    assert!(services >= 2);
}
