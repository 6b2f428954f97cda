//! A switch, an application that watches, and what it hears in few words.
use crate::sim::csta::{CallIds, CallerTold, Out, QueueLeaves, QueueTold, Quirks, Site, Switch};
use lineside_csta::types::*;
use lineside_csta::{Event, EventReport, Octets, Request, Response};
use lineside_wire::Tick;
use std::collections::BTreeMap;
use std::time::Duration;

pub(super) struct Room {
    pub(super) switch: Switch,
    /// The letter of each monitored device, by the name of its monitor.
    monitors: BTreeMap<Octets, String>,
    pub(super) out: Vec<Out>,
    calls: Vec<Octets>,
    pub(super) now: Tick,
    asked: u64,
}

/// Switches that differ in everything.
pub(super) fn dialects() -> Vec<(&'static str, Quirks)> {
    let usual = Quirks::default();
    vec![
        ("usual", usual.clone()),
        (
            "terse",
            Quirks {
                others_clearing: false,
                immediate_diverted: false,
                service_initiated: false,
                new_call_ids: false,
                causes: false,
                whole_lists: false,
                caller: CallerTold::Later,
                pickup_calls: false,
                response_first: false,
                ..usual.clone()
            },
        ),
        (
            "talkative",
            Quirks {
                call_ids: CallIds::Octets,
                dynamic_devices: true,
                names_in_ids: true,
                offered: true,
                queue: QueueTold::Delivered,
                queue_leaves: QueueLeaves::Answered,
                caller: CallerTold::Network,
                failed_at_busy: true,
                services_permitted: true,
                linkage: true,
                spread: Duration::from_millis(300),
                segment: Some(1),
                ..usual.clone()
            },
        ),
        (
            "by hexadecimal names",
            Quirks {
                call_ids: CallIds::Hex,
                caller: CallerTold::Associated,
                ..usual
            },
        ),
    ]
}

impl Room {
    /// A site whose devices of these letters are monitored.
    pub(super) fn new(quirks: Quirks, watched: &str) -> Self {
        let mut room = Room {
            switch: Switch::new(Site::default(), quirks, 7),
            monitors: BTreeMap::new(),
            out: Vec::new(),
            calls: Vec::new(),
            now: Tick::ZERO,
            asked: 0,
        };
        for letter in watched.split_whitespace() {
            room.watch(letter).unwrap();
        }
        room
    }

    pub(super) fn number(&self, letter: &str) -> String {
        self.switch.world.site.cast[&letter.chars().next().unwrap()].clone()
    }

    pub(super) fn device(&self, letter: &str) -> DeviceId {
        DeviceId::dialled(&self.number(letter))
    }

    pub(super) fn watch(&mut self, letter: &str) -> Result<Octets, UniversalFailure> {
        let start = MonitorStart {
            monitor_object: CstaObject::Device(self.device(letter)),
            ..MonitorStart::default()
        };
        match self.ask(Request::MonitorStart(Box::new(start)))? {
            Response::MonitorStart(response) => {
                self.monitors
                    .insert(response.monitor_cross_ref_id.clone(), letter.to_owned());
                Ok(response.monitor_cross_ref_id)
            }
            other => panic!("{other:?}"),
        }
    }

    /// Asks, and says what is answered.
    pub(super) fn ask(&mut self, request: Request) -> Result<Response, UniversalFailure> {
        self.asked += 1;
        let before = self.out.len();
        self.switch.handle_request(self.now, self.asked, &request);
        self.hear();
        let answers = self.out[before..].iter().filter_map(|out| match out {
            Out::Response { asked, response } if *asked == self.asked => Some(Ok(response.clone())),
            Out::Error { asked, error } if *asked == self.asked => Some(Err(error.clone())),
            _ => None,
        });
        let answers: Vec<_> = answers.collect();
        assert_eq!(answers.len(), 1, "one answer to {request:?}");
        answers.into_iter().next().unwrap()
    }

    pub(super) fn hear(&mut self) {
        while let Some(out) = self.switch.poll() {
            self.out.push(out);
        }
    }

    /// Plays until nothing more happens.
    pub(super) fn wait(&mut self) {
        while let Some(due) = self.switch.poll_timeout() {
            self.now = self.now.max(due);
            self.switch.handle_timeout(self.now);
            self.hear();
        }
    }

