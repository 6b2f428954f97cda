//! Monitors are started, changed and stopped.
use crate::sim::csta::monitors::{Monitor, Object, Tells};
use crate::sim::csta::site::Sort;
use crate::sim::csta::switch::Switch;
use crate::sim::csta::world::{Fault, refuse};
use lineside_csta::avaya::inverts_filter;
use lineside_csta::types::{
    ChangeMonitorFilter, ChangeMonitorFilterResponse, CstaObject, MonitorStart, MonitorStartResponse, MonitorStop,
    OperationError, SubscribedResourceError, SystemResourceError, UniversalFailure,
};
use lineside_csta::{Octets, Response};

impl Switch {
    pub(super) fn monitor_start(&mut self, start: &MonitorStart) -> Result<Response, Fault> {
        let object = match &start.monitor_object {
            CstaObject::Device(device) => {
                let device = self.world.known(device);
                Object::Device(device.ok_or_else(|| refuse(OperationError::InvalidDeviceId))?)
            }
            CstaObject::Call(call) => Object::Call(self.world.find_call(call)?),
            CstaObject::Other(_) => return Err(refuse(OperationError::InvalidMonitorObject)),
        };
        let slot = matches!(&object, Object::Device(device) if self.world.sort(device) == Some(Sort::Slot));
        if slot && !self.world.quirks.slots_monitored {
            return Err(refuse(OperationError::RequestIncompatibleWithObject));
        }
        if !self.world.quirks.monitored_twice && self.world.monitors.iter().any(|monitor| monitor.object == object) {
            let error = SubscribedResourceError::ObjectMonitorLimitExceeded;
            return Err(UniversalFailure::SubscribedResource(error));
        }
        if self.world.monitors.len() >= self.world.quirks.monitors {
            let error = SystemResourceError::OverallMonitorLimitExceeded;
            return Err(UniversalFailure::SystemResource(error));
        }
        self.world.last_name += 1;
        let monitor = Monitor {
            name: self.world.last_name,
            object,
            filter: start.requested_monitor_filter.clone().unwrap_or_default(),
            tells: match (self.world.quirks.inverted_filters, &start.extensions) {
                (false, _) => Tells::TheRest,
                (true, Some(extensions)) if inverts_filter(extensions) => Tells::Named,
                (true, _) => Tells::Nothing,
            },
        };
        let response = MonitorStartResponse {
            monitor_cross_ref_id: monitor.cross_ref(),
            actual_monitor_filter: start.requested_monitor_filter.clone(),
            ..MonitorStartResponse::default()
        };
        self.world.monitors.push(monitor);
        Ok(Response::MonitorStart(Box::new(response)))
    }

    pub(super) fn change_filter(&mut self, change: &ChangeMonitorFilter) -> Result<Response, Fault> {
        let monitor = self.monitor(&change.monitor_cross_ref_id)?;
        monitor.filter = change.requested_filter_list.clone();
        Ok(Response::ChangeMonitorFilter(Box::new(ChangeMonitorFilterResponse {
            actual_filter_list: Some(change.requested_filter_list.clone()),
            ..ChangeMonitorFilterResponse::default()
        })))
    }

    pub(super) fn monitor_stop(&mut self, stop: &MonitorStop) -> Result<(), Fault> {
        let name = self.monitor(&stop.monitor_cross_ref_id)?.name;
        self.world.monitors.retain(|monitor| monitor.name != name);
        Ok(())
    }

    fn monitor(&mut self, name: &Octets) -> Result<&mut Monitor, Fault> {
        let mut monitors = self.world.monitors.iter_mut();
        let found = monitors.find(|monitor| monitor.cross_ref() == *name);
        found.ok_or_else(|| refuse(OperationError::InvalidMonitorCrossRefId))
    }
}
