//! An application at the other end of a connection hears what happens, in every dialect.
use crate::sim::csta::{CallIds, Connection, Quirks, Site, Switch};
use bytes::BytesMut;
use lineside_csta::client::{self, Client, Config};
use lineside_csta::server::ServerConfig;
use lineside_csta::types::*;
use lineside_csta::{
    ApplicationSession, Association, ContextName, Credentials, CredentialsAs, Dialect, Encoding, Framing, Login, Phase,
    Request, Style, Supervision,
};
use lineside_wire::{Session as _, Tick};
use std::time::Duration;

fn dialect(framing: Framing, encoding: Encoding, login: Login) -> Dialect {
    Dialect {
        framing,
        encoding,
        login,
        supervision: Supervision::None,
    }
}

fn dialects() -> Vec<(Dialect, Quirks)> {
    let xml = || Encoding::Xml(Style::edition(4));
    let session = Login::ApplicationSession(ApplicationSession {
        application_id: "bridge".to_owned(),
        protocol_versions: vec!["http://www.ecma-international.org/standards/ecma-323/csta/ed4".to_owned()],
        duration: Duration::from_secs(180),
        credentials: CredentialsAs::UserAndPassword,
    });
    let association = |handshake, versions| {
        Login::Association(Association {
            context_name: ContextName::default(),
            handshake,
            versions,
            status_follows: !handshake,
            release_exit: handshake,
        })
    };
    let octets = |dynamic_devices| Quirks {
        call_ids: CallIds::Octets,
        dynamic_devices,
        ..Quirks::default()
    };
    let hex = Quirks {
        call_ids: CallIds::Hex,
        names_in_ids: true,
        linkage: true,
        services_permitted: true,
        ..Quirks::default()
    };
    vec![
        (dialect(Framing::Annex, xml(), Login::None), Quirks::default()),
        (dialect(Framing::Annex, xml(), Login::ServerFirst), hex),
        (dialect(Framing::Annex, xml(), session.clone()), Quirks::default()),
        (dialect(Framing::Nul, xml(), session), Quirks::default()),
        (
            dialect(Framing::Length16, Encoding::Ber(Phase::I), Login::None),
            octets(true),
        ),
        (
            dialect(Framing::Length16, Encoding::Ber(Phase::II), association(true, 0b10)),
            octets(true),
        ),
        (
            dialect(Framing::HiPath, Encoding::Ber(Phase::III), association(false, 0b100)),
            octets(false),
        ),
    ]
}

/// Carries bytes both ways until nobody has any to send.
fn carry(now: Tick, switch: &mut Switch, connection: &mut Connection, client: &mut Client) {
    connection.pass_on(now, switch);
    loop {
        let mut quiet = true;
        while let Some(sent) = connection.poll_transmit() {
            quiet = false;
            client.handle_bytes(now, &mut BytesMut::from(&sent.bytes[..])).unwrap();
        }
        while let Some(sent) = client.poll_transmit() {
            quiet = false;
            connection
                .handle_bytes(now, switch, &mut BytesMut::from(&sent.bytes[..]))
                .unwrap();
        }
        if quiet {
            return;
        }
    }
}

#[test]
fn an_application_hears_the_same_story_in_every_dialect() {
    let mut told: Option<Vec<String>> = None;
    for (dialect, quirks) in dialects() {
        let name = format!("{dialect:?}");
        let credentials = || Some(Credentials::new("crm", "secret"));
        let mut now = Tick::ZERO;
        let mut switch = Switch::new(Site::default(), quirks, 7);
        let mut connection = Connection::new(now, ServerConfig::new(dialect.clone(), credentials())).unwrap();
        let mut client = Client::new(now, Config::new(dialect, credentials())).unwrap();
        carry(now, &mut switch, &mut connection, &mut client);
        assert!(connection.is_up(), "{name}");
        for number in ["1001", "1002", "1003"] {
            let start = MonitorStart {
                monitor_object: CstaObject::Device(DeviceId::dialled(number)),
                ..MonitorStart::default()
            };
            client
                .submit(now, Request::MonitorStart(Box::new(start)).into())
                .unwrap();
        }
        carry(now, &mut switch, &mut connection, &mut client);
        for flow in ["internal", "consult_conference", "transfer_caller", "queue_answered"] {
            for step in Switch::parts_of(flow).unwrap().1 {
                now += Duration::from_secs(1);
                switch.perform(now, step);
                connection.handle_timeout(now, &mut switch).unwrap();
                carry(now, &mut switch, &mut connection, &mut client);
            }
        }
        assert_eq!(switch.failed(), &[] as &[String], "{name}");
        let mut heard = Vec::new();
        while let Some(event) = client.poll_event() {
            match event {
                client::Event::Report(report) => heard.push(report.event.name().to_owned()),
                client::Event::Completed { result, .. } => assert!(result.is_ok(), "{name}: {result:?}"),
                client::Event::Unreadable { error, .. } => panic!("{name}: {error}"),
                _ => {}
            }
        }
        let first = [
            "ServiceInitiatedEvent",
            "OriginatedEvent",
            "DeliveredEvent",
            "DeliveredEvent",
        ];
        assert_eq!(heard[..4], first, "{name}");
        assert!(heard.iter().any(|name| name == "TransferedEvent"), "{name}: {heard:?}");
        assert!(heard.iter().any(|name| name == "ConferencedEvent"), "{name}");
        assert_eq!(told.get_or_insert_with(|| heard.clone()), &heard, "{name}");
    }
}
