//! Against the virtual CSTA switch.
use super::super::super::capture::{Capture, Header};
use super::support::{Link, told};
use crate::normalize::csta::{dialect, dialect_of};
use crate::profile::{Product, embedded, load};
use crate::replay::Replay;
use crate::sim::csta::{Listener, Pace, Quirks, Site, Switch};
use lineside_csta::server::ServerConfig;
use lineside_wire::{Private, Tick};
use std::io::BufReader;
use std::time::Duration;

/// The bridge's end of a link to a switch of this profile, as a capture begins.
fn header(profile: &str) -> Header {
    let text = format!(
        r#"{{"lineside":"capture","format":1,"switch":"hq","profile":"{profile}","username":"bridge",
            "override":{{"monitors":{{"perSecond":200,"list":false}},
                "devices":{{"kinds":{{"queue":["20XX"],"group":["21XX"],"voiceUnit":["30XX"],"park":["70XX"]}}}}}},
            "site":{{"country":"DE","area":"30","trunkPrefix":"0","extensions":"10XX","trunks":["90XX"],
                "devices":["1001-1007","2001-2002","2101"]}},
            "wall":"2026-11-21T04:42:28.907Z"}}"#
    );
    serde_json::from_str(&text).unwrap()
}

/// One company that plays all stories, as fast as that can be heard.
async fn listener(profile: &str) -> Listener {
    let loaded = load(profile, embedded(profile).unwrap(), None).unwrap();
    let Product::Csta(csta) = &loaded.product else {
        panic!("{profile}")
    };
    let credentials = dialect::credentials("bridge", &Private::new("secret".to_owned()));
    let (house, casts) = Site::house(1);
    let mut switch = Switch::new(house, Quirks::default(), 1);
    switch.pace = Pace {
        step: Duration::from_millis(10),
        ..Pace::STILL
    };
    switch.open(Tick::ZERO, casts);
    let config = ServerConfig::new(dialect_of(csta), credentials);
    Listener::bind(switch, config).await.unwrap()
}

#[tokio::test]
async fn a_capture_of_each_encoding_tells_again_what_was_told_bit_for_bit() {
    for profile in [
        "ecma/ecma-323",
        "unify/hipath-3000",
        "alcatel/omnipcx-enterprise",
        "alcatel/omnipcx-office",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("hq.capture.ndjson");
        let switch = listener(profile).await;
        let header = header(profile);
        let mut link = Link::start(
            switch.address().unwrap(),
            &header,
            Some(Capture::start(&file, &header).unwrap()),
        );
        let playing = tokio::spawn(switch.run());
        let live = link.until(|batches| told(batches, "lineside.call.cleared") >= 6).await;
        let live = [live, link.stop().await].concat();
        playing.abort();
        let capture = BufReader::new(std::fs::File::open(&file).unwrap());
        let replayed: Vec<_> = Replay::start(capture).unwrap().flat_map(Result::unwrap).collect();
        assert_eq!(replayed, live, "{profile}");
    }
}
