//! A message of every kind, for tests that hold for all of them.

use crate::message::{EVENTS, Event, EventReport, InvokeId, Message, Request, Response, SERVICES};
use crate::schema::{Chance, Octets};

/// A message of every kind that there is, with its kind and the fields that are there.
pub(crate) fn every_message(chance: &mut Chance) -> Vec<(String, Message, Vec<&'static str>)> {
    let mut all = Vec::new();
    let id = InvokeId(chance.next().cast_signed() >> chance.below(64));
    for (name, ..) in SERVICES {
        if let Some(mut request) = Request::named(name) {
            let names = request
                .node_mut()
                .and_then(|node| node.fill(chance).then(|| node.present()));
            all.extend(names.map(|names| (format!("{name}Argument"), Message::Request { id, request }, names)));
        }
        if let Some(mut response) = Response::named(name) {
            let names = response
                .node_mut()
                .and_then(|node| node.fill(chance).then(|| node.present()));
            all.extend(names.map(|names| (format!("{name}Result"), Message::Response { id, response }, names)));
        }
    }
    for (name, ..) in EVENTS {
        if let Some(mut event) = Event::named(name) {
            let names = event
                .node_mut()
                .and_then(|node| node.fill(chance).then(|| node.present()));
            let monitor_cross_ref_id = Octets::from(chance.digits().as_str());
            let report = EventReport {
                monitor_cross_ref_id,
                event,
            };
            all.extend(names.map(|names| ((*name).to_owned(), Message::Event(report), names)));
        }
    }
    all
}
