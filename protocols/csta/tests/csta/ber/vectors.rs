use super::{GENERATED, HIPATH, OXE, lines, told};
use bytes::BytesMut;
use lineside_csta::{Codec, Encoding, Framing, Phase, Received};

/// What each line of a file says; the bytes of a line have their length before them.
fn said(file: &'static str, column: usize, phase: Phase) -> String {
    let mut all = String::new();
    for (name, bytes) in lines(file, column).filter(|(_, bytes)| !bytes.is_empty()) {
        let mut codec = Codec::new(Framing::Length16, Encoding::Ber(phase));
        let mut input = BytesMut::from(&u16::try_from(bytes.len()).unwrap().to_be_bytes()[..]);
        input.extend_from_slice(&bytes);
        let what = match codec.decode(&mut input).unwrap().unwrap() {
            Received::Message(message) => told(&message),
            Received::Unreadable { id, error, .. } => format!("{id:?} {error}"),
        };
        all.push_str(&format!("{name}: {what}\n"));
    }
    all
}

const FROM_OXE: &[&str] = &[
    "monitorStart_req: 1 asks MonitorStart 3001 None",
    "monitorStart_res: 1 answers MonitorStart 0142F900 None",
    "delivered_evt: 0142F900 DeliveredEvent 0058@10960100 3001 3331 3001 NotRequired Some(Alerting) Some(NewCall)",
    "monitorStop_req: 1 asks MonitorStop 0142F900",
    "monitorStop_res: 1 answers MonitorStop",
    "systemStatus_inv_from_pbx: 11199 asks SystemStatus Normal",
    "systemStatus_inv_from_pbx2: 11263 asks SystemStatus Normal",
    "systemStatus_res_MALFORMED_by_app: Some(InvokeId(11263)) an operation that is no integer",
    "reject_from_pbx: rejects None General(0)",
];

const FROM_HIPATH: &[&str] = &[
    r#"AARQ: wants in Some("AMHOST/77777") 0x8"#,
    "AARE_accepted: 0 Some((1, 0)) 0x8 2010/09/16 12:00 HE620F.",
    "SystemStatus_from_pbx: 1 asks SystemStatus Normal",
    "SystemStatus_response: 1 answers SystemStatus",
    "MonitorStart: 1 asks MonitorStart 100 None",
    "MonitorStartResponse: 1 answers MonitorStart 0005 None",
    "MakeCall: 2 asks MakeCall 100 257 None",
    "MakeCallResponse: 2 answers MakeCall B164@100",
    "EventReport_Delivered: 0005 DeliveredEvent B164@257 257 100 257 NotKnown Some(Alerting) Some(NewCall)",
    "EventReport_ConnectionCleared: 0005 ConnectionClearedEvent B164@257 257  Some(Null) Some(NormalClearing)",
    "MonitorStop: 2 asks MonitorStop 0005",
    "MonitorStopResponse: 2 answers MonitorStop",
];

const FROM_MODULES: &[&str] = &[
    "makeCall: 1 asks MakeCall 1000 1001 Some(DoNotPrompt)",
    "makeCallResult: 1 answers MakeCall 002A@1000",
    "monitorStartCall: 3 asks MonitorStart 002A@ Some(Call)",
    "monitorStartResult: 2 answers MonitorStart 00000007 Some(true)",
    "monitorStopResult: 4 answers MonitorStop",
    "answerCall: 5 asks AnswerCall 002A@1001",
    "holdCall: 7 asks HoldCall 002A@1000",
    "consultationCall: 8 asks ConsultationCall 002A@1000 1002",
    "singleStepTransfer: 10 asks SingleStepTransferCall 002A@1000 1002",
    "deflectCall: 11 asks DeflectCall 002A@1001",
    "generateDigits: 13 asks GenerateDigits 002A@1000 Some(Dtmf) 123#",
    "snapshotDevice: 14 asks SnapshotDevice 1000",
    "evServiceInitiated: 00000007 ServiceInitiatedEvent 002A@1000 1000  Some(Initiated) Some(MakeCall)",
    "evOriginated: 00000007 OriginatedEvent 002A@1000 1000 1001  Some(Connected) Some(NewCall)",
    "evEstablished: 00000007 EstablishedEvent 002A@1001 1001 Restricted 1001 NotKnown Some(Connected) Some(NewCall)",
    "evConnectionCleared: 00000007 ConnectionClearedEvent 002A@1001 1001  Some(Connected) Some(NormalClearing)",
    "evQueued: 00000007 QueuedEvent 002A@8000 8000 0123456789 8000 NotRequired Some(Queued) Some(EnteringDistribution)",
    "evHeld: 00000007 HeldEvent 002A@1000 1000  Some(Hold) Some(Consultation)",
    "evFailedBusy: 00000007 FailedEvent 002A@1001 1001 1000 1001 NotRequired Some(Connected) Some(Busy)",
    r#"systemRegister: 15 asks SystemRegister {"systemStatus"}"#,
    "errInvalidDeviceID: 1 fails Operation(InvalidDeviceId)",
];

/// Every line that is expected is among those that were said.
fn check(said: &str, expected: &[&str]) {
    for line in expected {
        assert!(said.lines().any(|said| said == *line), "{line}\n{said}");
    }
}

#[test]
fn an_oxe_speaks_phase_ii() {
    check(&said(OXE, 2, Phase::II), FROM_OXE);
}

#[test]
fn a_hipath_speaks_phase_iii() {
    check(&said(HIPATH, 2, Phase::III), FROM_HIPATH);
}

#[test]
fn what_the_modules_say_is_read() {
    check(&said(GENERATED, 4, Phase::III), FROM_MODULES);
}

#[test]
fn events_tell_their_phase_whatever_was_expected() {
    for phase in [Phase::I, Phase::II, Phase::III] {
        check(&said(OXE, 2, phase), &FROM_OXE[2..3]);
        check(&said(HIPATH, 2, phase), &FROM_HIPATH[8..10]);
    }
}

/// The Delivered event of the switch as Phase I lays it out (ECMA-180): its type, and the sequence behind that.
#[test]
fn an_event_of_phase_i_tells_its_type_before_its_fields() {
    let event = "a138020101020115303055040142f900800104\
        3025\
        6b0a8202005883041096010063048002313161048002313262048002313164028800\
        4e0102";
    let bytes = super::octets(event);
    let mut codec = Codec::new(Framing::Length16, Encoding::Ber(Phase::III));
    let mut input = BytesMut::from(&u16::try_from(bytes.len()).unwrap().to_be_bytes()[..]);
    input.extend_from_slice(&bytes);
    match codec.decode(&mut input).unwrap().unwrap() {
        Received::Message(message) => assert_eq!(
            told(&message),
            "0142F900 DeliveredEvent 0058@10960100 11 12 11 NotRequired Some(Alerting) None"
        ),
        Received::Unreadable { error, .. } => panic!("{error}"),
    }
}
