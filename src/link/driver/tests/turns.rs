//! Whose turn it is: what arrives, what is asked for, what is due.
use super::super::reader::{Arrival, What};
use super::super::{Clock, Driver, Settings};
use super::support::header;
use crate::link::handle::Handle;
use crate::link::{Input, made_of};
use crate::model::{Batch, CallId, Command, CommandId, Denial, LinkRole, Now, Order, Text, Verdict, Wall};
use bytes::Bytes;
use lineside_wire::Tick;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

fn driver() -> (Driver, Handle, mpsc::Receiver<Batch>, CancellationToken) {
    let machine = made_of(&header(), "secret".to_owned().into()).unwrap();
    let (send, batches) = mpsc::channel(64);
    let (handle, commands) = Handle::new();
    let stop = CancellationToken::new();
    // Nobody is there.
    let settings = Settings::new(header().switch, "127.0.0.1:1".to_owned());
    let driver = Driver::new(settings, machine, Clock::start(), None, send, commands, stop.clone());
    (driver, handle, batches, stop)
}

fn command(id: u64) -> Command {
    Command {
        id: CommandId(id),
        request_id: Text::from("r"),
        requested_by: Text::from("crm"),
        order: Order::ClearCall {
            call: CallId(uuid::Uuid::nil()),
        },
    }
}

fn at(millis: u64) -> Now {
    Now {
        tick: Tick::ZERO + Duration::from_millis(millis),
        wall: Wall::from_millis(i64::try_from(millis).unwrap()),
    }
}

#[tokio::test]
async fn however_much_arrives_commands_and_deadlines_have_their_turn() {
    let (mut driver, handle, _batches, _stop) = driver();
    driver.serve_wishes().await.unwrap();
    // It is tried again after a second and at most a quarter more.
    driver.tell(at(0), Input::ConnectFailed(LinkRole::Events, "nobody".to_owned()));
    for n in 0..100 {
        let arrival = Arrival {
            role: LinkRole::Events,
            connection: 1,
            now: at(n * 100),
            what: What::Bytes(Bytes::from_static(b"x")),
        };
        driver.arriving.send(arrival).unwrap();
    }
    for id in 0..5 {
        handle.submit(command(id)).unwrap();
    }
    let (mut commands, mut due, mut read) = (Vec::new(), Vec::new(), 0);
    for turn in 0..40 {
        let (now, input) = driver.next_input().await.unwrap();
        match &input {
            Input::Command(_) => commands.push(turn),
            Input::Timeout => due.push(now.tick),
            Input::Bytes(..) => read += 1,
            other => panic!("{other:?}"),
        }
        driver.tell(now, input);
    }
    assert_eq!(commands, [0, 2, 4, 6, 8], "one between two arrivals");
    assert_eq!(due.len(), 1, "{due:?}");
    let second = Tick::ZERO + Duration::from_secs(1);
    assert!(
        due[0] > second && due[0] <= second + Duration::from_millis(400),
        "{due:?}"
    );
    assert_eq!(read, 34);
}

#[tokio::test]
async fn what_was_asked_for_and_not_begun_when_the_bridge_stops_is_refused() {
    let (driver, handle, mut batches, stop) = driver();
    stop.cancel();
    for id in 0..3 {
        handle.submit(command(id)).unwrap();
    }
    driver.run().await;
    let mut settled = Vec::new();
    while let Some(batch) = batches.recv().await {
        settled.extend(batch.settled);
    }
    let ids: Vec<u64> = settled.iter().map(|settled| settled.id.0).collect();
    assert_eq!(ids, [0, 1, 2]);
    for settled in settled {
        assert!(
            matches!(settled.verdict, Verdict::Denied(Denial::Unreachable(_))),
            "{settled:?}"
        );
    }
    assert!(handle.submit(command(3)).is_err());
}
