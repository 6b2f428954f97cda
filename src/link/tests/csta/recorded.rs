//! What switches were seen to send, as it came from the wire: what a bridge tells of it, by the profile of each.

use super::stage::now;
use super::words::word;
use crate::link::machine::Wish;
use crate::link::{Machine, MachineConfig};
use crate::model::*;
use crate::profile::{OneOrMany, Site, embedded, load};
use bytes::BytesMut;
use lineside_csta::{Acse, AssociationResponse, Codec, Encoding, Framing, Message, Phase};
use lineside_wire::{Private, Tick};
use std::time::Duration;

macro_rules! vector {
    ($name:literal) => {
        include_str!(concat!("../../../../protocols/csta/tests/csta/vectors/", $name))
    };
}

const HIPATH: &str = vector!("ber/hipath-phase3-ber.txt");
const OMNIPCX: &str = vector!("ber/oxe-phase2-ber.txt");

/// A machine, and bytes that somebody else wrote down.
struct Wire {
    machine: Machine,
    tick: Tick,
    sent: BytesMut,
}

impl Wire {
    fn new(profile: &str, device: &str) -> Self {
        // Neither a list nor a snapshot was recorded, nor how a device is set.
        let changes: toml::Table = "[monitors]\nlist = false\nsnapshot = false\nstates = []\nperSecond = 1000"
            .parse()
            .unwrap();
        let site = Site {
            devices: vec![device.to_owned()],
            extensions: Some(OneOrMany::One("X".repeat(device.len()))),
            ..Site::default()
        };
        let config = MachineConfig {
            switch: SwitchName::try_from("hq").unwrap(),
            profile_name: profile.to_owned(),
            profile: load(profile, embedded(profile).unwrap(), Some(&changes)).unwrap(),
            rules: site.rules().unwrap(),
            site,
            username: "AMHOST".to_owned(),
            secret: Private::new("77777".to_owned()),
            seed: [7; 32],
            restored: Restored::default(),
            give_up: Duration::from_secs(900),
        };
        let mut wire = Wire {
            machine: Machine::new(config, now(Tick::ZERO)),
            tick: Tick::ZERO,
            sent: BytesMut::new(),
        };
        wire.settle();
        wire
    }

    /// What was sent since it was asked last.
    fn sent(&mut self) -> Vec<u8> {
        self.settle();
        self.sent.split().to_vec()
    }

    fn hears(&mut self, bytes: &[u8]) -> &mut Self {
        self.machine
            .handle_bytes(now(self.tick), LinkRole::Events, &mut BytesMut::from(bytes));
        self.settle();
        self
    }

    fn settle(&mut self) {
        // Monitors are placed at a pace.
        for _ in 0..20 {
            self.tick += Duration::from_millis(10);
            self.machine.handle_timeout(now(self.tick));
            while let Some(wish) = self.machine.poll_wish() {
                match wish {
                    Wish::Connect(role) => self.machine.handle_connected(now(self.tick), role),
                    Wish::Transmit(_, transmit) => self.sent.extend_from_slice(&transmit.bytes),
                    Wish::Disconnect(_) | Wish::Missed(..) => panic!("{wish:?}"),
                }
            }
        }
    }

    fn words(&mut self) -> Vec<String> {
        let mut calls = Vec::new();
        let batches = std::iter::from_fn(|| self.machine.poll_batch());
        let told = batches.flat_map(|batch| batch.events);
        let mut words: Vec<String> = told.map(|event| word(&mut calls, &event)).collect();
        words.retain(|word| word.starts_with('c'));
        words
    }
}

/// The operation called `name`, behind its length of 16 bits with `mark` set.
fn operation(vectors: &str, name: &str, head: &[u8], mark: u16) -> Vec<u8> {
    let line = vectors.lines().find(|line| line.split('|').next() == Some(name));
    let digits = line.unwrap().split('|').nth(2).unwrap();
    let pairs = digits.as_bytes().chunks(2);
    let body = pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap());
    let body: Vec<u8> = body.collect();
    let length = u16::try_from(body.len()).unwrap() | mark;
    [head, &length.to_be_bytes(), &body].concat()
}

/// A document behind the eight bytes of annex J.2.
fn document(id: &str, text: &str) -> Vec<u8> {
    let length = u16::try_from(text.len() + 8).unwrap().to_be_bytes();
    [&[0, 0], &length[..], id.as_bytes(), text.as_bytes()].concat()
}

#[test]
fn a_call_that_a_hipath_told_of() {
    let mut wire = Wire::new("unify/hipath-3000", "100");
    let of = |name: &str| operation(HIPATH, name, &[0x26], 0x8000);
    assert!(!wire.sent().is_empty());
    wire.hears(&of("AARE_accepted")).hears(&of("SystemStatus_from_pbx"));
    assert!(wire.sent().starts_with(&of("SystemStatus_response")));
    wire.hears(&of("MonitorStartResponse"))
        .hears(&of("EventReport_Delivered"))
        .hears(&of("EventReport_ConnectionCleared"));
    assert_eq!(
        wire.words(),
        [
            "c1 originated 100:connected newCall",
            "c1 delivered 257:alerting newCall",
            "c1 connectionCleared 257:null callNotAnswered",
        ]
    );
}

#[test]
fn a_call_that_an_omnipcx_enterprise_told_of() {
    let mut wire = Wire::new("alcatel/omnipcx-enterprise", "3001");
    let of = |name: &str| operation(OMNIPCX, name, &[], 0);
    assert_eq!(wire.sent(), b"B");
    wire.hears(b"P");
    // How it answers an association was not recorded.
    let accepted = Message::Association(Acse::Response(AssociationResponse::default()));
    let mut codec = Codec::new(Framing::Length16, Encoding::Ber(Phase::II));
    wire.hears(&codec.encode(&accepted).unwrap());
    wire.hears(&of("systemStatus_inv_from_pbx"));
    assert!(wire.sent().windows(4).any(|sent| sent == b"3001"));
    wire.hears(&of("monitorStart_res")).hears(&of("delivered_evt"));
    assert_eq!(
        wire.words(),
        [
            "c1 originated 3331:connected newCall",
            "c1 delivered 3001:alerting newCall",
        ]
    );
}

#[test]
fn a_call_that_an_openscape_voice_told_of() {
    let mut wire = Wire::new("unify/openscape-voice", "3021061290002");
    wire.hears(&document(
        "0001",
        "<SystemStatus xmlns=\"http://www.ecma-international.org/standards/ecma-323/csta/ed4\"><systemStatus>enabled</systemStatus></SystemStatus>",
    ));
    wire.sent();
    wire.hears(&document("0000", vector!("xml/osv_SystemRegisterResponse.xml")));
    let asked = wire.sent();
    let asked = String::from_utf8_lossy(&asked);
    assert!(asked.contains("<MonitorStart"), "{asked}");
    let started = vector!("xml/osv_MonitorStartResponse.xml").replace("1136370025", "1173673890");
    wire.hears(&document("0001", &started))
        .hears(&document("9999", vector!("xml/osv_DeliveredEvent.xml")));
    assert_eq!(
        wire.words(),
        [
            "c1 originated 7868772298:connected newCall",
            "c1 queued 3021061290002:queued enteringDistribution",
        ]
    );
}
