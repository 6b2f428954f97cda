//! Who had what done: one line for each request, refused or done. It names calls and devices, and no numbers of people.

use super::{Caller, Outcome, Request, Whole, Wish};
use crate::model::{AgentId, CallId, ConnectionId, DeviceId, Order, Text};
use crate::service::Refusal;
use std::fmt::Display;
use std::time::Instant;

/// Where the lines go: `[log] level = "info,lineside::audit=off"` leaves them out.
const TARGET: &str = "lineside::audit";

/// A line in the making.
pub(super) struct Audit {
    token: String,
    request: Text,
    service: String,
    call: Option<CallId>,
    connection: Option<ConnectionId>,
    device: Option<DeviceId>,
    agent: Option<AgentId>,
    began: Instant,
}

impl Audit {
    pub(super) fn new(caller: &Caller, wish: &Wish, request: &Request) -> Self {
        Audit {
            token: caller.0.name.clone(),
            request: request.request_id(),
            service: wish.service().to_owned(),
            call: None,
            connection: None,
            device: None,
            agent: None,
            began: request.began,
        }
    }

    /// What it is about, once that is understood.
    pub(super) fn about(&mut self, order: &Order) {
        match order {
            Order::MakeCall(new) => self.device = Some(new.calling.clone()),
            Order::GroupPickup { by } => self.device = Some(by.clone()),
            Order::ClearCall { call } | Order::SetUserData { call, .. } => self.call = Some(*call),
            Order::Connection { call, connection, .. } => {
                self.call = Some(*call);
                self.connection = Some(*connection);
            }
            Order::SetFeature { device, .. } => self.device = Some(device.clone()),
            Order::SetAgentState(order) => {
                self.agent = Some(order.agent.clone());
                self.device.clone_from(&order.device);
            }
        }
    }

    pub(super) fn refused(mut self, refusal: &Refusal) {
        self.device = None;
        self.write(refusal.code().as_str());
    }

    /// It was done before, and is only answered again.
    pub(super) fn before(self, outcome: &Outcome) {
        let code = code(outcome);
        self.write(&format!("{code} (before)"));
    }

    /// `given`: something was given to the switch. Before that what was named as a device may be anything, somebody's number too.
    pub(super) fn settled(mut self, outcome: &Outcome, given: bool) {
        self.device = self.device.filter(|_| given);
        if let Ok(done) = &outcome.result
            && let Whole::Call(call) = &done.whole
        {
            self.call = Some(call.id);
        }
        self.write(code(outcome));
    }

    fn write(self, outcome: &str) {
        fn shown(id: Option<impl Display>) -> String {
            id.map_or_else(|| "-".to_owned(), |id| id.to_string())
        }
        tracing::info!(
            target: TARGET,
            token = self.token,
            request = %self.request,
            service = ?self.service,
            call = shown(self.call),
            connection = shown(self.connection),
            device = shown(self.device),
            agent = shown(self.agent),
            outcome,
            milliseconds = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX),
            "request"
        );
    }
}

const fn code(outcome: &Outcome) -> &'static str {
    match &outcome.result {
        Ok(done) if done.confirmed => "done",
        Ok(_) => "unconfirmed",
        Err(failure) => failure.code.as_str(),
    }
}
