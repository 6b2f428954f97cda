//! What an application asks for, and what the switch answers.
mod calls;
mod features;
mod monitoring;
mod naming;
mod snapshot;
mod system;

use crate::sim::csta::switch::Switch;
use crate::sim::csta::world::{Fault, refuse};
use lineside_csta::types::{Acknowledgement, OperationError};
use lineside_csta::{Request, Response};

/// Done, and no more to say: the response of these services is nothing but that.
macro_rules! acknowledge {
    ($($variant:ident)*) => {
        /// The response of a service that has nothing to say.
        fn done(request: &Request) -> Response {
            match request {
                $(Request::$variant(_) => Response::$variant(Box::<Acknowledgement>::default()),)*
                _ => Response::Void,
            }
        }
    };
}

acknowledge! {
    AcceptCall AlternateCall AnswerCall ClearCall ClearConnection DeflectCall DialDigits HoldCall ReconnectCall RetrieveCall
    SetDoNotDisturb SetForwarding SetMessageWaitingIndicator AssociateData GenerateDigits SendUserInformation MonitorStop SystemRegisterCancel SystemStatus
}

impl Switch {
    pub(super) fn answer(&mut self, request: &Request) -> Result<Response, Fault> {
        use Request as R;
        match request {
            R::MonitorStart(start) => self.monitor_start(start),
            R::ChangeMonitorFilter(change) => self.change_filter(change),
            R::MonitorStop(stop) => self.monitor_stop(stop).map(|()| done(request)),
            R::SnapshotDevice(snapshot) => self.snapshot_device(snapshot),
            R::SnapshotCall(snapshot) => self.snapshot_call(snapshot),
            R::GetSwitchingFunctionDevices(_) => Ok(self.devices()),
            R::GetAgentState(get) => self.get_agent_state(get),
            R::SetAgentState(set) => self.set_agent_state(set),
            R::GetDoNotDisturb(get) => self.get_do_not_disturb(get),
            R::SetDoNotDisturb(set) => self.set_do_not_disturb(set).map(|()| done(request)),
            R::GetForwarding(get) => self.get_forwarding(get),
            R::SetForwarding(set) => self.set_forwarding(set).map(|()| done(request)),
            R::GetMessageWaitingIndicator(get) => self.get_message_waiting(get),
            R::SetMessageWaitingIndicator(set) => self.set_message_waiting(set).map(|()| done(request)),
            R::SystemRegister(_) => Ok(self.register()),
            R::SystemRegisterCancel(cancel) => self.cancel(&cancel.sys_stat_register_id).map(|()| done(request)),
            R::RequestSystemStatus(_) => Ok(self.system_status()),
            R::SystemStatus(_) => Ok(done(request)),
            R::Other { .. } => self.name(request),
            _ => match self.call_control(request)? {
                Some(response) => Ok(response),
                None => match done(request) {
                    Response::Void => Err(refuse(OperationError::ServiceNotSupported)),
                    done => Ok(done),
                },
            },
        }
    }
}
