//! Who is told what.
use lineside_csta::types::{
    CallAssociatedEvents, CallControlEvents, DeviceMaintenanceEvents, LogicalDeviceFeatureEvents, MonitorFilter,
    PhysicalDeviceFeatureEvents,
};
use lineside_csta::{Event, Octets};

/// One monitor of an application.
#[derive(Clone, Debug)]
pub(crate) struct Monitor {
    pub(crate) name: u32,
    pub(crate) object: Object,
    pub(crate) filter: MonitorFilter,
    pub(crate) tells: Tells,
}

/// What is monitored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Object {
    Device(String),
    Call(u32),
}

/// What the events in a filter are to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tells {
    /// All but them are told.
    TheRest,
    /// They are told, and nothing else.
    Named,
    /// It does not matter: nothing is.
    Nothing,
}

/// Is this event in the filter? `None`: filters know none such.
fn names(filter: &MonitorFilter, event: &Event) -> Option<bool> {
    use CallAssociatedEvents as A;
    use CallControlEvents as C;
    use DeviceMaintenanceEvents as D;
    use LogicalDeviceFeatureEvents as L;
    let calls = |bit| filter.call_control.is_some_and(|named| named.contains(bit));
    let associated = |bit| filter.call_associated.is_some_and(|named| named.contains(bit));
    let logical = |bit| filter.logical_device_feature.is_some_and(|named| named.contains(bit));
    let maintenance = |bit| filter.maintenance.is_some_and(|named| named.contains(bit));
    let waiting = PhysicalDeviceFeatureEvents::MESSAGE_WAITING;
    Some(match event {
        Event::CallCleared(_) => calls(C::CALL_CLEARED),
        Event::Conferenced(_) => calls(C::CONFERENCED),
        Event::ConnectionCleared(_) => calls(C::CONNECTION_CLEARED),
        Event::Delivered(_) => calls(C::DELIVERED),
        Event::Diverted(_) => calls(C::DIVERTED),
        Event::Established(_) => calls(C::ESTABLISHED),
        Event::Failed(_) => calls(C::FAILED),
        Event::Held(_) => calls(C::HELD),
        Event::NetworkReached(_) => calls(C::NETWORK_REACHED),
        Event::Offered(_) => calls(C::OFFERED),
        Event::Originated(_) => calls(C::ORIGINATED),
        Event::Queued(_) => calls(C::QUEUED),
        Event::Retrieved(_) => calls(C::RETRIEVED),
        Event::ServiceInitiated(_) => calls(C::SERVICE_INITIATED),
        Event::Transferred(_) => calls(C::TRANSFERRED),
        Event::CallInformation(_) => associated(A::CALL_INFORMATION),
        Event::DigitsGenerated(_) => associated(A::DIGITS_GENERATED),
        Event::MessageWaiting(_) => filter
            .physical_device_feature
            .is_some_and(|named| named.contains(waiting)),
        Event::AgentBusy(_) => logical(L::AGENT_BUSY),
        Event::AgentLoggedOn(_) => logical(L::AGENT_LOGGED_ON),
        Event::AgentLoggedOff(_) => logical(L::AGENT_LOGGED_OFF),
        Event::AgentNotReady(_) => logical(L::AGENT_NOT_READY),
        Event::AgentReady(_) => logical(L::AGENT_READY),
        Event::AgentWorkingAfterCall(_) => logical(L::AGENT_WORKING_AFTER_CALL),
        Event::DoNotDisturb(_) => logical(L::DO_NOT_DISTURB),
        Event::Forwarding(_) => logical(L::FORWARDING),
        Event::BackInService(_) => maintenance(D::BACK_IN_SERVICE),
        Event::OutOfService(_) => maintenance(D::OUT_OF_SERVICE),
        _ => return None,
    })
}

impl Monitor {
    /// Its name as the application knows it: two octets.
    pub(crate) fn cross_ref(&self) -> Octets {
        Self::cross_ref_of(self.name)
    }

    pub(crate) fn cross_ref_of(name: u32) -> Octets {
        Octets::from(name.to_string().as_str())
    }

    pub(crate) fn device(&self) -> Option<&str> {
        match &self.object {
            Object::Device(device) => Some(device),
            Object::Call(_) => None,
        }
    }

    /// Is the application told of such events?
    pub(crate) fn lets(&self, event: &Event) -> bool {
        let named = names(&self.filter, event);
        match self.tells {
            Tells::TheRest => named != Some(true),
            Tells::Named => named == Some(true),
            Tells::Nothing => false,
        }
    }
}
