//! What the switch asks for, and in which phase.

use crate::client::{associated, invalid_device, up};
use crate::sessions::{application_link, monitor_start, monitor_stop, plain, system_status};
use crate::support::framed;
use lineside_csta::client::{Event, StatusMeaning};
use lineside_csta::types::{SnapshotDeviceData, SystemStatusValue};
use lineside_csta::{Answer, InvokeId, Message, Phase, Request, Response};
use lineside_wire::{SubmitError, WireError};

#[test]
fn a_system_status_is_answered_at_once_and_its_meaning_told() {
    use StatusMeaning::{BackOff, Fine, Gone, Resync};
    use SystemStatusValue as Value;
    let meanings = [
        (Value::Initializing, Gone),
        (Value::Enabled, Gone),
        (Value::Disabled, Gone),
        (Value::Normal, Fine),
        (Value::OverloadRelieved, Fine),
        (Value::OverloadImminent, BackOff),
        (Value::OverloadReached, BackOff),
        (Value::MessagesLost, Resync),
        (Value::PartiallyDisabled, Resync),
    ];
    for mut alone in [up(plain()), up(application_link()), associated()] {
        for (value, meaning) in meanings.clone() {
            let (id, request) = (InvokeId(4711), system_status(value.clone()));
            alone.says(&Message::Request { id, request }).unwrap();
            assert!(matches!(
                &alone.sent()[..],
                [Message::Response { id: InvokeId(4711), .. }]
            ));
            assert_eq!(alone.events(), [Event::Status { value, meaning }]);
        }
    }
}

#[test]
fn a_system_status_that_cannot_be_read_is_answered_all_the_same() {
    let mut alone = up(plain());
    alone.says_bytes(&framed("0005", "<SystemStatus/>")).unwrap();
    assert!(matches!(&alone.sent()[..], [Message::Response { id: InvokeId(5), .. }]));
    assert!(matches!(&alone.events()[..], [Event::Unreadable { .. }]));
}

#[test]
fn what_needs_no_decision_is_acknowledged_and_what_has_no_answer_is_not_answered() {
    let mut alone = up(plain());
    let (id, request) = (InvokeId(5), monitor_stop("a"));
    alone
        .says(&Message::Request {
            id,
            request: request.clone(),
        })
        .unwrap();
    assert!(matches!(
        &alone.sent()[..],
        [Message::Response {
            id: InvokeId(5),
            response: Response::MonitorStop(_)
        }]
    ));
    assert_eq!(alone.events(), [Event::Told(request)]);

    let document = "<SwFunctionDevicesChanged><sysStatRegisterID>1</sysStatRegisterID></SwFunctionDevicesChanged>";
    alone.says_bytes(&framed("0006", document)).unwrap();
    let sent = alone.sent();
    assert!(
        matches!(&sent[..], [Message::Response { id: InvokeId(6), .. }]),
        "{sent:?}"
    );
    assert!(matches!(&alone.events()[..], [Event::Told(_)]));

    let request = Request::RequestSystemStatus(Box::default());
    alone
        .says(&Message::Request {
            id: InvokeId(7),
            request,
        })
        .unwrap();
    assert!(
        matches!(&alone.sent()[..], [Message::Response { id: InvokeId(7), response: Response::RequestSystemStatus(status) }]
        if status.system_status == SystemStatusValue::Normal)
    );
    alone.events();

    let request = Request::SnapshotDeviceData(Box::<SnapshotDeviceData>::default());
    alone
        .says(&Message::Request {
            id: InvokeId(8),
            request,
        })
        .unwrap();
    assert_eq!(alone.sent_bytes(), []);
    assert!(matches!(
        &alone.events()[..],
        [Event::Told(Request::SnapshotDeviceData(_)) | Event::Unreadable { .. }]
    ));
}

#[test]
fn what_the_switch_asks_for_is_answered_once_by_the_owner() {
    let mut alone = up(plain());
    let (id, request) = (InvokeId(9), monitor_start("2001"));
    alone
        .says(&Message::Request {
            id,
            request: request.clone(),
        })
        .unwrap();
    let events = alone.events();
    let [Event::Asked { id, request: asked }] = &events[..] else {
        panic!("{events:?}")
    };
    assert_eq!(*asked, request);
    alone.client.answer(*id, Answer::Failed(invalid_device())).unwrap();
    assert!(matches!(&alone.sent()[..], [Message::Error { id: InvokeId(9), .. }]));
    let again = alone.client.answer(*id, Answer::Done(Response::Void));
    assert!(matches!(again, Err(SubmitError::Misuse(_))));
}

#[test]
fn messages_of_another_phase_than_the_announced_one_are_told_of_once() {
    let mut alone = up(application_link());
    // A system status of Phase III.
    let frames: [&[u8]; 2] = [
        b"\x00\x0e\xa1\x0c\x02\x01\x01\x02\x02\x00\xd3\x30\x03\x0a\x01\x02",
        b"\x00\x0e\xa1\x0c\x02\x01\x02\x02\x02\x00\xd3\x30\x03\x0a\x01\x02",
    ];
    let mut told = Vec::new();
    for frame in frames {
        alone.says_bytes(frame).unwrap();
        told.extend(alone.events());
    }
    let other = told.iter().filter(|event| matches!(event, Event::OtherPhase { .. }));
    assert_eq!(
        other.collect::<Vec<_>>(),
        [&Event::OtherPhase {
            announced: Phase::I,
            seen: Phase::III
        }],
        "{told:?}"
    );
}

#[test]
fn of_too_many_requests_that_wait_for_the_owner_the_last_are_refused() {
    for mut alone in [up(plain()), up(application_link())] {
        let request = monitor_start("2001");
        for id in 1..=256 {
            let (id, request) = (InvokeId(id), request.clone());
            alone.says(&Message::Request { id, request }).unwrap();
        }
        assert_eq!(alone.sent_bytes(), []);
        let waiting = alone.events();
        let id = InvokeId(257);
        alone.says(&Message::Request { id, request }).unwrap();
        assert!(matches!(&alone.sent()[..], [Message::Error { id: InvokeId(257), .. }]));
        assert!(matches!(&alone.events()[..], [Event::Stray(_)]));
        let Some(Event::Asked { id, .. }) = waiting.first() else {
            panic!("{waiting:?}")
        };
        alone.client.answer(*id, Answer::Failed(invalid_device())).unwrap();
        assert!(matches!(&alone.sent()[..], [Message::Error { id: InvokeId(1), .. }]));
    }
}

#[test]
fn an_owner_that_takes_no_events_does_not_let_them_pile_up() {
    let mut alone = up(plain());
    let document = "<SystemStatus><systemStatus>normal</systemStatus></SystemStatus>";
    let many = framed("0001", document).repeat(65_537);
    let error = alone.says_bytes(&many).unwrap_err();
    assert!(matches!(error, WireError::TooLarge { limit: 65_536, .. }), "{error}");
}

#[test]
fn a_status_whose_id_is_no_number_is_answered_with_that_id() {
    let mut alone = up(plain());
    let status = "<SystemStatus><systemStatus>normal</systemStatus></SystemStatus>";
    alone.says_bytes(&framed("ab 1", status)).unwrap();
    assert_eq!(&alone.sent_bytes()[4..8], b"ab 1");
    // The connection goes on.
    alone.says_bytes(&framed("0003", status)).unwrap();
    assert_eq!(&alone.sent_bytes()[4..8], b"0003");
}
