//! What a switch can be asked for, and of which devices.

use super::shared::is_held;
use crate::model::{Connection, Pattern, Service, Services, Switch};
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
        if self.only.is_empty() && self.services.contains(Service::AnswerCall) {
            return self.services;
        }
        let allowed = |service: &Service| self.allows(*service, connection);
        self.services.iter().filter(allowed).collect()
    }

    /// Does the device allow the service, which the switch offers? What a telephone itself holds only one takes back that can be told to,
    /// as those can that answer.
    pub(super) fn allows(&self, service: Service, connection: &Connection) -> bool {
        let by_itself = service == Service::RetrieveCall && !is_held(connection);
        let tells = || self.services.contains(Service::AnswerCall) && self.names(Service::AnswerCall, connection);
        self.names(service, connection) && (!by_itself || tells())
    }

    fn names(&self, service: Service, connection: &Connection) -> bool {
        let Some(patterns) = self.only.get(&service) else {
            return true;
        };
        let device = connection.device.as_ref();
        device.is_some_and(|device| patterns.iter().any(|pattern| pattern.fits(device.key())))
    }
}
