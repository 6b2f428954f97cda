//! What each monitor is told, event by event (ECMA-269, and what real switches do).
use super::support::Room;
use crate::sim::csta::{CallerTold, QueueLeaves, QueueTold, Quirks};
use std::time::Duration;

fn told(quirks: Quirks, flow: &str, watched: &str) -> Vec<(String, Vec<String>)> {
    let mut room = Room::new(quirks, watched);
    room.play(flow);
    let letters = watched.split_whitespace();
    letters.map(|letter| (letter.to_owned(), room.heard(letter))).collect()
}

#[track_caller]
fn tells(quirks: Quirks, flow: &str, expected: &[(&str, &[&str])]) {
    let watched: Vec<&str> = expected.iter().map(|(letter, _)| *letter).collect();
    for ((letter, heard), (_, expected)) in told(quirks, flow, &watched.join(" ")).iter().zip(expected) {
        assert_eq!(heard, expected, "{flow}: {letter}");
    }
}

#[test]
fn a_call_within_the_switch() {
    tells(
        Quirks::default(),
        "internal",
        &[
            (
                "A",
                &[
                    "ServiceInitiated c1/A [initiated] newCall",
                    "Originated c1/A B [connected] newCall",
                    "Delivered c1/B A [connected] newCall",
                    "Established c1/B [connected] newCall",
                    "ConnectionCleared c1/A [null] normalClearing",
                ],
            ),
            (
                "B",
                &[
                    "Delivered c1/B A [alerting] newCall",
                    "Established c1/B [connected] newCall",
                    "ConnectionCleared c1/A [connected] normalClearing",
                    "ConnectionCleared c1/B [null] normalClearing",
                ],
            ),
        ],
    );
}

#[test]
fn some_tell_each_side_only_of_its_own_end_and_not_that_somebody_lifts() {
    let terse = Quirks {
        others_clearing: false,
        service_initiated: false,
        causes: false,
        ..Quirks::default()
    };
    tells(
        terse,
        "internal",
        &[
            (
                "A",
                &[
                    "Originated c1/A B [connected]",
                    "Delivered c1/B A [connected]",
                    "Established c1/B [connected]",
                    "ConnectionCleared c1/A [null]",
                ],
            ),
            (
                "B",
                &[
                    "Delivered c1/B A [alerting]",
                    "Established c1/B [connected]",
                    "ConnectionCleared c1/B [null]",
                ],
            ),
        ],
    );
}

#[test]
fn a_call_to_the_outside() {
    tells(
        Quirks::default(),
        "outbound",
        &[(
            "A",
            &[
                "ServiceInitiated c1/A [initiated] newCall",
                "Originated c1/A T [connected] newCall",
                "NetworkReached c1/1 T [connected] newCall",
                "Delivered c1/1 A [connected] networkSignal",
                "Established c1/1 [connected] networkSignal",
                "ConnectionCleared c1/A [null] normalClearing",
            ],
        )],
    );
}

#[test]
fn who_calls_from_outside_may_be_told_elsewhere() {
    let first = |caller| {
        let quirks = Quirks {
            caller,
            ..Quirks::default()
        };
        let heard = told(quirks, "inbound", "B").remove(0).1;
        heard[0].clone()
    };
    assert_eq!(first(CallerTold::Calling), "Delivered c1/B T [alerting] newCall");
    assert_eq!(first(CallerTold::Network), "Delivered c1/B NotKnown [alerting] newCall");
    assert_eq!(first(CallerTold::Associated), "Delivered c1/B 1 [alerting] newCall");
    assert_eq!(first(CallerTold::Later), "Delivered c1/B NotKnown [alerting] newCall");
    let hidden = told(Quirks::default(), "caller_restricted", "B").remove(0).1;
    assert_eq!(hidden[0], "Delivered c1/B Restricted [alerting] newCall");
}

