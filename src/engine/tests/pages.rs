//! What the pages of the services say of proofs and states is what the tables of the engine say.

use crate::engine::permit::why_not;
use crate::engine::prove::{Proof, Row, TABLE};
use crate::engine::shared::{Beside, Hold, Shared};
use crate::model::page::{table, to_paste};
use crate::model::sample::Story;
use crate::model::*;
use std::collections::BTreeMap;

const INDEX: &str = include_str!("../../service/docs/README.md");
const PAGES: &[(&str, &[Service])] = &[
    (include_str!("../../service/docs/make-call.md"), &[Service::MakeCall]),
    (
        include_str!("../../service/docs/answer-call.md"),
        &[Service::AnswerCall],
    ),
    (
        include_str!("../../service/docs/clear-connection.md"),
        &[Service::ClearConnection],
    ),
    (include_str!("../../service/docs/clear-call.md"), &[Service::ClearCall]),
    (
        include_str!("../../service/docs/hold-call.md"),
        &[Service::HoldCall, Service::RetrieveCall],
    ),
    (
        include_str!("../../service/docs/consultation-call.md"),
        &[Service::ConsultationCall, Service::ReconnectCall],
    ),
    (
        include_str!("../../service/docs/alternate-call.md"),
        &[Service::AlternateCall],
    ),
    (
        include_str!("../../service/docs/transfer-call.md"),
        &[Service::TransferCall],
    ),
    (
        include_str!("../../service/docs/conference-call.md"),
        &[Service::ConferenceCall],
    ),
    (
        include_str!("../../service/docs/deflect-call.md"),
        &[Service::DeflectCall],
    ),
    (
        include_str!("../../service/docs/single-step-transfer-call.md"),
        &[Service::SingleStepTransferCall],
    ),
    (include_str!("../../service/docs/park-call.md"), &[Service::ParkCall]),
    (
        include_str!("../../service/docs/directed-pickup-call.md"),
        &[Service::DirectedPickupCall],
    ),
    (
        include_str!("../../service/docs/group-pickup-call.md"),
        &[Service::GroupPickupCall],
    ),
    (
        include_str!("../../service/docs/single-step-conference-call.md"),
        &[Service::SingleStepConferenceCall],
    ),
    (
        include_str!("../../service/docs/generate-digits.md"),
        &[Service::GenerateDigits],
    ),
    (
        include_str!("../../service/docs/mute.md"),
        &[Service::Mute, Service::Unmute],
    ),
    (
        include_str!("../../service/docs/recording.md"),
        &[
            Service::StartRecording,
            Service::StopRecording,
            Service::PauseRecording,
            Service::ResumeRecording,
        ],
    ),
    (
        include_str!("../../service/docs/set-agent-state.md"),
        &[Service::SetAgentState],
    ),
    (
        include_str!("../../service/docs/do-not-disturb.md"),
        &[Service::SetDoNotDisturb],
    ),
    (
        include_str!("../../service/docs/forwarding.md"),
        &[Service::SetForwarding],
    ),
];

fn code(words: &[&str]) -> String {
    let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    words.join(" ")
}

fn name(value: impl serde::Serialize) -> String {
    serde_json::to_value(value).unwrap().as_str().unwrap().to_owned()
}

fn proof(proof: Proof) -> String {
    match proof {
        Proof::Born => "the connection of the calling device is there, `initiated`; not that it answers".to_owned(),
        Proof::Gone => "that connection is `null`".to_owned(),
        Proof::Over => "the call ended: all of its connections are `null`".to_owned(),
        Proof::MovedOn => {
            "that connection is `null`, and one of the same call that was not there before is `alerting`, \
                           `queued`, `connected`, or asked for in the network"
                .to_owned()
        }
        Proof::Joins => "the connection that is made for the device is connected in that call: by `call.established`, or `call.conferenced`"
            .to_owned(),
        Proof::Parked => {
            "that connection is `null`, and one of the same call that was not there before is `queued` at a park slot: at the one that was \
             asked for, if one was"
                .to_owned()
        }
        Proof::Pressed => "as many digits as were asked for were pressed at that connection".to_owned(),
        Proof::In(state) => format!("that connection is `{}`", name(state)),
        Proof::Both => "the two connections of the telephone are in their new states".to_owned(),
        Proof::Joined(kind) => format!(
            "`{}` tells that the two calls are one",
            kind.as_str().trim_start_matches("lineside.")
        ),
        Proof::Muted(on) => format!("`muted` of that connection is `{on}`"),
        Proof::Recorded(state) => {
            let state = state.map_or_else(|| "null".to_owned(), name);
            format!("`recording` of that connection is `{state}`")
        }
        Proof::Feature => "the device is as was asked: its `doNotDisturb`, or its `forwarding` of that type".to_owned(),
        Proof::Agent => "the agent is as was asked, in each of the queues; where the agent is in a call: that is what follows at its \
                         end"
        .to_owned(),
    }
}

