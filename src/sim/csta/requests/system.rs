//! How the switch is.
use crate::sim::csta::monitors::Monitor;
use crate::sim::csta::switch::Switch;
use crate::sim::csta::world::{Fault, refuse};
use lineside_csta::types::{OperationError, RequestSystemStatusResponse, SystemRegisterResponse};
use lineside_csta::{Octets, Response};

impl Switch {
    pub(super) fn register(&mut self) -> Response {
        self.world.last_name += 1;
        self.registrations.push(self.world.last_name);
        Response::SystemRegister(Box::new(SystemRegisterResponse {
            sys_stat_register_id: Monitor::cross_ref_of(self.world.last_name),
            ..SystemRegisterResponse::default()
        }))
    }

    pub(super) fn cancel(&mut self, name: &Octets) -> Result<(), Fault> {
        let found = self
            .registrations
            .iter()
            .position(|known| Monitor::cross_ref_of(*known) == *name);
        let found = found.ok_or_else(|| refuse(OperationError::InvalidCrossRefId))?;
        self.registrations.remove(found);
        Ok(())
    }

    pub(super) fn system_status(&self) -> Response {
        Response::RequestSystemStatus(Box::new(RequestSystemStatusResponse {
            system_status: self.status.clone(),
            ..RequestSystemStatusResponse::default()
        }))
    }
}
