//! The client against what switches were seen to send.

use crate::sessions::{hipath, monitor_start, omnipcx, openscape_voice, reports, system_status};
use crate::support::{Alone, framed};
use lineside_csta::client::{Config, Event, StatusMeaning};
use lineside_csta::types::SystemStatusValue;
use lineside_csta::{Acse, AssociationResponse, Credentials, InvokeId, Login, Message, RejectProblem, Response};
use lineside_wire::Session;

const HIPATH: &str = include_str!("vectors/ber/hipath-phase3-ber.txt");
const OMNIPCX: &str = include_str!("vectors/ber/oxe-phase2-ber.txt");

/// The operation called `name`, behind its length of 16 bits with `mark` set.
fn recorded(vectors: &str, name: &str, head: &[u8], mark: u16) -> Vec<u8> {
    let line = vectors
        .lines()
        .find(|line| line.split('|').next() == Some(name))
        .unwrap();
    let digits = line.split('|').nth(2).unwrap();
    let pairs = digits.as_bytes().chunks(2);
    let body = pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap());
    let body: Vec<u8> = body.collect();
    let length = u16::try_from(body.len()).unwrap() | mark;
    [head, &length.to_be_bytes(), &body].concat()
}

fn of_hipath(name: &str) -> Vec<u8> {
    recorded(HIPATH, name, &[0x26], 0x8000)
}

fn of_omnipcx(name: &str) -> Vec<u8> {
    recorded(OMNIPCX, name, &[], 0)
}

#[test]
fn a_session_with_a_hipath() {
    let mut dialect = hipath();
    if let Login::Association(association) = &mut dialect.login {
        association.versions = 0b1000;
    }
    let mut alone = Alone::new(Config::new(dialect, Some(Credentials::new("AMHOST", "77777"))));
    assert_eq!(alone.sent_bytes(), of_hipath("AARQ"));
    alone.says_bytes(&of_hipath("AARE_accepted")).unwrap();
    assert_eq!(alone.events(), [], "it tells how it is first");
    alone.says_bytes(&of_hipath("SystemStatus_from_pbx")).unwrap();
    assert_eq!(alone.sent_bytes(), of_hipath("SystemStatus_response"));
    let events = alone.events();
    assert!(
        matches!(&events[..], [Event::Status { meaning: StatusMeaning::Fine, .. }, Event::Up(peer)]
        if peer.system_version.as_deref() == Some("HE620F.") && peer.protocol_version.as_deref() == Some("ISO/IEC 18052")),
        "{events:?}"
    );
    let monitor = alone.client.submit(alone.now, monitor_start("100").into()).unwrap();
    alone.says_bytes(&of_hipath("MonitorStartResponse")).unwrap();
    let events = alone.events();
    assert!(matches!(&events[..], [Event::Completed { id, result: Ok(Response::MonitorStart(_)) }] if *id == monitor));
    alone.says_bytes(&of_hipath("EventReport_Delivered")).unwrap();
    alone.says_bytes(&of_hipath("EventReport_ConnectionCleared")).unwrap();
    assert_eq!(reports(&alone.events()).len(), 2);
}

#[test]
fn a_session_with_an_omnipcx() {
    let mut alone = Alone::new(Config::new(omnipcx(), None));
    assert_eq!(alone.sent_bytes(), b"B");
    alone.says_bytes(b"P").unwrap();
    alone
        .says(&Message::Association(Acse::Response(AssociationResponse::default())))
        .unwrap();
    assert!(matches!(&alone.events()[..], [Event::Up(_)]));
    alone.sent_bytes();
    let monitor = alone.client.submit(alone.now, monitor_start("3001").into()).unwrap();
    assert_eq!(alone.sent_bytes(), of_omnipcx("monitorStart_req"));
    alone.says_bytes(&of_omnipcx("monitorStart_res")).unwrap();
    let events = alone.events();
    assert!(
        matches!(&events[..], [Event::Completed { id, result: Ok(_) }] if *id == monitor),
        "{events:?}"
    );
    alone.says_bytes(&of_omnipcx("delivered_evt")).unwrap();
    assert_eq!(reports(&alone.events()).len(), 1);
    alone.says_bytes(&of_omnipcx("systemStatus_inv_from_pbx")).unwrap();
    // What the application of the trace got wrong: a SEQUENCE, the operation, and nothing.
    let answer = b"\x00\x0d\xa2\x0b\x02\x02\x2b\xbf\x30\x05\x02\x01\x34\x05\x00";
    assert_eq!(
        alone.sent_bytes().escape_ascii().to_string(),
        answer.escape_ascii().to_string()
    );
    assert!(matches!(
        &alone.events()[..],
        [Event::Status {
            value: SystemStatusValue::Normal,
            ..
        }]
    ));
    // Nothing is under way, so the reject is for nothing of ours.
    alone.says_bytes(b"\x00\x07\xa4\x05\x05\x00\x80\x01\x00").unwrap();
    assert_eq!(alone.events(), [Event::Rejected(RejectProblem::General(0))]);
}

#[test]
fn a_session_with_an_openscape_voice() {
    let mut alone = Alone::new(Config::new(openscape_voice(), None));
    let (id, request) = (InvokeId(1), system_status(SystemStatusValue::Enabled));
    alone.says(&Message::Request { id, request }).unwrap();
    let registered = include_str!("vectors/xml/osv_SystemRegisterResponse.xml");
    alone.says_bytes(&framed("0000", registered)).unwrap();
    assert!(matches!(alone.events().last(), Some(Event::Up(_))));
    let monitor = alone.client.submit(alone.now, monitor_start("4711").into()).unwrap();
    let delivered = include_str!("vectors/xml/osv_DeliveredEvent.xml");
    alone.says_bytes(&framed("9999", delivered)).unwrap();
    let started = include_str!("vectors/xml/osv_MonitorStartResponse.xml");
    alone.says_bytes(&framed("0001", started)).unwrap();
    let events = alone.events();
    assert!(
        matches!(&events[..], [Event::Report(_), Event::Completed { id, result: Ok(_) }] if *id == monitor),
        "{events:?}"
    );
}