fn causes(row: &Row) -> String {
    let short = |kind: &EventType| kind.as_str().trim_start_matches("lineside.").to_owned();
    let names: Vec<String> = row.causes.iter().map(short).collect();
    code(&names.iter().map(String::as_str).collect::<Vec<_>>())
}

/// A connection in every situation that the rules tell apart, and its call.
fn situations() -> Vec<Call> {
    use ConnectionState as S;
    let mut all = Vec::new();
    let others: &[&[(Kind, S)]] = &[
        &[],
        &[(Kind::Station, S::Connected)],
        &[(Kind::Station, S::Connected), (Kind::Station, S::Connected)],
        &[(Kind::Station, S::Alerting)],
        &[(Kind::Queue, S::Queued)],
    ];
    for state in [S::Initiated, S::Alerting, S::Connected, S::Hold, S::Queued, S::Fail] {
        for kind in [Kind::Station, Kind::Queue] {
            for recording in [None, Some(Recording::Recording), Some(Recording::Paused)] {
                for muted in [false, true] {
                    for others in others {
                        let mut call = Story::new("hq", 1, "1001", "1002", Wall::from_millis(0)).call;
                        let other = call.connections.pop().unwrap();
                        let this = &mut call.connections[0];
                        (this.state, this.kind, this.recording, this.muted) = (state, kind, recording, muted);
                        call.connections
                            .extend((0..).zip(*others).map(|(n, (kind, state))| Connection {
                                id: ConnectionId(uuid::Uuid::from_u128(n)),
                                kind: *kind,
                                state: *state,
                                ..other.clone()
                            }));
                        all.push(call);
                    }
                }
            }
        }
    }
    all
}

/// Of a service on a connection: in which states it is possible, and what is answered where it is not.
fn states(service: Service) -> Option<(String, String)> {
    let (mut states, mut whys) = (Vec::new(), Vec::new());
    for call in situations() {
        let connection = &call.connections[0];
        let state = name(connection.state);
        // The leg of a telephone, or of another one in the call, may serve another call, too.
        let shared = |id, hold| {
            let (connection, call) = (ConnectionId(uuid::Uuid::nil()), CallId(uuid::Uuid::nil()));
            [false, true].map(|conference| Shared {
                beside: BTreeMap::from([(
                    id,
                    vec![Beside {
                        connection,
                        call,
                        hold,
                        conference,
                    }],
                )]),
                ..Shared::default()
            })
        };
        let holds: &[Hold] = match connection.state {
            ConnectionState::Hold => &[Hold::This, Hold::ByPhone],
            ConnectionState::Connected => &[Hold::Other, Hold::ByPhone],
            _ => &[],
        };
        let own = holds.iter().flat_map(|hold| shared(connection.id, *hold));
        let others = shared(ConnectionId(uuid::Uuid::nil()), Hold::This);
        let kept = Shared {
            conference: true,
            ..Shared::default()
        };
        for shared in [Shared::default(), kept].into_iter().chain(others).chain(own) {
            match why_not(service, &call, connection, &shared) {
                None if !states.contains(&state) => states.push(state.clone()),
                Some(why) if !whys.contains(&why) => whys.push(why),
                None | Some(_) => {}
            }
        }
    }
    let states: Vec<&str> = states.iter().map(String::as_str).collect();
    (!states.is_empty()).then(|| (code(&states), whys.join("<br>")))
}

#[test]
fn the_index_lists_what_proves_each_service() {
    let rows = TABLE
        .iter()
        .map(|row| vec![format!("`{}`", row.service.as_str()), proof(row.proof), causes(row)]);
    let made = table(
        &["service", "proven when", "events of it that carry the `requestid`"],
        rows,
    );
    let wrong = to_paste(INDEX, "proofs", &made).unwrap_or_default();
    assert!(wrong.is_empty(), "the code says otherwise; paste:\n{wrong}");
}

#[test]
fn each_page_says_what_proves_its_services_and_when_they_are_possible() {
    let mut wrong = String::new();
    for row in TABLE {
        let service = row.service.as_str();
        let page = PAGES.iter().find(|(_, services)| services.contains(&row.service));
        let (page, _) = page.unwrap_or_else(|| panic!("{service} has no page"));
        let mut rows = vec![
            vec!["proven when".to_owned(), proof(row.proof)],
            vec!["events of it that carry the `requestid`".to_owned(), causes(row)],
        ];
        if let Some((states, whys)) = states(row.service) {
            rows.push(vec!["possible on a connection that is".to_owned(), states]);
            rows.push(vec!["else `invalidConnectionState`, which says".to_owned(), whys]);
        }
        let made = table(&[&format!("`{service}`"), ""], rows);
        wrong.extend(to_paste(page, service, &made));
    }
    assert!(wrong.is_empty(), "the code says otherwise; paste:\n{wrong}");
}
