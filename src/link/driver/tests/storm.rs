//! More than the bridge can take at the moment.
use super::super::Settings;
use super::support::{Link, PATIENCE, channel, flush, header, logged_in, reasons, told};
use lineside_ami::server::Request;
use lineside_wire::{Session as _, Tick};
use std::io::Read as _;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

/// A switch that writes as Asterisk does: who leaves its socket full for 100 ms is cut off. It sends `calls` calls, two events each,
/// `rate` events a second, and tells whether it was cut. The first time it waits for a word of `go`, or for its end.
fn impatient(calls: usize, rate: usize) -> (SocketAddr, mpsc::Sender<()>, mpsc::Receiver<Result<(), String>>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = listener.local_addr().unwrap();
    let (done, result) = mpsc::channel();
    let (go, begin) = mpsc::channel();
    let begin = Arc::new(Mutex::new(begin));
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (stream, done, begin) = (stream.unwrap(), done.clone(), begin.clone());
            std::thread::spawn(move || serve(stream, calls, rate, &begin, &done));
        }
    });
    (address, go, result)
}

fn serve(
    stream: TcpStream,
    calls: usize,
    rate: usize,
    begin: &Mutex<mpsc::Receiver<()>>,
    done: &mpsc::Sender<Result<(), String>>,
) {
    let Some((mut server, mut stream)) = logged_in(stream) else {
        return;
    };
    // What comes before the link is up is only folded into what it says then.
    let _ = begin.lock().unwrap().recv();
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
    let (address, go, result) = impatient(CALLS, 3000);
    let mut link = Link::start(address, &header(), None);
    link.until(|batches| told(batches, "lineside.link.resynced") >= 1).await;
    go.send(()).unwrap();
    // Nobody takes a batch before the switch has said all that it had to say, which takes it two seconds.
    assert_eq!(result.recv_timeout(PATIENCE).unwrap(), Ok(()));
    let batches = link
        .until(|batches| told(batches, "lineside.call.cleared") >= CALLS)
        .await;
    assert_eq!(told(&batches, "lineside.call.cleared"), CALLS);
    assert_eq!(told(&batches, "lineside.link.down"), 0, "{:?}", reasons(&batches));
    link.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_storm_beyond_the_queue_closes_the_link_which_says_so_and_resyncs() {
    let (address, go, result) = impatient(30_000, 1_000_000);
    let header = header();
    let settings = Settings {
        waiting: 256 << 10,
        ..Settings::new(header.switch.clone(), address.to_string())
    };
    let mut link = Link::with(settings, &header, None);
    link.until(|batches| told(batches, "lineside.link.resynced") >= 1).await;
    go.send(()).unwrap();
    drop(go);
    // Nobody takes a batch: the storm has to wait somewhere.
    let cut = result.recv_timeout(PATIENCE).unwrap().unwrap_err();
    let batches = link.until(|batches| told(batches, "lineside.link.down") >= 1).await;
    assert!(
        reasons(&batches)[0].contains("slower than the switch"),
        "{:?}, {cut}",
        reasons(&batches)
    );
    assert!(
        told(&batches, "lineside.call.cleared") > 0,
        "what was read is told before the link goes down"
    );
    link.until(|batches| told(batches, "lineside.link.resynced") >= 1).await;
    link.stop().await;
}
