use super::super::super::capture::{Capture, Header};
use super::super::{Clock, Driver, Settings};
use crate::link::handle::Handle;
use crate::link::made_of;
use crate::model::{Batch, Event, EventType};
use crate::sim::Asterisk;
use bytes::BytesMut;
use lineside_ami::Outgoing;
use lineside_ami::server::{Config, Event as Heard, Request, Server, User};
use lineside_wire::{Session as _, Tick};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Longer than anything here may take: it ends a test that would wait for ever.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

pub(super) fn header() -> Header {
    serde_json::from_str(
        r#"{"lineside":"capture","format":1,"switch":"hq","profile":"asterisk/asterisk","username":"bridge",
            "site":{"country":"DE","area":"30","trunkPrefix":"0","extensions":"10XX"},"wall":"2026-11-21T04:42:28.907Z"}"#,
    )
    .unwrap()
}

pub(super) fn told(batches: &[Batch], kind: &str) -> usize {
    events(batches).filter(|event| event.kind.as_str() == kind).count()
}

pub(super) fn events(batches: &[Batch]) -> impl Iterator<Item = &Event> {
    batches.iter().flat_map(|batch| &batch.events)
}

/// Why the link went down, each time.
pub(super) fn reasons(batches: &[Batch]) -> Vec<String> {
    events(batches)
        .filter(|event| event.kind == EventType::LinkDown)
        .filter_map(|event| match &event.data {
            crate::model::Data::Link(data) => data.reason.as_ref().map(ToString::to_string),
            _ => None,
        })
        .collect()
}

/// A driver and the end of its queue.
pub(super) struct Link {
    pub(super) batches: mpsc::Receiver<Batch>,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Link {
    pub(super) fn start(address: SocketAddr, header: &Header, capture: Option<Capture>) -> Self {
        Link::with(
            Settings::new(header.switch.clone(), address.to_string()),
            header,
            capture,
        )
    }

    pub(super) fn with(settings: Settings, header: &Header, capture: Option<Capture>) -> Self {
        let machine = made_of(header, "secret".to_owned().into()).unwrap();
        let (send, batches) = mpsc::channel(64);
        let stop = CancellationToken::new();
        let driver = Driver::new(
            settings,
            machine,
            Clock::start(),
            capture,
            send,
            Handle::new().1,
            stop.clone(),
        );
        Link {
            batches,
            stop,
            task: tokio::spawn(driver.run()),
        }
    }

    /// All batches until `enough` is true of them.
    pub(super) async fn until(&mut self, enough: impl Fn(&[Batch]) -> bool) -> Vec<Batch> {
        let mut batches = Vec::new();
        let collect = async {
            while !enough(&batches) {
                batches.push(self.batches.recv().await.expect("the driver runs"));
            }
        };
        let in_time = tokio::time::timeout(PATIENCE, collect).await;
        let last: Vec<_> = events(&batches).map(|event| event.kind.as_str()).collect();
        assert!(
            in_time.is_ok(),
            "waited in vain; down {:?}; {} events so far: {last:?}",
            reasons(&batches),
            last.len()
        );
        batches
    }

    /// Stops the driver; gives what it still had to tell.
    pub(super) async fn stop(mut self) -> Vec<Batch> {
        self.stop.cancel();
        let mut rest = Vec::new();
        while let Some(batch) = self.batches.recv().await {
            rest.push(batch);
        }
        tokio::time::timeout(PATIENCE, self.task)
            .await
            .expect("it ends soon")
            .expect("it does not panic");
        rest
    }
}

/// Lets a client in on a blocking socket and answers it until its snapshot is complete. `None`: it went away before.
pub(super) fn logged_in(mut stream: TcpStream) -> Option<(Server, TcpStream)> {
    let mut server = Server::new(
        Tick::ZERO,
        Config::new(vec![User::new("bridge", "secret")], "840415273"),
    )
    .unwrap();
    let mut asterisk = Asterisk::playing(Vec::new(), 1_795_236_148_000_000, 1);
    let (mut input, mut buffer) = (BytesMut::new(), [0; 4096]);
    let mut fenced = false;
    while !fenced {
        flush(&mut server, &mut stream).ok()?;
        let read = stream.read(&mut buffer).ok().filter(|read| *read > 0)?;
        input.extend_from_slice(&buffer[..read]);
        server.handle_bytes(Tick::ZERO, &mut input).unwrap();
        while let Some(event) = server.poll_event() {
            if let Heard::Action(action) = event {
                let (answer, set) = asterisk.handle_action(Tick::ZERO, &action);
                server.submit(Tick::ZERO, Request::Answer(answer)).unwrap();
                if let Some(set) = set {
                    fenced = true;
                    server.submit(Tick::ZERO, Request::Event(set)).unwrap();
                }
            }
        }
    }
    flush(&mut server, &mut stream).ok()?;
    Some((server, stream))
}

pub(super) fn flush(server: &mut Server, stream: &mut TcpStream) -> std::io::Result<()> {
    while let Some(transmit) = server.poll_transmit() {
        stream.write_all(&transmit.bytes)?;
    }
    Ok(())
}

/// An event of the channel of somebody who dials.
pub(super) fn channel(event: &str, call: usize) -> Outgoing {
    let id = format!("1795236148.{call}");
    Outgoing::event(event)
        .header("Privilege", "call,all")
        .header("Channel", format!("PJSIP/1001-{call:08x}"))
        .header("ChannelState", "4")
        .header("ChannelStateDesc", "Ring")
        .header("CallerIDNum", "1001")
        .header("CallerIDName", "Phone 1001")
        .header("ConnectedLineNum", "<unknown>")
        .header("ConnectedLineName", "<unknown>")
        .header("Context", "internal")
        .header("Exten", "1002")
        .header("Uniqueid", &id)
        .header("Linkedid", &id)
        .header("Cause", "16")
}