#[test]
fn a_consultation_and_a_transfer_give_the_call_a_new_name() {
    tells(
        Quirks::default(),
        "attended_transfer_caller",
        &[
            (
                "B",
                &[
                    "ServiceInitiated c1/B [initiated] newCall",
                    "Originated c1/B T [connected] newCall",
                    "NetworkReached c1/1 T [connected] newCall",
                    "Delivered c1/1 B [connected] networkSignal",
                    "Established c1/1 [connected] networkSignal",
                    "Held c1/B [hold] normal",
                    "ServiceInitiated c2/B [initiated] newCall",
                    "Originated c2/B C [connected] newCall",
                    "Delivered c2/C B [connected] newCall",
                    "Established c2/C [connected] newCall",
                    "Transfered c1/B B C [null] transfer",
                ],
            ),
            (
                "C",
                &[
                    "Delivered c2/C B [alerting] newCall",
                    "Established c2/C [connected] newCall",
                    "Transfered c1/B B C [connected] transfer",
                    "ConnectionCleared c3/1 [connected] normalClearing",
                    "ConnectionCleared c3/C [null] normalClearing",
                ],
            ),
        ],
    );
}

#[test]
fn who_is_transferred_to_before_answering_answers_in_the_new_call() {
    tells(
        Quirks::default(),
        "consult_transfer_ringing",
        &[(
            "B",
            &[
                "Delivered c1/B A [alerting] newCall",
                "Transfered c2/A A B [alerting] transfer",
                "Established c3/B [connected] newCall",
                "ConnectionCleared c3/1 [connected] normalClearing",
                "ConnectionCleared c3/B [null] normalClearing",
            ],
        )],
    );
}

#[test]
fn a_transfer_in_one_step() {
    tells(
        Quirks::default(),
        "transfer_caller",
        &[
            (
                "A",
                &[
                    "ServiceInitiated c1/A [initiated] newCall",
                    "Originated c1/A B [connected] newCall",
                    "Delivered c1/B A [connected] newCall",
                    "Established c1/B [connected] newCall",
                    "Transfered c1/A A C [null] singleStepTransfer",
                ],
            ),
            (
                "B",
                &[
                    "Delivered c1/B A [alerting] newCall",
                    "Established c1/B [connected] newCall",
                    "Transfered c1/A A C [connected] singleStepTransfer",
                    "Delivered c2/C A [connected] singleStepTransfer",
                    "Established c2/C [connected] newCall",
                    "ConnectionCleared c2/C [connected] normalClearing",
                    "ConnectionCleared c2/B [null] normalClearing",
                ],
            ),
            (
                "C",
                &[
                    "Delivered c2/C A [alerting] singleStepTransfer",
                    "Established c2/C [connected] newCall",
                    "ConnectionCleared c2/C [null] normalClearing",
                ],
            ),
        ],
    );
}

#[test]
fn alternating_reconnecting_and_conferring() {
    let heard = told(Quirks::default(), "consult_alternate", "A").remove(0).1;
    assert_eq!(
        heard[7..11],
        [
            "Held c2/A [hold] alternate",
            "Retrieved c1/A [connected] alternate",
            "Held c1/A [hold] alternate",
            "Retrieved c2/A [connected] alternate",
        ]
    );
    let heard = told(Quirks::default(), "consult_reconnect", "A").remove(0).1;
    assert_eq!(
        heard[7..9],
        [
            "ConnectionCleared c2/A [null] normalClearing",
            "Retrieved c1/A [connected] normal"
        ]
    );
    tells(
        Quirks::default(),
        "consult_conference",
        &[(
            "B",
            &[
                "Delivered c1/B A [alerting] newCall",
                "Established c1/B [connected] newCall",
                "Conferenced c2/A A B [connected] conference",
                "ConnectionCleared c3/A [connected] normalClearing",
                "ConnectionCleared c3/1 [connected] normalClearing",
                "ConnectionCleared c3/B [null] normalClearing",
            ],
        )],
    );
}

#[test]
fn what_is_forwarded_leaves_one_telephone_and_rings_at_another() {
    tells(
        Quirks::default(),
        "forwarded_no_answer",
        &[
            (
                "B",
                &[
                    "Delivered c1/B T [alerting] newCall",
                    "Diverted c1/B C [null] callForwardNoAnswer",
                ],
            ),
            (
                "C",
                &[
                    "Delivered c1/C T [alerting] callForwardNoAnswer",
                    "Established c1/C [connected] newCall",
                    "ConnectionCleared c1/1 [connected] normalClearing",
                    "ConnectionCleared c1/C [null] normalClearing",
                ],
            ),
        ],
    );
    tells(
        Quirks::default(),
        "forwarded_immediate",
        &[("B", &["Diverted c1/B C [null] callForwardImmediate"])],
    );
    let silent = Quirks {
        immediate_diverted: false,
        ..Quirks::default()
    };
    tells(silent, "forwarded_immediate", &[("B", &[])]);
}

