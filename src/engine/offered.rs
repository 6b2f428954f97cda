//! What a switch can be asked for, and of which devices.

use crate::model::{Connection, DeviceId, Pattern, Service, Services, Switch};
use std::collections::BTreeMap;

/// What a switch can be asked for.
#[derive(Clone, Debug, Default)]
pub(super) struct Offered {
    services: Services,
    /// Services that only some devices allow.
    only: BTreeMap<Service, Vec<Pattern>>,
}

impl Offered {
    /// What the capabilities of `switch` say.
    pub(super) fn by(switch: &Switch) -> Self {
        let mut offered = Offered::default();
        for (name, capability) in switch.capabilities.iter().filter(|(_, c)| c.available) {
            let Some(service) = Service::from_name(name) else {
                continue;
            };
            offered.services.insert(service);
            if let Some(devices) = &capability.devices {
                let patterns = devices.iter().filter_map(|text| Pattern::parse(text).ok());
                offered.only.insert(service, patterns.collect());
            }
        }
        offered
    }

    /// Can any device be asked?
    #[cfg(test)]
    pub(super) const fn contains(&self, service: Service) -> bool {
        self.services.contains(service)
    }

    /// What can be asked of this connection, as far as its device goes.
    pub(super) fn at(&self, connection: &Connection) -> Services {
        if self.only.is_empty() {
            return self.services;
        }
        let device = connection.device.as_ref();
        self.services
            .iter()
            .filter(|service| self.allows(*service, device))
            .collect()
    }

    /// Does the device allow the service, which the switch offers?
    pub(super) fn allows(&self, service: Service, device: Option<&DeviceId>) -> bool {
        let Some(patterns) = self.only.get(&service) else {
            return true;
        };
        device.is_some_and(|device| patterns.iter().any(|pattern| pattern.fits(device.key())))
    }
}
