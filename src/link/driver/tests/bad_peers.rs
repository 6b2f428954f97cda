//! Peers that are not what they should be: each is told in words that help, and not hammered.
use super::super::Settings;
use super::support::{Link, PATIENCE, channel, events, flush, header, logged_in, reasons, told};
use crate::link::{Wish, made_of};
use crate::model::{Event, EventType, LinkRole, Now};
use crate::sim::{Asterisk, Listener};
use bytes::BytesMut;
use lineside_ami::server::{Config, Request, Server, User};
use lineside_wire::{Session as _, Tick};
use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

/// Answers every connection with `text`, then closes it or leaves it open. Tells of each connection.
async fn answering(text: &'static [u8], close: bool) -> (SocketAddr, tokio::sync::mpsc::Receiver<()>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let (connected, connections) = tokio::sync::mpsc::channel(64);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = connected.send(()).await;
            tokio::spawn(async move {
                let _ = stream.write_all(text).await;
                let mut sink = Vec::new();
                if !close {
                    let _ = stream.read_to_end(&mut sink).await;
                }
            });
        }
    });
    (address, connections)
}

async fn first_reason(address: SocketAddr) -> String {
    let mut link = Link::start(address, &header(), None);
    let batches = link.until(|batches| told(batches, "lineside.link.down") >= 1).await;
    link.stop().await;
    reasons(&batches).remove(0)
}

#[tokio::test]
async fn nothing_listens_there() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let reason = first_reason(address).await;
    assert!(
        reason.contains("nothing listens there") && reason.contains(&address.to_string()),
        "{reason}"
    );
}

#[tokio::test]
async fn a_name_that_is_not_known_is_told() {
    let header = header();
    // Longer than a label of a name may be, so that nobody outside is asked for it.
    let name = format!("{}.invalid", "x".repeat(64));
    let settings = Settings::new(header.switch.clone(), format!("{name}:5038"));
    let mut link = Link::with(settings, &header, None);
    let batches = link.until(|batches| told(batches, "lineside.link.down") >= 1).await;
    link.stop().await;
    assert!(reasons(&batches)[0].contains(&name), "{:?}", reasons(&batches));
}

#[tokio::test]
async fn a_peer_that_is_not_asterisk_is_told_with_what_it_said() {
    let (address, _) = answering(b"SSH-2.0-OpenSSH_9.2\r\n", false).await;
    let reason = first_reason(address).await;
    assert!(reason.contains("SSH-2.0"), "{reason}");
}

#[tokio::test]
async fn garbage_bytes_end_the_session_and_nothing_else() {
    let (address, mut connections) = answering(&[0xff; 70_000], false).await;
    let mut link = Link::start(address, &header(), None);
    let batches = link.until(|batches| told(batches, "lineside.link.down") >= 1).await;
    assert!(!reasons(&batches)[0].is_empty());
    connections.recv().await.unwrap();
    // It comes again: the driver lives.
    tokio::time::timeout(PATIENCE, connections.recv())
        .await
        .unwrap()
        .unwrap();
    link.stop().await;
}

#[tokio::test]
async fn a_peer_that_closes_at_once_is_told() {
    let (address, _) = answering(b"", true).await;
    let reason = first_reason(address).await;
    assert!(reason.contains("closed"), "{reason}");
}

#[tokio::test]
async fn a_switch_that_is_cut_off_in_mid_event_leaves_no_ghost_and_no_half_event() {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = listener.local_addr().unwrap();
    let (cut, cuts) = std::sync::mpsc::channel();
    let cuts = Arc::new(Mutex::new(cuts));
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let cuts = Arc::clone(&cuts);
            std::thread::spawn(move || {
                // A call begins, and its second event is cut in the middle. The next time there is no call any more.
                let Some((mut server, mut stream)) = logged_in(stream.unwrap()) else {
                    return;
                };
                let Ok(()) = cuts.lock().unwrap().recv() else { return };
                let dials = channel("DialBegin", 1)
                    .header("DestChannel", "PJSIP/1002-00000002")
                    .header("DestChannelState", "5")
                    .header("DestCallerIDNum", "1002")
                    .header("DestUniqueid", "1795236148.2")
                    .header("DestLinkedid", "1795236148.1")
                    .header("DialString", "1002");
                for event in [channel("Newchannel", 1), dials] {
                    server.submit(Tick::ZERO, Request::Event(event)).unwrap();
                }
                flush(&mut server, &mut stream).unwrap();
                let hangup = channel("Hangup", 1).encode().unwrap();
                stream.write_all(&hangup[..hangup.len() / 2]).unwrap();
            });
        }
    });
    let mut link = Link::start(address, &header(), None);
    link.until(|batches| told(batches, "lineside.link.resynced") >= 1).await;
    cut.send(()).unwrap();
    let batches = link.until(|batches| told(batches, "lineside.link.resynced") >= 1).await;
    drop(cut);
    link.stop().await;
    assert!(!reasons(&batches).is_empty());
    let cleared: Vec<&Event> = events(&batches)
        .filter(|event| event.kind == EventType::Cleared)
        .collect();
    let [cleared] = cleared[..] else {
        panic!("{} calls ended", cleared.len())
    };
    // It was not seen to end: the snapshot after the cut has it no more.
    assert!(cleared.reconstructed);
}

#[tokio::test]
async fn a_wrong_password_is_told_with_where_to_look() {
    let asterisk = Asterisk::playing(Vec::new(), 0, 1);
    let switch = Listener::bind(asterisk, "bridge", "another secret").await.unwrap();
    let address = switch.address().unwrap();
    let playing = tokio::spawn(switch.run());
    let reason = first_reason(address).await;
    assert!(
        reason.contains("Authentication failed") && reason.contains("manager.conf"),
        "{reason}"
    );
    assert_eq!(reason.matches("Authentication failed").count(), 1, "{reason}");
    playing.abort();
}

#[test]
fn after_a_wrong_password_half_a_minute_passes_before_the_next_attempt() {
    let mut machine = made_of(&header(), "wrong".to_owned().into()).unwrap();
    let mut server = Server::new(Tick::ZERO, Config::new(vec![User::new("bridge", "right")], "840415273")).unwrap();
    let (mut now, mut input, mut unread) = (Now::default(), BytesMut::new(), BytesMut::new());
    let mut opened = Vec::new();
    while opened.len() < 2 {
        let mut quiet = true;
        while let Some(wish) = machine.poll_wish() {
            match wish {
                Wish::Connect(LinkRole::Events) => {
                    opened.push(now.tick);
                    machine.handle_connected(now, LinkRole::Events);
                }
                Wish::Transmit(_, transmit) => input.extend_from_slice(&transmit.bytes),
                Wish::Connect(LinkRole::Actions) | Wish::Disconnect(_) | Wish::Missed(..) => {}
            }
            quiet = false;
        }
        server.handle_bytes(now.tick, &mut input).unwrap();
        while let Some(transmit) = server.poll_transmit() {
            unread.extend_from_slice(&transmit.bytes);
            machine.handle_bytes(now, LinkRole::Events, &mut unread);
            quiet = false;
        }
        if quiet {
            now.tick = [server.poll_timeout(), machine.poll_timeout()]
                .into_iter()
                .flatten()
                .min()
                .unwrap_or(now.tick);
            server.handle_timeout(now.tick).unwrap();
            machine.handle_timeout(now);
        }
    }
    assert!(opened[1] - opened[0] >= Duration::from_secs(30), "{opened:?}");
}
