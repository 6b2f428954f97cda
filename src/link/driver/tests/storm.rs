//! More than the bridge can take at the moment.
use super::super::Settings;
use super::support::{Link, PATIENCE, channel, flush, header, logged_in, reasons, told};
use crate::model::Batch;
use lineside_ami::server::Request;
use lineside_wire::{Session as _, Tick};
use std::io::Read as _;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// A switch that writes as Asterisk does: who leaves its socket full for 100 ms is cut off. When the link is up it sends `calls`
/// calls, two events each, `rate` events a second; then it tells whether it was cut.
fn impatient(calls: usize, rate: usize) -> (SocketAddr, mpsc::Receiver<Result<(), String>>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = listener.local_addr().unwrap();
    let (done, result) = mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (stream, done) = (stream.unwrap(), done.clone());
            std::thread::spawn(move || serve(stream, calls, rate, &done));
        }
    });
    (address, result)
}

fn serve(stream: TcpStream, calls: usize, rate: usize, done: &mpsc::Sender<Result<(), String>>) {
    let Some((mut server, mut stream)) = logged_in(stream) else {
        return;
    };
    stream.set_write_timeout(Some(Duration::from_millis(100))).unwrap();
    let start = Instant::now();
    for call in 0..calls {
        let due = Duration::from_micros(u64::try_from(call * 2 * 1_000_000 / rate).unwrap());
        if let Some(wait) = due.checked_sub(start.elapsed()) {
            std::thread::sleep(wait);
        }
        for event in ["Newchannel", "Hangup"] {
            let event = channel(event, call);
            server.submit(Tick::ZERO, Request::Event(event)).unwrap();
        }
        if let Err(error) = flush(&mut server, &mut stream) {
            let _ = done.send(Err(format!("cut off at call {call}: {error}")));
            return;
        }
    }
    let _ = done.send(Ok(()));
    // Open until the other side has had enough.
    while matches!(stream.read(&mut [0; 4096]), Ok(1..)) {}
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sequencer_that_stalls_for_two_seconds_costs_neither_the_link_nor_an_event() {
    const CALLS: usize = 3000;
    let (address, result) = impatient(CALLS, 2000);
    let mut link = Link::start(address, &header(), None);
    link.until(|batches| told(batches, "lineside.link.resynced") >= 1).await;
    // The stall is the test: for two seconds nobody takes a batch.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let batches = link
        .until(|batches| told(batches, "lineside.call.cleared") >= CALLS)
        .await;
    assert_eq!(result.recv_timeout(PATIENCE).unwrap(), Ok(()));
    assert_eq!(told(&batches, "lineside.call.cleared"), CALLS);
    assert_eq!(told(&batches, "lineside.link.down"), 0, "{:?}", reasons(&batches));
    link.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_storm_beyond_the_queue_closes_the_link_which_says_so_and_resyncs() {
    let (address, _result) = impatient(30_000, 1_000_000);
    let header = header();
    let settings = Settings {
        waiting: 256 << 10,
        ..Settings::new(header.switch.clone(), address.to_string())
    };
    let mut link = Link::with(settings, &header, None);
    // What has been read is told before the link goes down.
    let read = |batches: &[Batch]| told(batches, "lineside.call.cleared") > 0;
    link.until(|batches| told(batches, "lineside.link.resynced") >= 1 && read(batches))
        .await;
    // The stall is the test: the storm has to wait somewhere.
    tokio::time::sleep(Duration::from_millis(500)).await;
    let batches = link.until(|batches| told(batches, "lineside.link.resynced") >= 1).await;
    assert!(
        reasons(&batches)[0].contains("slower than the switch"),
        "{:?}",
        reasons(&batches)
    );
    link.stop().await;
}
