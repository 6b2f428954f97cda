//! What an application asks for, and what the switch answers.
mod calls;
mod monitoring;
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
    AssociateData GenerateDigits SendUserInformation MonitorStop SystemRegisterCancel SystemStatus
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
            R::SystemRegister(_) => Ok(self.register()),
            R::SystemRegisterCancel(cancel) => self.cancel(&cancel.sys_stat_register_id).map(|()| done(request)),
            R::RequestSystemStatus(_) => Ok(self.system_status()),
            R::SystemStatus(_) => Ok(done(request)),
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