    pub(super) fn play(&mut self, flow: &str) {
        let (before, behind) = Switch::parts_of(flow).unwrap();
        for step in before.into_iter().chain(behind) {
            self.now += self.switch.pace.step;
            self.switch.handle_timeout(self.now);
            self.switch.perform(self.now, step);
            self.hear();
        }
        self.wait();
    }

    pub(super) fn reports(&self) -> impl Iterator<Item = &EventReport> {
        self.out.iter().filter_map(|out| match out {
            Out::Report(report) => Some(report),
            _ => None,
        })
    }

    /// What the monitor of a device told.
    pub(super) fn of(&self, letter: &str) -> Vec<EventReport> {
        let mine = |report: &&EventReport| {
            let of = self.monitors.get(&report.monitor_cross_ref_id);
            of.is_some_and(|of| of == letter)
        };
        self.reports().filter(mine).cloned().collect()
    }

    /// The same in few words: `name connection [own state] cause`. Calls are called c1, c2, … as they are met.
    pub(super) fn heard(&mut self, letter: &str) -> Vec<String> {
        let told = self.of(letter);
        told.iter().filter_map(|report| self.line(&report.event)).collect()
    }

    /// `None`: nothing of where a call is.
    fn line(&mut self, event: &Event) -> Option<String> {
        let (connection, local, cause, more) = parts(event)?;
        let connection = self.shown(connection);
        let more = more.into_iter().map(|device| {
            let number = device.device().map(|device| device.number().to_owned());
            number.map_or_else(|| format!("{device:?}"), |number| self.letter(&number))
        });
        let more: String = more.map(|who| format!(" {who}")).collect();
        let local = local.map(|state| format!(" [{}]", state.as_str())).unwrap_or_default();
        let cause = cause.map(|cause| format!(" {}", cause.as_str())).unwrap_or_default();
        let name = event.name().trim_end_matches("Event");
        Some(format!("{name} {connection}{more}{local}{cause}"))
    }

    fn shown(&mut self, connection: &ConnectionId) -> String {
        let id = connection.call_id.clone().unwrap_or_default();
        if !self.calls.contains(&id) {
            self.calls.push(id.clone());
        }
        let call = self.calls.iter().position(|call| *call == id).unwrap() + 1;
        match &connection.device_id {
            Some(LocalDeviceId::Static(device)) => format!("c{call}/{}", self.letter(device.number())),
            _ => format!("c{call}"),
        }
    }

    fn letter(&self, number: &str) -> String {
        let cast = self.switch.world.site.cast.iter();
        let mut found = cast.filter(|(_, known)| **known == number || format!("0{known}") == number);
        found
            .next()
            .map_or_else(|| number.to_owned(), |(letter, _)| letter.to_string())
    }
}

type Parts<'a> = (
    &'a ConnectionId,
    Option<&'a LocalConnectionState>,
    Option<&'a EventCause>,
    Vec<&'a ExtendedDeviceId>,
);

/// The connection that an event is of, the own state, the cause, and whom it names besides.
fn parts(event: &Event) -> Option<Parts<'_>> {
    macro_rules! parts {
        ($($variant:ident { $connection:ident $($more:ident)* })*) => {
            match event {
                $(Event::$variant(event) => (
                    &event.$connection,
                    event.local_connection_info.as_ref(),
                    event.cause.as_ref(),
                    vec![$(&event.$more),*],
                ),)*
                Event::CallCleared(event) => (&event.cleared_call, None, event.cause.as_ref(), vec![]),
                _ => return None,
            }
        };
    }
    Some(parts! {
        ServiceInitiated { initiated_connection }
        Originated { originated_connection called_device }
        NetworkReached { outbound_connection called_device }
        Delivered { connection calling_device }
        Queued { queued_connection calling_device }
        Established { established_connection }
        Failed { failed_connection failing_device }
        Held { held_connection }
        Retrieved { retrieved_connection }
        Diverted { connection new_destination }
        ConnectionCleared { dropped_connection }
        Transferred { primary_old_call transferring_device transferred_to_device }
        Conferenced { primary_old_call conferencing_device added_party }
    })
}
