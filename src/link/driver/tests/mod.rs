//! Against virtual switches and worse ones, over loopback sockets.
mod bad_peers;
mod csta;
mod storm;
mod support;
mod turns;

use super::super::capture::Capture;
use crate::replay::Replay;
use crate::sim::{Asterisk, Listener};
use std::io::BufReader;
use support::{Link, header, told};

#[tokio::test]
async fn a_capture_tells_again_what_was_told_bit_for_bit() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("hq.capture.ndjson");
    let switch = Listener::bind(Asterisk::hurried(1_795_236_148_000_000, 1), "bridge", "secret")
        .await
        .unwrap();
    let header = header();
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
    assert_eq!(replayed, live);
}

#[tokio::test]
async fn a_link_that_comes_in_mid_call_finds_the_calls_and_sees_them_end() {
    let asterisk = Asterisk::hurried(1_795_236_148_000_000, 2);
    let switch = Listener::bind(asterisk, "bridge", "secret").await.unwrap();
    let address = switch.address().unwrap();
    let playing = tokio::spawn(switch.run());
    let mut first = Link::start(address, &header(), None);
    first
        .until(|batches| told(batches, "lineside.call.delivered") >= 2)
        .await;
    first.stop().await;
    let mut second = Link::start(address, &header(), None);
    let batches = second
        .until(|batches| told(batches, "lineside.call.cleared") >= 6)
        .await;
    assert_eq!(told(&batches, "lineside.link.up"), 1);
    assert_eq!(told(&batches, "lineside.link.resynced"), 1);
    second.stop().await;
    playing.abort();
}