#[test]
fn what_is_picked_up_goes_to_who_takes_it() {
    let quirks = Quirks {
        pickup_calls: false,
        ..Quirks::default()
    };
    tells(
        quirks,
        "pickup_internal",
        &[
            (
                "A",
                &[
                    "ServiceInitiated c1/A [initiated] newCall",
                    "Originated c1/A B [connected] newCall",
                    "Delivered c1/B A [connected] newCall",
                    "Diverted c1/B C [connected] callPickup",
                    "Established c1/C [connected] callPickup",
                    "ConnectionCleared c1/A [null] normalClearing",
                ],
            ),
            (
                "B",
                &[
                    "Delivered c1/B A [alerting] newCall",
                    "Diverted c1/B C [null] callPickup",
                ],
            ),
            (
                "C",
                &[
                    "Established c1/C [connected] callPickup",
                    "ConnectionCleared c1/A [connected] normalClearing",
                    "ConnectionCleared c1/C [null] normalClearing",
                ],
            ),
        ],
    );
}

#[test]
fn a_parked_call_waits_in_its_slot_and_comes_back() {
    tells(
        Quirks::default(),
        "park_recall",
        &[(
            "B",
            &[
                "Delivered c1/B T [alerting] newCall",
                "Established c1/B [connected] newCall",
                "Diverted c1/B L [null] park",
                "Delivered c1/B T [alerting] recall",
                "Established c1/B [connected] newCall",
                "ConnectionCleared c1/1 [connected] normalClearing",
                "ConnectionCleared c1/B [null] normalClearing",
            ],
        )],
    );
}

#[test]
fn a_queue_gives_its_calls_away_when_it_rings_or_when_somebody_answers() {
    tells(
        Quirks::default(),
        "queue_answered",
        &[
            (
                "Q",
                &[
                    "Queued c1/Q T [queued] enteringDistribution",
                    "Diverted c1/Q B [null] distributed",
                ],
            ),
            (
                "B",
                &[
                    "Delivered c1/B T [alerting] distributed",
                    "Established c1/B [connected] distributed",
                    "ConnectionCleared c1/1 [connected] normalClearing",
                    "ConnectionCleared c1/B [null] normalClearing",
                ],
            ),
        ],
    );
    let other = Quirks {
        queue: QueueTold::Delivered,
        queue_leaves: QueueLeaves::Answered,
        ..Quirks::default()
    };
    tells(
        other,
        "queue_next_agent",
        &[
            (
                "Q",
                &[
                    "Delivered c1/Q T [alerting] enteringDistribution",
                    "Delivered c1/B T [queued] distributed",
                    "ConnectionCleared c1/B [queued] callNotAnswered",
                    "Delivered c1/C T [queued] distributed",
                    "Diverted c1/Q C [null] distributed",
                ],
            ),
            (
                "B",
                &[
                    "Delivered c1/B T [alerting] distributed",
                    "ConnectionCleared c1/B [null] callNotAnswered",
                ],
            ),
        ],
    );
}

#[test]
fn who_is_busy_may_not_hear_of_it() {
    let expected: &[&str] = &[
        "ServiceInitiated c1/A [initiated] newCall",
        "Originated c1/A B [connected] newCall",
        "Failed c1/B B [connected] busy",
        "ConnectionCleared c1/A [null] busy",
    ];
    tells(Quirks::default(), "busy", &[("A", expected), ("B", &[])]);
}

#[test]
fn the_copies_of_one_event_may_come_at_different_times_and_keep_their_order() {
    let mut room = Room::new(
        Quirks {
            spread: Duration::from_secs(2),
            ..Quirks::default()
        },
        "A B",
    );
    room.play("internal");
    let names: Vec<String> = room.reports().map(|report| report.event.name().to_owned()).collect();
    assert_eq!(names.iter().filter(|name| *name == "DeliveredEvent").count(), 2);
    assert_eq!(room.heard("B").len(), 4);
    let first = names.iter().position(|name| name == "EstablishedEvent");
    let last = names.iter().rposition(|name| name == "DeliveredEvent");
    assert!(first < last, "{names:?}");
}
