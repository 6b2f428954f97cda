//! How devices and calls are now: in the response, or in parts behind it.
use crate::sim::csta::call::{At, Call, Leg};
use crate::sim::csta::monitors::Monitor;
use crate::sim::csta::switch::Switch;
use crate::sim::csta::tell::{correlator, linkage, services};
use crate::sim::csta::world::{Fault, refuse};
use lineside_csta::types::*;
use lineside_csta::{Octets, Request, Response};

impl Switch {
    pub(super) fn snapshot_device(&mut self, snapshot: &SnapshotDevice) -> Result<Response, Fault> {
        let device = self.world.known(&snapshot.snapshot_object);
        let device = device.ok_or_else(|| refuse(OperationError::InvalidDeviceId))?;
        // Of a call that could not come to it a device that hears nothing of that has nothing, either.
        let hears =
            |state: &LocalConnectionState| *state != LocalConnectionState::Fail || self.world.quirks.failed_at_busy;
        let connections = self.world.connections(&device).into_iter();
        let connections = connections.filter(|(_, state)| hears(state));
        let list: Vec<SnapshotDeviceInfo> = connections.filter_map(|(at, _)| self.device_info(&at)).collect();
        let data = match self.world.quirks.segment {
            None => SnapshotDeviceResult::Data(SnapshotDeviceList(list)),
            Some(size) => {
                let name = self.cross_ref();
                let parts = parts(&list, size);
                for (number, part, last_segment) in parts {
                    let data = SnapshotDeviceData {
                        service_cross_ref_id: name.clone(),
                        segment_id: Some(number),
                        last_segment,
                        snapshot_data: SnapshotDeviceList(part),
                        ..SnapshotDeviceData::default()
                    };
                    self.behind.push(Request::SnapshotDeviceData(Box::new(data)));
                }
                SnapshotDeviceResult::CrossRefId(name)
            }
        };
        Ok(Response::SnapshotDevice(Box::new(SnapshotDeviceResponse {
            cross_ref_id_or_snapshot_data: data,
            ..SnapshotDeviceResponse::default()
        })))
    }

    fn device_info(&self, at: &At) -> Option<SnapshotDeviceInfo> {
        let call = self.world.calls.get(&at.call)?;
        let own = call.leg(&at.device)?;
        let others = call.live().filter(|leg| leg.device != at.device);
        let states = std::iter::once(own)
            .chain(others)
            .map(|leg| leg.state.clone())
            .collect();
        let permitted = self.world.quirks.services_permitted;
        Some(SnapshotDeviceInfo {
            connection_identifier: self.world.connection_of(call.id, own),
            endpoint_device: call.other(&at.device).map(|leg| self.world.who(call, &leg.device)),
            local_call_state: CallState::Compound(CompoundCallState(states)),
            services_permitted: permitted.then(|| services(&own.state)),
            call_linkage_data: self.world.quirks.linkage.then(|| linkage(call)),
            ..SnapshotDeviceInfo::default()
        })
    }

    pub(super) fn snapshot_call(&mut self, snapshot: &SnapshotCall) -> Result<Response, Fault> {
        let id = self.world.find_call(&snapshot.snapshot_object)?;
        let call = self
            .world
            .calls
            .get(&id)
            .ok_or_else(|| refuse(OperationError::InvalidCallId))?;
        let list = call.live().map(|leg| self.call_info(call, leg)).collect();
        let caller = self.world.caller(call);
        Ok(Response::SnapshotCall(Box::new(SnapshotCallResponse {
            cross_ref_id_or_snapshot_data: SnapshotCallResult::Data(SnapshotCallList(list)),
            calling_device: Some(caller.calling),
            associated_calling_device: caller.associated,
            called_device: Some(self.world.called(call)),
            correlator_data: call.correlator.as_deref().map(correlator),
            call_linkage_data: self.world.quirks.linkage.then(|| linkage(call)),
            ..SnapshotCallResponse::default()
        })))
    }

    fn call_info(&self, call: &Call, leg: &Leg) -> SnapshotCallInfo {
        SnapshotCallInfo {
            device_on_call: self.world.who(call, &leg.device),
            call_identifier: Some(self.world.connection_of(call.id, leg)),
            local_connection_info: Some(leg.state.clone()),
            ..SnapshotCallInfo::default()
        }
    }

    /// A name for what comes in parts.
    pub(super) fn cross_ref(&mut self) -> Octets {
        self.world.last_name += 1;
        Monitor::cross_ref_of(self.world.last_name)
    }
}

/// Parts of a list with their numbers, and whether each is the last. An empty list has one.
pub(super) fn parts<T: Clone>(list: &[T], size: usize) -> Vec<(i64, Vec<T>, bool)> {
    let mut parts: Vec<Vec<T>> = list.chunks(size.max(1)).map(<[T]>::to_vec).collect();
    if parts.is_empty() {
        parts.push(Vec::new());
    }
    let count = parts.len();
    let numbered = (1..).zip(parts).enumerate();
    numbered
        .map(|(at, (number, part))| (number, part, at + 1 == count))
        .collect()
}
