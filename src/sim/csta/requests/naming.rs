//! Names are given out for the numbers of devices, and taken back. Whether there is such a device shows when something is asked of it.
use crate::sim::csta::names::SWITCH_NAME;
use crate::sim::csta::switch::Switch;
use crate::sim::csta::world::{Fault, refuse};
use lineside_csta::avaya::{GetThirdPartyDeviceId, ReleaseDeviceId};
use lineside_csta::types::OperationError;
use lineside_csta::{Request, Response};

const NAMESPACE: &str = "http://www.avaya.com/csta";

impl Switch {
    pub(super) fn name(&mut self, request: &Request) -> Result<Response, Fault> {
        if !self.world.quirks.named_devices {
            return Err(refuse(OperationError::ServiceNotSupported));
        }
        let (asks, releases) = (GetThirdPartyDeviceId::read(request), ReleaseDeviceId::read(request));
        match (asks, releases) {
            (Some(Ok(ask)), _) if ask.switch_name == SWITCH_NAME => {
                let device = self.world.number_id(&ask.extension);
                self.world.given.insert(String::from(&*device.text));
                Ok(GetThirdPartyDeviceId::response(&device, NAMESPACE))
            }
            (_, Some(Ok(release))) if self.world.given.remove(&**release.device.text) => {
                Ok(ReleaseDeviceId::response(NAMESPACE))
            }
            (None, None) => Err(refuse(OperationError::ServiceNotSupported)),
            _ => Err(refuse(OperationError::InvalidDeviceId)),
        }
    }
}
